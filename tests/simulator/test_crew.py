"""People who are called: the same seed gives the same answers, and nobody leaves a post unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from clients.simulator.behaviour.crew import Crew, Temper, temper
from clients.simulator.behaviour.desk import SLOT, Desk, Order
from coordinator.domain.call_out import Answer, CallOut, CheckIn, Depart, Progress, Relieve, ReportHome
from coordinator.domain.post import Post
from coordinator.domain.text import Text

NOW = datetime(2026, 7, 4, 12, 0, tzinfo=UTC)
GRID = "42010700100101"
HOUR = timedelta(hours=1)


def post(wanted: int = 2) -> Post:
    return Post(
        id=f"op-1:patrol@{GRID}",
        area=GRID,
        key="patrol",
        name=Text("巡查", "Patrol"),
        wanted={"op-1": wanted} if wanted else {},
        shifts=1,
        shift_minutes=480,
        crew_min=1,
        skills=(),
        may_fill=(),
        by=NOW,
        must=True,
        present=2,
    )


def call(who: str, progress: Progress = Progress.ASSIGNED, area: str = GRID) -> CallOut:
    return CallOut(
        id=f"{who}>op-1:patrol@{GRID}",
        area=area,
        post=f"op-1:patrol@{GRID}",
        operation="op-1",
        responder=who,
        home=GRID,
        progress=progress,
        at=NOW,
        eta=NOW + timedelta(minutes=20),
    )


@pytest.fixture
def desk(desk_of: Callable[..., Desk]) -> Desk:
    return desk_of(Crew(), area=GRID)


def of_temper(desk: Desk, wanted: Temper, number: int = 1) -> list[str]:
    names = (f"p{turn}" for turn in range(10_000))
    found = (name for name in names if temper(desk, call(name).id) is wanted)
    return [next(found) for _ in range(number)]


def commands(orders: list[Order]) -> list[type]:
    return [type(order.command) for order in orders]


def test_one_in_nine_declines_and_one_in_fourteen_never_arrives(desk: Desk) -> None:
    tempers = [temper(desk, f"p{turn}>post") for turn in range(20_000)]
    assert 0.10 < tempers.count(Temper.DECLINES) / 20_000 < 0.12
    assert 0.05 < tempers.count(Temper.NEVER_ARRIVES) / 20_000 < 0.08


def test_everyone_of_a_place_answers_in_few_commands(desk: Desk, show: Callable[..., None]) -> None:
    comes = of_temper(desk, Temper.COMES, 3)
    (declines,) = of_temper(desk, Temper.DECLINES)
    show(desk, NOW, call_outs=[call(who) for who in [*comes, declines]])
    (order,) = desk.act(NOW + HOUR)
    assert isinstance(order.command, Answer)
    answers = {answer.call_out: answer for answer in order.command.answers}
    assert all(answers[call(who).id].coming and answers[call(who).id].eta_minutes for who in comes)
    assert answers[call(declines).id].code


def test_reached_after_assigned_is_answered_once(desk: Desk, show: Callable[..., None]) -> None:
    show(desk, NOW, call_outs=[call("p1")])
    show(desk, NOW + timedelta(minutes=1), call_outs=[call("p1", Progress.REACHED)])
    assert commands(desk.act(NOW + HOUR)) == [Answer]
    assert desk.act(NOW + 2 * HOUR) == []


def test_the_next_operations_call_to_a_shared_post_is_answered_again(
    desk: Desk, show: Callable[..., None]
) -> None:
    show(desk, NOW, call_outs=[call("p1")])
    assert commands(desk.act(NOW + HOUR)) == [Answer]
    show(desk, NOW + 20 * HOUR, call_outs=[replace(call("p1"), operation="op-2")])
    assert commands(desk.act(NOW + 21 * HOUR)) == [Answer]


def test_who_comes_departs_arrives_and_who_never_arrives_does_neither(
    desk: Desk, show: Callable[..., None]
) -> None:
    (comes,), (never,) = of_temper(desk, Temper.COMES), of_temper(desk, Temper.NEVER_ARRIVES)
    show(desk, NOW, call_outs=[call(comes, Progress.COMING), call(never, Progress.COMING)])
    (departs,) = desk.act(NOW + HOUR)
    assert isinstance(departs.command, Depart)
    assert departs.command.call_outs == [call(comes).id]
    show(desk, NOW, call_outs=[call(comes, Progress.EN_ROUTE)])
    (arrives,) = desk.act(NOW + HOUR)
    assert isinstance(arrives.command, CheckIn)
    assert not arrives.command.muster


def test_a_call_that_was_cancelled_meanwhile_is_not_answered(desk: Desk, show: Callable[..., None]) -> None:
    show(desk, NOW, call_outs=[call("p1")])
    show(desk, NOW, call_outs=[call("p1", Progress.CANCELLED)])
    assert desk.act(NOW + HOUR) == []


def test_nobody_leaves_a_post_that_is_wanted(desk: Desk, show: Callable[..., None]) -> None:
    show(desk, NOW, posts=[post()], call_outs=[call("p1", Progress.ON_POST)])
    assert desk.act(NOW + 9 * HOUR) == []


def test_when_the_post_is_gone_they_are_seen_safe_and_go_home(desk: Desk, show: Callable[..., None]) -> None:
    show(desk, NOW, posts=[post()], call_outs=[call("p1", Progress.ON_POST), call("p2", Progress.ON_POST)])
    show(desk, NOW, posts=[post(wanted=0)])
    (order,) = desk.act(NOW + HOUR)
    assert isinstance(order.command, Relieve)
    assert order.command.seen_safe
    assert len(order.command.call_outs) == 2
    show(desk, NOW, call_outs=[call("p1", Progress.RELIEVED)])
    assert commands(desk.act(NOW + HOUR)) == [ReportHome]


def test_whose_shift_is_over_is_relieved(desk: Desk, show: Callable[..., None]) -> None:
    tired = replace(call("p1", Progress.ON_POST), relief_overdue=True)
    show(desk, NOW, posts=[post()], call_outs=[tired])
    assert commands(desk.act(NOW + HOUR)) == [Relieve]


def test_another_places_people_are_not_answered_for(desk: Desk, show: Callable[..., None]) -> None:
    show(desk, NOW, call_outs=[call("p1", area="42010700100102")])
    assert desk.next_at is None


def test_an_answer_comes_before_the_call_goes_to_somebody_else(desk: Desk, show: Callable[..., None]) -> None:
    show(desk, NOW, call_outs=[call(f"p{turn}") for turn in range(200)])
    answered = sum(len(order.intents) for order in desk.act(NOW + timedelta(minutes=10) + SLOT))
    assert answered == 200
