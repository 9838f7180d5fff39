"""What every event has, and its envelope in the log. Events are past tense and carry outcomes, so that replay
depends neither on code that decides nor on a playbook's text."""

from __future__ import annotations

from datetime import datetime

import msgspec

from coordinator.domain.area import AreaCode

LANGUAGE = 1
"""Version of the language of events. Older ones are upcast for ever, step by step, before they are typed."""


class Event(msgspec.Struct, frozen=True, tag=True, tag_field="type", omit_defaults=True):
    """Something that happened. `area` is the place it happened to."""

    area: AreaCode


class Stamp(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who, when, why: the part of the envelope that is the same for all events of one command."""

    at: datetime
    """The world's time."""
    recorded: datetime
    """The log server's UTC, which dates the key."""
    actor: str
    role: str
    place: AreaCode
    """The part of the tree the actor's role stands on."""
    office: str
    key: str
    hash: str
    """Of the command's body: the same key with another body is refused."""
    count: int
    """How many events the command gave."""


class Envelope(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of the log as JSON; `event` is decoded once its version is known."""

    v: int
    world: str
    scope: str
    epoch: int
    position: int
    stamp: Stamp
    event: msgspec.Raw
