"""Corrective actions 整改 that follow from what fell short: what, by whose office, by when, how it is verified. Pure.

Proposals: they become tasks when an office takes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.register import Registers
from coordinator.domain.text import Text
from coordinator.drills.matching import Verdict, places_of
from coordinator.drills.schema import Document
from coordinator.drills.score import Line, Score
from coordinator.drills.shortfall import Shortfall
from coordinator.drills.vocabulary import CAPABILITIES, Capability

SOON: Final = timedelta(days=7)
LATER: Final = timedelta(days=30)
"""When a corrective action is due: what was missed sooner than what was late."""


class Corrective(msgspec.Struct, frozen=True):
    """One thing to be put right."""

    text: Text
    owner: AreaCode
    """The area whose office is to do it."""
    office: str
    due: date
    capability: Capability
    expectation: str
    verify: Text


def correctives(
    document: Document, score: Score, shortfalls: Iterable[Shortfall], registers: Registers
) -> Iterator[Corrective]:
    """One for each shortfall and office: the office of the place, where several fell short the one above them."""
    lines = {line.key: line for line in score.lines}
    expectations = {one.key: (one, inject) for inject in document.injects for one in inject.expects}
    ended = (score.ended or document.start).date()
    for shortfall in shortfalls:
        expectation, inject = expectations[shortfall.key]
        line = lines[shortfall.key]
        owner = _owner([one.place for one in shortfall.places], registers)
        missed = any(one.verdict is Verdict.MISSED for one in shortfall.places)
        number = len(shortfall.places)
        of = len(places_of(expectation, inject, registers.areas))
        yield Corrective(
            text=_task(line, shortfall, number, of),
            owner=owner,
            office=_office(owner, registers),
            due=ended + (SOON if missed else LATER),
            capability=line.capability,
            expectation=shortfall.key,
            verify=Text(f"再演练一次，“{line.text.zh}”达标", f"practised again, and met: {line.text.en}"),
        )
    for line in score.lines:
        if line.observer and line.points is None:
            owner = document.places[0]
            yield Corrective(
                text=Text(f"检查项没有人评：{line.text.zh}", f"nobody observed: {line.text.en}"),
                owner=owner,
                office=_office(owner, registers),
                due=ended + LATER,
                capability=line.capability,
                expectation=line.key,
                verify=Text("下次演练安排评估员到位", "an observer is there next time"),
            )


def _task(line: Line, shortfall: Shortfall, number: int, of: int) -> Text:
    capability = CAPABILITIES[line.capability]
    how_zh = "没有做到" if shortfall.verdict is Verdict.MISSED else f"晚了 {shortfall.late / 60:.0f} 分钟"
    how_en = (
        "was missed" if shortfall.verdict is Verdict.MISSED else f"was {shortfall.late / 60:.0f} min late"
    )
    return Text(
        f"{capability.zh}：{line.text.zh}——{of} 处中 {number} 处不达标，{how_zh}",
        f"{capability.en}: {line.text.en} - {number} of {of} places fell short, it {how_en}",
    )


def _owner(places: list[AreaCode], registers: Registers) -> AreaCode:
    """The nearest area at or above all of them that has an office."""
    areas = registers.areas
    shared = [set(areas.path(place)) for place in places if place in areas]
    common = set.intersection(*shared) if shared else set()
    for area in areas.path(places[0]) if places and places[0] in areas else ():
        if area in common and f"office:{area}" in registers.organisation.offices:
            return area
    return places[0] if places else ""


def _office(area: AreaCode, registers: Registers) -> str:
    office = registers.organisation.offices.get(f"office:{area}")
    return office.name if office else area
