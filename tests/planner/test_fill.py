"""Greedy filling: who is nearest, who fits, a team as a whole, a few more than are needed, and the gaps that stay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from coordinator.domain.area import Area, AreaCode, AreaLevel
from coordinator.domain.post import Post
from coordinator.domain.register import Kind, Responder, Team
from coordinator.domain.text import Text
from coordinator.planner.crew import wanted_crew
from coordinator.planner.fill import Picks, fill
from coordinator.planner.pool import Pool
from coordinator.store.registers import (
    RegisterSet,
    build_areas,
    build_organisation,
    build_people,
    open_registers,
)
from tests.builders import FIRST, SECOND, STREET, World, asks, post_spec

CITY, DISTRICT, OTHER = "4201", "420107", "420106"
NEAR, FAR = "420107001", "420107002"
HERE, THERE = NEAR + "001", NEAR + "002"
AWAY = FAR + "001"
ABROAD = OTHER + "001001"
GRIDS = [f"{community}0{number}" for community in (HERE, THERE, AWAY, ABROAD) for number in (1, 2)]
T0 = datetime(2026, 7, 4, 20, 0, tzinfo=UTC)
AREAS = [
    Area(CITY, "", AreaLevel.CITY, "市"),
    *(Area(code, CITY, AreaLevel.DISTRICT, code) for code in (DISTRICT, OTHER)),
    *(Area(code, DISTRICT, AreaLevel.STREET, code) for code in (NEAR, FAR)),
    Area(OTHER + "001", OTHER, AreaLevel.STREET, "外"),
    *(Area(code, code[:9], AreaLevel.COMMUNITY, code) for code in (HERE, THERE, AWAY, ABROAD)),
    *(Area(code, code[:12], AreaLevel.GRID, code) for code in GRIDS),
]


def person(
    number: int, home: AreaCode, *, kind: str = Kind.VOLUNTEER, skills: str = "", **more: Any
) -> Responder:
    return Responder(f"p{number:07d}", home, frozenset({kind}), frozenset(skills.split()), **more)


def post(key: str, heads: int, area: AreaCode = HERE, **more: Any) -> Post:
    plain = Post(
        id=f"op:{key}@{area}",
        area=area,
        key=key,
        name=Text(key, key),
        wanted={"op": heads},
        shifts=1,
        shift_minutes=480,
        crew_min=1,
        skills=(),
        may_fill=(),
        by=T0,
        must=False,
    )
    return msgspec.structs.replace(plain, **more)


def ground(people: list[Responder], teams: list[Team] | None = None) -> RegisterSet:
    return open_registers(
        build_areas(AREAS, {grid: {"pop": 900} for grid in GRIDS}),
        build_people(people),
        build_organisation(teams=teams or []),
    )


def filled(
    posts: list[Post],
    people: list[Responder],
    *,
    teams: list[Team] | None = None,
    bound: Collection[str] = (),
    asked: Collection[tuple[str, str]] = (),
) -> Picks:
    registers = ground(people, teams)
    return fill(
        posts,
        Pool(registers, DISTRICT),
        free=lambda one: one not in bound,
        asked=lambda one, key: (one, key) in asked,
        teams=registers.organisation.teams_of,
        responders=registers.people.get,
    )


def called(picks: Picks, key: str, area: AreaCode = HERE) -> list[int]:
    return [int(one[1:]) for one in picks.picks.get(f"op:{key}@{area}", [])]


def test_home_first_then_the_next_community_the_next_street_and_nobody_of_another_district() -> None:
    homes = (ABROAD + "01", AWAY + "01", THERE + "01", HERE + "01")
    people = [person(number, home) for number, home in enumerate(homes)]
    for heads, expected in ((1, [3]), (2, [3, 2]), (3, [3, 2, 1])):
        assert called(filled([post("guard", heads)], people), "guard") == expected
    five = filled([post("guard", 5)], people)
    assert called(five, "guard") == [3, 2, 1]
    assert five.gaps == {f"op:guard@{HERE}": 2}


def test_a_grid_s_own_people_come_before_its_community_s() -> None:
    people = [person(1, HERE + "02"), person(2, HERE + "01")]
    assert called(filled([post("patrol", 2, HERE + "01")], people), "patrol", HERE + "01") == [2, 1]


def test_minors_and_the_exempt_are_no_supply() -> None:
    people = [person(1, HERE + "01", adult=False), person(2, HERE + "01", exempt=True)]
    picks = filled([post("guard", 1)], people)
    assert (picks.picks, picks.gaps) == ({}, {f"op:guard@{HERE}": 1})
    assert not len(Pool(ground(people), DISTRICT))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"may_fill": ("cadre",)}, [2]),
        ({"skills": ("boat", "pump")}, [3]),
        ({"may_fill": ("cadre",), "skills": ("boat",)}, []),
        ({}, [1]),
    ],
)
def test_who_fits(asked: dict[str, Any], expected: list[int]) -> None:
    people = [
        person(1, HERE + "01"),
        person(2, HERE + "01", kind=Kind.CADRE),
        person(3, HERE + "01", skills="pump saw"),
    ]
    assert called(filled([post("guard", 1, **asked)], people), "guard") == expected


def test_who_is_bound_or_was_asked_is_passed_over() -> None:
    people = [person(number, HERE + "01") for number in (1, 2, 3)]
    guard = post("guard", 1)
    passed = filled([guard], people, bound={"p0000001"}, asked={("p0000002", guard.id)})
    assert called(passed, "guard") == [3]


def test_nobody_is_called_to_two_posts() -> None:
    people = [person(1, HERE + "01")]
    picks = filled([post("guard", 1), post("watch", 1)], people)
    assert (called(picks, "guard"), called(picks, "watch")) == ([1], [])
    assert picks.gaps == {f"op:watch@{HERE}": 1}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"must": True, "by": T0 + timedelta(hours=3)}, {"must": False}),
        ({"by": T0}, {"by": T0 + timedelta(hours=1)}),
        ({"skills": ("boat",)}, {}),
    ],
    ids=["what READY waits for", "what is due first", "who can do more is not spent on what anyone can"],
)
def test_in_what_order_posts_are_filled(first: dict[str, Any], second: dict[str, Any]) -> None:
    people = [person(1, HERE + "01", skills="boat")]
    picks = filled([post("aaa", 1, **second), post("zzz", 1, **first)], people)
    assert (called(picks, "zzz"), called(picks, "aaa")) == ([1], [])


@pytest.mark.parametrize(("heads", "number"), [(1, 1), (3, 3), (4, 5), (10, 12), (17, 20)])
def test_a_few_more_are_called_than_are_needed_where_they_are_many(heads: int, number: int) -> None:
    people = [person(one, HERE + "01") for one in range(40)]
    assert len(called(filled([post("guard", heads)], people), "guard")) == number


def test_only_what_is_missing_is_called() -> None:
    people = [person(one, HERE + "01") for one in range(9)]
    some = post("guard", 3, called=1, coming=1)
    assert len(called(filled([some], people), "guard")) == 1
    assert filled([post("guard", 2, called=2)], people) == Picks()
    tired = post("guard", 2, present=2, overdue=1)
    assert len(called(filled([tired], people), "guard")) == 1


def test_a_team_goes_as_a_whole_the_leader_first() -> None:
    people = [person(number, FAR + "00101", kind=Kind.SHOCK_TEAM) for number in range(1, 6)]
    people.append(person(9, HERE + "01", kind=Kind.SHOCK_TEAM))
    members = ("p0000003", "p0000001", "p0000002", "p0000004", "p0000005")
    team = Team("team:1", "队", Kind.SHOCK_TEAM, NEAR, "", members)
    liaison = Team("team:0", "联", "liaison", NEAR, "", ("p0000009",))
    shock = post("shock", 3, NEAR, may_fill=(Kind.SHOCK_TEAM,))
    picks = filled([shock], people, teams=[liaison, team])
    assert called(picks, "shock", NEAR) == [3, 1, 2]
    assert picks.teams == {shock.id: "team:1"}


def test_what_a_team_cannot_fill_others_do() -> None:
    people = [person(1, HERE + "01", kind=Kind.SHOCK_TEAM), person(2, HERE + "01", kind=Kind.SHOCK_TEAM)]
    team = Team("team:1", "队", Kind.SHOCK_TEAM, NEAR, "", ("p0000002", "p0000404"))
    shock = post("shock", 2, NEAR, may_fill=(Kind.SHOCK_TEAM,))
    assert called(filled([shock], people, teams=[team]), "shock", NEAR) == [2, 1]


# --- from the duty to the order ---------------------------------------------------------------------------


def test_the_order_names_its_duty_and_the_posts_of_its_place() -> None:
    world = World(handmade=asks(FIRST, posts=(post_spec("guard", 2),)))
    op = world.declare("III", FIRST)
    world.state.open_duty(  # as if somebody had fallen out
        next(iter(world.state.duties.values())).how, "fill", f"{FIRST}/{op}", FIRST, world.now
    )
    order = wanted_crew(world.state, world.state.duties[f"fill:{FIRST}/{op}"], world.pool)
    assert (order.area, order.operation, order.duty) == (FIRST, op, f"fill:{FIRST}/{op}")
    assert order.picks == {}, "the post is full of those who are called already"


def test_places_that_are_filled_at_the_same_moment_do_not_call_the_same_people() -> None:
    """Otherwise the second place would be left short, and nobody would be told."""
    world = World()
    world.declare("II")
    for place in (FIRST, SECOND, STREET):
        gaps = world.concerns("gap")
        open_heads = [post for post in world.posts(place) if post.missing and post.id not in gaps]
        assert not open_heads
    assert len({call.responder for call in world.calls()}) == len(world.calls())
