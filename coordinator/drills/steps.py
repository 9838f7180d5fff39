"""Lock-step over the wire: simulated teams say until when they are idle, and are told what changed on their boards.

The world's time moves here alone, and only while nobody has anything to do; which commands are given, and in which
order, is for the teams to see to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from coordinator.domain.drill import Phase
from coordinator.drills.conductor import Conductor
from coordinator.drills.stepper import Stepper, Stuck
from coordinator.engine.coordinator import Coordinator
from coordinator.wire.board import BoardKey, Cursor, Entries

PATIENCE: Final = 2.0
"""Seconds that a drill which stands still is waited for, before it is said that it still does."""


class Group(NamedTuple):
    """Boards that somebody has as they were at these cursors, by part; none: not at all."""

    since: Mapping[str, Cursor]
    boards: Sequence[BoardKey]


class Change(msgspec.Struct, frozen=True):
    """What became of one part of a board. `whole`: these are all its entries."""

    whole: bool
    at: datetime
    set: Entries
    gone: list[str]


class Stepped(msgspec.Struct, frozen=True):
    """The world after a step. Boards that are not named have not changed up to `heads`."""

    now: datetime
    phase: str
    heads: dict[str, Cursor]
    groups: list[dict[str, dict[str, Change]]]
    """For each that was asked about: board -> part -> what changed."""


class Steps:
    def __init__(self, coordinator: Coordinator, conductor: Conductor) -> None:
        self._coordinator = coordinator
        self._stepper = Stepper(coordinator, conductor)
        self._turn = asyncio.Lock()
        self._moved = asyncio.Event()
        coordinator.on_change(lambda scope: self._moved.set())

    async def go_on(self, meant: datetime | None, groups: Sequence[Group]) -> Stepped:
        """To the next instant at which the players see something, at the latest to when they mean to do something.

        May be asked again with the same: the time never passes `meant`. Raises `Stuck`, `Refused`, `LogUnavailable`,
        `ChainBroken`.
        """
        async with self._turn:
            waited = False
            while True:
                self._moved.clear()
                await self._stepper.settle()
                told = self._told(groups)
                now, phase = self._coordinator.world_now(), self._stepper.phase
                if waited or any(told.groups) or (meant is not None and meant <= now):
                    return told
                if phase is Phase.RUNNING:
                    await self._advance(meant)
                elif phase in (Phase.PREPARED, Phase.PAUSED):
                    waited = await self._still()
                else:
                    return told

    async def _advance(self, meant: datetime | None) -> None:
        to = self._stepper.next_at(meant)
        if to is None:
            raise Stuck("nothing is owed and the drill does not end")
        await self._stepper.advance(to)

    async def _still(self) -> bool:
        """Whether nothing has happened for a while."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._moved.wait()
        except TimeoutError:
            return True
        return False

    def _told(self, groups: Sequence[Group]) -> Stepped:
        """All at one moment: nothing is awaited."""
        engine, phase = self._coordinator, self._stepper.phase
        return Stepped(
            now=engine.world_now(),
            phase=phase.value if phase is not None else Phase.PREPARED.value,
            heads={scope: engine.cursor(scope) for scope in engine.reactors},
            groups=[
                {
                    str(board): changed
                    for board in group.boards
                    if (changed := self._changed(board, group.since))
                }
                for group in groups
            ],
        )

    def _changed(self, board: BoardKey, since: Mapping[str, Cursor]) -> dict[str, Change]:
        found: dict[str, Change] = {}
        for part in self._coordinator.parts(board):
            known = since.get(part)
            if known is not None and known == self._coordinator.cursor(part):
                continue
            delta = self._coordinator.delta(board, part, known) if known is not None else None
            if delta is None:
                _, at, entries = self._coordinator.snapshot(board, part)
                found[part] = Change(True, at, entries, [])
            elif delta.changed or delta.gone:
                found[part] = Change(False, delta.at, delta.changed, list(delta.gone))
        return found
