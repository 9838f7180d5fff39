"""The one thing that passes from the real world to a drill: that the same place is being switched in earnest.

Reads boards of the live world as any device may, with a token of its own that can change nothing, and sends the drill
its `PauseDrill`. It decides nothing else: going on is for a person to say, and a real operation stops a drill once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import aiohttp
import msgspec
import structlog

from coordinator.admin.drill_plan import FOLDER, read_script
from coordinator.admin.drill_seats import SUPERVISOR, token_of
from coordinator.admin.founding import OPERATOR_TOKEN
from coordinator.admin.grants import CommandFailed, Wanted, issue, send
from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode
from coordinator.domain.drill import REAL_OPERATION
from coordinator.domain.register import AreaRegister, Registers
from coordinator.domain.scope import SCOPE_LEVELS
from coordinator.store.keyfile import replace_private
from coordinator.wire.messages import SignIn, Subscribe

WATCH_TOKEN: Final = "watch.token"
STOPPED_FILE: Final = "stopped-for.json"
"""Real operations for which the drill has stood still already: who went on after them decided so."""
AGAIN_SECONDS: Final = 0.5
ALIVE_SECONDS: Final = 5.0
SECTION: Final = "operations/"

log = structlog.get_logger()


class Live(NamedTuple):
    """The real world beside the drills of one data directory."""

    data: Path
    urls: Sequence[str]


async def stop_for_real(live: Live, directory: Path, registers: Registers, drill_url: str) -> None:
    """Until cancelled: whenever an operation begins in the real world where this drill takes place, stop the drill."""
    document = read_script(directory).document
    root = registers.areas.roots()[0]
    boards = watched(registers.areas, document.places)
    token = token_of(directory, SUPERVISOR)
    stopped = _read_stopped(directory)
    while True:
        try:
            async for operation in running_operations(live, boards):
                if operation in stopped:
                    continue
                log.warning("a real operation stops a drill", drill=directory.name, operation=operation)
                await _pause(drill_url, token, root)
                stopped.add(operation)
                replace_private(directory / STOPPED_FILE, msgspec.json.encode(sorted(stopped)))
        except (aiohttp.ClientError, CommandFailed, OSError, TimeoutError) as away:
            log.warning("real orders cannot be read or heeded; trying again", why=str(away) or repr(away))
        await asyncio.sleep(AGAIN_SECONDS)


def watched(areas: AreaRegister, places: Sequence[AreaCode]) -> list[str]:
    """Boards on which every operation that concerns one of these places shows: its own, and those of scopes in it."""
    found = dict.fromkeys(places)
    for place in places:
        for level in SCOPE_LEVELS:
            found |= dict.fromkeys(areas.below(place, level))
    return [f"area:{area}" for area in found]


async def running_operations(live: Live, boards: Sequence[str]) -> AsyncIterator[str]:
    """Ids of operations on these boards, each time they are shown. Ends when the connection does.

    Raises `aiohttp.ClientError`, `CommandFailed`.
    """
    token = await _watch_token(live)
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{live.urls[0]}/ws", heartbeat=ALIVE_SECONDS) as socket,
    ):
        await socket.send_str(SignIn(token=token).model_dump_json())
        for board in boards:
            await socket.send_str(Subscribe(board=board).model_dump_json())
        async for frame in socket:
            if frame.type is aiohttp.WSMsgType.TEXT:
                for operation in _operations(msgspec.json.decode(frame.data)):
                    yield operation


def _operations(message: dict[str, Any]) -> Iterator[str]:
    """Those that a snapshot or delta shows as going on."""
    shown = message.get("entries") or message.get("set") or {}
    for key, entry in shown.items():
        if key.startswith(SECTION) and not entry.get("closed") and any(entry["targets"].values()):
            yield key.removeprefix(SECTION)


async def _watch_token(live: Live) -> str:
    """This device's own, of a role that reads and changes nothing; issued once."""
    path = live.data / FOLDER / WATCH_TOKEN
    if not path.exists():
        operator = (live.data / OPERATOR_TOKEN).read_text()
        root = await _root(live.urls[0], operator)
        (token,) = await issue(live.urls[0], operator, [Wanted("device:drills", Role.AUDITOR, root)])
        replace_private(path, token.encode())
    return path.read_text()


async def _root(url: str, token: str) -> AreaCode:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(url, headers=headers) as session, session.get("/api/v1/me") as answer:
        answer.raise_for_status()
        return str((await answer.json())["area"])


async def _pause(url: str, token: str, root: AreaCode) -> None:
    """Until the drill has heard it; a drill that is over needs not."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(url, headers=headers) as session:
        try:
            await send(session, "PauseDrill", {"area": root, "reason": REAL_OPERATION})
        except CommandFailed as refused:
            if refused.code != "drill_phase":
                raise


def _read_stopped(directory: Path) -> set[str]:
    path = directory / STOPPED_FILE
    return set(msgspec.json.decode(path.read_bytes(), type=list[str])) if path.exists() else set()
