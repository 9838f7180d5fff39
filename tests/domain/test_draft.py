"""A decision rests on the whole state, counts included, and leaves no trace in it until its events are durable."""

from __future__ import annotations

import pytest

from coordinator.domain import rules
from coordinator.domain.call_out import ReportLost
from coordinator.domain.change import LowerLevel
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.refusal import Refused
from coordinator.domain.situation import ReportHazard, ReportSigned, SignReport, Trend
from coordinator.domain.stand_down import MET
from coordinator.domain.switch_over import SignSwitch
from tests.builders import COMMANDER, FIRST, GRID, STREET, World, desk, one_of


@pytest.fixture
def world() -> World:
    return World()


def test_what_is_decided_is_not_seen_before_it_is_durable(world: World) -> None:
    op = world.declare("III")
    before, rows = world.state.digest(), dict(world.counts(STREET))
    draft = world.state.draft()
    rules.decide(draft, SignSwitch(area=FIRST, operation=op), world.context(desk(FIRST), "key-x"))
    assert draft.digest() != before
    assert draft.figures(STREET)["signed"] == 1
    assert world.state.digest() == before
    assert world.counts(STREET) == rows


def test_a_command_sees_the_counts_of_the_one_before_it_in_its_batch(world: World) -> None:
    """Somebody is reported lost, and in the same batch somebody ticks that nobody is missing."""
    op = world.declare("II", FIRST)
    world.everyone_comes(FIRST)
    here = next(call for call in world.calls(GRID) if call.since is not None)
    lower = LowerLevel(
        area=world.scope,
        operation=op,
        targets={FIRST: ResponseLevel.III},
        conditions=world.ticks(op, FIRST, said=MET),
    )
    with pytest.raises(Refused, match="condition_contradicted"):
        world.order(COMMANDER, ReportLost(area=GRID, call_outs=[here.id]), lower)


def test_a_report_signed_in_a_batch_has_the_figures_of_that_moment(world: World) -> None:
    op = world.declare("III")
    world.sign(op)
    water = ReportHazard(area=GRID, kind="ponding", depth_cm=30, trend=Trend.RISING)
    given = world.order(desk(STREET), water, SignReport(area=STREET, operation=op))
    assert one_of(given, ReportSigned).figures["hazards_rising"] == 1
    assert world.counts(STREET)["hazards_rising"] == 1


def test_a_draft_of_a_draft_has_no_use(world: World) -> None:
    with pytest.raises(TypeError):
        world.state.draft().draft()
