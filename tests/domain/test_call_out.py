"""The way of a call-out from the desk to home: who answers, who comes, who is relieved, who is looked for."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.call_out import (
    DECLINE_CODES,
    STEPS,
    Answer,
    Answered,
    CallOut,
    CallOutCrew,
    CancelCallOut,
    CrewMoved,
    Depart,
    Progress,
    Relieve,
    ReportHome,
    ReportLost,
    ReportSafe,
)
from coordinator.domain.mode import Mode
from tests.builders import (
    DISTRICT,
    FIRST,
    GRID,
    SECOND,
    STREET,
    STREET_DESK,
    T0,
    World,
    asks,
    desk,
    one_of,
    post_spec,
)
from tests.domain.crews import check_in, coming, crew_of, declines, on_post

P = Progress


# --- what they answer -------------------------------------------------------------------------------------


def test_coming_with_an_eta() -> None:
    world = crew_of(1)
    (call,) = world.calls()
    world.order(desk(FIRST), coming(call, eta=25))
    assert world.call(call.id).eta == world.now + timedelta(minutes=25)
    assert (world.post(FIRST, "guard").called, world.post(FIRST, "guard").coming) == (0, 1)


@pytest.mark.parametrize("code", DECLINE_CODES)
def test_cannot_by_a_fixed_code(code: str) -> None:
    world = crew_of(1)
    (call,) = world.calls()
    world.order(desk(FIRST), declines(call, code))
    assert (world.call(call.id).progress, world.call(call.id).code) == (P.DECLINED, code)
    assert call.responder not in world.state.engaged


@pytest.mark.parametrize("code", ["flu", None])
def test_no_diagnosis_and_no_silence_as_a_reason(code: str | None) -> None:
    world = crew_of(1)
    (call,) = world.calls()
    assert world.refusal(desk(FIRST), declines(call, code)).code == "unknown_decline_code"


def test_said_twice_is_said_once() -> None:
    world = crew_of(2)
    one, other = world.calls()
    for command in (coming(one), declines(other)):
        assert world.order(desk(FIRST), command)
        assert world.order(desk(FIRST), command) == []


def test_who_declines_is_replaced_in_one_new_wave_and_not_asked_again() -> None:
    world = crew_of(3)
    first = world.calls()
    for call in first[:2]:
        world.order(desk(FIRST), declines(call))
        world.advance(1)
    world.advance(3)
    post = world.post(FIRST, "guard")
    later = [call for call in world.called_to(post.id) if call not in first and call.progress is P.ASSIGNED]
    assert len(later) == 2 and len({call.called for call in later}) == 1
    assert not {call.responder for call in later} & {call.responder for call in first}
    assert post.missing == 0


def test_reached_is_not_answered() -> None:
    """The message arrived five minutes after the call: twenty minutes after the call somebody else is called."""
    world = crew_of(1)
    (call,) = world.calls()
    world.advance(5)
    world.deliver()
    assert world.call(call.id).progress is P.REACHED
    world.advance(14.9)
    assert world.call(call.id).progress is P.REACHED
    world.advance(0.1)
    assert (world.call(call.id).progress, world.call(call.id).code) == (P.NO_SHOW, "no_answer")
    world.advance(3)
    assert world.post(FIRST, "guard").called == 1


def test_a_wave_is_given_its_own_twenty_minutes() -> None:
    world = crew_of(2)
    first, _ = world.calls()
    world.order(desk(FIRST), declines(first))
    world.advance(20)
    (replacement,) = [call for call in world.calls() if call.called == T0 + timedelta(minutes=3)]
    assert replacement.progress is P.ASSIGNED


def test_who_said_they_come_and_does_not_is_a_no_show_and_late_is_better_than_never() -> None:
    world = crew_of(1)
    (call,) = world.calls()
    world.order(desk(FIRST), coming(call, eta=15))
    world.advance(44.9)
    assert world.call(call.id).progress is P.COMING
    world.advance(0.1)
    assert world.call(call.id).progress is P.NO_SHOW
    assert call.responder not in world.state.engaged
    assert on_post(world, call).progress is P.ON_POST
    assert world.state.engaged[call.responder].call_out == call.id


def test_who_set_out_and_is_not_there_is_looked_for() -> None:
    world = crew_of(1)
    (call,) = world.calls()
    world.order(desk(FIRST), coming(call, eta=15))
    world.order(desk(FIRST), Depart(area=FIRST, call_outs=[call.id]))
    world.advance(45)
    assert world.call(call.id).progress is P.LOST
    concern = world.state.concerns[f"lost:{call.post}"]
    assert (concern.raised_to, concern.facts) == (DISTRICT, {"post": "guard", "heads": "1"})
    assert call.responder not in str(concern)
    on_post(world, call)
    assert not world.concerns("lost")


# --- on post ----------------------------------------------------------------------------------------------


def test_nobody_stands_on_two_posts() -> None:
    world = World(handmade=asks(FIRST, posts=(post_spec("guard", 1), post_spec("watch", 1))))
    op = world.declare("III", FIRST)
    (guard,), (watch,) = (world.called_to(f"{op}:{key}@{FIRST}") for key in ("guard", "watch"))
    world.order(desk(FIRST), declines(watch))
    other = CallOutCrew(area=FIRST, operation=op, picks={watch.post: [guard.responder]})
    assert world.refusal(desk(FIRST), other).code == "nobody_free"


def late_for_both(world: World, op: str) -> tuple[CallOut, CallOut]:
    """One person who was called to two posts, one after the other, and came to neither."""
    guard = world.called_to(f"{op}:guard@{FIRST}")[0]
    world.advance(20)
    assert world.call(guard.id).progress is P.NO_SHOW
    by_hand = CallOutCrew(area=FIRST, operation=op, picks={f"{op}:watch@{FIRST}": [guard.responder]})
    world.order(desk(FIRST), by_hand)
    watch = world.call(f"{guard.responder}>{op}:watch@{FIRST}")
    world.advance(20)
    assert world.call(watch.id).progress is P.NO_SHOW
    return guard, watch


def test_who_is_late_for_two_posts_stands_on_one() -> None:
    world = World(handmade=asks(FIRST, posts=(post_spec("guard", 1), post_spec("watch", 1))))
    op = world.declare("III", FIRST)
    guard, watch = late_for_both(world, op)
    assert world.refusal(desk(FIRST), check_in(guard, watch)).code == "on_another_post"
    on_post(world, guard)
    assert world.refusal(desk(FIRST), check_in(watch)).code == "on_another_post"


def test_a_check_in_is_for_those_assigned() -> None:
    world = crew_of(1)
    (call,) = world.calls()
    world.order(desk(FIRST), declines(call))
    assert world.refusal(desk(FIRST), check_in(call)).code == "not_assigned_here"
    assert world.refusal(desk(SECOND), check_in(call, area=SECOND)).code in (
        "unknown_call_out",
        "area_is_normal",
    )


def test_a_check_in_stores_area_and_time_and_no_coordinates() -> None:
    world = crew_of(1)
    call = on_post(world, world.calls()[0])
    assert (call.area, call.since) == (FIRST, world.now)
    assert not {"lat", "lon", "position"} & set(CallOut.__struct_fields__)


def test_a_team_musters_first() -> None:
    world = crew_of(2)
    one, other = world.calls()
    world.order(desk(FIRST), check_in(one, other, muster=True))
    assert world.post(FIRST, "guard").present == 2
    assert world.call(one.id).since is None
    assert on_post(world, one).since == world.now


def test_fewer_than_the_crew_minimum_count_as_none() -> None:
    world = crew_of(3, crew_min=2)
    calls = world.calls()
    on_post(world, calls[0])
    post = world.post(FIRST, "guard")
    assert (post.present, post.standing) == (1, 0)
    assert (world.counts(FIRST).get("filled", 0), world.counts(FIRST)["short"]) == (0, 3)
    on_post(world, calls[1])
    assert world.post(FIRST, "guard").standing == 2
    assert (world.counts(FIRST)["filled"], world.counts(FIRST)["short"]) == (2, 1)


# --- relieved ---------------------------------------------------------------------------------------------


def test_nobody_is_relieved_without_having_been_seen_safe() -> None:
    world = crew_of(1)
    call = on_post(world, world.calls()[0])
    unseen = Relieve(area=FIRST, call_outs=[call.id], seen_safe=False)
    assert world.refusal(desk(FIRST), unseen).code == "not_seen_safe"
    world.order(desk(FIRST), unseen.model_copy(update={"seen_safe": True}))
    assert world.call(call.id).progress is P.RELIEVED


def test_when_the_shift_is_over_a_relief_is_called_and_who_stands_still_counts() -> None:
    world = crew_of(2, shift_minutes=120)
    calls = world.calls()
    for call in calls:
        on_post(world, call)
    world.advance(119)
    assert len(world.calls()) == 2
    world.advance(5)
    post = world.post(FIRST, "guard")
    assert (post.standing, post.overdue, post.called) == (2, 2, 2)
    assert world.counts(FIRST)["relief_overdue"] == 2
    relief = [call for call in world.calls() if call.progress is P.ASSIGNED]
    on_post(world, relief[0])
    assert world.call(relief[1].id).progress is P.ASSIGNED, "one of two has come: the other is still needed"
    world.order(desk(FIRST), Relieve(area=FIRST, call_outs=[calls[0].id], seen_safe=True))
    assert world.post(FIRST, "guard").overdue == 1
    on_post(world, relief[1])
    assert world.post(FIRST, "guard").fresh == 2


def test_who_is_relieved_before_a_relief_has_come_is_replaced() -> None:
    world = crew_of(1)
    call = on_post(world, world.calls()[0])
    world.order(desk(FIRST), Relieve(area=FIRST, call_outs=[call.id], seen_safe=True))
    world.advance(3)
    assert world.post(FIRST, "guard").called == 1


def test_who_has_stood_rests_as_long() -> None:
    world = crew_of(1, shift_minutes=120)
    call = on_post(world, world.calls()[0])
    world.advance(60)
    world.order(desk(FIRST), Relieve(area=FIRST, call_outs=[call.id], seen_safe=True))
    world.advance(5)
    world.order(desk(FIRST), ReportHome(area=FIRST, call_outs=[call.id]))
    op = world.operation
    by_hand = CallOutCrew(area=FIRST, operation=op, picks={call.post: [call.responder]})
    assert world.refusal(desk(FIRST), by_hand).code == "nobody_free"
    world.advance(59)
    assert world.refusal(desk(FIRST), by_hand).code == "nobody_free"
    world.advance(1)
    world.order(desk(FIRST), by_hand)
    assert world.call(call.id).wave == 2


# --- lost and found ---------------------------------------------------------------------------------------


def test_lost_from_the_post_and_found_again() -> None:
    world = crew_of(2, shift_minutes=120)
    one, other = (on_post(world, call) for call in world.calls())
    world.order(desk(FIRST), ReportLost(area=FIRST, call_outs=[one.id, other.id]))
    assert world.counts(DISTRICT)["lost"] == 2
    assert world.state.concerns[f"lost:{one.post}"].facts["heads"] == "2"
    world.order(desk(FIRST), ReportSafe(area=FIRST, call_outs=[one.id]))
    assert world.state.concerns[f"lost:{one.post}"].facts["heads"] == "1"
    assert world.state.duties[f"relief_due:{one.id}"].due == one.until
    world.order(desk(FIRST), Relieve(area=FIRST, call_outs=[other.id], seen_safe=True))
    assert not world.concerns("lost")


@pytest.mark.parametrize("step", ["assigned", "coming", "no_show"])
def test_only_who_was_lost_is_found(step: str) -> None:
    """Otherwise 'safe' would be a check-in without any of a check-in's conditions."""
    world = crew_of(1)
    (call,) = world.calls()
    if step != "assigned":
        world.order(desk(FIRST), coming(call))
    if step == "no_show":
        world.advance(45)
    assert world.refusal(desk(FIRST), ReportSafe(area=FIRST, call_outs=[call.id])).code == "wrong_progress"


