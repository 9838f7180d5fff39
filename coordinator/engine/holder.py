"""The holder of a scope does what is owed: fires deadlines, unfolds operations, fills posts, hands jobs to RQ.

The n-th follower steps in after n seconds. Doing a duty twice is harmless: the second meets a closed duty.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import CallOutCrew
from coordinator.domain.command import Command
from coordinator.domain.drill import take_drill
from coordinator.domain.duty import Duty, How
from coordinator.domain.falling_due import FallDue
from coordinator.domain.follow_on import CloseDuties, take_operation, take_receipts
from coordinator.domain.register import ResponderId
from coordinator.domain.state import ScopeState
from coordinator.domain.unfold import Unfold
from coordinator.engine.reactor import Outcome, Reactor
from coordinator.jobs.port import Jobs
from coordinator.planner.crew import wanted_crew
from coordinator.planner.pool import Pool

AT_ONCE: Final = 40
"""Duties fired by one command."""
JOB_AGAIN: Final = timedelta(seconds=20)
"""An open job is enqueued again by age, whatever RQ thinks of it (real time)."""
IDLE: Final = 1.0
"""Seconds after which the holder looks again even if nothing seems due."""

TAKE: Final[dict[str, Callable[[ScopeState, Duty, AreaCode], Command]]] = {
    "operation": take_operation,
    "receipts": take_receipts,
    "drill": take_drill,
}
"""Kind of follow-on -> what another scope is sent."""

log = structlog.get_logger()
Send = Callable[[Command], Awaitable[Outcome]]


class Holder:
    """Watches the open duties of one scope in order of their due time."""

    def __init__(
        self,
        reactor: Reactor,
        send: Send,
        jobs: Jobs,
        server_now: Callable[[], datetime],
        rank: Callable[[str], int],
        erase: Callable[[Duty], Awaitable[None]],
    ) -> None:
        self._reactor = reactor
        self._send = send
        self._jobs = jobs
        self._server_now = server_now
        self._rank = rank
        self._erase = erase
        self._heap: list[tuple[datetime, int, str]] = []
        self._enqueued: dict[str, datetime] = {}
        self._seen = -1
        self._epoch = 0
        self._pool: Pool | None = None
        self._waits = False
        self._waiting: list[Duty] = []
        self._wake = asyncio.Event()

    def changed(self) -> None:
        """The state has moved: there may be new duties."""
        self._wake.set()

    async def run(self) -> None:
        while True:
            self._wake.clear()
            self._collect()
            wait = await self._do_due()
            if wait > 0:
                try:
                    async with asyncio.timeout(wait):
                        await self._wake.wait()
                except TimeoutError:
                    pass

    async def settle(self) -> bool:
        """Lock-step: do what is due at this moment, in order, until nothing is. Gives whether anything was.

        Jobs are kept for `hand_over`: their outcomes come when they come, and must not mix with what is done here.
        """
        self._waits = True
        acted = False
        while True:
            self._collect()
            if await self._do_due() > 0:
                return acted
            acted = True

    async def hand_over(self) -> bool:
        """Lock-step: give the jobs to whoever does them. Gives whether there were any."""
        jobs, self._waiting = self._waiting, []
        owed = [duty for duty in jobs if duty.key in self._reactor.state.duties]
        if owed:
            await self._enqueue(owed, self._server_now())
        return bool(owed)

    def next_due(self) -> datetime | None:
        """When the next of what is owed falls due; what has been handed over does not count."""
        self._collect()
        while self._heap:
            at, opened, key = self._heap[0]
            duty = self._reactor.state.duties.get(key)
            if duty is not None and (duty.due, duty.opened) == (at, opened):
                return at
            heapq.heappop(self._heap)
        return None

    def _collect(self) -> None:
        """Push duties that were opened since the last look; closed ones are dropped when they come up."""
        state = self._reactor.state
        if state.epoch != self._epoch:  # another state has taken the place of the one we knew
            self._epoch, self._seen = state.epoch, -1
            self._heap.clear()
            self._enqueued.clear()
        for change in state.duties.changes(self._seen):
            if not change.gone:
                heapq.heappush(self._heap, (change.record.due, change.record.opened, change.key))
        self._seen = state.position

    async def _do_due(self) -> float:
        """Do what is due now. Gives the seconds until the next look."""
        state = self._reactor.state
        if state.clock is None or self._reactor.broken:
            return IDLE
        server = self._server_now()
        now = state.clock.now(server) - timedelta(seconds=self._rank(state.scope)) * state.clock.rate
        due: list[Duty] = []
        while self._heap and self._heap[0][0] <= now and len(due) < AT_ONCE:
            at, opened, key = heapq.heappop(self._heap)
            duty = state.duties.get(key)
            if duty is not None and duty.due == at and duty.opened == opened:
                due.append(duty)
        if not due:
            self._again(server)
            if not self._heap or not state.clock.rate:
                return IDLE
            return min(IDLE, max(0.001, (self._heap[0][0] - now).total_seconds() / state.clock.rate))
        by_how: dict[How, list[Duty]] = defaultdict(list)
        for duty in due:
            by_how[duty.how].append(duty)
        done = True
        if by_how[How.DEADLINE]:
            keys = [duty.key for duty in by_how[How.DEADLINE]]
            done &= await self._sent(FallDue(area=state.scope, duties=keys))
        for duty in by_how[How.UNFOLD]:
            done &= await self._sent(Unfold(area=duty.area, operation=duty.subject))
        if by_how[How.FILL]:
            done &= await self._fill(by_how[How.FILL])
        for duty in by_how[How.FOLLOW_ON]:
            done &= await self._follow_on(duty)
        for duty in by_how[How.ERASE]:
            await self._erase(duty)
            done &= await self._sent(CloseDuties(area=state.scope, duties={duty.key: duty.opened}))
        if by_how[How.JOB] and self._waits:
            self._waiting += by_how[How.JOB]
        elif by_how[How.JOB]:
            done &= await self._enqueue(by_how[How.JOB], server)
        for duty in due:
            if duty.key in state.duties and duty.how is not How.JOB:
                heapq.heappush(self._heap, (duty.due, duty.opened, duty.key))
        return 0 if done else IDLE

    async def _sent(self, command: Command) -> bool:
        outcome = await self._send(command)
        if outcome.status != "accepted":
            log.warning("a duty was not taken", command=type(command).__name__, why=str(outcome.refusal))
        return outcome.status == "accepted"

    async def _fill(self, duties: list[Duty]) -> bool:
        """Ask the planner who can stand where, one place after the other, and order it for all of them at once."""
        state = self._reactor.state
        if self._pool is None:
            self._pool = Pool(state.registers, state.scope)
        orders: list[CallOutCrew] = []
        taken: set[ResponderId] = set()
        for duty in duties:
            order = wanted_crew(state, duty, self._pool, taken)
            taken.update(responder for people in order.picks.values() for responder in people)
            orders.append(order)
        return all(await asyncio.gather(*(self._sent(order) for order in orders)))

    async def _follow_on(self, duty: Duty) -> bool:
        """Send what another scope has to hear, and close the duty when it has."""
        state = self._reactor.state
        to = duty.facts["to"]
        command = TAKE[duty.kind](state, duty, to)
        if not await self._sent(command):
            return False
        return await self._sent(CloseDuties(area=state.scope, duties={duty.key: duty.opened}))

    async def _enqueue(self, duties: list[Duty], server: datetime) -> bool:
        by_kind: dict[str, list[Duty]] = defaultdict(list)
        for duty in duties:
            by_kind[duty.kind].append(duty)
        took = True
        for kind, group in by_kind.items():
            took &= await self._jobs.enqueue(kind, self._reactor.state, group)
            for duty in group:  # taken or not: it is handed over again by age as long as it is open
                self._enqueued[duty.key] = server
        return took

    def _again(self, server: datetime) -> None:
        """A job that is still open after a while comes up again."""
        for key, at in list(self._enqueued.items()):
            duty = self._reactor.state.duties.get(key)
            if duty is None:
                del self._enqueued[key]
            elif server - at > JOB_AGAIN:
                del self._enqueued[key]
                heapq.heappush(self._heap, (duty.due, duty.opened, key))
