"""A reading that outlasts its request: read once for all who wait, begun again for who asks later, never for ever."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.api.reading_on import ReadingOn
from coordinator.domain.refusal import Refused

PATIENT = 10.0


class Log:
    """Is read to its end at the moment somebody begins."""

    def __init__(self, head: int) -> None:
        self.head, self.read, self.readings = head, 0, 0
        self.away = False

    async def __call__(self) -> None:
        self.readings += 1
        head = self.head
        await asyncio.sleep(0)
        if self.away:
            raise Refused("log_unavailable")
        self.read = head

    def to(self, head: int) -> bool:
        return self.read >= head


async def test_all_who_wait_have_one_reading() -> None:
    log = Log(5)
    reading = ReadingOn(log, "test")
    assert await asyncio.gather(*(reading.until(lambda: log.to(5), PATIENT) for _ in range(9))) == [True] * 9
    assert log.readings == 1
    assert await reading.until(lambda: log.to(5), PATIENT) and log.readings == 1, "nothing came since"


async def test_who_asks_for_more_than_is_being_read_waits_for_it() -> None:
    log = Log(5)
    reading = ReadingOn(log, "test")
    first = asyncio.create_task(reading.until(lambda: log.to(5), PATIENT))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    log.head = 9
    assert await reading.until(lambda: log.to(9), PATIENT) and await first
    assert log.readings == 2


async def test_a_log_that_lost_what_was_asked_for_keeps_nobody_waiting() -> None:
    log = Log(5)
    async with asyncio.timeout(PATIENT):
        assert not await ReadingOn(log, "test").until(lambda: log.to(9), PATIENT)
    assert log.readings == 1


async def test_what_fails_is_said_to_who_waits_and_to_nobody_later() -> None:
    log = Log(5)
    log.away = True
    reading = ReadingOn(log, "test")
    with pytest.raises(Refused, match="log_unavailable"):
        await reading.until(lambda: log.to(5), PATIENT)
    log.away = False
    assert await reading.until(lambda: log.to(5), PATIENT)
