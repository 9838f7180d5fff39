"""One seat of a drill: a desk with an actor, whose network can be taken away. Sans-IO: whoever moves the world asks it.

What it says without a network waits in an outbox, as on a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from clients.simulator.behaviour.desk import Desk, Order
from coordinator.domain.access import Actor
from coordinator.wire.board import Board


class Player:
    def __init__(self, actor: Actor, desk: Desk) -> None:
        self.actor = actor
        self.desk = desk
        self.cut_until: datetime | None = None
        self._outbox: list[Order] = []

    @property
    def boards(self) -> Sequence[Board]:
        return self.desk.boards

    @property
    def next_at(self) -> datetime | None:
        times = [at for at in (self.desk.next_at, self.cut_until) if at is not None]
        return min(times, default=None)

    def cut(self, until: datetime) -> None:
        self.cut_until = max(until, self.cut_until or until)

    def reachable(self, now: datetime) -> bool:
        return self.cut_until is None or now >= self.cut_until

    def notice(self, changed: Iterable[str], now: datetime) -> None:
        self.desk.notice(changed, now)

    def act(self, now: datetime) -> list[Order]:
        meant = self.desk.act(now)
        if not self.reachable(now):
            self._outbox += meant
            return []
        self.cut_until = None
        piled, self._outbox = self._outbox, []
        return [*piled, *meant]

    def refused(self, said: Order, code: str, now: datetime) -> None:
        self.desk.refused(said, code, now)
