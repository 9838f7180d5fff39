"""A new epoch says what is lost, once; a log that fits its check is not reopened."""

from __future__ import annotations

import pytest

from coordinator.domain.access import PROCESS, Actor, Role
from coordinator.domain.epoch import SERVER_LOST, BeginEpoch, EpochBegan, ReopenScope
from tests.builders import DISTRICT, World, one_of

COORDINATOR = Actor(PROCESS, Role.PROCESS, DISTRICT)


def begin(epoch: int, lost_to: int) -> BeginEpoch:
    return BeginEpoch(area=DISTRICT, epoch=epoch, lost_to=lost_to, reason=SERVER_LOST)


@pytest.mark.parametrize(("behind", "lost_from"), [(40, 1), (0, None)])
def test_it_names_the_range_as_far_as_it_is_known(behind: int, lost_from: int | None) -> None:
    world = World()
    first = world.state.position + 1
    event = one_of(world.order(COORDINATOR, begin(1, world.state.position + behind)), EpochBegan)
    assert event.lost_from == (first if lost_from else 0)
    assert world.state.epoch == event.epoch == 2
    told = world.state.orders[f"epoch-2@{DISTRICT}"]
    assert told.kind == "record_lost" and told.acknowledged_at is None


def test_who_comes_second_begins_nothing() -> None:
    world = World()
    world.order(COORDINATOR, begin(1, 99))
    assert world.order(COORDINATOR, begin(1, 120)) == []
    assert world.state.epoch == 2


def test_what_fits_its_check_is_not_reopened() -> None:
    operator = Actor("operator-1", Role.OPERATOR, DISTRICT)
    reopen = ReopenScope(area=DISTRICT, reason="looked_into")
    assert World().refusal(operator, reopen).code == "not_broken"
