#!/usr/bin/env python3
"""What an Opus encoder costs and sounds like: PCMU -> Opus -> PCM at 8 kHz, CPU of a frame against PESQ (narrowband).

Prints a table for each question; `perf/opus-curve.md` holds the last one. Needs libopus.so.0, the sound files of
asterisk-core-sounds-en-wav, numpy and pesq. CPU is that of this thread, the least of several runs.
"""

from __future__ import annotations

import argparse
import ctypes
import random
import time
import wave
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pesq  # type: ignore[import-untyped]

PCM = npt.NDArray[np.int16]

SOUNDS = Path("/usr/share/asterisk/sounds")
#: Spoken by the same voice; each is a sample of its own of 8 to 12 s.
PROMPTS = ("demo-thanks", "vm-options", "dir-intro", "queue-periodic-announce", "vm-review", "conf-usermenu")
SAMPLE_RATE = 8000
FRAME = 160
LONGEST = 12 * SAMPLE_RATE
#: -26 dBov (ITU-T P.56's usual level).
ACTIVE_LEVEL = 32768 * 10 ** (-26 / 20)

APPLICATIONS = {"voip": 2048, "audio": 2049, "lowdelay": 2051}
BITRATE, MAX_BANDWIDTH, VBR, COMPLEXITY, FEC, LOSS, DTX = 4002, 4004, 4006, 4010, 4012, 4014, 4016
CONSTRAINED_VBR, SIGNAL, LSB_DEPTH, PREDICTION_DISABLED = 4020, 4024, 4036, 4042
#: Private to libopus (opus_private.h): 1000 SILK, 1002 CELT.
FORCE_MODE = 11002
NARROWBAND, SIGNAL_VOICE, SIGNAL_MUSIC, AUTO = 1101, 3001, 3002, -1000

opus = ctypes.CDLL("libopus.so.0")
opus.opus_encoder_create.restype = opus.opus_decoder_create.restype = ctypes.c_void_p
opus.opus_get_version_string.restype = ctypes.c_char_p
int_p = ctypes.POINTER(ctypes.c_int)
opus.opus_encoder_create.argtypes = [ctypes.c_int32, ctypes.c_int, ctypes.c_int, int_p]
opus.opus_decoder_create.argtypes = [ctypes.c_int32, ctypes.c_int, int_p]
opus.opus_encode.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int32]
opus.opus_decode.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
opus.opus_encoder_ctl.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
opus.opus_encoder_destroy.argtypes = opus.opus_decoder_destroy.argtypes = [ctypes.c_void_p]


@dataclass(frozen=True)
class Setting:
    """One way to encode; what is not named is libopus's default."""

    bitrate: int = 20000
    complexity: int = 1
    application: str = "voip"
    #: Expected loss with in-band FEC on [%]; 0: off.
    fec: int = 0
    controls: tuple[tuple[int, int], ...] = ((SIGNAL, SIGNAL_VOICE), (MAX_BANDWIDTH, NARROWBAND))
    rate: int = SAMPLE_RATE
    channels: int = 1


@dataclass(frozen=True)
class Row:
    """What a setting came to."""

    encode: float
    decode: float
    pesq: float
    worst: float
    bitrate: float
    redundant: float
    modes: str


