"""The signalling around the relay: Kamailio with its rtpengine module, and SIPp as caller and callee."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from daemon import Daemon, free_port

PROXY_HOST, CALLER_HOST, CALLEE_HOST = "127.0.0.1", "127.0.0.4", "127.0.0.3"
START_TIMEOUT = 10.0
#: No scenario here takes longer [s].
LONGEST_CALL = 40
TEMPLATE = Path(__file__).parent / "kamailio.cfg.in"


class Process:
    """A program with a log, ended by its id."""

    def __init__(self, arguments: list[str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=log.parent)

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def tail(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """SIGTERM, then SIGKILL."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def answers_options(address: tuple[str, int]) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.1)
        client.bind((CALLER_HOST, 0))
        host, port = client.getsockname()
        request = (
            f"OPTIONS sip:{address[0]} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bKready{port}\r\n"
            f"From: <sip:test@{host}>;tag=1\r\nTo: <sip:{address[0]}>\r\nCall-ID: ready-{port}\r\nCSeq: 1 OPTIONS\r\n"
            "Max-Forwards: 5\r\nContent-Length: 0\r\n\r\n"
        )
        try:
            client.sendto(request.encode(), address)
            return client.recv(2000).startswith(b"SIP/2.0 200")
        except OSError:
            return False


class Kamailio:
    """The proxy in front of `nodes`, the first with by far the most weight."""

    def __init__(self, folder: Path, nodes: list[Daemon], callee_port: int) -> None:
        self.address = (PROXY_HOST, free_port(host=PROXY_HOST))
        words = {
            "@HOST@": PROXY_HOST,
            "@PORT@": str(self.address[1]),
            "@NODES@": " ".join(
                f"udp:{host}:{port}={weight}" for (host, port), weight in zip((node.control for node in nodes), (1000, 1, 1))
            ),
            "@CALLEE@": f"{CALLEE_HOST}:{callee_port}",
        }
        text = TEMPLATE.read_text()
        for word, value in words.items():
            text = text.replace(word, value)
        configuration = folder / "kamailio.cfg"
        configuration.write_text(text)
        runtime = folder / "run"
        runtime.mkdir()
        arguments = ["kamailio", "-f", str(configuration), "-DD", "-E", "-m", "32", "-M", "4", "-Y", str(runtime)]
        self._process = Process(arguments, folder / "kamailio.log")
        deadline = time.monotonic() + START_TIMEOUT
        while not answers_options(self.address):
            assert self._process.exit_code is None, f"Kamailio ended:\n{self._process.tail()}"
            assert time.monotonic() < deadline, f"Kamailio does not answer:\n{self._process.tail()}"

    @property
    def log(self) -> str:
        return self._process.log.read_text(errors="replace")

    def stop(self) -> None:
        self._process.stop()


@dataclass
class Exchange:
    """What the caller does in the call beside INVITE and BYE: a description sent, and how long the call then goes on [ms]."""

    sdp: str
    then: int


@dataclass
class Scenario:
    """A call from beginning to end."""

    user: str
    exchanges: list[Exchange] = field(default_factory=list)


def _escaped(sdp: str) -> str:
    return sdp.replace("\r\n", "\n").rstrip("\n").replace("[", "\\[").replace("\n", "\n      ")


def _request(method: str, number: int, user: str, sdp: str | None) -> str:
    first = method == "INVITE" and number == 1
    uri = f"sip:{user}@[remote_ip]:[remote_port]" if first else "[next_url]"
    to = f"<sip:{user}@[remote_ip]:[remote_port]>" + ("" if first else "[peer_tag_param]")
    routes = "" if first else "\n      [routes]"
    body = f"Content-Type: application/sdp\n      Content-Length: [len]\n\n      {_escaped(sdp)}\n" if sdp else "Content-Length: 0\n"
    return f"""  <send{' retrans="500"' if method != "ACK" else ""}>
    <![CDATA[
      {method} {uri} SIP/2.0
      Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]{routes}
      From: <sip:caller@[local_ip]:[local_port]>;tag=[pid]caller[call_number]
      To: {to}
      Call-ID: [call_id]
      CSeq: {number} {method}
      Contact: <sip:caller@[local_ip]:[local_port]>
      Max-Forwards: 20
      {body}
    ]]>
  </send>
"""


