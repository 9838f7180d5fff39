"""Evidence, not clicks: a task is closed by what can be seen, in order, and goes one level up when it is late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import CheckIn
from coordinator.domain.facility import FacilityState, ReportFacility
from coordinator.domain.measures import ConversionSpec, EvidenceKind
from coordinator.domain.task import (
    AcknowledgeTask,
    AddTask,
    CancelTask,
    CompleteTask,
    StartTask,
    Task,
    TaskState,
)
from tests.builders import (
    COMMANDER,
    DISTRICT,
    FIRST,
    GRID,
    SECOND,
    STREET,
    STREET_DESK,
    World,
    asks,
    asks_by_level,
    desk,
    phone,
    post_spec,
    shelter,
    task_spec,
    words,
)


def tasked(*specs: Any, **more: Any) -> World:
    """One community with these tasks, at III."""
    world = World(handmade=asks(FIRST, tasks=specs, **more))
    world.declare("III", FIRST)
    return world


def done(task: Task, area: AreaCode = FIRST, **shown: Any) -> CompleteTask:
    return CompleteTask(area=area, task=task.id, **shown)


def add(op: str, area: AreaCode = FIRST, **given: Any) -> AddTask:
    fields: dict[str, Any] = {
        "key": "sandbags",
        "name_zh": "送沙袋",
        "name_en": "Bring sandbags",
        "by_minutes": 60,
    }
    return AddTask(area=area, operation=op, **fields | given)


# --- evidence ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["count", "receipt_rate"])
def test_a_count_is_closed_by_enough_of_it(kind: str) -> None:
    world = tasked(task_spec("phone", kind, total=21, share=0.95))
    task = world.task(FIRST, "phone")
    refused = world.refusal(desk(FIRST), done(task, done=19))
    assert refused.code == "evidence_short"
    assert (refused.facts["least"], refused.facts["total"]) == ("20", "21")
    world.order(desk(FIRST), done(task, done=20))
    closed = world.task(FIRST, "phone")
    assert (closed.state, closed.done, closed.closed_at) == (TaskState.DONE, 20, world.now)


@pytest.mark.parametrize("kind", ["checklist", "photo", "signed_form", "report_in"])
@pytest.mark.parametrize("shown", [[], [""], ["vault:1", ""]], ids=["none", "empty", "one empty"])
def test_what_is_shown_by_reference_needs_one(kind: str, shown: list[str]) -> None:
    world = tasked(task_spec("drains", kind))
    task = world.task(FIRST, "drains")
    refused = world.refusal(desk(FIRST), done(task, evidence=shown))
    assert (refused.code, refused.facts["asked"]) == ("evidence_missing", kind)
    world.order(desk(FIRST), done(task, evidence=["vault:1"]))
    assert world.task(FIRST, "drains").state is TaskState.DONE


def test_a_building_s_state_is_shown_by_the_building() -> None:
    to_open = ConversionSpec(kind="shelter", to="open", use=words("shelter"), by_minutes=60, must=True)
    opened = task_spec("opened", "facility_state", facility="shelter")
    world = tasked(opened, conversions=(to_open,))
    task = world.task(FIRST, "opened")
    claims = done(task, evidence=["vault:1"])
    assert world.refusal(desk(FIRST), claims).code == "evidence_missing"
    world.report(shelter(FIRST), FacilityState.STANDBY)
    assert world.refusal(desk(FIRST), claims).code == "evidence_missing"
    world.report(shelter(FIRST), FacilityState.OPEN)
    world.order(desk(FIRST), claims)
    assert world.task(FIRST, "opened").state is TaskState.DONE


def test_a_flooded_building_shows_nothing() -> None:
    to_open = ConversionSpec(kind="shelter", to="open", use=words("shelter"), by_minutes=60, must=True)
    world = tasked(task_spec("opened", "facility_state", facility="shelter"), conversions=(to_open,))
    world.report(shelter(FIRST), FacilityState.UNUSABLE)
    claims = done(world.task(FIRST, "opened"))
    assert world.refusal(desk(FIRST), claims).code == "evidence_missing"


def test_a_crew_is_shown_by_its_check_in_and_one_alone_is_none() -> None:
    assembled = task_spec("assembled", "check_in", post="guard")
    world = tasked(assembled, posts=(post_spec("guard", 3, crew_min=2), post_spec("watch", 1)))
    task = world.task(FIRST, "assembled")
    guards = world.called_to(world.post(FIRST, "guard").id)
    (watch,) = world.called_to(world.post(FIRST, "watch").id)
    for call in (watch, guards[0]):
        world.order(desk(FIRST), CheckIn(area=FIRST, call_outs=[call.id]))
        assert world.refusal(desk(FIRST), done(task)).code == "evidence_missing"
    world.order(desk(FIRST), CheckIn(area=FIRST, call_outs=[guards[1].id]))
    world.order(desk(FIRST), done(task))
    assert world.task(FIRST, "assembled").state is TaskState.DONE


def test_a_street_s_crew_may_stand_in_any_of_its_communities() -> None:
    world = World(handmade=asks(FIRST, posts=(post_spec("guard", 1),)))
    op = world.declare("III", STREET)
    world.order(STREET_DESK, add(op, STREET, key="manned", evidence=EvidenceKind.CHECK_IN))
    task = world.task(STREET, "manned")
    assert world.refusal(STREET_DESK, done(task, STREET)).code == "evidence_missing"
    world.everyone_comes(FIRST)
    world.order(STREET_DESK, done(task, STREET))


# --- on the way to done -----------------------------------------------------------------------------------


def test_said_twice_is_said_once() -> None:
    world = tasked(task_spec("drains"))
    task = world.task(FIRST, "drains").id
    for command in (
        AcknowledgeTask(area=FIRST, task=task),
        StartTask(area=FIRST, task=task, done=3),
        CompleteTask(area=FIRST, task=task, evidence=["vault:1"]),
    ):
        assert world.order(desk(FIRST), command)
        assert world.order(desk(FIRST), command) == []


def test_who_takes_it_first_has_the_lead() -> None:
    world = tasked(task_spec("drains"))
    task = world.task(FIRST, "drains").id
    world.order(desk(FIRST), AcknowledgeTask(area=FIRST, task=task))
    world.order(STREET_DESK, StartTask(area=STREET, task=task, done=2))
    assert (world.task(FIRST, "drains").lead, world.task(FIRST, "drains").done) == (desk(FIRST).person, 2)


def test_what_is_closed_is_not_worked_on() -> None:
    world = tasked(task_spec("drains"), task_spec("gates"))
    drains, gates = world.task(FIRST, "drains"), world.task(FIRST, "gates")
    world.order(desk(FIRST), done(drains, evidence=["vault:1"]))
    world.order(desk(FIRST), CancelTask(area=FIRST, task=gates.id, reason="no_gates"))
    assert world.refusal(desk(FIRST), StartTask(area=FIRST, task=drains.id)).code == "task_closed"
    assert world.refusal(desk(FIRST), done(gates, evidence=["vault:1"])).code == "task_closed"
    assert (
        world.refusal(desk(FIRST), CancelTask(area=FIRST, task=drains.id, reason="x")).code == "task_closed"
    )
    assert world.order(desk(FIRST), CancelTask(area=FIRST, task=gates.id, reason="no_gates")) == []
    assert f"task_due:{gates.id}" not in world.state.duties


def test_each_place_has_its_own_tasks() -> None:
    world = tasked(task_spec("drains"))
    task = world.task(FIRST, "drains").id
    for command in (
        AcknowledgeTask(area=SECOND, task=task),
        StartTask(area=SECOND, task=task),
        CompleteTask(area=SECOND, task=task),
        CancelTask(area=SECOND, task=task, reason="x"),
    ):
        assert world.refusal(desk(SECOND), command).code == "unknown_task"


def test_a_task_waits_for_what_it_depends_on() -> None:
    world = tasked(task_spec("list"), task_spec("move", depends=("list",)))
    first, then = world.task(FIRST, "list"), world.task(FIRST, "move")
    assert then.depends == (first.id,)
    refused = world.refusal(desk(FIRST), done(then, evidence=["vault:1"]))
    assert (refused.code, refused.facts["depends"]) == ("depends_on", first.id)
    world.order(desk(FIRST), done(first, evidence=["vault:1"]))
    world.order(desk(FIRST), done(then, evidence=["vault:1"]))


def test_a_grid_s_task_may_depend_on_one_of_its_community() -> None:
    world = World()
    world.declare("II", FIRST)
    move = world.task(GRID, "evacuate")
    assert set(move.depends) == {world.task(FIRST, "shelter_open").id, world.task(GRID, "list").id}


def test_what_was_called_off_holds_nothing_up() -> None:
    world = tasked(task_spec("list"), task_spec("move", depends=("list",)))
    world.order(
        desk(FIRST), CancelTask(area=FIRST, task=world.task(FIRST, "list").id, reason="nobody_listed")
    )
    world.order(desk(FIRST), done(world.task(FIRST, "move"), evidence=["vault:1"]))


def test_a_repeated_task_comes_again_and_asks_for_evidence_again() -> None:
    world = tasked(task_spec("check", repeat_minutes=60, by_minutes=60))
    task = world.task(FIRST, "check")
    world.advance(30)
    world.order(desk(FIRST), done(task, evidence=["vault:1"]))
    again = world.task(FIRST, "check")
    assert (again.state, again.round, again.done) == (TaskState.OPEN, 2, 0)
    assert again.due == task.due + timedelta(minutes=60)
    assert world.refusal(desk(FIRST), done(again)).code == "evidence_missing"
    world.advance(90)
    assert world.task(FIRST, "check").overdue
    world.order(desk(FIRST), done(again, evidence=["vault:2"]))
    third = world.task(FIRST, "check")
    assert (third.round, third.overdue) == (3, False)
    assert not world.concerns("task_overdue")


def test_what_waits_for_a_repeated_task_waits_for_its_first_round() -> None:
    world = tasked(task_spec("check", repeat_minutes=60), task_spec("move", depends=("check",)))
    move = done(world.task(FIRST, "move"), evidence=["vault:1"])
    assert world.refusal(desk(FIRST), move).code == "depends_on"
    world.order(desk(FIRST), done(world.task(FIRST, "check"), evidence=["vault:1"]))
    world.order(desk(FIRST), move)


# --- late -------------------------------------------------------------------------------------------------


def test_nobody_has_taken_it() -> None:
    world = tasked(task_spec("wake", ack_minutes=5))
    task = world.task(FIRST, "wake")
    world.advance(4.9)
    assert not world.concerns("task_unacknowledged")
    world.advance(0.1)
    assert world.state.concerns[f"task_unacknowledged:{task.id}"].raised_to == STREET
    world.order(desk(FIRST), AcknowledgeTask(area=FIRST, task=task.id))
    assert not world.concerns("task_unacknowledged")


def test_late_it_goes_one_level_up_and_step_by_step_further() -> None:
    world = World(handmade=asks(GRID, tasks=(task_spec("drains", by_minutes=60),)))
    world.declare("III", FIRST)
    task = world.task(GRID, "drains")
    seen = []
    for minutes in (60, 30, 30, 30, 300):
        world.advance(minutes)
        seen.append(world.state.concerns[f"task_overdue:{task.id}"].raised_to)
    assert seen == [FIRST, STREET, DISTRICT, DISTRICT, DISTRICT]
    assert world.counts(DISTRICT)["overdue"] == 1
    world.order(phone(GRID), done(task, GRID, evidence=["vault:1"]))
    assert not world.concerns("task_overdue")
    assert "overdue" not in world.counts(DISTRICT)


# --- beyond the playbook ----------------------------------------------------------------------------------


def test_a_desk_adds_a_task() -> None:
    world = tasked()
    op = world.operation
    world.order(desk(FIRST), add(op, ack_minutes=10))
    task = world.task(FIRST, "sandbags")
    assert (task.due, task.ack_by) == (world.now + timedelta(minutes=60), world.now + timedelta(minutes=10))
    world.advance(10)
    assert world.concerns("task_unacknowledged") == [task.id]


@pytest.mark.parametrize("area", [SECOND, DISTRICT, SECOND + "01"])
def test_only_where_the_operation_runs(area: AreaCode) -> None:
    """Elsewhere nothing would ever end it."""
    world = tasked()
    refused = world.refusal(COMMANDER, add(world.operation, area))
    assert refused.code == "not_switched"


def test_a_grid_of_a_switched_community_is_switched() -> None:
    world = tasked()
    world.order(desk(FIRST), add(world.operation, GRID))
    assert world.task(GRID, "sandbags")


def test_of_no_operation() -> None:
    assert tasked().refusal(desk(FIRST), add("op-x")).code == "unknown_operation"


@pytest.mark.parametrize("kind", [EvidenceKind.COUNT, EvidenceKind.RECEIPT_RATE])
def test_a_count_of_nothing_is_not_asked(kind: EvidenceKind) -> None:
    with pytest.raises(ValidationError, match="closed by nothing"):
        add("op-1", evidence=kind)


def test_a_change_of_level_leaves_the_desk_its_own_tasks_and_an_end_does_not() -> None:
    levels = {"III": {"tasks": (task_spec("drains"),)}, "II": {"tasks": (task_spec("drains"),)}}
    world = World(handmade=asks_by_level(FIRST, **levels))
    op = world.declare("III", FIRST)
    world.order(desk(FIRST), add(op, key="drains"))
    world.raise_to(op, "II", FIRST)
    assert sorted(task.beyond for task in world.state.tasks.values()) == [False, True]
    world.lower_to(op, "IV", FIRST)
    own = [task for task in world.state.tasks.values() if task.beyond]
    assert [task.state for task in own] == [TaskState.OPEN]
    world.end(op, FIRST)
    assert not world.state.tasks and f"task_due:{own[0].id}" not in world.state.duties


# --- the restore list -------------------------------------------------------------------------------------


def test_what_has_to_be_done_before_normal_cannot_be_called_off() -> None:
    recovery = (task_spec("clean", must=True), task_spec("review"))
    world = tasked(recovery=recovery)
    world.end(world.operation, FIRST)
    clean, review = world.task(FIRST, "clean"), world.task(FIRST, "review")
    world.order(desk(FIRST), CancelTask(area=FIRST, task=review.id, reason="later"))
    refused = world.refusal(desk(FIRST), CancelTask(area=FIRST, task=clean.id, reason="later"))
    assert refused.code == "must_be_done"


def test_evidence_is_looked_for_where_the_task_is() -> None:
    """A report on another community's shelter opens nothing here."""
    to_open = ConversionSpec(kind="shelter", to="open", use=words("shelter"), by_minutes=60, must=True)
    world = tasked(task_spec("opened", "facility_state", facility="shelter"), conversions=(to_open,))
    for step in (FacilityState.STANDBY, FacilityState.OPEN):
        world.order(desk(SECOND), ReportFacility(area=SECOND, facility=shelter(SECOND), to=step))
    assert world.refusal(desk(FIRST), done(world.task(FIRST, "opened"))).code == "evidence_missing"
