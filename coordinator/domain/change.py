"""Deciding a change of an operation: who may order it, who must approve it, what has to be true before it is lowered.

The commands stand here, the operation they change in `operation.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Final, NamedTuple

from pydantic import AwareDatetime, Field, StringConstraints

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.command import Code, Command, Id, Minutes, Reason, type_of
from coordinator.domain.context import Context
from coordinator.domain.event import Event
from coordinator.domain.key import body_hash
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import (
    APPROVAL_MINUTES,
    LEVELS_OF_AUTHORITY,
    BreakGlassConfirmed,
    ChangeRejected,
    ChangeRequested,
    CommandTransferred,
    LevelLowered,
    LevelRaised,
    Operation,
    OperationDeclared,
    OperationEnded,
    OperationExtended,
    OperationRecalled,
    PendingChange,
)
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister
from coordinator.domain.stand_down import check_conditions
from coordinator.domain.state import ScopeState
from coordinator.domain.targets import Targets, retarget

Person = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:._-]{1,60}$")]
LevelFor = Annotated[dict[Code, ResponseLevel], Field(min_length=1, max_length=500)]
Conditions = Annotated[dict[Reason, Reason], Field(default_factory=dict, max_length=40)]
"""Stand-down condition -> `met`, or a coded reason for overriding it."""


class DeclareOperation(Command):
    """启动: begin an operation by a playbook, with a level for each target area."""

    playbook: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Digest of the published playbook."""
    targets: LevelFor
    expected_minutes: Minutes
    effective_at: AwareDatetime | None = None
    """T0; left out: now, or the moment of approval."""
    superior: Annotated[str, Field(max_length=60)] = ""
    phoned: Person | None = None
    """Break-glass: the person a lone duty officer has phoned."""


class RaiseLevel(Command):
    """升级."""

    operation: Id
    targets: LevelFor
    phoned: Person | None = None


class LowerLevel(Command):
    """降级: each stand-down condition of the level that is left, ticked or overridden."""

    operation: Id
    targets: LevelFor
    conditions: Conditions


class EndOperation(Command):
    """终止, for the areas named."""

    operation: Id
    areas: Annotated[list[Code], Field(min_length=1, max_length=500)]
    conditions: Conditions


class RecallOperation(Command):
    """误发撤销: one person, one action."""

    operation: Id
    reason: Reason


class ExtendOperation(Command):
    """延长."""

    operation: Id
    expected_minutes: Minutes
    """From now."""


class TransferCommand(Command):
    """A higher office takes over; it gives the orders and it ends."""

    operation: Id


class ApproveChange(Command):
    """The second person retypes area and level; `hash` is that of the order shown."""

    change: Id
    hash: str
    targets: dict[Code, ResponseLevel | None]


class RejectChange(Command):
    change: Id
    reason: Reason


class ConfirmBreakGlass(Command):
    operation: Id


NeedsApproval = DeclareOperation | RaiseLevel | LowerLevel | EndOperation
_BY_KIND: Final = {
    type_.__name__: type_ for type_ in (DeclareOperation, RaiseLevel, LowerLevel, EndOperation)
}


def decide_change(state: ScopeState, order: NeedsApproval, ctx: Context) -> list[Event]:
    """Check everything; then carry it out, or ask for the second person where II or I is concerned."""
    event, highest = _work_out(state, order, ctx, _Asked(ctx.actor.person, ctx.actor.area))
    phoned = order.phoned if isinstance(order, DeclareOperation | RaiseLevel) else None
    if not highest.needs_second_person:
        if phoned:
            raise Refused("glass_not_needed", level=highest.value)
        return [event]
    if phoned:
        if phoned == ctx.actor.person:
            raise Refused("self_approval", person=phoned)
        return [event]
    targets = event.targets
    body = order.model_dump_json()
    return [
        ChangeRequested(
            area=order.area,
            id=ctx.new_id("change"),
            kind=type_of(order),
            operation=getattr(order, "operation", ""),
            order=body,
            hash=body_hash(type_of(order), body.encode()),
            targets=targets,
            office=ctx.actor.area,
            expires=ctx.now + timedelta(minutes=APPROVAL_MINUTES),
        )
    ]


def carry_out(
    state: ScopeState, order: NeedsApproval, ctx: Context, office: AreaCode, approved_by: str
) -> list[Event]:
    """At once, for that office, by two persons who are both at hand: in a drill, exercise control plays them."""
    asked = _Asked(ctx.actor.person, office, approved_by)
    return [_work_out(state, order, ctx, asked)[0]]


def conditions_of(operation: Operation, areas: Iterable[AreaCode], ctx: Context) -> list[str]:
    """Keys of what has to be ticked before these areas are lowered or ended."""
    tree = ctx.registers.areas
    return [
        condition.key
        for area in areas
        if (level := _highest(operation, area, tree)) is not None
        for condition in ctx.measures(operation.playbook, level, area).stand_down
    ]


