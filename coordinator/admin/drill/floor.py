"""Looks at the disk while drills run: below the floor they are paused, below half of it their processes are stopped.

The log of the real world lies on the same disk and must never suffer. It frees nothing and deletes nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import structlog

from coordinator.admin.drill.control import control_of, give
from coordinator.admin.drill.plan import BEGAN_FILE, OVER_FILE, RUNNING_FILE
from coordinator.admin.drill.room import DrillRoom, free_mib
from coordinator.admin.drill.seats import SUPERVISOR
from coordinator.domain.drill import DISK_FULL

log = structlog.get_logger()


async def pause_drill(directory: Path) -> None:
    """Raises `CommandFailed`, `aiohttp.ClientError`, `NoDrill`, `LookupError`."""
    await give(control_of(directory, SUPERVISOR), "PauseDrill", {"reason": DISK_FULL})


class Floor:
    """Of one data directory. Said once each time it is reached, and again when there is room."""

    def __init__(
        self, data: Path, room: DrillRoom, pause: Callable[[Path], Awaitable[None]] = pause_drill
    ) -> None:
        self._data = data
        self._room = room
        self._pause = pause
        self._low = False

    async def look(self, drills: Iterable[Path]) -> bool:
        """Pause those that run, where the floor is reached; whoever resumes one before there is room is paused again.

        Gives whether even that is not enough.
        """
        free = free_mib(self._data)
        low = free < self._room.free_mib
        if low != self._low:
            self._low = low
            if low:
                log.error(
                    "the disk runs full: drills are paused", free_mib=free, floor_mib=self._room.free_mib
                )
            else:
                log.info("there is room again: drills may be resumed", free_mib=free)
        for directory in drills if low else ():
            if _runs(directory):
                await self._try(directory)
        return free < self._room.free_mib / 2

    async def _try(self, directory: Path) -> None:
        try:
            await self._pause(directory)
        except Exception as away:  # whatever it is: other drills are to be paused as well
            log.warning("a drill could not be paused", world=directory.name, why=str(away) or repr(away))


def _runs(directory: Path) -> bool:
    """One that has not begun writes nothing, and is over when it is over."""
    has = {name: (directory / name).exists() for name in (RUNNING_FILE, BEGAN_FILE, OVER_FILE)}
    return has[RUNNING_FILE] and has[BEGAN_FILE] and not has[OVER_FILE]
