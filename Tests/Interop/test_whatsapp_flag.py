"""The one flag `whatsapp`, with nothing beside it but what a command cannot do without."""

from __future__ import annotations

import asyncio

import pytest

import quality
from calls import WHATSAPP, Call
from codec import PCMA, PCMU
from conftest import Report
from daemon import Daemon
from ng import NGClient
from pairings import Outcome, Pairing, carry_out_chosen, check_digits, check_speech
from pbx import PBX
from peer import MediaPeer
from sdp import Description
from webrtc import AiortcWhatsApp
from whatsapp import LiteWhatsApp, SDESWhatsApp

#: aiortc is not lite and says nothing of WhatsApp, so that its offer has to be told from a PBX's.
FROM_WHATSAPP = {"flags": ["whatsapp", "whatsapp-from"]}
#: With the PBX's offer: nothing in it tells that Meta's number is set to SDES.
WHATSAPP_SDES = WHATSAPP | {"transport-protocol": "RTP/SAVP"}

PAIRINGS: dict[str, Pairing] = {
    "whatsapp: DTLS (aiortc) - PCMU, user calls": Pairing(AiortcWhatsApp, PBX, True, FROM_WHATSAPP, {}, True),
    "whatsapp: DTLS (aiortc) - PCMA, business calls": Pairing(AiortcWhatsApp, lambda: PBX(PCMA), False, WHATSAPP, {}, True),
    "whatsapp: DTLS (ICE-lite) - PCMA, user calls": Pairing(LiteWhatsApp, lambda: PBX(PCMA), True, WHATSAPP, {}, True),
    "whatsapp: DTLS (ICE-lite) - PCMU, business calls": Pairing(LiteWhatsApp, PBX, False, WHATSAPP, {}, True),
    "whatsapp: SDES - PCMU, user calls": Pairing(SDESWhatsApp, PBX, True, WHATSAPP, {}, True),
    "whatsapp: SDES - PCMA, business calls": Pairing(SDESWhatsApp, lambda: PBX(PCMA), False, WHATSAPP_SDES, {}, True),
    "rtpp-flags=whatsapp: DTLS (ICE-lite) - PCMU, user calls": Pairing(LiteWhatsApp, PBX, True, {"rtpp-flags": "whatsapp"}, {}, True),
    "profile=whatsapp: DTLS (ICE-lite) - PCMA, business calls": Pairing(
        LiteWhatsApp, lambda: PBX(PCMA), False, {"profile": "whatsapp"}, {}, True
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


def _toward(outcome: Outcome, name: str) -> Description:
    """What the relay said to one side."""
    return outcome.call.answered if outcome.call.caller.name == name else outcome.call.offered


@pytest.mark.parametrize("name", PAIRINGS)
def test_description_for_meta(outcome: Outcome, name: str) -> None:
    """What the fact sheet asks of ours: one track and SSRC, Opus at 20 ms, digits at 8000, no extensions, CRLF."""
    ours = _toward(outcome, "WhatsApp")
    audio = ours.payload_type("opus/48000/2")
    expected = ["opus/48000/2", "telephone-event/8000"]
    if isinstance(outcome.call.caller, AiortcWhatsApp):
        # It offers none of the latter.
        expected.pop()
    assert [rtpmap.lower() for rtpmap in ours.rtpmaps.values()] == expected, ours.text
    assert ours.values("a=ptime:") == ["20"]
    assert ours.values("a=maxptime:") == ["20"]
    assert len({value.split()[0] for value in ours.values("a=ssrc:")}) == 1, ours.text
    assert ours.values("a=ssrc:")[0].split()[1].startswith("cname:")
    assert ours.has_mux
    assert ours.values("a=extmap") == []
    assert "transport-cc" not in ours.text
    assert ours.text.count("\n") == ours.text.count("\r\n") == len(ours.lines)
    assert len(ours.values("m=")) == 1
    (fmtp,) = (value for value in ours.values("a=fmtp:") if value.startswith(f"{audio} "))
    assert "useinbandfec=1" in fmtp
    assert "a=sendrecv" in ours.lines
    if isinstance(outcome.call.party("WhatsApp"), SDESWhatsApp):
        _check_sdes(ours)
    else:
        _check_dtls(ours, is_offer=outcome.call.caller.name == "PBX")
    _check_bundle(ours, outcome)


def _check_sdes(ours: Description) -> None:
    assert ours.protocol == "RTP/SAVP"
    assert [value.split()[1] for value in ours.values("a=crypto:")][0] == "AES_CM_128_HMAC_SHA1_80"
    for line in ("a=fingerprint:", "a=setup:", "a=candidate:", "a=ice-ufrag:"):
        assert ours.values(line) == []


def _check_dtls(ours: Description, is_offer: bool) -> None:
    assert ours.protocol == "UDP/TLS/RTP/SAVPF"
    assert ours.values("a=crypto:") == []
    assert ours.fingerprint is not None and ours.fingerprint[0] == "sha-256"
    assert ours.value("a=setup:") == ("actpass" if is_offer else "active")
    assert ours.value("a=ice-ufrag:") and ours.value("a=ice-pwd:")
    assert "a=ice-lite" not in ours.lines


def _check_bundle(ours: Description, outcome: Outcome) -> None:
    """The group of one; an answer repeats the offer's."""
    mid = ours.value("a=mid:")
    if ours.protocol == "RTP/SAVP" and outcome.call.caller.name == "PBX":
        return
    assert ours.values("a=group:BUNDLE ") == [mid], ours.text
    if isinstance(outcome.call.caller, LiteWhatsApp | SDESWhatsApp):
        assert mid == "audio"


@pytest.mark.parametrize("name", PAIRINGS)
def test_description_for_the_pbx(outcome: Outcome, name: str) -> None:
    """Plain RTP with what every PBX has, at 20 ms, and nothing of ICE, DTLS or Opus."""
    ours = _toward(outcome, "PBX")
    assert ours.protocol == "RTP/AVP"
    names = [rtpmap.upper() for rtpmap in ours.rtpmaps.values()]
    if outcome.call.caller.name == "WhatsApp":
        assert names == ["PCMU/8000", "PCMA/8000", "TELEPHONE-EVENT/8000"], ours.text
    assert not any(rtpmap.startswith("OPUS") for rtpmap in names)
    assert ours.values("a=ptime:") == ["20"]
    for line in ("a=candidate:", "a=ice-", "a=fingerprint:", "a=setup:", "a=crypto:", "a=extmap", "a=ssrc:", "a=msid:", "a=group:"):
        assert ours.values(line) == [], ours.text


def test_g711_end_to_end(daemon: Daemon) -> None:
    """A number with PCMU and a PBX with PCMU: not a byte of the audio is changed, either way."""
    whatsapp, pbx = LiteWhatsApp(codec=PCMU), PBX(PCMU)
    speech = {"WhatsApp": quality.speech(quality.USER_PROMPTS), "PBX": quality.speech(quality.BUSINESS_PROMPTS)}
    peers: dict[str, MediaPeer] = {"WhatsApp": whatsapp, "PBX": pbx}
    for name, peer in peers.items():
        peer.pause(1.0)
        peer.say(quality.stretch(speech[name], 0, 3))

    async def run() -> Call:
        async with await NGClient.connect(daemon.control) as ng:
            async with Call(ng, whatsapp, pbx, WHATSAPP, {}, is_bare=True) as call:
                await call.set_up()
                await call.talk()
                return call

    call = asyncio.run(run())
    assert list(call.answered.rtpmaps.values()) == ["PCMU/8000", "telephone-event/8000"]
    for name, other in (("WhatsApp", pbx), ("PBX", whatsapp)):
        complaints = peers[name].complaints()
        assert not complaints, "\n".join(complaints)
        said = b"".join(PCMU.encode(quality.stretch(speech[other.name], 0, 3)))
        assert said in b"".join(arrival.packet.payload for arrival in peers[name].received.audio)