def test_a_lost_person_stays_bound() -> None:
    world = crew_of(1)
    call = on_post(world, world.calls()[0])
    world.order(desk(FIRST), ReportLost(area=FIRST, call_outs=[call.id]))
    assert call.responder in world.state.engaged
    assert world.post(FIRST, "guard").missing == 1


# --- who speaks for whom ----------------------------------------------------------------------------------


def test_a_responder_speaks_for_themselves() -> None:
    world = crew_of(2)
    one, other = world.calls()
    self = Actor(one.responder, Role.RESPONDER, DISTRICT)
    world.order(self, coming(one))
    world.order(self, check_in(one))
    for command in (coming(other), check_in(other), declines(other)):
        assert world.refusal(self, command).code == "unknown_call_out"


def test_a_unit_answers_for_its_people() -> None:
    world = World()
    world.declare("III")
    employed = [call for call in world.calls() if call.unit]
    one = employed[0]
    other = next(call for call in employed if call.unit != one.unit and call.area != one.area)
    unit = Actor("dispatcher", Role.UNIT, DISTRICT, office=one.unit)
    said = [Answered(call_out=one.id, coming=True, eta_minutes=30)]
    world.order(unit, Answer(area=one.area, answers=said))
    wrong = Answer(area=other.area, answers=[Answered(call_out=other.id, coming=True)])
    assert world.refusal(unit, wrong).code == "unknown_call_out"
    nobody = Actor("dispatcher", Role.UNIT, DISTRICT)
    assert world.refusal(nobody, wrong).code == "unknown_call_out"


