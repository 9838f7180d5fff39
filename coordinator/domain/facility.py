"""Facilities 阵地: normal, made ready, open, full, restored. A use is a hold of an operation.

Two uses of one facility are an exception for the higher command; the state of the building is what people report.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace
from pydantic import Field

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id, Minutes, Ref
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.register import Place
from coordinator.domain.scope import place_of
from coordinator.domain.state import ScopeState
from coordinator.domain.text import Text


class FacilityState(StrEnum):
    NORMAL = "normal"
    INSPECTED = "inspected"
    STANDBY = "standby"
    CONVERTING = "converting"
    OPEN = "open"
    FULL = "full"
    RESTORING = "restoring"
    CLOSED = "closed"
    """Shut on purpose, e.g. an underpass."""
    UNUSABLE = "unusable"
    """Flooded, damaged."""


F = FacilityState
_ANY: Final = frozenset({F.CLOSED, F.UNUSABLE})
STEPS: Final[Mapping[FacilityState, frozenset[FacilityState]]] = {
    F.NORMAL: frozenset({F.INSPECTED, F.STANDBY, F.CONVERTING}) | _ANY,
    F.INSPECTED: frozenset({F.STANDBY, F.CONVERTING, F.RESTORING, F.NORMAL}) | _ANY,
    F.STANDBY: frozenset({F.CONVERTING, F.OPEN, F.RESTORING}) | _ANY,
    F.CONVERTING: frozenset({F.OPEN, F.RESTORING}) | _ANY,
    F.OPEN: frozenset({F.FULL, F.RESTORING}) | _ANY,
    F.FULL: frozenset({F.OPEN, F.RESTORING}) | _ANY,
    F.RESTORING: frozenset({F.NORMAL, F.CONVERTING}) | _ANY,
    F.CLOSED: frozenset({F.RESTORING, F.UNUSABLE}),
    F.UNUSABLE: frozenset({F.RESTORING, F.CLOSED}),
}
_READY: Final = {F.INSPECTED: 1, F.STANDBY: 2, F.CONVERTING: 2, F.OPEN: 3, F.FULL: 3}


class Use(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one operation wants of a facility."""

    to: FacilityState
    use: Text
    by: datetime
    must: bool
    beyond: bool = False
    """Ordered by a desk, beyond the playbook: no change of level lets go of it before the end."""

    def same(self, other: Use) -> bool:
        return (self.to, self.use, self.must) == (other.to, other.use, other.must)


