"""Events of a call by UDP, by webhook and by WebSocket: the same ones, in order, and a signature that holds."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import quality
from calls import WHATSAPP, Call
from daemon import Daemon
from listeners import Event, Post, UDPListener, WebServer, WebSocketClient
from ng import NGClient
from pbx import PBX
from whatsapp import LiteWhatsApp

SECRET = "between you and me"
#: Answered by 503: they come again.
FAILURES = 2
PATIENCE = 8.0
DIGITS = "4#"
CHANNELS = ("UDP", "webhook", "WebSocket")


class _Ears:
    """All three listeners around one call."""

    def __init__(self) -> None:
        self.udp, self.web, self.socket = UDPListener(), WebServer(FAILURES), WebSocketClient()
        self.narrow = WebSocketClient()
        self.call: Call | None = None
        self.whatsapp, self.pbx = LiteWhatsApp(), PBX()

    def events(self, channel: str) -> list[Event]:
        return {"UDP": self.udp.events, "webhook": self.web.events, "WebSocket": self.socket.events}[channel]

    async def run(self, log: Path) -> None:
        udp, url = await self.udp.open(), await self.web.open()
        listen = ("127.0.0.1", _free_tcp_port())
        options = (f"--event-udp={udp[0]}:{udp[1]}", f"--event-webhook={url}", f"--event-webhook-secret={SECRET}")
        daemon = await asyncio.to_thread(Daemon(log, *options, f"--listen-events={listen[0]}:{listen[1]}").start)
        try:
            await self.socket.connect(listen, "/events")
            await self.narrow.connect(listen, "/events?call-id=of-nobody")
            async with await NGClient.connect(daemon.control) as ng:
                await self._talk(ng)
            await _until(lambda: all(map(self._has_ended, CHANNELS)))
        finally:
            for listener in (self.socket, self.narrow, self.web, self.udp):
                await listener.close()
            assert await asyncio.to_thread(daemon.terminate) == 0

    async def _talk(self, ng: NGClient) -> None:
        for peer, prompts in ((self.whatsapp, quality.USER_PROMPTS), (self.pbx, quality.BUSINESS_PROMPTS)):
            peer.say(quality.stretch(quality.speech(prompts), 0, 1.5))
        self.whatsapp.press(DIGITS)
        self.call = Call(ng, self.whatsapp, self.pbx, WHATSAPP | {"metadata": "order 66"}, {}, is_bare=True)
        async with self.call as call:
            await call.set_up()
            await call.talk()

    def _has_ended(self, channel: str) -> bool:
        return any(event["event"] == "ended" for event in self.events(channel))


def _free_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def ears(tmp_path_factory: pytest.TempPathFactory) -> _Ears:
    ears = _Ears()
    asyncio.run(ears.run(tmp_path_factory.mktemp("events") / "log"))
    return ears


def _tags(ears: _Ears) -> tuple[str, str]:
    """WhatsApp's and the PBX's."""
    assert ears.call is not None
    return ears.call.from_tag, ears.call.to_tag


@pytest.mark.parametrize("channel", CHANNELS)
def test_life_of_a_call(ears: _Ears, channel: str) -> None:
    """Each step once for the leg that took it, with the call's name and the client's own words."""
    whatsapp, pbx = _tags(ears)
    events = ears.events(channel)
    assert ears.call is not None
    steps = [(event["event"], event.get("tag")) for event in events]
    for kind in ("ice-connected", "media-ready", "first-packet-in", "first-packet-out"):
        assert steps.count((kind, whatsapp)) == 1, (kind, steps)
    for kind in ("first-packet-in", "first-packet-out"):
        assert steps.count((kind, pbx)) == 1, (kind, steps)
    assert ("ice-connected", pbx) not in steps
    assert {event["call-id"] for event in events} == {ears.call.call_id}
    assert {event["metadata"] for event in events} == {"order 66"}


@pytest.mark.parametrize("channel", ["UDP", "WebSocket"])
def test_order(ears: _Ears, channel: str) -> None:
    """As it happened: ICE before the keys before the first packet, the end last."""
    whatsapp, _ = _tags(ears)
    events = ears.events(channel)
    kinds = [event["event"] for event in events if event.get("tag") == whatsapp]
    assert kinds.index("ice-connected") < kinds.index("media-ready") < kinds.index("first-packet-out")
    assert events[-1]["event"] == "ended"
    numbers = [event["event-id"] for event in events]
    assert numbers == sorted(set(numbers))
    times = [event["time-ms"] for event in events]
    assert times == sorted(times)
    assert abs(times[-1] / 1000 - time.time()) < 600


@pytest.mark.parametrize("channel", CHANNELS)
def test_digits(ears: _Ears, channel: str) -> None:
    """The user's keys, each once."""
    whatsapp, _ = _tags(ears)
    digits = sorted((event for event in ears.events(channel) if event["event"] == "dtmf"), key=lambda event: int(event["event-id"]))
    assert "".join(event["digit"] for event in digits) == DIGITS
    for event in digits:
        assert event["tag"] == whatsapp
        assert abs(event["duration-ms"] - 160) <= 60
        assert event["volume-dbm0"] == -10


@pytest.mark.parametrize("channel", CHANNELS)
def test_verdict(ears: _Ears, channel: str) -> None:
    """What became of the call: nothing clipped or lost, the set-up times, the sources, a telephone's best quality, no error of Meta's."""
    (ended,) = (event for event in ears.events(channel) if event["event"] == "ended")
    verdict = ended["verdict"]
    parties = {party["tag"]: party for party in verdict["parties"]}
    whatsapp, pbx = (parties[tag] for tag in _tags(ears))
    assert verdict["reason"] == "deleted"
    assert 2000 <= verdict["duration-ms"] <= 10_000
    assert "meta-error" not in verdict
    for party, peer in ((whatsapp, ears.whatsapp), (pbx, ears.pbx)):
        assert (party["clipped-ms"], party["lost"]) == (0, 0)
        assert party["ssrcs-in"] == [peer.ssrc]
        assert party["ssrc-out"] == peer.received.ssrcs[0]
        assert abs(party["packets-in"] - peer.sent_packets) <= 10
        assert abs(party["packets-out"] - len(peer.received.arrivals)) <= 10
        assert 0 <= party["jitter-ms"] < 60
    setup = whatsapp["setup"]["from-answer"]
    assert setup["dtls-ms"] <= setup["media-ready-ms"] <= setup["first-packet-out-ms"] < 1000
    assert whatsapp["setup"]["from-plan"]["ice-ms"] >= 0


def test_signature(ears: _Ears) -> None:
    """HMAC-SHA256 of timestamp, full stop and body; what was answered by 503 came again, once, with the same number."""
    assert ears.web.posts
    assert ears.web.failures == 0
    for post in ears.web.posts:
        assert post.headers["x-rtpbridge-signature"] == f"sha256={_signature(post)}"
        assert post.headers["content-type"] == "application/json"
        assert post.headers["x-rtpbridge-event"] == post.event["event"]
        assert abs(int(post.headers["x-rtpbridge-timestamp"]) - time.time()) < 600
    assert sorted(event["event-id"] for event in ears.web.events) == [event["event-id"] for event in ears.udp.events]


def _signature(post: Post) -> str:
    signed = post.headers["x-rtpbridge-timestamp"].encode() + b"." + post.body
    return hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()


def test_one_calls_events_alone(ears: _Ears) -> None:
    """A client that asked for another call heard nothing."""
    assert ears.socket.events
    assert ears.narrow.events == []
