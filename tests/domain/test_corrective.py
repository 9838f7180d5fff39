"""What was practised is on record once, and what is to be better is chased until another office has seen it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError

from coordinator.domain import rules
from coordinator.domain.access import Actor, Role
from coordinator.domain.corrective import (
    CHASE,
    VERIFY_WITHIN,
    CompleteCorrectiveAction,
    Stage,
    TakeCorrectiveAction,
    VerifyCorrectiveAction,
)
from coordinator.domain.practice import RecordDrillHeld
from coordinator.domain.world import LIVE
from tests.builders import CITY, COMMANDER, DISTRICT, FIRST, SECOND, STREET, desk
from tests.drills.worlds import CONTROLLER, SERVER, DrillWorld

HELD = SERVER - timedelta(days=1)
DRILL = "practice-000000000001"
WEEK = CHASE / timedelta(minutes=1)


@pytest.fixture
def live() -> DrillWorld:
    return DrillWorld(LIVE, rate=1, origin=SERVER)


def held(area: str = STREET, **more: object) -> RecordDrillHeld:
    fields: dict[str, object] = {
        "area": area,
        "script": "communication-test",
        "digest": "a" * 64,
        "kind": "functional",
        "hazard": "flood_typhoon",
        "places": [STREET],
        "held": HELD,
        "grade": "good",
        "points": 85,
        "observed": 89,
    }
    return RecordDrillHeld.model_validate(fields | more)


def taking(due: datetime, area: str = FIRST, key: str = "answered", **more: object) -> TakeCorrectiveAction:
    fields: dict[str, object] = {
        "area": area,
        "key": key,
        "text": f"{DRILL}.{area}.ab12",
        "verify": f"{DRILL}.{area}.cd34",
        "due": due,
        "practice": DRILL,
    }
    return TakeCorrectiveAction.model_validate(fields | more)


def take(live: DrillWorld, area: str = FIRST, key: str = "answered", days: float = 7) -> str:
    order = taking(live.now() + timedelta(days=days), area, key)
    live.order(desk(STREET), order, DISTRICT)
    return next(one.id for one in live.states[DISTRICT].correctives.in_area(area) if one.key == key)


def done(one: str, area: str = FIRST) -> CompleteCorrectiveAction:
    return CompleteCorrectiveAction(area=area, corrective=one, evidence=[f"{one}.{area}.ab12"])


def verify(one: str, enough: bool = True) -> VerifyCorrectiveAction:
    return VerifyCorrectiveAction(area=FIRST, corrective=one, enough=enough)


def concerns(live: DrillWorld) -> dict[str, str]:
    found = live.states[DISTRICT].concerns.values()
    return {one.subject: one.raised_to for one in found if one.kind == "corrective_overdue"}


def test_a_drill_is_on_record_once(live: DrillWorld) -> None:
    assert len(live.order(COMMANDER, held(), DISTRICT)) == 1
    assert live.order(COMMANDER, held(), DISTRICT) == []
    (one,) = live.states[DISTRICT].practices.values()
    assert (one.places, one.held, one.grade, one.points) == ((STREET,), HELD, "good", 85)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"held": SERVER + timedelta(days=1)}, "not_held_yet"),
        ({"places": ["320113999"]}, "unknown_area"),
        ({"area": FIRST}, "target_outside"),
    ],
)
def test_what_was_not_held_here_is_not_put_on_record(
    live: DrillWorld, change: dict[str, object], code: str
) -> None:
    assert live.refused(COMMANDER, held(**change), DISTRICT) == code
    assert live.refused(desk(FIRST), held(FIRST, places=[FIRST]), DISTRICT) == "not_your_role"


def test_nothing_of_it_is_in_a_drills_own_world() -> None:
    world = DrillWorld()
    assert world.refused(COMMANDER, held(), DISTRICT) == "only_outside_drills"
    assert world.refused(CONTROLLER, held(CITY), CITY) == "not_your_role"


def test_it_is_done_with_evidence_and_verified_by_another_office(live: DrillWorld) -> None:
    one = take(live)
    state = live.states[DISTRICT]
    assert live.refused(desk(STREET), verify(one), DISTRICT) == "not_done_yet"
    live.order(desk(FIRST), done(one), DISTRICT)
    assert live.order(desk(FIRST), done(one), DISTRICT) == []
    assert live.refused(desk(FIRST), verify(one), DISTRICT) == "not_your_role"
    live.order(desk(STREET), verify(one), DISTRICT)
    assert state.correctives[one].stage is Stage.VERIFIED
    assert not [duty for duty in state.duties.values() if duty.kind == "corrective_due"]
    assert state.figures(STREET).get("correctives", 0) == 0


def test_nobody_verifies_what_their_own_office_did(live: DrillWorld) -> None:
    one = take(live)
    live.order(desk(STREET), done(one), DISTRICT)
    assert live.refused(desk(STREET), verify(one), DISTRICT) == "same_office"
    colleague = Actor("d-other", Role.STREET, STREET)
    assert live.refused(colleague, verify(one), DISTRICT) == "same_office"
    assert live.order(COMMANDER, verify(one), DISTRICT)


def test_taken_twice_from_one_report_it_is_one(live: DrillWorld) -> None:
    one = take(live)
    assert take(live) == one and len(live.states[DISTRICT].correctives) == 1
    assert take(live, SECOND) != one


def test_the_log_carries_references_to_its_words_and_no_words(live: DrillWorld) -> None:
    later = live.now() + timedelta(days=1)
    with pytest.raises(ValidationError):
        taking(later, text="王某的电话没有人接")
    with pytest.raises(ValidationError):
        taking(later, zh="王某的电话没有人接")
    with pytest.raises(ValidationError):
        held(name_zh="王某的演练")
    elsewhere = ({"text": f"{DRILL}.{SECOND}.ab12"}, {"verify": f"{FIRST}.ab12"}, {"practice": "practice-x"})
    for wrong in elsewhere:
        assert live.refused(desk(STREET), taking(later, **wrong), DISTRICT) == "not_kept_there"
    one = live.states[DISTRICT].correctives[take(live)]
    assert (one.text, one.verify) == (f"{DRILL}.{FIRST}.ab12", f"{DRILL}.{FIRST}.cd34")


def test_whoever_takes_it_or_puts_a_drill_on_record_gets_its_id(live: DrillWorld) -> None:
    (entry,) = rules.ids_of(live.order(COMMANDER, held(), DISTRICT))
    assert [entry] == [one.id for one in live.states[DISTRICT].practices.values()]
    taken = live.order(desk(STREET), taking(live.now() + timedelta(days=1)), DISTRICT)
    assert rules.ids_of(taken) == tuple(one.id for one in live.states[DISTRICT].correctives.values())


def test_at_the_root_another_person_verifies(live: DrillWorld) -> None:
    """Above it there is no other office: it would be chased for ever."""
    mayor, colleague = Actor("c-mayor", Role.COMMANDER, CITY), Actor("c-deputy", Role.COMMANDER, CITY)
    live.order(mayor, taking(live.now() + timedelta(days=1), CITY), CITY)
    one = next(one.id for one in live.states[CITY].correctives.values())
    live.order(mayor, done(one, CITY), CITY)
    order = VerifyCorrectiveAction(area=CITY, corrective=one, enough=True)
    assert live.refused(mayor, order, CITY) == "same_office"
    live.order(colleague, order, CITY)
    assert live.states[CITY].correctives[one].stage is Stage.VERIFIED


def test_overdue_it_goes_a_level_up_each_week_until_it_is_done(live: DrillWorld) -> None:
    one = take(live)
    live.pass_time(WEEK - 1)
    assert live.fire_due() == [] and concerns(live) == {}
    for raised in (STREET, DISTRICT, DISTRICT):
        live.pass_time(WEEK)
        live.fire_due()
        assert concerns(live) == {one: raised}
    assert live.states[DISTRICT].concerns[f"corrective_overdue:{one}"].facts == {
        "key": "answered",
        "stage": "open",
    }
    assert live.states[DISTRICT].figures(STREET)["correctives_overdue"] == 1
    live.order(desk(FIRST), done(one), DISTRICT)
    assert concerns(live) == {}


def test_what_nobody_verifies_is_chased_as_well(live: DrillWorld) -> None:
    one = take(live)
    live.order(desk(FIRST), done(one), DISTRICT)
    live.pass_time(VERIFY_WITHIN / timedelta(minutes=1) + 1)
    live.fire_due()
    assert concerns(live) == {one: STREET}
    live.order(desk(STREET), verify(one), DISTRICT)
    assert concerns(live) == {}


def test_sent_back_it_is_open_again_with_a_new_date(live: DrillWorld) -> None:
    one = take(live)
    live.order(desk(FIRST), done(one), DISTRICT)
    live.order(desk(STREET), verify(one, enough=False), DISTRICT)
    state = live.states[DISTRICT].correctives[one]
    assert (state.stage, state.evidence, state.due) == (Stage.OPEN, (), live.now() + CHASE)
    live.pass_time(WEEK + 1)
    live.fire_due()
    assert concerns(live) == {one: STREET}


def test_what_cannot_be_is_refused_by_name(live: DrillWorld) -> None:
    one = take(live)
    assert live.refused(desk(SECOND), done(one, SECOND), DISTRICT) == "unknown_corrective"
    assert live.refused(desk(STREET), taking(live.now()), DISTRICT) == "due_in_past"
    live.order(desk(FIRST), done(one), DISTRICT)
    back = VerifyCorrectiveAction(area=FIRST, corrective=one, enough=False, due=live.now())
    assert live.refused(desk(STREET), back, DISTRICT) == "due_in_past"
