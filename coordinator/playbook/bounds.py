"""What an expression can come to in any area: interval arithmetic over attributes that are 0 or more.

An expression that passes has a value everywhere, so a switch-over never stops at one odd grid.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Final

from coordinator.playbook.expression import (
    Binary,
    Call,
    Expression,
    ExpressionError,
    Name,
    Node,
    Number,
    apply,
)

MAX_ATTRIBUTE: Final = 10**8
"""No area has more of anything than a large province has residents."""

MAX_VALUE: Final = 10**12
"""A product of two counts of people is not a count of people."""

Interval = tuple[Fraction, Fraction]


def check(expression: Expression, known: Collection[str]) -> Interval:
    """The least and the most it can come to, in any area.

    Refuses what reads an attribute not in `known` or could fail somewhere. Raises `ExpressionError`:
    unknown_attribute, division_by_zero, negative, not_finite.
    """
    low, high = _interval(expression.root, known)
    if low < 0:
        raise ExpressionError("negative", expression.root.offset, value=str(float(low)))
    if high > MAX_VALUE:
        raise ExpressionError("not_finite", expression.root.offset, found=expression.text)
    return low, high


def _interval(node: Node, known: Collection[str]) -> Interval:
    match node:
        case Number(value=value):
            return value, value
        case Name(name=name, offset=offset):
            if name not in known:
                raise ExpressionError("unknown_attribute", offset, name=name)
            return Fraction(0), Fraction(MAX_ATTRIBUTE)
        case Binary(sign=sign, left=left, right=right, offset=offset):
            return _combine(sign, _interval(left, known), _interval(right, known), offset)
        case Call(function=function, arguments=arguments):
            inner = [_interval(argument, known) for argument in arguments]
            # All four functions grow with each argument, so the ends of the interval are enough.
            return apply(function, [low for low, _ in inner]), apply(function, [high for _, high in inner])


def _combine(sign: str, left: Interval, right: Interval, offset: int) -> Interval:
    match sign:
        case "+":
            return left[0] + right[0], left[1] + right[1]
        case "-":
            return left[0] - right[1], left[1] - right[0]
        case "*":
            ends = [a * b for a in left for b in right]
        case _ if right[0] <= 0 <= right[1]:
            raise ExpressionError("division_by_zero", offset)
        case _:
            ends = [a / b for a in left for b in right]
    return min(ends), max(ends)
