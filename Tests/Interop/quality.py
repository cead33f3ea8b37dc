"""Speech to send, and how much of it arrived: alignment by cross-correlation, then PESQ (ITU-T P.862, narrowband)."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pesq  # type: ignore[import-untyped]

from codec import FRAME, PCM, SAMPLE_RATE

SOUNDS = Path("/usr/share/asterisk/sounds")

#: What the user says and what the business says: different sentences, so that an echo cannot pass for the far side.
USER_PROMPTS = ("demo-thanks", "vm-rec-temp", "queue-youarenext", "vm-rec-unv")
BUSINESS_PROMPTS = ("agent-alreadyon", "vm-intro", "vm-nobox", "vm-saveoper")

#: RMS of the speech while somebody speaks: -26 dBov (ITU-T P.56's usual level).
ACTIVE_LEVEL = 32768 * 10 ** (-26 / 20)
SECONDS = 9.0

#: Speech is looked for in pieces so short that neither faster playing nor a jitter buffer's correction falls into many of them [samples].
PIECE = 480
#: From one piece to the next the delay changes by less than the first of these as a rule, and by less than the second where a pause was cut
#: out [samples]; a piece that correlates by less than this is another one.
STEP, LEAP = 480, 3200
LIKENESS = 0.7
#: So many pieces may be missing at the beginning before all the rest counts as missing, too.
LONGEST_SEARCH = 20
#: No better beginning is looked for if this share of what follows one was found.
ENOUGH = 0.9

Samples = npt.NDArray[np.float64]


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


def correlation(reference: PCM | Samples, recording: PCM | Samples) -> tuple[float, int]:
    """The best normalised correlation (0 to 1) of `reference` anywhere in `recording`, and where it begins."""
    a, b = reference.astype(float), recording.astype(float)
    b = np.pad(b, (0, max(len(a) - len(b), 0)))
    size = 1 << (len(a) + len(b)).bit_length()
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


def share_heard(said: PCM, heard: PCM) -> float:
    """How much of the speech in `said` is in `heard`, in its order, whatever was done to the pauses and the speed (0 to 1)."""
    reference, recording = said.astype(float), np.pad(heard.astype(float), (LEAP, len(said)))
    quietest = np.abs(reference).max() / 30
    pieces = [(start, reference[start : start + PIECE]) for start in range(0, len(reference) - PIECE + 1, PIECE)]
    spoken = [(start, piece) for start, piece in pieces if np.sqrt(np.mean(piece**2)) > quietest]
    most = 0
    # The first one may be what is missing.
    for first in range(min(LONGEST_SEARCH, len(spoken))):
        most = max(most, _found(spoken[first:], recording))
        if most >= ENOUGH * (len(spoken) - first):
            break
    return most / len(spoken)


def _found(pieces: list[tuple[int, Samples]], recording: Samples) -> int:
    """How many pieces follow each other in `recording` from the best place of the first one on."""
    found, shift = 0, None
    for start, piece in pieces:
        windows = [(0, len(recording))]
        if shift is not None:
            at = start + shift
            windows = [(max(at - STEP, 0), at + STEP + PIECE), (max(at - LEAP, 0), at + STEP + PIECE)]
        for first, last in windows:
            likeness, place = correlation(piece, recording[first:last])
            if likeness >= LIKENESS:
                found, shift = found + 1, first + place - start
                break
    return found


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
