"""What comes from outside has a form, and that form fits everything the coordinator itself has given out."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from coordinator.domain.command import Code, Id, Reason
from coordinator.domain.help import AskForHelp, Need
from coordinator.domain.order import IssueOrder
from coordinator.domain.situation import ReportHazard, Trend
from coordinator.domain.task import AddTask
from tests.builders import COMMANDER, FIRST, GRID, STREET, World, desk, phone

NAMED = (
    "operations",
    "posts",
    "teams",
    "tasks",
    "facilities",
    "routines",
    "hazards",
    "help_requests",
    "calls",
    "orders",
    "switches",
)


def test_every_id_given_out_can_be_named_in_a_command() -> None:
    world = World()
    op = world.declare("II")
    world.order(
        COMMANDER,
        IssueOrder(area=world.scope, operation=op, kind="report_now", to=[STREET, FIRST]),
    )
    world.order(
        desk(FIRST),
        AddTask(
            area=FIRST, operation=op, key="sandbags", name_zh="送沙袋", name_en="Bring bags", by_minutes=9
        ),
    )
    world.order(phone(GRID), ReportHazard(area=GRID, kind="ponding", depth_cm=20, trend=Trend.RISING))
    world.order(phone(GRID), AskForHelp(area=GRID, need=Need.PEOPLE))
    world.advance(15)  # nobody has signed: they are being called

    accepts = TypeAdapter(Id)
    for name in NAMED:
        assert world.state.tables[name], f"nothing in {name}: the test would pass for nothing"
        for key in world.state.tables[name].positions():
            assert accepts.validate_python(key) == key


@pytest.mark.parametrize("text", ["", "a b", "a\n", "名", "x" * 161, "a;b", "{a}"])
def test_an_id_is_no_free_text(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Id).validate_python(text)


@pytest.mark.parametrize(
    ("form", "text"), [(Code, "3"), (Code, "32x"), (Reason, "Free text"), (Reason, ""), (Reason, "x" * 41)]
)
def test_codes_and_reasons_are_no_free_text(form: type[str], text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(form).validate_python(text)


def test_what_a_command_does_not_know_is_not_passed_over() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        IssueOrder.model_validate_json(
            '{"area": "32", "operation": "op-1", "kind": "x", "to": ["32"], "level": "I"}'
        )
