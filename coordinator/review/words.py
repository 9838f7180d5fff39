"""The facts beside the lines of a night's story, in words. Every entry of a log is `told.py`'s matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from coordinator.domain.area import AreaCode
from coordinator.domain.text import Text
from coordinator.review.summary import Line
from coordinator.wire.words import Language, said, word

HOW: Final = {
    "phone": Text("电话应答", "by phone"),
    "superior": Text("上级代为联系", "through the superior"),
    "knock": Text("上门", "somebody knocked"),
}
"""How a confirmed call was answered."""


def fact_words(line: Line, lang: Language, name: Callable[[AreaCode], str]) -> str:
    """The facts of a line as a reader of that language takes them in; what has no word stands as it is."""
    facts = {key: fact for key, fact in line.facts.items() if not key.endswith("_en")}
    if lang == "en":  # a fact that is itself in words comes as NAME and NAME_en
        facts = {key: line.facts.get(f"{key}_en", fact) for key, fact in facts.items()}
    return ("；" if lang == "zh" else "; ").join(_fact(key, fact, lang, name) for key, fact in facts.items())


def _fact(key: str, fact: str, lang: Language, name: Callable[[AreaCode], str]) -> str:
    zh = lang == "zh"
    if key.isdigit():  # an area and its level
        level = ("终止" if zh else "ended") if fact == "end" else word("level", fact, lang)
        return f"{name(key)} {level}"
    match key:
        case "approved_by":
            return f"批准人 {fact}" if zh else f"approved by {fact}"
        case "step":
            return word("call", fact, lang)
        case "how":
            return said(HOW[fact], lang) if fact in HOW else fact
        case "facility" | "found":
            return fact
        case "condition":
            return f"条件 {fact}" if zh else f"condition {fact}"
        case _:
            return f"{key}（{fact}）" if zh else f"{key} ({fact})"
