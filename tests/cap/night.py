"""One operation's orders on record, as its scope's log has them; for whatever is made of orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from coordinator.cap.orders import Alert, Orders
from coordinator.domain.event import Event, Stamp
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import (
    CommandTransferred,
    DurationRanOut,
    LevelRaised,
    OperationDeclared,
    OperationEnded,
    OperationExtended,
    OperationRecalled,
)
from coordinator.domain.rules import Recorded
from tests.builders import qingshan

CITY, DISTRICT, STREET, FIRST, SECOND = "4201", "420107", "420107001", "420107001001", "420107001002"
OTHER = "420107002"
"""Another street."""
T0 = datetime(2026, 6, 27, 9, 0, tzinfo=UTC)
OP = "op-flood"
PERSON = "d-420107-1"
"""Whoever orders; no alert may say so."""

Targets = Mapping[str, ResponseLevel | None]


def declared(
    targets: Targets, *, area: str = DISTRICT, hazard: str = "flood_typhoon", later: int = 0
) -> Event:
    return OperationDeclared(
        area=area,
        id=OP,
        hazard=hazard,
        playbook="0" * 64,
        targets=dict(targets),
        issuer=area,
        declared_by=PERSON,
        approved_by=PERSON,
        effective_at=T0 + timedelta(minutes=later),
        expected_until=T0 + timedelta(hours=4),
        phoned=PERSON,
        superior=PERSON,
    )


def raised(targets: Targets) -> Event:
    return LevelRaised(
        area=DISTRICT, operation=OP, revision=2, targets=dict(targets), by=PERSON, phoned=PERSON
    )


def ended(targets: Targets) -> Event:
    return OperationEnded(area=DISTRICT, operation=OP, revision=3, targets=dict(targets), by=PERSON)


def recalled(targets: Targets) -> Event:
    return OperationRecalled(
        area=DISTRICT, operation=OP, revision=3, targets=dict(targets), by=PERSON, reason=PERSON
    )


def extended(hours: int) -> Event:
    return OperationExtended(area=DISTRICT, operation=OP, expected_until=T0 + timedelta(hours=hours))


def transferred(to: str = CITY) -> Event:
    return CommandTransferred(area=DISTRICT, operation=OP, to=to)


def outlasted() -> Event:
    return DurationRanOut(area=DISTRICT, operation=OP)


def record(world: str, *events: Event, scope: str = DISTRICT, epoch: int = 1) -> list[Recorded]:
    """An hour between one and the next."""
    return [
        Recorded(world, scope, epoch, position, _stamp(position), event)
        for position, event in enumerate(events, start=1)
    ]


def alerts(world: str, *events: Event, epoch: int = 1, part: str = "") -> list[Alert]:
    """In a real district of twelve streets and 99 communities; as a part of it is told, or all of it."""
    orders = Orders(qingshan().areas, part)
    for one in record(world, *events, epoch=epoch):
        orders.hear(one)
    return list(orders.alerts.values())


def _stamp(position: int) -> Stamp:
    at = T0 + timedelta(hours=position - 1)
    return Stamp(at, at, PERSON, "commander", DISTRICT, f"office:{PERSON}", f"key-{position}", "", 1)
