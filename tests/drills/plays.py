"""Drills played in memory by the simulated teams, for the tests that look at what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache

from clients.simulator.drill_cast import simulated
from coordinator.drills import script as scripts
from coordinator.drills.lockstep import LockStep
from coordinator.drills.score import Score, score
from coordinator.drills.script import Script
from coordinator.drills.seats import control_seat, seats
from tests.builders import xianlin


def stage(script: Script, seed: int) -> LockStep:
    document = script.document
    playbook = script.playbook()
    digest = playbook.digest if playbook is not None else ""
    kinds = [seat.value for seat in document.players.simulated]
    everyone = [control_seat(xianlin()), *seats(xianlin(), document.places, kinds)]
    cast = simulated(everyone, seed, digest, document.lasts)
    return LockStep(script, playbook, xianlin(), cast, seed)


def played(script: Script, seed: int = 7, look: Callable[[LockStep], None] | None = None) -> LockStep:
    """`look` is called at every step of the clock."""
    made = stage(script, seed)

    async def tick(at: object) -> None:
        if look is not None:
            look(made)

    asyncio.run(made.play(tick))
    return made


@cache
def once(name: str, seed: int = 7) -> LockStep:
    """A script of the project's, played once for all the tests that only look at what came of it."""
    return played(bundled(name), seed)


def scored(made: LockStep) -> Score:
    return score(made.script.document, made.script.digest, made.recorded, xianlin())


def bundled(name: str) -> Script:
    return scripts.bundled(name)
