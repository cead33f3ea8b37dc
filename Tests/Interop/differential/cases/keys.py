"""Each key and flag that shows in a description, beside those of codecs, keying and ICE."""

from __future__ import annotations

from typing import Any

from differential.case import Cases, Request, Twin, again, answer, offer, other
from differential.descriptions import BROWSER, META, META_ANSWER, OPUS, PLAIN, PLAIN_ANSWER, RICH, STATIC, bumped


def both(keys: dict[str, Any], sdp: str = PLAIN, reply: str = PLAIN_ANSWER) -> list[Request]:
    """The same keys with the offer and with the answer."""
    return [offer(sdp, keys), answer(reply, keys)]


def flag(*names: str) -> list[Request]:
    return both({"flags": list(names)})


MUXED = PLAIN.replace("a=sendrecv", "a=rtcp-mux\na=sendrecv")
MUXED_ANSWER = PLAIN_ANSWER.replace("a=sendrecv", "a=rtcp-mux\na=sendrecv")
FLAGS = [
    "trust-address", "SIP-source-address", "sip-source-address", "symmetric", "asymmetric", "strict-source", "media-handover",
    "endpoint-learning-off", "endpoint-learning-immediate", "endpoint-learning-delayed", "endpoint-learning-heuristic", "NAT-wait",
    "pierce-NAT", "port-latching", "no-port-latching", "reset", "generate-mid", "no-tls-id", "generate-RTCP", "no-rtcp-attribute",
    "full-rtcp-attribute", "original-sendrecv", "loop-protect", "single-codec", "reuse-codecs", "no-codec-renegotiation", "static-codecs",
    "allow-asymmetric-codecs", "allow-no-codec-media", "always-transcode", "allow-transcoding", "force-transcoding", "no-jitter-buffer",
    "block-short", "inject-DTMF", "detect-DTMF", "block-DTMF", "block-egress", "audio-player", "no-audio-player", "early-media",
    "directional", "unidirectional", "inactive", "SIPREC", "all", "record-call", "fast", "new-branch", "provisional", "recrypt",
    "passthrough", "no-passthrough", "no-redis-update", "pad-crypto", "strip-extmap", "debug", "asymmetric-codecs", "symmetric-codecs",
    "reorder-codecs", "pause", "no-such-flag", "trust address", "generate mid", "loop protect", "mirror-RTCP", "media handover",
    "SDES-off", "OSRTP-offer", "codec-strip-PCMA", "codec-mask-PCMA", "codec-transcode-opus", "codec-offer-PCMA", "codec-except-PCMU",
    "codec-accept-opus", "codec-consume-PCMA", "codec-set-PCMA/8000", "from-tags-a",
]  # fmt: skip
#: Flags that 10.5 does not know, and the keys that mean the same there.
LATER: dict[str, dict[str, Any]] = {
    "replace-origin": {"replace": ["origin"]},
    "replace-username": {"replace": ["username"]},
    "replace-sdp-version": {"replace": ["sdp-version"]},
    "replace-session-name": {"replace": ["session-name"]},
    "replace-session-connection": {"replace": ["session-connection"]},
    "rtcp-mux-offer": {"rtcp-mux": ["offer"]},
    "rtcp-mux-require": {"rtcp-mux": ["offer", "require"]},
    "rtcp-mux-demux": {"rtcp-mux": ["demux"]},
    "rtcp-mux-accept": {"rtcp-mux": ["accept"]},
    "rtcp-mux-reject": {"rtcp-mux": ["reject"]},
    "transcode-opus": {"codec": {"transcode": ["opus"]}},
    "block-DTMF": {},
    "WebRTC": {
        "transport-protocol": "UDP/TLS/RTP/SAVPF", "ICE": "force", "rtcp-mux": ["offer", "require"], "SDES": ["off"],
        "flags": ["generate-mid", "no-rtcp-attribute", "trickle-ICE"],
    },
}  # fmt: skip

REPLACE = ["origin", "SDP-version", "sdp-version", "username", "session-name", "zero-address",
           "session-connection", "no-such-thing"]  # fmt: skip
MUX = ["offer", "require", "demux", "accept", "reject"]

