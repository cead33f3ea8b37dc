"""Calls of more than one medium, with packets: each m= line has its own way through the relay, and what it carries is not touched."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from daemon import Daemon
from ng import NGClient
from peer import Address, Socket
from rtp import RTPPacket, is_rtcp
from srtp import Key, Protection

#: Packets in each direction of each medium, and how long they may take [s].
COUNT = 20
TIMEOUT = 3.0


@dataclass
class Line:
    """One m= line of one party."""

    media: str
    protocol: str
    formats: str
    attributes: tuple[str, ...] = ()
    key: Key | None = None
    #: Of the crypto line that was chosen from the relay's offer.
    tag: int = 1
    received: list[bytes] = field(default_factory=list)
    socket: Socket | None = None
    remote: Address = ("", 0)
    protection: Protection | None = None

    async def open(self, host: str) -> None:
        self.socket = await Socket.open(host, 0, self._receive)

    def _receive(self, data: bytes, _: Address) -> None:
        if self.protection is not None:
            data = self.protection.unprotect(data, is_rtcp(data))
        self.received.append(data)

    def describe(self) -> list[str]:
        assert self.socket is not None
        lines = [f"m={self.media} {self.socket.address[1]} {self.protocol} {self.formats}", *(f"a={text}" for text in self.attributes)]
        if self.key is not None:
            lines.append(self.key.line(self.tag))
        return lines

    def take(self, section: str) -> None:
        """Where the relay wants this line's packets, and its key."""
        lines = section.splitlines()
        self.remote = ("127.0.0.1", int(lines[0].split()[1]))
        for line in lines:
            if line.startswith("a=crypto:") and self.key is not None:
                tag, key = Key.from_line(line.removeprefix("a=crypto:"))
                if key is not None and key.suite == self.key.suite:
                    self.tag, self.protection = tag, Protection(self.key, key)

    def send(self, data: bytes) -> None:
        assert self.socket is not None
        self.socket.send(data if self.protection is None else self.protection.protect(data, False), self.remote)


@dataclass
class End:
    """A party with its lines."""

    host: str
    lines: list[Line]

    async def describe(self) -> str:
        text = ["v=0", f"o=- 1 1 IN IP4 {self.host}", "s=-", f"c=IN IP4 {self.host}", "t=0 0"]
        for line in self.lines:
            if line.socket is None:
                await line.open(self.host)
            text += line.describe()
        return "".join(f"{line}\r\n" for line in text)

    def take(self, sdp: str) -> None:
        sections = sdp.split("\r\nm=")[1:]
        assert len(sections) == len(self.lines), sdp
        for line, section in zip(self.lines, sections):
            line.take(section)

    def close(self) -> None:
        for line in self.lines:
            if line.socket is not None:
                line.socket.close()


PCMU = Line("audio", "RTP/AVP", "0", ("rtpmap:0 PCMU/8000",))
H264 = Line("video", "RTP/AVP", "96", ("rtpmap:96 H264/90000", "fmtp:96 packetization-mode=1"))
TEXT = Line("text", "RTP/AVP", "98", ("rtpmap:98 t140/1000",))
FAX = Line("image", "udptl", "t38", ("T38FaxVersion:0",))


def _copy(line: Line, secure: bool = False) -> Line:
    protocol = line.protocol.replace("RTP/AVP", "RTP/SAVP") if secure else line.protocol
    return Line(line.media, protocol, line.formats, line.attributes, Key.generate() if secure else None)


def _packet(line: Line, index: int, ssrc: int) -> bytes:
    """Contents of varied length that no codec made; UDPTL is no RTP at all."""
    payload = struct.pack("!I", index) + bytes([index]) * (50 + 37 * index if line.media != "audio" else 156)
    if line.protocol == "udptl":
        return payload
    return RTPPacket(int(line.formats), 1000 + index, 90000 + 3000 * index, ssrc, payload, line.media != "audio").serialize()


def _contents(line: Line, data: bytes) -> bytes:
    return data if line.protocol == "udptl" else RTPPacket.parse(data).payload


