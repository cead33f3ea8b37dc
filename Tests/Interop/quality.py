"""Speech to send, and how much of it arrived: alignment by cross-correlation, then PESQ (ITU-T P.862, narrowband)."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pesq  # type: ignore[import-untyped]

from codec import FRAME, PCM, SAMPLE_RATE

SOUNDS = Path("/usr/share/asterisk/sounds")

#: What the user says and what the business says: different sentences, so that an echo cannot pass for the far side.
USER_PROMPTS = ("demo-thanks", "vm-rec-temp", "queue-youarenext", "vm-rec-unv")
BUSINESS_PROMPTS = ("agent-alreadyon", "vm-intro", "vm-nobox", "vm-saveoper")

#: RMS of the speech while somebody speaks: -26 dBov (ITU-T P.56's usual level).
ACTIVE_LEVEL = 32768 * 10 ** (-26 / 20)
SECONDS = 9.0


@dataclass(frozen=True)
class Score:
    """How a received recording compares with what was sent."""

    pesq: float
    #: Where the speech begins in the recording [s].
    offset: float


def _prompt(name: str) -> PCM:
    path = next(iter(sorted(SOUNDS.glob(f"en*/{name}.wav"))), None)
    if path is None:
        raise FileNotFoundError(f"{name}.wav under {SOUNDS}: install asterisk-core-sounds-en-wav")
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)


def _active(pcm: PCM) -> tuple[int, int]:
    """The first and the last sample of the speech in `pcm`."""
    levels = np.sqrt(np.mean(pcm[: len(pcm) // 80 * 80].reshape(-1, 80).astype(float) ** 2, axis=1))
    loud = np.flatnonzero(levels > levels.max() / 30)
    return int(loud[0]) * 80, int(loud[-1] + 1) * 80


@lru_cache
def speech(prompts: tuple[str, ...]) -> PCM:
    """About nine seconds of real voice at an even level, which begins with the very first sample."""
    pieces: list[PCM] = []
    for name in prompts:
        pcm = _prompt(name)
        first, last = _active(pcm)
        pcm = pcm[first:last]
        scaled = pcm * (ACTIVE_LEVEL / np.sqrt(np.mean(pcm.astype(float) ** 2)))
        pieces += [np.clip(scaled, -32768, 32767).astype(np.int16), np.zeros(SAMPLE_RATE // 4, dtype=np.int16)]
    joined = np.concatenate(pieces)[: int(SECONDS * SAMPLE_RATE)]
    return joined[: len(joined) // FRAME * FRAME]


def correlation(reference: PCM, recording: PCM) -> tuple[float, int]:
    """The best normalised correlation (0 to 1) of `reference` anywhere in `recording`, and where it begins."""
    if len(recording) < len(reference):
        recording = np.pad(recording, (0, len(reference) - len(recording)))
    size = 1 << (len(reference) + len(recording)).bit_length()
    a, b = reference.astype(float), recording.astype(float)
    product = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)), size)[: len(b) - len(a) + 1]
    sums = np.concatenate([[0.0], np.cumsum(b**2)])
    energy = sums[len(a) :] - sums[: len(b) - len(a) + 1]
    floor = max(float(np.sum(a**2)) * 1e-3, 1.0)
    normalised = product / np.sqrt(np.maximum(energy, floor) * max(float(np.sum(a**2)), 1.0))
    best = int(np.argmax(normalised))
    return float(normalised[best]), best


def score(reference: PCM, recording: PCM) -> Score:
    """PESQ of the recording after alignment; 1.0, the scale's end, when there is nothing to compare."""
    padded = np.pad(recording, (len(reference) // 2, len(reference)))
    _, start = correlation(reference, padded)
    received = padded[start : start + len(reference)]
    offset = (start - len(reference) // 2) / SAMPLE_RATE
    if level(received) < -60:
        return Score(1.0, offset)
    return Score(float(pesq.pesq(SAMPLE_RATE, reference, received, "nb")), offset)


def level(pcm: PCM) -> float:
    """The loudest 20 ms of `pcm` in dBov; -inf for digital silence."""
    frames = pcm[: len(pcm) // FRAME * FRAME].reshape(-1, FRAME).astype(float)
    if not len(frames):
        return float("-inf")
    rms = float(np.sqrt(np.mean(frames**2, axis=1)).max())
    return 20 * np.log10(rms / 32768) if rms else float("-inf")


def stretch(pcm: PCM, start: float, end: float) -> PCM:
    """A part of `pcm`, from and to in seconds."""
    return pcm[int(start * SAMPLE_RATE) : int(end * SAMPLE_RATE)]
