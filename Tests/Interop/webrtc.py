"""A WhatsApp side on aiortc: full ICE, DTLS-SRTP, its own Opus, jitter buffer and RTP stack."""

from __future__ import annotations

import asyncio
import fractions
import time

import aioice.ice
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, AudioResampler

from codec import FRAME, OPUS, PCM, SAMPLE_RATE
from peer import PACKET_TIME
from rtp import RTPPacket
from sdp import Description
from stream import ReceivedStream

HOST = "127.0.0.2"

# aioice offers no loopback addresses, and these calls never leave the machine.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [HOST]


class _Voice(MediaStreamTrack):
    """The outgoing audio: the score, then silence, a frame every 20 ms."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[PCM] = []
        self.position = 0
        self.lateness = 0.0
        self.speaks = asyncio.Event()
        self._due: float | None = None
        self._pts = 0

    async def recv(self) -> AudioFrame:
        now = time.monotonic()
        self._due = now if self._due is None else self._due + PACKET_TIME
        self.lateness = max(self.lateness, now - self._due - PACKET_TIME)
        await asyncio.sleep(max(self._due - now, 0))
        samples = np.zeros(FRAME, dtype=np.int16)
        if self.speaks.is_set() and self.position < len(self.frames):
            samples = self.frames[self.position]
            self.position += 1
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._pts, fractions.Fraction(1, SAMPLE_RATE)
        self._pts += FRAME
        return frame


class AiortcWhatsApp:
    """aiortc in the WhatsApp user's place, in both roles of offer and answer; it has no telephone-event."""

    def __init__(self) -> None:
        self.name = "WhatsApp"
        self.received = ReceivedStream()
        self.milestones: dict[str, float] = {}
        #: Seconds after the SDP exchange during which DTLS goes unheard.
        self.ignores_dtls = 0.0
        self._voice = _Voice()
        self._played: list[AudioFrame] = []
        self._playing: asyncio.Task[None] | None = None
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._peer.addTrack(self._voice)
        self._peer.on("track", self._listen)
        self._peer.on("connectionstatechange", self._note_state)

    @property
    def lateness(self) -> float:
        return self._voice.lateness

    async def offer(self) -> str:
        (transceiver,) = self._peer.getTransceivers()
        opus = [codec for codec in RTCRtpSender.getCapabilities("audio").codecs if codec.mimeType == "audio/opus"]
        transceiver.setCodecPreferences(opus)
        await self._peer.setLocalDescription(await self._peer.createOffer())
        return self._local()

    async def accept(self, answer: str) -> None:
        self._agree(Description(answer))
        await self._peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        self._note_packets()

    async def answer(self, offer: str) -> str:
        await self._peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self._peer.setLocalDescription(await self._peer.createAnswer())
        self._note_packets()
        self._agree(Description(self._local()))
        return self._local()

    def start(self) -> None:
        self._voice.speaks.set()

    def say(self, pcm: PCM) -> None:
        self._voice.frames += [pcm[start : start + FRAME] for start in range(0, len(pcm), FRAME)]

    async def finish(self) -> None:
        while self._voice.position < len(self._voice.frames):
            await asyncio.sleep(PACKET_TIME)

    def heard(self) -> PCM:
        """What aiortc's jitter buffer and decoder played, at 8 kHz, each frame at its time."""
        resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        if not self._played:
            return np.zeros(0, dtype=np.int16)
        placed = [(frame.pts or 0, frame.to_ndarray().reshape(-1, 2).mean(axis=1)) for frame in self._played]
        wide = np.zeros((1, max(start + len(mono) for start, mono in placed)), dtype=np.int16)
        for start, mono in placed:
            wide[0, start : start + len(mono)] = mono
        whole = AudioFrame.from_ndarray(wide, format="s16", layout="mono")
        whole.sample_rate, whole.pts, whole.time_base = 48000, 0, fractions.Fraction(1, 48000)
        return np.concatenate([part.to_ndarray()[0] for part in [*resampler.resample(whole), *resampler.resample(None)]])

    def complaints(self) -> list[str]:
        state = self._peer.connectionState
        return ([] if state in ("connected", "closed") else [f"aiortc is {state}"]) + self.received.faults()

    async def close(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
        await self._peer.close()

    def _local(self) -> str:
        return self._peer.localDescription.sdp

    def _agree(self, description: Description) -> None:
        audio = description.payload_type("opus/48000")
        assert audio is not None, f"no Opus in:\n{description.text}"
        self.received.expect(OPUS, audio, None)

    def _note_state(self) -> None:
        if self._peer.connectionState == "connected":
            self.milestones.setdefault("DTLS", time.monotonic())

    def _note_packets(self) -> None:
        """See each decrypted packet on its way into aiortc."""
        (transceiver,) = self._peer.getTransceivers()
        transport = transceiver.receiver.transport
        hand_on = transport._handle_rtp_data

        async def note(data: bytes, arrival_time_ms: int) -> None:
            now = time.monotonic()
            self.milestones.setdefault("first packet", now)
            self.received.add(RTPPacket.parse(data), now)
            await hand_on(data, arrival_time_ms)

        transport._handle_rtp_data = note  # type: ignore[method-assign]
        receive, deaf_until = transport.transport._recv, time.monotonic() + self.ignores_dtls

        async def hear() -> bytes:
            while True:
                data: bytes = await receive()
                if not 20 <= data[0] < 64 or time.monotonic() >= deaf_until:
                    return data

        if self.ignores_dtls:
            transport.transport._recv = hear

    def _listen(self, track: MediaStreamTrack) -> None:
        async def play() -> None:
            try:
                while True:
                    frame = await track.recv()
                    assert isinstance(frame, AudioFrame)
                    self._played.append(frame)
            except MediaStreamError:
                pass

        self._playing = asyncio.create_task(play())
