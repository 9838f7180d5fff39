"""One coordinator process: the log, the engine, the live protocol and the HTTP interface, put together.

Composition only; holds no rule. Ends on SIGTERM or SIGINT: clients are told, what is acknowledged is durable.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
from contextlib import AsyncExitStack
from pathlib import Path

import structlog
from aiohttp import web

from coordinator.admin.drill.conducting import prepared
from coordinator.admin.drill.doors import DrillDoors
from coordinator.admin.drill.plan import read_drill
from coordinator.admin.drill.schedule import documents, with_bundled, written
from coordinator.admin.outlines.laid import found_outlines
from coordinator.admin.run.founding import found, founded_with, open_registers, read_plan
from coordinator.api.app import make_app
from coordinator.domain.world import is_drill
from coordinator.drills.steps import Steps
from coordinator.engine.coordinator import Coordinator
from coordinator.jobs.queue import JobQueue
from coordinator.settings import Settings
from coordinator.store.cells import RedisCells
from coordinator.store.codes import RedisCodes
from coordinator.store.invented import invented
from coordinator.store.keyfile import open_key
from coordinator.store.living import Living
from coordinator.store.outlines import RedisOutlines
from coordinator.store.redis_log import RedisLog
from coordinator.store.roster import Roster
from coordinator.store.snapshots import Snapshots
from coordinator.store.vault import Vault

log = structlog.get_logger()
CHAIN_KEY = "chain.key"
VAULT_KEY = "vault.key"
BACKLOG = 4096
"""Connections that may wait: everybody comes back at once when a coordinator was away."""


async def serve(settings: Settings, port_file: Path | None = None) -> None:
    """Run until told to stop. Writes the port it listens on to `port_file` once it is ready.

    Raises `StoreError`, `LogUnavailable`, `NotFounded`, and whatever ends a task of the coordinator.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        chain_key = open_key(settings.data / CHAIN_KEY)
        event_log = await RedisLog.open(
            settings.redis_url, settings.world, chain_key, managed=settings.managed
        )
        stack.push_async_callback(event_log.close)
        registers = await open_registers(event_log, settings.data, settings.world)
        outlines = RedisOutlines(settings.redis_url, settings.world)
        stack.push_async_callback(outlines.close)
        if await founded_with(event_log) is None:
            await found_outlines(outlines, settings.data)
        jobs = JobQueue(settings.queue_url, settings.world)
        stack.push_async_callback(jobs.close)
        living = Living(settings.redis_url, settings.world, f"{socket.gethostname()}:{os.getpid()}")
        stack.push_async_callback(living.close)
        cells = RedisCells(settings.redis_url, settings.world)
        stack.push_async_callback(cells.close)
        snapshots = Snapshots(settings.data / "snapshots", settings.world, chain_key)
        vault = Vault(cells, settings.world, open_key(settings.data / VAULT_KEY))
        plan = read_plan(settings.data)
        drill = read_drill(settings.data) if is_drill(settings.world) else None
        # A drill has nobody's contacts, invented ones no more than real ones.
        roster = Roster(vault, invented if plan is not None and plan.sampled and drill is None else None)
        coordinator = Coordinator(
            event_log,
            settings.world,
            registers,
            jobs,
            living,
            vault,
            snapshots,
            roster,
            in_step=drill is not None and not drill.rate,
        )
        await stack.enter_async_context(coordinator)
        await found(coordinator, registers, settings.data)
        steps: Steps | None = None
        working = [asyncio.create_task(coordinator.failed())]
        if drill is not None:
            conductor = await prepared(coordinator, event_log, vault, settings.data, drill)
            if not drill.rate:
                steps = Steps(coordinator, conductor)
            else:
                working.append(asyncio.create_task(conductor.run()))
        codes = RedisCodes(settings.queue_url, settings.world)
        stack.push_async_callback(codes.close)
        app = make_app(
            coordinator,
            settings.live,
            codes,
            steps,
            lambda: with_bundled(documents(settings.data)),
            outlines,
            lambda: written(settings.data),
            # From a drill no other drill is entered.
            doors=None if is_drill(settings.world) else DrillDoors(settings.data),
        )
        runner = web.AppRunner(app, handle_signals=False, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, settings.host, settings.port, backlog=BACKLOG)
        await site.start()
        port = runner.addresses[0][1]
        if port_file is not None:
            port_file.write_text(str(port))
        # What was made while starting lives as long as the process: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        log.info("ready", world=settings.world, host=settings.host, port=port)
        stopping = asyncio.create_task(stop.wait())
        done, pending = await asyncio.wait({stopping, *working}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done - {stopping}:
            task.result()
        log.info("stopping")
