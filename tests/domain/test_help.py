"""求助: it stands before every desk until somebody takes it, and goes up where nobody does."""

from __future__ import annotations

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaCode
from coordinator.domain.concern import Concern, Severity
from coordinator.domain.help import (
    TAKE_MINUTES,
    AnswerHelp,
    AskForHelp,
    CloseHelp,
    HelpAsked,
    HelpClosed,
    HelpRequest,
    HelpTaken,
    Need,
    Outcome,
)
from tests.builders import (
    DISTRICT,
    FIRST,
    GRID,
    SECOND,
    STREET,
    STREET_DESK,
    World,
    desk,
    one_of,
    phone,
)


def asked(world: World, need: Need = Need.PEOPLE, area: AreaCode = GRID, by: Actor | None = None) -> str:
    return one_of(world.order(by or phone(area), AskForHelp(area=area, need=need)), HelpAsked).id


def taken(world: World, help: str, minutes: int = 20, by: Actor = STREET_DESK) -> HelpRequest:
    world.order(by, AnswerHelp(area=by.area, help=help, eta_minutes=minutes))
    return world.state.help_requests[help]


def concern(world: World, help: str) -> Concern | None:
    return world.state.concerns.get(f"help_wanted:{help}")


def test_it_stands_before_community_and_street_in_normal_times_too() -> None:
    world = World()
    found = concern(world, asked(world))
    assert found is not None
    assert (found.area, found.raised_to, found.severity) == (GRID, STREET, Severity.URGENT)
    assert found.facts["need"] == "people" and found.facts["by"] == phone(GRID).person
    assert world.counts(STREET)["concern.help_wanted"] == 1


def test_somebody_trapped_is_a_danger_at_once() -> None:
    world = World()
    found = concern(world, asked(world, Need.RESCUE))
    assert found is not None and found.severity is Severity.DANGER


def test_a_street_asks_its_district() -> None:
    world = World()
    found = concern(world, asked(world, area=STREET, by=STREET_DESK))
    assert found is not None and found.raised_to == DISTRICT


def test_taken_it_leaves_the_boards_and_who_comes_is_said() -> None:
    world = World()
    help = asked(world)
    it = taken(world, help)
    assert (it.taken_by, it.taken_for) == (STREET_DESK.person, STREET)
    assert it.eta is not None and (it.eta - world.now).total_seconds() == 20 * 60
    assert concern(world, help) is None
    assert one_of(world.order(phone(GRID), CloseHelp(area=GRID, help=help, outcome=Outcome.CAME)), HelpClosed)
    assert help not in world.state.help_requests
    assert not any(duty.kind == "help_due" for duty in world.state.duties.values())


def test_one_alone_takes_it_and_never_who_asked() -> None:
    world = World()
    help = asked(world)
    taken(world, help)
    again = AnswerHelp(area=STREET, help=help, eta_minutes=5)
    assert world.order(STREET_DESK, again) == []
    assert world.refusal(desk(FIRST), AnswerHelp(area=FIRST, help=help, eta_minutes=5)).code == "help_taken"
    own = asked(world, area=FIRST, by=desk(FIRST))
    assert world.refusal(desk(FIRST), AnswerHelp(area=FIRST, help=own, eta_minutes=5)).code == "own_help"


def test_nobody_takes_it_and_it_goes_up_until_the_district_has_it() -> None:
    world = World()
    help = asked(world)
    world.advance(TAKE_MINUTES + 1)
    found = concern(world, help)
    assert found is not None and (found.raised_to, found.severity) == (DISTRICT, Severity.DANGER)
    world.advance(5 * TAKE_MINUTES)
    assert concern(world, help) == found


def test_taken_and_not_there_it_is_open_again_and_another_may_take_it() -> None:
    world = World()
    help = asked(world)
    taken(world, help, minutes=15)
    world.advance(15 + TAKE_MINUTES - 1)
    assert concern(world, help) is None
    world.advance(2)
    found = concern(world, help)
    assert found is not None and found.raised_to == DISTRICT
    assert one_of(world.order(desk(FIRST), AnswerHelp(area=FIRST, help=help, eta_minutes=5)), HelpTaken)


@pytest.mark.parametrize("by", [phone(SECOND + "01"), desk(SECOND)])
def test_another_place_neither_takes_nor_closes_it(by: Actor) -> None:
    world = World()
    help = asked(world)
    close = CloseHelp(area=by.area, help=help, outcome=Outcome.NOT_NEEDED)
    assert world.refusal(by, close).code == "unknown_help"


def test_closed_twice_is_closed_once() -> None:
    world = World()
    close = CloseHelp(area=GRID, help=asked(world), outcome=Outcome.NOT_NEEDED)
    assert len(world.order(phone(GRID), close)) == 1
    assert world.order(phone(GRID), close) == []


def test_whoever_stands_in_the_water_may_ask() -> None:
    world = World()
    somebody = Actor("r-1", Role.RESPONDER, GRID)
    assert asked(world, Need.MEDICAL, by=somebody) in world.state.help_requests


def test_of_an_operation_that_is_there() -> None:
    world = World()
    order = AskForHelp(area=GRID, need=Need.OTHER, operation="op-none")
    assert world.refusal(phone(GRID), order).code == "unknown_operation"


def test_nobody_else_on_the_spot_closes_a_call_for_help() -> None:
    world = World()
    help = asked(world, Need.RESCUE)
    neighbour = Actor("p-neighbour", Role.RESPONDER, GRID)
    closing = CloseHelp(area=GRID, help=help, outcome=Outcome.NOT_NEEDED)
    for other in (neighbour, Actor("grid-2", Role.GRID, GRID)):
        assert world.refusal(other, closing).code == "help_not_yours"
    assert one_of(world.order(phone(GRID), closing), HelpClosed).help == help


def test_the_same_is_asked_for_once_until_it_is_closed() -> None:
    world = World()
    help = asked(world, Need.RESCUE)
    assert world.order(phone(GRID), AskForHelp(area=GRID, need=Need.RESCUE)) == []
    asked(world, Need.MEDICAL)
    world.order(phone(GRID), CloseHelp(area=GRID, help=help, outcome=Outcome.NOT_NEEDED))
    assert asked(world, Need.RESCUE) != help
