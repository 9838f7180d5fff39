"""What the hub costs and when it writes: once for all, at once when quiet, at a pace in a storm, orders first."""

from __future__ import annotations

import pytest

from coordinator.domain.refusal import Refused
from coordinator.live.hub import Hub
from coordinator.live.settings import LiveSettings
from coordinator.live.watched import NEVER
from coordinator.wire.board import BoardKey, Cursor
from coordinator.wire.messages import Delta, Snapshot
from tests.live.fake_client import FakeClient
from tests.live.fake_engine import FakeEngine

AREA = BoardKey.parse("area:420107")
ORDERS = BoardKey.parse("orders:420107")
PART = "420107"


class Bench:
    """A hub on a fake engine, with the time in hand."""

    def __init__(self, settings: LiveSettings | None = None) -> None:
        self.now = 100.0
        self.engine = FakeEngine()
        self.settings = settings or LiveSettings()
        self.ticks: list[float] = []
        """What the hub reads from its clock; the time stands still where there are none."""
        self.hub = Hub(
            self.engine, self.settings, clock=lambda: self.ticks.pop(0) if self.ticks else self.now
        )
        self.engine.on_change(self.hub.changed)

    def watch(self, *boards: BoardKey, since: Cursor | None = None) -> FakeClient:
        client = FakeClient()
        for board in boards:
            self.hub.watch(client, board, {PART: since} if since else {}, self.now)
        self.hub.turn(self.now)
        return client

    def run(self, until: float) -> None:
        """Turns as the loop would take them."""
        due = self.hub.turn(self.now)
        while due <= until:
            self.now = max(self.now, due)
            due = self.hub.turn(self.now)
        self.now = until

    def put(self, number: int, board: BoardKey = AREA) -> None:
        self.engine.put(PART, board, f"rows/{number}", {"n": number})


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_thousand_clients_cost_one_lookup_and_share_the_bytes(bench: Bench) -> None:
    clients = [bench.watch(AREA) for _ in range(1000)]
    bench.engine.encoded.clear()
    bench.put(1)
    bench.hub.turn(bench.now)
    assert bench.engine.encoded == [("delta", AREA, Cursor(1, 0))]
    frames = {id(client.frames[-1]) for client in clients}
    assert len(frames) == 1


def test_those_who_join_share_one_snapshot(bench: Bench) -> None:
    bench.put(1)
    clients = [bench.watch(AREA) for _ in range(50)]
    assert bench.engine.encoded == [("snapshot", AREA, None)]
    assert len({id(client.frames[0]) for client in clients}) == 1


def test_a_quiet_board_is_written_at_once(bench: Bench) -> None:
    client = bench.watch(AREA)
    bench.run(bench.now + 60)
    bench.put(1)
    bench.hub.turn(bench.now)
    assert [type(message) for message in client.messages] == [Snapshot, Delta]


def test_what_follows_within_the_merge_window_is_one_frame(bench: Bench) -> None:
    client = bench.watch(AREA)
    bench.run(bench.now + 60)
    for number in range(64):
        bench.put(number)
        bench.hub.turn(bench.now)
        bench.now += 0.004 / 64
    bench.run(bench.now + 1)
    first, rest = client.messages[1:]
    assert isinstance(first, Delta) and isinstance(rest, Delta)
    assert (len(first.set), len(rest.set)) == (1, 63)


def test_a_storm_is_held_to_its_pace_and_loses_nothing(bench: Bench) -> None:
    client = bench.watch(AREA)
    for number in range(5000):
        bench.put(number)
        bench.run(bench.now + 0.001)
    bench.run(bench.now + 1)
    deltas = client.messages[1:]
    seconds = 5.0
    most = bench.settings.frames_per_second * seconds + bench.settings.frame_burst + 1
    assert 0.8 * bench.settings.frames_per_second * seconds <= len(deltas) <= most
    assert len(client.boards["area:420107"].entries) == 5000


def test_joining_in_a_storm_does_not_break_the_pace(bench: Bench) -> None:
    client = bench.watch(AREA)
    for number in range(300):
        bench.put(number)
        bench.watch(AREA)
        bench.run(bench.now + 0.003)
    most = bench.settings.frames_per_second * 0.9 + bench.settings.frame_burst + 1
    assert len(client.messages) - 1 <= most


def test_orders_are_written_before_everything_else(bench: Bench) -> None:
    others = [BoardKey.parse(f"team:{number}") for number in range(20)]
    client = bench.watch(*others, ORDERS)
    for board in (*others, ORDERS):
        bench.put(1, board)
    bench.hub.turn(bench.now)
    written = [message.board for message in client.messages[21:]]
    assert len(written) == 21 and written[0] == "orders:420107"


def test_a_turn_that_takes_too_long_stops_with_the_orders_out(bench: Bench) -> None:
    client = bench.watch(AREA, ORDERS)
    bench.put(1)
    bench.put(1, ORDERS)
    bench.ticks = [0.0, 0.0, 1.0]
    assert bench.hub.turn(bench.now) == bench.now
    assert [message.board for message in client.messages[2:]] == ["orders:420107"]
    bench.hub.turn(bench.now)
    assert client.messages[-1].board == "area:420107"


def test_a_slow_client_gets_one_merged_delta_and_holds_nobody_up(bench: Bench) -> None:
    slow, quick = bench.watch(AREA), bench.watch(AREA)
    slow.reading = False
    for number in range(20):
        bench.put(number)
        bench.run(bench.now + 0.5)
    assert len(slow.messages) == 1 and len(quick.messages) == 21
    slow.reading = True
    bench.run(bench.now + 1)
    assert len(slow.messages) == 2
    assert slow.boards["area:420107"].entries == quick.boards["area:420107"].entries


