"""A reply without what is each daemon's own: ports, credentials, keys, times. What the requests said stays as it is.

A mask says of what kind a value is, and keeps what can be compared of it: `<rtp>` and `<rtcp>` are the section's port and the next one,
a key keeps its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Union

#: Below this all integers of these names are equal; whether there is such a key, and of which type, is compared.
TIMES = {"created", "created_us", "created_ts", "last signal", "last packet", "last kernel packet", "last user packet", "reported at"}
OWN = {"SSRC", "tag", "call-id", "from-tag", "to-tag", "call-ID"}


@dataclass(frozen=True)
class Said:
    """Everything that the requests of a case contained, and the ports that are the daemon's."""

    text: str
    ports: range

    def has(self, value: str) -> bool:
        return value in self.text


#: Foundation to priority, address and port.
CANDIDATE = re.compile(r"a=candidate:(\S+ \d+ \S+ \d+) (\S+) (\d+) ")


def mask_reply(reply: dict[str, Any], said: Said) -> dict[str, Any]:
    """Keys as they are; the SDP becomes a list of masked lines by section."""
    return {key: _value(key, value, said) for key, value in reply.items()}


def _value(key: str, value: Any, said: Said) -> Any:
    if key == "statistics":
        return _types(value)
    if isinstance(value, dict):
        return {_key(name, said): _value(name, item, said) for name, item in value.items()}
    if isinstance(value, list):
        return [_value(key, item, said) for item in value]
    if key == "recordings":
        return re.sub(r"-[0-9a-f]{16}\.", "-<id>.", re.sub(r".*-recordings/", "<spool>/", value))
    if key in TIMES:
        return f"<{type(value).__name__}>"
    if isinstance(value, int):
        # A party's RTCP port is the one after the port that it said.
        is_own = key == "local port" or not (said.has(str(value)) or said.has(str(value - 1)))
        return "<port>" if value in said.ports and is_own else value
    if key in OWN and not said.has(value):
        return f"<{key}>"
    return value


def _types(value: Any) -> Any:
    """The tree of the global statistics: names and types, no figures."""
    if isinstance(value, dict):
        return {name: _types(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_types(item) for item in value]
    return f"<{'number in a string' if isinstance(value, str) and re.fullmatch(r'-?[0-9.]+', value) else type(value).__name__}>"


def _key(name: str, said: Said) -> str:
    return "<SSRC>" if re.fullmatch(r"\d{6,10}", name) and not said.has(name) else name


@dataclass(frozen=True)
class Section:
    """The part of a description before the first m= line, or one of its media."""

    name: str
    #: Lines whose order the grammar gives.
    fixed: list[str]
    #: Attributes, sorted: RFC 8866 gives their order no meaning.
    attributes: list[str]


def sections(sdp: str, said: Said) -> list[Section]:
    """The masked description."""
    found: list[list[str]] = [[]]
    for line in sdp.replace("\r\n", "\n").rstrip("\n").split("\n"):
        if line.startswith("m="):
            found.append([])
        found[-1].append(line)
    return [_section(index, lines, said) for index, lines in enumerate(found)]


def _section(index: int, lines: list[str], said: Said) -> Section:
    port = _media_port(lines[0]) if index else None
    bases = {m[2]: int(m[3]) for m in (CANDIDATE.match(line) for line in lines) if m and m[1].split()[1] == "1"}
    masked = []
    for line in lines:
        candidate = CANDIDATE.match(line)
        # On the address of the m= line it is that line's port, or the next one, that a candidate has; elsewhere, its first component's.
        base = bases.get(candidate[2]) if candidate and candidate[2] != _address(lines) else port
        masked.append(_line(line, base, said))
    name = f"m{index}" if index else "session"
    return Section(
        name,
        [line for line in masked if not line.startswith("a=")],
        sorted(line for line in masked if line.startswith("a=")),
    )


def _address(lines: list[str]) -> str | None:
    return next((line.split(" ")[-1] for line in lines if line.startswith("c=")), None)


def _media_port(line: str) -> int | None:
    match = re.match(r"m=\S+ (\d+)", line)
    return int(match.group(1)) if match else None


def _port(text: str, of_media: int | None, said: Said) -> str:
    number = int(text)
    if number not in said.ports or of_media is None:
        return text
    return {0: "<rtp>", 1: "<rtcp>"}.get(number - of_media, "<port>")


def _line(line: str, port: int | None, said: Said) -> str:
    if said.has(line + "\n") and not line.startswith(("m=", "a=rtcp:")):
        return line
    for pattern, mask in RULES:
        match = re.fullmatch(pattern, line)
        if match:
            return mask(match, port, said)
    return line


def _unsaid(kind: str, value: str, said: Said) -> str:
    return value if said.has(value) else f"<{kind}>"


def _key_length(text: str) -> str:
    """`inline:` base64, and what follows it: lifetime, MKI."""
    key, *parameters = text.split("|")
    return "|".join([f"<key of {len(key.rstrip('='))}{'+' if key.endswith('=') else ''}>", *parameters])


Mask = Callable[[re.Match[str], Union[int, None], Said], str]
RULES: list[tuple[str, Mask]] = [
    (r"(m=\S+ )(\d+)(.*)", lambda m, port, said: m[1] + _port(m[2], port, said) + m[3]),
    (r"(a=rtcp:)(\d+)(.*)", lambda m, port, said: m[1] + _port(m[2], port, said) + m[3]),
    (
        r"a=candidate:(\S+)( \d+ \S+ \d+ \S+ )(\d+)( .*)",
        lambda m, port, said: f"a=candidate:<foundation>{m[2]}{_port(m[3], port, said)}{_related(m[4], port, said)}",
    ),
    (r"a=ice-ufrag:(.*)", lambda m, port, said: f"a=ice-ufrag:{_unsaid('ufrag', m[1], said)}"),
    (r"a=ice-pwd:(.*)", lambda m, port, said: f"a=ice-pwd:{_unsaid('pwd', m[1], said)}"),
    (r"a=fingerprint:(\S+) (.*)", lambda m, port, said: f"a=fingerprint:{m[1]} {_unsaid('digest', m[2], said)}"),
    (r"a=tls-id:(.*)", lambda m, port, said: f"a=tls-id:{_unsaid('id', m[1], said)}"),
    (r"a=(crypto:\d+ \S+ )inline:(\S+)(.*)", lambda m, port, said: f"a={m[1]}{_key_length(m[2])}{m[3]}"),
    (r"a=ssrc:(\d+) cname:(.*)", lambda m, port, said: f"a=ssrc:{_unsaid('SSRC', m[1], said)} cname:{_unsaid('cname', m[2], said)}"),
    (r"a=rtpengine:.*", lambda m, port, said: "a=rtpengine:<id>"),
    (
        r"o=(\S+) (\d+) (\d+) (.*)",
        lambda m, port, said: f"o={m[1]} {_unsaid('session', m[2], said)} {_version(m[3], said)} {m[4]}",
    ),
]


def _related(text: str, port: int | None, said: Said) -> str:
    return re.sub(r"(rport )(\d+)", lambda m: m[1] + _port(m[2], port, said), text)


def _version(text: str, said: Said) -> str:
    return text if len(text) < 6 or said.has(text) else "<version>"


def texts(value: Any) -> Iterable[str]:
    """Every string within a request."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    else:
        yield str(value)
