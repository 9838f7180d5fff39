"""Reports in the making: a scope's log is heard once, a little at a time, and only what came since when asked again.

No RQ job: a worker holds no chain key and cannot read the log, and what it would send back is what is folded here. A
district's night of 20,800 entries is heard in 1.8 seconds, the first time, and never more than `AT_ONCE` of them
without giving others their turn; a longer record answers with how far it is, and is asked for again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

from coordinator.domain.area import AreaCode
from coordinator.live.port import Engine
from coordinator.review.part import Part
from coordinator.review.report import Reviewing
from coordinator.wire.board import BoardKey, BoardKind

AT_ONCE: Final = 200
"""Entries heard before others get their turn: a few milliseconds."""
READ_AT_ONCE: Final = 2
"""Records; who asks for many at once waits for them, and nobody else does."""
PATIENCE: Final = 1.5
"""Seconds until whoever asks is told how far it is."""
KEPT: Final = 256
"""Reviews that are kept: of an operation, and of each part of it that its own office follows. A part's is as small as
the part. The one that was asked for longest ago is heard anew."""


class Hearing:
    """The review of an operation or of a part of it, and how far into each scope's log it has come."""

    def __init__(self, engine: Engine, operation: str, part: AreaCode, turn: asyncio.Semaphore) -> None:
        """`turn`: whose turn it is to read a record."""
        self._engine = engine
        self._turn = turn
        self._reviewing = Reviewing(operation, Part(part, engine.registers.areas) if part else None)
        self._board = _board(operation, part)
        self._heard: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    async def heard(self) -> Reviewing | None:
        """None: not yet; `read` and `of` say how far it is. Raises `Refused`."""
        task = self._task
        if task is None:
            task = self._task = asyncio.create_task(self._hear(), name="hearing a record")
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if not done:
            return None
        if self._task is task:
            self._task = None
        task.result()  # of whoever waited for it: half a record is no report
        return self._reviewing

    @property
    def read(self) -> int:
        return sum(self._heard.values())

    @property
    def of(self) -> int:
        return sum(self._engine.cursor(scope).position for scope in self._engine.parts(self._board))

    async def _hear(self) -> None:
        async with self._turn:
            await self._read_on()

    async def _read_on(self) -> None:
        for scope in self._engine.parts(self._board):
            head = self._engine.cursor(scope).position
            while (heard := self._heard.get(scope, 0)) < head:
                for recorded in await self._engine.history.page(scope, heard, min(AT_ONCE, head - heard)):
                    self._reviewing.hear(recorded)
                    self._heard[scope] = recorded.position
                await asyncio.sleep(0)


def _board(operation: str, part: AreaCode) -> BoardKey:
    return BoardKey(BoardKind.OPERATION, f"{operation}@{part}" if part else operation)


class Reviews:
    """What was asked for lately."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = asyncio.Semaphore(READ_AT_ONCE)
        self._hearings: OrderedDict[tuple[BoardKey, tuple[int, ...]], Hearing] = OrderedDict()

    def of(self, operation: str, part: AreaCode = "") -> Hearing:
        """A log that began a new epoch is heard from its beginning: what was lost must not be in the figures."""
        board = _board(operation, part)
        key = board, tuple(self._engine.cursor(scope).epoch for scope in self._engine.parts(board))
        if key not in self._hearings:
            self._hearings[key] = Hearing(self._engine, operation, part, self._turn)
            if len(self._hearings) > KEPT:
                self._hearings.popitem(last=False)
        self._hearings.move_to_end(key)
        return self._hearings[key]
