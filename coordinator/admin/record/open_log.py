"""Opening a world's log, or what stands beside it, from a command: the configured server, the one that runs, or one
started for now.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from coordinator.admin.run.founding import read_plan
from coordinator.admin.run.serve import CHAIN_KEY, VAULT_KEY
from coordinator.domain.world import LIVE
from coordinator.settings import Settings
from coordinator.store.cells import RedisCells
from coordinator.store.directory import running_url
from coordinator.store.embedded import EmbeddedServer, Role
from coordinator.store.keyfile import open_key
from coordinator.store.log import LogUnavailable
from coordinator.store.outlines import Outlines, RedisOutlines
from coordinator.store.redis_log import RedisLog
from coordinator.store.vault import Vault


@asynccontextmanager
async def open_log(data: Path) -> AsyncIterator[tuple[RedisLog, str]]:
    """The log and its world. Raises `StoreError`, `LogUnavailable`.

    A configured server is the live world's: a directory of any other world never looks at it.
    """
    settings, world = _settings(data)
    key = open_key(data / CHAIN_KEY)
    async with AsyncExitStack() as stack:
        url = settings.redis_url or running_url(data / Role.LOG.value)
        opened = None
        if url:
            try:
                opened = await RedisLog.open(url, world, key, managed=settings.managed)
            except LogUnavailable:
                if settings.redis_url:
                    raise
        if opened is None:
            opened = await RedisLog.open(await _start(data, stack), world, key)
        stack.push_async_callback(opened.close)
        yield opened, world


@asynccontextmanager
async def open_vault(data: Path) -> AsyncIterator[Vault]:
    """The vault beside that log. Raises `StoreError`, `LogUnavailable`."""
    settings, world = _settings(data)
    key = open_key(data / VAULT_KEY)
    async with AsyncExitStack() as stack:
        url = settings.redis_url or running_url(data / Role.LOG.value)
        if url:
            vault = await _answering(url, world, key, stack)
            if vault is not None:
                yield vault
                return
            if settings.redis_url:
                raise LogUnavailable(f"{url} does not answer")
        cells = RedisCells(await _start(data, stack), world)
        stack.push_async_callback(cells.close)
        yield Vault(cells, world, key)


@asynccontextmanager
async def open_outlines(data: Path) -> AsyncIterator[Outlines]:
    """The outlines beside that log. Raises `StoreError`, `LogUnavailable`."""
    settings, world = _settings(data)
    async with AsyncExitStack() as stack:
        url = settings.redis_url or running_url(data / Role.LOG.value)
        if url:
            outlines = RedisOutlines(url, world)
            stack.push_async_callback(outlines.close)
            try:
                await outlines.get(["0"])
            except LogUnavailable:
                if settings.redis_url:
                    raise
            else:
                yield outlines
                return
        outlines = RedisOutlines(await _start(data, stack), world)
        stack.push_async_callback(outlines.close)
        yield outlines


async def _answering(url: str, world: str, key: bytes, stack: AsyncExitStack) -> Vault | None:
    """None where a server is said to run and does not: it was killed, and its file is still there."""
    cells = RedisCells(url, world)
    stack.push_async_callback(cells.close)
    try:
        await cells.get(["key:none"])
    except LogUnavailable:
        return None
    return Vault(cells, world, key)


def _settings(data: Path) -> tuple[Settings, str]:
    plan = read_plan(data)
    settings = Settings() if plan is None or plan.world == LIVE else Settings(redis_url="", world=plan.world)
    return settings, plan.world if plan else settings.world or LIVE


async def _start(data: Path, stack: AsyncExitStack) -> str:
    """The directory's own server, for as long as the stack is open."""
    server = EmbeddedServer(data / Role.LOG.value, Role.LOG)
    await server.start()
    stack.push_async_callback(server.stop)
    return server.url
