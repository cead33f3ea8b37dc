"""What a PBX and its proxy do around an ordinary call: a repeated answer, a re-INVITE from another phone, a NAT."""

from __future__ import annotations

import asyncio

import quality
from calls import BACK_TO_META, BACK_TO_PBX, BACK_TO_SDES_META, Call, to_meta, to_pbx
from codec import PCM, PCMA
from daemon import Daemon
from ng import NGClient
from pbx import PBX
from peer import MediaPeer
from sdp import Description
from whatsapp import LiteWhatsApp, SDESWhatsApp

LOWEST_PESQ = 3.0
#: An address that no packet comes from.
PRIVATE = "127.0.0.99"
#: Seconds of speech where nine are more than it takes.
TALK = 5.0
#: When the second phone takes over [s].
TRANSFER = 4.0


def _say(prompts: tuple[str, ...]) -> PCM:
    return quality.stretch(quality.speech(prompts), 0, TALK)


def _check(party: MediaPeer, speech: PCM) -> None:
    complaints = party.complaints()
    assert not complaints, "\n".join(complaints)
    assert quality.score(speech, party.heard()).pesq >= LOWEST_PESQ


def test_pbx_behind_a_nat(daemon: Daemon) -> None:
    """The SDP's address is not where packets come from: the relay answers to where they do, with and without SRTP."""
    phones = [PBX(profile=profile, advertised=PRIVATE) for profile in ("RTP/AVP", "RTP/SAVP")]

    async def run(ng: NGClient, pbx: PBX) -> None:
        whatsapp = SDESWhatsApp()
        whatsapp.say(_say(quality.USER_PROMPTS))
        async with Call(ng, whatsapp, pbx, to_pbx("PCMU", pbx.profile), BACK_TO_SDES_META) as call:
            await call.set_up()
            await call.talk()

    async def run_both() -> None:
        async with await NGClient.connect(daemon.control) as ng:
            await asyncio.gather(*(run(ng, pbx) for pbx in phones))

    asyncio.run(run_both())
    for pbx in phones:
        _check(pbx, _say(quality.USER_PROMPTS))


def test_repeated_answer(daemon: Daemon) -> None:
    """The same answer again, as from a 183 and the 200 after it: the same SDP, and the call doesn't notice."""
    whatsapp, pbx = LiteWhatsApp(), PBX()
    whatsapp.say(_say(quality.USER_PROMPTS))
    pbx.say(_say(quality.BUSINESS_PROMPTS))

    async def run() -> tuple[Description, Description]:
        async with await NGClient.connect(daemon.control) as ng:
            async with Call(ng, whatsapp, pbx, to_pbx("PCMU"), BACK_TO_META) as call:
                await call.set_up()
                await asyncio.sleep(TALK / 2)
                repeated = await call.send_answer()
                await call.talk()
                return call.answered, repeated

    first, repeated = asyncio.run(run())
    assert repeated.text == first.text
    _check(whatsapp, _say(quality.BUSINESS_PROMPTS))
    _check(pbx, _say(quality.USER_PROMPTS))


def test_transfer_to_another_phone(daemon: Daemon) -> None:
    """The PBX re-INVITEs with another address and codec; WhatsApp is not asked and hears one unbroken stream."""
    whatsapp, ivr, agent = LiteWhatsApp(), PBX(), PBX(PCMA)
    speech = quality.speech(quality.BUSINESS_PROMPTS)

    async def run() -> None:
        async with await NGClient.connect(daemon.control) as ng:
            async with Call(ng, whatsapp, ivr, to_pbx("PCMU"), BACK_TO_META) as call:
                ivr.say(quality.stretch(speech, 0, TRANSFER))
                agent.say(quality.stretch(speech, TRANSFER, quality.SECONDS))
                agent.press("7")
                whatsapp.pause(TRANSFER)
                whatsapp.say(_say(quality.USER_PROMPTS))
                await call.set_up()
                await ivr.finish()
                would_be = await call.replace_callee(agent, whatsapp.description, to_meta("PCMA"), BACK_TO_PBX)
                ivr.silence_from_now()
                agent.start()
                await asyncio.gather(agent.finish(), whatsapp.finish())
                await asyncio.sleep(0.7)
                await agent.close()
            for prefix in ("m=", "a=candidate:", "a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=ssrc:", "a=rtpmap:"):
                assert would_be.values(prefix) == call.answered.values(prefix)

    asyncio.run(run())
    _check(whatsapp, speech)
    assert [digit.digit for digit in whatsapp.received.digits()] == ["7"]
    _check(agent, _say(quality.USER_PROMPTS))
