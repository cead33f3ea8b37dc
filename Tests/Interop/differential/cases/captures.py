"""What Kamailio and the Perl client really sent, byte for byte."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

from differential.case import Cases, Request

FOLDER = Path(__file__).parent.parent / "captures"


def _call(file: Path) -> str:
    """`wa-avp-02-answer.ng` belongs to the call wa-avp; the Perl client made but one, `002-offer.ng`."""
    return re.sub(r"-?\d+-.*", "", file.name)


def _groups() -> Cases:
    cases: Cases = {}
    for client in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
        for call, members in groupby(sorted(client.glob("*.ng")), key=_call):
            requests: list[Request] = [file.read_bytes() for file in members]
            cases[f"{client.name} {call}".strip()] = requests
    return cases


CASES = _groups()
