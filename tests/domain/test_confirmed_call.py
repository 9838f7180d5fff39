"""叫应: reached is not answered. Three calls in five minutes, then the superior, then a person knocks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coordinator.domain.confirmed_call import (
    AnswerConfirmedCall,
    CallPassedUp,
    CallRepeated,
    CallStarted,
    Step,
)
from tests.builders import (
    FIRST,
    SECOND,
    STREET,
    STREET_DESK,
    T0,
    World,
    all_of,
    asks,
    desk,
    one_of,
    task_spec,
)

CALLS = (CallStarted, CallRepeated, CallPassedUp)


def silent() -> tuple[World, str]:
    """One community, declared, and nobody signs."""
    world = World(handmade=asks(FIRST))
    op = world.declare("III", FIRST)
    return world, f"call-{op}@{FIRST}"


def answer(call: str, how: str = "phone", area: str = FIRST) -> AnswerConfirmedCall:
    return AnswerConfirmedCall(area=area, call=call, how=how)


def test_the_story_of_a_silent_community() -> None:
    world, call = silent()
    world.advance(14.9)
    assert not world.state.calls
    story = []
    while (due := world.next_due()) is not None and due <= T0 + timedelta(minutes=60):
        minutes = (due - T0).total_seconds() / 60
        if any(isinstance(event, CALLS) for event in world.until(due)):
            story.append((round(minutes, 1), world.state.calls[call].step.value))
    assert story == [
        (15.0, "calling"),
        (16.7, "calling"),
        (18.3, "calling"),
        (20.0, "superior"),
        (30.0, "knocking"),
        (45.0, "knocking"),
        (60.0, "knocking"),
    ]


def test_three_calls_and_each_is_a_job_of_its_own() -> None:
    world, call = silent()
    world.advance(20)
    jobs = [key for key in world.state.duties.positions() if key.startswith(f"notify:{call}")]
    assert sorted(jobs) == [f"notify:{call}/{number}" for number in (1, 2, 3)]
    assert world.state.calls[call].calls == 3


def test_each_step_shows_it_to_a_higher_desk() -> None:
    world, call = silent()
    world.advance(15)
    assert world.state.concerns[f"silent:{call}"].raised_to == FIRST
    world.advance(5)
    assert world.state.concerns[f"silent:{call}"].raised_to == STREET
    assert world.counts(STREET)["silent"] == 1


def test_a_signature_ends_it_at_any_step() -> None:
    for minutes in (15, 17, 21, 31):
        world, call = silent()
        world.advance(minutes)
        world.sign(world.operation)
        assert world.state.calls[call].step is Step.ANSWERED
        assert not world.concerns("silent")
        assert not any(key.startswith("call_step") for key in world.state.duties.positions())


@pytest.mark.parametrize("how", ["phone", "superior", "knock"])
def test_somebody_was_found(how: str) -> None:
    world, call = silent()
    world.advance(31)
    world.order(STREET_DESK, answer(call, how, STREET))
    assert world.state.calls[call].how == how
    assert world.switch(world.operation, FIRST).signed_at is None, "found is not signed"
    assert world.order(STREET_DESK, answer(call, how, STREET)) == []


def test_answers_that_are_none() -> None:
    world, call = silent()
    world.advance(15)
    assert world.refusal(desk(FIRST), answer(call, "email")).code == "unknown_answer"
    assert world.refusal(desk(FIRST), answer("call-x")).code == "unknown_call"
    assert world.refusal(desk(SECOND), answer(call, area=SECOND)).code == "unknown_call"


def test_signed_in_time_nobody_is_called() -> None:
    world, _ = silent()
    world.advance(10)
    world.sign(world.operation)
    world.advance(60)
    assert not world.state.calls


def test_a_raise_begins_its_own_fifteen_minutes() -> None:
    world, call = silent()
    world.advance(16)
    assert call in world.state.calls
    world.raise_to(world.operation, "II", FIRST)
    assert call not in world.state.calls and not world.concerns("silent")
    world.advance(14.9)
    assert call not in world.state.calls
    world.advance(0.1)
    assert world.state.calls[call].calls == 1


def test_when_everything_is_over_nobody_is_called_any_more() -> None:
    world, _ = silent()
    world.advance(16)
    world.end(world.operation, FIRST)
    assert not world.state.calls and not world.concerns("silent")
    assert not all_of(world.advance(60), CallRepeated)


def test_while_it_stands_down_unsigned_it_is_still_looked_for() -> None:
    """Nobody knows whether the place has heard of anything at all."""
    world = World(handmade=asks(FIRST, recovery=(task_spec("clean", must=True),)))
    op = world.declare("III", FIRST)
    world.end(op, FIRST)
    world.advance(20)
    assert one_of(world.advance(10), CallPassedUp).step is Step.KNOCKING
