"""Looking after everyone, with the time in hand: revoked within five seconds, told when the log goes away."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from coordinator.live.connection import Connection
from coordinator.live.hub import Hub
from coordinator.live.keeper import Keeper
from coordinator.live.link import Link
from coordinator.live.session import Session
from coordinator.live.settings import LiveSettings
from coordinator.wire.board import BoardKey
from coordinator.wire.close_codes import CloseCode
from tests.live.fake_engine import T0, FakeEngine
from tests.live.fake_transport import FakeTransport, Later

SETTINGS = LiveSettings()
AREA = BoardKey.parse("area:420107")


class Post:
    """Everyone's connections without sockets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.engine = FakeEngine()
        self.hub = Hub(self.engine, SETTINGS, lambda: self.now)
        self.keeper = Keeper(self.engine, SETTINGS)
        self.engine.on_change(self.hub.changed)
        self.engine.on_change(self.keeper.changed)

    def connect(self, token: str | None = "commander-token") -> tuple[Connection, FakeTransport]:
        transport = FakeTransport()
        link = Link(transport.as_transport(), SETTINGS, self.now, Later())
        session = Session(self.engine, SETTINGS, self.now)
        connection = Connection(self.engine, session, link, self.hub, lambda: None, lambda: self.now)
        self.keeper.add(connection)
        if token is not None:
            self.say(connection, type="sign_in", token=token)
        return connection, transport

    def say(self, connection: Connection, **message: Any) -> None:
        connection.receive(json.dumps(message))

    def run(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += SETTINGS.status_seconds
            self.keeper.tick(self.now)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.mark.parametrize("after", [0.0, 0.5, 1.0, 1.5])
def test_a_revoked_grant_is_out_within_five_seconds(post: Post, after: float) -> None:
    """Wherever in a round of looking after everyone it happens, and whoever is looked at first."""
    others = [post.connect("grid-token")[0] for _ in range(20)]
    revoked = [post.connect()[0] for _ in range(20)]
    post.run(10 + after)
    post.engine.revoked_grants.add("g1")
    post.engine.pass_by("42")  # the event that says so, in the root's log
    post.run(5)
    assert {one.link.code for one in revoked} == {CloseCode.REVOKED}
    assert {one.link.code for one in others} == {0}


def test_rights_are_not_asked_for_again_while_nothing_changes(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(post.engine, "revoked", lambda grant: bool(asked.append(grant)))
    post.connect()
    post.engine.pass_by("420107")
    post.run(10)
    assert asked == []
    post.engine.pass_by("42")
    post.run(10)
    assert asked == ["g1"]


def test_a_right_that_is_gone_takes_the_board_away(post: Post) -> None:
    connection, transport = post.connect()
    post.say(connection, type="subscribe", board="area:420107")
    post.hub.turn(post.now)
    post.engine.refused.add(AREA)
    post.engine.pass_by("420107")
    post.run(4)
    assert len(post.hub) == 1  # nothing happened where grants stand
    post.engine.pass_by("42")
    post.run(4)
    assert len(post.hub) == 0
    assert b"not_your_part" in transport.sent


def test_a_phone_that_never_signs_in_is_closed(post: Post) -> None:
    silent, _ = post.connect(token=None)
    post.run(9)
    assert silent.link.code == 0
    post.run(3)
    assert silent.link.code == CloseCode.NO_SIGN_IN


def test_a_slow_client_is_cut_off_and_leaves_the_hub(post: Post) -> None:
    connection, transport = post.connect()
    post.say(connection, type="subscribe", board="area:420107")
    transport.reading = False
    post.engine.put("420107", AREA, "rows/1", {"n": 1})
    post.hub.turn(post.now)
    for _ in range(20):
        connection.link.heard(post.now)
        post.run(2)
    assert (connection.link.code, transport.aborted) == (CloseCode.TOO_SLOW, True)
    assert len(post.hub) == 0


def test_everyone_is_told_when_the_log_goes_away_and_comes_back(post: Post) -> None:
    _, transport = post.connect()
    _, unknown = post.connect(token=None)
    post.engine.log_down_since = T0
    post.run(1)
    assert b'"log":"down"' in transport.sent
    post.engine.log_down_since = None
    post.run(1)
    assert transport.sent.count(b'"type":"status"') == 2
    assert unknown.sent == b""


def test_stopping_sends_everyone_elsewhere(post: Post) -> None:
    connection, transport = post.connect()
    post.keeper.stop()
    assert connection.link.code == CloseCode.GOING_AWAY and b"wait=" in transport.sent
    late, _ = post.connect(token=None)
    assert late.link.code == CloseCode.GOING_AWAY


async def test_commands_of_a_closed_session_that_wait_are_not_begun(post: Post) -> None:
    connection, _ = post.connect()
    post.engine.gate.clear()
    for key in ("k1", "k2"):
        post.say(connection, type="command", key=key, name="SignSwitch", body={})
    await asyncio.sleep(0)  # the first one is with the engine
    connection.stop(CloseCode.REVOKED)
    post.engine.gate.set()
    for _ in range(10):
        await asyncio.sleep(0)
    assert [key for _, key, _, _ in post.engine.executed] == ["k1"]
    await connection.end()


def test_pings_are_answered_only_to_those_who_take_the_answers(post: Post) -> None:
    connection, transport = post.connect()
    connection.ping(b"1")
    transport.reading = False
    connection.ping(b"2")
    connection.ping(b"3")
    assert transport.sent.endswith(b"\x8a\x011\x8a\x012")
