"""Who has a seat in a drill hears of it in the real world, marked, once, and until the drill is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.delivery import RecordDelivery
from coordinator.domain.invitation import EndInvitation, InviteToDrill
from coordinator.domain.world import LIVE
from coordinator.jobs.notify import notify_jobs
from coordinator.wire import words
from tests.builders import CITY, COMMANDER, DISTRICT, FIRST, GRID, OPERATOR, SECOND, STREET, desk
from tests.drills.worlds import SERVER, DrillWorld

LAPSES = SERVER + timedelta(hours=26)


@pytest.fixture
def live() -> DrillWorld:
    return DrillWorld(LIVE, rate=1, origin=SERVER)


def invite(*to: str, area: str = DISTRICT, **more: object) -> InviteToDrill:
    fields: dict[str, object] = {
        "area": area,
        "drill": "DRILL-20260718-1",
        "name_zh": "夜间突击",
        "name_en": "Night raid",
        "to": list(to),
        "lapses": LAPSES,
    }
    return InviteToDrill.model_validate(fields | more)


END = EndInvitation(area=DISTRICT, drill="DRILL-20260718-1")


def said(live: DrillWorld) -> dict[str, tuple[str, str]]:
    found = live.states[DISTRICT].concerns.values()
    return {
        one.area: (words.concern(one.kind, one.facts), words.concern(one.kind, one.facts, "en"))
        for one in found
    }


def owed(live: DrillWorld) -> list[tuple[str, str]]:
    state = live.states[DISTRICT]
    duties = [one for one in state.duties.values() if one.kind == "notify"]
    return [(one.area, one.what) for job in notify_jobs(state, duties) for one in job.notices if one.to]


def test_each_place_hears_of_it_once_and_it_is_said_to_be_a_drill(live: DrillWorld) -> None:
    live.order(OPERATOR, invite(STREET, FIRST, FIRST), DISTRICT)
    assert live.order(OPERATOR, invite(STREET, FIRST), DISTRICT) == []
    live.order(OPERATOR, invite(FIRST, SECOND), DISTRICT)
    assert set(said(live)) == {STREET, FIRST, SECOND}
    for chinese, english in said(live).values():
        assert chinese.startswith("【演练】《夜间突击》已打开") and "不是实战" in chinese
        assert english.startswith("【演练】 Night raid is open") and "not for real" in english
    assert sorted(owed(live)) == [(place, "drill_invited") for place in sorted((STREET, FIRST, SECOND))]


def test_it_is_no_figure_of_what_the_real_world_has_to_deal_with(live: DrillWorld) -> None:
    live.order(OPERATOR, invite(STREET, FIRST), DISTRICT)
    for area in (FIRST, STREET, DISTRICT):
        assert live.states[DISTRICT].figures(area).get("concerns", 0) == 0


def test_one_of_the_calendar_says_when_it_begins_by_chinas_clock(live: DrillWorld) -> None:
    live.order(OPERATOR, invite(STREET, begins=SERVER + timedelta(hours=6)), DISTRICT)
    assert "07-18 15:00 开始" in said(live)[STREET][0]


def test_what_was_coming_is_open_once_it_is_and_nobody_is_told_again(live: DrillWorld) -> None:
    coming = invite(STREET, begins=SERVER + timedelta(hours=6))
    live.order(OPERATOR, coming, DISTRICT)
    duties = [key for key, one in live.states[DISTRICT].duties.items() if one.kind == "notify"]
    live.order(Actor("worker-1", Role.WORKER, CITY), RecordDelivery(area=DISTRICT, duties=duties), DISTRICT)
    live.order(OPERATOR, invite(STREET), DISTRICT)
    assert "已打开" in said(live)[STREET][0] and len(live.states[DISTRICT].concerns) == 1
    assert not owed(live)
    assert live.order(OPERATOR, coming, DISTRICT) == [], "it does not go back"


def test_said_again_with_a_later_instant_it_stands_longer_and_nobody_is_told_again(live: DrillWorld) -> None:
    live.order(OPERATOR, invite(STREET), DISTRICT)
    before = owed(live)
    live.order(OPERATOR, invite(STREET, lapses=LAPSES + timedelta(hours=2)), DISTRICT)
    assert live.order(OPERATOR, invite(STREET), DISTRICT) == [], "and never shorter"
    live.order(OPERATOR, invite(FIRST), DISTRICT)
    assert owed(live) == [*before, (FIRST, "drill_invited")]
    live.pass_time(27 * 60)
    live.fire_due()
    assert set(said(live)) == {STREET, FIRST}
    live.pass_time(60 + 1)
    live.fire_due()
    assert not said(live)


def test_a_grid_sees_it_and_its_communitys_office_is_told(live: DrillWorld) -> None:
    live.order(OPERATOR, invite(GRID), DISTRICT)
    assert list(said(live)) == [GRID]
    assert owed(live) == [(FIRST, "drill_invited")]


def test_it_ends_with_the_drill_and_whoever_was_not_told_is_not(live: DrillWorld) -> None:
    assert live.order(OPERATOR, END, DISTRICT) == []
    live.order(OPERATOR, invite(STREET, GRID), DISTRICT)
    live.order(OPERATOR, invite(FIRST, drill="DRILL-20260718-2"), DISTRICT)
    live.order(OPERATOR, END, DISTRICT)
    assert list(said(live)) == [FIRST]
    assert owed(live) == [(FIRST, "drill_invited")]
    assert live.order(OPERATOR, END, DISTRICT) == []


def test_one_that_could_not_be_delivered_alarms_nobody(live: DrillWorld) -> None:
    live.order(OPERATOR, invite(STREET), DISTRICT)
    duties = [key for key, one in live.states[DISTRICT].duties.items() if one.kind == "notify"]
    lost = RecordDelivery(area=DISTRICT, duties=duties, failed={"office": 1, "webhook": 2})
    live.order(Actor("worker-1", Role.WORKER, CITY), lost, DISTRICT)
    assert list(said(live)) == [STREET], "it stands on the board"
    assert live.states[DISTRICT].figures(DISTRICT).get("concerns", 0) == 0
    live.order(OPERATOR, END, DISTRICT)
    assert not said(live) and not owed(live)


def test_nobody_ended_it_and_it_lapses(live: DrillWorld) -> None:
    live.order(OPERATOR, invite(STREET), DISTRICT)
    live.pass_time(25 * 60 + 59)
    live.fire_due()
    assert said(live)
    live.pass_time(2)
    live.fire_due()
    assert not said(live) and not owed(live) and not live.due()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": ["320113999"]}, "unknown_area"),
        ({"to": [CITY]}, "target_outside"),
        ({"to": [SECOND], "area": FIRST}, "target_outside"),
        ({"lapses": SERVER}, "due_in_past"),
    ],
)
def test_what_cannot_be_is_refused(live: DrillWorld, change: dict[str, object], code: str) -> None:
    assert live.refused(OPERATOR, invite(STREET, **change), DISTRICT) == code


def test_only_who_runs_the_machine_invites_and_only_in_the_real_world(live: DrillWorld) -> None:
    for actor in (COMMANDER, desk(STREET)):
        order = invite(STREET, area=actor.area)
        assert live.refused(actor, order, DISTRICT) == "not_your_role"
    assert DrillWorld().refused(OPERATOR, invite(STREET), DISTRICT) == "no_drill_in_drill"
