"""The real world in this process, served on a free port: where what a drill came to is carried over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiohttp import web

from coordinator.api.app import make_app
from coordinator.api.doors import Doors
from coordinator.domain.access import Role
from coordinator.domain.grant import IssueGrant
from coordinator.domain.world import LIVE, FoundScope
from coordinator.drills.schema import Document
from coordinator.drills.script import Script
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.keys import new_token
from coordinator.jobs.port import NoJobs
from coordinator.live.settings import LiveSettings
from coordinator.store.memory_log import MemoryLog
from coordinator.wire.tokens import hash_token
from tests.builders import xianlin


class Live:
    def __init__(self, coordinator: Coordinator, url: str) -> None:
        self.coordinator, self.url = coordinator, url

    async def token(self, role: Role, area: str, person: str = "") -> str:
        token = new_token()
        who = person or f"{role.value}-{area}"
        grant = IssueGrant(area=area, person=who, role=role, token=hash_token(token))
        assert (await self.coordinator.do(grant)).status == "accepted"
        return token


@asynccontextmanager
async def living(
    scripts: Callable[[], Iterable[Document]] | None = None,
    scheduled: Callable[[], Iterable[Script]] = tuple,
    doors: Doors | None = None,
) -> AsyncIterator[Live]:
    log = MemoryLog(LIVE, bytes(32), now=lambda: datetime.now(UTC))
    async with Coordinator(log, LIVE, xianlin(), NoJobs()) as coordinator:
        at = datetime.now(UTC)
        for scope in coordinator.reactors:
            digests = xianlin().digests._asdict()
            await coordinator.do(FoundScope(area=scope, world=LIVE, origin=at, started=at, rate=1, **digests))
        app = make_app(coordinator, LiveSettings(), scripts=scripts, scheduled=scheduled, doors=doors)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield Live(coordinator, f"http://127.0.0.1:{runner.addresses[0][1]}")
        await runner.cleanup()
