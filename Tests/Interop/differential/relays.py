"""rtpengine and the daemon under test, side by side, on the same addresses."""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import time
from pathlib import Path
from typing import Any

from daemon import Daemon, command
from differential.case import Case, Packets, Request, Twin
from differential.compare import differences
from differential.masks import Said, texts
from ng import decode, encode

REFERENCE = ["/usr/bin/rtpengine", "--table=-1"]
INTERFACES = ("pub/127.0.0.1", "pub/::1", "priv/127.0.0.5", "far/127.0.0.6!203.0.113.9")
TIMEOUT = 2.0
#: How long to wait for a reply that is not expected, and for packets to be counted.
SILENCE = 0.3
COUNTING = 0.05
#: The address of the parties that send packets.
PARTIES = "127.0.0.8"


class Relay:
    """A daemon and a socket toward it."""

    def __init__(self, program: list[str], folder: Path, name: str) -> None:
        spool = folder / f"{name}-recordings"
        spool.mkdir()
        options = (f"--recording-dir={spool}", "--recording-method=pcap")
        self.daemon = Daemon(folder / name, *options, interfaces=INTERFACES, program=program)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def start(self) -> Relay:
        self.daemon.start()
        self._socket.connect(self.daemon.control)
        return self

    def send(self, datagram: bytes) -> None:
        self._socket.send(datagram)

    def receive(self, cookie: bytes, timeout: float) -> bytes | None:
        """The reply with this cookie; those that came too late for an earlier request are dropped."""
        self._socket.settimeout(timeout)
        while True:
            try:
                data = self._socket.recv(1 << 16)
            except TimeoutError:
                return None
            if data.startswith(cookie + b" "):
                return data[len(cookie) + 1 :]

    def stop(self) -> None:
        self._socket.close()
        try:
            self.daemon.terminate()
        finally:
            self.daemon.kill()


class Relays:
    """Runs cases on both."""

    def __init__(self, folder: Path) -> None:
        self.reference = Relay(REFERENCE, folder, "rtpengine")
        self.ours = Relay(command(), folder, "ours")
        self._count = 0
        self._parties = {name: socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for name in ("a", "b")}
        for party in self._parties.values():
            party.bind((PARTIES, 0))
        #: Where the relays want each party's packets.
        self._ports: dict[str, list[int]] = {}

    def start(self) -> Relays:
        for relay in (self.reference, self.ours):
            relay.start()
        return self

    def stop(self) -> None:
        for party in self._parties.values():
            party.close()
        for relay in (self.reference, self.ours):
            relay.stop()

    @property
    def is_reference_itself(self) -> bool:
        """The daemon under test is rtpengine: then nothing may differ."""
        return os.path.basename(command()[0]) == "rtpengine"

    def run(self, case: Case) -> tuple[list[str], list[tuple[Request, Any, Any]]]:
        """What differs, and every request with the two replies. The call is gone afterwards."""
        found: list[str] = []
        exchanges: list[tuple[Request, Any, Any]] = []
        call_id = case.name
        case = self._placed(case)
        words = "\n".join(text.replace("\r\n", "\n") for request in case.requests for text in _words(request, call_id))
        said = [Said(words + "\n", relay.daemon.ports) for relay in (self.reference, self.ours)]
        for number, request in enumerate(case.requests, 1):
            if isinstance(request, Packets):
                self._send(request)
                continue
            mine, yours = (request.theirs, request.ours) if isinstance(request, Twin) else (request, request)
            if self.is_reference_itself:
                yours = mine
            theirs, ours = self._ask(mine, yours, call_id)
            exchanges.append((yours, theirs, ours))
            self._note_ports(yours, theirs, ours)
            name = yours["command"] if isinstance(yours, dict) and "command" in yours else "raw"
            found += differences(f"{number} {name}", theirs, ours, *said)
        end = {"command": "delete", "call-id": call_id, "delete-delay": 0}
        self._ask(end, end, call_id)
        return found, exchanges

    def _placed(self, case: Case) -> Case:
        """With the ports of this run's parties in the descriptions."""
        ports = {f"@{name}@": str(party.getsockname()[1]) for name, party in self._parties.items()}

        def placed(request: Request) -> Request:
            if isinstance(request, Twin):
                return request
            if isinstance(request, dict) and isinstance(request.get("sdp"), str):
                return request | {"sdp": re.sub("@[ab]@", lambda match: ports[match[0]], request["sdp"])}
            return request

        return Case(case.subject, case.title, [placed(request) for request in case.requests])

    def _note_ports(self, request: Request, theirs: Any, ours: Any) -> None:
        """What the relays said to the callee is where the callee sends to, and the other way round."""
        if isinstance(request, dict) and request.get("command") in ("offer", "answer"):
            texts = [reply.get("sdp", "") if isinstance(reply, dict) else "" for reply in (theirs, ours)]
            ports = [re.search(r"(?m)^m=\S+ (\d+)", text) for text in texts]
            self._ports["b" if request["command"] == "offer" else "a"] = [int(port[1]) if port else 9 for port in ports]

    def _send(self, packets: Packets) -> None:
        party = self._parties[packets.party]
        for index in range(packets.count):
            sequence, timestamp = packets.sequence + index, (packets.sequence + index) * 160
            header = struct.pack("!BBHII", 0x80, packets.payload_type, sequence, timestamp, packets.ssrc)
            for port in self._ports[packets.party]:
                party.sendto(header + packets.payload, ("127.0.0.1", port))
            time.sleep(0.005)
        time.sleep(COUNTING)

    def _ask(self, theirs: dict[str, Any] | bytes, ours: dict[str, Any] | bytes, call_id: str) -> tuple[Any, Any]:
        """The two replies."""
        self._count += 1
        fresh = b"%d_%d" % (os.getpid(), self._count)
        cookies = []
        for relay, request in ((self.reference, theirs), (self.ours, ours)):
            datagram = request if isinstance(request, bytes) and not request.startswith(b" ") else fresh + _payload(request, call_id)
            relay.send(datagram)
            cookies.append(datagram.partition(b" "))
        timeout = TIMEOUT if all(space and cookie for cookie, space, _ in cookies) else SILENCE
        replies = [relay.receive(cookie, timeout) for relay, (cookie, _, _) in zip((self.reference, self.ours), cookies)]
        return _parse(replies[0]), _parse(replies[1])


def _payload(request: dict[str, Any] | bytes, call_id: str) -> bytes:
    if isinstance(request, bytes):
        return request
    return b" " + encode(filled(request, call_id))


def filled(request: dict[str, Any], call_id: str) -> dict[str, Any]:
    """The message with its call's id, lines ending as SDP's do, and without the keys that are left out."""
    message = {"call-id": call_id} | request
    if "sdp" in message and message["sdp"] is not None:
        message["sdp"] = message["sdp"].replace("\r\n", "\n").replace("\n", "\r\n")
    return {key: value for key, value in message.items() if value is not None}


def _words(request: Request, call_id: str) -> list[str]:
    if isinstance(request, Packets):
        return [str(request.ssrc)]
    if isinstance(request, bytes):
        return [request.decode(errors="replace")]
    if isinstance(request, Twin):
        return _words(request.theirs, call_id) + _words(request.ours, call_id)
    return list(texts(filled(request, call_id)))


def _parse(payload: bytes | None) -> Any:
    """A dictionary as a rule; what cannot be read stays as it is. A JSON reply is told from a bencoded one."""
    if payload is None:
        return None
    try:
        return {"encoding": "JSON"} | json.loads(payload) if payload.startswith(b"{") else decode(payload)
    except ValueError:
        return payload
