"""What only the log in memory has: a server that a test can take away and bring back."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from coordinator.store.log import EMPTY, LogUnavailable
from coordinator.store.memory_log import MemoryLog, MemoryServer

from .conftest import KEY, NOW


async def test_a_server_that_is_away_answers_nothing_and_followers_wait_for_it() -> None:
    server = MemoryServer()
    log = MemoryLog("LIVE", KEY, now=lambda: NOW, server=server)
    head = await log.append("4201", EMPTY, [b"1"])
    async with asyncio.timeout(5), aclosing(log.follow({"4201": head})) as arriving:
        coming = asyncio.ensure_future(anext(arriving))
        server.away = True
        for asked in (log.append("4201", head, [b"2"]), log.head("4201"), log.time(), log.scopes()):
            with pytest.raises(LogUnavailable):
                await asked
        assert not coming.done()
        server.away = False
        await log.append("4201", head, [b"3"])
        scope, entries = await coming
    assert (scope, [entry.body for entry in entries]) == ("4201", [b"3"])


async def test_the_clock_is_the_one_handed_in() -> None:
    assert await MemoryLog("LIVE", KEY, now=lambda: NOW).time() == NOW