def caller(scenario: Scenario) -> str:
    steps = []
    for number, exchange in enumerate(scenario.exchanges, 1):
        steps.append(_request("INVITE", number, scenario.user, exchange.sdp))
        steps.append('  <recv response="100" optional="true"/>\n  <recv response="180" optional="true"/>\n')
        steps.append('  <recv response="200" rrs="true"/>\n')
        steps.append(_request("ACK", number, scenario.user, None))
        steps.append(f'  <pause milliseconds="{exchange.then}"/>\n')
    steps.append(_request("BYE", len(scenario.exchanges) + 1, scenario.user, None) + '  <recv response="200"/>\n')
    return _document("caller", steps)


def _reply(status: str, sdp: str | None) -> str:
    body = f"Content-Type: application/sdp\n      Content-Length: [len]\n\n      {_escaped(sdp)}\n" if sdp else "Content-Length: 0\n"
    return f"""  <send{' retrans="500"' if sdp else ""}>
    <![CDATA[
      SIP/2.0 {status}
      [last_Via:]
      [last_Record-Route:]
      [last_From:]
      [last_To:];tag=[pid]callee[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:callee@[local_ip]:[local_port]>
      {body}
    ]]>
  </send>
"""


def callee(answers: list[str]) -> str:
    """Answers each INVITE of the call in turn."""
    steps = []
    for number, sdp in enumerate(answers):
        steps.append('  <recv request="INVITE" rrs="true"/>\n')
        if number == 0:
            steps.append(_reply("180 Ringing", None))
            steps.append(_reply("200 OK", sdp))
        else:
            steps.append(_reply("200 OK", sdp).replace(";tag=[pid]callee[call_number]", ""))
        steps.append('  <recv request="ACK"/>\n')
    steps.append('  <recv request="BYE"/>\n' + _reply("200 OK", None).replace(";tag=[pid]callee[call_number]", ""))
    return _document("callee", steps)


def _document(name: str, steps: list[str]) -> str:
    return f'<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="{name}">\n{"".join(steps)}</scenario>\n'


class SIPp(Process):
    """One side of a call; it ends by itself, with 0 when every message was as the scenario says."""

    def __init__(self, folder: Path, name: str, scenario: str, host: str, port: int, *options: str) -> None:
        file = folder / f"{name}.xml"
        file.write_text(scenario)
        self.messages = folder / f"{name}.messages"
        arguments = ["sipp", *options, "-sf", str(file), "-i", host, "-p", str(port), "-m", "1", "-nostdin"]
        arguments += ["-timeout", str(LONGEST_CALL), "-timeout_error", "-trace_msg", "-message_file", str(self.messages)]
        super().__init__(arguments, folder / f"{name}.log")

    def received(self) -> list[str]:
        """The messages that came, each from its first line on."""
        if not self.messages.exists():
            return []
        text = self.messages.read_text(errors="replace").replace("\r\n", "\n")
        found = []
        for part in re.split(r"(?m)^-{10,}.*\n", text):
            head, _, message = part.partition("\n\n")
            if "message received" in head:
                found.append(message.strip("\n") + "\n")
        return found

    def descriptions(self) -> list[str]:
        """The SDP of each of them that has one, repetitions apart."""
        bodies = [message.partition("\n\n")[2] for message in self.received() if "application/sdp" in message]
        return [body.replace("\n", "\r\n") for body in dict.fromkeys(bodies)]

    async def description(self, number: int) -> str:
        """The SDP number `number`, as soon as it has come."""
        deadline = time.monotonic() + START_TIMEOUT
        while len(found := self.descriptions()) <= number:
            assert self.exit_code in (None, 0), f"SIPp ended with {self.exit_code}:\n{self.tail()}\n{self.messages.read_text()}"
            assert time.monotonic() < deadline, f"no description came:\n{self.tail()}"
            await asyncio.sleep(0.05)
        return found[number]

    async def end(self) -> None:
        """Wait until the scenario is over."""
        deadline = time.monotonic() + LONGEST_CALL
        while self.exit_code is None:
            assert time.monotonic() < deadline, f"SIPp does not end:\n{self.tail()}"
            await asyncio.sleep(0.05)
        sent = self.messages.read_text(errors="replace") if self.messages.exists() else ""
        assert self.exit_code == 0, f"SIPp ended with {self.exit_code}:\n{self.tail()}\n{sent}"
