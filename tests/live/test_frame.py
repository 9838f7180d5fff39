"""Frames, pace and the wait that a close tells: small things that everything else stands on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.live import closing
from coordinator.live.frame import PING, close_frame, pong_frame, text_frame
from coordinator.live.pace import Pace
from coordinator.wire.close_codes import CloseCode
from tests.live.fake_client import payload_of


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65535, 65536, 70000])
def test_a_text_frame_says_its_length_as_rfc_6455_has_it(length: int) -> None:
    payload = b"x" * length
    frame = text_frame(payload)
    assert payload_of(frame) == payload
    assert len(frame) - length == (2 if length < 126 else 4 if length < 65536 else 10)


def test_control_frames() -> None:
    assert PING == b"\x89\x00"
    assert pong_frame(b"hi") == b"\x8a\x02hi"
    assert close_frame(CloseCode.GOING_AWAY, "wait=1.00") == b"\x88\x0b\x0f\xa0wait=1.00"


@pytest.mark.parametrize("code", CloseCode)
def test_a_wait_is_told_to_those_who_may_come_back(code: CloseCode) -> None:
    reasons = {closing.reason(code) for _ in range(20)}
    if not code.come_back:
        assert reasons == {""}
        return
    assert len(reasons) > 1, "the same for all would bring them back at once"
    shortest, longest = closing.WAITS[code]
    for reason in reasons:
        wait = re.fullmatch(r"wait=(\d+\.\d\d)", reason)
        assert wait is not None and shortest <= float(wait[1]) <= longest


@given(st.floats(0.5, 100), st.integers(1, 20), st.lists(st.floats(0, 0.2), max_size=200))
def test_a_pace_is_never_exceeded(per_second: float, burst: int, gaps: list[float]) -> None:
    pace, now, taken = Pace(per_second, burst), 0.0, []
    for gap in gaps:
        now += gap
        if pace.take(now):
            taken.append(now)
    for first, start in enumerate(taken):
        for last in range(first, len(taken)):
            assert last - first + 1 <= burst + (taken[last] - start) * per_second + 1e-6


def test_what_is_refused_is_allowed_at_the_instant_told() -> None:
    pace = Pace(10, 2)
    assert [pace.take(5.0) for _ in range(3)] == [True, True, False]
    when = pace.earliest(5.0)
    assert when == pytest.approx(5.1)
    assert not pace.take(when - 0.01) and pace.take(when)
