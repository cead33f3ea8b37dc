"""How far it is: bars on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress as Bars, TaskProgressColumn, TextColumn, TimeElapsedColumn


class Progress(Protocol):
    """What the measurements tell while they run."""

    def expect(self, steps: int) -> None:
        """So many steps more are to come."""

    def step(self, text: str) -> None:
        """The next step begins, and the one before is done."""

    def part(self, phase: str, done: float, of: float) -> None:
        """Within the step."""

    def say(self, text: str) -> None:
        """A line that stays."""

    def __enter__(self) -> Progress: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class Lines:
    """A line for each step."""

    def __init__(self) -> None:
        self.begun, self.count, self.expected = time.monotonic(), 0, 0

    def expect(self, steps: int) -> None:
        self.expected += steps

    def step(self, text: str) -> None:
        self.count += 1
        self.expected = max(self.expected, self.count)
        self.say(f"{self.count}/{self.expected} {text}")

    def part(self, phase: str, done: float, of: float) -> None:
        pass

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self.begun:5.0f} s] {text}", file=sys.stderr, flush=True)

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass


class RichBars:
    """Two bars: all of it, and the step under way."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description:<58}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self.bars = Bars(*columns, console=console, transient=True)
        self.whole = self.bars.add_task("all", total=0)
        self.current = self.bars.add_task("", total=1, visible=False)
        self.count, self.expected, self.text = 0, 0, ""

    def expect(self, steps: int) -> None:
        self.expected += steps
        self.bars.update(self.whole, total=self.expected)

    def step(self, text: str) -> None:
        self.expected, self.text = max(self.expected, self.count + 1), text
        self.bars.update(self.whole, total=self.expected, completed=self.count)
        self.bars.reset(self.current, total=1, description=text, visible=True)
        self.count += 1

    def part(self, phase: str, done: float, of: float) -> None:
        self.bars.update(self.current, total=of or 1, completed=done, description=f"{self.text}: {phase}"[:58])

    def say(self, text: str) -> None:
        self.bars.console.print(text, highlight=False, markup=False)

    def __enter__(self) -> RichBars:
        self.bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.bars.stop()


def progress_for(console: Console) -> Progress:
    return RichBars(console) if console.is_terminal else Lines()
