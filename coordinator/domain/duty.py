"""Duties: what is still owed stands in the state (a deadline, a follow-on, a job), opened and closed by events.

There is no timer, outbox or consumer group beside them. A duty done twice meets a closed duty and changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from coordinator.domain.area import AreaCode


class How(StrEnum):
    """How the holder of a scope does a duty."""

    DEADLINE = "deadline"
    """By `FallDue`, at the world's time; many at once."""
    UNFOLD = "unfold"
    """By `Unfold`, a batch of places at a time, until every place stands where the operation wants it."""
    FILL = "fill"
    """By asking the planner and sending `CallOutCrew`."""
    JOB = "job"
    """By an RQ job whose outcome comes back as a command."""
    FOLLOW_ON = "follow_on"
    """By a command in another scope."""
    ERASE = "erase"
    """By destroying a key of the vault."""


class Duty(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing owed. The key in its table is `kind:subject`, so that opening it twice is opening it once."""

    area: AreaCode
    how: How
    kind: str
    """Which rule answers when it falls due; for a job, its queue."""
    subject: str
    """Key of the record it is about."""
    due: datetime
    opened: int
    """Position of the event that opened it."""
    facts: dict[str, str] = {}
    attempt: int = 0

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject}"
