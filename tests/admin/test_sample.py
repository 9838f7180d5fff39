"""The seeded sample: the same for the same seed, shaped like a real place, and without anything that is personal."""

from __future__ import annotations

import re
from collections import Counter
from statistics import mean

import numpy as np
import pytest

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.sample.people import PER_GRID, SHOCK_SIZE
from coordinator.admin.sample.skills import CHANCES, DEFAULT_SKILLS
from coordinator.admin.sample.world import SampledRegisters, sample, subtree
from coordinator.domain.area import Area, AreaLevel
from coordinator.domain.register import Kind, Responder
from coordinator.playbook.vocabulary import FACILITIES, ROUTINES, SKILLS
from coordinator.store.registers import RegisterSet

QINGSHAN = "420107"


@pytest.fixture(scope="module")
def qingshan() -> list[Area]:
    return subtree(bundled_areas("wuhan"), QINGSHAN)


@pytest.fixture(scope="module")
def sampled(qingshan: list[Area]) -> SampledRegisters:
    return sample(qingshan, seed=1)


@pytest.fixture(scope="module")
def registers(sampled: SampledRegisters) -> RegisterSet:
    return sampled.open()


@pytest.fixture(scope="module")
def people(registers: RegisterSet) -> list[Responder]:
    return [registers.people.responder(index) for index in range(len(registers.people))]


def test_a_district_is_cut_out_with_its_ancestors(qingshan: list[Area]) -> None:
    assert Counter(area.level for area in qingshan) == {
        "city": 1,
        "district": 1,
        "street": 12,
        "community": 101,
    }
    assert all(area.code.startswith(QINGSHAN) for area in qingshan if area.level != "city")
    with pytest.raises(KeyError):
        subtree(qingshan, "420108")


def test_the_same_seed_gives_the_same_registers_in_whatever_order_the_areas_come(
    qingshan: list[Area], sampled: SampledRegisters
) -> None:
    assert sample(reversed(qingshan), seed=1).digests == sampled.digests


def test_another_seed_gives_others(qingshan: list[Area], sampled: SampledRegisters) -> None:
    for one, other in zip(sample(qingshan, seed=2).digests, sampled.digests, strict=True):
        assert one != other


def test_every_community_but_a_placeholder_has_three_grids(registers: RegisterSet) -> None:
    areas = registers.areas
    assert areas.attributes(QINGSHAN)["communities"] == 99
    for community in areas.below(QINGSHAN, AreaLevel.COMMUNITY):
        assert areas.children(community) == [f"{community}{number:02d}" for number in (1, 2, 3)]
        assert [areas[grid].name for grid in areas.children(community)] == [
            "第一网格",
            "第二网格",
            "第三网格",
        ]
    assert areas["420107400498"].placeholder
    assert areas.children("420107400498") == []
    types = {areas[code].type for code in areas.below(QINGSHAN, AreaLevel.COMMUNITY)}
    assert types == {"residential", "industrial", "international", "transitional"}


def test_grids_given_in_the_file_are_kept(qingshan: list[Area]) -> None:
    community = "420107001001"
    own = Area(f"{community}07", community, AreaLevel.GRID, "老网格")
    areas = sample([*qingshan, own], seed=1).open().areas
    assert areas.children(community) == [own.code]
    assert areas[own.code].name == "老网格"
    assert areas.attributes(own.code)["pop"] > 0


REFERENCE = {
    "pop": 1000, "hh": 350, "bld": 10, "ent": 24, "gates": 2, "vuln": 30,
    "evac": 20, "lowpts": 2, "lifts": 10, "shops": 20, "floors_hi": 2,
}  # fmt: skip


@pytest.mark.parametrize(("name", "reference"), REFERENCE.items())
def test_attributes_lie_around_the_reference_grid(registers: RegisterSet, name: str, reference: int) -> None:
    grids = registers.areas.below(QINGSHAN, AreaLevel.GRID)
    figures = [registers.areas.attributes(grid)[name] for grid in grids]
    assert mean(figures) == pytest.approx(reference, rel=0.15)
    assert len(set(figures)) > 3
    if name == "lowpts":
        assert {0, 5} <= set(figures)


def test_people_are_16_7_per_grid_and_all_live_in_one(
    registers: RegisterSet, people: list[Responder]
) -> None:
    grids = registers.areas.below(QINGSHAN, AreaLevel.GRID)
    assert len(people) == round(PER_GRID * len(grids))
    assert {person.home for person in people} == set(grids)
    assert (registers.home_area >= 0).all()


def test_every_grid_has_two_grid_staff(registers: RegisterSet) -> None:
    staff = np.uint16(registers.people.kinds_mask([Kind.GRID_STAFF]))
    for grid in registers.areas.below(QINGSHAN, AreaLevel.GRID):
        rows = registers.people.rows_in(grid)
        assert (registers.people.kind_mask[rows] & staff != 0).sum() >= 2


def test_kinds_have_plausible_shares_and_some_people_are_several(people: list[Responder]) -> None:
    shares = Counter(kind for person in people for kind in person.kinds)
    assert set(shares) == set(Kind)
    assert shares.most_common(1)[0][0] == Kind.VOLUNTEER
    assert all(count > 0.04 * len(people) for count in shares.values())
    assert all(person.kinds for person in people)
    assert sum(len(person.kinds) > 1 for person in people) > 0.05 * len(people)