# --- steps ------------------------------------------------------------------------------------------------

WAY = (P.ASSIGNED, P.REACHED, P.COMING, P.EN_ROUTE, P.ON_POST, P.RELIEVED, P.HOME_SAFE)


def test_the_table_has_the_whole_way_and_nothing_leads_out_of_home() -> None:
    assert all(after in STEPS[before] for before, after in pairwise(WAY))
    assert set(STEPS) == set(Progress)
    assert not STEPS[P.HOME_SAFE] | STEPS[P.DECLINED] | STEPS[P.CANCELLED]


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (Depart, True),
        (ReportHome, True),
        (ReportLost, True),
        (CancelCallOut, False),
    ],
)
def test_steps_are_taken_one_after_the_other(command: type[Depart], refused: bool) -> None:
    world = crew_of(1)
    (call,) = world.calls()
    order = command(area=FIRST, call_outs=[call.id])
    if refused:
        assert world.refusal(desk(FIRST), order).code == "wrong_progress"
    else:
        assert one_of(world.order(desk(FIRST), order), CrewMoved).to is P.CANCELLED
        assert world.order(desk(FIRST), order) == []


def test_answers_after_the_end_are_refused() -> None:
    world = crew_of(1)
    call = on_post(world, world.calls()[0])
    assert world.refusal(desk(FIRST), coming(call)).code == "wrong_progress"
    assert world.refusal(desk(FIRST), declines(call)).code == "wrong_progress"


