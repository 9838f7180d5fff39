"""Keeps snapshots of the states, so that a start reads what came after instead of everything.

Only for speed: a snapshot that is missing, damaged, foreign or ahead of the log is passed over and the log replayed.
"""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec
import structlog

from coordinator.domain import snapshot
from coordinator.engine.reactor import Reactor
from coordinator.store.log import EventLog
from coordinator.store.snapshots import Snapshot, Snapshots

EVERY: Final = 5_000
"""Events after which a scope is kept anew."""

log = structlog.get_logger()


class Keeper:
    def __init__(self, snapshots: Snapshots | None, event_log: EventLog) -> None:
        self._snapshots = snapshots
        self._log = event_log
        self._kept: dict[str, int] = {}

    async def resume(self, reactor: Reactor) -> Snapshot | None:
        """Give the reactor the newest state that fits the log. Raises `LogUnavailable`.

        Gives the snapshot that the log, in losing its end, has fallen behind.
        """
        if self._snapshots is None:
            return None
        found = await asyncio.to_thread(self._snapshots.newest, reactor.scope, snapshot.fingerprint())
        if found is None:
            return None
        head = await self._log.head(reactor.scope)
        if head.position < found.head.position or (
            head.position == found.head.position and head != found.head
        ):
            log.warning("a snapshot is ahead of the log and is passed over", scope=reactor.scope)
            return found
        try:
            state = snapshot.read(found.state, reactor.state.world, reactor.scope, reactor.state.registers)
        except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
            log.warning("a snapshot cannot be read and is passed over", scope=reactor.scope, why=str(wrong))
            return None
        reactor.resume(state, found.head)
        self._kept[reactor.scope] = found.head.position
        return None

    async def keep(self, reactor: Reactor, every: int = EVERY) -> None:
        """Keep the state if so many events have come since the last time."""
        if self._snapshots is None or reactor.broken:
            return
        state, head = reactor.state, reactor.head
        if abs(state.position - self._kept.get(reactor.scope, 0)) < every or head.position != state.position:
            return
        kept = Snapshot(reactor.scope, head, state.epoch, snapshot.fingerprint(), snapshot.write(state))
        await asyncio.to_thread(self._snapshots.save, kept)
        self._kept[reactor.scope] = head.position
