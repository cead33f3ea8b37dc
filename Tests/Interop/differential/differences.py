"""Where this daemon's replies are meant to differ from rtpengine 10.5.3's, and why.

`case` is a shell pattern of case names, `line` a regular expression for the whole of a line that `compare.differences` wrote. A difference
that no entry names fails its case; an entry that no difference needs any more fails the run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Difference:
    case: str
    line: str
    reason: str

    def names(self, case: str, line: str) -> bool:
        return fnmatchcase(case, self.case) and re.fullmatch(self.line, line) is not None


NEWER = "rtpengine has it since 11.0"

DIFFERENCES: list[Difference] = [
    Difference(
        "*",
        r"\d+ \S+ \+ (.*\.)?(created_ts|last redis update|last kernel packet|last user packet|stats_out|(in|e)gress SSRCs) .*",
        f"{NEWER}; clients that know 10.5 do not look for it.",
    ),
    Difference("*", r"\d+ \S+ \+ .*\.(setup|media-ready|state)( .*)?", "Our own report of how far a leg's set-up is; an additional key."),
    Difference("errors/a repeated command", r".*", "A later key wins over an earlier one of the same name, as in rtpengine since 11.0."),
    Difference("errors/deep lists", r".*", "A request is bounded in depth; no client nests lists fifty deep."),
    Difference("errors/a blank in the key", r".*", f"`from tag` for `from-tag`: {NEWER}."),
    *(
        Difference(
            f"CLI/{line}", r"[-+] (Unknown|More|Incomplete).*", "The words of rtpengine since 12, which name what was not understood."
        )
        for line in ("list", "get", "set", "list nothing", "dance", "set timeout", "terminate", "params nothing", "   ")
    ),
    Difference("CLI/list maxbw", r"[-+] Maximum bandwidth .*", "10.5 prints a hundred times what was set."),
]


def explanation(case: str, line: str) -> Difference | None:
    """The first entry that names the difference."""
    return next((difference for difference in DIFFERENCES if difference.names(case, line)), None)
