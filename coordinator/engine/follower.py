"""Follows the log of every scope: what other coordinators append comes by here, our own again and is passed over.

Sees to it that a scope which lost a range or stopped is taken up again; how, is `engine/reactor.py`'s matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import structlog

from coordinator.engine.reactor import Reactor
from coordinator.store.log import ChainBroken, EventLog, Head, LogUnavailable

log = structlog.get_logger()


class Follower:
    """`stopped` is told of a scope that fails its check."""

    def __init__(
        self, event_log: EventLog, reactors: Mapping[str, Reactor], stopped: Callable[[str], None]
    ) -> None:
        self._log = event_log
        self._reactors = reactors
        self._stopped = stopped
        self._followed: frozenset[str] = frozenset()
        self._anew = asyncio.Event()

    def changed(self, scope: str) -> None:
        """A scope that was reopened is followed again."""
        if scope not in self._followed:
            self._anew.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            whole = {scope: reactor for scope, reactor in self._reactors.items() if not reactor.broken}
            epochs = {scope: reactor.state.epoch for scope, reactor in whole.items()}
            self._followed = frozenset(whole)
            self._anew.clear()
            reading = asyncio.create_task(self._read({scope: one.head for scope, one in whole.items()}))
            waiting = asyncio.create_task(self._anew.wait())
            try:
                await asyncio.wait({reading, waiting}, return_when=asyncio.FIRST_COMPLETED)
                if reading.done():
                    reading.result()
            except ChainBroken as broken:
                await self._recover(self._reactors[broken.scope], epochs[broken.scope])
            finally:
                reading.cancel()
                waiting.cancel()
                await asyncio.gather(reading, waiting, return_exceptions=True)

    async def look_again(self) -> None:
        """Whether what stopped was reopened at another coordinator."""
        for reactor in self._reactors.values():
            try:
                await reactor.look_again()
            except LogUnavailable:
                return

    async def _read(self, heads: Mapping[str, Head]) -> None:
        async for scope, entries in self._log.follow(heads):
            self._reactors[scope].absorb(entries)

    async def _recover(self, reactor: Reactor, epoch: int) -> None:
        try:
            await reactor.recover(epoch)
        except ChainBroken as still:
            reactor.stop(still)
            self._stopped(reactor.scope)
        except LogUnavailable as away:
            log.warning("the log went away in the middle of a recovery", scope=reactor.scope, why=str(away))
