"""The client against a coordinator that speaks the protocol: boards live, commands once, connections lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest

from clients.sdk import (
    BoardRefused,
    Client,
    ClientClosed,
    CommandRefused,
    ConnectionClosedForGood,
    SignInRefused,
    Unanswered,
    Unreachable,
)
from clients.sdk.client import socket_url
from coordinator.domain.key import check_key_time
from coordinator.wire.board import Cursor
from coordinator.wire.messages import Delta, SignIn

from .fake_coordinator import AT, TOKEN, FakeBoard, FakeCoordinator, accepted, cut, refused, running, unknown

BOARD = "area:420107"


@pytest.fixture
async def fake() -> AsyncIterator[FakeCoordinator]:
    async with running(
        FakeCoordinator(boards={BOARD: [FakeBoard("420107", 3, {"tasks/a": {"n": 1}})]})
    ) as one:
        yield one


@pytest.fixture(autouse=True)
async def nothing_leaks() -> AsyncIterator[None]:
    """No task of a client outlives it."""
    before = asyncio.all_tasks()
    yield
    left = {task for task in asyncio.all_tasks() - before if "clients/sdk" in str(task.get_coro().cr_code)}  # type: ignore[union-attr]
    assert not left


def client(*urls: str, token: str = TOKEN, **options: Any) -> Client:
    return Client(urls, token, **{"patience": 5.0, "first_wait": 0.001, "longest_wait": 0.01} | options)


async def soon(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  nothing tells when a frame has reached the fake
            await asyncio.sleep(0)


async def test_it_signs_in_and_knows_who_it_is_and_what_time_it_is(fake: FakeCoordinator) -> None:
    async with client(fake.url) as one:
        assert one.me is not None and (one.me.area, one.me.world) == ("420107", "DEMO")
        assert one.offline_since is None
        assert abs((one.clock.world_now() - AT).total_seconds()) < 5
    assert fake.received == [SignIn(token=TOKEN)]
    with pytest.raises(ClientClosed):
        await one.moved()


async def test_a_board_is_live(fake: FakeCoordinator) -> None:
    async with client(fake.url) as one:
        board = await one.watch(BOARD)
        assert board.entries == {"tasks/a": {"n": 1}}
        changes = one.changes(board)
        await fake.change(BOARD, {"tasks/b": {"n": 2}})
        await fake.change(BOARD, {"tasks/b": {"n": 3}}, gone=("tasks/a",))
        await one.until(lambda: "tasks/a" not in board.entries)
        change = await anext(changes)
        assert change.board.entries == {"tasks/b": {"n": 3}}
        assert (change.changed, change.gone) == ({"tasks/b"}, {"tasks/a"})
        one.unwatch(BOARD)
        assert [change async for change in changes] == []


async def test_a_board_out_of_step_is_mended(fake: FakeCoordinator) -> None:
    async with client(fake.url) as one:
        board = await one.watch(BOARD)
        await fake.change(BOARD, {"tasks/lost": {"n": 1}}, silently=True)
        await fake.change(BOARD, {"tasks/b": {"n": 2}})
        await one.until(lambda: "tasks/lost" in board.entries)
        assert [message.since for message in fake.subscriptions] == [None, None]
        assert board.cursor == {"420107": Cursor(1, 5)}


async def test_a_lost_connection_is_taken_up_where_the_board_stands(fake: FakeCoordinator) -> None:
    async with client(fake.url) as one:
        board = await one.watch(BOARD)
        await fake.change(BOARD, {"tasks/b": {"n": 2}})
        await one.until(lambda: "tasks/b" in board.entries)
        fake.cut_all()
        await one.until(lambda: one.offline_since is not None)
        await fake.change(BOARD, {"tasks/c": {"n": 3}})
        await one.until(lambda: "tasks/c" in board.entries)
        assert one.offline_since is None
        assert fake.subscriptions[-1].since == {"420107": [1, 4]}


async def test_two_urls_the_other_takes_over_and_the_cursor_goes_along(fake: FakeCoordinator) -> None:
    other = FakeCoordinator(boards={BOARD: [FakeBoard("420107", 9, {"tasks/z": {"n": 9}})]})
    async with running(other), client(fake.url, other.url) as one:
        board = await one.watch(BOARD)
        fake.close_sign_in = (4000, "wait=0.00")
        fake.cut_all()
        await one.until(lambda: "tasks/z" in board.entries)
        assert other.subscriptions[0].since == {"420107": [1, 3]}
        result = await one.command("ReportHome", {"area": "420107"})
        assert other.done == {result.key: "ReportHome"} and fake.done == {}


async def test_a_url_that_nobody_answers_is_passed_over(fake: FakeCoordinator) -> None:
    async with client("http://127.0.0.1:9", fake.url) as one:
        assert one.me is not None


async def test_a_command_is_answered(fake: FakeCoordinator) -> None:
    async with client(fake.url) as one:
        result = await one.command("SignSwitch", {"area": "420107001001", "operation": "op-1"})
        assert (result.status, result.position) == ("accepted", 7)
        assert UUID(result.key).version == 7
        check_key_time(result.key, one.clock.now())
        assert fake.commands[0].body == {"area": "420107001001", "operation": "op-1"}
        assert len(one.outbox) == 0


async def test_a_connection_cut_in_the_middle_of_a_command_does_it_once(fake: FakeCoordinator) -> None:
    fake.answers.extend([cut, cut])
    async with client(fake.url) as one:
        result = await one.command("SignSwitch", {"area": "420107001001"})
    assert result.status == "accepted" and result.replayed
    assert [message.key for message in fake.commands] == [result.key] * 3
    assert fake.done == {result.key: "SignSwitch"}


async def test_unknown_is_asked_again_with_the_same_key(
    fake: FakeCoordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.sdk.session.AGAIN_SECONDS", 0.001)
    fake.answers.extend([unknown, refused("log_unavailable"), accepted])
    async with client(fake.url) as one:
        result = await one.command("SignSwitch", {"area": "420107001001"})
    assert [message.key for message in fake.commands] == [result.key] * 3


async def test_a_refusal_is_raised_or_returned(fake: FakeCoordinator) -> None:
    fake.answers.extend([refused("not_seen_safe")] * 2)
    async with client(fake.url) as one:
        with pytest.raises(CommandRefused) as refusal:
            await one.command("Relieve", {"area": "420107"})
        assert refusal.value.error.code == "not_seen_safe"
        result = await one.command("Relieve", {"area": "420107"}, refusals=True)
        assert result.error is not None and result.status == "refused"


async def test_no_answer_by_the_deadline_is_said(fake: FakeCoordinator) -> None:
    fake.answers.append(unknown)
    async with client(fake.url) as one:
        with pytest.raises(Unanswered) as late:
            await one.command("A", {}, deadline=0.05)
        assert late.value.key == fake.commands[0].key
        assert len(one.outbox) == 0


async def test_not_now_until_the_deadline_is_a_refusal(fake: FakeCoordinator) -> None:
    fake.answers.append(refused("log_unavailable"))
    async with client(fake.url) as one:
        with pytest.raises(CommandRefused) as refusal:
            await one.command("B", {}, deadline=0.05)
        assert refusal.value.error.code == "log_unavailable"
        assert len(one.outbox) == 0


async def test_a_cancelled_command_leaves_the_outbox(fake: FakeCoordinator) -> None:
    fake.answers.append(unknown)
    async with client(fake.url) as one:
        waiting = asyncio.create_task(one.command("A", {}))
        await soon(lambda: len(fake.commands) == 1)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        assert len(one.outbox) == 0


async def test_commands_given_offline_go_out_in_order(fake: FakeCoordinator) -> None:
    fake.close_sign_in = (4000, "wait=0.00")
    async with client(fake.url, patience=None) as one:
        posted = [one.post(name, {"area": "420107"}) for name in ("CheckIn", "StartTask", "CompleteTask")]
        assert [entry.name for entry in one.outbox] == ["CheckIn", "StartTask", "CompleteTask"]
        await soon(lambda: len(fake.received) > 2)
        fake.close_sign_in = None
        await one.until(lambda: all(entry.result is not None for entry in posted))
        assert list(fake.done.values()) == ["CheckIn", "StartTask", "CompleteTask"]
        assert len(one.outbox) == 0


@pytest.mark.parametrize(
    ("code", "problem"), [(4500, SignInRefused), (4501, SignInRefused), (4505, ConnectionClosedForGood)]
)
async def test_a_final_close_at_sign_in_is_not_tried_again(
    fake: FakeCoordinator, code: int, problem: type[Exception]
) -> None:
    fake.close_sign_in = (code, "")
    with pytest.raises(problem):
        async with client(fake.url):
            pass
    assert len(fake.received) == 1


async def test_a_revoked_grant_ends_everything_that_waits(fake: FakeCoordinator) -> None:
    fake.answers.append(unknown)
    async with client(fake.url) as one:
        board = await one.watch(BOARD)
        changes = one.changes(board)
        waiting = asyncio.create_task(one.command("A", {}))
        await soon(lambda: len(fake.commands) == 1)
        await fake.sockets[0].close(4501)
        for awaitable in (waiting, anext(changes), one.until(lambda: False), one.watch("area:1")):
            with pytest.raises(SignInRefused):
                await awaitable
        assert one.offline_since is not None


async def test_a_board_that_is_not_ours_is_refused(fake: FakeCoordinator) -> None:
    async with client(fake.url) as one:
        with pytest.raises(BoardRefused) as refusal:
            await one.watch("area:9")
        assert refusal.value.error.code == "unknown_board"


async def test_a_board_that_does_not_come_is_not_waited_for_for_ever(fake: FakeCoordinator) -> None:
    fake.boards["area:4201"] = []  # no part of it ever comes
    async with client(fake.url) as one:
        with pytest.raises(TimeoutError):
            await one.watch("area:4201", within=0.01)


async def test_nobody_there_is_said_within_our_patience() -> None:
    with pytest.raises(Unreachable) as nobody:
        async with client("http://127.0.0.1:9", patience=0.05):
            pass
    assert "127.0.0.1" in str(nobody.value)


async def test_the_log_being_down_is_known(fake: FakeCoordinator) -> None:
    async with client(fake.url) as one:
        await fake.status("down")
        await one.until(lambda: one.log is not None and one.log.log == "down")


async def test_a_server_that_speaks_otherwise_is_left(fake: FakeCoordinator) -> None:
    async with client(fake.url) as one:
        await fake.sockets[0].send('{"type":"of_tomorrow"}')
        with pytest.raises(ConnectionClosedForGood) as left:
            await one.until(lambda: False)
        assert left.value.error is not None and left.value.error.code == "bad_message"


async def test_closing_in_the_middle_of_anything_is_clean(fake: FakeCoordinator) -> None:
    one = client(fake.url)
    async with one:
        waiting = asyncio.create_task(one.until(lambda: False))
        await one.watch(BOARD)
    with pytest.raises(ClientClosed):
        await waiting
    await soon(lambda: not fake.sockets)


async def test_a_late_delta_of_a_board_let_go_of_is_no_matter(fake: FakeCoordinator) -> None:
    async with client(fake.url) as one:
        await one.watch(BOARD)
        one.unwatch(BOARD)
        await fake.tell(Delta(board=BOARD, part="420107", since=Cursor(1, 3), cursor=Cursor(1, 4), at=AT))
        assert (await one.command("A", {})).status == "accepted"


def test_addresses() -> None:
    assert socket_url("http://127.0.0.1:8420") == "ws://127.0.0.1:8420/ws"
    assert socket_url("https://pj.example/base/") == "wss://pj.example/base/ws"
    assert socket_url("ws://h:1/ws") == "ws://h:1/ws"
    for wrong in ("127.0.0.1:8420", "ftp://h", "http://"):
        with pytest.raises(ValueError):
            socket_url(wrong)
    with pytest.raises(ValueError, match="no url"):
        Client([], TOKEN)


def test_half_a_token_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="no token") as wrong:
        Client("http://h", "half")
    assert "half" not in str(wrong.value) and wrong.value.__cause__ is None
