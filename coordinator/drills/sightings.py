"""Sightings: what each event shows somebody doing, in the words of a script's expectations.

A list of what can be seen and no judgement: whether it was the right person in time is `matching.py`'s matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from coordinator.domain.area import AreaCode
from coordinator.domain.confirmed_call import CallAnswered
from coordinator.domain.facility import FacilityReported, FacilityState
from coordinator.domain.inject import ROLL_CALL, ItemObserved
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import LevelLowered, LevelRaised, OperationDeclared, OperationEnded
from coordinator.domain.order import OrderAcknowledged, OrderIssued
from coordinator.domain.register import Registers
from coordinator.domain.rules import Recorded
from coordinator.domain.situation import HazardReported, ReportSigned, TalliesReported
from coordinator.domain.switch_over import PlaceReady, PlaceRestored, SwitchSigned
from coordinator.domain.task import TaskAcknowledged, TaskCompleted, TaskStarted
from coordinator.domain.team import Readiness, TeamMoved
from coordinator.drills.vocabulary import Action


class Sighting(NamedTuple):
    at: datetime
    areas: tuple[AreaCode, ...]
    """The places it was done to."""
    role: str
    """Of whoever did it; `process` where a rule did."""
    place: AreaCode
    """The desk it came from, for those who have one."""
    of: str = ""
    state: FacilityState | None = None
    levels: tuple[ResponseLevel, ...] = ()
    scope: AreaCode = ""
    position: int = 0


def sightings_of(recorded: Recorded, registers: Registers) -> Iterator[tuple[Action, Sighting]]:
    """None for most events, one or a few for what players do."""
    event, stamp = recorded.event, recorded.stamp
    one = Sighting(
        at=stamp.at,
        areas=(event.area,),
        role=stamp.role,
        place=stamp.place,
        scope=recorded.scope,
        position=recorded.position,
    )
    match event:
        case ItemObserved() if event.item == ROLL_CALL:
            yield Action.ROLL_CALL, one
        case OrderAcknowledged():
            yield Action.READ, one._replace(of=event.order.partition("@")[0])
        case CallAnswered():
            yield Action.ANSWER_CALL, one._replace(of=event.call.removeprefix("call-").partition("@")[0])
        case OperationDeclared():
            yield Action.DECLARE, _levels(one, event.targets)
        case LevelRaised():
            yield Action.RAISE, _levels(one, event.targets)
        case LevelLowered():
            yield Action.LOWER, _levels(one, event.targets)
        case OperationEnded():
            yield Action.END, _levels(one, event.targets)
        case OrderIssued():
            yield Action.INSTRUCT, one._replace(areas=event.to, of=event.kind)
        case SwitchSigned():
            yield Action.SIGN, one
        case PlaceReady():
            yield Action.READY, one
        case TeamMoved() if event.to is Readiness.DEPLOYED:
            yield Action.DEPLOY, one
        case TaskAcknowledged() | TaskStarted():
            yield Action.TAKE_TASK, one._replace(of=task_key(event.task))
        case TaskCompleted():
            done = one._replace(of=task_key(event.task))
            yield Action.TAKE_TASK, done
            yield Action.FINISH_TASK, done
        case FacilityReported():
            place = registers.organisation.places.get(event.facility)
            kind = place.kind if place else ""
            yield Action.FACILITY, one._replace(of=kind, state=event.to)
        case HazardReported():
            yield Action.HAZARD, one._replace(of=event.kind)
        case TalliesReported():
            for key in event.values:
                yield Action.TALLY, one._replace(of=key)
        case ReportSigned():
            yield Action.REPORT, one
        case PlaceRestored():
            yield Action.RESTORE, one


def task_key(task: str) -> str:
    """`OPERATION:KEY@AREA#REVISION`."""
    return task.partition(":")[2].partition("@")[0]


def _levels(one: Sighting, targets: dict[AreaCode, ResponseLevel | None]) -> Sighting:
    levels = tuple(level for level in targets.values() if level is not None)
    return one._replace(areas=tuple(targets), levels=levels)
