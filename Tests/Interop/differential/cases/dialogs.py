"""Offers and answers in a dialog: repeated, changed, held, forked."""

from __future__ import annotations

from differential.case import Cases, Request, again, answer, back, back_answer, offer, other
from differential.descriptions import (
    ASTERISK,
    ASTERISK_ANSWER,
    BROWSER,
    IPV6,
    PLAIN,
    PLAIN_ANSWER,
    RICH,
    STATIC,
    VIDEO,
    bumped,
    held,
    moved,
)

CALL: list[Request] = [offer(PLAIN), answer(PLAIN_ANSWER)]
ONE = {"via-branch": "z9hG4bK1"}
TWO = {"via-branch": "z9hG4bK2"}
ZERO = PLAIN.replace("c=IN IP4 198.51.100.1", "c=IN IP4 0.0.0.0")
OPUS_TOO = bumped(PLAIN).replace("RTP/AVP 0 8 101", "RTP/AVP 0 8 101 96").replace("a=sendrecv", "a=rtpmap:96 opus/48000/2\na=sendrecv")

CASES: Cases = {
    "plain": [*CALL, other("query")],
    "static payload types": [offer(STATIC), answer(STATIC)],
    "Asterisk": [offer(ASTERISK), answer(ASTERISK_ANSWER)],
    "unknown attributes and lines": [offer(RICH), answer(RICH)],
    "unknown attributes, origin replaced": [offer(RICH, replace=["origin"]), answer(RICH, replace=["origin"])],
    "IPv6": [offer(IPV6), answer(IPV6)],
    "IPv6 to IPv4": [offer(IPV6, {"address-family": "IP4"}), answer(PLAIN_ANSWER, {"address-family": "IP6"})],
    "IPv4 to IPv6": [offer(PLAIN, {"address-family": "IP6"}), answer(IPV6, {"address-family": "IP4"})],
    "LF only": [offer(None) | {"sdp": None, "SDP": PLAIN}],
    "the offer twice": [offer(PLAIN), offer(PLAIN), answer(PLAIN_ANSWER)],
    "the answer twice": [*CALL, answer(PLAIN_ANSWER)],
    "another answer": [*CALL, answer(moved(PLAIN_ANSWER, "198.51.100.4", 3000))],
    "provisional, then final": [
        offer(PLAIN),
        answer(PLAIN_ANSWER, {"sip-code": 183}, flags=["provisional"]),
        answer(PLAIN_ANSWER, {"sip-code": 200}),
    ],
    "re-offer unchanged": [*CALL, again(PLAIN), answer(PLAIN_ANSWER), other("query")],
    "re-offer with a new version": [*CALL, again(bumped(PLAIN)), answer(bumped(PLAIN_ANSWER))],
    "re-offer without to-tag": [*CALL, offer(bumped(PLAIN)), answer(bumped(PLAIN_ANSWER))],
    "re-offer from a new address": [*CALL, again(moved(PLAIN, "198.51.100.2", 2222)), answer(PLAIN_ANSWER)],
    "re-offer with another codec": [*CALL, again(OPUS_TOO), answer(bumped(PLAIN_ANSWER))],
    "re-offer with fewer codecs": [
        *CALL,
        again(bumped(PLAIN).replace(" 0 8 101", " 8 101")),
        answer(PLAIN_ANSWER.replace(" 0 101", " 8 101").replace("a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000")),
    ],
    "re-offer from the far side": [*CALL, back(bumped(PLAIN_ANSWER)), back_answer(bumped(PLAIN)), other("query")],
    "re-offer without an answer": [*CALL, again(bumped(PLAIN)), other("query")],
    "re-offer refused, then another": [*CALL, again(bumped(PLAIN)), again(bumped(PLAIN, 2)), answer(bumped(PLAIN_ANSWER))],
    "hold by sendonly": [
        *CALL,
        again(held(PLAIN, "sendonly")),
        answer(held(PLAIN_ANSWER, "recvonly")),
        other("query"),
        again(bumped(PLAIN, 2)),
        answer(bumped(PLAIN_ANSWER, 2)),
        other("query"),
    ],
    "hold by inactive": [*CALL, again(held(PLAIN, "inactive")), answer(held(PLAIN_ANSWER, "inactive")), other("query")],
    "hold by recvonly": [*CALL, again(held(PLAIN, "recvonly")), answer(held(PLAIN_ANSWER, "sendonly")), other("query")],
    "hold by a zero address": [*CALL, again(bumped(ZERO)), answer(bumped(PLAIN_ANSWER)), other("query")],
    "hold by a zero address, zero-address": [
        *CALL,
        again(bumped(ZERO), replace=["zero-address"]),
        answer(bumped(PLAIN_ANSWER), replace=["zero-address"]),
    ],
    "hold with original-sendrecv": [
        *CALL,
        again(held(PLAIN, "sendonly"), flags=["original-sendrecv"]),
        answer(held(PLAIN_ANSWER, "recvonly"), flags=["original-sendrecv"]),
    ],
    "held from the far side": [*CALL, back(held(PLAIN_ANSWER, "sendonly")), back_answer(held(PLAIN, "recvonly")), other("query")],
    "held at the beginning": [offer(held(PLAIN, "inactive")), answer(held(PLAIN_ANSWER, "inactive"))],
    "no direction attribute": [
        offer(PLAIN.replace("a=sendrecv\n", "")),
        answer(PLAIN_ANSWER.replace("a=sendrecv\n", "")),
    ],
    "direction of the session": [offer(PLAIN.replace("t=0 0\n", "t=0 0\na=sendonly\n").replace("a=sendrecv\n", "")), answer(PLAIN_ANSWER)],
    "two forks, two tags": [
        offer(PLAIN),
        answer(PLAIN_ANSWER),
        answer(moved(PLAIN_ANSWER, "198.51.100.4", 3000)) | {"to-tag": "c"},
        other("query"),
    ],
    "two forks, provisional": [
        offer(PLAIN),
        answer(PLAIN_ANSWER, flags=["provisional"]),
        answer(moved(PLAIN_ANSWER, "198.51.100.4", 3000), flags=["provisional"]) | {"to-tag": "c"},
        answer(moved(PLAIN_ANSWER, "198.51.100.4", 3000)) | {"to-tag": "c"},
        other("query"),
    ],
    "branches with an offer each": [
        offer(PLAIN, ONE),
        offer(PLAIN, TWO),
        answer(PLAIN_ANSWER, ONE),
        answer(moved(PLAIN_ANSWER, "198.51.100.4", 3000), TWO) | {"to-tag": "c"},
        other("query"),
    ],
    "branches, the second wins": [
        offer(PLAIN, ONE),
        offer(PLAIN, TWO),
        answer(moved(PLAIN_ANSWER, "198.51.100.4", 3000), TWO) | {"to-tag": "c"},
        other("delete", {"delete-delay": 0, "via-branch": "z9hG4bK1"}, from_tag="a"),
        other("query"),
    ],
    "branches, different flags": [
        offer(PLAIN, ONE),
        offer(PLAIN, TWO | {"transport-protocol": "RTP/SAVP", "SDES": ["no-AEAD_AES_256_GCM"]}),
        answer(PLAIN_ANSWER, ONE),
        other("query"),
    ],
    "the answer's branch is another": [offer(PLAIN, ONE), answer(PLAIN_ANSWER, TWO), other("query")],
    "a third tag offers": [*CALL, offer(moved(PLAIN, "198.51.100.9", 5000)) | {"from-tag": "c", "to-tag": "a"}, other("query")],
    "a session's version counts": [*CALL, again(PLAIN, replace=["sdp-version"]), again(bumped(PLAIN), replace=["sdp-version"])],
    "media disappears": [
        offer(VIDEO),
        answer(PLAIN_ANSWER + "m=video 2002 RTP/AVP 96\na=rtpmap:96 H264/90000\n"),
        again(bumped(VIDEO).replace("m=video 2002", "m=video 0")),
        answer(PLAIN_ANSWER + "m=video 0 RTP/AVP 96\n"),
        other("query"),
    ],
    "media appears": [
        *CALL,
        again(bumped(VIDEO)),
        answer(PLAIN_ANSWER + "m=video 2002 RTP/AVP 96\na=rtpmap:96 H264/90000\n"),
        other("query"),
    ],
    "a refused call": [offer(PLAIN), answer(PLAIN_ANSWER.replace("m=audio 2000", "m=audio 0"))],
    "port 9": [offer(PLAIN.replace("m=audio 2000", "m=audio 9")), answer(PLAIN_ANSWER)],
    "port 0 in the offer": [offer(PLAIN.replace("m=audio 2000", "m=audio 0")), answer(PLAIN_ANSWER.replace("m=audio 2000", "m=audio 0"))],
    "RTCP elsewhere": [
        offer(PLAIN.replace("a=sendrecv", "a=rtcp:3333 IN IP4 198.51.100.7\na=sendrecv")),
        answer(PLAIN_ANSWER.replace("a=sendrecv", "a=rtcp:3334\na=sendrecv")),
        other("query"),
    ],
    "the far side becomes WebRTC": [
        *CALL,
        back(BROWSER, {"ICE": "remove", "transport-protocol": "RTP/AVP", "DTLS": "off", "rtcp-mux": ["demux"]}),
        other("query"),
    ],
    "tags change roles": [
        offer(PLAIN),
        answer(PLAIN_ANSWER),
        back(bumped(PLAIN_ANSWER)),
        back_answer(bumped(PLAIN)),
        again(bumped(PLAIN, 2)),
        answer(bumped(PLAIN_ANSWER, 2)),
        other("query"),
    ],
    "session level connection and media level": [
        offer(PLAIN.replace("a=rtpmap:0", "c=IN IP4 198.51.100.55\na=rtpmap:0")),
        answer(
            PLAIN_ANSWER.replace(
                "c=IN IP4 198.51.100.3\nt=0 0\nm=audio 2000 RTP/AVP 0 101\n", "t=0 0\nm=audio 2000 RTP/AVP 0 101\nc=IN IP4 198.51.100.3\n"
            )
        ),
    ],
    "an answer before its tag is known": [offer(PLAIN) | {"to-tag": "b"}, answer(PLAIN_ANSWER)],
    "labels": [offer(PLAIN, label="one"), answer(PLAIN_ANSWER, label="two"), other("block media", label="one"), other("query")],
}
