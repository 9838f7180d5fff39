"""The host of drills stops what is closed, whole and once, however often it looks meanwhile."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from coordinator.admin.drill import floor as drill_floor
from coordinator.admin.drill import host as drill_host
from coordinator.admin.drill import room as drill_room
from coordinator.admin.drill.floor import Floor
from coordinator.admin.drill.host import DrillHost
from coordinator.admin.drill.open import open_drill
from coordinator.admin.drill.plan import (
    BEGAN_FILE,
    CLOSED_FILE,
    FAILED_FILE,
    OVER_FILE,
    RUNNING_FILE,
    NoDrill,
    open_drills,
)
from coordinator.admin.drill.room import DrillRoom
from coordinator.admin.run.supervisor import Child

SOON = 5.0


class Processes:
    """In place of a drill's servers and children: they start at once, and end when they are let."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.urls, self.ports = ["http://127.0.0.1:1"], [1]
        self.stopping, self.may_end, self.ended = asyncio.Event(), asyncio.Event(), False

    async def start(self) -> None: ...

    async def watch(self) -> None:
        await asyncio.Event().wait()

    def start_also(self, name: str, command: object) -> Child:
        """Simulated teams that end at once and well."""
        child = Child(name, [], {}, self.directory / "teams.log", ends_well=True)
        child.process = subprocess.Popen(["true"])
        child.process.wait()
        return child

    async def stop(self) -> None:
        self.stopping.set()
        await self.may_end.wait()
        self.ended = True


async def nothing(*given: object) -> None: ...


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[Processes]:
    """Of each drill in the order in which they were started."""
    started: list[Processes] = []

    def supervise(directory: Path, *given: object, **named: Any) -> Processes:
        started.append(Processes(directory))
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


@asynccontextmanager
async def hosted(host: DrillHost, processes: list[Processes]) -> AsyncIterator[None]:
    running = asyncio.create_task(host.run())
    try:
        yield
        assert not running.done(), "the host goes on, whatever befalls a drill"
    finally:
        running.cancel()
        for one in processes:
            one.may_end.set()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_is_over_is_not_started_again(
    tmp_path: Path, processes: list[Processes], monkeypatch: pytest.MonkeyPatch
) -> None:
    over, goes_on = (open_drill(tmp_path, "communication-test") for _ in range(2))
    (over / OVER_FILE).touch()
    (over / RUNNING_FILE).touch()  # its host was killed
    host = DrillHost(tmp_path)
    async with hosted(host, processes):
        await until((goes_on / RUNNING_FILE).exists)
        await looks(monkeypatch, host, 2)
    assert [one.directory for one in processes] == [goes_on]


