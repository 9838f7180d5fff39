"""Close codes of the WebSocket. 4000-4499: come back after the wait given in the reason; 4500-4999: do not."""

from __future__ import annotations

from enum import IntEnum


class CloseCode(IntEnum):
    GOING_AWAY = 4000
    """The coordinator stops; any other one will do."""
    TOO_SLOW = 4001
    """The client did not read for too long."""
    NO_SIGN_IN = 4002
    """No `sign_in` within ten seconds."""
    TOO_MANY = 4003
    """Too many messages or subscriptions; wait longer."""
    BAD_TOKEN = 4500
    REVOKED = 4501
    BAD_MESSAGE = 4502
    """Not JSON, not a message, or a binary frame."""
    TOO_BIG = 4503
    BAD_ORIGIN = 4504
    PROTOCOL = 4505
    """A version of the protocol that this server does not speak."""

    @property
    def come_back(self) -> bool:
        return self < 4500
