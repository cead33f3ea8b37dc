"""Where a daemon's events arrive: a UDP socket, a web server, a WebSocket client; each keeps what came as it came."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from peer import Address, Socket

Event = dict[str, Any]

_WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


class UDPListener:
    """One datagram, one event."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.socket: Socket | None = None

    async def open(self) -> Address:
        self.socket = await Socket.open("127.0.0.1", 0, lambda data, source: self.events.append(json.loads(data)))
        return self.socket.address

    async def close(self) -> None:
        if self.socket is not None:
            self.socket.close()


@dataclass
class Post:
    """One request to the web server."""

    headers: dict[str, str]
    body: bytes
    event: Event = field(init=False)

    def __post_init__(self) -> None:
        self.event = json.loads(self.body)


class WebServer:
    """HTTP/1.1, POST alone; the first `failures` requests are answered by 503."""

    def __init__(self, failures: int = 0) -> None:
        self.posts: list[Post] = []
        self.failures = failures
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def events(self) -> list[Event]:
        return [post.event for post in self.posts]

    async def open(self) -> str:
        """Its URL."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/hook"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                assert head[0].startswith("POST /hook HTTP/1.1"), head[0]
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
                body = await reader.readexactly(int(headers["content-length"]))
                status = "204 No Content"
                if self.failures > 0:
                    self.failures -= 1
                    status = "503 Service Unavailable"
                else:
                    self.posts.append(Post(headers, body))
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def close(self) -> None:
        for task in self._connections:
            task.cancel()
        if self._server is not None:
            self._server.close()


class WebSocketClient:
    """A client of RFC 6455 that reads text frames."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def connect(self, address: Address, path: str) -> None:
        reader, self._writer = await asyncio.open_connection(*address)
        key = base64.b64encode(os.urandom(16)).decode()
        self._writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        assert head.startswith("HTTP/1.1 101 "), head
        accept = base64.b64encode(hashlib.sha1((key + _WEBSOCKET_GUID).encode()).digest()).decode()
        assert f"sec-websocket-accept: {accept}".lower() in head.lower(), head
        self._reading = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                first, second = await reader.readexactly(2)
                length = second & 0x7F
                if length > 125:
                    length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8))
                payload = await reader.readexactly(length)
                assert first & 0x80 and not second & 0x80, "a cut or a masked frame"
                opcode = first & 0x0F
                if opcode == _TEXT:
                    self.events.append(json.loads(payload))
                elif opcode == _PING:
                    self._send(_PONG, payload)
                elif opcode == _CLOSE:
                    return
        except asyncio.IncompleteReadError:
            pass

    def _send(self, opcode: int, payload: bytes) -> None:
        """Short frames, masked as a client's must be."""
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        assert self._writer is not None
        self._writer.write(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked)

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()
