"""The host of drills stops what is closed, whole and once, however often it looks meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from coordinator.admin import drill_host
from coordinator.admin.drill_host import DrillHost
from coordinator.admin.drill_open import open_drill
from coordinator.admin.drill_plan import CLOSED_FILE, RUNNING_FILE, all_drills
from coordinator.admin.drill_schedule import LEAD, put

SOON = 5.0


class Processes:
    """In place of a drill's servers and children: they start at once, and end when they are let."""

    def __init__(self) -> None:
        self.urls, self.ports = ["http://127.0.0.1:1"], [1]
        self.stopping, self.may_end, self.ended = asyncio.Event(), asyncio.Event(), False

    async def start(self) -> None: ...

    async def watch(self) -> None:
        await asyncio.Event().wait()

    async def stop(self) -> None:
        self.stopping.set()
        await self.may_end.wait()
        self.ended = True


async def nothing(*given: object) -> None: ...


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[Processes]:
    """Of each drill in the order in which they were started."""
    started: list[Processes] = []

    def supervise(*given: object, **named: Any) -> Processes:
        started.append(Processes())
        return started[-1]

    monkeypatch.setattr(drill_host, "Supervisor", supervise)
    monkeypatch.setattr(drill_host, "issue_seats", nothing)
    monkeypatch.setattr(drill_host, "LOOK_SECONDS", 0.001)
    return started


async def until(told: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not told():  # noqa: ASYNC110  what is waited for is mostly a file
            await asyncio.sleep(0.001)


async def looks(monkeypatch: pytest.MonkeyPatch, host: DrillHost, times: int) -> None:
    """Until the host has looked so often again."""
    seen, enough, look = 0, asyncio.Event(), host._look

    def counted() -> None:
        nonlocal seen
        look()
        seen += 1
        if seen == times:
            enough.set()

    monkeypatch.setattr(host, "_look", counted)
    async with asyncio.timeout(SOON):
        await enough.wait()


async def test_a_closed_drill_is_stopped_whole(
    tmp_path: Path, processes: list[Processes], monkeypatch: pytest.MonkeyPatch
) -> None:
    drill = open_drill(tmp_path, "communication-test")
    host = DrillHost(tmp_path)
    running = asyncio.create_task(host.run())
    await until((drill / RUNNING_FILE).exists)
    (drill / CLOSED_FILE).touch()
    async with asyncio.timeout(SOON):
        await processes[0].stopping.wait()
    await looks(monkeypatch, host, 3)
    processes[0].may_end.set()
    await until(lambda: not (drill / RUNNING_FILE).exists())
    assert processes[0].ended
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_falls_due_is_opened_and_run_with_nobody_asking(
    tmp_path: Path, processes: list[Processes]
) -> None:
    soon = datetime.now(UTC) + LEAD / 2
    cron = f"{soon.minute} {soon.hour} {soon.day} {soon.month} *"
    await asyncio.to_thread(put, tmp_path, "communication-test", datetime.now(UTC), cron=cron, where="UTC")
    running = asyncio.create_task(DrillHost(tmp_path).run())
    await until(lambda: any((drill / RUNNING_FILE).exists() for drill in all_drills(tmp_path)))
    running.cancel()
    processes[0].may_end.set()
    await asyncio.gather(running, return_exceptions=True)
    assert len(processes) == 1


async def test_a_host_that_is_told_to_end_twice_ends_its_drills_all_the_same(
    tmp_path: Path, processes: list[Processes]
) -> None:
    drill = open_drill(tmp_path, "communication-test")
    running = asyncio.create_task(DrillHost(tmp_path).run())
    await until((drill / RUNNING_FILE).exists)
    running.cancel()
    async with asyncio.timeout(SOON):
        await processes[0].stopping.wait()
    running.cancel()
    await asyncio.sleep(0)
    processes[0].may_end.set()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled() and processes[0].ended and not (drill / RUNNING_FILE).exists()
