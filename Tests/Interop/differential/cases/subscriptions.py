"""Publish and subscribe, as a recording server uses them."""

from __future__ import annotations

from typing import Any

from differential.case import Cases, Request, answer, offer, other
from differential.descriptions import META, META_ANSWER, OPUS, PLAIN, PLAIN_ANSWER, VIDEO, VIDEO_ANSWER

CALL: list[Request] = [offer(PLAIN), answer(PLAIN_ANSWER)]
LABELLED: list[Request] = [offer(PLAIN, label="one"), answer(PLAIN_ANSWER, label="two")]
GOT = """v=0
o=- 3 1 IN IP4 198.51.100.9
s=-
c=IN IP4 198.51.100.9
t=0 0
m=audio 6000 RTP/AVP 0
a=rtpmap:0 PCMU/8000
a=recvonly
"""
TWO = GOT + "m=audio 6002 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=recvonly\n"


def subscribe(**keys: Any) -> dict[str, Any]:
    return other("subscribe request", **keys)


CASES: Cases = {
    "publish": [other("publish", sdp=PLAIN, from_tag="a"), other("query")],
    "publish without a tag": [other("publish", sdp=PLAIN)],
    "publish a choice of codec": [other("publish", {"codec": {"accept": ["PCMA"]}}, sdp=PLAIN, from_tag="a")],
    "publish to another protocol": [other("publish", {"transport-protocol": "RTP/SAVP"}, sdp=PLAIN, from_tag="a")],
    "publish of Meta": [other("publish", sdp=META, from_tag="a")],
    "publish video": [other("publish", sdp=VIDEO, from_tag="a")],
    "publish twice": [other("publish", sdp=PLAIN, from_tag="a"), other("publish", sdp=PLAIN, from_tag="a")],
    "publish, subscribe": [
        other("publish", sdp=PLAIN, from_tag="a"),
        subscribe(from_tag="a", to_tag="s"),
        other("subscribe answer", sdp=GOT, to_tag="s"),
        other("query"),
        other("unsubscribe", to_tag="s"),
        other("query"),
    ],
    "subscribe to a party": [
        *CALL,
        subscribe(from_tag="a", to_tag="s"),
        other("subscribe answer", sdp=GOT, to_tag="s"),
        other("query"),
        other("unsubscribe", to_tag="s"),
    ],
    "subscribe without a to-tag": [*CALL, subscribe(from_tag="a")],
    "subscribe by from-tags": [
        *CALL,
        subscribe(from_tags=["a", "b"], to_tag="s"),
        other("subscribe answer", sdp=TWO, to_tag="s"),
        other("query"),
    ],
    "subscribe to all": [*CALL, subscribe(flags=["all"], to_tag="s"), other("subscribe answer", sdp=TWO, to_tag="s"), other("query")],
    "subscribe for SIPREC": [*CALL, subscribe(flags=["all", "SIPREC"], to_tag="s"), other("subscribe answer", sdp=TWO, to_tag="s")],
    "subscribe for SIPREC with labels": [
        *LABELLED,
        subscribe(flags=["all", "SIPREC"], to_tag="s"),
        other("subscribe answer", sdp=TWO, to_tag="s"),
    ],
    "subscribe like OpenSIPS": [*CALL, subscribe(flags=["inactive", "all", "siprec"], to_tag="s")],
    "subscribe by label": [*LABELLED, subscribe(label="two", to_tag="s")],
    "subscribe by an unknown label": [*LABELLED, subscribe(label="three", to_tag="s")],
    "subscribe to an unknown party": [*CALL, subscribe(from_tag="x", to_tag="s")],
    "subscribe to nobody": [*CALL, subscribe(to_tag="s")],
    "subscribe, another protocol": [*CALL, other("subscribe request", {"transport-protocol": "RTP/SAVP"}, from_tag="a", to_tag="s")],
    "subscribe, transcoding": [*CALL, other("subscribe request", {"codec": {"transcode": ["opus"]}}, from_tag="a", to_tag="s")],
    "subscribe with ICE": [*CALL, other("subscribe request", {"ICE": "force"}, from_tag="a", to_tag="s")],
    "subscribe on another interface": [*CALL, other("subscribe request", {"interface": "priv"}, from_tag="a", to_tag="s")],
    "subscribe to Meta": [offer(META), answer(META_ANSWER), subscribe(from_tag="a", to_tag="s")],
    "subscribe to video": [offer(VIDEO), answer(VIDEO_ANSWER), subscribe(from_tag="a", to_tag="s")],
    "subscribe twice": [*CALL, subscribe(from_tag="a", to_tag="s"), subscribe(from_tag="b", to_tag="t"), other("query")],
    "subscribe again": [
        *CALL,
        subscribe(from_tag="a", to_tag="s"),
        other("subscribe answer", sdp=GOT, to_tag="s"),
        subscribe(from_tag="a", to_tag="s"),
    ],
    "answer of another codec": [
        *CALL,
        subscribe(from_tag="a", to_tag="s"),
        other("subscribe answer", sdp=GOT.replace("AVP 0", "AVP 9").replace("0 PCMU", "9 G722"), to_tag="s"),
    ],
    "answer with transcoding allowed": [
        *CALL,
        subscribe(from_tag="a", to_tag="s"),
        other("subscribe answer", sdp=GOT.replace("AVP 0", "AVP 8").replace("0 PCMU", "8 PCMA"), to_tag="s", flags=["allow-transcoding"]),
    ],
    "answer without a to-tag": [*CALL, subscribe(from_tag="a", to_tag="s"), other("subscribe answer", sdp=GOT)],
    "answer of an unknown tag": [*CALL, other("subscribe answer", sdp=GOT, to_tag="x")],
    "answer without SDP": [*CALL, subscribe(from_tag="a", to_tag="s"), other("subscribe answer", to_tag="s")],
    "answer that is broken": [*CALL, subscribe(from_tag="a", to_tag="s"), other("subscribe answer", sdp="broken", to_tag="s")],
    "answer that refuses": [
        *CALL,
        subscribe(from_tag="a", to_tag="s"),
        other("subscribe answer", sdp=GOT.replace("6000", "0"), to_tag="s"),
        other("query"),
    ],
    "unsubscribe the unknown": [*CALL, other("unsubscribe", to_tag="x")],
    "unsubscribe without a tag": [*CALL, other("unsubscribe")],
    "delete with a subscription": [
        *CALL,
        subscribe(from_tag="a", to_tag="s"),
        other("subscribe answer", sdp=GOT, to_tag="s"),
        other("delete", {"delete-delay": 0}, from_tag="a"),
    ],
    "subscribe to what transcodes": [
        offer(PLAIN, codec={"mask": ["all"], "transcode": ["opus"]}),
        answer(OPUS),
        subscribe(from_tag="a", to_tag="s"),
    ],
}
