"""A log behind a Sentinel: found by its service's name, and found again when another server is the primary."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis.asyncio import Redis

from coordinator.store.connections import answered_within, command_client
from coordinator.store.log import EMPTY, HeadMoved, LogUnavailable
from coordinator.store.programs import find_program
from coordinator.store.redis_log import RedisLog
from coordinator.store.tether import tethered

from .conftest import KEY

DURABLE = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")

Spawn = Callable[..., Awaitable[int]]
"""Starts a server with these arguments on a free port, which the embedded ones do not have; returns the port."""


@pytest.fixture
async def spawn(tmp_path: Path) -> AsyncIterator[Spawn]:
    program = str(find_program().path)
    async with AsyncExitStack() as stack:

        async def start(*arguments: str) -> int:
            port = free_port()
            directory = tmp_path / str(port)
            directory.mkdir()
            own = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(directory))
            process = await asyncio.create_subprocess_exec(
                *tethered([program, *arguments, *own]), stdout=asyncio.subprocess.DEVNULL
            )

            async def end() -> None:
                process.kill()
                await process.wait()

            stack.push_async_callback(end)
            async with client(port) as asked, asyncio.timeout(5):
                while True:
                    if await answers(asked):
                        return port
                    await asyncio.sleep(0.01)

        yield start


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def client(port: int) -> Redis:
    return command_client(f"redis://127.0.0.1:{port}", patience=2.0, connections=1)


async def answers(asked: Redis) -> bool:
    try:
        async with answered_within(1.0):
            return bool(await asked.ping())
    except LogUnavailable:
        return False


async def test_the_primary_is_found_and_found_again_when_it_moves(spawn: Spawn, tmp_path: Path) -> None:
    first, second = await spawn(*DURABLE), await spawn(*DURABLE)
    configuration = tmp_path / "sentinel.conf"
    configuration.touch()
    sentinel = await spawn(str(configuration), "--sentinel")
    async with client(sentinel) as asked:
        await asked.execute_command("SENTINEL", "MONITOR", "pingji", "127.0.0.1", first, 1)
        log = await RedisLog.open(f"redis+sentinel://127.0.0.1:{sentinel}/pingji", "LIVE", KEY)
        head = await log.append("4201", EMPTY, [b"1", b"2"])

        await asked.execute_command("SENTINEL", "REMOVE", "pingji")
        await asked.execute_command("SENTINEL", "MONITOR", "pingji", "127.0.0.1", second, 1)
        async with client(first) as demoted:
            await demoted.execute_command("REPLICAOF", "127.0.0.1", second)
        with pytest.raises(LogUnavailable):  # the connection that was open still leads to the first
            await log.append("4201", head, [b"3"])
        with pytest.raises(HeadMoved) as moved:  # the second never got what the first had
            await log.append("4201", head, [b"3"])
        assert moved.value.head == EMPTY
        await log.append("4201", EMPTY, [b"1"])
    async with client(second) as promoted:
        assert await promoted.exists("pingji:{LIVE/4201}:log")
    await log.close()


async def test_an_unknown_service_is_unavailable(spawn: Spawn, tmp_path: Path) -> None:
    configuration = tmp_path / "sentinel.conf"
    configuration.touch()
    sentinel = await spawn(str(configuration), "--sentinel")
    with pytest.raises(LogUnavailable):
        await RedisLog.open(f"redis+sentinel://127.0.0.1:{sentinel}/other", "LIVE", KEY)


@pytest.mark.parametrize("url", ["redis+sentinel://host:1", "redis+sentinel:///service"])
def test_a_url_without_hosts_or_service_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="Sentinel"):
        RedisLog(url, "LIVE", KEY)
