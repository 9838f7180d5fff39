"""Headcount expressions: `ceil(vuln/15)`, `max(2, 2*gates)`, read into a small frozen tree, never `eval`ed.

Exact arithmetic (fractions), bounded length and depth; says where it is wrong. Knows nothing of playbooks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final

import msgspec

MAX_LENGTH: Final = 200
MAX_DEPTH: Final = 12
MAX_RESULT: Final = 10**9
"""More than this is not a number of people."""

FUNCTIONS: Final = {"ceil": (1, 1), "floor": (1, 1), "max": (2, 8), "min": (2, 8)}
"""Name -> fewest and most arguments."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<name>\.?[^\W\d]\w*)|(?P<sign>[-+*/(),]))"
)
_NOT_FINITE: Final = frozenset({"inf", "infinity", "nan", ".inf", ".nan"})
_EXPONENT: Final = re.compile(r"[eE][0-9]*")


class ExpressionError(ValueError):
    """An expression that cannot be read or has no value. `code` is stable, `offset` counts from 0."""

    def __init__(self, code: str, offset: int, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.offset = offset
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} at {self.offset}" + "".join(
            f" {name}={fact}" for name, fact in self.facts.items()
        )


class Number(msgspec.Struct, frozen=True):
    value: Fraction
    offset: int


class Name(msgspec.Struct, frozen=True):
    """An attribute of the area."""

    name: str
    offset: int


class Binary(msgspec.Struct, frozen=True):
    sign: str
    left: Node
    right: Node
    offset: int


class Call(msgspec.Struct, frozen=True):
    function: str
    arguments: tuple[Node, ...]
    offset: int


Node = Number | Name | Binary | Call


class Expression(msgspec.Struct, frozen=True):
    """A parsed expression. `names` are the attributes it reads, sorted."""

    text: str
    root: Node
    names: tuple[str, ...]

    def evaluate(self, attributes: Mapping[str, int]) -> int:
        """The value for one area, rounded up. Raises `ExpressionError` where there is none."""
        try:
            values = tuple(attributes[name] for name in self.names)
        except KeyError as missing:
            name = str(missing.args[0])
            raise ExpressionError("unknown_attribute", _reads(self.root)[name], name=name) from None
        return _rounded_up(self.text, values)


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression. Raises `ExpressionError` with the offset of what is wrong."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too_long", MAX_LENGTH, length=str(len(text)), most=str(MAX_LENGTH))
    reader = _Reader(_tokens(text), len(text))
    root = reader.sum(depth=1)
    reader.expect_end()
    return Expression(text, root, tuple(sorted(_reads(root))))


def _reads(node: Node) -> dict[str, int]:
    """The attributes it reads, each with the offset where it is read first."""
    match node:
        case Name(name=name, offset=offset):
            return {name: offset}
        case Binary(left=left, right=right):
            return _reads(right) | _reads(left)
        case Call(arguments=arguments):
            return {name: at for argument in reversed(arguments) for name, at in _reads(argument).items()}
        case Number():
            return {}


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    offset: int


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if found is None:
            wrong = position + len(text[position:]) - len(text[position:].lstrip())
            raise ExpressionError("unexpected", wrong, found=text[wrong])
        kind = str(found.lastgroup)
        tokens.append(_Token(kind, found[kind], found.start(kind)))
        position = found.end()
    return tokens


class _Reader:
    """Recursive descent; every level of nesting counts, so that a bomb of calls ends after `MAX_DEPTH`."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._next = 0
        self._end = _Token("end", "", length)

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next] if self._next < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._token
        self._next += 1
        return token

    def _takes(self, sign: str) -> bool:
        if self._token.kind == "sign" and self._token.text == sign:
            self._next += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise self._unexpected(wanted=sign)

    def _unexpected(self, wanted: str) -> ExpressionError:
        token = self._token
        if token.kind == "end":
            return ExpressionError("unfinished", token.offset, wanted=wanted)
        return ExpressionError("unexpected", token.offset, found=token.text)

    def expect_end(self) -> None:
        if self._token.kind != "end":
            raise self._unexpected(wanted="")

    def sum(self, depth: int) -> Node:
        left = self._product(depth)
        while self._token.kind == "sign" and self._token.text in "+-":
            sign = self._take()
            left = Binary(sign.text, left, self._product(depth), sign.offset)
        return left

    def _product(self, depth: int) -> Node:
        left = self._operand(depth)
        while self._token.kind == "sign" and self._token.text in "*/":
            sign = self._take()
            left = Binary(sign.text, left, self._operand(depth), sign.offset)
        return left

    def _operand(self, depth: int) -> Node:
        token = self._token
        if depth > MAX_DEPTH:
            raise ExpressionError("too_deep", token.offset, most=str(MAX_DEPTH))
        if token.kind == "number":
            return self._number()
        if token.kind == "name":
            return self._name_or_call(depth)
        if self._takes("("):
            inner = self.sum(depth + 1)
            self._expect(")")
            return inner
        if self._takes("-"):
            return Binary("-", Number(Fraction(0), token.offset), self._operand(depth + 1), token.offset)
        raise self._unexpected(wanted="1")

    def _number(self) -> Node:
        token = self._take()
        after = self._token
        if after.offset == token.offset + len(token.text) and _EXPONENT.fullmatch(after.text):
            raise ExpressionError("not_finite", token.offset, found=token.text + after.text)
        return Number(Fraction(token.text), token.offset)

    def _name_or_call(self, depth: int) -> Node:
        token = self._take()
        if token.text.lower() in _NOT_FINITE:
            raise ExpressionError("not_finite", token.offset, found=token.text)
        if not self._takes("("):
            return Name(token.text, token.offset)
        if token.text not in FUNCTIONS:
            raise ExpressionError("unknown_function", token.offset, name=token.text)
        arguments = [self.sum(depth + 1)]
        while self._takes(","):
            arguments.append(self.sum(depth + 1))
        self._expect(")")
        fewest, most = FUNCTIONS[token.text]
        if not fewest <= len(arguments) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest}-{most}"
            raise ExpressionError("arguments", token.offset, name=token.text, wanted=wanted)
        return Call(token.text, tuple(arguments), token.offset)


@lru_cache(maxsize=65536)
def _rounded_up(text: str, values: tuple[int, ...]) -> int:
    """Cached by what the expression reads: of 60,000 grids most share their few numbers with others."""
    expression = parse(text)
    value = _value(expression.root, dict(zip(expression.names, values, strict=True)))
    if value < 0:
        raise ExpressionError("negative", 0, value=str(float(value)))
    if value > MAX_RESULT:
        raise ExpressionError("not_finite", 0, found=text)
    return -(-value.numerator // value.denominator)


def _value(node: Node, attributes: Mapping[str, int]) -> Fraction:
    match node:
        case Number(value=value):
            return value
        case Name(name=name):
            return Fraction(attributes[name])
        case Binary(sign=sign, left=left, right=right, offset=offset):
            return _combine(sign, _value(left, attributes), _value(right, attributes), offset)
        case Call(function=function, arguments=arguments):
            return apply(function, [_value(argument, attributes) for argument in arguments])


def _combine(sign: str, left: Fraction, right: Fraction, offset: int) -> Fraction:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _ if right == 0:
            raise ExpressionError("division_by_zero", offset)
        case _:
            return left / right


def apply(function: str, values: list[Fraction]) -> Fraction:
    """One of `FUNCTIONS` on exact values."""
    match function:
        case "ceil":
            return Fraction(values[0].__ceil__())
        case "floor":
            return Fraction(values[0].__floor__())
        case "max":
            return max(values)
        case _:
            return min(values)
