"""What is reported of packets that came."""

from __future__ import annotations

from differential.case import Cases, Packets, Request, again, answer, offer, other
from differential.descriptions import PLAIN, PLAIN_ANSWER, bumped, held

CALLER = PLAIN.replace("c=IN IP4 198.51.100.1", "c=IN IP4 127.0.0.8").replace("m=audio 2000", "m=audio @a@")
CALLEE = PLAIN_ANSWER.replace("c=IN IP4 198.51.100.3", "c=IN IP4 127.0.0.8").replace("m=audio 2000", "m=audio @b@")
CALL: list[Request] = [offer(CALLER), answer(CALLEE)]
BOTH: list[Request] = [Packets("a"), Packets("b", ssrc=2596069104)]
END = other("delete", {"delete-delay": 0}, from_tag="a")
#: The digit 5 at its beginning and at its end (RFC 4733).
DIGIT: list[Request] = [
    Packets("a", 3, payload_type=101, sequence=200, payload=b"\x05\x0a\x00\xa0"),
    Packets("a", 3, payload_type=101, sequence=203, payload=b"\x05\x8a\x03\x20"),
]

CASES: Cases = {
    "both ways": [*CALL, *BOTH, other("query"), END],
    "one way": [*CALL, Packets("a"), other("query"), END],
    "before the answer": [offer(CALLER), Packets("b", ssrc=2596069104), other("query"), answer(CALLEE), Packets("a"), other("query")],
    "another source": [*CALL, *BOTH, Packets("a", ssrc=286331153, sequence=9), other("query"), END],
    "a payload type that was not agreed on": [*CALL, Packets("a", payload_type=96), other("query"), END],
    "gaps": [*CALL, Packets("a", 3), Packets("a", 3, sequence=110), other("query"), END],
    "repeated packets": [*CALL, Packets("a", 5), Packets("a", 5), other("query")],
    "no RTP": [*CALL, Packets("a", 2, payload=b""), other("query")],
    "a digit": [*CALL, *BOTH, *DIGIT, other("query")],
    "a digit while blocked": [*CALL, other("block DTMF"), *BOTH, *DIGIT, other("query")],
    "blocked media": [*CALL, other("block media"), *BOTH, other("query")],
    "silenced media": [*CALL, other("silence media"), *BOTH, other("query")],
    "transcoding": [
        offer(CALLER, codec={"mask": ["all"], "transcode": ["PCMA"]}),
        answer(CALLEE.replace("0 101", "8 101").replace("0 PCMU", "8 PCMA")),
        Packets("a"),
        Packets("b", ssrc=2596069104, payload_type=8),
        other("query"),
        END,
    ],
    "after a re-offer": [*CALL, *BOTH, again(bumped(CALLER)), answer(bumped(CALLEE)), Packets("a", sequence=105), other("query"), END],
    "held": [*CALL, *BOTH, again(held(CALLER, "sendonly")), answer(held(CALLEE, "recvonly")), Packets("a", sequence=105), other("query")],
    "one side's query": [*CALL, *BOTH, other("query", from_tag="a")],
    "recorded": [*CALL, other("start recording"), *BOTH, other("query"), other("stop recording"), END],
    "strict source": [
        offer(CALLER, flags=["strict-source"]),
        answer(CALLEE, flags=["strict-source"]),
        *BOTH,
        Packets("b", ssrc=2596069104, sequence=105),
        other("query"),
    ],
    "asymmetric": [offer(CALLER, flags=["asymmetric"]), answer(CALLEE, flags=["asymmetric"]), *BOTH, other("query")],
    "a learnt source": [offer(CALLER.replace("@a@", "2000")), answer(CALLEE), *BOTH, other("query")],
}
