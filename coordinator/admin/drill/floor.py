"""Looks at the disk while drills run: below the floor they are paused, below half of it their processes are stopped.

The log of the real world lies on the same disk and must never suffer. It frees nothing and deletes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Final

import structlog

from coordinator.admin.drill.control import control_of, give
from coordinator.admin.drill.plan import BEGAN_FILE, OVER_FILE, RUNNING_FILE
from coordinator.admin.drill.room import DrillRoom, free_mib
from coordinator.admin.drill.seats import SUPERVISOR
from coordinator.domain.drill import DISK_FULL

PAUSE_SECONDS: Final = 3.0
"""For a drill to answer; it is asked again at the next look."""

log = structlog.get_logger()


async def pause_drill(directory: Path) -> None:
    """Raises `CommandFailed`, `aiohttp.ClientError`, `NoDrill`, `LookupError`."""
    await give(control_of(directory, SUPERVISOR), "PauseDrill", {"reason": DISK_FULL})


class Floor:
    """Of one data directory. Said once each time it is reached, and again when there is room."""

    def __init__(
        self,
        data: Path,
        room: DrillRoom,
        pause: Callable[[Path], Awaitable[None]] = pause_drill,
        patience: float = PAUSE_SECONDS,
    ) -> None:
        self._data = data
        self._room = room
        self._pause = pause
        self._patience = patience
        self._low = False
        self._told: dict[Path, str] = {}
        """Why a drill could not be paused."""

    async def look(self, drills: Iterable[Path]) -> bool:
        """Pause those that run, where the floor is reached; whoever resumes one before there is room is paused again.

        Gives whether even that is not enough.
        """
        free = free_mib(self._data)
        low = free < self._room.free_mib
        if low != self._low:
            self._low = low
            self._told.clear()
            if low:
                log.error(
                    "the disk runs full: drills are paused", free_mib=free, floor_mib=self._room.free_mib
                )
            else:
                log.info("there is room again: drills may be resumed", free_mib=free)
        if free < self._room.free_mib / 2:
            return True  # at once: a drill that does not answer would keep the others writing
        if low:
            await asyncio.gather(*(self._try(directory) for directory in drills if _runs(directory)))
        return False

    async def _try(self, directory: Path) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._pause(directory)
        except Exception as away:  # whatever it is: other drills are to be paused as well
            why = str(away) or repr(away)
            if self._told.get(directory) != why:  # the disk is full as it is
                log.warning("a drill could not be paused", world=directory.name, why=why)
            self._told[directory] = why


def _runs(directory: Path) -> bool:
    """One that has not begun writes nothing, and is over when it is over."""
    has = {name: (directory / name).exists() for name in (RUNNING_FILE, BEGAN_FILE, OVER_FILE)}
    return has[RUNNING_FILE] and has[BEGAN_FILE] and not has[OVER_FILE]
