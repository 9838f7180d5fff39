"""Published playbooks: which versions a world may be ordered by, by digest; the bytes stand beside the log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from pydantic import Field, StringConstraints

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id
from coordinator.domain.context import Context
from coordinator.domain.event import Event, Stamp
from coordinator.domain.state import ScopeState


class PublishedPlaybook(msgspec.Struct, frozen=True, omit_defaults=True):
    """Keyed by digest."""

    area: AreaCode
    digest: str
    name: str
    version: int
    at: datetime
    by: str


class PlaybookPublished(Event, frozen=True):
    digest: str
    name: str
    version: int


class PublishPlaybook(Command):
    """Let a version be ordered by; its bytes have been stored before, and lint has found nothing in it."""

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    name: Id
    """The playbook's id, e.g. `flood-typhoon`."""
    version: Annotated[int, Field(ge=1)]


def decide_publish(state: ScopeState, order: PublishPlaybook, ctx: Context) -> list[Event]:
    if order.digest in state.published:
        return []
    return [PlaybookPublished(area=order.area, digest=order.digest, name=order.name, version=order.version)]


def apply_published(state: ScopeState, event: PlaybookPublished, stamp: Stamp) -> None:
    state.put(
        state.published,
        event.digest,
        PublishedPlaybook(
            area=event.area,
            digest=event.digest,
            name=event.name,
            version=event.version,
            at=stamp.at,
            by=stamp.actor,
        ),
    )
