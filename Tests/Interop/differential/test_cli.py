"""The same lines to both daemons' command line over TCP, and what they print compared word by word, figures aside."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from daemon import Daemon, command
from differential.compare import apart
from differential.descriptions import PLAIN, PLAIN_ANSWER
from differential.differences import DIFFERENCES, Difference, explanation
from differential.relays import INTERFACES, REFERENCE
from ng import decode, encode

if TYPE_CHECKING:
    from conftest import Report

LINES = [
    "list numsessions", "list sessions all", "list sessions own", "list sessions foreign", "list sessions cli-call", "list sessions nobody",
    "list maxsessions", "list maxcpu", "list maxload", "list maxbw", "list maxopenfiles", "list timeout", "list silenttimeout",
    "list finaltimeout", "list offertimeout", "list deletedelay", "list controltos", "list loglevels", "list loglevel", "list loglevel ice",
    "list redisallowederrors", "get timeout", "list", "get", "set", "list nothing", "dance", "set maxsessions 5", "list maxsessions",
    "set maxsessions -1", "list maxsessions", "set maxsessions many", "set timeout 77", "list timeout", "set timeout",
    "set silenttimeout 99", "set finaltimeout 5000", "set offertimeout 99", "set deletedelay 3", "set maxcpu 90", "set maxload 9.5",
    "set maxbw 1000000", "list maxcpu", "list maxload", "list maxbw", "set loglevel 5", "set loglevel ice 7", "list loglevel ice",
    "terminate nobody", "terminate", "debug cli-call on", "debug cli-call off", "debug nobody on",
    "params nothing",
    "terminate cli-call", "list sessions all", "terminate all", "terminate own", "   ",
]  # fmt: skip
TIMEOUT = 3.0
MASKS = [
    (r"\b\d{9,}\b", "<time>"),
    (r"(proxy: ?127\.0\.0\.1:)\d+", r"\1<port>"),
    (r"(callduration )[\d.]+", r"\1<seconds>"),
    (r"/proc/\d+/", "/proc/<pid>/"),
]


def _say(daemon: Daemon, line: str) -> str:
    assert daemon.cli is not None
    with socket.create_connection(daemon.cli, TIMEOUT) as client:
        client.settimeout(TIMEOUT)
        client.sendall(line.encode() + b"\n")
        parts = []
        while part := client.recv(1 << 16):
            parts.append(part)
        return b"".join(parts).decode()


def _call(daemon: Daemon) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(TIMEOUT)
        client.connect(daemon.control)
        tags = {"call-id": "cli-call", "from-tag": "a"}
        for message in (tags | {"command": "offer", "sdp": PLAIN}, tags | {"command": "answer", "to-tag": "b", "sdp": PLAIN_ANSWER}):
            client.send(b"cli_" + message["command"].encode() + b" " + encode({**message, "sdp": message["sdp"].replace("\n", "\r\n")}))
            reply = decode(client.recv(1 << 16).partition(b" ")[2])
            assert isinstance(reply, dict) and reply["result"] == "ok"


def _masked(text: str, daemon: Daemon) -> list[str]:
    """Ports, times, ages and the like are each daemon's own; lines in order, blanks at their ends aside."""
    text = re.sub(r"\d+", lambda m: "<port>" if int(m[0]) in daemon.ports else m[0], text)
    for pattern, mask in MASKS:
        text = re.sub(pattern, mask, text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Daemon, Daemon]]:
    folder = tmp_path_factory.mktemp("cli")
    daemons = [
        Daemon(folder / name, interfaces=INTERFACES, program=program, command_line=True)
        for name, program in (("rtpengine", REFERENCE), ("ours", command()))
    ]
    try:
        for daemon in daemons:
            daemon.start()
            _call(daemon)
        yield daemons[0], daemons[1]
    finally:
        for daemon in daemons:
            daemon.kill()


def test_command_line(pair: tuple[Daemon, Daemon], report: Report) -> None:
    """In order, as each line may change what the next one says."""
    unexplained: list[str] = []
    outcomes: Counter[str] = Counter()
    used: set[Difference] = set()
    for line in LINES:
        theirs, ours = (_masked(_say(daemon, line), daemon) for daemon in pair)
        alone, extra = apart(theirs, ours)
        found = [f"- {text}" for text in alone] + [f"+ {text}" for text in extra]
        entries = [explanation(f"CLI/{line}", text) for text in found]
        used.update(entry for entry in entries if entry is not None)
        rest = [text for text, entry in zip(found, entries) if entry is None]
        outcomes["unexplained" if rest else "explained" if found else "equal"] += 1
        unexplained += [f"{line!r}: {text}" for text in rest]
    report.lines += ["", "command line compared with rtpengine: " + ", ".join(f"{count} {kind}" for kind, count in outcomes.items())]
    assert not unexplained, "\n".join(unexplained)
    if Path(command()[0]).name != "rtpengine":
        idle = [entry for entry in DIFFERENCES if entry.case.startswith("CLI/") and entry not in used]
        assert not idle, f"listed, and nothing differs: {idle}"
