"""`rtpp-flags`: the client's own words, parsed by the daemon. 10.5 leaves that to the client: it gets the keys that they stand for."""

from __future__ import annotations

from typing import Any

from differential.case import Cases, Request, Twin, answer, offer, other
from differential.descriptions import META, PLAIN, PLAIN_ANSWER, RICH, SDES

KAMAILIO = " ".join(
    [
        "replace-origin replace-session-connection ICE=remove RTP/AVP DTLS=off rtcp-mux-demux",
        "codec-mask-opus codec-transcode-PCMU trust-address",
    ]
)
#: Words and what they mean.
WORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "flags": ("trust-address generate-mid replace-origin", {"flags": ["trust-address", "generate-mid"], "replace": ["origin"]}),
    "blanks at the ends": ("  trust-address   generate-mid ", {"flags": ["trust-address", "generate-mid"]}),
    "an empty string": ("", {}),
    "transport AVPF": ("RTP/AVPF", {"transport-protocol": "RTP/AVPF"}),
    "transport SAVP": (
        "RTP/SAVP SDES-no-AES_CM_128_HMAC_SHA1_80",
        {"transport-protocol": "RTP/SAVP", "SDES": ["no-AES_CM_128_HMAC_SHA1_80"]},
    ),
    "transport in parts": ("SRTP AVPF SDES-off", {"transport-protocol": "RTP/SAVPF", "SDES": ["off"]}),
    "transport of one part": ("AVPF", {"transport-protocol": "RTP/AVPF"}),
    "transport DTLS": ("DTLS AVPF ICE=force SDES-off", {"transport-protocol": "UDP/TLS/RTP/SAVPF", "ICE": "force", "SDES": ["off"]}),
    "ICE and mux": ("ICE=force rtcp-mux-offer rtcp-mux-require", {"ICE": "force", "rtcp-mux": ["offer", "require"]}),
    "mux in brackets": ("rtcp-mux=[offer require]", {"rtcp-mux": ["offer", "require"]}),
    "direction by repetition": ("direction=priv direction=far", {"direction": ["priv", "far"]}),
    "direction in brackets": ("direction=[priv far]", {"direction": ["priv", "far"]}),
    "direction thrice": ("direction=priv direction=far direction=pub", {"direction": ["priv", "far"]}),
    "from-interface": ("from-interface=priv to-interface=far", {"direction": ["priv", "far"]}),
    "address-family": ("address-family=IP6", {"address-family": "IP6"}),
    "media-address": ("media-address=192.0.2.77", {"media-address": "192.0.2.77"}),
    "codec with dashes": ("codec-mask-PCMA codec-transcode-opus", {"codec": {"mask": ["PCMA"], "transcode": ["opus"]}}),
    "codec with equals": ("codec-strip=PCMA codec-offer=PCMU", {"codec": {"strip": ["PCMA"], "offer": ["PCMU"]}}),
    "codec in brackets": ("codec=[mask=[PCMA] transcode=[opus G722]]", {"codec": {"mask": ["PCMA"], "transcode": ["opus", "G722"]}}),
    "codec values in brackets": ("codec-strip=[PCMA telephone-event]", {"codec": {"strip": ["PCMA", "telephone-event"]}}),
    "codec consumed": ("codec=[consume=[PCMU]]", {"codec": {"consume": ["PCMU"]}}),
    "codec except": ("codec-strip-all codec-except-PCMA", {"codec": {"strip": ["all"], "except": ["PCMA"]}}),
    "codec accepted": ("codec-accept=PCMU codec-transcode=opus", {"codec": {"accept": ["PCMU"], "transcode": ["opus"]}}),
    "transcode": ("transcode-opus", {"codec": {"transcode": ["opus"]}}),
    "transcode with equals": ("transcode=opus", {"codec": {"transcode": ["opus"]}}),
    "codec with options": ("codec-transcode-opus/48000/1/20000", {"codec": {"transcode": ["opus/48000/1/20000"]}}),
    "replace in brackets": ("replace=[origin sdp-version]", {"replace": ["origin", "sdp-version"]}),
    "replace with a comma": ("replace=origin,username", {"replace": ["origin", "username"]}),
    "SDES in brackets": (
        "RTP/SAVP SDES=[no-AEAD_AES_256_GCM pad]",
        {"transport-protocol": "RTP/SAVP", "SDES": ["no-AEAD_AES_256_GCM", "pad"]},
    ),
    "DTLS": ("UDP/TLS/RTP/SAVP DTLS=passive", {"transport-protocol": "UDP/TLS/RTP/SAVP", "DTLS": "passive"}),
    "ptime": ("ptime=40 ptime-reverse=30", {"ptime": 40, "ptime-reverse": 30}),
    "TOS": ("TOS=184", {"TOS": 184}),
    "label": ("label=one metadata=a:b", {"label": "one", "metadata": "a:b"}),
    "unknown words": ("no-such-word no-such-key=7 another=[a b c]", {}),
    "an open bracket": ("codec=[mask=[PCMA]", {"codec": {"mask": ["PCMA"]}}),
    "an equals sign alone": ("= =x y=", {}),
    "loop-protect": ("loop-protect", {"flags": ["loop-protect"]}),
    "strict and asymmetric": ("strict-source asymmetric media-handover", {"flags": ["strict-source", "asymmetric", "media-handover"]}),
    "via-branch": ("via-branch=z9hG4bK1", {"via-branch": "z9hG4bK1"}),
    "OSRTP": ("OSRTP-offer", {"OSRTP": ["offer"]}),
    "OSRTP in brackets": ("OSRTP=[offer accept]", {"OSRTP": ["offer", "accept"]}),
    "T.38": ("T.38=decode", {"T.38": ["decode"]}),
    "repacketize": ("repacketize=20 force-answer", {}),
    "no-rtcp-attribute": ("no-rtcp-attribute", {"flags": ["no-rtcp-attribute"]}),
    "full-rtcp-attribute": ("full-rtcp-attribute", {"flags": ["full-rtcp-attribute"]}),
    "record-call": ("record-call=on", {"record-call": "on"}),
}


