"""ICE offered, removed, forced, lite and trickled."""

from __future__ import annotations

from differential.case import Cases, again, answer, back, offer, other
from differential.descriptions import BROWSER, BROWSER_ANSWER, LINPHONE, META, META_ANSWER, PLAIN, PLAIN_ANSWER, bumped

TLS = {"transport-protocol": "UDP/TLS/RTP/SAVPF", "SDES": ["off"]}
AVP = {"transport-protocol": "RTP/AVP", "rtcp-mux": ["demux"]}
TO_PLAIN = PLAIN_ANSWER.replace("0 101", "0 126").replace(":101 ", ":126 ")
VALUES = [
    "remove", "force", "default", "optional", "force-relay", "force_relay", "trickle", "ice2", "lite", "lite-forward", "lite-backward",
    "lite-both", "lite-off", "no-such-value",
]  # fmt: skip
LITE = ["forward", "backward", "both", "off", "no-such-value"]
FRAGMENT = """a=ice-ufrag:8hhY
a=ice-pwd:asd88fgpdd777uzjYhagZg
m=audio 9 RTP/AVP 0
a=mid:0
a=candidate:1 1 UDP 1658497328 198.51.100.33 5000 typ host
"""

CASES: Cases = {f"ICE={value}, none offered": [offer(PLAIN, {"ICE": value}), answer(PLAIN_ANSWER), other("query")] for value in VALUES}
CASES |= {f"ICE={value}, offered": [offer(LINPHONE, {"ICE": value}), other("query")] for value in VALUES}
CASES |= {
    f"ICE={value}, lite offered": [offer(META, {"ICE": value}), answer(META_ANSWER, {"ICE": value}), other("query")] for value in VALUES
}
CASES |= {
    f"ICE-lite={value}": [offer(PLAIN, TLS | {"ICE": "force", "ICE-lite": value}), answer(BROWSER_ANSWER, {"ICE": "remove"})]
    for value in LITE
}
CASES |= {f"ICE-lite={value}, offered": [offer(BROWSER, {"ICE-lite": value}), answer(BROWSER_ANSWER)] for value in LITE}
CASES |= {
    "no key, none offered": [offer(PLAIN), answer(PLAIN_ANSWER)],
    "no key, offered": [offer(LINPHONE), answer(PLAIN_ANSWER.replace("0 101", "0 100").replace(":101 ", ":100 "))],
    "no key, browsers": [offer(BROWSER), answer(BROWSER_ANSWER)],
    "removed, answer forced": [offer(META, AVP | {"ICE": "remove", "DTLS": "off"}), answer(TO_PLAIN, {"ICE": "force"}), other("query")],
    "removed, answer without": [offer(META, AVP | {"ICE": "remove", "DTLS": "off"}), answer(TO_PLAIN), other("query")],
    "removed, answer removed": [offer(META, AVP | {"ICE": "remove", "DTLS": "off"}), answer(TO_PLAIN, {"ICE": "remove"}), other("query")],
    "forced, answer removed": [offer(PLAIN, TLS | {"ICE": "force"}), answer(BROWSER_ANSWER, {"ICE": "remove"}), other("query")],
    "forced, the answer has none": [offer(PLAIN, {"ICE": "force"}), answer(PLAIN_ANSWER, {"ICE": "force"}), other("query")],
    "forced on two families": [offer(PLAIN, {"ICE": "force", "address-family": "IP6"})],
    "forced with rtcp-mux required": [
        offer(PLAIN, TLS | {"ICE": "force", "rtcp-mux": ["require"]}),
        answer(BROWSER_ANSWER, {"ICE": "remove"}),
    ],
    "forced at an advertised address": [offer(PLAIN, {"ICE": "force", "direction": ["pub", "far"]})],
    "forced with a media address": [offer(PLAIN, {"ICE": "force", "media-address": "192.0.2.77"})],
    "rejected": [offer(META, flags=["ICE-reject"]), answer(META_ANSWER)],
    "reject-ICE": [offer(META, flags=["reject-ICE"])],
    "ICE in lower case": [offer(PLAIN, {"ice": "force"})],
    "ICE as a list": [offer(PLAIN, {"ICE": ["force", "lite"]})],
    "trickle advertised": [offer(PLAIN, {"ICE": "force", "flags": ["trickle-ICE"]})],
    "trickle fragment": [
        offer(BROWSER, AVP | {"ICE": "remove", "DTLS": "off"}),
        offer(FRAGMENT, flags=["fragment"]),
        answer(TO_PLAIN, {"ICE": "force"}),
    ],
    "trickle fragment before the offer": [
        offer(FRAGMENT, flags=["fragment"]),
        offer(BROWSER, AVP | {"ICE": "remove", "DTLS": "off"}),
    ],
    "trickle fragment with wrong credentials": [
        offer(BROWSER, AVP | {"ICE": "remove", "DTLS": "off"}),
        offer(FRAGMENT.replace("8hhY", "xxxx"), flags=["fragment"]),
    ],
    "broken fragment": [offer(BROWSER, AVP | {"ICE": "remove"}), offer("broken", flags=["fragment"])],
    "restart": [
        offer(META, AVP | {"ICE": "remove", "DTLS": "off"}),
        answer(TO_PLAIN, {"ICE": "force"}),
        again(
            bumped(META).replace("6k2qP1R6kBfI/2", "7k2qP1R6kBfI/2").replace("UApvJw3N", "VApvJw3N"), AVP | {"ICE": "remove", "DTLS": "off"}
        ),
        answer(bumped(TO_PLAIN), {"ICE": "force"}),
        other("query"),
    ],
    "re-offer without a restart": [
        offer(META, AVP | {"ICE": "remove", "DTLS": "off"}),
        answer(TO_PLAIN, {"ICE": "force"}),
        again(bumped(META), AVP | {"ICE": "remove", "DTLS": "off"}),
        answer(bumped(TO_PLAIN), {"ICE": "force"}),
    ],
    "re-offer from the plain side": [
        offer(META, AVP | {"ICE": "remove", "DTLS": "off"}),
        answer(TO_PLAIN, {"ICE": "force"}),
        back(bumped(TO_PLAIN), {"ICE": "force", "transport-protocol": "UDP/TLS/RTP/SAVPF"}),
    ],
    "reset of a call with ICE": [
        offer(META, AVP | {"ICE": "remove", "DTLS": "off"}),
        answer(TO_PLAIN, {"ICE": "force"}),
        again(bumped(META), AVP | {"ICE": "remove", "flags": ["reset"]}),
        answer(bumped(TO_PLAIN), {"ICE": "force"}),
    ],
    "candidates of TCP only": [
        offer(BROWSER.replace("a=candidate:1 1 udp 2122260223 198.51.100.40 54321 typ host generation 0 network-id 1\n", ""))
    ],
    "a candidate that is a host name": [offer(BROWSER.replace("198.51.100.40 54321", "4f3c.local 54321"), AVP | {"ICE": "remove"})],
    "a broken candidate": [offer(BROWSER.replace("a=candidate:1 1 udp 2122260223", "a=candidate:1 1 udp many"), AVP | {"ICE": "remove"})],
    "no password": [offer(META.replace("a=ice-pwd:UApvJw3NcwFRDvIMKdM0vWCdlXah25E9\n", ""), AVP | {"ICE": "remove"}), answer(TO_PLAIN)],
    "end of candidates": [
        offer(META.replace("a=setup", "a=end-of-candidates\na=setup"), AVP | {"ICE": "remove"}),
        answer(TO_PLAIN, {"ICE": "force"}),
    ],
    "credentials of the session": [
        offer(
            META.replace("a=ice-lite\n", "a=ice-lite\na=ice-ufrag:6k2qP1R6kBfI/2\na=ice-pwd:UApvJw3NcwFRDvIMKdM0vWCdlXah25E9\n"),
            AVP | {"ICE": "remove"},
        ),
        answer(TO_PLAIN, {"ICE": "force"}),
    ],
    "mismatch": [offer(LINPHONE.replace("c=IN IP4 198.51.100.30", "c=IN IP4 198.51.100.31"))],
}