def decide_approve(state: ScopeState, order: ApproveChange, ctx: Context) -> list[Event]:
    """A second person, not a second token: another person id, with the authority, for the exact order."""
    pending = _pending(state, order.change, ctx)
    if ctx.actor.person == pending.person:
        raise Refused("self_approval", person=ctx.actor.person)
    if order.hash != pending.hash:
        raise Refused("order_changed", change=pending.id)
    if order.targets != pending.targets:
        raise Refused("retyped_differs", change=pending.id)
    original = _BY_KIND[pending.kind].model_validate_json(pending.order)
    asked = _Asked(pending.person, pending.office, ctx.actor.person, pending.id)
    event, _ = _work_out(state, original, ctx, asked)
    if (
        event.targets != pending.targets
    ):  # the operation has been changed since: it would come to something else
        raise Refused("order_changed", change=pending.id)
    return [event]


def decide_reject(state: ScopeState, order: RejectChange, ctx: Context) -> list[Event]:
    pending = _pending(state, order.change, ctx)
    return [ChangeRejected(area=pending.area, id=pending.id, reason=order.reason)]


def _pending(state: ScopeState, change: str, ctx: Context) -> PendingChange:
    pending = state.pending.get(change)
    if pending is None or ctx.now >= pending.expires:
        raise Refused("no_such_change", change=change)
    if not ctx.registers.areas.within(pending.area, ctx.actor.area):
        raise Refused("not_your_part", area=pending.area, part=ctx.actor.area)
    return pending


class _Asked(NamedTuple):
    """Who asked for a change, for which part of the tree; and who approved it, where two persons are needed."""

    person: str
    office: AreaCode
    approved_by: str = ""
    change: str = ""


def _work_out(
    state: ScopeState, order: NeedsApproval, ctx: Context, asked: _Asked
) -> tuple[OperationDeclared | LevelRaised | LevelLowered | OperationEnded, ResponseLevel]:
    """The event that carries the order out, and the highest level it concerns (given or left)."""
    if isinstance(order, DeclareOperation):
        _not_running(state, order, ctx)
        return _declare(order, ctx, asked)
    operation = _operation(state, order.operation)
    _one_mouth(operation, asked.office)
    wanted: dict[AreaCode, ResponseLevel | None] = {}
    if isinstance(order, EndOperation):
        wanted.update(dict.fromkeys(order.areas))
    else:
        wanted.update(order.targets)
    raising = isinstance(order, RaiseLevel)
    left = _check_steps(operation, wanted, ctx, raising=raising)
    targets = retarget(operation.targets, wanted, ctx.registers.areas, raising=raising)
    revision = operation.revision + 1
    if isinstance(order, RaiseLevel):
        _authority(operation.playbook, order.targets, ctx)
        _has_places(order.targets, ctx)
        raised = LevelRaised(
            area=order.area,
            operation=operation.id,
            revision=revision,
            targets=targets,
            by=asked.person,
            approved_by=asked.approved_by,
            change=asked.change,
            phoned=order.phoned or "",
        )
        return raised, max(order.targets.values())
    _authority(operation.playbook, left, ctx)
    check_conditions(state, operation, left, order.conditions, ctx)
    event_type = OperationEnded if isinstance(order, EndOperation) else LevelLowered
    lowered = event_type(
        area=order.area,
        operation=operation.id,
        revision=revision,
        targets=targets,
        by=asked.person,
        approved_by=asked.approved_by,
        change=asked.change,
        conditions=order.conditions,
    )
    return lowered, max(left.values())


def _declare(order: DeclareOperation, ctx: Context, asked: _Asked) -> tuple[OperationDeclared, ResponseLevel]:
    for area in order.targets:
        if not ctx.registers.areas.within(area, order.area):
            raise Refused("target_outside", area=area, of=order.area)
    _authority(order.playbook, order.targets, ctx)
    _has_places(order.targets, ctx)
    if order.expected_minutes == 0:
        raise Refused("no_duration")
    start = order.effective_at or ctx.now
    if start < ctx.now - timedelta(minutes=APPROVAL_MINUTES):
        raise Refused("starts_in_past", effective_at=start.isoformat())
    start = max(start, ctx.now)
    measures = ctx.measures(order.playbook, max(order.targets.values()), order.area)
    declared = OperationDeclared(
        area=order.area,
        id=ctx.new_id("op"),
        hazard=measures.hazard,
        playbook=order.playbook,
        targets=dict(order.targets),
        issuer=asked.office,
        declared_by=asked.person,
        approved_by=asked.approved_by,
        effective_at=start,
        expected_until=start + timedelta(minutes=order.expected_minutes),
        channels=measures.channels,
        superior=order.superior,
        phoned=order.phoned or "",
        change=asked.change,
    )
    return declared, max(order.targets.values())


def _not_running(state: ScopeState, order: DeclareOperation, ctx: Context) -> None:
    """What runs already is not begun a second time: it would call everybody twice. It can be raised."""
    for one in state.operations.values():
        if one.closed or one.playbook != order.playbook:
            continue
        for area, level in order.targets.items():
            running = one.level(area, ctx.registers.areas) if area in ctx.registers.areas else None
            if running is not None and running >= level:
                raise Refused("already_running", operation=one.id, area=area, level=running.value)


