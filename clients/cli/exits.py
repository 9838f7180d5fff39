"""Which problem ends `pingji` with which exit code. The codes are `wire/exits.py`'s, the same for every command:

0 ok · 1 failed · 2 usage · 3 validation · 4 refused, or a second person has to approve · 5 a server is down.
"""

from __future__ import annotations

from typing import Final

from clients.sdk.problems import (
    BoardRefused,
    ClientProblem,
    CommandRefused,
    SignInRefused,
    Unanswered,
    Unreachable,
)
from coordinator.wire.errors import ERRORS
from coordinator.wire.exits import Exit
from coordinator.wire.messages import ErrorBody

NOT_RIGHT: Final = 422
SERVER_SIDE: Final = 500


def exit_of_error(error: ErrorBody) -> Exit:
    """By what can be done about it: mend what was given, ask somebody else, or try later."""
    known = ERRORS.get(error.code)
    status = known.status if known is not None else 0
    if error.retry or status >= SERVER_SIDE:
        return Exit.DEPENDENCY
    return Exit.VALIDATION if status == NOT_RIGHT else Exit.REFUSED


def exit_of(problem: ClientProblem) -> Exit:
    match problem:
        case CommandRefused(error=error) | BoardRefused(error=error):
            return exit_of_error(error)
        case SignInRefused():
            return Exit.REFUSED
        case Unreachable() | Unanswered():
            return Exit.DEPENDENCY
        case _:
            return Exit.FAILED
