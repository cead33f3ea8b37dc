"""The harness without a call or a process: searches of synthetic systems, goals, speech, reports."""

from __future__ import annotations

import json
import math
import wave
from pathlib import Path

import numpy as np
import pytest
from harness import cli, goals, pesq_score, report, sampling, summary
from harness.capacity import Verdict, judge, search
from harness.daemons import free_block
from harness.measurement import GeneratorError, Measurement
from harness.pesq_score import quality
from harness.session import OTHER, OURS, Probe, Results

PERF = Path(__file__).parents[1]

# The search


def carries(limit: int, generator_limit: int = 10**9):  # type: ignore[no-untyped-def]
    return lambda calls: Verdict.GOOD if calls <= limit else Verdict.GENERATOR if calls > generator_limit else Verdict.BAD


@pytest.mark.parametrize("limit", [1, 2, 7, 24, 100, 463, 1999])
@pytest.mark.parametrize("start", [1, 20, 500])
def test_the_search_closes_in_on_the_limit(limit: int, start: int) -> None:
    found = search(start, carries(limit), most=60)
    assert not found.is_lower_bound
    assert found.calls <= limit < found.bad
    assert found.bad - found.calls <= max(1, 0.05 * found.bad)


def test_ten_questions_suffice_from_a_fair_estimate() -> None:
    for limit in range(100, 140):
        found = search(100, carries(limit), most=10)
        assert found.bad - found.calls <= 0.05 * found.bad, limit


def test_a_limit_of_the_generator_gives_a_lower_bound() -> None:
    found = search(100, carries(300, generator_limit=300), most=20)
    assert found.is_lower_bound and found.limit == "generator"
    assert not search(100, carries(300, generator_limit=1000), most=20).is_lower_bound


def test_a_search_that_never_fails_gives_a_lower_bound_and_ends() -> None:
    found = search(10, lambda _: Verdict.GOOD, most=50, largest=1000)
    assert found.is_lower_bound and found.calls == 1000


def test_nothing_works() -> None:
    found = search(50, lambda _: Verdict.FAILED, most=30)
    assert found.calls == 0 and found.bad == 1


def measured(**changes: object) -> dict[str, object]:
    raw: dict[str, object] = {"packets": {"loss_percent": 0.0}, "delay_ms": {"p99": 1.0}, "set_up": {"calls": 10}}
    return raw | {"generator": {"overloaded": False}} | changes


@pytest.mark.parametrize(
    ("raw", "verdict"),
    [
        (measured(), Verdict.GOOD),
        (measured(packets={"loss_percent": 0.1}), Verdict.BAD),
        (measured(delay_ms={"p99": 20.0}), Verdict.BAD),
        (measured(delay_ms={"p99": None}), Verdict.BAD),
        (measured(set_up={"calls": 9}), Verdict.BAD),
        (measured(packets={"loss_percent": 1}, generator={"overloaded": True}), Verdict.GENERATOR),
        (None, Verdict.FAILED),
    ],
)
def test_what_is_good(raw: dict[str, object] | None, verdict: Verdict) -> None:
    assert judge(Probe(OURS, {"profile": "plain", "calls": 10}, "capacity", measurement=raw)) is verdict


# What the generator says


def test_numbers_of_a_measurement() -> None:
    measurement = Measurement({"a": {"b": 1, "c": math.nan, "d": True, "e": "1"}, "f": 2})
    assert measurement.number("a.b") == 1.0
    assert [measurement.number(name) for name in ("a.c", "a.d", "a.e", "a.b.x", "g", "a")] == [None] * 6


@pytest.mark.parametrize("text", ["", "[]", "{", "3", '{"profile": "plain", "calls": 5}'])
def test_what_is_no_measurement(text: str) -> None:
    with pytest.raises(GeneratorError):
        Measurement.parse(text)


# Goals


def results_of(ours: float, other: float, found: tuple[dict[str, object], dict[str, object]] | None = None) -> Results:
    """Two rounds of 200 plain calls."""
    results = Results(machine={"cores": 2, "cpu": "x", "kernel": "6", "load_average": 0.0, "memory_mb": 1})
    for round, drift in enumerate((1.0, 3.0)):
        for name, value in ((OURS, ours), (OTHER, other)):
            # The machine is three times as fast in the second round: no ratio may show it.
            raw = measured(daemon={"calls_per_core": value * drift, "cpu_us_per_packet": 1e4 / value / drift})
            results.probes.append(Probe(name, {"profile": "plain", "calls": 200}, "compare", round, measurement=raw))
    if found:
        results.capacity["plain"] = dict(zip((OURS, OTHER), found))
    return results


def row(results: Results, work: str) -> goals.Row:
    return next(row for row in goals.rows(results) if row.work == work)


def test_ratios_are_of_the_same_round() -> None:
    assert row(results_of(1800, 600), "plain, 200 calls").met is True
    assert row(results_of(1700, 600), "plain, 200 calls").met is False
    cell = summary.cell(summary.FIGURES[0], results_of(1800, 600).probes)
    assert cell.ratio == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("ours", "other", "met"),
    [((1900, False), (600, False), True), ((1700, False), (600, False), False), ((1900, True), (600, False), True),
     ((1700, True), (600, False), None), ((1900, False), (600, True), None)],
)  # fmt: skip
def test_a_lower_bound_proves_only_so_much(ours: tuple[int, bool], other: tuple[int, bool], met: bool | None) -> None:
    found: list[dict[str, object]] = [{"calls": calls, "is_lower_bound": bound} for calls, bound in (ours, other)]
    assert row(results_of(1, 1, (found[0], found[1])), "plain, at capacity").met is met


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    assert {row.met for row in goals.rows(Results())} == {None}
    assert "not measured" in goals.markdown(Results())


