"""The daemon under test as a process: started on free ports, watched from outside, stopped by SIGTERM."""

from __future__ import annotations

import contextlib
import os
import random
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

START_TIMEOUT = 10.0
STOP_TIMEOUT = 10.0
#: Below Linux's ephemeral ports, so that no socket of ours can take one.
PORT_BLOCKS = range(10000, 32000, 500)
CONTROL_PORTS = range(4000, 10000, 2)
INTERFACES = ("127.0.0.1", "::1")


def command() -> list[str]:
    """`RTPBRIDGE`, which may carry arguments; it runs in another folder."""
    program, *arguments = shlex.split(os.environ["RTPBRIDGE"])
    return [os.path.abspath(program) if "/" in program else program, *arguments]


class Daemon:
    """One running daemon: `RTPBRIDGE`, or another `program`. `options` come after the ones that it always gets.

    With `command_line` it listens for commands by TCP, at `cli`.
    """

    def __init__(
        self,
        log: Path,
        *options: str,
        interfaces: tuple[str, ...] = INTERFACES,
        ports: int = 500,
        program: list[str] | None = None,
        command_line: bool = False,
    ) -> None:
        self.log = log
        self.ports = _free_block(ports)
        self.control = ("127.0.0.1", free_port())
        self.cli = ("127.0.0.1", free_port(socket.SOCK_STREAM)) if command_line else None
        self.arguments = [
            *(program or command()),
            "--config-file=none",
            *(f"--interface={interface}" for interface in interfaces),
            f"--listen-ng={self.control[0]}:{self.control[1]}",
            *("-f", "-E", "-L", "6"),
            *("-m", str(self.ports.start), "-M", str(self.ports.stop - 1)),
            *([f"--listen-cli={self.cli[0]}:{self.cli[1]}"] if self.cli else []),
            *options,
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Daemon:
        """Returns when the daemon answers a ping."""
        with self.log.open("wb") as output:
            # Whatever it leaves behind, a core dump say, belongs beside its log.
            self._process = subprocess.Popen(
                self.arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self.log.absolute().parent
            )
        deadline = time.monotonic() + START_TIMEOUT
        while not self._answers():
            assert self._process.poll() is None, f"the daemon ended with {self._process.returncode}:\n{self.tail()}"
            assert time.monotonic() < deadline, f"the daemon does not answer:\n{self.tail()}"
        return self

    def _answers(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.1)
            client.connect(self.control)
            try:
                client.send(b"0_1_1 d7:command4:pinge")
                return client.recv(100) == b"0_1_1 d6:result4:ponge"
            except OSError:
                return False

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def terminate(self) -> int:
        """SIGTERM; the exit code. A daemon that does not end is killed and an assertion fails."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"the daemon did not end {STOP_TIMEOUT} s after SIGTERM:\n{self.tail()}") from None

    def kill(self) -> None:
        """For clean-up after a failed test; no effect on a daemon that has ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def media_ports(self) -> set[int]:
        """The UDP ports of the media range that the daemon holds."""
        sockets = set()
        for entry in Path(f"/proc/{self.pid}/fd").iterdir():
            try:
                target = os.readlink(entry)
            except FileNotFoundError:
                continue
            if target.startswith("socket:["):
                sockets.add(target[8:-1])
        return {port for port, inode in _udp_sockets() if inode in sockets and port in self.ports}

    def tail(self, lines: int = 20) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _udp_sockets() -> list[tuple[int, str]]:
    """Port and inode of every UDP socket of the machine."""
    found = []
    for table in ("udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            found.append((int(words[1].rsplit(":", 1)[1], 16), words[9]))
    return found


def _free_block(length: int) -> range:
    """Consecutive ports that nobody holds now."""
    taken = {port for port, _ in _udp_sockets()}
    for start in random.sample(PORT_BLOCKS, len(PORT_BLOCKS)):
        block = range(start, start + length)
        if taken.isdisjoint(block):
            return block
    raise AssertionError("no free block of UDP ports")


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM, host: str = "127.0.0.1") -> int:
    """An even port that nobody holds now, and that no client's socket gets before its user has it."""
    for port in random.sample(CONTROL_PORTS, 100):
        with socket.socket(socket.AF_INET, kind) as probe, contextlib.suppress(OSError):
            probe.bind((host, port))
            return port
    raise AssertionError("no free port for control")