def test_some_volunteers_are_minors_who_belong_nowhere_and_some_people_are_exempt(
    people: list[Responder],
) -> None:
    volunteers = [person for person in people if person.kinds == {Kind.VOLUNTEER}]
    minors = [person for person in people if not person.adult]
    assert len(minors) / len(volunteers) == pytest.approx(0.02, abs=0.01)
    for minor in minors:
        assert minor.kinds == {Kind.VOLUNTEER}
        assert not (minor.skills or minor.unit or minor.team or minor.leader)
    assert sum(person.exempt for person in people) / len(people) == pytest.approx(0.04, abs=0.01)


def test_everyone_asked_for_by_a_playbook_exists(registers: RegisterSet, people: list[Responder]) -> None:
    assert set(DEFAULT_SKILLS) == set(SKILLS) <= set(CHANCES)
    able = Counter(skill for person in people if not person.exempt for skill in person.skills)
    assert set(able) == set(SKILLS)
    grids = len(registers.areas.below(QINGSHAN, AreaLevel.GRID))
    assert min(able.values()) > grids / 6, "less than one in two communities"


def test_skills_are_those_that_were_asked_for(qingshan: list[Area]) -> None:
    people = sample(qingshan[:20], seed=1, skills=["saw", "falconer", "saw"]).open().people
    assert people.skill_names == ("falconer", "saw")
    falconers = people.skill_mask & np.uint64(people.skills_mask(["falconer"])) != 0
    assert 0 < falconers.mean() < 0.2


def test_teams_and_their_members_name_each_other(registers: RegisterSet, people: list[Responder]) -> None:
    by_id = {person.id: person for person in people}
    listed = {}
    for team in registers.organisation.teams.values():
        members = [by_id[member] for member in team.members]
        listed.update({member.id: team.id for member in members})
        assert [member.leader for member in members] == [True] + [False] * (len(members) - 1)
        assert all(member.adult and not member.exempt for member in members)
        assert all(registers.areas.within(member.home, team.area) for member in members)
        assert all(
            (Kind.SHOCK_TEAM if team.kind == "shock_team" else Kind.CADRE) in member.kinds
            for member in members
        )
        assert team.unit in registers.organisation.units
    assert listed == {person.id: person.team for person in people if person.team}
    assert {person.id for person in people if Kind.SHOCK_TEAM in person.kinds} == {
        member
        for team in registers.organisation.teams.values()
        if team.kind == "shock_team"
        for member in team.members
    }


def test_a_street_has_two_shock_teams_and_a_liaison_team(registers: RegisterSet) -> None:
    for street in registers.areas.below(QINGSHAN, AreaLevel.STREET):
        teams = registers.organisation.teams_of(street)
        if not registers.areas.below(street, AreaLevel.GRID):
            assert teams == ()
            continue
        assert Counter(team.kind for team in teams) == {"shock_team": 2, "liaison": 1}
        low, high = SHOCK_SIZE
        assert all(low <= len(team.members) <= high for team in teams if team.kind == "shock_team")


def test_a_street_of_one_community_keeps_most_of_its_people_out_of_the_teams() -> None:
    registers = sample(subtree(bundled_areas("xianlin"), "320113007001"), seed=1).open()
    members = sum(len(team.members) for team in registers.organisation.teams.values())
    assert 0 < members < 0.7 * len(registers.people)


def test_units_stand_where_they_belong_and_people_name_those_that_exist(
    registers: RegisterSet, people: list[Responder]
) -> None:
    units = registers.organisation.units
    kinds = Counter(unit.kind for unit in units.values())
    assert kinds == {"department": 8, "employer": 24, "property": 99}
    assert {person.unit for person in people} - {""} <= set(units)
    for person in people:
        if person.unit:
            assert registers.areas.within(person.home, units[person.unit].area)
    for street in registers.areas.below(QINGSHAN, AreaLevel.STREET):
        first, second = registers.organisation.units_of(street)
        assert first.twinned == (street,)
        assert set(second.twinned) <= set(registers.areas.below(street, AreaLevel.COMMUNITY))


def test_offices_have_a_duty_roster_of_pseudonyms(registers: RegisterSet) -> None:
    offices = registers.organisation.offices
    assert offices["office:420107001001"].duty == ("d-420107001001-1", "d-420107001001-2", "d-420107001001-3")
    above_grids = [
        code for code in registers.areas.codes if len(code) < 14 and not registers.areas[code].placeholder
    ]
    assert set(offices) == {f"office:{code}" for code in above_grids}


def test_facilities_and_routine_work_are_those_the_playbooks_know(registers: RegisterSet) -> None:
    places, routines = registers.organisation.places, registers.organisation.routines
    assert {place.kind for place in places.values()} == set(FACILITIES)
    assert {routine.key for routine in routines.values()} == set(ROUTINES)
    assert all(place.capacity >= 30 for place in places.values())
    assert {place.kind for place in registers.organisation.places_in("420107001001")} == {
        "shelter", "party_service_centre", "sampling_site", "warm_station", "temp_assembly", "school",
    }  # fmt: skip
    assert [routine.key for routine in registers.organisation.routines_in("42010700100101")] == [
        "routine_patrol"
    ]


def test_no_name_hides_a_phone(registers: RegisterSet) -> None:
    organisation = registers.organisation
    for table in (organisation.offices, organisation.units, organisation.teams, organisation.places):
        for record in table.values():
            assert not re.search(r"\d{5}", record.name)


def test_a_tree_without_streets_or_grids_can_be_sampled() -> None:
    assert len(sample([Area("42", "", AreaLevel.PROVINCE, "湖北省")], seed=1).open().people) == 0
    community = Area("420107001001", "", AreaLevel.COMMUNITY, "甲社区")
    registers = sample([community], seed=1).open()
    assert len(registers.people) == 50
    assert not registers.organisation.teams
