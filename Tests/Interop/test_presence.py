"""A PBX that never sends a packet: WhatsApp hears from us at once, and again before it may lose patience."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import pytest

from calls import WHATSAPP, Call, Keys
from conftest import Report
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from peer import MediaPeer, Party
from whatsapp import LiteWhatsApp, SDESWhatsApp

#: From the keys to the first packet, and between two packets [s]; the machine may take a little more.
FIRST_PACKET = 0.1
LONGEST_GAP = 0.4
TOLERANCE = 0.06
SILENCE = 5.0
#: An Opus frame of silence has no more than this; speech of 20 kbit/s has 50 [bytes].
LARGEST_SILENCE = 20
WITHOUT: Keys = {"flags": ["whatsapp", "no-first-packet", "no-keep-alive"]}


@dataclass(frozen=True)
class Case:
    """Who calls, and how."""

    kind: type[LiteWhatsApp] | type[SDESWhatsApp]
    meta_offers: bool
    keys: Any = None

    def call(self, ng: NGClient) -> Call:
        whatsapp, pbx = self.kind(), PBX()
        pbx.is_mute = True
        ends: tuple[Party, Party] = (whatsapp, pbx) if self.meta_offers else (pbx, whatsapp)
        keys = self.keys or WHATSAPP
        if self.kind is SDESWhatsApp and not self.meta_offers:
            keys = keys | {"transport-protocol": "RTP/SAVP"}
        return Call(ng, *ends, keys, {}, is_bare=True)


CASES = {
    "DTLS, user calls": Case(LiteWhatsApp, True),
    "DTLS, business calls": Case(LiteWhatsApp, False),
    "SDES, user calls": Case(SDESWhatsApp, True),
    "SDES, business calls": Case(SDESWhatsApp, False),
}
COUNTERPARTS = {"DTLS without": Case(LiteWhatsApp, True, WITHOUT), "SDES without": Case(SDESWhatsApp, True, WITHOUT)}


@dataclass
class Outcome:
    """A call that is over; instants [s, monotonic]."""

    call: Call
    ended_at: float

    @property
    def whatsapp(self) -> MediaPeer:
        whatsapp = self.call.party("WhatsApp")
        assert isinstance(whatsapp, MediaPeer)
        return whatsapp

    @property
    def keys_at(self) -> float:
        """With SDES both are known with the answer."""
        return self.whatsapp.milestones.get("DTLS", self.call.answered_at)


@pytest.fixture(scope="module")
def outcomes(daemon: Daemon) -> dict[str, Outcome]:
    """All calls at the same time."""

    async def carry_out(call: Call) -> Outcome:
        async with call:
            await call.set_up()
            await asyncio.sleep(SILENCE)
            return Outcome(call, time.monotonic())

    async def carry_out_all() -> dict[str, Outcome]:
        async with await NGClient.connect(daemon.control) as ng:
            cases = CASES | COUNTERPARTS
            return dict(zip(cases, await asyncio.gather(*(carry_out(case.call(ng)) for case in cases.values()))))

    return asyncio.run(carry_out_all())


@pytest.mark.parametrize("name", CASES)
def test_first_packet(outcomes: dict[str, Outcome], name: str, report: Report) -> None:
    """With the keys comes a packet of silence, in both directions of the call."""
    outcome = outcomes[name]
    first = outcome.whatsapp.received.first_at
    assert first is not None, "not one packet"
    report.lines.append(f"mute PBX, {name}: first packet {1000 * (first - outcome.keys_at):.0f} ms after the keys")
    assert first - outcome.keys_at <= FIRST_PACKET
    assert outcome.whatsapp.received.audio[0].at == first


@pytest.mark.parametrize("name", CASES)
def test_no_gap(outcomes: dict[str, Outcome], name: str, report: Report) -> None:
    """Silence goes on, in one faultless stream, with reports beside it."""
    outcome, whatsapp = outcomes[name], outcomes[name].whatsapp
    received = whatsapp.received
    gap = received.longest_gap(outcome.keys_at, outcome.ended_at)
    report.lines.append(f"mute PBX, {name}: longest gap {1000 * gap:.0f} ms, {len(received.arrivals)} packets in {SILENCE:.0f} s")
    assert gap <= LONGEST_GAP + TOLERANCE
    assert max(len(arrival.packet.payload) for arrival in received.audio) <= LARGEST_SILENCE
    assert whatsapp.rtcp_packets > 0
    complaints = whatsapp.complaints()
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("name", COUNTERPARTS)
def test_without(outcomes: dict[str, Outcome], name: str) -> None:
    """The same calls without the two flags' parts: no media at all, and a WhatsApp client that would hang up."""
    assert not outcomes[name].whatsapp.received.arrivals
