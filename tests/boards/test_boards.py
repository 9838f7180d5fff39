"""What stands on which board, for whom, and that a delta says no more than it has to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from coordinator.boards.board import delta, snapshot, touched, window
from coordinator.boards.shape import BELOW, SHOWN, parts, shape_of
from coordinator.domain.call_out import CancelCallOut, ReportLost
from coordinator.domain.corrective import TakeCorrectiveAction
from coordinator.domain.order import IssueOrder
from coordinator.domain.refusal import Refused
from coordinator.domain.situation import ReportHazard, Trend
from coordinator.wire.board import BoardKey, BoardKind, Cursor, Entries, level_of, mode_of
from tests.builders import (
    CITY,
    COMMANDER,
    DISTRICT,
    FIRST,
    GRID,
    SECOND,
    STREET,
    World,
    asks,
    asks_by_level,
    desk,
    phone,
    post_spec,
    task_spec,
    xianlin,
)

AREAS = xianlin().areas
SCOPES = (CITY, DISTRICT)


def shown(world: World, key: str) -> Entries:
    return snapshot(BoardKey.parse(key), world.state)[1]


def section(entries: Entries, name: str) -> dict[str, dict[str, Any]]:
    return {key.partition("/")[2]: entry for key, entry in entries.items() if key.startswith(name + "/")}


def change(world: World, key: str, since: Cursor) -> tuple[Entries, list[str]]:
    found = delta(BoardKey.parse(key), world.state, since, world.now)
    assert found is not None
    return found.changed, found.gone


def here(world: World) -> Cursor:
    return Cursor(world.state.epoch, world.state.position)


@pytest.fixture
def world() -> World:
    world = World()
    world.declare("II")
    return world


# --- what stands on it ------------------------------------------------------------------------------------


def test_people_and_tasks_stand_where_people_work(world: World) -> None:
    community, street = shown(world, f"area:{FIRST}"), shown(world, f"area:{STREET}")
    assert {task["area"] for task in section(community, "tasks").values()} == {
        FIRST,
        *AREAS.children(FIRST),
    }
    assert {call["area"] for call in section(street, "call_outs").values()} == {STREET}
    assert {task["area"] for task in section(shown(world, f"area:{GRID}"), "tasks").values()} == {GRID}


@pytest.mark.parametrize("kind", BELOW)
def test_every_record_at_and_below_a_place_stands_on_one_board(world: World, kind: BoardKind) -> None:
    world.order(phone(GRID), ReportHazard(area=GRID, kind="flooded_point", depth_cm=20, trend=Trend.RISING))
    for area in (FIRST, STREET):
        words = {"text": f"practice-1.{area}.ab12", "verify": f"practice-1.{area}.cd34"}
        due = world.now + timedelta(days=7)
        taking = TakeCorrectiveAction(area=area, key="answered", due=due, practice="practice-1", **words)
        world.order(desk(STREET), taking)

    def listed(area: str) -> set[str]:
        return set(snapshot(BoardKey(kind, area), world.state)[1])

    for table in BELOW[kind]:
        records = world.state.tables[table]
        there = {f"{table}/{key}" for key, one in records.items() if one.area.startswith(FIRST)}
        assert {key for key in listed(FIRST) if key.startswith(f"{table}/")} == there
        assert there or table in ("teams", "reports")
        everything = {f"{table}/{key}" for key, _ in records.items()}
        assert {key for key in listed(CITY) if key.startswith(f"{table}/")} == everything
    assert listed(FIRST) < listed(STREET) <= listed(DISTRICT)


@pytest.mark.parametrize(("area", "children"), [(DISTRICT, [STREET]), (STREET, 10), (FIRST, 3), (GRID, 0)])
def test_one_row_for_each_child_and_one_for_itself(world: World, area: str, children: Any) -> None:
    entries = shown(world, f"area:{area}")
    count = len(children) if isinstance(children, list) else children
    assert len(section(entries, "rows")) == count
    assert section(entries, "row")[area]["counts"] == world.counts(area)


def test_a_row_says_mode_and_level_of_what_is_below_it(world: World) -> None:
    row = section(shown(world, f"area:{DISTRICT}"), "rows")[STREET]
    assert row["name"] == "仙林街道"
    assert (mode_of(row["counts"]), level_of(row["counts"])) == ("activating", "II")
    assert "contact" not in row
    world.sign(world.operation, FIRST)
    row = section(shown(world, f"area:{DISTRICT}"), "rows")[STREET]
    assert row["contact"] == world.now.isoformat().replace("+00:00", "Z")


def test_a_place_where_nothing_has_happened_has_its_name_to_show() -> None:
    row = section(shown(World(), f"area:{CITY}"), "rows")
    assert row[DISTRICT]["name"] == "栖霞区"


def test_a_higher_area_has_a_share_in_the_scope_below(world: World) -> None:
    """The city's board gets one row of the district, and what was raised to the city."""
    entries = shown(world, f"area:{CITY}")
    assert set(entries) == {f"rows/{DISTRICT}"}


