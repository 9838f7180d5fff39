"""Bounds of the live protocol. Every one of them is there because something without it grew without bound."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


class LiveSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    origins: tuple[str, ...] = ()
    """Origins let in besides the host itself, as `https://host[:port]`; a client without one is no browser."""
    max_sockets: Count = 12_000
    max_boards: Count = 64
    """Subscriptions of one client."""
    messages_per_second: Annotated[float, Field(gt=0)] = 20
    message_burst: Count = 200
    """A phone that comes back subscribes and empties its outbox at once."""
    max_commands: Count = 32
    """Commands of one client that wait for their turn."""
    sign_in_seconds: Seconds = 10
    ping_seconds: Seconds = 20
    silent_seconds: Seconds = 30
    """Not a byte from a client for so long, though it was pinged: it is gone."""
    slow_seconds: Seconds = 30
    """A client that takes nothing of what waits for it for so long is cut off."""
    close_seconds: Seconds = 2
    """How long a client may take to answer a close."""
    check_seconds: Seconds = 2
    """How often sockets and grants are looked at: a revoked grant has to be out within five seconds."""
    status_seconds: Seconds = 0.5
    send_buffer: Count = 64 * 1024
    """The kernel's; 200 clients that do not read pin 734 MiB with its default, 23 MiB with this."""
    merge_seconds: Seconds = 0.005
    """A burst of 64 events costs 0.17 µs a delivery merged, 7.2 as one frame per event."""
    frames_per_second: Annotated[float, Field(gt=0)] = 10
    """Of one board in a storm."""
    frame_burst: Count = 4
    retry_seconds: Seconds = 0.05
    """How often it is looked whether a client that lags has caught up with what was written."""
    behind_seconds: Seconds = 1
    """How long a client that is ahead of this replica waits for it."""
    snapshot_seconds: Seconds = 1
    """How old a snapshot may be that is handed to one who joins; a delta follows it at once."""
    snapshot_bytes: Count = 32 * 1024 * 1024
    """Encoded snapshots kept for those who join."""
    turn_seconds: Seconds = 0.025
    """A turn of the hub stops after so long, for commands to get theirs."""
