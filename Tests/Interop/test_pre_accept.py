"""The answer for Meta before anybody has picked up: `early-answer`, and `hold-until-accept` beside it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

import clipping
import quality
from calls import Call, Keys
from codec import OPUS, PCM, PCMA, PCMU, Codec
from conftest import Report, Row
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from peer import MediaPeer
from whatsapp import LiteWhatsApp, SDESWhatsApp

#: How long it rings; the PBX plays its announcement all the while [s].
RINGING = 1.5
LOWEST_PESQ = 3.0
#: Louder is no silence [dBov].
SILENCE = -60.0


@dataclass(frozen=True)
class Case:
    """What the two ends are, and what is asked beside `early-answer`."""

    whatsapp: type[LiteWhatsApp] | type[SDESWhatsApp]
    codec: Codec
    flags: tuple[str, ...] = ()
    #: The answer holds the media back as well; they are let go by a command of their own.
    waits_for_unblock: bool = False


CASES = {
    "DTLS, PCMU": Case(LiteWhatsApp, PCMU),
    "DTLS, PCMA, hold-until-accept": Case(LiteWhatsApp, PCMA, ("hold-until-accept",)),
    "SDES, PCMA": Case(SDESWhatsApp, PCMA),
    "SDES, PCMU, hold-until-accept": Case(SDESWhatsApp, PCMU, ("hold-until-accept",)),
    "DTLS, PCMU, hold-until-accept, unblock media": Case(LiteWhatsApp, PCMU, ("hold-until-accept",), True),
}
HELD = [name for name, case in CASES.items() if case.flags]
DTLS = [name for name, case in CASES.items() if case.whatsapp is LiteWhatsApp]


@dataclass
class Outcome:
    """A call that is over."""

    call: Call
    #: The state of the WhatsApp side's media while it rang.
    media: dict[str, Any] = field(default_factory=dict)
    #: When the ng answer was out, or the command that lets the media go [s, monotonic].
    accepted_at: float = 0.0

    @property
    def whatsapp(self) -> MediaPeer:
        whatsapp = self.call.party("WhatsApp")
        assert isinstance(whatsapp, MediaPeer)
        return whatsapp


def _make_call(ng: NGClient, case: Case) -> Call:
    whatsapp, pbx = case.whatsapp(), PBX(case.codec)
    whatsapp.pause(RINGING)
    whatsapp.say(quality.speech(quality.USER_PROMPTS))
    pbx.say(clipping.words())
    answer_keys: Keys = {"flags": list(case.flags)} if case.waits_for_unblock else {}
    return Call(ng, whatsapp, pbx, {"flags": ["whatsapp", "early-answer", *case.flags]}, answer_keys, is_bare=True)


async def _carry_out(case: Case, call: Call) -> Outcome:
    outcome = Outcome(call)
    async with call:
        await call.make_offer()
        await call.pre_accept()
        call.caller.start()
        answer = await call.callee.answer(call.offered.text)
        call.callee.start()
        await asyncio.sleep(RINGING)
        outcome.media = (await call.query())["tags"][call.from_tag]["medias"][0]
        outcome.accepted_at = time.monotonic()
        await call.take_answer(answer)
        if case.waits_for_unblock:
            await asyncio.sleep(RINGING / 3)
            outcome.accepted_at = time.monotonic()
            await call.ng.request("unblock media", call_id=call.call_id)
        await call.talk()
    return outcome


@pytest.fixture(scope="module")
def outcomes(daemon: Daemon) -> dict[str, Outcome]:
    """All calls at the same time."""

    async def run() -> dict[str, Outcome]:
        async with await NGClient.connect(daemon.control) as ng:
            # All speech is encoded before the first call begins.
            calls = [_carry_out(case, _make_call(ng, case)) for case in CASES.values()]
            return dict(zip(CASES, await asyncio.wait_for(asyncio.gather(*calls), 40)))

    return asyncio.run(run())


@pytest.mark.parametrize("name", CASES)
def test_same_answer_twice(outcomes: dict[str, Outcome], name: str) -> None:
    """Byte for byte, whatever the PBX answered."""
    call = outcomes[name].call
    assert call.answer_reply["sdp"] == call.offer_reply["sdp-answer"]
    assert call.offer_reply["sdp"] != call.offer_reply["sdp-answer"]


@pytest.mark.parametrize("name", DTLS)
def test_ready_before_the_answer(outcomes: dict[str, Outcome], name: str) -> None:
    """ICE and DTLS are over long before somebody picks up."""
    outcome = outcomes[name]
    assert outcome.whatsapp.milestones["DTLS"] < outcome.accepted_at - RINGING / 2


@pytest.mark.parametrize("name", CASES)
def test_media_ready(outcomes: dict[str, Outcome], name: str) -> None:
    """`query` knew before the answer; what is held back is not ready."""
    assert outcomes[name].media.get("media-ready", 0) == (0 if name in HELD else 1)


@pytest.mark.parametrize("name", HELD)
def test_nothing_before_accept(outcomes: dict[str, Outcome], name: str, report: Report) -> None:
    """The PBX spoke all the while; WhatsApp got silence before the answer and the first word after it."""
    outcome = outcomes[name]
    before = outcome.whatsapp.received.heard_between(0, outcome.accepted_at)
    assert len(before), "not even silence came"
    assert quality.level(before) < SILENCE
    lost = _lost(outcome.whatsapp.received.pcm_after(outcome.accepted_at))
    report.lines.append(f"pre-accept, {name}: clipped {lost:.0f} ms after {RINGING:g} s of ringing")
    assert lost == 0


@pytest.mark.parametrize("name", sorted(CASES.keys() - set(HELD)))
def test_early_media(outcomes: dict[str, Outcome], name: str) -> None:
    """Without `hold-until-accept` the announcement is heard while it rings, and whole."""
    outcome = outcomes[name]
    assert quality.level(outcome.whatsapp.received.heard_between(0, outcome.accepted_at)) > SILENCE
    assert _lost(outcome.whatsapp.heard()) == 0


def _lost(heard: PCM) -> float:
    return clipping.compare(clipping.words(), heard).clipped


@pytest.mark.parametrize("name", CASES)
def test_call_goes_on(outcomes: dict[str, Outcome], name: str, report: Report) -> None:
    """One faultless stream over the moment of the answer, and the user is heard."""
    outcome = outcomes[name]
    assert outcome.whatsapp.codec is OPUS
    complaints = outcome.whatsapp.complaints()
    assert not complaints, "\n".join(complaints)
    score = quality.score(quality.speech(quality.USER_PROMPTS), outcome.call.party("PBX").heard())
    report.rows.append(Row.of(f"early-answer: {name}", outcome.call, None, score.pesq))
    assert score.pesq >= LOWEST_PESQ
