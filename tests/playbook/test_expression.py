"""Headcount expressions: their value is exact, and what is wrong is said with its place."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.playbook.bounds import check
from coordinator.playbook.expression import MAX_DEPTH, MAX_LENGTH, ExpressionError, parse

GRID = {"pop": 1000, "hh": 350, "bld": 10, "ent": 24, "gates": 2, "vuln": 31, "evac": 20}

Valued = tuple[str, Fraction]
"""An expression and the value it must have."""

leaves: st.SearchStrategy[Valued] = st.one_of(
    st.integers(0, 99).map(lambda n: (str(n), Fraction(n))),
    st.integers(0, 99).map(lambda n: (f"0.{n:02d}", Fraction(n, 100))),
    st.sampled_from(sorted(GRID)).map(lambda name: (name, Fraction(GRID[name]))),
)


def grown(inner: st.SearchStrategy[Valued]) -> st.SearchStrategy[Valued]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        inner,
        pairs.map(lambda p: (f"({p[0][0]} + {p[1][0]})", p[0][1] + p[1][1])),
        pairs.map(lambda p: (f"({p[0][0]})*({p[1][0]})", p[0][1] * p[1][1])),
        pairs.map(lambda p: (f"max({p[0][0]}, {p[1][0]})", max(p[0][1], p[1][1]))),
        pairs.map(lambda p: (f"min({p[0][0]},{p[1][0]})", min(p[0][1], p[1][1]))),
        inner.map(lambda p: (f"ceil({p[0]}/7)", Fraction(math.ceil(p[1] / 7)))),
        inner.map(lambda p: (f" floor( {p[0]} / 0.7 )", Fraction(math.floor(p[1] / Fraction(7, 10))))),
    )


@given(grown(grown(leaves)))
def test_value_is_that_of_exact_arithmetic_rounded_up(valued: Valued) -> None:
    text, value = valued
    assert parse(text).evaluate(GRID) == math.ceil(value)


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("1+2*3", 7),
        ("(1+2)*3", 9),
        ("8-3-2", 3),
        ("16/4/2", 2),
        ("5+-2", 3),
        (".5", 1),
        ("0.1*30", 3),  # floats say 3.0000000000000004 and would send a fourth
        ("ceil(0.01*pop/10)", 1),
        ("max(5, ceil(evac/20)+3)", 5),
        ("2*gates", 4),
        ("max(1,2,3,4)", 4),
        ("vuln/15", 3),
    ],
)
def test_known_values(text: str, heads: int) -> None:
    assert parse(text).evaluate(GRID) == heads


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("", "unfinished", 0),
        ("ceil(vuln/)", "unexpected", 10),
        ("ceil(vuln", "unfinished", 9),
        ("1 + $", "unexpected", 4),
        ("2gates", "unexpected", 1),
        ("vuln 2", "unexpected", 5),
        ("()", "unexpected", 1),
        ("sqrt(4)", "unknown_function", 0),
        ("2 * ceil(1, 2)", "arguments", 4),
        ("max(1)", "arguments", 0),
        ("1e400", "not_finite", 0),
        ("3*inf", "not_finite", 2),
        ("NaN", "not_finite", 0),
        ("__import__('os')", "unexpected", 11),
        ("pop.real", "unexpected", 3),
        (".inf", "not_finite", 0),
        ("ceil(" * 13 + "1" + ")" * 13, "too_deep", 5 * MAX_DEPTH),
        ("(" * 90 + "1" + ")" * 90, "too_deep", MAX_DEPTH),
        ("-" * 100 + "1", "too_deep", MAX_DEPTH),
        ("1" + "+1" * 100, "too_long", MAX_LENGTH),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text: str, code: str, offset: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert (refused.value.code, refused.value.offset) == (code, offset)


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("2 * people", "unknown_attribute", 4),
        ("pop / (bld - 10)", "division_by_zero", 4),
        ("gates - 3", "negative", 0),
        ("pop*pop*pop*pop", "not_finite", 0),
    ],
)
def test_what_has_no_value_in_one_area_is_refused(text: str, code: str, offset: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text).evaluate(GRID)
    assert (refused.value.code, refused.value.offset) == (code, offset)


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("pop/bld", "division_by_zero", 3),
        ("1/0", "division_by_zero", 1),
        ("3/(2-2)", "division_by_zero", 1),
        ("gates-2", "negative", 5),
        ("-1", "negative", 0),
        ("1 + communities", "unknown_attribute", 4),
        ("pop*hh", "not_finite", 3),
        ("99999999999999", "not_finite", 0),
    ],
)
def test_what_may_fail_in_some_area_is_refused_beforehand(text: str, code: str, offset: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        check(parse(text), GRID)
    assert (refused.value.code, refused.value.offset) == (code, offset)


@given(
    st.sampled_from(
        ["pop/max(1, bld)", "max(0, gates-2)", "2*ceil(ent/max(1,bld))", "max(2, ceil(evac/5))", "4+gates"]
    ),
    st.fixed_dictionaries({name: st.integers(0, 10**6) for name in GRID}),
)
def test_what_passes_beforehand_has_a_value_everywhere_and_within_the_bounds(
    text: str, attributes: dict[str, int]
) -> None:
    low, high = check(parse(text), attributes)
    assert low <= parse(text).evaluate(attributes) <= math.ceil(high)
