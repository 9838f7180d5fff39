"""A short night on record: two operations, a few people, things that went wrong. For what is told from a log alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from coordinator.domain.call_out import CrewAnswered, CrewCalled, CrewMoved, Progress
from coordinator.domain.confirmed_call import CallStarted
from coordinator.domain.event import Event, Stamp
from coordinator.domain.measures import Evidence, EvidenceKind
from coordinator.domain.mode import Mode, ResponseLevel, Switch
from coordinator.domain.operation import LevelRaised, LoweringRefused, OperationDeclared, OperationEnded
from coordinator.domain.rules import Recorded, encode
from coordinator.domain.situation import HazardReported, ReportSigned, TalliesReported, Trend
from coordinator.domain.switch_over import NewTally, PlaceReady, PlaceSwitched, SwitchSigned
from coordinator.domain.task import NewTask, TaskCompleted, TasksFellOverdue
from coordinator.domain.text import Text
from coordinator.playbook import library
from coordinator.store.archive import export
from coordinator.store.log import EMPTY
from coordinator.store.memory_log import MemoryLog

T0 = datetime(2026, 6, 27, 9, 0, tzinfo=UTC)
DISTRICT, COMMUNITY, OTHER = "420107", "420107001001", "420107001002"
GRID = "42010700100101"
FLOOD, QUAKE = "op-flood", "op-quake"
NAME = Text("转移", "Move people")


def night() -> list[tuple[int, Event]]:
    """Minute and event."""
    post = f"{FLOOD}:move@{GRID}"
    task = NewTask(
        f"{FLOOD}:move@{GRID}#1", GRID, "move", NAME, T0, Evidence(EvidenceKind.COUNT, total=9), must=True
    )
    return [
        (0, declared(FLOOD, "flood-typhoon", {DISTRICT: ResponseLevel.III})),
        (1, declared(QUAKE, "earthquake", {"420107001": ResponseLevel.IV})),
        (2, switched(FLOOD, COMMUNITY, tasks=(task,), tallies=(NewTally(GRID, "moved", NAME, 9),))),
        (2, switched(FLOOD, OTHER)),
        (3, switched(QUAKE, COMMUNITY)),
        (6, SwitchSigned(area=COMMUNITY, operation=FLOOD)),
        (7, CallStarted(area=OTHER, call=f"call-{FLOOD}@{OTHER}", subject=f"{FLOOD}@{OTHER}", next_at=T0)),
        (
            8,
            CrewCalled(area=COMMUNITY, operation=FLOOD, picks={post: {"p1": GRID, "p2": GRID}}, answer_by=T0),
        ),
        (8, CrewCalled(area=COMMUNITY, operation=QUAKE, picks={"q@x": {"p3": GRID}}, answer_by=T0)),
        (
            9,
            CrewAnswered(
                area=COMMUNITY, coming={f"p1>{post}": T0, "p3>q@x": T0}, declined={f"p2>{post}": "caring"}
            ),
        ),
        (28, CrewMoved(area=GRID, call_outs=(f"p1>{post}", "p3>q@x"), to=Progress.ON_POST)),
        (30, TalliesReported(area=GRID, operation=FLOOD, values={"moved": 4})),
        (31, TalliesReported(area=GRID, operation=FLOOD, values={"moved": 7})),
        (32, HazardReported(area=GRID, id="h1", kind="flooding", depth_cm=20, trend=Trend.RISING)),
        (40, HazardReported(area=GRID, id="h1", kind="flooding", depth_cm=35, trend=Trend.STEADY)),
        (
            41,
            LevelRaised(
                area=DISTRICT, operation=FLOOD, revision=2, targets={DISTRICT: ResponseLevel.II}, by="d1"
            ),
        ),
        (50, TasksFellOverdue(area=GRID, to={task.id: COMMUNITY, "other:x@y#1": COMMUNITY})),
        (52, PlaceReady(area=COMMUNITY, operation=FLOOD, mode=Mode.EMERGENCY, by="d9", reason="radio_only")),
        (55, TaskCompleted(area=GRID, task=task.id, done=9)),
        (60, LoweringRefused(area=DISTRICT, operation=FLOOD, code="condition_contradicted", facts={})),
        (70, ReportSigned(area=DISTRICT, operation=FLOOD, number=1, figures={}, next_due=None)),
        (
            80,
            OperationEnded(
                area=DISTRICT,
                operation=FLOOD,
                revision=3,
                targets={DISTRICT: None},
                by="d1",
                conditions={"warning_over": "met", "no_water": "pumps_running"},
            ),
        ),
    ]


def declared(operation: str, playbook: str, targets: dict[str, ResponseLevel | None]) -> Event:
    return OperationDeclared(
        area=DISTRICT,
        id=operation,
        hazard=library.bundled(playbook).hazard,
        playbook=library.bundled(playbook).digest,
        targets=targets,
        issuer=DISTRICT,
        declared_by="d1",
        approved_by="d2",
        effective_at=T0,
        expected_until=T0 + timedelta(hours=12),
    )


def switched(operation: str, place: str, **more: object) -> Event:
    return PlaceSwitched(
        area=place,
        operation=operation,
        revision=1,
        switch=Switch.START,
        mode=Mode.ACTIVATING,
        community=True,
        level=ResponseLevel.III,
        sign_by=T0,
        **more,  # type: ignore[arg-type]
    )


def record(world: str) -> list[Recorded]:
    return [
        Recorded(world, DISTRICT, 1, position, _stamp(minute, position), event)
        for position, (minute, event) in enumerate(night(), start=1)
    ]


def export_night(path: Path, world: str) -> Path:
    """The night as `pingji log export` writes it."""

    async def write() -> None:
        log = MemoryLog(world, bytes(32), now=lambda: T0)
        await log.append(DISTRICT, EMPTY, [encode(one) for one in record(world)])
        await export(log, world, path)

    asyncio.run(write())
    return path


def _stamp(minute: int, position: int) -> Stamp:
    at = T0 + timedelta(minutes=minute)
    return Stamp(at, at, "d1", "commander", DISTRICT, "", f"key-{position}", "", 1)
