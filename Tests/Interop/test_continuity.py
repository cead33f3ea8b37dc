"""A PBX that changes its SSRC, jumps its timestamps and pauses in mid-call: WhatsApp must not notice (one SSRC, one line)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import quality
from calls import BACK_TO_META, BACK_TO_SDES_META, Call, Keys, to_pbx
from codec import OPUS, PCM, SAMPLE_RATE
from conftest import Report, Row
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from peer import MediaPeer
from whatsapp import LiteWhatsApp, SDESWhatsApp

#: As Asterisk from Read() to Echo(), forwards and backwards.
JUMP = 10**9
#: Asterisk sends nothing for so long before it [s].
GAP = 1.2
LOWEST_PESQ = 3.0

CASES: dict[str, tuple[Callable[[], MediaPeer], Callable[[], PBX], Keys, Keys]] = {
    "DTLS (ICE-lite) - RTP PCMU": (LiteWhatsApp, PBX, to_pbx("PCMU"), BACK_TO_META),
    "SDES - SDES Opus AVPF": (
        SDESWhatsApp,
        lambda: PBX(OPUS, "RTP/SAVPF", mux=True),
        to_pbx("opus", "RTP/SAVPF", rtcp_mux=["offer"]),
        BACK_TO_SDES_META,
    ),
}


def _parts() -> list[PCM]:
    speech = quality.speech(quality.BUSINESS_PROMPTS)
    return [quality.stretch(speech, start, start + 2.25) for start in (0, 2.25, 4.5, 6.75)]


def _unsteady_call(ng: NGClient, case: tuple[Any, ...]) -> Call:
    make_whatsapp, make_pbx, offer_keys, answer_keys = case
    whatsapp, pbx = make_whatsapp(), make_pbx()
    first, second, third, fourth = _parts()
    pbx.say(first)
    pbx.change_source()
    pbx.say(second)
    pbx.jump(JUMP)
    pbx.say(third)
    pbx.be_mute(GAP)
    pbx.change_source()
    pbx.jump(-JUMP)
    pbx.say(fourth)
    pbx.pause(0.3)
    pbx.press("5")
    whatsapp.say(quality.speech(quality.USER_PROMPTS))
    return Call(ng, whatsapp, pbx, offer_keys, answer_keys)


@pytest.fixture(scope="module")
def calls(daemon: Daemon) -> dict[str, Call]:
    """The calls of all cases, at the same time."""

    async def carry_out(call: Call) -> None:
        async with call:
            await call.set_up()
            await call.talk()

    async def carry_out_all() -> dict[str, Call]:
        async with await NGClient.connect(daemon.control) as ng:
            calls = {name: _unsteady_call(ng, case) for name, case in CASES.items()}
            await asyncio.wait_for(asyncio.gather(*map(carry_out, calls.values())), 30)
            return calls

    return asyncio.run(carry_out_all())


@pytest.mark.parametrize("name", CASES)
def test_whatsapp_sees_one_stream(calls: dict[str, Call], name: str) -> None:
    """One SSRC, gap-free numbers and a timestamp line on the clock, over two changes of source and two jumps."""
    complaints = calls[name].party("WhatsApp").complaints()
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("name", CASES)
def test_whatsapp_hears_everything(calls: dict[str, Call], name: str, report: Report) -> None:
    """The speech before and after each change, the gap where it was, and the digit after it all."""
    call = calls[name]
    whatsapp = call.party("WhatsApp")
    first, second, third, fourth = _parts()
    gap = np.zeros(int(GAP * SAMPLE_RATE), dtype=np.int16)
    at_whatsapp = quality.score(np.concatenate([first, second, third, gap, fourth]), whatsapp.heard())
    at_pbx = quality.score(quality.speech(quality.USER_PROMPTS), call.party("PBX").heard())
    report.rows.append(Row.of(f"{name}, unsteady PBX", call, at_whatsapp.pesq, at_pbx.pesq))
    assert at_whatsapp.pesq >= LOWEST_PESQ
    assert at_pbx.pesq >= LOWEST_PESQ
    assert [digit.digit for digit in whatsapp.received.digits()] == ["5"]
