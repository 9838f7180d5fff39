"""Whatever is killed when: acknowledged commands are a subset of the log and each stands in it once; boards agree."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from clients.sdk import Client
from coordinator.engine.keys import fresh_key
from coordinator.wire.board import Board
from coordinator.wire.messages import Result
from tests.e2e.city import City, kill
from tests.e2e.conftest import MakeCity

SEEDS = 20


def now() -> datetime:
    """The time on this machine, which is the server's as well."""
    return datetime.now(UTC)


class Reporter:
    """Somebody who reports hazard points without a pause and notes what was acknowledged."""

    def __init__(self, client: Client, area: str) -> None:
        self.client = client
        self.area = area
        self.acknowledged: dict[str, Result] = {}
        self._more = asyncio.Condition()

    async def run(self) -> None:
        depth = 0
        while True:
            depth = depth % 90 + 1
            key = fresh_key(now())
            body = {"area": self.area, "kind": "flooded_point", "depth_cm": depth, "trend": "rising"}
            result = await self.client.command("ReportHazard", body, key=key, deadline=60)
            async with self._more:
                self.acknowledged[key] = result
                self._more.notify_all()

    async def more(self, number: int) -> None:
        """Return after so many further acknowledgements."""
        enough = len(self.acknowledged) + number
        async with asyncio.timeout(60), self._more:
            await self._more.wait_for(lambda: len(self.acknowledged) >= enough)


@asynccontextmanager
async def reporting(client: Client, area: str) -> AsyncIterator[Reporter]:
    reporter = Reporter(client, area)
    running = asyncio.create_task(reporter.run())
    try:
        yield reporter
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def agreed(one: Client, two: Client, name: str) -> Board:
    """A board as two coordinators have it, once the slower of them has heard what the other knew."""
    mine, theirs = await one.watch(name), await two.watch(name)
    async with asyncio.timeout(60):
        while mine.entries != theirs.entries:
            news = [asyncio.create_task(client.moved()) for client in (one, two)]
            await asyncio.wait(news, timeout=1, return_when=asyncio.FIRST_COMPLETED)
            for waiting in news:
                waiting.cancel()
    return mine


def exported(city: City, path: Path) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "coordinator.main", "log", "export", str(path), "--data", str(city.data)]
    subprocess.run(command, check=True, capture_output=True)
    return [json.loads(line)["event"] for line in path.read_bytes().splitlines()]


async def test_kill_anything_at_any_acknowledged_position(make_city: MakeCity, tmp_path: Path) -> None:
    city = make_city(coordinators=2)
    grid, district = city.area("grid"), city.area("commander")
    async with (
        Client(city.urls, city.token("grid"), first_wait=0.05, longest_wait=1) as phone,
        reporting(phone, grid) as reporter,
    ):
        for seed in range(SEEDS):
            chance = random.Random(seed)
            await reporter.more(chance.randint(1, 40))
            children = city.children()
            kill(children[chance.choice(sorted(children))])
            await reporter.more(3)
        assert city.process is not None
        kill(city.process.pid)
        city.process.wait()
        await asyncio.to_thread(city.start)
        await reporter.more(3)
    async with (
        Client(city.urls[0], city.token("commander")) as one,
        Client(city.urls[1], city.token("commander")) as two,
    ):
        await agreed(one, two, f"area:{district}")
        board = await agreed(one, two, f"area:{grid}")
        assert len(board.section("hazards")) >= len(reporter.acknowledged)

    events = exported(city, tmp_path / "log.jsonl")
    written = Counter(event["stamp"]["key"] for event in events if event["event"]["type"] == "HazardReported")  # type: ignore[index]
    assert set(reporter.acknowledged) <= set(written), "an acknowledged command is missing from the log"
    assert max(written.values()) == 1, "a command stands in the log twice"
