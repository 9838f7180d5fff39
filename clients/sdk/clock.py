"""The clients' only place for the clock, chance and fresh ids. Everything else is handed the time.

A key is dated by the server's clock, learned at sign-in: a phone set an hour ahead would be refused otherwise.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from uuid_utils import uuid7

SECOND: Final = 1_000_000_000


def monotonic() -> float:
    """Seconds that only go forward; for waits."""
    return time.monotonic()


def spread(longest: float) -> float:
    """Between half of `longest` and all of it, by chance: so that a thousand clients do not come back at once."""
    return random.uniform(longest / 2, longest)


class Clock:
    """The server's time and the world's, as this client knows them."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        """How far the server's clock is ahead of the device's."""
        self._world_time: datetime | None = None
        self._told_at = 0.0
        self._rate = 1.0
        self.told = 0
        """How often the server has told it."""

    def correct(self, server_time: datetime, world_time: datetime, rate: float | None = None) -> None:
        """What the server has just said; left out, the rate stays."""
        self._ahead = server_time - datetime.now(UTC)
        self._world_time, self._told_at = world_time, monotonic()
        self._rate = self._rate if rate is None else rate
        self.told += 1

    def now(self) -> datetime:
        """UTC, as the server has it."""
        return datetime.now(UTC) + self._ahead

    def world_now(self) -> datetime:
        """The world's time; the server's where none was told yet."""
        if self._world_time is None:
            return self.now()
        return self._world_time + timedelta(seconds=(monotonic() - self._told_at) * self._rate)

    @property
    def rate(self) -> float:
        """World seconds per second; 0 while the world's clock stands."""
        return self._rate

    def key(self) -> str:
        """A fresh key for one command: a UUID of version 7."""
        return str(uuid7(nanoseconds=round(self.now().timestamp() * SECOND)))
