"""Rehearsing a playbook before it is published: one level of it in one area, many times with simulated teams.

What comes out is a spread, not a forecast: what the playbook asks, held against people who behave as the seed has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.text import Text
from coordinator.drills.facts import Facts
from coordinator.drills.figures import figures
from coordinator.drills.schema import Document
from coordinator.drills.script import Script, of
from coordinator.drills.vocabulary import Figure, Seat
from coordinator.playbook.fields import duration
from coordinator.playbook.loader import Playbook
from coordinator.playbook.measures import in_force, up_to
from coordinator.wire.receipts import quantiles

START: Final = "2026-07-04T20:00+08:00"
LONGEST: Final = 360
"""Minutes that a rehearsal is played at most: what is due later is not judged."""
MARGIN: Final = 30
RARELY: Final = 0.5
"""A deadline kept less often than this is proposed to be moved."""
STEP: Final = 15
"""Minutes to which a proposed deadline is rounded up."""


class Spread(msgspec.Struct, frozen=True):
    """Over all runs: the least, the middle one, the most."""

    least: float
    middle: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread | None:
        ordered = sorted(values)
        return cls(ordered[0], ordered[len(ordered) // 2], ordered[-1]) if ordered else None


class Entry(msgspec.Struct, frozen=True):
    """One post or task of the playbook over all places and runs."""

    kind: str
    """`post` or `task`."""
    key: str
    name: Text
    by: int
    """Minutes, as the playbook has it."""
    count: int
    in_time: float
    """Share."""
    p95: float | None
    """Seconds, of those that were done at all."""
    never: int

    @property
    def proposed(self) -> int | None:
        """What nineteen in twenty of those that came about would have kept; None where a later one would not help."""
        if self.in_time >= RARELY or self.p95 is None or self.p95 <= self.by * 60:
            return None
        minutes = -(-self.p95 // 60)
        return int(-(-minutes // STEP) * STEP)


class Rehearsed(msgspec.Struct, frozen=True):
    playbook: str
    level: ResponseLevel
    area: AreaCode
    runs: int
    minutes: int
    """How long each was played."""
    times: dict[Figure, Spread]
    """The 95th percentile of each run, in seconds."""
    ready: Spread | None
    """Share of the communities that were ready at the end."""
    gaps: Spread | None
    """Heads that nobody could be found for, or who never came."""
    short: dict[AreaCode, float]
    """Place -> heads missing, on average over the runs; the worst first."""
    entries: tuple[Entry, ...]

    @property
    def proposals(self) -> list[Entry]:
        return [one for one in self.entries if one.proposed is not None]


def script_for(playbook: Playbook, level: ResponseLevel, area: AreaCode) -> Script:
    """Declared at once, by everyone who could play; nothing is thrown at them."""
    minutes = _minutes(playbook, level)
    document = {
        "format": 1,
        "id": "rehearsal",
        "version": 1,
        "name": {"zh": "预案推演", "en": "Rehearsal of a playbook"},
        "objective": {"zh": "看预案的时限和人数是否现实", "en": "Whether deadlines and headcounts are real"},
        "kind": "tabletop",
        "hazard": playbook.hazard,
        "playbook": playbook.id,
        "start": START,
        "lasts": duration(minutes),
        "places": [area],
        "players": {"simulated": [seat.value for seat in Seat if seat is not Seat.COMMANDER]},
        "roles": [
            {
                "key": "control",
                "role": "controller",
                "name": {"zh": "导调", "en": "Control"},
                "task": {"zh": "启动", "en": "Declares"},
            }
        ],
        "stop_word": "停止",
        "injects": [
            {
                "key": "start",
                "kind": "order",
                "order": "declare",
                "level": level.value,
                "at": "0min",
                "to": [area],
                "text": {"zh": "启动响应", "en": "The response is declared"},
            }
        ],
    }
    return of(Document.model_validate(document, strict=False))


def _minutes(playbook: Playbook, level: ResponseLevel) -> int:
    """Until the last deadline that a rehearsal can wait for."""
    levels = [playbook.document.levels[each] for each in up_to(level)]
    posts = in_force(each.people for each in levels).standing.values()
    tasks = in_force(each.work.tasks for each in levels).standing.values()
    due = [post.by for post in posts] + [task.by for task in tasks]
    return min(LONGEST, max([minutes for minutes in due if minutes <= LONGEST], default=60) + MARGIN)


def rehearsed(
    playbook: Playbook, level: ResponseLevel, area: AreaCode, minutes: int, runs: list[Facts]
) -> Rehearsed:
    times: dict[Figure, list[float]] = defaultdict(list)
    short: dict[AreaCode, float] = defaultdict(float)
    gaps: list[float] = []
    ready: list[float] = []
    for facts in runs:
        for row in figures(facts, {}):
            if row.whole.p95 is not None:
                times[row.figure].append(row.whole.p95)
        missing = 0
        for filling in facts.fillings:
            if filling.filled is None:
                heads = max(0, filling.heads - len(filling.present))
                missing += heads
                short[filling.area] += heads / len(runs)
        gaps.append(missing)
        if facts.switchings:
            ready.append(sum(one.ready is not None for one in facts.switchings) / len(facts.switchings))
    spreads = {figure: spread for figure in Figure if (spread := Spread.of(times[figure])) is not None}
    worst = sorted(short.items(), key=lambda one: (-one[1], one[0]))
    return Rehearsed(
        playbook=playbook.id,
        level=level,
        area=area,
        runs=len(runs),
        minutes=minutes,
        times=spreads,
        ready=Spread.of(ready),
        gaps=Spread.of(gaps),
        short={place: round(heads, 2) for place, heads in worst if heads},
        entries=tuple(_entries(playbook, level, runs)),
    )


def _entries(playbook: Playbook, level: ResponseLevel, runs: list[Facts]) -> list[Entry]:
    """Every post and task whose deadline lay within what was played."""
    levels = [playbook.document.levels[each] for each in up_to(level)]
    found: list[Entry] = []
    for post in in_force(each.people for each in levels).standing.values():
        took = [
            (one.filled - one.opened).total_seconds() if one.filled else None
            for facts in runs
            for one in facts.fillings
            if one.key == post.key
        ]
        found += _entry("post", post.key, post.name.text, post.by, took)
    for task in in_force(each.work.tasks for each in levels).standing.values():
        took = [
            (one.done - one.opened).total_seconds() if one.done else None
            for facts in runs
            for one in facts.tasks.values()
            if one.key == task.key
        ]
        found += _entry("task", task.key, task.name.text, task.by, took)
    return sorted(found, key=lambda one: (one.in_time, one.kind, one.key))


def _entry(kind: str, key: str, name: Text, by: int, took: list[float | None]) -> list[Entry]:
    if not took or by > LONGEST:
        return []
    done = [one for one in took if one is not None]
    known = quantiles(done)
    in_time = sum(one <= by * 60 for one in done) / len(took)
    return [
        Entry(
            kind=kind,
            key=key,
            name=name,
            by=by,
            count=len(took),
            in_time=round(in_time, 4),
            p95=known.p95 if known is not None else None,
            never=len(took) - len(done),
        )
    ]
