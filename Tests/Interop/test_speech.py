"""Speech and digits both ways, for each pairing of legs and each direction of the call."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import quality
from calls import (
    BACK_TO_META,
    BACK_TO_PBX,
    BACK_TO_SDES_META,
    TO_META,
    TO_SDES_META,
    Call,
    Keys,
    to_meta,
    to_pbx,
)
from codec import OPUS, PCMA
from conftest import Report, Row
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from peer import MediaPeer, Party
from webrtc import AiortcWhatsApp
from whatsapp import LiteWhatsApp, SDESWhatsApp

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


PAIRINGS: dict[str, Pairing] = {
    "DTLS (aiortc) - RTP PCMU, user calls": Pairing(AiortcWhatsApp, PBX, True, to_pbx("PCMU"), BACK_TO_META),
    "DTLS (aiortc) - RTP PCMU, business calls": Pairing(AiortcWhatsApp, PBX, False, to_meta("PCMU"), BACK_TO_PBX),
    "DTLS (aiortc) - SDES PCMA, user calls": Pairing(
        AiortcWhatsApp,
        lambda: PBX(PCMA, "RTP/SAVP", suite="AES_CM_128_HMAC_SHA1_32"),
        True,
        to_pbx("PCMA", "RTP/SAVP"),
        BACK_TO_META,
    ),
    "DTLS (aiortc) - SDES PCMA, business calls": Pairing(
        AiortcWhatsApp, lambda: PBX(PCMA, "RTP/SAVP"), False, to_meta("PCMA"), BACK_TO_PBX
    ),
    "DTLS (ICE-lite) - RTP PCMU, user calls": Pairing(LiteWhatsApp, PBX, True, to_pbx("PCMU"), BACK_TO_META),
    "DTLS (ICE-lite) - RTP PCMU, business calls": Pairing(LiteWhatsApp, PBX, False, to_meta("PCMU"), BACK_TO_PBX),
    "DTLS (ICE-lite, GCM) - SDES Opus AVPF, user calls": Pairing(
        lambda: LiteWhatsApp(profile=b"SRTP_AEAD_AES_128_GCM"),
        lambda: PBX(OPUS, "RTP/SAVPF", mux=True, suite="AEAD_AES_256_GCM"),
        True,
        to_pbx("opus", "RTP/SAVPF", rtcp_mux=["offer"]),
        BACK_TO_META,
    ),
    "SDES - RTP PCMU, user calls": Pairing(SDESWhatsApp, PBX, True, to_pbx("PCMU"), BACK_TO_SDES_META),
    "SDES - RTP PCMU, business calls": Pairing(SDESWhatsApp, PBX, False, to_meta("PCMU", TO_SDES_META), BACK_TO_PBX),
    "SDES - SDES Opus AVPF, user calls": Pairing(
        SDESWhatsApp,
        lambda: PBX(OPUS, "RTP/SAVPF", mux=True),
        True,
        to_pbx("opus", "RTP/SAVPF", rtcp_mux=["offer"]),
        BACK_TO_SDES_META,
    ),
    "SDES - SDES Opus AVPF, business calls": Pairing(
        SDESWhatsApp, lambda: PBX(OPUS, "RTP/SAVPF", mux=True, suite="AEAD_AES_128_GCM"), False, to_meta("opus", TO_SDES_META), BACK_TO_PBX
    ),
    "DTLS (ICE-lite) on IPv6 - RTP PCMA on IPv4": Pairing(
        lambda: LiteWhatsApp(hosts=("::1",), profile=b"SRTP_AES128_CM_SHA1_32"),
        lambda: PBX(PCMA),
        True,
        to_pbx("PCMA", address_family="IP4"),
        BACK_TO_META,
    ),
    "SDES on IPv4 - RTP PCMU AVPF on IPv6": Pairing(
        SDESWhatsApp,
        lambda: PBX(host="::1", profile="RTP/AVPF"),
        True,
        to_pbx("PCMU", "RTP/AVPF", address_family="IP6"),
        BACK_TO_SDES_META,
    ),
    "SDES - RTP PCMA in 60 ms, business calls": Pairing(
        SDESWhatsApp, lambda: PBX(PCMA, packet_time=60), False, to_meta("PCMA", TO_SDES_META), BACK_TO_PBX
    ),
    "DTLS (ICE-lite) - RTP PCMU, business calls, mask all": Pairing(
        LiteWhatsApp,
        PBX,
        False,
        TO_META
        | {
            "flags": ["generate-mid", "symmetric"],
            "codec": {
                "mask": ["all"],
                "transcode": ["opus/48000/2", "telephone-event"],
                "set": ["opus/48000/2/20000///useinbandfec=1"],
            },
        },
        BACK_TO_PBX,
    ),
}
WITH_EVENTS = [name for name, pairing in PAIRINGS.items() if pairing.whatsapp is not AiortcWhatsApp]


@dataclass
class Outcome:
    """A call that is over; `failure` when it did not get that far."""

    call: Call
    query: dict[str, Any]
    delete: dict[str, Any]
    #: RTP packets of each peer when the query was made.
    sent: dict[str, int] = field(default_factory=dict)
    failure: BaseException | None = None


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
    return Call(ng, caller, callee, pairing.offer_keys, pairing.answer_keys)


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


async def _carry_out_all(daemon: Daemon, names: list[str]) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    async with await NGClient.connect(daemon.control) as ng:
        groups = -(-len(names) // CONCURRENT_CALLS)
        for first in range(groups):
            group = names[first::groups]
            # All speech is encoded before the first call begins.
            calls = [_make_call(ng, PAIRINGS[name]) for name in group]
            outcomes |= zip(group, await asyncio.gather(*(_carry_out(call, STAGGER * number) for number, call in enumerate(calls))))
    return outcomes


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest, daemon: Daemon) -> dict[str, Outcome]:
    """All selected calls, in groups that run at the same time."""
    chosen = {
        item.callspec.params.get("name")
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    }
    return asyncio.run(_carry_out_all(daemon, [name for name in PAIRINGS if name in chosen]))


@pytest.fixture
def outcome(outcomes: dict[str, Outcome], name: str) -> Outcome:
    found = outcomes[name]
    if found.failure is not None:
        where = traceback.extract_tb(found.failure.__traceback__)[-1]
        seen = {party.name: party.complaints() for party in found.call.parties}
        pytest.fail(f"the call failed in {Path(where.filename).name}, {where.name}: {found.failure!r}; {seen}", pytrace=False)
    return found


@pytest.mark.parametrize("name", PAIRINGS)
def test_speech(outcome: Outcome, name: str, report: Report) -> None:
    """Each end understands the other."""
    call = outcome.call
    at_whatsapp = quality.score(quality.speech(quality.BUSINESS_PROMPTS), call.party("WhatsApp").heard())
    at_pbx = quality.score(quality.speech(quality.USER_PROMPTS), call.party("PBX").heard())
    report.rows.append(Row.of(name, call, at_whatsapp.pesq, at_pbx.pesq))
    assert at_whatsapp.pesq >= LOWEST_PESQ
    assert at_pbx.pesq >= LOWEST_PESQ


@pytest.mark.parametrize("name", PAIRINGS)
@pytest.mark.parametrize("side", ["WhatsApp", "PBX"])
def test_stream_is_whole(outcome: Outcome, name: str, side: str) -> None:
    """One SSRC, no gap, a timestamp line that fits the clock, only what was agreed on, Meta's rules."""
    complaints = outcome.call.party(side).complaints()
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("name", WITH_EVENTS)
@pytest.mark.parametrize("side", ["WhatsApp", "PBX"])
def test_digits(outcome: Outcome, name: str, side: str) -> None:
    """Each digit exactly once, as an event of the right length with three end packets, and no tone beside it."""
    party: Party = outcome.call.party(side)
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


