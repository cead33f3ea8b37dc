"""The corpus against both daemons: replies are equal, or differ as `differences.py` says and for its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from differential.case import Case
from differential.cases import ALL
from differential.differences import DIFFERENCES, Difference, explanation
from differential.relays import REFERENCE, Relays

if TYPE_CHECKING:
    from conftest import Report


@dataclass
class Tally:
    """What has been compared so far."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    requests: int = 0
    used: set[Difference] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)

    def add(self, case: Case, outcome: str) -> None:
        self.outcomes.setdefault(case.subject, Counter())[outcome] += 1
        self.requests += len(case.requests)
        self.cases.add(case.name)

    def lines(self) -> list[str]:
        kinds = ("equal", "explained", "unexplained")
        rows = [(subject, [counts[kind] for kind in kinds]) for subject, counts in self.outcomes.items()]
        rows.append(("all", [sum(column) for column in zip(*(counts for _, counts in rows))]))
        head = f"{'compared with rtpengine':<26}" + "".join(f"{kind:>13}" for kind in (*kinds, "cases"))
        body = [f"{subject:<26}" + "".join(f"{count:>13}" for count in (*counts, sum(counts))) for subject, counts in rows]
        return ["", head, *body, f"{self.requests} requests to each daemon"]


@pytest.fixture(scope="module")
def relays(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relays]:
    assert Path(REFERENCE[0]).exists(), "rtpengine is not installed: deploy/install-deps.sh test"
    relays = Relays(tmp_path_factory.mktemp("differential"))
    try:
        yield relays.start()
    finally:
        relays.stop()


@pytest.fixture(scope="module")
def tally(report: Report) -> Iterator[Tally]:
    tally = Tally()
    yield tally
    if tally.cases:
        report.lines += tally.lines()


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_replies(case: Case, relays: Relays, tally: Tally) -> None:
    """One call, its requests in order, the same to both."""
    found, exchanges = relays.run(case)
    for relay in (relays.reference, relays.ours):
        assert relay.daemon.is_running, f"{relay.daemon.arguments[0]} ended:\n{relay.daemon.tail()}"
    explained = {line: None if relays.is_reference_itself else explanation(case.name, line) for line in found}
    tally.used.update(entry for entry in explained.values() if entry is not None)
    rest = [line for line, entry in explained.items() if entry is None]
    tally.add(case, "unexplained" if rest else "explained" if found else "equal")
    assert not rest, "\n".join(
        [*rest, "", *(f"{request!r}\n  rtpengine: {theirs}\n  ours:      {ours}" for request, theirs, ours in exchanges)]
    )


def test_every_listed_difference_is_there(relays: Relays, tally: Tally) -> None:
    """An entry that nothing needs any more has to go. Said of the whole corpus only."""
    if relays.is_reference_itself or len(tally.cases) < len(ALL):
        pytest.skip("not the whole corpus ran, or rtpengine was compared with itself")
    idle = [entry for entry in DIFFERENCES if entry not in tally.used and not entry.case.startswith("CLI/")]
    assert not idle, "\n".join(f"{entry.case}: {entry.line}" for entry in idle)