def _said(words: str, meaning: dict[str, Any]) -> list[Request]:
    return [
        Twin(offer(RICH, meaning), offer(RICH, {"rtpp-flags": words})),
        Twin(answer(RICH, meaning), answer(RICH, {"rtpp-flags": words})),
        other("query"),
    ]


CASES: Cases = {name: _said(words, meaning) for name, (words, meaning) in WORDS.items()}
CASES |= {
    "Kamailio's": [
        Twin(
            offer(
                META,
                {
                    "replace": ["origin", "session-connection"],
                    "ICE": "remove",
                    "transport-protocol": "RTP/AVP",
                    "DTLS": "off",
                    "rtcp-mux": ["demux"],
                    "codec": {"mask": ["opus"], "transcode": ["PCMU"]},
                    "flags": ["trust-address"],
                },
            ),
            offer(META, {"rtpp-flags": KAMAILIO}),
        ),
        Twin(
            answer(PLAIN_ANSWER.replace("101", "126"), {"replace": ["origin"], "ICE": "force"}),
            answer(PLAIN_ANSWER.replace("101", "126"), {"rtpp-flags": "replace-origin ICE=force"}),
        ),
    ],
    "in the answer": [
        offer(SDES),
        Twin(
            answer(PLAIN_ANSWER, {"replace": ["origin"], "flags": ["no-rtcp-attribute"]}),
            answer(PLAIN_ANSWER, {"rtpp-flags": "replace-origin no-rtcp-attribute"}),
        ),
    ],
    "with an underscore": [Twin(offer(PLAIN, flags=["generate-mid"]), offer(PLAIN, {"rtpp_flags": "generate-mid"}))],
    "beside flags": [
        Twin(
            offer(PLAIN, {"flags": ["trust-address", "generate-mid"], "replace": ["origin"]}),
            offer(PLAIN, {"rtpp-flags": "generate-mid", "flags": ["trust-address"], "replace": ["origin"]}),
        ),
    ],
    "against a key before it": [Twin(offer(PLAIN, ptime=40), offer(PLAIN, {"ptime": 30, "rtpp-flags": "ptime=40"}))],
    "against a key after it": [Twin(offer(PLAIN, ptime=30), offer(PLAIN, {"rtpp-flags": "ptime=40", "ptime": 30}))],
    "in delete": [
        offer(PLAIN),
        answer(PLAIN_ANSWER),
        Twin(
            other("delete", {"delete-delay": 0}, from_tag="a", to_tag="b", flags=["to-tag"]),
            other("delete", {"rtpp-flags": "to-tag=b delete-delay=0"}, from_tag="a"),
        ),
        other("query"),
    ],
    "in block media": [
        offer(PLAIN),
        answer(PLAIN_ANSWER),
        Twin(other("block media", {"from-tag": "a", "flags": ["directional"]}), other("block media", {"rtpp-flags": "from-tag=a"})),
        other("query"),
    ],
}
