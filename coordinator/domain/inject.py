"""Injects 导调: what exercise control throws at the players of a drill, and what observers tick.

What an inject says to people stands on the board of orders until it is read; what only simulated teams heed (a leader
who does not answer, a network that is gone) stands on the drill's own board. Exists in no world but a drill's.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain import change, confirmed_call
from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaCode
from coordinator.domain.change import DeclareOperation, EndOperation, LowerLevel, NeedsApproval, RaiseLevel
from coordinator.domain.command import Code, Command, Minutes, Reason, Ref
from coordinator.domain.context import Context
from coordinator.domain.drill import AnswerRollCall, running, the_drill
from coordinator.domain.event import Event, Stamp
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.observing import VALUES
from coordinator.domain.operation import Operation, OperationDeclared
from coordinator.domain.order import Order, keep_order
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from coordinator.domain.world import is_drill

CONTROL: Final = ("control-1", "control-2")
"""Exercise control plays the higher command, and both persons where two are needed."""
ROLL_CALL: Final = "roll_call"
"""The item that a desk ticks for itself."""
BY_CONTROL: Final = "exercise_control"
"""Why control passes over a stand-down condition: the script wants it so."""


class InjectKind(StrEnum):
    MESSAGE = "message"
    """From outside: a superior, a neighbour, the weather service."""
    EVENT = "event"
    """What the players of a place would see there."""
    COLOUR = "colour"
    """三色: the risk colour of a place changes."""
    BLOCKED_ROAD = "blocked_road"
    """Whoever goes there takes longer."""
    SILENT_LEADER = "silent_leader"
    """Does not answer until somebody knocks."""
    NETWORK_CUT = "network_cut"
    NO_SHOW = "no_show"
    """A share of those who say that they come does not."""
    ORDER = "order"
    """Control declares, raises, lowers or ends."""
    CALL = "call"
    """Control calls the desks of these places 叫应."""


SHOWN: Final = frozenset({InjectKind.MESSAGE, InjectKind.EVENT, InjectKind.COLOUR, InjectKind.BLOCKED_ROAD})
"""Those that the players are told of."""


class InjectState(StrEnum):
    CALLED = "called"
    """By hand: to be fired now."""
    FIRED = "fired"
    SKIPPED = "skipped"


class Inject(msgspec.Struct, frozen=True, omit_defaults=True):
    """One inject as this scope knows it; those still to come stand in the script alone."""

    id: str
    area: AreaCode
    state: InjectState
    at: datetime
    kind: InjectKind | None = None
    to: tuple[AreaCode, ...] = ()
    text: str = ""
    """What the references of its words into the vault begin with."""
    facts: dict[str, str] = {}
    operation: str = ""
    """That it declared."""


class Observation(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody saw, or a desk said of itself. Key: `ITEM@AREA`; the last word counts."""

    id: str
    area: AreaCode
    item: str
    value: int
    by: str
    at: datetime
    note: str = ""


class InjectCalled(Event, frozen=True):
    inject: str


class InjectSkipped(Event, frozen=True):
    inject: str
    reason: str


class InjectFired(Event, frozen=True):
    inject: str
    kind: InjectKind
    to: tuple[AreaCode, ...]
    text: str = ""
    facts: dict[str, str] = {}
    operation: str = ""


class ItemObserved(Event, frozen=True):
    item: str
    value: int
    note: str = ""


