"""Where a daemon's CPU goes: `perf record` on its process while calls are played."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from .daemons import Daemon
from .measurement import GeneratorError
from .session import Session

SECONDS = 10.0
TOP = 15
FREQUENCY = 997
NO_SYMBOLS = "all of it: its symbols are stripped"
#: Some versions put columns of their own, which are empty here, after the symbol.
LINE = re.compile(r"^\s*([\d.]+)%\s+(\S+)\s+\[([.kguH])\]\s+(.+?)(?:\s+-)*\s*$")


def sample(session: Session, name: str, profile: str, calls: int) -> None:
    """Plays the load and notes the symbols that took most of the CPU, in user space and in the kernel."""
    if shutil.which("perf") is None:
        session.note("profile: no `perf` here (Debian: linux-perf)")
        return
    session.progress.expect(1)
    session.progress.step(f"{name}: where {calls} {profile} calls take the CPU")
    load = session.load(profile, calls, seconds=SECONDS + 2)
    spec, settings = session.specs[name], session.settings
    settings.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="perf-", dir=settings.output) as folder:
        data = Path(folder) / "perf.data"
        with Daemon(spec, settings.daemon_cpus[:1], settings.output / f"{name}.log", calls) as daemon:
            recorder = Recorder(daemon.pid, data, settings.generator_cpu)

            def report(phase: str, done: float, of: float) -> None:
                session.progress.part(phase, done, of)
                if phase == "measure":
                    recorder.begin()

            try:
                measurement, _ = session.generator.play(load, daemon, Path(folder), report)
            except GeneratorError as error:
                session.note(f"profile of {name}, {calls} {profile}: {error}")
                return
            finally:
                recorder.end()
        symbols = parse(demangled(recorder.report()))
    if not symbols:
        session.note(f"profile of {name}: perf said nothing: {recorder.complaint}")
    entry = {"daemon": name, "profile": profile, "calls": calls, "symbols": symbols[:TOP], "measurement": measurement.raw}
    entry["kernel_percent"] = round(sum(symbol["percent"] for symbol in symbols if symbol["kernel"]), 1)
    session.results.symbols.append(entry)


class Recorder:
    """`perf record` on one process for ten seconds, begun once."""

    def __init__(self, pid: int, data: Path, cpu: int) -> None:
        self.pid, self.data, self.cpu = pid, data, cpu
        self.process: subprocess.Popen[str] | None = None
        self.complaint = ""
        self.lock = threading.Lock()

    def begin(self) -> None:
        with self.lock:
            if self.process is None:
                words = ["perf", "record", "-q", "-e", "cpu-clock", "-F", str(FREQUENCY), "-p", str(self.pid), "-o", str(self.data)]
                words += ["--", "sleep", f"{SECONDS:g}"]
                self.process = subprocess.Popen(
                    words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
                )

    def end(self) -> None:
        """Waits until it has written."""
        if self.process is None:
            return
        try:
            _, self.complaint = self.process.communicate(timeout=SECONDS + 10)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            _, self.complaint = self.process.communicate()

    def report(self) -> str:
        if not self.data.exists():
            return ""
        words = ["perf", "report", "-i", str(self.data), "--stdio", "--no-children", "-s", "dso,symbol"]
        ran = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        self.complaint += ran.stderr if not ran.stdout else ""
        return ran.stdout


def demangled(report: str) -> str:
    """With Swift's names in words, where its tools are at hand."""
    if shutil.which("swift") is None:
        return report
    words = ["swift", "demangle", "--compact", "--simplified"]
    ran = subprocess.run(words, input=report, capture_output=True, text=True, timeout=60, check=False)
    return ran.stdout if ran.returncode == 0 and ran.stdout else report


def parse(report: str) -> list[dict[str, Any]]:
    """The lines of `perf report -s dso,symbol`, largest first. A library without symbols is one line."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in report.splitlines():
        if match := LINE.match(line):
            percent, place, mark, name = match.groups()
            symbol = NO_SYMBOLS if name.startswith("0x") else name
            entry = found.setdefault((place, symbol), {"percent": 0.0, "object": place, "kernel": mark == "k", "symbol": symbol})
            entry["percent"] = round(entry["percent"] + float(percent), 2)
    return sorted(found.values(), key=lambda entry: -float(entry["percent"]))
