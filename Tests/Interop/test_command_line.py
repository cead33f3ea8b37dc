"""The command line: what is refused, what costs a warning, and where addresses appear."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calls import BACK_TO_META, TO_META, Call, to_meta, to_pbx
from daemon import Daemon, command
from ng import NGClient
from pbx import PBX
from whatsapp import LiteWhatsApp

GOOD = ("--config-file=none", "--interface=127.0.0.1", "--listen-ng=127.0.0.1:22222", "-f", "-E")
WRONG = {
    "an unknown option": (*GOOD, "--no-such-option"),
    "an unknown short option": (*GOOD, "-Z"),
    "no interface": ("--config-file=none", "--listen-ng=127.0.0.1:22222", "-f", "-E"),
    "no listener": ("--config-file=none", "--interface=127.0.0.1", "-f", "-E"),
    "an interface that is no address": (*GOOD, "--interface=1.2.3"),
    "an advertised address that is none": (*GOOD, "--interface=127.0.0.1!nowhere"),
    "a listener without a port": (*GOOD, "--listen-ng=127.0.0.1"),
    "a port range upside down": (*GOOD, "-m", "40000", "-M", "30000"),
    "a port that is no number": (*GOOD, "--port-min=many"),
    "a log level that is no number": (*GOOD, "--log-level=loud"),
    "less than no shared ports": (*GOOD, "--shared-ports=-1"),
    "a profile that is none": (*GOOD, "--profile=telegram"),
    "a profile of no interface": (*GOOD, "--profile=outside/whatsapp"),
    "source sets that are not there": (*GOOD, "--source-sets=/nonexistent"),
    "events to no address": (*GOOD, "--event-udp=nowhere"),
    "a webhook that is no URL": (*GOOD, "--event-webhook=ftp://127.0.0.1/"),
    "a secret without a webhook": (*GOOD, "--event-webhook-secret=secret"),
    "events of no kind": (*GOOD, "--event-kinds=none"),
    "a listener for events that is no port": (*GOOD, "--listen-events=127.0.0.1"),
}
#: Of the short options above.
LONG_NAMES = {"m": "port-min"}
PUBLIC = "203.0.113.9"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command(), *arguments], capture_output=True, text=True, timeout=10, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG.keys())
def test_wrong_option(arguments: tuple[str, ...]) -> None:
    """One clear line on stderr, nothing on stdout, exit code 2."""
    ended = _run(*arguments)
    assert ended.returncode == 2, ended
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert ended.stderr.strip()
    assert ended.stdout == ""
    if arguments[: len(GOOD)] == GOOD:
        name = arguments[len(GOOD)].partition("=")[0].lstrip("-")
        assert LONG_NAMES.get(name, name).replace("-", " ") in ended.stderr.replace("-", " ")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_information(option: str) -> None:
    """On stdout, exit code 0."""
    ended = _run(option)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.strip()


def test_meaningless_option_costs_one_warning(log: Path) -> None:
    """rtpengine's options that mean nothing here don't keep the daemon from starting."""
    daemon = Daemon(log, "--table=0", "--no-fallback").start()
    try:
        assert daemon.terminate() == 0
    finally:
        daemon.kill()
    assert len(re.findall(r"\btable\b", log.read_text())) == 1, log.read_text()


def _with_call(log: Path, interfaces: tuple[str, ...], work: Callable[[NGClient], Any]) -> None:
    """Run `work` against a daemon of its own."""
    daemon = Daemon(log, interfaces=interfaces).start()

    async def run() -> None:
        async with await NGClient.connect(daemon.control) as ng:
            await work(ng)

    try:
        asyncio.run(run())
        assert daemon.terminate() == 0
    finally:
        daemon.kill()


def test_advertised_address(log: Path) -> None:
    """The guide's `--interface=LOCAL!PUBLIC`: the public address in c=, o=, a=rtcp and every candidate, the local one nowhere."""

    async def work(ng: NGClient) -> None:
        keys = to_pbx("PCMU", flags=["trust-address", "full-rtcp-attribute"])
        answer_keys = BACK_TO_META | {"flags": ["trust-address", "full-rtcp-attribute"]}
        async with Call(ng, LiteWhatsApp(hosts=("127.0.0.2",)), PBX(), keys, answer_keys) as call:
            await call.make_offer()
            await call.make_answer()
        for description in (call.offered, call.answered):
            assert description.address == PUBLIC
            assert description.origin_address == PUBLIC
            rtcp = description.value("a=rtcp:")
            assert rtcp is not None and rtcp.endswith(f" IN IP4 {PUBLIC}")
            assert "127.0.0.1" not in description.text
        assert [candidate.address for candidate in call.answered.candidates] == [PUBLIC]
        assert call.answered.candidates[0].port == call.answered.port

    _with_call(log, (f"127.0.0.1!{PUBLIC}",), work)


def test_offer_toward_meta(log: Path) -> None:
    """What Meta's documentation asks of a business's offer, on a machine with both families."""

    async def work(ng: NGClient) -> None:
        async with Call(ng, PBX(), LiteWhatsApp(), to_meta("PCMU"), {}) as call:
            await call.make_offer()
        offered = call.offered
        assert offered.protocol == "UDP/TLS/RTP/SAVPF"
        assert [rtpmap.lower() for rtpmap in offered.rtpmaps.values()] == ["opus/48000/2", "telephone-event/8000"]
        assert offered.value("a=setup:") == "actpass"
        assert offered.fingerprint is not None and offered.fingerprint[0] == "sha-256"
        assert offered.has_mux
        assert offered.value("a=mid:") is not None
        assert "a=ice-lite" not in offered.lines
        assert {candidate.address for candidate in offered.candidates} == {PUBLIC, "2001:db8::9"}
        assert {candidate.kind for candidate in offered.candidates} == {"host"}
        assert {candidate.component for candidate in offered.candidates} == {1}
        assert offered.values("a=crypto:") == []
        assert offered.text.count("\n") == offered.text.count("\r\n")

    assert TO_META["ICE"] == "force"
    _with_call(log, (f"127.0.0.1!{PUBLIC}", "::1!2001:db8::9"), work)


def test_named_interfaces(log: Path) -> None:
    """`direction` picks the interface of each side by name."""

    async def work(ng: NGClient) -> None:
        async with Call(
            ng, LiteWhatsApp(hosts=("127.0.0.2",)), PBX(), to_pbx("PCMU", direction=["outside", "inside"]), BACK_TO_META
        ) as call:
            await call.make_offer()
            await call.make_answer()
        assert call.offered.address == "127.0.0.11"
        assert call.answered.address == "127.0.0.12"

    _with_call(log, ("inside/127.0.0.11", "outside/127.0.0.12"), work)
