"""Runs `rtpbridge-load` against a daemon, with a bound on its time, and watches the daemon's threads and CPU meanwhile."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Callable

from .daemons import Daemon, pinned, stop
from .machine import CPUClock, thread_seconds
from .measurement import REQUIRED, REQUIRED_OF_SET_UP, GeneratorError, Measurement, complaint

#: Beyond the time of the media: a call takes so long to set up and to delete even with the slowest daemon [s].
SECONDS_PER_CALL = 0.1
SECONDS_TO_SPARE = 40.0
#: Between two looks at the daemon's threads [s].
WATCH_INTERVAL = 0.5
#: The phase of the generator in which media is counted.
MEASURED_PHASE = "measure"

Report = Callable[[str, float, float], None]


@dataclass
class Watch:
    """CPU of the daemon's threads and of its CPUs between the first and the last look in the measured phase."""

    pid: int
    cpus: set[int]
    first: tuple[float, dict[int, float], CPUClock] | None = None
    last: tuple[float, dict[int, float], CPUClock] | None = None

    def look(self) -> None:
        self.last = (time.monotonic(), thread_seconds(self.pid), CPUClock.now(self.cpus))
        self.first = self.first or self.last

    def result(self) -> dict[str, object]:
        """Shares of one core by thread, busiest first, and what the daemon's CPUs did."""
        if not self.first or not self.last or self.last[0] - self.first[0] < WATCH_INTERVAL:
            return {}
        (begun, before, idle), (ended, after, busy) = self.first, self.last
        shares = sorted(((seconds - before.get(thread, 0)) / (ended - begun) for thread, seconds in after.items()), reverse=True)
        return {"threads": [round(share, 4) for share in shares if share > 0.001], "cpus": busy.shares_since(idle)}


@dataclass(frozen=True)
class Load:
    """What is played: the arguments of the generator beside the daemon's."""

    profile: str
    calls: int
    #: Of media that counts [s].
    seconds: float = 15.0
    warm_up: float = 2.0
    #: Calls to record for PESQ.
    record: int = 0
    #: Calls a second that come and go meanwhile.
    background: float = 0.0
    #: When the daemon's memory is looked at after the last delete [s].
    memory_after: tuple[float, ...] = ()
    #: Only set-ups: no media.
    set_up_only: bool = False
    #: Packets that go astray, for all that is played: the command line's --jitter-ms and so on.
    network: tuple[str, ...] = ()
    #: Requests under way at a time.
    window: int | None = None

    def arguments(self, record_folder: Path) -> list[str]:
        words = ["set-up" if self.set_up_only else "run", "--profile", self.profile, "--calls", str(self.calls)]
        if self.set_up_only:
            return words + (["--window", str(self.window)] if self.window else [])
        words += ["--seconds", f"{self.seconds:g}", "--warm-up", f"{self.warm_up:g}", *self.network]
        words += ["--record", str(self.record), "--record-dir", str(record_folder)] if self.record else []
        words += ["--background-set-ups", f"{self.background:g}"] if self.background else []
        words += ["--memory-after", *(f"{seconds:g}" for seconds in self.memory_after)] if self.memory_after else []
        return words + (["--set-up-window", str(self.window)] if self.window else [])

    @property
    def longest(self) -> float:
        """When it is given up [s]."""
        media = 0 if self.set_up_only else self.seconds + self.warm_up + max(self.memory_after, default=0)
        return media + self.calls * SECONDS_PER_CALL + SECONDS_TO_SPARE


@dataclass
class Generator:
    """`rtpbridge-load` on one CPU."""

    path: Path
    cpu: int
    speech: list[Path] = field(default_factory=list)
    seed: int = 1

    def play(self, load: Load, daemon: Daemon, folder: Path, report: Report) -> tuple[Measurement, dict[str, object]]:
        """The measurement, and what was seen of the daemon meanwhile. GeneratorError when it fails or takes too long."""
        words = [str(self.path), *load.arguments(folder), "--ng", daemon.address, "--daemon-pid", str(daemon.pid)]
        words += ["--seed", str(self.seed)]
        if not load.set_up_only:
            words += ["--cpu", str(self.cpu), *(word for file in self.speech for word in ("--speech", str(file)))]
        watch = Watch(daemon.pid, set(daemon.cpus))
        text = self._run(words, load.longest, watch, report)
        return Measurement.parse(text, REQUIRED_OF_SET_UP if load.set_up_only else REQUIRED), watch.result()

    def _run(self, words: list[str], longest: float, watch: Watch, report: Report) -> str:
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        process = subprocess.Popen(pinned(words, [self.cpu]), stdin=nothing, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
        assert process.stdout and process.stderr
        output, errors = _drain(process.stdout), _drain(process.stderr)
        try:
            said = _follow(process, errors, longest, watch, report)
        finally:
            stop(process)
        text = "".join(iter(lambda: output.get(timeout=5) or "", ""))
        if process.returncode != 0:
            why = complaint(text) or " | ".join(said[-3:])
            raise GeneratorError(f"the generator ended with {process.returncode}: {why}")
        return text


def _follow(process: subprocess.Popen[str], errors: Queue[str | None], longest: float, watch: Watch, report: Report) -> list[str]:
    """Passes progress on until the generator ends; the lines that were no progress."""
    deadline, said, measuring = time.monotonic() + longest, list[str](), False
    while True:
        try:
            line = errors.get(timeout=WATCH_INTERVAL)
        except Empty:
            line = ""
        if line is None:
            _await(process, max(deadline - time.monotonic(), 1))
            return said
        if line.strip():
            phase = _progress(line, report)
            measuring = phase == MEASURED_PHASE if phase else measuring
            said += [] if phase else [line.strip()]
        if measuring:
            watch.look()
        if time.monotonic() > deadline:
            raise GeneratorError(f"the generator was stopped after {longest:.0f} s: {' | '.join(said[-3:])}")


def _await(process: subprocess.Popen[str], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise GeneratorError("the generator closed its output and goes on") from error


def _progress(line: str, report: Report) -> str | None:
    """The phase in a line of progress; None when it is another line."""
    try:
        entry = json.loads(line)
        report(str(entry["phase"]), float(entry["done"]), float(entry["of"]))
        return str(entry["phase"])
    except (json.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


def _drain(stream: IO[str]) -> Queue[str | None]:
    """The lines of a pipe, read by a thread so that it never fills up; None at the end."""
    lines: Queue[str | None] = Queue()

    def read() -> None:
        for line in stream:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines
