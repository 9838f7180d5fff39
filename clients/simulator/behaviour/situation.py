"""What a grid's phone reports of the night: counts of people, and water where it stands, rising and falling."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Final

from clients.simulator.behaviour.desk import Desk, Habit, Intent, Order
from coordinator.domain.operation import Operation
from coordinator.domain.situation import (
    CloseHazard,
    HazardPoint,
    ReportHazard,
    ReportTally,
    Tally,
    Trend,
)
from coordinator.domain.task import Task

RISES: Final = timedelta(hours=2, minutes=30)
FALLS: Final = timedelta(hours=1, minutes=30)
"""How long the water of this night rises, and how long it takes to go."""
DEEPEST_CM: Final = 46
FLOODED: Final = 0.4
"""Share of grids where water comes to stand."""
REFUSES: Final = 0.3
"""Share of grids where a few will not go at first."""


def depth(since: timedelta, factor: float) -> tuple[int, Trend]:
    """Water at a point `since` the night began; `factor` says how low the point lies."""
    if since < RISES:
        level = math.sin(math.pi / 2 * max(0.0, since / RISES))
        return round(DEEPEST_CM * factor * level), Trend.RISING
    left = max(0.0, 1 - (since - RISES) / FALLS)
    return round(DEEPEST_CM * factor * left), Trend.FALLING


class Watching(Habit):
    """Goes and looks at the low point, and again every hour or so until it is dry."""

    sections: ClassVar = frozenset({"operations", "hazards"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        chance = desk.chance
        if section == "operations":
            operation = desk.record("operations", key, Operation)
            if operation is not None and not operation.over and chance.happens(FLOODED, "floods", desk.area):
                wait = chance.minutes(25, 85, "first_look", desk.area)
                yield Intent(operation.effective_at + wait, "look", "", key)
            return
        hazard = desk.record("hazards", key, HazardPoint)
        if hazard is not None and hazard.area == desk.area and hazard.depth_cm:
            wait = chance.minutes(35, 60, "looks", key, hazard.at.isoformat())
            yield Intent(hazard.at + wait, "look", key, hazard.at.isoformat())

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        began = min((one.effective_at for one in desk.records("operations", Operation)), default=None)
        for intent in intents:
            since = RISES + FALLS if began is None else now - began
            centimetres, trend = depth(since, desk.chance.between(0.5, 1, "low", desk.area))
            command = ReportHazard(
                area=desk.area,
                hazard=intent.subject or None,
                kind="flooded_point",
                depth_cm=centimetres,
                trend=trend,
            )
            yield Order(command, self, [intent])


class Drying(Habit):
    """The community strikes off a point that is dry."""

    sections: ClassVar = frozenset({"hazards"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        hazard = desk.record("hazards", key, HazardPoint)
        if hazard is not None and not hazard.depth_cm and hazard.trend is Trend.FALLING:
            yield Intent(now + desk.chance.minutes(5, 15, "dry", key), "strike_off", key)

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            if desk.record("hazards", intent.subject, HazardPoint) is not None:
                yield Order(CloseHazard(area=desk.area, hazard=intent.subject), self, [intent])


class Counting(Habit):
    """Tallies of the grid: asked ones soon, then again as the work goes on."""

    sections: ClassVar = frozenset({"tallies", "tasks"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        if section == "tallies":
            tally = desk.record("tallies", key, Tally)
            if tally is not None and tally.value is None:
                wait = desk.chance.minutes(15, 40, "counts", desk.area, tally.operation)
                yield Intent(now + wait, "tally", tally.operation, f"first {tally.key}")
            return
        task = desk.record("tasks", key, Task)
        if task is not None and task.key in ("evacuate", "vulncall") and task.done:
            yield Intent(now + timedelta(minutes=3), "tally", task.operation, f"{task.key} {task.done}")

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        done = {task.key: task.done for task in desk.records("tasks", Task) if not task.left}
        for operation in dict.fromkeys(intent.subject for intent in intents):
            values = {
                tally.key: value
                for tally in desk.records("tallies", Tally)
                if tally.operation == operation and (value := self._value(desk, tally, done)) != tally.value
            }
            if values:
                about = [intent for intent in intents if intent.subject == operation]
                yield Order(ReportTally(area=desk.area, operation=operation, values=values), self, about)

    def _value(self, desk: Desk, tally: Tally, done: dict[str, int]) -> int:
        moved = min(tally.total, done.get("evacuate", 0))
        match tally.key:
            case "to_move":
                return tally.total
            case "moved":
                return moved
            case "refused" if desk.chance.happens(REFUSES, "refuses", desk.area):
                return min(tally.total - moved, 3)
            case "contacted":
                return min(tally.total, done.get("vulncall", 0))
            case _:
                return 0
