"""Founding a world: registers are stored by digest, then every scope gets its first event. Done once, repeatable.

Which registers a data directory is to be founded with stands in its `world.json`, written by `pingji sample`,
`pingji areas import` or `pingji up`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from coordinator.admin.sample.world import SampledRegisters
from coordinator.domain.access import Role
from coordinator.domain.grant import IssueGrant
from coordinator.domain.rules import decode
from coordinator.domain.world import LIVE, FoundScope, ScopeFounded
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.keys import new_token
from coordinator.engine.reactor import Outcome
from coordinator.store.keyfile import replace_private
from coordinator.store.log import EMPTY, EventLog
from coordinator.store.registers import RegisterCache, RegisterDigests, RegisterSet
from coordinator.wire.tokens import hash_token

WORLD_FILE: Final = "world.json"
OPERATOR_TOKEN: Final = "operator.token"
WORKER_TOKEN: Final = "worker.token"


class WorldPlan(msgspec.Struct, frozen=True):
    """What a data directory is founded with."""

    world: str
    areas: str
    people: str
    organisation: str
    rate: float = 1.0
    origin: datetime | None = None
    """World time at the founding; None: the server's."""
    sampled: bool = True
    """The people in it are generated, not real."""

    @property
    def digests(self) -> RegisterDigests:
        return RegisterDigests(self.areas, self.people, self.organisation)


class NotFounded(Exception):
    """Neither the log nor the data directory says which registers this world uses."""


def write_plan(data: Path, registers: SampledRegisters, plan: WorldPlan) -> None:
    """Lay registers and plan where `serve` founds the world from."""
    folder = data / "registers"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for digest, content in zip(registers.digests, registers, strict=True):
        (folder / f"{digest}.register").write_bytes(content)
    (data / WORLD_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(plan)))


def read_plan(data: Path) -> WorldPlan | None:
    path = data / WORLD_FILE
    return msgspec.json.decode(path.read_bytes(), type=WorldPlan) if path.exists() else None


async def founded_with(log: EventLog) -> ScopeFounded | None:
    """The first event of any scope, which names the registers; None for an empty log."""
    for scope in await log.scopes():
        first = await log.read(scope, EMPTY, limit=1)
        if first:
            event = decode(first[0].body).event
            if isinstance(event, ScopeFounded):
                return event
    return None


async def open_registers(log: EventLog, data: Path, world: str) -> RegisterSet:
    """The world's registers: those the log names, else those the plan names, stored on the log's server first.

    Raises `NotFounded`.
    """
    cache = RegisterCache(data / "registers", log.get_blob)
    founded = await founded_with(log)
    if founded is not None:
        return await cache.open(RegisterDigests(founded.areas, founded.people, founded.organisation))
    plan = read_plan(data)
    if plan is None or plan.world != world:
        raise NotFounded(f"{data / WORLD_FILE} does not say what {world} is founded with")
    for digest in plan.digests:
        await log.put_blob(digest, (data / "registers" / f"{digest}.register").read_bytes())
    return await cache.open(plan.digests)


async def found(coordinator: Coordinator, registers: RegisterSet, data: Path) -> None:
    """Give every scope its first event, and the operator and the workers their tokens. Repeatable."""
    plan = read_plan(data)
    now = coordinator.server_now()
    for scope, reactor in coordinator.reactors.items():
        if reactor.state.position == 0:
            _accepted(
                await coordinator.do(
                    FoundScope(
                        area=scope,
                        world=coordinator.world,
                        areas=registers.digests.areas,
                        people=registers.digests.people,
                        organisation=registers.digests.organisation,
                        origin=(plan.origin if plan and plan.origin else now),
                        started=now,
                        rate=plan.rate if plan and coordinator.world != LIVE else 1.0,
                    )
                )
            )
    for file, person, role in (
        (OPERATOR_TOKEN, "operator", Role.OPERATOR),
        (WORKER_TOKEN, "process:worker", Role.WORKER),
    ):
        path = data / file
        if not path.exists():
            replace_private(path, new_token().encode())
        token = path.read_text()
        _accepted(
            await coordinator.do(
                IssueGrant(area=coordinator.root, person=person, role=role, token=hash_token(token))
            )
        )


def _accepted(outcome: Outcome) -> None:
    if outcome.status != "accepted":
        raise RuntimeError(f"founding failed: {outcome.refusal or outcome.status}")
