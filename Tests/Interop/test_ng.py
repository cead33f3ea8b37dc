"""The control protocol: exact error texts, cookies, what must not be an error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from calls import BACK_TO_SDES_META, Call, to_pbx
from daemon import Daemon
from ng import NGClient, NGError, decode, encode
from pbx import PBX
from whatsapp import SDESWhatsApp

SDP = """v=0\r
o=- 1 1 IN IP4 127.0.0.3\r
s=-\r
c=IN IP4 127.0.0.3\r
t=0 0\r
m=audio 27316 RTP/AVP 0 101\r
a=rtpmap:0 PCMU/8000\r
a=rtpmap:101 telephone-event/8000\r
a=sendrecv\r
"""

RAW_ERRORS = {
    b"": "Invalid data (no payload)",
    b"x": "Invalid NG data format",
    b"7:command": "Invalid NG data format",
    b"d7:command4:pin": "Could not decode bencode dictionary",
    b"d7:command99999999999:pinge": "Could not decode bencode dictionary",
    b"d" * 2000: "Could not decode bencode dictionary",
    b"{not json}": "Failed to parse JSON document",
    b"d3:foo3:bare": 'Dictionary contains no key "command"',
    b"{}": 'Dictionary contains no key "command"',
    b"d7:command5:dancee": "Unrecognized command",
}

OFFER = {"command": "offer", "sdp": SDP, "call-id": "interop-errors", "from-tag": "a"}
ANSWER = OFFER | {"command": "answer", "to-tag": "b"}


def _without(message: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != key}


ERRORS: list[tuple[dict[str, Any], str]] = [
    (_without(OFFER, "sdp"), "No SDP body in message"),
    (_without(OFFER, "call-id"), "No call-id in message"),
    (_without(OFFER, "from-tag"), "No from-tag in message"),
    (_without(ANSWER, "sdp"), "No SDP body in message"),
    (_without(ANSWER, "call-id"), "No call-id in message"),
    (_without(ANSWER, "from-tag"), "No from-tag in message"),
    (_without(ANSWER, "to-tag"), "No to-tag in message"),
    (ANSWER, "Unknown call-id"),
    (OFFER | {"sdp": "this is not SDP"}, "Failed to parse SDP"),
    (OFFER | {"sdp": SDP.replace("m=audio 27316 RTP/AVP 0 101", "m=audio")}, "Failed to parse SDP"),
    (OFFER | {"sdp": SDP.replace("c=IN IP4 127.0.0.3", "c=IN IP4 not.an.address")}, "Failed to parse SDP"),
    ({"command": "delete", "call-id": "interop-errors", "flags": ["fatal"]}, "Call-ID not found or tags didn't match"),
    ({"command": "query"}, "No call-id in message"),
    ({"command": "query", "call-id": "interop-errors"}, "Unknown call-id"),
    ({"command": "list", "limit": -1}, "invalid limit, must be >= 0"),
]


def _with_client(daemon: Daemon, work: Callable[[NGClient], Awaitable[None]]) -> None:
    async def run() -> None:
        async with await NGClient.connect(daemon.control) as ng:
            await work(ng)

    asyncio.run(run())


def _parse(reply: bytes) -> dict[str, Any]:
    value = json.loads(reply) if reply.startswith(b"{") else decode(reply)
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(("payload", "reason"), RAW_ERRORS.items(), ids=lambda value: repr(value)[:40])
def test_malformed_message(daemon: Daemon, payload: bytes, reason: str) -> None:
    """The envelope's errors, word for word, in the encoding of the request."""

    async def work(ng: NGClient) -> None:
        reply = await ng.exchange(payload)
        assert _parse(reply) == {"result": "error", "error-reason": reason}
        assert reply.startswith(b"{") == payload.startswith(b"{")

    _with_client(daemon, work)


@pytest.mark.parametrize(("message", "reason"), ERRORS, ids=lambda value: value["command"] if isinstance(value, dict) else value)
def test_wrong_request(daemon: Daemon, message: dict[str, Any], reason: str) -> None:
    """The commands' errors, and nothing left behind by a refused offer."""

    async def work(ng: NGClient) -> None:
        reply = _parse(await ng.exchange(encode(message)))
        assert (reply["result"], reply["error-reason"]) == ("error", reason)
        assert (await ng.request("list"))["calls"] == []

    _with_client(daemon, work)
    assert daemon.media_ports() == set()


