"""Keeps the open drills of a data directory running, each with servers, coordinator, worker and simulated teams of its
own. What is to run is what lies there: laying a directory opens a drill, a file in it closes it.

Holds no rule and gives no order but one: what the real world's orders ask for (`real_orders.py`). A drill that fails
takes neither the real world nor another drill with it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sys
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import structlog

from coordinator.admin.drill.floor import Floor
from coordinator.admin.drill.held import Closing
from coordinator.admin.drill.inviting import keep_inviting
from coordinator.admin.drill.live_watch import Live
from coordinator.admin.drill.plan import (
    CLOSED_FILE,
    FAILED_FILE,
    RUNNING_FILE,
    DrillPlan,
    Running,
    folder_of,
    open_drills,
    read_drill,
    registers_of,
    wanted_drills,
)
from coordinator.admin.drill.real_orders import stop_for_real
from coordinator.admin.drill.room import DrillRoom
from coordinator.admin.drill.schedule import open_due
from coordinator.admin.drill.seats import READY_FILE, issue_seats, write_teams
from coordinator.admin.drill.unwatched import Watched
from coordinator.admin.drill.version import NotKnown, published_in
from coordinator.admin.run.founding import read_plan
from coordinator.admin.run.ports import port_is_free
from coordinator.admin.run.supervisor import Supervisor
from coordinator.playbook.loader import Playbook
from coordinator.store.keyfile import replace_private

LOOK_SECONDS: Final = 0.3
FLOOR_SECONDS: Final = 2.0
NO_CITY: Final = "hosted without the city: `pingji drill host`"
LOCK_FILE: Final = "host.lock"
PORT_FILE: Final = "port"
OWN: Final = "PINGJI_DRILL_"
"""What variables of drills begin with; of the live world's none is handed on (law 10)."""

log = structlog.get_logger()


class DrillHost:
    """`run` until cancelled. `live`: the real world beside the drills, where there is one."""

    def __init__(self, data: Path, live: Live | None = None, room: DrillRoom | None = None) -> None:
        self._data = data.absolute()
        self._live = live
        self._drills: dict[Path, asyncio.Task[None]] = {}
        self._room = room or DrillRoom()
        self._floor = Floor(self._data, self._room)
        self._held: dict[Path, str] = {}
        """Drills for which there is no room, and why; said once."""
        self._failed: set[Path] = set()
        """Those whose directory could not take the file that says so."""
        self._stopping: set[Path] = set()
        """Told once: a second cancellation would break off what stops their processes."""

    async def run(self) -> None:
        """Raises `AlreadyHosted`."""
        folder = folder_of(self._data)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = _only_host(folder)
        for directory in open_drills(self._data):
            (directory / RUNNING_FILE).unlink(missing_ok=True)  # of a host that was killed: nothing runs yet
        beside = [
            asyncio.create_task(work, name=name)
            for name, work in (
                ("invitations to drills", self._invite()),
                ("drills that are over", Closing(self._data).run()),
                ("room for drills", self._keep_room()),
            )
        ]
        try:
            while not any(task.done() for task in beside):
                self._look()
                await asyncio.to_thread(open_due, self._data, datetime.now(UTC), version=self._version)
                await asyncio.sleep(LOOK_SECONDS)
            for ended in beside:
                if ended.done():
                    ended.result()
        finally:
            for one in beside:
                one.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            for directory, task in self._drills.items():
                if directory not in self._stopping:
                    task.cancel()
            await to_its_end(asyncio.gather(*self._drills.values(), return_exceptions=True))
            self._drills.clear()
            os.close(lock)

    def _version(self, playbook: str) -> Playbook | None:
        """Beside a city what it has published; whoever opens drills without one has what comes with the project."""
        if self._live is None:
            return None
        try:
            return published_in(self._live, playbook)
        except NotKnown as away:  # a date is not missed for it, and the report says what was practised
            log.warning("a drill practises what comes with the project", playbook=playbook, why=str(away))
            return None

    async def _invite(self) -> None:
        """Nobody, where there is no real world beside the drills."""
        if self._live is None:
            await asyncio.Event().wait()
        else:
            await keep_inviting(self._live, self._data)

    async def _keep_room(self) -> None:
        while True:
            if await self._floor.look(list(self._drills)):
                for directory, task in self._drills.items():
                    if directory not in self._stopping:
                        # No file says so: it is wanted, and opened again where it was once there is room.
                        log.error("a drill is stopped: the disk is nearly full", world=directory.name)
                        self._stopping.add(directory)
                        task.cancel()
            await asyncio.sleep(FLOOR_SECONDS)

    def _look(self) -> None:
        """What should run does, what should not is being stopped; what has failed says why and stays down."""
        for directory in wanted_drills(self._data):
            if directory not in self._drills and directory not in self._failed and self._has_room(directory):
                self._drills[directory] = asyncio.create_task(self._keep(directory), name=directory.name)
        for directory, task in list(self._drills.items()):
            if task.done():
                del self._drills[directory]
                self._stopping.discard(directory)
                if not task.cancelled() and (error := task.exception()) is not None:
                    log.error("a drill failed", world=directory.name, why=str(error) or repr(error))
                    self._note_failure(directory, str(error) or repr(error))
            elif (directory / CLOSED_FILE).exists() and directory not in self._stopping:
                self._stopping.add(directory)
                task.cancel()

    def _has_room(self, directory: Path) -> bool:
        why = self._room.why_not(self._data, len(self._drills))
        if why and self._held.get(directory) != why:
            log.warning("a drill is not opened", world=directory.name, why=why)
        self._held[directory] = why
        return not why

    def _note_failure(self, directory: Path, why: str) -> None:
        """On a full disk it is remembered as long as this process lives: other drills and the city go on."""
        try:
            (directory / FAILED_FILE).write_text(why, encoding="utf-8")
        except OSError as full:
            self._failed.add(directory)
            log.error("that a drill failed cannot be noted", world=directory.name, why=str(full))

    async def _keep(self, directory: Path) -> None:
        plan = read_drill(directory)
        assert plan is not None  # it was found by it
        supervisor = Supervisor(
            directory,
            plan.world,
            host=plan.host,
            port=plan.port or _port_before(plan, directory),
            inherited=environment(os.environ, real_people=plan.call_real_people, in_step=not plan.rate),
        )
        watching: list[asyncio.Task[None]] = []
        try:
            await supervisor.start()
            registers = await registers_of(directory)
            await issue_seats(directory, plan, registers, supervisor.urls[0])
            if self._live is not None:
                stopping = stop_for_real(self._live, directory, registers, supervisor.urls[0])
                watching.append(asyncio.create_task(stopping, name=f"{plan.world} real orders"))
            elif read_plan(self._data) is not None:
                Watched(directory, 1, lambda: datetime.now(UTC)).fault(0, NO_CITY)
            watching.append(asyncio.create_task(supervisor.watch(), name=plan.world))
            await self._start_teams(supervisor, directory, plan, watching)
            (directory / PORT_FILE).write_text(str(supervisor.ports[0]))
            replace_private(directory / RUNNING_FILE, msgspec.json.encode(Running(supervisor.urls[0])))
            log.info("a drill is open", world=plan.world, url=supervisor.urls[0])
            done, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in watching:
                task.cancel()
            await to_its_end(_stopped(supervisor, watching))
            (directory / RUNNING_FILE).unlink(missing_ok=True)

    async def _start_teams(
        self, supervisor: Supervisor, directory: Path, plan: DrillPlan, watching: list[asyncio.Task[None]]
    ) -> None:
        """Returns when everybody has taken their seat, or something else has ended meanwhile."""
        ready = directory / READY_FILE
        ready.unlink(missing_ok=True)
        teams = write_teams(directory, plan, supervisor.urls)
        if teams is None:
            return
        command = [sys.executable, "-m", "clients.simulator", "--drill", str(teams)]
        simulated = supervisor.start_also("teams", command)
        while not any(task.done() for task in watching):
            left = simulated.done  # looked at first: they may get ready and be done in between
            if ready.exists():
                return
            if left:
                raise TeamsLeft(simulated.log_file)
            await asyncio.sleep(LOOK_SECONDS)


