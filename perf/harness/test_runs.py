"""Whole runs of the harness with a fake daemon and a fake generator."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import goals
from harness.daemons import Daemon, DaemonError, DaemonSpec
from harness.session import OTHER, OURS, Results

PERF = Path(__file__).parents[1]
FAKES = Path(tempfile.gettempdir()) / f"rtpbridge-perf-fakes-{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def fakes() -> Iterator[None]:
    """The fakes, made to start as fast as they can: there are many starts."""
    FAKES.mkdir()
    for fake in (PERF / "harness" / "fakes").glob("*.py"):
        _, _, text = fake.read_text().partition("\n")
        (FAKES / fake.name).write_text(f"#!{sys.executable} -SE\n{text}")
        (FAKES / fake.name).chmod(0o755)
    yield
    shutil.rmtree(FAKES)


def fake(name: str, *options: str) -> DaemonSpec:
    return DaemonSpec(name, FAKES / "daemon.py", "fake", options)


def test_a_daemon_is_pinned_and_stopped(tmp_path: Path) -> None:
    cpu = min(os.sched_getaffinity(0))
    with Daemon(fake(OURS), [cpu], tmp_path / "log", 10) as daemon:
        pid = daemon.pid
        assert os.sched_getaffinity(pid) == {cpu}
        assert Path(f"/proc/{pid}/cmdline").read_text().count("--num-threads=1") == 1
    assert not Path(f"/proc/{pid}").exists()


def test_a_daemon_that_ends_at_once(tmp_path: Path) -> None:
    with pytest.raises(DaemonError, match="ended with 1"):
        with Daemon(DaemonSpec(OURS, Path("/bin/false"), ""), [0], tmp_path / "log", 10):
            pass


def harness(folder: Path, *words: str, **kind: str) -> subprocess.Popen[str]:
    programs = ["--daemon", str(FAKES / "daemon.py"), "--generator", str(FAKES / "generator.py"), "--bench", str(FAKES / "bench.py")]
    environment = os.environ | {"PYTHONPATH": str(PERF)}
    command = [sys.executable, "-m", "harness", words[0], *programs, "--output", str(folder), *words[1:]]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_all_of_it_with_fakes(tmp_path: Path) -> None:
    against = ["--against", str(FAKES / "daemon.py"), "--against-options=--slow"]
    run = harness(tmp_path, "all", "--quick", "--profiles", "transcode", *against)
    printed, errors = run.communicate(timeout=60)
    assert run.returncode in (0, 1), errors
    results = Results.read(tmp_path / "results.json")
    found = {name: entry["calls"] for name, entry in results.capacity["transcode"].items()}
    assert 200 <= found[OURS] <= 250 and 20 <= found[OTHER] <= 25
    met = {(row.work, row.goal): row.met for row in goals.rows(results)}
    assert met["transcode, 20 calls", "calls per core ≥ 10 ×"] is True
    assert met["transcode, 20 calls", "CPU ≤ 1.15 × the floor"] is True
    assert met["call set-up", "DTLS: ≥ 1,000 a core-second"] is True
    assert met["call set-up", "plain: ≥ 10,000 a core-second"] is False
    assert met["memory, plain", "given back to the system after delete (≥ 95 %)"] is True
    assert met["overload", "calls lose < 0.1 % while new ones are refused"] is True
    assert met["growth, plain", "CPU per packet at 1,000 calls ≤ at 100"] is True
    page = (tmp_path / "report.html").read_text()
    assert page.count("<svg") >= 6 and "http-equiv" not in page and 'src="' not in page
    assert "calls per core" in printed and (tmp_path / "results.md").read_text() == goals.markdown(results)


def test_a_failing_daemon_does_not_lose_the_others_figures(tmp_path: Path) -> None:
    run = harness(tmp_path, "compare", "--quick", "--profiles", "plain", "--against", str(FAKES / "daemon.py"), "--against-options=--fail")
    run.communicate(timeout=30)
    results = Results.read(tmp_path / "results.json")
    assert run.returncode == 1 and len(results.of("compare", OURS)) == 1 and not results.of("compare", OTHER)
    assert any("no answer to an offer" in failure for failure in results.failures)


def test_an_interrupted_run_stops_the_daemon_and_keeps_its_results(tmp_path: Path) -> None:
    run = harness(tmp_path, "compare", "--quick", "--profiles", "plain", "--against", str(FAKES / "daemon.py"), "--against-options=--hang")
    assert run.stderr
    while "2/2" not in run.stderr.readline():
        assert run.poll() is None
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=30)
    results = Results.read(tmp_path / "results.json")
    assert run.returncode == 130 and results.ended_early and len(results.of("compare", OURS)) == 1
    assert not [entry for entry in Path("/proc").glob("[0-9]*/cmdline") if "--hang" in _text(entry)]


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def test_a_program_that_is_missing_is_said(tmp_path: Path) -> None:
    run = harness(tmp_path, "compare", "--against", "/nonexistent/rtpengine")
    printed, _ = run.communicate(timeout=30)
    assert run.returncode == 2 and "yours to install" in printed and not list(tmp_path.iterdir())
