"""What the tests of the simulated teams share: a small district, casts for it, desks that a test fills."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
import pytest

from clients.simulator.behaviour.desk import Desk, Habit
from clients.simulator.chance import Chance
from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.sample.world import sample, subtree
from coordinator.store.registers import RegisterSet
from coordinator.wire.board import Board, Cursor
from tests.simulator.rehearsal import ORIGIN, Rehearsal
from tests.simulator.rehearsed import Rehearsed


@pytest.fixture(scope="session")
def registers() -> RegisterSet:
    """Two streets of a real district with invented people: enough for every turn of the story."""
    areas = subtree(bundled_areas("wuhan"), "420107")
    kept = {"42", "4201", "420107"}
    streets = {"420107006", "420107013"}
    small = [area for area in areas if area.code in kept or area.code[:9] in streets]
    return sample(small, 7).open()


@pytest.fixture(scope="session")
def rehearsed(registers: RegisterSet) -> Callable[[int], Rehearsed]:
    """A cast for a seed."""
    return lambda seed: Rehearsed(Rehearsal(registers, "420107"), seed)


@pytest.fixture
def desk_of() -> Callable[..., Desk]:
    """A desk with these habits, looking at a board that the test fills."""

    def make(*habits: Habit, area: str = "42010700100101", seed: int = 7) -> Desk:
        board = Board(f"area:{area}")
        board.snapshot("420107", Cursor(1, 1), {}, ORIGIN)
        return Desk(area, [board], Chance(seed), habits)

    return make


@pytest.fixture
def show() -> Callable[..., None]:
    """Put records on a desk's board, and let it notice."""

    def put(desk: Desk, at: datetime, **sections: list[msgspec.Struct]) -> None:
        part = desk.boards[0].parts["420107"]
        changed = {
            f"{section}/{record.id}": msgspec.to_builtins(record)  # type: ignore[attr-defined]
            for section, records in sections.items()
            for record in records
        }
        part.entries.update(changed)
        desk.notice(changed, at)

    return put
