"""A value of a playbook as a person reads it, in one language: a code by its word, minutes as a span, nothing as 无."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from coordinator.domain.text import Text
from coordinator.playbook.fields import Strict, Words
from coordinator.playbook.vocabulary import CHANNELS, FACILITIES, ROUTINES, SKILLS
from coordinator.wire.words import AREA_LEVELS, EVIDENCE, HAZARDS, Language, said
from coordinator.wire.words import FACILITIES as FACILITY_STATES

DURATIONS: Final = frozenset(
    {"by", "ack", "repeat", "shift", "readiness", "every", "report_every", "first", "final", "silence"}
)
WORDS: Final[Mapping[str, Mapping[str, Text]]] = {
    "to": FACILITY_STATES,
    "scope": AREA_LEVELS,
    "authority": AREA_LEVELS,
    "report_to": AREA_LEVELS,
    "channels": CHANNELS,
    "inside_cordon": CHANNELS,
    "skills": SKILLS,
    "suspends": ROUTINES,
    "facility": FACILITIES,
    "hazard": HAZARDS,
    "kind": EVIDENCE,
}
"""By field; a code that has no word stands as it is."""
_UNITS: Final[tuple[tuple[int, Text], ...]] = (
    (1440, Text("天", " d")),
    (60, Text("小时", " h")),
    (1, Text("分钟", " min")),
)


def value_said(field: str, value: object, language: Language) -> str:
    match value:
        case None | () | "":
            return "无" if language == "zh" else "none"
        case bool():
            return said(Text("是", "yes") if value else Text("否", "no"), language)
        case int() if field in DURATIONS:
            return span(value, language)
        case float() if field == "share":
            return f"{value:.0%}"
        case Words():
            return said(value.text, language)
        case Strict():
            given = ((name, getattr(value, name)) for name in type(value).model_fields)
            return " ".join(
                value_said(name, each, language) for name, each in given if each not in (None, (), "")
            )
        case tuple():
            return _listed((value_said(field, each, language) for each in value), language)
        case dict():
            return _listed(map(str, value), language)
        case str() if value in WORDS.get(field, {}):
            return said(WORDS[field][value], language)
        case _:
            return str(value)


def span(minutes: int, language: Language) -> str:
    """`90分钟`, `2小时`, `1天`."""
    size, unit = next(one for one in _UNITS if one[0] == 1 or (minutes and minutes % one[0] == 0))
    return f"{minutes // size}{said(unit, language)}"


def _listed(things: Iterable[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(things)
