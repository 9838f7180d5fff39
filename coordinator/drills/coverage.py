"""Who has not practised what for how long, from the drills on record: per street, hazard by hazard. Pure.

Rates of organisations, never of persons; a rehearsal with simulated teams alone trains nobody and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.practice import Practice
from coordinator.domain.register import AreaRegister


class Covered(msgspec.Struct, frozen=True):
    """One hazard in one street."""

    hazard: str
    last: datetime | None
    """When any of its communities last practised it; None: never, as far as the record goes."""
    days: int | None
    """Whole days since."""
    communities: int
    """Of the street's, how many practised it within the period."""
    of: int
    drills: int
    """Held there within the period."""


class StreetCoverage(msgspec.Struct, frozen=True):
    area: AreaCode
    name: str
    covered: tuple[Covered, ...]


def coverage(
    practices: Iterable[Practice],
    areas: AreaRegister,
    under: AreaCode,
    hazards: Sequence[str],
    now: datetime,
    period: timedelta,
) -> list[StreetCoverage]:
    """Streets in the order of their codes. A place that practised did so for everything below it."""
    real = [one for one in practices if not one.simulated]
    found = []
    for street in areas.below(under, AreaLevel.STREET):
        communities = list(areas.below(street, AreaLevel.COMMUNITY))
        covered = tuple(_covered(hazard, street, communities, real, areas, now, period) for hazard in hazards)
        found.append(StreetCoverage(street, areas[street].name, covered))
    return found


def _covered(
    hazard: str,
    street: AreaCode,
    communities: Sequence[AreaCode],
    practices: Sequence[Practice],
    areas: AreaRegister,
    now: datetime,
    period: timedelta,
) -> Covered:
    here = [
        one
        for one in practices
        if one.hazard == hazard
        and any(areas.within(place, street) or areas.within(street, place) for place in one.places)
    ]
    recent = [one for one in here if one.held > now - period]
    practised = sum(
        any(areas.within(community, place) for one in recent for place in one.places)
        for community in communities
    )
    last = max((one.held for one in here), default=None)
    days = (now - last) // timedelta(days=1) if last is not None else None
    return Covered(hazard, last, days, practised, len(communities), len(recent))
