"""The command line: `perf/run COMMAND [options]`."""

from __future__ import annotations

import argparse
import os
import resource
import shlex
import signal
import sys
from pathlib import Path
from types import FrameType

from rich.console import Console

from . import machine, measure, report, tables
from .capacity import capacity
from .daemons import DaemonSpec
from .generator import Generator
from .pesq_score import speech_files
from .progress import progress_for
from .sampling import sample
from .session import OTHER, OURS, RELAY_PROFILES, TRANSCODING_PROFILES, Results, Session, Settings, new_results

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / ".build" / "release"
RTPENGINE = Path("/usr/bin/rtpengine")
PROFILES = ["plain", "srtp", "transcode"]
COMMANDS = {
    "compare": "the same calls through two daemons in turn",
    "capacity": "the largest number of calls with loss < 0.1 %% and p99 < 20 ms",
    "floor": "the building blocks alone, against the daemon that transcodes",
    "growth": "a hundred calls against a thousand",
    "scale": "one worker against two",
    "set-up": "set-ups a second, one at a time, and while 80 %% loaded",
    "memory": "memory of a call, and what is given back",
    "overload": "what calls lose while new ones are refused",
    "profile": "the symbols that take the CPU",
    "all": "everything that the table of goals needs",
    "report": "results.json again as tables, Markdown and HTML",
}


def parser() -> argparse.ArgumentParser:
    method = "perf/README.md has the method."
    top = argparse.ArgumentParser(prog="perf/run", description="Load for ng daemons, measured.", epilog=method)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
        command.add_argument("--output", type=Path, default=Path("perf-results"), help="folder of the results")
        if name in ("all", "report"):
            command.add_argument("--update-readme", action="store_true", help="put the table of goals into perf/README.md")
        if name != "report":
            _add_daemons(command, name)
            _add_load(command, name)
    return top


def _add_daemons(command: argparse.ArgumentParser, name: str) -> None:
    group = command.add_argument_group("daemons")
    group.add_argument("--daemon", type=Path, default=BUILT / "rtpbridge", help="the daemon that is measured")
    group.add_argument("--daemon-options", default="", help="more options of it, in one word")
    if name not in ("floor", "scale", "overload"):
        text = f"another daemon to measure in turn, as {RTPENGINE}"
        group.add_argument("--against", type=Path, required=name == "compare", help=text)
        group.add_argument("--against-options", default="", help="more options of it, in one word")
    group.add_argument("--generator", type=Path, default=BUILT / "rtpbridge-load")
    group.add_argument("--bench", default=str(BUILT / "rtpbridge-bench"))
    group.add_argument("--daemon-cpu", type=int, help="of the first worker; the last CPU unless given")
    group.add_argument("--generator-cpu", type=int, help="the first CPU unless given")


def _add_load(command: argparse.ArgumentParser, name: str) -> None:
    group = command.add_argument_group("calls")
    if name in ("compare", "capacity", "all", "profile", "growth", "scale"):
        default = {"growth": "plain", "scale": "transcode", "profile": "transcode"}.get(name, ",".join(PROFILES))
        group.add_argument("--profiles", "--profile", default=default, help=", ".join((*RELAY_PROFILES, *TRANSCODING_PROFILES)))
    if name in ("compare", "profile"):
        group.add_argument("--calls", help="20,200 for all profiles, or transcode=20,plain=200 (default: 20 transcoded, 200 relayed)")
    if name in ("compare", "scale"):
        group.add_argument("--capacity", action="store_true", help="search the capacity, too")
    group.add_argument("--quick", action="store_true", help="one short round and a coarse search")
    group.add_argument("--seconds", type=float, help="of media that counts (default: 15, all: 10, quick: 5)")
    group.add_argument("--warm-up", type=float, help="of media before it [s] (default: 2, quick: 1)")
    group.add_argument("--rounds", type=int, help="(default: 2, quick: 1)")
    group.add_argument("--record", type=int, default=2, help="calls whose speech is scored")
    group.add_argument("--seed", type=int, default=1)
    group.add_argument("--speech", type=Path, nargs="+", default=[], help="WAVE files (default: Asterisk's English prompts)")
    for option in ("jitter-ms", "loss-percent", "reorder-percent"):
        group.add_argument(f"--{option}", type=float, help="of what the generator sends")


def parse_calls(text: str | None, profiles: list[str]) -> dict[str, list[int]]:
    """`20,200` or `plain=200,transcode=20`, by profile; ValueError when it is something else."""
    calls: dict[str, list[int]] = {}
    for word in (text or "").replace(" ", "").split(","):
        name, _, number = word.rpartition("=")
        for profile in ([name] if name else profiles) if word else []:
            calls.setdefault(profile, []).append(int(number))
    if any(number < 1 for numbers in calls.values() for number in numbers):
        raise ValueError("a number of calls is at least 1")
    return calls


