"""Every code that is raised anywhere has its words, and names only facts that are given with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import TypeAdapter

from coordinator.domain.call_out import DECLINE_CODES, Progress
from coordinator.domain.refusal import Refused
from coordinator.wire import words
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.errors import CLOSED_WITH, ERRORS, error_body, problem
from coordinator.wire.faults import Fault
from coordinator.wire.messages import ErrorBody
from coordinator.wire.refusals import REFUSALS

SOURCE = Path(__file__).parents[2] / "coordinator"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Made(NamedTuple):
    """One refusal or error body that the source makes by name."""

    where: str
    code: str
    facts: frozenset[str]


def raised() -> list[Made]:
    return [made for path in sorted(SOURCE.rglob("*.py")) for made in _made_in(path)]


def _made_in(path: Path) -> Iterator[Made]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    literals = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or not call.args:
            continue
        where = f"{path.name}:{call.lineno}"
        code = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
        if call.func.id == "Refused":
            assert code is not None, f"{where}: a code is written out, so that it can be found"
            yield Made(where, str(code), frozenset(_keywords(call, literals)))
        elif call.func.id in ("error_body", "problem") and code is not None:
            facts = call.args[1] if len(call.args) > 1 else ast.Dict([], [])
            if isinstance(facts, ast.Dict):
                yield Made(where, str(code), frozenset(_keys(facts)))


def _keywords(call: ast.Call, literals: dict[str, ast.Dict]) -> Iterator[str]:
    for one in call.keywords:
        if one.arg is not None:
            yield one.arg
        elif isinstance(one.value, ast.Name) and one.value.id in literals:
            yield from _keys(literals[one.value.id])
        elif isinstance(one.value, ast.Call) and ast.unparse(one.value.func) == "facts_of":
            yield from Fault._fields


def _keys(literal: ast.Dict) -> Iterator[str]:
    yield from (str(key.value) for key in literal.keys if isinstance(key, ast.Constant))


@pytest.mark.parametrize(
    ("where", "code", "facts"),
    raised(),
    ids=lambda part: str(part if isinstance(part, str) else sorted(part))[:60],
)
def test_every_code_raised_has_an_entry_that_names_only_given_facts(
    where: str, code: str, facts: frozenset[str]
) -> None:
    assert code in ERRORS, f"{where} raises {code}, which has no words"
    for template in (ERRORS[code].zh, ERRORS[code].en):
        named = {name if name in facts else name.removesuffix("_en") for name in words.named_in(template)}
        assert named <= facts, f"{where} does not give {named - facts}"


def test_the_scan_sees_the_rules() -> None:
    """A scan that finds nothing would pass everything."""
    codes = {code for _, code, _ in raised()}
    assert {"area_is_normal", "self_approval", "evidence_short", "key_expired"} <= codes
    assert len(codes) > 50


def test_no_entry_is_for_a_refusal_that_nobody_raises() -> None:
    known = {code for group in REFUSALS.values() for code in group}
    raised_codes = {code for _, code, _ in raised()} | {
        "unknown_playbook"
    }  # said where playbooks are resolved
    assert known <= raised_codes


@pytest.mark.parametrize("code", ERRORS)
def test_both_languages_say_it_with_the_same_facts(code: str) -> None:
    error = ERRORS[code]
    assert CHINESE.search(error.zh) and not CHINESE.search(error.en) and error.en
    assert {one.removesuffix("_en") for one in words.named_in(error.en)} <= {
        one.removesuffix("_en") for one in words.named_in(error.zh)
    }
    for template in (error.zh, error.en):
        for vocabulary in re.findall(r"\{\w+:(\w+)\}", template):
            assert vocabulary in words.VOCABULARIES


def test_a_refusal_is_said_in_words() -> None:
    refused = Refused("wrong_facility_step", facility="f-1", state="normal", to="full")
    body = error_body(refused.code, refused.facts)
    assert body.zh == "阵地 f-1 现为“平时”，不能改为“已满”，请按步骤上报"
    assert body.en.startswith("Facility f-1 is “Normal” and cannot become “Full”")
    assert (body.code, body.retry, body.facts["to"]) == ("wrong_facility_step", False, "full")
    assert TypeAdapter(ErrorBody).validate_json(body.model_dump_json()) == body


def test_a_fact_is_never_a_template_and_a_missing_one_never_an_error() -> None:
    body = error_body("unknown_task", {"task": "{task.__class__}{0}"})
    assert "{task.__class__}{0}" in body.zh
    assert "…" in error_body("unknown_task").en


def test_what_can_succeed_later_says_so() -> None:
    assert {code for code, error in ERRORS.items() if error.retry} == {
        "log_unavailable",
        "outcome_unknown",
        "catching_up",
        "too_many",
        "internal",
        "queue_unavailable",
        "drill_away",
    }


@pytest.mark.parametrize("code", ERRORS)
def test_every_error_makes_a_problem(code: str) -> None:
    found = problem(code, {"pointer": "/area"} if code == "bad_body" else {}, instance="/api/v1/commands")
    assert found["status"] == ERRORS[code].status
    assert found["type"] == f"urn:pingji:error:{code}"
    assert found["title"] and found["title_en"]
    assert found["detail"] == error_body(code, {"pointer": "/area"} if code == "bad_body" else {}).zh
    assert ("errors" in found) == (code == "bad_body")


def test_close_codes_that_are_final_have_words() -> None:
    final = {code for code in CloseCode if not code.come_back}
    assert final - set(CLOSED_WITH) == {
        CloseCode.BAD_ORIGIN
    }  # a browser's matter: no client of ours sends one
    assert set(CLOSED_WITH.values()) <= set(ERRORS)


@pytest.mark.parametrize(
    ("vocabulary", "codes"),
    [
        ("progress", [one.value for one in Progress]),
        ("decline", list(DECLINE_CODES)),
    ],
)
def test_vocabularies_hold_their_codes(vocabulary: str, codes: list[str]) -> None:
    assert list(words.VOCABULARIES[vocabulary]) == codes
