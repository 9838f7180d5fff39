"""A drill's world in this process, served with its pages: the raid, prepared or begun, and an observer's token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from coordinator.api.app import make_app
from coordinator.domain import rules
from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode
from coordinator.domain.grant import IssueGrant
from coordinator.domain.rules import Recorded
from coordinator.domain.world import FoundScope
from coordinator.drills import script
from coordinator.drills.lockstep import prepare
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.keys import fresh_key, new_token
from coordinator.jobs.port import NoJobs
from coordinator.live.settings import LiveSettings
from coordinator.store.log import EMPTY
from coordinator.store.memory_log import MemoryLog
from coordinator.wire.tokens import hash_token
from tests.builders import STREET, xianlin
from tests.drills.worlds import CONTROLLER

WORLD: Final = "DRILL-1"
RAID: Final = script.bundled("xianlin-night-raid")


@dataclass
class Drilled:
    coordinator: Coordinator
    log: MemoryLog
    urls: list[str]
    tokens: dict[str, str] = field(default_factory=dict)

    async def recorded(self) -> list[Recorded]:
        """All that stands in the world's log."""
        found = []
        for scope in self.coordinator.reactors:
            found += [rules.decode(one.body) for one in await self.log.read(scope, EMPTY)]
        return found

    async def grant(self, role: Role, area: AreaCode) -> str:
        token = self.tokens[role] = new_token()
        order = IssueGrant(area=area, person=f"{role.value}-1", role=role, token=hash_token(token))
        assert (await self.coordinator.do(order)).status == "accepted"
        return token


@asynccontextmanager
async def drilled(*, started: bool = True) -> AsyncIterator[Drilled]:
    origin = RAID.document.start
    log = MemoryLog(WORLD, bytes(32), now=lambda: datetime.now(UTC))
    async with Coordinator(log, WORLD, xianlin(), NoJobs()) as coordinator:
        await log.put_blob(RAID.digest, RAID.json)
        at = datetime.now(UTC)
        for scope in coordinator.reactors:
            digests = xianlin().digests._asdict()
            await coordinator.do(
                FoundScope(area=scope, world=WORLD, origin=origin, started=at, rate=0, **digests)
            )
        await coordinator.do(prepare(RAID, coordinator.root, 1))
        if started:
            begun = await coordinator.execute(
                CONTROLLER, fresh_key(datetime.now(UTC)), "StartDrill", {"area": coordinator.root}
            )
            assert begun.status == "accepted", begun.refusal
        runner = web.AppRunner(make_app(coordinator, LiveSettings()))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        made = Drilled(coordinator, log, [f"http://127.0.0.1:{port}"])
        await made.grant(Role.OBSERVER, STREET)
        try:
            yield made
        finally:
            await runner.cleanup()
