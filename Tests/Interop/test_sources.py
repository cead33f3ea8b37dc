"""`allowed-sources`: packets from other networks are none, whatever they know."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import quality
from calls import WHATSAPP, Call
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from peer import MediaPeer
from whatsapp import LiteWhatsApp, SDESWhatsApp

DOCUMENTATION = ["192.0.2.0/24", "2001:db8::/32"]
TALK = 2.0
LOWEST_SHARE = 0.9

#: What the offer from Meta says, and whether the loopback network is in it.
LISTS = {
    "elsewhere": (DOCUMENTATION, False),
    "meta": (["meta"], False),
    "here": (["127.0.0.0/8", "::1/128"], True),
    "a set and here": (["meta", "127.0.0.0/8"], True),
    "of a file": (["peers"], True),
}
KINDS: dict[str, type[LiteWhatsApp] | type[SDESWhatsApp]] = {"DTLS": LiteWhatsApp, "SDES": SDESWhatsApp}
CASES = {f"{kind}, {networks}": (kind, networks) for kind in KINDS for networks in LISTS}


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Call]:
    """All calls at the same time."""
    folder: Path = tmp_path_factory.mktemp("sources")
    sets = folder / "sets"
    sets.write_text("# of these tests\npeers = 127.0.0.2, ::1/128\n")
    daemon = Daemon(folder / "log", f"--source-sets={sets}").start()

    def make_call(ng: NGClient, kind: str, networks: str) -> Call:
        whatsapp, pbx = KINDS[kind](), PBX()
        # It would wait for ever for a first packet that it does not get.
        whatsapp.waits_for_first_packet = False
        whatsapp.say(quality.stretch(quality.speech(quality.USER_PROMPTS), 0, TALK))
        pbx.say(quality.stretch(quality.speech(quality.BUSINESS_PROMPTS), 0, TALK))
        return Call(ng, whatsapp, pbx, WHATSAPP | {"allowed-sources": LISTS[networks][0]}, {}, is_bare=True)

    async def carry_out(call: Call) -> None:
        async with call:
            await call.set_up()
            await call.talk()

    async def run() -> dict[str, Call]:
        async with await NGClient.connect(daemon.control) as ng:
            calls = {name: make_call(ng, *case) for name, case in CASES.items()}
            await asyncio.wait_for(asyncio.gather(*map(carry_out, calls.values())), 30)
            return calls

    try:
        calls = asyncio.run(run())
        assert daemon.terminate() == 0
    finally:
        daemon.kill()
    return calls


@pytest.mark.parametrize("name", [name for name, (_, networks) in CASES.items() if not LISTS[networks][1]])
def test_refused(calls: dict[str, Call], name: str) -> None:
    """Its packets go nowhere: no answer to a check makes a pair, and no media reaches the PBX."""
    whatsapp, pbx = calls[name].party("WhatsApp"), calls[name].party("PBX")
    assert isinstance(pbx, MediaPeer)
    assert "nominated" not in whatsapp.milestones
    heard = pbx.received
    assert not heard.arrivals or quality.level(heard.pcm()) < -60


@pytest.mark.parametrize("name", [name for name, (_, networks) in CASES.items() if LISTS[networks][1]])
def test_admitted(calls: dict[str, Call], name: str) -> None:
    """From its own network it is heard."""
    for party, prompts in (("WhatsApp", quality.BUSINESS_PROMPTS), ("PBX", quality.USER_PROMPTS)):
        complaints = calls[name].party(party).complaints()
        assert not complaints, "\n".join(complaints)
        speech = quality.stretch(quality.speech(prompts), 0, TALK)
        # PESQ cannot judge two seconds of which some are played faster.
        assert quality.share_heard(speech, calls[name].party(party).heard()) >= LOWEST_SHARE
