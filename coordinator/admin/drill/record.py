"""An open or closed drill's own record, read as it grows: what was fired, what was done, what time it is there.

For exercise control and for the report. It reads the log of that one drill and writes nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from coordinator.admin.drill.plan import DrillPlan, NoDrill, read_drill, read_playbook, read_script
from coordinator.admin.record.open_log import open_log
from coordinator.admin.run.founding import open_registers
from coordinator.domain.drill import ClockAdvanced, Drill, DrillChanged
from coordinator.domain.rules import Recorded, decode
from coordinator.domain.world import Clock
from coordinator.drills.director import Director
from coordinator.drills.facts import Facts
from coordinator.drills.script import Script
from coordinator.store.log import EMPTY, Head
from coordinator.store.redis_log import RedisLog
from coordinator.store.registers import RegisterSet


class DrillRecord:
    """Make it with `open_record`. `hear` reads what has come since; everything else tells what was heard."""

    def __init__(
        self, log: RedisLog, plan: DrillPlan, script: Script, registers: RegisterSet, playbook: str
    ) -> None:
        self.plan = plan
        self.script = script
        self.registers = registers
        self.events: list[Recorded] = []
        self.director = Director(script.document, registers, playbook)
        self._log = log
        self._heads: dict[str, Head] = {}
        self._root = registers.areas.roots()[0]
        self._clock: Clock | None = None

    @property
    def facts(self) -> Facts:
        return self.director.facts

    @property
    def drill(self) -> Drill | None:
        """As its root has it."""
        return self.facts.changes[-1].drill if self.facts.changes else None

    async def hear(self) -> bool:
        """Whether there was anything. Raises `LogUnavailable`, `ChainBroken`."""
        fresh: list[Recorded] = []
        for scope in sorted(await self._log.scopes()):
            while entries := await self._log.read(scope, self._heads.get(scope, EMPTY)):
                fresh += [decode(entry.body) for entry in entries]
                self._heads[scope] = Head(entries[-1].position, entries[-1].mac)
        for one in sorted(fresh, key=lambda each: each.stamp.at):
            self.director.hear(one)
        for one in fresh:
            if one.scope == self._root and isinstance(one.event, DrillChanged | ClockAdvanced):
                self._clock = one.event.clock
        self.events += fresh
        return bool(fresh)

    async def now(self) -> datetime | None:
        """The world's time; None before it has one."""
        return self._clock.now(await self._log.time()) if self._clock is not None else None

    @property
    def in_order(self) -> list[Recorded]:
        """Scope after scope, each in order."""
        return sorted(self.events, key=lambda one: (one.scope, one.position))


@asynccontextmanager
async def open_record(directory: Path) -> AsyncIterator[DrillRecord]:
    """Of the drill in that directory, whether its processes run or not; has heard all. Raises `NoDrill`, `StoreError`,
    `LogUnavailable`, `ChainBroken`."""
    plan = read_drill(directory)
    if plan is None:
        raise NoDrill(f"{directory} 里没有演练。\n{directory} holds no drill.")
    playbook = read_playbook(directory)
    async with open_log(directory) as (log, world):
        registers = await open_registers(log, directory, world)
        record = DrillRecord(
            log, plan, read_script(directory), registers, playbook.digest if playbook is not None else ""
        )
        await record.hear()
        yield record
