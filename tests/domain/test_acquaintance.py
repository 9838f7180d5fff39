"""Who may know whom: nobody of another part, and a whole number only for who has to call."""

from __future__ import annotations

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.acquaintance import Person, knows, knows_well, may_phone
from coordinator.domain.personal_data import ErasePerson, PersonErased, PhoneRevealed, RevealPhone, Why
from coordinator.domain.refusal import Refused
from tests.builders import (
    AUDITOR,
    CITY,
    COMMANDER,
    DISTRICT,
    FIRST,
    GRID,
    OPERATOR,
    SECOND,
    STREET,
    World,
    desk,
    one_of,
    xianlin,
)

AREAS = xianlin().areas
LEADER = Actor("p9", Role.TEAM_LEADER, STREET)
HELPER = Actor("p8", Role.RESPONDER, GRID)
MEMBER = Person("p1", places=(GRID,), team="t1", switched=True)
OFFICER = Person("d1", duty=(FIRST,))
NO_PERSONS = {Role.OPERATOR, Role.PROCESS, Role.WORKER, Role.WALL}
SUPERIOR = Person("d2", duty=(STREET,))


def refusal(actor: Actor, person: Person, team: str = "") -> str:
    with pytest.raises(Refused) as refused:
        may_phone(actor, team, person, AREAS)
    return refused.value.code


@pytest.mark.parametrize("actor", [desk(FIRST), desk(STREET), COMMANDER, Actor("g", Role.GRID, GRID)])
def test_their_own_part_knows_who_lives_and_works_there(actor: Actor) -> None:
    assert knows_well(actor, "", MEMBER, AREAS)


@pytest.mark.parametrize("actor", [desk(SECOND), Actor("c", Role.COMMANDER, SECOND), HELPER, OPERATOR])
def test_nobody_else_does_and_is_not_told_that_they_exist(actor: Actor) -> None:
    assert not knows(actor, "", MEMBER, AREAS)
    assert refusal(actor, MEMBER) == "unknown_person"


def test_who_is_called_to_a_place_is_known_there() -> None:
    called = Person("p1", places=(GRID, SECOND), switched=True)
    assert knows(desk(SECOND), "", called, AREAS)
    may_phone(desk(SECOND), "", called, AREAS)


@pytest.mark.parametrize("role", sorted(set(Role) - NO_PERSONS))
def test_everybody_may_call_the_duty_officers_above_them_at_any_time(role: Role) -> None:
    someone = Actor("x", role, GRID)
    for officer in (OFFICER, SUPERIOR):
        assert knows(someone, "", officer, AREAS)
        may_phone(someone, "", officer, AREAS)


def test_duty_officers_of_another_part_are_not_above() -> None:
    assert not knows(Actor("g", Role.GRID, GRID), "", Person("d3", duty=(SECOND,)), AREAS)
    assert not knows(desk(SECOND), "", OFFICER, AREAS)
    may_phone(desk(STREET), "", OFFICER, AREAS)


def test_a_desk_calls_its_people_only_while_something_runs() -> None:
    may_phone(desk(FIRST), "", MEMBER, AREAS)
    resting = Person("p1", places=(GRID,), team="t1")
    assert refusal(desk(FIRST), resting) == "phone_in_normal_times"
    assert knows(desk(FIRST), "", resting, AREAS)


def test_a_leader_calls_the_own_team_and_a_member_the_leader() -> None:
    may_phone(LEADER, "t1", MEMBER, AREAS)
    assert refusal(LEADER, Person("p2", places=(GRID,), team="t2", switched=True), "t1") == "unknown_person"
    leads = Person("p9", places=(SECOND,), team="t1", leads=True, switched=True)
    may_phone(HELPER, "t1", leads, AREAS)
    assert not knows_well(HELPER, "t1", leads, AREAS)
    assert refusal(HELPER, leads, "t2") == "unknown_person"
    assert refusal(HELPER, MEMBER, "t1") == "unknown_person"


def test_a_grid_s_phone_and_an_auditor_see_names_and_call_nobody() -> None:
    assert refusal(Actor("g", Role.GRID, GRID), MEMBER) == "phone_not_yours"
    assert refusal(AUDITOR, MEMBER) == "phone_not_yours"
    assert refusal(AUDITOR, Person("p9", places=(GRID,), leads=True, switched=True)) == "phone_not_yours"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OBSERVER, Role.CONTROLLER])
def test_who_looks_on_knows_the_people_of_their_own_part(role: Role) -> None:
    assert knows_well(Actor("a", role, STREET), "", MEMBER, AREAS)
    elsewhere = Actor("a", role, SECOND)
    assert not knows(elsewhere, "", MEMBER, AREAS) and not knows(elsewhere, "", OFFICER, AREAS)
    assert knows(elsewhere, "", SUPERIOR, AREAS) and not knows_well(elsewhere, "", SUPERIOR, AREAS)


def test_a_wall_knows_nobody() -> None:
    assert not knows(Actor("", Role.WALL, GRID), "", OFFICER, AREAS)


def test_a_grid_calls_the_leader_who_came_and_no_other_who_lives_there() -> None:
    grid = Actor("g", Role.GRID, GRID)
    lives_here = Person("p9", places=(GRID,), team="t1", leads=True, switched=True)
    assert refusal(grid, lives_here) == refusal(grid, lives_here, "t2") == "phone_not_yours"
    may_phone(grid, "t1", lives_here, AREAS)
    came = Person("p9", places=(SECOND, GRID), deployed=(GRID,), team="t1", leads=True, switched=True)
    may_phone(grid, "", came, AREAS)
    over = Person("p9", places=(SECOND, GRID), deployed=(GRID,), team="t1", leads=True)
    assert refusal(grid, over) == "phone_in_normal_times"
    assert refusal(AUDITOR, came) == "phone_not_yours"


def test_somebody_s_own_is_theirs() -> None:
    may_phone(Actor("p1", Role.RESPONDER, GRID), "", Person("p1"), AREAS)


def test_a_reading_and_an_erasing_are_on_record_without_a_number() -> None:
    world = World()
    process = Actor("process:coordinator", Role.PROCESS, CITY)
    ask = RevealPhone(area=GRID, person="p1", reader="d1", role=Role.COMMUNITY, reason=Why.CALL)
    event = one_of(world.order(process, ask), PhoneRevealed)
    assert (event.person, event.reader, event.reason) == ("p1", "d1", "call")
    assert world.refusal(desk(FIRST), ask).code == "not_your_role"
    one_of(world.order(OPERATOR, ErasePerson(area=DISTRICT, person="p1")), PersonErased)
    assert world.state.duties["erase_person:p1"].subject == "p1"
    assert world.replayed().digest() == world.state.digest()
