"""The report of one operation, from the record alone: anyone who has the export comes to the same figures.

The times and counts are `summary.py`'s; here stand what only an after-action review asks, and the hints.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import CrewAnswered
from coordinator.domain.confirmed_call import CallStarted
from coordinator.domain.follow_on import OperationTaken
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import (
    LevelLowered,
    LoweringRefused,
    OperationClosed,
    OperationDeclared,
    OperationEnded,
)
from coordinator.domain.rules import Recorded
from coordinator.domain.situation import (
    HazardClosed,
    HazardReported,
    ReportFellOverdue,
    ReportSigned,
    TalliesReported,
)
from coordinator.domain.stand_down import MET
from coordinator.domain.switch_over import PlaceReady, PlaceSwitched
from coordinator.domain.task import TaskAdded, TaskCompleted, TasksFellOverdue
from coordinator.domain.text import Text
from coordinator.review import concerning, course
from coordinator.review.course import Course, Step
from coordinator.review.part import Part
from coordinator.review.summary import Summary, Telling

ARRIVED: Final = ("on_post", "checked_in")


class TaskLine(msgspec.Struct):
    """All tasks of one kind; `overdue` counts those that were late, also if they were done after all."""

    key: str
    name: Text
    opened: int = 0
    done: int = 0
    overdue: int = 0


class TallyLine(msgspec.Struct):
    """The last value of each place that reported; a place that did not is not 0 but missing."""

    key: str
    name: Text
    asked: int = 0
    """Places asked."""
    reported: int = 0
    total: int = 0
    value: int = 0


class HazardLine(msgspec.Struct):
    id: str
    kind: str
    area: AreaCode
    first: datetime
    deepest_cm: int
    reports: int = 1
    closed: datetime | None = None


class Overridden(msgspec.Struct):
    """Lowered or ended, or declared ready, against a condition: what was said for it."""

    at: datetime
    area: AreaCode
    condition: str
    reason: str
    by: str


class Hint(msgspec.Struct):
    """What to look into; a question for the review, no verdict on anybody."""

    code: str
    text: Text


class OperationReport(msgspec.Struct):
    operation: str
    world: str
    hazard: str
    playbook: str
    area: AreaCode
    """Where it was declared."""
    part: AreaCode
    """What of it is told: everything in this part of the tree, nothing outside of it."""
    targets: dict[AreaCode, ResponseLevel | None]
    """As first declared, those that concern the part: none where it joined later. The timeline has what followed."""
    declared: datetime
    declared_by: str
    approved_by: str
    closed: datetime | None
    """Everywhere NORMAL again; None while it runs."""
    summary: Summary
    switched: int
    """Communities that were switched."""
    arrived: int
    declines: dict[str, int]
    """By code."""
    tasks: list[TaskLine]
    tallies: list[TallyLine]
    hazards: list[HazardLine]
    reports_signed: int
    reports_overdue: int
    overridden: list[Overridden]
    course: Course
    hints: list[Hint] = []


def report(log: Iterable[Recorded], operation: str) -> OperationReport | None:
    """None for an operation that is not on record. The hints are `hints.py`'s to add."""
    reviewing = Reviewing(operation)
    for recorded in log:
        reviewing.hear(recorded)
    return reviewing.report()


class Reviewing:
    """Hears a record, each scope in its order, and can be asked for the report at any time, also while it goes on."""

    def __init__(self, operation: str, own: Part | None = None) -> None:
        """`own`: the part of the tree that is looked at; None: all of it."""
        self.operation = operation
        self._own = own
        self._part = concerning.Following(operation)
        self._course = course.Following()
        self._telling = Telling()
        self._looking = _Looking()

    def hear(self, recorded: Recorded) -> None:
        seen = recorded.event if self._own is None else self._own.of(recorded.event)
        part = self._part.part(seen) if seen is not None else None
        if part is None:
            return
        own = recorded._replace(event=part)
        self._telling.hear(own)
        self._looking.hear(own)
        self._course.hear(own)

    def report(self) -> OperationReport | None:
        """None as long as the operation has not been heard of."""
        if self._looking.declared is None:
            return None
        return self._report(self._looking.declared)

    def curves(self, *names: str) -> dict[str, list[Step]]:
        """Of its course, as far as it has been heard; empty as long as nothing has."""
        return self._course.curves(*names)

    def _report(self, declared: Recorded) -> OperationReport:
        looking = self._looking
        first = declared.event
        assert isinstance(first, OperationDeclared | OperationTaken)
        summary = self._telling.summary()
        return OperationReport(
            operation=self.operation,
            world=declared.world,
            hazard=first.hazard,
            playbook=first.playbook,
            area=first.area,
            part=self._own.area if self._own is not None else first.area,
            targets=dict(first.targets),
            declared=declared.stamp.at,
            declared_by=first.declared_by,
            approved_by=first.approved_by,
            closed=looking.closed,
            summary=summary,
            switched=len(looking.communities),
            arrived=summary.time_to_arrive.count if summary.time_to_arrive else 0,
            declines=dict(looking.declines.most_common()),
            tasks=sorted(looking.task_lines(), key=lambda line: (-line.overdue, line.key)),
            tallies=looking.tally_lines(),
            hazards=sorted(looking.hazards.values(), key=lambda one: one.first),
            reports_signed=looking.signed,
            reports_overdue=looking.late_reports,
            overridden=looking.overridden,
            course=self._course.course(),
        )


