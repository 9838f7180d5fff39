"""What happened in a world, told from its log alone: the timeline, the times to sign and to be ready, the figures.

Reads events as they stand in an export; needs no state, no register and no playbook, so that anyone can check it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from coordinator.domain.call_out import (
    PRESENT,
    CrewAnswered,
    CrewCalled,
    CrewMoved,
    Progress,
    call_out_id,
)
from coordinator.domain.confirmed_call import CallAnswered, CallPassedUp, CallStarted
from coordinator.domain.delivery import NoticesDelivered
from coordinator.domain.facility import FacilityOrdered, FacilityReported, FacilityState
from coordinator.domain.key import key_time
from coordinator.domain.operation import (
    LevelLowered,
    LevelRaised,
    LoweringRefused,
    OperationClosed,
    OperationDeclared,
    OperationEnded,
)
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import Recorded
from coordinator.domain.stand_down import MET
from coordinator.domain.switch_over import PlaceReady, PlaceRestored, PlaceSwitched, SwitchSigned
from coordinator.domain.task import TaskCompleted, TasksFellOverdue
from coordinator.review.concerning import concerning

LATE: Final = timedelta(seconds=5)
"""A command recorded so long after its key was made lay in an outbox: somebody was offline and came back."""


class Found(msgspec.Struct):
    """One figure, with where in the log it is seen first."""

    number: int = 0
    share: float | None = None
    scope: str = ""
    position: int = 0
    """Of the first event that shows it; 0: it did not happen."""

    def see(self, recorded: Recorded, number: int = 1) -> None:
        # The first by its place, so that a record may be heard scope by scope or as it comes.
        if not self.position or (recorded.scope, recorded.position) < (self.scope, self.position):
            self.scope, self.position = recorded.scope, recorded.position
        self.number += number


class Line(msgspec.Struct):
    """One line of the timeline."""

    at: datetime
    scope: str
    position: int
    what: str
    area: str
    facts: dict[str, str] = {}


class Times(msgspec.Struct):
    """Seconds of the world's time from the order on record: of how many, and their percentiles."""

    count: int
    p50: float
    p95: float
    p99: float
    slowest: str
    """Area."""


class Summary(msgspec.Struct):
    world: str
    events: dict[str, int]
    """Scope -> events."""
    by_type: dict[str, int]
    figures: dict[str, Found]
    time_to_sign: Times | None
    time_to_ready: Times | None
    time_to_arrive: Times | None
    """From the call-out to the post, for those who came."""
    timeline: list[Line]


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank: the smallest value that at least that share does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def summarise(log: Iterable[Recorded], operation: str = "") -> Summary:
    """Over all scopes; each in order, the scopes one after the other. With an operation: its part of the record."""
    telling = Telling()
    for recorded in concerning(log, operation) if operation else log:
        telling.hear(recorded)
    return telling.summary()


