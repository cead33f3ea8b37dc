"""How many milliseconds of what the PBX says are lost, against how late the WhatsApp side is and how bad the network: none."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

import clipping
from calls import TRIES, WHATSAPP, Call, Keys, were_fair
from codec import OPUS, SAMPLE_RATE
from conftest import Report
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from peer import Party
from webrtc import AiortcWhatsApp
from whatsapp import LiteWhatsApp

#: How late DTLS is [s].
DELAYS = (0.0, 0.5, 1.0, 3.0)
#: Share of the STUN and DTLS datagrams that get lost, each way.
LOSS = 0.2
SEEDS = (1, 2, 3)
#: aiortc is not lite and says nothing of WhatsApp, so that its offer has to be told from a PBX's.
FROM_WHATSAPP: Keys = {"flags": ["whatsapp", "whatsapp-from"]}
#: By so much may words be played faster; measured over a word, one period of the voice more or less makes a difference.
HURRY = 0.15
WITHOUT_BUFFER: Keys = {"flags": ["whatsapp", "no-early-media-buffer"]}
CONCURRENT_CALLS = 7


@dataclass(frozen=True)
class Case:
    """What holds the WhatsApp side back."""

    kind: type[LiteWhatsApp] | type[AiortcWhatsApp]
    meta_offers: bool
    delay: float = 0.0
    seed: int | None = None
    keys: Any = None

    @property
    def row(self) -> str:
        """What the line of the table is called."""
        peer = "OpenSSL" if self.kind is LiteWhatsApp else "aiortc"
        return f"DTLS ({peer}), {'user' if self.meta_offers else 'business'} calls"

    def call(self, ng: NGClient) -> Call:
        whatsapp, pbx = self.kind(), PBX()
        whatsapp.ignores_dtls = self.delay
        if isinstance(whatsapp, LiteWhatsApp) and self.seed is not None:
            whatsapp.lose_handshake(LOSS, self.seed)
        pbx.say(clipping.words())
        ends: tuple[Party, Party] = (whatsapp, pbx) if self.meta_offers else (pbx, whatsapp)
        keys = FROM_WHATSAPP if self.meta_offers and self.kind is AiortcWhatsApp else WHATSAPP
        return Call(ng, *ends, self.keys or keys, {}, is_bare=True)


DELAYED = {
    f"{Case(kind, meta_offers).row}, {delay:g} s late": Case(kind, meta_offers, delay)
    for kind in (LiteWhatsApp, AiortcWhatsApp)
    for meta_offers in (True, False)
    for delay in DELAYS
}
LOSSY = {
    f"{LOSS:.0%} of the handshake lost, {'user' if meta_offers else 'business'} calls, {seed}": Case(LiteWhatsApp, meta_offers, seed=seed)
    for meta_offers in (True, False)
    for seed in SEEDS
}
COUNTERPART = "no-early-media-buffer, 1 s late"
CASES = DELAYED | LOSSY | {COUNTERPART: Case(LiteWhatsApp, True, 1.0, keys=WITHOUT_BUFFER)}


@pytest.fixture(scope="module")
def calls(daemon: Daemon) -> dict[str, Call]:
    """The calls of all cases, several at the same time; again if the machine held them up."""

    async def carry_out(call: Call) -> None:
        async with call:
            await call.set_up(callee_talks_at_once=isinstance(call.callee, PBX))
            await call.talk(tail=max(DELAYS) + 0.7)

    async def carry_out_group(ng: NGClient, names: list[str]) -> dict[str, Call]:
        for _ in range(TRIES):
            calls = {name: CASES[name].call(ng) for name in names}
            await asyncio.wait_for(asyncio.gather(*map(carry_out, calls.values())), 30)
            if were_fair(calls.values()):
                break
        return calls

    async def carry_out_all() -> dict[str, Call]:
        names = list(CASES)
        calls: dict[str, Call] = {}
        async with await NGClient.connect(daemon.control) as ng:
            for first in range(0, len(names), CONCURRENT_CALLS):
                calls |= await carry_out_group(ng, names[first : first + CONCURRENT_CALLS])
        return calls

    return asyncio.run(carry_out_all())


@pytest.fixture(scope="module")
def heard(calls: dict[str, Call]) -> dict[str, clipping.Comparison]:
    """What became of the words in each call."""
    words = clipping.words()
    return {name: clipping.compare(words, call.party("WhatsApp").heard()) for name, call in calls.items()}


def test_the_measure() -> None:
    """Nothing is missing after Opus; a cut beginning, a hole and a shortened pause are told apart."""
    words = clipping.words()
    first, second = (int(seconds * SAMPLE_RATE) for seconds in (1.43, 1.53))
    pause = int((clipping.WORD + clipping.PAUSES[0]) * SAMPLE_RATE)
    heard = {
        "whole": words,
        "cut": words[100 * SAMPLE_RATE // 1000 :],
        "hole": clipping.joined(words[:first], words[second:]),
        "pause": clipping.joined(words[: pause - 300], words[pause:]),
    }
    found = {name: clipping.compare(words, OPUS.decode(OPUS.encode(pcm))).clipped for name, pcm in heard.items()}
    assert (found["whole"], found["pause"]) == (0, 0)
    assert 80 <= found["cut"] <= 110
    assert 80 <= found["hole"] <= 110


@pytest.mark.parametrize("name", DELAYED)
def test_late_dtls(heard: dict[str, clipping.Comparison], name: str) -> None:
    assert heard[name].clipped == 0


@pytest.mark.parametrize("name", LOSSY)
def test_lossy_handshake(calls: dict[str, Call], heard: dict[str, clipping.Comparison], name: str) -> None:
    """The handshake repeats what was lost, and what was said meanwhile is kept."""
    assert calls[name].party("WhatsApp").received.arrivals, "no media"
    assert heard[name].clipped == 0


@pytest.mark.parametrize("name", [*DELAYED, *LOSSY])
def test_stream_is_whole(calls: dict[str, Call], name: str) -> None:
    """What was kept goes out as one ordinary stream."""
    complaints = calls[name].party("WhatsApp").complaints()
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("name", [*DELAYED, *LOSSY])
def test_no_hurry(heard: dict[str, clipping.Comparison], name: str) -> None:
    """A delay is worked off by playing ten percent faster at most, at the same pitch: another one would be other words."""
    assert heard[name].hurry <= HURRY


def test_what_the_buffer_is_for(heard: dict[str, clipping.Comparison]) -> None:
    """The same call without it loses its first words."""
    assert heard[COUNTERPART].clipped > 300


def test_figures(calls: dict[str, Call], heard: dict[str, clipping.Comparison], report: Report) -> None:
    """For the report."""
    report.lines.append("clipped [ms of words that never came, told by gliding tones], against DTLS being late by")
    report.lines.append(f"{'':<36}" + "".join(f"{f'{delay:g} s':>8}" for delay in DELAYS))
    for row in dict.fromkeys(case.row for case in DELAYED.values()):
        figures = "".join(f"{heard[f'{row}, {delay:g} s late'].clipped:>8.0f}" for delay in DELAYS)
        report.lines.append(f"{row:<36}{figures}")
    hurry = max(heard[name].hurry for name in DELAYED)
    report.lines.append(f"the word that was played fastest was {hurry:.0%} faster")
    late = max(getattr(party, "lateness", 0.0) for call in calls.values() for party in call.parties)
    report.lines.append(f"the test's own packets were late by {1000 * late:.0f} ms at most")
    for name in [*LOSSY, COUNTERPART]:
        since = calls[name].since_answer("WhatsApp", "first packet")
        ready = "never" if since is None else f"{since * 1000:.0f} ms after the answer"
        report.lines.append(f"{name:<52} clipped {heard[name].clipped:.0f} ms, first packet {ready}")
