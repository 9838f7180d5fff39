"""What a level asks of places, added up without looking for people: for comparing one level with another.

The whole answer, with who could fill the posts, is `feasibility.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.measures import Measures
from coordinator.domain.register import Registers
from coordinator.planner.feasibility import SCOPES, outermost


class Demand(msgspec.Struct):
    """Sums over places. `conversions` and `suspended` count what is registered there, not kinds."""

    posts: int = 0
    heads: int = 0
    heads_24h: int = 0
    tasks: int = 0
    conversions: int = 0
    suspended: int = 0


def demand(
    registers: Registers,
    measures: Callable[[AreaCode], Measures | None],
    targets: Collection[AreaCode],
) -> Demand:
    """At and below `targets`; a place for which `measures` gives None asks nothing. Unknown areas: `KeyError`."""
    sums = Demand()
    places = (
        place
        for top in outermost(registers.areas, targets)
        for scope in SCOPES
        for place in registers.areas.below(top, scope)
    )
    for place in places:
        asked = measures(place)
        if asked is not None:
            _add(sums, asked, registers, place)
    return sums


def _add(sums: Demand, asked: Measures, registers: Registers, place: AreaCode) -> None:
    organisation = registers.organisation
    for post in asked.posts:
        sums.posts += 1
        sums.heads += post.heads
        sums.heads_24h += post.heads * post.shifts
    sums.tasks += len(asked.tasks)
    kinds = {one.kind for one in asked.conversions}
    if kinds:
        sums.conversions += sum(one.kind in kinds for one in organisation.places_in(place))
    stopped = {one.routine for one in asked.suspensions}
    if stopped:
        sums.suspended += sum(one.key in stopped for one in organisation.routines_in(place))
