"""SRTP by pylibsrtp, keyed by SDES (RFC 4568) or by what DTLS exported (RFC 5764)."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass

from pylibsrtp import Policy, Session

SUITES = {
    "AES_CM_128_HMAC_SHA1_80": (Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30),
    "AES_CM_128_HMAC_SHA1_32": (Policy.SRTP_PROFILE_AES128_CM_SHA1_32, 30),
    "AEAD_AES_128_GCM": (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28),
    "AEAD_AES_256_GCM": (Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44),
}
DEFAULT_SUITE = "AES_CM_128_HMAC_SHA1_80"


@dataclass(frozen=True)
class Key:
    """A master key and salt, with the suite they are for."""

    suite: str
    key_and_salt: bytes

    @classmethod
    def generate(cls, suite: str = DEFAULT_SUITE) -> Key:
        return cls(suite, os.urandom(SUITES[suite][1]))

    @classmethod
    def from_line(cls, value: str) -> tuple[int, Key | None]:
        """The tag and, when the suite is one of ours, the key of what follows `a=crypto:`."""
        tag, suite, inline = value.split()[:3]
        if suite not in SUITES:
            return int(tag), None
        text = inline.removeprefix("inline:").split("|")[0]
        return int(tag), cls(suite, base64.b64decode(text + "=" * (-len(text) % 4)))

    def line(self, tag: int) -> str:
        return f"a=crypto:{tag} {self.suite} inline:{base64.b64encode(self.key_and_salt).decode()}"


class Protection:
    """The two directions of one leg."""

    def __init__(self, local: Key, remote: Key) -> None:
        self._outbound = Session(self._policy(local, Policy.SSRC_ANY_OUTBOUND))
        self._inbound = Session(self._policy(remote, Policy.SSRC_ANY_INBOUND))

    @staticmethod
    def _policy(key: Key, direction: int) -> Policy:
        return Policy(key=key.key_and_salt, ssrc_type=direction, srtp_profile=SUITES[key.suite][0])

    def protect(self, packet: bytes, is_rtcp: bool) -> bytes:
        return self._outbound.protect_rtcp(packet) if is_rtcp else self._outbound.protect(packet)

    def unprotect(self, packet: bytes, is_rtcp: bool) -> bytes:
        """pylibsrtp.Error for a packet that is forged or replayed."""
        return self._inbound.unprotect_rtcp(packet) if is_rtcp else self._inbound.unprotect(packet)
