"""Calls that Kamailio's rtpengine module makes with SIPp as caller and callee: set up, held, resumed, ended, refused and passed on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from daemon import Daemon, free_port
from ng import NGClient
from pbx import PBX
from sdp import Description
from sip import CALLEE_HOST, CALLER_HOST, Exchange, Kamailio, Scenario, SIPp, callee, caller
from whatsapp import LiteWhatsApp

#: How long either party listens after each description [ms].
TALK = 1500


class Site:
    """Relay nodes, the proxy before them, and the port where SIPp answers."""

    def __init__(self, folder: Path, stack: ExitStack, nodes: list[Daemon]) -> None:
        self.folder, self._stack, self.nodes = folder, stack, nodes
        for node in nodes:
            node.start()
            stack.callback(node.kill)
        self.callee_port = free_port(host=CALLEE_HOST)
        self.media_port = free_port(host=CALLEE_HOST)
        self.proxy = Kamailio(folder, nodes, self.callee_port)
        stack.callback(self.proxy.stop)
        self._calls = 0

    def call(self, scenario: Scenario, answers: list[str]) -> tuple[SIPp, SIPp]:
        """The callee, which echoes its media, and the caller."""
        self._calls += 1
        echo = ("-rtp_echo", "-mi", CALLEE_HOST, "-mp", str(self.media_port))
        answering = SIPp(self.folder, f"callee{self._calls}", callee(answers), CALLEE_HOST, self.callee_port, *echo)
        self._stack.callback(answering.stop)
        host, port = self.proxy.address
        # A callee that is not there yet costs the caller a resend, which the proxy makes.
        calling = SIPp(
            self.folder, f"caller{self._calls}", caller(scenario), CALLER_HOST, free_port(host=CALLER_HOST), f"{host}:{port}",
            "-cid_str", f"kamailio-{self._calls}-%u-%p@%s",
        )  # fmt: skip
        self._stack.callback(calling.stop)
        return answering, calling

    def answer(self, direction: str = "sendrecv", version: int = 1, formats: str = "0 101") -> str:
        lines = [
            "v=0", f"o=callee 7 {version} IN IP4 {CALLEE_HOST}", "s=-", f"c=IN IP4 {CALLEE_HOST}", "t=0 0",
            f"m=audio {self.media_port} RTP/AVP {formats}", "a=rtpmap:0 PCMU/8000", f"a={direction}",
        ]  # fmt: skip
        return "".join(f"{line}\r\n" for line in lines)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


async def _ask(node: Daemon, command: str, **keys: Any) -> dict[str, Any]:
    async with await NGClient.connect(node.control) as ng:
        return await ng.request(command, **keys)


async def _calls(node: Daemon) -> list[str]:
    return list((await _ask(node, "list"))["calls"])


def test_call(tmp_path: Path, stack: ExitStack) -> None:
    """Offer, answer, hold, resume, delete: speech comes back from the callee's echo, and nothing is left."""
    site = Site(tmp_path, stack, [Daemon(tmp_path / "node", "--delete-delay=0")])
    (node,) = site.nodes

    async def run() -> None:
        party = PBX(host=CALLER_HOST)
        try:
            first = await party.offer()
            hold, resume = await party.offer_again("sendonly"), await party.offer_again("sendrecv")
            scenario = Scenario("anybody", [Exchange(first, TALK), Exchange(hold, 500), Exchange(resume, TALK)])
            answering, calling = site.call(scenario, [site.answer(), site.answer("recvonly", 2), site.answer(version=3)])
            answer = Description(await calling.description(0))
            offered = Description(await answering.description(0))
            assert {offered.port, answer.port} <= node.media_ports()
            assert {offered.address, answer.address} == {"127.0.0.1"}
            await party.accept(answer.text)
            party.start()
            held = Description(await answering.description(1))
            heard = len(party.received.arrivals)
            assert heard > 0.7 * TALK / 20, f"{heard} packets came back of {party.sent_packets}"
            assert "a=sendonly" in held.lines and held.port == offered.port
            assert "a=recvonly" in Description(await calling.description(1)).lines
            resumed = Description(await answering.description(2))
            assert "a=sendrecv" in resumed.lines and resumed.port == offered.port
            before = len(party.received.arrivals)
            assert len(await _calls(node)) == 1
            await asyncio.gather(answering.end(), calling.end())
            assert len(party.received.arrivals) - before > 0.5 * TALK / 20, "no media after the call was resumed"
            assert party.complaints() == []
        finally:
            await party.close()
        assert await _calls(node) == []

    asyncio.run(run())
    assert node.media_ports() == set()
    assert node.terminate() == 0


