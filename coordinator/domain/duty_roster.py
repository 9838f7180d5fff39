"""The duty roster 值班表: who is on duty for an area and when, and the handover 交接班 from one to the next.

Authority belongs to an office; this says who holds it now. Who is called when something is ordered is asked here, and
where nobody is planned the register's list stands. People are ids; who they are, no event knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

import msgspec
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from coordinator.domain.area import AreaCode
from coordinator.domain.belonging import belongs
from coordinator.domain.command import Command, Id, Ref
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.mode import Mode
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState

PersonId = str


class DutyPost(StrEnum):
    """What somebody on duty is there for, in the order in which they are called."""

    OFFICER = "officer"
    """值班员: answers."""
    LEAD = "lead"
    """带班领导: decides, and is called when the officer does not answer."""
    SUBSTITUTE = "substitute"
    """替班."""


ORDER: Final = {post: number for number, post in enumerate(DutyPost)}
LONGEST: Final = timedelta(hours=48)
KEPT: Final = timedelta(days=7)
"""How long a shift stays on the roster when it is over."""
GRACE: Final = timedelta(minutes=15)
"""After a shift has begun: by then its officer has taken over."""
SOON: Final = timedelta(hours=12)
"""Before a shift begins: whose it is counts as on duty, so that those before them know whom they wait for."""
MOST_SHIFTS: Final = 200
OPEN: Final = {
    "unsigned": ("to_sign", "signed"),
    "silent": ("silent", ""),
    "concerns": ("concerns", ""),
    "open_tasks": ("open", ""),
    "overdue_tasks": ("overdue", ""),
    "lost": ("lost", ""),
}
"""What is handed over with the duty -> the figure of the area that counts it, less another one."""


class Shift(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person's turn."""

    id: str
    area: AreaCode
    person: PersonId
    post: DutyPost
    begins: datetime
    ends: datetime


class Officer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who took over last, keyed by the area, and what was open then."""

    area: AreaCode
    person: PersonId
    since: datetime
    until: datetime | None = None
    """When the shift ends that was taken over; None for one that nobody had planned."""
    before: PersonId = ""
    open: dict[str, int] = {}
    note: str = ""
    """Reference into the vault."""


class Turn(NamedTuple):
    """The time within which somebody counts as on duty for an area, for those who may know and call them."""

    area: AreaCode
    known: datetime
    until: datetime | None

    def counts(self, now: datetime) -> bool:
        return self.known <= now and (self.until is None or now < self.until)


class ShiftsPlanned(Event, frozen=True):
    """The shifts of an area within a stretch of time are these; what was planned there before is gone."""

    shifts: tuple[Shift, ...]
    dropped: tuple[str, ...] = ()


class DutyHandedOver(Event, frozen=True):
    to: PersonId
    until: datetime | None = None
    before: PersonId = ""
    open: dict[str, int] = {}
    note: str = ""


class HandoverFellOverdue(Event, frozen=True):
    shift: str
    person: PersonId


class PlannedShift(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    person: Id
    post: DutyPost
    begins: AwareDatetime
    ends: AwareDatetime


class PlanShifts(Command):
    """Set the shifts of one office: within `from` and `until` there are these and no others."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[AwareDatetime, Field(alias="from")]
    until: AwareDatetime
    shifts: Annotated[list[PlannedShift], Field(max_length=MOST_SHIFTS)]


class HandOver(Command):
    """交接班: `to` is on duty from now on, and has been shown what is open. Said by who goes or who comes."""

    to: Id
    note: Ref = ""


def on_duty(state: ScopeState, area: AreaCode, now: datetime) -> list[PersonId]:
    """Whom to call, in order: who took over, whose shift it is, and where neither is known whom the register lists."""
    found: list[PersonId] = []
    officer = state.officers.get(area)
    if officer is not None and (officer.until is None or now < officer.until + GRACE):
        found.append(officer.person)
    found += [shift.person for shift in shifts_at(state, area, now)]
    if not found:
        office = state.registers.organisation.offices.get(f"office:{area}")
        found += office.duty if office else ()
    return list(dict.fromkeys(found))


def shifts_at(state: ScopeState, area: AreaCode, now: datetime) -> list[Shift]:
    """Those that run, in the order in which people are called."""
    running = (shift for shift in state.shifts.in_area(area) if shift.begins <= now < shift.ends)
    return _called(running)


def next_shifts(state: ScopeState, area: AreaCode, now: datetime) -> list[Shift]:
    """Those that begin next, all at the same moment."""
    coming = [shift for shift in state.shifts.in_area(area) if shift.begins > now]
    first = min((shift.begins for shift in coming), default=None)
    return _called(shift for shift in coming if shift.begins == first)


def _called(shifts: Iterable[Shift]) -> list[Shift]:
    return sorted(shifts, key=lambda one: (ORDER[one.post], one.begins, one.id))


def open_items(state: ScopeState, area: AreaCode) -> dict[str, int]:
    """What whoever takes over has to know of: counted, never below what is so."""
    figures = state.figures(area)
    return {name: figures.get(counted, 0) - figures.get(less, 0) for name, (counted, less) in OPEN.items()}


