"""What can go wrong between a client and a coordinator, each as an exception that says whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence

from coordinator.wire.messages import ErrorBody, Result


class ClientProblem(Exception):
    """Any of these."""


class CommandRefused(ClientProblem):
    """A command was not carried out; `error` says why and what to do."""

    def __init__(self, error: ErrorBody, result: Result) -> None:
        super().__init__(f"{error.code}: {error.en}")
        self.error = error
        self.result = result


class BoardRefused(ClientProblem):
    """A board may not be watched, or not any longer."""

    def __init__(self, board: str, error: ErrorBody) -> None:
        super().__init__(f"{board}: {error.code}: {error.en}")
        self.board = board
        self.error = error


class Unanswered(ClientProblem):
    """No answer within the deadline. The command may have been carried out: the same key tells, if sent again."""

    def __init__(self, key: str, name: str) -> None:
        super().__init__(f"{name} was not answered in time; its key is {key}")
        self.key = key


class Unreachable(ClientProblem):
    """No coordinator let us in within our patience."""

    def __init__(self, urls: Sequence[str], last: str) -> None:
        super().__init__(f"{', '.join(urls)}: {last}")
        self.urls = tuple(urls)
        self.last = last


class ConnectionClosedForGood(ClientProblem):
    """The server said not to come back."""

    def __init__(self, code: int, error: ErrorBody | None, reason: str = "") -> None:
        super().__init__(f"closed with {code}: {error.en if error else reason or 'do not come back'}")
        self.code = code
        self.error = error


class SignInRefused(ConnectionClosedForGood):
    """The token is not known, or its grant was revoked."""


class ClientClosed(ClientProblem):
    """The client was closed while something waited for it."""
