"""A drill whose clock runs, with the machine's time handed in: pauses, changes of speed and restarts in mid-drill."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from coordinator.domain.confirmed_call import CallStarted
from coordinator.domain.drill import (
    Drill,
    EndDrill,
    ExtendDrill,
    PauseDrill,
    Phase,
    ResumeDrill,
    SetSpeed,
    StartDrill,
    the_drill,
)
from coordinator.domain.inject import InjectFired
from coordinator.drills.conductor import LEFT
from tests.drills.night import SCRIPT, START, Night


@pytest.fixture
async def night() -> AsyncIterator[Night]:
    night = Night()
    async with night.served():
        await night.order(StartDrill(area=night.coordinator.root))
        yield night


async def test_an_hour_of_pause_is_no_time_and_a_change_of_speed_no_leap(night: Night) -> None:
    root = night.coordinator.root
    await night.run(10)
    assert night.minutes == 10 and len(night.heard(InjectFired)) == 4
    await night.order(PauseDrill(area=root))
    before = len(night.conductor.recorded)
    night.seconds += 3600
    await night.settle()
    assert night.minutes == 10 and len(night.conductor.recorded) == before

    await night.order(ResumeDrill(area=root))
    await night.order(SetSpeed(area=root, rate=1))
    await night.run(9 * 60, every=30)
    assert night.minutes == 19 and not night.heard(CallStarted)
    await night.run(2 * 60, every=10)
    calls = night.heard(CallStarted)
    assert Counter(one.event.area for one in calls).most_common(1)[0][1] == 1, "a deadline fired twice"
    assert len(calls) == 11, "the street and its communities, called once each when they had not signed"
    declared = START + timedelta(minutes=5)
    assert {round((one.stamp.at - declared) / timedelta(minutes=1)) for one in calls} == {15}


async def test_whoever_takes_over_fires_what_is_left_and_nothing_twice(night: Night) -> None:
    await night.run(36, every=3)
    fired = Counter(one.event.inject for one in night.heard(InjectFired))  # type: ignore[attr-defined]
    async with night.served():
        assert Counter(one.event.inject for one in night.heard(InjectFired)) == fired  # type: ignore[attr-defined]
        night.seconds += 5  # it was away
        await night.run(30, every=3)
        found = night.heard(InjectFired)
        assert set(Counter(one.event.inject for one in found).values()) == {1}  # type: ignore[attr-defined]
        at = {one.event.inject: one.stamp.at for one in found}  # type: ignore[attr-defined]
        late = (at["road"] - START) / timedelta(minutes=1)
        assert 40 <= late <= 44, "what fell due meanwhile comes at once, at the world's time"
        assert 60 <= (at["higher"] - START) / timedelta(minutes=1) <= 62
        await night.order(EndDrill(area=night.coordinator.root))
        before = len(night.conductor.recorded)
        await night.run(5)
        assert len(night.conductor.recorded) == before, "after the end nothing is thrown any more"


def drill(night: Night) -> Drill:
    found = the_drill(night.coordinator.reactors[night.coordinator.root].state)
    assert found is not None
    return found


async def test_it_ends_by_itself_and_control_extends_it_and_a_pause_is_no_time_of_it(night: Night) -> None:
    root, lasts = night.coordinator.root, SCRIPT.document.lasts
    await night.order(ExtendDrill(area=root, minutes=20))
    await night.order(ExtendDrill(area=root, minutes=10))
    await night.run(lasts - 1, every=5)
    await night.order(PauseDrill(area=root))
    night.seconds += 7200
    await night.settle()
    await night.order(ResumeDrill(area=root))
    await night.run(28)
    assert drill(night).phase is Phase.RUNNING and night.minutes > lasts
    async with night.served():  # who takes over knows of it
        await night.run(1)
        assert drill(night).phase is Phase.RUNNING
        await night.run(6)
        assert (drill(night).phase, drill(night).reason) == (Phase.ENDED, "time_over")


@pytest.mark.parametrize(
    ("began", "phase", "reason"),
    [(False, Phase.ABORTED, "never_started"), (True, Phase.ENDED, "left_standing")],
)
async def test_what_nobody_comes_back_to_is_given_up(began: bool, phase: Phase, reason: str) -> None:
    night = Night()
    async with night.served():
        if began:
            await night.order(StartDrill(area=night.coordinator.root))
            await night.order(PauseDrill(area=night.coordinator.root))
        night.seconds += LEFT.total_seconds() - 60
        await night.settle()
        assert drill(night).phase is (Phase.PAUSED if began else Phase.PREPARED)
        night.seconds += 120
        await night.settle()
        assert (drill(night).phase, drill(night).reason) == (phase, reason)
