"""What becomes of a scope whose log is not what its replica knows: replayed, and begun anew in another epoch (law 6).

Nothing is decided on entries that fail their check: such a scope stays stopped until its operator has it reopened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import structlog

from coordinator.domain.access import PROCESS, Actor, Role
from coordinator.domain.command import type_of
from coordinator.domain.epoch import SERVER_LOST, SET_ASIDE, BeginEpoch
from coordinator.domain.key import body_hash
from coordinator.store.log import ChainBroken, EventLog, Head, HeadMoved, LogUnavailable

if TYPE_CHECKING:
    from coordinator.engine.reactor import Outcome, Reactor

log = structlog.get_logger()


async def replay_lost(event_log: EventLog, twin: Reactor, known: Head, epoch: int, key: str) -> None:
    """Bring a fresh twin to where the log is, and begin a new epoch in it, because `known` is not there any more.

    Raises `ChainBroken` where the log itself fails its check, or still has what is known: then something else is
    wrong, and it stays stopped. Raises `LogUnavailable`.
    """
    while entries := await event_log.read(twin.scope, twin.head):
        if any(Head(entry.position, entry.mac) == known for entry in entries):
            raise ChainBroken(
                twin.scope, known.position, "this entry stands, and nothing can be written behind it"
            )
        twin.absorb(entries)
    await begin_epoch(twin, epoch, known.position, key)


async def begin_epoch(reactor: Reactor, epoch: int, lost_to: int, key: str) -> None:
    """Unless another coordinator has seen it first. Raises `ChainBroken`, `LogUnavailable`."""
    if not reactor.state.position:
        raise _nothing_left(reactor)
    if reactor.state.epoch > epoch:
        return
    order = BeginEpoch(area=reactor.scope, epoch=epoch, lost_to=lost_to, reason=SERVER_LOST)
    _durable(reactor, await _carry_out(reactor, order, key))
    log.error("the log lost a range, a new epoch begins", scope=reactor.scope, lost_to=lost_to)


class SetAside(NamedTuple):
    """An operator's `ReopenScope`: by whom, why, under which key and with which hash of its body."""

    by: str
    reason: str
    key: str
    hash: str


async def reopen(event_log: EventLog, twin: Reactor, epoch: int, order: SetAside) -> Outcome | None:
    """Put aside what fails its check and all behind it; the operator's command stands in the log by its own key.

    None where everything fits, because another coordinator has reopened it: the twin is what goes on. Raises
    `ChainBroken` where not even the first entry fits, `LogUnavailable` also where somebody writes meanwhile.
    """
    tail = await event_log.head(twin.scope)
    try:
        await twin.catch_up()
    except ChainBroken as broken:
        log.error(
            "entries are put aside", scope=twin.scope, first=broken.position, last=tail.position, by=order.by
        )
    if not twin.state.position:
        raise _nothing_left(twin)
    if not twin.behind and twin.state.epoch > epoch:
        return None
    try:
        await event_log.set_aside(twin.scope, twin.head, tail)
    except HeadMoved as moved:
        raise LogUnavailable(f"somebody still writes to {twin.scope}: {moved}") from moved
    twin.behind = False
    lost_to = max(tail.position, twin.head.position + 1)
    begin = BeginEpoch(
        area=twin.scope, epoch=epoch, lost_to=lost_to, reason=SET_ASIDE, by=order.by, stated=order.reason
    )
    return _durable(twin, await _carry_out(twin, begin, order.key, order.hash))


def _nothing_left(reactor: Reactor) -> ChainBroken:
    return ChainBroken(reactor.scope, 1, "nothing of this log is left that fits: put a backup in place")


async def _carry_out(reactor: Reactor, order: BeginEpoch, key: str, hash: str = "") -> Outcome:
    actor = Actor(person=PROCESS, role=Role.PROCESS, area=reactor.scope)
    body = order.model_dump_json().encode()
    return await reactor.once(actor, key, hash or body_hash(type_of(order), body), order)


def _durable(reactor: Reactor, outcome: Outcome) -> Outcome:
    if outcome.status == "accepted":
        return outcome
    if reactor.broken is not None:
        raise reactor.broken
    raise LogUnavailable(str(outcome.refusal or outcome.status))
