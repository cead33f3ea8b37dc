"""SDES, DTLS, opportunistic SRTP and the protocols they go with."""

from __future__ import annotations

from typing import Any

from differential.case import Cases, Request, Twin, again, answer, offer, other
from differential.descriptions import (
    ASTERISK_SAVPF,
    BROWSER,
    BROWSER_ANSWER,
    LINPHONE_SAVP,
    META,
    META_ANSWER,
    META_SDES,
    META_SDES_ANSWER,
    PLAIN,
    PLAIN_ANSWER,
    SDES,
    SDES_ANSWER,
    bumped,
)  # fmt: skip

SAVP = {"transport-protocol": "RTP/SAVP"}
AVP = {"transport-protocol": "RTP/AVP"}
TLS = {"transport-protocol": "UDP/TLS/RTP/SAVPF"}
#: The usual one to answer SDES with: AES_CM_128_HMAC_SHA1_80 has the tag 7 in rtpengine's list.
SDES7 = SDES_ANSWER.replace("a=crypto:1", "a=crypto:7")
NO_ICE = {"ICE": "remove"}
SUITES = [
    "AEAD_AES_256_GCM", "AEAD_AES_128_GCM", "AES_256_CM_HMAC_SHA1_80", "AES_256_CM_HMAC_SHA1_32", "AES_192_CM_HMAC_SHA1_80",
    "AES_192_CM_HMAC_SHA1_32", "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "F8_128_HMAC_SHA1_80", "F8_128_HMAC_SHA1_32",
    "NULL_HMAC_SHA1_80", "NULL_HMAC_SHA1_32",
]  # fmt: skip
ALL_BUT_ONE = [f"no-{suite}" for suite in SUITES if suite != "AES_CM_128_HMAC_SHA1_80"]


def to_sdes(*values: str, **keys: Any) -> list[Request]:
    return [offer(PLAIN, SAVP | {"SDES": list(values)} | keys)]


