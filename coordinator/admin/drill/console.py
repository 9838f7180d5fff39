"""`pingji drill console`: exercise control's console in the terminal, live, with keys.

It reads the drill's record on this machine, and gives its orders over the drill's interface like everyone.
"""

from __future__ import annotations

import asyncio
import sys
import termios
import tty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
from rich.console import RenderableType
from rich.live import Live

from coordinator.admin.drill.control import Control, control_of, give
from coordinator.admin.drill.desk import desk, draw
from coordinator.admin.drill.keys import QUIT, Keys, Order
from coordinator.admin.drill.record import DrillRecord, open_record
from coordinator.admin.drill.seats import desks_of
from coordinator.admin.drill.unwatched import read_unwatched
from coordinator.admin.run.grants import CommandFailed
from coordinator.admin.terminal import console
from coordinator.store.log import LogUnavailable
from coordinator.wire.words import Language

LOOK_SECONDS: Final = 0.3


async def run_console(directory: Path, lang: Language) -> None:
    """Until it is left by `q`; where nobody can press keys, until it is cancelled."""
    control, said = control_of(directory), ""
    async with open_record(directory) as record, _pressed() as pressed:
        keys = Keys([inject.key for inject in record.script.document.injects])
        screen = console()
        with Live(console=screen, auto_refresh=False, screen=screen.is_terminal) as live:
            while True:
                foot = f"{keys.line(lang == 'zh')}   {said}"
                live.update(await _look(record, directory, lang, foot), refresh=True)
                key = await _next(pressed)
                order = keys.press(key) if key else None
                if order is None:
                    continue
                if order.name == QUIT:
                    return
                said = await _carry_out(control, order)


async def _look(record: DrillRecord, directory: Path, lang: Language, foot: str) -> RenderableType:
    try:
        await record.hear()
        now = await record.now()
    except LogUnavailable:
        now = None
        foot = f"日志断开 the log is away   {foot}"
    seen = desk(record, now, desks_of(directory), lang)._replace(unwatched=read_unwatched(directory))
    return draw(seen, record.script.document.start, lang, foot)


async def _carry_out(control: Control, order: Order) -> str:
    """What came of it, in words."""
    try:
        await give(control, order.name, order.body)
    except CommandFailed as refused:
        return str(refused)
    except (aiohttp.ClientError, TimeoutError) as away:
        return f"协调进程不可达 not to be reached: {away}"
    return "✓"


async def _next(pressed: asyncio.Queue[str]) -> str:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await pressed.get()
    except TimeoutError:
        return ""


@asynccontextmanager
async def _pressed() -> AsyncIterator[asyncio.Queue[str]]:
    """Characters as they are typed. The terminal is given back as it was."""
    pressed: asyncio.Queue[str] = asyncio.Queue()
    if not sys.stdin.isatty():
        yield pressed
        return
    loop, stdin = asyncio.get_running_loop(), sys.stdin.fileno()
    before = termios.tcgetattr(stdin)

    def read() -> None:
        for key in sys.stdin.read(1):
            pressed.put_nowait(key)

    tty.setcbreak(stdin)
    loop.add_reader(stdin, read)
    try:
        yield pressed
    finally:
        loop.remove_reader(stdin)
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)
