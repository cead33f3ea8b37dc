"""The other ways to the daemon: the same requests by TCP, HTTP and WebSocket to both, and what comes back compared."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon import Daemon, command, free_port
from differential.descriptions import PLAIN
from differential.relays import REFERENCE
from ng import decode, encode

TIMEOUT = 3.0
LABEL = re.compile(r"(\w+)=")
NG_TYPE = "application/x-rtpengine-ng"
OFFER = {"command": "offer", "call-id": "by another way", "from-tag": "a", "sdp": PLAIN.replace("\n", "\r\n")}
DELETE = {"command": "delete", "call-id": "by another way", "delete-delay": 0}
#: The statistics in a reply are the corpus's to compare.
COMPARED = {"result", "error-reason", "warning", "sdp"}
#: Cookie and payload each; the second `t3` is answered from the cache.
MESSAGES = [
    b"t1 d7:command4:pinge", b"t2 d7:command5:dancee", b"t3 " + encode(OFFER), b"t3 d7:command4:pinge", b"t4 " + encode(DELETE), b"t5 de",
]  # fmt: skip
#: No JSON by TCP: there is nothing to tell its end by.
JSON_MESSAGES = [b't6 {"command": "ping"}', b"t7 " + json.dumps(OFFER).encode(), b"t8 " + json.dumps(DELETE).encode(), b"t9 {broken"]


class Node:
    """A daemon that listens in every way."""

    def __init__(self, log: Path, program: list[str]) -> None:
        self.tcp, self.http = (("127.0.0.1", free_port(socket.SOCK_STREAM)) for _ in range(2))
        options = [f"--listen-tcp-ng={self.tcp[0]}:{self.tcp[1]}", f"--listen-http={self.http[0]}:{self.http[1]}"]
        self.daemon = Daemon(log, *options, program=program).start()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    folder = tmp_path_factory.mktemp("transports")
    nodes: list[Node] = []
    try:
        for name, program in (("rtpengine", REFERENCE), ("ours", command())):
            nodes.append(Node(folder / name, program))
        yield nodes[0], nodes[1]
    finally:
        for node in nodes:
            node.daemon.kill()


def _plain(node: Node, reply: bytes) -> Any:
    """Cookie and decoded payload, with the ports that are the daemon's own masked."""
    cookie, _, payload = reply.partition(b" ")
    value = json.loads(payload) if payload.startswith(b"{") else decode(payload)
    assert isinstance(value, dict)
    if "sdp" in value:
        value["sdp"] = re.sub(r"\d+", lambda m: "<port>" if int(m[0]) in node.daemon.ports else m[0], value["sdp"])
    return cookie, payload[:1], {key: item for key, item in value.items() if key in COMPARED}


def _both(pair: tuple[Node, Node], ask: Callable[[Node], list[bytes]]) -> None:
    theirs, ours = ([_plain(node, reply) for reply in ask(node)] for node in pair)
    assert ours == theirs


def _read_dictionary(client: socket.socket) -> bytes:
    """One reply of a stream: its end is that of the bencoded value."""
    data = b""
    while True:
        part = client.recv(1 << 16)
        assert part, f"the connection ended after {data!r}"
        data += part
        try:
            decode(data.partition(b" ")[2])
        except (ValueError, IndexError):
            continue
        return data


def test_stream(pair: tuple[Node, Node]) -> None:
    """One after the other on one connection; a message may come in pieces."""

    def ask(node: Node) -> list[bytes]:
        replies = []
        with socket.create_connection(node.tcp, TIMEOUT) as client:
            for message in MESSAGES:
                client.sendall(message[:9])
                client.sendall(message[9:])
                replies.append(_read_dictionary(client))
        return replies

    _both(pair, ask)


def _http(node: Node, request: bytes) -> tuple[int, str, bytes]:
    """Status, content type and body."""
    with socket.create_connection(node.http, TIMEOUT) as client:
        client.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            part = client.recv(1 << 16)
            if not part:
                return 0, "", data
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        headers = dict(re.findall(r"(?m)^([\w-]+): *(.*?)\r?$", head.decode().lower()))
        while len(body) < int(headers.get("content-length", "0")):
            body += client.recv(1 << 16)
        return int(head.split(b" ", 2)[1]), headers.get("content-type", ""), body


