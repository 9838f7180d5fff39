"""Who is called and who is not, who is told 已满员, and who stands on a post that two operations share."""

from __future__ import annotations

import pytest

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.sample.world import sample, subtree
from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaLevel
from coordinator.domain.call_out import (
    CallOutCrew,
    CrewCalled,
    CrewMoved,
    Depart,
    Progress,
    Relieve,
    ReportHome,
    ReportLost,
)
from coordinator.domain.delivery import RecordDelivery
from coordinator.domain.duty import How
from coordinator.domain.mode import Mode
from coordinator.planner.crew import wanted_crew
from coordinator.store.registers import RegisterSet
from tests.builders import (
    DISTRICT,
    FIRST,
    GRID,
    SECOND,
    STREET,
    STREET_DESK,
    World,
    all_of,
    asks,
    asks_by_level,
    desk,
    one_of,
    phone,
    post_spec,
    xianlin,
)
from tests.domain.crews import check_in, coming, crew_of, declines, on_post

P = Progress
QINGSHAN = "420107001001"


def wuhan_of_two() -> RegisterSet:
    """Two districts of one city."""
    both = {area.code: area for top in ("420106", "420107") for area in subtree(bundled_areas("wuhan"), top)}
    return sample(both.values(), seed=1).open()


# --- who is called ----------------------------------------------------------------------------------------


def test_minors_and_the_exempt_are_never_called() -> None:
    world = World()
    world.declare("II")
    called = {call.responder for call in world.calls()}
    people = world.registers.people
    never = {
        responder
        for grid in world.areas()
        for responder in people.living_in(grid)
        if (person := people.get(responder)) and (not person.adult or person.exempt)
    }
    assert len(called) > 300 and len(never) > 10
    assert not called & never


def test_a_desk_cannot_call_them_by_hand_either() -> None:
    world = World()
    op = world.declare("III", FIRST)
    (post, *_) = world.posts(GRID, "patrol")
    people = xianlin().people
    minors = [
        responder
        for grid in world.areas()
        for responder in people.living_in(grid)
        if (person := people.get(responder)) and (not person.adult or person.exempt)
    ]
    by_hand = CallOutCrew(area=FIRST, operation=op, picks={post.id: minors})
    assert world.refusal(desk(FIRST), by_hand).code == "nobody_free"


def test_nobody_is_called_to_two_posts() -> None:
    world = World()
    world.declare("II")
    bound = [call.responder for call in world.calls()]
    assert len(bound) == len(set(bound))


def test_a_desk_calls_whom_it_chooses_and_the_planner_still_fills_the_rest() -> None:
    """The duty to fill is the holder's; a desk that calls one person does not take it away."""
    world = World(handmade=asks(FIRST, posts=(post_spec("guard", 3), post_spec("watch", 3))))
    op = world.declare("III", FIRST)
    calls = world.called_to(f"{op}:guard@{FIRST}")
    for call in calls[:2]:
        world.order(desk(FIRST), declines(call))
    duty = f"fill:{FIRST}/{op}"
    assert duty in world.state.duties
    free = [p for p in xianlin().people.living_in(SECOND + "01") if p not in world.state.engaged]
    chosen = next(p for p in free if (known := xianlin().people.get(p)) and known.adult and not known.exempt)
    given = world.order(
        desk(FIRST), CallOutCrew(area=FIRST, operation=op, picks={f"{op}:guard@{FIRST}": [chosen]})
    )
    assert list(one_of(given, CrewCalled).picks.values()) == [{chosen: SECOND + "01"}]
    assert duty in world.state.duties
    world.advance(3)
    assert world.post(FIRST, "guard").missing == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"operation": "op-x"}, "unknown_operation"),
        ({"picks": {"nowhere": ["p1"]}}, "unknown_post"),
        ({"picks": {"GUARD": ["p999999"]}}, "unknown_responder"),
        ({"picks": {"GUARD": []}}, "nobody_free"),
        ({"teams": {"GUARD": "team:x"}}, "unknown_team"),
        ({"area": SECOND}, "unknown_post"),
        ({"area": STREET}, "unknown_post"),
    ],
)
def test_what_a_desk_cannot_call(given: dict[str, object], code: str) -> None:
    world = crew_of(2)
    op = world.operation
    guard = f"{op}:guard@{FIRST}"
    someone = next(p for p in xianlin().people.living_in(SECOND + "01") if p not in world.state.engaged)
    fields: dict[str, object] = {"area": FIRST, "operation": op, "picks": {guard: [someone]}} | given
    for name in ("picks", "teams"):
        if name in fields:
            fields[name] = {key.replace("GUARD", guard): who for key, who in fields[name].items()}  # type: ignore[attr-defined]
    assert world.refusal(STREET_DESK, CallOutCrew.model_validate(fields)).code == code


