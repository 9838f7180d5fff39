"""`pingji drill console`: exercise control's console in the terminal, live, with keys.

It reads the drill's record on this machine, and gives its orders over the drill's interface like everyone.
"""

from __future__ import annotations

import asyncio
import os
import sys
import termios
import tty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
from rich.console import Console, RenderableType
from rich.live import Live

from coordinator.admin.drill.control import Control, control_of, give
from coordinator.admin.drill.desk import above, desk, draw
from coordinator.admin.drill.fitting import fitted, rows_left
from coordinator.admin.drill.keys import ESCAPE, LEAVE, QUIT, Keys, Order, Typed, done
from coordinator.admin.drill.record import DrillRecord, open_record
from coordinator.admin.drill.seats import desks_of
from coordinator.admin.drill.unwatched import read_unwatched
from coordinator.admin.run.grants import CommandFailed
from coordinator.admin.terminal import console
from coordinator.store.log import LogUnavailable
from coordinator.wire.words import Language

LOOK_SECONDS: Final = 0.3
SAID_SECONDS: Final = 15.0
"""So long an answer stands: it is about what was pressed, not about how the drill stands."""
CHUNK: Final = 4096


async def run_console(directory: Path, lang: Language) -> None:
    """Until it is left by `q`; where nobody can press keys, until it is cancelled."""
    control, zh, said, until = control_of(directory), lang == "zh", "", 0.0
    clock = asyncio.get_running_loop().time
    async with open_record(directory) as record, _pressed() as pressed:
        keys = Keys([inject.key for inject in record.script.document.injects])
        screen = console()
        with Live(console=screen, auto_refresh=False, screen=screen.is_terminal) as live:
            while True:
                foot = [said, keys.line(zh)] if said and clock() < until else [keys.line(zh)]
                live.update(await _look(record, directory, lang, screen, foot), refresh=True)
                for key in await _next(pressed):
                    order = keys.press(key)
                    if order is not None and order.name == QUIT:
                        return
                    came = keys.complaint(zh) if order is None else await _carry_out(control, order, zh)
                    if came:
                        said, until = came, clock() + SAID_SECONDS


async def _look(
    record: DrillRecord, directory: Path, lang: Language, screen: Console, foot: list[str]
) -> RenderableType:
    try:
        await record.hear()
        now = await record.now()
    except LogUnavailable:
        now = None
        foot = ["日志断开" if lang == "zh" else "the log is away", *foot]
    seen = desk(record, now, desks_of(directory), lang)._replace(unwatched=read_unwatched(directory))
    zone = record.script.document.start
    if screen.is_terminal:
        seen = fitted(seen, rows_left(screen, above(seen, zone, lang), foot))
    return draw(seen, zone, lang, foot)


async def _carry_out(control: Control, order: Order, zh: bool) -> str:
    """What came of it, in words."""
    try:
        await give(control, order.name, order.body)
    except CommandFailed as refused:
        return refused.said("zh" if zh else "en")
    except (aiohttp.ClientError, TimeoutError) as away:
        return f"协调进程不可达：{away}" if zh else f"not to be reached: {away}"
    return done(order, zh)


async def _next(pressed: asyncio.Queue[str]) -> list[str]:
    """All that has been pressed by now: a word comes whole, from a paste or an input method."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            keys = [await pressed.get()]
    except TimeoutError:
        return []
    while not pressed.empty():
        keys.append(pressed.get_nowait())
    return keys


@asynccontextmanager
async def _pressed() -> AsyncIterator[asyncio.Queue[str]]:
    """Characters as they are typed. The terminal is given back as it was.

    Read from the descriptor: a buffered reader keeps back what came together with the first character.
    """
    pressed: asyncio.Queue[str] = asyncio.Queue()
    if not sys.stdin.isatty():
        yield pressed
        return
    loop, stdin = asyncio.get_running_loop(), sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    typed = Typed()

    def read() -> None:
        came = os.read(stdin, CHUNK)
        if not came:  # the terminal is gone
            loop.remove_reader(stdin)
        for key in typed.heard(came) if came else (ESCAPE, LEAVE):
            pressed.put_nowait(key)

    tty.setcbreak(stdin)
    loop.add_reader(stdin, read)
    try:
        yield pressed
    finally:
        loop.remove_reader(stdin)
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)
