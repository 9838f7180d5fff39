"""The score of a drill, from its script and its log: items by area of evaluation, a grade, ratings by capability. Pure.

What was not observed is not scored, and is said to be so: a grade rests on `observed` of all that was to be seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.drill import Phase
from coordinator.domain.observing import VALUES, ItemKind
from coordinator.domain.register import Registers
from coordinator.domain.rules import Recorded
from coordinator.domain.text import Text
from coordinator.drills.facts import Facts, Seen
from coordinator.drills.figures import Row, figures
from coordinator.drills.matching import Outcome, Verdict, outcomes
from coordinator.drills.schema import Document, Item
from coordinator.drills.vocabulary import Capability, EvaluationArea
from coordinator.wire import drill_words


class Grade(StrEnum):
    """AQ/T 9009: 优良中差."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


GRADES: Final = {one: drill_words.GRADES[one.value] for one in Grade}
LEAST: Final = ((Grade.EXCELLENT, 0.90), (Grade.GOOD, 0.80), (Grade.FAIR, 0.60), (Grade.POOR, 0.0))
"""Shares of all points that were observed; defaults that a place's own rule replaces."""


class Rating(StrEnum):
    """HSEEP: performed without challenges, with some, with major ones, unable to be performed."""

    P = "P"
    S = "S"
    M = "M"
    U = "U"


RATINGS: Final = {one: drill_words.RATINGS[one.value] for one in Rating}
SOME: Final = 0.75
MAJOR: Final = 0.40
"""Points from which a capability was performed with some, and with major, challenges."""


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was evaluated: an expectation by the machine, or an item by an observer."""

    key: str
    text: Text
    area: EvaluationArea
    capability: Capability
    weight: int
    points: float | None
    """0 to 1; None: not observed, or not needed."""
    observer: bool = False
    needed: bool = True
    seen: tuple[Seen, ...] = ()


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """Points of one area of evaluation or one capability."""

    points: float | None
    weight: int
    """Of what was observed."""
    unobserved: int = 0
    """Weight of what was to be seen and was not."""
    rating: Rating | None = None


class Score(msgspec.Struct, frozen=True, omit_defaults=True):
    script: str
    digest: str
    world: str
    began: datetime | None
    ended: datetime | None
    phase: Phase
    """How it stood at the last."""
    grade: Grade | None
    """None where nothing was observed, or the drill was broken off."""
    points: float | None
    observed: float
    """Share of the weight that was observed."""
    lines: tuple[Line, ...]
    areas: dict[EvaluationArea, Part]
    capabilities: dict[Capability, Part]
    outcomes: tuple[Outcome, ...]
    figures: tuple[Row, ...]
    gaps: dict[AreaCode, int]
    """Heads that posts asked for and never got, by place."""


def gather(log: Iterable[Recorded], registers: Registers) -> Facts:
    facts = Facts(registers)
    for recorded in sorted(log, key=lambda one: one.stamp.at):
        facts.hear(recorded)
    return facts


def score(document: Document, digest: str, log: Iterable[Recorded], registers: Registers) -> Score:
    recorded = list(log)
    facts = gather(recorded, registers)
    found = outcomes(document, facts)
    lines = [*_expected(document, found), *(_observed(item, facts) for item in document.items)]
    scored = [line for line in lines if line.points is not None]
    owed = [line for line in lines if line.needed]
    points = _mean(scored)
    phase = facts.changes[-1].drill.phase if facts.changes else Phase.PREPARED
    return Score(
        script=document.id,
        digest=digest,
        world=recorded[0].world if recorded else "",
        began=facts.began,
        ended=facts.ended.at if facts.ended else None,
        phase=phase,
        grade=_grade(points) if phase is not Phase.ABORTED else None,
        points=points,
        observed=round(_weight(scored) / _weight(owed), 4) if owed else 0.0,
        lines=tuple(lines),
        areas={area: _part(those) for area, those in _by_area(lines).items()},
        capabilities={capability: _rated(those) for capability, those in _by_capability(lines).items()},
        outcomes=tuple(found),
        figures=tuple(figures(facts, document.targets)),
        gaps=_gaps(facts),
    )


def _expected(document: Document, found: Iterable[Outcome]) -> list[Line]:
    by_key = {one.key: one for one in found}
    return [
        Line(
            key=one.key,
            text=one.text.text,
            area=one.area,
            capability=one.capability,
            weight=one.weight,
            points=by_key[one.key].points,
            needed=by_key[one.key].verdict is not Verdict.NOT_NEEDED,
        )
        for inject in document.injects
        for one in inject.expects
    ]


def _observed(item: Item, facts: Facts) -> Line:
    """What was seen in several places counts equally; in each the last word that the item has."""
    known = VALUES.get(item.kind)
    ticks = facts.observed.get(item.key, ())
    latest = {seen.area: seen for seen in ticks if known is None or seen.value in known}
    worth = [_worth(item, seen.value) for seen in latest.values()]
    return Line(
        key=item.key,
        text=item.text.text,
        area=item.area,
        capability=item.capability,
        weight=item.weight,
        points=round(sum(worth) / len(worth), 4) if worth else None,
        observer=True,
        seen=tuple(latest.values()),
    )


def _worth(item: Item, value: int) -> float:
    if item.kind is ItemKind.YES_NO:
        return 1.0 if value else 0.0
    if item.kind is ItemKind.SCALE:
        return min(value, 5) / 5
    target = (item.target or 0) * 60
    return 1.0 if value <= target else 0.5 if value <= 2 * target else 0.0


def _mean(lines: Iterable[Line]) -> float | None:
    known = [(line.points, line.weight) for line in lines if line.points is not None]
    if not known:
        return None
    return round(sum(points * weight for points, weight in known) / sum(weight for _, weight in known), 4)


def _weight(lines: Iterable[Line]) -> int:
    return sum(line.weight for line in lines)


def _grade(points: float | None) -> Grade | None:
    if points is None:
        return None
    return next(grade for grade, least in LEAST if points >= least)


def _part(lines: list[Line]) -> Part:
    scored = [line for line in lines if line.points is not None]
    unobserved = [line for line in lines if line.points is None and line.needed]
    return Part(points=_mean(scored), weight=_weight(scored), unobserved=_weight(unobserved))


def _rated(lines: list[Line]) -> Part:
    part = _part(lines)
    if part.points is None:
        return part
    whole = all(line.points == 1.0 for line in lines if line.points is not None)
    if whole:
        rating = Rating.P
    elif part.points >= SOME:
        rating = Rating.S
    else:
        rating = Rating.M if part.points >= MAJOR else Rating.U
    return msgspec.structs.replace(part, rating=rating)


def _by_area(lines: Iterable[Line]) -> Mapping[EvaluationArea, list[Line]]:
    found: dict[EvaluationArea, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.area].append(line)
    return {area: found[area] for area in EvaluationArea if area in found}


def _by_capability(lines: Iterable[Line]) -> Mapping[Capability, list[Line]]:
    found: dict[Capability, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.capability].append(line)
    return {one: found[one] for one in Capability if one in found}


def _gaps(facts: Facts) -> dict[AreaCode, int]:
    """Of each post's last asking."""
    short: dict[AreaCode, int] = defaultdict(int)
    last = {(one.area, one.key): one for one in facts.fillings}
    for one in last.values():
        if one.filled is None:
            short[one.area] += max(0, one.heads - len(one.present))
    return {area: heads for area, heads in sorted(short.items()) if heads}
