"""The log must not know: what persons wrote stands elsewhere, and destroying its key is an event."""

from __future__ import annotations

import re

from coordinator.domain.access import MAY, Actor, Role
from coordinator.domain.change import RecallOperation
from coordinator.domain.duty import How
from coordinator.domain.personal_data import DestroyPersonalData, PersonalDataDestroyed
from tests.builders import COMMANDER, DISTRICT, FIRST, STREET, World, asks, one_of

WHO = next(role for role in Role if "DestroyPersonalData" in MAY[role])


def over() -> tuple[World, str]:
    world = World(handmade=asks(FIRST))
    op = world.declare("III", FIRST)
    world.order(COMMANDER, RecallOperation(area=DISTRICT, operation=op, reason="mistake"))
    world.settle()
    return world, op


def someone(area: str = DISTRICT) -> Actor:
    return Actor("keeper-1", WHO, area)


def destroy(op: str, area: str = DISTRICT) -> DestroyPersonalData:
    return DestroyPersonalData(area=area, operation=op)


def test_it_is_destroyed_once_when_everything_is_over() -> None:
    world, op = over()
    one_of(world.order(someone(), destroy(op)), PersonalDataDestroyed)
    assert world.state.operations[op].erased
    assert world.state.duties[f"erase:{op}"].how is How.ERASE
    assert world.order(someone(), destroy(op)) == []


def test_not_while_it_runs() -> None:
    world = World(handmade=asks(FIRST))
    op = world.declare("III", FIRST)
    assert world.refusal(someone(), destroy(op)).code == "operation_runs"


def test_not_of_what_nobody_knows_nor_of_more_than_one_s_part() -> None:
    world, op = over()
    assert world.refusal(someone(), destroy("op-x")).code == "unknown_operation"
    assert world.refusal(someone(STREET), destroy(op, STREET)).code == "not_your_part"


def test_replay_needs_nothing_of_it() -> None:
    world, op = over()
    world.order(someone(), destroy(op))
    assert world.replayed().digest() == world.state.digest()


def test_a_whole_night_s_log_knows_no_phone() -> None:
    """Eleven digits beginning with 1, as a mobile number has them, stand nowhere but within longer codes."""
    world = World()
    op = world.declare("II", FIRST)
    world.sign(op)
    world.everyone_comes()
    world.end(op, FIRST)
    world.restore()
    log = b"\n".join(world.log).decode()
    assert len(log) > 50_000
    assert not re.findall(r"(?<![0-9a-f-])1[3-9]\d{9}(?![0-9a-f])", log)
