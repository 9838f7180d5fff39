"""What a record says about one operation: events that name it, and those about what it called, opened or converted.

An event about several operations is narrowed to this one's part. Reads the record in its order and needs no state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import CrewAnswered, CrewCalled, CrewMoved, ReliefFellDue, call_out_id
from coordinator.domain.checking import TaskEscalated, TaskReturned
from coordinator.domain.confirmed_call import CallAnswered, CallPassedUp, CallRepeated, CallStarted
from coordinator.domain.delivery import NoticesDelivered
from coordinator.domain.event import Event
from coordinator.domain.facility import FacilityReported
from coordinator.domain.follow_on import OperationTaken
from coordinator.domain.operation import OperationDeclared
from coordinator.domain.order import OrderAcknowledged, OrderIssued
from coordinator.domain.rules import Recorded
from coordinator.domain.situation import HazardClosed, HazardReported
from coordinator.domain.switch_over import PlaceRestored, PlaceSwitched
from coordinator.domain.task import (
    TaskAcknowledged,
    TaskCancelled,
    TaskCompleted,
    TasksFellOverdue,
    TaskStarted,
    TasksUnacknowledged,
)


def concerning(log: Iterable[Recorded], operation: str) -> Iterator[Recorded]:
    """The part of a record that is this operation's, in the same order and with the same places in the log."""
    following = Following(operation)
    for recorded in log:
        part = following.part(recorded.event)
        if part is not None:
            yield recorded._replace(event=part)


class Following:
    """Hears a record, each scope in its order, and knows what of it is one operation's."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._call_outs: set[str] = set()
        self._orders: set[str] = set()
        self._hazards: set[str] = set()
        self._facilities: set[str] = set()
        self._places: set[AreaCode] = set()
        """Communities and streets that are switched for it now."""

    def part(self, event: Event) -> Event | None:
        """The event, what of it is this operation's, or None."""
        match event:
            case OperationDeclared() | OperationTaken():
                return event if event.id == self._operation else None
            case CrewAnswered():
                coming = {key: eta for key, eta in event.coming.items() if key in self._call_outs}
                declined = {key: code for key, code in event.declined.items() if key in self._call_outs}
                return replace(event, coming=coming, declined=declined) if coming or declined else None
            case CrewMoved() | ReliefFellDue():
                moved = tuple(key for key in event.call_outs if key in self._call_outs)
                return replace(event, call_outs=moved) if moved else None
            case (
                TaskAcknowledged()
                | TaskStarted()
                | TaskCompleted()
                | TaskCancelled()
                | TaskReturned()
                | TaskEscalated()
            ):
                return event if self._is_task(event.task) else None
            case TasksUnacknowledged():
                tasks = tuple(task for task in event.tasks if self._is_task(task))
                return replace(event, tasks=tasks) if tasks else None
            case TasksFellOverdue():
                to = {task: area for task, area in event.to.items() if self._is_task(task)}
                return replace(event, to=to) if to else None
            case OrderAcknowledged():
                return event if event.order in self._orders else None
            case CallStarted() | CallRepeated() | CallPassedUp() | CallAnswered():
                return event if event.call.startswith(f"call-{self._operation}@") else None
            case HazardReported():
                if event.id not in self._hazards and not self._is_switched(event.area):
                    return None
                self._hazards.add(event.id)
                return event
            case HazardClosed():
                return event if event.id in self._hazards else None
            case FacilityReported():
                return event if event.facility in self._facilities else None
            case NoticesDelivered():
                own = any(self._operation in duty for duty in event.duties)
                return event if own or not self._call_outs.isdisjoint(event.reached) else None
        if getattr(event, "operation", "") != self._operation:
            return None
        self._remember(event)
        return event

    def _remember(self, event: Event) -> None:
        match event:
            case CrewCalled():
                self._call_outs |= {
                    call_out_id(person, post) for post, people in event.picks.items() for person in people
                }
            case OrderIssued():
                self._orders.add(event.id)
            case PlaceSwitched():
                self._places.add(event.area)
                self._facilities |= {conversion.facility for conversion in event.conversions}
            case PlaceRestored():
                self._places.discard(event.area)

    def _is_task(self, task: str) -> bool:
        return task.startswith(f"{self._operation}:")

    def _is_switched(self, area: AreaCode) -> bool:
        """Codes of grids append to their community's, as this record's alone tell."""
        return any(area.startswith(place) for place in self._places)
