"""A log that lost its end goes on in a new epoch that says so; one that fails its check stops until it is reopened."""

from __future__ import annotations

from pathlib import Path

import pytest

from coordinator.domain import rules, snapshot
from coordinator.domain.access import Actor, Role
from coordinator.domain.epoch import SERVER_LOST, SET_ASIDE, EpochBegan
from coordinator.domain.state import ScopeState
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.keys import fresh_key
from coordinator.engine.reactor import Outcome, Reactor
from coordinator.jobs.port import NoJobs
from coordinator.playbook import library
from coordinator.store.log import EMPTY, Entry
from coordinator.store.memory_log import MemoryLog
from coordinator.store.snapshots import Snapshots
from coordinator.wire.board import BoardKey, Cursor
from tests.engine.conftest import DISTRICTS, KEY, Played, commander, now
from tests.engine.test_two_scopes import until

SCOPE, OTHER = DISTRICTS
OPERATOR = Actor("operator-1", Role.OPERATOR, "4201")


async def declare(played: Played, scope: str = SCOPE, playbook: str = "flood-typhoon") -> Outcome:
    return await played.order(
        commander(scope),
        "DeclareOperation",
        area=scope,
        playbook=library.bundled(playbook).digest,
        targets={scope: "III"},
        expected_minutes=600,
    )


async def quiet(played: Played) -> Reactor:
    """A night has begun, and nothing more is due in its log."""
    await declare(played)
    reactor = played.coordinator.reactors[SCOPE]
    await until(played, lambda: bool(reactor.state.call_outs))
    return reactor


def stream(played: Played) -> list[Entry]:
    return played.log.server.streams[played.log.world, SCOPE]


def lose(played: Played, number: int, noticed: bool = True) -> None:
    """As when a replica is promoted that had not heard the last of it."""
    del stream(played)[-number:]
    if noticed:
        played.log.server.wake()


def tamper(played: Played, position: int) -> None:
    entry = stream(played)[position - 1]
    stream(played)[position - 1] = entry._replace(body=entry.body.replace(b'"III"', b'"I"') + b" ")


async def replayed(played: Played) -> ScopeState:
    live = played.coordinator.reactors[SCOPE].state
    state = rules.new_state(live.world, SCOPE, live.registers)
    for entry in await played.log.read(SCOPE, EMPTY, 10_000):
        rules.apply(state, rules.decode(entry.body))
    return state


async def begun(played: Played) -> list[EpochBegan]:
    found = [rules.decode(entry.body).event for entry in await played.log.read(SCOPE, EMPTY, 10_000)]
    return [event for event in found if isinstance(event, EpochBegan)]


async def ask(played: Played, actor: Actor, name: str, **body: object) -> Outcome:
    return await played.coordinator.execute(actor, fresh_key(now()), name, body)


async def test_a_lost_range_begins_an_epoch_that_names_it(played: Played) -> None:
    reactor = await quiet(played)
    known = reactor.state.position
    lose(played, 3)
    await until(played, lambda: reactor.state.epoch == 2)
    (event,) = await begun(played)
    assert event.reason == SERVER_LOST
    assert event.lost_from <= known - 2 and event.lost_to >= known
    assert (await replayed(played)).epoch == 2
    board = BoardKey.parse(f"orders:{SCOPE}")
    entries = played.coordinator.snapshot(board, SCOPE)[2]
    assert f"orders/epoch-2@{SCOPE}" in entries, "every desk is told, until it has read it"
    assert played.coordinator.delta(board, SCOPE, Cursor(1, known)) is None, "an old cursor starts afresh"
    await declare(played, playbook="epidemic")


async def test_two_coordinators_begin_one_epoch(played: Played) -> None:
    reactor = await quiet(played)
    world, registers = played.coordinator.world, played.coordinator.registers
    async with Coordinator(played.log, world, registers, NoJobs()) as second:
        other = second.reactors[SCOPE]
        lose(played, 2)
        await until(played, lambda: reactor.state.epoch == other.state.epoch == 2)
        await until(played, lambda: reactor.state.position == other.state.position)
        assert len(await begun(played)) == 1


async def test_a_command_that_comes_before_the_reader_notices_does_not_stop_the_scope(played: Played) -> None:
    reactor = await quiet(played)
    lose(played, 3, noticed=False)
    await declare(played, playbook="epidemic")
    assert reactor.state.epoch == 2 and reactor.broken is None
    world, registers = played.coordinator.world, played.coordinator.registers
    async with Coordinator(played.log, world, registers, NoJobs()) as second:
        other = Played(second, played.log)
        await declare(other, playbook="gas-fire")
        await until(played, lambda: reactor.head == second.reactors[SCOPE].head)
        assert reactor.broken is None and len(await begun(played)) == 1


async def test_one_that_was_down_meanwhile_knows_it_by_its_snapshot(played: Played, tmp_path: Path) -> None:
    world, registers = played.coordinator.world, played.coordinator.registers
    snapshots = Snapshots(tmp_path, world, KEY)
    log = MemoryLog(world, KEY, now=now, server=played.log.server)
    async with Coordinator(log, world, registers, NoJobs(), snapshots=snapshots):
        await quiet(played)
    kept = snapshots.newest(SCOPE, snapshot.fingerprint())
    assert kept is not None
    await played.coordinator.__aexit__()
    del stream(played)[kept.head.position - 1 :]
    async with Coordinator(log, world, registers, NoJobs(), snapshots=snapshots) as third:
        assert third.reactors[SCOPE].state.epoch == 2
        (event,) = await begun(played)
        assert event.lost_to == kept.head.position


