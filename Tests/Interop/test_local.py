"""Hold, resume and transfer on the PBX's side, answered by the daemon in one round trip: nothing of it reaches Meta."""

from __future__ import annotations

import asyncio
import time
import wave
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import quality
from calls import WHATSAPP, Call
from codec import OPUS, PCM, PCMA, SAMPLE_RATE
from conftest import Report, Row
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from peer import MediaPeer, Party
from sdp import Description
from whatsapp import LiteWhatsApp, SDESWhatsApp

#: How long each phone talks, and how long the call is held [s].
TALK = 2.5
HOLD = 2.0
LONGEST_GAP = 0.4
TOLERANCE = 0.06
LOWEST_SHARE = 0.9
SILENCE = -60.0
HOLD_MUSIC = ("demo-thanks", "vm-rec-temp")


@dataclass
class Outcome:
    """A call that is over; instants [s, monotonic]."""

    call: Call
    #: The phones in the order in which they had the call.
    phones: list[PBX]
    #: Those that take over later; their speech is encoded already.
    others: list[PBX]
    #: What the replies to the local offers were for the PBX.
    answers: list[Description] = field(default_factory=list)
    #: From when to when it was held.
    held: tuple[float, float] = (0.0, 0.0)
    ended_at: float = 0.0

    @property
    def whatsapp(self) -> MediaPeer:
        whatsapp = self.call.party("WhatsApp")
        assert isinstance(whatsapp, MediaPeer)
        return whatsapp

    async def offer(self, sdp: str, **keys: str) -> str:
        """A local offer; both descriptions of the reply are the answer to it."""
        reply = await self.call.offer_locally(sdp, **keys)
        assert reply["sdp-answer"] == reply["sdp"]
        self.answers.append(Description(reply["sdp-answer"]))
        return str(reply["sdp-answer"])

    async def hold(self, direction: str, **keys: str) -> None:
        """The PBX holds, sends nothing, and comes back."""
        phone = self.phones[-1]
        phone.is_mute = True
        began = time.monotonic()
        await phone.accept(await self.offer(await phone.offer_again(direction), **keys))
        await asyncio.sleep(HOLD)
        self.held = (began, time.monotonic())
        await phone.accept(await self.offer(await phone.offer_again("sendrecv")))
        phone.is_mute = False

    async def transfer(self) -> None:
        """Another phone takes over, with its own address, codec, SSRC and key, and talks."""
        phone = self.others.pop(0)
        await phone.accept(await self.offer(await phone.offer()))
        self.phones[-1].silence_from_now()
        self.phones.append(phone)
        phone.start()
        await phone.finish()


def _part(number: int) -> PCM:
    return quality.stretch(quality.speech(quality.BUSINESS_PROMPTS), number * TALK, (number + 1) * TALK)


async def _hold(outcome: Outcome, direction: str, **keys: str) -> None:
    await outcome.hold(direction, **keys)
    outcome.phones[-1].say(_part(1))
    await outcome.phones[-1].finish()


async def _transfer(outcome: Outcome) -> None:
    await outcome.transfer()
    await outcome.hold("inactive")
    await outcome.transfer()


#: The calls: WhatsApp's kind, whether it calls, what happens, and how many parts of the speech come.
CASES: dict[str, tuple[type[LiteWhatsApp] | type[SDESWhatsApp], bool, Callable[[Outcome], Awaitable[None]], int]] = {
    "hold by inactive, DTLS, user calls": (LiteWhatsApp, True, lambda outcome: _hold(outcome, "inactive"), 2),
    "hold by sendonly, SDES, user calls": (SDESWhatsApp, True, lambda outcome: _hold(outcome, "sendonly"), 2),
    "transfer to PCMA, hold, transfer to SDES Opus, DTLS, business calls": (LiteWhatsApp, False, _transfer, 3),
    "transfer to PCMA, hold, transfer to SDES Opus, SDES, user calls": (SDESWhatsApp, True, _transfer, 3),
}
WITH_FILE = "hold by sendonly with a file, DTLS, user calls"


async def _carry_out(outcome: Outcome, change: Callable[[Outcome], Awaitable[None]]) -> Outcome:
    call, first = outcome.call, outcome.phones[0]
    async with call:
        await call.set_up()
        await first.finish()
        await change(outcome)
        await call.party("WhatsApp").finish()
        await asyncio.sleep(0.7)
        outcome.ended_at = time.monotonic()
        await asyncio.gather(*(phone.close() for phone in outcome.phones + outcome.others))
    return outcome


