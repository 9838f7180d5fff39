"""What simulated people do only in a drill: answer the roll-call, read what exercise control says, report what they are
shown, and as a command post declare, raise or give an order when a message calls for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from clients.simulator.behaviour.desk import Desk, Habit, Intent, Order
from clients.simulator.behaviour.signing import Acknowledging
from coordinator.domain.change import ApproveChange, DeclareOperation, RaiseLevel
from coordinator.domain.command import Command
from coordinator.domain.drill import AnswerRollCall
from coordinator.domain.facility import Facility, FacilityState, ReportFacility
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import Operation, PendingChange
from coordinator.domain.order import IssueOrder
from coordinator.domain.order import Order as Instruction
from coordinator.domain.situation import ReportHazard, Trend

SAID_BY_CONTROL = "drill_"
"""What the kinds of control's orders begin with."""


class RollCall(Habit):
    """点名: who is at the desk when the drill is prepared or begins says so, once."""

    sections: ClassVar = frozenset({"orders"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        order = desk.record("orders", key, Instruction)
        if order is not None and order.kind in ("drill_prepared", "drill_running"):
            yield Intent(now + desk.chance.minutes(0.5, 3, "answers the roll-call", desk.area), "answer", "")

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        yield Order(AnswerRollCall(area=desk.area), self, intents)


class Reading(Acknowledging):
    """Messages of control are read as a telephone is answered, other orders when there is time."""

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        order = desk.record("orders", key, Instruction)
        if order is None or not order.kind.startswith(SAID_BY_CONTROL):
            yield from super().notice(desk, section, key, now)
        elif order.area == desk.area and order.acknowledged_at is None:
            yield Intent(now + desk.chance.minutes(1, 6, "reads", key), "acknowledge_order", key)


class Seeing(Habit):
    """What an inject shows at this place: water that is measured, a building that is not fit for use."""

    sections: ClassVar = frozenset[str]()
    officer: ClassVar = False

    def __init__(self) -> None:
        self._shown: dict[str, Mapping[str, str]] = {}

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        yield from ()

    def show(self, desk: Desk, inject: str, facts: Mapping[str, str], now: datetime) -> None:
        """Exercise control lets the people of this place see it."""
        self._shown[inject] = facts
        desk.mean(self, Intent(now + desk.chance.minutes(2, 9, "sees", inject, desk.area), "tell", inject))

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            facts = self._shown[intent.subject]
            if "hazard" in facts:
                command = ReportHazard(
                    area=desk.area,
                    kind=facts["hazard"],
                    depth_cm=int(facts["depth_cm"]),
                    trend=Trend(facts["trend"]),
                )
                yield Order(command, self, [intent])
            for one in desk.records("facilities", Facility):
                if one.kind == facts.get("facility") and one.state is not FacilityState.UNUSABLE:
                    report = ReportFacility(area=desk.area, facility=one.id, to=FacilityState.UNUSABLE)
                    yield Order(report, self, [intent])


class Commanding(Habit):
    """A command post that does what a message calls for, after it has thought about it."""

    sections: ClassVar = frozenset[str]()

    def __init__(self, playbook: str, minutes: int) -> None:
        self._playbook = playbook
        self._minutes = minutes
        self._asked: dict[str, Mapping[str, str]] = {}

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        yield from ()

    def hear(self, desk: Desk, inject: str, facts: Mapping[str, str], now: datetime) -> None:
        self._asked[inject] = facts
        desk.mean(self, Intent(now + desk.chance.minutes(4, 14, "decides", inject), "decide", inject))

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            command = self._command(desk, self._asked[intent.subject])
            if command is not None:
                yield Order(command, self, [intent])

    def _command(self, desk: Desk, facts: Mapping[str, str]) -> Command | None:
        areas = facts["areas"].split(",")
        if facts["calls_for"] == "declare":
            return DeclareOperation(
                area=desk.area,
                playbook=self._playbook,
                targets=dict.fromkeys(areas, ResponseLevel(facts["level"])),
                expected_minutes=self._minutes,
            )
        running = [one for one in desk.records("operations", Operation) if not one.over]
        if not running:
            return None
        operation = running[-1].id
        if facts["calls_for"] == "instruct":
            return IssueOrder(area=desk.area, operation=operation, kind=facts["order"], to=areas)
        targets = dict.fromkeys(areas, ResponseLevel(facts["level"]))
        return RaiseLevel(area=desk.area, operation=operation, targets=targets)


class Approving(Habit):
    """The second person: checks area and level, retypes them, approves."""

    sections: ClassVar = frozenset({"pending"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        if desk.record("pending", key, PendingChange) is not None:
            yield Intent(now + desk.chance.minutes(1, 4, "approves", key), "approve", key)

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            pending = desk.record("pending", intent.subject, PendingChange)
            if pending is not None:
                approval = ApproveChange(
                    area=desk.area, change=pending.id, hash=pending.hash, targets=dict(pending.targets)
                )
                yield Order(approval, self, [intent])
