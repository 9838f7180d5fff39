"""Chance is a function of the seed and of what it is about, and of nothing else."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from clients.simulator.chance import Chance

about = st.lists(st.text(max_size=8), max_size=3)


@given(st.integers(), about)
def test_the_same_seed_draws_the_same_whatever_was_drawn_before(seed: int, what: list[str]) -> None:
    asked, busy = Chance(seed), Chance(seed)
    busy.share("something else")
    assert asked.share(*what) == busy.share(*what)


@given(st.integers(), about)
def test_a_share_lies_between_nothing_and_everything(seed: int, what: list[str]) -> None:
    assert 0 <= Chance(seed).share(*what) < 1
    assert timedelta(minutes=3) <= Chance(seed).minutes(3, 9, *what) < timedelta(minutes=9)


def test_another_seed_draws_something_else() -> None:
    assert Chance(1).share("x") != Chance(2).share("x")


def test_choices_are_spread_over_all_there_is() -> None:
    chance = Chance(7)
    assert {chance.one_of("abc", str(turn)) for turn in range(50)} == set("abc")
