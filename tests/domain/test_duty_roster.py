"""The duty roster: who is called when, that a handover counts what is open, and that nobody taking over is seen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.concern import Severity
from coordinator.domain.duty_roster import (
    GRACE,
    SOON,
    DutyHandedOver,
    DutyPost,
    HandOver,
    HandoverFellOverdue,
    PlannedShift,
    PlanShifts,
    ShiftsPlanned,
    next_shifts,
    on_duty,
    turns,
)
from coordinator.jobs.notify import notify_jobs
from tests.builders import COMMANDER, DISTRICT, FIRST, GRID, SECOND, STREET, World, asks, desk, one_of

DAY = timedelta(days=1)
OFFICER, LEAD, SUBSTITUTE = DutyPost


def shift(person: str, begins: datetime, hours: float = 12, post: DutyPost = OFFICER) -> PlannedShift:
    return PlannedShift(person=person, post=post, begins=begins, ends=begins + timedelta(hours=hours))


def plan(world: World, *shifts: PlannedShift, area: str = FIRST, days: float = 7) -> PlanShifts:
    return PlanShifts(area=area, from_=world.now - DAY, until=world.now + days * DAY, shifts=list(shifts))


@pytest.fixture
def world() -> World:
    """p1 to p9 hold a role in either community."""
    made = World(handmade=asks(FIRST))
    made.granted = {f"p{number}": (FIRST, SECOND) for number in range(1, 10)}
    return made


def test_without_a_plan_the_register_s_list_is_called(world: World) -> None:
    office = world.state.registers.organisation.offices[f"office:{FIRST}"]
    assert on_duty(world.state, FIRST, world.now) == list(office.duty)
    assert on_duty(world.state, GRID, world.now) == []


def test_whose_shift_it_is_is_called_in_order(world: World) -> None:
    now, later = world.now, world.now + timedelta(hours=12)
    world.order(
        desk(FIRST),
        plan(
            world,
            shift("p3", now, post=SUBSTITUTE),
            shift("p2", now, post=LEAD),
            shift("p1", now),
            shift("p4", later),
        ),
    )
    assert on_duty(world.state, FIRST, now) == ["p1", "p2", "p3"]
    assert on_duty(world.state, FIRST, later) == ["p4"]
    assert [one.person for one in next_shifts(world.state, FIRST, now)] == ["p4"]
    assert on_duty(world.state, SECOND, now) != ["p1", "p2", "p3"]


def test_a_plan_replaces_what_was_planned_within_its_time_alone(world: World) -> None:
    now = world.now
    world.order(desk(FIRST), plan(world, shift("p1", now), shift("p2", now + 8 * DAY), days=9))
    given = one_of(
        world.order(desk(FIRST), plan(world, shift("p1", now), shift("p3", now + DAY))), ShiftsPlanned
    )
    assert [one.person for one in given.shifts] == ["p3"] and given.dropped == ()
    assert {one.person for one in world.state.shifts.in_area(FIRST)} == {"p1", "p2", "p3"}
    assert world.order(desk(FIRST), plan(world, shift("p1", now), shift("p3", now + DAY))) == []
    world.order(desk(FIRST), plan(world))
    assert {one.person for one in world.state.shifts.in_area(FIRST)} == {"p2"}
    assert [key for key, _ in world.state.duties.items() if key.startswith("handover_due")] == [
        f"handover_due:{next(iter(world.state.shifts.keys_in(FIRST)))}"
    ]


def test_what_is_no_shift_is_refused(world: World) -> None:
    now, at = world.now, desk(FIRST)
    assert world.refusal(at, plan(world, shift("p1", now, 0))).code == "bad_shift"
    assert world.refusal(at, plan(world, shift("p1", now, 49))).code == "bad_shift"
    assert world.refusal(at, plan(world, shift("p1", now + 8 * DAY))).code == "shift_outside"
    two = plan(world, shift("p1", now), shift("p1", now + timedelta(hours=11)))
    assert world.refusal(at, two).code == "shifts_overlap"
    assert world.refusal(COMMANDER, plan(world, area=GRID)).code == "no_office"
    assert world.refusal(COMMANDER, HandOver(area=GRID, to="p1")).code == "no_office"
    assert world.refusal(desk(SECOND), plan(world, shift("p1", now))).code == "not_your_part"


def test_a_handover_says_who_and_counts_what_is_open(world: World) -> None:
    operation = world.declare("III", FIRST)
    world.order(desk(FIRST), plan(world, shift("p1", world.now, 8)))
    before = on_duty(world.state, FIRST, world.now)[0]
    event = one_of(world.order(desk(FIRST), HandOver(area=FIRST, to="p1")), DutyHandedOver)
    figures = world.state.figures(FIRST)
    assert (event.to, event.before) == ("p1", "" if before == "p1" else before)
    assert event.until == world.now + timedelta(hours=8)
    assert event.open["unsigned"] == 1 and event.open["open_tasks"] == figures.get("open", 0)
    assert event.open["concerns"] == figures.get("concerns", 0)
    assert world.order(desk(FIRST), HandOver(area=FIRST, to="p1")) == []
    world.sign(operation, FIRST)
    again = one_of(world.order(desk(FIRST), HandOver(area=FIRST, to="p2")), DutyHandedOver)
    assert (again.before, again.until, again.open["unsigned"]) == ("p1", None, 0)
    assert on_duty(world.state, FIRST, world.now)[0] == "p2"


def test_a_taken_shift_ends_and_the_next_is_called(world: World) -> None:
    now = world.now
    world.order(desk(FIRST), plan(world, shift("p1", now, 8), shift("p2", now + timedelta(hours=8), 8)))
    world.order(desk(FIRST), HandOver(area=FIRST, to="p1"))
    assert on_duty(world.state, FIRST, now + timedelta(hours=8) + GRACE) == ["p2"]


def test_nobody_taking_over_is_a_concern_until_somebody_does(world: World) -> None:
    world.order(desk(FIRST), plan(world, shift("p1", world.now + timedelta(hours=1), 8)))
    given = world.advance(60 + GRACE.total_seconds() / 60 + 1)
    assert one_of(given, HandoverFellOverdue).person == "p1"
    concern = world.state.concerns[f"handover_late:{FIRST}"]
    assert (concern.severity, concern.raised_to) == (Severity.NOTICE, STREET)
    world.order(desk(FIRST), HandOver(area=FIRST, to="p9"))
    assert f"handover_late:{FIRST}" not in world.state.concerns
    assert world.replayed().digest() == world.state.digest()


def test_while_something_runs_it_is_urgent_and_who_took_over_in_time_is_no_concern(world: World) -> None:
    world.declare("III", FIRST)
    soon = world.now + timedelta(minutes=30)
    world.order(desk(FIRST), plan(world, shift("p1", soon)))
    world.order(desk(SECOND), plan(world, shift("p2", soon), area=SECOND))
    world.order(desk(SECOND), HandOver(area=SECOND, to="p2"))
    world.advance(60)
    assert world.state.concerns[f"handover_late:{FIRST}"].severity is Severity.URGENT
    assert f"handover_late:{SECOND}" not in world.state.concerns


def test_a_shift_of_last_week_is_forgotten(world: World) -> None:
    world.order(desk(FIRST), plan(world, shift("p1", world.now)))
    world.advance(9 * 24 * 60)
    world.order(desk(FIRST), plan(world, shift("p2", world.now)))
    assert {one.person for one in world.state.shifts.in_area(FIRST)} == {"p2"}


def test_orders_go_to_who_is_on_duty(world: World) -> None:
    world.order(desk(FIRST), plan(world, shift("p1", world.now), shift("p2", world.now, post=LEAD)))
    world.declare("III", FIRST)
    owed = [one for one in world.state.duties.values() if one.kind == "notify" and one.area == FIRST]
    told = {
        one.person for job in notify_jobs(world.state, owed) for notice in job.notices for one in notice.to
    }
    assert {"p1", "p2"} <= told
    assert not {f"d-{FIRST}-1", f"d-{FIRST}-2"} & told
    assert DISTRICT not in told


STRANGER = "p7000001"


def test_nobody_puts_a_stranger_on_the_roster(world: World) -> None:
    """Whoever stands on it is known and called by all below: a desk could have anybody's name and phone by it."""
    people, tree = world.registers.people, world.registers.areas
    own = people.living_in(GRID)[0]
    other = people.living_in(tree.children(SECOND)[0])[0]
    soon = world.now + timedelta(hours=20)
    for person in (other, f"d-{SECOND}-1", STRANGER):
        assert world.refusal(desk(FIRST), plan(world, shift(person, soon))).code == "unknown_person"
        assert world.refusal(desk(FIRST), HandOver(area=FIRST, to=person)).code == "unknown_person"
    world.order(desk(FIRST), plan(world, shift(own, soon), shift(f"d-{FIRST}-2", world.now)))
    world.order(desk(STREET), plan(world, shift(other, soon + DAY)))
    world.order(desk(FIRST), plan(world, shift(own, soon), shift(other, soon + DAY)))
    world.order(desk(FIRST), HandOver(area=FIRST, to=other))
    assert world.order(Actor(STRANGER, Role.COMMUNITY, FIRST), HandOver(area=FIRST, to=STRANGER))


