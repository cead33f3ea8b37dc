"""A call from end to end: two peers, the ng commands in between, and what a client of ours would send for each pairing."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ng import NGClient, NGError
from peer import Party
from sdp import Description

Keys = dict[str, Any]

#: What Kamailio's captures send with Meta's offer: the PBX gets neither ICE nor DTLS nor Opus.
TO_PBX: Keys = {"ICE": "remove", "DTLS": "off", "flags": ["trust-address"], "replace": ["origin"], "rtcp-mux": ["demux"]}
#: With the PBX's answer to it.
BACK_TO_META: Keys = {"ICE": "force", "flags": ["trust-address"], "replace": ["origin"], "rtcp-mux": ["accept"]}
#: With the PBX's offer: Meta gets what a WebRTC peer wants.
TO_META: Keys = {
    "transport-protocol": "UDP/TLS/RTP/SAVPF",
    "ICE": "force",
    "DTLS": "passive",
    "SDES": ["off"],
    "flags": ["generate-mid"],
    "replace": ["origin"],
    "rtcp-mux": ["offer", "require"],
}
#: With Meta's answer to it.
BACK_TO_PBX: Keys = {"ICE": "remove", "DTLS": "off", "replace": ["origin"]}
#: The same two for a number that is set to SDES.
TO_SDES_META: Keys = {"transport-protocol": "RTP/SAVP", "ICE": "remove", "DTLS": "off", "replace": ["origin"], "rtcp-mux": ["offer"]}
BACK_TO_SDES_META: Keys = {"ICE": "remove", "DTLS": "off", "replace": ["origin"]}
#: What takes the place of all of the above; the answer needs nothing.
WHATSAPP: Keys = {"flags": ["whatsapp"]}


def to_pbx(codec: str, protocol: str = "RTP/AVP", **more: Any) -> Keys:
    """The keys of an offer from Meta to a PBX that speaks `codec`."""
    conversion = {} if codec == "opus" else {"codec": {"mask": ["opus"], "transcode": [codec]}}
    return TO_PBX | conversion | {"transport-protocol": protocol} | more


def to_meta(codec: str, keys: Keys = TO_META) -> Keys:
    """The keys of an offer from a PBX that speaks `codec` to Meta."""
    if codec == "opus":
        return keys
    return keys | {"codec": {"mask": [codec], "transcode": ["opus/48000/2", "telephone-event/8000"]}}


#: Packets that the machine held up longer than this are no fair test of the relay [s]; such calls are made again, so many times.
UNFAIR_LATENESS = 0.03
TRIES = 3


@dataclass
class Call:
    """One call under ng control: `caller` makes the offer."""

    ng: NGClient
    caller: Party
    callee: Party
    offer_keys: Keys
    answer_keys: Keys
    #: The commands have no key that they could do without.
    is_bare: bool = False
    call_id: str = field(default_factory=lambda: secrets.token_hex(8))
    #: When the caller got its answer [s, monotonic], and how long the daemon took for either command [s].
    answered_at: float = 0.0
    offer_time: float = 0.0
    answer_time: float = 0.0
    #: What the relay said to the callee and to the caller.
    offered: Description = field(default_factory=lambda: Description(""))
    answered: Description = field(default_factory=lambda: Description(""))
    #: What the caller offered.
    offer_sdp: str = ""
    #: The replies to the offer and to the answer.
    offer_reply: dict[str, Any] = field(default_factory=dict)
    answer_reply: dict[str, Any] = field(default_factory=dict)
    #: The reply to the last `query`.
    last_report: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.from_tag, self.to_tag = secrets.token_hex(4), secrets.token_hex(4)
        self._answer = ""
        self._is_pre_accepted = False
        self._common: Keys = {} if self.is_bare else {"supports": ["load limit"]}

    @property
    def parties(self) -> tuple[Party, Party]:
        return self.caller, self.callee

    def party(self, name: str) -> Party:
        return next(party for party in self.parties if party.name == name)

    def tag(self, name: str) -> str:
        """The tag of a party."""
        return self.from_tag if self.caller.name == name else self.to_tag

    async def make_offer(self) -> None:
        """The caller's offer through the daemon, to the callee."""
        sdp = self.offer_sdp = await self.caller.offer()
        began = time.monotonic()
        keys = self._common | self.offer_keys
        self.offer_reply = await self.ng.request("offer", sdp=sdp, call_id=self.call_id, from_tag=self.from_tag, **keys)
        self.offer_time = time.monotonic() - began
        self.offered = Description(self.offer_reply["sdp"])

    async def pre_accept(self) -> None:
        """The caller gets the answer that came with the reply to its offer; the callee has not picked up yet."""
        self._is_pre_accepted = True
        self.answered_at = time.monotonic()
        await self.caller.accept(self.offer_reply["sdp-answer"])

    async def make_answer(self, talks_at_once: bool = False) -> None:
        """The callee's answer through the daemon, to the caller. A callee that talks at once doesn't wait for the signalling."""
        answer = await self.callee.answer(self.offered.text)
        if talks_at_once:
            self.callee.start()
        await self.take_answer(answer)

    async def take_answer(self, answer: str) -> None:
        """The same with an answer that the callee gave already."""
        self._answer = answer
        began = time.monotonic()
        self.answered = await self.send_answer()
        now = time.monotonic()
        self.answer_time = now - began
        if not self._is_pre_accepted:
            self.answered_at = now
            await self.caller.accept(self.answered.text)

    async def send_answer(self) -> Description:
        """The callee's answer as it is; a proxy sends it twice when it stands in a 183 and in the 200."""
        keys = {"from_tag": self.from_tag, "to_tag": self.to_tag} | self._common | self.answer_keys
        self.answer_reply = await self.ng.request("answer", sdp=self._answer, call_id=self.call_id, **keys)
        return Description(self.answer_reply["sdp"])

    async def offer_locally(self, sdp: str, **keys: Any) -> dict[str, Any]:
        """The PBX's side re-INVITEs and the daemon answers by itself; the reply."""
        tags = {"from_tag": self.tag("PBX"), "to_tag": self.tag("WhatsApp")}
        return await self.ng.request("offer", sdp=sdp, call_id=self.call_id, **(tags | {"flags": ["local"]} | keys))

    async def replace_callee(self, callee: Party, answer: str, offer_keys: Keys, answer_keys: Keys) -> Description:
        """The callee's side re-INVITEs with a new end. The caller isn't asked, its former SDP is the `answer`; what it would have got."""
        tags = {"from_tag": self.to_tag, "to_tag": self.from_tag}
        sdp = await callee.offer()
        toward_caller = await self.ng.request("offer", sdp=sdp, call_id=self.call_id, **tags, **offer_keys)
        reply = await self.ng.request("answer", sdp=answer, call_id=self.call_id, **tags, **answer_keys)
        await callee.accept(reply["sdp"])
        return Description(toward_caller["sdp"])

    async def set_up(self, callee_talks_at_once: bool = False) -> None:
        """Offer, answer, and both ends begin."""
        await self.make_offer()
        await self.make_answer(callee_talks_at_once)
        self.caller.start()
        if not callee_talks_at_once:
            self.callee.start()

    async def talk(self, tail: float = 0.7) -> None:
        """Wait until both scores are over and what is under way has arrived."""
        await asyncio.gather(*(party.finish() for party in self.parties))
        await asyncio.sleep(tail)

    async def query(self) -> dict[str, Any]:
        self.last_report = await self.ng.request("query", call_id=self.call_id)
        return self.last_report

    async def delete(self) -> dict[str, Any]:
        """End the call at once."""
        return await self.ng.request("delete", call_id=self.call_id, from_tag=self.from_tag, delete_delay=0)

    async def __aenter__(self) -> Call:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Whatever happened, the daemon and the peers are rid of the call."""
        try:
            await self.delete()
        except (NGError, TimeoutError):
            pass
        await asyncio.gather(*(party.close() for party in self.parties))

    def since_answer(self, name: str, milestone: str) -> float | None:
        """When a party reached a milestone, from the moment at which the answer was out [s]."""
        at = self.party(name).milestones.get(milestone)
        return None if at is None else at - self.answered_at


def were_fair(calls: Iterable[Call]) -> bool:
    """Whether the machine let the peers send in time."""
    return all(getattr(party, "lateness", 0.0) <= UNFAIR_LATENESS for call in calls for party in call.parties)
