"""The measurements by name. Each one notes its probes in the results; what they come to is `summary`'s and `goals`' part."""

from __future__ import annotations

import json
import subprocess

from .capacity import at_share, capacity
from .daemons import pinned
from .measurement import GeneratorError
from .session import OURS, TRANSCODING_PROFILES, Session

DEFAULT_CALLS = dict.fromkeys(TRANSCODING_PROFILES, 20)
DEFAULT_RELAY_CALLS = 200
#: Calls of a run of set-ups.
SET_UP_CALLS = {"plain": 1000, "srtp": 1000, "srtp-opus": 1000}
DEFAULT_SET_UP_CALLS = 200
SINGLE_SET_UPS = 50
#: Of a core, where a load is not to be near the limit.
SAFE_LOAD = 0.7
LOADED = 0.8
GROWTH_CALLS = (100, 1000)
#: Set-ups without media, where the first comes to an empty daemon and the last to a full one.
GROWTH_SET_UPS = (200, 2000)
FLOOR_SECONDS = 3.0
#: When the memory is looked at after the last delete [s]: soon, and when a daemon has forgotten its replies, which it keeps for a minute.
MEMORY_LOOKS = (5.0, 70.0)
#: Of a core, for set-ups that are too many.
EXCESS = 0.6
#: Of media in comparisons of ours with itself, which need no steady ratio to another daemon [s].
LONGEST_OF_OURS_ALONE = 8.0


def compare(session: Session, profiles: list[str], calls: dict[str, list[int]]) -> None:
    """The same work for each daemon in turn: A B A B."""
    work = [(profile, number) for profile in profiles for number in calls.get(profile) or [default_calls(profile)]]
    session.progress.expect(len(work) * session.settings.rounds * len(session.names))
    for profile, number in work:
        record = session.settings.record if profile in TRANSCODING_PROFILES else 0
        for round in range(session.settings.rounds):
            for name in session.names:
                session.probe(name, session.load(profile, number, record=record), "compare", round)


def default_calls(profile: str) -> int:
    return DEFAULT_CALLS.get(profile, DEFAULT_RELAY_CALLS)


def capacities(session: Session, profiles: list[str]) -> None:
    """The capacity of each daemon, then what it does at half of it and at all of it."""
    session.progress.expect(len(profiles) * len(session.names) * (4 if session.settings.quick else 6))
    for profile in profiles:
        for name in session.names:
            capacity(session, name, profile)
    at_share(session, 0.5, "half", [profile for profile in profiles if profile not in TRANSCODING_PROFILES])
    at_share(session, 1.0, "full", [profile for profile in profiles if profile in TRANSCODING_PROFILES])


def set_up(session: Session, profiles: tuple[str, ...] = ("plain", "transcode"), busy_profile: str = "transcode") -> None:
    """Set-ups as fast as they go, then one at a time, in turn as `compare` does; then a few a second while calls take 80 % of a core."""
    rounds = session.settings.rounds
    session.progress.expect((len(profiles) * rounds + rounds + 1) * len(session.names))
    for profile in profiles:
        calls = SET_UP_CALLS.get(profile, DEFAULT_SET_UP_CALLS) // (4 if session.settings.quick else 1)
        for round in range(rounds):
            for name in session.names:
                session.probe(name, session.load(profile, calls, set_up_only=True), "set-up", round)
    for round in range(rounds):
        for name in session.names:
            # One at a time: the daemon's own time, without a queue before it.
            session.probe(name, session.load(busy_profile, SINGLE_SET_UPS, set_up_only=True, window=1), "single set-up", round)
    for name in session.names:
        busy_set_up(session, name, busy_profile)


def busy_set_up(session: Session, name: str, profile: str) -> None:
    """The media takes what the set-ups leave of 80 %."""
    per_core = session.calls_per_core(name, profile)
    costs = [probe.number("set_up.cpu_ms_per_call") for probe in session.results.of("set-up", name, profile)]
    cost = max((value for value in costs if value), default=5.0)
    if per_core is None:
        session.note(f"set-ups of {name} under load: no call goes through")
        return
    rate = background_rate(cost)
    calls = max(int(per_core * (LOADED - rate * cost / 1000)), 1)
    session.probe(name, session.load(profile, calls, background=rate), "busy set-up")


def background_rate(cost_ms: float) -> float:
    """Set-ups a second that take no more than a fifth of a core, 20 at most."""
    return max(1.0, min(20.0, round(200 / cost_ms)))


