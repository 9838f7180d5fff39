"""Rows are sums: kept by `apply` from event to event, they are what one would count from nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from hypothesis.stateful import invariant

from coordinator.domain.area import AreaCode
from coordinator.domain.state import ScopeState
from coordinator.domain.tables import TABLES
from tests.laws.effort import effort
from tests.laws.history import History


def recount(state: ScopeState) -> dict[AreaCode, dict[str, int]]:
    """From all records, without a thought of what was counted before."""
    sums: dict[AreaCode, Counter[str]] = {}

    def count(place: AreaCode, counts: Mapping[str, int]) -> None:
        for area in state.registers.areas.path(place):
            for name, number in counts.items():
                sums.setdefault(area, Counter())[name] += number

    for name, kept in TABLES.items():
        records = list(state.tables[name].values())
        if kept.counts is not None:
            for record in records:
                count(record.area, kept.counts(record))
        if kept.together is not None:
            for place in {record.area for record in records}:
                count(place, kept.together([one for one in records if one.area == place]))
    return {area: {name: number for name, number in sum_.items() if number} for area, sum_ in sums.items()}


class Sums(History):
    @invariant()
    def rows_are_a_recount(self) -> None:
        if not self.moved():
            return
        rows = {row.area: dict(row.counts) for row in self.state.rows.values() if row.counts}
        assert rows == {area: counted for area, counted in recount(self.state).items() if counted}


TestSums = Sums.TestCase
TestSums.settings = effort(15)
