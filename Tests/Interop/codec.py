"""The two ends' codecs: G.711 in numpy and Opus from Debian's libopus, both at 8 kHz PCM toward the tests."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

PCM = npt.NDArray[np.int16]

#: Samples per second of all PCM here.
SAMPLE_RATE = 8000
#: Samples of a 20 ms frame.
FRAME = 160


@dataclass(frozen=True)
class Codec:
    """One codec: 20 ms frames out of PCM, and PCM out of 20 ms frames (None stands for a lost one)."""

    name: str
    clock_rate: int
    rtpmap: str
    encode: Callable[[PCM], list[bytes]]
    decode: Callable[[Sequence[bytes | None]], PCM]

    @property
    def frame_ticks(self) -> int:
        """RTP timestamp units of a frame."""
        return self.clock_rate // 50


def _frames(pcm: PCM) -> npt.NDArray[np.int16]:
    padded = np.pad(pcm, (0, -len(pcm) % FRAME))
    return padded.reshape(-1, FRAME)


# G.711


def _mu_law_value(code: int) -> int:
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << (code >> 4 & 7)) - 0x84
    return -magnitude if code & 0x80 else magnitude


def _a_law_value(code: int) -> int:
    code ^= 0x55
    segment, mantissa = code >> 4 & 7, (code & 0x0F) << 4
    magnitude = mantissa + 8 if segment == 0 else mantissa + 0x108 << segment - 1
    return magnitude if code & 0x80 else -magnitude


def _g711(name: str, rtpmap: str, value_of: Callable[[int], int]) -> Codec:
    values = np.array([value_of(code) for code in range(256)], dtype=np.int16)
    order = np.argsort(values, kind="stable")
    borders = (values[order].astype(np.int32)[1:] + values[order][:-1]) / 2

    def encode(pcm: PCM) -> list[bytes]:
        codes = order[np.searchsorted(borders, _frames(pcm))].astype(np.uint8)
        return [row.tobytes() for row in codes]

    def decode(frames: Sequence[bytes | None]) -> PCM:
        silence = np.zeros(FRAME, dtype=np.int16)
        pieces = [silence if frame is None else values[np.frombuffer(frame, dtype=np.uint8)] for frame in frames]
        return np.concatenate(pieces) if pieces else silence[:0]

    return Codec(name, SAMPLE_RATE, rtpmap, encode, decode)


PCMU = _g711("PCMU", "PCMU/8000", _mu_law_value)
PCMA = _g711("PCMA", "PCMA/8000", _a_law_value)


# Opus, through ctypes

_ENCODER_RATE = 16000
_APPLICATION_VOIP = 2048
_SET_BITRATE, _SET_COMPLEXITY, _SET_INBAND_FEC, _SET_PACKET_LOSS = 4002, 4010, 4012, 4014


@lru_cache
def _libopus() -> ctypes.CDLL:
    library = ctypes.CDLL("libopus.so.0")
    library.opus_encoder_create.restype = ctypes.c_void_p
    library.opus_decoder_create.restype = ctypes.c_void_p
    return library


def _doubled(pcm: PCM) -> PCM:
    """The same sound at 16 kHz, by a windowed-sinc interpolation of 48 taps."""
    taps = np.arange(-47, 48)
    kernel = np.sinc(taps / 2) * np.kaiser(95, 8.0)
    wide = np.zeros(2 * len(pcm))
    wide[::2] = pcm
    return np.clip(np.rint(np.convolve(wide, kernel, "same")), -32768, 32767).astype(np.int16)


def _encode_opus(pcm: PCM) -> list[bytes]:
    """As a WhatsApp client sends: 16 kHz, 20 kbit/s, in-band FEC."""
    library, error = _libopus(), ctypes.c_int()
    encoder = ctypes.c_void_p(library.opus_encoder_create(_ENCODER_RATE, 1, _APPLICATION_VOIP, ctypes.byref(error)))
    assert error.value == 0
    for request, value in ((_SET_BITRATE, 20000), (_SET_COMPLEXITY, 5), (_SET_INBAND_FEC, 1), (_SET_PACKET_LOSS, 0)):
        library.opus_encoder_ctl(encoder, request, ctypes.c_int(value))
    output = ctypes.create_string_buffer(1276)
    frames = []
    for frame in _doubled(_frames(pcm).reshape(-1)).reshape(-1, 2 * FRAME):
        length = library.opus_encode(encoder, frame.ctypes.data_as(ctypes.c_void_p), 2 * FRAME, output, len(output))
        assert length > 0
        frames.append(output.raw[:length])
    library.opus_encoder_destroy(encoder)
    return frames


def _decode_opus(frames: Sequence[bytes | None]) -> PCM:
    library, error = _libopus(), ctypes.c_int()
    decoder = ctypes.c_void_p(library.opus_decoder_create(SAMPLE_RATE, 1, ctypes.byref(error)))
    assert error.value == 0
    pieces = [np.zeros(0, dtype=np.int16)]
    for frame in frames:
        pcm = np.zeros(6 * FRAME, dtype=np.int16)
        samples = library.opus_decode(
            decoder, frame, len(frame) if frame else 0, pcm.ctypes.data_as(ctypes.c_void_p), len(pcm) if frame else FRAME, 0
        )
        pieces.append(pcm[: max(samples, 0)])
    library.opus_decoder_destroy(decoder)
    return np.concatenate(pieces)


OPUS = Codec("opus", 48000, "opus/48000/2", _encode_opus, _decode_opus)

BY_NAME = {codec.name.lower(): codec for codec in (PCMU, PCMA, OPUS)}