@pytest.mark.parametrize(("threads", "two", "met"), [([0.5, 0.5], 10.0, True), ([0.6, 0.4], 10.0, False), ([0.5, 0.5], 11.0, False)])
def test_scale_is_the_cost_of_a_packet_and_how_evenly_it_is_shared(threads: list[float], two: float, met: bool) -> None:
    results = Results()
    for workers, cost in ((1, 10.0), (2, two)):
        raw = measured(daemon={"cpu_us_per_packet": cost})
        load = {"profile": "transcode", "calls": 10}
        results.probes.append(Probe(OURS, load, "scale", 0, workers, raw, watched={"threads": threads}))
    assert row(results, "scale, transcode").met is met


def test_a_lossy_measurement_has_no_cpu_figures() -> None:
    results = results_of(1800, 600)
    for probe in results.probes:
        if probe.daemon == OURS:
            probe.measurement = (probe.measurement or {}) | {"packets": {"loss_percent": 1.0}}
    assert row(results, "plain, 200 calls").met is None
    titles = [cell.figure.title for cell in summary.cells(results.probes) if cell.ours is not None]
    assert "loss" in titles and "CPU per packet" not in titles


@pytest.mark.parametrize(("delay", "disturbed", "met"), [(0.5, True, True), (0.5, False, True), (2.0, True, None), (2.0, False, False)])
def test_the_daemon_is_not_blamed_for_the_generator(delay: float, disturbed: bool, met: bool | None) -> None:
    raw = measured(delay_ms={"p99": delay}, generator={"overloaded": disturbed})
    results = Results(probes=[Probe(OURS, {"profile": "plain", "calls": 9}, "half", measurement=raw)])
    assert row(results, "plain, half of capacity").met is met


def test_memory_given_back() -> None:
    raw = {"daemon": {"rss_before_kb": 10000, "rss_steady_kb": 20000, "rss_after_kb": 11000}}
    assert summary.given_back(Probe(OURS, {}, "memory", measurement=raw)) == pytest.approx(90)


def test_the_table_goes_between_its_markers() -> None:
    document = f"before\n{goals.BEGIN}\nold\n{goals.END}\nafter\n"
    pasted = goals.paste(document, "new\n")
    assert pasted == f"before\n{goals.BEGIN}\nnew\n{goals.END}\nafter\n"
    assert goals.paste(pasted, "new") == pasted
    with pytest.raises(ValueError):
        goals.paste(goals.BEGIN, "new")
    goals.paste((PERF / "README.md").read_text(), "new")


# Speech


def test_speech_is_found_wherever_a_recording_begins(tmp_path: Path) -> None:
    if not pesq_score.speech_files():
        pytest.skip("asterisk-core-sounds-en-wav is not installed")
    said = quality.speech(quality.USER_PROMPTS)
    heard = np.roll(np.tile(said, 2), -17000)[: 10 * 8000]
    assert pesq_score.score(said, heard) > 4.4
    noise = np.random.default_rng(1).normal(0, 2000, len(heard)).astype(np.int16)
    assert pesq_score.score(said, np.clip(heard + noise, -32768, 32767).astype(np.int16)) < 3
    assert pesq_score.score(said, np.zeros(80000, np.int16)) == 1.0


def test_a_recording_at_48_kHz_is_brought_to_8(tmp_path: Path) -> None:
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(48000) / 48000)).astype(np.int16)
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setparams((1, 2, 48000, len(tone), "NONE", ""))
        file.writeframes(tone.tobytes())
    pcm = pesq_score.read(tmp_path / "tone.wav")
    expected = 8000 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)
    assert len(pcm) == 8000 and np.abs(pcm - expected).max() < 20


# The rest


def test_calls_by_profile() -> None:
    assert cli.parse_calls("20,200", ["plain", "srtp"]) == {"plain": [20, 200], "srtp": [20, 200]}
    assert cli.parse_calls("plain=5,srtp=6,plain=7", ["plain"]) == {"plain": [5, 7], "srtp": [6]}
    assert cli.parse_calls(None, ["plain"]) == {}
    for wrong in ("x", "0", "plain="):
        with pytest.raises(ValueError):
            cli.parse_calls(wrong, ["plain"])


def test_a_block_of_ports_begins_even_and_is_as_long_as_asked() -> None:
    for length in (100, 4000):
        block = free_block(length)
        assert block.start % 2 == 0 and len(block) == length


def test_symbols_of_perf() -> None:
    text = "# Overhead  Shared Object\n    12.50%  [kernel.kallsyms]  [k] __udp_sendmsg   -      -  \n"
    text += "    31.20%  rtpbridge  [.] Call.receive(_:leg:)\n     8.00%  libopus.so.0.8.0  [.] 0x00031ce3\n"
    text += "     7.00%  libopus.so.0.8.0  [.] 0x00031d00\n"
    found = [(entry["percent"], entry["symbol"], entry["kernel"]) for entry in sampling.parse(text)]
    opus = (15.0, sampling.NO_SYMBOLS, False)
    assert found == [(31.2, "Call.receive(_:leg:)", False), opus, (12.5, "__udp_sendmsg", True)]


def test_a_result_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(ValueError, match="format"):
        Results.read(tmp_path / "results.json")


def test_a_report_of_nothing_renders() -> None:
    results = Results(machine={"cores": 2, "cpu": "<x>", "kernel": "6", "load_average": 0.0, "memory_mb": 1})
    assert "&lt;x&gt;" in report.html(results)