@pytest.mark.parametrize("user", ["from-whatsapp", "flag-whatsapp"])
def test_call_from_whatsapp(tmp_path: Path, stack: ExitStack, user: str) -> None:
    """Meta's offer of ICE-lite, DTLS and Opus reaches a callee of plain G.711, by Kamailio's flags or by the one flag."""
    site = Site(tmp_path, stack, [Daemon(tmp_path / "node", "--delete-delay=0")])
    (node,) = site.nodes

    async def run() -> None:
        whatsapp, pbx = LiteWhatsApp(hosts=("127.0.0.2",)), PBX(host=CALLEE_HOST)
        try:
            scenario = Scenario(user, [Exchange(await whatsapp.offer(), 2 * TALK)])
            answering, calling = site.call(scenario, [await pbx.offer()])
            offered = Description(await answering.description(0))
            assert (offered.protocol, offered.candidates, offered.fingerprint) == ("RTP/AVP", [], None)
            await pbx.accept(offered.text)
            pbx.start()
            await whatsapp.accept(await calling.description(0))
            whatsapp.start()
            await asyncio.gather(answering.end(), calling.end())
            for party in (whatsapp, pbx):
                assert len(party.received.audio) > 0.5 * 2 * TALK / 20, f"{party.name} got {len(party.received.audio)} packets"
                assert party.complaints() == [], party.name
        finally:
            await whatsapp.close()
            await pbx.close()
        assert await _calls(node) == []

    asyncio.run(run())
    assert node.terminate() == 0


def _rejected(statistics: dict[str, Any]) -> int:
    return int(statistics["statistics"]["totalstatistics"]["rejectedsessions"])


def test_overload_passes_to_the_second_node(tmp_path: Path, stack: ExitStack) -> None:
    """The first node holds as many calls as it may: Kamailio reads that in its reply and takes the second."""
    nodes = [Daemon(tmp_path / "node1", "--max-sessions=1", "--delete-delay=0"), Daemon(tmp_path / "node2", "--delete-delay=0")]
    site = Site(tmp_path, stack, nodes)

    async def run() -> None:
        party = PBX(host=CALLER_HOST)
        try:
            sdp = await party.offer()
            await _ask(nodes[0], "offer", sdp=sdp, call_id="the only one", from_tag="a")
            answering, calling = site.call(Scenario("anybody", [Exchange(sdp, TALK)]), [site.answer()])
            answer = Description(await calling.description(0))
            assert answer.port in nodes[1].ports, f"{answer.port} is not the second node's\n{site.proxy.log}"
            assert await _calls(nodes[0]) == ["the only one"]
            assert len(await _calls(nodes[1])) == 1
            await party.accept(answer.text)
            party.start()
            await asyncio.gather(answering.end(), calling.end())
            assert len(party.received.arrivals) > 0.5 * TALK / 20
        finally:
            await party.close()
        assert await _calls(nodes[1]) == []
        assert _rejected(await _ask(nodes[0], "statistics")) == 1
        assert _rejected(await _ask(nodes[1], "statistics")) == 0

    asyncio.run(run())


def test_a_node_that_is_gone(tmp_path: Path, stack: ExitStack) -> None:
    """The first node ends after Kamailio has greeted it: the call goes by the second."""
    nodes = [Daemon(tmp_path / "node1"), Daemon(tmp_path / "node2", "--delete-delay=0")]
    site = Site(tmp_path, stack, nodes)
    assert nodes[0].terminate() == 0

    async def run() -> None:
        party = PBX(host=CALLER_HOST)
        try:
            answering, calling = site.call(Scenario("anybody", [Exchange(await party.offer(), 200)]), [site.answer()])
            assert Description(await calling.description(0)).port in nodes[1].ports
            await asyncio.gather(answering.end(), calling.end())
        finally:
            await party.close()
        assert await _calls(nodes[1]) == []

    asyncio.run(run())


def test_ping(tmp_path: Path, stack: ExitStack) -> None:
    """Kamailio pings a node when it starts, and has nothing to complain about."""
    site = Site(tmp_path, stack, [Daemon(tmp_path / "node")])
    (node,) = site.nodes

    async def run() -> None:
        proxies = (await _ask(node, "statistics"))["statistics"]["controlstatistics"]["proxies"]
        assert sum(int(proxy["pingcount"]) for proxy in proxies) >= 2, "the test's own ping and Kamailio's"
        assert "rtpengine instance" in site.proxy.log and "found, support for it enabled" in site.proxy.log, site.proxy.log

    asyncio.run(run())
