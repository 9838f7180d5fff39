"""A coordinator over a log in memory, on a small tree, with people who do what they are told at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.sample.world import sample
from coordinator.domain.access import Actor, Role
from coordinator.domain.area import Area
from coordinator.domain.world import DEMO, FoundScope
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.keys import fresh_key
from coordinator.engine.reactor import Outcome
from coordinator.jobs.port import NoJobs
from coordinator.store.memory_log import MemoryLog, MemoryServer
from coordinator.store.registers import RegisterSet

KEY = b"k" * 32
DISTRICTS = ("420102", "420107")
RATE = 600.0


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def registers() -> RegisterSet:
    """Wuhan, cut to one street of two communities in each of two districts."""
    rows = {area.code: area for area in bundled_areas("wuhan")}
    kept: list[Area] = [rows["4201"]]
    for district in DISTRICTS:
        street = next(code for code in sorted(rows) if rows[code].parent == district)
        communities = [code for code in sorted(rows) if rows[code].parent == street][:2]
        kept += [rows[code] for code in (district, street, *communities)]
    return sample(kept, seed=3).open()


class Played:
    """A coordinator and a way to order."""

    def __init__(self, coordinator: Coordinator, log: MemoryLog) -> None:
        self.coordinator = coordinator
        self.log = log

    async def order(self, actor: Actor, name: str, **body: object) -> Outcome:
        outcome = await self.coordinator.execute(actor, fresh_key(now()), name, body)
        assert outcome.status == "accepted", outcome
        return outcome

    async def found(self) -> None:
        coordinator, at = self.coordinator, now()
        for scope in coordinator.reactors:
            digests = coordinator.registers.digests  # type: ignore[attr-defined]
            founding: Mapping[str, object] = digests._asdict()
            await coordinator.do(
                FoundScope(area=scope, world=DEMO, origin=at, started=at, rate=RATE, **founding)  # type: ignore[arg-type]
            )


@pytest.fixture
async def played(registers: RegisterSet) -> AsyncIterator[Played]:
    async with AsyncExitStack() as stack:
        log = MemoryLog(DEMO, KEY, now=now, server=MemoryServer())
        coordinator = await stack.enter_async_context(Coordinator(log, DEMO, registers, NoJobs()))
        one = Played(coordinator, log)
        await one.found()
        yield one


def commander(area: str, number: int = 1) -> Actor:
    return Actor(f"duty-{number}", Role.COMMANDER, area)


def duty(area: str) -> Actor:
    return Actor(f"d-{area}", Role.COMMUNITY, area)
