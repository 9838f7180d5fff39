"""Authority is a role on a part of the tree: one function answers for every command and every subscription."""

from __future__ import annotations

import pytest

from coordinator.domain import rules
from coordinator.domain.access import (
    FIND,
    MAY,
    PROCESS,
    READ_ALERTS,
    READ_LOG,
    READS_LOG,
    WATCH,
    Actor,
    Role,
    hidden_from,
    may,
)
from coordinator.domain.grant import Grant, GrantIssued, IssueGrant, RevokeGrant
from coordinator.domain.mode import Mode
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
    phone,
    xianlin,
)

AREAS = xianlin().areas
TOKEN = "a" * 64


@pytest.mark.parametrize("role", Role)
def test_every_role_may_what_its_line_says_and_nothing_else(role: Role) -> None:
    someone = Actor("someone", role, FIRST)
    for action in rules.COMMANDS:
        if action in MAY[role]:
            may(someone, action, GRID, AREAS)
        else:
            with pytest.raises(Refused, match="not_your_role"):
                may(someone, action, GRID, AREAS)


def test_an_auditor_reads_all_and_changes_nothing() -> None:
    assert MAY[Role.AUDITOR] == frozenset()
    may(AUDITOR, WATCH, GRID, AREAS)


def test_a_wall_knows_what_places_are_called_and_looks_at_nothing_by_itself() -> None:
    wall = Actor("wall-1", Role.WALL, FIRST)
    may(wall, FIND, GRID, AREAS)
    may(wall, READ_ALERTS, GRID, AREAS)
    for action in (WATCH, READ_LOG):
        with pytest.raises(Refused, match="not_your_role"):
            may(wall, action, GRID, AREAS)
    with pytest.raises(Refused, match="not_your_part"):
        may(wall, FIND, SECOND, AREAS)


@pytest.mark.parametrize("area", [STREET, SECOND, DISTRICT, CITY])
def test_a_role_ends_at_its_part_of_the_tree(area: str) -> None:
    for action in (WATCH, "SignSwitch"):
        with pytest.raises(Refused, match="not_your_part"):
            may(desk(FIRST), action, area, AREAS)


def test_a_place_that_the_tree_does_not_have() -> None:
    with pytest.raises(Refused, match="unknown_area"):
        may(COMMANDER, WATCH, "99", AREAS)


@pytest.mark.parametrize("action", ["CheckIn", "Depart"])
def test_whereabouts_exist_only_while_a_place_is_not_normal(action: str) -> None:
    with pytest.raises(Refused, match="area_is_normal"):
        may(phone(GRID), action, GRID, AREAS, Mode.NORMAL)
    for mode in set(Mode) - {Mode.NORMAL}:
        may(phone(GRID), action, GRID, AREAS, mode)


def test_only_the_coordinator_itself_fires_what_is_due() -> None:
    for action in ("FallDue", "Unfold", "FoundScope", "TakeOperation", "TakeReceipts", "CloseDuties"):
        assert {role for role in Role if action in MAY[role]} == {Role.PROCESS}


def test_a_person_cannot_be_given_the_coordinator_s_role() -> None:
    world = World()
    ask = IssueGrant(area=DISTRICT, person="p1", role=Role.PROCESS, token=TOKEN)
    assert world.refusal(OPERATOR, ask).code == "role_not_granted"


COORDINATOR = Actor(PROCESS, Role.PROCESS, CITY)


def grant_of(world: World, token: str, giver: str | None = None) -> Grant:
    order = IssueGrant(area=FIRST, person="p1", role=Role.COMMUNITY, token=token, giver=giver)
    world.order(OPERATOR if giver is None else COORDINATOR, order)
    return world.state.grants[token]