class Ordered(BaseModel):
    """What control orders; `playbook` and the duration where it declares."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    what: Annotated[str, Field(pattern=r"^(declare|raise|lower|end)$")]
    level: ResponseLevel | None = None
    playbook: str = ""
    expected_minutes: Minutes = 0


class CallInject(Command):
    """By hand, now, whatever the script says of the time."""

    inject: Reason


class SkipInject(Command):
    inject: Reason
    reason: Reason = "asked"


class FireInject(Command):
    """By the director of the drill, when the time has come. A second one with the same key changes nothing."""

    inject: Reason
    kind: InjectKind
    to: Annotated[list[Code], Field(min_length=1, max_length=500)]
    text: Ref = ""
    facts: dict[Reason, Annotated[str, Field(max_length=200)]] = Field(default_factory=dict)
    order: Ordered | None = None


class Observe(Command):
    """An observer's tick: 1 or 0 for yes or no; 0, 1, 3 or 5; or seconds. `note`: words kept for the drill's id."""

    item: Reason
    value: int = Field(ge=0, le=1_000_000)
    note: Ref = ""


# --- decide -----------------------------------------------------------------------------------------------


def decide_call(state: ScopeState, order: CallInject, ctx: Context) -> list[Event]:
    drill = running(state)
    if order.inject not in drill.injects:
        raise Refused("unknown_inject", inject=order.inject)
    if order.inject in state.injects:
        return []
    return [InjectCalled(area=state.scope, inject=order.inject)]


def decide_skip(state: ScopeState, order: SkipInject, ctx: Context) -> list[Event]:
    drill = the_drill(state)
    if drill is None:
        raise Refused("not_a_drill", world=state.world)
    if order.inject not in drill.injects:
        raise Refused("unknown_inject", inject=order.inject)
    known = state.injects.get(order.inject)
    if known is not None and known.state is not InjectState.CALLED:
        return []
    return [InjectSkipped(area=state.scope, inject=order.inject, reason=order.reason)]


def decide_fire(state: ScopeState, order: FireInject, ctx: Context) -> list[Event]:
    """The inject, and in the same breath what it does to this world."""
    drill = running(state)
    if order.inject not in drill.injects:
        raise Refused("unknown_inject", inject=order.inject)
    known = state.injects.get(order.inject)
    if known is not None and known.state is not InjectState.CALLED:
        return []
    for area in order.to:
        if not ctx.registers.areas.within(area, order.area):
            raise Refused("target_outside", area=area, of=order.area)
    effects: list[Event] = []
    if order.order is not None:
        effects += _carry_out(state, order, order.order, ctx)
    if order.kind is InjectKind.CALL:
        for area in order.to:
            effects += confirmed_call.start(state, f"{order.inject}@{area}", area, ctx.now)
    declared = next((one.id for one in effects if isinstance(one, OperationDeclared)), "")
    fired = InjectFired(
        area=state.scope,
        inject=order.inject,
        kind=order.kind,
        to=tuple(order.to),
        text=order.text,
        facts=dict(order.facts),
        operation=declared,
    )
    return [fired, *effects]


def _carry_out(state: ScopeState, order: FireInject, ordered: Ordered, ctx: Context) -> list[Event]:
    """With the authority of the top of the tree, for the office that gives orders there, by two persons."""
    first, second = CONTROL
    root = ctx.registers.areas.path(state.scope)[-1]
    acting = Context(
        now=ctx.now,
        recorded=ctx.recorded,
        actor=Actor(person=first, role=Role.COMMANDER, area=root),
        key=ctx.key,
        registers=ctx.registers,
        measures=ctx.measures,
        granted=ctx.granted,
    )
    if ordered.what == "declare":
        declare = DeclareOperation(
            area=state.scope,
            playbook=ordered.playbook,
            targets=_targets(order, ordered),
            expected_minutes=ordered.expected_minutes,
        )
        return change.carry_out(state, declare, acting, state.scope, second)
    operation = _played(state, order.to)
    changed = _changed(state, operation, order, ordered, acting)
    return change.carry_out(state, changed, acting, operation.issuer, second)


def _changed(
    state: ScopeState, operation: Operation, order: FireInject, ordered: Ordered, ctx: Context
) -> NeedsApproval:
    targets = _targets(order, ordered)
    if ordered.what == "raise":
        return RaiseLevel(area=state.scope, operation=operation.id, targets=targets)
    passed_over = dict.fromkeys(change.conditions_of(operation, order.to, ctx), BY_CONTROL)
    if ordered.what == "lower":
        return LowerLevel(area=state.scope, operation=operation.id, targets=targets, conditions=passed_over)
    return EndOperation(
        area=state.scope, operation=operation.id, areas=list(order.to), conditions=passed_over
    )


def _targets(order: FireInject, ordered: Ordered) -> dict[AreaCode, ResponseLevel]:
    return {area: ordered.level for area in order.to} if ordered.level else {}


def _played(state: ScopeState, to: list[AreaCode]) -> Operation:
    """The operation that is being practised there: the one declared last."""
    areas = state.registers.areas
    for operation in reversed(list(state.operations.values())):
        near = any(
            areas.within(area, target) or areas.within(target, area)
            for area in to
            for target in operation.targets
        )
        if near and not operation.closed and not operation.source:
            return operation
    raise Refused("unknown_operation", operation="")


def decide_observe(state: ScopeState, order: Observe, ctx: Context) -> list[Event]:
    drill = the_drill(state)
    if drill is None or not is_drill(state.world):
        raise Refused("not_a_drill", world=state.world)
    item = next((one for one in drill.items if one.key == order.item), None)
    if item is None:
        raise Refused("unknown_item", item=order.item, known=", ".join(one.key for one in drill.items))
    if not item.takes(order.value):
        takes = ", ".join(map(str, VALUES.get(item.kind, ())))
        raise Refused("bad_tick", item=item.key, value=order.value, takes=takes)
    known = state.observations.get(f"{order.item}@{order.area}")
    if known is not None and (known.value, known.note) == (order.value, order.note):
        return []
    return [ItemObserved(area=order.area, item=order.item, value=order.value, note=order.note)]


def decide_roll_call(state: ScopeState, order: AnswerRollCall, ctx: Context) -> list[Event]:
    if the_drill(state) is None or not is_drill(state.world):
        raise Refused("not_a_drill", world=state.world)
    if f"{ROLL_CALL}@{order.area}" in state.observations:
        return []
    return [ItemObserved(area=order.area, item=ROLL_CALL, value=1)]


# --- apply ------------------------------------------------------------------------------------------------


def apply_called(state: ScopeState, event: InjectCalled, stamp: Stamp) -> None:
    one = Inject(id=event.inject, area=state.scope, state=InjectState.CALLED, at=stamp.at)
    state.put(state.injects, one.id, one)


def apply_skipped(state: ScopeState, event: InjectSkipped, stamp: Stamp) -> None:
    one = Inject(
        id=event.inject,
        area=state.scope,
        state=InjectState.SKIPPED,
        at=stamp.at,
        facts={"reason": event.reason},
    )
    state.put(state.injects, one.id, one)


def apply_fired(state: ScopeState, event: InjectFired, stamp: Stamp) -> None:
    one = Inject(
        id=event.inject,
        area=state.scope,
        state=InjectState.FIRED,
        at=stamp.at,
        kind=event.kind,
        to=event.to,
        text=event.text,
        facts=event.facts,
        operation=event.operation,
    )
    state.put(state.injects, one.id, one)
    if event.kind not in SHOWN:
        return
    for area in event.to:
        keep_order(
            state,
            Order(
                id=f"{event.inject}@{area}",
                area=area,
                operation="",
                kind=f"drill_{event.kind.value}",
                issued_at=stamp.at,
                issuer=stamp.actor,
                text=f"{event.text}.{area}.{event.inject}" if event.text else "",
            ),
        )


def apply_observed(state: ScopeState, event: ItemObserved, stamp: Stamp) -> None:
    key = f"{event.item}@{event.area}"
    seen = Observation(
        id=key,
        area=event.area,
        item=event.item,
        value=event.value,
        by=stamp.actor,
        at=stamp.at,
        note=event.note,
    )
    state.put(state.observations, key, seen)
