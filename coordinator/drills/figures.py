"""Times of a drill, per place and over all: to be notified, sign, answer, muster, arrive, switch, convert, close. Pure.

By nearest rank, so that each figure is a time that somebody really took. What never came is counted beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.call_out import Progress
from coordinator.domain.register import AreaRegister
from coordinator.drills.facts import Facts
from coordinator.drills.vocabulary import Figure
from coordinator.wire.receipts import quantiles


class Times(msgspec.Struct, frozen=True, omit_defaults=True):
    """Seconds of the world's time. `never`: began and did not come to an end before the drill's."""

    count: int
    never: int
    p50: float | None = None
    p95: float | None = None


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """One figure over all places, and per place."""

    figure: Figure
    whole: Times
    places: dict[AreaCode, Times]
    target: float | None = None
    """Seconds; held against the 95th percentile."""

    @property
    def in_time(self) -> bool | None:
        """None where there is no target or nothing was measured."""
        if self.target is None or self.whole.p95 is None:
            return None
        return self.whole.p95 <= self.target and not self.whole.never


def figures(facts: Facts, targets: Mapping[Figure, int]) -> list[Row]:
    """Of all figures for which anything began."""
    spans: dict[Figure, dict[AreaCode, list[float | None]]] = defaultdict(lambda: defaultdict(list))
    for figure, area, began, done in _spans(facts):
        took = (done - began).total_seconds() if done is not None else None
        spans[figure][_place(facts.registers.areas, area)].append(took)
    return [
        Row(
            figure=figure,
            whole=_times([one for those in spans[figure].values() for one in those]),
            places={place: _times(those) for place, those in sorted(spans[figure].items())},
            target=targets[figure] * 60.0 if figure in targets else None,
        )
        for figure in Figure
        if figure in spans
    ]


def _times(took: list[float | None]) -> Times:
    known = [one for one in took if one is not None]
    found = quantiles(known)
    never = len(took) - len(known)
    if found is None:
        return Times(0, never)
    return Times(found.number, never, found.p50, found.p95)


def _spans(facts: Facts) -> Iterator[tuple[Figure, AreaCode, datetime, datetime | None]]:
    for call in facts.calls.values():
        if call.reached is not None:
            yield Figure.NOTIFY, call.area, call.called, call.reached
        if call.over is Progress.CANCELLED:
            continue
        yield Figure.ANSWER, call.area, call.called, call.answered
        if call.over is Progress.DECLINED:
            continue
        if call.team:
            yield Figure.MUSTER, call.area, call.called, call.mustered or call.arrived
        else:
            yield Figure.ARRIVE, call.area, call.called, call.arrived
    for switch in facts.switchings:
        yield Figure.SIGN, switch.area, switch.recorded, switch.signed
        yield Figure.SWITCH, switch.area, switch.recorded, switch.ready
    for one in facts.conversions:
        yield Figure.CONVERT, one.area, one.opened, one.done
    for task in facts.tasks.values():
        until = facts.until
        if task.done is not None or (until is not None and task.due <= until):
            yield Figure.CLOSE, task.area, task.opened, task.done


def _place(areas: AreaRegister, area: AreaCode) -> AreaCode:
    """A grid counts for its community."""
    if area in areas and areas[area].level not in (AreaLevel.STREET, AreaLevel.COMMUNITY):
        return areas.parent(area) or area
    return area
