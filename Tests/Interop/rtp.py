"""RTP, RTCP and telephone-event packets as bytes (RFC 3550, RFC 4733)."""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass

VERSION = 0x80
#: Seconds from 1900 to 1970.
NTP_EPOCH = 2_208_988_800

EVENT_CODES = {digit: code for code, digit in enumerate("0123456789*#ABCD")}
EVENT_DIGITS = {code: digit for digit, code in EVENT_CODES.items()}


@dataclass(frozen=True)
class RTPPacket:
    """One RTP packet; header extensions and contributing sources are read over."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    @classmethod
    def parse(cls, data: bytes) -> RTPPacket:
        """ValueError unless `data` is an RTP packet."""
        if len(data) < 12 or data[0] >> 6 != 2:
            raise ValueError("not an RTP packet")
        first, second, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", data)
        start = 12 + 4 * (first & 0x0F)
        if first & 0x10:
            words = struct.unpack_from("!HH", data, start)[1]
            start += 4 + 4 * words
        end = len(data) - (data[-1] if first & 0x20 else 0)
        if start > end:
            raise ValueError("an RTP header longer than its packet")
        return cls(second & 0x7F, sequence, timestamp, ssrc, data[start:end], bool(second & 0x80))

    def serialize(self) -> bytes:
        second = self.payload_type | (0x80 if self.marker else 0)
        return struct.pack("!BBHII", VERSION, second, self.sequence, self.timestamp, self.ssrc) + self.payload


def is_rtcp(data: bytes) -> bool:
    """RFC 5761 section 4: packet types 192 to 223 on a shared port are RTCP."""
    return len(data) >= 8 and data[0] >> 6 == 2 and 192 <= data[1] <= 223


@dataclass(frozen=True)
class TelephoneEvent:
    """The payload of one telephone-event packet."""

    code: int
    is_end: bool
    volume: int
    duration: int

    @classmethod
    def parse(cls, payload: bytes) -> TelephoneEvent:
        code, flags, duration = struct.unpack("!BBH", payload)
        return cls(code, bool(flags & 0x80), flags & 0x3F, duration)

    def serialize(self) -> bytes:
        return struct.pack("!BBH", self.code, self.volume | (0x80 if self.is_end else 0), self.duration)


@dataclass(frozen=True)
class ReportBlock:
    """What one report says of one stream."""

    reporter: int
    ssrc: int
    fraction_lost: float
    cumulative_lost: int
    jitter: int
    #: The sender of the report sends media itself (SR, not RR).
    from_sender: bool


def sender_report(ssrc: int, timestamp: int, packets: int, octets: int, cname: bytes) -> bytes:
    """A compound packet of SR and SDES, as every RTCP sender must make (RFC 3550 section 6.1)."""
    now = time.time() + NTP_EPOCH
    ntp = int(now) << 32 | int(now % 1 * 2**32)
    report = struct.pack("!BBHIQIII", VERSION, 200, 6, ssrc, ntp, timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    item = struct.pack("!IBB", ssrc, 1, len(cname)) + cname + b"\0"
    item += bytes(-len(item) % 4)
    return report + struct.pack("!BBH", VERSION | 1, 202, len(item) // 4) + item


def report_blocks(compound: bytes) -> list[ReportBlock]:
    """Every report block of the SRs and RRs of a compound packet; ValueError when it is malformed."""
    blocks: list[ReportBlock] = []
    while compound:
        if len(compound) < 8:
            raise ValueError("a cut RTCP packet")
        first, kind, words = struct.unpack_from("!BBH", compound)
        length = 4 + 4 * words
        if first >> 6 != 2 or length > len(compound):
            raise ValueError("malformed RTCP")
        if kind in (200, 201):
            reporter = struct.unpack_from("!I", compound, 4)[0]
            start = 28 if kind == 200 else 8
            for index in range(first & 0x1F):
                ssrc, lost, _, jitter = struct.unpack_from("!IIII", compound, start + 24 * index)
                cumulative = (lost & 0xFFFFFF) - (1 << 24 if lost & 0x800000 else 0)
                blocks.append(ReportBlock(reporter, ssrc, (lost >> 24) / 256, cumulative, jitter, kind == 200))
        compound = compound[length:]
    return blocks
