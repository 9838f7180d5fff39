"""Shock teams: from standby squad to spearhead and back, as their leader says."""

from __future__ import annotations

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.team import STEPS, MoveTeam, Readiness, TeamMoved
from tests.builders import FIRST, STREET, STREET_DESK, World, desk, one_of

R = Readiness
TEAM = f"team:{STREET}:shock_team1"
WAY = (R.ALERTED, R.ASSEMBLING, R.DEPLOYED, R.RESTING, R.DEPLOYED, R.RELEASED)


def move(to: Readiness, team: str = TEAM, area: str = STREET) -> MoveTeam:
    return MoveTeam(area=area, team=team, to=to)


def test_a_call_to_its_post_alerts_the_team() -> None:
    world = World()
    world.declare("III")
    status = world.state.teams[TEAM]
    assert (status.readiness, status.post) == (R.ALERTED, world.post(STREET, "shock").id)
    members = set(world.registers.organisation.teams[TEAM].members)
    assert {call.responder for call in world.calls() if call.team == TEAM} <= members


def test_the_whole_way_and_back_to_standby() -> None:
    world = World()
    leader = Actor(world.registers.organisation.teams[TEAM].members[0], Role.TEAM_LEADER, STREET)
    for step in WAY:
        assert one_of(world.order(leader, move(step)), TeamMoved).to is step
        assert world.counts(STREET)[f"team.{step.value}"] == 1
        assert world.order(leader, move(step)) == []
    world.order(leader, move(R.STANDBY))
    assert TEAM not in world.state.teams


@pytest.mark.parametrize("to", [R.ASSEMBLING, R.DEPLOYED, R.RESTING, R.RELEASED])
def test_a_standby_squad_is_alerted_first(to: Readiness) -> None:
    refused = World().refusal(STREET_DESK, move(to))
    assert (refused.code, refused.facts["readiness"]) == ("wrong_team_step", "standby")


def test_every_readiness_can_be_left() -> None:
    assert set(STEPS) == set(Readiness) and all(STEPS.values())


def test_a_team_that_is_out_stays_out_when_more_of_it_are_called() -> None:
    world = World()
    op = world.declare("III")
    for step in (R.ASSEMBLING, R.DEPLOYED):
        world.order(STREET_DESK, move(step))
    world.raise_to(op, "II", STREET)
    assert len([call for call in world.calls() if call.team == TEAM]) > 0
    assert world.state.teams[TEAM].readiness is R.DEPLOYED


def test_another_s_team_is_not_moved() -> None:
    world = World()
    assert world.refusal(STREET_DESK, move(R.ALERTED, "team:x")).code == "unknown_team"
    inside = move(R.ALERTED, area=FIRST)
    assert world.refusal(STREET_DESK, inside).code == "unknown_team"
    assert world.refusal(desk(FIRST), inside).code == "not_your_role"


def test_when_its_post_is_gone_the_team_is_on_standby_again() -> None:
    world = World()
    op = world.declare("III", STREET)
    world.end(op)
    world.restore()
    assert world.state.operations[op].closed
    assert not world.state.teams
