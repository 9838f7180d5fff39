"""The register of people: a person comes out as they went in, by id, by grid and by column."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.register import Kind, PeopleRegister, Responder
from coordinator.store.columns import BrokenRegister
from coordinator.store.registers import PeopleColumns, build_areas, build_people

GRIDS = ("42010700100101", "42010700100102", "42010700100201")
RESPONDERS = st.builds(
    Responder,
    id=st.integers(0, 2**32 - 1).map(lambda number: f"p{number:07d}"),
    home=st.sampled_from(GRIDS),
    kinds=st.frozensets(st.sampled_from([*Kind, "diver"])),
    skills=st.frozensets(st.sampled_from(["pump", "saw", "boat", "medic", "方言"])),
    unit=st.sampled_from(["", "unit:a", "unit:b"]),
    team=st.sampled_from(["", "team:a"]),
    leader=st.booleans(),
    adult=st.booleans(),
    exempt=st.booleans(),
)
PEOPLE = st.lists(RESPONDERS, unique_by=lambda person: person.id)


@given(PEOPLE)
def test_a_person_comes_out_as_they_went_in(people: list[Responder]) -> None:
    register: PeopleRegister = PeopleColumns(build_people(people))
    assert len(register) == len(people)
    for person in people:
        assert register.get(person.id) == person


@given(PEOPLE)
def test_who_lives_in_a_grid_is_listed_by_id(people: list[Responder]) -> None:
    register = PeopleColumns(build_people(people))
    for grid in (*GRIDS, "42"):
        here = sorted((person.id for person in people if person.home == grid), key=lambda id: int(id[1:]))
        assert register.living_in(grid) == here


@given(PEOPLE)
def test_the_columns_say_the_same_as_the_records(people: list[Responder]) -> None:
    register = PeopleColumns(build_people(people))
    pumping = register.skill_mask & np.uint64(register.skills_mask(["pump", "unheard of"])) != 0
    couriers = register.kind_mask & np.uint16(register.kinds_mask([Kind.COURIER])) != 0
    for person in people:
        index = register.index_of(person.id)
        assert register.id_of(index) == person.id
        assert register.homes[register.home[index]] == person.home
        assert pumping[index] == ("pump" in person.skills)
        assert couriers[index] == (Kind.COURIER in person.kinds)
        assert (register.unit[index] == -1) == (person.unit == "")
        assert (register.team[index] == -1) == (person.team == "")
        flags = (register.adult[index], register.exempt[index], register.leader[index])
        assert flags == (person.adult, person.exempt, person.leader)


@given(PEOPLE, st.data())
def test_the_order_of_the_people_does_not_matter(people: list[Responder], data: st.DataObject) -> None:
    assert build_people(people) == build_people(data.draw(st.permutations(people)))


@pytest.mark.parametrize(
    "unknown", ["p0000002", "p1", "p00000001", "x0000001", "", "p", "p-000001", "p9999999999"]
)
def test_whoever_is_not_there_is_nobody(unknown: str) -> None:
    register = PeopleColumns(build_people([Responder("p0000001", GRIDS[0], frozenset(), frozenset())]))
    assert register.get(unknown) is None
    with pytest.raises(KeyError):
        register.index_of(unknown)


def test_columns_cannot_be_written() -> None:
    register = PeopleColumns(build_people([Responder("p0000001", GRIDS[0], frozenset(), frozenset())]))
    for column in (register.home, register.skill_mask, register.adult):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 0


def test_more_skills_than_bits_and_ids_of_another_form_are_refused() -> None:
    skills = frozenset(f"skill{number}" for number in range(65))
    with pytest.raises(ValueError, match="64 skills"):
        build_people([Responder("p0000001", GRIDS[0], frozenset(), skills)])
    with pytest.raises(ValueError, match="'Zhang San' is no id"):
        build_people([Responder("Zhang San", GRIDS[0], frozenset(), frozenset())])


def test_the_same_id_twice_is_refused() -> None:
    person = Responder("p0000001", GRIDS[0], frozenset(), frozenset())
    with pytest.raises(ValueError, match="twice"):
        build_people([person, person])


def test_a_register_of_areas_is_no_register_of_people() -> None:
    with pytest.raises(BrokenRegister, match="areas, not of people"):
        PeopleColumns(build_areas([]))
