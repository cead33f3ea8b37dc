"""The commands beside offer and answer, and the shape of what they report."""

from __future__ import annotations

import base64

from differential.case import Cases, Request, answer, offer, other
from differential.descriptions import META, OPUS, PLAIN, PLAIN_ANSWER, SDES, SDES_ANSWER

CALL: list[Request] = [offer(PLAIN), answer(PLAIN_ANSWER)]
INJECTABLE: list[Request] = [offer(PLAIN, flags=["inject-DTMF"]), answer(PLAIN_ANSWER, flags=["inject-DTMF"])]
GONE = {"delete-delay": 0}
#: 0.1 s of silence as RIFF/WAVE: 8000 Hz, 16 bits, mono.
WAVE = (
    b"RIFF" + (36 + 1600).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    + b"\x01\x00\x01\x00" + (8000).to_bytes(4, "little") + (16000).to_bytes(4, "little") + b"\x02\x00\x10\x00"
    + b"data" + (1600).to_bytes(4, "little") + bytes(1600)
)  # fmt: skip
BLOB = WAVE.decode("latin-1")
BLOB64 = base64.b64encode(WAVE).decode()


def on_call(command: str, keys: dict[str, object] | None = None, **more: object) -> list[Request]:
    return [*CALL, other(command, keys, **more)]


