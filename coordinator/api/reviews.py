"""Reports in the making: a scope's log is heard once, a little at a time, and only what came since when asked again.

No RQ job: a worker holds no chain key and cannot read the log, and what it would send back is what is folded here. A
district's night of 20,800 entries is heard in 1.8 seconds, the first time, and never more than `AT_ONCE` of them
without giving others their turn; a longer record answers with how far it is, and is asked for again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from coordinator.api.reading_on import ReadingOn
from coordinator.domain.area import AreaCode
from coordinator.domain.event import Event
from coordinator.domain.register import AreaRegister
from coordinator.domain.scope import scope_of
from coordinator.live.port import Engine
from coordinator.review.part import WHEREVER, Part
from coordinator.review.report import Reviewing
from coordinator.wire.board import BoardKey, BoardKind

AT_ONCE: Final = 200
"""Entries heard before others get their turn: a few milliseconds."""
READ_AT_ONCE: Final = 2
"""Records; who asks for many at once waits for them, and nobody else does."""
PATIENCE: Final = 1.5
"""Seconds until whoever asks is told how far it is."""
KEPT: Final = 8
"""Reviews of whole operations that are kept. The one that was asked for longest ago is heard anew."""
PARTS_KEPT: Final = 24
"""The same of parts beside each other, which are together about as large as the whole: streets of a district, or
communities of a street."""


class Hearing:
    """Reviews of an operation that are told from the same logs, and how far into each scope's they have come."""

    def __init__(
        self, engine: Engine, operation: str, parts: tuple[AreaCode, ...], turn: asyncio.Semaphore
    ) -> None:
        """`parts`: beside each other, or one; empty: all of it. `turn`: whose turn it is to read a record."""
        self._engine = engine
        self._areas = engine.registers.areas
        self._turn = turn
        self._reviewings = {
            part: Reviewing(operation, Part(part, self._areas) if part else None) for part in parts
        }
        self._board = _board(operation, parts[0])
        self._heard: dict[str, int] = {}
        self._reading = ReadingOn(self._hear, "hearing a record")

    async def heard(self, part: AreaCode) -> Reviewing | None:
        """None: not yet; `read` and `of` say how far it is. Raises `Refused`."""
        heads = self._heads()

        def there() -> bool:
            return all(self._heard.get(scope, 0) >= head for scope, head in heads.items())

        return self._reviewings[part] if await self._reading.until(there, PATIENCE) else None

    @property
    def read(self) -> int:
        return sum(self._heard.values())

    @property
    def of(self) -> int:
        return sum(self._heads().values())

    def _heads(self) -> dict[str, int]:
        return {scope: self._engine.cursor(scope).position for scope in self._engine.parts(self._board)}

    async def _hear(self) -> None:
        async with self._turn:
            for scope, head in self._heads().items():
                while (heard := self._heard.get(scope, 0)) < head:
                    at_once = min(AT_ONCE, head - heard)
                    for recorded in await self._engine.history.page(scope, heard, at_once):
                        for reviewing in self._concerned(recorded.event):
                            reviewing.hear(recorded)
                        self._heard[scope] = recorded.position
                    await asyncio.sleep(0)

    def _concerned(self, event: Event) -> Iterable[Reviewing]:
        """Of many parts, those that would let it through: most events are one part's alone."""
        if len(self._reviewings) == 1 or isinstance(event, WHEREVER):
            return self._reviewings.values()
        path = self._areas.path(event.area) if event.area in self._areas else ()
        return [self._reviewings[place] for place in path if place in self._reviewings]


def _board(operation: str, part: AreaCode) -> BoardKey:
    return BoardKey(BoardKind.OPERATION, f"{operation}@{part}" if part else operation)


class Reviews:
    """What was asked for lately.

    Whoever asks for a part has those beside it heard as well: when a district's streets open their desks one after the
    other, its log is read once and not for each of them.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = asyncio.Semaphore(READ_AT_ONCE)
        self._whole: _Kept = OrderedDict()
        self._parts: _Kept = OrderedDict()

    def of(self, operation: str, part: AreaCode = "") -> Hearing:
        """A log that began a new epoch is heard from its beginning: what was lost must not be in the figures."""
        parts = beside(part, self._engine.registers.areas) if part else ("",)
        board = _board(operation, parts[0])
        key = board, tuple(self._engine.cursor(scope).epoch for scope in self._engine.parts(board))
        kept, most = (self._parts, PARTS_KEPT) if part else (self._whole, KEPT)
        if key not in kept:
            kept[key] = Hearing(self._engine, operation, parts, self._turn)
            if len(kept) > most:
                kept.popitem(last=False)
        kept.move_to_end(key)
        return kept[key]


_Kept = OrderedDict[tuple[BoardKey, tuple[int, ...]], Hearing]


def beside(part: AreaCode, areas: AreaRegister) -> tuple[AreaCode, ...]:
    """The part and those of its level below the same place whose events stand in the same logs."""
    above, scope = areas.parent(part), scope_of(areas, part)
    if not above or scope == part:
        return (part,)
    return tuple(one for one in areas.children(above) if scope_of(areas, one) == scope)
