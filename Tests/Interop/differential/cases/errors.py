"""What is refused, with which words and in which order of checks."""

from __future__ import annotations

import json

from differential.case import Cases, answer, offer, other
from differential.descriptions import PLAIN, PLAIN_ANSWER
from ng import encode

ENVELOPE: Cases = {
    "no payload": [b" "],
    "no payload and no space": [b"differential_cookie_alone"],
    "neither bencode nor JSON": [b" x"],
    "a bencoded string": [b" 7:command"],
    "a bencoded list": [b" l7:command4:pinge"],
    "a bencoded integer": [b" i1e"],
    "bencode that breaks off": [b" d7:command4:pin"],
    "bencode with an impossible length": [b" d7:command99999999999:pinge"],
    "bencode with bytes after it": [b" d7:command4:pingeeeee"],
    "an empty dictionary": [b" de"],
    "a key without a value": [b" d7:commande"],
    "a key that is an integer": [b" di1e4:pinge"],
    "an integer with a leading zero": [b" d7:command4:ping1:xi007ee"],
    "a negative integer": [b" d7:command4:ping1:xi-7ee"],
    "no command": [b" d3:foo3:bare"],
    "a command that is a list": [b" d7:commandl4:pingee"],
    "a command that is an integer": [b" d7:commandi1ee"],
    "an empty command": [b" d7:command0:e"],
    "an unknown command": [b" d7:command5:dancee"],
    "a command in capitals": [b" d7:command4:PINGe"],
    "a repeated command": [b" d7:command5:dance7:command4:pinge"],
    "two spaces": [b"  d7:command4:pinge"],
    "not JSON": [b" {not json}"],
    "JSON that breaks off": [b' {"command": "ping"'],
    "an empty JSON object": [b" {}"],
    "a JSON command that is a number": [b' {"command": 7}'],
    "an unknown JSON command": [b' {"command": "dance"}'],
    "JSON ping": [b' {"command": "ping"}'],
    "JSON with a trailing newline": [b' {"command": "ping"}\n'],
    "a JSON array": [b' ["command", "ping"]'],
    "deep lists": [b" d7:command4:ping1:x" + b"l" * 50 + b"e" * 50 + b"e"],
}

BROKEN = {
    "not SDP at all": "this is not SDP",
    "an empty description": "",
    "only a version": "v=0\n",
    "no version": PLAIN.replace("v=0\n", ""),
    "version 1": PLAIN.replace("v=0\n", "v=1\n"),
    "no origin": PLAIN.replace("o=- 1545997027 1 IN IP4 198.51.100.1\n", ""),
    "an origin without an address": PLAIN.replace("IN IP4 198.51.100.1\ns", "\ns"),
    "an origin that is a host name": PLAIN.replace("1 IN IP4 198.51.100.1\ns", "1 IN IP4 pbx.example.invalid\ns"),
    "no session name": PLAIN.replace("s=tester\n", ""),
    "no time": PLAIN.replace("t=0 0\n", ""),
    "no media": PLAIN.split("m=")[0],
    "no connection": PLAIN.replace("c=IN IP4 198.51.100.1\n", ""),
    "a connection that is no address": PLAIN.replace("c=IN IP4 198.51.100.1", "c=IN IP4 not.an.address"),
    "a connection that breaks off": PLAIN.replace("c=IN IP4 198.51.100.1", "c=IN IP4"),
    "a multicast connection": PLAIN.replace("c=IN IP4 198.51.100.1", "c=IN IP4 224.2.1.1/127"),
    "a media line that breaks off": PLAIN.replace("m=audio 2000 RTP/AVP 0 8 101", "m=audio"),
    "a media line without formats": PLAIN.replace("m=audio 2000 RTP/AVP 0 8 101", "m=audio 2000 RTP/AVP"),
    "a port that is no number": PLAIN.replace("m=audio 2000", "m=audio many"),
    "a port too large": PLAIN.replace("m=audio 2000", "m=audio 70000"),
    "a number of ports": PLAIN.replace("m=audio 2000", "m=audio 2000/2"),
    "an unknown protocol": PLAIN.replace("RTP/AVP", "RTP/XYZ"),
    "an unknown line": PLAIN.replace("t=0 0\n", "t=0 0\nx=unknown\n"),
    "a line without =": PLAIN.replace("t=0 0\n", "t=0 0\nnonsense\n"),
    "an empty line in it": PLAIN.replace("t=0 0\n", "t=0 0\n\n"),
    "a payload type too large": PLAIN.replace("0 8 101\n", "0 8 301\n"),
    "an rtpmap without a type": PLAIN.replace("a=rtpmap:8 PCMA/8000", "a=rtpmap:"),
    "no line end": PLAIN.rstrip("\n"),
}

