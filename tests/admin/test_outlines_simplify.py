"""Thinned outlines: of the points that there were, closed, bounded, and the same on both sides of a border."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.admin.outlines.simplify import TooFine, simplified
from coordinator.admin.run.ground import sampled_registers
from coordinator.admin.sample.outlines import invented
from coordinator.store.outlines import Outline, Point, Ring

AREAS = sampled_registers("xianlin", "320113", 7).open().areas
STREET = "320113007"


def box(rings: list[Ring]) -> tuple[int, int, int, int]:
    xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def sides(rings: list[Ring]) -> set[frozenset[Point]]:
    return {frozenset(pair) for ring in rings for pair in zip(ring, [*ring[1:], ring[0]], strict=True)}


@st.composite
def stars(draw: st.DrawFn) -> list[Ring]:
    """Rings around centres, however ragged, each with an inside."""
    found: list[Ring] = []
    for x, y in draw(
        st.lists(st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000)), min_size=1, max_size=4)
    ):
        reaches = draw(st.lists(st.integers(60, 900), min_size=3, max_size=60))
        turn = math.tau / len(reaches)
        found.append(
            [
                (
                    11_000_000 + x + round(r * math.cos(n * turn)),
                    3_000_000 + y + round(r * math.sin(n * turn)),
                )
                for n, r in enumerate(reaches)
            ]
        )
    return found


@given(st.dictionaries(st.sampled_from("abc"), stars(), min_size=1), st.integers(60, 400))
def test_it_stays_closed_bounded_and_inside_what_it_was(shapes: dict[str, list[Ring]], most: int) -> None:
    try:
        found = simplified(shapes, most)
    except TooFine as fine:
        assert sum(map(len, shapes[fine.code])) > most
        return
    assert set(found) == set(shapes)
    for code, rings in found.items():
        before = {point for ring in shapes[code] for point in ring}
        assert 0 < sum(map(len, rings)) <= most
        assert all(len(ring) >= 3 and set(ring) <= before for ring in rings)
        west, south, east, north = box(shapes[code])
        x0, y0, x1, y1 = box(rings)
        assert west <= x0 < x1 <= east and south <= y0 < y1 <= north
        assert Outline.of(rings).points() == [list(ring) for ring in rings]


@pytest.mark.parametrize("most", [400, 40])
def test_neighbours_keep_the_same_border(most: int) -> None:
    """A side that only one of them has lies on the border of the street: there is no gap and no overlap inside."""
    whole = invented(AREAS, 7)
    found = simplified({code: whole[code] for code in AREAS.children(STREET)}, most)
    every = Counter(side for rings in found.values() for side in sides(rings))
    edge = {point for ring in whole[STREET] for point in ring}
    alone = [side for side, number in every.items() if number == 1]
    assert max(every.values()) == 2 and 3 < len(alone) < len(every) / 2
    assert all(side <= edge for side in alone)


def test_what_cannot_be_thinned_enough_is_said_by_name() -> None:
    comb = [(x, 200 * (x % 2)) for x in range(400)] + [(400, -10), (0, -10)]
    with pytest.raises(TooFine, match="comb"):
        simplified({"plain": [[(0, 0), (9, 0), (9, 9)]], "comb": [comb]}, 100)
