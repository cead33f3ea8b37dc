"""The largest number of calls that a daemon carries well, by bisection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from .session import Probe, Session

LARGEST_LOSS_PERCENT = 0.1
LARGEST_P99_MS = 20.0
#: A daemon that fails while it uses less of its CPU than this was disturbed: it is asked once more.
BUSY = 0.85
LARGEST_SEARCH = 5000


class Verdict(Enum):
    GOOD = "good"
    BAD = "bad"
    #: It was not good, but the generator could not keep up either.
    GENERATOR = "generator"
    FAILED = "failed"


@dataclass
class Found:
    """What a search came to."""

    #: The largest number of calls that was good; 0 when none was.
    calls: int = 0
    #: The smallest that was not; 0 when none was tried.
    bad: int = 0
    #: `calls` is not the daemon's limit, only what is known to be possible.
    is_lower_bound: bool = False
    limit: str = ""
    tried: list[tuple[int, str]] = field(default_factory=list)


def search(start: int, ask: Callable[[int], Verdict], tolerance: float = 0.05, most: int = 10, largest: int = LARGEST_SEARCH) -> Found:
    """Steps up or down from `start` until there is a good and a bad number, then the middle of them.

    It ends when they differ by no more than `tolerance`, or when `most` were asked.
    """
    found, calls = Found(), max(start, 1)
    while len(found.tried) < most:
        verdict = ask(calls)
        found.tried.append((calls, verdict.value))
        if verdict is Verdict.GOOD:
            found.calls = max(found.calls, calls)
        else:
            found.bad, found.limit = calls, verdict.value
        following = _next(found, tolerance, largest)
        if following is None:
            break
        calls = following
    found.is_lower_bound = bool(found.calls) and (found.limit == Verdict.GENERATOR.value or not found.bad)
    return found


def _next(found: Found, tolerance: float, largest: int) -> int | None:
    if not found.bad:
        return min(max(found.calls + 1, found.calls * 7 // 5), largest) if found.calls < largest else None
    if found.bad - found.calls <= max(1, tolerance * found.bad):
        return None
    # As long as nothing was good there is nothing to take the middle of.
    return (found.calls + found.bad) // 2 if found.calls else found.bad // 2


def judge(probe: Probe) -> Verdict:
    """Whether the calls of a probe were carried well."""
    if not probe.measurement:
        return Verdict.FAILED
    loss, p99 = probe.number("packets.loss_percent"), probe.number("delay_ms.p99")
    reached = probe.number("set_up.calls")
    is_complete = reached is None or reached >= probe.calls
    if is_complete and loss is not None and loss < LARGEST_LOSS_PERCENT and p99 is not None and p99 < LARGEST_P99_MS:
        return Verdict.GOOD
    return Verdict.GENERATOR if probe.is_disturbed else Verdict.BAD


def busy_share(probe: Probe) -> float:
    """How much of a CPU each of the workers used."""
    return sum(float(share) for share in probe.watched.get("threads", [])) / probe.workers


def capacity(session: Session, name: str, profile: str, workers: int = 1) -> Found | None:
    """Searches, and keeps what it found in the results. None when not one call went through."""
    per_core = session.calls_per_core(name, profile)
    if per_core is None:
        session.note(f"capacity of {name}, {profile}: not one call went through")
        return None
    quick = session.settings.quick
    start = max(int(per_core * workers * 0.9), 1)
    found = search(start, lambda calls: _ask(session, name, profile, calls, workers), 0.15 if quick else 0.05, 4 if quick else 9)
    if not found.calls:
        session.note(f"capacity of {name}, {profile}: not even {found.bad} calls: {session.results.probes[-1].error or 'loss or delay'}")
    entry = _entry(session, name, profile, found)
    key = profile if workers == 1 else f"{profile} on {workers} workers"
    session.results.capacity.setdefault(key, {})[name] = entry
    bound = "at least " if found.is_lower_bound else ""
    why = " (the generator was the limit)" if found.limit == Verdict.GENERATOR.value else ""
    session.progress.say(f"{name}, {profile}: {bound}{found.calls} calls{why}")
    return found


def _ask(session: Session, name: str, profile: str, calls: int, workers: int) -> Verdict:
    quick = session.settings.quick
    load = session.load(profile, calls, seconds=4.0 if quick else 8.0, warm_up=1.0 if quick else 2.0)
    probe = session.probe(name, load, "capacity", workers=workers)
    verdict = judge(probe)
    if verdict in (Verdict.BAD, Verdict.FAILED) and busy_share(probe) < BUSY:
        verdict = judge(session.probe(name, load, "capacity", round=1, workers=workers))
    return verdict


def _entry(session: Session, name: str, profile: str, found: Found) -> dict[str, Any]:
    """What was found, with the figures of the best probe at the highest good number of calls."""
    asked = [probe for probe in session.results.of("capacity", name, profile) if probe.calls == found.calls]
    probes = [probe for probe in asked if judge(probe) is Verdict.GOOD]
    keys = {"calls_per_core": "daemon.calls_per_core", "p99_ms": "delay_ms.p99", "loss_percent": "packets.loss_percent"}
    return asdict(found) | {key: probes[-1].number(path) if probes else None for key, path in keys.items()}


def at_share(session: Session, share: float, purpose: str, profiles: list[str]) -> None:
    """Plays a share of the capacity that was found, for all of the set time; with recordings where speech is transcoded."""
    for profile in profiles:
        for name in session.names:
            calls = int(session.results.capacity.get(profile, {}).get(name, {}).get("calls", 0) * share)
            if calls:
                record = session.settings.record if profile.startswith("transcode") else 0
                session.probe(name, session.load(profile, calls, record=record), purpose)
