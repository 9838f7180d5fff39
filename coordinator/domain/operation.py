"""Operations 响应行动: declared, raised, lowered, extended, ended, recalled, each for named areas.

II and I need a second person, bound to the exact order; the office that started ends; a person decides (rule 2).
What a change means for each place is worked out by `switch_over.py`, a batch of places at a time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.order import forget_orders
from coordinator.domain.register import AreaRegister
from coordinator.domain.scope import SCOPE_LEVELS, scope_of
from coordinator.domain.state import ScopeState

APPROVAL_MINUTES: Final = 10
BREAK_GLASS_MINUTES: Final = 30
GATHER: Final = timedelta(seconds=30)
"""Receipts of this long of the world's time go up together."""
LEVELS_OF_AUTHORITY: Final = tuple(AreaLevel)


class Operation(msgspec.Struct, frozen=True, omit_defaults=True):
    """One response. Pinned to its playbook by digest; `revision` counts the changes."""

    id: str
    area: AreaCode
    """Where it was declared: all targets lie in it."""
    hazard: str
    playbook: str
    targets: dict[AreaCode, ResponseLevel | None]
    revision: int
    issuer: AreaCode
    """The part of the tree whose office gives orders in it: one mouth (SZ01)."""
    declared_by: str
    approved_by: str
    effective_at: datetime
    """T0: the approval, or a planned time."""
    expected_until: datetime
    channels: tuple[str, ...] = ()
    superior: str = ""
    """上级指令: number of the order from outside the tree that it carries out."""
    phoned: str = ""
    """Break-glass: who was phoned by a lone duty officer."""
    broken_by: str = ""
    """That duty officer, who cannot confirm it."""
    confirmed: bool = True
    recalled: bool = False
    closed: bool = False
    erased: bool = False
    """What was kept of persons for it is destroyed."""
    source: AreaCode = ""
    """The scope it was declared in, where that is not this one."""

    def level(self, area: AreaCode, areas: AreaRegister) -> ResponseLevel | None:
        """The level wanted for an area: that of the nearest target at or above it."""
        for place in areas.path(area):
            if place in self.targets:
                return self.targets[place]
        return None

    @property
    def over(self) -> bool:
        return all(level is None for level in self.targets.values())


class PendingChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change to II or I that waits for its second person. `hash` binds the approval to the exact order."""

    id: str
    area: AreaCode
    kind: str
    operation: str
    order: str
    """The command, as JSON."""
    hash: str
    targets: dict[AreaCode, ResponseLevel | None]
    """What the second person has to retype."""
    person: str
    office: AreaCode
    """The part of the tree of the first person's office: it gives the orders, whoever approves."""
    requested: datetime
    expires: datetime


def scopes_below(operation: Operation, scope: AreaCode, areas: AreaRegister) -> list[AreaCode]:
    """Other scopes that a target of the operation concerns."""
    found: dict[AreaCode, None] = {}
    for target in operation.targets:
        own = scope_of(areas, target)
        if own != scope:
            found[own] = None
        pending = list(areas.children(target)) if areas[target].level in SCOPE_LEVELS else []
        while pending:
            child = pending.pop()
            if areas[child].level in SCOPE_LEVELS:
                found[child] = None
                pending.extend(areas.children(child))
    return sorted(found)


def owe_unfolding(state: ScopeState, operation: Operation, stamp: Stamp) -> None:
    """The places are switched at T0, not before; what has ended before its T0 is over at once."""
    due = stamp.at if operation.over else max(stamp.at, operation.effective_at)
    state.open_duty(How.UNFOLD, "unfold", operation.id, operation.area, due)


def _await_duration(state: ScopeState, operation: Operation) -> None:
    state.open_duty(How.DEADLINE, "duration_over", operation.id, operation.area, operation.expected_until)


def owe_below(state: ScopeState, operation: Operation, stamp: Stamp) -> None:
    """A follow-on to every scope concerned is owed from now on."""
    for scope in scopes_below(operation, state.scope, state.registers.areas):
        state.open_duty(
            How.FOLLOW_ON, "operation", f"{operation.id}>{scope}", state.scope, stamp.at, to=scope
        )


def owe_receipt(state: ScopeState, operation: str, stamp: Stamp) -> None:
    """Something changed that the source has to hear of; what follows within half a minute goes with it."""
    known = state.operations.get(operation)
    if known is None or not known.source:
        return
    key = f"receipts:{operation}"
    due = stamp.at + GATHER
    already = state.duties.get(key)
    state.open_duty(
        How.FOLLOW_ON, "receipts", operation, state.scope, already.due if already else due, to=known.source
    )


