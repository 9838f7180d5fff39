"""Alerts in the making: a scope's log is read once, a little at a time, and only what came since when asked again.

What is kept of it is its orders, some tens of a district's night, and what they come to for each part of the tree that
was asked for lately. A long log that is read for the first time goes on being read while whoever asked is told to come
again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from coordinator.api.reading_on import ReadingOn
from coordinator.cap.orders import EVENTS, Orders
from coordinator.domain.area import AreaCode
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import Recorded
from coordinator.live.port import Engine

AT_ONCE: Final = 200
"""Entries heard before others get their turn: a few milliseconds."""
READ_AT_ONCE: Final = 8
"""Logs; a province asks for a hundred."""
PATIENCE: Final = 1.5
"""Seconds until whoever asks is told to come again."""
KEPT: Final = 1024
"""Parts of the tree whose alerts are kept; those asked for longest ago are made anew from the orders."""


class _Reading:
    """One scope's orders, and how far into its log they are known."""

    def __init__(self, engine: Engine, scope: AreaCode, epoch: int, turn: asyncio.Semaphore) -> None:
        """`turn`: whose turn it is to read a log."""
        self.epoch = epoch
        self._engine = engine
        self._scope = scope
        self._turn = turn
        self._orders: list[Recorded] = []
        self._read = 0
        self._reading = ReadingOn(self._go_on, "reading orders")

    async def orders(self) -> list[Recorded]:
        """All until now. Raises `Refused`: `catching_up`, and what reading the log does."""
        head = self._head()
        if not await self._reading.until(lambda: self._read >= head, PATIENCE):
            raise Refused("catching_up")
        return self._orders

    def _head(self) -> int:
        return self._engine.cursor(self._scope).position

    async def _go_on(self) -> None:
        async with self._turn:
            head = self._head()
            while self._read < head:
                at_once = min(AT_ONCE, head - self._read)
                for recorded in await self._engine.history.page(self._scope, self._read, at_once):
                    if isinstance(recorded.event, EVENTS):
                        self._orders.append(recorded)
                    self._read = recorded.position
                await asyncio.sleep(0)


class _Heard:
    """What a scope's orders come to for one part, as far as they were heard."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self.number = 0


class AlertsHeard:
    """Of every scope and part that was asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = asyncio.Semaphore(READ_AT_ONCE)
        self._readings: dict[AreaCode, _Reading] = {}
        self._heard: OrderedDict[tuple[AreaCode, int, AreaCode], _Heard] = OrderedDict()

    async def of_all(self, scopes: Iterable[AreaCode], part: AreaCode) -> list[Orders]:
        """Of several scopes, in their order. All go on being read, also if one is not there yet. Raises `Refused`."""
        found = await asyncio.gather(*(self.of(scope, part) for scope in scopes), return_exceptions=True)
        there: list[Orders] = []
        for one in found:
            if isinstance(one, BaseException):
                raise one
            there.append(one)
        return there

    async def of(self, scope: AreaCode, part: AreaCode) -> Orders:
        """What a scope ordered, for a part of the tree; empty: for all of it. Raises `Refused`.

        A log that began a new epoch is read afresh: what was lost was never ordered.
        """
        epoch = self._engine.cursor(scope).epoch
        reading = self._readings.get(scope)
        if reading is None or reading.epoch != epoch:
            reading = self._readings[scope] = _Reading(self._engine, scope, epoch, self._turn)
        given = await reading.orders()
        heard = self._kept(scope, epoch, part)
        for recorded in given[heard.number :]:
            heard.orders.hear(recorded)
        heard.number = len(given)
        return heard.orders

    def _kept(self, scope: AreaCode, epoch: int, part: AreaCode) -> _Heard:
        key = scope, epoch, part
        if key not in self._heard:
            self._heard[key] = _Heard(Orders(self._engine.registers.areas, part))
            if len(self._heard) > KEPT:
                self._heard.popitem(last=False)
        self._heard.move_to_end(key)
        return self._heard[key]