def _operation(state: ScopeState, key: str) -> Operation:
    """A running operation of this scope's own: what came from above is changed where it came from."""
    operation = state.operations.get(key)
    if operation is None or operation.closed:
        raise Refused("unknown_operation", operation=key)
    if operation.source:
        raise Refused("not_the_issuer", operation=key, issuer=operation.source)
    return operation


def _one_mouth(operation: Operation, office: AreaCode) -> None:
    """谁启动谁终止, 一口指挥: the office that gives the orders; a higher one takes over first."""
    if office != operation.issuer:
        raise Refused("not_the_issuer", operation=operation.id, issuer=operation.issuer)


def _authority(playbook: str, levels: Mapping[AreaCode, ResponseLevel], ctx: Context) -> None:
    """The playbook says which level of the tree may order this level of response."""
    areas = ctx.registers.areas
    own = LEVELS_OF_AUTHORITY.index(areas[ctx.actor.area].level)
    for area, level in levels.items():
        if area not in areas:
            raise Refused("unknown_area", area=area)
        needed = ctx.measures(playbook, level, area).command.authority
        if own > LEVELS_OF_AUTHORITY.index(needed):
            raise Refused("no_authority", level=level.value, authority=needed.value)


def _has_places(targets: Iterable[AreaCode], ctx: Context) -> None:
    """Communities and streets are switched; a grid goes with its community, a placeholder has nobody in it."""
    areas = ctx.registers.areas
    for area in targets:
        if not areas.below(area, AreaLevel.COMMUNITY) and not areas.below(area, AreaLevel.STREET):
            raise Refused("nothing_to_switch", area=area)


def _check_steps(
    operation: Operation, wanted: Targets, ctx: Context, *, raising: bool
) -> dict[AreaCode, ResponseLevel]:
    """Every named area must really go up (or down). Returns the levels that are left."""
    areas = ctx.registers.areas
    left: dict[AreaCode, ResponseLevel] = {}
    for area, level in wanted.items():
        if area not in areas:
            raise Refused("unknown_area", area=area)
        if not areas.within(area, operation.area):
            raise Refused("target_outside", area=area, of=operation.area)
        own = operation.level(area, areas)
        now = _highest(operation, area, areas)
        if raising:
            if own is not None and level is not None and level <= own:
                raise Refused("not_higher", area=area, level=own.value)
        elif now is None or (level is not None and level >= now):
            raise Refused("not_lower", area=area, level=now.value if now else "")
        if now is not None:
            left[area] = now
    return left


def _highest(operation: Operation, area: AreaCode, areas: AreaRegister) -> ResponseLevel | None:
    """Of the area and all targets below it: what is left when the whole of it is lowered."""
    own = operation.level(area, areas)
    below = [
        level for other, level in operation.targets.items() if level is not None and areas.within(other, area)
    ]
    return max([*below, *([own] if own else [])], default=None)


def decide_extend(state: ScopeState, order: ExtendOperation, ctx: Context) -> list[Event]:
    operation = _operation(state, order.operation)
    _one_mouth(operation, ctx.actor.area)
    until = ctx.now + timedelta(minutes=order.expected_minutes)
    if until <= operation.expected_until:
        raise Refused("not_longer", until=operation.expected_until.isoformat())
    return [OperationExtended(area=operation.area, operation=operation.id, expected_until=until)]


def decide_recall(state: ScopeState, order: RecallOperation, ctx: Context) -> list[Event]:
    """By the office that gives the orders or one above it; nobody else is asked."""
    operation = _operation(state, order.operation)
    if not ctx.registers.areas.within(operation.issuer, ctx.actor.area):
        raise Refused("not_the_issuer", operation=operation.id, issuer=operation.issuer)
    if operation.over:
        return []
    return [
        OperationRecalled(
            area=operation.area,
            operation=operation.id,
            revision=operation.revision + 1,
            targets=dict.fromkeys(operation.targets),
            by=ctx.actor.person,
            reason=order.reason,
        )
    ]


def decide_transfer(state: ScopeState, order: TransferCommand, ctx: Context) -> list[Event]:
    operation = _operation(state, order.operation)
    if operation.issuer == ctx.actor.area:
        return []
    if not ctx.registers.areas.within(operation.issuer, ctx.actor.area):
        raise Refused("not_higher_office", issuer=operation.issuer)
    return [CommandTransferred(area=operation.area, operation=operation.id, to=ctx.actor.area)]


def decide_confirm_glass(state: ScopeState, order: ConfirmBreakGlass, ctx: Context) -> list[Event]:
    operation = _operation(state, order.operation)
    if operation.confirmed:
        return []
    if ctx.actor.person == operation.broken_by:
        raise Refused("self_approval", person=ctx.actor.person)
    if not ctx.registers.areas.within(operation.area, ctx.actor.area):
        raise Refused("not_your_part", area=operation.area, part=ctx.actor.area)
    _authority(operation.playbook, {a: lv for a, lv in operation.targets.items() if lv}, ctx)
    return [BreakGlassConfirmed(area=operation.area, operation=operation.id)]