def prompts() -> list[PCM]:
    """The speech at an even level, as mu-law carries it."""
    result: list[PCM] = []
    for name in PROMPTS:
        path = next(iter(sorted(SOUNDS.glob(f"en*/{name}.wav"))))
        with wave.open(str(path)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE, 1, 2)
            pcm = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16).astype(float)[:LONGEST]
        loud = pcm[np.abs(pcm) > 300]
        pcm = np.clip(pcm * ACTIVE_LEVEL / np.sqrt(np.mean(loud**2)), -32768, 32767).astype(np.int16)
        result.append(pcm[: len(pcm) // FRAME * FRAME])
    return result


def mu_law(pcm: PCM) -> PCM:
    """There and back again through G.711."""
    sign = np.where(pcm < 0, -1, 1)
    magnitude = np.minimum((np.where(pcm < 0, ~pcm.astype(int), pcm.astype(int)) >> 2) + 33, 0x1FFF)
    segment = np.floor(np.log2(magnitude)).astype(int) - 5
    step = (magnitude >> (segment + 1)) & 0xF
    decoded = (((step << 1) + 33) << segment) - 33
    return (sign * decoded * 4).astype(np.int16)


def encode(pcm: PCM, setting: Setting) -> tuple[list[bytes], float]:
    """The packets, and the CPU of a frame [us]."""
    ratio = setting.rate // SAMPLE_RATE
    wide = np.repeat(np.repeat(pcm, ratio), setting.channels) if ratio * setting.channels > 1 else pcm
    source = np.ascontiguousarray(wide)
    state = opus.opus_encoder_create(setting.rate, setting.channels, APPLICATIONS[setting.application], ctypes.byref(ctypes.c_int()))
    controls = [(BITRATE, setting.bitrate), (COMPLEXITY, setting.complexity), (FEC, int(setting.fec > 0)), (LOSS, setting.fec)]
    for request, value in (*controls, *setting.controls):
        if opus.opus_encoder_ctl(state, request, value) != 0:
            raise ValueError(f"libopus refuses {request}={value}")
    packets: list[bytes] = []
    lengths: list[int] = []
    frame = FRAME * ratio
    step = frame * setting.channels * 2
    places = [source.ctypes.data + index * step for index in range(len(pcm) // FRAME)]
    out = ctypes.create_string_buffer(1500 * len(places))
    start = ctypes.addressof(out)
    began = time.thread_time_ns()
    for index, place in enumerate(places):
        lengths.append(opus.opus_encode(state, place, frame, start + 1500 * index, 1500))
    cost = (time.thread_time_ns() - began) / 1000 / len(places)
    opus.opus_encoder_destroy(state)
    for index, length in enumerate(lengths):
        packets.append(out.raw[1500 * index : 1500 * index + max(length, 0)])
    return packets, cost


def has_redundancy(packet: bytes) -> bool:
    """The LBRR flag of a mono frame of 20 ms."""
    return len(packet) > 1 and not packet[0] & 0x80 and bool(packet[1] & 0x40)


def decode(packets: list[bytes], loss: float, seed: int) -> tuple[PCM, float]:
    """What is heard, and the CPU of a frame [us]; a lost packet is restored from the next one where that carries it."""
    state = opus.opus_decoder_create(SAMPLE_RATE, 1, ctypes.byref(ctypes.c_int()))
    draw = random.Random(seed)
    lost = [draw.random() < loss for _ in packets]
    out = np.zeros(len(packets) * FRAME, dtype=np.int16)
    began = time.thread_time_ns()
    for index, packet in enumerate(packets):
        place = out.ctypes.data + index * FRAME * 2
        following = packets[index + 1] if index + 1 < len(packets) and not lost[index + 1] else b""
        if lost[index] or len(packet) < 3:
            data = following if has_redundancy(following) else None
            opus.opus_decode(state, data, len(data) if data else 0, place, FRAME, int(data is not None))
        else:
            opus.opus_decode(state, packet, len(packet), place, FRAME, 0)
    cost = (time.thread_time_ns() - began) / 1000 / len(packets)
    opus.opus_decoder_destroy(state)
    return out, cost


def mode(packet: bytes) -> str:
    """Which of the two codecs made a packet."""
    return "C" if packet and packet[0] & 0x80 else "S"


def measure(setting: Setting, speech: list[PCM], loss: float, runs: int) -> Row:
    """The least cost of all runs; the mean and the worst quality of all prompts."""
    encoded: list[float] = []
    decoded: list[float] = []
    scores: list[float] = []
    all_packets: list[bytes] = []
    for index, pcm in enumerate(speech):
        source = mu_law(pcm)
        costs = [encode(source, setting) for _ in range(runs)]
        packets = costs[0][0]
        heard = [decode(packets, loss, index) for _ in range(runs)]
        encoded.append(min(cost for _, cost in costs))
        decoded.append(min(cost for _, cost in heard))
        all_packets += packets
        scores.append(pesq.pesq(SAMPLE_RATE, pcm, heard[0][0], "nb"))
    speaking = [packet for packet in all_packets if len(packet) > 2]
    return Row(
        encode=float(np.mean(encoded)),
        decode=float(np.mean(decoded)),
        pesq=float(np.mean(scores)),
        worst=min(scores),
        bitrate=sum(map(len, all_packets)) * 8 / (len(all_packets) * 0.02) / 1000,
        redundant=100 * sum(map(has_redundancy, speaking)) / max(1, len(speaking)),
        modes="".join(sorted(set(map(mode, speaking)))),
    )


def table(title: str, settings: list[tuple[str, Setting]], losses: tuple[float, ...], speech: list[PCM], runs: int) -> None:
    """One question and its answers."""
    print(f"\n## {title}\n")
    print("| setting | encode µs | decode µs | kbit/s | FEC % | mode | " + " | ".join(f"PESQ, {loss:.0%} lost (worst)" for loss in losses) + " |")
    print("|---" * (6 + len(losses)) + "|")
    for name, setting in settings:
        rows = [measure(setting, speech, loss, runs) for loss in losses]
        row = rows[0]
        scores = " | ".join(f"{row.pesq:.2f} ({row.worst:.2f})" for row in rows)
        print(f"| {name} | {row.encode:.0f} | {row.decode:.0f} | {row.bitrate:.1f} | {row.redundant:.0f} | {row.modes} | {scores} |", flush=True)


COMPLEXITIES = (0, 1, 2, 3, 5, 8, 10)
BITRATES = (16000, 20000, 24000, 32000)


def with_controls(setting: Setting, **values: int) -> Setting:
    """The same with other controls, by the names of the constants above."""
    changed = dict(setting.controls) | {globals()[name]: value for name, value in values.items()}
    return replace(setting, controls=tuple(changed.items()))


def variants() -> list[tuple[str, Setting]]:
    """One control changed at a time, at 20 kbit/s without FEC."""
    result: list[tuple[str, Setting]] = []
    for complexity in (0, 1):
        base = Setting(complexity=complexity)
        result += [
            (f"{complexity}: signal voice, narrowband", base),
            (f"{complexity}: signal auto", with_controls(base, SIGNAL=AUTO)),
            (f"{complexity}: signal music", with_controls(base, SIGNAL=SIGNAL_MUSIC)),
            (f"{complexity}: bandwidth left to libopus", replace(base, controls=((SIGNAL, SIGNAL_VOICE),))),
            (f"{complexity}: prediction disabled", with_controls(base, PREDICTION_DISABLED=1)),
            (f"{complexity}: 14 bits deep", with_controls(base, LSB_DEPTH=14)),
            (f"{complexity}: DTX", with_controls(base, DTX=1)),
            (f"{complexity}: constant bit rate", with_controls(base, VBR=0)),
            (f"{complexity}: variable bit rate without constraint", with_controls(base, CONSTRAINED_VBR=0)),
            (f"{complexity}: application audio", replace(base, application="audio")),
            (f"{complexity}: CELT by force (private control)", with_controls(base, FORCE_MODE=1002)),
            (f"{complexity}: low delay", replace(base, application="lowdelay")),
        ]
    result += [(f"{complexity}: signal music", with_controls(Setting(complexity=complexity), SIGNAL=SIGNAL_MUSIC)) for complexity in (2, 3, 5)]
    result.append(("as others do: 48 kHz, stereo, audio, complexity 10", Setting(complexity=10, application="audio", rate=48000, channels=2, controls=())))
    return result


def main() -> None:
    """All tables, or those that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="times that each setting is run for its CPU")
    parser.add_argument("--only", choices=("plain", "fec", "losses", "variants"), help="one table only")
    arguments = parser.parse_args()
    speech = prompts()
    seconds = sum(map(len, speech)) / SAMPLE_RATE
    print(f"{opus.opus_get_version_string().decode()}, {len(speech)} prompts, {seconds:.0f} s of speech, 20 ms frames at 8 kHz.")
    if arguments.only in (None, "plain"):
        settings = [(f"{rate // 1000} kbit/s, complexity {c}", Setting(bitrate=rate, complexity=c)) for rate in BITRATES for c in COMPLEXITIES]
        table("Bit rate and complexity, without FEC", settings, (0.0, 0.05), speech, arguments.runs)
    if arguments.only in (None, "fec"):
        settings = [
            (f"{rate // 1000} kbit/s, complexity {c}, FEC for {fec} %", Setting(bitrate=rate, complexity=c, fec=fec))
            for rate in BITRATES for fec in (5, 10) for c in COMPLEXITIES if c in (0, 1, 2, 3, 5, 10)
        ]
        table("In-band FEC", settings, (0.0, 0.05), speech, arguments.runs)
    if arguments.only in (None, "losses"):
        settings = [("20 kbit/s, complexity 0, no FEC", Setting(complexity=0)), ("the same as CELT", with_controls(Setting(complexity=0), SIGNAL=SIGNAL_MUSIC))]
        settings += [(f"{rate // 1000} kbit/s, complexity 2, FEC for {fec} %", Setting(bitrate=rate, complexity=2, fec=fec))
                     for rate in (20000, 24000) for fec in (1, 2, 3, 5, 7, 10, 20)]
        table("How much loss to expect", settings, (0.0, 0.01, 0.02, 0.03, 0.05, 0.1), speech, arguments.runs)
    if arguments.only in (None, "variants"):
        table("One control at a time, 20 kbit/s", variants(), (0.0,), speech, arguments.runs)


if __name__ == "__main__":
    main()