def test_a_quiet_board_is_looked_up_from_where_it_was_still_whole(bench: Bench) -> None:
    """A hundred thousand events elsewhere must not be walked through for the next one here."""
    client = bench.watch(AREA)
    for _ in range(10):
        bench.engine.pass_by(PART, 10_000)
        bench.run(bench.now + 1)
    bench.engine.encoded.clear()
    bench.put(1)
    bench.run(bench.now + 1)
    assert bench.engine.encoded == [("delta", AREA, Cursor(1, 100_000))]
    last = client.messages[-1]
    assert isinstance(last, Delta) and (last.since, last.cursor) == (Cursor(1, 0), Cursor(1, 100_001))


def test_events_that_concern_nobody_write_nothing(bench: Bench) -> None:
    client = bench.watch(AREA)
    bench.put(1, BoardKey.parse("team:t1"))
    bench.run(bench.now + 1)
    assert len(client.messages) == 1
    assert bench.hub.turn(bench.now) == NEVER


def test_one_who_joined_in_the_middle_of_a_change_does_not_speak_for_the_others(bench: Bench) -> None:
    early = bench.watch(AREA)
    bench.put(1)
    bench.run(bench.now + 5)
    bench.put(2)
    bench.hub.changed(PART)
    bench.hub.turn(bench.now)
    bench.put(3)  # within the merge window: not looked through when the next one joins
    late = bench.watch(AREA)
    bench.engine.pass_by(PART)
    bench.run(bench.now + 1)
    assert early.boards["area:420107"].entries == late.boards["area:420107"].entries
    assert len(early.boards["area:420107"].entries) == 3


def test_a_resume_gets_the_difference_and_nothing_else(bench: Bench) -> None:
    for number in range(5):
        bench.put(number)
    client = FakeClient()
    client.boards = bench.watch(AREA).boards
    bench.put(9)
    bench.hub.watch(client, AREA, {PART: Cursor(1, 5)}, bench.now)
    bench.hub.turn(bench.now)
    [message] = client.messages
    assert isinstance(message, Delta) and list(message.set) == ["rows/9"]


def test_a_resume_without_any_difference_is_answered_all_the_same(bench: Bench) -> None:
    bench.put(1)
    client = FakeClient()
    client.boards = bench.watch(AREA).boards
    bench.hub.watch(client, AREA, {PART: Cursor(1, 1)}, bench.now)
    bench.hub.turn(bench.now)
    [message] = client.messages
    assert isinstance(message, Delta) and (message.set, message.gone) == ({}, [])


def test_a_client_ahead_of_this_replica_is_waited_for(bench: Bench) -> None:
    bench.put(1)
    client = FakeClient()
    client.boards = bench.watch(AREA).boards
    client.boards["area:420107"].parts[PART].cursor = Cursor(1, 2)
    bench.hub.watch(client, AREA, {PART: Cursor(1, 2)}, bench.now)
    bench.run(bench.now + 0.5)
    assert client.messages == [] and client.dropped_boards == []
    bench.put(2)
    bench.put(3)
    bench.run(bench.now + 0.4)
    [message] = client.messages
    assert isinstance(message, Delta) and list(message.set) == ["rows/3"]


def test_a_replica_that_stays_behind_says_so(bench: Bench) -> None:
    client = bench.watch(AREA, since=Cursor(1, 50))
    bench.run(bench.now + bench.settings.behind_seconds + 0.1)
    assert client.dropped_boards == [(AREA, "catching_up")]
    assert bench.hub.turn(bench.now) == NEVER


def test_a_client_of_a_lost_epoch_gets_a_snapshot(bench: Bench) -> None:
    client = bench.watch(AREA)
    for number in range(5):
        bench.put(number)
    bench.run(bench.now + 1)
    bench.engine.lose_range(PART)
    bench.run(bench.now + 1)
    last = client.messages[-1]
    assert isinstance(last, Snapshot) and last.cursor.epoch == 2


def test_a_board_that_fails_is_taken_away_and_takes_no_other_with_it(bench: Bench) -> None:
    broken = BoardKey.parse("team:broken")
    client = bench.watch(broken, AREA)
    assert client.dropped_boards == [(broken, "internal")]
    bench.put(1)
    bench.run(bench.now + 1)
    assert [message.board for message in client.messages] == ["area:420107", "area:420107"]


def test_changes_that_cannot_be_looked_through_concern_everyone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = bench.watch(AREA)

    def broken(*_: object) -> set[BoardKey]:
        raise ValueError("broken")

    monkeypatch.setattr(bench.engine, "affected", broken)
    bench.put(1)
    bench.run(bench.now + 1)
    assert client.boards["area:420107"].entries == {"rows/1": {"n": 1}}


def test_a_board_without_parts_is_none(bench: Bench) -> None:
    bench.engine.parts_of[AREA] = []
    with pytest.raises(Refused, match="unknown_board"):
        bench.watch(AREA)


def test_whoever_leaves_is_forgotten(bench: Bench) -> None:
    client = bench.watch(AREA, ORDERS)
    bench.hub.leave(client)
    bench.put(1)
    assert bench.hub.turn(bench.now) == NEVER
    assert len(client.messages) == 2
    assert (len(bench.hub), bench.hub.snapshots.bytes) == (0, 0)


def test_kept_snapshots_are_bounded_in_bytes() -> None:
    bench = Bench(LiveSettings(snapshot_bytes=3000))
    clients = []
    for number in range(20):
        board = BoardKey.parse(f"team:{number}")
        bench.engine.put(PART, board, "rows/1", {"text": "x" * 1000})
        clients.append(bench.watch(board))
        assert bench.hub.snapshots.bytes <= 3000
    assert all(len(client.messages) == 1 for client in clients)