def test_a_post_is_filled_for_an_operation_that_has_it() -> None:
    """A crew called in the name of another operation would be forgotten with that one, on post or not."""
    world = World()
    flood = world.declare("III", FIRST)
    snow = world.declare("III", FIRST, name="snow-cold")
    (own,) = [post for post in world.posts(GRID) if set(post.wanted) == {flood} and post.key == "garage"]
    someone = next(p for p in xianlin().people.living_in(SECOND + "01") if p not in world.state.engaged)
    wrong = CallOutCrew(area=FIRST, operation=snow, picks={own.id: [someone]})
    assert world.refusal(desk(FIRST), wrong).code == "unknown_post"


def test_a_post_that_its_level_has_left_calls_nobody() -> None:
    world = World(handmade=asks_by_level(FIRST, III={"posts": (post_spec("guard", 2),)}))
    op = world.declare("III", FIRST)
    on_post(world, world.calls()[0])
    world.lower_to(op, "IV", FIRST)
    left = world.post(FIRST, "guard")
    assert left.wanted == {} and left.present == 1
    again = CallOutCrew(area=FIRST, operation=op, picks={left.id: ["p1"]})
    assert world.refusal(desk(FIRST), again).code == "unknown_post"


def test_whoever_lives_in_another_scope_is_not_called_from_here() -> None:
    """Availability is a fact of one scope: somebody bound over there is not seen here."""
    world = World(wuhan_of_two(), "420107", handmade=asks(QINGSHAN, posts=(post_spec("guard", 2),)))
    commander = Actor("d-420107-1", Role.COMMANDER, "420107")
    op = world.declare("III", QINGSHAN, by=commander)
    (abroad,) = {
        next(iter(world.registers.people.living_in(grid)))
        for grid in world.registers.areas.below("420106", AreaLevel.GRID)[:1]
    }
    by_hand = CallOutCrew(area=QINGSHAN, operation=op, picks={f"{op}:guard@{QINGSHAN}": [abroad]})
    assert world.refusal(desk(QINGSHAN), by_hand).code == "nobody_free"


def test_whom_somebody_else_has_called_meanwhile_is_a_gap_and_not_forgotten() -> None:
    """The plan was made, and a moment later a desk has called the same two elsewhere."""
    world = World(handmade=asks(FIRST, posts=(post_spec("guard", 3), post_spec("watch", 1))))
    op = world.declare("III", FIRST)
    guard, watch = world.post(FIRST, "guard"), world.post(FIRST, "watch")
    for call in world.called_to(guard.id)[:2]:
        world.order(desk(FIRST), declines(call))
    plan = wanted_crew(world.state, world.state.duties[f"fill:{FIRST}/{op}"], world.pool)
    planned = plan.picks[guard.id]
    world.order(desk(FIRST), CallOutCrew(area=FIRST, operation=op, picks={watch.id: planned}))
    called = one_of(world.order(world.holder, plan), CrewCalled)
    assert (called.picks, called.gaps) == ({}, {guard.id: 2})
    assert world.state.concerns[f"gap:{guard.id}"].facts["heads"] == "2"


def test_a_forged_duty_closes_nothing() -> None:
    """The duty in the command is the one that it does, or it does nothing."""
    world = crew_of(2)
    op = world.operation
    others = [key for key in world.state.duties.positions() if not key.startswith("fill:")]
    for key in (*others, "fill:nowhere/op-x"):
        forged = CallOutCrew(area=FIRST, operation=op, picks={}, duty=key)
        assert world.order(desk(FIRST), forged) == []


# --- already full -----------------------------------------------------------------------------------------


def test_when_the_post_is_full_the_rest_is_told_and_free() -> None:
    world = crew_of(4)
    calls = world.calls()
    assert len(calls) == 5, "one more is invited: not everybody comes"
    for call in calls[:4]:
        on_post(world, call)
    spare = world.call(calls[4].id)
    assert (spare.progress, spare.code) == (P.CANCELLED, "full")
    assert spare.responder not in world.state.engaged
    post = world.post(FIRST, "guard")
    assert (post.called, post.coming, post.present) == (0, 0, 4)


def test_who_has_set_out_is_not_turned_back_by_a_full_post() -> None:
    world = crew_of(4)
    calls = world.calls()
    world.order(desk(FIRST), coming(calls[4]), Depart(area=FIRST, call_outs=[calls[4].id]))
    for call in calls[:4]:
        on_post(world, call)
    assert world.call(calls[4].id).progress is P.EN_ROUTE


def test_fewer_heads_make_some_of_those_coming_spare() -> None:
    levels = {"III": {"posts": (post_spec("guard", 3),)}, "IV": {"posts": (post_spec("guard", 1),)}}
    world = World(handmade=asks_by_level(FIRST, **levels))
    op = world.declare("III", FIRST)
    here, *others = world.calls()
    on_post(world, here)
    given = world.lower_to(op, "IV", FIRST)
    (told,) = [event for event in all_of(given, CrewMoved) if event.code == "full"]
    assert set(told.call_outs) == {call.id for call in others}


