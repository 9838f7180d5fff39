"""Turns what pydantic says about a file into findings with a place and a way out.

Knows the shape of the form it is handed, a playbook's or another; decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from coordinator.domain.text import Text
from coordinator.playbook.expression import FUNCTIONS
from coordinator.playbook.finding import MAX_FINDINGS, Finding, nearest
from coordinator.playbook.source import Path, Source

_TYPES: Final = {
    "string_type": Text("文字，必要时加引号", "text, in quotes where it looks like a number"),
    "int_type": Text("整数", "a whole number"),
    "float_type": Text("数", "a number"),
    "bool_type": Text("true 或 false", "true or false"),
    "tuple_type": Text("列表", "a list"),
    "dict_type": Text("键和值", "keys with values"),
    "model_type": Text("键和值", "keys with values"),
    "model_attributes_type": Text("键和值", "keys with values"),
}
_CONSEQUENCES: Final = frozenset({"default_factory_not_called"})
"""Follow from another error of the same entry."""

_RANGES: Final = {
    "greater_than": "> {gt}",
    "greater_than_equal": ">= {ge}",
    "less_than_equal": "<= {le}",
}
_LENGTHS: Final = {
    "string_too_short": ">= {min_length}",
    "string_too_long": "<= {max_length}",
    "too_short": ">= {min_length}",
    "too_long": "<= {max_length}",
}


def complaints(error: ValidationError, source: Source, form: type[BaseModel]) -> list[Finding]:
    """One finding for each thing the schema does not accept, less what follows from findings already made."""
    details = (
        detail
        for detail in error.errors()
        if detail["type"] not in _CONSEQUENCES and not source.is_spoiled(detail["loc"])
    )
    return [_finding(detail, source, form) for detail in islice(details, MAX_FINDINGS)]


def _finding(detail: ErrorDetails, source: Source, form: type[BaseModel]) -> Finding:
    path, kind, value = detail["loc"], detail["type"], str(detail["input"])
    given: Mapping[str, object] = detail.get("ctx", {})
    facts = {name: str(fact) for name, fact in given.items()}
    last = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        near = _near(last, _keys_at(form, path[:-1]))
        return source.find("unknown_key", source.key_place(path), key=last, **near)
    if kind == "missing":
        return _at(source, "missing_key", path[:-1], key=last)
    if kind in ("enum", "literal_error"):
        return _at(source, "not_one_of", path, value=value, **_near(value, _choices_at(form, path)))
    if kind == "string_pattern_mismatch":
        return _at(source, "bad_id", path, value=value)
    if kind in _TYPES:
        return _at(source, "wrong_type", path, expected_zh=_TYPES[kind].zh, expected_en=_TYPES[kind].en)
    if kind in _RANGES:
        return _at(source, "out_of_range", path, value=value, range=_RANGES[kind].format_map(facts))
    if kind in _LENGTHS:
        return _at(source, "bad_length", path, range=_LENGTHS[kind].format_map(facts))
    if kind.startswith("expression_"):
        return _expression(source, kind, path, facts)
    if kind in source.sentences:
        return _at(source, kind, path, **facts)
    return _at(source, "invalid", path, problem=detail["msg"])


def _expression(source: Source, code: str, path: Path, facts: dict[str, str]) -> Finding:
    place = source.inside(path, int(facts.pop("offset")))
    return source.find(code, place, **facts, **_near(facts.get("name", ""), FUNCTIONS))


def _at(source: Source, code: str, path: Path, /, **facts: str) -> Finding:
    return source.find(code, source.place(path), **facts)


def _near(wrong: str, known: Iterable[str]) -> dict[str, str]:
    near = nearest(wrong, known)
    return {"near_zh": near.zh, "near_en": near.en}


def _keys_at(form: type[BaseModel], path: Path) -> Iterable[str]:
    kind = _type_at(form, path)
    return kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else ()


def _choices_at(form: type[BaseModel], path: Path) -> list[str]:
    kind = _type_at(form, path)
    if get_origin(kind) is Literal:
        return [str(choice) for choice in get_args(kind)]
    return [choice.value for choice in kind] if isinstance(kind, type) and issubclass(kind, StrEnum) else []


def _type_at(form: type[BaseModel], path: Path) -> object:
    """The type the form declares at a place, without what is wrapped around it."""
    kind: object = form
    for step in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(str(step))
            kind = _bare(field.annotation) if field else None
        else:  # a list's items, a mapping's values
            arguments = get_args(kind)
            position = 1 if get_origin(kind) is dict else 0
            kind = _bare(arguments[position]) if len(arguments) > position else None
    return kind


def _bare(kind: object) -> object:
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = next(argument for argument in get_args(kind) if argument is not NoneType)
    return kind
