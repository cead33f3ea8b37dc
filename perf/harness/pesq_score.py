"""Narrowband PESQ (ITU-T P.862) of recorded calls, aligned and scored as the interop tests do it."""

from __future__ import annotations

import sys
import wave
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

INTEROP = Path(__file__).resolve().parents[2] / "Tests" / "Interop"
sys.path.append(str(INTEROP))
import quality as quality  # type: ignore[import-not-found]  # noqa: E402

PCM = npt.NDArray[np.int16]
SAMPLE_RATE = 8000
#: PESQ is made for phrases of 8 to 12 s; a longer recording is scored in pieces.
PHRASE_SECONDS = 12
#: The beginning of a recording has the jitter buffer's filling in it [s].
SKIPPED_SECONDS = 0.5


def score_recordings(recordings: Iterable[Mapping[str, Any]], folder: Path) -> dict[str, list[float]]:
    """By direction, the score of each recording; paths are absolute or in `folder`."""
    scores: dict[str, list[float]] = {}
    for entry in recordings:
        reference, recorded = read(folder / str(entry["reference"])), read(folder / str(entry["recorded"]))
        scores.setdefault(str(entry["direction"]), []).append(round(score(reference, recorded), 3))
    return scores


def score(reference: PCM, recorded: PCM) -> float:
    """The median over the phrases of a recording; 1.0 where there is none. The reference is repeated as long as the recording lasts."""
    phrase = PHRASE_SECONDS * SAMPLE_RATE
    heard = recorded[int(SKIPPED_SECONDS * SAMPLE_RATE) :]
    looped = np.tile(reference, 2 + len(heard) // max(len(reference), 1))
    scores = [_score_phrase(looped, heard[at : at + phrase]) for at in range(0, max(len(heard) - phrase, 0) + 1, phrase)]
    return float(np.median(scores)) if scores else 1.0


def _score_phrase(looped: PCM, heard: PCM) -> float:
    """What was said is looked for by what was heard, so that it does not matter where a recording begins."""
    if len(heard) < 2 * SAMPLE_RATE or quality.level(heard) < -60:
        return 1.0
    _, start = quality.correlation(heard, looped)
    return float(quality.score(looped[start : start + len(heard)], heard).pesq)


def speech_files() -> list[Path]:
    """The recorded voices that the interop tests speak with, those that are installed."""
    names = (*quality.USER_PROMPTS, *quality.BUSINESS_PROMPTS)
    found = (next(iter(sorted(quality.SOUNDS.glob(f"en*/{name}.wav"))), None) for name in names)
    return [path for path in found if path]


def read(path: Path) -> PCM:
    """A mono WAVE file of 16 bits, brought to 8 kHz; ValueError when it is something else."""
    with wave.open(str(path)) as file:
        rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
        pcm = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
    if channels != 1 or width != 2 or rate % SAMPLE_RATE:
        raise ValueError(f"{path.name}: {channels} channels, {8 * width} bits, {rate} Hz")
    return pcm if rate == SAMPLE_RATE else decimate(pcm, rate // SAMPLE_RATE)


def decimate(pcm: PCM, factor: int) -> PCM:
    """Every `factor`th sample of what is left below the new half rate."""
    length = len(pcm) // factor
    spectrum = np.fft.rfft(pcm[: length * factor].astype(float))[: length // 2 + 1]
    return np.clip(np.fft.irfft(spectrum, length) / factor, -32768, 32767).astype(np.int16)