class Telling:
    """Hears a record, or one operation's part of it; can be asked at any time."""

    def __init__(self) -> None:
        self.world = ""
        self.heads: dict[str, int] = {}
        self.types: Counter[str] = Counter()
        self.figures: dict[str, Found] = defaultdict(Found)
        self.timeline: list[Line] = []
        self.recorded_at: dict[tuple[str, str], datetime] = {}
        self.to_sign: dict[tuple[str, str], float] = {}
        self.to_ready: dict[tuple[str, str], float] = {}
        self.called_at: dict[str, datetime] = {}
        self.counted: dict[str, set[str]] = defaultdict(set)
        self.to_arrive: dict[tuple[str, str], float] = {}

    def hear(self, recorded: Recorded) -> None:
        self.world = recorded.world
        self.heads[recorded.scope] = recorded.position
        event = recorded.event
        self.types[type(event).__name__] += 1
        self._offline(recorded)
        at, seen = recorded.stamp.at, self.figures
        match event:
            case PlaceSwitched() if event.community and event.sign_by is not None:
                self.recorded_at[event.operation, event.area] = at
            case SwitchSigned() if (event.operation, event.area) in self.recorded_at:
                since = self.recorded_at[event.operation, event.area]
                self.to_sign.setdefault((event.area, str(since)), (at - since).total_seconds())
            case PlaceReady() if (event.operation, event.area) in self.recorded_at:
                since = self.recorded_at[event.operation, event.area]
                self.to_ready.setdefault((event.area, str(since)), (at - since).total_seconds())
            case CrewCalled():
                if event.picks:
                    seen["called"].see(recorded, sum(len(people) for people in event.picks.values()))
                for post, people in event.picks.items():
                    self.called_at |= {call_out_id(person, post): at for person in people}
                self._once("unfillable_posts", recorded, event.gaps)
            case CrewAnswered():
                if event.coming:
                    seen["coming"].see(recorded, len(event.coming))
                if event.declined:
                    seen["declined"].see(recorded, len(event.declined))
            case CrewMoved():
                seen[event.to.value].see(recorded, len(event.call_outs))
                self._arrive(event, at)
            case NoticesDelivered():
                if event.failed.get("webhook"):
                    seen["webhook_failed"].see(recorded, event.failed["webhook"])
            case TasksFellOverdue():
                self._once("overdue", recorded, event.to)
            case TaskCompleted():
                seen["tasks_done"].see(recorded)
            case CallStarted():
                seen["silent"].see(recorded)
                self._tell(recorded, "silent")
            case CallPassedUp():
                self._tell(recorded, "passed_up", step=event.step.value)
            case CallAnswered():
                self._tell(recorded, "answered", how=event.how)
            case LoweringRefused():
                seen["lowering_refused"].see(recorded)
                self._tell(recorded, "lowering_refused", **event.facts)
            case FacilityReported() if event.to is FacilityState.UNUSABLE:
                seen["facility_unusable"].see(recorded)
                self._tell(recorded, "facility_unusable", facility=event.facility)
            case FacilityOrdered():
                self._tell(recorded, "facility_ordered", facility=event.facility)
            case OperationDeclared():
                self._tell(recorded, "declared", **_levels(event.targets), approved_by=event.approved_by)
            case LevelRaised() | LevelLowered() | OperationEnded():
                what = {"LevelRaised": "raised", "LevelLowered": "lowered", "OperationEnded": "ended"}
                facts = _levels(event.targets) | {"approved_by": event.approved_by}
                if not isinstance(event, LevelRaised):
                    facts |= {key: said for key, said in event.conditions.items() if said != MET}
                self._tell(recorded, what[type(event).__name__], **facts)
            case PlaceRestored():
                seen["normal_again"].see(recorded)
            case OperationClosed():
                self._tell(recorded, "closed")

    def _once(self, name: str, recorded: Recorded, keys: Iterable[str]) -> None:
        """A post is named again at every wave, a task at every level it is passed up to: each counts once."""
        fresh = set(keys) - self.counted[name]
        if fresh:
            self.counted[name] |= fresh
            self.figures[name].see(recorded, len(fresh))

    def _tell(self, recorded: Recorded, what: str, **facts: str) -> None:
        told = {name: fact for name, fact in facts.items() if fact}
        self.timeline.append(
            Line(recorded.stamp.at, recorded.scope, recorded.position, what, recorded.event.area, told)
        )

    def _arrive(self, event: CrewMoved, at: datetime) -> None:
        """A team's muster counts: it is there, and deployed as a whole."""
        for call in event.call_outs if event.to in PRESENT else ():
            since = self.called_at.pop(call, None)
            if since is not None:
                self.to_arrive[event.area, call] = (at - since).total_seconds()

    def _offline(self, recorded: Recorded) -> None:
        try:
            made = key_time(recorded.stamp.key)
        except Refused:
            return
        if recorded.stamp.role in ("grid", "community", "street") and recorded.stamp.recorded - made > LATE:
            self.figures["offline_and_back"].see(recorded)

    def summary(self) -> Summary:
        called = self.figures["called"].number
        for name in ("declined", Progress.NO_SHOW.value):
            self.figures[name].share = round(self.figures[name].number / called, 4) if called else None
        for name in WANTED:
            self.figures[name]
        return Summary(
            world=self.world,
            events=dict(self.heads),
            by_type=dict(sorted(self.types.items())),
            figures=dict(sorted(self.figures.items())),
            time_to_sign=_times(self.to_sign),
            time_to_ready=_times(self.to_ready),
            time_to_arrive=_times(self.to_arrive),
            timeline=sorted(self.timeline, key=lambda line: (line.at, line.scope, line.position)),
        )


WANTED: Final = (
    "declined",
    "no_show",
    "webhook_failed",
    "offline_and_back",
    "overdue",
    "unfillable_posts",
    "silent",
    "lowering_refused",
)
"""What a night must show for the demo to count: figures that are in the summary even when they are 0."""


def _levels(targets: dict[str, Any]) -> dict[str, str]:
    return {area: level.value if level else "end" for area, level in targets.items()}


def _times(seconds: dict[tuple[str, str], float]) -> Times | None:
    if not seconds:
        return None
    values = list(seconds.values())
    slowest = max(seconds, key=lambda key: seconds[key])
    return Times(
        count=len(values),
        p50=percentile(values, 0.50),
        p95=percentile(values, 0.95),
        p99=percentile(values, 0.99),
        slowest=slowest[0],
    )
