"""What the engine needs of a queue: hand over duties that RQ does, and hear whether the queue took them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from coordinator.domain.duty import Duty
from coordinator.domain.state import ScopeState


class Jobs(Protocol):
    async def enqueue(self, kind: str, state: ScopeState, duties: Sequence[Duty]) -> bool:
        """False: the queue is away; the duties stay open and are handed over again. Never raises for that."""
        ...


class NoJobs:
    """For tests and rehearsals without a queue: every job stays owed."""

    async def enqueue(self, kind: str, state: ScopeState, duties: Sequence[Duty]) -> bool:
        return True
