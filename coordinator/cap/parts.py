"""What an alert tells, level by level, beside what held before it."""

from __future__ import annotations

from typing import NamedTuple

from coordinator.cap.orders import Alert
from coordinator.cap.places import Levels
from coordinator.domain.area import AreaCode
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import AreaRegister


class Part(NamedTuple):
    """The places of one level in an order."""

    level: ResponseLevel | None
    places: list[AreaCode]
    as_before: bool
    """The order leaves them as they were."""


def parts_of(alert: Alert, areas: AreaRegister) -> list[Part]:
    """At least one, the highest level first. What ended by an earlier order is not told again."""
    before = Levels(alert.before, areas)
    every = Levels(alert.targets, areas).places()
    found = [
        Part(level, places, all(before.throughout(place, level) for place in places))
        for level, places in every.items()
    ]
    told = [one for one in found if one.level is not None]
    ended = [place for place in every.get(None, ()) if not before.throughout(place, None)]
    if ended:
        told.append(Part(None, ended, as_before=False))
    return told or found