class _Looking:
    def __init__(self) -> None:
        self.declared: Recorded | None = None
        self.closed: datetime | None = None
        self.communities: set[AreaCode] = set()
        self.silent: set[AreaCode] = set()
        self.declines: Counter[str] = Counter()
        self.hazards: dict[str, HazardLine] = {}
        self.signed = 0
        self.late_reports = 0
        self.overridden: list[Overridden] = []
        self._key_of: dict[str, str] = {}
        self._tasks: dict[str, TaskLine] = {}
        self._late: set[str] = set()
        self._tally_names: dict[str, Text] = {}
        self._asked: dict[str, dict[AreaCode, int]] = defaultdict(dict)
        self._values: dict[str, dict[AreaCode, int]] = defaultdict(dict)

    def hear(self, recorded: Recorded) -> None:
        event, at = recorded.event, recorded.stamp.at
        match event:
            case OperationDeclared() | OperationTaken():
                # The one who declared it is believed, whatever scope is read first.
                if self.declared is None or isinstance(event, OperationDeclared):
                    self.declared = recorded
            case OperationClosed():
                self.closed = max(at, self.closed or at)
            case PlaceSwitched():
                self._switched(event)
            case PlaceReady() if event.reason:
                self._override(recorded, "ready", event.reason)
            case LevelLowered() | OperationEnded():
                for condition, said in event.conditions.items():
                    if said != MET:
                        self._override(recorded, condition, said)
            case CrewAnswered():
                self.declines.update(event.declined.values())
            case CallStarted():
                self.silent.add(event.area)
            case TaskAdded():
                self._open(event.task.id, event.task.key, event.task.name)
            case TaskCompleted() if event.task in self._key_of:
                self._tasks[self._key_of[event.task]].done += 1
            case TasksFellOverdue():
                for task in event.to:
                    self._overdue(task)
            case TalliesReported():
                for key, value in event.values.items():
                    self._values[key][event.area] = value
            case HazardReported():
                self._hazard(event, at)
            case HazardClosed() if event.id in self.hazards:
                self.hazards[event.id].closed = at
            case ReportSigned():
                self.signed += 1
            case ReportFellOverdue():
                self.late_reports += 1

    def _switched(self, event: PlaceSwitched) -> None:
        if event.community:
            self.communities.add(event.area)
        for task in event.tasks:
            self._open(task.id, task.key, task.name)
        for tally in event.tallies:
            self._tally_names[tally.key] = tally.name
            self._asked[tally.key][tally.area] = tally.total

    def _open(self, task: str, key: str, name: Text) -> None:
        if task not in self._key_of:
            self._key_of[task] = key
            self._tasks.setdefault(key, TaskLine(key, name)).opened += 1

    def _overdue(self, task: str) -> None:
        """Once per task, however often it came up again."""
        if task in self._key_of and task not in self._late:
            self._late.add(task)
            self._tasks[self._key_of[task]].overdue += 1

    def _hazard(self, event: HazardReported, at: datetime) -> None:
        known = self.hazards.get(event.id)
        if known is None:
            self.hazards[event.id] = HazardLine(event.id, event.kind, event.area, at, event.depth_cm)
        else:
            known.reports += 1
            known.deepest_cm = max(known.deepest_cm, event.depth_cm)

    def _override(self, recorded: Recorded, condition: str, reason: str) -> None:
        stamp = recorded.stamp
        self.overridden.append(Overridden(stamp.at, recorded.event.area, condition, reason, stamp.actor))

    def task_lines(self) -> Iterable[TaskLine]:
        return self._tasks.values()

    def tally_lines(self) -> list[TallyLine]:
        return [
            TallyLine(
                key=key,
                name=name,
                asked=len(self._asked[key]),
                reported=len(self._values[key]),
                total=sum(self._asked[key].values()),
                value=sum(self._values[key].values()),
            )
            for key, name in sorted(self._tally_names.items())
        ]


def refused_lowerings(report: OperationReport) -> int:
    """Attempts to lower or end that the state itself spoke against."""
    return report.summary.by_type.get(LoweringRefused.__name__, 0)
