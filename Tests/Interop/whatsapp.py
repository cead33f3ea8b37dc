"""The WhatsApp side as Meta's documentation and samples describe it: SDES, and ICE-lite with DTLS-SRTP."""

from __future__ import annotations

import random
import secrets
import time

from aioice import stun

from codec import OPUS, Codec
from dtls import DTLSEndpoint
from peer import Address, MediaPeer, Socket, UDPPeer
from sdp import Description, family, sample
from srtp import DEFAULT_SUITE, Key, Protection

OFFERED_AUDIO = 111
OFFERED_EVENTS = 126
#: Numbers that have G.711 turned on offer it beside Opus.
OFFERED_G711 = {"PCMU": 0, "PCMA": 8}
FMTP = "maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1"


def _ssrc_line(ssrc: int) -> list[str]:
    return [f"a=ssrc:{ssrc} cname:WhatsAppAudioStream1"]


class SDESWhatsApp(UDPPeer):
    """A number set to SDES: no ICE, no STUN, no DTLS; one SSRC."""

    def __init__(self, host: str = "127.0.0.2") -> None:
        super().__init__("WhatsApp", OPUS, host)
        self.is_secure = True
        self.waits_for_first_packet = True
        self._key = Key.generate()

    async def offer(self) -> str:
        self.agree(OFFERED_AUDIO, OFFERED_EVENTS)
        return await self._description("sip-sdes-user-initiated-offer", OFFERED_AUDIO, OFFERED_EVENTS, 1)

    async def accept(self, answer: str) -> None:
        remote = Description(answer)
        audio, events = remote.payload_type("opus/48000"), remote.payload_type("telephone-event/8000")
        assert audio == OFFERED_AUDIO, f"Opus is not {OFFERED_AUDIO} in:\n{answer}"
        self.agree(audio, events)
        self._take(remote)

    async def answer(self, offer: str) -> str:
        remote = Description(offer)
        assert remote.protocol == "RTP/SAVP", f"{remote.protocol} was offered to WhatsApp:\n{offer}"
        audio, events = _agreed(remote)
        self.agree(audio, events)
        return await self._description("sip-sdes-business-initiated-answer", audio, events, self._take(remote))

    def _take(self, remote: Description) -> int:
        self.connect((remote.address, remote.port), remote.rtcp)
        for value in remote.values("a=crypto:"):
            tag, key = Key.from_line(value)
            if key is not None and key.suite == DEFAULT_SUITE:
                self.secure(Protection(self._key, key))
                return tag
        raise AssertionError(f"no usable crypto line in:\n{remote.text}")

    async def _description(self, name: str, audio: int, events: int, tag: int) -> str:
        port = await self.open(mux=True)
        changes = {
            "m=audio": [f"m=audio {port} RTP/SAVP {audio} {events}"],
            "c=": [f"c=IN {family(self.host)} {self.host}"],
            "a=crypto:": [self._key.line(tag)],
            "a=rtpmap:": [f"a=rtpmap:{audio} opus/48000/2", f"a=rtpmap:{events} telephone-event/8000"],
            "a=fmtp:": [f"a=fmtp:{audio} {FMTP}"],
            "a=ssrc:": _ssrc_line(self.ssrc),
        }
        return sample(name, changes)


def _agreed(offer: Description) -> tuple[int, int]:
    """Meta's answer: Opus, and telephone-event at 8000 whether or not it was offered."""
    audio = offer.payload_type("opus/48000")
    assert audio is not None, f"no Opus was offered to WhatsApp:\n{offer.text}"
    return audio, offer.payload_type("telephone-event/8000") or OFFERED_EVENTS


