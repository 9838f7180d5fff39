"""Looks at boards of the live world as any device may, with a token of its own that can change nothing.

Says when it sees everything it was asked to see, and ends with the reason when it does not: it never goes blind
without a word. It decides nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import aiohttp
import msgspec

from coordinator.admin.drill.plan import FOLDER
from coordinator.admin.run.founding import OPERATOR_TOKEN
from coordinator.admin.run.grants import Wanted, issue
from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode
from coordinator.store.keyfile import replace_private
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.messages import SignIn, Subscribe

WATCH_TOKEN: Final = "watch.token"
ALIVE_SECONDS: Final = 5.0
BOARDS_OF_A_SOCKET: Final = 48
"""A client may have 64 unless the city's settings say less; a province's drill watches far more."""
ASK_AGAIN_SECONDS: Final = 30.0
"""After which boards that were refused are asked for again; the others are watched meanwhile."""
SECTION: Final = "operations/"


class Live(NamedTuple):
    """The real world beside the drills of one data directory."""

    data: Path
    urls: Sequence[str]


class NotShown(Exception):
    """The live world does not show what was asked for; says why."""


class DeviceToken:
    """This device's own, of a role that reads and changes nothing; issued once, and anew where it is refused."""

    def __init__(self, live: Live) -> None:
        self._path = live.data / FOLDER / WATCH_TOKEN
        self._operator = live.data / OPERATOR_TOKEN
        self._one_at_a_time = asyncio.Lock()

    async def read(self, url: str) -> str:
        """Raises `OSError`, `CommandFailed`, `aiohttp.ClientError`."""
        async with self._one_at_a_time:
            if not self._path.exists():
                operator = self._operator.read_text()
                wanted = Wanted("device:drills", Role.AUDITOR, await _root(url, operator))
                (token,) = await issue(url, operator, [wanted])
                replace_private(self._path, token.encode())
            return self._path.read_text()

    def refused(self, token: str) -> None:
        """Unknown or revoked: the next one who asks gets a new one. Another socket may have got it already."""
        if self._path.exists() and self._path.read_text() == token:
            self._path.unlink()


class Heard(NamedTuple):
    """Whom to tell what."""

    operation: Callable[[str], Awaitable[None]]
    """One that is shown as going on, each time it is."""
    whole: Callable[[], None]
    """Every board is being shown."""
    fault: Callable[[str], None]
    """Some board is not, and why; the others still are."""


async def watch(url: str, token: DeviceToken, boards: Sequence[str], heard: Heard) -> None:
    """Until it cannot any more. Raises `NotShown`, `aiohttp.ClientError`, `CommandFailed`, `OSError`."""
    presented = await token.read(url)
    refused = ""
    try:
        async with (
            asyncio.timeout(None) as again,
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{url}/ws", heartbeat=ALIVE_SECONDS) as socket,
        ):
            await _ask(socket, presented, boards)
            missing = set(boards)
            async for frame in socket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    continue
                message: dict[str, Any] = msgspec.json.decode(frame.data)
                if message["type"] == "error":
                    refused = f"{message['about']}: {message['error']['code']}"
                    heard.fault(refused)
                    missing.add(message["about"])
                    again.reschedule(asyncio.get_running_loop().time() + ASK_AGAIN_SECONDS)
                for operation in _operations(message):
                    await heard.operation(operation)
                if message["type"] == "snapshot" and missing:
                    missing.discard(message["board"])
                    if not missing:
                        heard.whole()
    except TimeoutError:
        if refused:
            raise NotShown(refused) from None
        raise
    if socket.close_code in (CloseCode.BAD_TOKEN, CloseCode.REVOKED):
        token.refused(presented)
        raise NotShown("the token of this device is refused; it is issued anew")
    raise NotShown(f"the live world closed the connection ({socket.close_code})")


async def _ask(socket: aiohttp.ClientWebSocketResponse, token: str, boards: Sequence[str]) -> None:
    await socket.send_str(SignIn(token=token).model_dump_json())
    for board in boards:
        await socket.send_str(Subscribe(board=board).model_dump_json())


def _operations(message: dict[str, Any]) -> Iterator[str]:
    """Those that a snapshot or delta shows as going on."""
    shown = message.get("entries") or message.get("set") or {}
    for key, entry in shown.items():
        if key.startswith(SECTION) and not entry.get("closed") and any(entry["targets"].values()):
            yield key.removeprefix(SECTION)


async def _root(url: str, token: str) -> AreaCode:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(url, headers=headers) as session, session.get("/api/v1/me") as answer:
        answer.raise_for_status()
        return str((await answer.json())["area"])
