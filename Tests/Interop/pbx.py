"""The PBX side: plain RTP or SDES, G.711 or Opus, RTCP multiplexed or not."""

from __future__ import annotations

import random

from codec import PCMU, Codec
from peer import UDPPeer
from sdp import Description, family
from srtp import DEFAULT_SUITE, Key, Protection

#: The payload types of a PBX that offers.
OFFERED_EVENTS = 101
OFFERED_OPUS = 107
STATIC = {"PCMU": 0, "PCMA": 8}


class PBX(UDPPeer):
    """A SIP PBX's media as its SDP describes it."""

    def __init__(
        self,
        codec: Codec = PCMU,
        profile: str = "RTP/AVP",
        mux: bool = False,
        host: str = "127.0.0.3",
        suite: str = DEFAULT_SUITE,
        packet_time: int = 20,
        advertised: str | None = None,
    ) -> None:
        super().__init__("PBX", codec, host)
        #: The address in the SDP: another one than packets come from when the PBX sits behind a NAT.
        self.advertised = advertised or host
        self.frames_per_packet = packet_time // 20
        self.profile = profile
        self.mux = mux
        self.is_secure = "SAVP" in profile
        self._key = Key.generate(suite)
        #: The direction in the next description.
        self.direction = "sendrecv"
        self._session, self._version = random.getrandbits(31), 0

    async def offer(self) -> str:
        payload_type = STATIC.get(self.codec.name, OFFERED_OPUS)
        self.agree(payload_type, OFFERED_EVENTS)
        return await self._description(payload_type, OFFERED_EVENTS, self.profile, self._key.line(1))

    async def offer_again(self, direction: str) -> str:
        """A re-INVITE in the call: the same port and formats, and the direction of a hold or of the way back."""
        self.direction = direction
        return await self._description(self._payload_type, self._event_payload_type, self.profile, self._key.line(1))

    async def accept(self, answer: str) -> None:
        remote = Description(answer)
        payload_type = remote.payload_type(self.codec.rtpmap)
        assert payload_type is not None, f"the answer to the PBX lacks {self.codec.name}:\n{answer}"
        self.agree(payload_type, remote.payload_type("telephone-event/8000"))
        self._take(remote)

    async def answer(self, offer: str) -> str:
        remote = Description(offer)
        payload_type = remote.payload_type(self.codec.rtpmap)
        assert payload_type is not None, f"the offer to the PBX lacks {self.codec.name}:\n{offer}"
        assert remote.protocol == self.profile, f"{remote.protocol} was offered to the PBX:\n{offer}"
        self.mux = self.mux and remote.has_mux
        events = remote.payload_type("telephone-event/8000")
        self.agree(payload_type, events)
        tag = self._take(remote)
        return await self._description(payload_type, events, remote.protocol, self._key.line(tag))

    def _take(self, remote: Description) -> int:
        """Connect to the relay; the tag of its crypto line."""
        self.connect((remote.address, remote.port), remote.rtcp)
        if not self.is_secure:
            return 0
        for value in remote.values("a=crypto:"):
            tag, key = Key.from_line(value)
            if key is not None and key.suite == self._key.suite:
                self.secure(Protection(self._key, key))
                return tag
        raise AssertionError(f"no crypto line with {self._key.suite} in:\n{remote.text}")

    async def _description(self, payload_type: int, events: int | None, protocol: str, crypto: str) -> str:
        port = await self.open(self.mux) if self._socket is None else self._socket.address[1]
        self._version += 1
        kind, host = family(self.advertised), self.advertised
        formats = [payload_type] + ([events] if events is not None else [])
        lines = [
            "v=0",
            f"o=pbx {self._session} {self._version} IN {kind} {host}",
            "s=call",
            f"c=IN {kind} {host}",
            "t=0 0",
            f"m=audio {port} {protocol} {' '.join(map(str, formats))}",
            f"a=rtpmap:{payload_type} {self.codec.rtpmap}",
        ]
        if events is not None:
            lines += [f"a=rtpmap:{events} telephone-event/8000", f"a=fmtp:{events} 0-16"]
        if self.is_secure:
            lines.append(crypto)
        if self.mux:
            lines.append("a=rtcp-mux")
        lines += [f"a=ptime:{20 * self.frames_per_packet}", "a=maxptime:140", f"a={self.direction}"]
        return "".join(line + "\r\n" for line in lines)