class Facility(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kept from the first time an operation wants it, or somebody reports on it."""

    id: str
    area: AreaCode
    kind: str
    name: str
    capacity: int
    state: FacilityState = F.NORMAL
    uses: dict[str, Use] = {}
    occupancy: int | None = None
    """None: not reported."""
    at: datetime | None = None

    def meets(self, use: Use) -> bool:
        if use.to is F.CLOSED:
            return self.state is F.CLOSED
        return _READY.get(self.state, 0) >= _READY[use.to]


class FacilityReported(Event, frozen=True):
    facility: str
    to: FacilityState
    occupancy: int | None = None
    evidence: tuple[str, ...] = ()


class FacilityOrdered(Event, frozen=True):
    """A use ordered by hand, beyond the playbook."""

    operation: str
    facility: str
    to: FacilityState
    use: Text
    by: datetime


class ReportFacility(Command):
    """The state of a building and how many are in it, as seen on the spot."""

    facility: Id
    to: FacilityState
    occupancy: int | None = Field(default=None, ge=0, le=1_000_000)
    evidence: list[Ref] = Field(default_factory=list, max_length=20)


class OrderConversion(Command):
    """Open another facility than the playbook names, e.g. where a shelter floods."""

    operation: Id
    facility: Id
    to: FacilityState
    use_zh: str = Field(min_length=1, max_length=40)
    use_en: str = Field(min_length=1, max_length=60)
    by_minutes: Minutes


def counts(facility: Facility) -> Mapping[str, int]:
    wanted = len(facility.uses)
    return {
        "conversions": wanted,
        "converted": sum(facility.meets(use) for use in facility.uses.values()),
        "facilities_open": facility.state in (F.OPEN, F.FULL),
        "unrestored": not wanted and facility.state is not F.NORMAL,
        "occupancy": facility.occupancy or 0,
    }


def registered(place: Place) -> Facility:
    return Facility(id=place.id, area=place.area, kind=place.kind, name=place.name, capacity=place.capacity)


def current(state: ScopeState, facility: str) -> Facility:
    """As it stands; normal if nobody has spoken of it. Raises `Refused("unknown_facility")`."""
    known = state.facilities.get(facility)
    if known is not None:
        return known
    place = state.registers.organisation.places.get(facility)
    if place is None:
        raise Refused("unknown_facility", facility=facility)
    return registered(place)


def decide_report(state: ScopeState, order: ReportFacility, ctx: Context) -> list[Event]:
    facility = current(state, order.facility)
    if not ctx.registers.areas.within(facility.area, order.area):
        raise Refused("not_your_part", area=facility.area, part=order.area)
    if order.to is facility.state:
        if order.occupancy is None or order.occupancy == facility.occupancy:
            return []
    elif order.to not in STEPS[facility.state]:
        raise Refused(
            "wrong_facility_step", facility=facility.id, state=facility.state.value, to=order.to.value
        )
    to = order.to
    if (
        to is F.OPEN
        and order.occupancy is not None
        and facility.capacity
        and order.occupancy >= facility.capacity
    ):
        to = F.FULL
    return [
        FacilityReported(
            area=facility.area,
            facility=facility.id,
            to=to,
            occupancy=order.occupancy,
            evidence=tuple(order.evidence),
        )
    ]


def decide_order(state: ScopeState, order: OrderConversion, ctx: Context) -> list[Event]:
    facility = current(state, order.facility)
    if not ctx.registers.areas.within(facility.area, order.area):
        raise Refused("not_your_part", area=facility.area, part=order.area)
    operation = state.operations.get(order.operation)
    if operation is None or operation.closed:
        raise Refused("unknown_operation", operation=order.operation)
    switch = state.switches.get(f"{operation.id}@{place_of(ctx.registers.areas, facility.area)}")
    if switch is None or switch.level is None:  # of what is being restored, nothing would be given back again
        raise Refused("not_switched", area=facility.area, operation=operation.id)
    if facility.state is F.UNUSABLE:
        raise Refused("facility_unusable", facility=facility.id)
    if order.to not in (F.INSPECTED, F.STANDBY, F.OPEN, F.CLOSED):
        raise Refused(
            "wrong_facility_step", facility=facility.id, state=facility.state.value, to=order.to.value
        )
    return [
        FacilityOrdered(
            area=facility.area,
            operation=operation.id,
            facility=facility.id,
            to=order.to,
            use=Text(zh=order.use_zh, en=order.use_en),
            by=ctx.now + timedelta(minutes=order.by_minutes),
        )
    ]


def apply_reported(state: ScopeState, event: FacilityReported, stamp: Stamp) -> None:
    old = current(state, event.facility)
    occupancy = event.occupancy if event.occupancy is not None else old.occupancy
    if event.to in (F.NORMAL, F.RESTORING):
        occupancy = None
    facility = replace(old, state=event.to, occupancy=occupancy, at=stamp.at)
    if event.to is F.UNUSABLE and facility.uses:
        open_concern(
            state, "facility_unusable", facility.id, facility.area, stamp, Severity.DANGER, what=facility.name
        )
    else:
        close_concern(state, "facility_unusable", facility.id)
    if event.to is F.FULL:
        open_concern(state, "facility_full", facility.id, facility.area, stamp, what=facility.name)
    else:
        close_concern(state, "facility_full", facility.id)
    _keep(state, facility, stamp)


def apply_ordered(state: ScopeState, event: FacilityOrdered, stamp: Stamp) -> None:
    want(
        state,
        event.facility,
        event.operation,
        Use(to=event.to, use=event.use, by=event.by, must=False, beyond=True),
        stamp,
    )


def want(state: ScopeState, facility: str, operation: str, use: Use, stamp: Stamp) -> None:
    """An operation takes hold of a facility. A different use beside it is for the higher command."""
    old = current(state, facility)
    clash = [other for other, theirs in old.uses.items() if other != operation and theirs.use != use.use]
    if clash:
        above = state.scope
        others = ", ".join(clash)
        open_concern(
            state, "facility_two_uses", facility, old.area, stamp, Severity.URGENT, above, other=others
        )
    else:
        close_concern(state, "facility_two_uses", facility)
    _keep(state, replace(old, uses={**old.uses, operation: use}), stamp)


def release(state: ScopeState, facility: str, operation: str, stamp: Stamp) -> None:
    """An operation lets go; with the last one the building has to be restored."""
    old = state.facilities.get(facility)
    if old is None or operation not in old.uses:
        return
    uses = {op: use for op, use in old.uses.items() if op != operation}
    if len({use.use for use in uses.values()}) < 2:
        close_concern(state, "facility_two_uses", facility)
    _keep(state, replace(old, uses=uses), stamp)


def _keep(state: ScopeState, facility: Facility, stamp: Stamp) -> None:
    """Keep what differs from the register, forget what is normal again; hold the deadline of what is due."""
    for operation, use in facility.uses.items():
        key = f"{facility.id}/{operation}"
        if facility.meets(use):
            state.close_duty(f"conversion_due:{key}")
            close_concern(state, "conversion_late", facility.id)
        elif f"conversion_late:{facility.id}" not in state.concerns:
            state.open_duty(How.DEADLINE, "conversion_due", key, facility.area, use.by)
    known = state.facilities.get(facility.id)
    for operation in known.uses if known else ():
        if operation not in facility.uses:
            state.close_duty(f"conversion_due:{facility.id}/{operation}")
            close_concern(state, "conversion_late", facility.id)
    if facility.state is F.NORMAL and not facility.uses:
        if known is not None:
            state.drop(state.facilities, facility.id)
    else:
        state.put(state.facilities, facility.id, facility)
