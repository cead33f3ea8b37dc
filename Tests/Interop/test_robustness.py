"""What must never end the daemon or disturb a call: noise, a lack of ports, silence, SIGTERM."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import quality
from calls import BACK_TO_META, BACK_TO_SDES_META, Call, to_pbx
from daemon import Daemon
from ng import NGClient, NGError, decode, encode
from pbx import PBX
from peer import Socket
from whatsapp import LiteWhatsApp, SDESWhatsApp

FIXTURES = Path(__file__).parent.parent / "Fixtures" / "ng"
LOWEST_PESQ = 3.0
NOISE_INTERVAL = 0.02
#: Datagrams for each port in each interval.
NOISE_BURST = 4


@pytest.fixture
def daemons(log: Path) -> Iterator[list[Daemon]]:
    """Daemons of the test's own, killed in the end if they still run."""
    started: list[Daemon] = []
    yield started
    for daemon in started:
        daemon.kill()


def _noise(random_source: random.Random) -> bytes:
    """Something that looks like STUN, DTLS, RTP or RTCP at first sight, cut or mangled."""
    body = random_source.randbytes(random_source.choice((0, 1, 3, 11, 12, 13, 20, 28, 60, 172, 1400)))
    starts = (
        b"",
        b"\x00\x01\x00\x08\x21\x12\xa4\x42",
        b"\x01\x01\xff\xff\x21\x12\xa4\x42",
        b"\x16\xfe\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\x01",
        b"\x17\xfe\xfd\x00\x01",
        b"\x80\x00",
        b"\x8f\x6f",
        b"\xb0\x00",
        b"\x80\xc8\x00\x06",
        b"\x9f\xc9\xff\xff",
        b"\x80\x7e",
    )
    return random_source.choice(starts) + body


#: From the right source, on a leg without authentication: packets that no honest peer sends.
MALFORMED = (
    b"\x80",
    b"\x80\x00\x00\x01",
    b"\x40" + bytes(30),
    b"\x8f\x00" + bytes(20),
    b"\x90\x00" + bytes(10) + b"\xbe\xde\xff\xff",
    b"\xa0\x00" + bytes(10) + b"\xff",
    b"\x80\x63" + bytes(30),
    b"\x80\xc8\xff\xff" + bytes(24),
    b"\x9f\xc9\x00\x01" + bytes(4),
    b"\x81\xca\x00\x01" + bytes(4),
)


async def _make_noise(targets: list[tuple[str, int]], source: Socket, pbx: PBX, until: asyncio.Event) -> int:
    numbers = random.Random(4711)
    sent = 0
    while not until.is_set():
        for target in targets:
            for _ in range(NOISE_BURST):
                source.send(_noise(numbers), target)
                sent += 1
        pbx.send_raw(numbers.choice(MALFORMED))
        await asyncio.sleep(NOISE_INTERVAL)
    return sent


def test_noise(log: Path, daemons: list[Daemon]) -> None:
    """Thousands of malformed datagrams at every media port of two running calls: both stay as they were."""
    daemon = Daemon(log).start()
    daemons.append(daemon)

    async def run() -> list[Call]:
        done = asyncio.Event()
        async with await NGClient.connect(daemon.control) as ng:
            calls = [
                Call(ng, LiteWhatsApp(), PBX(), to_pbx("PCMU"), BACK_TO_META),
                Call(ng, SDESWhatsApp(), PBX(), to_pbx("PCMU"), BACK_TO_SDES_META),
            ]
            for call in calls:
                call.caller.say(quality.speech(quality.USER_PROMPTS))
                call.callee.say(quality.speech(quality.BUSINESS_PROMPTS))
            async with calls[0], calls[1]:
                await asyncio.gather(*(call.set_up() for call in calls))
                await asyncio.sleep(0.5)
                source = await Socket.open("127.0.0.4", 0, lambda data, address: None)
                targets = [("127.0.0.1", port) for port in daemon.media_ports()]
                pbx = calls[0].callee
                assert isinstance(pbx, PBX)
                noise = asyncio.create_task(_make_noise(targets, source, pbx, done))
                await asyncio.wait_for(asyncio.gather(*(call.talk() for call in calls)), 30)
                done.set()
                assert await noise > 5000
                source.close()
        return calls

    calls = asyncio.run(run())
    assert daemon.is_running, daemon.tail()
    for call in calls:
        for party in call.parties:
            complaints = party.complaints()
            assert not complaints, "\n".join(complaints)
        assert quality.score(quality.speech(quality.USER_PROMPTS), call.callee.heard()).pesq >= LOWEST_PESQ
        assert quality.score(quality.speech(quality.BUSINESS_PROMPTS), call.caller.heard()).pesq >= LOWEST_PESQ
    assert daemon.terminate() == 0


def _mutated(numbers: random.Random, request: bytes) -> bytes:
    """A captured request with its SDP or itself damaged."""
    message = decode(request)
    assert isinstance(message, dict)
    is_inside = "sdp" in message and numbers.random() < 0.6
    text = bytearray(str(message["sdp"]).encode() if is_inside else request)
    for _ in range(numbers.randint(1, 4)):
        place = numbers.randrange(len(text))
        length = numbers.randint(1, 12)
        text[place : place + length] = numbers.choice((b"", numbers.randbytes(length), bytes(text[:length]), b"99999999999999999999"))
    if not is_inside:
        return bytes(text)
    return encode(message | {"sdp": bytes(text), "call-id": f"mutated-{numbers.randrange(40)}"})


