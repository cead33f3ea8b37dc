"""Debian's command-line clients of rtpengine against our daemon: the Perl ng client and rtpengine-ctl."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon import Daemon

SDP = """v=0\r
o=- 1 1 IN IP4 127.0.0.3\r
s=-\r
c=IN IP4 127.0.0.3\r
t=0 0\r
m=audio 27316 RTP/AVP 0 101\r
a=rtpmap:0 PCMU/8000\r
a=rtpmap:101 telephone-event/8000\r
a=sendrecv\r
"""
#: As the client prints a reply that is not `ok`; that one it leaves out.
RESULT = re.compile(r"result\W+=>\W+\w+")
TAGS = ("--from-tag=a", "--call-id=perl")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("clients")
    (folder / "recordings").mkdir()
    daemon = Daemon(folder / "log", f"--recording-dir={folder / 'recordings'}", "--delete-delay=0", command_line=True).start()
    yield daemon
    try:
        assert daemon.media_ports() == set()
        assert daemon.terminate() == 0
    finally:
        daemon.kill()


def _ng(node: Daemon, *arguments: str) -> str:
    host, port = node.control
    command = ["rtpengine-ng-client", f"--proxy-address={host}", f"--proxy-port={port}", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=15, stdin=subprocess.DEVNULL)
    assert (ended.returncode, ended.stderr) == (0, ""), ended
    return ended.stdout


def _ctl(node: Daemon, *words: str) -> str:
    assert node.cli is not None
    command = ["rtpengine-ctl", "--ip", f"{node.cli[0]}:{node.cli[1]}", "--config-file", "/nonexistent", *words]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=15, stdin=subprocess.DEVNULL)
    assert (ended.returncode, ended.stderr) == (0, ""), ended
    return ended.stdout


def test_ng_client(node: Daemon, tmp_path: Path) -> None:
    """Sorted keys, blanks for dashes, numbers as strings: a whole call with every kind of option."""
    file = tmp_path / "sdp"
    file.write_text(SDP, newline="")
    assert "pong" in _ng(node, "--verbose", "ping")
    offered = _ng(
        node, "--verbose", "offer", *TAGS, f"--sdp-file={file}", "--trust-address", "--replace-origin", "--ICE=force",
        "--protocol=UDP/TLS/RTP/SAVPF", "--DTLS=passive", "--SDES=off", "--rtcp-mux=offer", "--generate-mid", "--TOS=184", "--label=caller",
        "--codec-mask=all", "--codec-transcode=opus", "--media-address=127.0.0.1", "--address-family=IP4", "--ptime=20", "--via-branch=z1",
    )  # fmt: skip
    for text in ("UDP/TLS/RTP/SAVPF", "opus/48000/2", "a=candidate:", "a=fingerprint:sha-256", "a=rtcp-mux"):
        assert text in offered, offered
    offered = _ng(node, "offer", *TAGS, f"--sdp-file={file}", "--reset", "--protocol=RTP/AVP", "--ICE=remove")
    assert "m=audio" in offered, offered
    answered = _ng(node, "answer", *TAGS, "--to-tag=b", f"--sdp-file={file}", "--replace-origin")
    assert "m=audio" in answered, answered
    for command in (
        "query",
        "start recording",
        "stop recording",
        "block DTMF",
        "unblock DTMF",
        "block media",
        "unblock media",
        "list",
        "statistics",
    ):
        assert not RESULT.search(_ng(node, "--verbose", command, *TAGS[1:])), command
    assert not RESULT.search(_ng(node, "--verbose", "delete", *TAGS, "--delete-delay=0"))


def test_ng_client_in_json(node: Daemon, tmp_path: Path) -> None:
    file = tmp_path / "sdp"
    file.write_text(SDP, newline="")
    assert "m=audio" in _ng(node, "--json", "offer", *TAGS, f"--sdp-file={file}")
    assert not RESULT.search(_ng(node, "--json", "--verbose", "delete", *TAGS, "--delete-delay=0"))


def test_control(node: Daemon, tmp_path: Path) -> None:
    """What an operator types, with rtpengine's own tool."""
    file = tmp_path / "sdp"
    file.write_text(SDP, newline="")
    assert "No sessions" in _ctl(node, "list", "sessions", "all")
    _ng(node, "offer", "--from-tag=a", "--call-id=seen", f"--sdp-file={file}")
    assert "1" in _ctl(node, "list", "numsessions")
    assert "seen" in _ctl(node, "list", "sessions", "all")
    detail = _ctl(node, "list", "sessions", "seen")
    assert "127.0.0.3" in detail and "27316" in detail, detail
    _ctl(node, "set", "maxsessions", "7")
    assert "7" in _ctl(node, "list", "maxsessions")
    _ctl(node, "set", "timeout", "77")
    assert "77" in _ctl(node, "list", "timeout")
    for words in (("list", "totals"), ("list", "interfaces"), ("list", "jsonstats"), ("list", "loglevels"), ("params", "current")):
        assert _ctl(node, *words).strip(), words
    _ctl(node, "set", "maxsessions", "-1")
    _ctl(node, "terminate", "seen")
    assert "No sessions" in _ctl(node, "list", "sessions", "all")
    assert "Unknown" in _ctl(node, "dance")
