"""`--shared-ports`: a dozen calls over two ports toward Meta, never two of them on one 5-tuple."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import quality
from calls import WHATSAPP, Call
from conftest import Report
from daemon import Daemon
from edge import Edge, EdgeWhatsApp
from ng import NGClient, NGError
from pbx import PBX
from peer import Party
from sdp import Description

PORTS = 2
#: Two calls on each: as many as two ports can keep apart.
EDGES = 6
BUSINESS_CALLS = 4
TALK = 4.0
#: So many calls at once hold each other up by a few milliseconds here and there, which costs more PESQ than words.
LOWEST_SHARE = 0.9
#: From one call's beginning to the next one's [s].
STAGGER = 0.05


@dataclass
class Outcome:
    """All calls, over."""

    edges: list[Edge] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    #: Media ports that the daemon held in mid-call.
    held: set[int] = field(default_factory=set)
    #: The same when all calls were over.
    left: set[int] = field(default_factory=set)
    refusal: str | None = None

    @property
    def pbx_ports(self) -> set[int]:
        """The ports that the daemon named to the PBXes, with those of RTCP."""
        named = [call.offered if call.callee.name == "PBX" else call.answered for call in self.calls]
        return {port for description in named for port in (description.port, description.rtcp[1])}


def _make_call(ng: NGClient, edge: Edge, meta_offers: bool) -> Call:
    whatsapp, pbx = EdgeWhatsApp(edge), PBX()
    whatsapp.say(quality.stretch(quality.speech(quality.USER_PROMPTS), 0, TALK))
    pbx.say(quality.stretch(quality.speech(quality.BUSINESS_PROMPTS), 0, TALK))
    ends: tuple[Party, Party] = (whatsapp, pbx) if meta_offers else (pbx, whatsapp)
    return Call(ng, *ends, WHATSAPP, {}, is_bare=True)


async def _run(daemon: Daemon, outcome: Outcome) -> None:
    outcome.edges = [Edge() for _ in range(EDGES)]
    for number, edge in enumerate(outcome.edges):
        await edge.open(f"127.0.0.{20 + number}")
    async with await NGClient.connect(daemon.control) as ng:
        slots = [edge for edge in outcome.edges for _ in range(PORTS)]
        outcome.calls = [_make_call(ng, edge, number >= BUSINESS_CALLS) for number, edge in enumerate(slots)]

        one_more = _make_call(ng, outcome.edges[0], True)

        async def begin(number: int, call: Call) -> None:
            await asyncio.sleep(number * STAGGER)
            await call.set_up()

        await asyncio.gather(*(begin(number, call) for number, call in enumerate(outcome.calls)))
        await asyncio.sleep(1)
        outcome.held = await asyncio.to_thread(daemon.media_ports)
        outcome.refusal = await _refusal(one_more)
        await asyncio.gather(*(call.talk() for call in outcome.calls))
        for call in outcome.calls:
            async with call:
                pass
        outcome.left = daemon.media_ports()
    for edge in outcome.edges:
        edge.close()


async def _refusal(call: Call) -> str | None:
    """What is said to a third call toward an edge: no port is left that would tell it apart."""
    async with call:
        try:
            await call.make_offer()
            await call.make_answer()
        except NGError as error:
            return error.reason
    return None


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    log: Path = tmp_path_factory.mktemp("shared") / "log"
    # A call lives on one thread and has that one's ports to choose from.
    daemon = Daemon(log, f"--shared-ports={PORTS}", "--num-threads=1", interfaces=("127.0.0.1",)).start()
    outcome = Outcome()
    try:
        asyncio.run(asyncio.wait_for(_run(daemon, outcome), 60))
        assert daemon.terminate() == 0
    finally:
        daemon.kill()
    return outcome


def test_everybody_is_heard(outcome: Outcome, report: Report) -> None:
    """Speech both ways in every call, and none of another's."""
    shares, scores = [], []
    for number, call in enumerate(outcome.calls):
        for name, prompts in (("WhatsApp", quality.BUSINESS_PROMPTS), ("PBX", quality.USER_PROMPTS)):
            complaints = call.party(name).complaints()
            assert not complaints, (number, name, complaints)
            said, heard = quality.stretch(quality.speech(prompts), 0, TALK), call.party(name).heard()
            shares.append(quality.share_heard(said, heard))
            scores.append(quality.score(said, heard).pesq)
    report.lines.append(f"shared ports: {len(outcome.calls)} calls on {PORTS} ports, PESQ {min(scores):.2f} to {max(scores):.2f}")
    assert min(shares) >= LOWEST_SHARE, shares


def test_two_ports_toward_meta(outcome: Outcome) -> None:
    """Nothing else is open but what the PBXes were given, and nothing else is what Meta was told and heard from."""
    toward_meta = outcome.held - outcome.pbx_ports
    assert len(toward_meta) == PORTS, sorted(toward_meta)
    named = {_toward_meta(call).port for call in outcome.calls}
    assert named <= toward_meta
    assert {port for edge in outcome.edges for _, port in edge.sources} <= toward_meta


def _toward_meta(call: Call) -> Description:
    return call.offered if call.callee.name == "WhatsApp" else call.answered


def test_no_two_calls_on_one_5_tuple(outcome: Outcome) -> None:
    """Each edge saw both ports, one for each of its calls."""
    for edge in outcome.edges:
        assert edge.violations == []
        assert len(edge.sources) == PORTS


def test_no_port_left(outcome: Outcome) -> None:
    """A call that could not be told apart is refused."""
    assert outcome.refusal == "Ran out of ports"


def test_only_the_shared_ports_stay_open(outcome: Outcome) -> None:
    assert outcome.left == outcome.held - outcome.pbx_ports