JSON_OFFER = {"command": "offer", "call-id": "errors in JSON", "from-tag": "a", "sdp": PLAIN.replace("\n", "\r\n")}

REQUESTS: Cases = {
    "offer without SDP": [offer(None)],
    "offer without call-id": [offer(PLAIN, {"call-id": None})],
    "offer without from-tag": [offer(PLAIN, {"from-tag": None})],
    "offer without anything": [offer(None, {"from-tag": None, "call-id": None})],
    "offer without SDP and tag": [offer(None, {"from-tag": None})],
    "offer without call-id and tag": [offer(PLAIN, {"from-tag": None, "call-id": None})],
    "offer with an empty call-id": [offer(PLAIN, {"call-id": ""})],
    "offer with an empty from-tag": [offer(PLAIN, {"from-tag": ""})],
    "offer with SDP in a list": [offer(None) | {"sdp": None, "SDP": [PLAIN]}],
    "answer without SDP": [answer(None)],
    "answer without call-id": [answer(PLAIN_ANSWER, {"call-id": None})],
    "answer without from-tag": [answer(PLAIN_ANSWER, {"from-tag": None})],
    "answer without to-tag": [answer(PLAIN_ANSWER) | {"to-tag": None}],
    "answer without anything": [answer(None) | {"to-tag": None, "from-tag": None, "call-id": None}],
    "answer to no offer": [answer(PLAIN_ANSWER)],
    "broken answer to no offer": [answer("broken")],
    "answer from an unknown tag": [offer(PLAIN), answer(PLAIN_ANSWER) | {"from-tag": "x"}],
    "broken answer": [offer(PLAIN), answer("broken"), answer(PLAIN_ANSWER)],
    "an answer with more media": [offer(PLAIN), answer(PLAIN_ANSWER + "m=video 2002 RTP/AVP 96\na=rtpmap:96 H264/90000\n")],
    "an answer with less media": [
        offer(PLAIN + "m=video 2002 RTP/AVP 96\na=rtpmap:96 H264/90000\n"),
        answer(PLAIN_ANSWER),
    ],
    "a tag on both sides": [offer(PLAIN), answer(PLAIN_ANSWER) | {"to-tag": "a"}],
    "the same party offers and answers": [offer(PLAIN), offer(PLAIN_ANSWER) | {"from-tag": "b", "to-tag": "a"}],
    "fatal delete of the unknown": [other("delete", flags=["fatal"], from_tag="a")],
    "delete of the unknown": [other("delete", from_tag="a")],
    "delete without call-id": [other("delete", {"call-id": None}, from_tag="a")],
    "fatal delete of an unknown tag": [offer(PLAIN), other("delete", flags=["fatal"], from_tag="x", delete_delay=0)],
    "query without call-id": [other("query", {"call-id": None})],
    "query of the unknown": [other("query")],
    "list below zero": [other("list", {"call-id": None}, limit=-1)],
    "list of a word": [other("list", {"call-id": None}, limit="many")],
    "offer in JSON": [b" " + json.dumps(JSON_OFFER).encode()],
    "offer in JSON without SDP": [b" " + json.dumps({"command": "offer"}).encode()],
    "one cookie, one call": [b"differential_1 d7:command4:pinge", b"differential_1 d7:command5:dancee"],
    "an error comes again": [b"differential_2 d7:command5:dancee", b"differential_2 d7:command4:pinge"],
    "a long value": [b" " + encode({"command": "ping", "x": "y" * 9000})],
    "a blank in the key": [
        other("offer", {"call-id": None, "call id": "errors/blank", "from tag": "a", "SDP": PLAIN.replace("\n", "\r\n")})
    ],
}
PARTY = [
    "block DTMF", "unblock DTMF", "block media", "unblock media", "silence media", "unsilence media",
    "play media", "stop media", "play DTMF", "start recording", "stop recording", "pause recording", "start forwarding", "stop forwarding",
]  # fmt: skip
for name in PARTY:
    REQUESTS[f"{name} without call-id"] = [other(name, {"call-id": None})]
    REQUESTS[f"{name} of the unknown"] = [other(name)]
for name in ("publish", "subscribe request", "subscribe answer", "unsubscribe"):
    REQUESTS[f"{name} without anything"] = [other(name, {"call-id": None})]
    REQUESTS[f"{name} of the unknown"] = [other(name, sdp=PLAIN if name == "subscribe answer" else None)]

CASES: Cases = ENVELOPE | {f"offer with {name}": [offer(sdp)] for name, sdp in BROKEN.items()} | REQUESTS
