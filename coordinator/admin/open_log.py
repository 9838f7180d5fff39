"""Opening a world's log from a command: the configured server, the one that runs, or one started for the moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from coordinator.admin.founding import read_plan
from coordinator.admin.serve import CHAIN_KEY
from coordinator.domain.world import LIVE
from coordinator.settings import Settings
from coordinator.store.directory import running_url
from coordinator.store.embedded import EmbeddedServer, Role
from coordinator.store.keyfile import open_key
from coordinator.store.log import LogUnavailable
from coordinator.store.redis_log import RedisLog


@asynccontextmanager
async def open_log(data: Path) -> AsyncIterator[tuple[RedisLog, str]]:
    """The log and its world. Raises `StoreError`, `LogUnavailable`.

    A configured server is the live world's: a directory of any other world never looks at it.
    """
    plan = read_plan(data)
    settings = Settings() if plan is None or plan.world == LIVE else Settings(redis_url="", world=plan.world)
    world = plan.world if plan else settings.world or LIVE
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
            server = EmbeddedServer(data / Role.LOG.value, Role.LOG)
            await server.start()
            stack.push_async_callback(server.stop)
            opened = await RedisLog.open(server.url, world, key)
        stack.push_async_callback(opened.close)
        yield opened, world
