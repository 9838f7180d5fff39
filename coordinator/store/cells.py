"""Where the vault keeps its bytes: named cells on the log's server, or in memory for tests.

Knows no key and no plaintext; what stands here is already encrypted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Protocol, cast

import structlog
from redis.exceptions import ResponseError

from coordinator.store.connections import answered_within, command_client
from coordinator.store.log import LogUnavailable
from coordinator.store.names import check_world

PATIENCE: Final = 5.0
"""Seconds: a roster is put in pieces of some hundred kilobytes."""

REWRITE_PATIENCE: Final = 600.0
"""Seconds: a log of gigabytes is rewritten in minutes."""

_log = structlog.get_logger(__name__)


class Cells(Protocol):
    """Bytes by name, durable when a call returns. Every call raises `LogUnavailable`."""

    async def get(self, names: Sequence[str]) -> list[bytes | None]:
        """All as they stand at one moment."""
        ...

    async def put(self, cells: Mapping[str, bytes]) -> None: ...

    async def put_new(self, cells: Mapping[str, bytes]) -> list[bytes]:
        """Puts each where nothing stands; returns what stands there then, in order."""
        ...

    async def put_for_good(self, cells: Mapping[str, bytes]) -> None:
        """Puts them, and returns when the server has rewritten its file, so that no older value is left in it."""
        ...

    async def close(self) -> None: ...


class RedisCells:
    """Cells of one world on the log's server, under `pingji:{WORLD}:vault:`."""

    def __init__(self, url: str, world: str) -> None:
        self._client = command_client(url, patience=PATIENCE, connections=4)
        self._prefix = f"pingji:{{{check_world(world)}}}:vault:"

    async def get(self, names: Sequence[str]) -> list[bytes | None]:
        if not names:
            return []
        async with answered_within(PATIENCE):
            found = await self._client.mget([self._prefix + name for name in names])
        return cast("list[bytes | None]", found)

    async def put(self, cells: Mapping[str, bytes]) -> None:
        if not cells:
            return
        async with answered_within(PATIENCE):
            await self._client.mset({self._prefix + name: value for name, value in cells.items()})

    async def put_new(self, cells: Mapping[str, bytes]) -> list[bytes]:
        if not cells:
            return []
        async with answered_within(PATIENCE), self._client.pipeline(transaction=False) as pipe:
            for name, value in cells.items():
                pipe.set(self._prefix + name, value, nx=True, get=True)
            before = await pipe.execute()
        return [
            value if stood is None else cast("bytes", stood)
            for value, stood in zip(cells.values(), before, strict=True)
        ]

    async def put_for_good(self, cells: Mapping[str, bytes]) -> None:
        await self.put(cells)
        try:
            async with asyncio.timeout(REWRITE_PATIENCE):
                # One that began before this still copies the older values: another must follow it.
                await self._until(self._rewrite_begun)
                await self._until(self._rewrite_ended)
        except TimeoutError:
            raise LogUnavailable("the server's file was not rewritten yet: say it again") from None
        except ResponseError as refused:
            _log.warning(
                "vault_file_not_rewritten", why=str(refused), consequence="older values stay in its files"
            )

    async def _rewrite_begun(self) -> bool:
        try:
            async with answered_within(PATIENCE):
                await self._client.bgrewriteaof()
        except ResponseError as refused:
            if "in progress" in str(refused):
                return False
            raise
        return True

    async def _rewrite_ended(self) -> bool:
        async with answered_within(PATIENCE):
            facts = await self._client.info("persistence")
        if facts["aof_rewrite_in_progress"] or facts["aof_rewrite_scheduled"]:
            return False
        if facts["aof_last_bgrewrite_status"] != "ok":
            raise LogUnavailable("the server could not rewrite its file: say it again")
        return True

    @staticmethod
    async def _until(done: Callable[[], Awaitable[bool]]) -> None:
        pause = 0.01
        while not await done():
            await asyncio.sleep(pause)
            pause = min(1.0, pause * 1.5)

    async def close(self) -> None:
        await self._client.aclose()


class MemoryCells:
    """Cells in memory, for tests and for worlds that may be forgotten."""

    def __init__(self) -> None:
        self.cells: dict[str, bytes] = {}

    async def get(self, names: Sequence[str]) -> list[bytes | None]:
        return [self.cells.get(name) for name in names]

    async def put(self, cells: Mapping[str, bytes]) -> None:
        self.cells.update(cells)

    async def put_new(self, cells: Mapping[str, bytes]) -> list[bytes]:
        return [self.cells.setdefault(name, value) for name, value in cells.items()]

    async def put_for_good(self, cells: Mapping[str, bytes]) -> None:
        self.cells.update(cells)

    async def close(self) -> None:
        """Nothing to give back."""
