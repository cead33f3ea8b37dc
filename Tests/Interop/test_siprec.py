"""Recording as SIPREC does it (RFC 7866): a third party is sent what both parties of a call say, on a line for each."""

from __future__ import annotations

import asyncio

import numpy as np
import numpy.typing as npt
import pytest

from codec import PCMU
from daemon import Daemon
from ng import NGClient
from rtp import RTPPacket, is_rtcp
from srtp import Key
from test_several_media import End, Line

#: 20 ms frames that each party says, and the tone that it says [Hz].
COUNT = 50
CALLER, CALLEE = 500, 1100
RATE = 8000


def _line(key: Key | None = None) -> Line:
    return Line("audio", "RTP/SAVP" if key else "RTP/AVP", "0", ("rtpmap:0 PCMU/8000",), key)


def _frames(frequency: int) -> list[bytes]:
    times = np.arange(COUNT * 160) / RATE
    return PCMU.encode((8000 * np.sin(2 * np.pi * frequency * times)).astype(np.int16))


async def _talk(lines: dict[int, Line], start: int) -> None:
    """Both at a time, in real time."""
    frames = {frequency: _frames(frequency) for frequency in lines}
    for index in range(COUNT):
        for frequency, line in lines.items():
            number = start + index
            line.send(RTPPacket(0, 1000 + number, 160 * number, frequency, frames[frequency][index], index == 0).serialize())
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)


def _audio(line: Line) -> npt.NDArray[np.int16]:
    packets = [RTPPacket.parse(data) for data in line.received if not is_rtcp(data)]
    line.received.clear()
    assert all(after.sequence == (before.sequence + 1) % 65536 for before, after in zip(packets, packets[1:]))
    return PCMU.decode([packet.payload for packet in packets])


def _tone(pcm: npt.NDArray[np.int16]) -> int:
    """The loudest frequency [Hz], which nothing else comes within 30 dB of."""
    assert len(pcm) > RATE // 2, f"only {len(pcm)} samples"
    power = np.abs(np.fft.rfft(pcm[: RATE // 2] * np.hanning(RATE // 2))) ** 2
    loudest = int(power.argmax())
    power_beside = np.delete(power, range(max(0, loudest - 4), loudest + 5))
    assert power_beside.max() < power[loudest] / 1000
    return loudest * 2


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "SRTP"])
def test_a_recorder_hears_both_parties(daemon: Daemon, secure: bool) -> None:
    caller, callee = End("127.0.0.3", [_line()]), End("127.0.0.2", [_line()])
    recorder = End("127.0.0.4", [_line(Key.generate() if secure else None) for _ in range(2)])
    parties = {CALLER: caller.lines[0], CALLEE: callee.lines[0]}

    async def run() -> None:
        async with await NGClient.connect(daemon.control) as ng:
            try:
                offered = await ng.request("offer", sdp=await caller.describe(), call_id="siprec", from_tag="a")
                callee.take(offered["sdp"])
                answered = await ng.request("answer", sdp=await callee.describe(), call_id="siprec", from_tag="a", to_tag="b")
                caller.take(answered["sdp"])
                keys = {"transport_protocol": "RTP/SAVP"} if secure else {}
                asked = await ng.request("subscribe request", call_id="siprec", flags=["all", "SIPREC"], to_tag="rec", **keys)
                assert asked["from-tags"] == ["a", "b"] and asked["to-tag"] == "rec"
                assert [entry["tag"] for entry in asked["tag-medias"]] == ["a", "b"]
                labels = [line.split(":")[1] for line in asked["sdp"].splitlines() if line.startswith("a=label:")]
                assert [asked["media-labels"][label]["tag"] for label in labels] == ["a", "b"]
                assert asked["sdp"].count("a=sendonly") == 2
                recorder.take(asked["sdp"])
                await ng.request("subscribe answer", call_id="siprec", to_tag="rec", sdp=await recorder.describe())

                await _talk(parties, 0)
                assert [_tone(_audio(line)) for line in recorder.lines] == [CALLER, CALLEE]
                assert [_tone(_audio(end.lines[0])) for end in (caller, callee)] == [CALLEE, CALLER]

                await ng.request("unsubscribe", call_id="siprec", to_tag="rec")
                for line in recorder.lines:
                    line.received.clear()
                await _talk(parties, COUNT)
                assert all(not line.received for line in recorder.lines)
                assert [_tone(_audio(end.lines[0])) for end in (caller, callee)] == [CALLEE, CALLER]
            finally:
                await ng.request("delete", call_id="siprec", delete_delay=0)
                for end in (caller, callee, recorder):
                    end.close()

    asyncio.run(run())