def test_a_concern_stands_on_its_own_board_and_as_high_as_it_was_raised() -> None:
    world = World(handmade=asks(GRID, tasks=(task_spec("drains", by_minutes=60),)))
    world.declare("III", FIRST)
    key = f"task_overdue:{world.task(GRID, 'drains').id}"
    boards = [f"area:{area}" for area in (GRID, FIRST, STREET, DISTRICT)]
    seen = []
    for minutes in (60, 30, 30):
        world.advance(minutes)
        seen.append([key in section(shown(world, board), "concerns") for board in boards])
    assert seen == [[True, True, False, False], [True, True, True, False], [True, True, True, True]]


def test_a_community_sees_what_its_grids_are_short_of() -> None:
    """The grid's phone cannot fill a post; the desk of its community can ask for help."""
    world = World(handmade=asks(GRID, posts=(post_spec("boat", 2, skills=("nobody_has_it",)),)))
    world.declare("III", FIRST)
    (gap,) = section(shown(world, f"area:{FIRST}"), "concerns").values()
    assert (gap["kind"], gap["facts"]["heads"]) == ("gap", "2")
    assert not section(shown(world, f"area:{SECOND}"), "concerns")


def test_an_operation_shows_where_it_runs_until_it_is_closed(world: World) -> None:
    for area in (DISTRICT, STREET, FIRST, GRID):
        assert world.operation in section(shown(world, f"area:{area}"), "operations")
    world.end(world.operation)
    world.restore()
    assert not section(shown(world, f"area:{DISTRICT}"), "operations")


def test_orders_have_a_board_of_their_own_with_those_of_everyone_above(world: World) -> None:
    world.order(
        COMMANDER,
        IssueOrder(area=DISTRICT, operation=world.operation, kind="stop_work", to=[STREET, SECOND]),
    )
    orders = section(shown(world, f"orders:{FIRST}"), "orders")
    assert sorted((order["area"], order["kind"]) for order in orders.values()) == [
        (STREET, "start"),
        (STREET, "stop_work"),
        (FIRST, "start"),
    ]
    assert not section(shown(world, f"area:{FIRST}"), "orders")


def test_the_receipt_tree_of_an_operation(world: World) -> None:
    switches = section(shown(world, f"operation:{world.operation}"), "switches")
    assert len(switches) == 11
    assert not section(shown(world, "operation:op-x"), "switches")


def test_a_team_a_unit_a_person(world: World) -> None:
    team = shown(world, f"team:team:{STREET}:shock_team1")
    assert section(team, "teams") and section(team, "posts")
    assert {call["team"] for call in section(team, "call_outs").values()} == {f"team:{STREET}:shock_team1"}
    call = next(call for call in world.calls() if call.unit)
    assert set(section(shown(world, f"responder:{call.responder}"), "call_outs")) == {call.id}
    assert {one["unit"] for one in section(shown(world, f"unit:{call.unit}"), "call_outs").values()} == {
        call.unit
    }


@pytest.mark.parametrize("key", ["area:99", "orders:99"])
def test_no_board_of_a_place_that_is_none(key: str) -> None:
    with pytest.raises(Refused, match="unknown_area"):
        shown(World(), key)


def test_no_board_of_a_team_that_is_none() -> None:
    with pytest.raises(Refused, match="unknown_board"):
        shown(World(), "team:x")


# --- views ------------------------------------------------------------------------------------------------


def test_masked_there_are_persons_without_their_ids(world: World) -> None:
    """Nowhere: not in the record, not in the key of the entry, not in what a delta takes away."""
    people = {call.responder for call in world.calls()}
    start = here(world)
    calls = world.calls(GRID)
    world.order(desk(FIRST), CancelCallOut(area=FIRST, call_outs=[call.id for call in calls]))
    whole = shown(world, f"area:{FIRST}@masked")
    assert len(section(whole, "call_outs")) == len(section(shown(world, f"area:{FIRST}"), "call_outs")) > 10
    changed, gone = change(world, f"area:{FIRST}@masked", start)
    world.end(world.operation)
    world.restore()
    _, left = change(world, f"area:{FIRST}@masked", start)
    assert len(section(changed, "call_outs")) == len(calls)
    for text in (str(whole), str(changed), str(gone), str(left)):
        assert not [person for person in people if person in text]
    assert any(key.startswith("call_outs/") for key in left)


@pytest.mark.parametrize("subject", [f"area:{FIRST}", f"team:team:{STREET}:shock_team1"])
def test_on_a_wall_there_are_no_persons_at_all(world: World, subject: str) -> None:
    assert section(shown(world, subject), "call_outs")
    assert not section(shown(world, subject + "@wall"), "call_outs")


# --- deltas -----------------------------------------------------------------------------------------------


def test_a_delta_says_what_changed_and_nothing_else(world: World) -> None:
    start = here(world)
    world.order(phone(GRID), ReportHazard(area=GRID, kind="ponding", depth_cm=9, trend=Trend.RISING))
    changed, gone = change(world, f"area:{FIRST}", start)
    (hazard,) = world.state.hazards.positions()
    assert set(changed) == {f"hazards/{hazard}", f"row/{FIRST}", f"rows/{GRID}"} and not gone
    assert change(world, f"area:{SECOND}", start) == ({}, [])


