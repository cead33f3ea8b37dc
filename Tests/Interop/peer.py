"""What every peer of ours has in common: it speaks a score in real time and records what comes back."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol, cast

import numpy as np
import pylibsrtp

from codec import FRAME, PCM, Codec
from rtp import EVENT_CODES, RTPPacket, TelephoneEvent, is_rtcp, report_blocks, sender_report
from srtp import Protection
from stream import ReceivedStream

PACKET_TIME = 0.02
#: Ticks from one sender report to the next.
REPORT_INTERVAL = 75
#: libwebrtc's volume of an event [-dBm0].
EVENT_VOLUME = 10

Address = tuple[str, int]


class Party(Protocol):
    """Either end of a call, as the tests see it."""

    name: str
    received: ReceivedStream
    #: Instants [s, monotonic] of the milestones of the set-up.
    milestones: dict[str, float]

    async def offer(self) -> str: ...
    async def answer(self, offer: str) -> str: ...
    async def accept(self, answer: str) -> None: ...
    def start(self) -> None: ...
    def say(self, pcm: PCM) -> None: ...
    async def finish(self) -> None: ...
    def heard(self) -> PCM: ...
    def complaints(self) -> list[str]: ...
    async def close(self) -> None: ...


class Socket(asyncio.DatagramProtocol):
    """A bound UDP socket that hands each datagram to a function."""

    def __init__(self, receive: Callable[[bytes, Address], None]) -> None:
        self._receive = receive
        self._transport: asyncio.DatagramTransport | None = None
        self.address: Address = ("", 0)

    @classmethod
    async def open(cls, host: str, port: int, receive: Callable[[bytes, Address], None]) -> Socket:
        """OSError when the port is taken; port 0 takes any."""
        loop = asyncio.get_running_loop()
        _, bound = await loop.create_datagram_endpoint(partial(cls, receive), local_addr=(host, port))
        return bound

    @classmethod
    async def open_pair(
        cls, host: str, receive: Callable[[bytes, Address], None], receive_rtcp: Callable[[bytes, Address], None]
    ) -> tuple[Socket, Socket]:
        """An even port and the next one (RFC 3550 section 11)."""
        while True:
            first = await cls.open(host, 0, receive)
            if first.address[1] % 2 == 0:
                try:
                    return first, await cls.open(host, first.address[1] + 1, receive_rtcp)
                except OSError:
                    pass
            first.close()

    def send(self, data: bytes, to: Address) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, to)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.address = transport.get_extra_info("sockname")[:2]

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._receive(data, addr[:2])

    def error_received(self, exc: Exception) -> None:
        """The far side's port is closed: the call's other checks will say so."""


class MediaPeer:
    """The media of one end: an outgoing stream on a 20 ms tick, and the received one. How packets travel is the subclass's."""

    def __init__(self, name: str, codec: Codec) -> None:
        self.name = name
        self.codec = codec
        self.received = ReceivedStream()
        self.milestones: dict[str, float] = {}
        #: Breaches of the rules by the relay.
        self.violations: list[str] = []
        #: The worst delay of our own ticks [s]: how busy the machine was, not the relay's doing.
        self.lateness = 0.0
        #: Nothing at all is sent while the score is empty, instead of silence.
        self.is_mute = False
        #: Share of the outgoing packets that never leave: the test's own bad network, the same at each run.
        self.loss = 0.0
        self._dice = random.Random(1)
        self.lost_packets = 0
        self.waits_for_first_packet = False
        #: 20 ms frames in an outgoing packet; more than one with G.711 only, whose frames can be joined.
        self.frames_per_packet = 1
        self._frames: list[bytes] = []
        self.ssrc = random.getrandbits(32)
        self.sequence = random.getrandbits(15)
        self.timestamp = random.getrandbits(32)
        self.sent_packets = 0
        self.rtcp_packets = 0
        self._octets = 0
        self._score: deque[Callable[[], None]] = deque()
        #: The last frame of half a second: an encoder's start is over by then.
        self._silence = codec.encode(np.zeros(25 * FRAME, dtype=np.int16))[-1]
        self._payload_type = 0
        self._event_payload_type: int | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._first_packet = asyncio.Event()

    # The score: what is sent, tick by tick.

    def say(self, pcm: PCM) -> None:
        """Append speech."""
        self._score.extend(partial(self._send_audio, frame) for frame in self.codec.encode(pcm))

    def pause(self, seconds: float) -> None:
        """Append silence."""
        self._score.extend([partial(self._send_audio, self._silence)] * round(seconds / PACKET_TIME))

    def be_mute(self, seconds: float) -> None:
        """Append a gap in which nothing is sent."""
        self._score.extend([lambda: None] * round(seconds / PACKET_TIME))

    def press(self, digits: str, milliseconds: int = 160) -> None:
        """Append telephone events, 100 ms apart; the audio pauses meanwhile, as libwebrtc's does. Nothing without an agreed type."""
        for digit in digits:
            self._score.extend(self._event(EVENT_CODES[digit], milliseconds // 20))
            self.pause(0.1)

    def change_source(self) -> None:
        """Append what a PBX does at each bridge: another SSRC with its own numbers and its own clock."""

        def change() -> None:
            self.ssrc, self.sequence, self.timestamp = (random.getrandbits(bits) for bits in (32, 15, 32))
            self._score.popleft()()

        self._score.append(change)

    def jump(self, ticks: int) -> None:
        """Append what Asterisk does from one application to the next: the same SSRC, another timestamp."""

        def change() -> None:
            self.timestamp = (self.timestamp + ticks) % 2**32
            self._score.popleft()()

        self._score.append(change)

    def _event(self, code: int, ticks: int) -> Iterator[Callable[[], None]]:
        start: list[int] = []

        def send(number: int) -> None:
            if number == 1:
                start.append(self.timestamp)
                if self._frames:
                    self._send_frames(self.timestamp)
            event = TelephoneEvent(code, number == ticks, EVENT_VOLUME, number * FRAME).serialize()
            for _ in range(3 if number == ticks else 1):
                if self._event_payload_type is not None:
                    self._send_rtp(self._event_payload_type, start[0], event, number == 1)

        return (partial(send, number) for number in range(1, ticks + 1))

    # Speaking.

    def start(self) -> None:
        """Begin to tick; the WhatsApp side waits for the business's first packet, as Meta does."""
        self._ticking = asyncio.create_task(self._run())

    async def finish(self) -> None:
        """Wait until the score is over."""
        while self._score:
            await asyncio.sleep(PACKET_TIME)
            if self._ticking is not None and self._ticking.done():
                self._ticking.result()

    def silence_from_now(self) -> None:
        """Stop sending altogether."""
        if self._ticking is not None:
            self._ticking.cancel()

    async def _run(self) -> None:
        if self.waits_for_first_packet:
            await self._first_packet.wait()
        due = time.monotonic()
        tick = 0
        while True:
            if self._score:
                self._score.popleft()()
            elif not self.is_mute:
                self._send_audio(self._silence)
            self.timestamp = (self.timestamp + self.codec.frame_ticks) % 2**32
            tick += 1
            if tick % REPORT_INTERVAL == 0 and self.sent_packets:
                self._send(sender_report(self.ssrc, self.timestamp, self.sent_packets, self._octets, b"peer"), True)
            due += PACKET_TIME
            delay = due - time.monotonic()
            self.lateness = max(self.lateness, -delay)
            await asyncio.sleep(max(delay, 0))

    def _send_audio(self, frame: bytes) -> None:
        self._frames.append(frame)
        if len(self._frames) == self.frames_per_packet:
            self._send_frames(self.timestamp + self.codec.frame_ticks)

    def _send_frames(self, end: int) -> None:
        """What has been gathered goes out as one packet; `end` is the timestamp after it."""
        start = (end - len(self._frames) * self.codec.frame_ticks) % 2**32
        self._send_rtp(self._payload_type, start, b"".join(self._frames), self.sent_packets == 0)
        self._frames = []

    def _send_rtp(self, payload_type: int, timestamp: int, payload: bytes, marker: bool) -> None:
        packet = RTPPacket(payload_type, self.sequence, timestamp, self.ssrc, payload, marker)
        self.sequence = (self.sequence + 1) % 2**16
        self.sent_packets += 1
        self._octets += len(payload)
        if self._dice.random() < self.loss:
            self.lost_packets += 1
        else:
            self._send(packet.serialize(), False)

    def _send(self, packet: bytes, is_rtcp: bool) -> None:
        raise NotImplementedError

    # Hearing.

    def agree(self, payload_type: int, event_payload_type: int | None) -> None:
        """What the SDP says; the payload types are the same both ways here."""
        self._payload_type, self._event_payload_type = payload_type, event_payload_type
        self.received.expect(self.codec, payload_type, event_payload_type)

    def _receive(self, packet: bytes) -> None:
        now = time.monotonic()
        try:
            if is_rtcp(packet):
                self.rtcp_packets += 1
                self.received.reports += report_blocks(packet)
                return
            parsed = RTPPacket.parse(packet)
        except ValueError as error:
            self.violations.append(f"malformed packet {packet[:16].hex()}: {error}")
            return
        self.milestones.setdefault("first packet", now)
        self.received.add(parsed, now)
        self._first_packet.set()

    def _receive_protected(self, packet: bytes, protection: Protection) -> None:
        try:
            self._receive(protection.unprotect(packet, is_rtcp(packet)))
        except pylibsrtp.Error as error:
            self.violations.append(f"SRTP: {error}")

    def heard(self) -> PCM:
        return self.received.pcm()

    def complaints(self) -> list[str]:
        """Everything that a strict peer objects to."""
        return self.violations + self.received.faults()

    async def close(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()


class UDPPeer(MediaPeer):
    """A peer without ICE: plain RTP or SDES, RTCP multiplexed or on the next port."""

    def __init__(self, name: str, codec: Codec, host: str) -> None:
        super().__init__(name, codec)
        self.host = host
        self.protection: Protection | None = None
        #: SRTP is agreed on, so that packets have to wait for the key.
        self.is_secure = False
        self._socket: Socket | None = None
        self._rtcp_socket: Socket | None = None
        self._remote: Address | None = None
        self._remote_rtcp: Address | None = None
        self._keyless: list[bytes] = []

    async def open(self, mux: bool) -> int:
        """Bind, and return the RTP port."""
        if mux:
            self._socket = await Socket.open(self.host, 0, self._datagram)
        else:
            self._socket, self._rtcp_socket = await Socket.open_pair(self.host, self._datagram, self._datagram)
        return self._socket.address[1]

    def connect(self, remote: Address, remote_rtcp: Address) -> None:
        """The relay's addresses, from its SDP."""
        self._remote, self._remote_rtcp = remote, remote_rtcp

    def secure(self, protection: Protection) -> None:
        self.protection = protection
        for packet in self._keyless:
            self._receive_protected(packet, protection)

    def _send(self, packet: bytes, is_rtcp: bool) -> None:
        if self._socket is None or self._remote is None or self._remote_rtcp is None:
            return
        if self.protection is not None:
            packet = self.protection.protect(packet, is_rtcp)
        elif self.is_secure:
            return
        if is_rtcp:
            (self._rtcp_socket or self._socket).send(packet, self._remote_rtcp)
        else:
            self._socket.send(packet, self._remote)

    def send_raw(self, data: bytes) -> None:
        """Send a datagram as it stands from the media socket."""
        if self._socket is not None and self._remote is not None:
            self._socket.send(data, self._remote)

    def _datagram(self, data: bytes, source: Address) -> None:
        if source not in (self._remote, self._remote_rtcp) and self._remote is not None:
            self.violations.append(f"a packet from {source}, not from {self._remote}")
        if self.protection is not None:
            self._receive_protected(data, self.protection)
        elif self.is_secure:
            self._keyless.append(data)
        else:
            self._receive(data)

    async def close(self) -> None:
        await super().close()
        for bound in (self._socket, self._rtcp_socket):
            if bound is not None:
                bound.close()
