"""Meta's relay with its few fixed ports: many calls on one UDP socket, told apart by where their packets come from."""

from __future__ import annotations

from aioice import stun

from peer import Address, Socket
from whatsapp import LiteWhatsApp


class Edge:
    """One address and port of Meta's. A check belongs to the call that its user name fragment names, all else to the call whose pair was
    nominated from the same address."""

    def __init__(self) -> None:
        self.socket: Socket | None = None
        #: Every address of the relay's that a pair was nominated with.
        self.sources: set[Address] = set()
        #: Two calls on one 5-tuple.
        self.violations: list[str] = []
        self._by_fragment: dict[str, EdgeWhatsApp] = {}
        self._by_source: dict[Address, EdgeWhatsApp] = {}

    async def open(self, host: str) -> None:
        self.socket = await Socket.open(host, 0, self._datagram)

    def join(self, fragment: str, peer: EdgeWhatsApp) -> None:
        self._by_fragment[fragment] = peer

    def leave(self, peer: EdgeWhatsApp) -> None:
        self._by_fragment = {fragment: other for fragment, other in self._by_fragment.items() if other is not peer}
        self._by_source = {source: other for source, other in self._by_source.items() if other is not peer}

    def _datagram(self, data: bytes, source: Address) -> None:
        if data and data[0] < 4:
            self._check(data, source)
        elif source in self._by_source:
            self._by_source[source].take(data, source)

    def _check(self, data: bytes, source: Address) -> None:
        try:
            attributes = stun.parse_message(data).attributes
        except ValueError:
            return
        peer = self._by_fragment.get(attributes.get("USERNAME", "").partition(":")[0])
        if peer is None:
            return
        if "USE-CANDIDATE" in attributes:
            if self._by_source.setdefault(source, peer) is not peer:
                self.violations.append(f"two calls between {source} and {self.socket and self.socket.address}")
                return
            self.sources.add(source)
        peer.take(data, source)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()


class EdgeWhatsApp(LiteWhatsApp):
    """A call on an edge."""

    def __init__(self, edge: Edge) -> None:
        super().__init__()
        self._edge = edge

    async def _open(self) -> None:
        assert self._edge.socket is not None
        self._sockets.append(self._edge.socket)
        self._edge.join(self._ufrag, self)

    def take(self, data: bytes, source: Address) -> None:
        self._datagram(0, data, source)

    async def close(self) -> None:
        """The edge's socket stays open: other calls have it too."""
        self._edge.leave(self)
        self._sockets.clear()
        await super().close()