async def test_an_entry_that_fails_its_check_stops_that_scope_alone(played: Played) -> None:
    reactor = await quiet(played)
    tamper(played, reactor.state.position - 1)
    lose(played, 1)
    await until(played, lambda: reactor.broken is not None)
    refused = await ask(played, commander(SCOPE), "ReopenScope", area=SCOPE, reason="looked_into")
    assert refused.refusal is not None and refused.refusal.code == "not_your_role"
    refused = await ask(played, OPERATOR, "SignSwitch", area=SCOPE, operation="op")
    assert refused.refusal is not None and refused.refusal.code == "chain_broken"
    assert refused.refusal.facts["position"] == str(len(stream(played)))
    await declare(played, OTHER)


async def test_the_operator_reopens_it_and_what_failed_is_kept(played: Played) -> None:
    reactor = await quiet(played)
    position = reactor.state.position - 1
    tamper(played, position)
    lose(played, 1)
    await until(played, lambda: reactor.broken is not None)
    key, body = fresh_key(now()), {"area": SCOPE, "reason": "looked_into"}
    opened = await played.coordinator.execute(OPERATOR, key, "ReopenScope", body)
    assert opened.status == "accepted" and opened.position == position
    (event,) = await begun(played)
    assert (event.reason, event.by) == (SET_ASIDE, OPERATOR.person)
    assert (event.lost_from, event.lost_to) == (position, position)
    ((*_, kept),) = played.log.server.aside[played.log.world, SCOPE]
    assert kept.position == position
    again = await played.coordinator.execute(OPERATOR, key, "ReopenScope", body)
    assert again == opened._replace(replayed=True)
    healthy = await ask(played, OPERATOR, "ReopenScope", area=SCOPE, reason="looked_into")
    assert healthy.refusal is not None and healthy.refusal.code == "not_broken"
    await declare(played, playbook="epidemic")


async def test_reopened_at_one_coordinator_it_goes_on_at_the_other(played: Played) -> None:
    """And what was acknowledged since stays: the second reopening puts nothing aside."""
    reactor = await quiet(played)
    tamper(played, reactor.state.position - 1)
    lose(played, 1)
    await until(played, lambda: reactor.broken is not None)
    world, registers = played.coordinator.world, played.coordinator.registers
    async with Coordinator(played.log, world, registers, NoJobs(), in_step=True) as second:
        other = second.reactors[SCOPE]
        assert other.broken is not None
        await played.order(OPERATOR, "ReopenScope", area=SCOPE, reason="looked_into")
        await declare(played, playbook="epidemic")
        acknowledged = len(stream(played))
        again = await ask(
            Played(second, played.log), OPERATOR, "ReopenScope", area=SCOPE, reason="looked_into"
        )
        assert again.refusal is not None and again.refusal.code == "not_broken"
        assert len(stream(played)) >= acknowledged and other.state.epoch == 2
        await declare(played, playbook="gas-fire")
        # It holds nothing and is asked nothing: what it knows of that, it has from following the log again.
        await until(Played(second, played.log), lambda: other.head.position >= reactor.head.position)


async def test_what_was_reopened_elsewhere_is_found_by_looking_again(played: Played) -> None:
    reactor = await quiet(played)
    tamper(played, reactor.state.position - 1)
    lose(played, 1)
    await until(played, lambda: reactor.broken is not None)
    world, registers = played.coordinator.world, played.coordinator.registers
    async with Coordinator(played.log, world, registers, NoJobs()) as second:
        other = second.reactors[SCOPE]
        await other.look_again()
        assert other.broken is not None, "nobody has reopened it"
        await played.order(OPERATOR, "ReopenScope", area=SCOPE, reason="looked_into")
        await other.look_again()
        assert other.broken is None and other.state.epoch == 2


@pytest.mark.parametrize("known", [True, False], ids=["by its snapshot", "to nobody"])
async def test_of_a_log_that_is_gone_nothing_is_made_up(played: Played, tmp_path: Path, known: bool) -> None:
    """Its scope stops, the others go on, and nothing is founded or put aside in its place."""
    world, registers = played.coordinator.world, played.coordinator.registers
    snapshots = Snapshots(tmp_path, world, KEY)
    log = MemoryLog(world, KEY, now=now, server=played.log.server)
    async with Coordinator(log, world, registers, NoJobs(), snapshots=snapshots if known else None):
        await quiet(played)
    await played.coordinator.__aexit__()
    if known:
        stream(played).clear()
    else:
        tamper(played, 1)
        stream(played)[0] = stream(played)[0]._replace(body=b"{}")
    left = list(stream(played))
    async with Coordinator(log, world, registers, NoJobs(), snapshots=snapshots if known else None) as third:
        assert third.reactors[SCOPE].broken is not None and not third.reactors[OTHER].broken
        again = await ask(Played(third, log), OPERATOR, "ReopenScope", area=SCOPE, reason="looked_into")
        assert again.refusal is not None and again.refusal.code == "chain_broken"
        assert stream(played) == left and not played.log.server.aside


async def test_a_start_over_a_broken_log_stops_that_scope_alone(played: Played) -> None:
    reactor = await quiet(played)
    world, registers = played.coordinator.world, played.coordinator.registers
    await played.coordinator.__aexit__()
    tamper(played, reactor.state.position - 1)
    async with Coordinator(played.log, world, registers, NoJobs()) as second:
        again = second.reactors[SCOPE]
        assert again.broken is not None and again.broken.position == reactor.state.position - 1
        assert again.state.position == reactor.state.position - 2
        assert not second.reactors[OTHER].broken
        body: dict[str, object] = {"area": SCOPE, "reason": "looked_into"}
        opened = await second.execute(OPERATOR, fresh_key(now()), "ReopenScope", body)
        assert opened.status == "accepted"
        assert again.state.epoch == 2 and again.state.duties, "the holder goes on with what is owed"