def test_who_holds_a_role_on_a_part_belongs_to_it(world: World) -> None:
    world.granted = {STRANGER: (SECOND,)}
    order = HandOver(area=FIRST, to=STRANGER)
    assert world.refusal(desk(FIRST), order).code == "unknown_person"
    assert world.order(desk(STREET), order)


def test_a_shift_that_is_over_or_far_away_is_nobody_s_duty(world: World) -> None:
    begins = world.now + timedelta(hours=20)
    world.order(desk(FIRST), plan(world, shift("p1", begins, 8)))
    (turn,) = turns(world.state)["p1"]
    assert turn.area == FIRST
    assert not turn.counts(begins - SOON - GRACE) and turn.counts(begins - SOON)
    ends = begins + timedelta(hours=8)
    assert turn.counts(ends - GRACE) and not turn.counts(ends)


def test_who_took_over_is_on_duty_until_their_shift_is_over(world: World) -> None:
    world.order(desk(FIRST), plan(world, shift("p1", world.now, 8)))
    world.order(desk(FIRST), HandOver(area=FIRST, to="p1"))
    ends = world.now + timedelta(hours=8)
    assert any(turn.counts(ends) for turn in turns(world.state)["p1"])
    assert not any(turn.counts(ends + GRACE) for turn in turns(world.state)["p1"])
    world.order(desk(FIRST), HandOver(area=FIRST, to="p2"))
    assert [turn.until for turn in turns(world.state)["p2"]] == [None], "nobody planned when it ends"
