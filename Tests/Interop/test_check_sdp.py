"""The validator from outside: `rtpbridge-ctl check-sdp`, and `sdp-report` in the replies."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calls import WHATSAPP, Call
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from sdp import SAMPLES
from whatsapp import LiteWhatsApp, SDESWhatsApp

#: Meta's own.
META = ("sip-webrtc-user-initiated-offer", "sip-sdes-user-initiated-offer", "graph-api-user-initiated-offer")
KEYS = {"rule", "origin", "line", "severity", "message", "remedy"}

#: The sample that is broken, whose it is, how, and which rule that breaks at the line that begins with the word.
BROKEN: dict[str, tuple[str, str, Callable[[str], str], str, str]] = {
    "line ends": ("graph-api-user-initiated-answer", "ours", lambda sdp: sdp.replace("\r\n", "\n"), "crlf", "v=0"),
    "no fingerprint": ("graph-api-user-initiated-answer", "ours", lambda sdp: _without(sdp, "a=fingerprint"), "fingerprint-missing", ""),
    "no rtcp-mux": ("graph-api-user-initiated-answer", "ours", lambda sdp: _without(sdp, "a=rtcp-mux"), "rtcp-mux", ""),
    "a mono Opus": (
        "graph-api-user-initiated-answer",
        "ours",
        lambda sdp: sdp.replace("opus/48000/2", "opus/48000"),
        "opus-48000-2",
        "a=rtpmap:111",
    ),
    "plain RTP": ("sip-sdes-user-initiated-offer", "meta", lambda sdp: sdp.replace("RTP/SAVP", "RTP/AVP"), "plain-rtp", "m=audio"),
}


def _without(sdp: str, start: str) -> str:
    return "".join(line for line in sdp.splitlines(keepends=True) if not line.startswith(start))


def _sample(name: str) -> str:
    return "".join(f"{line}\r\n" for line in (SAMPLES / f"{name}.sdp").read_text().splitlines())


def _check(path: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`check-sdp` of a file with this text."""
    path.write_bytes(text.encode())
    command = [*shlex.split(os.environ["RTPBRIDGE_CTL"]), "check-sdp", str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=10, stdin=subprocess.DEVNULL)


def _findings(ended: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.parametrize("name", META)
def test_good(tmp_path: Path, name: str) -> None:
    """Meta's own samples: no error, exit code 0, and nothing on stderr."""
    ended = _check(tmp_path / "sdp", _sample(name))
    assert (ended.returncode, ended.stderr) == (0, ""), ended
    assert "0 errors" in ended.stdout
    assert all(finding["severity"] != "error" for finding in _findings(_check(tmp_path / "sdp", _sample(name), "--json")))


@pytest.mark.parametrize("case", BROKEN)
def test_broken(tmp_path: Path, case: str) -> None:
    """Exit code 1, the rule by its name, the line, what to do and what Meta says."""
    name, origin, breaks, rule, start = BROKEN[case]
    text = breaks(_sample(name))
    line = next((number for number, line in enumerate(text.splitlines(), 1) if start and line.startswith(start)), 0)
    options = (f"--origin={origin}",) if origin == "meta" else (f"--origin={origin}", "--answer")
    ended = _check(tmp_path / "sdp", text, *options, "--json")
    assert (ended.returncode, ended.stderr) == (1, ""), ended
    found = [finding for finding in _findings(ended) if finding["rule"] == rule]
    assert found, ended.stdout
    assert KEYS <= found[0].keys()
    assert (found[0]["origin"], found[0]["line"], found[0]["severity"]) == (origin, line, "error")
    # Meta refuses what comes from us; what it sent itself it has accepted.
    assert ("meta-error" in found[0]) == (origin == "ours")
    for_people = _check(tmp_path / "sdp", text, *options)
    assert for_people.returncode == 1
    assert rule in for_people.stdout


def test_wrong_usage(tmp_path: Path) -> None:
    """Exit code 2 for a file that is not there."""
    command = [*shlex.split(os.environ["RTPBRIDGE_CTL"]), "check-sdp", str(tmp_path / "nothing")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10, stdin=subprocess.DEVNULL)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr


CALLS: dict[str, Callable[[NGClient], Call]] = {
    "DTLS, user calls": lambda ng: Call(ng, LiteWhatsApp(), PBX(), WHATSAPP, {}, is_bare=True),
    "DTLS, business calls": lambda ng: Call(ng, PBX(), LiteWhatsApp(), WHATSAPP, {}, is_bare=True),
    "SDES, user calls": lambda ng: Call(ng, SDESWhatsApp(), PBX(), WHATSAPP, {}, is_bare=True),
    "SDES, business calls": lambda ng: Call(ng, PBX(), SDESWhatsApp(), WHATSAPP | {"transport-protocol": "RTP/SAVP"}, {}, is_bare=True),
}


@pytest.mark.parametrize("name", CALLS)
def test_our_own(daemon: Daemon, tmp_path: Path, name: str) -> None:
    """What the daemon writes for Meta breaks no rule, held against Meta's own where that came first."""

    async def run() -> Call:
        async with await NGClient.connect(daemon.control) as ng:
            async with CALLS[name](ng) as call:
                await call.make_offer()
                await call.make_answer()
                return call

    call = asyncio.run(run())
    if call.caller.name == "PBX":
        ended = _check(tmp_path / "ours", call.offered.text, "--origin=ours", "--json")
    else:
        offer = tmp_path / "offer"
        offer.write_bytes(call.offer_sdp.encode())
        ended = _check(tmp_path / "ours", call.answered.text, "--origin=ours", "--answer", f"--counterpart={offer}", "--json")
    # Only that a loopback address is not where Meta could reach us is true.
    true = ("private-candidate", "private-address")
    found = [finding for finding in _findings(ended) if finding["severity"] != "note" and finding["rule"] not in true]
    assert not found, (found, call.offered.text if call.caller.name == "PBX" else call.answered.text)


def test_report_in_the_reply(daemon: Daemon, tmp_path: Path) -> None:
    """A description of Meta's with something wrong in it: the call stands, and the reply says what is wrong."""

    class Odd(LiteWhatsApp):
        async def offer(self) -> str:
            return (await super().offer()).replace("a=ptime:20", "a=ptime:40")

    async def run() -> tuple[Call, Call]:
        async with await NGClient.connect(daemon.control) as ng:
            odd = Call(ng, Odd(), PBX(), WHATSAPP, {}, is_bare=True)
            without = Call(ng, Odd(), PBX(), {"flags": ["whatsapp", "no-sdp-report"]}, {}, is_bare=True)
            for call in (odd, without):
                async with call:
                    await call.make_offer()
                    await call.make_answer()
            return odd, without

    odd, without = asyncio.run(run())
    report = odd.offer_reply["sdp-report"]
    for finding in report:
        assert KEYS <= finding.keys() <= KEYS | {"meta-error"}
    (found,) = (finding for finding in report if finding["rule"] == "ptime-20")
    assert (found["origin"], found["severity"]) == ("meta", "warning")
    assert odd.offer_sdp.splitlines()[found["line"] - 1] == "a=ptime:40"
    assert "sdp-report" not in without.offer_reply
