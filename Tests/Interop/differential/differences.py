"""Where this daemon's replies are meant to differ from rtpengine 10.5.3's, and why.

An entry's case is a shell pattern of case names; its line is a regular expression for the whole of a line that `compare.differences`
wrote, behind the number of the request. A difference that no entry names fails its case; an entry that no difference needs any more
fails the run. The reasons of descriptions are in `reasons_sdp.py`, those of reports in `reasons_reports.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from differential import reasons_commands, reasons_reports, reasons_sdp


@dataclass(frozen=True)
class Difference:
    case: str
    line: str
    reason: str

    def names(self, case: str, line: str) -> bool:
        return fnmatchcase(case, self.case) and re.fullmatch(self.line, line) is not None


#: Reason by reason: the cases, and the lines in them.
Reasons = dict[str, list[tuple[str, str]]]


def _entries(reasons: Reasons, prefix: str) -> list[Difference]:
    return [Difference(case, prefix + line, reason) for reason, lines in reasons.items() for case, line in lines]


DIFFERENCES: list[Difference] = [
    *_entries(reasons_sdp.REASONS, r"\d+ "),
    *_entries(reasons_reports.REASONS, r"\d+ "),
    *_entries(reasons_commands.REASONS, r"\d+ "),
    *_entries(reasons_commands.COMMAND_LINE, ""),
]


def explanation(case: str, line: str) -> Difference | None:
    """The first entry that names the difference."""
    return next((difference for difference in DIFFERENCES if difference.names(case, line)), None)
