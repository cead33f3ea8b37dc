"""The table of goals, filled with what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .measure import DEFAULT_CALLS, DEFAULT_RELAY_CALLS, GROWTH_CALLS, GROWTH_SET_UPS
from .session import OTHER, OURS, Probe, Results
from .summary import Value, at, better, command_cost, cpu, given_back, given_back_soon, median, pesq, refused, second_wave_growth

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
Pair = tuple[float | None, float | None]
QUALITY_PURPOSES = ("compare", "full")
NOT_MEASURED = "–"
MEMORY_BACK_PERCENT = 95.0
SECOND_WAVE_PERCENT = 5.0
OVERLOAD_LOSS_PERCENT = 0.1
#: What two medians of the same thing may differ by.
NOISE = 1.02
#: What a set-up may cost more with ten times the calls: larger tables miss the caches more often.
COMMAND_GROWTH = 1.15


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    work: str
    goal: str
    ours: str = NOT_MEASURED
    other: str = NOT_MEASURED
    ratio: str = NOT_MEASURED
    #: None where it was not measured.
    met: bool | None = None

    @property
    def verdict(self) -> str:
        return {True: "met", False: "**not met**", None: "not measured"}[self.met]


def rows(results: Results) -> list[Row]:
    """All goals in the order of their table."""
    table = [_same_load(results, "transcode", 10), _at_capacity(results, "transcode", 10)]
    table += _quality(results, "compare", "20 calls") + _quality(results, "full", "at capacity") + [_floor(results)]
    for profile in ("srtp", "plain"):
        table += [_same_load(results, profile, 3), _at_capacity(results, profile, 3), *_half(results, profile)]
    table += [_set_ups(results, "transcode", "DTLS", 1000), _set_ups(results, "plain", "plain", 10000)]
    table += [_ready(results), _busy_offer(results), _overload(results)]
    for profile, limit in (("transcode", 100), ("plain", 16)):
        table += [_memory(results, profile, limit), _given_back(results, profile), _second_wave(results, profile)]
    return table + [_growth(results), _growth_of_commands(results), _scale(results)]


def _median(probes: list[Probe], value: Value) -> float | None:
    return median(value(probe) for probe in probes)


def _pair(results: Results, purpose: str, profile: str, value: Value, keep: Callable[[Probe], bool] = lambda _: True) -> Pair:
    """The medians of ours and the other's."""
    ours, other = ([probe for probe in results.of(purpose, name, profile) if keep(probe)] for name in (OURS, OTHER))
    return _median(ours, value), _median(other, value)


def _text(value: float | None, digits: int = 0, unit: str = "", bound: bool = False) -> str:
    return NOT_MEASURED if value is None else f"{'≥ ' if bound else ''}{value:,.{digits}f}{unit}"


def _times(ratio: float | None, bound: bool = False) -> str:
    return _text(ratio, 1, " ×", bound)


def _same_load(results: Results, profile: str, goal: float) -> Row:
    calls = DEFAULT_CALLS.get(profile, DEFAULT_RELAY_CALLS)
    by_round: dict[str, dict[int, float]] = {OURS: {}, OTHER: {}}
    for probe in results.of("compare", profile=profile):
        value = cpu("daemon.calls_per_core")(probe)
        if value is not None and probe.calls == calls:
            by_round[probe.daemon][probe.round] = value
    ours, other = by_round[OURS], by_round[OTHER]
    ratio = median(better(ours[round], other[round], False) for round in ours.keys() & other.keys())
    row = f"{profile}, {calls} calls", f"calls per core ≥ {goal:g} ×"
    texts = _text(median(ours.values())), _text(median(other.values())), _times(ratio)
    return Row(*row, *texts, None if ratio is None else ratio >= goal)


