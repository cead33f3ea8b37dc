"""The vectors of `proto/golden`: what is sent there is sent to the daemon, and what comes back is held against what stands there.

With RTPBRIDGE_UPDATE_GOLDEN=1 the replies are written anew.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon import PORT_BLOCKS, Daemon
from differential.compare import differences
from differential.masks import Said, texts
from ng import decode

FOLDER = Path(__file__).parents[2] / "proto" / "golden"
FLOWS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
TIMEOUT = 2.0
CLOCKS = {"setup", "media-ready", "stats_out", "egress SSRCs", "last-frame-pos"}
#: Ports of the relay, whichever block it had.
PORTS = range(PORT_BLOCKS.start, PORT_BLOCKS.stop)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[socket.socket]:
    """A daemon's control socket."""
    folder = tmp_path_factory.mktemp("golden")
    spool = folder / "golden-recordings"
    spool.mkdir()
    daemon = Daemon(folder / "log", f"--recording-dir={spool}", "--recording-method=all", interfaces=("127.0.0.1",)).start()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(TIMEOUT)
            client.connect(daemon.control)
            yield client
        assert daemon.media_ports() == set()
        assert daemon.terminate() == 0
    finally:
        daemon.kill()


def _payload(message: bytes) -> Any:
    """What can be decoded of a message; its bytes otherwise."""
    payload = message.partition(b" ")[2]
    try:
        return json.loads(payload) if payload.startswith(b"{") else decode(payload)
    except (ValueError, KeyError, IndexError):
        return payload


def _said(requests: list[bytes]) -> Said:
    words = (text.replace("\r\n", "\n") for request in requests for text in texts(_payload(request)))
    return Said("\n".join(words) + "\n", PORTS)


def _steady(value: Any) -> Any:
    """Without what is the clock's: how far the set-up is, what was sent so far, where a recording stopped."""
    if isinstance(value, dict):
        return {key: None if key in CLOCKS else _steady(item) for key, item in value.items()}
    return [_steady(item) for item in value] if isinstance(value, list) else value


def _descriptions(reply: dict[str, Any]) -> list[dict[str, Any]]:
    """The reply, and the answer in it as one of its own."""
    rest = _steady({key: value for key, value in reply.items() if key != "sdp-answer"})
    return [rest, {"sdp": reply["sdp-answer"]}] if "sdp-answer" in reply else [rest]


@pytest.mark.parametrize("flow", FLOWS)
def test_replies(client: socket.socket, flow: str) -> None:
    """Each request of a flow, in order; the reply has its cookie and its encoding."""
    files = sorted((FOLDER / flow).glob("*.ng"))
    requests = [file.read_bytes() for file in files]
    said = _said(requests)
    found: list[str] = []
    for file, request in zip(files, requests):
        client.send(request)
        reply = client.recv(1 << 16)
        golden = file.with_suffix(".reply")
        if os.environ.get("RTPBRIDGE_UPDATE_GOLDEN"):
            golden.write_bytes(reply)
        expected = golden.read_bytes()
        assert reply.partition(b" ")[0] == request.partition(b" ")[0], file.name
        assert reply.partition(b" ")[2][:1] == expected.partition(b" ")[2][:1], file.name
        for theirs, ours in zip(_descriptions(_payload(expected)), _descriptions(_payload(reply)), strict=True):
            found += differences(file.stem, theirs, ours, said, said)
    assert not found, "\n".join(found)


def test_every_command_is_there() -> None:
    """What the daemon knows, as the table of keys and flags names it."""
    table = (FOLDER.parent / "ng-flags.md").read_text()
    done = next(line for line in table.splitlines() if line.startswith("- done: `"))
    known = {word for index, word in enumerate(done.split("`")) if index % 2}
    sent = [_payload(file.read_bytes()) for file in FOLDER.glob("*/*.ng")]
    assert known - {"CLI"} <= {message["command"] for message in sent if isinstance(message, dict) and "command" in message}
