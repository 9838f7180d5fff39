"""Outlines on the log's server and in memory: what was put comes back, per world, all of it or none."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from coordinator.store.embedded import EmbeddedServer
from coordinator.store.log import LogUnavailable
from coordinator.store.outlines import MemoryOutlines, Outline, Outlines, RedisOutlines

ONE = Outline.of([[(11890000, 3210000), (11891000, 3210000), (11891000, 3209000)]], "来源")
TWO = Outline.of([[(0, 0), (5, -1), (3, 9)], [(-7, 2), (-9, 2), (-9, 4)]])


@pytest.fixture(params=["memory", "redis"])
async def outlines(
    request: pytest.FixtureRequest, log_server: EmbeddedServer, world: str
) -> AsyncIterator[Outlines]:
    kept: Outlines = MemoryOutlines() if request.param == "memory" else RedisOutlines(log_server.url, world)
    yield kept
    await kept.close()


async def test_what_is_put_comes_back_and_what_is_dropped_is_gone(outlines: Outlines) -> None:
    assert await outlines.get([]) == {} == await outlines.get(["42"])
    await outlines.put({})
    await outlines.put({"42": ONE, "4201": TWO})
    assert await outlines.get(["4201", "99", "42"]) == {"42": ONE, "4201": TWO}
    await outlines.put({"42": TWO})
    assert await outlines.get(["42", "4201"]) == {"42": TWO, "4201": TWO}
    await outlines.drop([])
    await outlines.drop(["42", "99"])
    assert await outlines.get(["42", "4201"]) == {"4201": TWO}


async def test_another_world_has_its_own(log_server: EmbeddedServer, world: str) -> None:
    here, there = RedisOutlines(log_server.url, world), RedisOutlines(log_server.url, f"{world}-OTHER")
    await here.put({"42": ONE})
    assert await there.get(["42"]) == {}
    await here.close()
    await there.close()


async def test_a_server_that_is_away_is_said_to_be() -> None:
    away = RedisOutlines("redis://127.0.0.1:1", "TEST")
    with pytest.raises(LogUnavailable):
        await away.get(["42"])
    await away.close()


def test_an_outline_is_kept_as_steps() -> None:
    assert ONE.rings == ((11890000, 3210000, 1000, 0, 0, -1000),)
    assert TWO.points() == [[(0, 0), (5, -1), (3, 9)], [(-7, 2), (-9, 2), (-9, 4)]]
