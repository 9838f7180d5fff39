"""A start from a snapshot stands where a replay stands, and a snapshot that does not fit is passed over."""

from __future__ import annotations

from pathlib import Path

from coordinator.domain import rules, snapshot
from coordinator.engine.coordinator import Coordinator
from coordinator.jobs.port import NoJobs
from coordinator.playbook import library
from coordinator.store.log import EMPTY
from coordinator.store.snapshots import Snapshots
from coordinator.wire.board import BoardKey, Cursor
from tests.engine.conftest import DISTRICTS, KEY, Played, commander
from tests.engine.test_two_scopes import until

SCOPE = DISTRICTS[1]


async def declared(played: Played) -> None:
    await played.order(
        commander(SCOPE),
        "DeclareOperation",
        area=SCOPE,
        playbook=library.bundled("flood-typhoon").digest,
        targets={SCOPE: "III"},
        expected_minutes=600,
    )
    state = played.coordinator.reactors[SCOPE].state
    await until(played, lambda: bool(state.call_outs))


async def test_what_is_read_is_what_was_written(played: Played) -> None:
    await declared(played)
    state = played.coordinator.reactors[SCOPE].state
    again = snapshot.read(snapshot.write(state), state.world, SCOPE, state.registers)
    assert again.digest() == state.digest()
    for name, table in state.tables.items():
        assert list(again.tables[name].positions().items()) == list(table.positions().items())
        assert again.tables[name].tombstones() == table.tombstones()
    for entry in await played.log.read(SCOPE, played.coordinator.reactors[SCOPE].head):
        rules.apply(again, rules.decode(entry.body))
    assert again.digest() == state.digest()


async def test_a_second_start_goes_on_from_it(played: Played, tmp_path: Path) -> None:
    await declared(played)
    world, registers = played.coordinator.world, played.coordinator.registers
    snapshots = Snapshots(tmp_path, world, KEY)
    async with Coordinator(played.log, world, registers, NoJobs(), snapshots=snapshots) as first:
        digest = first.reactors[SCOPE].state.digest()
        board = BoardKey.parse(f"area:{SCOPE}")
        cursor, _, entries = first.snapshot(board, SCOPE)
    kept = snapshots.newest(SCOPE, snapshot.fingerprint())
    assert kept is not None and kept.head.position == cursor.position

    class NoReading:
        """The log, counting what is read from the first event on."""

        def __init__(self) -> None:
            self.from_the_start = 0

    counting = NoReading()
    read = played.log.read

    async def counted(scope: str, after: object, limit: int = 1000) -> object:
        counting.from_the_start += after == EMPTY
        return await read(scope, after, limit)  # type: ignore[arg-type]

    played.log.read = counted  # type: ignore[method-assign,assignment]
    async with Coordinator(played.log, world, registers, NoJobs(), snapshots=snapshots) as second:
        assert counting.from_the_start == 0
        assert second.reactors[SCOPE].state.digest() == digest
        assert second.snapshot(board, SCOPE)[2] == entries
        assert second.delta(board, SCOPE, Cursor(cursor.epoch, cursor.position)) is not None
