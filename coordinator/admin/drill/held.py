"""What becomes of a drill a while after its end: its report is made, and one of the calendar is closed.

It reads the drill's own record, writes below its directory, and stops no process: that is for the host, by the file.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from coordinator.admin.drill.plan import CLOSED_FILE, OVER_FILE, open_drills, read_drill, read_playbook
from coordinator.admin.drill.record import open_record
from coordinator.admin.drill.run import Played, write_all
from coordinator.admin.run.founding import read_plan
from coordinator.admin.run.ground import Ground
from coordinator.drills.same_log import log_digest
from coordinator.drills.score import score

REPORT_FOLDER: Final = "report"
DRAFT: Final = ".report"
LINGER: Final = timedelta(minutes=15)
"""After the end, for players to see that it is over and for observers' last ticks."""
LOOK_SECONDS: Final = 5.0

log = structlog.get_logger()


async def as_played(directory: Path) -> tuple[Played, Ground, int]:
    """Scored from the record alone, also before its end; with its registers and seed. Raises as `open_record`."""
    async with open_record(directory) as record:
        world = read_plan(directory)
        sampled = world is None or world.sampled
        ground = Ground(record.registers, record.plan.world, sampled, str(directory))
        events, script = record.in_order, record.script
        scored = await asyncio.to_thread(score, script.document, script.digest, events, record.registers)
        people = bool(record.plan.real)
        played = Played(script, scored, events, log_digest(events), {}, read_playbook(directory), people)
        return played, ground, record.plan.seed


async def make_report(directory: Path) -> None:
    """Whole or not at all. Raises as `as_played`, and `OSError`.

    The record is read here, since where the drill runs no more its server is started, which only the main thread can;
    what takes seconds is done in another.
    """
    played, ground, seed = await as_played(directory)
    await asyncio.to_thread(_write_whole, directory, played, ground, seed)


def _write_whole(directory: Path, played: Played, ground: Ground, seed: int) -> None:
    draft = directory / DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    write_all(draft, played, seed, ground, "zh")
    draft.rename(directory / REPORT_FOLDER)


class Closing:
    """Looks after the drills of a data directory that are over."""

    def __init__(self, data: Path, report: Callable[[Path], Awaitable[None]] = make_report) -> None:
        self._data = data
        self._report = report
        self._failed: set[Path] = set()
        """Whose report could not be made: said once; a person may make it later, from the record."""
        self._told: dict[Path, str] = {}
        """What is in the way of looking after a drill; said once."""

    async def run(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Until cancelled."""
        while True:
            await self.look(now())
            await wait(LOOK_SECONDS)

    async def look(self, now: datetime) -> None:
        for directory in open_drills(self._data):
            try:
                await self._look_after(directory, now)
                self._told.pop(directory, None)
            except Exception as wrong:  # whatever lies in its directory: the other drills and the city go on
                why = str(wrong) or repr(wrong)
                if self._told.get(directory) != why:
                    log.error("a drill that is over cannot be looked after", world=directory.name, why=why)
                self._told[directory] = why

    async def _look_after(self, directory: Path, now: datetime) -> None:
        if not _is_seen_by_all(directory, now):
            return
        if not (directory / REPORT_FOLDER).exists() and directory not in self._failed:
            await self._write(directory)
        plan = read_drill(directory)
        if plan is not None and plan.due is not None:  # whoever opened one by hand closes it by hand
            (directory / CLOSED_FILE).touch(mode=0o600)
            log.info("a drill of the calendar is over and closed", world=directory.name)

    async def _write(self, directory: Path) -> None:
        try:
            await self._report(directory)
        except Exception as wrong:  # whatever it is: other drills and the city go on
            self._failed.add(directory)
            why = str(wrong) or repr(wrong)
            log.error("the report of a drill could not be made", world=directory.name, why=why)
        else:
            log.info("a drill is over: its report is made", folder=str(directory / REPORT_FOLDER))


def _is_seen_by_all(directory: Path, now: datetime) -> bool:
    """Over, and long enough ago."""
    over = directory / OVER_FILE
    return over.exists() and now - datetime.fromtimestamp(over.stat().st_mtime, UTC) >= LINGER
