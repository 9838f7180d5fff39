"""Who is still there: pings, silence, and a client that takes nothing of what is written to it."""

from __future__ import annotations

import pytest

from coordinator.live.frame import PING, text_frame
from coordinator.live.link import Health, Link
from coordinator.live.settings import LiveSettings
from coordinator.wire.close_codes import CloseCode
from tests.live.fake_transport import FakeTransport, Later

SETTINGS = LiveSettings()


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def link(transport: FakeTransport, later: Later) -> Link:
    return Link(transport.as_transport(), SETTINGS, 0.0, later)


def test_a_black_hole_is_found_within_one_and_a_half_heartbeats(link: Link, transport: FakeTransport) -> None:
    verdicts = [link.check(float(now)) for now in range(0, 32, 2)]
    assert verdicts == [Health.WELL] * 15 + [Health.SILENT]
    assert transport.sent == PING


def test_one_who_answers_pings_stays(link: Link, transport: FakeTransport) -> None:
    for now in range(0, 1000, 2):
        pings = len(transport.sent)
        assert link.check(float(now)) is Health.WELL
        if len(transport.sent) > pings:
            link.heard(now + 0.1)
    assert transport.sent == PING * (len(transport.sent) // 2) and 40 < len(transport.sent) // 2 < 60


def test_one_who_takes_nothing_for_thirty_seconds_is_slow(link: Link, transport: FakeTransport) -> None:
    transport.reading = False
    link.write(text_frame(b"x" * 1000))
    assert not link.ready()
    for now in range(0, 32, 2):
        link.heard(float(now))  # it goes on sending
        verdict = link.check(float(now))
    assert verdict is Health.SLOW


def test_one_who_takes_a_little_at_a_time_may_stay(link: Link, transport: FakeTransport) -> None:
    transport.reading = False
    link.write(text_frame(b"x" * 100_000))
    for now in range(0, 600, 2):
        link.heard(float(now))
        transport.take(100)
        assert link.check(float(now)) is Health.WELL


def test_nothing_is_written_after_the_close(link: Link, transport: FakeTransport, later: Later) -> None:
    link.close(CloseCode.REVOKED)
    link.close(CloseCode.TOO_SLOW)
    link.write(text_frame(b"late"))
    assert bytes(transport.sent) == b"\x88\x02" + int(CloseCode.REVOKED).to_bytes(2, "big")
    assert (link.code, link.ready()) == (CloseCode.REVOKED, False)
    [(delay, abort)] = later.due
    assert delay == SETTINGS.close_seconds
    abort()
    assert transport.aborted


def test_one_who_answers_the_close_is_not_aborted(link: Link, later: Later) -> None:
    link.close(CloseCode.GOING_AWAY)
    link.ended()
    assert later.due == []


def test_a_lost_transport_takes_nothing_and_raises_nothing(link: Link, transport: FakeTransport) -> None:
    transport.closing = True
    link.write(text_frame(b"late"))
    assert transport.sent == b""