# --- in normal times --------------------------------------------------------------------------------------


def test_nobody_checks_in_where_everything_is_normal() -> None:
    world = crew_of(1)
    call = world.calls()[0]
    op = world.operation
    world.end(op, FIRST)
    assert world.mode(FIRST) is Mode.NORMAL
    for command in (check_in(call), Depart(area=FIRST, call_outs=[call.id])):
        assert world.refusal(desk(FIRST), command).code == "area_is_normal"


def test_where_others_are_switched_a_normal_community_stays_normal() -> None:
    world = World()
    op = world.declare("III")
    world.end(op, FIRST)
    world.restore()
    assert world.switch(op, FIRST).mode is Mode.NORMAL
    assert world.switch(op, STREET).mode is Mode.ACTIVATING
    assert world.mode(FIRST) is Mode.NORMAL
    assert world.mode(GRID) is Mode.NORMAL
    assert world.mode(STREET) is Mode.ACTIVATING


def test_a_street_shows_the_highest_of_its_communities() -> None:
    world = World()
    op = world.declare("III", FIRST)
    assert world.mode(STREET) is Mode.ACTIVATING
    assert world.mode(SECOND) is Mode.NORMAL
    call = world.calls(FIRST)[0]
    world.order(STREET_DESK, check_in(call, area=STREET))
    assert world.call(call.id).progress is P.ON_POST
    world.sign(op)
    world.everyone_comes()
    assert world.mode(STREET) is world.mode(DISTRICT) is Mode.EMERGENCY
