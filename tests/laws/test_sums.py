"""Rows are sums: kept by `apply` from event to event, they are what one would count from nothing."""

from __future__ import annotations

from collections import Counter

from hypothesis.stateful import invariant

from coordinator.domain.area import AreaCode
from coordinator.domain.rules import TABLES
from coordinator.domain.state import ScopeState
from tests.laws.effort import effort
from tests.laws.history import History


def recount(state: ScopeState) -> dict[AreaCode, dict[str, int]]:
    """From all records, without a thought of what was counted before."""
    sums: dict[AreaCode, Counter[str]] = {}
    for name, kept in TABLES.items():
        if kept.counts is None:
            continue
        for record in state.tables[name].values():
            counts = kept.counts(record)
            for area in state.registers.areas.path(record.area):
                sum_ = sums.setdefault(area, Counter())
                for count, number in counts.items():
                    sum_[count] += number
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