def _at_capacity(results: Results, profile: str, goal: float) -> Row:
    found = results.capacity.get(profile, {})
    ours, other = found.get(OURS, {}), found.get(OTHER, {})
    calls, other_calls = ours.get("calls") or None, other.get("calls") or None
    ratio = better(calls, other_calls, False)
    ours_bound, other_bound = bool(ours.get("is_lower_bound")), bool(other.get("is_lower_bound"))
    texts = (_text(calls, bound=ours_bound), _text(other_calls, bound=other_bound))
    # A lower bound of ours can only prove that the goal is met; one of the other's proves nothing.
    met = None if ratio is None or other_bound else True if ratio >= goal else None if ours_bound else False
    by_cpu = [_text(entry.get("calls_per_core"), 0, " by CPU") for entry in (ours, other)]
    shown, other_shown = (text if cpu == NOT_MEASURED else f"{text} ({cpu})" for text, cpu in zip(texts, by_cpu))
    return Row(f"{profile}, at capacity", f"calls on one core ≥ {goal:g} ×", shown, other_shown, _times(ratio, ours_bound), met)


def _blamed(met: bool | None, results: Results, purpose: str, profile: str) -> bool | None:
    """A verdict of delay, loss or PESQ, where what is bad is not the daemon's fault if the generator could not keep up."""
    disturbed = {name: any(probe.is_disturbed for probe in results.of(purpose, name, profile)) for name in (OURS, OTHER)}
    if met is False and disturbed[OURS]:
        return None
    # A disturbed rival is no yardstick.
    return None if met and purpose in QUALITY_PURPOSES and disturbed[OTHER] else met


def _quality(results: Results, purpose: str, label: str) -> list[Row]:
    table = []
    for direction, name in (("to-pbx", "to the PBX"), ("to-meta", "to Meta")):
        ours, other = _pair(results, purpose, "transcode", pesq(direction))
        is_better = None if ours is None or other is None else round(ours, 2) >= round(other, 2)
        met = _blamed(is_better, results, purpose, "transcode")
        difference = NOT_MEASURED if ours is None or other is None else f"{ours - other:+.2f}"
        table.append(Row(f"transcode, {label}", f"PESQ {name} not below the other's", _text(ours, 2), _text(other, 2), difference, met))
    return table


def _floor(results: Results) -> Row:
    floor = floor_of(results)
    ours = _median(results.of("floor", OURS, "transcode"), cpu("daemon.cpu_us_per_packet"))
    other = _median(results.of("compare", OTHER, "transcode"), cpu("daemon.cpu_us_per_packet"))
    share = better(ours, floor, False)
    texts = (f"{_text(ours, 1, ' µs')} of {_text(floor, 1, ' µs')}", _text(other, 1, " µs"), _text(share, 2, " × the floor"))
    return Row("transcode, 20 calls", "CPU ≤ 1.15 × the floor", *texts, None if share is None else share <= 1.15)


def floor_of(results: Results, work: str = "transcode") -> float | None:
    """µs a packet of the building blocks alone."""
    return median(round.get(work, {}).get("us_per_packet") for round in results.floor.get("rounds", []) if isinstance(round, dict))


def _half(results: Results, profile: str) -> list[Row]:
    work = f"{profile}, half of capacity"
    delay, other_delay = _pair(results, "half", profile, at("delay_ms.p99"))
    loss, other_loss = _pair(results, "half", profile, at("packets.lost"))
    in_time, complete = None if delay is None else delay < 1, None if loss is None else loss == 0
    texts = _text(delay, 3, " ms"), _text(other_delay, 3, " ms")
    return [
        Row(work, "added delay p99 < 1 ms", *texts, met=_blamed(in_time, results, "half", profile)),
        Row(work, "no packet lost", _text(loss), _text(other_loss), met=_blamed(complete, results, "half", profile)),
    ]


def _set_ups(results: Results, profile: str, name: str, goal: int) -> Row:
    ours, other = _pair(results, "set-up", profile, at("set_up.set_ups_per_core_second"))
    met = None if ours is None else ours >= goal
    return Row("call set-up", f"{name}: ≥ {goal:,} a core-second", _text(ours), _text(other), _times(better(ours, other, False)), met)