async def _exchange(ng: NGClient, caller: End, callee: End, **keys: object) -> None:
    """Offer, answer, and the same number of packets each way on every line."""
    offered = await ng.request("offer", sdp=await caller.describe(), call_id="several", from_tag="a", **keys)
    callee.take(offered["sdp"])
    answered = await ng.request("answer", sdp=await callee.describe(), call_id="several", from_tag="a", to_tag="b")
    caller.take(answered["sdp"])
    sent: dict[tuple[int, str], list[bytes]] = {}
    for index in range(COUNT):
        for number, pair in enumerate(zip(caller.lines, callee.lines)):
            for line, side in zip(pair, ("caller", "callee")):
                packet = _packet(line, index, 100 + number)
                sent.setdefault((number, side), []).append(_contents(line, packet))
                line.send(packet)
        await asyncio.sleep(0.02)
    await _arrival([line for end in (caller, callee) for line in end.lines])
    for number, (mine, theirs) in enumerate(zip(caller.lines, callee.lines)):
        for line, side in ((theirs, "caller"), (mine, "callee")):
            # Where a relay waits for a source before it believes the SDP, the first packets may be missing.
            got = [_contents(line, data) for data in line.received if not is_rtcp(data)]
            assert got == sent[number, side], f"line {number} ({line.media}), from the {side}: {len(got)} packets of {COUNT}"


async def _arrival(lines: list[Line]) -> None:
    deadline = asyncio.get_running_loop().time() + TIMEOUT
    while any(len(line.received) < COUNT for line in lines) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)


def _run(daemon: Daemon, caller: End, callee: End, work: Callable[[NGClient], Awaitable[None]]) -> None:
    async def run() -> None:
        async with await NGClient.connect(daemon.control) as ng:
            try:
                await work(ng)
            finally:
                await ng.request("delete", call_id="several", delete_delay=0)
                caller.close()
                callee.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    "media", [(PCMU, H264), (H264, PCMU), (PCMU, H264, TEXT), (PCMU, PCMU), (PCMU, FAX), (FAX,)], ids=lambda m: " ".join(x.media for x in m)
)
def test_plain(daemon: Daemon, media: tuple[Line, ...]) -> None:
    caller, callee = (End(host, [_copy(line) for line in media]) for host in ("127.0.0.3", "127.0.0.2"))

    async def work(ng: NGClient) -> None:
        await _exchange(ng, caller, callee)

    _run(daemon, caller, callee, work)


@pytest.mark.parametrize("media", [(PCMU, H264), (H264, PCMU, TEXT)], ids=lambda m: " ".join(x.media for x in m))
def test_plain_to_sdes(daemon: Daemon, media: tuple[Line, ...]) -> None:
    """Every line has keys of its own."""
    caller, callee = End("127.0.0.3", [_copy(line) for line in media]), End("127.0.0.2", [_copy(line, secure=True) for line in media])

    async def work(ng: NGClient) -> None:
        await _exchange(ng, caller, callee, transport_protocol="RTP/SAVP", DTLS="off")

    _run(daemon, caller, callee, work)


def test_one_is_refused(daemon: Daemon) -> None:
    """The refused line gets port 0 and keeps its place; the other works."""
    caller = End("127.0.0.3", [_copy(PCMU), _copy(H264)])
    callee = End("127.0.0.2", [_copy(PCMU), _copy(H264)])

    async def work(ng: NGClient) -> None:
        offered = await ng.request("offer", sdp=await caller.describe(), call_id="several", from_tag="a")
        callee.take(offered["sdp"])
        video = callee.lines[1].socket = await Socket.open("127.0.0.2", 0, lambda *_: None)
        answer = (await callee.describe()).replace(f"m=video {video.address[1]}", "m=video 0")
        answered = (await ng.request("answer", sdp=answer, call_id="several", from_tag="a", to_tag="b"))["sdp"]
        assert "\r\nm=video 0 RTP/AVP 96" in answered, answered
        caller.take(answered)
        for index in range(COUNT):
            caller.lines[0].send(_packet(PCMU, index, 7))
            await asyncio.sleep(0.02)
        await _arrival([callee.lines[0]])
        assert len(callee.lines[0].received) == COUNT

    _run(daemon, caller, callee, work)
