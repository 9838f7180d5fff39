"""Who has not practised what for how long, from the drills on record: per street, hazard by hazard. Pure.

Rates of organisations, never of persons; a rehearsal with simulated teams alone trains nobody and counts for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
    held = _by_street([one for one in practices if not one.simulated], areas)
    found = []
    for street in areas.below(under, AreaLevel.STREET):
        communities = list(areas.below(street, AreaLevel.COMMUNITY))
        covered = tuple(
            _covered(hazard, communities, held.get((street, hazard), ()), areas, now, period)
            for hazard in hazards
        )
        found.append(StreetCoverage(street, areas[street].name, covered))
    return found


def _by_street(
    practices: Iterable[Practice], areas: AreaRegister
) -> Mapping[tuple[AreaCode, str], list[Practice]]:
    """Which of them each street had a part in, by hazard: a city has hundreds of streets, and few drills in each."""
    found: dict[tuple[AreaCode, str], list[Practice]] = defaultdict(list)
    for one in practices:
        for street in {street for place in one.places for street in _streets(place, areas)}:
            found[street, one.hazard].append(one)
    return found


def _streets(place: AreaCode, areas: AreaRegister) -> Iterable[AreaCode]:
    """The one it lies in, or all that lie in it."""
    if place not in areas:
        return ()
    inside = [area for area in areas.path(place) if areas[area].level is AreaLevel.STREET]
    return inside or areas.below(place, AreaLevel.STREET)


def _covered(
    hazard: str,
    communities: Sequence[AreaCode],
    here: Sequence[Practice],
    areas: AreaRegister,
    now: datetime,
    period: timedelta,
) -> Covered:
    recent = [one for one in here if one.held > now - period]
    practised = sum(
        any(areas.within(community, place) for one in recent for place in one.places)
        for community in communities
    )
    last = max((one.held for one in here), default=None)
    days = (now - last) // timedelta(days=1) if last is not None else None
    return Covered(hazard, last, days, practised, len(communities), len(recent))