def _ready(results: Results) -> Row:
    """With one call at a time the time is the daemon's, not the queue's; without such a measurement that of the run of calls."""
    purpose = "single set-up" if results.of("single set-up") else "set-up"
    ours, other = _pair(results, purpose, "transcode", at("set_up.ready_ms.p50"))
    met = None if ours is None else ours < 5
    return Row("call set-up", "DTLS ready p50 < 5 ms", _text(ours, 1, " ms"), _text(other, 1, " ms"), met=met)


def _busy_offer(results: Results) -> Row:
    ours, other = _pair(results, "busy set-up", "transcode", at("background.offer_ms.p99"))
    met = _blamed(None if ours is None else ours < 5, results, "busy set-up", "transcode")
    return Row("call set-up", "ng offer p99 < 5 ms while 80 % loaded", _text(ours, 2, " ms"), _text(other, 2, " ms"), met=met)


def _is_first_wave(probe: Probe) -> bool:
    return probe.round == 1


def _second_wave(results: Results, profile: str) -> Row:
    """What an allocator keeps is no loss as long as the next calls use it."""
    ours, other = (second_wave_growth(results.of("memory", name, profile)) for name in (OURS, OTHER))
    goal = f"as many calls again take no more (≤ {SECOND_WAVE_PERCENT:g} %)"
    met = None if ours is None else ours <= SECOND_WAVE_PERCENT
    return Row(f"memory, {profile}", goal, _text(ours, 1, " %"), _text(other, 1, " %"), met=met)


def _memory(results: Results, profile: str, limit: int) -> Row:
    ours, other = _pair(results, "memory", profile, at("daemon.kb_per_call"), _is_first_wave)
    met = None if ours is None else ours <= limit
    texts = _text(ours, 1, " kB"), _text(other, 1, " kB"), _times(better(ours, other, True))
    return Row(f"memory, {profile}", f"≤ {limit} kB a call", *texts, met)


def _given_back(results: Results, profile: str) -> Row:
    ours, other = _pair(results, "memory", profile, given_back, _is_first_wave)
    met = None if ours is None else ours >= MEMORY_BACK_PERCENT
    goal = f"given back to the system after delete (≥ {MEMORY_BACK_PERCENT:g} %)"
    texts = []
    for name, value in ((OURS, ours), (OTHER, other)):
        soon = [look for probe in results.of("memory", name, profile) if _is_first_wave(probe) and (look := given_back_soon(probe))]
        texts.append(_text(value, 0, " %") + (f" ({soon[0][1]:.0f} % after {soon[0][0]:g} s)" if soon else ""))
    return Row(f"memory, {profile}", goal, *texts, met=met)


def _overload(results: Results) -> Row:
    """Of calls that were there before; it says something only where new ones were refused."""
    probes = [probe for probe in results.of("overload", OURS) if refused(probe)]
    loss, count = _median(probes, at("packets.loss_percent")), _median(probes, refused)
    met = _blamed(None if loss is None else loss < OVERLOAD_LOSS_PERCENT, results, "overload", probes[0].profile if probes else "")
    goal = f"calls lose < {OVERLOAD_LOSS_PERCENT:g} % while new ones are refused"
    text = NOT_MEASURED if loss is None else f"{loss:.3f} %, {_text(count)} refused"
    return Row("overload", goal, text, met=met)


def _growth(results: Results) -> Row:
    goal = "CPU per packet at 1,000 calls ≤ at 100"
    return _growth_row(results, goal, "growth", GROWTH_CALLS, cpu("daemon.cpu_us_per_packet"), "µs", NOISE)


def _growth_of_commands(results: Results) -> Row:
    goal = f"cost of a set-up independent of the calls (≤ {COMMAND_GROWTH:g} ×)"
    return _growth_row(results, goal, "growth of commands", GROWTH_SET_UPS, command_cost, "ms", COMMAND_GROWTH)


