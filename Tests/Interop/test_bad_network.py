"""Packets that get lost before they reach the relay, and a PBX that says nothing at all."""

from __future__ import annotations

import asyncio

import pytest

import quality
from calls import BACK_TO_META, BACK_TO_SDES_META, Call, to_pbx
from conftest import Report, Row
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from whatsapp import LiteWhatsApp, SDESWhatsApp

LOSS = 0.03
#: The same packets are lost at each run: G.711 with holes in their place scores 2.5, libopus's own concealment 3.0.
LOWEST_PESQ = 2.7
#: WhatsApp hangs up when nothing came for 20 s; a report is due well before.
SILENCE = 8.0


@pytest.fixture(scope="module")
def calls(daemon: Daemon) -> dict[str, Call]:
    """A call over a bad network and one with a mute PBX, at the same time."""

    async def run() -> dict[str, Call]:
        async with await NGClient.connect(daemon.control) as ng:
            lossy = Call(ng, LiteWhatsApp(), PBX(), to_pbx("PCMU"), BACK_TO_META)
            mute = Call(ng, SDESWhatsApp(), PBX(), to_pbx("PCMU"), BACK_TO_SDES_META)
            for party, prompts in zip(lossy.parties, (quality.USER_PROMPTS, quality.BUSINESS_PROMPTS)):
                assert isinstance(party, LiteWhatsApp | PBX)
                party.say(quality.speech(prompts))
                party.loss = LOSS
            for party in mute.parties:
                assert isinstance(party, SDESWhatsApp | PBX)
                party.is_mute = True
            async with lossy, mute:
                await asyncio.gather(lossy.set_up(), mute.set_up())
                await asyncio.gather(lossy.talk(), asyncio.sleep(SILENCE))
                await lossy.query()
            return {"lossy": lossy, "mute": mute}

    return asyncio.run(run())


@pytest.mark.parametrize("side", ["WhatsApp", "PBX"])
def test_loss_is_concealed(calls: dict[str, Call], side: str) -> None:
    """Either end gets a stream without a gap."""
    complaints = calls["lossy"].party(side).complaints()
    assert not complaints, "\n".join(complaints)


def test_speech_over_a_bad_network(calls: dict[str, Call], report: Report) -> None:
    """It is still understood."""
    call = calls["lossy"]
    at_whatsapp = quality.score(quality.speech(quality.BUSINESS_PROMPTS), call.party("WhatsApp").heard())
    at_pbx = quality.score(quality.speech(quality.USER_PROMPTS), call.party("PBX").heard())
    report.rows.append(Row.of(f"DTLS (ICE-lite) - RTP PCMU, {LOSS:.0%} loss to the relay", call, at_whatsapp.pesq, at_pbx.pesq))
    assert at_whatsapp.pesq >= LOWEST_PESQ
    assert at_pbx.pesq >= LOWEST_PESQ


def test_loss_is_counted(calls: dict[str, Call]) -> None:
    """`query` knows how many packets were lost, to the packet, and so do the reports to the peers."""
    call = calls["lossy"]
    for party in call.parties:
        assert isinstance(party, LiteWhatsApp | PBX)
        assert party.lost_packets > 3
        entry = call.last_report["SSRC"][str(party.ssrc)]
        assert abs(entry["cumulative loss"] - party.lost_packets) <= 2
        assert entry["packets"] + entry["cumulative loss"] <= party.sent_packets
        assert entry["lowest MOS"]["MOS"] < entry["highest MOS"]["MOS"] or entry["average MOS"]["packet loss"] > 0
        assert max(block.cumulative_lost for block in party.received.reports) > 0


def test_mute_pbx_does_not_end_the_call(calls: dict[str, Call]) -> None:
    """An IVR that waits for digits sends nothing: the relay's own reports tell WhatsApp that somebody is there."""
    whatsapp = calls["mute"].party("WhatsApp")
    assert isinstance(whatsapp, SDESWhatsApp)
    assert whatsapp.rtcp_packets, f"not one packet in {SILENCE} s"
    assert not whatsapp.violations