CASES: Cases = {
    "list of nothing": [other("list", {"call-id": None})],
    "list of a call": [*CALL, other("list", {"call-id": None})],
    "list of none": [*CALL, other("list", {"call-id": None}, limit=0)],
    "list with a numeric string": [*CALL, other("list", {"call-id": None}, limit="1")],
    "ping": [other("ping", {"call-id": None})],
    "query of an offer": [offer(PLAIN), other("query")],
    "query of a call": [*CALL, other("query")],
    "query of one side": [*CALL, other("query", from_tag="a")],
    "query of both tags": [*CALL, other("query", from_tag="a", to_tag="b")],
    "query of an unknown tag": [*CALL, other("query", from_tag="x")],
    "query of SDES": [offer(SDES), answer(SDES_ANSWER), other("query")],
    "query of Meta's side": [
        offer(META, {"transport-protocol": "RTP/AVP", "ICE": "remove", "DTLS": "off", "rtcp-mux": ["demux"]}),
        answer(OPUS, {"ICE": "force"}),
        other("query"),
    ],
    "query with a label": [
        offer(PLAIN, label="one", metadata="k:v|x:y"),
        answer(PLAIN_ANSWER, label="two"),
        other("query"),
    ],
    "query with a branch": [
        offer(PLAIN, {"via-branch": "z9hG4bK1"}),
        answer(PLAIN_ANSWER, {"via-branch": "z9hG4bK1"}),
        other("query"),
    ],
    "query while transcoding": [
        offer(PLAIN, codec={"transcode": ["opus"], "mask": ["all"]}),
        answer(OPUS),
        other("query"),
    ],
    "delete at once": [*CALL, other("delete", GONE, from_tag="a"), other("query")],
    "delete without a tag": [*CALL, other("delete", GONE), other("query")],
    "delete of a tag": [*CALL, other("delete", GONE, from_tag="b"), other("query")],
    "delete with both tags": [*CALL, other("delete", GONE, from_tag="a", to_tag="b"), other("query")],
    "delete with the flag to-tag": [
        *CALL,
        other("delete", GONE, from_tag="a", to_tag="b", flags=["to-tag"]),
        other("query"),
    ],
    "delete of a wrong to-tag": [
        *CALL,
        other("delete", GONE, from_tag="a", to_tag="x", flags=["to-tag"]),
        other("query"),
    ],
    "delete of a wrong from-tag": [*CALL, other("delete", GONE, from_tag="x"), other("query")],
    "fatal delete": [*CALL, other("delete", GONE, from_tag="a", flags=["fatal"])],
    "delete later": [*CALL, other("delete", {"delete-delay": 60}, from_tag="a"), other("query")],
    "delete later, delay as a string": [*CALL, other("delete", {"delete delay": "60"}, from_tag="a"), other("query")],
    "delete later, then at once": [
        *CALL,
        other("delete", {"delete-delay": 60}, from_tag="a"),
        other("delete", GONE, from_tag="a"),
        other("query"),
    ],
    "delete later, then an offer": [
        *CALL,
        other("delete", {"delete-delay": 60}, from_tag="a"),
        offer(PLAIN),
        answer(PLAIN_ANSWER),
        other("query"),
    ],
    "delete twice": [*CALL, other("delete", GONE, from_tag="a"), other("delete", GONE, from_tag="a")],
    "delete of another branch": [
        offer(PLAIN, {"via-branch": "z9hG4bK1"}),
        answer(PLAIN_ANSWER, {"via-branch": "z9hG4bK1"}),
        other("delete", GONE, from_tag="a", via_branch="z9hG4bK9"),
        other("query"),
    ],
    "delete of an offer": [offer(PLAIN), other("delete", GONE, from_tag="a")],
    "delete, fast": [*CALL, other("delete", GONE, from_tag="a", flags=["fast"])],
    "statistics": [*CALL, other("statistics", {"call-id": None})],
    "recording of a call": [*on_call("start recording"), other("query"), other("stop recording")],
    "recording with metadata": [*on_call("start recording", metadata="who:me"), other("stop recording"), other("query")],
    "recording paused": [
        *on_call("start recording"),
        other("pause recording"),
        other("start recording"),
        other("stop recording"),
    ],
    "recording paused by a flag": [*on_call("start recording"), other("stop recording", flags=["pause"])],
    "recording from the offer": [offer(PLAIN, {"record-call": "on"}), answer(PLAIN_ANSWER), other("query")],
    "recording by a flag": [offer(PLAIN, flags=["record-call"]), answer(PLAIN_ANSWER), other("query")],
    "stop what does not record": on_call("stop recording"),
    "start recording of one tag": on_call("start recording", from_tag="a"),
    "forwarding": [*on_call("start forwarding"), other("stop forwarding")],
    "play DTMF": [*INJECTABLE, other("play DTMF", code=5, from_tag="a")],
    "play DTMF, the code as a string": [*INJECTABLE, other("play DTMF", code="5", from_tag="a")],
    "play DTMF, star": [*INJECTABLE, other("play DTMF", code="*", from_tag="a")],
    "play DTMF, letters": [*INJECTABLE, other("play DTMF", code="D", from_tag="a")],
    "play DTMF with everything": [
        *INJECTABLE,
        other("play DTMF", code="#", duration="200", volume="10", pause=200, from_tag="a"),
    ],
    "play DTMF out of range": [*INJECTABLE, other("play DTMF", code=16, from_tag="a")],
    "play DTMF, a word": [*INJECTABLE, other("play DTMF", code="word", from_tag="a")],
    "play DTMF without a code": [*INJECTABLE, other("play DTMF", from_tag="a")],
    "play DTMF to nobody": [*INJECTABLE, other("play DTMF", code=5, from_tag="x")],
    "play DTMF for all": [*INJECTABLE, other("play DTMF", code=5, flags=["all"])],
    "play DTMF without the flag": on_call("play DTMF", code=5, from_tag="a"),
    "play DTMF by label": [
        offer(PLAIN, flags=["inject-DTMF"], label="one"),
        answer(PLAIN_ANSWER, flags=["inject-DTMF"], label="two"),
        other("play DTMF", code=5, label="two"),
        other("play DTMF", code=5, label="three"),
    ],
    "play media, nobody named": on_call("play media", blob64=BLOB64),
    "play media, no source": on_call("play media", from_tag="a"),
    "play media, no such file": on_call("play media", from_tag="a", file="/nonexistent/file.wav"),
    "play media, no file's content": on_call("play media", from_tag="a", blob="nothing of the kind"),
    "play media, a blob": on_call("play media", from_tag="a", blob=BLOB),
    "play media, to all": on_call("play media", flags=["all"], blob64=BLOB64),
    "play media, by address": on_call("play media", address="198.51.100.1", blob=BLOB),
    "play media, by an unknown address": on_call("play media", address="198.51.100.99", blob=BLOB),
    "play media, by no address": on_call("play media", address="nowhere", blob=BLOB),
    "play media, to nobody": on_call("play media", from_tag="x", blob=BLOB),
    "play media, repeated": on_call("play media", {"repeat-times": 3}, from_tag="a", blob=BLOB),
    "stop media": [*on_call("play media", from_tag="a", blob=BLOB), other("stop media", from_tag="a")],
    "stop media that does not play": on_call("stop media", from_tag="a"),
    "stop media, nobody named": on_call("stop media"),
}

for command in ("block DTMF", "block media", "silence media"):
    undo = "un" + command
    CASES |= {
        f"{command} of a call": [*on_call(command), other("query"), other(undo), other("query")],
        f"{command} of a side": [*on_call(command, from_tag="a", flags=["directional"]), other("query"), other(undo, from_tag="a")],
        f"{command}, a tag without directional": [*on_call(command, from_tag="a"), other("query")],
        f"{command} of an unknown side": on_call(command, from_tag="x", flags=["directional"]),
        f"{command} of an unknown tag": on_call(command, from_tag="x"),
        f"{command} by address": on_call(command, address="198.51.100.1"),
        f"{command} by an unknown address": on_call(command, address="198.51.100.99"),
        f"{command} by no address": on_call(command, address="nowhere"),
        f"{command} by an unknown label": on_call(command, label="nobody"),
        f"{command} of a flow": [*on_call(command, from_tag="a", to_tag="b", flags=["directional"]), other("query")],
        f"{command} of an unknown flow": on_call(command, from_tag="a", to_tag="x", flags=["directional"]),
        f"{command} of all": on_call(command, flags=["all"]),
        f"{undo} of what is not": on_call(undo),
    }
