"""The event log in memory: for tests and for worlds that may be forgotten. Behaves as `redis_log` does.

Nothing here is durable; several logs on one `MemoryServer` are several coordinators on one Redis.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime

from coordinator.store.chain import Chain
from coordinator.store.log import EMPTY, ChainBroken, Entry, Head, HeadMoved, LogUnavailable
from coordinator.store.names import check_batch, check_digest, check_scope, check_world


class MemoryServer:
    """What several `MemoryLog`s share. `away = True` makes it a server that does not answer."""

    def __init__(self) -> None:
        self.streams: dict[tuple[str, str], list[Entry]] = {}
        """By world and scope; position n stands at index n - 1."""
        self.blobs: dict[tuple[str, str], bytes] = {}
        self.aside: dict[tuple[str, str], list[list[Entry]]] = {}
        self._away = False
        self._followers: set[asyncio.Event] = set()

    @property
    def away(self) -> bool:
        return self._away

    @away.setter
    def away(self, away: bool) -> None:
        self._away = away
        self.wake()

    def answer(self) -> None:
        if self._away:
            raise LogUnavailable("the server is away")

    def wake(self) -> None:
        for follower in self._followers:
            follower.set()

    async def changed(self) -> None:
        """Returns after the next `wake`."""
        follower = asyncio.Event()
        self._followers.add(follower)
        try:
            await follower.wait()
        finally:
            self._followers.discard(follower)


class MemoryLog:
    """An `EventLog` of one world. `now` is the server's clock."""

    def __init__(
        self, world: str, key: bytes, *, now: Callable[[], datetime], server: MemoryServer | None = None
    ) -> None:
        self.world = check_world(world)
        self.server = server if server is not None else MemoryServer()
        self._chain = Chain(key, world)
        self._now = now

    async def append(self, scope: str, after: Head, bodies: Sequence[bytes]) -> Head:
        check_batch(bodies)
        if not bodies:
            return after
        head = await self.head(scope)
        if head != after:
            raise HeadMoved(scope, head)
        entries = self._chain.extend(scope, after, bodies)
        self.server.streams.setdefault((self.world, check_scope(scope)), []).extend(entries)
        self.server.wake()
        return Head(entries[-1].position, entries[-1].mac)

    async def head(self, scope: str) -> Head:
        self.server.answer()
        stream = self._stream(scope)
        return Head(stream[-1].position, stream[-1].mac) if stream else EMPTY

    async def head_at(self, scope: str, position: int) -> Head | None:
        self.server.answer()
        if position == 0:
            return EMPTY
        stream = self._stream(scope)
        return Head(position, stream[position - 1].mac) if 0 < position <= len(stream) else None

    async def read(self, scope: str, after: Head, limit: int = 1000) -> list[Entry]:
        self.server.answer()
        entries = self._stream(scope)[after.position : after.position + limit]
        self._chain.verify(scope, after, entries)
        return entries

    async def set_aside(self, scope: str, after: Head, tail: Head) -> None:
        """As `RedisLog.set_aside`; what is put aside stands in `MemoryServer.aside`."""
        self.server.answer()
        stream = self._stream(scope)
        there = stream[after.position - 1] if 0 < after.position <= len(stream) else None
        head = await self.head(scope)
        if head != tail or (after != EMPTY and (there is None or there.mac != after.mac)):
            raise HeadMoved(scope, head)
        self.server.aside.setdefault((self.world, scope), []).append(list(stream))
        self.server.streams[self.world, scope] = stream[: after.position]
        self.server.wake()

    async def follow(self, heads: Mapping[str, Head]) -> AsyncIterator[tuple[str, list[Entry]]]:
        """As `RedisLog.follow`: raises `ChainBroken` for the first scope that breaks, after what fitted."""
        standing = dict(heads)
        while True:
            if not self.server.away:
                for scope, head in standing.items():
                    self._check_standing(scope, head)
                for scope, entries, broken in self._arrived(standing):
                    if entries:
                        standing[scope] = Head(entries[-1].position, entries[-1].mac)
                        yield scope, entries
                    if broken:
                        raise broken
            if self.server.away or not self._arrived(standing):
                await self.server.changed()

    async def scopes(self) -> list[str]:
        self.server.answer()
        return sorted(
            scope
            for (world, scope), entries in self.server.streams.items()
            if world == self.world and entries
        )

    async def time(self) -> datetime:
        self.server.answer()
        return self._now()

    async def put_blob(self, digest: str, data: bytes) -> None:
        self.server.answer()
        self.server.blobs.setdefault((self.world, check_digest(digest)), data)

    async def get_blob(self, digest: str) -> bytes | None:
        self.server.answer()
        return self.server.blobs.get((self.world, check_digest(digest)))

    async def close(self) -> None:
        """Nothing to give back; what was written stays with the server."""

    def _stream(self, scope: str) -> list[Entry]:
        return self.server.streams.get((self.world, check_scope(scope)), [])

    def _arrived(self, standing: Mapping[str, Head]) -> list[tuple[str, list[Entry], ChainBroken | None]]:
        arrived: list[tuple[str, list[Entry], ChainBroken | None]] = []
        for scope, head in standing.items():
            new = self._stream(scope)[head.position :]
            if new:
                arrived.append((scope, *self._chain.fitting(scope, head, new)))
        return arrived

    def _check_standing(self, scope: str, head: Head) -> None:
        if head == EMPTY:
            return
        stream = self._stream(scope)
        if len(stream) < head.position:
            raise ChainBroken(scope, head.position, "the server does not have this entry any more")
        if stream[head.position - 1].mac != head.mac:
            raise ChainBroken(scope, head.position, "the server has another entry here")
