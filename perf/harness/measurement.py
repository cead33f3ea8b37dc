"""What the generator printed, read with care: another version of it may say less."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, cast

#: Without these a measurement says nothing.
REQUIRED = ("profile", "calls", "daemon.cpu_us_per_packet", "daemon.calls_per_core", "packets.loss_percent", "delay_ms.p99")
REQUIRED_OF_SET_UP = ("profile", "set_up.calls", "set_up.set_ups_per_core_second")


class GeneratorError(Exception):
    """The generator failed, or what it said cannot be read."""


@dataclass(frozen=True)
class Measurement:
    """One JSON object of `rtpbridge-load`; a name with dots leads into it."""

    raw: dict[str, Any]

    @staticmethod
    def parse(text: str, required: tuple[str, ...] = REQUIRED) -> Measurement:
        """GeneratorError when it is no JSON object or lacks a required number."""
        try:
            raw = json.loads(text)
        except json.JSONDecodeError as error:
            raise GeneratorError(f"no JSON from the generator: {error}: {text[:200]!r}") from error
        if not isinstance(raw, dict):
            raise GeneratorError(f"no JSON object from the generator: {text[:200]!r}")
        measurement = Measurement(cast(dict[str, Any], raw))
        missing = [name for name in required if measurement.value(name) is None]
        if missing:
            raise GeneratorError(f"the generator does not say {', '.join(missing)}")
        return measurement

    def value(self, name: str) -> Any:
        """What is there under a name with dots, or None."""
        here: Any = self.raw
        for key in name.split("."):
            here = here.get(key) if isinstance(here, dict) else None
        return here

    def number(self, name: str) -> float | None:
        value = self.value(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return None
        return float(value)

    @property
    def generator_overloaded(self) -> bool:
        return bool(self.value("generator.overloaded"))


def complaint(text: str) -> str:
    """What a generator that failed printed in place of a measurement."""
    try:
        return str(json.loads(text)["error"])
    except (json.JSONDecodeError, KeyError, TypeError):
        return text.strip()[-300:]
