"""Who watches what: a role opens its own part of the tree, also that of whoever only looks on."""

from __future__ import annotations

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaLevel
from coordinator.domain.refusal import Refused
from coordinator.playbook import library
from coordinator.wire.board import BoardKey
from tests.engine.conftest import DISTRICTS, Played, commander

HERE, ELSEWHERE = DISTRICTS
ONLOOKERS = (Role.AUDITOR, Role.OBSERVER, Role.CONTROLLER)


@pytest.mark.parametrize("role", ONLOOKERS)
@pytest.mark.parametrize("kind", ["area", "orders", "tasks", "people", "situation", "facilities"])
async def test_who_looks_on_sees_their_own_part_alone(played: Played, role: Role, kind: str) -> None:
    actor = Actor("x1", role, HERE)
    played.coordinator.may_watch(actor, BoardKey.parse(f"{kind}:{HERE}"))
    with pytest.raises(Refused, match="not_your_part"):
        played.coordinator.may_watch(actor, BoardKey.parse(f"{kind}:{ELSEWHERE}"))


async def test_an_office_watches_its_part_of_what_was_declared_above_it(played: Played) -> None:
    declared = await played.order(
        commander(HERE),
        "DeclareOperation",
        area=HERE,
        playbook=library.bundled("flood-typhoon").digest,
        targets={street_of(played, HERE): "III"},
        expected_minutes=600,
    )
    (operation,) = declared.ids
    street, other = street_of(played, HERE), street_of(played, ELSEWHERE)
    first, second = played.coordinator.registers.areas.children(street)

    def may(actor: Actor, board: str) -> str:
        key = BoardKey.parse(board)
        try:
            played.coordinator.may_watch(actor, key)
        except Refused as refused:
            return refused.code
        assert played.coordinator.parts(key) == [HERE]
        return "may"

    desk, hung = Actor("s1", Role.STREET, street), Actor("w1", Role.WALL, street)
    for actor in (desk, hung, Actor("a1", Role.AUDITOR, street)):
        assert may(actor, f"operation:{operation}@{street}") == "may"
        assert may(actor, f"operation:{operation}@{first}") == "may"
        assert may(actor, f"operation:{operation}") == "not_your_part"
        assert may(actor, f"operation:{operation}@{HERE}") == "not_your_part"
    assert may(Actor("c1", Role.COMMUNITY, first), f"operation:{operation}@{second}") == "not_your_part"
    assert may(Actor("s2", Role.STREET, other), f"operation:{operation}@{other}") == "unknown_operation"
    assert may(commander(HERE), f"operation:{operation}@{street}") == "may"
    assert may(desk, f"operation:{operation}@{other}") == "not_your_part", (
        "no way to find out whom else it is for"
    )
    assert may(desk, f"operation:{operation}@99") == "unknown_area"


def street_of(played: Played, district: str) -> str:
    (street,) = played.coordinator.registers.areas.below(district, AreaLevel.STREET)
    return street
