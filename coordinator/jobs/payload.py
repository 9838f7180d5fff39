"""What stands in a job: the words that coordinators and workers share. Ids only, for Redis is no place for a person.

Changing a field here changes what workers that are already running must understand.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.register import ResponderId

NOTIFY: Final = "notify"

What = Literal["call_out", "order", "confirmed_call", "drill", "drill_stopped", "drill_invited"]


class Recipient(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whom to tell."""

    person: ResponderId
    about: str
    """The one thing that this person is told, however many duties and jobs say so."""
    call_out: str = ""
    """What to report as reached, if it is one."""


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One duty: whom to tell what. Nobody to tell closes the duty as well."""

    duty: str
    area: AreaCode
    what: What
    channels: tuple[str, ...] = ()
    """How the playbook wants people told; a gateway picks by it."""
    to: tuple[Recipient, ...] = ()
    unaddressed: bool = False
    """There is no office to tell: an order that nobody hears must show."""


class NotifyJob(msgspec.Struct, frozen=True):
    world: str
    scope: AreaCode
    notices: tuple[Notice, ...]


def to_plain(job: NotifyJob) -> dict[str, Any]:
    """As RQ's JSON serializer takes it."""
    plain: dict[str, Any] = msgspec.to_builtins(job)
    return plain


def notify_job(plain: object) -> NotifyJob:
    """Raises `msgspec.ValidationError`: whoever can write to Redis can write anything."""
    return msgspec.convert(plain, NotifyJob)
