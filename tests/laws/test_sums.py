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
            for area in state.registers.areas.path(record.area):
                for count, number in kept.counts(record).items():
                    sums.setdefault(area, Counter())[count] += number
    return {area: {name: number for name, number in sum_.items() if number} for area, sum_ in sums.items()}


class Sums(History):
    @invariant()
    def rows_are_a_recount(self) -> None:
        rows = {row.area: dict(row.counts) for row in self.state.rows.values()}
        counted = recount(self.state)
        assert {area: row for area, row in rows.items() if row} == {
            area: sum_ for area, sum_ in counted.items() if sum_
        }

    @invariant()
    def figures_are_the_row(self) -> None:
        """What a rule asks for, and what a board shows."""
        for row in self.state.rows.values():
            assert self.state.figures(row.area) == row.counts


TestSums = Sums.TestCase
TestSums.settings = effort(20)
