"""Two replies to one request, and what tells them apart: one line of text each.

2 answer ! error-reason: 'Unknown call-id' → 'Unknown call-ID'       another value
1 offer - m1 a=rtcp:<rtcp>                                           rtpengine's alone
1 offer + m1 a=mid:audio                                             ours alone
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from differential.masks import Said, Section, mask_reply, sections

Reply = Any
#: Lists whose order says nothing.
SETS = {"flags", "tag-aliases", "from-tags", "subscriptions", "subscribers", "calls", "ingress SSRCs", "egress SSRCs"}


def differences(step: str, theirs: Reply, ours: Reply, their_words: Said, our_words: Said) -> list[str]:
    """`theirs` and `ours` are decoded replies; no reply is None."""
    if not isinstance(theirs, dict) or not isinstance(ours, dict):
        return [] if theirs == ours else [f"{step} ! {_short(theirs)} → {_short(ours)}"]
    found = []
    if "sdp" in theirs and "sdp" in ours:
        found += list(_descriptions(sections(theirs["sdp"], their_words), sections(ours["sdp"], our_words)))
        theirs = {key: value for key, value in theirs.items() if key != "sdp"}
        ours = {key: value for key, value in ours.items() if key != "sdp"}
    found += list(_values("", mask_reply(theirs, their_words), mask_reply(ours, our_words)))
    return [f"{step} {line}" for line in found]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _values(path: str, theirs: Any, ours: Any) -> Iterator[str]:
    name = path.rpartition(".")[2]
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in theirs.keys() | ours.keys():
            inner = f"{path}.{key}" if path else str(key)
            if key not in ours:
                yield f"- {inner} {_short(theirs[key])}"
            elif key not in theirs:
                yield f"+ {inner} {_short(ours[key])}"
            else:
                yield from _values(inner, theirs[key], ours[key])
    elif isinstance(theirs, list) and isinstance(ours, list) and name in SETS:
        yield from _sets(path, [_short(item) for item in theirs], [_short(item) for item in ours])
    elif isinstance(theirs, list) and isinstance(ours, list):
        for index, (their, our) in enumerate(zip(theirs, ours)):
            yield from _values(f"{path}[{index}]", their, our)
        yield from (f"- {path}[{index}]" for index in range(len(ours), len(theirs)))
        yield from (f"+ {path}[{index}]" for index in range(len(theirs), len(ours)))
    elif theirs != ours or type(theirs) is not type(ours):
        yield f"! {path}: {_short(theirs)} → {_short(ours)}"


def _sets(path: str, theirs: list[str], ours: list[str]) -> Iterator[str]:
    alone, extra = apart(theirs, ours)
    yield from (f"- {path} {item}" for item in alone)
    yield from (f"+ {path} {item}" for item in extra)


def apart(theirs: Iterable[str], ours: Iterable[str]) -> tuple[list[str], list[str]]:
    """What either has alone; repeated lines count."""
    extra = list(ours)
    alone = []
    for line in theirs:
        if line in extra:
            extra.remove(line)
        else:
            alone.append(line)
    return alone, extra


def _descriptions(theirs: list[Section], ours: list[Section]) -> Iterator[str]:
    for their, our in zip_longest(theirs, ours):
        if their is None or our is None:
            only = their or our
            yield f"{'+' if their is None else '-'} {only.name} {only.fixed[0]}"
            continue
        yield from _pairs(their.name, *apart(their.fixed, our.fixed))
        if sorted(their.fixed) == sorted(our.fixed) and their.fixed != our.fixed:
            yield f"! {their.name} order: {their.fixed} → {our.fixed}"
        yield from _pairs(their.name, *apart(their.attributes, our.attributes))


def _pairs(name: str, alone: list[str], extra: list[str]) -> Iterator[str]:
    """Two lines of one kind are a change of value."""
    for line in alone:
        partner = next((other for other in extra if _kind(other) == _kind(line)), None)
        if partner is None:
            yield f"- {name} {line}"
        else:
            extra.remove(partner)
            yield f"! {name} {line} → {partner}"
    yield from (f"+ {name} {line}" for line in extra)


def _kind(line: str) -> str:
    """`a=fmtp:0`, `a=crypto:1`, `a=ptime`, `c`; a candidate's is its address and component."""
    if not line.startswith("a="):
        return line[:2]
    if line.startswith("a=candidate:"):
        return " ".join(word for at, word in enumerate(line.split(" ")) if at in (1, 4))
    name, colon, value = line.partition(":")
    return name + colon + value.split(" ")[0] if name in ("a=fmtp", "a=rtpmap", "a=crypto", "a=rtcp-fb") else name
