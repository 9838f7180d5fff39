"""The log is the truth: whoever reads it, from its beginning or from a snapshot, stands where everyone stands."""

from __future__ import annotations

from typing import Any

from hypothesis.stateful import precondition, rule

from coordinator.domain import rules, snapshot
from coordinator.domain.state import ScopeState
from tests.laws.effort import effort
from tests.laws.history import History
from tests.laws.player import PICK

KEPT_AT_ONCE = 4


def everything(state: ScopeState) -> dict[str, Any]:
    """More than the digest says: also what boards walk over, which is when each record changed."""
    found: dict[str, Any] = {"at": (state.epoch, state.position, state.clock)}
    for name, table in state.tables.items():
        changed, gone = (
            list(table.positions().values()),
            [one.position for one in table.tombstones().values()],
        )
        assert changed == sorted(changed) and gone == sorted(gone), f"{name} is walked in order of change"
        found[name] = dict(table.items())
        found[f"{name}: changed"] = dict(table.positions())
        found[f"{name}: gone"] = dict(table.tombstones())
        found[f"{name}: floor"] = table.floor
    return found


class Replay(History):
    """Snapshots are taken at any moment, of a state that goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[int, bytes]] = []

    @precondition(lambda self: len(self.kept) < KEPT_AT_ONCE)
    @rule()
    def take_snapshot(self) -> None:
        self.kept.append((self.state.position, snapshot.write(self.state)))

    @rule(one=PICK)
    def cut_tombstones(self, one: int) -> None:
        """As it happens by age; a snapshot carries the floor with it."""
        for name in ("tasks", "concerns", "duties"):
            self.state.tables[name].bury(self.state.position - one)
        self.kept.clear()  # one from before does not know of it, nor need it
        self.cut = True

    cut = False

    def teardown(self) -> None:
        state, log = self.state, self.world.log
        replayed = self.world.replayed()
        assert replayed.digest() == state.digest()
        if not self.cut:
            assert everything(replayed) == everything(state)
        for position, data in self.kept:
            resumed = snapshot.read(data, state.world, state.scope, state.registers)
            for body in log[position:]:
                rules.apply(resumed, rules.decode(body))
            assert resumed.digest() == state.digest()
            assert everything(resumed) == everything(state)
        for body in log:
            assert rules.encode(rules.decode(body)) == body


TestReplay = Replay.TestCase
TestReplay.settings = effort(20)