def test_no_cookie_no_reply(daemon: Daemon) -> None:
    """A datagram without a cookie is dropped, and so is noise; the next request is answered."""

    async def work(ng: NGClient) -> None:
        for datagram in (b"", b" ", b" d7:command4:pinge", b"d7:command4:pinge", bytes(range(256)), b"\xff" * 1400):
            ng.send_raw(datagram)
        assert (await ng.request("ping"))["result"] == "pong"

    _with_client(daemon, work)


def test_json(daemon: Daemon) -> None:
    """JSON is answered by JSON."""

    async def work(ng: NGClient) -> None:
        assert json.loads(await ng.exchange(b'{"command": "ping"}')) == {"result": "pong"}

    _with_client(daemon, work)


def test_repeated_cookie(daemon: Daemon) -> None:
    """A resent command is not carried out again: the same reply, byte for byte, and no further ports."""

    async def work(ng: NGClient) -> None:
        message = encode(OFFER | {"call-id": "interop-cookie"})
        first = await ng.exchange(message, cookie=b"interop-cookie-1")
        held = daemon.media_ports()
        assert _parse(first)["result"] == "ok"
        assert held
        assert await ng.exchange(message, cookie=b"interop-cookie-1") == first
        assert daemon.media_ports() == held
        await ng.request("delete", call_id="interop-cookie", delete_delay=0)

    _with_client(daemon, work)


def test_deleting_the_unknown(daemon: Daemon) -> None:
    """Without `fatal` it is a warning only."""

    async def work(ng: NGClient) -> None:
        reply = await ng.request("delete", call_id="interop-nobody", from_tag="a")
        assert reply == {"result": "ok", "warning": "Call-ID not found or tags didn't match"}

    _with_client(daemon, work)


def test_unknown_words_are_ignored(daemon: Daemon) -> None:
    """Keys, flags and values of another version's are no error; list-valued keys may be one string."""

    async def work(ng: NGClient) -> None:
        keys = {"flags": "trust-address,no-such-flag", "replace": ["origin", "session-connection"], "no such key": ["x"], "ICE": "perhaps"}
        reply = await ng.request("offer", sdp=SDP, call_id="interop-words", from_tag="a", **keys)
        assert reply["result"] == "ok"
        await ng.request("delete", call_id="interop-words", delete_delay=0)

    _with_client(daemon, work)


def test_life_of_a_call(daemon: Daemon) -> None:
    """A call is listed from its offer to its deletion, holds ports as long, and is then unknown."""

    async def work(ng: NGClient) -> None:
        async with Call(ng, SDESWhatsApp(), PBX(), to_pbx("PCMU"), BACK_TO_SDES_META) as call:
            await call.make_offer()
            assert (await ng.request("list"))["calls"] == [call.call_id]
            await call.make_answer()
            reply = await call.query()
            assert set(reply["tags"]) == {call.from_tag, call.to_tag}
            medias = [media for tag in reply["tags"].values() for media in tag["medias"]]
            ports = {stream["local port"] for media in medias for stream in media["streams"]}
            assert {call.offered.port, call.answered.port} <= ports
            assert {call.offered.port, call.answered.port} <= daemon.media_ports()
            assert (await call.delete())["result"] == "ok"
            with pytest.raises(NGError, match="^Unknown call-id$"):
                await call.query()
            assert daemon.media_ports() == set()

    _with_client(daemon, work)


def test_deletion_may_wait(daemon: Daemon) -> None:
    """`delete-delay` keeps the media for a while; then the ports are free."""

    async def work(ng: NGClient) -> None:
        async with Call(ng, SDESWhatsApp(), PBX(), to_pbx("PCMU"), BACK_TO_SDES_META) as call:
            await call.set_up()
            await ng.request("delete", call_id=call.call_id, from_tag=call.from_tag, delete_delay=2)
            count = len(call.party("WhatsApp").received.arrivals)
            await asyncio.sleep(0.7)
            assert daemon.media_ports(), "the ports were closed at once"
            assert len(call.party("WhatsApp").received.arrivals) > count, "the media ended at once"
            await asyncio.sleep(2.3)
            assert daemon.media_ports() == set()

    _with_client(daemon, work)