def owe_standing(state: ScopeState, stamp: Stamp) -> None:
    """The figures a higher command lowers by have changed: it is told for every operation of its own."""
    for one in state.operations.values():
        if one.source and not one.closed:
            owe_receipt(state, one.id, stamp)


# --- events -----------------------------------------------------------------------------------------------


class ChangeRequested(Event, frozen=True):
    """A first person asks for II or I."""

    id: str
    kind: str
    operation: str
    order: str
    hash: str
    targets: dict[AreaCode, ResponseLevel | None]
    office: AreaCode
    expires: datetime


class ChangeRejected(Event, frozen=True):
    id: str
    reason: str


class ChangeExpired(Event, frozen=True):
    id: str


class OperationDeclared(Event, frozen=True):
    id: str
    hazard: str
    playbook: str
    targets: dict[AreaCode, ResponseLevel | None]
    issuer: AreaCode
    declared_by: str
    approved_by: str
    effective_at: datetime
    expected_until: datetime
    channels: tuple[str, ...] = ()
    superior: str = ""
    phoned: str = ""
    change: str = ""
    """The pending change this carries out."""


class _Changed(Event, frozen=True):
    operation: str
    revision: int
    targets: dict[AreaCode, ResponseLevel | None]
    by: str
    approved_by: str = ""
    change: str = ""


class LevelRaised(_Changed, frozen=True):
    phoned: str = ""


class LevelLowered(_Changed, frozen=True):
    """`conditions`: condition -> `met`, or the coded reason it was overridden with."""

    conditions: dict[str, str] = {}


class OperationEnded(_Changed, frozen=True):
    conditions: dict[str, str] = {}


class OperationRecalled(_Changed, frozen=True):
    """误发撤销: one person, one action."""

    reason: str = ""


class LoweringRefused(Event, frozen=True):
    """Somebody tried to lower or end while the state itself spoke against it: on record, and nothing else."""

    operation: str
    code: str
    facts: dict[str, str]


class OperationExtended(Event, frozen=True):
    operation: str
    expected_until: datetime


class CommandTransferred(Event, frozen=True):
    operation: str
    to: AreaCode


class BreakGlassConfirmed(Event, frozen=True):
    operation: str


class DurationRanOut(Event, frozen=True):
    """The expected duration is over: an alarm, never an automatic end."""

    operation: str


class BreakGlassUnconfirmed(Event, frozen=True):
    operation: str


class OperationClosed(Event, frozen=True):
    """Every place is NORMAL again."""

    operation: str


# --- apply ------------------------------------------------------------------------------------------------


def apply_requested(state: ScopeState, event: ChangeRequested, stamp: Stamp) -> None:
    state.put(
        state.pending,
        event.id,
        PendingChange(
            id=event.id,
            area=event.area,
            kind=event.kind,
            operation=event.operation,
            order=event.order,
            hash=event.hash,
            targets=event.targets,
            person=stamp.actor,
            office=event.office,
            requested=stamp.at,
            expires=event.expires,
        ),
    )
    state.open_duty(How.DEADLINE, "approval_due", event.id, event.area, event.expires)
    open_concern(state, "approval_waits", event.id, event.area, stamp, Severity.URGENT, order=event.kind)


def _settle_pending(state: ScopeState, change: str) -> None:
    if change and change in state.pending:
        state.drop(state.pending, change)
        state.close_duty(f"approval_due:{change}")
        close_concern(state, "approval_waits", change)


def apply_rejected(state: ScopeState, event: ChangeRejected, stamp: Stamp) -> None:
    _settle_pending(state, event.id)


def apply_expired(state: ScopeState, event: ChangeExpired, stamp: Stamp) -> None:
    _settle_pending(state, event.id)


def apply_declared(state: ScopeState, event: OperationDeclared, stamp: Stamp) -> None:
    _settle_pending(state, event.change)
    operation = Operation(
        id=event.id,
        area=event.area,
        hazard=event.hazard,
        playbook=event.playbook,
        targets=event.targets,
        revision=1,
        issuer=event.issuer,
        declared_by=event.declared_by,
        approved_by=event.approved_by,
        effective_at=event.effective_at,
        expected_until=event.expected_until,
        channels=event.channels,
        superior=event.superior,
        phoned=event.phoned,
        broken_by=event.declared_by if event.phoned else "",
        confirmed=not event.phoned,
    )
    state.put(state.operations, operation.id, operation)
    owe_unfolding(state, operation, stamp)
    _await_duration(state, operation)
    owe_below(state, operation, stamp)
    if event.phoned:
        _break_glass(state, operation, stamp)


