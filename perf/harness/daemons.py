"""A daemon under load as a process: on a free block of ports, pinned before it starts, stopped by its id."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

START_SECONDS = 10.0
STOP_SECONDS = 10.0
#: Ports of the media of both parties of a call, RTP and RTCP.
PORTS_PER_CALL = 4
#: Below Linux's ephemeral ports, from which the generator's sockets are.
LOWEST_PORT, HIGHEST_PORT = 10000, 32000
PING, PONG = b"0_1_1 d7:command4:pinge", b"0_1_1 d6:result4:ponge"


class DaemonError(Exception):
    """A daemon that did not start or did not answer."""


@dataclass(frozen=True)
class DaemonSpec:
    """How one of the daemons is started."""

    #: `ours` or `other`, the key of its figures in the results.
    name: str
    path: Path
    version: str
    #: Beside those that it always gets.
    options: tuple[str, ...] = ()
    #: Threads that carry media.
    workers: int = 1

    @property
    def is_rtpengine(self) -> bool:
        return self.path.name.startswith("rtpengine")

    def command(self, control: int, ports: range) -> list[str]:
        own = ["--table=-1"] if self.is_rtpengine else []
        return [
            str(self.path),
            "--config-file=none",
            "--interface=127.0.0.1",
            f"--listen-ng=127.0.0.1:{control}",
            *own,
            f"--num-threads={self.workers}",
            *("-f", "-E", "-L", "3"),
            *("-m", str(ports.start), "-M", str(ports.stop - 1)),
            *self.options,
        ]


@dataclass
class Daemon:
    """One running daemon, on `cpus` alone. A context: it starts on entry and is stopped whatever happens."""

    spec: DaemonSpec
    cpus: list[int]
    log: Path
    calls: int
    control: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __enter__(self) -> Daemon:
        self.control = free_port()
        command = self.spec.command(self.control, free_block(self.calls * PORTS_PER_CALL + 100))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                pinned(command, self.cpus), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        try:
            self._await_answer()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.control}"

    def died(self) -> str | None:
        """What became of a daemon that should be running."""
        code = self.process.poll() if self.process else None
        return None if code is None else f"{self.spec.name} ended with {code}: {self.tail()}"

    def stop(self) -> None:
        if self.process:
            stop(self.process)

    def tail(self) -> str:
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-3:]) if self.log.exists() else ""

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.control):
            if ended := self.died():
                raise DaemonError(ended)
            if time.monotonic() > deadline:
                raise DaemonError(f"{self.spec.name} does not answer a ping within {START_SECONDS:.0f} s: {self.tail()}")


def pinned(command: list[str], cpus: list[int]) -> list[str]:
    """`command` on these CPUs from its first instruction on, with the process id of the child; it gets SIGTERM when the harness dies."""
    return ["setpriv", "--pdeathsig", "TERM", "taskset", "--cpu-list", ",".join(map(str, cpus)), *command]


def stop(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """SIGTERM, and SIGKILL to what does not heed it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answers(control: int) -> bool:
    """Whether something answers a ping there within 0.1 s."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.1)
        try:
            client.connect(("127.0.0.1", control))
            client.send(PING)
            return client.recv(100) == PONG
        except TimeoutError:
            return False
        except OSError:
            # Nobody is there yet: refused at once.
            time.sleep(0.02)
            return False


def taken_ports(tables: tuple[Path, ...] = (Path("/proc/net/udp"), Path("/proc/net/udp6"))) -> set[int]:
    lines = (line for table in tables if table.exists() for line in table.read_text().splitlines()[1:])
    return {int(line.split()[1].rpartition(":")[2], 16) for line in lines}


def free_block(length: int) -> range:
    """So many consecutive UDP ports that nobody holds now; the longest block there is when there are not so many."""
    length = min(length + length % 2, HIGHEST_PORT - LOWEST_PORT)
    taken = sorted(taken_ports() & set(range(LOWEST_PORT, HIGHEST_PORT)))
    # RTP is on even ports.
    ends = zip([LOWEST_PORT - 1, *taken], [*taken, HIGHEST_PORT])
    gaps = [range(below + 2 - below % 2, above) for below, above in ends]
    long_enough = [gap for gap in gaps if len(gap) >= length]
    if not long_enough:
        return max(gaps, key=len)
    gap = random.choice(long_enough)
    start = gap.start + random.randrange(0, len(gap) - length + 1, 2)
    return range(start, start + length)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
