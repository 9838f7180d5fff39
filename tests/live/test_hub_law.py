"""The law: whatever happens in whatever order, a board kept by deltas equals one fetched afresh."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from coordinator.live.hub import Hub
from coordinator.live.settings import LiveSettings
from coordinator.live.watched import NEVER
from coordinator.wire.board import Board, BoardKey
from tests.live.fake_client import FakeClient
from tests.live.fake_engine import FakeEngine

AREA = BoardKey.parse("area:4201")
ORDERS = BoardKey.parse("orders:4201")
OPERATION = BoardKey.parse("operation:op1")
BOARDS = st.sampled_from([AREA, ORDERS, OPERATION])
PARTS = ("4201", "420107")
ENTRIES = st.sampled_from(["rows/a", "rows/b", "tasks/1"])
VALUES = st.one_of(st.none(), st.fixed_dictionaries({"n": st.integers(0, 3)}))


class Clients(RuleBasedStateMachine):
    """Events, slow readers, disconnects, resumes, lost ranges and cut tombstones in any order."""

    clients = Bundle("clients")

    @initialize()
    def begin(self) -> None:
        self.now = 0.0
        self.engine = FakeEngine()
        self.engine.parts_of = {AREA: list(PARTS), ORDERS: ["4201"], OPERATION: ["4201"]}
        self.hub = Hub(self.engine, LiveSettings(), clock=lambda: self.now)
        self.engine.on_change(self.hub.changed)
        self.watching: dict[FakeClient, set[BoardKey]] = {}

    @rule(target=clients, board=BOARDS)
    def arrive(self, board: BoardKey) -> FakeClient:
        client = FakeClient()
        self.watching[client] = set()
        self.subscribe(client, board)
        return client

    @rule(client=clients, board=BOARDS)
    def subscribe(self, client: FakeClient, board: BoardKey) -> None:
        """Also anew: with what it has, as after a disconnect."""
        self.hub.watch(client, board, client.cursors(board), self.now)
        self.watching[client].add(board)

    @rule(client=clients, board=BOARDS)
    def resync(self, client: FakeClient, board: BoardKey) -> None:
        client.boards.pop(str(board), None)
        self.hub.watch(client, board, {}, self.now)
        self.watching[client].add(board)

    @rule(client=clients)
    def lose_connection(self, client: FakeClient) -> None:
        self.hub.leave(client)
        self.watching[client].clear()

    @rule(client=clients)
    def stop_reading(self, client: FakeClient) -> None:
        client.reading = False

    @rule(client=clients)
    def read_again(self, client: FakeClient) -> None:
        client.reading = True

    @rule(part=st.sampled_from(PARTS), board=BOARDS, entry=ENTRIES, value=VALUES)
    def event(self, part: str, board: BoardKey, entry: str, value: dict[str, Any] | None) -> None:
        parts = self.engine.parts_of[board]
        if part in parts:
            self.engine.put(part, board, f"{part}-{entry}", value)

    @rule(part=st.sampled_from(PARTS), events=st.integers(1, 50))
    def event_that_no_board_shows(self, part: str, events: int) -> None:
        self.engine.pass_by(part, events)

    @rule()
    def operation_reaches_another_district(self) -> None:
        self.engine.parts_of[OPERATION] = list(PARTS)
        self.engine.put("420107", OPERATION, "420107-switches/x", {"n": 1})

    @rule(part=st.sampled_from(PARTS))
    def range_is_lost(self, part: str) -> None:
        self.engine.lose_range(part)

    @rule(part=st.sampled_from(PARTS))
    def tombstones_are_cut(self, part: str) -> None:
        self.engine.part(part).floor = self.engine.part(part).position

    @rule(seconds=st.sampled_from([0.0, 0.001, 0.006, 0.05, 0.2, 2.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.hub.turn(self.now)

    @invariant()
    def nobody_is_dropped(self) -> None:
        for client in getattr(self, "watching", {}):
            assert client.dropped_boards == []

    def teardown(self) -> None:
        for client in self.watching:
            client.reading = True
        turns = 0
        due = self.hub.turn(self.now)
        while due != NEVER:
            self.now = max(self.now, due)
            due = self.hub.turn(self.now)
            turns += 1
            assert turns < 100, "the hub does not come to rest"
        for client, boards in self.watching.items():
            for key in boards:
                kept = client.boards[str(key)]
                fresh = self.fresh(key)
                assert kept.entries == fresh.entries
                assert set(kept.parts) >= set(fresh.parts)
                for part in fresh.parts:
                    assert kept.cursor[part].epoch == fresh.cursor[part].epoch

    def fresh(self, key: BoardKey) -> Board:
        board = Board(str(key))
        for part in self.engine.parts(key):
            cursor, at, entries = self.engine.snapshot(key, part)
            board.snapshot(part, cursor, entries, at)
        return board


TestClients = Clients.TestCase
TestClients.settings = settings(max_examples=200, stateful_step_count=35, deadline=None)
