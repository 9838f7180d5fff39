"""Follow-ons: the only way scopes meet. A city's order reaches a district, a district's receipts come back.

Each carries the whole wanted state at its revision, never a step, so that order of arrival does not matter;
an older revision changes nothing. Authority was decided at the source.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

import msgspec
from pydantic import AwareDatetime, Field

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Code, Command, Id
from coordinator.domain.context import Context
from coordinator.domain.duty import Duty, How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.mode import Mode, ResponseLevel
from coordinator.domain.operation import Operation, owe_unfolding, scopes_below
from coordinator.domain.state import ScopeState
from coordinator.domain.switch_over import PlaceSwitch

STANDING: Final = ("lost", "tally.missing", "open", "out")
"""Figures a higher command must know before it lowers: what its stand-down conditions are held against."""


_OUTSIDE: Final = frozenset({How.FOLLOW_ON, How.ERASE})


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """The three clocks of one community, as its district reported them upward. Key: `OPERATION@AREA`."""

    id: str
    area: AreaCode
    operation: str
    revision: int
    mode: Mode
    recorded_at: datetime
    signed_at: datetime | None = None
    ready_at: datetime | None = None


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a district says of itself to the command above it. Key: `OPERATION@SCOPE`."""

    id: str
    area: AreaCode
    operation: str
    position: int
    """Of the district's log when it said so; a lower one is late and changes nothing."""
    figures: dict[str, int] = {}
    over: bool = False
    """Closed there: every place is NORMAL."""


class Clocks(msgspec.Struct, frozen=True, omit_defaults=True):
    """One community in a packed receipt."""

    revision: int
    mode: Mode
    recorded_at: datetime
    signed_at: datetime | None = None
    ready_at: datetime | None = None


class OperationTaken(Event, frozen=True):
    """A lower scope has the operation as the source wants it at this revision."""

    id: str
    source: AreaCode
    revision: int
    hazard: str
    playbook: str
    targets: dict[AreaCode, ResponseLevel | None]
    issuer: AreaCode
    declared_by: str
    approved_by: str
    effective_at: datetime
    expected_until: datetime
    channels: tuple[str, ...] = ()
    recalled: bool = False


class ReceiptsTaken(Event, frozen=True):
    """`area` is the scope they come from."""

    operation: str
    position: int
    clocks: dict[AreaCode, Clocks]
    figures: dict[str, int] = {}
    over: bool = False


class TakeOperation(Command):
    """From the holder of the source scope; the same whatever the order in which it arrives."""

    operation: Id
    source: Code
    revision: int
    hazard: str
    playbook: str
    targets: dict[Code, ResponseLevel | None]
    issuer: Code
    declared_by: str
    approved_by: str
    effective_at: AwareDatetime
    expected_until: AwareDatetime
    channels: list[str] = Field(default_factory=list)
    recalled: bool = False


class TakeReceipts(Command):
    """From the holder of a lower scope; `area` is the source's, `of` the scope it speaks for."""

    operation: Id
    of: Code
    position: int
    clocks: dict[Code, dict[str, str | int | None]]
    figures: dict[str, int] = Field(default_factory=dict)
    over: bool = False


class CloseDuties(Command):
    """What the holder has done outside of this scope; `opened` keeps a duty open that was opened again meanwhile."""

    duties: Annotated[dict[str, int], Field(min_length=1, max_length=500)]


class DutiesDone(Event, frozen=True):
    duties: tuple[str, ...]


def standing_counts(standing: Standing) -> Mapping[str, int]:
    return {} if standing.over else standing.figures


# --- downward ---------------------------------------------------------------------------------------------


def take_operation(state: ScopeState, duty: Duty, to: AreaCode) -> TakeOperation:
    """The operation as this scope wants it, for a scope below."""
    one = state.operations[duty.subject.partition(">")[0]]
    return TakeOperation(
        area=to,
        operation=one.id,
        source=state.scope,
        revision=one.revision,
        hazard=one.hazard,
        playbook=one.playbook,
        targets=one.targets,
        issuer=one.issuer,
        declared_by=one.declared_by,
        approved_by=one.approved_by,
        effective_at=one.effective_at,
        expected_until=one.expected_until,
        channels=list(one.channels),
        recalled=one.recalled,
    )


