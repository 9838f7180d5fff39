"""What a command post may do in a history: declare, approve, raise, lower, end, recall, on areas that overlap."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from coordinator.domain.access import Actor
from coordinator.domain.area import AreaCode
from coordinator.domain.change import (
    ApproveChange,
    ConfirmBreakGlass,
    DeclareOperation,
    EndOperation,
    ExtendOperation,
    LowerLevel,
    NeedsApproval,
    RaiseLevel,
    RecallOperation,
    RejectChange,
    TransferCommand,
)
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import Operation
from coordinator.domain.order import AcknowledgeOrder, IssueOrder
from tests.builders import (
    CITY,
    CITY_COMMANDER,
    CITY_DEPUTY,
    COMMANDER,
    DEPUTY,
    DISTRICT,
    FIRST,
    SECOND,
    STREET,
    desk,
)
from tests.laws import places
from tests.laws.player import PICK, Player, picked

AT_ONCE: Final = 3
"""Operations that run at the same time."""
PLAYBOOKS: Final = st.sampled_from(list(places.PLAYBOOKS))
LEVELS: Final = st.sampled_from(list(ResponseLevel))
TARGETS: Final = st.sampled_from(places.TARGETS)
SELDOM: Final = st.sampled_from([False, False, True])


class Second(Enum):
    """What the second person does, where one is needed; and whether the holder gets to its work at once."""

    APPROVES = auto()
    REJECTS = auto()
    IS_AWAY = auto()
    APPROVES_AND_THE_HOLDER_IS_SLOW = auto()


PERSONS: Final = st.sampled_from([Second.APPROVES, *Second])


class CommandPost(Player):
    """Rules of a command post."""

    @initialize(playbook=PLAYBOOKS, level=LEVELS, where=TARGETS)
    def begin(self, playbook: str, level: ResponseLevel, where: AreaCode) -> None:
        """A night in which nothing is declared says little."""
        self.declare(playbook, level, where, later=False, second=Second.APPROVES)

    @precondition(lambda self: len(self.running()) < AT_ONCE)
    @rule(playbook=PLAYBOOKS, level=LEVELS, where=TARGETS, later=SELDOM, second=PERSONS)
    def declare(
        self, playbook: str, level: ResponseLevel, where: AreaCode, later: bool, second: Second
    ) -> None:
        if len(self.running()) < AT_ONCE:
            order = DeclareOperation(
                area=DISTRICT,
                playbook=places.PLAYBOOKS[playbook],
                targets={where: level},
                expected_minutes=240,
                effective_at=self.world.now + timedelta(hours=1) if later else None,
            )
            self.change(CITY_COMMANDER if level is ResponseLevel.I else COMMANDER, order, second)

    @precondition(lambda self: len(self.running()) < AT_ONCE)
    @rule(playbook=PLAYBOOKS, where=TARGETS)
    def declare_alone(self, playbook: str, where: AreaCode) -> None:
        """Break-glass: the second person cannot be reached in ten minutes."""
        if len(self.running()) < AT_ONCE:
            order = DeclareOperation(
                area=DISTRICT,
                playbook=places.PLAYBOOKS[playbook],
                targets={where: ResponseLevel.II},
                expected_minutes=60,
                phoned=DEPUTY.person,
            )
            self.change(COMMANDER, order, second=Second.APPROVES)

    @precondition(lambda self: any(not it.confirmed for it in self.running()))
    @rule(one=PICK)
    def confirm_glass(self, one: int) -> None:
        operation = picked((it for it in self.running() if not it.confirmed), one)
        if operation:
            self.ask(DEPUTY, ConfirmBreakGlass(area=DISTRICT, operation=operation.id))

    @precondition(lambda self: self.running())
    @rule(one=PICK, level=LEVELS, where=TARGETS, second=PERSONS)
    def raise_level(self, one: int, level: ResponseLevel, where: AreaCode, second: Second) -> None:
        operation = picked(self.running(), one)
        if operation:
            order = RaiseLevel(area=DISTRICT, operation=operation.id, targets={where: level})
            self.change(first_of(operation), order, second)

    @precondition(lambda self: self.running())
    @rule(one=PICK, level=LEVELS, where=TARGETS, second=PERSONS)
    def lower_level(self, one: int, level: ResponseLevel, where: AreaCode, second: Second) -> None:
        operation = picked(self.running(), one)
        if operation and self.is_on(operation, where):
            order = LowerLevel(
                area=DISTRICT,
                operation=operation.id,
                targets={where: level},
                conditions=self.world.ticks(operation.id, where),
            )
            self.change(first_of(operation), order, second)

    @precondition(lambda self: self.running())
    @rule(one=PICK, where=TARGETS, second=PERSONS)
    def end(self, one: int, where: AreaCode, second: Second) -> None:
        operation = picked(self.running(), one)
        if operation and self.is_on(operation, where):
            order = EndOperation(
                area=DISTRICT,
                operation=operation.id,
                areas=[where],
                conditions=self.world.ticks(operation.id, where),
            )
            self.change(first_of(operation), order, second)

    @precondition(lambda self: self.running())
    @rule(one=PICK)
    def recall(self, one: int) -> None:
        operation = picked(self.running(), one)
        if operation:
            self.ask(
                first_of(operation),
                RecallOperation(area=DISTRICT, operation=operation.id, reason="wrong_place"),
            )
            self.world.settle()

    @precondition(lambda self: self.running())
    @rule(one=PICK, minutes=st.sampled_from([30, 600]))
    def extend(self, one: int, minutes: int) -> None:
        operation = picked(self.running(), one)
        if operation:
            order = ExtendOperation(area=DISTRICT, operation=operation.id, expected_minutes=minutes)
            self.ask(first_of(operation), order)

    @precondition(lambda self: self.running())
    @rule(one=PICK)
    def city_takes_over(self, one: int) -> None:
        operation = picked(self.running(), one)
        if operation:
            self.ask(CITY_COMMANDER, TransferCommand(area=DISTRICT, operation=operation.id))

    @precondition(lambda self: self.state.pending)
    @rule(one=PICK, approved=st.booleans())
    def second_person(self, one: int, approved: bool) -> None:
        change = picked(self.state.pending.values(), one)
        if change is None:
            return
        person = CITY_DEPUTY if change.office == CITY else DEPUTY
        if approved:
            targets = dict(change.targets)
            self.ask(
                person, ApproveChange(area=change.area, change=change.id, hash=change.hash, targets=targets)
            )
        else:
            self.ask(person, RejectChange(area=change.area, change=change.id, reason="no"))

    @precondition(lambda self: self.running())
    @rule(one=PICK, to=st.sampled_from([[STREET], [FIRST, SECOND]]))
    def give_order(self, one: int, to: list[AreaCode]) -> None:
        operation = picked(self.running(), one)
        if operation:
            order = IssueOrder(area=DISTRICT, operation=operation.id, kind="close_underpass", to=to)
            self.ask(first_of(operation), order)

    @precondition(lambda self: self.state.orders)
    @rule(one=PICK)
    def read_order(self, one: int) -> None:
        waiting = (it for it in self.state.orders.values() if it.acknowledged_at is None)
        order = picked(waiting, one)
        if order:
            self.ask(desk(order.area), AcknowledgeOrder(area=order.area, order=order.id))

    @rule(minutes=st.sampled_from([0, 5, 20, 40, 150, 500]))
    def time_passes(self, minutes: int) -> None:
        self.world.advance(minutes)

    def change(self, actor: Actor, order: NeedsApproval, second: Second) -> None:
        known = set(self.state.pending.positions())
        self.ask(actor, order)
        for number, change in enumerate(list(self.state.pending.positions())):
            if change not in known and second is not Second.IS_AWAY:
                self.second_person(number, approved=second is not Second.REJECTS)
        if second is not Second.APPROVES_AND_THE_HOLDER_IS_SLOW:
            self.world.settle()

    def is_on(self, operation: Operation, where: AreaCode) -> bool:
        """Whether there is a level to be left."""
        areas = self.world.registers.areas
        below = (level for place, level in operation.targets.items() if areas.within(place, where))
        return any(below) or operation.level(where, areas) is not None


def first_of(operation: Operation) -> Actor:
    """The first person of the office that gives the orders."""
    return CITY_COMMANDER if operation.issuer == CITY else COMMANDER