def _post(path: str, kind: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: test\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_posts(pair: tuple[Node, Node]) -> None:
    """`POST /ng`: a cookie, bencode or JSON."""

    def ask(node: Node) -> list[bytes]:
        replies = [_http(node, _post("/ng", NG_TYPE, b"h" + message)) for message in MESSAGES + JSON_MESSAGES]
        assert {(status, kind) for status, kind, _ in replies} == {(200, NG_TYPE)}
        return [body for _, _, body in replies]

    _both(pair, ask)


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode()


@pytest.mark.parametrize("path", ["/ping", "/nothing", "/cli/list+numsessions", "/cli/list+sessions+all", "/cli/list+timeout"])
def test_gets(pair: tuple[Node, Node], path: str) -> None:
    theirs, ours = (_http(node, _get(path)) for node in pair)
    assert ours == theirs


def _metrics(node: Node) -> dict[str, str]:
    """Each name with its type and the names of its labels."""
    status, kind, body = _http(node, _get("/metrics"))
    assert (status, kind.partition(";")[0]) == (200, "text/plain")
    types = dict(re.findall(r"(?m)^# TYPE (\S+) (\S+)$", body.decode()))
    samples = re.findall(r"(?m)^(\w+)(?:\{(.*)\})? \S+$", body.decode())
    assert samples
    return {name: f"{types[name]} {sorted(set(LABEL.findall(labels)))}" for name, labels in samples}


#: Counters of the kernel module and of redis, which are not ours.
NOT_OURS: set[str] = set()


def test_metrics(pair: tuple[Node, Node]) -> None:
    """Every metric of rtpengine's is there under its name, with its type and labels; ours may be more."""
    theirs, ours = (_metrics(node) for node in pair)
    assert {name: ours.get(name) for name in theirs if name not in NOT_OURS} == {
        name: text for name, text in theirs.items() if name not in NOT_OURS
    }


class _WebSocket:
    """Text frames, one for each message (RFC 6455)."""

    def __init__(self, address: tuple[str, int], protocol: str) -> None:
        self._socket = socket.create_connection(address, TIMEOUT)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET / HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n".encode()
        )
        self._data = b""
        while b"\r\n\r\n" not in self._data:
            self._more()
        head, _, self._data = self._data.partition(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0], head
        assert f"sec-websocket-protocol: {protocol}" in head.decode().lower(), head

    def _more(self) -> None:
        part = self._socket.recv(1 << 16)
        assert part, "the connection ended"
        self._data += part

    def _take(self, count: int) -> bytes:
        while len(self._data) < count:
            self._more()
        taken, self._data = self._data[:count], self._data[count:]
        return taken

    def ask(self, message: bytes) -> bytes:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(message))
        length = bytes([0x80 | len(message)]) if len(message) < 126 else b"\xfe" + len(message).to_bytes(2)
        self._socket.sendall(b"\x81" + length + mask + masked)
        reply = b""
        while True:
            first, second = self._take(2)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(self._take(2 if size == 126 else 8))
            reply += self._take(size)
            if first & 0x80:
                return reply

    def close(self) -> None:
        self._socket.close()


def test_websocket(pair: tuple[Node, Node]) -> None:
    """What Kamailio's LWSC module would use."""

    def ask(node: Node) -> list[bytes]:
        client = _WebSocket(node.http, "ng.rtpengine.com")
        try:
            return [client.ask(b"w" + message) for message in MESSAGES + JSON_MESSAGES]
        finally:
            client.close()

    _both(pair, ask)


def test_command_line_by_websocket(pair: tuple[Node, Node]) -> None:
    replies = []
    for node in pair:
        client = _WebSocket(node.http, "cli.rtpengine.com")
        replies.append(client.ask(b"list numsessions"))
        client.close()
    assert replies[1] == replies[0]


def test_what_came_after_10_5(pair: tuple[Node, Node]) -> None:
    """Ours alone: payloads without a cookie, commands in a POST, the preflight of a browser."""
    ours = pair[1]
    if ours.daemon.arguments[0] == REFERENCE[0]:
        pytest.skip("Debian's rtpengine has none of it")
    assert _http(ours, _post("/ng-plain", NG_TYPE, b"d7:command4:pinge")) == (200, NG_TYPE, b"d6:result4:ponge")
    status, kind, body = _http(ours, _post("/ng-plain", "application/json", b'{"command": "ping"}'))
    assert (status, kind, json.loads(body)) == (200, "application/json", {"result": "pong"})
    status, _, body = _http(ours, _post("/cli", "text/plain", b"list numsessions"))
    assert status == 200 and b"own: 0" in body
    assert _http(ours, b"OPTIONS /ng HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n")[0] == 200
    client = _WebSocket(ours.http, "ng-plain.rtpengine.com")
    assert client.ask(b"d7:command4:pinge") == b"d6:result4:ponge"
    client.close()
