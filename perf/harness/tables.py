"""The results as tables on the console."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from . import goals
from .session import OTHER, OURS, Results
from .summary import comparisons

LABELS = {OURS: "ours", OTHER: "the other"}


def print_results(results: Results, console: Console, with_goals: bool = False) -> None:
    """A table for each comparison, then what is not a comparison."""
    for comparison in comparisons(results):
        table = Table(title=comparison.title, title_justify="left")
        for name in ("", *(LABELS[key] for key in (OURS, OTHER)), "times better"):
            table.add_column(name, justify="left" if not name else "right")
        for row in comparison.rows:
            ratio = "" if row.ratio is None else f"{row.ratio:.1f} ×"
            table.add_row(row.figure.title, row.figure.text(row.ours), row.figure.text(row.other), ratio)
        console.print(table)
    _print_capacity(results, console)
    _print_symbols(results, console)
    if with_goals:
        _print_goals(results, console)
    for failure in results.failures:
        console.print(f"failed: {failure}", style="red", highlight=False, markup=False)


def _print_capacity(results: Results, console: Console) -> None:
    if not results.capacity:
        return
    table = Table(title="capacity: loss < 0.1 %, p99 < 20 ms", title_justify="left")
    for name in ("profile", "daemon", "calls", "too many", "per core by CPU", "p99", "limit"):
        table.add_column(name, justify="right" if name not in ("profile", "daemon", "limit") else "left")
    for profile, daemons in results.capacity.items():
        for name, found in daemons.items():
            bound = "≥ " if found["is_lower_bound"] else ""
            by_cpu = f"{found['calls_per_core']:.0f}" if found["calls_per_core"] else "–"
            p99 = f"{found['p99_ms']:.2f} ms" if found["p99_ms"] is not None else "–"
            limit = {"generator": "the generator", "bad": "the daemon", "failed": "it failed"}.get(found["limit"], "none found")
            table.add_row(profile, LABELS[name], f"{bound}{found['calls'] or '–'}", str(found["bad"] or "–"), by_cpu, p99, limit)
    console.print(table)


def _print_symbols(results: Results, console: Console) -> None:
    for entry in results.symbols:
        title = f"{LABELS[entry['daemon']]}, {entry['calls']} {entry['profile']} calls: where the CPU goes"
        title += f" ({entry['kernel_percent']} % of it in the kernel)"
        table = Table(title=title, title_justify="left")
        table.add_column("share", justify="right")
        table.add_column("where")
        table.add_column("symbol", overflow="fold")
        for symbol in entry["symbols"]:
            table.add_row(f"{symbol['percent']:.1f} %", escape(symbol["object"]), escape(symbol["symbol"]))
        console.print(table)


def _print_goals(results: Results, console: Console) -> None:
    table = Table(title="goals", title_justify="left")
    for name in ("work", "goal", "ours", "the other", "ratio", ""):
        table.add_column(name)
    for row in goals.rows(results):
        style = {True: "green", False: "red", None: "dim"}[row.met]
        table.add_row(row.work, row.goal, row.ours, row.other, row.ratio, row.verdict.strip("*"), style=style)
    console.print(table)
