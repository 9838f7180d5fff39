"""Alerts in the making: a scope's log is read once, a little at a time, and only what came since when asked again.

What is kept of it is its orders, some tens of a district's night, and what they come to for each part of the tree that
was asked for lately. A long log that is read for the first time goes on being read while whoever asked is told to come
again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

from coordinator.cap.orders import EVENTS, Orders
from coordinator.domain.area import AreaCode
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import Recorded
from coordinator.live.port import Engine

AT_ONCE: Final = 200
"""Entries heard before others get their turn: a few milliseconds."""
PATIENCE: Final = 1.5
"""Seconds until whoever asks is told to come again."""
KEPT: Final = 1024
"""Parts of the tree whose alerts are kept; those asked for longest ago are made anew from the orders."""


class _Reading:
    """One scope's orders, and how far into its log they are known."""

    def __init__(self, engine: Engine, scope: AreaCode, epoch: int) -> None:
        self.epoch = epoch
        self._engine = engine
        self._scope = scope
        self._orders: list[Recorded] = []
        self._read = 0
        self._task: asyncio.Task[None] | None = None

    async def orders(self) -> list[Recorded]:
        """Raises `Refused`: `catching_up`, and what reading the log does."""
        task = self._task
        if task is None:
            task = self._task = asyncio.create_task(self._go_on(), name="reading orders")
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if not done:
            raise Refused("catching_up")
        if self._task is task:
            self._task = None
        task.result()  # of whoever waited for it: half a log is no answer
        return self._orders

    async def _go_on(self) -> None:
        head = self._engine.cursor(self._scope).position
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
        self._readings: dict[AreaCode, _Reading] = {}
        self._heard: OrderedDict[tuple[AreaCode, int, AreaCode], _Heard] = OrderedDict()

    async def of(self, scope: AreaCode, part: AreaCode) -> Orders:
        """What a scope ordered, for a part of the tree; empty: for all of it. Raises `Refused`.

        A log that began a new epoch is read afresh: what was lost was never ordered.
        """
        epoch = self._engine.cursor(scope).epoch
        reading = self._readings.get(scope)
        if reading is None or reading.epoch != epoch:
            reading = self._readings[scope] = _Reading(self._engine, scope, epoch)
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
