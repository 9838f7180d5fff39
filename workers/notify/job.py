"""The job `notify`: from what stands in the queue to people told, and back to the coordinator as `RecordDelivery`.

A run may be a repeat or be cut off anywhere: `told` keeps its effects single, the open duty brings it back.
"""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec
import structlog

from coordinator.domain.area import AreaCode
from coordinator.domain.delivery import RecordDelivery
from coordinator.jobs.payload import notify_job
from coordinator.store.connections import command_client
from workers.notify.channels import open_channels
from workers.notify.deliver import Outcome, deliver
from workers.notify.told import Told
from workers.outcome import Coordinators
from workers.settings import Settings, settings

PATIENCE: Final = 5.0
CONNECTIONS: Final = 10
COMMAND_BYTES: Final = 48 * 1024
"""A command's body may have 64 KiB, with its braces and quotes."""
QUOTES: Final = 3
COMMAND_KEYS: Final = 1000
"""Of duties and call-outs together."""

_log = structlog.get_logger(__name__)


class WrongWorld(Exception):
    """A job of another world: its people are not for this worker's channels (law 10)."""


def notify(plain: object) -> None:
    """What RQ calls."""
    asyncio.run(run_notify(plain, settings()))


async def run_notify(plain: object, using: Settings) -> None:
    job = notify_job(plain)
    if job.world != using.world:
        raise WrongWorld(f"a job of {job.world} in the queue of {using.world}")
    async with command_client(using.queue_url, patience=PATIENCE, connections=CONNECTIONS) as client:
        channels = open_channels(using, client)
        try:
            outcome = await deliver(job, channels, Told(client, job.world))
        finally:
            for channel in channels:
                await channel.close()
    _log.info(
        "people were told",
        world=job.world,
        scope=job.scope,
        duties=len(outcome.reached),
        reached=sum(map(len, outcome.reached.values())),
        failed=dict(outcome.failed),
    )
    await Coordinators(using.api_url, using.token).tell(commands(job.scope, outcome))


def commands(scope: AreaCode, outcome: Outcome) -> list[RecordDelivery]:
    """As few as fit their size. Whom a large duty reached may take several; the last of them closes it."""
    parts = [_Part()] if outcome.reached else []
    for duty, calls in outcome.reached.items():
        for call in calls:
            _with_room(parts, call).reached.append(call)
        _with_room(parts, duty).duties.append(duty)
    return [
        RecordDelivery(
            area=scope,
            duties=part.duties,
            reached=part.reached,
            failed=dict(outcome.failed) if part is parts[-1] else {},
        )
        for part in parts
    ]


class _Part(msgspec.Struct):
    """One command in the making."""

    duties: list[str] = []
    reached: list[str] = []
    keys: int = 0
    size: int = 0


def _with_room(parts: list[_Part], key: str) -> _Part:
    """The last one, or a fresh one if this key is too much for it."""
    if parts[-1].keys == COMMAND_KEYS or parts[-1].size + len(key) + QUOTES > COMMAND_BYTES:
        parts.append(_Part())
    last = parts[-1]
    last.keys += 1
    last.size += len(key) + QUOTES
    return last
