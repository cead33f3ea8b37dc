"""Fixtures: the daemon, the table at the end, and one event loop for each group of calls."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from calls import Call
from daemon import Daemon

pytest.register_assert_rewrite("pairings")


@dataclass
class Row:
    """A call's line in the table; times in milliseconds after the answer was out."""

    name: str
    to_whatsapp: float | None
    to_pbx: float | None
    offer: float
    answer: float
    ice: float | None
    dtls: float | None
    first_packet: float | None
    lost: int
    jitter: float
    lateness: float

    @classmethod
    def of(cls, name: str, call: Call, to_whatsapp: float | None, to_pbx: float | None) -> Row:
        def since(milestone: str) -> float | None:
            seconds = call.since_answer("WhatsApp", milestone)
            return None if seconds is None else seconds * 1000

        return cls(
            name,
            to_whatsapp,
            to_pbx,
            call.offer_time * 1000,
            call.answer_time * 1000,
            since("nominated"),
            since("DTLS"),
            since("first packet"),
            sum(party.received.lost for party in call.parties),
            max(party.received.jitter for party in call.parties),
            max(getattr(party, "lateness", 0.0) for party in call.parties) * 1000,
        )


@dataclass
class Report:
    """What is printed after the tests."""

    rows: list[Row] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


REPORT = pytest.StashKey[Report]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORT] = Report()
    # Calls are in real time: ask for precedence over whatever else the machine does, and go without it where it is not ours to ask.
    with contextlib.suppress(PermissionError):
        os.nice(-5)


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    return pytestconfig.stash[REPORT]


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """The daemon that most tests share. In the end it must hold no media port and obey SIGTERM."""
    daemon = Daemon(tmp_path_factory.mktemp("daemon") / "log").start()
    yield daemon
    try:
        assert daemon.is_running, f"the daemon ended in between:\n{daemon.tail()}"
        assert daemon.media_ports() == set(), "media ports left open after the last call"
        assert daemon.terminate() == 0
    finally:
        daemon.kill()


@pytest.fixture(scope="module", autouse=True)
def clean_heap() -> None:
    """A collection of everything that the imports and the modules before made would hold up a peer's packets."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where a daemon of the test's own writes to."""
    return tmp_path / "log"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    report = config.stash[REPORT]
    if report.rows:
        terminalreporter.write_sep("=", "calls")
        terminalreporter.write_line("PESQ: at WhatsApp / at the PBX. Set-up [ms]: ng commands; the rest after the answer was out.")
        terminalreporter.write_line("late: the worst delay of the test's own packets [ms], which the machine caused, not the daemon.")
        terminalreporter.write_line(_line([name for name, _ in COLUMNS]))
        for row in report.rows:
            terminalreporter.write_line(_line(_cells(row)))
    for line in report.lines:
        terminalreporter.write_line(line)


COLUMNS = (
    ("call", 52),
    ("PESQ", 11),
    ("offer", 6),
    ("answer", 6),
    ("ICE", 5),
    ("DTLS", 5),
    ("first", 5),
    ("lost", 4),
    ("jitter", 6),
    ("late", 4),
)


def _cells(row: Row) -> list[str]:
    def number(value: float | None, places: int = 0) -> str:
        return "-" if value is None else f"{value:.{places}f}"

    scores = f"{number(row.to_whatsapp, 2)} / {number(row.to_pbx, 2)}"
    times = [number(row.offer, 1), number(row.answer, 1), number(row.ice), number(row.dtls), number(row.first_packet)]
    return [row.name, scores, *times, str(row.lost), number(row.jitter, 1), number(row.lateness)]


def _line(cells: list[str]) -> str:
    (_, width), *others = COLUMNS
    return f"{cells[0]:<{width}}" + "".join(f" {cell:>{width}}" for cell, (_, width) in zip(cells[1:], others))
