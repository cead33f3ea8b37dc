"""What a case is: a name and the requests that one call gets, in order, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union


@dataclass(frozen=True)
class Packets:
    """RTP from a party to the relay, 20 ms of G.711 each, and then a moment for it to be counted. A digit takes the audio's place."""

    party: str
    count: int = 5
    ssrc: int = 305419896
    payload_type: int = 0
    sequence: int = 100
    payload: bytes = b"\xff" * 160


@dataclass(frozen=True)
class Twin:
    """What 10.5 does not know yet, said to it in words that it knows."""

    theirs: dict[str, Any]
    ours: dict[str, Any]


#: A command with its keys; a datagram as it stands, or one with a new cookie if it begins with a blank; packets in between.
Request = Union[dict[str, Any], bytes, Packets, Twin]
Cases = dict[str, list[Request]]


@dataclass(frozen=True)
class Case:
    """`subject/title` names it. Each dictionary gets the call's id and tags unless it says otherwise."""

    subject: str
    title: str
    requests: list[Request]

    @property
    def name(self) -> str:
        return f"{self.subject}/{self.title}"


def _request(command: str, keys: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """`_` in a keyword stands for `-`; a key whose value is None is left out of the message."""
    return keys | {name.replace("_", "-"): value for name, value in more.items()} | {"command": command}


def offer(sdp: str | None, keys: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"from-tag": "a", "sdp": sdp} | _request("offer", keys or {}, more)


def answer(sdp: str | None, keys: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"from-tag": "a", "to-tag": "b", "sdp": sdp} | _request("answer", keys or {}, more)


def other(command: str, keys: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Any command but offer and answer; no tags but those that are given."""
    return _request(command, keys or {}, more)


def back(sdp: str, keys: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An offer from the callee's side."""
    return offer(sdp, keys, **more) | {"from-tag": "b", "to-tag": "a"}


def back_answer(sdp: str, keys: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The caller's answer to it."""
    return answer(sdp, keys, **more) | {"from-tag": "b", "to-tag": "a"}


def again(sdp: str, keys: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A further offer from the caller's side."""
    return offer(sdp, keys, **more) | {"to-tag": "b"}
