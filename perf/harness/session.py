"""One run of the harness: its settings, what was measured so far, and the single measurement that all others are made of."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from . import machine
from .daemons import Daemon, DaemonError, DaemonSpec
from .generator import Generator, Load
from .measurement import GeneratorError, Measurement
from .pesq_score import score_recordings
from .progress import Progress

FORMAT = 1
LARGEST_SOUND_LOSS_PERCENT = 1.0
OURS, OTHER = "ours", "other"
RELAY_PROFILES = ("plain", "srtp", "srtp-opus", "dtls")
TRANSCODING_PROFILES = ("transcode", "transcode-sdes", "transcode-business")


@dataclass(frozen=True)
class Settings:
    """What the command line says."""

    output: Path
    daemon_cpus: list[int]
    generator_cpu: int
    seconds: float = 15.0
    warm_up: float = 2.0
    rounds: int = 2
    record: int = 2
    quick: bool = False
    network: tuple[str, ...] = ()


@dataclass
class Probe:
    """One measurement of one daemon, or why there is none."""

    daemon: str
    load: dict[str, Any]
    purpose: str
    round: int = 0
    workers: int = 1
    measurement: dict[str, Any] | None = None
    error: str | None = None
    #: By direction, one score a recording.
    pesq: dict[str, list[float]] = field(default_factory=dict)
    #: Shares of one core by thread, and what the daemon's CPUs did.
    watched: dict[str, Any] = field(default_factory=dict)
    load_average: list[float] = field(default_factory=list)

    def number(self, name: str) -> float | None:
        return Measurement(self.measurement or {}).number(name)

    @property
    def is_sound(self) -> bool:
        """Whether its CPU is that of all of its packets: what is lost may have cost nothing."""
        loss = self.number("packets.loss_percent")
        return loss is None or loss < LARGEST_SOUND_LOSS_PERCENT

    @property
    def is_disturbed(self) -> bool:
        """Whether the generator could not keep up, so that what is bad may be its fault."""
        return Measurement(self.measurement or {}).generator_overloaded

    @property
    def profile(self) -> str:
        return str(self.load["profile"])

    @property
    def calls(self) -> int:
        return int(self.load["calls"])


@dataclass
class Results:
    """All that ends up in the JSON file."""

    started: str = ""
    command: list[str] = field(default_factory=list)
    machine: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    daemons: dict[str, dict[str, Any]] = field(default_factory=dict)
    probes: list[Probe] = field(default_factory=list)
    #: By profile, then by daemon.
    capacity: dict[str, dict[str, Any]] = field(default_factory=dict)
    floor: dict[str, Any] = field(default_factory=dict)
    symbols: list[dict[str, Any]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    ended_early: bool = False
    format: int = FORMAT

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")

    @staticmethod
    def read(path: Path) -> Results:
        """ValueError when the file is of another format."""
        raw = json.loads(path.read_text())
        if not isinstance(raw, dict) or raw.get("format") != FORMAT:
            raise ValueError(f"{path} is not a result of format {FORMAT}")
        known = {key: value for key, value in raw.items() if key in Results.__dataclass_fields__}
        known["probes"] = [Probe(**probe) for probe in raw.get("probes", [])]
        return Results(**known)

    def of(self, purpose: str, daemon: str | None = None, profile: str | None = None) -> list[Probe]:
        """The measurements that succeeded."""
        chosen = (probe for probe in self.probes if probe.purpose == purpose and probe.measurement)
        return [probe for probe in chosen if daemon in (None, probe.daemon) and profile in (None, probe.profile)]


@dataclass
class Session:
    """The daemons, the generator and the results; a measurement that fails is noted and does not end the run."""

    settings: Settings
    specs: dict[str, DaemonSpec]
    generator: Generator
    results: Results
    progress: Progress

    @property
    def names(self) -> list[str]:
        """Ours, then the other where there is one."""
        return list(self.specs)

    def load(self, profile: str, calls: int, **changes: Any) -> Load:
        """What the settings say, and `changes`."""
        base = Load(profile, calls, seconds=self.settings.seconds, warm_up=self.settings.warm_up, network=self.settings.network)
        return replace(base, **changes)

    def probe(self, name: str, load: Load, purpose: str, round: int = 0, workers: int = 1) -> Probe:
        """Starts the daemon, plays the load, stops the daemon."""
        return self.waves(name, [load], purpose, round, workers)[0]

    def waves(self, name: str, loads: list[Load], purpose: str, round: int = 0, workers: int = 1) -> list[Probe]:
        """Several loads one after the other through one daemon; they count as rounds."""
        spec = replace(self.specs[name], workers=workers)
        self.settings.output.mkdir(parents=True, exist_ok=True)
        daemon = Daemon(spec, self._cpus(workers), self.settings.output / f"{name}.log", max(load.calls for load in loads))
        probes = [Probe(name, asdict(load), purpose, round + index, workers) for index, load in enumerate(loads)]
        try:
            with daemon:
                for probe, load in zip(probes, loads):
                    self._play(daemon, load, probe)
        except (DaemonError, OSError) as error:
            for probe in probes:
                probe.error = probe.error or (None if probe.measurement else str(error))
        self._keep(probes)
        return probes

    def _play(self, daemon: Daemon, load: Load, probe: Probe) -> None:
        what = "set-ups" if load.set_up_only else "calls"
        self.progress.step(f"{daemon.spec.name}: {load.calls} {load.profile} {what}")
        before = machine.load_average()
        with tempfile.TemporaryDirectory(prefix="recordings-", dir=self.settings.output) as folder:
            try:
                measurement, probe.watched = self.generator.play(load, daemon, Path(folder), self.progress.part)
                probe.measurement = measurement.raw
                probe.pesq = score_recordings(measurement.value("recordings") or [], Path(folder))
            except GeneratorError as error:
                probe.error = daemon.died() or str(error)
            except (OSError, ValueError, KeyError) as error:
                self.note(f"PESQ of {daemon.spec.name}, {load.profile}: {error}")
        probe.load_average = [before, machine.load_average()]

    def _cpus(self, workers: int) -> list[int]:
        """One CPU a worker; all there are when they do not suffice."""
        cpus = self.settings.daemon_cpus
        return cpus[:workers] if workers <= len(cpus) else [*cpus, self.settings.generator_cpu]

    def _keep(self, probes: list[Probe]) -> None:
        self.results.probes += probes
        # A search goes too far on purpose.
        for probe in probes if probes[0].purpose != "capacity" else []:
            if failed := probe.number("set_up.failed"):
                why = Measurement(probe.measurement or {}).value("set_up.error")
                self.note(f"{probe.purpose}, {probe.daemon}, {probe.calls} {probe.profile}: {failed:.0f} set-ups failed: {why}")
            if not probe.is_sound and probe.purpose != "memory":
                what = f"{probe.number('packets.loss_percent'):.1f} % lost: its CPU is left out"
                self.note(f"{probe.purpose}, {probe.daemon}, {probe.calls} {probe.profile}: {what}")
            if probe.error:
                self.note(f"{probe.purpose}, {probe.daemon}, {probe.calls} {probe.profile}: {probe.error}")

    def note(self, failure: str) -> None:
        self.results.failures.append(failure)
        self.progress.say(f"failed: {failure}")

    def calls_per_core(self, name: str, profile: str) -> float | None:
        """As far as known: what the measurements so far say by the daemon's CPU, or a short one that is made now."""
        alike = [probe for probe in self.results.probes if (probe.daemon, probe.profile, probe.workers) == (name, profile, 1)]
        steady = [probe for probe in alike if probe.is_sound and not probe.load["background"]]
        values = [value for probe in steady if (value := probe.number("daemon.calls_per_core"))]
        if not values:
            calls = 10 if profile in TRANSCODING_PROFILES else 50
            value = self.probe(name, self.load(profile, calls, seconds=3.0, warm_up=1.0), "estimate").number("daemon.calls_per_core")
            values = [value] if value else []
        return statistics.median(values) if values else None


def new_results(command: list[str], settings: Settings, specs: dict[str, DaemonSpec]) -> Results:
    daemons = {name: {"path": str(spec.path), "version": spec.version, "options": list(spec.options)} for name, spec in specs.items()}
    plain = {key: str(value) if isinstance(value, Path) else value for key, value in asdict(settings).items()}
    now = time.strftime("%Y-%m-%d %H:%M:%S %Z")
    return Results(started=now, command=command, machine=machine.describe(), settings=plain, daemons=daemons)