def make_settings(options: argparse.Namespace) -> Settings:
    cpus, generator_cpu = machine.default_cpus()
    generator_cpu = generator_cpu if options.generator_cpu is None else options.generator_cpu
    first = cpus[0] if options.daemon_cpu is None else options.daemon_cpu
    rest = [cpu for cpu in sorted(os.sched_getaffinity(0), reverse=True) if cpu not in (first, generator_cpu)]
    network = [(f"--{name}", getattr(options, name.replace("-", "_"))) for name in ("jitter-ms", "loss-percent", "reorder-percent")]
    return Settings(
        output=options.output.resolve(),
        daemon_cpus=[first, *rest],
        generator_cpu=generator_cpu,
        seconds=options.seconds or (5.0 if options.quick else 10.0 if options.command == "all" else 15.0),
        warm_up=(1.0 if options.quick else 2.0) if options.warm_up is None else options.warm_up,
        rounds=max(options.rounds or (1 if options.quick else 2), 1),
        record=options.record,
        quick=options.quick,
        network=tuple(word for option, value in network if value is not None for word in (option, f"{value:g}")),
    )


def make_specs(options: argparse.Namespace, console: Console) -> dict[str, DaemonSpec] | None:
    """None, with a line said, when one of the programs is not there."""
    wished = {OURS: (options.daemon, options.daemon_options)}
    against = getattr(options, "against", None)
    if against is None and options.command == "all":
        against = RTPENGINE if RTPENGINE.exists() else None
        if against is None:
            console.print(f"no {RTPENGINE}: ours alone is measured (Debian: apt-get install rtpengine-daemon)")
    if against:
        wished[OTHER] = (against, options.against_options)
    missing = [path for path in (*(path for path, _ in wished.values()), options.generator) if not os.access(path, os.X_OK)]
    for path in missing:
        is_rtpengine = path.name.startswith("rtpengine")
        hint = " Debian has it as rtpengine-daemon; it is yours to install." if is_rtpengine else " Leave out --no-build."
        console.print(f"perf/run: no program {path}.{hint}", markup=False)
    if missing:
        return None
    return {name: DaemonSpec(name, path, machine.version_of(path), tuple(shlex.split(words))) for name, (path, words) in wished.items()}


def perform(session: Session, options: argparse.Namespace) -> None:
    """The command's measurements."""
    profiles = getattr(options, "profiles", "").split(",")
    bench = shlex.split(options.bench)
    match options.command:
        case "compare":
            measure.compare(session, profiles, parse_calls(options.calls, profiles))
            if options.capacity:
                measure.capacities(session, profiles)
        case "capacity":
            for profile in profiles:
                for name in session.names:
                    capacity(session, name, profile)
        case "floor":
            measure.floor(session, bench)
        case "growth":
            measure.growth(session, profiles[0])
        case "scale":
            measure.scale(session, profiles[0], options.capacity)
        case "set-up":
            measure.set_up(session)
        case "memory":
            measure.memory(session)
        case "overload":
            measure.overload(session)
        case "profile":
            calls = parse_calls(options.calls, profiles)
            for profile in profiles:
                for name in session.names:
                    for number in calls.get(profile) or [measure.default_calls(profile)]:
                        sample(session, name, profile, number)
        case "all":
            measure.compare(session, profiles, {})
            measure.floor(session, bench)
            measure.set_up(session)
            measure.memory(session)
            measure.overload(session)
            measure.growth(session, names=[OURS])
            measure.scale(session)
            measure.capacities(session, profiles)


def run(options: argparse.Namespace, console: Console) -> int:
    settings = make_settings(options)
    try:
        check(options)
    except ValueError as error:
        console.print(f"perf/run: {error}", markup=False)
        return 2
    specs = make_specs(options, console)
    if specs is None:
        return 2
    # A call takes several sockets, at both ends; the daemon's CPU is not for this program.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    results = new_results(["perf/run", *sys.argv[1:]], settings, specs)
    if settings.generator_cpu in settings.daemon_cpus[:1]:
        console.print("one CPU for the daemon and the generator: delays and capacity say little", markup=False)
    os.sched_setaffinity(0, {settings.generator_cpu})
    generator = Generator(options.generator, settings.generator_cpu, options.speech or speech_files(), options.seed)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with progress_for(console) as progress:
            perform(Session(settings, specs, generator, results, progress), options)
    except KeyboardInterrupt:
        results.ended_early = True
    return finish(results, options, console)


def check(options: argparse.Namespace) -> None:
    """ValueError for words that argparse lets through."""
    profiles = [profile for profile in getattr(options, "profiles", "").split(",") if profile]
    if unknown := set(profiles) - {*RELAY_PROFILES, *TRANSCODING_PROFILES}:
        raise ValueError(f"no profile {', '.join(sorted(unknown))}")
    parse_calls(getattr(options, "calls", None), profiles)


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def finish(results: Results, options: argparse.Namespace, console: Console) -> int:
    """Prints and writes what there is. 0 when nothing failed."""
    # Another Ctrl-C would lose the results.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    paths = report.write_all(results, options.output)
    tables.print_results(results, console, options.command in ("all", "report"))
    if getattr(options, "update_readme", False):
        report.update_readme(results)
        paths.append(report.README)
    console.print(*paths, sep="\n", markup=False, highlight=False)
    return 130 if results.ended_early else 1 if results.failures else 0


def main() -> int:
    options = parser().parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120, emoji=False)
    if options.command != "report":
        return run(options, console)
    try:
        return finish(Results.read(options.output / "results.json"), options, console)
    except (OSError, ValueError) as error:
        console.print(f"perf/run: {error}", markup=False)
        return 2
