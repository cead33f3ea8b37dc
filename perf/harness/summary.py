"""Figures out of probes: medians over the rounds, ratios of what was measured in the same round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .session import OTHER, OURS, Probe, Results

#: Of memory, below which its end says nothing.
LEAST_GROWTH_KB = 500

Value = Callable[[Probe], float | None]


@dataclass(frozen=True)
class Figure:
    """A row of a table."""

    title: str
    unit: str
    value: Value
    #: How many times better ours is: theirs / ours where less is better.
    less_is_better: bool = True
    digits: int = 2
    #: Whether a ratio says anything.
    has_ratio: bool = True

    def text(self, value: float | None) -> str:
        return "–" if value is None else f"{value:,.{self.digits}f}{' ' + self.unit if self.unit else ''}"


@dataclass(frozen=True)
class Cell:
    """A figure of both daemons."""

    figure: Figure
    ours: float | None
    other: float | None
    #: The median over the rounds of how many times better ours is.
    ratio: float | None


def at(path: str) -> Value:
    return lambda probe: probe.number(path)


def cpu(path: str) -> Value:
    """A figure of the daemon's CPU; None where too much was lost for it to say anything."""
    return lambda probe: probe.number(path) if probe.is_sound else None


def pesq(direction: str) -> Value:
    """The mean over the recorded calls."""
    return lambda probe: statistics.fmean(probe.pesq[direction]) if probe.pesq.get(direction) else None


def given_back(probe: Probe) -> float | None:
    """How much of what the calls took is back at the last look [%]; None when they took less than can be told."""
    return _given_back(probe, memory_at(probe, "after"))


def given_back_soon(probe: Probe) -> tuple[float, float] | None:
    """When the first of several looks was [s], and how much was back then [%]."""
    looks = (probe.measurement or {}).get("daemon", {}).get("memory_after", [])
    if len(looks) < 2:
        return None
    back = _given_back(probe, looks[0].get("anonymous_kb") or looks[0].get("rss_kb"))
    return None if back is None else (float(looks[0]["seconds"]), back)


def _given_back(probe: Probe, after: float | None) -> float | None:
    before, steady = memory_at(probe, "before"), memory_at(probe, "steady")
    if before is None or steady is None or after is None or steady - before < LEAST_GROWTH_KB:
        return None
    return min(100 * (steady - after) / (steady - before), 100.0)


def memory_at(probe: Probe, moment: str) -> float | None:
    """Of the daemon `before` the calls, `steady` or `after` them [kB]: heap and stacks, where that is known, as code is no call's."""
    return probe.number(f"daemon.anonymous_{moment}_kb") or probe.number(f"daemon.rss_{moment}_kb")


def second_wave_growth(probes: list[Probe]) -> float | None:
    """How much more memory there is with the second wave of calls than with the first, in what the first one took [%]."""
    waves = {probe.round: probe for probe in probes}
    if not waves.keys() >= {1, 2}:
        return None
    before, first, second = memory_at(waves[1], "before"), memory_at(waves[1], "steady"), memory_at(waves[2], "steady")
    if before is None or first is None or second is None or first - before < LEAST_GROWTH_KB:
        return None
    return 100 * (second - first) / (first - before)


def refused(probe: Probe) -> float | None:
    """How many of the set-ups among the calls failed."""
    return probe.number("background.failed")


def command_cost(probe: Probe) -> float | None:
    """CPU of the set-up and of the end of a call [ms]."""
    set_up, delete = probe.number("set_up.cpu_ms_per_call"), probe.number("delete.cpu_ms_per_call")
    return None if set_up is None else set_up + (delete or 0)


def softirq(probe: Probe) -> float | None:
    """Share of the daemon's CPUs in interrupts [%]."""
    share = probe.watched.get("cpus", {}).get("interrupts")
    return None if share is None else 100 * float(share)


