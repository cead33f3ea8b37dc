"""The `codec` dictionary on offers and answers."""

from __future__ import annotations

from typing import Any

from differential.case import Cases, Request, Twin, again, answer, offer, other
from differential.descriptions import ASTERISK, BROWSER, LINPHONE, META, META_ANSWER, OPUS, PLAIN, PLAIN_ANSWER, STATIC, bumped

PLAIN_KEYS = {"ICE": "remove", "DTLS": "off", "transport-protocol": "RTP/AVP", "rtcp-mux": ["demux"]}


def with_codec(sdp: str, answered: str | None, **operations: Any) -> list[Request]:
    requests: list[Request] = [offer(sdp, codec=operations)]
    if answered is not None:
        requests += [answer(answered), other("query")]
    return requests


def answering(formats: str, *attributes: str) -> str:
    """The far side's answer with these payload types."""
    head = PLAIN_ANSWER.split("m=")[0]
    return head + f"m=audio 2000 RTP/AVP {formats}\n" + "".join(f"a={line}\n" for line in attributes)


OPUS96 = answering("96", "rtpmap:96 opus/48000/2", "fmtp:96 useinbandfec=1")
OPUS96_EVENTS = answering("96 97", "rtpmap:96 opus/48000/2", "rtpmap:97 telephone-event/48000")
PCMA = answering("8 101", "rtpmap:8 PCMA/8000", "rtpmap:101 telephone-event/8000")
PCMU = answering("0", "rtpmap:0 PCMU/8000")