CASES: Cases = {f"flag {name}": flag(name) for name in FLAGS}
CASES |= {
    f"flag {name}": [Twin(offer(RICH, keys), offer(RICH, flags=[name])), answer(RICH), other("query")] for name, keys in LATER.items()
}
CASES |= {f"replace {name}": both({"replace": [name]}, RICH, RICH) for name in REPLACE}
CASES |= {
    f"rtcp-mux {name}, {kind}": [offer(sdp, {"rtcp-mux": [name]}), answer(reply), other("query")]
    for name in MUX
    for kind, sdp, reply in (
        ("none offered", PLAIN, PLAIN_ANSWER),
        ("offered and taken", MUXED, MUXED_ANSWER),
        ("offered", MUXED, PLAIN_ANSWER),
    )
}
CASES |= {f"rtcp-mux {name} in the answer": [offer(MUXED), answer(MUXED_ANSWER, {"rtcp-mux": [name]}), other("query")] for name in MUX}
CASES |= {
    "flags as one string": both({"flags": "trust-address,generate-mid"}),
    "flags, one alone": both({"flags": "generate-mid"}),
    "several replacements": both({"replace": ["origin", "session-connection", "sdp-version"]}, RICH, RICH),
    "replace and a re-offer": [
        offer(PLAIN, replace=["origin", "sdp-version"]),
        answer(PLAIN_ANSWER, replace=["origin", "sdp-version"]),
        again(bumped(PLAIN), replace=["origin", "sdp-version"]),
        answer(bumped(PLAIN_ANSWER), replace=["origin", "sdp-version"]),
    ],
    "origin-full and a re-offer": [
        offer(PLAIN, replace=["origin-full"]),
        answer(PLAIN_ANSWER),
        again(bumped(PLAIN), replace=["origin-full"]),
    ],
    "direction by names": both({"direction": ["priv", "pub"]}),
    "direction the other way": [offer(PLAIN, {"direction": ["pub", "priv"]}), answer(PLAIN_ANSWER, {"direction": ["priv", "pub"]})],
    "direction to an advertised address": both({"direction": ["pub", "far"]}),
    "direction from an advertised address": both({"direction": ["far", "pub"]}, RICH, RICH),
    "direction internal": both({"direction": ["internal", "external"]}),
    "direction unknown": both({"direction": ["nowhere", "elsewhere"]}),
    "direction of one word": both({"direction": ["priv"]}),
    "from-interface and to-interface": [
        Twin(offer(PLAIN, {"direction": ["priv", "far"]}), offer(PLAIN, {"from-interface": "priv", "to-interface": "far"})),
        answer(PLAIN_ANSWER),
    ],
    "received-from": both({"received-from": ["IP4", "192.0.2.99"], "flags": ["SIP-source-address"]}) + [other("query")],
    "received-from, trusted": both({"received-from": ["IP4", "192.0.2.99"], "flags": ["trust-address"]}) + [other("query")],
    "received-from alone": both({"received-from": ["IP4", "192.0.2.99"]}) + [other("query")],
    "media-address": both({"media-address": "192.0.2.77"}),
    "media-address of IPv6": both({"media-address": "2001:db8::77"}),
    "media-address that is none": both({"media-address": "nowhere"}),
    "media address, origin replaced": both({"media address": "192.0.2.77", "replace": ["origin"]}),
    "address-family IP6": both({"address-family": "IP6"}),
    "address-family IP6, origin replaced": both({"address-family": "IP6", "replace": ["origin"]}),
    "address-family unknown": both({"address-family": "IP5"}),
    "transport RTP/AVPF": both({"transport-protocol": "RTP/AVPF"}),
    "transport RTP/AVPF, back to AVP": [
        offer(PLAIN, {"transport-protocol": "RTP/AVPF"}),
        answer(PLAIN_ANSWER.replace("RTP/AVP", "RTP/AVPF")),
    ],
    "transport accepted": [offer(PLAIN.replace("RTP/AVP", "RTP/AVPF")), answer(PLAIN_ANSWER, {"transport-protocol": "accept"})],
    "transport in the answer": [offer(PLAIN), answer(PLAIN_ANSWER, {"transport-protocol": "RTP/AVPF"})],
    "transport unknown": both({"transport-protocol": "RTP/XYZ"}),
    "AVPF without feedback": [offer(PLAIN.replace("RTP/AVP", "RTP/AVPF"), {"transport-protocol": "RTP/AVP"}), answer(PLAIN_ANSWER)],
    "ptime in the offer": [offer(PLAIN, ptime=40), answer(PLAIN_ANSWER), other("query")],
    "ptime as a string": [offer(PLAIN, ptime="40"), answer(PLAIN_ANSWER)],
    "ptime-reverse": [offer(PLAIN, {"ptime-reverse": 40}), answer(PLAIN_ANSWER)],
    "ptime in both": [offer(RICH, ptime=30), answer(RICH, ptime=30)],
    "ptime both ways": [offer(RICH, {"ptime": 10, "ptime-reverse": 30}), answer(RICH)],
    "ptime of the far side": [offer(PLAIN), answer(PLAIN_ANSWER.replace("a=sendrecv", "a=ptime:40\na=sendrecv"))],
    "TOS": both({"TOS": 184}),
    "delete delay": both({"delete delay": 5}),
    "generate-RTCP on": both({"generate-RTCP": "on"}),
    "sdp-attr added": both({"sdp-attr": {"audio": {"add": ["x-new:1", "ptime:99"]}, "global": {"add": ["x-g:2"]}}}),
    "sdp-attr removed": both(
        {"sdp-attr": {"audio": {"remove": ["ptime:20", "x-media:kept"]}, "none": {"remove": ["x-session:kept"]}}}, RICH, RICH
    ),
    "sdp-attr removed by name": both({"sdp-attr": {"audio": {"remove": ["ptime", "label"]}, "global": {"remove": ["tool"]}}}, RICH, RICH),
    "sdp-attr substituted": both({"sdp-attr": {"audio": {"substitute": [["sendrecv", "sendonly"], ["ptime:20", "ptime:40"]]}}}, RICH, RICH),
    "sdp-attr of video": both({"sdp-attr": {"video": {"add": ["x-new:1"]}}}),
    "sdp-attr, an unknown command": both({"sdp-attr": {"audio": {"multiply": ["x-new:1"]}}}),
    "sdp-attr, a string": both({"sdp-attr": "x"}),
    "sdp-attr, a list in a section": both({"sdp-attr": {"audio": ["x"]}}),
    "sdp-attr on rtcp": both({"sdp-attr": {"audio": {"remove": ["rtcp"], "add": ["rtcp:1"]}}}),
    "extmap stripped": [offer(BROWSER, {"extmap": {"strip": ["all"]}, "ICE": "remove"})],
    "extmap, one stripped": [offer(BROWSER, {"extmap": {"strip": ["urn:ietf:params:rtp-hdrext:sdes:mid"]}, "ICE": "remove"})],
    "extmap, one masked": [offer(BROWSER, {"extmap": {"mask": ["urn:ietf:params:rtp-hdrext:sdes:mid"]}, "ICE": "remove"})],
    "metadata and label": both({"metadata": "a:b|c:d", "label": "x"}) + [other("query")],
    "supports": both({"supports": ["load limit"]}),
    "supports something else": both({"supports": ["everything"]}),
    "loop-protect twice": [
        offer(PLAIN, flags=["loop-protect"]),
        answer(PLAIN_ANSWER, flags=["loop-protect"]),
        other("query"),
    ],
    "generate-mid where there is one": [
        offer(META, {"flags": ["generate-mid"], "ICE": "remove", "DTLS": "off", "transport-protocol": "RTP/AVP"})
    ],
    "single-codec, more offered": [offer(STATIC), answer(STATIC, flags=["single-codec"])],
    "single-codec with digits": [offer(PLAIN), answer(PLAIN, flags=["single-codec"])],
    "single-codec, Meta": [offer(META), answer(META_ANSWER, flags=["single-codec"])],
    "reuse-codecs in a re-offer": [
        offer(PLAIN),
        answer(PLAIN_ANSWER),
        again(bumped(PLAIN).replace(" 0 8 101", " 8 0 101"), flags=["reuse-codecs"]),
        answer(bumped(PLAIN_ANSWER)),
    ],
    "static-codecs": [offer(PLAIN, flags=["static-codecs"]), answer(PLAIN_ANSWER), again(bumped(OPUS), flags=["static-codecs"])],
    "reset in a re-offer": [offer(PLAIN), answer(PLAIN_ANSWER), again(bumped(PLAIN), flags=["reset"]), answer(bumped(PLAIN_ANSWER))],
    "SIP message type": both({"sip-message-type": "sip_request"}),
    "SIP code": both({"sip-message-type": "sip_reply", "sip-code": 200}),
    "unknown keys": both({"repacketize": 20, "no such key": ["x"], "another": {"x": {"y": "z"}}}),
    "a list for a string": both({"ICE": ["remove"], "DTLS": ["off"], "label": ["x"]}),
    "a string for a dictionary": both({"codec": "strip"}),
    "an integer for a list": both({"flags": 7, "replace": 7}),
    "a dictionary for a list": both({"flags": {"trust-address": "yes"}}),
    "xmlrpc-callback": both({"xmlrpc-callback": "127.0.0.1"}),
    "T.38": both({"T.38": ["decode"]}),
    "media-echo": both({"media-echo": "both"}) + [other("query")],
    "drop-traffic": both({"drop-traffic": "start"}) + [other("query")],
    "delay-buffer": both({"delay-buffer": 100}),
    "audio-player": both({"audio-player": "always"}) + [other("query")],
    "template unknown": both({"template": "none"}),
    "moh": both({"moh": {"file": "/nonexistent.wav"}}),
    "DTMF-security": both({"DTMF-security": "drop"}),
    "alias-key": both({"alias-key": "sdp"}) + [other("query")],
    "via-branch": both({"via-branch": "z9hG4bK1"}),
    "osrtp": both({"OSRTP": ["offer"]}),
}