def test_a_delta_names_nothing_of_other_places(world: World) -> None:
    """What concerns another community is neither shown nor named as gone."""
    start = here(world)
    world.advance(240)
    assert len(world.state.concerns) > 20
    changed, gone = change(world, f"area:{SECOND}", start)
    others = [key for key in (*changed, *gone) if FIRST in key and key.startswith("concerns/")]
    assert not others


def test_what_is_gone_is_said_once_for_who_had_it() -> None:
    world = World(handmade=asks_by_level(FIRST, III={"tasks": (task_spec("list"),)}))
    op = world.declare("III", FIRST)
    start = here(world)
    task = world.task(FIRST, "list").id
    world.end(op, FIRST)
    _, gone = change(world, f"area:{FIRST}", start)
    assert gone.count(f"tasks/{task}") == 1
    assert change(world, f"area:{FIRST}", here(world)) == ({}, [])


def test_from_another_epoch_or_from_the_future_there_is_no_delta(world: World) -> None:
    board = BoardKey.parse(f"area:{FIRST}")
    for since in (Cursor(2, 1), Cursor(0, 1), Cursor(1, world.state.position + 1)):
        assert delta(board, world.state, since, world.now) is None


def test_from_below_the_tombstones_there_is_no_delta(world: World) -> None:
    world.state.tasks.bury(5)
    board = BoardKey.parse(f"area:{FIRST}")
    assert delta(board, world.state, Cursor(1, 4), world.now) is None
    assert delta(board, world.state, Cursor(1, 5), world.now) is not None


# --- who has to be looked at ------------------------------------------------------------------------------


def test_whatever_changes_a_board_touches_it(world: World) -> None:
    boards = [
        BoardKey.parse(key)
        for key in (
            f"area:{DISTRICT}",
            f"area:{STREET}",
            f"area:{FIRST}",
            f"area:{SECOND}",
            f"area:{GRID}",
            f"orders:{FIRST}",
            f"operation:{world.operation}",
            f"team:team:{STREET}:shock_team1",
            *(f"{kind}:{STREET}" for kind in BELOW),
            f"people:{FIRST}",
        )
    ]
    quiet = 0

    def look(step: Any) -> None:
        nonlocal quiet
        start = here(world)
        step()
        seen = window(world.state, start.position)
        for board in boards:
            moved = delta(board, world.state, start, world.now)
            assert moved is not None
            if moved.changed or moved.gone:
                assert touched(shape_of(board, world.state), seen), board
            else:
                quiet += not touched(shape_of(board, world.state), seen)

    look(lambda: world.sign(world.operation, FIRST))
    look(lambda: world.everyone_comes(GRID))
    lost = next(call for call in world.calls(GRID) if call.since is not None)
    look(lambda: world.order(phone(GRID), ReportLost(area=GRID, call_outs=[lost.id])))
    look(lambda: world.advance(30))
    look(lambda: world.end(world.operation))
    look(world.restore)
    assert quiet > 5, "a board that nothing concerns is left alone"


def test_every_table_that_a_board_shows_is_looked_at(world: World) -> None:
    keys: tuple[str, ...] = (
        f"area:{FIRST}",
        f"orders:{FIRST}",
        f"operation:{world.operation}",
        "unit:x",
        "responder:p1",
    )
    keys += tuple(f"{kind}:{CITY}" for kind in BELOW)
    for key in (*keys, f"team:team:{STREET}:shock_team1", f"area:{CITY}"):
        shape = shape_of(BoardKey.parse(key), world.state)
        assert {one.table for one in shape.sections} <= set(SHOWN), key


def test_a_window_serves_all_boards_of_a_scope_alike(world: World) -> None:
    start = here(world)
    world.sign(world.operation, FIRST)
    seen = window(world.state, start.position)
    for key in (f"area:{FIRST}", f"area:{STREET}", f"orders:{FIRST}", f"operation:{world.operation}"):
        board = BoardKey.parse(key)
        alone = delta(board, world.state, start, world.now)
        assert delta(board, world.state, start, world.now, seen=seen) == alone


def test_parts_of_a_board() -> None:
    def of(key: str) -> list[str]:
        return parts(BoardKey.parse(key), AREAS, SCOPES)

    assert of(f"area:{FIRST}") == [DISTRICT]
    assert of(f"area:{CITY}") == [CITY, DISTRICT]
    assert of(f"orders:{FIRST}") == [CITY, DISTRICT], "the city gives orders too"
    assert of(f"orders:{CITY}") == [CITY]
    assert of(f"tasks:{FIRST}") == [DISTRICT]
    assert of(f"tasks:{CITY}") == [CITY, DISTRICT]
    assert of("operation:op-1") == of("unit:x") == list(SCOPES)
    with pytest.raises(Refused, match="unknown_area"):
        parts(BoardKey.parse(f"area:{FIRST}"), AREAS, [CITY])
    with pytest.raises(Refused, match="unknown_area"):
        parts(BoardKey.parse(f"tasks:{FIRST}"), AREAS, [CITY])