CASES: Cases = {
    "strip one": with_codec(PLAIN, PLAIN_ANSWER, strip=["PCMA"]),
    "strip by number": with_codec(PLAIN, PLAIN_ANSWER, strip=["8"]),
    "strip in lower case": with_codec(PLAIN, PLAIN_ANSWER, strip=["pcma"]),
    "strip with the rate": with_codec(PLAIN, PLAIN_ANSWER, strip=["PCMA/8000"]),
    "strip with another rate": with_codec(PLAIN, PLAIN_ANSWER, strip=["PCMA/16000"]),
    "strip telephone-event": with_codec(PLAIN, answering("0"), strip=["telephone-event"]),
    "strip opus of one channel": with_codec(OPUS, OPUS, strip=["opus/48000/1"]),
    "strip all": with_codec(PLAIN, None, strip=["all"]),
    "strip full": with_codec(PLAIN, None, strip=["full"]),
    "strip all except": with_codec(PLAIN, PLAIN_ANSWER, strip=["all"], **{"except": ["PCMU"]}),
    "strip all, offer": with_codec(PLAIN, PLAIN_ANSWER, strip=["all"], offer=["PCMA", "PCMU"]),
    "strip all, offer digits too": with_codec(PLAIN, PLAIN_ANSWER, strip=["all"], offer=["telephone-event", "PCMA"]),
    "strip the unknown": with_codec(PLAIN, PLAIN_ANSWER, strip=["GSM"]),
    "strip as a string": [offer(PLAIN, codec={"strip": "PCMA,telephone-event"}), answer(answering("0"))],
    "strip of static types": with_codec(STATIC, STATIC, strip=["G729", "G722"]),
    "strip in the answer": [offer(PLAIN), answer(PLAIN, codec={"strip": ["PCMA"]})],
    "strip all in the answer": [offer(PLAIN), answer(PLAIN, codec={"strip": ["all"], "except": ["PCMA"]})],
    "offer sets the order": with_codec(PLAIN, PLAIN, offer=["PCMA", "PCMU"]),
    "offer names some": with_codec(PLAIN, PLAIN, offer=["telephone-event"]),
    "transcode added": with_codec(PLAIN, PLAIN_ANSWER, transcode=["opus"]),
    "transcode taken": with_codec(PLAIN, OPUS96, transcode=["opus"]),
    "transcode taken with digits": with_codec(PLAIN, OPUS96_EVENTS, transcode=["opus"]),
    "transcode with everything": with_codec(PLAIN, OPUS96, transcode=["opus/48000/1/16000/20/useinbandfec=0"]),
    "transcode with channels": with_codec(PLAIN, OPUS96, transcode=["opus/48000/2"]),
    "transcode of what is there": with_codec(PLAIN, PCMA, transcode=["PCMA"]),
    "transcode of several": with_codec(OPUS, PCMA, transcode=["PCMU", "PCMA", "G722"]),
    "transcode of the unknown": with_codec(PLAIN, PLAIN_ANSWER, transcode=["no-such-codec"]),
    "transcode L16": with_codec(PLAIN, PLAIN_ANSWER, transcode=["L16/16000"]),
    "transcode telephone-event": with_codec(PLAIN.replace(" 101\n", "\n"), PLAIN_ANSWER, transcode=["telephone-event"]),
    "transcode to G.722": with_codec(PLAIN, answering("9", "rtpmap:9 G722/8000"), transcode=["G722"]),
    "transcode to CN": with_codec(PLAIN, PLAIN_ANSWER, transcode=["CN"]),
    "mask all, transcode": with_codec(PLAIN, OPUS96, mask=["all"], transcode=["opus"]),
    "mask all, transcode with digits": with_codec(PLAIN, OPUS96_EVENTS, mask=["all"], transcode=["opus", "telephone-event"]),
    "mask one": with_codec(PLAIN, PLAIN_ANSWER, mask=["PCMA"]),
    "mask one, the other not taken": with_codec(PLAIN, PCMA, mask=["PCMU"]),
    "mask full": with_codec(PLAIN, OPUS96, mask=["full"], transcode=["opus"]),
    "mask all except": with_codec(PLAIN, PCMA, mask=["all"], **{"except": ["PCMA"]}),
    "mask opus": with_codec(OPUS, PCMU, mask=["opus"], transcode=["PCMU"]),
    "mask opus with digits": with_codec(OPUS, PLAIN_ANSWER, mask=["opus"], transcode=["PCMU", "telephone-event"]),
    "accept": with_codec(PLAIN, PCMA, accept=["PCMU"]),
    "accept full": with_codec(PLAIN, PCMA, accept=["full"]),
    "accept of what is not there": with_codec(PLAIN, PCMA, accept=["opus"]),
    "consume": with_codec(PLAIN, PCMA, consume=["PCMU"]),
    "consume, transcode": with_codec(PLAIN, OPUS96, consume=["PCMU"], transcode=["opus"]),
    "consume all": with_codec(PLAIN, OPUS96, consume=["all"], transcode=["opus"]),
    "ignore": with_codec(PLAIN, PCMA, ignore=["PCMU"]),
    "set": with_codec(PLAIN, PLAIN_ANSWER, set=["opus/48000/2/24000"]),
    "set with transcode": with_codec(PLAIN, OPUS96, set=["opus/48000/2////vbr=0"], transcode=["opus"]),
    "always-transcode": [offer(PLAIN, flags=["always-transcode"]), answer(PCMA), other("query")],
    "answer of one that was not offered": [offer(PLAIN), answer(OPUS96), other("query")],
    "answer with other numbers": [
        offer(OPUS),
        answer(answering("111 126", "rtpmap:111 opus/48000/2", "rtpmap:126 telephone-event/8000")),
        other("query"),
    ],
    "answer in another order": [offer(PLAIN), answer(answering("101 8 0", "rtpmap:101 telephone-event/8000"))],
    "answer with the last": [offer(PLAIN), answer(PCMA)],
    "answer without digits": [offer(PLAIN), answer(PCMU)],
    "answer with more than offered": [offer(answering("0")), answer(PLAIN)],
    "answer with nothing common": [offer(answering("0")), answer(PCMA), other("query")],
    "re-offer while transcoding": [
        offer(PLAIN, codec={"mask": ["all"], "transcode": ["opus"]}),
        answer(OPUS96),
        again(bumped(PLAIN), codec={"mask": ["all"], "transcode": ["opus"]}),
        answer(bumped(OPUS96)),
        other("query"),
    ],
    "re-offer ends transcoding": [
        offer(PLAIN, codec={"transcode": ["opus"]}),
        answer(OPUS96),
        again(bumped(PLAIN)),
        answer(bumped(PLAIN_ANSWER)),
        other("query"),
    ],
    "Meta to G.711": [
        offer(META, PLAIN_KEYS | {"codec": {"mask": ["opus"], "transcode": ["PCMU"]}}),
        answer(PLAIN_ANSWER.replace("101", "126"), {"ICE": "force"}),
    ],
    "Meta to G.711, strip": [offer(META, PLAIN_KEYS | {"codec": {"strip": ["opus"], "transcode": ["PCMU", "PCMA"]}})],
    "Meta, digits transcoded": [
        offer(META, PLAIN_KEYS | {"codec": {"mask": ["opus"], "transcode": ["PCMA", "telephone-event"]}}),
    ],
    "toward Meta": [
        offer(
            PLAIN,
            {
                "transport-protocol": "UDP/TLS/RTP/SAVPF",
                "ICE": "force",
                "SDES": ["off"],
                "codec": {"strip": ["all"], "transcode": ["opus/48000/2", "telephone-event"]},
            },
        ),
        answer(META_ANSWER, PLAIN_KEYS),
    ],
    "browser to G.711": [
        offer(BROWSER, PLAIN_KEYS | {"codec": {"strip": ["all"], "offer": ["PCMU", "telephone-event"]}}),
        answer(PLAIN_ANSWER.replace("101", "126"), {"ICE": "force"}),
    ],
    "browser, red and CN stripped": [offer(BROWSER, PLAIN_KEYS | {"codec": {"strip": ["red", "CN"]}})],
    "Linphone, speex stripped": [offer(LINPHONE, {"ICE": "remove", "codec": {"strip": ["speex"]}})],
    "Linphone, speex at 8000 stripped": [offer(LINPHONE, {"ICE": "remove", "codec": {"strip": ["speex/8000"]}})],
    "Asterisk, opus first": [offer(ASTERISK, codec={"offer": ["opus"]})],
    "the flags' form": [offer(PLAIN, flags=["codec-mask-all", "codec-transcode-opus", "codec-except-PCMA"]), answer(PCMA)],
    "the flags' form with options": [offer(PLAIN, flags=["codec-transcode-opus/48000/2/24000///useinbandfec--1"])],
    "codecs for codec": [Twin(offer(PLAIN, {"codec": {"strip": ["PCMA"]}}), offer(PLAIN, {"codecs": {"strip": ["PCMA"]}}))],
    "ptime with transcoding": [offer(PLAIN, ptime=40, codec={"mask": ["all"], "transcode": ["opus"]}), answer(OPUS96)],
}
