"""A watcher ends up where a newcomer starts: for every night, every board and every moment of joining.

The boards are kept by `wire.board.Board`, the code that runs in the SDK; what is lost on the way is lost for good.
"""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from coordinator.boards import board as boards
from coordinator.boards.shape import Shape, shape_of
from coordinator.domain.state import ScopeState
from coordinator.wire.board import START, Board, BoardKey, BoardKind, OutOfStep, View
from tests.builders import DISTRICT, FIRST, GRID, STREET
from tests.laws import places
from tests.laws.effort import effort
from tests.laws.history import History
from tests.laws.player import PICK

WATCHERS = 4


def board_keys(state: ScopeState) -> Iterator[BoardKey]:
    """Every kind of board and every view, of all subjects there are (of persons, those of one grid)."""
    organisation = state.registers.organisation
    subjects = {
        BoardKind.AREA: [*places.areas(), *state.registers.areas.path(DISTRICT)[1:]],
        BoardKind.ORDERS: places.areas(),
        BoardKind.TEAM: [team.id for team in organisation.teams_of(STREET)],
        BoardKind.RESPONDER: state.registers.people.living_in(GRID),
        BoardKind.UNIT: list(organisation.units),
        BoardKind.OPERATION: [
            name
            for one in state.operations.positions()
            for name in (one, f"{one}@{STREET}", f"{one}@{FIRST}")
        ],
    }
    for kind, names in subjects.items():
        for name in names:
            for view in View:
                yield BoardKey(kind, name, view)


class Watcher:
    """All boards there are, from one moment on, kept by what arrives."""

    def __init__(self) -> None:
        self.boards: dict[BoardKey, Board] = {}

    def join(self, state: ScopeState, shapes: dict[BoardKey, Shape]) -> None:
        for key in board_keys(state):
            shapes.setdefault(key, shape_of(key, state))
            if key not in self.boards:
                kept = self.boards[key] = Board(str(key))
                kept.snapshot(state.scope, *boards.snapshot(key, state, shapes[key]))


class Watchers(History):
    """Watchers join, hear, miss what was sent to them and come again with the cursor they have."""

    def __init__(self) -> None:
        super().__init__()
        self.shapes: dict[BoardKey, Shape] = {}
        self.watchers: list[Watcher] = []
        self.join()

    @rule()
    @precondition(lambda self: len(self.watchers) < WATCHERS)
    def join(self) -> None:
        self.watchers.append(Watcher())
        self.watchers[-1].join(self.state, self.shapes)

    @rule(one=PICK)
    def hear(self, one: int) -> None:
        """One delta for all that has happened since: whoever did not listen for long gets it merged."""
        watcher = self.watchers[one % len(self.watchers)]
        seen: dict[int, boards.Window] = {}
        for key, kept in watcher.boards.items():
            since = kept.cursor[DISTRICT]
            if since.position not in seen:
                seen[since.position] = boards.window(self.state, since.position)
            window = seen[since.position]
            found = boards.delta(key, self.state, since, self.world.now, self.shapes[key], window)
            if not boards.touched(self.shapes[key], window):
                assert found is not None and not found.changed and not found.gone, f"{key} is not told"
            if found is None:
                kept.snapshot(DISTRICT, *boards.snapshot(key, self.state, self.shapes[key]))
            else:
                kept.delta(DISTRICT, since, found.cursor, found.changed, found.gone, found.at)
            self.is_up_to_date(key, kept)
        watcher.join(self.state, self.shapes)  # an operation that it did not know of has a board now

    @rule(one=PICK)
    def miss(self, one: int) -> None:
        """What was sent never arrived; the next delta begins where the watcher is not, and it says so."""
        watcher = self.watchers[one % len(self.watchers)]
        for kept in watcher.boards.values():
            before = kept.cursor[DISTRICT], dict(kept.entries)
            ahead = before[0]._replace(position=self.state.position + 1)
            try:
                kept.delta(DISTRICT, ahead, ahead._replace(position=ahead.position + 1), {}, ["row/x"])
            except OutOfStep:
                assert (kept.cursor[DISTRICT], kept.entries) == before
            else:
                raise AssertionError(f"{kept.key} took a delta from {ahead}")

    @rule(one=PICK)
    def arrives_late(self, one: int) -> None:
        """A snapshot and a delta from before: they were sent over another connection."""
        watcher = self.watchers[one % len(self.watchers)]
        for key, kept in watcher.boards.items():
            cursor, entries = kept.cursor[DISTRICT], dict(kept.entries)
            kept.snapshot(DISTRICT, cursor._replace(position=cursor.position - 1), {"old": {}})
            kept.delta(DISTRICT, START._replace(epoch=cursor.epoch), cursor, {"old": {}}, list(entries))
            assert (kept.cursor[DISTRICT], kept.entries) == (cursor, entries), f"{key} ran backwards"

    @rule(back=st.integers(0, 30))
    def cut_tombstones(self, back: int) -> None:
        """As it happens by age: whoever stands below the floor starts anew."""
        for table in self.state.tables.values():
            table.bury(max(0, self.state.position - back))

    def is_up_to_date(self, key: BoardKey, kept: Board) -> None:
        cursor, entries = boards.snapshot(key, self.state, self.shapes[key])
        assert kept.entries == entries, f"{key} is not what a newcomer sees"
        assert kept.cursor[DISTRICT] == cursor

    def teardown(self) -> None:
        for number in range(len(self.watchers)):
            self.hear(number)


TestWatchers = Watchers.TestCase
TestWatchers.settings = effort(20)
