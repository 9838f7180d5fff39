"""The kinds of value a playbook's fields hold: durations, headcounts, names, words in two languages.

Each refuses with a code of `finding.py`. Knows no other field than its own.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from coordinator.domain.text import Text
from coordinator.playbook.expression import ExpressionError, parse

MAX_MINUTES: Final = 366 * 1440
MAX_ENTRIES: Final = 200
"""In one list: ten times what a level needs."""

_UNITS: Final = {"d": 1440, "h": 60, "min": 1}
_DURATION: Final = re.compile(r"([0-9]{1,6})(min|h|d)")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


Item = TypeVar("Item")
Many = Annotated[tuple[Item, ...], Field(max_length=MAX_ENTRIES)]
Some = Annotated[tuple[Item, ...], Field(min_length=1, max_length=MAX_ENTRIES)]


class Strict(BaseModel):
    """Nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Words(Strict):
    """The same words in Chinese and English; neither may be missing."""

    zh: Annotated[str, Field(min_length=1, max_length=400)]
    en: Annotated[str, Field(min_length=1, max_length=800)]

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


def _minutes(value: object) -> int:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    minutes = int(found[1]) * _UNITS[found[2]] if found else MAX_MINUTES + 1
    if minutes > MAX_MINUTES:
        raise PydanticCustomError("bad_duration", "not a duration", {"value": str(value)})
    return minutes


def duration(minutes: int) -> str:
    """The shortest way to write it: `90min`, `2h`, `1d`, `0min`."""
    unit = next(unit for unit, size in _UNITS.items() if minutes % size == 0) if minutes else "min"
    return f"{minutes // _UNITS[unit]}{unit}"


Duration = Annotated[int, BeforeValidator(_minutes), PlainSerializer(duration, return_type=str)]
"""Written `30min`, `2h`, `1d`; held in minutes."""


def _as_text(value: object) -> object:
    """`heads: 2` means the same as `heads: "2"`."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _expression(text: str) -> str:
    try:
        parse(text)
    except ExpressionError as wrong:
        facts = {**wrong.facts, "offset": wrong.offset}
        raise PydanticCustomError(f"expression_{wrong.code}", "bad expression", facts) from None
    return text


Headcount = Annotated[str, BeforeValidator(_as_text), AfterValidator(_expression)]
"""A number or an expression over the attributes of the area; also used for totals."""


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise PydanticCustomError("bad_name", "not a name", {"value": text})
    return text


Name = Annotated[str, AfterValidator(_name)]
"""Of an entry or a word: lower-case letters, digits, underscores."""