def decide_plan(state: ScopeState, order: PlanShifts, ctx: Context) -> list[Event]:
    if f"office:{order.area}" not in ctx.registers.organisation.offices:
        raise Refused("no_office", area=order.area)
    _all_belong(state, order.area, {one.person for one in order.shifts}, ctx)
    shifts = [_planned(order, one) for one in order.shifts]
    busy: dict[PersonId, datetime] = {}
    for shift in sorted(shifts, key=lambda one: one.begins):
        if shift.begins < busy.get(shift.person, shift.begins):
            raise Refused("shifts_overlap", person=shift.person, at=shift.begins.isoformat())
        busy[shift.person] = shift.ends
    wanted = {shift.id: shift for shift in shifts}
    there = {
        shift.id: shift
        for shift in state.shifts.in_area(order.area)
        if order.from_ <= shift.begins < order.until
    }
    dropped = tuple(sorted(there.keys() - wanted.keys()))
    fresh = tuple(shift for key, shift in wanted.items() if there.get(key) != shift)
    if not dropped and not fresh:
        return []
    return [ShiftsPlanned(area=order.area, shifts=fresh, dropped=dropped)]


def _all_belong(state: ScopeState, area: AreaCode, people: set[PersonId], ctx: Context) -> None:
    """A roster opens names and phones: nobody can put a stranger on it. Whom a desk above has put there may stay."""
    known = {shift.person for shift in state.shifts.in_area(area)} | {ctx.actor.person}
    for person in sorted(people - known):
        if not belongs(person, ctx.actor.area, ctx):
            raise Refused("unknown_person", person=person)


def _planned(order: PlanShifts, asked: PlannedShift) -> Shift:
    if not asked.begins < asked.ends <= asked.begins + LONGEST:
        raise Refused("bad_shift", person=asked.person, hours=LONGEST.total_seconds() // 3600)
    if not order.from_ <= asked.begins < order.until:
        raise Refused("shift_outside", person=asked.person, at=asked.begins.isoformat())
    key = f"shift:{order.area}:{asked.begins:%Y%m%dT%H%M%z}:{asked.post.value}:{asked.person}".replace(
        "+", "-"
    )
    return Shift(key, order.area, asked.person, asked.post, asked.begins, asked.ends)


def decide_hand_over(state: ScopeState, order: HandOver, ctx: Context) -> list[Event]:
    if f"office:{order.area}" not in ctx.registers.organisation.offices:
        raise Refused("no_office", area=order.area)
    _all_belong(state, order.area, {order.to}, ctx)
    before = state.officers.get(order.area)
    if before is not None and before.person == order.to and not state.concerns.get(_late(order.area)):
        return []
    due = [shift for shift in state.shifts.in_area(order.area) if shift.person == order.to]
    ends = [shift.ends for shift in due if shift.begins - GRACE * 4 <= ctx.now < shift.ends]
    on = on_duty(state, order.area, ctx.now)
    return [
        DutyHandedOver(
            area=order.area,
            to=order.to,
            until=max(ends, default=None),
            before=before.person if before else next((one for one in on if one != order.to), ""),
            open=open_items(state, order.area),
            note=order.note,
        )
    ]


def handover_lapsed(state: ScopeState, key: str, now: datetime) -> list[Event]:
    """Deadline `handover_due`: the shift runs, and whose it is has not taken over."""
    shift = state.shifts.get(key)
    if shift is None or now >= shift.ends or _taken(state, shift):
        return []
    return [HandoverFellOverdue(area=shift.area, shift=shift.id, person=shift.person)]


def _taken(state: ScopeState, shift: Shift) -> bool:
    """By this shift's officer, or by whoever stood in."""
    officer = state.officers.get(shift.area)
    return officer is not None and officer.since >= shift.begins - GRACE * 4


def _late(area: AreaCode) -> str:
    return f"handover_late:{area}"


def apply_planned(state: ScopeState, event: ShiftsPlanned, stamp: Stamp) -> None:
    for key in event.dropped:
        _drop(state, key)
    for shift in state.shifts.in_area(event.area):
        if shift.ends < stamp.at - KEPT:
            _drop(state, shift.id)
    for shift in event.shifts:
        state.put(state.shifts, shift.id, shift)
        if shift.post is DutyPost.OFFICER and shift.ends > stamp.at:
            state.open_duty(How.DEADLINE, "handover_due", shift.id, shift.area, shift.begins + GRACE)


def _drop(state: ScopeState, key: str) -> None:
    if key in state.shifts:
        state.drop(state.shifts, key)
    state.close_duty(f"handover_due:{key}")


def apply_handed_over(state: ScopeState, event: DutyHandedOver, stamp: Stamp) -> None:
    state.put(
        state.officers,
        event.area,
        Officer(
            area=event.area,
            person=event.to,
            since=stamp.at,
            until=event.until,
            before=event.before,
            open=event.open,
            note=event.note,
        ),
    )
    close_concern(state, "handover_late", event.area)


def apply_overdue(state: ScopeState, event: HandoverFellOverdue, stamp: Stamp) -> None:
    """In normal times a word for the desk; while something runs its superior sees it too."""
    normal = state.mode(event.area) is Mode.NORMAL
    above = state.registers.areas.parent(event.area) if event.area != state.scope else ""
    open_concern(
        state,
        "handover_late",
        event.area,
        event.area,
        stamp,
        Severity.NOTICE if normal else Severity.URGENT,
        above or event.area,
        person=event.person,
    )


def turns(state: ScopeState) -> Mapping[PersonId, Sequence[Turn]]:
    """Of everybody the roster names: their shifts, and the duty they took over last."""
    found: dict[PersonId, list[Turn]] = {}
    for shift in state.shifts.values():
        found.setdefault(shift.person, []).append(Turn(shift.area, shift.begins - SOON, shift.ends))
    for officer in state.officers.values():
        until = officer.until + GRACE if officer.until else None
        found.setdefault(officer.person, []).append(Turn(officer.area, officer.since, until))
    return found
