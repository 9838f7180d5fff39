"""A district without a server: rules, planner and boards in one process, on a clock that the test moves.

The simulated teams meet here what they would meet on the wire, so that a rain night takes seconds.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from coordinator.boards import board as boards
from coordinator.domain import rules
from coordinator.domain.access import PROCESS, Actor, Role
from coordinator.domain.call_out import CallOutCrew, call_out_id
from coordinator.domain.command import Command
from coordinator.domain.context import Context
from coordinator.domain.delivery import RecordDelivery
from coordinator.domain.duty import Duty, How
from coordinator.domain.event import Event
from coordinator.domain.falling_due import FallDue
from coordinator.domain.follow_on import CloseDuties
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from coordinator.domain.switch_over import grids_of
from coordinator.domain.unfold import Unfold
from coordinator.domain.world import FoundScope
from coordinator.planner.fill import fill
from coordinator.planner.pool import Pool
from coordinator.playbook import library
from coordinator.playbook.measures import resolve
from coordinator.store.registers import RegisterSet
from coordinator.wire.board import Board, BoardKey, Entries

ORIGIN = datetime(2026, 7, 4, 20, 0, tzinfo=UTC)
WORLD = "DEMO"


class Rehearsal:
    """One scope, its duties done at the world's time, its boards as clients keep them."""

    def __init__(self, registers: RegisterSet, scope: str) -> None:
        self.registers = registers
        self.scope = scope
        self.now = ORIGIN
        self.state: ScopeState = rules.new_state(WORLD, scope, registers)
        self.playbook = library.bundled("flood-typhoon")
        self.log: list[rules.Recorded] = []
        self.refusals: list[tuple[str, str]] = []
        self._measures: dict[tuple[Any, ...], Any] = {}
        self._pool = Pool(registers, scope)
        self._keys = 0
        self._heap: list[tuple[datetime, int, str]] = []
        self._seen = -1
        self.failing = False
        """Whether the webhook refuses what is sent to it."""
        digests = registers.digests
        self.do(
            Actor(PROCESS, Role.PROCESS, scope),
            FoundScope(
                area=scope,
                world=WORLD,
                areas=digests.areas,
                people=digests.people,
                organisation=digests.organisation,
                origin=ORIGIN,
                started=ORIGIN,
                rate=1,
            ),
        )

    # --- commands ---------------------------------------------------------------------------------------

    def do(self, actor: Actor, command: Command) -> tuple[str, ...]:
        """Decide and apply. Gives the ids made; raises `Refused`."""
        self._keys += 1
        key = f"key-{self._keys:08d}"
        ctx = Context(
            now=self.now,
            recorded=self.now,
            actor=actor,
            key=key,
            registers=self.registers,
            measures=self._resolve,
        )
        try:
            events = rules.decide(self.state.draft(), command, ctx)
        except Refused as refused:
            self.refusals.append((type(command).__name__, str(refused)))
            self._append(command, ctx, [refused.record] if refused.record is not None else [])
            raise
        self._append(command, ctx, events)
        return rules.ids_of(events)

    def _append(self, command: Command, ctx: Context, events: list[Event]) -> None:
        stamp = rules.stamp_of(command, ctx, hash="", count=len(events))
        for event in events:
            one = rules.Recorded(WORLD, self.scope, 1, self.state.position + 1, stamp, event)
            rules.apply(self.state, one)
            self.log.append(one)

    def tell(self, actor: Actor, name: str, body: dict[str, Any]) -> tuple[str, ...]:
        """A command as it comes over the wire."""
        return self.do(actor, rules.COMMANDS[name].model_validate_json(msgspec.json.encode(body)))

    def _resolve(self, digest: str, level: Any, area: str) -> Any:
        known = self._measures.get((level, area))
        if known is None:
            place = self.registers.areas[area]
            attributes = self.registers.areas.attributes(area)
            known = resolve(self.playbook, level, area, place.level, attributes)
            self._measures[level, area] = known
        return known

    # --- what is owed -----------------------------------------------------------------------------------

    def next_due(self) -> datetime | None:
        """When the next duty is due; None where none is open."""
        for change in self.state.duties.changes(self._seen):
            if not change.gone:
                heapq.heappush(self._heap, (change.record.due, change.record.opened, change.key))
        self._seen = self.state.position
        while self._heap:
            due, opened, key = self._heap[0]
            duty = self.state.duties.get(key)
            if duty is not None and (duty.due, duty.opened) == (due, opened):
                return due
            heapq.heappop(self._heap)
        return None

    def do_due(self) -> None:
        """Everything that is due by now."""
        while (due := self.next_due()) is not None and due <= self.now:
            duty = self.state.duties[heapq.heappop(self._heap)[2]]
            self._do(duty)
            if duty.key in self.state.duties and self.state.duties[duty.key] == duty:
                heapq.heappush(self._heap, (duty.due, duty.opened, duty.key))

    def _do(self, duty: Duty) -> None:
        process = Actor(PROCESS, Role.PROCESS, self.scope)
        match duty.how:
            case How.DEADLINE:
                self.do(process, FallDue(area=self.scope, duties=[duty.key]))
            case How.UNFOLD:
                self.do(process, Unfold(area=duty.area, operation=duty.subject))
            case How.FILL:
                self.do(process, self._fill(duty))
            case How.FOLLOW_ON:
                self.do(process, CloseDuties(area=self.scope, duties={duty.key: duty.opened}))
            case How.JOB:
                self.do(Actor("worker", Role.WORKER, self.scope), self._deliver(duty))

    def _fill(self, duty: Duty) -> CallOutCrew:
        state = self.state
        place, _, operation = duty.subject.partition("/")
        areas = (place, *grids_of(state, place))
        posts = [p for area in areas for p in state.posts.in_area(area) if operation in p.wanted]
        result = fill(
            posts,
            self._pool,
            free=lambda responder: responder not in state.engaged,
            asked=lambda responder, post: call_out_id(responder, post) in state.call_outs,
            teams=self.registers.organisation.teams_of,
            responders=self.registers.people.get,
        )
        return CallOutCrew(
            area=place,
            operation=operation,
            picks=result.picks,
            teams=result.teams,
            gaps=result.gaps,
            duty=duty.key,
        )

    def _deliver(self, duty: Duty) -> RecordDelivery:
        failed = {"webhook": 1} if self.failing else {}
        return RecordDelivery(area=duty.area, duties=[duty.key], failed=failed)

    # --- boards -----------------------------------------------------------------------------------------

    def follow(self, board: Board) -> Iterable[str]:
        """Bring a client's board up to date. Gives the keys that changed."""
        key = BoardKey.parse(board.key)
        part = board.parts.get(self.scope)
        if part is not None and part.cursor.position == self.state.position:
            return []
        delta = boards.delta(key, self.state, part.cursor, self.now) if part is not None else None
        if part is None or delta is None:
            cursor, entries = boards.snapshot(key, self.state)
            board.snapshot(self.scope, cursor, entries, self.now)
            return list(entries)
        changed: Entries = delta.changed
        board.delta(self.scope, part.cursor, delta.cursor, changed, delta.gone, delta.at)
        return [*changed, *delta.gone]
