"""Levels add up: a raise adds and repeats nothing, a lowering lets go, a level entered again starts afresh."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from coordinator.domain.call_out import Progress
from coordinator.domain.measures import ConversionSpec, Suspension, TallyAsked
from coordinator.domain.mode import Mode
from coordinator.domain.situation import ReportTally
from coordinator.domain.switch_over import (
    PlaceSwitched,
)
from coordinator.domain.task import TaskState
from tests.builders import (
    FIRST,
    OTHER,
    World,
    asks,
    asks_by_level,
    desk,
    one_of,
    post_spec,
    task_spec,
    words,
)

# --- levels add up ----------------------------------------------------------------------------------------


def ladder(**levels: dict[str, Any]) -> tuple[World, str]:
    world = World(handmade=asks_by_level(FIRST, **levels))
    return world, world.declare("III", FIRST)


def test_a_raise_adds_and_does_not_repeat_what_is_done() -> None:
    low, high = task_spec("list"), task_spec("move", depends=("list",))
    world, op = ladder(III={"tasks": (low,)}, II={"tasks": (low, high)})
    done = world.task(FIRST, "list")
    world.complete(done)
    switched = one_of(world.raise_to(op, "II", FIRST), PlaceSwitched)
    assert [task.key for task in switched.tasks] == ["move"]
    assert world.task(FIRST, "list").state is TaskState.DONE
    assert world.task(FIRST, "move").depends == (done.id,)


def test_a_raise_keeps_who_stands_there() -> None:
    levels: dict[str, Any] = {
        "III": {"posts": (post_spec("guard", 1),)},
        "II": {"posts": (post_spec("guard", 3),)},
    }
    world, op = ladder(**levels)
    world.everyone_comes()
    world.raise_to(op, "II", FIRST)
    post = world.post(FIRST, "guard")
    assert (post.heads, post.present, post.called) == (3, 1, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"must": True},
        {"crew_min": 2},
        {"shift_minutes": 120},
        {"skills": ("boat",)},
        {"may_fill": ("cadre",)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_raise_that_keeps_the_heads_still_changes_the_rest(change: dict[str, Any]) -> None:
    levels: dict[str, Any] = {
        "III": {"posts": (post_spec("guard", 2),)},
        "II": {"posts": (post_spec("guard", 2, **change),)},
    }
    world, op = ladder(**levels)
    world.raise_to(op, "II", FIRST)
    (name, value), *_ = change.items()
    assert getattr(world.post(FIRST, "guard"), name) == value
    world.lower_to(op, "III", FIRST)
    assert getattr(world.post(FIRST, "guard"), name) != value


def test_a_raise_can_make_a_conversion_one_to_wait_for() -> None:
    fields: dict[str, Any] = {"kind": "shelter", "to": "open", "use": words("x"), "by_minutes": 60}
    levels: dict[str, Any] = {
        "III": {"conversions": (ConversionSpec(**fields, must=False),)},
        "II": {"conversions": (ConversionSpec(**fields, must=True),)},
    }
    world, op = ladder(**levels)
    world.raise_to(op, "II", FIRST)
    world.sign(op)
    assert world.mode(FIRST) is Mode.ACTIVATING
    world.convert()
    assert world.mode(FIRST) is Mode.EMERGENCY


def test_a_raise_that_changes_nothing_for_a_post_says_nothing_of_it() -> None:
    same = {"posts": (post_spec("guard", 2),)}
    world, op = ladder(III=same, II=same)
    assert one_of(world.raise_to(op, "II", FIRST), PlaceSwitched).posts == ()


def test_a_lowering_lets_go_of_what_only_the_higher_level_asked() -> None:
    low, high = task_spec("list"), task_spec("move")
    levels: dict[str, Any] = {
        "II": {"tasks": (low, high), "posts": (post_spec("guard", 2), post_spec("boat", 1))},
        "III": {"tasks": (low,), "posts": (post_spec("guard", 1),)},
    }
    world, op = ladder(**levels)
    world.raise_to(op, "II", FIRST)
    boat = world.called_to(world.post(FIRST, "boat").id)[0]
    left = world.task(FIRST, "move")
    world.lower_to(op, "III", FIRST)
    assert (world.call(boat.id).progress, world.call(boat.id).code) == (Progress.CANCELLED, "post_closed")
    assert world.state.tasks[left.id].left and f"task_due:{left.id}" not in world.state.duties
    assert not world.task(FIRST, "list").left
    assert world.post(FIRST, "boat").wanted == {}
    assert world.post(FIRST, "guard").heads == 1


def test_a_level_left_and_entered_again_starts_afresh() -> None:
    asked = TallyAsked(key="moved", name=words("moved"), total=10, every_minutes=60)
    low = {"tasks": (task_spec("list"),)}
    world, op = ladder(III=low, II={"tasks": (task_spec("list"), task_spec("move")), "tallies": (asked,)})
    world.raise_to(op, "II", FIRST)
    first = world.task(FIRST, "move")
    world.complete(first)
    world.complete(world.task(FIRST, "list"))
    world.order(desk(FIRST), ReportTally(area=FIRST, operation=op, values={"moved": 10}))
    world.lower_to(op, "III", FIRST)
    assert not world.state.tallies
    world.raise_to(op, "II", FIRST)
    again = world.task(FIRST, "move")
    assert (again.state, again.id != first.id) == (TaskState.OPEN, True)
    assert world.task(FIRST, "list").state is TaskState.DONE, "its level was never left"
    assert world.state.tallies[f"{op}:moved@{FIRST}"].value is None


def test_the_second_wave_starts_afresh() -> None:
    asked = TallyAsked(key="moved", name=words("moved"), total=10, every_minutes=60)
    level = {
        "tasks": (task_spec("move"),),
        "tallies": (asked,),
        "posts": (post_spec("guard", 1),),
        "recovery": (task_spec("clean", must=True),),
    }
    world, op = ladder(III=level)
    world.sign(op)
    world.everyone_comes()
    world.complete(world.task(FIRST, "move"))
    world.order(desk(FIRST), ReportTally(area=FIRST, operation=op, values={"moved": 10}))
    world.end(op, FIRST)
    clean = world.task(FIRST, "clean")
    world.raise_to(op, "III", FIRST)
    switch = world.switch(op, FIRST)
    assert (switch.mode, switch.signed_at, switch.ready_at) == (Mode.ACTIVATING, None, None)
    assert world.task(FIRST, "move").state is TaskState.OPEN
    assert world.state.tallies[f"{op}:moved@{FIRST}"].value is None
    assert world.state.tasks[clean.id].left, "the restore list is for the end"
    assert world.post(FIRST, "guard").present == 1, "who still stands there counts"
    world.end(op, FIRST)
    assert world.task(FIRST, "clean").id != clean.id


# --- normal work ------------------------------------------------------------------------------------------


def test_normal_work_stands_still_and_resumes_with_its_dates_moved() -> None:
    levels: dict[str, Any] = {"III": {"suspensions": (Suspension("household_visit", words("visits")),)}}
    world, op = ladder(**levels)
    visits = f"routine:{FIRST}:household_visit"
    before = world.state.routines[visits].next_due
    assert world.state.routines[visits].holders == (op,)
    world.advance(90)
    world.lower_to(op, "IV", FIRST)
    resumed = world.state.routines[visits]
    assert (resumed.holders, resumed.next_due) == ((), before + timedelta(minutes=90))


def test_it_stands_still_until_the_place_is_normal_again() -> None:
    levels: dict[str, Any] = {
        "III": {
            "suspensions": (Suspension("household_visit", words("visits")),),
            "recovery": (task_spec("clean", must=True),),
        }
    }
    world, op = ladder(**levels)
    visits = f"routine:{FIRST}:household_visit"
    before = world.state.routines[visits].next_due
    world.end(op, FIRST)
    world.advance(60)
    assert world.state.routines[visits].holders == (op,)
    world.restore()
    assert world.state.routines[visits].holders == ()
    assert world.state.routines[visits].next_due == before + timedelta(minutes=60)


def test_two_operations_hold_the_same_work_and_the_last_one_releases_it() -> None:
    world = World(
        handmade=asks(FIRST, suspensions=(Suspension("household_visit", words("visits")),)),
    )
    visits = f"routine:{FIRST}:household_visit"
    before = world.state.routines[visits].next_due
    one = world.declare("III", FIRST)
    world.advance(30)
    other = world.declare("III", FIRST, name=OTHER)
    world.advance(30)
    world.end(one, FIRST)
    assert world.state.routines[visits].holders == (other,)
    assert world.state.routines[visits].next_due == before
    world.advance(30)
    world.end(other, FIRST)
    assert world.state.routines[visits].next_due == before + timedelta(minutes=90)