def _break_glass(state: ScopeState, operation: Operation, stamp: Stamp) -> None:
    """Every higher desk sees it, until a second person confirms."""
    top = state.registers.areas.path(operation.area)[-1]
    open_concern(
        state,
        "break_glass",
        operation.id,
        operation.area,
        stamp,
        Severity.DANGER,
        top,
        phoned=operation.phoned,
    )
    due = stamp.at + timedelta(minutes=BREAK_GLASS_MINUTES)
    state.open_duty(How.DEADLINE, "break_glass_due", operation.id, operation.area, due)


def apply_changed(
    state: ScopeState, event: LevelRaised | LevelLowered | OperationEnded | OperationRecalled, stamp: Stamp
) -> None:
    _settle_pending(state, event.change)
    phoned = event.phoned if isinstance(event, LevelRaised) else ""
    old = state.operations[event.operation]
    operation = replace(
        old,
        targets=event.targets,
        revision=event.revision,
        approved_by=event.approved_by or old.approved_by,
        recalled=isinstance(event, OperationRecalled)
        or (old.recalled and not isinstance(event, LevelRaised)),
        phoned=phoned or old.phoned,
        broken_by=event.by if phoned else old.broken_by,
        confirmed=old.confirmed and not phoned,
    )
    state.put(state.operations, operation.id, operation)
    owe_unfolding(state, operation, stamp)
    owe_below(state, operation, stamp)
    if operation.over:
        state.close_duty(f"duration_over:{operation.id}")
        close_concern(state, "duration_over", operation.id)
    elif old.over:  # the second wave
        _await_duration(state, operation)
    if phoned:
        _break_glass(state, operation, stamp)


def apply_refused(state: ScopeState, event: LoweringRefused, stamp: Stamp) -> None:
    """Changes nothing: it stands in the log, and its key gets the same refusal again."""


def apply_extended(state: ScopeState, event: OperationExtended, stamp: Stamp) -> None:
    operation = state.operations[event.operation]
    extended = replace(operation, expected_until=event.expected_until, revision=operation.revision + 1)
    state.put(state.operations, operation.id, extended)
    owe_below(state, extended, stamp)
    close_concern(state, "duration_over", operation.id)
    if not extended.over:
        _await_duration(state, extended)


def apply_transferred(state: ScopeState, event: CommandTransferred, stamp: Stamp) -> None:
    operation = state.operations[event.operation]
    transferred = replace(operation, issuer=event.to, revision=operation.revision + 1)
    state.put(state.operations, operation.id, transferred)
    owe_below(state, transferred, stamp)


def apply_glass_confirmed(state: ScopeState, event: BreakGlassConfirmed, stamp: Stamp) -> None:
    operation = state.operations[event.operation]
    state.put(state.operations, operation.id, replace(operation, confirmed=True, approved_by=stamp.actor))
    state.close_duty(f"break_glass_due:{operation.id}")
    close_concern(state, "break_glass", operation.id)
    close_concern(state, "break_glass_unconfirmed", operation.id)


def apply_duration_over(state: ScopeState, event: DurationRanOut, stamp: Stamp) -> None:
    state.close_duty(f"duration_over:{event.operation}")
    open_concern(state, "duration_over", event.operation, event.area, stamp)


def apply_glass_unconfirmed(state: ScopeState, event: BreakGlassUnconfirmed, stamp: Stamp) -> None:
    state.close_duty(f"break_glass_due:{event.operation}")
    top = state.registers.areas.path(event.area)[-1]
    open_concern(state, "break_glass_unconfirmed", event.operation, event.area, stamp, Severity.DANGER, top)


def apply_closed(state: ScopeState, event: OperationClosed, stamp: Stamp) -> None:
    state.close_duty(f"unfold:{event.operation}")
    for kind in ("duration_over", "break_glass_due"):
        state.close_duty(f"{kind}:{event.operation}")
    for kind in ("duration_over", "break_glass", "break_glass_unconfirmed"):
        close_concern(state, kind, event.operation)
    state.put(state.operations, event.operation, replace(state.operations[event.operation], closed=True))
    forget_orders(state, state.orders.values(), event.operation)
    owe_receipt(state, event.operation, stamp)


# --- what falls due -----------------------------------------------------------------------------------------


def approval_lapsed(state: ScopeState, change: str) -> list[Event]:
    pending = state.pending.get(change)
    return [ChangeExpired(area=pending.area, id=change)] if pending else []


def duration_over(state: ScopeState, operation: str) -> list[Event]:
    return [DurationRanOut(area=state.operations[operation].area, operation=operation)]


def glass_unconfirmed(state: ScopeState, operation: str) -> list[Event]:
    return [BreakGlassUnconfirmed(area=state.operations[operation].area, operation=operation)]
