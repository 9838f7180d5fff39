"""The whole night, without a server: it comes to its end, and the log alone shows every turn of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from clients.simulator.stage import NotMet, Stage
from clients.simulator.story.night import communities_get_ready, declare, rain_night
from clients.simulator.story.places import choose
from coordinator.domain.call_out import CrewAnswered, CrewCalled, CrewMoved, Progress
from coordinator.domain.confirmed_call import CallAnswered
from coordinator.domain.delivery import NoticesDelivered
from coordinator.domain.event import Event
from coordinator.domain.facility import FacilityOrdered, FacilityReported, FacilityState
from coordinator.domain.operation import (
    ChangeRequested,
    LevelLowered,
    LevelRaised,
    LoweringRefused,
    OperationClosed,
    OperationEnded,
)
from coordinator.domain.task import TasksFellOverdue
from coordinator.domain.team import Readiness, TeamMoved
from tests.simulator.rehearsed import Rehearsed

E = TypeVar("E", bound=Event)
Make = Callable[[int], Rehearsed]


@pytest.fixture(scope="module")
def night(rehearsed: Make) -> Rehearsed:
    cast = rehearsed(7)
    stage = Stage(cast, lambda line: None)
    asyncio.run(cast.play(rain_night(stage, cast.rehearsal.playbook.digest)))
    return cast


def events(night: Rehearsed, kind: type[E]) -> list[E]:
    return [one.event for one in night.rehearsal.log if isinstance(one.event, kind)]


def test_the_night_ends_and_everything_is_normal(night: Rehearsed) -> None:
    (closed,) = events(night, OperationClosed)
    assert closed.operation
    counts = night.rehearsal.state.rows["420107"].counts
    left = ("out", "lost", "unrestored", "orders_open")
    assert not any(name.startswith("mode.") or name in left for name in counts)


def test_it_takes_no_longer_than_a_night(night: Rehearsed) -> None:
    log = night.rehearsal.log
    assert (log[-1].stamp.at - log[0].stamp.at).total_seconds() < 9 * 3600


def test_people_decline_never_arrive_and_are_short(night: Rehearsed) -> None:
    assert any(event.declined for event in events(night, CrewAnswered))
    assert any(event.to is Progress.NO_SHOW for event in events(night, CrewMoved))
    assert any(event.gaps for event in events(night, CrewCalled))


def test_whoever_stood_somewhere_was_seen_safe_and_came_home(night: Rehearsed) -> None:
    def those(to: Progress) -> set[str]:
        return {key for event in events(night, CrewMoved) if event.to is to for key in event.call_outs}

    assert those(Progress.ON_POST) <= those(Progress.RELIEVED) == those(Progress.HOME_SAFE)


def test_the_silent_community_is_found_by_a_knock(night: Rehearsed) -> None:
    silent = choose(Stage(night, lambda line: None)).silent
    assert [(one.area, one.how) for one in events(night, CallAnswered) if one.how == "knock"] == [
        (silent, "knock")
    ]


def test_a_task_goes_up_from_community_to_street_to_district(night: Rehearsed) -> None:
    grid = choose(Stage(night, lambda line: None)).neglects
    path = [to for event in events(night, TasksFellOverdue) for to in event.to.values() if event.area == grid]
    assert path[:3] == [grid[:12], grid[:9], grid[:6]]


def test_two_persons_raise_and_lower_and_the_first_alone_cannot(night: Rehearsed) -> None:
    asked = {event.kind for event in events(night, ChangeRequested)}
    assert asked == {"RaiseLevel", "LowerLevel"}
    for event in (*events(night, LevelRaised), *events(night, LevelLowered)):
        assert event.approved_by and event.approved_by != event.by
    assert any(code.startswith("self_approval") for _, code in night.rehearsal.refusals)


def test_lowering_is_refused_while_somebody_is_lost(night: Rehearsed) -> None:
    log = [one.event for one in night.rehearsal.log]
    lost = next(i for i, e in enumerate(log) if isinstance(e, CrewMoved) and e.to is Progress.LOST)
    refused = next(i for i, e in enumerate(log) if isinstance(e, LoweringRefused))
    lowered = next(i for i, e in enumerate(log) if isinstance(e, LevelLowered))
    assert lost < refused < lowered


def test_a_shelter_floods_and_a_school_opens_and_is_the_last_to_be_restored(night: Rehearsed) -> None:
    (ordered,) = events(night, FacilityOrdered)
    reported = events(night, FacilityReported)
    (flooded,) = [event for event in reported if event.to is FacilityState.UNUSABLE]
    assert flooded.area == ordered.area
    school = [event.to for event in reported if event.facility == ordered.facility]
    assert school[-3:] == [FacilityState.OPEN, FacilityState.RESTORING, FacilityState.NORMAL]
    log = [one.event for one in night.rehearsal.log]
    ended = next(i for i, e in enumerate(log) if isinstance(e, OperationEnded))
    assert ended < max(
        i for i, e in enumerate(log) if isinstance(e, FacilityReported) and e.facility == ordered.facility
    )


def test_shock_teams_muster_and_go_out(night: Rehearsed) -> None:
    moved = [event.to for event in events(night, TeamMoved)]
    assert {Readiness.ASSEMBLING, Readiness.DEPLOYED, Readiness.RELEASED} <= set(moved)


def test_the_webhook_fails_and_recovers(night: Rehearsed) -> None:
    failed = [bool(event.failed.get("webhook")) for event in events(night, NoticesDelivered)]
    assert failed[0] and not failed[-1]


def test_a_grid_was_offline_and_sent_what_it_had_done(night: Rehearsed) -> None:
    (span,) = night.notes.offline
    assert span.minutes >= 20
    assert span.piled_up > 0


def test_hardly_anything_the_teams_say_is_refused(night: Rehearsed) -> None:
    said = sum(night.notes.commands.values())
    assert sum(night.notes.refusals.values()) < said / 50


def test_every_line_says_when_in_two_languages(night: Rehearsed) -> None:
    assert all(step.at and step.zh and step.en for step in night.notes.story)


def test_the_same_seed_plays_the_same_and_another_one_does_not(rehearsed: Make) -> None:
    async def evening(seed: int) -> list[bytes]:
        cast = rehearsed(seed)
        stage = Stage(cast, lambda line: None)
        await declare(stage, cast.rehearsal.playbook.digest, choose(stage))
        for _ in range(45):
            cast.step()
        return [repr(one.event).encode() for one in cast.rehearsal.log]

    first, again, other = (asyncio.run(evening(seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_the_watchdog_names_the_condition_that_did_not_come_true(rehearsed: Make) -> None:
    cast = rehearsed(7)
    stage = Stage(cast, lambda line: None)
    for desk in [*stage.desks("community"), *stage.desks("street")]:
        desk.asleep = True  # and nobody is left to knock

    async def story() -> None:
        await declare(stage, cast.rehearsal.playbook.digest, choose(stage))
        await communities_get_ready(stage)

    with pytest.raises(NotMet, match="九成社区签收"):
        asyncio.run(cast.play(story()))
