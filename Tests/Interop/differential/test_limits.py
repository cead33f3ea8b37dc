"""New calls that are refused: the words on which a proxy goes to the next node, and what still passes."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from daemon import Daemon, command
from differential.case import answer, offer
from differential.descriptions import PLAIN, PLAIN_ANSWER
from differential.relays import REFERENCE, filled
from ng import decode, encode

TIMEOUT = 3.0
#: Both daemons measure load and processors every so often [s].
MEASURED = 2.0
#: What a proxy reads; the shape of the rest is the corpus's to compare.
VERDICT = {"result", "error-reason", "message", "warning"}
WITH_SUPPORT = {"supports": ["load limit"]}


@contextmanager
def _pair(folder: Path, *options: str, ports: int = 500) -> Iterator[list[Daemon]]:
    daemons: list[Daemon] = []
    try:
        for name, program in (("rtpengine", REFERENCE), ("ours", command())):
            daemons.append(Daemon(folder / name, *options, interfaces=("127.0.0.1",), ports=ports, program=program).start())
        yield daemons
    finally:
        for daemon in daemons:
            daemon.kill()


def _ask(daemon: Daemon, call: str, message: dict[str, Any]) -> dict[str, Any]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(TIMEOUT)
        client.connect(daemon.control)
        client.send(b"%d " % time.monotonic_ns() + encode(filled(message, call)))
        reply = decode(client.recv(1 << 16).partition(b" ")[2])
        assert isinstance(reply, dict)
        return {key: value for key, value in reply.items() if key in VERDICT}


def _compare(daemons: list[Daemon], steps: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """What `result` says at each step; the verdicts are equal."""
    results = []
    for call, message in steps:
        theirs, ours = (_ask(daemon, call, message) for daemon in daemons)
        assert ours == theirs, f"{call}: {message['command']}"
        results.append(ours["result"])
    return results


def test_sessions(tmp_path: Path) -> None:
    steps = [
        ("one", offer(PLAIN)),
        ("two", offer(PLAIN)),
        ("two", offer(PLAIN, WITH_SUPPORT)),
        ("one", offer(PLAIN, WITH_SUPPORT)),
        ("one", answer(PLAIN_ANSWER)),
        ("two", {"command": "query"}),
        ("one", {"command": "delete", "delete-delay": 0}),
        ("two", offer(PLAIN, WITH_SUPPORT)),
    ]
    with _pair(tmp_path, "--max-sessions=1") as daemons:
        results = _compare(daemons, steps)
    assert results == ["ok", "error", "load limit", "ok", "ok", "error", "ok", "ok"]


@pytest.mark.parametrize("option", ["--max-load=0.01", "--max-cpu=0.1"])
def test_machine(tmp_path: Path, option: str) -> None:
    """Limits that any machine exceeds."""
    with _pair(tmp_path, option) as daemons:
        busy_until = time.monotonic() + MEASURED
        while time.monotonic() < busy_until:
            pass
        results = _compare(daemons, [("one", offer(PLAIN)), ("one", offer(PLAIN, WITH_SUPPORT)), ("one", {"command": "query"})])
    assert results == ["error", "load limit", "error"]


def test_no_ports_left(tmp_path: Path) -> None:
    """The call is gone, and its ports with it: those of two calls are all there are."""
    steps = [
        ("one", offer(PLAIN)),
        ("two", offer(PLAIN)),
        ("three", offer(PLAIN)),
        ("three", {"command": "query"}),
        ("two", {"command": "delete", "delete-delay": 0}),
        ("three", offer(PLAIN)),
    ]
    with _pair(tmp_path, ports=8) as daemons:
        results = _compare(daemons, steps)
    assert results == ["ok", "ok", "error", "error", "ok", "ok"]
