"""The receipt tree is a fold over switches: counts add up, times are those that were taken, the slow are named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coordinator.wire.receipts import NAMED, Quantiles, Took, quantiles, receipts

T0 = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


def switch(
    area: str, signed: float | None = None, ready: float | None = None, **others: Any
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "area": area,
        "community": True,
        "recorded_at": T0.isoformat(),
        "sign_by": (T0 + timedelta(minutes=15)).isoformat(),
    }
    for name, seconds in (("signed_at", signed), ("ready_at", ready)):
        if seconds is not None:
            entry[name] = (T0 + timedelta(seconds=seconds)).isoformat()
    return entry | others


def test_a_tree_over_two_streets() -> None:
    tree = receipts(
        [
            switch("420107001001", 60, 600),
            switch("420107001002", 180),
            switch("420107002001", 30, 300),
            switch("420107002002", 45, 400),
        ]
    )
    assert (tree.whole.places, tree.whole.signed.done, tree.whole.ready.done) == (4, 4, 3)
    assert tree.whole.signed.times == Quantiles(4, 45, 180, 180)
    assert tree.whole.signed.slowest[:2] == (Took("420107001002", 180), Took("420107001001", 60))
    assert [one.area for one in tree.whole.ready.waiting] == ["420107001002"]
    assert [branch.area for branch in tree.branches] == ["420107001", "420107002"]
    assert tree.branches[1].ready.times == Quantiles(2, 300, 400, 400)


def test_who_has_not_signed_comes_first_however_fast_the_others_were() -> None:
    tree = receipts([switch("420107001001", 900), switch("420107002001"), switch("420107002002", 10)])
    assert [branch.area for branch in tree.branches] == ["420107002", "420107001"]
    assert tree.branches[0].signed.waiting[0].since == T0


def test_streets_and_places_that_have_nothing_to_sign_are_left_out() -> None:
    assert (
        receipts([switch("420107001", community=False), switch("420107001001", sign_by=None)]).whole.places
        == 0
    )
    assert receipts([]).whole.signed.times is None


def test_districts_as_branches() -> None:
    tree = receipts([switch("420107001001", 1), switch("420106001001", 2)], digits=6)
    assert {branch.area for branch in tree.branches} == {"420107", "420106"}


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=300))
def test_quantiles_are_times_that_were_taken_and_stand_in_order(seconds: list[float]) -> None:
    found = quantiles(seconds)
    assert found is not None and {found.p50, found.p95, found.p99} <= set(seconds)
    assert min(seconds) <= found.p50 <= found.p95 <= found.p99 <= max(seconds)
    assert (
        sum(one <= found.p95 for one in seconds)
        >= 0.95 * len(seconds)
        > sum(one < found.p95 for one in seconds)
    )


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 30), st.one_of(st.none(), st.integers(0, 3600)))))
def test_branches_add_up_to_the_whole(told: list[tuple[int, int, int | None]]) -> None:
    tree = receipts([switch(f"42010700{street}{community:03}", signed) for street, community, signed in told])
    assert tree.whole.places == sum(branch.places for branch in tree.branches) == len(told)
    assert tree.whole.signed.done == sum(branch.signed.done for branch in tree.branches)
    for branch in (tree.whole, *tree.branches):
        assert len(branch.signed.waiting) == min(NAMED, branch.places - branch.signed.done)
