"""A half-open phone, a storm of frames and a bad token, without a socket."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.refusal import Refused
from coordinator.live.first_boards import first_boards
from coordinator.live.session import Close, Effect, Execute, Say, Session, Unwatch, Watch
from coordinator.live.settings import LiveSettings
from coordinator.wire.board import BoardKey, Cursor
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.messages import (
    MAX_FRAME,
    ErrorMessage,
    Pong,
    Result,
    SignedIn,
    Status,
)
from tests.live.fake_engine import P1, T0, Answer, FakeEngine

SETTINGS = LiveSettings()
AREA = BoardKey.parse("area:420107")


def text(**message: Any) -> str:
    return json.dumps(message, ensure_ascii=False)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def session(engine: FakeEngine) -> Session:
    return Session(engine, SETTINGS, now=0.0)


def sign_in(session: Session, token: str = "commander-token") -> SignedIn:
    [said] = session.receive(text(type="sign_in", token=token), 1.0)
    assert isinstance(said, Say) and isinstance(said.message, SignedIn)
    return said.message


def error_of(effects: list[Effect]) -> tuple[str, str]:
    [said] = effects
    assert isinstance(said, Say) and isinstance(said.message, ErrorMessage)
    return said.message.about, said.message.error.code


# --- sign-in ------------------------------------------------------------------------------------------------


def test_sign_in_says_who_one_is_where_and_when(session: Session) -> None:
    welcome = sign_in(session)
    assert (welcome.person, welcome.role, welcome.area, welcome.world) == (
        "duty-1",
        "commander",
        "420107",
        "LIVE",
    )
    assert welcome.server_time == T0 and welcome.world_time > T0
    assert welcome.boards == ["orders:420107", "area:420107"]


@pytest.mark.parametrize(
    ("token", "boards"),
    [
        ("grid-token", ["orders:42010700100101", "area:42010700100101"]),
        ("leader-token", ["orders:420107001", "team:t1"]),
        ("unit-token", ["unit:u1"]),
        ("responder-token", [f"responder:{P1}"]),
        ("auditor-token", ["area:42", "orders:42"]),
    ],
)
def test_each_role_is_told_the_boards_worth_opening(session: Session, token: str, boards: list[str]) -> None:
    assert sign_in(session, token).boards == boards


def test_no_board_is_suggested_that_would_be_refused(engine: FakeEngine) -> None:
    engine.refused.add(AREA)
    assert first_boards(engine, engine.tokens["commander-token"]) == ["orders:420107"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (text(type="sign_in", token="nobody-knows-it"), CloseCode.BAD_TOKEN),
        (text(type="sign_in", token="short"), CloseCode.BAD_MESSAGE),
        (text(type="sign_in", token="commander-token", protocol=2), CloseCode.PROTOCOL),
        (text(type="ping"), CloseCode.NO_SIGN_IN),
        (text(type="subscribe", board="area:420107"), CloseCode.NO_SIGN_IN),
        (text(type="dance"), CloseCode.BAD_MESSAGE),
        ("{", CloseCode.BAD_MESSAGE),
        ("[]", CloseCode.BAD_MESSAGE),
        ("\ud800", CloseCode.BAD_MESSAGE),
        (b"\x00\x01", CloseCode.BAD_MESSAGE),
    ],
)
def test_without_sign_in_nothing_is_answered_but_a_close(
    session: Session, message: str | bytes, code: CloseCode
) -> None:
    assert session.receive(message, 1.0) == [Close(code)]
    assert session.receive(text(type="sign_in", token="commander-token"), 1.1) == []
    assert session.actor is None


def test_a_revoked_token_is_told_so(engine: FakeEngine, session: Session) -> None:
    engine.revoked_grants.add("g1")
    assert session.receive(text(type="sign_in", token="commander-token"), 1.0) == [Close(CloseCode.REVOKED)]


def test_a_half_open_phone_has_ten_seconds(session: Session) -> None:
    assert session.check(9.9) == []
    assert session.check(10.0) == [Close(CloseCode.NO_SIGN_IN)]
    assert session.check(11.0) == []


def test_one_who_signed_in_may_stay(session: Session) -> None:
    sign_in(session)
    assert session.check(1e6) == []


def test_signing_in_twice_changes_nothing(session: Session) -> None:
    sign_in(session)
    again = session.receive(text(type="sign_in", token="grid-token"), 2.0)
    assert error_of(again) == ("sign_in", "bad_message")
    assert session.actor is not None and session.actor.person == "duty-1"


# --- what cannot be understood ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "about"),
    [
        (text(type="dance"), "dance"),
        (text(type="subscribe"), "subscribe"),
        (text(type="subscribe", board="area:420107", since={"420107": [1]}), "subscribe"),
        (text(type="ping", extra=1), "ping"),
    ],
)
def test_a_message_of_no_known_form_is_said_and_survived(session: Session, message: str, about: str) -> None:
    sign_in(session)
    assert error_of(session.receive(message, 2.0)) == (about, "bad_message")
    assert not session.closed


def test_a_command_of_no_known_form_is_answered_by_its_key(session: Session) -> None:
    sign_in(session)
    [said] = session.receive(text(type="command", key="k1", name="SignSwitch"), 2.0)
    assert isinstance(said, Say) and isinstance(said.message, Result)
    assert (said.message.key, said.message.status) == ("k1", "refused")
    assert said.message.error is not None and said.message.error.code == "bad_message"


@pytest.mark.parametrize("message", ["{", "null", "[1]", '"ping"', '{"type": 5}', b"{}", "[" * 60_000])
def test_what_is_no_message_closes(session: Session, message: str | bytes) -> None:
    sign_in(session)
    assert session.receive(message, 2.0) == [Close(CloseCode.BAD_MESSAGE)]


@pytest.mark.parametrize("letter", ["x", "社"])
def test_a_frame_is_bounded_in_bytes(session: Session, letter: str) -> None:
    sign_in(session)
    padding = letter * (MAX_FRAME // len(letter.encode()))
    assert session.receive(text(type="ping", padding=padding), 2.0) == [Close(CloseCode.TOO_BIG)]


@given(
    st.one_of(st.text(), st.binary(max_size=50), st.dictionaries(st.text(), st.integers()).map(json.dumps))
)
def test_nothing_a_client_sends_is_an_exception(message: str | bytes) -> None:
    session = Session(FakeEngine(), SETTINGS, now=0.0)
    sign_in(session)
    session.receive(message, 2.0)


# --- storms -------------------------------------------------------------------------------------------------


def test_a_storm_of_frames_is_closed_and_then_costs_nothing(session: Session) -> None:
    sign_in(session)
    ping = text(type="ping")
    effects = [session.receive(ping, 1.0) for _ in range(1000)]
    assert sum(bool(one) for one in effects) == SETTINGS.message_burst
    assert effects[SETTINGS.message_burst - 1] == [Close(CloseCode.TOO_MANY)]
    assert session.check(1e6) == []


def test_frames_at_the_allowed_rate_go_on_for_ever(session: Session) -> None:
    sign_in(session)
    for number in range(2000):
        [said] = session.receive(text(type="ping"), 2.0 + number / SETTINGS.messages_per_second)
        assert isinstance(said, Say) and isinstance(said.message, Pong)


def test_websocket_pings_count_like_messages(session: Session) -> None:
    sign_in(session)
    effects = [session.count(1.0) for _ in range(SETTINGS.message_burst)]
    assert effects[-2:] == [[], [Close(CloseCode.TOO_MANY)]]


def test_subscriptions_are_bounded(engine: FakeEngine) -> None:
    session = Session(engine, LiveSettings(max_boards=2), now=0.0)
    sign_in(session)
    for board in ("team:a", "team:b"):
        assert isinstance(session.receive(text(type="subscribe", board=board), 2.0)[0], Watch)
    assert error_of(session.receive(text(type="subscribe", board="team:c"), 2.0)) == ("team:c", "too_many")
    assert isinstance(session.receive(text(type="subscribe", board="team:a"), 2.0)[0], Watch)
    session.receive(text(type="unsubscribe", board="team:a"), 2.0)
    assert isinstance(session.receive(text(type="subscribe", board="team:c"), 2.0)[0], Watch)


def test_commands_that_wait_are_bounded(engine: FakeEngine) -> None:
    session = Session(engine, LiveSettings(max_commands=1), now=0.0)
    sign_in(session)
    first = text(type="command", key="k1", name="SignSwitch", body={})
    assert isinstance(session.receive(first, 2.0)[0], Execute)
    [said] = session.receive(text(type="command", key="k2", name="SignSwitch", body={}), 2.0)
    assert isinstance(said, Say) and isinstance(said.message, Result) and said.message.error is not None
    assert (said.message.error.code, said.message.error.retry) == ("too_many", True)
    session.answered("k1", Answer())
    assert isinstance(session.receive(first, 2.0)[0], Execute)


# --- boards -------------------------------------------------------------------------------------------------


def test_a_board_is_watched_from_where_the_client_stands(session: Session) -> None:
    sign_in(session)
    asked = text(type="subscribe", board="area:420107", since={"420107": [3, 17]})
    assert session.receive(asked, 2.0) == [Watch(AREA, {"420107": Cursor(3, 17)})]
    assert session.receive(text(type="subscribe", board="area:420107"), 2.0) == [Watch(AREA, {})]
    assert session.receive(text(type="unsubscribe", board="area:420107"), 2.0) == [Unwatch(AREA)]
    assert session.receive(text(type="unsubscribe", board="area:420107"), 2.0) == []


@pytest.mark.parametrize(
    ("board", "code"),
    [
        ("area:420107", "not_your_part"),
        ("area:99", "unknown_area"),
        ("nonsense", "unknown_board"),
        ("area:", "unknown_board"),
    ],
)
def test_a_board_that_is_not_to_be_seen_is_refused_by_name(
    engine: FakeEngine, session: Session, board: str, code: str
) -> None:
    engine.refused.add(AREA)
    sign_in(session)
    assert error_of(session.receive(text(type="subscribe", board=board), 2.0)) == (board, code)
    assert session.boards == set()


def test_rights_are_asked_again_for_every_board(engine: FakeEngine, session: Session) -> None:
    sign_in(session)
    for board in ("area:420107", "team:t1"):
        session.receive(text(type="subscribe", board=board), 2.0)
    assert session.check_rights() == []
    engine.refused.add(AREA)
    unwatched, *said = session.check_rights()
    assert unwatched == Unwatch(AREA)
    assert error_of(said) == ("area:420107", "not_your_part")
    assert session.boards == {BoardKey.parse("team:t1")}


def test_a_revoked_grant_closes(engine: FakeEngine, session: Session) -> None:
    sign_in(session)
    engine.revoked_grants.add("g2")
    assert session.check_rights() == []
    engine.revoked_grants.add("g1")
    assert session.check_rights() == [Close(CloseCode.REVOKED)]
    assert session.receive(text(type="ping"), 3.0) == []


# --- commands -----------------------------------------------------------------------------------------------


def test_a_command_goes_to_the_engine_as_it_came(session: Session) -> None:
    sign_in(session)
    [effect] = session.receive(text(type="command", key="k1", name="SignSwitch", body={"area": "42"}), 2.0)
    assert isinstance(effect, Execute)
    assert (effect.actor.person, effect.key, effect.name, effect.body) == (
        "duty-1",
        "k1",
        "SignSwitch",
        {"area": "42"},
    )


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(position=9, ids=("op:1",)), None),
        (Answer("refused", refusal=Refused("area_is_normal", area="420107001001")), "area_is_normal"),
        (Answer("refused", refusal=Refused("log_unavailable")), "log_unavailable"),
        (Answer("unknown", refusal=Refused("log_unavailable")), "outcome_unknown"),
        (Answer("unknown"), "outcome_unknown"),
    ],
)
def test_an_outcome_is_told_with_its_code(session: Session, answer: Answer, code: str | None) -> None:
    sign_in(session)
    session.receive(text(type="command", key="k1", name="SignSwitch", body={}), 2.0)
    [said] = session.answered("k1", answer)
    assert isinstance(said, Say) and isinstance(said.message, Result)
    assert (said.message.key, said.message.status) == ("k1", answer.status)
    assert said.message.ids == list(answer.ids)
    assert (said.message.error.code if said.message.error else None) == code


def test_the_log_going_away_is_told(engine: FakeEngine, session: Session) -> None:
    assert session.log_changed() == []  # nobody has signed in
    engine.log_down_since = datetime.fromisoformat("2026-07-01T07:59:00+00:00")
    _, status = session.receive(text(type="sign_in", token="commander-token"), 1.0)
    assert status == Say(Status(log="down", since=engine.log_down_since))
    engine.log_down_since = None
    assert session.log_changed() == [Say(Status(log="up", since=T0))]