@pytest.mark.parametrize("name", WITH_EVENTS)
@pytest.mark.parametrize("side", ["WhatsApp", "PBX"])
def test_sender_reports(outcome: Outcome, name: str, side: str) -> None:
    """The relay makes its own reports: of its one stream, on what this peer sent, without loss."""
    party = outcome.call.party(side)
    assert isinstance(party, MediaPeer)
    assert party.received.reports, "no report came"
    for block in party.received.reports:
        assert (block.reporter, block.ssrc) == (party.received.ssrcs[0], party.ssrc)
        assert block.cumulative_lost == 0
        assert block.from_sender


@pytest.mark.parametrize("name", WITH_EVENTS)
def test_statistics(outcome: Outcome, name: str) -> None:
    """`query` and `delete` count both streams and rate them."""
    call = outcome.call
    for reply in (outcome.query, outcome.delete):
        assert reply["result"] == "ok"
        assert set(reply["tags"]) == {call.from_tag, call.to_tag}
        for name, sent in outcome.sent.items():
            peer = call.party(name)
            assert isinstance(peer, MediaPeer)
            _check_source(reply["SSRC"][str(peer.ssrc)], peer.ssrc, sent)
        totals, sent = reply["totals"], sum(outcome.sent.values())
        assert _is_about(totals["RTP"]["packets"], sent)
        assert totals["RTP"]["bytes"] > 0
        assert totals["RTP"]["errors"] == 0
        assert totals["RTCP"]["packets"] > 0


def _is_about(counted: int, sent: int) -> bool:
    """A few packets were on their way when the count was taken, on either side."""
    return sent - 10 <= counted <= sent + 10


def _check_source(entry: dict[str, Any], ssrc: int, sent: int) -> None:
    assert entry["SSRC"] == ssrc
    assert _is_about(entry["packets"], sent)
    assert entry["cumulative loss"] == 0
    for key in ("average MOS", "lowest MOS", "highest MOS"):
        rating = entry[key]
        # Ten times a MOS: nothing was lost, so a telephone's best is near.
        assert 35 <= rating["MOS"] <= 50, (key, rating)
        assert 0 <= rating["jitter"] < 60
        assert rating["packet loss"] == 0
    assert entry["average MOS"]["samples"] > 0
