"""A state as bytes and back, so that a start need not replay what was replayed before.

Only ever read by the code that wrote it: the fingerprint names code and schema, another one means replay.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from coordinator.domain import rules
from coordinator.domain.register import Registers
from coordinator.domain.state import ScopeState
from coordinator.domain.table import Gone
from coordinator.domain.tables import TABLES
from coordinator.domain.world import Clock

Row = tuple[str, int, Any]
"""Key, position of the last change, record."""


class _Table(msgspec.Struct):
    rows: list[Row]
    """In order of change."""
    gone: list[Row]
    floor: int


class _State(msgspec.Struct):
    epoch: int
    position: int
    clock: Clock | None
    tables: dict[str, _Table]


@cache
def fingerprint() -> str:
    """Of the rules' code: whatever may change what a record means changes it."""
    hasher = hashlib.blake2b(digest_size=16)
    for source in sorted(files("coordinator.domain").iterdir(), key=lambda one: one.name):
        if source.name.endswith(".py"):
            hasher.update(source.name.encode() + b"\0" + source.read_bytes())
    return hasher.hexdigest()


def write(state: ScopeState) -> bytes:
    tables = {
        name: _Table(
            rows=[(key, position, table[key]) for key, position in table.positions().items()],
            gone=[(key, gone.position, gone.record) for key, gone in table.tombstones().items()],
            floor=table.floor,
        )
        for name, table in state.tables.items()
    }
    return msgspec.msgpack.encode(_State(state.epoch, state.position, state.clock, tables))


def read(data: bytes, world: str, scope: str, registers: Registers) -> ScopeState:
    """Raises `msgspec.ValidationError` for bytes that this code did not write."""
    kept = msgspec.msgpack.decode(data, type=_State)
    state = rules.new_state(world, scope, registers)
    state.epoch, state.position, state.clock = kept.epoch, kept.position, kept.clock
    for name, table in kept.tables.items():
        record = TABLES[name].record
        state.tables[name].restore(
            [(key, msgspec.convert(one, record), position) for key, position, one in table.rows],
            [(key, Gone(position, msgspec.convert(one, record))) for key, position, one in table.gone],
            table.floor,
        )
    return state
