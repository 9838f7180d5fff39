"""Normal work 平时工作: it exists before, is suspended by a level, and resumes with its dates moved.

A suspension is a hold of an operation: released with the last holder.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id
from coordinator.domain.context import Context
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.scope import own_areas
from coordinator.domain.state import ScopeState


class RoutineWork(msgspec.Struct, frozen=True, omit_defaults=True):
    """One piece of routine work; `holders` are the operations that suspend it."""

    id: str
    area: AreaCode
    key: str
    name: str
    every_hours: int
    next_due: datetime
    done: int = 0
    holders: tuple[str, ...] = ()
    suspended_at: datetime | None = None


class RoutineDone(Event, frozen=True):
    routine: str
    next_due: datetime


class CompleteRoutine(Command):
    """A round of routine work is done."""

    routine: Id


def counts(routine: RoutineWork) -> Mapping[str, int]:
    return {"routines": 1, "suspended": 1 if routine.holders else 0}


def schedule_routines(state: ScopeState, now: datetime) -> None:
    """What the register says is done here in normal times, first due one period from now."""
    areas, organisation = state.registers.areas, state.registers.organisation
    for area in own_areas(areas, state.scope):
        for routine in organisation.routines_in(area):
            state.put(
                state.routines,
                routine.id,
                RoutineWork(
                    id=routine.id,
                    area=routine.area,
                    key=routine.key,
                    name=routine.name,
                    every_hours=routine.every_hours,
                    next_due=now + timedelta(hours=routine.every_hours),
                ),
            )


def decide_complete(state: ScopeState, order: CompleteRoutine, ctx: Context) -> list[Event]:
    routine = state.routines.get(order.routine)
    if routine is None or not ctx.registers.areas.within(routine.area, order.area):
        raise Refused("unknown_routine", routine=order.routine)
    if routine.holders:
        raise Refused("routine_suspended", routine=routine.id)
    return [
        RoutineDone(
            area=routine.area,
            routine=routine.id,
            next_due=ctx.now + timedelta(hours=routine.every_hours),
        )
    ]


def apply_done(state: ScopeState, event: RoutineDone, stamp: Stamp) -> None:
    routine = state.routines[event.routine]
    state.put(state.routines, routine.id, replace(routine, done=routine.done + 1, next_due=event.next_due))


def suspend(state: ScopeState, key: str, operation: str, now: datetime) -> None:
    routine = state.routines[key]
    if operation in routine.holders:
        return
    state.put(
        state.routines,
        key,
        replace(routine, holders=(*routine.holders, operation), suspended_at=routine.suspended_at or now),
    )


def release(state: ScopeState, key: str, operation: str, now: datetime) -> None:
    """With the last holder the work resumes, its date moved by as long as it stood still."""
    routine = state.routines[key]
    if operation not in routine.holders:
        return
    holders = tuple(holder for holder in routine.holders if holder != operation)
    if holders or routine.suspended_at is None:
        state.put(state.routines, key, replace(routine, holders=holders))
        return
    moved = routine.next_due + (now - routine.suspended_at)
    state.put(state.routines, key, replace(routine, holders=(), suspended_at=None, next_due=moved))
