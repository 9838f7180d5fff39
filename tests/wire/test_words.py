"""Whatever a message carries as a code has a word in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import pytest

from coordinator.domain import (
    access,
    area,
    concern,
    confirmed_call,
    facility,
    help,
    measures,
    mode,
    rules,
    situation,
    task,
    team,
)
from coordinator.domain.text import Text
from coordinator.wire import words
from coordinator.wire.log_words import EVENTS, FAMILIES, FAMILY_OF

DOMAIN = Path(__file__).parents[2] / "coordinator" / "domain"
CHINESE = re.compile(r"[\u4e00-\u9fff]")

ENUMS: list[tuple[str, Iterable[StrEnum]]] = [
    ("mode", mode.Mode),
    ("switch", mode.Switch),
    ("order", mode.Switch),
    ("level", mode.ResponseLevel),
    ("colour", mode.RiskColour),
    ("task", task.TaskState),
    ("evidence", measures.EvidenceKind),
    ("facility", facility.FacilityState),
    ("team", team.Readiness),
    ("call", confirmed_call.Step),
    ("trend", situation.Trend),
    ("severity", concern.Severity),
    ("need", help.Need),
    ("help_outcome", help.Outcome),
    ("role", access.Role),
    ("area_level", area.AreaLevel),
]


@pytest.mark.parametrize(("vocabulary", "members"), ENUMS, ids=[name for name, _ in ENUMS])
def test_every_member_has_a_word(vocabulary: str, members: Iterable[StrEnum]) -> None:
    assert {one.value for one in members} <= set(words.VOCABULARIES[vocabulary])


@pytest.mark.parametrize("vocabulary", words.VOCABULARIES)
def test_every_word_is_there_in_both_languages(vocabulary: str) -> None:
    for code, text in words.VOCABULARIES[vocabulary].items():
        assert CHINESE.search(text.zh), code
        assert text.en and not CHINESE.search(text.en), code
        # A fact that is itself in words comes in both languages, the English one as NAME_en.
        named = {name.removesuffix("_en") for name in words.named_in(text.en)}
        assert words.named_in(text.zh) == named, code


def test_levels_are_called_as_in_the_rules() -> None:
    assert {level.value: level.zh for level in mode.ResponseLevel} == {
        code: text.zh for code, text in words.LEVELS.items() if code
    }


def opened() -> dict[str, set[str]]:
    """Kind of concern -> the facts that every opening of it gives."""
    found: dict[str, set[str]] = {}
    own = {"severity", "raised_to", "stamp"}
    for path in sorted(DOMAIN.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "open_concern"
            ):
                kind = node.args[1]
                assert isinstance(kind, ast.Constant)
                facts = {one.arg for one in node.keywords if one.arg} - own
                found[kind.value] = found[kind.value] & facts if kind.value in found else facts
    return found


def test_every_concern_has_its_words_and_the_facts_for_them() -> None:
    kinds = opened()
    assert len(kinds) > 10
    for kind, facts in kinds.items():
        assert kind in words.CONCERNS, f"{kind} has no words"
        assert words.named_in(words.CONCERNS[kind].zh) <= facts, kind


def test_every_concern_with_words_exists() -> None:
    assert set(words.CONCERNS) == set(opened())


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert words.word("order", "close_bridge") == "close_bridge"
    assert words.concern("meteor", {}) == "meteor"
    with pytest.raises(KeyError):
        words.word("no_such_vocabulary", "x")


def test_words_stand_in_sentences() -> None:
    assert words.concern("approval_waits", {"order": "RaiseLevel"}, "en") == "Raise waits for a second person"
    assert words.sentence(Text("{to:mode}", "{to:mode}"), {"to": "normal"}) == "平时"
    assert words.sentence(Text("好{x_en}", "well{x_en}"), {"x": "1"}, "en") == "well1"


def test_every_event_has_a_name_and_a_family() -> None:
    assert set(EVENTS) == set(rules.EVENTS)
    assert set(FAMILY_OF.values()) == set(FAMILIES)
