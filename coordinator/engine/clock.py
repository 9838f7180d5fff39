"""The only clock that makes anything due: the log server's, never ahead of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from coordinator.store.log import EventLog


class ServerClock:
    """The log server's time as this process knows it: the last answer, plus what has passed here since.

    The answer is dated at its arrival, so that this clock is late by the way back and never early (law 10).
    """

    def __init__(self, log: EventLog, elapsed: Callable[[], float]) -> None:
        self._log = log
        self._elapsed = elapsed
        self._answer: datetime | None = None
        self._arrived = 0.0

    async def sync(self) -> None:
        """Ask the server. Raises `LogUnavailable`."""
        self._answer = await self._log.time()
        self._arrived = self._elapsed()

    def now(self) -> datetime:
        """UTC. Before the first `sync` there is no time: `RuntimeError`."""
        if self._answer is None:
            raise RuntimeError("the log server has not been asked for the time yet")
        return self._answer + timedelta(seconds=self._elapsed() - self._arrived)
