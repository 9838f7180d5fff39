"""Jobs of a drill that is played in memory: everyone is told at once, and nobody outside. It knows no network."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from coordinator.domain.command import Command
from coordinator.domain.delivery import RecordDelivery
from coordinator.domain.duty import Duty
from coordinator.domain.state import ScopeState
from coordinator.jobs.notify import notify_jobs

AT_ONCE = 500
"""Duties or people in one command."""


class SandboxJobs:
    """`jobs.port.Jobs`. `send` is given by whoever owns the coordinator, which needs these jobs to be made."""

    def __init__(self) -> None:
        self.send: Callable[[Command], Awaitable[object]] | None = None
        self.told = 0

    async def enqueue(self, kind: str, state: ScopeState, duties: Sequence[Duty]) -> bool:
        assert self.send is not None
        for job in notify_jobs(state, duties):
            reached = [one.call_out for notice in job.notices for one in notice.to if one.call_out]
            self.told += sum(len(notice.to) for notice in job.notices)
            keys = [notice.duty for notice in job.notices]
            for start in range(0, len(reached), AT_ONCE):
                part = RecordDelivery(area=state.scope, duties=[], reached=reached[start : start + AT_ONCE])
                await self.send(part)
            for start in range(0, len(keys), AT_ONCE):
                await self.send(RecordDelivery(area=state.scope, duties=keys[start : start + AT_ONCE]))
        return True
