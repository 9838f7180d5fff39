"""Logs to test: one suite runs over the log in memory and the one on a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coordinator.store.embedded import EmbeddedServer, Role
from coordinator.store.log import EventLog
from coordinator.store.memory_log import MemoryLog, MemoryServer
from coordinator.store.redis_log import RedisLog

KEY = b"chain key of a test, 32 bytes..."
NOW = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)

OpenLog = Callable[..., Awaitable[EventLog]]
"""Opens one more log on the same server and world, with another key if asked: one more coordinator."""


@pytest.fixture(params=["memory", "redis"])
async def open_log(
    request: pytest.FixtureRequest, world: str, log_server: EmbeddedServer
) -> AsyncIterator[OpenLog]:
    memory = MemoryServer()
    async with AsyncExitStack() as stack:

        async def open_one(key: bytes = KEY, world: str = world) -> EventLog:
            log: EventLog
            if request.param == "memory":
                log = MemoryLog(world, key, now=lambda: NOW, server=memory)
            else:
                log = await RedisLog.open(log_server.url, world, key)
            stack.push_async_callback(log.close)
            return log

        yield open_one


@pytest.fixture
async def log(open_log: OpenLog) -> EventLog:
    return await open_log()


@pytest.fixture
async def make_server() -> AsyncIterator[Callable[..., EmbeddedServer]]:
    """Makes servers that are stopped at the end, whatever the test has done to them."""
    async with AsyncExitStack() as stack:

        def make(directory: Path, role: Role = Role.LOG, **options: float) -> EmbeddedServer:
            server = EmbeddedServer(directory, role, **options)
            stack.push_async_callback(server.stop)
            return server

        yield make


@pytest.fixture
async def own_server(tmp_path: Path, make_server: Callable[..., EmbeddedServer]) -> EmbeddedServer:
    """A log server that the test may stop, kill or freeze."""
    server = make_server(tmp_path / "log")
    await server.start()
    return server
