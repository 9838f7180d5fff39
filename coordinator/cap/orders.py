"""The orders of a scope's log as alerts: which stands, which it replaces, which it takes back. From events alone.

Every change of an operation is one alert; of those of one operation the last stands, or none once it is over. An office
below the one that declared gets alerts of its own, about its part and nothing else. Holds no word and no XML.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from coordinator.cap.places import Levels, narrowed
from coordinator.domain.area import AreaCode
from coordinator.domain.operation import (
    CommandTransferred,
    DurationRanOut,
    LevelLowered,
    LevelRaised,
    OperationDeclared,
    OperationEnded,
    OperationExtended,
    OperationRecalled,
)
from coordinator.domain.register import AreaRegister
from coordinator.domain.rules import Recorded
from coordinator.domain.targets import Targets
from coordinator.wire.times import china_stamp

EVENTS: Final = (
    OperationDeclared,
    LevelRaised,
    LevelLowered,
    OperationEnded,
    OperationRecalled,
    OperationExtended,
    CommandTransferred,
    DurationRanOut,
)
"""Those that are orders, or that change how long one holds: what is to be heard, and nothing else."""


class Order(StrEnum):
    """What was done to the operation."""

    DECLARED = "declared"
    RAISED = "raised"
    LOWERED = "lowered"
    EXTENDED = "extended"
    TRANSFERRED = "transferred"
    OUTLASTED = "outlasted"
    """The expected duration is over and nobody has ended it: it goes on, and so must its alert."""
    ENDED = "ended"
    RECALLED = "recalled"


class Alert(msgspec.Struct, frozen=True):
    """One order as it goes out. Names no person."""

    world: str
    scope: AreaCode
    epoch: int
    position: int
    sent: datetime
    """The world's time."""
    order: Order
    operation: str
    hazard: str
    area: AreaCode
    """Where it was declared: all targets lie in it."""
    issuer: AreaCode
    """Whose office gives the orders in it."""
    targets: Targets
    before: Targets
    """What was ordered until now; empty at the beginning."""
    onset: datetime
    expires: datetime | None
    """None: nobody has said until when, or what was said has passed."""
    part: AreaCode = ""
    """It tells this part of the tree what concerns it; empty: all of it, as who declared it may know."""
    replaces: tuple[str, ...] = ()
    """References to all earlier alerts that still counted, so that whoever missed one in between is right as well."""

    @property
    def identifier(self) -> str:
        """Where in which log it stands, and for whom. After a loss the same position is given again, in a new epoch."""
        return f"{self.world}.{self.scope}.{self.epoch}.{self.position}" + (
            f".{self.part}" if self.part else ""
        )

    @property
    def sender(self) -> str:
        return f"urn:pingji:{self.world}:{self.issuer}"

    @property
    def reference(self) -> str:
        """As CAP refers to a message: sender, identifier and sent."""
        return f"{self.sender},{self.identifier},{china_stamp(self.sent)}"

    @property
    def over(self) -> bool:
        return all(level is None for level in self.targets.values())


class _Course(msgspec.Struct):
    """One operation so far. `chain` is empty while none of its alerts stands."""

    last: Alert
    start: datetime
    until: datetime
    chain: tuple[str, ...] = ()


class Orders:
    """Hears one scope's log from its beginning, or the `EVENTS` of it; for all of the tree or a part.

    What came from above is told by the scope that it was declared in.
    """

    def __init__(self, areas: AreaRegister, part: AreaCode = "") -> None:
        self._areas = areas
        self._part = part
        self._courses: dict[str, _Course] = {}
        self._alerts: dict[str, Alert] = {}

    @property
    def alerts(self) -> Mapping[str, Alert]:
        """By identifier, the oldest first."""
        return self._alerts

    def stands(self, alert: Alert) -> bool:
        """Whether it is what counts now."""
        course = self._courses[alert.operation]
        return bool(course.chain) and course.last.identifier == alert.identifier

    def hear(self, recorded: Recorded) -> None:
        event = recorded.event
        match event:
            case OperationDeclared():
                self._declare(recorded, event)
            case LevelRaised():
                self._retarget(recorded, event.operation, Order.RAISED, event.targets)
            case LevelLowered():
                self._retarget(recorded, event.operation, Order.LOWERED, event.targets)
            case OperationEnded():
                self._retarget(recorded, event.operation, Order.ENDED, event.targets)
            case OperationRecalled():
                self._retarget(recorded, event.operation, Order.RECALLED, event.targets)
            case OperationExtended():
                course = self._courses[event.operation]
                course.until = event.expected_until
                self._go_on(recorded, course, Order.EXTENDED, course.last.issuer)
            case CommandTransferred():
                course = self._courses[event.operation]
                self._go_on(recorded, course, Order.TRANSFERRED, event.to)
            case DurationRanOut():
                course = self._courses[event.operation]
                self._go_on(recorded, course, Order.OUTLASTED, course.last.issuer)

    def _declare(self, recorded: Recorded, event: OperationDeclared) -> None:
        sent = recorded.stamp.at
        own = not self._part or self._areas.within(event.area, self._part)
        alert = Alert(
            world=recorded.world,
            scope=recorded.scope,
            epoch=recorded.epoch,
            position=recorded.position,
            sent=sent,
            order=Order.DECLARED,
            operation=event.id,
            hazard=event.hazard,
            area=event.area,
            issuer=event.issuer,
            targets={},
            before={},
            onset=sent,
            expires=None,
            part="" if own else self._part,
        )
        self._courses[event.id] = _Course(alert, event.effective_at, event.expected_until)
        self._retarget(recorded, event.id, Order.DECLARED, event.targets)

    def _retarget(self, recorded: Recorded, operation: str, order: Order, targets: Targets) -> None:
        """New levels hold from now on, or from the planned beginning where that is still to come. What is ordered for
        others only is no alert."""
        course = self._courses[operation]
        if course.last.part:
            targets = narrowed(targets, course.last.part, self._areas)
        before = course.last.targets
        if self._levels(targets) != self._levels(before):
            alert = self._next(recorded, course, order)
            onset = max(alert.sent, course.start)
            self._give(course, replace(alert, targets=targets, before=before, onset=onset))

    def _levels(self, targets: Targets) -> object:
        return Levels(targets, self._areas).places()

    def _go_on(self, recorded: Recorded, course: _Course, order: Order, issuer: AreaCode) -> None:
        """The levels stay as they are. While none stands nothing goes out, but what comes next knows of it."""
        if course.chain:
            alert = self._next(recorded, course, order)
            self._give(course, replace(alert, issuer=issuer, before=course.last.targets))
        else:
            course.last = replace(course.last, issuer=issuer)

    def _next(self, recorded: Recorded, course: _Course, order: Order) -> Alert:
        sent = recorded.stamp.at
        return replace(
            course.last,
            epoch=recorded.epoch,
            position=recorded.position,
            sent=sent,
            order=order,
            # An alert that expires before it is sent is thrown away by whoever gets it.
            expires=course.until if course.until > sent else None,
            replaces=course.chain,
        )

    def _give(self, course: _Course, alert: Alert) -> None:
        if alert.over:
            alert = replace(alert, expires=None, onset=alert.sent)
        told = bool(course.chain) or not alert.over
        course.last = alert
        course.chain = () if alert.over else (*course.chain, alert.reference)
        if told:
            self._alerts[alert.identifier] = alert
