"""The one thing that passes from the real world to a drill: that the same place is being switched in earnest.

Sends the drill its `PauseDrill` when the live world shows an operation there (`live_watch.py`). It decides nothing
else: going on is for a person to say, and a real operation stops a drill once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

import aiohttp
import msgspec
import structlog

from coordinator.admin.drill.live_watch import BOARDS_OF_A_SOCKET, DeviceToken, Heard, Live, NotShown, watch
from coordinator.admin.drill.plan import read_script
from coordinator.admin.drill.seats import SUPERVISOR, token_of
from coordinator.admin.drill.unwatched import Watched
from coordinator.admin.run.grants import CommandFailed, send
from coordinator.domain.area import AreaCode
from coordinator.domain.drill import REAL_OPERATION
from coordinator.domain.register import AreaRegister, Registers
from coordinator.domain.scope import SCOPE_LEVELS
from coordinator.store.keyfile import replace_private

STOPPED_FILE: Final = "stopped-for.json"
"""Real operations for which the drill has stood still already: who went on after them decided so."""
AGAIN_SECONDS: Final = 0.5

log = structlog.get_logger()


async def stop_for_real(live: Live, directory: Path, registers: Registers, drill_url: str) -> None:
    """Until cancelled: whenever an operation begins in the real world where this drill takes place, stop the drill.

    As long as it cannot see all of that, the drill's directory says so, and since when.
    """
    boards = watched(registers.areas, read_script(directory).document.places)
    parts = [
        boards[first : first + BOARDS_OF_A_SOCKET] for first in range(0, len(boards), BOARDS_OF_A_SOCKET)
    ]
    seen = Watched(directory, len(parts), lambda: datetime.now(UTC))
    token = DeviceToken(live)
    stop = Stop(directory, registers.areas.roots()[0], drill_url)
    async with asyncio.TaskGroup() as together:
        for number, part in enumerate(parts):
            together.create_task(_watch_part(live, token, part, number, seen, stop))


class Stop:
    """Stops one drill, once for each real operation."""

    def __init__(self, directory: Path, root: AreaCode, drill_url: str) -> None:
        self._directory = directory
        self._root = root
        self._url = drill_url
        self._token = token_of(directory, SUPERVISOR)
        self._path = directory / STOPPED_FILE
        self._stopped = _read_stopped(self._path)
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, operation: str) -> None:
        """Raises `CommandFailed`, `aiohttp.ClientError`, `OSError`."""
        async with self._one_at_a_time:
            if operation in self._stopped:
                return
            log.warning("a real operation stops a drill", drill=self._directory.name, operation=operation)
            await _pause(self._url, self._token, self._root)
            self._stopped.add(operation)
            replace_private(self._path, msgspec.json.encode(sorted(self._stopped)))


async def _watch_part(
    live: Live, token: DeviceToken, boards: Sequence[str], number: int, seen: Watched, stop: Stop
) -> None:
    """Until cancelled, at one coordinator after the other."""
    heard = Heard(stop, lambda: seen.whole(number), lambda why: seen.fault(number, why))
    for attempt in count():
        try:
            await watch(live.urls[attempt % len(live.urls)], token, boards, heard)
        except (
            aiohttp.ClientError,
            CommandFailed,
            NotShown,
            OSError,
        ) as away:  # a TimeoutError is an OSError
            seen.fault(number, str(away) or repr(away))
        await asyncio.sleep(AGAIN_SECONDS)


def watched(areas: AreaRegister, places: Sequence[AreaCode]) -> list[str]:
    """Boards on which every operation that concerns one of these places shows: its own, and those of scopes in it."""
    found = dict.fromkeys(places)
    for place in places:
        for level in SCOPE_LEVELS:
            found |= dict.fromkeys(areas.below(place, level))
    return [f"area:{area}" for area in found]


async def _pause(url: str, token: str, root: AreaCode) -> None:
    """Until the drill has heard it; a drill that is over needs not."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(url, headers=headers) as session:
        try:
            await send(session, "PauseDrill", {"area": root, "reason": REAL_OPERATION})
        except CommandFailed as refused:
            if refused.code != "drill_phase":
                raise


def _read_stopped(path: Path) -> set[str]:
    return set(msgspec.json.decode(path.read_bytes(), type=list[str])) if path.exists() else set()
