"""More than one m= line, media that are not audio, bundles."""

from __future__ import annotations

from differential.case import Cases, again, answer, offer, other
from differential.descriptions import (
    BROWSER,
    BROWSER_ANSWER,
    BROWSER_VIDEO,
    FAX,
    META,
    META_ANSWER,
    PLAIN,
    PLAIN_ANSWER,
    VIDEO,
    VIDEO_ANSWER,
    VIDEO_REJECTED,
    bumped,
)  # fmt: skip

AVP = {"transport-protocol": "RTP/AVP", "ICE": "remove", "DTLS": "off", "rtcp-mux": ["demux"]}
TWO_AUDIO = PLAIN + "m=audio 2010 RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=sendonly\n"
TWO_AUDIO_ANSWER = PLAIN_ANSWER + "m=audio 2010 RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=recvonly\n"
TEXT = PLAIN + "m=text 2020 RTP/AVP 98 99\na=rtpmap:98 t140/1000\na=rtpmap:99 red/1000\na=fmtp:99 98/98\n"
MESSAGE = PLAIN + "m=message 2855 TCP/MSRP *\na=path:msrp://198.51.100.1:2855/abc;tcp\na=accept-types:text/plain\n"
APPLICATION = PLAIN + "m=application 2040 UDP/BFCP *\na=floorctrl:c-s\na=confid:1\n"
DATA = BROWSER + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\nc=IN IP4 0.0.0.0\na=mid:1\na=sctp-port:5000\n"
FAX_TOO = PLAIN + FAX[FAX.index("m=") :].replace("2000", "2030")
BUNDLE_VALUES = ["accept", "offer", "require", "strict", "reject"]

CASES: Cases = {
    "video": [offer(VIDEO), answer(VIDEO_ANSWER), other("query")],
    "video refused": [offer(VIDEO), answer(VIDEO_REJECTED), other("query")],
    "video with origin replaced": [offer(VIDEO, replace=["origin"]), answer(VIDEO_ANSWER, replace=["origin"])],
    "video to SDES": [offer(VIDEO, {"transport-protocol": "RTP/SAVP", "SDES": ["no-AEAD_AES_256_GCM"]})],
    "video to WebRTC": [
        offer(VIDEO, {"transport-protocol": "UDP/TLS/RTP/SAVPF", "ICE": "force", "SDES": ["off"], "flags": ["generate-mid"]})
    ],
    "video with rtcp-mux": [offer(VIDEO, {"rtcp-mux": ["offer"]}), answer(VIDEO_ANSWER)],
    "video with codecs of audio": [offer(VIDEO, codec={"strip": ["PCMA"], "transcode": ["opus"]})],
    "video's codec stripped": [offer(VIDEO, codec={"strip": ["H264"]})],
    "video's codecs all stripped": [offer(VIDEO, codec={"strip": ["all"], "offer": ["PCMU"]})],
    "video with its ptime": [offer(VIDEO, ptime=40), answer(VIDEO_ANSWER)],
    "video removed": [offer(VIDEO, {"sdp-media-remove": ["video"]}), answer(PLAIN_ANSWER)],
    "video removed, a string": [offer(VIDEO, {"sdp-media-remove": "video"})],
    "audio removed": [offer(VIDEO, {"sdp-media-remove": ["audio"]})],
    "all removed": [offer(VIDEO, {"sdp-media-remove": ["audio", "video"]})],
    "others removed": [offer(MESSAGE, {"sdp-media-remove": ["message"]}), offer(MESSAGE, {"sdp-media-remove": ["other"]})],
    "sdp-attr by medium": [
        offer(VIDEO, {"sdp-attr": {"video": {"add": ["x-v:1"]}, "audio": {"add": ["x-a:1"]}, "global": {"add": ["x-g:1"]}}})
    ],
    "two audio": [offer(TWO_AUDIO), answer(TWO_AUDIO_ANSWER), other("query")],
    "two audio, one transcoded": [offer(TWO_AUDIO, codec={"mask": ["PCMA"], "transcode": ["opus"]})],
    "text": [offer(TEXT), answer(PLAIN_ANSWER + "m=text 2020 RTP/AVP 98\na=rtpmap:98 t140/1000\n"), other("query")],
    "a message session": [offer(MESSAGE), answer(PLAIN_ANSWER + "m=message 2855 TCP/MSRP *\na=path:msrp://198.51.100.3:2855/abc;tcp\n")],
    "BFCP": [offer(APPLICATION), answer(PLAIN_ANSWER + "m=application 2040 UDP/BFCP *\na=floorctrl:s-only\n")],
    "a data channel": [offer(DATA), other("query")],
    "a data channel toward plain": [offer(DATA, AVP)],
    "fax": [offer(FAX), answer(FAX), other("query")],
    "fax beside audio": [offer(FAX_TOO), answer(PLAIN_ANSWER + "m=image 0 udptl t38\n")],
    "fax in a re-offer": [offer(PLAIN), answer(PLAIN_ANSWER), again(bumped(FAX)), answer(FAX)],
    "fax, T.38 decoded": [offer(FAX, {"T.38": ["decode"]})],
    "browser with video": [offer(BROWSER_VIDEO), other("query")],
    "browser with video toward plain": [
        offer(BROWSER_VIDEO, AVP),
        answer(VIDEO_ANSWER.replace("0 101", "0 126").replace(":101 ", ":126 ")),
    ],
    "browser with video, video removed": [offer(BROWSER_VIDEO, AVP | {"sdp-media-remove": ["video"]})],
    "media in another order": [
        offer(VIDEO),
        answer(PLAIN_ANSWER.split("m=")[0] + "m=video 2002 RTP/AVP 96\na=rtpmap:96 H264/90000\nm=audio 2000 RTP/AVP 0\n"),
    ],
    "one refused in the offer": [offer(VIDEO.replace("m=video 2002", "m=video 0")), answer(VIDEO_REJECTED)],
    "bundle of Meta": [offer(META), answer(META_ANSWER)],
    "bundle toward plain": [
        offer(BROWSER, AVP),
        answer(PLAIN_ANSWER.replace("0 101", "0 126").replace(":101 ", ":126 "), {"ICE": "force"}),
    ],
    "own connection each": [
        offer(VIDEO.replace("m=video 2002 RTP/AVP 96\n", "m=video 2002 RTP/AVP 96\nc=IN IP4 198.51.100.2\n")),
        answer(VIDEO_ANSWER),
        other("query"),
    ],
    "own directions": [offer(VIDEO.replace("packetization-mode=1\na=sendrecv", "packetization-mode=1\na=recvonly")), answer(VIDEO_ANSWER)],
    "an unknown medium": [offer(PLAIN + "m=smell 3000 RTP/AVP 99\na=rtpmap:99 rose/8000\n")],
    "many": [offer(PLAIN + "".join(f"m=audio {3000 + 2 * n} RTP/AVP 0\n" for n in range(6)))],
}
CASES |= {f"bundle={value}": [offer(BROWSER_VIDEO, {"bundle": [value]}), answer(BROWSER_ANSWER)] for value in BUNDLE_VALUES}
CASES |= {f"bundle={value}, none offered": [offer(VIDEO, {"bundle": [value]}), answer(VIDEO_ANSWER)] for value in BUNDLE_VALUES}
