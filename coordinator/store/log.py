"""The event log as the engine sees it: a chained stream per scope. Knows bytes and positions, but no rule."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol


class Head(NamedTuple):
    """The last entry of a scope. Position 0 and an empty MAC: nothing was written yet."""

    position: int
    mac: bytes


class Entry(NamedTuple):
    """One event as it stands in the log. `mac`: HMAC-SHA256 over predecessor's MAC, scope, position, body."""

    position: int
    body: bytes
    mac: bytes


EMPTY = Head(0, b"")


class HeadMoved(Exception):
    """Someone else appended first: catch up, decide again. Nothing was written."""

    def __init__(self, scope: str, head: Head) -> None:
        super().__init__(f"the head of {scope} is at {head.position}")
        self.scope = scope
        self.head = head


class LogUnavailable(Exception):
    """The log's server did not answer in time. A write may or may not have happened: the head tells."""


class ChainBroken(Exception):
    """An entry's MAC does not fit its predecessor: this scope stops until it is reopened."""

    def __init__(self, scope: str, position: int, why: str) -> None:
        super().__init__(f"{scope} at {position}: {why}")
        self.scope = scope
        self.position = position
        self.why = why


class EventLog(Protocol):
    """One world's log. Scopes are named by area code. Durable before `append` returns."""

    async def append(self, scope: str, after: Head, bodies: Sequence[bytes]) -> Head:
        """Write all bodies after `after`, or none. Raises `HeadMoved`, `LogUnavailable`."""
        ...

    async def head(self, scope: str) -> Head:
        """The last entry's position and MAC. Raises `LogUnavailable`."""
        ...

    async def head_at(self, scope: str, position: int) -> Head | None:
        """Where whoever read up to `position` stands, to read on from; None where the log does not have it.

        The entry itself is believed: it is checked by whoever reads the page that it ends. Raises `LogUnavailable`.
        """
        ...

    async def read(self, scope: str, after: Head, limit: int = 1000) -> list[Entry]:
        """Entries behind `after` in order, each checked against its predecessor. Raises `ChainBroken`."""
        ...

    async def set_aside(self, scope: str, after: Head, tail: Head) -> None:
        """Keep the whole stream, which ends at `tail`, beside the log, and leave in its place what is up to `after`.

        Raises `HeadMoved` with nothing done where the stream ends elsewhere or `after` is not in it, `LogUnavailable`.
        """
        ...

    def follow(self, heads: Mapping[str, Head]) -> AsyncIterator[tuple[str, list[Entry]]]:
        """Entries of these scopes as they come, from these heads on, for ever; survives a lost server."""
        ...

    async def scopes(self) -> list[str]:
        """Scopes that have a stream, by name."""
        ...

    async def time(self) -> datetime:
        """The log server's clock, UTC: the only clock that makes anything due. Raises `LogUnavailable`."""
        ...

    async def put_blob(self, digest: str, data: bytes) -> None:
        """Store a large thing by its digest, durable before any event names it. Idempotent."""
        ...

    async def get_blob(self, digest: str) -> bytes | None: ...

    async def close(self) -> None: ...
