"""Plots as SVG text, for a report in one file."""

from __future__ import annotations

import io
from typing import Any

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure as Sheet  # noqa: E402

from .capacity import LARGEST_LOSS_PERCENT, LARGEST_P99_MS  # noqa: E402
from .session import OTHER, OURS, Results  # noqa: E402
from .summary import Cell, Comparison, comparisons  # noqa: E402

COLOURS = {OURS: "#2457a6", OTHER: "#c2703d"}
LABELS = {OURS: "ours", OTHER: "the other"}


def plots(results: Results) -> list[tuple[str, str]]:
    """Title and SVG of every plot that there are figures for."""
    same_load = [comparison for comparison in comparisons(results) if comparison.purpose == "compare"]
    drawn = [
        ("CPU per packet", _bars(same_load, "CPU per packet", "µs")),
        ("Calls per core, by CPU", _bars(same_load, "calls per core, by CPU", "calls")),
        ("Added delay (lateness for transcoding)", _delays(same_load)),
        ("Memory per call", _bars(same_load, "memory per call", "kB")),
        ("PESQ", _pesq(same_load)),
    ]
    drawn += [(f"Capacity: {profile}", _capacity(results, profile)) for profile in results.capacity]
    set_ups = [table for table in comparisons(results) if "set-up" in table.purpose] or same_load
    drawn += [(f"Set-up times: {table.title}", _set_ups(table)) for table in set_ups]
    return [(title, svg) for title, svg in drawn if svg]


def _row(comparison: Comparison, title: str) -> Cell | None:
    return next((row for row in comparison.rows if row.figure.title == title), None)


def _bars(tables: list[Comparison], title: str, unit: str) -> str:
    cells = [(f"{table.profile}\n{table.calls}", row) for table in tables if (row := _row(table, title))]
    return _grouped([label for label, _ in cells], {OURS: [cell.ours for _, cell in cells], OTHER: [cell.other for _, cell in cells]}, unit)


def _grouped(labels: list[str], series: dict[str, list[float | None]], unit: str, log: bool = False) -> str:
    """Bars side by side, with their values; empty text when there is nothing."""
    if not labels:
        return ""
    sheet, axes = pyplot.subplots(figsize=(max(4.5, 0.8 * len(labels) + 1.5), 3.0))
    for index, (name, values) in enumerate(series.items()):
        places = [place + (index - 0.5) * 0.38 for place in range(len(labels))]
        drawn = axes.bar(places, [value or 0 for value in values], 0.36, color=COLOURS[name], label=LABELS[name])
        axes.bar_label(drawn, ["" if value is None else f"{value:.3g}" for value in values], fontsize=7)
    axes.set_xticks(range(len(labels)), labels, fontsize=8)
    axes.set_ylabel(unit)
    if log:
        axes.set_yscale("log")
    return _finish(sheet, axes)


def _delays(tables: list[Comparison]) -> str:
    labels: list[str] = []
    series: dict[str, list[float | None]] = {OURS: [], OTHER: []}
    for table in tables:
        for percentile in ("p50", "p99", "p99.9"):
            if row := _row(table, f"added delay {percentile}"):
                labels.append(f"{table.profile}\n{percentile}")
                series[OURS].append(row.ours)
                series[OTHER].append(row.other)
    return _grouped(labels, series, "ms", log=True)


def _pesq(tables: list[Comparison]) -> str:
    labels: list[str] = []
    series: dict[str, list[float | None]] = {OURS: [], OTHER: []}
    for table in tables:
        for direction in ("toward the PBX", "toward Meta"):
            if row := _row(table, f"PESQ {direction}"):
                labels.append(f"{table.profile}, {table.calls}\n{direction}")
                series[OURS].append(row.ours)
                series[OTHER].append(row.other)
    return _grouped(labels, series, "PESQ, narrowband")


def _set_ups(table: Comparison) -> str:
    rows = [row for row in table.rows if row.figure.title.startswith(("offer", "answer", "ready"))]
    labels = [row.figure.title.replace(" for media", "").replace(" ", "\n") for row in rows]
    return _grouped(labels, {OURS: [row.ours for row in rows], OTHER: [row.other for row in rows]}, "ms", log=True)


def _capacity(results: Results, profile: str) -> str:
    """Loss and p99 by the number of calls, of all that the search tried."""
    probes = sorted(results.of("capacity", profile=profile), key=lambda probe: probe.calls)
    if not probes:
        return ""
    sheet, both = pyplot.subplots(1, 2, figsize=(8.5, 3.0))
    limits = [("packets.loss_percent", "loss, %", LARGEST_LOSS_PERCENT), ("delay_ms.p99", "p99, ms", LARGEST_P99_MS)]
    for axes, (path, label, limit) in zip(both, limits):
        for name in (OURS, OTHER):
            points = [(probe.calls, value) for probe in probes if probe.daemon == name and (value := probe.number(path)) is not None]
            if points:
                axes.plot(*zip(*points), "o-", color=COLOURS[name], label=LABELS[name], markersize=4)
        axes.axhline(limit, color="grey", linestyle=":", linewidth=1)
        axes.set_yscale("symlog", linthresh=limit / 10)
        axes.set(xlabel="calls", ylabel=label, ylim=(0, None))
    return _finish(sheet, both[0])


def _finish(sheet: Sheet, axes: Axes | Any) -> str:
    axes.legend(fontsize=8, frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    for each in sheet.axes:
        each.spines[["top", "right"]].set_visible(False)
        each.tick_params(axis="x", labelsize=8)
    sheet.tight_layout()
    text = io.StringIO()
    sheet.savefig(text, format="svg")
    pyplot.close(sheet)
    # Without the XML declaration it stands in HTML as it is.
    return text.getvalue()[text.getvalue().index("<svg") :]
