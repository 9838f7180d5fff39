"""A whole record in memory, for telling, replaying and judging it."""

from __future__ import annotations

from coordinator.domain.rules import Recorded, decode
from coordinator.store.log import EMPTY, Head
from coordinator.store.redis_log import RedisLog


async def read_all(log: RedisLog) -> list[Recorded]:
    """All scopes, one after the other, each in order; the chain is checked on the way. Raises `ChainBroken`."""
    found: list[Recorded] = []
    for scope in sorted(await log.scopes()):
        head = EMPTY
        while entries := await log.read(scope, head):
            found += [decode(entry.body) for entry in entries]
            head = Head(entries[-1].position, entries[-1].mac)
    return found
