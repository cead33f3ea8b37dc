"""Session descriptions: reading what the relay says, and filling in Meta's own samples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SAMPLES = Path(__file__).parent.parent / "Fixtures" / "sdp"
STATIC_RTPMAPS = {0: "PCMU/8000", 8: "PCMA/8000", 9: "G722/8000", 13: "CN/8000"}


@dataclass(frozen=True)
class Candidate:
    """An `a=candidate` line (RFC 8839 section 5.1)."""

    component: int
    transport: str
    priority: int
    address: str
    port: int
    kind: str


@dataclass(frozen=True)
class Description:
    """A session description with one audio section."""

    text: str

    @cached_property
    def lines(self) -> list[str]:
        return self.text.replace("\r\n", "\n").rstrip("\n").split("\n")

    def values(self, prefix: str) -> list[str]:
        """What follows `prefix` on each line that begins with it."""
        return [line[len(prefix) :] for line in self.lines if line.startswith(prefix)]

    def value(self, prefix: str) -> str | None:
        """The last of them, which is the media section's."""
        found = self.values(prefix)
        return found[-1] if found else None

    @property
    def _media(self) -> list[str]:
        (line,) = self.values("m=audio ")
        return line.split()

    @property
    def port(self) -> int:
        return int(self._media[0])

    @property
    def protocol(self) -> str:
        return self._media[1]

    @property
    def payload_types(self) -> list[int]:
        return [int(word) for word in self._media[2:]]

    @property
    def address(self) -> str:
        connection = self.value("c=")
        assert connection is not None, self.text
        return connection.split()[2]

    @property
    def origin_address(self) -> str:
        (origin,) = self.values("o=")
        return origin.split()[5]

    @property
    def has_mux(self) -> bool:
        return "a=rtcp-mux" in self.lines

    @property
    def rtcp(self) -> tuple[str, int]:
        """Where RTCP goes: the RTP port when multiplexed, `a=rtcp`, or the next port (RFC 3605)."""
        if self.has_mux:
            return self.address, self.port
        words = (self.value("a=rtcp:") or str(self.port + 1)).split()
        return (words[3] if len(words) > 3 else self.address), int(words[0])

    @property
    def rtpmaps(self) -> dict[int, str]:
        """Payload type → `NAME/RATE[/CHANNELS]`, of the formats on the m-line."""
        mapped = dict(STATIC_RTPMAPS)
        for value in self.values("a=rtpmap:"):
            number, _, name = value.partition(" ")
            mapped[int(number)] = name
        return {number: mapped[number] for number in self.payload_types if number in mapped}

    def payload_type(self, name: str) -> int | None:
        """The payload type of `NAME` or `NAME/RATE`, the letters' case aside."""
        wanted = name.lower().split("/")
        for number, rtpmap in self.rtpmaps.items():
            if rtpmap.lower().split("/")[: len(wanted)] == wanted:
                return number
        return None

    @property
    def candidates(self) -> list[Candidate]:
        found = []
        for value in self.values("a=candidate:"):
            words = value.split()
            found.append(Candidate(int(words[1]), words[2].lower(), int(words[3]), words[4], int(words[5]), words[7]))
        return found

    @property
    def fingerprint(self) -> tuple[str, str] | None:
        """The hash's name and the digest in capitals."""
        value = self.value("a=fingerprint:")
        if value is None:
            return None
        name, _, digest = value.partition(" ")
        return name.lower(), digest.upper()


def sample(name: str, changes: dict[str, list[str]]) -> str:
    """One of Meta's samples with the lines that begin with each key of `changes` replaced; no lines drop them."""
    lines = []
    done: set[str] = set()
    for line in (SAMPLES / f"{name}.sdp").read_text().splitlines():
        key = next((key for key in changes if line.startswith(key)), None)
        if key is None:
            lines.append(line)
        elif key not in done:
            done.add(key)
            lines += changes[key]
    missing = changes.keys() - done
    assert not missing, f"{name} has no line {missing}"
    return "".join(line + "\r\n" for line in lines)


def family(address: str) -> str:
    """`IP4` or `IP6`."""
    return "IP6" if ":" in address else "IP4"
