"""Concerns: what needs a person now, on the boards of the place and of everyone above it.

Opened and closed by the events that cause and mend them; nobody ticks one away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from coordinator.domain.area import AreaCode

if TYPE_CHECKING:
    from coordinator.domain.event import Stamp
    from coordinator.domain.state import ScopeState


class Severity(StrEnum):
    NOTICE = "notice"
    URGENT = "urgent"
    DANGER = "danger"


class Concern(msgspec.Struct, frozen=True, omit_defaults=True):
    """One open concern. `kind` is stable and has its words in the catalogue; `facts` fill them in."""

    area: AreaCode
    kind: str
    subject: str
    severity: Severity
    since: datetime
    raised_to: AreaCode
    """The highest area whose desk sees it; escalation moves it up a level."""
    facts: dict[str, str] = {}


INVITATIONS: Final = frozenset({"drill_coming", "drill_open"})
"""To a drill: shown like any other, and in no figure of what the real world has to deal with."""


def counts(concern: Concern) -> Mapping[str, int]:
    figure = {f"concern.{concern.kind}": 1}
    return figure if concern.kind in INVITATIONS else {"concerns": 1, **figure}


def open_concern(
    state: ScopeState,
    kind: str,
    subject: str,
    area: AreaCode,
    stamp: Stamp,
    severity: Severity = Severity.URGENT,
    raised_to: AreaCode = "",
    **facts: str,
) -> None:
    """Open it, or bring its facts up to date; the instant it was first seen stays."""
    key = f"{kind}:{subject}"
    old = state.concerns.get(key)
    state.put(
        state.concerns,
        key,
        Concern(
            area=area,
            kind=kind,
            subject=subject,
            severity=severity,
            since=old.since if old else stamp.at,
            raised_to=raised_to or (old.raised_to if old else area),
            facts=facts,
        ),
    )


def close_concern(state: ScopeState, kind: str, subject: str) -> None:
    key = f"{kind}:{subject}"
    if key in state.concerns:
        state.drop(state.concerns, key)
