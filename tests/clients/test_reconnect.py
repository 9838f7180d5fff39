"""Whether and when a client comes back."""

from __future__ import annotations

import pytest

from clients.sdk.problems import ConnectionClosedForGood, SignInRefused
from clients.sdk.reconnect import LONGEST_WAIT, STEADY, Closed, Reconnect
from coordinator.wire.close_codes import CloseCode


def waits(urls: int = 1) -> Reconnect:
    return Reconnect(urls, lambda longest: longest, first=1.0, longest=10.0)


def test_waits_double_up_to_the_longest_and_begin_anew_after_a_good_connection() -> None:
    one = waits()
    assert [one.wait(Closed(), 0.0) for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    assert one.wait(Closed(), STEADY) == 1


def test_with_several_urls_all_are_tried_before_the_wait_grows() -> None:
    one = waits(urls=3)
    assert [one.wait(Closed(), 0.0) for _ in range(7)] == [1, 1, 1, 2, 2, 2, 4]


def test_waits_are_spread_by_chance() -> None:
    assert Reconnect(1, lambda longest: longest / 3, first=3.0).wait(Closed(), 0.0) == 1


def test_the_wait_that_the_server_names_is_kept_within_reason() -> None:
    assert waits().wait(Closed(4000, "wait=2.50"), 0.0) == 2.5
    assert waits().wait(Closed(4003, "wait=999999"), 0.0) == LONGEST_WAIT
    assert waits().wait(Closed(4003, "wait=soon"), 0.0) == 1


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011, 1012, *(one for one in CloseCode if one.come_back)])
def test_these_come_back(code: int) -> None:
    assert waits().wait(Closed(code), 0.0) == 1


@pytest.mark.parametrize("code", [*(one for one in CloseCode if not one.come_back), 4999])
def test_these_do_not(code: int) -> None:
    with pytest.raises(ConnectionClosedForGood) as closed:
        waits().wait(Closed(code, "why"), 99.0)
    assert closed.value.code == code
    assert isinstance(closed.value, SignInRefused) == (code in (4500, 4501))
    if code == 4501:
        assert closed.value.error is not None and closed.value.error.code == "revoked_token"
