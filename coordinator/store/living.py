"""Which coordinators are alive: each says so every second, by the log server's clock.

For speed only: being right is the matter of the head compare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from coordinator.store.connections import command_client
from coordinator.store.names import check_world

ALIVE_SECONDS: Final = 3


class Alone:
    """The only coordinator there is: for one that shares its world with nobody, and for tests."""

    async def beat(self) -> None:
        return

    def rank(self, scope: str) -> int:
        return 0


class Living:
    """The coordinators of one world, by name, as of the last `beat`."""

    def __init__(self, url: str, world: str, name: str) -> None:
        self.name = name
        self.names: tuple[str, ...] = (name,)
        self._key = f"pingji:{{{check_world(world)}}}:living"
        self._redis: Redis = command_client(url, patience=2.0, connections=1)

    async def beat(self) -> None:
        """Say that this one lives, see who else does. A server that is away changes nothing."""
        try:
            seconds, _ = await self._redis.time()
            await self._redis.zadd(self._key, {self.name: seconds})
            await self._redis.zremrangebyscore(self._key, "-inf", seconds - ALIVE_SECONDS)
            found = await self._redis.zrange(self._key, 0, -1)
        except (RedisError, OSError, TimeoutError):
            return
        self.names = tuple(sorted({name.decode() for name in cast("list[bytes]", found)} | {self.name}))

    def rank(self, scope: str) -> int:
        """0: this one is the scope's preferred holder; n: the n-th follower."""
        return rendezvous(scope, self.names).index(self.name)

    async def close(self) -> None:
        """Leave at once, so that the next holder need not wait."""
        with suppress(RedisError, OSError, TimeoutError):
            await self._redis.zrem(self._key, self.name)
        await self._redis.aclose()


def rendezvous(scope: str, names: Sequence[str]) -> list[str]:
    """Names in the order in which they should hold a scope: highest random weight first; few move when one goes."""

    def weight(name: str) -> bytes:
        return hashlib.blake2b(f"{scope}/{name}".encode(), digest_size=8).digest()

    return sorted(names, key=lambda name: (weight(name), name), reverse=True)
