"""The reactor of one scope: decides a batch of commands on a draft, appends their events in one call, applies them.

Right without leases: the append names the head it decided from, and whoever lost the race decides again (law 3).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import structlog

from coordinator.domain import rules
from coordinator.domain.access import Actor, may
from coordinator.domain.command import Command, type_of
from coordinator.domain.context import Context, GrantedTo, MeasuresFor, nobody
from coordinator.domain.epoch import ReopenScope
from coordinator.domain.event import Event, Stamp
from coordinator.domain.key import check_key_time
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import Recorded
from coordinator.domain.state import ScopeState
from coordinator.domain.world import Clock, FoundScope
from coordinator.engine.clock import ServerClock
from coordinator.engine.keys import fresh_key
from coordinator.engine.recovery import SetAside, reopen, replay_lost
from coordinator.store.log import EMPTY, ChainBroken, Entry, EventLog, Head, HeadMoved, LogUnavailable

BATCH_COMMANDS: Final = 64
BATCH_EVENTS: Final = 64

log = structlog.get_logger()


class Outcome(NamedTuple):
    """Answer to one command. `unknown`: it may or may not stand in the log; the same key tells."""

    status: str
    scope: str
    position: int = 0
    ids: tuple[str, ...] = ()
    replayed: bool = False
    refusal: Refused | None = None


@dataclass(slots=True, eq=False)
class Asked:
    """One command on its way."""

    actor: Actor
    key: str
    hash: str
    command: Command
    answer: asyncio.Future[Outcome]


class Decided(NamedTuple):
    asked: Asked
    outcome: Outcome
    events: list[tuple[Stamp, Event]]


class Reactor:
    """One scope in this process: its replica of the state, and its turn at the log."""

    def __init__(
        self,
        log: EventLog,
        state: ScopeState,
        clock: ServerClock,
        measures: MeasuresFor,
        changed: Callable[[str], None],
        prepare: Callable[[ScopeState], Awaitable[None]],
        granted: GrantedTo = nobody,
    ) -> None:
        self.state = state
        self.head = EMPTY
        self.broken: ChainBroken | None = None
        self._log = log
        self._clock = clock
        self._measures = measures
        self._changed = changed
        self._prepare = prepare
        self._granted = granted
        self._queue: deque[Asked] = deque()
        self._wake = asyncio.Event()
        self._recovering = asyncio.Lock()
        self._stopped_at: Head | None = None
        """The log's head when it was last looked whether a scope that stopped goes on."""
        self.behind = True

    @property
    def scope(self) -> str:
        return self.state.scope

    async def submit(self, actor: Actor, key: str, hash: str, command: Command) -> Outcome:
        """Wait for the answer. A caller that is cancelled does not take its command back."""
        asked = Asked(actor, key, hash, command, asyncio.get_running_loop().create_future())
        self._queue.append(asked)
        self._wake.set()
        return await asyncio.shield(asked.answer)

    async def run(self) -> None:
        """Serve commands until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                batch = [self._queue.popleft() for _ in range(min(BATCH_COMMANDS, len(self._queue)))]
                try:
                    await self._serve(batch)
                except BaseException:
                    for asked in batch:
                        self._answer(asked, Outcome("unknown", self.scope))
                    raise

    async def once(self, actor: Actor, key: str, hash: str, command: Command) -> Outcome:
        """Serve this one now: for a reactor that does not run."""
        asked = Asked(actor, key, hash, command, asyncio.get_running_loop().create_future())
        await self._serve([asked])
        return await asked.answer

    async def _serve(self, batch: list[Asked]) -> None:
        while batch:
            try:
                if self.broken is not None:
                    batch = await self._reopen(batch)
                batch = await self._attempt(batch)
            except ChainBroken as broken:
                self.stop(broken)
                for asked in batch:
                    refusal = Refused("chain_broken", scope=broken.scope, position=broken.position)
                    self._answer(asked, Outcome("refused", self.scope, refusal=refusal))
                return
            except LogUnavailable:
                # Whether the append happened is not known: the head will tell, and the key.
                status = "refused" if self.behind else "unknown"
                self.behind = True
                for asked in batch:
                    self._answer(asked, Outcome(status, self.scope, refusal=Refused("log_unavailable")))
                return

    async def _attempt(self, batch: list[Asked]) -> list[Asked]:
        """One turn. Gives what is left over: all, where somebody else was first.

        Raises `ChainBroken`, `LogUnavailable`.
        """
        known, epoch = self.head, self.state.epoch
        try:
            if self.behind:
                await self.catch_up()
                known = self.head
            return await self._once(batch)
        except HeadMoved:
            head = await self._log.head(self.scope)
            if head.position < known.position or (head.position == known.position and head != known):
                await self.recover(epoch)
            else:
                self.behind = True
        except ChainBroken:
            await self.recover(epoch)
        return batch

    async def _once(self, batch: list[Asked]) -> list[Asked]:
        """Decide what fits into one append, append it, apply it, answer. Gives what is left over."""
        await self._prepare(self.state)
        decided, rest = self._decide(batch)
        recorded = self._record(decided)
        if recorded:
            head = await self._log.append(self.scope, self.head, [rules.encode(one) for one in recorded])
            self._apply(recorded, head)
        elif not all(one.outcome.replayed for one in decided):
            # A refusal is given at the confirmed head: another coordinator may have made it out of date.
            head = await self._log.head(self.scope)
            if head != self.head:
                raise HeadMoved(self.scope, head)
        for one in decided:
            self._answer(one.asked, one.outcome)
        return rest

    def _decide(self, batch: list[Asked]) -> tuple[list[Decided], list[Asked]]:
        """Decide one after the other on one draft; what does not fit into an append is left for the next."""
        draft = self.state.draft()
        decided: list[Decided] = []
        events = 0
        for index, asked in enumerate(batch):
            one = self._decide_one(draft, asked, decided)
            events += len(one.events)
            if decided and events > BATCH_EVENTS:
                return decided, batch[index:]
            decided.append(one)
        return decided, []

    def _decide_one(self, draft: ScopeState, asked: Asked, before: list[Decided]) -> Decided:
        try:
            replay = self._known(asked, before)
            if replay is not None:
                return Decided(asked, replay, [])
            server = self._clock.now()
            check_key_time(asked.key, server)
            ctx = Context(
                now=self.world_time(server, asked.command),
                recorded=server,
                actor=asked.actor,
                key=asked.key,
                registers=self.state.registers,
                measures=self._measures,
                granted=self._granted,
            )
            events = rules.decide(draft, asked.command, ctx)
        except Refused as refusal:
            outcome = Outcome("refused", self.scope, refusal=refusal)
            if refusal.record is None:
                return Decided(asked, outcome, [])
            stamp = rules.stamp_of(asked.command, ctx, hash=asked.hash, count=1)
            outcome = outcome._replace(position=draft.position)
            return Decided(asked, outcome, [(stamp, refusal.record)])
        stamp = rules.stamp_of(asked.command, ctx, hash=asked.hash, count=len(events))
        position = draft.position if events else 0
        outcome = Outcome("accepted", self.scope, position, rules.ids_of(events))
        return Decided(asked, outcome, [(stamp, event) for event in events])

    def _known(self, asked: Asked, before: list[Decided]) -> Outcome | None:
        """The first answer to this key, from the state or from earlier in the batch. Raises `Refused("key_reused")`."""
        known = self.state.keys.get(asked.key)
        if known is not None:
            hash, outcome = known.hash, Outcome("accepted", self.scope, known.last, known.ids)
            if known.refused:
                refusal = Refused.of(known.refused, known.facts)
                outcome = Outcome("refused", self.scope, known.last, refusal=refusal)
        else:
            twin = next((one for one in before if one.asked.key == asked.key), None)
            if twin is None:
                return None
            hash, outcome = twin.asked.hash, twin.outcome
        if hash != asked.hash:
            raise Refused("key_reused", key=asked.key)
        return outcome._replace(replayed=True)

    def world_time(self, server: datetime, command: Command | None = None) -> datetime:
        """The world's time at the server's; a scope that is being founded has the clock it is founded with."""
        if self.state.clock is not None:
            return self.state.clock.now(server)
        if isinstance(command, FoundScope):
            return Clock(origin=command.origin, started=command.started, rate=command.rate).now(server)
        raise Refused("not_founded", scope=self.scope)

    def _record(self, decided: list[Decided]) -> list[Recorded]:
        flat = [pair for one in decided for pair in one.events]
        return [
            Recorded(self.state.world, self.scope, self.state.epoch, position, stamp, event)
            for position, (stamp, event) in enumerate(flat, self.state.position + 1)
        ]

    def _apply(self, recorded: list[Recorded], head: Head) -> None:
        """Durable events become state. The reader may have brought some of them already."""
        since = self.state.position
        for one in recorded:
            if one.position > self.state.position:
                rules.apply(self.state, one)
        if head.position >= self.head.position:
            self.head = head
        if self.state.position > since:
            self._changed(self.scope)

    def absorb(self, entries: list[Entry]) -> None:
        """Entries that the reader brought: our own again, or another coordinator's."""
        fresh = [entry for entry in entries if entry.position > self.state.position]
        if fresh:
            last = fresh[-1]
            self._apply([rules.decode(entry.body) for entry in fresh], Head(last.position, last.mac))

    def resume(self, state: ScopeState, head: Head) -> None:
        """Start from a state that was kept, instead of from the first event; `catch_up` reads what came after."""
        self.state, self.head = state, head

    async def catch_up(self) -> None:
        """Read what stands in the log and is not in the state. Raises `LogUnavailable`, and `ChainBroken` behind all
        that fits."""
        try:
            while entries := await self._log.read(self.scope, self.head):
                self.absorb(entries)
        except ChainBroken as broken:
            if fitting := broken.position - 1 - self.head.position:
                self.absorb(await self._log.read(self.scope, self.head, fitting))
            raise
        self.behind = False

    def stop(self, broken: ChainBroken) -> None:
        """Nothing is decided here until the scope is reopened; its boards stay as they are."""
        self.broken, self._stopped_at = broken, None
        log.error("chain broken", scope=broken.scope, position=broken.position, why=broken.why)

    async def recover(self, epoch: int) -> None:
        """Go on in a new epoch, if the log fits its check and has only lost what this replica knows.

        `epoch`: of the replica that does not fit the log any more; nothing is done where it has been replaced since.
        Raises `ChainBroken` where the log does not fit its check, `LogUnavailable`.
        """
        async with self._recovering:
            if self.broken is not None:
                raise self.broken
            if self.state.epoch == epoch:
                twin = self._twin()
                await replay_lost(self._log, twin, self.head, epoch, fresh_key(self._clock.now()))
                self._become(twin)

    async def look_again(self) -> None:
        """A scope that stopped goes on here once it was reopened at another coordinator. Raises `LogUnavailable`."""
        if self.broken is None:
            return
        head = await self._log.head(self.scope)
        if head == self._stopped_at:
            return
        self._stopped_at = head
        async with self._recovering:
            twin = self._twin()
            try:
                await twin.catch_up()
            except ChainBroken:
                return
            if twin.state.epoch > self.state.epoch:
                self._become(twin)

    async def _reopen(self, batch: list[Asked]) -> list[Asked]:
        """By an operator's command in this batch, which is answered; gives the rest. Raises `ChainBroken` without."""
        assert self.broken is not None
        asked = next((one for one in batch if isinstance(one.command, ReopenScope)), None)
        if asked is None:
            raise self.broken
        rest = [one for one in batch if one is not asked]
        try:
            may(asked.actor, type_of(asked.command), asked.command.area, self.state.registers.areas)
        except Refused as refusal:
            self._answer(asked, Outcome("refused", self.scope, refusal=refusal))
            return rest
        assert isinstance(asked.command, ReopenScope)
        order = SetAside(asked.actor.person, asked.command.reason, asked.key, asked.hash)
        async with self._recovering:
            twin = self._twin()
            outcome = await reopen(self._log, twin, self.state.epoch, order)
            self._become(twin)
        if outcome is None:
            return batch
        self._answer(asked, outcome)
        return rest

    def _twin(self) -> Twin:
        fresh = rules.new_state(self.state.world, self.scope, self.state.registers)
        return Twin(self._log, fresh, self._clock, self._measures, lambda scope: None, self._prepare)

    def _become(self, twin: Twin) -> None:
        self.state, self.head = twin.state, twin.head
        self.broken, self.behind = None, False
        self._changed(self.scope)

    def _answer(self, asked: Asked, outcome: Outcome) -> None:
        if not asked.answer.done():
            asked.answer.set_result(outcome)


class Twin(Reactor):
    """A second replica that nobody watches, brought up beside the first to take its place."""

    async def recover(self, epoch: int) -> None:
        raise ChainBroken(self.scope, self.head.position + 1, "the log does not fit while it is replayed")
