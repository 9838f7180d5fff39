"""One drill whose clock runs, in this process, with the machine's time handed in; who serves it may be exchanged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from coordinator.domain.access import Actor, Role
from coordinator.domain.command import Command, type_of
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
