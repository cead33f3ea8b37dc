"""Speech and digits both ways, for each pairing of legs and each direction of the call."""

from __future__ import annotations

from typing import Any

import pytest

from calls import (
    BACK_TO_META,
    BACK_TO_PBX,
    BACK_TO_SDES_META,
    TO_META,
    TO_SDES_META,
    to_meta,
    to_pbx,
)
from codec import OPUS, PCMA
from conftest import Report
from daemon import Daemon
from pairings import Outcome, Pairing, carry_out_chosen, check_digits, check_speech
from pbx import PBX
from peer import MediaPeer
from webrtc import AiortcWhatsApp
from whatsapp import LiteWhatsApp, SDESWhatsApp

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


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest, daemon: Daemon) -> dict[str, Outcome]:
    """All selected calls."""
    return carry_out_chosen(request, daemon, PAIRINGS)


@pytest.fixture
def outcome(outcomes: dict[str, Outcome], name: str) -> Outcome:
    outcomes[name].check()
    return outcomes[name]


@pytest.mark.parametrize("name", PAIRINGS)
def test_speech(outcome: Outcome, name: str, report: Report) -> None:
    """Each end understands the other."""
    check_speech(outcome, name, report)


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
    check_digits(outcome.call.party(side))


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
