"""Who has not practised what for how long: per street and hazard, by the communities that really took part."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from coordinator.domain.area import AreaCode
from coordinator.domain.practice import Practice
from coordinator.drills.coverage import Covered, coverage
from tests.builders import CITY, FIRST, SECOND, STREET, xianlin

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
YEAR = timedelta(days=365)


def held(days: int, hazard: str, *places: AreaCode, simulated: bool = False) -> Practice:
    return Practice(
        id=f"practice-{days}",
        area=CITY,
        script="s",
        digest="0" * 64,
        kind="functional",
        hazard=hazard,
        places=places,
        held=NOW - timedelta(days=days),
        simulated=simulated,
    )


def covered(*practices: Practice, hazard: str = "epidemic") -> Covered:
    (street,) = coverage(practices, xianlin().areas, CITY, [hazard], NOW, YEAR)
    assert street.area == STREET
    (one,) = street.covered
    return one


def test_what_was_never_practised_is_said_to_be_never() -> None:
    assert covered(held(3, "earthquake", STREET)) == Covered("epidemic", None, None, 0, 10, 0)


def test_a_drill_of_the_street_or_above_is_all_its_communities() -> None:
    for place in (STREET, STREET[:6], CITY):
        assert covered(held(30, "epidemic", place)) == Covered(
            "epidemic", NOW - timedelta(days=30), 30, 10, 10, 1
        )


def test_a_drill_of_one_community_is_one_of_ten() -> None:
    one = covered(held(30, "epidemic", FIRST), held(60, "epidemic", FIRST, SECOND))
    assert (one.days, one.communities, one.drills) == (30, 2, 2)


def test_what_is_over_a_year_ago_is_remembered_and_does_not_count() -> None:
    one = covered(held(400, "epidemic", STREET))
    assert (one.days, one.communities, one.drills) == (400, 0, 0)


def test_a_rehearsal_with_simulated_teams_trains_nobody() -> None:
    assert covered(held(3, "epidemic", STREET, simulated=True)).last is None