def memory(session: Session, profiles: tuple[str, ...] = ("plain", "transcode")) -> None:
    """Two waves of calls through one daemon; a few calls first, so that what is made once is not counted.

    The second wave comes when what remains of the first has had its time to go.
    """
    session.progress.expect(3 * len(profiles) * len(session.names))
    for profile in profiles:
        for name in session.names:
            wished = 100 if profile in TRANSCODING_PROFILES else 500
            calls = max(min(wished, int((session.calls_per_core(name, profile) or wished) * SAFE_LOAD)), 1)
            seconds = min(session.settings.seconds, 5.0)
            first = session.load(profile, min(calls, 10), seconds=1.0, warm_up=1.0, memory_after=MEMORY_LOOKS[:1])
            second = session.load(profile, calls, seconds=seconds, memory_after=MEMORY_LOOKS)
            session.waves(name, [first, second, session.load(profile, calls, seconds=seconds)], "memory")


def overload(session: Session, profile: str = "plain") -> None:
    """Calls that take 80 % of a core, and set-ups that would take 60 % more: new ones are refused. The other daemon is not asked."""
    session.progress.expect(session.settings.rounds)
    costs = [probe.number("set_up.cpu_ms_per_call") for probe in session.results.of("set-up", OURS, profile)]
    cost = max((value for value in costs if value), default=0.3)
    per_core = session.calls_per_core(OURS, profile)
    if per_core is None:
        session.note("overload: no call goes through")
        return
    for round in range(session.settings.rounds):
        load = session.load(profile, max(int(per_core * LOADED), 1), background=round_rate(1000 * EXCESS / cost))
        session.probe(OURS, load, "overload", round)


def round_rate(rate: float) -> float:
    return max(1.0, float(round(rate)))


def growth(session: Session, profile: str = "plain", names: list[str] | None = None) -> None:
    """A hundred calls against a thousand, with the other daemon against what it carries: small, large, small, large."""
    seconds = min(session.settings.seconds, LONGEST_OF_OURS_ALONE)
    session.progress.expect(4 * session.settings.rounds * len(names or session.names))
    for name in names or session.names:
        small, wished = GROWTH_CALLS
        # Ours is held to the goal's number, whatever it may carry.
        large = wished if name == OURS else min(wished, int((session.calls_per_core(name, profile) or wished) * LOADED))
        if large <= small:
            session.note(f"growth of {name}: it does not carry more than {large} calls")
            continue
        for round in range(session.settings.rounds):
            for calls in (small, large):
                session.probe(name, session.load(profile, calls, seconds=seconds), "growth", round)
            for calls in GROWTH_SET_UPS:
                session.probe(name, session.load(profile, calls, set_up_only=True), "growth of commands", round)


def scale(session: Session, profile: str = "transcode", with_capacity: bool = False) -> None:
    """One worker with half of a core's calls in turn with two workers with twice as many. The other daemon is not asked."""
    session.progress.expect(2 * session.settings.rounds)
    per_core = session.calls_per_core(OURS, profile)
    if per_core is None:
        session.note("scale: no call goes through")
        return
    calls, seconds = max(int(per_core * 0.5), 1), min(session.settings.seconds, LONGEST_OF_OURS_ALONE)
    for round in range(session.settings.rounds):
        for workers in (1, 2):
            session.probe(OURS, session.load(profile, calls * workers, seconds=seconds), "scale", round, workers)
    if with_capacity:
        for workers in (1, 2):
            capacity(session, OURS, profile, workers)


def floor(session: Session, bench: list[str], profile: str = "transcode") -> None:
    """The building blocks alone, on the daemon's CPU, in turn with the daemon that does the same work."""
    session.progress.expect(2 * session.settings.rounds)
    for round in range(session.settings.rounds):
        session.progress.step("the floor: the building blocks alone")
        try:
            session.results.floor.setdefault("rounds", []).append(_bench(session, bench))
        except (GeneratorError, OSError, subprocess.SubprocessError) as error:
            session.note(f"floor: {error}")
        session.probe(OURS, session.load(profile, default_calls(profile)), "floor", round)


def _bench(session: Session, bench: list[str]) -> object:
    speech = [word for file in session.generator.speech for word in ("--speech", str(file))]
    words = [*bench, "floor", "--json", "--seconds", f"{1.0 if session.settings.quick else FLOOR_SECONDS:g}", *speech]
    ran = subprocess.run(pinned(words, session.settings.daemon_cpus[:1]), capture_output=True, text=True, timeout=180, check=False)
    if ran.returncode != 0:
        raise GeneratorError(f"{' '.join(words[:2])} ended with {ran.returncode}: {ran.stderr.strip()[-300:]}")
    try:
        return json.loads(ran.stdout)
    except json.JSONDecodeError as error:
        raise GeneratorError(f"no JSON from {words[0]}: {error}") from error
