"""The client's session: every message in, every effect out, no socket and no clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.sdk.outbox import Outbox, State
from clients.sdk.session import (
    ANSWER_SECONDS,
    BURST,
    PING_SECONDS,
    Answered,
    Changed,
    Effect,
    NotUnderstood,
    Refused,
    Send,
    Session,
    Welcomed,
)
from coordinator.wire.board import Cursor
from coordinator.wire.errors import error_body
from coordinator.wire.messages import (
    CommandMessage,
    Delta,
    ErrorMessage,
    Message,
    Ping,
    Result,
    SignedIn,
    SignIn,
    Snapshot,
    Subscribe,
    Unsubscribe,
)

AT = datetime(2026, 7, 1, tzinfo=UTC)
BOARD = "area:420107"


def session(in_flight: int = 1) -> Session:
    return Session("a-token-of-some-length", Outbox(), in_flight)


def hear(one: Session, message: Message, now: float = 0.0) -> list[Effect]:
    return one.received(message.model_dump_json(), now)


def welcome() -> SignedIn:
    return SignedIn(
        person="p1",
        role="grid",
        area="420107",
        world="LIVE",
        server_time=AT,
        world_time=AT,
        rate=1,
        boards=[],
    )


def signed_in(in_flight: int = 1) -> Session:
    one = session(in_flight)
    one.opened()
    hear(one, welcome())
    return one


def snapshot(
    position: int,
    entries: dict[str, dict[str, Any]],
    part: str = "420107",
    parts: tuple[str, ...] = (),
    epoch: int = 1,
) -> Snapshot:
    return Snapshot(
        board=BOARD,
        part=part,
        parts=list(parts or (part,)),
        cursor=Cursor(epoch, position),
        at=AT,
        entries=entries,
    )


def delta(
    since: int, to: int, changed: dict[str, dict[str, Any]], gone: tuple[str, ...] = (), epoch: int = 1
) -> Delta:
    return Delta(
        board=BOARD,
        part="420107",
        since=Cursor(epoch, since),
        cursor=Cursor(epoch, to),
        at=AT,
        set=changed,
        gone=list(gone),
    )


def sent(effects: list[Effect]) -> list[Message]:
    return [effect.message for effect in effects if isinstance(effect, Send)]


def names(effects: list[Effect]) -> list[str]:
    return [message.name for message in sent(effects) if isinstance(message, CommandMessage)]


def result(key: str, status: str = "accepted", code: str = "") -> Result:
    return Result.model_validate(
        {"key": key, "status": status, "error": error_body(code).model_dump() if code else None}
    )


# --- signing in ---------------------------------------------------------------------------------------------


def test_the_token_is_the_first_thing_said_and_nothing_else_before_the_welcome() -> None:
    one = session()
    assert sent(one.opened()) == [SignIn(token="a-token-of-some-length")]
    assert one.watch(BOARD) == []
    one.submit("k1", "ReportHome", {"area": "420107"})
    assert one.due(0.0) == []
    effects = hear(one, welcome())
    assert isinstance(effects[0], Welcomed)
    assert sent(effects) == [
        Subscribe(board=BOARD),
        CommandMessage(key="k1", name="ReportHome", body={"area": "420107"}),
    ]


def test_what_is_not_understood_is_said_so_and_not_guessed() -> None:
    for text in ("nonsense", '{"type":"new_thing"}', '{"type":"delta","board":"b"}'):
        with pytest.raises(NotUnderstood):
            signed_in().received(text, 0.0)


def test_the_time_is_asked_for_now_and_then() -> None:
    one = signed_in()
    assert one.wake_at(0.0) == PING_SECONDS
    assert sent(one.due(PING_SECONDS - 0.1)) == []
    assert sent(one.due(PING_SECONDS)) == [Ping()]
    assert one.wake_at(PING_SECONDS) == 2 * PING_SECONDS


# --- boards -------------------------------------------------------------------------------------------------


def test_a_board_is_whole_when_all_its_parts_are_there() -> None:
    one = signed_in()
    assert sent(one.watch(BOARD)) == [Subscribe(board=BOARD)]
    assert one.watch(BOARD) == []
    hear(one, snapshot(3, {"rows/1": {"n": 1}}, "4201", ("4201", "420107")))
    assert not one.watched[BOARD].whole
    effects = hear(one, snapshot(9, {"rows/2": {"n": 2}}, "420107", ("4201", "420107")))
    assert one.watched[BOARD].whole
    assert effects == [Changed(BOARD, frozenset({"rows/2"}), frozenset())]
    assert one.watched[BOARD].board.entries == {"rows/1": {"n": 1}, "rows/2": {"n": 2}}


def test_a_delta_changes_the_board_in_place() -> None:
    one = signed_in()
    one.watch(BOARD)
    hear(one, snapshot(3, {"tasks/a": {"n": 1}, "tasks/b": {"n": 1}}))
    board = one.watched[BOARD].board
    effects = hear(one, delta(3, 5, {"tasks/a": {"n": 2}}, ("tasks/b",)))
    assert effects == [Changed(BOARD, frozenset({"tasks/a"}), frozenset({"tasks/b"}))]
    assert board.entries == {"tasks/a": {"n": 2}}
    assert board.cursor == {"420107": Cursor(1, 5)}


@pytest.mark.parametrize(
    "lost", [delta(5, 6, {"x/y": {}}), delta(3, 6, {"x/y": {}}, epoch=2)], ids=["gap", "epoch"]
)
def test_out_of_step_is_asked_anew_once_and_mended_by_the_snapshot(lost: Delta) -> None:
    one = signed_in()
    one.watch(BOARD)
    hear(one, snapshot(3, {"tasks/a": {"n": 1}}))
    assert sent(hear(one, lost)) == [Subscribe(board=BOARD, since=None)]
    assert hear(one, lost) == []  # asked already
    assert one.watched[BOARD].board.entries == {"tasks/a": {"n": 1}}
    epoch = lost.cursor.epoch
    hear(one, snapshot(7, {"tasks/a": {"n": 7}}, epoch=epoch))
    hear(one, delta(7, 8, {"tasks/b": {"n": 8}}, epoch=epoch))
    assert one.watched[BOARD].board.entries == {"tasks/a": {"n": 7}, "tasks/b": {"n": 8}}
    assert sent(hear(one, delta(9, 10, {}, epoch=epoch))) == [
        Subscribe(board=BOARD, since=None)
    ]  # a second time


def test_a_resync_lasts_until_every_part_has_come() -> None:
    one = signed_in()
    one.watch(BOARD)
    parts = ("4201", "420107")
    for part in parts:
        hear(one, snapshot(3, {}, part, parts))
    hear(one, delta(5, 6, {}))
    hear(one, snapshot(8, {}, "4201", parts))
    assert hear(one, delta(6, 7, {})) == []  # its own snapshot is still on the way
    hear(one, snapshot(8, {}, "420107", parts))
    assert sent(hear(one, delta(9, 10, {})))


def test_a_reconnection_resumes_every_board_from_its_cursor() -> None:
    one = signed_in()
    one.watch(BOARD)
    one.watch("orders:420107")
    hear(one, snapshot(3, {"tasks/a": {}}))
    one.lost()
    assert one.due(99.0) == []
    effects = hear(one, welcome())
    assert sent(effects) == [
        Subscribe(board=BOARD, since={"420107": [1, 3]}),
        Subscribe(board="orders:420107"),
    ]


def test_a_resync_that_was_cut_off_starts_over() -> None:
    one = signed_in()
    one.watch(BOARD)
    hear(one, snapshot(3, {}))
    hear(one, delta(5, 6, {}))
    one.lost()
    assert Subscribe(board=BOARD, since=None) in sent(hear(one, welcome()))
    hear(one, snapshot(9, {}))
    assert hear(one, delta(9, 10, {"x/y": {}})) == [Changed(BOARD, frozenset({"x/y"}), frozenset())]


def test_a_part_that_is_no_longer_one_leaves() -> None:
    one = signed_in()
    one.watch(BOARD)
    for part in ("4201", "420107"):
        hear(one, snapshot(3, {f"rows/{part}": {}}, part, ("4201", "420107")))
    effects = hear(one, snapshot(4, {"rows/4201": {}}, "4201", ("4201",)))
    assert effects == [Changed(BOARD, frozenset(), frozenset({"rows/420107"}))]


def test_a_board_that_is_let_go_of_is_not_kept() -> None:
    one = signed_in()
    one.watch(BOARD)
    assert sent(one.unwatch(BOARD)) == [Unsubscribe(board=BOARD)]
    assert one.unwatch(BOARD) == []
    assert hear(one, snapshot(3, {})) == hear(one, delta(3, 4, {})) == []


def test_a_refused_board_is_gone_and_one_that_cannot_come_now_is_asked_for_again() -> None:
    one = signed_in()
    one.watch(BOARD)
    assert hear(one, ErrorMessage(about=BOARD, error=error_body("catching_up")), 5.0) == []
    assert sent(one.due(5.9)) == []
    assert sent(one.due(one.wake_at(5.9))) == [Subscribe(board=BOARD)]
    no = error_body("not_your_part", {"area": "420107", "part": "4202"})
    assert hear(one, ErrorMessage(about=BOARD, error=no)) == [Refused(BOARD, no)]
    assert BOARD not in one.watched


@given(st.data())
def test_a_board_kept_over_any_losses_equals_the_one_there_is(data: st.DataObject) -> None:
    """Deltas lost, repeated, connections cut: in the end the board is what the server has."""
    one = signed_in()
    one.watch(BOARD)
    truth: dict[str, dict[str, Any]] = {}
    position = 0
    hear(one, snapshot(0, {}))

    def answer(effects: list[Effect]) -> None:
        for message in sent(effects):
            if isinstance(message, Subscribe):
                hear(one, snapshot(position, truth))  # the plainest answer that is right

    for _ in range(data.draw(st.integers(1, 12))):
        key = f"tasks/{data.draw(st.integers(0, 3))}"
        gone = key in truth and data.draw(st.booleans())
        change: dict[str, dict[str, Any]] = {} if gone else {key: {"n": position}}
        if gone:
            del truth[key]
        truth.update(change)
        position += 1
        message = delta(position - 1, position, change, (key,) if gone else ())
        match data.draw(st.sampled_from(["heard", "lost", "twice", "cut"])):
            case "heard":
                answer(hear(one, message))
            case "twice":
                answer(hear(one, message) + hear(one, message))
            case "cut":
                one.lost()
                answer(hear(one, welcome()))
    position += 1
    answer(hear(one, delta(position - 1, position, {})))
    assert one.watched[BOARD].board.entries == truth


# --- commands -----------------------------------------------------------------------------------------------


def test_commands_go_out_in_order_each_after_the_answer_to_the_one_before() -> None:
    one = signed_in()
    for name in ("A", "B", "C"):
        one.submit(name, name, {})
    assert names(one.due(0.0)) == ["A"]
    effects = hear(one, result("A"))
    assert isinstance(effects[0], Answered) and effects[0].command.result == result("A")
    assert names(effects) == ["B"]
    assert names(hear(one, result("B", "refused", "not_seen_safe"))) == ["C"]
    assert [entry.key for entry in one.outbox] == ["C"]


def test_several_in_flight_where_it_is_asked_for() -> None:
    one = signed_in(in_flight=2)
    for name in ("A", "B", "C"):
        one.submit(name, name, {})
    assert names(one.due(0.0)) == ["A", "B"]
    assert names(hear(one, result("B"))) == ["C"]


@pytest.mark.parametrize("not_now", [result("A", "unknown"), result("A", "refused", "log_unavailable")])
def test_not_now_is_repeated_with_the_same_key_and_nothing_overtakes(not_now: Result) -> None:
    one = signed_in()
    one.submit("A", "A", {})
    one.submit("B", "B", {})
    one.due(10.0)
    assert hear(one, not_now, 10.0) == []
    assert one.outbox.get("A").said == not_now.error  # type: ignore[union-attr]
    assert names(one.due(10.5)) == []
    again = one.wake_at(10.5)
    assert names(one.due(again)) == ["A"]
    hear(one, not_now, again)
    assert one.wake_at(again) - again > again - 10.0  # and waits longer each time
    effects = one.due(one.wake_at(again))
    assert [message.key for message in sent(effects) if isinstance(message, CommandMessage)] == ["A"]


def test_what_was_cut_off_is_sent_again_first() -> None:
    one = signed_in(in_flight=2)
    for name in ("A", "B", "C"):
        one.submit(name, name, {})
    one.due(0.0)
    one.lost()
    assert [entry.state for entry in one.outbox] == [State.WAITING] * 3
    assert names(hear(one, welcome())) == ["A", "B"]


def test_a_silent_server_is_asked_again() -> None:
    one = signed_in()
    one.submit("A", "A", {})
    one.due(0.0)
    assert one.wake_at(0.0) == ANSWER_SECONDS
    assert names(one.due(ANSWER_SECONDS - 1)) == []
    assert names(one.due(ANSWER_SECONDS)) == ["A"]


def test_an_expired_command_stays_in_view_and_holds_nobody_up() -> None:
    one = signed_in()
    one.submit("A", "A", {"n": 1})
    one.submit("B", "B", {})
    one.due(0.0)
    assert names(hear(one, result("A", "refused", "key_expired"))) == ["B"]
    assert one.outbox.get("A").state is State.EXPIRED  # type: ignore[union-attr]
    hear(one, result("B"))
    one.outbox.issue_anew("A", "A2")
    assert names(one.due(0.0)) == ["A"]
    assert [entry.key for entry in one.outbox] == ["A2"]
    with pytest.raises(ValueError, match="not expired"):
        one.outbox.issue_anew("A2", "A3")


def test_an_answer_nobody_waits_for_is_let_pass() -> None:
    assert hear(signed_in(), result("gone")) == []


def test_a_full_outbox_is_emptied_at_the_pace_the_server_lets_through() -> None:
    one = signed_in(in_flight=BURST * 2)
    for number in range(BURST * 2):
        one.submit(f"k{number}", "A", {})
    assert len(names(one.due(0.0))) == BURST
    assert names(one.due(0.01)) == []
    later = one.wake_at(0.01)
    assert 0.01 < later < 0.2
    assert len(names(one.due(later + 1e-9))) == 1


def test_what_can_never_be_sent_is_refused_at_once() -> None:
    one = session()
    with pytest.raises(ValueError, match="larger than"):
        one.submit("k", "A", {"text": "水" * 30_000})
    with pytest.raises(ValueError):
        one.submit("k", "A", {"at": AT})
    one.submit("k", "A", {"n": 1})
    assert one.submit("k", "A", {"n": 1}) is one.outbox.get("k")
    with pytest.raises(ValueError, match="another command"):
        one.submit("k", "A", {"n": 2})
