"""When to come back after a connection is lost, and when not to. Pure: chance is handed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from clients.sdk.problems import ConnectionClosedForGood, SignInRefused
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.errors import CLOSED_WITH, error_body

FINAL: Final = 4500
"""From here on a close code says: do not come back."""
ABNORMAL: Final = 1006
"""RFC 6455: no close frame came."""
STEADY: Final = 5.0
"""A connection that held so many seconds was a good one: the waits begin anew."""
LONGEST_WAIT: Final = 300.0
"""Of what a server's reason may ask."""

_WAIT: Final = re.compile(r"wait=(\d{1,6}(?:\.\d{1,6})?)")


class Closed(NamedTuple):
    """How a connection ended, or why there was none."""

    code: int = ABNORMAL
    reason: str = ""


class Reconnect:
    """The waits of one client: doubled from `first` to `longest`, spread by chance, once round all urls for each."""

    def __init__(
        self, urls: int, spread: Callable[[float], float], first: float = 0.25, longest: float = 15.0
    ) -> None:
        self._urls = urls
        self._spread = spread
        self._first = first
        self._longest = longest
        self._failures = 0

    def wait(self, closed: Closed, lasted: float) -> float:
        """Seconds to stay away after a connection of `lasted` seconds.

        Raises `SignInRefused` or `ConnectionClosedForGood` where the server said not to come back.
        """
        if closed.code >= FINAL:
            raise _for_good(closed)
        if lasted >= STEADY:
            self._failures = 0
        asked = _WAIT.fullmatch(closed.reason)
        if asked is not None:
            return min(float(asked[1]), LONGEST_WAIT)  # the server has spread its clients already
        rounds = self._failures // self._urls
        self._failures += 1
        return self._spread(min(self._longest, self._first * 2.0 ** min(rounds, 30)))


def _for_good(closed: Closed) -> ConnectionClosedForGood:
    known = closed.code in set(CloseCode)
    code = CLOSED_WITH.get(CloseCode(closed.code)) if known else None
    error = error_body(code) if code else None
    if closed.code in (CloseCode.BAD_TOKEN, CloseCode.REVOKED):
        return SignInRefused(closed.code, error, closed.reason)
    return ConnectionClosedForGood(closed.code, error, closed.reason)
