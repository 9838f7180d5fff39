"""Tallies, hazard points, situation reports, and the normal work that goes on where nothing is switched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coordinator.domain.measures import Suspension, TallyAsked
from coordinator.domain.mode import Mode
from coordinator.domain.routine import CompleteRoutine
from coordinator.domain.situation import (
    CloseHazard,
    HazardReported,
    ReportHazard,
    ReportSigned,
    ReportTally,
    SignReport,
    Trend,
)
from tests.builders import (
    DISTRICT,
    FIRST,
    GRID,
    OTHER,
    SECOND,
    STREET,
    STREET_DESK,
    T0,
    World,
    asks,
    commanded,
    desk,
    one_of,
    phone,
    words,
)

# --- counts -----------------------------------------------------------------------------------------------


def test_unreported_is_never_nought() -> None:
    world = World()
    op = world.declare("II", FIRST)
    tally = world.state.tallies[f"{op}:moved@{GRID}"]
    assert (tally.value, tally.at) == (None, None)
    row = world.counts(FIRST)
    assert row["tally_asked.moved"] == 3
    assert "tally_reported.moved" not in row
    world.order(phone(GRID), ReportTally(area=GRID, operation=op, values={"moved": 0}))
    row = world.counts(FIRST)
    assert (row["tally_reported.moved"], row.get("tally.moved", 0)) == (1, 0)
    assert world.state.tallies[tally.id].at == world.now


def test_counts_are_summed_above() -> None:
    world = World()
    op = world.declare("II", FIRST)
    for number, grid in enumerate(("01", "02"), start=5):
        area = FIRST + grid
        world.order(phone(area), ReportTally(area=area, operation=op, values={"moved": number}))
    assert world.counts(DISTRICT)["tally.moved"] == 11
    world.order(phone(GRID), ReportTally(area=GRID, operation=op, values={"moved": 6}))
    assert world.counts(DISTRICT)["tally.moved"] == 12


@pytest.mark.parametrize(("area", "key"), [(GRID, "snow"), (SECOND + "01", "moved"), (FIRST, "moved")])
def test_what_is_not_asked_is_not_reported(area: str, key: str) -> None:
    world = World()
    op = world.declare("II", FIRST)
    report = ReportTally(area=area, operation=op, values={key: 1})
    assert world.refusal(STREET_DESK, report).code == "tally_not_asked"


# --- hazard points ----------------------------------------------------------------------------------------


def ponding(depth: int, trend: Trend = Trend.RISING, hazard: str | None = None) -> ReportHazard:
    return ReportHazard(area=GRID, kind="ponding", depth_cm=depth, trend=trend, hazard=hazard)


def test_a_point_is_reported_followed_and_closed() -> None:
    world = World()
    point = one_of(world.order(phone(GRID), ponding(15)), HazardReported).id
    assert world.counts(STREET)["hazards_rising"] == 1
    world.advance(10)
    world.order(phone(GRID), ponding(8, Trend.FALLING, point))
    known = world.state.hazards[point]
    assert (known.depth_cm, known.trend, known.at) == (8, Trend.FALLING, T0 + timedelta(minutes=10))
    assert world.counts(STREET)["hazards"] == 1
    world.order(desk(FIRST), CloseHazard(area=FIRST, hazard=point))
    assert not world.state.hazards
    assert world.order(desk(FIRST), CloseHazard(area=FIRST, hazard=point)) == []


def test_a_point_belongs_to_its_grid() -> None:
    world = World()
    point = one_of(world.order(phone(GRID), ponding(15)), HazardReported).id
    elsewhere = ponding(15, hazard=point).model_copy(update={"area": FIRST + "02"})
    assert world.refusal(phone(FIRST + "02"), elsewhere).code == "unknown_hazard"
    assert world.refusal(phone(GRID), ponding(15, hazard="hazard-x")).code == "unknown_hazard"
    assert world.refusal(desk(SECOND), CloseHazard(area=SECOND, hazard=point)).code == "unknown_hazard"


# --- situation reports ------------------------------------------------------------------------------------


def sign(op: str, area: str = STREET) -> SignReport:
    return SignReport(area=area, operation=op, note="vault:1")


def test_reports_fall_due_by_the_playbook() -> None:
    """Here: the first within the hour, then every two."""
    world = World(handmade=asks(STREET))
    op = world.declare("III")
    key = f"{op}@{STREET}"
    assert world.state.reports[key].due == T0 + timedelta(hours=1)
    world.advance(59)
    assert not world.concerns("report_overdue")
    world.advance(1)
    assert world.concerns("report_overdue") == [key]
    assert world.state.reports[key].due == T0 + timedelta(hours=1), "the instant that it missed"
    first = one_of(world.order(STREET_DESK, sign(op)), ReportSigned)
    assert (first.number, first.next_due) == (1, world.now + timedelta(hours=2))
    assert world.state.reports[key].due == first.next_due
    assert not world.concerns("report_overdue")
    world.advance(2 * 60)
    assert world.concerns("report_overdue") == [f"{op}@{STREET}"]


def test_a_report_is_prefilled_with_the_figures_of_its_moment() -> None:
    world = World()
    op = world.declare("III")
    world.sign(op)
    signed = one_of(world.order(STREET_DESK, sign(op)), ReportSigned)
    assert signed.figures == world.counts(STREET)
    assert signed.figures["signed"] == 10


def test_the_last_report_is_due_after_the_end_and_then_no_more() -> None:
    world = World(handmade=asks(STREET))
    op = world.declare("III", STREET)
    world.end(op, STREET)
    assert world.mode(STREET) is Mode.NORMAL
    world.advance(180)
    assert world.concerns("report_overdue") == [f"{op}@{STREET}"]
    last = one_of(world.order(STREET_DESK, sign(op)), ReportSigned)
    assert last.next_due is None
    assert not world.state.reports and not world.concerns("report_overdue")
    assert world.refusal(STREET_DESK, sign(op)).code == "no_report_due"


def test_a_playbook_without_an_interval_is_asked_for_again_and_does_not_spin() -> None:
    at_once = commanded(first_report_minutes=0, report_minutes=0)
    world = World(handmade=asks(STREET, command=at_once))
    op = world.declare("III", STREET)
    assert world.concerns("report_overdue") == [f"{op}@{STREET}"]
    assert world.state.duties[f"report_due:{op}@{STREET}"].due == T0 + timedelta(minutes=60)


def test_who_reports_to_nobody_signs_nothing() -> None:
    world = World()
    op = world.declare("III")
    assert world.refusal(desk(FIRST), sign(op, FIRST)).code == "no_report_due"


def test_communities_report_where_the_street_is_reported_to() -> None:
    world = World()
    op = world.declare("IV", FIRST, name="utility-outage")
    assert f"{op}@{FIRST}" in world.state.reports


# --- normal work ------------------------------------------------------------------------------------------


def test_a_round_of_normal_work_is_done_and_the_next_is_due() -> None:
    world = World()
    key = f"routine:{GRID}:routine_patrol"
    routine = world.state.routines[key]
    assert routine.next_due == T0 + timedelta(hours=routine.every_hours)
    world.advance(60)
    world.order(phone(GRID), CompleteRoutine(area=GRID, routine=key))
    done = world.state.routines[key]
    assert (done.done, done.next_due) == (1, world.now + timedelta(hours=routine.every_hours))


def test_what_stands_still_is_not_done() -> None:
    world = World(handmade=asks(FIRST, suspensions=(Suspension("household_visit", words("visits")),)))
    world.declare("III", FIRST)
    visits = CompleteRoutine(area=FIRST, routine=f"routine:{FIRST}:household_visit")
    assert world.refusal(desk(FIRST), visits).code == "routine_suspended"
    other = visits.model_copy(update={"routine": f"routine:{FIRST}:service_window"})
    assert world.order(desk(FIRST), other)


def test_normal_work_of_another_place_is_theirs() -> None:
    world = World()
    theirs = CompleteRoutine(area=FIRST, routine=f"routine:{SECOND}:household_visit")
    assert world.refusal(desk(FIRST), theirs).code == "unknown_routine"


def test_a_scope_schedules_its_own_work_alone() -> None:
    world = World()
    assert world.state.routines
    areas = world.registers.areas
    assert all(areas.within(one.area, DISTRICT) for one in world.state.routines.values())


def test_a_count_asked_twice_by_two_operations_is_counted_for_each() -> None:
    asked = TallyAsked(key="moved", name=words("moved"), total=9, every_minutes=60)
    world = World(handmade=asks(FIRST, tallies=(asked,)))
    one, other = world.declare("III", FIRST), world.declare("III", FIRST, name=OTHER)
    world.order(desk(FIRST), ReportTally(area=FIRST, operation=one, values={"moved": 4}))
    assert world.state.tallies[f"{one}:moved@{FIRST}"].value == 4
    assert world.state.tallies[f"{other}:moved@{FIRST}"].value is None
