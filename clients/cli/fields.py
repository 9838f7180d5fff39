"""FIELD=VALUE on the command line to a command's body, by the form the command itself asks for.

done=12   evidence=photo-1 evidence=photo-2   targets.420107001=II   at=2026-07-01T08:00:00+08:00
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from coordinator.domain.command import Command
from coordinator.wire.faults import Fault, faults


class BadField(ValueError):
    """What was given is no FIELD=VALUE."""


def body_of(model: type[Command], given: Iterable[str], body: str) -> dict[str, JsonValue]:
    """The body, fields put over what `body` says. Raises `BadField`."""
    found = _object(body) if body else {}
    texts: dict[str, list[str]] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise BadField(one)
        field, dot, key = name.partition(".")
        if dot:
            inner = found.setdefault(field, {})
            if not isinstance(inner, dict):
                raise BadField(one)
            inner[key] = _plain(value)
        else:
            texts.setdefault(field, []).append(value)
    for field, values in texts.items():
        info = model.model_fields.get(field)
        found[field] = _fitting(_form(info), values) if info else values[-1]
    return found


def faults_of(model: type[Command], body: dict[str, JsonValue], *, without_area: bool = False) -> list[Fault]:
    """What is wrong with it; `without_area`: it will be filled in from the sign-in."""
    try:
        model.model_validate_json(json.dumps(body))
    except ValidationError as error:
        return [fault for fault in faults(error) if not (without_area and fault.pointer == "/area")]
    return []


def _form(info: FieldInfo) -> TypeAdapter[Any]:
    """What one field accepts, with its bounds."""
    form: Any = Annotated[info.annotation, info]
    return TypeAdapter(form)


def _fitting(kind: TypeAdapter[Any], values: list[str]) -> JsonValue:
    """The first reading that the field accepts: text, JSON, a list of texts, a list of JSON; else the text."""
    for reading in _readings(values):
        try:
            kind.validate_json(json.dumps(reading), strict=True)
        except ValidationError:
            continue
        return reading
    return values[-1]


def _readings(values: list[str]) -> Iterator[JsonValue]:
    if len(values) == 1:
        yield values[0]
        yield _plain(values[0])
    yield list(values)
    yield [_plain(value) for value in values]


def _plain(value: str) -> JsonValue:
    """JSON where it is; else the text."""
    try:
        found: JsonValue = json.loads(value)
    except ValueError:
        return value
    return found


def _object(text: str) -> dict[str, JsonValue]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadField(f"--body: {error}") from None
    if not isinstance(found, dict):
        raise BadField("--body: {…}")
    return found