def _growth_row(results: Results, goal: str, purpose: str, sizes: tuple[int, int], value: Value, unit: str, limit: float) -> Row:
    texts, ours = [], None
    for name in (OURS, OTHER):
        probes = results.of(purpose, name)
        large = max((probe.calls for probe in probes), default=0)
        few, many = (_median([probe for probe in probes if probe.calls == calls], value) for calls in (sizes[0], large))
        known = few is not None and many is not None and large > sizes[0]
        texts.append(f"{_text(many, 3)} {unit} with {large:,}, {_text(few, 3)} with {sizes[0]}" if known else NOT_MEASURED)
        # Fewer calls than the goal names prove nothing.
        ours = better(many, few, False) if name == OURS and large == sizes[1] else ours
    return Row("growth, plain", goal, texts[0], texts[1], _text(ours, 2, " ×"), None if ours is None else ours <= limit)


def _scale(results: Results) -> Row:
    factor = scale_factor(results)
    return Row("scale, transcode", "2 workers ≥ 1.9 × 1 worker", _text(factor, 2, " ×"), met=None if factor is None else factor >= 1.9)


def scale_factor(results: Results) -> float | None:
    """What two workers carry of what one does: the cost of a packet with one against that with two, times how evenly two share the work.

    It is made of the daemon's own CPU, so the generator may share the cores with it.
    """
    values = []
    for round in {probe.round for probe in results.of("scale", OURS)}:
        by_workers = {probe.workers: probe for probe in results.of("scale", OURS) if probe.round == round}
        if by_workers.keys() >= {1, 2}:
            one, two = (cpu("daemon.cpu_us_per_packet")(by_workers[workers]) for workers in (1, 2))
            efficiency, spread = better(one, two, False), _spread(by_workers[2])
            values.append(efficiency * spread if efficiency and spread else None)
    return median(values)


def _spread(probe: Probe) -> float | None:
    """All of the workers' CPU in units of the busiest one's: 2 when two are equally busy, since the busiest is full first."""
    shares = [float(share) for share in probe.watched.get("threads", [])][: probe.workers]
    return sum(shares) / shares[0] if shares and shares[0] else None


def markdown(results: Results) -> str:
    """The table, with what it was measured on."""
    name = {key: f"{entry.get('version', '')}".strip() for key, entry in results.daemons.items()}
    other = "rtpengine" if "rtpengine" in results.daemons.get(OTHER, {}).get("path", "") else "the other"
    lines = [f"| work | goal | ours | {other} | ratio | |", "|---|---|---|---|---|---|"]
    lines += [f"| {row.work} | {row.goal} | {row.ours} | {row.other} | {row.ratio} | {row.verdict} |" for row in rows(results)]
    machine, loads = results.machine, [load for probe in results.probes for load in probe.load_average]
    text = f"{results.started}: {machine.get('cores')} cores {machine.get('cpu')}, Linux {machine.get('kernel')}"
    text += f"; load average {machine.get('load_average', 0):.2f} before"
    text += f", {min(loads):.2f} to {max(loads):.2f} during" if loads else ""
    text += f". {name.get(OURS, 'ours')}; {other} {name.get(OTHER, '–')}. `{' '.join(results.command)}`"
    failed = [f"- failed: {failure}" for failure in results.failures]
    early = ["It was ended early."] if results.ended_early else []
    return "\n".join([*lines, "", text, *early, *([""] + failed if failed else [])]) + "\n"


def paste(document: str, table: str) -> str:
    """`document` with `table` between its markers; ValueError when they are not there once each, in order."""
    if document.count(BEGIN) != 1 or document.count(END) != 1 or document.index(BEGIN) > document.index(END):
        raise ValueError(f"no {BEGIN} … {END}")
    head, _, rest = document.partition(BEGIN)
    return f"{head}{BEGIN}\n{table.strip()}\n{END}{rest.partition(END)[2]}"
