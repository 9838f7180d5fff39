"""The chain: each entry's MAC covers its predecessor's, so that nothing is changed, moved or left out unseen.

Pure. Knows no server; the key comes from `store/keyfile.py`, and Redis never holds it.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from coordinator.store.log import ChainBroken, Entry, Head

MAC_BYTES = 32


class Chain:
    """Makes and checks the MACs of one world's scopes."""

    def __init__(self, key: bytes, world: str) -> None:
        if len(key) != MAC_BYTES:
            raise ValueError("a chain key has 32 bytes")
        self._key = key
        self._world = world
        self._names: dict[str, bytes] = {}

    def extend(self, scope: str, after: Head, bodies: Sequence[bytes]) -> list[Entry]:
        """The entries that these bodies become behind `after`."""
        entries: list[Entry] = []
        position, mac = after
        for body in bodies:
            position += 1
            mac = self._mac(scope, mac, position, body)
            entries.append(Entry(position, body, mac))
        return entries

    def verify(self, scope: str, after: Head, entries: Sequence[Entry]) -> None:
        """Raises `ChainBroken` at the first position behind `after` that is missing or does not fit."""
        position, mac = after
        for entry in entries:
            position += 1
            if entry.position != position:
                raise ChainBroken(scope, position, f"missing: the next entry is {entry.position}")
            mac = self._mac(scope, mac, position, entry.body)
            if not hmac.compare_digest(mac, entry.mac):
                raise ChainBroken(scope, position, "the MAC does not fit body and predecessor")

    def fitting(
        self, scope: str, after: Head, entries: Sequence[Entry]
    ) -> tuple[list[Entry], ChainBroken | None]:
        """The entries up to the first that does not fit, and what `verify` says of that one."""
        try:
            self.verify(scope, after, entries)
        except ChainBroken as broken:
            return list(entries[: broken.position - after.position - 1]), broken
        return list(entries), None

    def _mac(self, scope: str, previous: bytes, position: int, body: bytes) -> bytes:
        # Every part but the last has a fixed or a stated length: no two entries make the same message.
        # The first entry's predecessor is 32 zero bytes, in place of the empty MAC of `EMPTY`.
        message = previous.rjust(MAC_BYTES, b"\0") + self._name(scope) + position.to_bytes(8, "big") + body
        return hmac.digest(self._key, message, "sha256")

    def _name(self, scope: str) -> bytes:
        name = self._names.get(scope)
        if name is None:
            text = f"{self._world}/{scope}".encode()
            name = self._names[scope] = len(text).to_bytes(2, "big") + text
        return name
