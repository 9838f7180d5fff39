"""What a switch-over comes to: sums add up, the answer is the one the holder would get, gaps are named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.domain.area import Area, AreaCode, AreaLevel
from coordinator.domain.measures import (
    Command,
    ConversionSpec,
    Evidence,
    EvidenceKind,
    Measures,
    PostSpec,
    Suspension,
    TaskSpec,
)
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.post import Post
from coordinator.domain.register import Kind, Place, Responder, Routine, Team
from coordinator.domain.text import Text
from coordinator.planner.feasibility import feasibility
from coordinator.planner.fill import fill
from coordinator.planner.outlook import Feasibility, Need
from coordinator.planner.pool import Pool
from coordinator.store.registers import (
    RegisterSet,
    build_areas,
    build_organisation,
    build_people,
    open_registers,
)

DISTRICT, STREET = "420107", "420107001"
COMMUNITIES = ("420107001001", "420107001002")
GRIDS = tuple(f"{community}0{number}" for community in COMMUNITIES for number in (1, 2))
NAME = Text("名", "name")
AREAS = [
    Area(DISTRICT, "", AreaLevel.DISTRICT, "甲区"),
    Area(STREET, DISTRICT, AreaLevel.STREET, "甲街道"),
    *(Area(code, STREET, AreaLevel.COMMUNITY, f"社区{code[-1]}") for code in COMMUNITIES),
    *(Area(code, code[:12], AreaLevel.GRID, f"网格{code[-1]}") for code in GRIDS),
]
LEVEL_OF = {area.code: area.level for area in AREAS}


def registers(people: list[Responder], teams: list[Team] | None = None) -> RegisterSet:
    return open_registers(
        build_areas(AREAS, {grid: {"pop": 900} for grid in GRIDS}),
        build_people(people),
        build_organisation(
            teams=teams or [],
            places=[Place(f"place:{code}", "shelter", "安置点", code, 100) for code in COMMUNITIES[:1]],
            routines=[Routine(f"r:{code}", "routine_patrol", "巡查", code, 24) for code in GRIDS],
        ),
    )


def person(
    number: int, home: AreaCode, skills: str = "", kind: str = Kind.VOLUNTEER, **more: bool
) -> Responder:
    return Responder(f"p{number:07d}", home, frozenset({kind}), frozenset(skills.split()), **more)


def post(key: str, scope: AreaLevel, heads: int, **more: object) -> PostSpec:
    plain = PostSpec(
        key=key,
        name=NAME,
        scope=scope,
        heads=heads,
        shifts=1,
        shift_minutes=480,
        crew_min=1,
        skills=(),
        may_fill=(),
        by_minutes=30,
        readiness_minutes=0,
        must=False,
        share="",
    )
    return msgspec.structs.replace(plain, **more)


def measures(*posts: PostSpec) -> Callable[[AreaCode], Measures]:
    def of(area: AreaCode) -> Measures:
        level = LEVEL_OF[area]
        return Measures(
            playbook="d" * 64,
            hazard="flood",
            level=ResponseLevel.III,
            area=area,
            command=Command(
                authority=AreaLevel.DISTRICT,
                first_report_minutes=60,
                report_minutes=60,
                final_report_minutes=60,
                report_to=AreaLevel.CITY,
                post=NAME,
            ),
            posts=tuple(one for one in posts if one.scope is level),
            tasks=(TaskSpec("look", NAME, level, 90, 0, 0, Evidence(EvidenceKind.PHOTO), (), True),)
            if level is AreaLevel.GRID
            else (),
            conversions=(ConversionSpec("shelter", "open", NAME, 60, True),)
            if level is AreaLevel.COMMUNITY
            else (),
            suspensions=(Suspension("routine_patrol", NAME),),
            tallies=(),
            stand_down=(),
            recovery=(),
            channels=(),
        )

    return of


PATROL = post("patrol", AreaLevel.GRID, 1)
FULL = [person(number, grid) for number, grid in enumerate(GRIDS)]


def test_heads_are_summed_over_shifts_and_scopes() -> None:
    asked = measures(
        PATROL, post("duty", AreaLevel.COMMUNITY, 2, shifts=3), post("shock", AreaLevel.STREET, 10)
    )
    found = feasibility(registers(FULL), asked, DISTRICT)
    assert found.by_scope[AreaLevel.GRID].heads_24h == 4
    duty = found.by_scope[AreaLevel.COMMUNITY]
    assert (duty.posts, duty.heads, duty.heads_24h) == (2, 4, 12)
    assert (found.total.posts, found.total.heads, found.total.heads_24h) == (7, 18, 26)
    assert found.balance == 4 - 26
    assert [shift.heads for shift in found.shifts] == [18, 4, 4]
    assert found.places == {AreaLevel.STREET: 1, AreaLevel.COMMUNITY: 2, AreaLevel.GRID: 4}


def test_enough_people_leave_nothing_open_and_nobody_unnamed() -> None:
    found = feasibility(registers(FULL), measures(PATROL), DISTRICT)
    assert (found.supply, found.balance, found.total.short, found.unstaffed) == (4, 0, 0, ())
    assert found.staffed(AreaLevel.GRID) == 4


def test_a_place_that_cannot_be_staffed_is_named_with_its_posts() -> None:
    asked = measures(msgspec.structs.replace(PATROL, must=True))
    found = feasibility(registers(FULL[:3]), asked, DISTRICT)
    (gap,) = found.unstaffed
    assert (gap.area, gap.name, gap.level) == (GRIDS[3], "网格2", AreaLevel.GRID)
    assert (gap.short, gap.must_short, gap.posts) == (1, 1, {"patrol": 1})
    assert found.staffed(AreaLevel.GRID) == 3


def test_nobody_stands_two_shifts_of_one_day() -> None:
    found = feasibility(registers(FULL), measures(msgspec.structs.replace(PATROL, shifts=2)), DISTRICT)
    assert [(shift.called, shift.short) for shift in found.shifts] == [(4, 0), (0, 4)]
    assert (found.total.short, found.total.short_24h) == (0, 4)
    assert found.unstaffed == (), "the first shift stands"


def test_minors_and_the_exempt_are_no_supply() -> None:
    people = [*FULL, person(7, GRIDS[0], adult=False), person(8, GRIDS[0], exempt=True)]
    assert feasibility(registers(people), measures(PATROL), DISTRICT).supply == 4


def test_supply_minus_demand_by_skill() -> None:
    people = [person(1, GRIDS[0], "pump"), person(2, GRIDS[1], "pump boat"), person(3, GRIDS[2])]
    asked = measures(
        post("pumps", AreaLevel.STREET, 3, skills=("pump",)), post("door", AreaLevel.COMMUNITY, 1)
    )
    by_skill = {one.skills: one for one in feasibility(registers(people), asked, DISTRICT).skills}
    pumps = by_skill["pump",]
    assert (pumps.heads_24h, pumps.people, pumps.balance, pumps.short_24h) == (3, 2, -1, 1)
    assert by_skill[()].people == 3


def test_tasks_buildings_and_suspended_work_are_counted() -> None:
    found = feasibility(registers(FULL), measures(PATROL), DISTRICT)
    (task,), (shelter,), (patrols,) = found.tasks, found.conversions, found.suspensions
    assert (task.key, task.places, task.by_minutes, task.must) == ("look", 4, 90, True)
    assert (shelter.kind, shelter.buildings, shelter.places_without) == ("shelter", 1, 1)
    assert (patrols.routine, patrols.routines) == ("routine_patrol", 4)


def test_a_single_community_draws_on_its_district() -> None:
    found = feasibility(registers(FULL), measures(post("door", AreaLevel.COMMUNITY, 3)), COMMUNITIES[0])
    assert (found.supply, found.drawn_from, found.total.short) == (4, (DISTRICT,), 0)
    assert found.places[AreaLevel.STREET] == 0
    assert [row.area for row in found.rows] == [COMMUNITIES[0]]


def test_progress_is_told_district_by_district() -> None:
    said: list[tuple[int, int]] = []
    feasibility(registers(FULL), measures(PATROL), DISTRICT, told=lambda done, all: said.append((done, all)))
    assert said == [(0, 1), (1, 1)]


def test_an_unknown_area_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        feasibility(registers(FULL), measures(PATROL), "999999")


KINDS = st.sampled_from([(), (Kind.VOLUNTEER,), (Kind.CADRE, Kind.SHOCK_TEAM)])
SKILLS = st.sampled_from([(), ("pump",), ("pump", "boat")])
POSTS = st.lists(
    st.builds(
        post,
        key=st.from_regex(r"[a-z]{1,6}", fullmatch=True),
        scope=st.sampled_from([AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID]),
        heads=st.integers(1, 6),
        shifts=st.integers(1, 3),
        by_minutes=st.sampled_from([15, 60]),
        skills=SKILLS,
        may_fill=KINDS,
        must=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda one: one.key,
)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(GRIDS),
        st.sampled_from(["", "pump", "boat"]),
        st.sampled_from([Kind.VOLUNTEER, Kind.CADRE, Kind.SHOCK_TEAM]),
    ),
    max_size=25,
).map(lambda drawn: [person(number, *one) for number, one in enumerate(drawn)])


@settings(max_examples=40, deadline=None)
@given(PEOPLE, POSTS)
def test_the_first_shift_is_what_the_holder_would_order(
    people: list[Responder], posts: list[PostSpec]
) -> None:
    """One call of `fill` over everything, with the plain pool, calls as many and leaves the same gaps."""
    shock = tuple(one.id for one in people if Kind.SHOCK_TEAM in one.kinds)
    teams = [Team("t1", "突击队", "shock_team", STREET, "", shock)] if shock else []
    ground, asked = registers(people, teams), measures(*posts)
    found = feasibility(ground, asked, DISTRICT)
    ordered = fill(
        [_opened(area, spec) for area in LEVEL_OF for spec in asked(area).posts],
        Pool(ground, DISTRICT),
        free=lambda person: True,
        asked=lambda person, post: False,
        teams=ground.organisation.teams_of,
        responders=ground.people.get,
    )
    first = found.shifts[0] if found.shifts else None
    assert (first.called if first else 0) == sum(map(len, ordered.picks.values()))
    assert found.total.short == sum(ordered.gaps.values())
    gaps = {f"{key}@{one.area}": heads for one in found.unstaffed for key, heads in one.posts.items()}
    assert gaps == ordered.gaps


def _opened(area: AreaCode, spec: PostSpec) -> Post:
    return Post(
        id=f"{spec.key}@{area}",
        area=area,
        key=spec.key,
        name=spec.name,
        wanted={"op": spec.heads},
        shifts=spec.shifts,
        shift_minutes=spec.shift_minutes,
        crew_min=spec.crew_min,
        skills=spec.skills,
        may_fill=spec.may_fill,
        by=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=spec.by_minutes),
        must=spec.must,
    )


@settings(max_examples=30, deadline=None)
@given(PEOPLE, POSTS, st.sampled_from([AreaLevel.STREET, AreaLevel.COMMUNITY]))
def test_rows_and_scopes_and_shifts_are_the_same_people_told_differently(
    people: list[Responder], posts: list[PostSpec], by: AreaLevel
) -> None:
    found = feasibility(registers(people), measures(*posts), DISTRICT, by)
    assert _sum([row.need for row in found.rows]) == found.total == _sum(list(found.by_scope.values()))
    assert sum(shift.heads for shift in found.shifts) == found.total.heads_24h
    assert sum(shift.short for shift in found.shifts) == found.total.short_24h
    assert sum(one.heads_24h for one in found.skills) == found.total.heads_24h
    assert sum(one.short_24h for one in found.skills) == found.total.short_24h
    assert sum(one.short for one in found.unstaffed) == found.total.short
    assert sum(shift.called for shift in found.shifts) <= found.supply
    assert msgspec.json.decode(msgspec.json.encode(found), type=Feasibility) == found


def _sum(needs: list[Need]) -> Need:
    total = Need()
    for need in needs:
        total.add(need)
    return total
