"""Epochs 纪元 of a log: after a range of it was lost a new one begins, by an event that names what is gone (law 6).

Whoever kept a cursor of the old epoch starts afresh, and every desk is told to compare what it was promised. Holds no
recovery: that is `engine/recovery.py`.
"""

from __future__ import annotations

from pydantic import Field

from coordinator.domain.command import Command, Id, Reason
from coordinator.domain.context import Context
from coordinator.domain.event import Event, Stamp
from coordinator.domain.order import Order, keep_order
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState

SERVER_LOST = "server_lost"
"""The log's server came back without what it had acknowledged: a lagging replica promoted, a backup put in place."""
SET_ASIDE = "set_aside"
"""The operator had entries that fail their check put aside."""


class EpochBegan(Event, frozen=True):
    """`lost_from` to `lost_to`: positions of the old epoch that do not count any more; 0: from where is not known."""

    epoch: int
    lost_from: int
    lost_to: int
    reason: str
    by: str = ""
    stated: str = ""
    """The operator's own reason."""


class BeginEpoch(Command):
    """By a coordinator whose replica knew more than the log. `epoch`: the one that lost it."""

    epoch: int = Field(ge=1)
    lost_to: int = Field(ge=1)
    reason: Reason
    by: Id | None = None
    stated: Reason | None = None


class ReopenScope(Command):
    """重新启用: by the operator, for a scope that stopped at an entry that fails its check.

    That entry and all behind it are put aside, beside the log, and do not count any more.
    """

    reason: Reason


def decide_begin(state: ScopeState, order: BeginEpoch, ctx: Context) -> list[Event]:
    if state.epoch > order.epoch:  # another coordinator saw it first
        return []
    first = state.position + 1
    return [
        EpochBegan(
            area=state.scope,
            epoch=order.epoch + 1,
            lost_from=first if first <= order.lost_to else 0,
            lost_to=order.lost_to,
            reason=order.reason,
            by=order.by or "",
            stated=order.stated or "",
        )
    ]


def decide_reopen(state: ScopeState, order: ReopenScope, ctx: Context) -> list[Event]:
    """Only asked where nothing is broken; otherwise `engine/recovery.py` has done it before."""
    raise Refused("not_broken", scope=state.scope)


def apply_began(state: ScopeState, event: EpochBegan, stamp: Stamp) -> None:
    state.epoch = event.epoch
    keep_order(
        state,
        Order(
            id=f"epoch-{event.epoch}@{state.scope}",
            area=state.scope,
            operation="",
            kind="record_lost",
            issued_at=stamp.at,
            issuer=event.by or stamp.actor,
        ),
    )
