"""A refusal is part of the interface: each code that a rule refuses with is provoked by name in some test, and
`World.refusal` holds there that it leaves the state as it was, to the last digit."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator.domain import rules
from coordinator.domain.call_out import ReportLost
from coordinator.domain.change import LowerLevel
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import LoweringRefused
from coordinator.domain.refusal import Refused
from coordinator.domain.stand_down import MET
from tests.builders import COMMANDER, DISTRICT, FIRST, GRID, World, phone

TESTS = Path(__file__).parents[1]
DOMAIN = Path(rules.__file__).parent
WHERE = ("domain", "drills", "laws")


def constants(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def codes() -> set[str]:
    """Every code that is raised in the domain."""
    found = set()
    for path in DOMAIN.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused":
                found.add(ast.literal_eval(node.args[0]))
    return found


def provoked() -> set[str]:
    """Every code that a test of the rules names."""
    paths = (path for part in WHERE for path in (TESTS / part).glob("test_*.py"))
    return {text for path in paths for text in constants(ast.parse(path.read_text()))}


def test_every_refusal_is_provoked() -> None:
    assert len(codes()) > 60
    assert codes() <= provoked()


def test_a_refusal_carries_its_facts_as_words() -> None:
    refused = Refused("not_longer", until=ResponseLevel.II, n=3)
    assert refused.facts == {"until": "II", "n": "3"}
    assert str(refused) == "not_longer until=II n=3"


@pytest.fixture
def missing() -> tuple[World, LowerLevel]:
    """Somebody is lost, and somebody ticks that nobody is."""
    world = World()
    op = world.declare("II", FIRST)
    world.everyone_comes(GRID)
    lost = next(call for call in world.calls(GRID) if call.since is not None)
    world.order(phone(GRID), ReportLost(area=GRID, call_outs=[lost.id]))
    targets = {FIRST: ResponseLevel.III}
    said = world.ticks(op, FIRST, said=MET)
    return world, LowerLevel(area=DISTRICT, operation=op, targets=targets, conditions=said)


def test_nobody_lowers_while_someone_is_unaccounted_for_and_the_attempt_is_on_record(
    missing: tuple[World, LowerLevel],
) -> None:
    world, lower = missing
    refused = world.refusal(COMMANDER, lower)
    assert (refused.code, refused.facts["found_en"]) == (
        "condition_contradicted",
        "1 on post unaccounted for",
    )
    assert isinstance(refused.record, LoweringRefused)


def test_a_refusal_on_record_changes_nothing_but_what_its_key_is_answered(
    missing: tuple[World, LowerLevel],
) -> None:
    world, lower = missing
    refused = world.refusal(COMMANDER, lower)
    assert refused.record is not None
    before = {name: dict(table.items()) for name, table in world.state.tables.items() if name != "keys"}
    context = world.context(COMMANDER, "key-of-the-attempt")
    stamp = rules.stamp_of(lower, context, hash="h", count=1)
    position = world.state.position + 1
    rules.apply(world.state, rules.Recorded("DEMO", DISTRICT, 1, position, stamp, refused.record))
    known = world.state.keys["key-of-the-attempt"]
    assert (known.refused, known.facts["found_en"]) == ("condition_contradicted", "1 on post unaccounted for")
    assert {
        name: dict(table.items()) for name, table in world.state.tables.items() if name != "keys"
    } == before


def test_with_a_reason_it_can_be_lowered_all_the_same(missing: tuple[World, LowerLevel]) -> None:
    world, lower = missing
    said = dict(lower.conditions) | {"none_missing": "search_goes_on_by_city"}
    world.order(COMMANDER, lower.model_copy(update={"conditions": said}))
    world.approve()
    world.settle()
    assert world.switch(lower.operation, FIRST).level is ResponseLevel.III
