"""A client of the ng control protocol: bencode over UDP, with cookies and resends."""

from __future__ import annotations

import asyncio
import itertools
import os
from typing import Any, Union, cast

Value = Union[int, str, bytes, list[Any], dict[str, Any]]

#: Kamailio waits one second and sends the same cookie up to five times.
REPLY_TIMEOUT = 1.0
TRIES = 5


class NGError(Exception):
    """The daemon answered `result: error`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def encode(value: Value) -> bytes:
    """Bencode; dictionaries keep their order, as the SIP proxies' do."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        return encode(value.encode())
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(encode, value)) + b"e"
    if isinstance(value, dict):
        return b"d" + b"".join(encode(key) + encode(item) for key, item in value.items()) + b"e"
    raise TypeError(f"no bencode for {type(value).__name__}")


def decode(data: bytes) -> Value:
    """The one value in `data`; ValueError when it is not well formed."""
    value, end = _decode(data, 0)
    if end != len(data):
        raise ValueError(f"{len(data) - end} bytes after the value")
    return value


def _decode(data: bytes, at: int) -> tuple[Value, int]:
    kind = data[at : at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1 : end]), end + 1
    if kind == b"l":
        items: list[Value] = []
        at += 1
        while data[at : at + 1] != b"e":
            item, at = _decode(data, at)
            items.append(item)
        return items, at + 1
    if kind == b"d":
        entries: dict[str, Value] = {}
        at += 1
        while data[at : at + 1] != b"e":
            key, at = _decode(data, at)
            if not isinstance(key, str):
                raise ValueError("a key that is no string")
            entries[key], at = _decode(data, at)
        return entries, at + 1
    if kind.isdigit():
        colon = data.index(b":", at)
        end = colon + 1 + int(data[at:colon])
        if end > len(data):
            raise ValueError("a string longer than the message")
        return data[colon + 1 : end].decode(errors="surrogateescape"), end
    raise ValueError(f"no bencode value at byte {at}")


class NGClient(asyncio.DatagramProtocol):
    """One UDP socket toward the daemon; any number of requests may be under way."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._waiting: dict[bytes, asyncio.Future[bytes]] = {}
        self._numbers = itertools.count()
        self._prefix = os.urandom(4).hex()

    @classmethod
    async def connect(cls, address: tuple[str, int]) -> NGClient:
        """A client of the daemon that listens at `address`."""
        loop = asyncio.get_running_loop()
        _, client = await loop.create_datagram_endpoint(cls, remote_addr=address)
        return client

    async def __aenter__(self) -> NGClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._transport is not None:
            self._transport.close()

    async def request(self, command: str, **keys: Any) -> dict[str, Any]:
        """Send a command and return its reply. `_` in a key's name stands for `-`; NGError on `result: error`."""
        message: dict[str, Any] = {name.replace("_", "-"): value for name, value in keys.items()}
        message["command"] = command
        reply = decode(await self.exchange(encode(message)))
        assert isinstance(reply, dict), reply
        if reply.get("result") == "error":
            raise NGError(str(reply.get("error-reason")))
        return reply

    async def exchange(self, payload: bytes, cookie: bytes | None = None) -> bytes:
        """Send `payload` as it stands and return the reply's payload; TimeoutError when there is none."""
        cookie = cookie or f"{self._prefix}_{next(self._numbers)}".encode()
        reply = self._waiting.setdefault(cookie, asyncio.get_running_loop().create_future())
        assert self._transport is not None
        try:
            for _ in range(TRIES):
                self._transport.sendto(cookie + b" " + payload)
                try:
                    return await asyncio.wait_for(asyncio.shield(reply), REPLY_TIMEOUT)
                except TimeoutError:
                    continue
            raise TimeoutError(f"no reply to {payload[:60]!r}")
        finally:
            self._waiting.pop(cookie, None)

    def send_raw(self, datagram: bytes) -> None:
        """Send a datagram that needs no reply."""
        assert self._transport is not None
        self._transport.sendto(datagram)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        cookie, _, payload = data.partition(b" ")
        waiting = self._waiting.get(cookie)
        if waiting is not None and not waiting.done():
            waiting.set_result(payload)