CASES: Cases = {
    "plain to SDES": [offer(PLAIN, SAVP), answer(SDES7), other("query")],
    "plain to SDES, feedback": [offer(PLAIN, {"transport-protocol": "RTP/SAVPF"}), answer(SDES7.replace("RTP/SAVP", "RTP/SAVPF"))],
    "SDES to plain": [offer(SDES, AVP), answer(PLAIN_ANSWER), other("query")],
    "SDES to SDES": [offer(SDES), answer(SDES_ANSWER), other("query")],
    "SDES to SDES, another suite": [
        offer(SDES),
        answer(SDES_ANSWER.replace("a=crypto:1 AES_CM_128_HMAC_SHA1_80", "a=crypto:2 AES_CM_128_HMAC_SHA1_32")),
        other("query"),
    ],
    "SDES refused": [offer(PLAIN, SAVP), answer(PLAIN_ANSWER), other("query")],
    "SDES answered without a key": [offer(PLAIN, SAVP), answer(PLAIN_ANSWER.replace("RTP/AVP", "RTP/SAVP")), other("query")],
    "SDES re-offered": [offer(SDES), answer(SDES_ANSWER), again(bumped(SDES)), answer(bumped(SDES_ANSWER))],
    "SDES re-offered with a new key": [
        offer(SDES),
        answer(SDES_ANSWER),
        again(bumped(SDES).replace("JpeU4nwAA5", "JpeU4nwAA6")),
        answer(bumped(SDES_ANSWER).replace("okAxzxmx", "okAxzxmy")),
        other("query"),
    ],
    "SDES of Linphone": [offer(LINPHONE_SAVP, AVP), answer(PLAIN_ANSWER)],
    "SDES of Asterisk with feedback": [offer(ASTERISK_SAVPF, AVP | {"rtcp-mux": ["demux"]}), answer(PLAIN_ANSWER)],
    "SDES of Meta": [
        offer(META_SDES, AVP | {"rtcp-mux": ["demux"]}),
        answer(
            PLAIN_ANSWER.replace("0 101", "111 126").replace("a=rtpmap:0 PCMU/8000", "a=rtpmap:111 opus/48000/2").replace(":101 ", ":126 ")
        ),
    ],
    "SDES answer of Meta": [
        offer(
            PLAIN.replace("0 8 101", "107 101")
            .replace("a=rtpmap:0 PCMU/8000", "a=rtpmap:107 opus/48000/2")
            .replace("a=rtpmap:8 PCMA/8000\n", ""),
            SAVP | {"SDES": ALL_BUT_ONE, "rtcp-mux": ["offer"]},
        ),
        answer(META_SDES_ANSWER),
    ],
    "SDES off": to_sdes("off"),
    "SDES no": to_sdes("no"),
    "SDES disabled": to_sdes("disabled"),
    "SDES off, SDES offered": [offer(SDES, SAVP | {"SDES": ["off"]})],
    "SDES only one": [
        Twin(offer(PLAIN, SAVP | {"SDES": ALL_BUT_ONE}), offer(PLAIN, SAVP | {"SDES": ["only-AES_CM_128_HMAC_SHA1_80"]})),
        answer(SDES_ANSWER),
        other("query"),
    ],
    "SDES only two": to_sdes("only-AES_CM_128_HMAC_SHA1_80", "only-AEAD_AES_128_GCM"),
    "SDES only an unknown one": to_sdes("only-NO_SUCH_SUITE"),
    "SDES without one": to_sdes("no-AEAD_AES_256_GCM"),
    "SDES without several": to_sdes("no-AEAD_AES_256_GCM", "no-AEAD_AES_128_GCM", "no-F8_128_HMAC_SHA1_80"),
    "SDES only and without": to_sdes("only-AES_CM_128_HMAC_SHA1_80", "no-AES_CM_128_HMAC_SHA1_80"),
    "SDES in an order": to_sdes("order:AES_CM_128_HMAC_SHA1_80;AES_CM_128_HMAC_SHA1_32;"),
    "SDES in an order, offered": [offer(SDES, SAVP | {"SDES": ["order:AEAD_AES_128_GCM;AES_CM_128_HMAC_SHA1_32;"]}), answer(SDES_ANSWER)],
    "SDES by the offerer's preference": [
        offer(SDES, SAVP | {"SDES": ["offerer_pref:AES_CM_128_HMAC_SHA1_32;AES_CM_128_HMAC_SHA1_80;"]}),
        answer(SDES_ANSWER),
    ],
    "SDES padded": to_sdes("pad"),
    "SDES with a lifetime": to_sdes("lifetime"),
    "SDES static": [
        offer(SDES, SAVP | {"SDES": ["static"]}),
        answer(SDES_ANSWER),
        again(bumped(SDES), SAVP | {"SDES": ["static"]}),
        answer(bumped(SDES_ANSWER)),
    ],
    "SDES nothing new": [offer(SDES, SAVP | {"SDES": ["nonew"]}), answer(SDES_ANSWER)],
    "SDES unencrypted": to_sdes(*ALL_BUT_ONE, "unencrypted_srtp", "unencrypted_srtcp", "unauthenticated_srtp"),
    "SDES unencrypted, in capitals": to_sdes(*ALL_BUT_ONE, "UNENCRYPTED_SRTCP"),
    "SDES of an unknown value": to_sdes("no-such-value"),
    "SDES as flags": [offer(PLAIN, SAVP | {"flags": ["SDES-no-AEAD_AES_256_GCM", "SDES-pad"]})],
    "SDES with session parameters": [
        offer(SDES.replace("WAulRjby2u\n", "WAulRjby2u|2^31|1:4 UNENCRYPTED_SRTCP\n"), AVP),
        answer(PLAIN_ANSWER),
    ],
    "SDES with a broken key": [offer(SDES.replace("inline:JpeU", "inline:***"), AVP), answer(PLAIN_ANSWER)],
    "SDES with a short key": [offer(SDES.replace("inline:JpeU4nwAA5sb/K1hZJNubkTRuTnZsQWAulRjby2u", "inline:JpeU"), AVP)],
    "SDES with an unknown suite": [offer(SDES.replace("AES_CM_128_HMAC_SHA1_32", "NO_SUCH_SUITE")), answer(SDES_ANSWER)],
    "SDES in RTP/AVP": [offer(SDES.replace("RTP/SAVP", "RTP/AVP")), answer(PLAIN_ANSWER), other("query")],
    "SDES taken in RTP/AVP": [
        offer(SDES.replace("RTP/SAVP", "RTP/AVP")),
        answer(SDES_ANSWER.replace("RTP/SAVP", "RTP/AVP")),
        other("query"),
    ],
    "OSRTP offered": [offer(PLAIN, {"OSRTP": ["offer"]}), answer(PLAIN_ANSWER)],
    "OSRTP offered by the RFC": [offer(PLAIN, {"OSRTP": ["offer-RFC"]}), answer(PLAIN_ANSWER)],
    "OSRTP offered, SRTP as the protocol": [offer(PLAIN, SAVP | {"OSRTP": ["offer"]}), answer(PLAIN_ANSWER)],
    "OSRTP offered and taken": [
        offer(PLAIN, {"OSRTP": ["offer"], "SDES": ALL_BUT_ONE}),
        answer(SDES_ANSWER.replace("RTP/SAVP", "RTP/AVP")),
        other("query"),
    ],
    "OSRTP accepted": [
        offer(SDES.replace("RTP/SAVP", "RTP/AVP"), {"OSRTP": ["accept"], "transport-protocol": "RTP/AVP"}),
        answer(PLAIN_ANSWER),
        other("query"),
    ],
    "OSRTP accepted by the RFC": [offer(SDES.replace("RTP/SAVP", "RTP/AVP"), {"OSRTP": ["accept-RFC"]}), answer(PLAIN_ANSWER)],
    "OSRTP to SRTP": [offer(SDES.replace("RTP/SAVP", "RTP/AVP"), SAVP), answer(SDES_ANSWER)],
    "plain to DTLS": [offer(PLAIN, TLS | NO_ICE), answer(BROWSER_ANSWER, NO_ICE), other("query")],
    "plain to DTLS without SDES": [offer(PLAIN, TLS | NO_ICE | {"SDES": ["off"]}), answer(BROWSER_ANSWER, NO_ICE), other("query")],
    "plain to DTLS, no feedback": [offer(PLAIN, {"transport-protocol": "UDP/TLS/RTP/SAVP", "SDES": ["off"]})],
    "plain to DTLS, passive": [offer(PLAIN, TLS | {"DTLS": "passive", "SDES": ["off"]}), answer(BROWSER_ANSWER, NO_ICE), other("query")],
    "plain to DTLS, active": [offer(PLAIN, TLS | {"DTLS": "active", "SDES": ["off"]}), answer(BROWSER_ANSWER, NO_ICE), other("query")],
    "plain to DTLS, off": [offer(PLAIN, TLS | {"DTLS": "off"})],
    "plain to DTLS, far side passive": [
        offer(PLAIN, TLS | {"SDES": ["off"]}),
        answer(BROWSER_ANSWER.replace("setup:active", "setup:passive"), NO_ICE),
        other("query"),
    ],
    "DTLS to plain": [offer(META, AVP | NO_ICE), answer(PLAIN_ANSWER.replace("101", "126")), other("query")],
    "DTLS to plain, off": [offer(META, AVP | NO_ICE | {"DTLS": "off"}), answer(PLAIN_ANSWER.replace("101", "126"), {"ICE": "force"})],
    "DTLS to plain, passive": [offer(META, AVP | NO_ICE), answer(PLAIN_ANSWER.replace("101", "126"), {"DTLS": "passive"})],
    "DTLS to plain, passive by the offer": [
        offer(META, AVP | NO_ICE | {"DTLS-reverse": "passive"}),
        answer(PLAIN_ANSWER.replace("101", "126")),
        other("query"),
    ],
    "DTLS to SDES": [offer(META, SAVP | NO_ICE), answer(SDES7.replace("101", "126"))],
    "DTLS to DTLS": [offer(META), answer(META_ANSWER), other("query")],
    "DTLS to DTLS, browser": [offer(BROWSER), answer(BROWSER_ANSWER), other("query")],
    "DTLS re-offered": [
        offer(META, AVP | NO_ICE),
        answer(PLAIN_ANSWER.replace("101", "126")),
        again(bumped(META), AVP | NO_ICE),
        answer(bumped(PLAIN_ANSWER).replace("101", "126")),
    ],
    "DTLS re-offered with a new fingerprint": [
        offer(META, AVP | NO_ICE),
        answer(PLAIN_ANSWER.replace("101", "126")),
        again(bumped(META).replace("1B:B6:6B", "1B:B6:6C"), AVP | NO_ICE),
        answer(bumped(PLAIN_ANSWER).replace("101", "126")),
    ],
    "DTLS, fingerprint of the session": [
        offer(META.replace("m=audio", "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\na=setup:actpass\nm=audio", 1), AVP | NO_ICE),
    ],
    "DTLS, fingerprint in lower case": [
        offer(META.replace("sha-256 1B", "SHA-256 1b"), AVP | NO_ICE),
        answer(PLAIN_ANSWER.replace("101", "126")),
    ],
    "DTLS, fingerprint of SHA-1": [
        offer(
            META.replace(
                "sha-256 1B:B6:6B:40:A5:0B:8C:75:0D:8C:CB:90:2F:99:74:1E:26:45:AE:AF:45:C1:51:60:8F:73:C9:2D:10:6D:8A:88",
                "sha-1 " + ":".join(["AB"] * 20),
            ),
            AVP | NO_ICE,
        ),
        answer(PLAIN_ANSWER.replace("101", "126")),
    ],
    "DTLS with SDES in one offer": [
        offer(
            META.replace(
                "a=setup:actpass", "a=setup:actpass\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:JpeU4nwAA5sb/K1hZJNubkTRuTnZsQWAulRjby2u"
            ),
            AVP | NO_ICE,
        ),
        answer(PLAIN_ANSWER.replace("101", "126")),
        other("query"),
    ],
    "DTLS, setup active in the offer": [offer(META.replace("actpass", "active"), AVP | NO_ICE), answer(PLAIN_ANSWER.replace("101", "126"))],
    "DTLS, setup passive in the offer": [
        offer(META.replace("actpass", "passive"), AVP | NO_ICE),
        answer(PLAIN_ANSWER.replace("101", "126")),
    ],
    "DTLS without setup": [offer(META.replace("a=setup:actpass\n", ""), AVP | NO_ICE), answer(PLAIN_ANSWER.replace("101", "126"))],
    "recrypt": [offer(SDES, flags=["recrypt"]), answer(SDES_ANSWER, flags=["recrypt"])],
    "tls-id": [
        offer(META.replace("a=setup:actpass", "a=setup:actpass\na=tls-id:1f8a3e0b7c6d5e4f3a2b1c0d"), AVP | NO_ICE),
        answer(PLAIN_ANSWER.replace("101", "126")),
    ],
}
CASES |= {
    f"SDES only {suite}": [
        Twin(
            offer(PLAIN, SAVP | {"SDES": [f"no-{other}" for other in SUITES if other != suite]}),
            offer(PLAIN, SAVP | {"SDES": [f"only-{suite}"]}),
        )
    ]
    for suite in SUITES
}
CASES |= {
    f"DTLS-fingerprint {name}": [offer(PLAIN, TLS | {"DTLS-fingerprint": name, "SDES": ["off"]})]
    for name in ("SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "MD5")
}