def decide_take(state: ScopeState, order: TakeOperation, ctx: Context) -> list[Event]:
    known = state.operations.get(order.operation)
    if known is not None and known.revision >= order.revision:
        return []
    fields = order.model_dump(exclude={"operation", "area"}) | {"channels": tuple(order.channels)}
    return [OperationTaken(area=order.area, id=order.operation, **fields)]


def apply_taken(state: ScopeState, event: OperationTaken, stamp: Stamp) -> None:
    operation = Operation(
        id=event.id,
        area=event.area,
        hazard=event.hazard,
        playbook=event.playbook,
        targets=event.targets,
        revision=event.revision,
        issuer=event.issuer,
        declared_by=event.declared_by,
        approved_by=event.approved_by,
        effective_at=event.effective_at,
        expected_until=event.expected_until,
        channels=event.channels,
        recalled=event.recalled,
        source=event.source,
    )
    state.put(state.operations, operation.id, operation)
    owe_unfolding(state, operation, stamp)


# --- upward -----------------------------------------------------------------------------------------------


def clocks_of(switch: PlaceSwitch) -> Clocks:
    return Clocks(
        revision=switch.revision,
        mode=switch.mode,
        recorded_at=switch.recorded_at,
        signed_at=switch.signed_at,
        ready_at=switch.ready_at,
    )


def standing_figures(state: ScopeState) -> dict[str, int]:
    """What this scope says of itself to the commands above it."""
    row = state.rows.get(state.scope)
    return {name: row.counts[name] for name in STANDING if name in row.counts} if row else {}


def take_receipts(state: ScopeState, duty: Duty, to: AreaCode) -> TakeReceipts:
    """All clocks of the operation in this scope, and what the command above has to know, for the source."""
    return TakeReceipts(
        area=to,
        operation=duty.subject,
        of=state.scope,
        position=state.position,
        clocks={
            switch.area: msgspec.to_builtins(clocks_of(switch))
            for switch in state.switches.values()
            if switch.operation == duty.subject and switch.community
        },
        figures=standing_figures(state),
        over=state.operations[duty.subject].closed,
    )


def decide_receipts(state: ScopeState, order: TakeReceipts, ctx: Context) -> list[Event]:
    known = state.standings.get(f"{order.operation}@{order.of}")
    if known is not None and known.position >= order.position:
        return []
    return [
        ReceiptsTaken(
            area=order.of,
            operation=order.operation,
            position=order.position,
            clocks={
                area: msgspec.convert(clocks, Clocks, strict=False) for area, clocks in order.clocks.items()
            },
            figures=dict(order.figures),
            over=order.over,
        )
    ]


def apply_receipts(state: ScopeState, event: ReceiptsTaken, stamp: Stamp) -> None:
    for area, clocks in event.clocks.items():
        key = f"{event.operation}@{area}"
        fresh = Receipt(
            id=key,
            area=area,
            operation=event.operation,
            revision=clocks.revision,
            mode=clocks.mode,
            recorded_at=clocks.recorded_at,
            signed_at=clocks.signed_at,
            ready_at=clocks.ready_at,
        )
        if state.receipts.get(key) != fresh:
            state.put(state.receipts, key, fresh)
    key = f"{event.operation}@{event.area}"
    state.put(
        state.standings,
        key,
        Standing(
            id=key,
            area=event.area,
            operation=event.operation,
            position=event.position,
            figures=event.figures,
            over=event.over,
        ),
    )


def decide_close(state: ScopeState, order: CloseDuties, ctx: Context) -> list[Event]:
    arrived = tuple(
        key
        for key, opened in order.duties.items()
        if (duty := state.duties.get(key)) is not None and duty.how in _OUTSIDE and duty.opened == opened
    )
    return [DutiesDone(area=order.area, duties=arrived)] if arrived else []


def apply_arrived(state: ScopeState, event: DutiesDone, stamp: Stamp) -> None:
    for key in event.duties:
        state.close_duty(key)


def below_is_over(state: ScopeState, operation: Operation) -> bool:
    """Whether every scope the operation concerns has said that it is over there."""
    return all(
        (standing := state.standings.get(f"{operation.id}@{scope}")) is not None and standing.over
        for scope in scopes_below(operation, state.scope, state.registers.areas)
    )
