"""The duty officer's first duties: sign for the order, answer when called, sign the situation report; and the
street's part in it, to send somebody who knocks where nobody answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Final

from clients.simulator.behaviour.desk import Desk, Habit, Intent, Order
from coordinator.domain.concern import Concern
from coordinator.domain.confirmed_call import AnswerConfirmedCall, ConfirmedCall, Step
from coordinator.domain.mode import Mode
from coordinator.domain.order import AcknowledgeOrder
from coordinator.domain.order import Order as Instruction
from coordinator.domain.situation import Report, SignReport
from coordinator.domain.switch_over import PlaceSwitch, SignSwitch

FIRST_REPORT: Final = timedelta(minutes=30)
"""初报: what is known is said soon, and the cadence begins after it."""


class Signing(Habit):
    sections: ClassVar = frozenset({"switches"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        switch = desk.record("switches", key, PlaceSwitch)
        if switch is not None and _to_sign(switch):
            wait = desk.chance.minutes(1, 7, "signs", key, str(switch.revision))
            yield Intent(now + wait, "sign", key, str(switch.revision))

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            switch = desk.record("switches", intent.subject, PlaceSwitch)
            if switch is not None and _to_sign(switch):
                yield Order(SignSwitch(area=desk.area, operation=switch.operation), self, [intent])


def _to_sign(switch: PlaceSwitch) -> bool:
    return switch.sign_by is not None and switch.signed_at is None and switch.mode is Mode.ACTIVATING


class Acknowledging(Habit):
    """Orders that need no signature, or whose signature was overtaken: read, and said so."""

    sections: ClassVar = frozenset({"orders"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        if self._open(desk, key) is not None:
            yield Intent(now + desk.chance.minutes(9, 18, "reads", key), "acknowledge_order", key)

    def _open(self, desk: Desk, key: str) -> Instruction | None:
        order = desk.record("orders", key, Instruction)
        ours = order is not None and order.area == desk.area and order.acknowledged_at is None
        return order if ours else None

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            order = self._open(desk, intent.subject)
            if order is not None:
                yield Order(AcknowledgeOrder(area=desk.area, order=order.id), self, [intent])


class Answering(Habit):
    """Picks up the phone; and is woken when the board shows that somebody knocked."""

    sections: ClassVar = frozenset({"calls"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        call = desk.record("calls", key, ConfirmedCall)
        if call is None:
            return
        if call.step is Step.ANSWERED:
            if call.how == "knock":
                desk.wake()
            return
        yield Intent(now + desk.chance.minutes(0.5, 2, "picks_up", key), "pick_up", key, call.at.isoformat())

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            call = desk.record("calls", intent.subject, ConfirmedCall)
            if call is not None and call.step is not Step.ANSWERED:
                yield Order(AnswerConfirmedCall(area=desk.area, call=call.id, how="phone"), self, [intent])


class Knocking(Habit):
    """Three calls and the superior's were not answered: somebody of the street goes there."""

    sections: ClassVar = frozenset({"concerns"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        concern = desk.record("concerns", key, Concern)
        if (
            concern is not None
            and concern.kind == "silent"
            and concern.facts.get("step") == Step.KNOCKING.value
        ):
            yield Intent(
                now + desk.chance.minutes(5, 10, "knocks", key), "knock", key, concern.since.isoformat()
            )

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            concern = desk.record("concerns", intent.subject, Concern)
            if concern is not None:
                answer = AnswerConfirmedCall(area=concern.area, call=concern.subject, how="knock")
                yield Order(answer, self, [intent])


class Reporting(Habit):
    """Situation reports, signed a little before they are due."""

    sections: ClassVar = frozenset({"reports"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        report = desk.record("reports", key, Report)
        if report is not None and report.area == desk.area:
            share = desk.chance.between(0.6, 0.9, "reports", key, str(report.number))
            every = timedelta(minutes=report.every_minutes)
            at = (report.signed_at or now) + share * (every if report.number else min(every, FIRST_REPORT))
            yield Intent(max(at, now), "report", key, str(report.number))

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            report = desk.record("reports", intent.subject, Report)
            if report is not None:
                yield Order(SignReport(area=desk.area, operation=report.operation), self, [intent])