async def _stopped(supervisor: Supervisor, watching: list[asyncio.Task[None]]) -> None:
    await asyncio.gather(*watching, return_exceptions=True)
    await supervisor.stop()


async def to_its_end(work: Awaitable[object]) -> None:
    """Whoever waits for it may be cancelled, the work is not: processes half stopped would run on beside the city."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError


def environment(ours: Mapping[str, str], *, real_people: bool, in_step: bool = False) -> dict[str, str]:
    """What processes of a drill see of ours: nothing of the live world's, neither servers nor credentials.

    Drills have credentials of their own, under names of their own, and those are handed on only where the script says
    that real people are to be called. In lock-step everything is the same every time, down to the hashes of words.
    """
    kept = {name: value for name, value in ours.items() if not name.startswith("PINGJI_")}
    if real_people:
        kept |= {name: value for name, value in ours.items() if name.startswith(OWN)}
        kept[f"{OWN}REAL_PEOPLE"] = "yes"
    if in_step:
        kept["PYTHONHASHSEED"] = "0"
    return kept


class TeamsLeft(Exception):
    """The simulated teams were done before everybody had taken their seat: nobody would ever play."""

    def __init__(self, log_file: Path) -> None:
        super().__init__(f"the simulated teams left before taking their seats: see {log_file}")


class AlreadyHosted(Exception):
    """Another process keeps the drills of this directory running."""


def is_hosted(data: Path) -> bool:
    """Whether somebody keeps the drills of this directory running."""
    folder = folder_of(data)
    if not folder.exists():
        return False
    try:
        os.close(_only_host(folder))
    except AlreadyHosted:
        return True
    return False


def _only_host(folder: Path) -> int:
    lock = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise AlreadyHosted(str(folder)) from None
    return lock


def _port_before(plan: DrillPlan, directory: Path) -> int:
    """The port it had, if it is free: links that were handed out go on working."""
    path = directory / PORT_FILE
    port = int(path.read_text()) if path.exists() else 0
    return port if port_is_free(plan.host, port) else 0
