"""Exercise control from this machine: commands to an open drill over its interface, with its controller's token.

A client like any other of that one drill; what it may do is for the drill's own rules to say.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import aiohttp

from coordinator.admin.drill.plan import FAILED_FILE, OVER_FILE, NoDrill, read_running
from coordinator.admin.drill.seats import CONTROL, token_of
from coordinator.admin.run.grants import send
from coordinator.domain.area import AreaCode

OPEN_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 0.1


class Control(NamedTuple):
    """Where and as whom commands of one drill are given."""

    url: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def control_of(directory: Path, seat: str = CONTROL) -> Control:
    """Raises `NoDrill` where its processes do not run."""
    running = read_running(directory)
    if running is None and (directory / OVER_FILE).exists():
        raise NoDrill(
            f"演练 {directory.name} 已经结束，不再启动；记录和报告仍可看：pingji drill report。"
            f"\n{directory.name} is over and is not started again; its record stays: `pingji drill report`."
        )
    if running is None:
        why = (directory / FAILED_FILE).read_text() if (directory / FAILED_FILE).exists() else ""
        raise NoDrill(
            f"演练 {directory.name} 没有在运行{f'（{why}）' if why else ''}：请先 pingji up 或 pingji drill host。"
            f"\n{directory.name} does not run{f' ({why})' if why else ''}: `pingji up` or `pingji drill host` first."
        )
    return Control(running.url, token_of(directory, seat))


async def give(control: Control, name: str, body: Mapping[str, object]) -> dict[str, object]:
    """One command of control's, at the root of the tree. Raises `CommandFailed`, `aiohttp.ClientError`."""
    async with aiohttp.ClientSession(control.url, headers=control.headers) as session:
        return await send(session, name, {"area": await _root(session), **body})


async def look(control: Control) -> tuple[dict[str, Any], dict[str, Any]]:
    """Who we are there, with the world's time; and exercise control's board. Raises `aiohttp.ClientError`."""
    async with aiohttp.ClientSession(control.url, headers=control.headers) as session:
        me = await _get(session, "/api/v1/me")
        return me, await _get(session, f"/api/v1/boards/drill:{me['area']}")


async def until_open(directory: Path, patience: float = OPEN_SECONDS) -> Control:
    """Wait until whoever keeps drills running has started this one. Raises `NoDrill`."""
    deadline = time.monotonic() + patience
    while read_running(directory) is None and not (directory / FAILED_FILE).exists():
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(LOOK_SECONDS)
    return control_of(directory)


async def _root(session: aiohttp.ClientSession) -> AreaCode:
    return str((await _get(session, "/api/v1/me"))["area"])


async def _get(session: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with session.get(path) as answer:
        answer.raise_for_status()
        found: dict[str, Any] = await answer.json()
        return found
