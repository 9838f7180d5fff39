"""Short-lived codes that are good for one use, on the queue's server: any coordinator redeems what another gave out.

Kept by hash and for minutes only. They are no record of anything: losing them costs a person a second try.
"""

from __future__ import annotations

import time
from typing import Final, Protocol, cast

from coordinator.store.connections import answered_within, command_client
from coordinator.store.names import check_world
from coordinator.wire.tokens import hash_token

PATIENCE: Final = 2.0


class Codes(Protocol):
    """Every call raises `LogUnavailable` where the server does not answer."""

    async def put(self, code: str, meaning: bytes, seconds: int) -> None: ...
    async def take(self, code: str) -> bytes | None:
        """What it stands for, once: nobody gets it a second time."""
        ...

    async def close(self) -> None: ...


class RedisCodes:
    """Codes of one world, under `pingji:{WORLD}:code:` and the code's SHA-256."""

    def __init__(self, url: str, world: str) -> None:
        self._client = command_client(url, patience=PATIENCE, connections=4)
        self._prefix = f"pingji:{{{check_world(world)}}}:code:"

    async def put(self, code: str, meaning: bytes, seconds: int) -> None:
        async with answered_within(PATIENCE):
            await self._client.set(self._prefix + hash_token(code), meaning, ex=seconds)

    async def take(self, code: str) -> bytes | None:
        async with answered_within(PATIENCE):
            found = await self._client.getdel(self._prefix + hash_token(code))
        return cast("bytes | None", found)

    async def close(self) -> None:
        await self._client.aclose()


class MemoryCodes:
    """For one process, and for tests."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[bytes, float]] = {}

    async def put(self, code: str, meaning: bytes, seconds: int) -> None:
        now = time.monotonic()
        self._codes = {kept: (said, until) for kept, (said, until) in self._codes.items() if until > now}
        self._codes[hash_token(code)] = (meaning, now + seconds)

    async def take(self, code: str) -> bytes | None:
        meaning, until = self._codes.pop(hash_token(code), (None, 0.0))
        return meaning if until > time.monotonic() else None

    async def close(self) -> None:
        return None
