"""Histories that once broke a law, found by the laws and kept as stories: a law finds them again only by chance."""

from __future__ import annotations

from coordinator.boards.board import delta, snapshot, touched, window
from coordinator.boards.shape import shape_of
from coordinator.domain.facility import FacilityState, OrderConversion
from coordinator.domain.mode import Mode
from coordinator.wire.board import BoardKey, Cursor
from tests.builders import FIRST, STREET, World, asks, asks_by_level, desk, post_spec, task_spec


def test_nothing_is_taken_into_use_while_a_place_is_restored() -> None:
    """Nobody would have given the building back: the place was NORMAL and its shelter in use for ever."""
    world = World(handmade=asks(FIRST, recovery=(task_spec("tidy", must=True),)))
    op = world.declare("III", FIRST)
    world.end(op, FIRST)
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    order = OrderConversion(
        area=FIRST,
        operation=op,
        facility=f"place:{FIRST}:shelter",
        to=FacilityState.OPEN,
        use_zh="安置点",
        use_en="shelter",
        by_minutes=30,
    )
    assert world.refusal(desk(FIRST), order).code == "not_switched"


def test_who_stands_below_the_tombstones_is_told_to_start_anew() -> None:
    """Nothing seemed to have changed for them: what had, was cut already."""
    world = World()
    world.declare("III", FIRST)
    key = BoardKey.parse(f"orders:{FIRST}")
    since = Cursor(world.state.epoch, world.state.position - 1)
    for table in world.state.tables.values():
        table.bury(world.state.position)
    assert delta(key, world.state, since, world.now) is None
    assert touched(shape_of(key, world.state), window(world.state, since.position))


def test_a_post_that_others_fill_now_leaves_the_board_of_the_team() -> None:
    """It still exists: a watcher who was only told what is gone kept it, where a newcomer does not see it."""
    teams = {"posts": (post_spec("shock", 2, may_fill=("shock_team",)),)}
    others = {"posts": (post_spec("shock", 2, may_fill=("cadre",)),)}
    world = World(handmade=asks_by_level(STREET, IV=teams, III=others))
    op = world.declare("IV")
    team = world.registers.organisation.teams_of(STREET)[0]
    key = BoardKey.parse(f"team:{team.id}")
    since, before = snapshot(key, world.state)
    assert f"posts/{op}:shock@{STREET}" in before
    world.raise_to(op, "III")
    change = delta(key, world.state, since, world.now)
    assert change is not None and f"posts/{op}:shock@{STREET}" in change.gone
    assert f"posts/{op}:shock@{STREET}" not in snapshot(key, world.state)[1]


def test_both_teams_that_are_called_to_one_post_go_as_teams() -> None:
    """Forty are asked, a team has twenty-six: the second was called one by one, and its leader saw nobody."""
    world = World(handmade=asks(STREET, posts=(post_spec("shock", 40, may_fill=("shock_team",)),)))
    world.declare("III")
    first, second = (
        team for team in world.registers.organisation.teams_of(STREET) if team.kind == "shock_team"
    )
    assert set(world.state.teams.positions()) == {first.id, second.id}
    for team in (first, second):
        called = [call for call in world.calls() if call.responder in team.members]
        assert called and {call.team for call in called} == {team.id}
        shown = snapshot(BoardKey.parse(f"team:{team.id}"), world.state)[1]
        assert {key for key in shown if key.startswith("call_outs/")} == {
            f"call_outs/{call.id}" for call in called
        }
