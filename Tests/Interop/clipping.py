"""How much of what was said never arrives, to a few milliseconds.

Real speech does not tell which of its moments is which. So the words here are tones that glide: the frequency says what moment of what word
is heard, however late it comes, with pauses cut short or played a little faster.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from codec import PCM, SAMPLE_RATE

Numbers = npt.NDArray[np.float64]

WORDS = 14
WORD = 0.32
#: Mostly too short to be cut away, so that a delay has to be worked off in the words, too.
PAUSES = (0.06, 0.25, 0.06, 0.12)
#: Where a word's glide begins and ends [Hz], upwards or downwards.
GLIDES = [ends for low in (400, 1000, 1600, 2200) for ends in ((low, low + 600), (low + 600, low))]
RAMP = 0.005
AMPLITUDE = 6000

#: A measurement every 5 ms, over 16 ms.
HOP, WINDOW, TRANSFORM = 40, 128, 2048
#: Weaker than the loudest by more than this is a pause [dB].
FLOOR = 22.0
#: What it costs to take a moment for another one [1/Hz], to have one that was not heard, to have one that was not said.
MISTAKE, MISSING, SURPLUS = 1 / 20, 3.0, 2.0
#: Shorter losses are what playing 10 % faster leaves out at a time: one period of the voice [measurements].
SHORTEST_LOSS = 4


def words() -> PCM:
    """About six seconds, from the very first sample on."""
    order = random.Random(5)
    pieces: list[Numbers] = []
    ends = (0, 0)
    for number in range(WORDS):
        ends = order.choice([glide for glide in GLIDES if glide != ends])
        moments = np.arange(int(WORD * SAMPLE_RATE)) / SAMPLE_RATE
        phase = 2 * np.pi * (ends[0] * moments + (ends[1] - ends[0]) / WORD * moments**2 / 2)
        ramp = np.clip(np.minimum(moments, WORD - moments) / RAMP, 0, 1)
        pieces += [AMPLITUDE * ramp * np.sin(phase), np.zeros(int(PAUSES[number % len(PAUSES)] * SAMPLE_RATE))]
    return np.concatenate(pieces).astype(np.int16)


def joined(*pieces: PCM) -> PCM:
    """One after the other."""
    return np.concatenate(pieces)


@dataclass(frozen=True)
class _Trace:
    """The frequency at each moment [Hz], and whether there is a tone at all."""

    frequency: Numbers
    is_loud: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, pcm: PCM) -> _Trace:
        padded = np.pad(pcm.astype(float), (WINDOW // 2, WINDOW))
        windows = np.arange(len(pcm) // HOP)[:, None] * HOP + HOP // 2 + np.arange(WINDOW)
        spectrum = np.abs(np.fft.rfft(padded[windows] * np.hanning(WINDOW), TRANSFORM))
        peak = spectrum.max(axis=1)
        level = 20 * np.log10(peak + 1)
        return cls(spectrum.argmax(axis=1) * SAMPLE_RATE / TRANSFORM, level > 20 * np.log10(AMPLITUDE * WINDOW / 4) - FLOOR)


@dataclass(frozen=True)
class Comparison:
    """What became of what was said."""

    #: What never came [ms].
    clipped: float
    #: The word that was played fastest, by how much; 0.1 is ten percent.
    hurry: float


def compare(said: PCM, heard: PCM) -> Comparison:
    """The cheapest way from one to the other by leaving out and putting in."""
    a, b = _Trace.of(said), _Trace.of(heard)
    pairs = _aligned(a, b)
    is_lost = a.is_loud.copy()
    is_lost[[row for row, _ in pairs]] = False
    edges = np.flatnonzero(np.diff(np.pad(is_lost.astype(int), 1)))
    lengths = edges[1::2] - edges[::2]
    clipped = float(lengths[lengths >= SHORTEST_LOSS].sum()) * HOP / SAMPLE_RATE * 1000
    return Comparison(clipped, max((_hurry(word) for word in _words(a, pairs)), default=0.0))


def _words(said: _Trace, pairs: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """The pairs of each word that came whole enough to measure its speed."""
    words: list[list[tuple[int, int]]] = []
    for row, column in pairs:
        if said.is_loud[row]:
            if not words or said.is_loud[words[-1][-1][0] : row].min() == 0:
                words.append([])
            words[-1].append((row, column))
    return [word for word in words if word[-1][0] - word[0][0] > WORD * SAMPLE_RATE / HOP / 2]


def _hurry(word: list[tuple[int, int]]) -> float:
    """By how much it was played faster than said."""
    (first, start), (last, end) = word[0], word[-1]
    return (last - first) / (end - start) - 1


def _aligned(a: _Trace, b: _Trace) -> list[tuple[int, int]]:
    """The moments of `a`, in order, that are in `b`, each with where it is there."""
    mistake = np.minimum(np.abs(a.frequency[:, None] - b.frequency) * MISTAKE, 2 * MISSING)
    mistake[a.is_loud[:, None] != b.is_loud] = 2 * MISSING
    mistake[~a.is_loud[:, None] & ~b.is_loud] = 0
    missing, surplus = np.where(a.is_loud, MISSING, 0.01), np.where(b.is_loud, SURPLUS, 0.01)
    put_in = np.concatenate([[0.0], np.cumsum(surplus)])
    costs = np.empty((len(mistake) + 1, len(put_in)))
    costs[0] = put_in
    for row in range(len(mistake)):
        best = costs[row] + missing[row]
        best[1:] = np.minimum(best[1:], costs[row, :-1] + mistake[row])
        costs[row + 1] = np.minimum.accumulate(best - put_in) + put_in
    pairs: list[tuple[int, int]] = []
    row, column = len(mistake), len(put_in) - 1
    while row > 0:
        cost = costs[row, column] + 1e-9
        if column > 0 and costs[row - 1, column - 1] + mistake[row - 1, column - 1] <= cost:
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif costs[row - 1, column] + missing[row - 1] <= cost:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]
