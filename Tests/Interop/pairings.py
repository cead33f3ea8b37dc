"""Many calls in a few groups: who talks to whom in each, and what became of it."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import quality
from calls import TRIES, Call, Keys, were_fair
from conftest import Report, Row
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from peer import MediaPeer, Party

LOWEST_PESQ = 3.0
DIGITS = "15#"
DIGIT_LENGTH = 160
#: From the beginning of one digit to the next [s], and how exactly the timestamps must tell it.
DIGIT_INTERVAL = 0.26
INTERVAL_TOLERANCE = 0.08
#: A digit may come out longer or shorter by this much [8 kHz units]: 60 ms.
DIGIT_TOLERANCE = 480
#: Louder than this beside an event is a leak of its tone [dBov].
LOUDEST_BESIDE_EVENTS = -50.0
#: Calls at a time: more than this and the peers, not the daemon, fill the machine.
CONCURRENT_CALLS = 5
#: From one call's beginning to the next one's, so that each set-up is timed by itself [s].
STAGGER = 0.15


@dataclass(frozen=True)
class Pairing:
    """Who talks to whom, who offers, and what the client tells the daemon."""

    whatsapp: Callable[[], Any]
    pbx: Callable[[], PBX]
    meta_offers: bool
    offer_keys: Keys
    answer_keys: Keys
    #: The commands have no key that they could do without.
    is_bare: bool = False


@dataclass
class Outcome:
    """A call that is over; `failure` when it did not get that far."""

    call: Call
    query: dict[str, Any]
    delete: dict[str, Any]
    #: RTP packets of each peer when the query was made.
    sent: dict[str, int] = field(default_factory=dict)
    failure: BaseException | None = None

    def check(self) -> None:
        """Fail with the reason if there was no call."""
        if self.failure is not None:
            where = traceback.extract_tb(self.failure.__traceback__)[-1]
            seen = {party.name: party.complaints() for party in self.call.parties}
            pytest.fail(f"the call failed in {Path(where.filename).name}, {where.name}: {self.failure!r}; {seen}", pytrace=False)


def _make_call(ng: NGClient, pairing: Pairing) -> Call:
    whatsapp, pbx = pairing.whatsapp(), pairing.pbx()
    whatsapp.say(quality.speech(quality.USER_PROMPTS))
    pbx.say(quality.speech(quality.BUSINESS_PROMPTS))
    if isinstance(whatsapp, MediaPeer):
        for peer in (whatsapp, pbx):
            peer.pause(0.5)
            peer.press(DIGITS, DIGIT_LENGTH)
            peer.pause(0.3)
    caller, callee = (whatsapp, pbx) if pairing.meta_offers else (pbx, whatsapp)
    return Call(ng, caller, callee, pairing.offer_keys, pairing.answer_keys, pairing.is_bare)


async def _carry_out(call: Call, delay: float) -> Outcome:
    outcome = Outcome(call, {}, {})
    await asyncio.sleep(delay)
    async with call:
        try:
            await call.set_up()
            await asyncio.wait_for(call.talk(), 30)
            outcome.sent = {party.name: party.sent_packets for party in call.parties if isinstance(party, MediaPeer)}
            outcome.query = await call.query()
            outcome.delete = await call.delete()
        except Exception as error:
            outcome.failure = error
    return outcome


async def carry_out(daemon: Daemon, pairings: dict[str, Pairing]) -> dict[str, Outcome]:
    """All calls, in groups that run at the same time; a group that the machine held up runs again."""
    outcomes: dict[str, Outcome] = {}
    names = list(pairings)
    async with await NGClient.connect(daemon.control) as ng:
        groups = -(-len(names) // CONCURRENT_CALLS)
        for first in range(groups):
            group = names[first::groups]
            for _ in range(TRIES):
                # All speech is encoded before the first call begins.
                calls = [_make_call(ng, pairings[name]) for name in group]
                over = await asyncio.gather(*(_carry_out(call, STAGGER * number) for number, call in enumerate(calls)))
                outcomes |= zip(group, over)
                if were_fair(calls):
                    break
    return outcomes


def carry_out_chosen(request: pytest.FixtureRequest, daemon: Daemon, pairings: dict[str, Pairing]) -> dict[str, Outcome]:
    """The calls of the tests that are to be run; those tests have a parameter `name`."""
    chosen = {
        item.callspec.params.get("name")
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    }
    return asyncio.run(carry_out(daemon, {name: pairing for name, pairing in pairings.items() if name in chosen}))


def check_speech(outcome: Outcome, name: str, report: Report) -> None:
    """Each end understands the other."""
    call = outcome.call
    at_whatsapp = quality.score(quality.speech(quality.BUSINESS_PROMPTS), call.party("WhatsApp").heard())
    at_pbx = quality.score(quality.speech(quality.USER_PROMPTS), call.party("PBX").heard())
    report.rows.append(Row.of(name, call, at_whatsapp.pesq, at_pbx.pesq))
    assert at_whatsapp.pesq >= LOWEST_PESQ
    assert at_pbx.pesq >= LOWEST_PESQ


def check_digits(party: Party) -> None:
    """Each digit exactly once, as an event of the right length with three end packets, and no tone beside it."""
    received = party.received
    digits = received.digits()
    assert received.event_payload_type is not None, "no telephone-event/8000 was agreed on"
    assert "".join(digit.digit for digit in digits) == DIGITS
    for digit in digits:
        assert digit.payload_type == received.event_payload_type
        assert digit.ends == 3, digit
        assert digit.markers == [True] + [False] * (digit.packets - 1), digit
        assert not digit.shrank, digit
        assert abs(digit.duration - DIGIT_LENGTH * 8) <= DIGIT_TOLERANCE, digit
    assert received.codec is not None
    for earlier, later in zip(digits, digits[1:]):
        interval = (later.timestamp - earlier.timestamp) % 2**32 / received.codec.clock_rate
        assert abs(interval - DIGIT_INTERVAL) <= INTERVAL_TOLERANCE, (earlier, later)
    beside = received.heard_between(digits[0].at - 0.1, digits[-1].at + 0.4)
    assert quality.level(beside) < LOUDEST_BESIDE_EVENTS
