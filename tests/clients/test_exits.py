"""Every problem has its exit code, and the codes are those that are promised."""

from __future__ import annotations

import pytest

from clients.cli.exits import exit_of, exit_of_error
from clients.sdk.problems import (
    BoardRefused,
    ClientClosed,
    ClientProblem,
    CommandRefused,
    ConnectionClosedForGood,
    SignInRefused,
    Unanswered,
    Unreachable,
)
from coordinator.wire.errors import error_body
from coordinator.wire.exits import Exit
from coordinator.wire.messages import ErrorBody, Result


def test_the_codes_are_part_of_the_interface() -> None:
    assert {one.name: int(one) for one in Exit} == {
        "OK": 0,
        "FAILED": 1,
        "USAGE": 2,
        "VALIDATION": 3,
        "REFUSED": 4,
        "DEPENDENCY": 5,
    }


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("not_your_part", Exit.REFUSED),
        ("unknown_task", Exit.REFUSED),
        ("area_is_normal", Exit.REFUSED),
        ("bad_body", Exit.VALIDATION),
        ("target_outside", Exit.VALIDATION),
        ("log_unavailable", Exit.DEPENDENCY),
        ("too_many", Exit.DEPENDENCY),
        ("chain_broken", Exit.DEPENDENCY),
    ],
)
def test_by_what_can_be_done_about_it(code: str, wanted: Exit) -> None:
    error = error_body(code)
    assert exit_of_error(error) is wanted
    assert exit_of(CommandRefused(error, Result(key="k", status="refused", error=error))) is wanted
    assert exit_of(BoardRefused("area:1", error)) is wanted


def test_a_code_from_a_newer_server_is_a_refusal() -> None:
    assert exit_of_error(ErrorBody(code="of_tomorrow", zh="。", en=".", retry=False)) is Exit.REFUSED


@pytest.mark.parametrize(
    ("problem", "wanted"),
    [
        (SignInRefused(4500, None), Exit.REFUSED),
        (ConnectionClosedForGood(4505, None), Exit.FAILED),
        (Unreachable(["http://h"], "no"), Exit.DEPENDENCY),
        (Unanswered("k", "SignSwitch"), Exit.DEPENDENCY),
        (ClientClosed("closed"), Exit.FAILED),
    ],
)
def test_problems_of_the_connection(problem: ClientProblem, wanted: Exit) -> None:
    assert exit_of(problem) is wanted