def test_a_grant_ends_with_the_one_it_was_handed_on_from() -> None:
    world = World()
    first = grant_of(world, TOKEN)
    second = grant_of(world, "b" * 64, first.id)
    third = grant_of(world, "c" * 64, second.id)
    other = grant_of(world, "d" * 64)
    world.order(OPERATOR, RevokeGrant(area=FIRST, grant=second.id))
    assert set(world.state.revocations.positions()) == {second.id, third.id}
    world.order(OPERATOR, RevokeGrant(area=FIRST, grant=first.id))
    assert set(world.state.revocations.positions()) == {first.id, second.id, third.id}
    assert world.state.grants["d" * 64] == other


def test_a_revoked_grant_hands_nothing_on_however_close_the_race() -> None:
    world = World()
    first = grant_of(world, TOKEN)
    world.order(OPERATOR, RevokeGrant(area=FIRST, grant=first.id))
    ask = IssueGrant(area=FIRST, person="p1", role=Role.COMMUNITY, token="b" * 64, giver=first.id)
    assert world.refusal(COORDINATOR, ask).code == "revoked_token"


def test_only_the_coordinator_says_whose_code_it_was() -> None:
    world = World()
    first = grant_of(world, TOKEN)
    ask = IssueGrant(area=FIRST, person="p1", role=Role.COMMUNITY, token="b" * 64, giver=first.id)
    assert world.refusal(OPERATOR, ask).code == "not_your_role"


def test_a_grant_is_issued_once_and_revoked_once() -> None:
    world = World()
    ask = IssueGrant(area=FIRST, person="p1", role=Role.GRID, office="office:1", token=TOKEN)
    grant = one_of(world.order(OPERATOR, ask), GrantIssued)
    assert world.order(OPERATOR, ask) == []
    actor = world.state.grants[TOKEN].actor()
    assert actor == Actor("p1", Role.GRID, FIRST, "office:1", grant.id)
    revoke = RevokeGrant(area=DISTRICT, grant=grant.id)
    world.order(OPERATOR, revoke)
    assert world.state.grants[TOKEN].revoked == world.now
    assert world.order(OPERATOR, revoke) == []


def test_a_grant_is_found_by_its_token_s_hash_too() -> None:
    world = World()
    world.order(OPERATOR, IssueGrant(area=FIRST, person="p1", role=Role.GRID, token=TOKEN))
    world.order(OPERATOR, RevokeGrant(area=FIRST, grant=f"sha256:{TOKEN}"))
    assert world.state.grants[TOKEN].revoked


def test_a_grant_elsewhere_is_not_ours_to_revoke() -> None:
    world = World()
    world.order(OPERATOR, IssueGrant(area=FIRST, person="p1", role=Role.GRID, token=TOKEN))
    local = Actor("operator-2", Role.OPERATOR, SECOND)
    theirs = RevokeGrant(area=SECOND, grant=f"sha256:{TOKEN}")
    assert world.refusal(local, theirs).code == "not_your_part"
    assert world.refusal(OPERATOR, RevokeGrant(area=DISTRICT, grant="grant-x")).code == "unknown_grant"


def test_a_token_itself_never_stands_in_the_log() -> None:
    world = World()
    world.order(OPERATOR, IssueGrant(area=FIRST, person="p1", role=Role.GRID, token=TOKEN))
    assert b'"token":"' + TOKEN.encode() in world.log[-1]
    with pytest.raises(ValueError, match="pattern"):
        IssueGrant(area=FIRST, person="p1", role=Role.GRID, token="a-secret-itself")


@pytest.mark.parametrize("role", Role)
def test_who_looks_back_does_so_on_their_part(role: Role) -> None:
    someone = Actor("someone", role, FIRST)
    if role in READS_LOG:
        may(someone, READ_LOG, GRID, AREAS)
        with pytest.raises(Refused, match="not_your_part"):
            may(someone, READ_LOG, SECOND, AREAS)
    else:
        with pytest.raises(Refused, match="not_your_role"):
            may(someone, READ_LOG, GRID, AREAS)


def test_who_plays_a_drill_does_not_see_how_it_is_judged() -> None:
    assert hidden_from(Role.COMMANDER) == {"InjectCalled", "InjectSkipped", "ItemObserved"}
    assert not hidden_from(Role.CONTROLLER) and not hidden_from(Role.AUDITOR)
