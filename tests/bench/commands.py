"""Commands a second through a coordinator on a durable log, against bare XADD on the same server in the same run.

    python -m tests.bench.commands [--commands 5000] [--in-flight 64]

The limit writes events of the same size with one XADD each, as many in flight; `appendfsync always` for both.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from redis.asyncio import BlockingConnectionPool, Redis

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.sample.world import sample
from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaLevel
from coordinator.domain.world import LIVE, FoundScope
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.keys import fresh_key
from coordinator.jobs.port import NoJobs
from coordinator.store.embedded import EmbeddedServer
from coordinator.store.embedded import Role as ServerRole
from coordinator.store.redis_log import RedisLog

ROUNDS = 3


async def many(number: int, in_flight: int, one: Callable[[int], Awaitable[object]]) -> float:
    """Calls a second."""
    todo = iter(range(number))

    async def worker() -> None:
        for index in todo:
            await one(index)

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return number / (time.perf_counter() - begun)


async def measure(commands: int, in_flight: int) -> None:
    registers = sample(bundled_areas("xianlin"), 7).open()
    grid = registers.areas.below("320113", AreaLevel.GRID)[0]
    phone = Actor("g-1", Role.GRID, grid)
    with tempfile.TemporaryDirectory() as directory:
        server = EmbeddedServer(Path(directory) / "log", ServerRole.LOG)
        await server.start()
        log = await RedisLog.open(server.url, LIVE, b"k" * 32)
        bare = Redis.from_pool(BlockingConnectionPool.from_url(server.url, max_connections=in_flight))
        async with Coordinator(log, LIVE, registers, NoJobs()) as coordinator:
            at = coordinator.server_now()
            for scope in coordinator.reactors:
                digests = registers.digests
                await coordinator.do(
                    FoundScope(
                        area=scope,
                        world=LIVE,
                        areas=digests.areas,
                        people=digests.people,
                        organisation=digests.organisation,
                        origin=at,
                        started=at,
                        rate=1,
                    )
                )
            body = {"area": grid, "kind": "flooded_point", "depth_cm": 20, "trend": "rising"}

            async def command(_: int) -> None:
                outcome = await coordinator.execute(phone, fresh_key(datetime.now(UTC)), "ReportHazard", body)
                assert outcome.status == "accepted"

            async def xadd(_: int) -> None:
                await bare.xadd("bench", {"e": b"x" * 480, "m": b"m" * 64})

            found: dict[str, list[float]] = {"commands": [], "bare": []}
            for _ in range(ROUNDS):  # interleaved, so that a busy machine troubles both
                found["bare"].append(await many(commands, in_flight, xadd))
                found["commands"].append(await many(commands, in_flight, command))
        await bare.aclose()
        await log.close()
        await server.stop()
    served, limit = median(found["commands"]), median(found["bare"])
    print(f"{commands} commands, {in_flight} in flight, medians of {ROUNDS} rounds")
    print(f"bare XADD            {limit:9.0f}/s   1.00")
    print(f"through a coordinator{served:9.0f}/s   {served / limit:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=5000)
    parser.add_argument("--in-flight", type=int, default=64)
    given = parser.parse_args()
    asyncio.run(measure(given.commands, given.in_flight))


if __name__ == "__main__":
    main()
