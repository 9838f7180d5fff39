"""A drill whose clock runs, with the machine's time handed in: pauses, changes of speed and restarts in mid-drill."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.command import Command, type_of
from coordinator.domain.confirmed_call import CallStarted
from coordinator.domain.drill import EndDrill, PauseDrill, ResumeDrill, SetSpeed, StartDrill
from coordinator.domain.inject import InjectFired
from coordinator.domain.rules import Recorded
from coordinator.domain.world import FoundScope
from coordinator.drills.conductor import Conductor
from coordinator.drills.lockstep import prepare
from coordinator.drills.sandbox import SandboxJobs
from coordinator.drills.script import bundled
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.keys import fresh_key
from coordinator.store.memory_log import MemoryLog, MemoryServer
from tests.builders import xianlin

WORLD = "DRILL-1"
SERVER = datetime(2026, 7, 18, 1, 0, tzinfo=UTC)
SCRIPT = bundled("xianlin-night-raid")
START = SCRIPT.document.start


class Night:
    """One drill without players. `seconds` is what the machine's clock has run; who serves it may be exchanged."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.server = MemoryServer()
        self.coordinator: Coordinator
        self.conductor: Conductor

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """By a coordinator and a conductor that know nothing but the log."""
        began = self.seconds
        log = MemoryLog(
            WORLD, bytes(32), now=lambda: SERVER + timedelta(seconds=self.seconds), server=self.server
        )
        registers, jobs = xianlin(), SandboxJobs()
        jobs.send = self.by_worker
        self.coordinator = Coordinator(
            log, WORLD, registers, jobs, in_step=True, elapsed=lambda: self.seconds - began
        )
        async with self.coordinator:
            await log.put_blob(SCRIPT.digest, SCRIPT.json)
            for scope in self.coordinator.reactors:
                await self.coordinator.do(
                    FoundScope(
                        area=scope,
                        world=WORLD,
                        **registers.digests._asdict(),
                        origin=START,
                        started=SERVER,
                        rate=0,
                    )
                )
            await self.coordinator.do(prepare(SCRIPT, self.coordinator.root, 60))
            playbook = SCRIPT.playbook()
            assert playbook is not None
            self.conductor = Conductor(self.coordinator, log, SCRIPT, playbook.digest)
            await self.settle()
            yield

    async def settle(self) -> None:
        await self.coordinator.settle()
        while await self.conductor.step():
            await self.coordinator.settle()
        await self.conductor.hear()

    async def run(self, seconds: float, every: float = 1) -> None:
        """Of the machine's, looking as often as that."""
        until = self.seconds + seconds
        while self.seconds < until:
            self.seconds += every
            await self.settle()

    async def order(self, command: Command) -> None:
        await self._say(Actor("control-1", Role.CONTROLLER, self.coordinator.root), command)
        await self.settle()

    async def by_worker(self, command: Command) -> object:
        return await self._say(Actor("process:sandbox", Role.WORKER, self.coordinator.root), command)

    async def _say(self, actor: Actor, command: Command) -> object:
        body = command.model_dump(mode="json", exclude_defaults=True)
        key = fresh_key(self.coordinator.server_now())
        outcome = await self.coordinator.execute(actor, key, type_of(command), body)
        assert outcome.status == "accepted", outcome
        return outcome

    @property
    def minutes(self) -> float:
        """Of the world, since the beginning."""
        return (self.coordinator.world_now() - START) / timedelta(minutes=1)

    def heard(self, kind: type) -> list[Recorded]:
        return [one for one in self.conductor.recorded if isinstance(one.event, kind)]


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
