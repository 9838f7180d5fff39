"""The register of the organisation: tables by id and by area, in whatever order they were given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.register import Office, Organisation, Place, Routine, Team, Unit
from coordinator.store.registers import OrganisationTable, build_organisation

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
AREAS = st.sampled_from(["420107", "420107001", "420107001001"])
LISTS = st.lists(WORDS, max_size=4).map(tuple)
TEAMS = st.lists(st.builds(Team, WORDS, WORDS, WORDS, AREAS, WORDS, LISTS), unique_by=lambda team: team.id)
PLACES = st.lists(
    st.builds(Place, WORDS, WORDS, WORDS, AREAS, st.integers(0, 10**6)), unique_by=lambda place: place.id
)


@given(TEAMS, PLACES, st.data())
def test_tables_hold_what_was_given(teams: list[Team], places: list[Place], data: st.DataObject) -> None:
    register: Organisation = OrganisationTable(build_organisation(teams=teams, places=places))
    assert dict(register.teams) == {team.id: team for team in teams}
    assert list(register.places.values()) == sorted(places, key=lambda place: place.id)
    for area in ("420107", "420107001", "420107001001", "42"):
        assert register.teams_of(area) == tuple(team for team in register.teams.values() if team.area == area)
        assert register.places_in(area) == tuple(
            place for place in register.places.values() if place.area == area
        )
    other = build_organisation(
        teams=data.draw(st.permutations(teams)), places=data.draw(st.permutations(places))
    )
    assert OrganisationTable(other).digest == register.digest


def test_each_table_has_its_own_records() -> None:
    office = Office("o", "值班室", "420107", ("d-1", "d-2"))
    unit = Unit("u", "供电", "department", "420107", ("420107001",))
    routine = Routine("r", "household_visit", "入户走访", "420107", 168)
    register = OrganisationTable(build_organisation(offices=[office], units=[unit], routines=[routine]))
    assert register.offices["o"] == office
    assert register.units["u"] == unit
    assert register.routines["r"] == routine
    assert register.offices_of("420107") == (office,)
    assert register.units_of("420107") == (unit,)
    assert register.routines_in("420107") == (routine,)
    assert len(register.teams) == len(register.places) == 0


def test_an_unknown_id_is_a_key_error() -> None:
    register = OrganisationTable(build_organisation(offices=[Office("o", "值班室", "420107", ())]))
    assert "p" not in register.offices
    assert register.offices.get("p") is None
    with pytest.raises(KeyError):
        register.offices["p"]


def test_the_same_id_twice_is_refused() -> None:
    office = Office("o", "值班室", "420107", ())
    with pytest.raises(ValueError, match="offices: an id stands there twice"):
        build_organisation(offices=[office, office])