def _make(ng: NGClient, whatsapp: LiteWhatsApp | SDESWhatsApp, meta_offers: bool) -> Outcome:
    pbx, others = PBX(), [PBX(PCMA), PBX(OPUS, "RTP/SAVP")]
    for number, phone in enumerate([pbx, *others]):
        phone.say(_part(number))
    whatsapp.say(quality.speech(quality.USER_PROMPTS))
    ends: tuple[Party, Party] = (whatsapp, pbx) if meta_offers else (pbx, whatsapp)
    return Outcome(Call(ng, *ends, WHATSAPP, {}, is_bare=True), [pbx], others)


@pytest.fixture(scope="module")
def hold_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of a voice."""
    path = tmp_path_factory.mktemp("hold") / "hold.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(quality.speech(HOLD_MUSIC).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def outcomes(daemon: Daemon, hold_file: Path) -> dict[str, Outcome]:
    """All calls at the same time."""

    async def run() -> dict[str, Outcome]:
        async with await NGClient.connect(daemon.control) as ng:
            running = {name: _carry_out(_make(ng, kind(), meta_offers), change) for name, (kind, meta_offers, change, _) in CASES.items()}
            with_file = _make(ng, LiteWhatsApp(), True)
            running[WITH_FILE] = _carry_out(with_file, lambda outcome: _hold(outcome, "sendonly", **{"hold-file": str(hold_file)}))
            return dict(zip(running, await asyncio.wait_for(asyncio.gather(*running.values()), 60)))

    return asyncio.run(run())


@pytest.mark.parametrize("name", [*CASES, WITH_FILE])
def test_whatsapp_notices_nothing(outcomes: dict[str, Outcome], name: str, report: Report) -> None:
    """One SSRC, gap-free numbers, a timestamp line on the clock, and never a long pause."""
    outcome = outcomes[name]
    complaints = outcome.whatsapp.complaints()
    assert not complaints, "\n".join(complaints)
    first = outcome.whatsapp.received.first_at
    assert first is not None
    gap = outcome.whatsapp.received.longest_gap(first, outcome.ended_at)
    report.lines.append(f"local: {name}: longest gap {1000 * gap:.0f} ms")
    assert gap <= LONGEST_GAP + TOLERANCE


@pytest.mark.parametrize("name", CASES)
def test_whatsapp_hears_every_phone(outcomes: dict[str, Outcome], name: str, report: Report) -> None:
    """Each phone's words, and silence while the call is held."""
    outcome = outcomes[name]
    heard = outcome.whatsapp.heard()
    shares = [quality.share_heard(_part(number), heard) for number in range(CASES[name][3])]
    report.rows.append(Row.of(f"local: {name}"[:52], outcome.call, None, None))
    assert min(shares) >= LOWEST_SHARE, shares
    start, end = outcome.held
    assert quality.level(outcome.whatsapp.received.heard_between(start + 0.4, end)) < SILENCE


def test_whatsapp_hears_the_file(outcomes: dict[str, Outcome]) -> None:
    """From its beginning, as long as the call is held; then the phone again."""
    outcome = outcomes[WITH_FILE]
    heard = outcome.whatsapp.heard()
    assert quality.share_heard(quality.stretch(quality.speech(HOLD_MUSIC), 0, HOLD - 0.2), heard) >= LOWEST_SHARE
    assert quality.share_heard(_part(1), heard) >= LOWEST_SHARE
    assert not outcome.phones[0].violations


@pytest.mark.parametrize("name", [*CASES, WITH_FILE])
def test_answers_for_the_pbx(outcomes: dict[str, Outcome], name: str) -> None:
    """Each is an answer to its offer: the direction turned round, a codec of the phone, its protocol; the last one talks both ways."""
    outcome = outcomes[name]
    fitting = {"sendonly": "a=recvonly", "inactive": "a=inactive", "sendrecv": "a=sendrecv"}
    assert fitting["inactive" if "inactive" in name or "transfer" in name else "sendonly"] in [
        line for answer in outcome.answers for line in answer.lines
    ]
    last = outcome.phones[-1]
    assert "a=sendrecv" in outcome.answers[-1].lines
    assert outcome.answers[-1].protocol == last.profile
    assert outcome.answers[-1].payload_type(last.codec.rtpmap) is not None


@pytest.mark.parametrize("name", [*CASES, WITH_FILE])
def test_user_is_heard_in_the_end(outcomes: dict[str, Outcome], name: str) -> None:
    """By the phone that has the call: the end of what the user says."""
    outcome = outcomes[name]
    assert not outcome.phones[-1].violations
    ending = quality.stretch(quality.speech(quality.USER_PROMPTS), quality.SECONDS - 1.5, quality.SECONDS)
    assert quality.share_heard(ending, outcome.phones[-1].heard()) >= LOWEST_SHARE
