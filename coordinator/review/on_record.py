"""Which operations a record has, and from when to when: the list that a report is chosen from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.follow_on import OperationTaken
from coordinator.domain.operation import OperationClosed, OperationDeclared
from coordinator.domain.rules import Recorded


class OnRecord(msgspec.Struct):
    """One operation as a record has it."""

    id: str
    world: str
    hazard: str
    area: AreaCode
    declared: datetime
    closed: datetime | None = None
    """Everywhere NORMAL again, in the last scope that says so; None while it runs."""


def on_record(log: Iterable[Recorded]) -> list[OnRecord]:
    """In the order in which they were declared."""
    found: dict[str, OnRecord] = {}
    for one in log:
        event, at = one.event, one.stamp.at
        match event:
            case OperationDeclared():
                found[event.id] = OnRecord(event.id, one.world, event.hazard, event.area, at)
            case OperationTaken():
                found.setdefault(event.id, OnRecord(event.id, one.world, event.hazard, event.area, at))
            case OperationClosed() if event.operation in found:
                known = found[event.operation]
                known.closed = max(at, known.closed or at)
    return sorted(found.values(), key=lambda one: (one.declared, one.id))
