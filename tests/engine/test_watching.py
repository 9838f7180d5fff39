"""Who watches what: a role opens its own part of the tree, also that of whoever only looks on."""

from __future__ import annotations

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.refusal import Refused
from coordinator.wire.board import BoardKey
from tests.engine.conftest import DISTRICTS, Played

HERE, ELSEWHERE = DISTRICTS
ONLOOKERS = (Role.AUDITOR, Role.OBSERVER, Role.CONTROLLER)


@pytest.mark.parametrize("role", ONLOOKERS)
@pytest.mark.parametrize("kind", ["area", "orders", "tasks", "people", "situation", "facilities"])
async def test_who_looks_on_sees_their_own_part_alone(played: Played, role: Role, kind: str) -> None:
    actor = Actor("x1", role, HERE)
    played.coordinator.may_watch(actor, BoardKey.parse(f"{kind}:{HERE}"))
    with pytest.raises(Refused, match="not_your_part"):
        played.coordinator.may_watch(actor, BoardKey.parse(f"{kind}:{ELSEWHERE}"))