class LiteWhatsApp(MediaPeer):
    """The default set-up: an ICE-lite, controlled peer with an IPv4 and an IPv6 candidate and DTLS-SRTP.

    Breaches of Meta's rules go to `violations`: the relay must control, nominate regularly and only once, and
    start DTLS after that.
    """

    def __init__(
        self, hosts: tuple[str, ...] = ("127.0.0.2", "::1"), profile: bytes = b"SRTP_AES128_CM_SHA1_80", codec: Codec = OPUS
    ) -> None:
        super().__init__("WhatsApp", codec)
        self.hosts = hosts
        self.waits_for_first_packet = True
        #: Seconds after the SDP exchange during which DTLS, or every packet, goes unheard.
        self.ignores_dtls = 0.0
        self.ignores_everything = 0.0
        #: Share of the STUN and DTLS datagrams that get lost, each way; `lose_handshake` makes it the same at each run.
        self.handshake_loss = 0.0
        self._handshake_dice = random.Random(1)
        self.nominated: tuple[Socket, Address] | None = None
        #: What it offered or answered.
        self.description = ""
        self._protection: Protection | None = None
        self._dtls = DTLSEndpoint(profile, self._send_dtls, self._secure)
        self._ufrag, self._password = secrets.token_urlsafe(9), secrets.token_urlsafe(24)
        self._sockets: list[Socket] = []
        self._checked: set[tuple[int, Address]] = set()
        self._remote: Description | None = None
        self._is_client = False
        self._hears_from = float("inf")
        self._hears_dtls_from = float("inf")

    def lose_handshake(self, share: float, seed: int) -> None:
        """A bad network for STUN and DTLS, both ways."""
        self.handshake_loss, self._handshake_dice = share, random.Random(seed)

    def _is_lost(self) -> bool:
        return self._handshake_dice.random() < self.handshake_loss

    async def offer(self) -> str:
        self.agree(OFFERED_G711.get(self.codec.name, OFFERED_AUDIO), OFFERED_EVENTS)
        await self._open()
        self._hears_from = float("inf") if self.ignores_everything else 0.0
        self.description = self._description("sip-webrtc-user-initiated-offer", OFFERED_AUDIO, OFFERED_EVENTS)
        return self.description

    async def accept(self, answer: str) -> None:
        remote = Description(answer)
        audio, offered = remote.payload_type(self.codec.rtpmap), OFFERED_G711.get(self.codec.name, OFFERED_AUDIO)
        assert audio == offered, f"{self.codec.name} is not {offered} in:\n{answer}"
        assert remote.payload_types[0] == audio, f"{self.codec.name} is not the first choice in:\n{answer}"
        self.agree(audio, remote.payload_type("telephone-event/8000"))
        setup = remote.value("a=setup:")
        assert setup in ("active", "passive"), f"a=setup:{setup} in an answer:\n{answer}"
        self._take(remote, is_client=setup == "passive")

    async def answer(self, offer: str) -> str:
        remote = Description(offer)
        assert remote.protocol == "UDP/TLS/RTP/SAVPF", f"{remote.protocol} was offered to WhatsApp:\n{offer}"
        audio, events = _agreed(remote)
        self.agree(audio, events)
        await self._open()
        self._take(remote, is_client=True)
        self.description = self._description("graph-api-business-initiated-answer", audio, events)
        return self.description

    async def _open(self) -> None:
        for number, host in enumerate(self.hosts):
            receive = lambda data, source, number=number: self._datagram(number, data, source)  # noqa: E731
            self._sockets.append(await Socket.open(host, 0, receive))

    def _take(self, remote: Description, is_client: bool) -> None:
        assert remote.fingerprint is not None and remote.fingerprint[0] == "sha-256", f"no SHA-256 fingerprint in:\n{remote.text}"
        assert remote.has_mux, f"no a=rtcp-mux in:\n{remote.text}"
        if "a=ice-lite" in remote.lines:
            self.violations.append("the relay is ICE-lite too: nobody would check")
        self._remote, self._is_client = remote, is_client
        now = time.monotonic()
        self._hears_from = now + self.ignores_everything
        self._hears_dtls_from = now + max(self.ignores_dtls, self.ignores_everything)
        if not is_client:
            self._dtls.start(False, remote.fingerprint[1])

    def _description(self, name: str, audio: int, events: int) -> str:
        first = self._sockets[0].address
        candidates = [
            f"a=candidate:{1775469887 + number} 1 udp {2113937151 + 2560 * number} {bound.address[0]} {bound.address[1]}"
            " typ host generation 0 network-cost 50"
            for number, bound in enumerate(self._sockets)
        ]
        g711 = [] if self.codec is OPUS else [OFFERED_G711[self.codec.name]]
        changes = {
            "m=audio": [f"m=audio {first[1]} UDP/TLS/RTP/SAVPF {' '.join(map(str, [audio, *g711, events]))}"],
            "c=": [f"c=IN {family(first[0])} {first[0]}"],
            "a=candidate:": candidates,
            "a=ice-ufrag:": [f"a=ice-ufrag:{self._ufrag}"],
            "a=ice-pwd:": [f"a=ice-pwd:{self._password}"],
            "a=fingerprint:": [f"a=fingerprint:sha-256 {self._dtls.fingerprint}"],
            "a=rtpmap:": [
                f"a=rtpmap:{audio} opus/48000/2",
                *(f"a=rtpmap:{number} {self.codec.rtpmap}" for number in g711),
                f"a=rtpmap:{events} telephone-event/8000",
            ],
            "a=rtcp-fb:": [f"a=rtcp-fb:{audio} transport-cc"],
            "a=fmtp:": [f"a=fmtp:{audio} {FMTP}"],
            "a=ssrc:": _ssrc_line(self.ssrc),
        }
        return sample(name, changes)

    # Packets.

    def _datagram(self, number: int, data: bytes, source: Address) -> None:
        if not data or time.monotonic() < self._hears_from:
            return
        if data[0] < 64 and self._is_lost():
            return
        if data[0] < 4:
            self._stun(number, data, source)
        elif 20 <= data[0] < 64:
            self._take_dtls(data)
        elif 128 <= data[0] < 192:
            self._take_media(number, data, source)

    def _stun(self, number: int, data: bytes, source: Address) -> None:
        try:
            request = stun.parse_message(data)
        except ValueError as error:
            self.violations.append(f"a bad check: {error}")
            return
        if request.message_class != stun.Class.REQUEST:
            return
        if not request.check_message_integrity(self._password.encode()) or "FINGERPRINT" not in request.attributes:
            self.violations.append("a check without MESSAGE-INTEGRITY of ours or without FINGERPRINT")
            return
        now, attributes = time.monotonic(), request.attributes
        self.milestones.setdefault("first check", now)
        if "ICE-CONTROLLING" not in attributes:
            self.violations.append("a check without ICE-CONTROLLING")
        if not attributes.get("USERNAME", "").startswith(f"{self._ufrag}:"):
            self.violations.append(f"a check for {attributes.get('USERNAME')}")
        response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=request.transaction_id)
        response.attributes["XOR-MAPPED-ADDRESS"] = source
        response.add_message_integrity(self._password.encode())
        if not self._is_lost():
            self._sockets[number].send(bytes(response), source)
        if "USE-CANDIDATE" in attributes:
            self._nominate(number, source, now)
        self._checked.add((number, source))

    def _nominate(self, number: int, source: Address, now: float) -> None:
        pair = (self._sockets[number], source)
        if (number, source) not in self._checked:
            self.violations.append("aggressive nomination: the first check of a pair has USE-CANDIDATE")
        if self.nominated is None:
            self.nominated = pair
            self.milestones["nominated"] = now
            if self._is_client and self._remote is not None and self._remote.fingerprint is not None:
                self._dtls.start(True, self._remote.fingerprint[1])
        elif self.nominated != pair:
            self.violations.append(f"the pair changed from {self.nominated[1]} to {source}")

    def _take_dtls(self, data: bytes) -> None:
        if self.nominated is None:
            self.violations.append("DTLS before the nomination")
        if time.monotonic() >= self._hears_dtls_from:
            self._dtls.receive(data)

    def _take_media(self, number: int, data: bytes, source: Address) -> None:
        if self.nominated != (self._sockets[number], source):
            self.violations.append(f"media from {source}, which was not nominated")
        if self._protection is None:
            self.violations.append("media before the DTLS handshake was over")
        else:
            self._receive_protected(data, self._protection)

    def _secure(self, protection: Protection) -> None:
        self._protection = protection
        self.milestones["DTLS"] = time.monotonic()

    def _send_dtls(self, data: bytes) -> None:
        if not self._is_lost():
            self._send_datagram(data)

    def _send_datagram(self, data: bytes) -> None:
        if self.nominated is not None:
            self.nominated[0].send(data, self.nominated[1])

    def _send(self, packet: bytes, is_rtcp: bool) -> None:
        if self._protection is not None:
            self._send_datagram(self._protection.protect(packet, is_rtcp))

    def complaints(self) -> list[str]:
        return ([self._dtls.failure] if self._dtls.failure else []) + super().complaints()

    async def close(self) -> None:
        await super().close()
        self._dtls.close()
        for bound in self._sockets:
            bound.close()
