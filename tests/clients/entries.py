"""Entries of boards as a coordinator sends them: made from the rules' own records, so that they cannot drift apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from coordinator.domain.call_out import CallOut, Progress
from coordinator.domain.concern import Concern, Severity
from coordinator.domain.facility import Facility, FacilityState, Use
from coordinator.domain.help import HelpRequest, Need
from coordinator.domain.measures import Evidence, EvidenceKind
from coordinator.domain.mode import Mode, ResponseLevel
from coordinator.domain.operation import Operation, PendingChange
from coordinator.domain.order import Order
from coordinator.domain.post import Post
from coordinator.domain.routine import RoutineWork
from coordinator.domain.situation import HazardPoint, Report, Tally, Trend
from coordinator.domain.switch_over import PlaceSwitch
from coordinator.domain.task import Task
from coordinator.domain.text import Text

NOW = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
"""08:00 in Beijing."""
OP = "op-1"
Entries = dict[str, dict[str, Any]]


def plain(record: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(record)
    return found


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def row(area: str, name: str, level: str, contact: datetime | None = None, **counts: int) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "area": area,
        "name": name,
        "level": level,
        "type": "residential",
        "counts": {key.replace("__", "."): number for key, number in counts.items()},
    }
    return entry | ({"contact": contact.isoformat()} if contact else {})


def switch(
    area: str, signed: datetime | None = None, ready: datetime | None = None, **others: Any
) -> dict[str, Any]:
    record = PlaceSwitch(
        id=f"{OP}@{area}",
        area=area,
        operation=OP,
        community=len(area) == 12,
        mode=Mode.EMERGENCY if ready else Mode.ACTIVATING,
        level=ResponseLevel.II,
        revision=1,
        recorded_at=ago(20),
        sign_by=ago(5),
        signed_at=signed,
        ready_at=ready,
    )
    return plain(msgspec.structs.replace(record, **others))


def operation(**others: Any) -> dict[str, Any]:
    record = Operation(
        id=OP,
        area="420107",
        hazard="flood_typhoon",
        playbook="a" * 64,
        targets={"420107001": ResponseLevel.II, "420107002": ResponseLevel.III},
        revision=1,
        issuer="420107",
        declared_by="p1",
        approved_by="p2",
        effective_at=ago(20),
        expected_until=NOW + timedelta(hours=4),
    )
    return plain(msgspec.structs.replace(record, **others))


def pending(person: str = "p2", **others: Any) -> dict[str, Any]:
    record = PendingChange(
        id="change-1",
        area="420107",
        kind="DeclareOperation",
        operation="",
        order='{"area":"420107","expected_minutes":240,"superior":""}',
        hash="h4sh",
        targets={"420107001": ResponseLevel.II, "420107002": None},
        person=person,
        office="office:420107",
        requested=ago(2),
        expires=NOW + timedelta(minutes=8),
    )
    return plain(msgspec.structs.replace(record, **others))


def concern(kind: str, area: str, severity: Severity, minutes: float, **facts: str) -> dict[str, Any]:
    return plain(
        Concern(
            area=area,
            kind=kind,
            subject="s",
            severity=severity,
            since=ago(minutes),
            raised_to=area,
            facts=facts,
        )
    )


def district() -> Entries:
    """Two streets: one switched and not well, one at rest."""
    return {
        "row/420107": row("420107", "青山区", "district", lost=1),
        "rows/420107001": row(
            "420107001",
            "红卫路街道",
            "street",
            ago(3),
            communities=12,
            mode__activating=8,
            mode__emergency=4,
            level__II=12,
            to_sign=12,
            signed=9,
            ready=4,
            needed=70,
            filled=61,
            must_short=9,
            called=90,
            answered=72,
            arrived=61,
            open=30,
            overdue=2,
            done=11,
            concerns=2,
            present=61,
            out=63,
            lost=1,
        ),
        "rows/420107002": row("420107002", "冶金街道", "street"),
        "operations/op-1": operation(),
        "pending/change-1": pending(),
        "concerns/gap:p": concern("gap", "420107001", Severity.URGENT, 12, post="evac", heads="6"),
        "concerns/silent:c": concern("silent", "420107001003", Severity.DANGER, 4),
    }


def community() -> Entries:
    area, grid = "420107001001", "42010700100101"
    name = Text("转移小组", "Transfer team")
    post = Post(
        id="post-1",
        area=grid,
        key="evac",
        name=name,
        wanted={OP: 4},
        shifts=1,
        shift_minutes=480,
        crew_min=2,
        skills=(),
        may_fill=(),
        by=NOW + timedelta(minutes=40),
        must=True,
        called=1,
        coming=1,
        present=2,
    )
    task = Task(
        id="task-1",
        area=grid,
        operation=OP,
        key="vulncall",
        name=Text("重点人员逐户电话", "Everyone in need phoned"),
        due=ago(12),
        evidence=Evidence(EvidenceKind.COUNT, 33),
        done=20,
        overdue=True,
        must=True,
    )
    shelter = Facility(
        id="f-1",
        area=area,
        kind="shelter",
        name="八大家安置点",
        capacity=220,
        state=FacilityState.OPEN,
        uses={OP: Use(FacilityState.OPEN, Text("安置点", "Shelter"), ago(1), True)},
    )
    help_taken = HelpRequest(
        "help-1", grid, Need.VEHICLE, ago(5), "grid-1", area, taken_by="street-1", eta=ago(-10)
    )
    call = CallOut("p7>post-1", grid, "post-1", OP, "p7", grid, Progress.LOST, NOW)
    return {
        f"row/{area}": row(area, "八大家花园社区", "community"),
        f"rows/{grid}": row(grid, "第一网格", "grid"),
        f"switches/{OP}@{area}": switch(area),
        "posts/post-1": plain(post),
        "call_outs/p7>post-1": plain(call),
        "call_outs/p8>post-1": plain(
            msgspec.structs.replace(call, id="p8>post-1", responder="p8", progress=Progress.ON_POST)
        ),
        "tasks/task-1": plain(task),
        "facilities/f-1": plain(shelter),
        "tallies/t": plain(Tally("t", grid, OP, "moved", Text("已转移", "Moved"), 8)),
        "hazards/h": plain(HazardPoint("h", grid, "water", 27, Trend.RISING, ago(6))),
        "help_requests/help-1": plain(help_taken),
        "reports/r": plain(Report("r", area, OP, 120, number=2, signed_at=ago(130), overdue=True)),
        "routines/w": plain(RoutineWork("w", area, "household_visit", "入户走访", 24, NOW, holders=(OP,))),
        "operations/op-1": operation(confirmed=False),
    }


def receipts() -> Entries:
    entries = {"operations/op-1": operation()}
    for area, signed, ready in (
        ("420107001001", ago(19), ago(5)),
        ("420107001002", ago(12), None),
        ("420107002001", None, None),
    ):
        entries[f"switches/{OP}@{area}"] = switch(area, signed, ready)
    return entries


ORDER = Order("o-1", "420107001001", OP, "start", ago(20), "p1", ResponseLevel.II)


def orders() -> Entries:
    return {
        "orders/o-1": plain(ORDER),
        "orders/o-2": plain(
            msgspec.structs.replace(ORDER, id="o-2", kind="instruction", level=None, acknowledged_at=ago(3))
        ),
    }
