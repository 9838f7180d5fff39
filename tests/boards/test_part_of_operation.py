"""An office below the one that declared sees its own part of an operation on every board, and nothing of others."""

from __future__ import annotations

import pytest

from coordinator.boards.board import delta, snapshot, touched, window
from coordinator.boards.shape import parts_within, shape_of
from coordinator.domain.change import RaiseLevel
from coordinator.domain.mode import ResponseLevel
from coordinator.wire.board import Board, BoardKey, Entries, View
from tests.builders import CITY, COMMANDER, DISTRICT, FIRST, GRID, SECOND, STREET, World, xianlin


@pytest.fixture
def world() -> World:
    """Two communities are switched by their district."""
    world = World()
    world.declare("III", FIRST, SECOND)
    return world


def shown(world: World, key: str) -> Entries:
    return snapshot(BoardKey.parse(key), world.state)[1]


def boards_of(world: World, community: str) -> list[str]:
    return [f"operation:{world.operation}@{community}", f"area:{community}", f"tasks:{community}"]


def names_second(entries: Entries) -> list[str]:
    """Who was called to one's own post may live there; that is theirs to know who called them."""
    return [
        key for key, one in entries.items() if SECOND in f"{key} {one}" and not key.startswith("call_outs/")
    ]


def test_the_switches_and_the_targets_of_ones_own_part(world: World) -> None:
    mine = shown(world, f"operation:{world.operation}@{FIRST}")
    assert set(mine) == {f"operations/{world.operation}", f"switches/{world.operation}@{FIRST}"}
    assert mine[f"operations/{world.operation}"]["targets"] == {FIRST: "III"}
    street = shown(world, f"operation:{world.operation}@{STREET}")
    whole = shown(world, f"operation:{world.operation}")
    assert {key for key in street if key.startswith("switches/")} == {
        key for key in whole if key.startswith("switches/")
    }


def test_a_target_above_is_ones_own_too() -> None:
    world = World()
    world.declare("III", STREET)
    board = shown(world, f"operation:{world.operation}@{FIRST}")
    assert board[f"operations/{world.operation}"]["targets"] == {STREET: "III"}
    assert f"switches/{world.operation}@{STREET}" not in board


def test_nothing_of_a_sibling_is_on_any_board_whatever_happens_there(world: World) -> None:
    kept = {key: Board(key) for key in boards_of(world, FIRST)}
    for key, board in kept.items():
        board.snapshot(DISTRICT, *snapshot(BoardKey.parse(key), world.state))

    def follow() -> None:
        for key, board in kept.items():
            since = board.cursor[DISTRICT]
            named = BoardKey.parse(key)
            found = delta(named, world.state, since, world.now)
            assert found is not None
            if found.changed or found.gone:
                assert touched(shape_of(named, world.state), window(world.state, since.position))
            assert not names_second(found.changed), key
            board.delta(DISTRICT, since, found.cursor, found.changed, found.gone)
            assert board.entries == shown(world, key)
            assert not names_second(board.entries), key

    follow()
    world.sign(world.operation, SECOND)
    follow()
    raised = RaiseLevel(area=DISTRICT, operation=world.operation, targets={SECOND: ResponseLevel.II})
    world.order(COMMANDER, raised)
    assert world.pending().targets[SECOND] is ResponseLevel.II
    follow()
    world.approve()
    world.settle()
    follow()
    world.sign(world.operation, FIRST)
    follow()
    world.end(world.operation, SECOND)
    follow()
    assert f"operations/{world.operation}" in kept[f"area:{FIRST}"].entries


def test_what_waits_for_a_second_person_stands_where_it_is_decided(world: World) -> None:
    order = RaiseLevel(area=DISTRICT, operation=world.operation, targets={FIRST: ResponseLevel.II})
    world.order(COMMANDER, order)
    entry = f"pending/{world.pending().id}"
    assert entry in shown(world, f"area:{DISTRICT}") and entry in shown(world, f"operation:{world.operation}")
    assert entry not in shown(world, f"area:{FIRST}")
    assert entry not in shown(world, f"operation:{world.operation}@{FIRST}")


def test_it_comes_from_the_scope_of_the_part() -> None:
    areas, scopes = xianlin().areas, (CITY, DISTRICT)
    assert parts_within(GRID, areas, scopes) == parts_within(DISTRICT, areas, scopes) == [DISTRICT]
    assert parts_within(CITY, areas, scopes) == [CITY, DISTRICT]


@pytest.mark.parametrize("view", View)
def test_its_key_is_read_as_it_is_written(view: View) -> None:
    key = BoardKey.parse(f"operation:op-1@{FIRST}" + ("" if view is View.FULL else f"@{view.value}"))
    assert (key.operation, key.view) == (("op-1", FIRST), view)
    assert BoardKey.parse(str(key)) == key
    assert BoardKey.parse("operation:op-1").operation == ("op-1", "")
