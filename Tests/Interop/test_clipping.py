"""A PBX that talks from its very first packet while the WhatsApp side is not ready: nothing of its first word is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

import quality
from calls import BACK_TO_META, BACK_TO_PBX, BACK_TO_SDES_META, Call, Keys, to_meta, to_pbx
from conftest import Report, Row
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from peer import Party
from stream import ReceivedStream
from whatsapp import LiteWhatsApp, SDESWhatsApp

HELD_BACK = 1.0
FIRST_WORD = 0.6
#: A jitter buffer's correction, or the machine's, may spoil a piece here and there.
LOWEST_SHARE = 0.95


def _slow(dtls: float = 0.0, everything: float = 0.0) -> LiteWhatsApp:
    whatsapp = LiteWhatsApp()
    whatsapp.ignores_dtls, whatsapp.ignores_everything = dtls, everything
    return whatsapp


@dataclass(frozen=True)
class Case:
    """What holds the WhatsApp side back, and who calls."""

    whatsapp: Callable[[], Party]
    meta_offers: bool
    offer_keys: Keys
    answer_keys: Keys


CASES = {
    "DTLS 1 s late, user calls": Case(lambda: _slow(dtls=HELD_BACK), True, to_pbx("PCMU"), BACK_TO_META),
    "STUN and DTLS 1 s late, user calls": Case(lambda: _slow(everything=HELD_BACK), True, to_pbx("PCMU"), BACK_TO_META),
    "DTLS 1 s late, business calls": Case(lambda: _slow(dtls=HELD_BACK), False, to_meta("PCMU"), BACK_TO_PBX),
    "DTLS without delay, user calls": Case(_slow, True, to_pbx("PCMU"), BACK_TO_META),
    "SDES, user calls": Case(SDESWhatsApp, True, to_pbx("PCMU"), BACK_TO_SDES_META),
}


@pytest.fixture(scope="module")
def calls(daemon: Daemon) -> dict[str, Call]:
    """The calls of all cases, at the same time."""

    async def carry_out(call: Call) -> None:
        async with call:
            await call.set_up(callee_talks_at_once=isinstance(call.callee, PBX))
            await call.talk(tail=HELD_BACK + 0.7)

    async def carry_out_all() -> dict[str, Call]:
        async with await NGClient.connect(daemon.control) as ng:
            calls = {}
            for name, case in CASES.items():
                whatsapp, pbx = case.whatsapp(), PBX()
                pbx.say(quality.speech(quality.BUSINESS_PROMPTS))
                ends: tuple[Party, Party] = (whatsapp, pbx) if case.meta_offers else (pbx, whatsapp)
                calls[name] = Call(ng, *ends, case.offer_keys, case.answer_keys)
            await asyncio.wait_for(asyncio.gather(*map(carry_out, calls.values())), 30)
            return calls

    return asyncio.run(carry_out_all())


@pytest.mark.parametrize("name", CASES)
def test_first_word(calls: dict[str, Call], name: str, report: Report) -> None:
    """The first 600 ms arrive whole, and so does everything after them. A delay is worked off by playing faster: PESQ says nothing here."""
    call = calls[name]
    speech = quality.speech(quality.BUSINESS_PROMPTS)
    heard = call.party("WhatsApp").heard()
    first, whole = (quality.share_heard(said, heard) for said in (quality.stretch(speech, 0, FIRST_WORD), speech))
    report.rows.append(Row.of(name, call, None, None))
    report.lines.append(f"{name}: {first:.0%} of the first word and {whole:.0%} of everything was heard")
    assert first == 1
    assert whole >= LOWEST_SHARE


@pytest.mark.parametrize("name", CASES)
def test_late_stream_is_whole(calls: dict[str, Call], name: str) -> None:
    """What was kept goes out as one ordinary stream."""
    received: ReceivedStream = calls[name].party("WhatsApp").received
    complaints = calls[name].party("WhatsApp").complaints()
    assert received.arrivals
    assert not complaints, "\n".join(complaints)
