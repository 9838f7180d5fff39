"""What becomes of a scope whose log is not what its replica knows: replayed, and begun anew in another epoch (law 6).

Nothing is decided on entries that fail their check: such a scope stays stopped until its operator has it reopened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from coordinator.domain.access import PROCESS, Actor, Role
from coordinator.domain.command import type_of
from coordinator.domain.epoch import SERVER_LOST, SET_ASIDE, BeginEpoch
from coordinator.domain.key import body_hash
from coordinator.store.log import ChainBroken, EventLog, Head, LogUnavailable

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
    if not twin.state.position:
        raise ChainBroken(twin.scope, 1, "the server has nothing of this log any more")
    await begin_epoch(twin, epoch, known.position, key)


async def begin_epoch(reactor: Reactor, epoch: int, lost_to: int, key: str) -> None:
    """Unless another coordinator has seen it first. Raises `ChainBroken`, `LogUnavailable`."""
    if reactor.state.epoch > epoch:
        return
    order = BeginEpoch(area=reactor.scope, epoch=epoch, lost_to=lost_to, reason=SERVER_LOST)
    _durable(reactor, await _carry_out(reactor, order, key))
    log.error("the log lost a range, a new epoch begins", scope=reactor.scope, lost_to=lost_to)


async def reopen(event_log: EventLog, twin: Reactor, epoch: int, by: str, key: str, hash: str) -> Outcome:
    """Put aside what fails its check and all behind it; the operator's command stands in the log by its own key.

    Raises `LogUnavailable`.
    """
    head = await event_log.head(twin.scope)
    try:
        await twin.catch_up()
    except ChainBroken as broken:
        log.error("entries are put aside", scope=twin.scope, first=broken.position, last=head.position, by=by)
    await event_log.set_aside(twin.scope, twin.head)
    twin.behind = False
    lost_to = max(head.position, twin.head.position + 1)
    order = BeginEpoch(area=twin.scope, epoch=epoch, lost_to=lost_to, reason=SET_ASIDE, by=by)
    return _durable(twin, await _carry_out(twin, order, key, hash))


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
