"""The course of an operation: how much by when, and how fast each street was. For charts; from events alone.

A curve has as many steps as a reader can tell apart, however long the night was.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from coordinator.domain.area import DIGITS, AreaCode, AreaLevel
from coordinator.domain.call_out import PRESENT, CrewAnswered, CrewCalled, CrewMoved
from coordinator.domain.event import Event
from coordinator.domain.facility import FacilityOrdered, FacilityReported, FacilityState
from coordinator.domain.rules import Recorded
from coordinator.domain.switch_over import PlaceReady, PlaceSwitched, SwitchSigned
from coordinator.domain.task import TaskAdded, TaskCompleted
from coordinator.wire.receipts import quantiles

STREET: Final = DIGITS[AreaLevel.STREET]
STEPS: Final = 240
"""Of one curve at most; a step is never shorter than a minute."""
MINUTE: Final = timedelta(minutes=1)

SERIES: Final = (
    "told",
    "signed",
    "ready",
    "needed",
    "called",
    "answered",
    "arrived",
    "tasks_opened",
    "tasks_done",
    "conversions_asked",
    "conversions_done",
    "gap",
)
"""All but `gap` and `needed` only grow: `gap` is how many heads were missing then, `needed` how many were to be there
by then, as the playbook has it; that goes on into the future."""


class Step(msgspec.Struct, frozen=True):
    """From this instant on it was so many."""

    at: datetime
    value: int


class Spread(msgspec.Struct, frozen=True):
    """Seconds, by nearest rank: each is a time that some place really took."""

    count: int
    p50: float
    p95: float
    p99: float


class Branch(msgspec.Struct, frozen=True):
    """The communities of one street; told twice, a place counts twice, as in the times of the whole."""

    area: AreaCode
    places: int
    signed: Spread | None
    ready: Spread | None


class Course(msgspec.Struct, frozen=True):
    curves: dict[str, list[Step]]
    """By the names in `SERIES`."""
    branches: list[Branch]
    """The slowest first: by who has not signed, then by the time to sign."""


class Following:
    """Hears one operation's part of a record."""

    def __init__(self) -> None:
        self._changes: dict[str, dict[datetime, tuple[datetime, int]]] = {name: {} for name in SERIES}
        """By the minute, when the last of it was and how many: a curve is made of minutes and not of people."""
        self._told: dict[tuple[AreaCode, datetime], AreaCode] = {}
        self._since: dict[AreaCode, datetime] = {}
        self._took: dict[str, dict[tuple[AreaCode, datetime], float]] = {"signed": {}, "ready": {}}
        self._arrived: set[str] = set()
        self._gaps: dict[str, int] = {}
        self._needed: dict[str, list[tuple[datetime, int]]] = {}
        """Post -> from when on how many more, or fewer, are to be there."""
        self._needed_from: Counter[datetime] = Counter()
        """The same of all posts together."""
        self._wanted: dict[str, FacilityState] = {}

    def hear(self, recorded: Recorded) -> None:
        event, at = recorded.event, recorded.stamp.at
        match event:
            case PlaceSwitched():
                self._switched(event, at)
            case SwitchSigned():
                self._clock("signed", event.area, at)
            case PlaceReady():
                self._clock("ready", event.area, at)
            case CrewCalled():
                self._add("called", at, sum(map(len, event.picks.values())))
                self._short(event, at)
            case CrewAnswered():
                self._add("answered", at, len(event.coming) + len(event.declined))
            case CrewMoved() if event.to in PRESENT:
                fresh = set(event.call_outs) - self._arrived
                self._arrived |= fresh
                self._add("arrived", at, len(fresh))
            case TaskAdded():
                self._add("tasks_opened", at, 1)
            case TaskCompleted() if event.again is None:
                self._add("tasks_done", at, 1)
            case FacilityOrdered() | FacilityReported():
                self._facility(event, at)

    def course(self) -> Course:
        return Course(self.curves(*SERIES), self._branches())

    def curves(self, *names: str) -> dict[str, list[Step]]:
        """Some of them, with steps as long as these need."""
        changes = {name: list(self._changes[name].values()) for name in names}
        width = _width(at for those in changes.values() for at, _ in those)
        found = {name: _steps(those, width) for name, those in changes.items()}
        if "needed" in found:
            needed = [(at, number) for at, number in self._needed_from.items() if number]
            found["needed"] = _steps(needed, _width(at for at, _ in needed))
        return found

    def _switched(self, event: PlaceSwitched, at: datetime) -> None:
        if event.community and event.sign_by is not None:
            self._told[event.area, at] = event.area[:STREET]
            self._since[event.area] = at
            self._add("told", at, 1)
        for post in event.posts_left:
            self._need(post, 0, at, at)
        for new in event.posts:
            self._need(new.id, new.heads, at, new.by)
        self._add("tasks_opened", at, len(event.tasks))
        for one in event.conversions:
            self._want(one.facility, one.use.to, at)

    def _need(self, post: str, heads: int, at: datetime, by: datetime) -> None:
        """So many from `by` on; what was already due then was due, what was not is not asked any more."""
        before = self._needed.get(post, [])
        due = [change for change in before if change[0] <= at]
        more = heads - sum(number for _, number in due)
        if more:
            due.append((by if more > 0 else at, more))
        self._needed[post] = due
        for when, number in before:
            self._needed_from[when] -= number
        for when, number in due:
            self._needed_from[when] += number

    def _clock(self, which: str, area: AreaCode, at: datetime) -> None:
        since = self._since.get(area)
        if since is not None and (area, since) not in self._took[which]:
            self._took[which][area, since] = (at - since).total_seconds()
            self._add(which, at, 1)

    def _short(self, event: CrewCalled, at: datetime) -> None:
        before = sum(self._gaps.values())
        self._gaps |= dict.fromkeys(event.picks, 0) | event.gaps
        self._add("gap", at, sum(self._gaps.values()) - before)

    def _facility(self, event: Event, at: datetime) -> None:
        match event:
            case FacilityOrdered():
                self._want(event.facility, event.to, at)
            case FacilityReported() if self._wanted.get(event.facility) is event.to:
                del self._wanted[event.facility]
                self._add("conversions_done", at, 1)

    def _want(self, facility: str, to: FacilityState, at: datetime) -> None:
        if facility not in self._wanted:
            self._add("conversions_asked", at, 1)
        self._wanted[facility] = to

    def _add(self, name: str, at: datetime, number: int) -> None:
        if number:
            minutes, minute = self._changes[name], at.replace(second=0, microsecond=0)
            last, before = minutes.get(minute, (at, 0))
            minutes[minute] = max(at, last), before + number

    def _branches(self) -> list[Branch]:
        told = Counter(self._told.values())
        found = [
            Branch(street, places, self._spread("signed", street), self._spread("ready", street))
            for street, places in told.items()
        ]
        return sorted(found, key=_slow)

    def _spread(self, which: str, street: AreaCode) -> Spread | None:
        found = quantiles([took for (area, _), took in self._took[which].items() if area.startswith(street)])
        return Spread(found.number, found.p50, found.p95, found.p99) if found else None


def _slow(branch: Branch) -> tuple[int, float, AreaCode]:
    done = branch.signed.count if branch.signed else 0
    return done - branch.places, -(branch.signed.p95 if branch.signed else 0.0), branch.area


def _width(times: Iterable[datetime]) -> timedelta:
    """Of one step, so that there are not too many."""
    found = list(times)
    return max(MINUTE, (max(found) - min(found)) / STEPS) if found else MINUTE


def _steps(changes: Sequence[tuple[datetime, int]], width: timedelta) -> list[Step]:
    """Changes within one width are one step, at the end of the last of them."""
    if not changes:
        return []
    first = min(at for at, _ in changes)
    summed: dict[int, int] = defaultdict(int)
    last: dict[int, datetime] = {}
    for at, number in changes:
        bucket = int((at - first) / width)
        summed[bucket] += number
        last[bucket] = max(at, last.get(bucket, at))
    steps: list[Step] = []
    value = 0
    for bucket in sorted(summed):
        value += summed[bucket]
        steps.append(Step(last[bucket], value))
    return steps
