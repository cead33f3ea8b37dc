"""What the figures were measured on, and what else ran there meanwhile."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def describe() -> dict[str, object]:
    """Model, cores, kernel and memory of this machine."""
    return {
        "cpu": _field(Path("/proc/cpuinfo"), "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 1,
        "usable_cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "memory_mb": int((_field(Path("/proc/meminfo"), "MemTotal") or "0 kB").split()[0]) // 1024,
        "governor": _text(Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")) or "unknown",
        "python": platform.python_version(),
        "load_average": load_average(),
    }


def load_average() -> float:
    """Of the last minute."""
    return os.getloadavg()[0]


def version_of(path: Path) -> str:
    """What `path --version` says, in one line."""
    try:
        ran = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"unknown ({error})"
    lines = (ran.stdout + ran.stderr).strip().splitlines()
    return lines[0].removeprefix("Version: ") if lines else "unknown"


def default_cpus() -> tuple[list[int], int]:
    """The CPUs for a daemon, best first, and the one for the generator, which is apart where there are two."""
    usable = sorted(os.sched_getaffinity(0))
    # Most machines take their interrupts on the first CPU: that one is the generator's.
    return (usable[:0:-1] or usable), usable[0]


@dataclass(frozen=True)
class CPUClock:
    """How long the given CPUs did what since boot [s]."""

    user: float
    system: float
    #: Interrupts and their second halves; loopback delivers packets in these.
    interrupts: float
    #: What the hypervisor gave to others.
    stolen: float
    idle: float

    @staticmethod
    def now(cpus: set[int], stat: Path = Path("/proc/stat")) -> CPUClock:
        sums = [0.0] * 8
        for line in stat.read_text().splitlines():
            name, *words = line.split()
            if name.startswith("cpu") and name != "cpu" and int(name[3:]) in cpus:
                sums = [total + int(word) / TICKS_PER_SECOND for total, word in zip(sums, words)]
        user, nice, system, idle, waiting, hard, soft, stolen = sums
        return CPUClock(user + nice, system, hard + soft, stolen, idle + waiting)

    def shares_since(self, before: CPUClock) -> dict[str, float]:
        """Shares (0 to 1) of the time since `before`, all CPUs together."""
        spans = {name: max(getattr(self, name) - getattr(before, name), 0.0) for name in self.__dataclass_fields__}
        whole = sum(spans.values())
        return {name: round(span / whole, 4) if whole else 0.0 for name, span in spans.items()}


def thread_seconds(pid: int) -> dict[int, float]:
    """CPU of each thread of a process so far [s]; empty when it has ended."""
    seconds: dict[int, float] = {}
    for entry in Path(f"/proc/{pid}/task").glob("*/stat"):
        # The name, in parentheses, may have spaces.
        words = (_text(entry) or "").rpartition(")")[2].split()
        if len(words) > 12:
            seconds[int(entry.parent.name)] = (int(words[11]) + int(words[12])) / TICKS_PER_SECOND
    return seconds


def _field(path: Path, name: str) -> str | None:
    for line in (_text(path) or "").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None


def _text(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except OSError:
        return None