async def test_no_more_run_at_once_than_there_is_room_for(
    tmp_path: Path, processes: list[Processes], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (open_drill(tmp_path, "communication-test") for _ in range(3))
    host = DrillHost(tmp_path, room=DrillRoom(at_once=2))
    async with hosted(host, processes):
        await until(lambda: (first / RUNNING_FILE).exists() and (second / RUNNING_FILE).exists())
        await looks(monkeypatch, host, 2)
        assert [one.directory for one in processes] == [first, second]
        processes[0].may_end.set()
        (first / CLOSED_FILE).touch()
        await until((third / RUNNING_FILE).exists)


async def test_none_is_opened_where_the_disk_is_nearly_full(
    tmp_path: Path, processes: list[Processes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill_room, "free_mib", lambda data: 99)
    open_drill(tmp_path, "communication-test")
    host = DrillHost(tmp_path, room=DrillRoom(free_mib=100))
    async with hosted(host, processes):
        await looks(monkeypatch, host, 2)
    assert processes == []
    assert "99 MiB" in DrillRoom(free_mib=100).why_not(tmp_path / "not" / "there", 0)
    assert DrillRoom(free_mib=99).why_not(tmp_path, 0) == ""


async def test_a_drill_that_fails_on_a_full_disk_ends_neither_the_host_nor_another_drill(
    tmp_path: Path, processes: list[Processes], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = (open_drill(tmp_path, "communication-test") for _ in range(2))
    (broken / FAILED_FILE).symlink_to(tmp_path / "no" / "room")  # cannot be written
    host = DrillHost(tmp_path)

    async def fails(self: Processes) -> None:
        if self.directory == broken:
            self.may_end.set()
            raise OSError("no space left on device")

    monkeypatch.setattr(Processes, "start", fails)
    async with hosted(host, processes):
        await until((sound / RUNNING_FILE).exists)
        await looks(monkeypatch, host, 3)
    assert [one.directory for one in processes].count(broken) == 1
    assert open_drills(tmp_path) == [broken, sound]


async def test_teams_that_leave_before_taking_their_seats_are_a_failed_drill(
    tmp_path: Path, processes: list[Processes], monkeypatch: pytest.MonkeyPatch
) -> None:
    drill = open_drill(tmp_path, "communication-test")
    monkeypatch.setattr(drill_host, "write_teams", lambda directory, plan, urls: directory / "teams.json")
    async with hosted(DrillHost(tmp_path), processes):
        await until(lambda: bool(processes))
        processes[0].may_end.set()
        await until((drill / FAILED_FILE).exists)
    assert "left before taking their seats" in (drill / FAILED_FILE).read_text()


class Disk:
    """In place of the machine's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free = 100
        for module in (drill_room, drill_floor):
            monkeypatch.setattr(module, "free_mib", lambda data: self.free)


async def test_drills_are_paused_where_the_floor_is_reached_and_whoever_resumes_one_too_early_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, paused = Disk(monkeypatch), list[Path]()

    async def pause(directory: Path) -> None:
        paused.append(directory)
        if directory == away:
            raise NoDrill("it does not run")

    away, runs, prepared, over = (open_drill(tmp_path, "communication-test") for _ in range(4))
    for drill in (away, runs, prepared, over):
        (drill / RUNNING_FILE).touch()
    for drill in (away, runs, over):
        (drill / BEGAN_FILE).touch()
    (over / OVER_FILE).touch()
    floor = Floor(tmp_path, DrillRoom(free_mib=100), pause)
    drills = [away, runs, prepared, over]
    assert not await floor.look(drills) and not paused
    disk.free = 99
    with capture_logs() as told:
        assert not await floor.look(drills) and not await floor.look(drills)
    assert paused == [away, runs] * 2
    assert [one["log_level"] for one in told] == ["error", "warning"], "each said once"
    disk.free = 49
    paused.clear()
    assert await floor.look(drills) and not paused, "they are stopped, whether they would answer or not"
    disk.free = 100
    paused.clear()
    assert not await floor.look(drills) and not paused


async def test_a_drill_that_does_not_answer_keeps_no_other_from_being_paused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, paused = Disk(monkeypatch), list[Path]()
    silent, other = (open_drill(tmp_path, "communication-test") for _ in range(2))
    for drill in (silent, other):
        (drill / RUNNING_FILE).touch()
        (drill / BEGAN_FILE).touch()

    async def pause(directory: Path) -> None:
        if directory == silent:
            await asyncio.Event().wait()
        paused.append(directory)

    disk.free = 99
    async with asyncio.timeout(SOON):
        assert not await Floor(tmp_path, DrillRoom(free_mib=100), pause, patience=0.01).look([silent, other])
    assert paused == [other]


async def test_where_pausing_is_not_enough_its_processes_stop_until_there_is_room(
    tmp_path: Path, processes: list[Processes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill_host, "FLOOR_SECONDS", 0.001)
    disk = Disk(monkeypatch)
    drill = open_drill(tmp_path, "communication-test")
    host = DrillHost(tmp_path, room=DrillRoom(free_mib=100))
    async with hosted(host, processes):
        await until((drill / RUNNING_FILE).exists)
        disk.free = 49
        async with asyncio.timeout(SOON):
            await processes[0].stopping.wait()
        processes[0].may_end.set()
        await until(lambda: not (drill / RUNNING_FILE).exists())
        await looks(monkeypatch, host, 3)
        assert len(processes) == 1 and open_drills(tmp_path) == [drill]
        disk.free = 100
        await until((drill / RUNNING_FILE).exists)
    assert [one.directory for one in processes] == [drill, drill]