def test_damaged_commands(log: Path, daemons: list[Daemon]) -> None:
    """Thousands of damaged commands: each is answered, none ends the daemon, and no port stays open."""
    daemon = Daemon(log, "--offer-timeout=1", "--timeout=1", "--delete-delay=0").start()
    daemons.append(daemon)
    numbers = random.Random(4711)
    captured = [path.read_bytes().partition(b" ")[2] for path in sorted(FIXTURES.glob("kamailio-*/*.ng"))]
    assert len(captured) > 50

    async def run() -> None:
        async with await NGClient.connect(daemon.control) as ng:
            for _ in range(100):
                await asyncio.gather(*(ng.exchange(_mutated(numbers, numbers.choice(captured))) for _ in range(40)))
            await asyncio.sleep(2.5)
            assert (await ng.request("list"))["calls"] == []
            assert daemon.media_ports() == set()

    asyncio.run(run())
    assert daemon.terminate() == 0


def test_no_ports_left(log: Path, daemons: list[Daemon]) -> None:
    """`Ran out of ports`, nothing kept by the refused call, and a new call as soon as another one has gone."""
    daemon = Daemon(log, interfaces=("127.0.0.1",), ports=10).start()
    daemons.append(daemon)

    def call(ng: NGClient) -> Call:
        return Call(ng, SDESWhatsApp(), PBX(), to_pbx("PCMU"), BACK_TO_SDES_META)

    async def run() -> None:
        async with await NGClient.connect(daemon.control) as ng:
            calls: list[Call] = []
            for _ in range(11):
                refused = call(ng)
                held = daemon.media_ports()
                try:
                    await refused.make_offer()
                    await refused.make_answer()
                except NGError as error:
                    assert error.reason == "Ran out of ports"
                    break
                calls.append(refused)
            else:
                pytest.fail("eleven calls fitted into ten ports")
            assert calls, "not even one call fitted into ten ports"
            assert daemon.media_ports() == held, "the refused call keeps ports"
            assert sorted((await ng.request("list"))["calls"]) == sorted(call.call_id for call in calls)
            with pytest.raises(NGError, match="^Unknown call-id$"):
                await refused.query()
            async with refused:
                pass

            async with calls.pop():
                pass
            async with call(ng) as again:
                await again.set_up()
                await asyncio.sleep(0.3)
                assert again.party("WhatsApp").received.arrivals
            for remaining in calls:
                async with remaining:
                    pass
            assert daemon.media_ports() == set()

    asyncio.run(run())
    assert daemon.terminate() == 0


def test_media_timeout(log: Path, daemons: list[Daemon]) -> None:
    """`--timeout=3`: a call that falls silent ends by itself and gives its ports back; one that talks goes on."""
    daemon = Daemon(log, "--timeout=3").start()
    daemons.append(daemon)

    async def is_known(call: Call) -> bool:
        try:
            await call.query()
            return True
        except NGError as error:
            assert error.reason == "Unknown call-id"
            return False

    async def run() -> None:
        async with await NGClient.connect(daemon.control) as ng:
            whatsapp, pbx = SDESWhatsApp(), PBX()
            silent = Call(ng, whatsapp, pbx, to_pbx("PCMU"), BACK_TO_SDES_META)
            talking = Call(ng, SDESWhatsApp(), PBX(), to_pbx("PCMU"), BACK_TO_SDES_META)
            async with silent, talking:
                await asyncio.gather(silent.set_up(), talking.set_up())
                await asyncio.sleep(0.5)
                held = daemon.media_ports()
                for peer in (whatsapp, pbx):
                    peer.silence_from_now()
                began = time.monotonic()
                await asyncio.sleep(2)
                assert await is_known(silent), "the call ended too early"
                while await is_known(silent):
                    assert time.monotonic() - began < 8, "the silent call lives on"
                    await asyncio.sleep(0.2)
                assert time.monotonic() - began >= 2.5
                assert await is_known(talking), "the talking call ended, too"
                assert {silent.offered.port, silent.answered.port}.isdisjoint(daemon.media_ports())
                assert len(daemon.media_ports()) * 2 == len(held)

    asyncio.run(run())
    assert daemon.terminate() == 0


def test_sigterm_ends_running_calls(log: Path, daemons: list[Daemon]) -> None:
    """SIGTERM in mid-call: exit code 0 within a few seconds, and no packet after that."""
    daemon = Daemon(log).start()
    daemons.append(daemon)

    async def run() -> None:
        async with await NGClient.connect(daemon.control) as ng:
            calls = [
                Call(ng, SDESWhatsApp(), PBX(), to_pbx("PCMU"), BACK_TO_SDES_META),
                Call(ng, LiteWhatsApp(), PBX(), to_pbx("PCMU"), BACK_TO_META),
            ]
            await asyncio.gather(*(call.set_up() for call in calls))
            await asyncio.sleep(1)
            for call in calls:
                assert call.party("WhatsApp").received.arrivals
            began = time.monotonic()
            assert await asyncio.to_thread(daemon.terminate) == 0
            assert time.monotonic() - began < 5
            counts = [len(party.received.arrivals) for call in calls for party in call.parties]
            await asyncio.sleep(0.2)
            assert counts == [len(party.received.arrivals) for call in calls for party in call.parties]
            await asyncio.gather(*(party.close() for call in calls for party in call.parties))

    asyncio.run(run())
