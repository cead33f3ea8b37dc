"""What one peer received: the packets with their arrival times, and everything a test asks of them."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

import numpy as np

from codec import FRAME, PCM, SAMPLE_RATE, Codec
from rtp import EVENT_DIGITS, ReportBlock, RTPPacket, TelephoneEvent

#: A receiver's play-out clock may be this far from the packets' timestamps before speech suffers [s].
CLOCK_TOLERANCE = 0.4
#: Longer pauses between two packets are silence, not loss [s].
LONGEST_LOSS = 0.5


@dataclass(frozen=True)
class Arrival:
    """A packet and when it came [s, monotonic]."""

    packet: RTPPacket
    at: float


@dataclass
class Digit:
    """One telephone event, put together from its packets."""

    digit: str
    payload_type: int
    timestamp: int
    at: float
    packets: int = 0
    ends: int = 0
    #: Of the packet in hand; 8 kHz units, whatever the audio's clock (RFC 4733 section 2.3.5, Meta's documentation).
    duration: int = 0
    #: RFC 4733 section 2.5.1.1: on the first packet and on no other.
    markers: list[bool] = field(default_factory=list)
    shrank: bool = False


class ReceivedStream:
    """The RTP and RTCP that came from the relay, in the order of arrival."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.reports: list[ReportBlock] = []
        self.codec: Codec | None = None
        self.payload_type: int | None = None
        self.event_payload_type: int | None = None

    def expect(self, codec: Codec, payload_type: int, event_payload_type: int | None) -> None:
        """What the SDP agreed on."""
        self.codec, self.payload_type, self.event_payload_type = codec, payload_type, event_payload_type

    def add(self, packet: RTPPacket, at: float) -> None:
        self.arrivals.append(Arrival(packet, at))

    @property
    def first_at(self) -> float | None:
        return self.arrivals[0].at if self.arrivals else None

    @property
    def ssrcs(self) -> list[int]:
        """Every SSRC seen, in the order of appearance."""
        return list(dict.fromkeys(arrival.packet.ssrc for arrival in self.arrivals))

    @property
    def audio(self) -> list[Arrival]:
        return [arrival for arrival in self.arrivals if arrival.packet.payload_type == self.payload_type]

    def _extended(self) -> list[tuple[int, int, Arrival]]:
        """Each arrival with its unwrapped sequence number and timestamp, in the order of arrival."""
        result: list[tuple[int, int, Arrival]] = []
        sequence = timestamp = 0
        for index, arrival in enumerate(self.arrivals):
            packet = arrival.packet
            if index == 0:
                sequence, timestamp = packet.sequence, packet.timestamp
            sequence += (packet.sequence - sequence + 0x8000) % 0x10000 - 0x8000
            timestamp += (packet.timestamp - timestamp + 2**31) % 2**32 - 2**31
            result.append((sequence, timestamp, arrival))
        return result

    @property
    def lost(self) -> int:
        """Sequence numbers that never came."""
        numbers = {sequence for sequence, _, _ in self._extended()}
        return max(numbers) - min(numbers) + 1 - len(numbers) if numbers else 0

    @property
    def jitter(self) -> float:
        """Interarrival jitter (RFC 3550 section 6.4.1) at the end [ms]."""
        assert self.codec is not None
        jitter, previous = 0.0, None
        for _, timestamp, arrival in self._extended():
            if arrival.packet.payload_type != self.payload_type:
                continue
            transit = arrival.at - timestamp / self.codec.clock_rate
            if previous is not None:
                jitter += (abs(transit - previous) - jitter) / 16
            previous = transit
        return jitter * 1000

    def longest_gap(self, start: float, end: float) -> float:
        """The longest time without a packet between two instants [s, monotonic]; their distance if none came."""
        instants = [start, *(arrival.at for arrival in self.arrivals if start < arrival.at < end), end]
        return max(later - earlier for earlier, later in zip(instants, instants[1:]))

    def faults(self) -> list[str]:
        """What a strict receiver objects to: one SSRC, agreed payload types, no gap, a line that never goes back."""
        if not self.arrivals or self.codec is None:
            return ["nothing was received"]
        found = []
        if len(self.ssrcs) > 1:
            found.append(f"{len(self.ssrcs)} SSRCs: {self.ssrcs}")
        strange = {arrival.packet.payload_type for arrival in self.arrivals} - {self.payload_type, self.event_payload_type}
        if strange:
            found.append(f"payload types that were not agreed on: {sorted(strange)}")
        found += self._order_faults()
        found += self._clock_faults()
        return found

    def _order_faults(self) -> list[str]:
        found = []
        extended = self._extended()
        for (number, stamp, earlier), (next_number, next_stamp, later) in zip(extended, extended[1:]):
            if next_number != number + 1:
                found.append(f"sequence {earlier.packet.sequence} is followed by {later.packet.sequence}")
            same_event = earlier.packet.payload_type == later.packet.payload_type == self.event_payload_type
            if next_stamp < stamp or (next_stamp == stamp and not same_event):
                found.append(
                    f"timestamp {earlier.packet.timestamp} is followed by {later.packet.timestamp} at sequence {later.packet.sequence}"
                )
        return found

    def _clock_faults(self) -> list[str]:
        """Packets whose timestamp is not when they came, measured against the median packet."""
        assert self.codec is not None
        offsets = [stamp / self.codec.clock_rate - arrival.at for _, stamp, arrival in self._extended()]
        middle = statistics.median(offsets)
        worst = max(range(len(offsets)), key=lambda index: abs(offsets[index] - middle))
        error = offsets[worst] - middle
        if abs(error) <= CLOCK_TOLERANCE:
            return []
        packet = self.arrivals[worst].packet
        return [f"timestamp {packet.timestamp} (payload type {packet.payload_type}) is {error * 1000:+.0f} ms off the clock"]

    def digits(self) -> list[Digit]:
        """The telephone events in the order in which they began; packets of one event share a timestamp."""
        events: dict[int, Digit] = {}
        for arrival in self.arrivals:
            packet = arrival.packet
            if packet.payload_type != self.event_payload_type:
                continue
            event = TelephoneEvent.parse(packet.payload)
            digit = events.setdefault(
                packet.timestamp, Digit(EVENT_DIGITS.get(event.code, "?"), packet.payload_type, packet.timestamp, arrival.at)
            )
            digit.packets += 1
            digit.ends += event.is_end
            digit.shrank = digit.shrank or event.duration < digit.duration
            digit.duration = event.duration
            digit.markers.append(packet.marker)
        return list(events.values())

    def pcm(self) -> PCM:
        """The audio as a receiver plays it: every frame at its timestamp, lost frames concealed, pauses silent."""
        assert self.codec is not None
        frames: list[bytes | None] = []
        pieces: list[PCM] = []
        due: int | None = None
        in_order = sorted(self._extended(), key=lambda item: item[0])
        for _, timestamp, arrival in in_order:
            if arrival.packet.payload_type != self.payload_type:
                continue
            missing = 0 if due is None else (timestamp - due) // self.codec.frame_ticks
            if missing * 0.02 > LONGEST_LOSS:
                pieces += [self.codec.decode(frames), np.zeros(min(missing * FRAME, 60 * SAMPLE_RATE), dtype=np.int16)]
                frames = []
            elif missing > 0:
                frames += [None] * missing
            frames.append(arrival.packet.payload)
            due = timestamp + self._ticks(arrival.packet.payload)
        return np.concatenate([*pieces, self.codec.decode(frames)])

    def _ticks(self, payload: bytes) -> int:
        """How much of the timeline a payload fills; Opus packets are 20 ms here, as Meta demands."""
        assert self.codec is not None
        return self.codec.frame_ticks if self.codec.name == "opus" else len(payload)

    def pcm_after(self, instant: float) -> PCM:
        """`pcm` without what came before an instant."""
        later = ReceivedStream()
        later.codec, later.payload_type = self.codec, self.payload_type
        later.arrivals = [arrival for arrival in self.arrivals if arrival.at >= instant]
        return later.pcm()

    def heard_between(self, start: float, end: float) -> PCM:
        """The audio that came between two instants, without the pauses in it."""
        assert self.codec is not None
        return self.codec.decode([arrival.packet.payload for arrival in self.audio if start <= arrival.at <= end])
