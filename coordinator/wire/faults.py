"""What is wrong with a body, and where: pydantic's complaints as JSON pointers with hints in both languages.

The server answers with them and a client checks with them before sending, so both say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pydantic import ValidationError

from coordinator.domain.text import Text
from coordinator.wire.errors import error_body
from coordinator.wire.messages import ErrorBody
from coordinator.wire.words import sentence

MOST: Final = 20
"""Nobody reads more at once."""


class Fault(NamedTuple):
    pointer: str
    """RFC 6901, into the body."""
    why: str
    why_en: str


_HINTS: Final[Mapping[str, Text]] = {
    "missing": Text("必填", "required"),
    "extra_forbidden": Text("没有这一项，请删去", "there is no such field: leave it out"),
    "string_type": Text("须是文字", "has to be a string"),
    "int_type": Text("须是整数", "has to be a whole number"),
    "int_parsing": Text("须是整数", "has to be a whole number"),
    "int_from_float": Text("须是整数", "has to be a whole number"),
    "float_type": Text("须是数字", "has to be a number"),
    "bool_type": Text("须是 true 或 false", "has to be true or false"),
    "list_type": Text("须是列表", "has to be a list"),
    "dict_type": Text("须是对象", "has to be an object"),
    "model_type": Text("须是对象", "has to be an object"),
    "enum": Text("须是其中之一：{expected}", "has to be one of {expected}"),
    "literal_error": Text("须是其中之一：{expected}", "has to be one of {expected}"),
    "string_pattern_mismatch": Text("格式须为 {pattern}", "has to match {pattern}"),
    "string_too_long": Text("最多 {max_length} 个字", "at most {max_length} characters"),
    "string_too_short": Text("至少 {min_length} 个字", "at least {min_length} characters"),
    "too_long": Text("最多 {max_length} 项", "at most {max_length} items"),
    "too_short": Text("至少 {min_length} 项", "at least {min_length} items"),
    "greater_than": Text("须大于 {gt}", "has to be greater than {gt}"),
    "greater_than_equal": Text("不能小于 {ge}", "has to be at least {ge}"),
    "less_than_equal": Text("不能大于 {le}", "has to be at most {le}"),
    "timezone_aware": Text("时间须带时区，如 +08:00", "the time needs its offset, like +08:00"),
    "datetime_parsing": Text("时间格式如 2026-07-01T08:00:00+08:00", "a time like 2026-07-01T08:00:00+08:00"),
    "datetime_from_date_parsing": Text(
        "时间格式如 2026-07-01T08:00:00+08:00", "a time like 2026-07-01T08:00:00+08:00"
    ),
    "json_invalid": Text("不是合法的 JSON", "not valid JSON"),
}
"""Kind of complaint -> hint. Any other keeps pydantic's own words."""


def faults(error: ValidationError) -> list[Fault]:
    """The faults of a body in the order found, at most `MOST`. What was sent is not repeated in them."""
    found = []
    for complaint in error.errors(include_url=False, include_input=False)[:MOST]:
        hint = _HINTS.get(complaint["type"], Text(complaint["msg"], complaint["msg"]))
        facts = {name: str(value) for name, value in complaint.get("ctx", {}).items()}
        found.append(
            Fault(pointer(complaint["loc"]), sentence(hint, facts, "zh"), sentence(hint, facts, "en"))
        )
    return found


def pointer(location: Sequence[str | int]) -> str:
    """RFC 6901; the whole body is the empty string, shown as `/`."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location if step != "[key]")
    return "/" + "/".join(steps)


def facts_of(error: ValidationError) -> dict[str, str]:
    """Facts for the code `bad_body`: the first fault in words, the places of all others in `also`."""
    first, *others = faults(error)
    facts = first._asdict()
    if others:
        facts["also"] = " ".join(fault.pointer for fault in others)
    return facts


def bad_body(error: ValidationError) -> ErrorBody:
    """The refusal of a body that is not right."""
    return error_body("bad_body", facts_of(error))