FIGURES = (
    Figure("CPU per packet", "µs", cpu("daemon.cpu_us_per_packet")),
    Figure("CPU per call-second", "µs", cpu("daemon.cpu_us_per_call_second"), digits=0),
    Figure("calls per core, by CPU", "", cpu("daemon.calls_per_core"), less_is_better=False, digits=0),
    Figure("loss", "%", at("packets.loss_percent"), has_ratio=False, digits=3),
    Figure("added delay p50", "ms", at("delay_ms.p50"), has_ratio=False, digits=3),
    Figure("added delay p99", "ms", at("delay_ms.p99"), has_ratio=False, digits=3),
    Figure("added delay p99.9", "ms", at("delay_ms.p999"), has_ratio=False, digits=3),
    Figure("set-ups per core-second", "1/s", at("set_up.set_ups_per_core_second"), less_is_better=False, digits=0),
    Figure("offer p50", "ms", at("set_up.offer_ms.p50"), has_ratio=False),
    Figure("offer p99", "ms", at("set_up.offer_ms.p99"), has_ratio=False),
    Figure("answer p50", "ms", at("set_up.answer_ms.p50"), has_ratio=False),
    Figure("answer p99", "ms", at("set_up.answer_ms.p99"), has_ratio=False),
    Figure("ready for media p50", "ms", at("set_up.ready_ms.p50"), has_ratio=False),
    Figure("ready for media p99", "ms", at("set_up.ready_ms.p99"), has_ratio=False),
    Figure("memory per call", "kB", at("daemon.kb_per_call"), digits=1),
    Figure("memory given back", "%", given_back, has_ratio=False, digits=0),
    Figure("PESQ toward the PBX", "", pesq("to-pbx"), has_ratio=False),
    Figure("PESQ toward Meta", "", pesq("to-meta"), has_ratio=False),
    Figure("interrupts on the daemon's CPU", "%", softirq, has_ratio=False, digits=1),
    Figure("generator late p99", "ms", at("generator.late_p99_ms"), has_ratio=False, digits=3),
)
SET_UP_FIGURES = tuple(figure for figure in FIGURES if figure.title.startswith(("set-ups", "offer", "answer", "ready")))


def median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def cell(figure: Figure, probes: list[Probe]) -> Cell:
    """One figure over the rounds of both daemons."""
    of = {name: [probe for probe in probes if probe.daemon == name] for name in (OURS, OTHER)}
    medians = {name: median(figure.value(probe) for probe in chosen) for name, chosen in of.items()}
    by_round = {name: {probe.round: figure.value(probe) for probe in chosen} for name, chosen in of.items()}
    rounds = by_round[OURS].keys() & by_round[OTHER].keys()
    ratios = (better(by_round[OURS][round], by_round[OTHER][round], figure.less_is_better) for round in rounds)
    return Cell(figure, medians[OURS], medians[OTHER], median(ratios) if figure.has_ratio else None)


def better(ours: float | None, other: float | None, less_is_better: bool) -> float | None:
    """How many times better ours is."""
    numerator, denominator = (other, ours) if less_is_better else (ours, other)
    return None if numerator is None or not denominator else numerator / denominator


def cells(probes: list[Probe], figures: tuple[Figure, ...] = FIGURES) -> list[Cell]:
    """The figures that are known of either daemon."""
    rows = (cell(figure, probes) for figure in figures)
    return [row for row in rows if row.ours is not None or row.other is not None]


@dataclass(frozen=True)
class Comparison:
    """A table: the same work for both daemons."""

    title: str
    profile: str
    calls: int
    purpose: str
    rows: list[Cell]


TITLES = {
    "compare": "{calls} {profile} calls",
    "half": "{profile} at half of the capacity",
    "full": "{profile} at capacity",
    "set-up": "set-up of {calls} {profile} calls",
    "single set-up": "set-up of {calls} {profile} calls, one at a time",
    "busy set-up": "{profile} set-ups while 80 % loaded",
}


def comparisons(results: Results) -> list[Comparison]:
    """All tables, in the order of the measurements."""
    tables: dict[tuple[str, str, int], list[Probe]] = {}
    for probe in results.probes:
        if probe.purpose in TITLES and probe.measurement:
            # What depends on the capacity has another number of calls for each daemon.
            calls = probe.calls if probe.purpose in ("compare", "set-up", "single set-up") else 0
            tables.setdefault((probe.purpose, probe.profile, calls), []).append(probe)
    found = []
    for (purpose, profile, calls), probes in tables.items():
        shown = SET_UP_FIGURES if purpose in ("set-up", "single set-up") else FIGURES
        rows = cells(probes, shown)
        rows += busy_rows(probes) if purpose == "busy set-up" else []
        title = TITLES[purpose].format(calls=calls, profile=profile) + (delay_note(probes) if shown is FIGURES else "")
        found.append(Comparison(title, profile, calls, purpose, rows))
    return found


def delay_note(probes: list[Probe]) -> str:
    kinds = {(probe.measurement or {}).get("delay_ms", {}).get("kind") for probe in probes}
    return " (delay: lateness against the sender's 20 ms grid)" if "lateness" in kinds else ""


def busy_rows(probes: list[Probe]) -> list[Cell]:
    """What the set-ups among the calls took."""
    times = [(what, percent) for what in ("offer", "answer", "ready") for percent in (50, 99)]
    values = ((f"{what} p{percent} meanwhile", at(f"background.{what}_ms.p{percent}")) for what, percent in times)
    return cells(probes, tuple(Figure(title, "ms", value, has_ratio=False) for title, value in values))