def test_who_was_spare_can_be_called_again_to_the_same_post() -> None:
    world = crew_of(4)
    calls = world.calls()
    for call in calls[:4]:
        on_post(world, call)
    world.order(desk(FIRST), ReportLost(area=FIRST, call_outs=[calls[0].id]))
    op = world.operation
    again = CallOutCrew(area=FIRST, operation=op, picks={calls[4].post: [calls[4].responder]})
    world.order(desk(FIRST), again)
    assert (world.call(calls[4].id).progress, world.call(calls[4].id).wave) == (P.ASSIGNED, 2)


# --- shared posts -----------------------------------------------------------------------------------------


def test_a_shared_post_has_the_larger_crew_and_not_the_sum() -> None:
    world = World()
    flood = world.declare("III", FIRST)
    world.declare("III", FIRST, name="snow-cold")
    (duty,) = world.posts(FIRST, "duty")
    assert sorted(duty.wanted.values()) == [1, 2]
    assert duty.heads == 2
    assert len(world.called_to(duty.id)) == 2
    assert duty.operation == flood


def test_who_stands_on_a_shared_post_stays_when_one_operation_leaves() -> None:
    """Nobody is sent home for an end while another operation still has the post; and the first one can close."""
    world = World()
    flood = world.declare("III", FIRST)
    snow = world.declare("III", FIRST, name="snow-cold")
    (duty,) = world.posts(FIRST, "duty")
    for call in world.called_to(duty.id):
        world.order(desk(FIRST), check_in(call))
    world.end(flood, FIRST)
    assert {call.operation for call in world.called_to(duty.id)} == {snow}
    world.close_restore_list(flood)
    assert world.switch(flood, FIRST).mode is Mode.NORMAL
    assert world.state.operations[flood].closed
    (duty,) = world.posts(FIRST, "duty")
    assert (duty.wanted, duty.present) == ({snow: 1}, 2)


def test_an_operation_that_is_over_takes_nobody_else_s_posts_with_it() -> None:
    """A post that was left and where people still stand belongs to those who have not gone home from it."""
    world = World()
    flood = world.declare("III", FIRST)
    snow = world.declare("III", FIRST, name="snow-cold")
    (garage,) = world.posts(GRID, "garage")
    late = world.called_to(garage.id)[0]
    world.everyone_comes()
    world.end(flood, FIRST)
    (garage,) = world.posts(GRID, "garage")
    assert garage.wanted == {} and garage.present
    world.end(snow, FIRST)
    snow_calls = [call.id for call in world.calls() if call.operation == snow]
    for call_id in snow_calls:
        area = world.call(call_id).area
        if world.call(call_id).progress is P.ON_POST:
            world.order(phone(area), Relieve(area=area, call_outs=[call_id], seen_safe=True))
            world.order(phone(area), ReportHome(area=area, call_outs=[call_id]))
    world.close_restore_list(snow)
    assert world.switch(snow, FIRST).mode is Mode.NORMAL
    (garage,) = world.posts(GRID, "garage")
    assert garage.present == sum(call.progress is P.ON_POST for call in world.called_to(garage.id))
    assert world.call(late.id).post == garage.id


# --- deliveries -------------------------------------------------------------------------------------------


def test_a_worker_s_outcome_closes_jobs_and_nothing_else() -> None:
    world = crew_of(1)
    deadlines = [key for key, duty in world.state.duties.items() if duty.how is How.DEADLINE]
    assert deadlines
    outcome = RecordDelivery(area=DISTRICT, duties=deadlines)
    assert world.order(world.worker, outcome) == []
    assert all(key in world.state.duties for key in deadlines)


def test_what_could_not_be_delivered_is_said_until_it_goes_again() -> None:
    world = crew_of(1)
    jobs = [key for key, duty in world.state.duties.items() if duty.how is How.JOB]
    world.order(world.worker, RecordDelivery(area=FIRST, duties=jobs, failed={"sms": 3}))
    concern = world.state.concerns[f"delivery_failed:sms@{FIRST}"]
    assert (concern.facts["channel"], concern.facts["failed"]) == ("sms", "3")
    (call,) = world.calls()
    world.order(world.worker, RecordDelivery(area=FIRST, duties=[], reached=[call.id]))
    assert world.call(call.id).progress is P.REACHED
    assert not world.concerns("delivery_failed")


def test_late_by_a_job_that_ran_twice_nobody_is_put_back() -> None:
    world = crew_of(1)
    call = on_post(world, world.calls()[0])
    jobs = [key for key, duty in world.state.duties.items() if duty.how is How.JOB]
    world.order(world.worker, RecordDelivery(area=FIRST, duties=jobs, reached=[call.id]))
    assert world.call(call.id).progress is P.ON_POST
    assert world.order(world.worker, RecordDelivery(area=FIRST, duties=jobs, reached=[call.id])) == []
