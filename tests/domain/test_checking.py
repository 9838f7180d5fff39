"""What a desk does with tasks that others work on: send them back, pass them up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coordinator.domain.access import Actor
from coordinator.domain.checking import EscalateTask, ReturnTask
from coordinator.domain.task import CompleteTask, Task, TaskState
from tests.builders import (
    DISTRICT,
    FIRST,
    GRID,
    SECOND,
    STREET,
    STREET_DESK,
    World,
    asks,
    desk,
    phone,
    task_spec,
)


@pytest.fixture
def world() -> World:
    world = World(handmade=asks(FIRST, tasks=(task_spec("drains", kind="photo"), task_spec("gates"))))
    world.declare("III", FIRST)
    return world


def finished(world: World, *evidence: str) -> Task:
    task = world.task(FIRST, "drains")
    world.order(desk(FIRST), CompleteTask(area=FIRST, task=task.id, evidence=list(evidence or ["vault:1"])))
    return world.task(FIRST, "drains")


def back(task: Task, minutes: int = 30) -> ReturnTask:
    return ReturnTask(area=STREET, task=task.id, reason="unclear", by_minutes=minutes, note="op.320113.aa")


def test_what_was_handed_in_stands_with_the_task(world: World) -> None:
    assert finished(world, "vault:1", "vault:2").proof == ("vault:1", "vault:2")


def test_what_is_sent_back_is_open_again_for_whom_it_was(world: World) -> None:
    task = finished(world)
    world.order(STREET_DESK, back(task))
    again = world.task(FIRST, "drains")
    assert (again.state, again.returned, again.lead) == (TaskState.ACKNOWLEDGED, "unclear", task.lead)
    assert again.returned_note == "op.320113.aa"
    assert again.due == world.now + timedelta(minutes=30)
    assert world.counts(FIRST)["open"] == 2
    world.advance(31)
    assert world.task(FIRST, "drains").overdue
    done = finished(world, "vault:3")
    assert (done.state, done.returned, done.returned_note) == (TaskState.DONE, "", "")
    assert done.proof == ("vault:3",)
    assert not world.concerns("task_overdue")


def test_only_what_is_done_can_be_sent_back(world: World) -> None:
    refused = world.refusal(STREET_DESK, back(world.task(FIRST, "drains")))
    assert (refused.code, refused.facts["state"]) == ("task_not_done", "open")


@pytest.mark.parametrize("who", [phone(GRID), desk(SECOND)])
def test_no_grid_and_no_other_place_sends_back(world: World, who: Actor) -> None:
    task = finished(world)
    order = ReturnTask(area=who.area, task=task.id, reason="unclear")
    assert world.refusal(who, order).code in {"not_your_role", "unknown_task"}


def test_a_task_is_passed_up_one_desk_at_a_time(world: World) -> None:
    task = world.task(FIRST, "drains")
    up = EscalateTask(area=FIRST, task=task.id)
    world.order(desk(FIRST), up)
    assert world.task(FIRST, "drains").escalated_to == STREET
    world.order(desk(FIRST), up)
    assert world.task(FIRST, "drains").escalated_to == DISTRICT
    (concern,) = (one for _, one in world.state.concerns.items() if one.kind == "task_escalated")
    assert concern.raised_to == DISTRICT
    assert world.refusal(desk(FIRST), up).code == "not_above"
    finished(world)
    assert not world.concerns("task_escalated")


def test_a_task_may_skip_desks_on_its_way_up(world: World) -> None:
    task = world.task(FIRST, "drains")
    straight = EscalateTask(area=FIRST, task=task.id, to=DISTRICT)
    assert world.order(desk(FIRST), straight)
    assert world.order(desk(FIRST), straight) == [], "said twice is said once"
    beside = EscalateTask(area=FIRST, task=task.id, to=SECOND)
    assert world.refusal(desk(FIRST), beside).code == "not_above"


def test_what_is_done_is_not_passed_up(world: World) -> None:
    task = finished(world)
    assert world.refusal(desk(FIRST), EscalateTask(area=FIRST, task=task.id)).code == "task_closed"
