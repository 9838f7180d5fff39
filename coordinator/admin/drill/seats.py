"""Who takes part in an open drill, and by which token: exercise control, observers, every seat.

Tokens are the drill's own, issued once by its own operator; a simulated seat's goes to the simulated teams alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from coordinator.admin.drill.plan import DrillPlan, read_playbook, read_script
from coordinator.admin.run.founding import OPERATOR_TOKEN
from coordinator.admin.run.grants import Wanted, issue
from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode
from coordinator.domain.register import Registers
from coordinator.domain.seat import Seat
from coordinator.drills.seats import control_seat, seats
from coordinator.store.keyfile import replace_private

SEATS_FILE: Final = "seats.json"
SIMULATOR_FILE: Final = "simulator.json"
READY_FILE: Final = "teams.ready"
CONTROL: Final = "control"
"""The seat by whose token the commands of this machine are given."""
SUPERVISOR: Final = "supervisor"
"""The seat that stops the drill when the same place is switched in earnest; it does nothing else."""


class Taken(msgspec.Struct, frozen=True, omit_defaults=True):
    """One seat and the token it signs in with."""

    name: str
    role: Role
    area: AreaCode
    person: str
    token: str
    boards: tuple[str, ...] = ()
    simulated: bool = False


class SimulatedTeams(msgspec.Struct, frozen=True):
    """What the process of the simulated teams is told; it knows nothing of the drill beside this."""

    urls: list[str]
    world: str
    seed: int
    playbook: str
    """Digest."""
    minutes: int
    in_step: bool
    seats: list[Taken]
    ready: str
    """The file they write when everybody has taken their seat."""


async def issue_seats(directory: Path, plan: DrillPlan, registers: Registers, url: str) -> None:
    """Once: tokens for everybody. Raises `CommandFailed`, `aiohttp.ClientError`."""
    if (directory / SEATS_FILE).exists():
        return
    document = read_script(directory).document
    root = registers.areas.roots()[0]
    people = [Seat(CONTROL, Role.CONTROLLER, root, "control-1", (f"drill:{root}",))]
    people += [Seat(SUPERVISOR, Role.CONTROLLER, root, "process:supervisor", ())]
    people += [
        Seat(part.key, Role(part.role), root, f"d-{part.key}-1", (f"drill:{root}",))
        for part in document.roles
        if part.key not in (CONTROL, SUPERVISOR)
    ]
    people += seats(registers, document.places, plan.real)
    teams = seats(registers, document.places, plan.simulated)
    teams = [control_seat(registers), *teams] if teams else []
    everyone = [*people, *teams]
    wanted = [Wanted(one.person, one.role, one.area, _office(one)) for one in everyone]
    tokens = await issue(url, (directory / OPERATOR_TOKEN).read_text(), wanted)
    taken = [
        Taken(one.name, one.role, one.area, one.person, token, one.boards, number >= len(people))
        for number, (one, token) in enumerate(zip(everyone, tokens, strict=True))
    ]
    replace_private(directory / SEATS_FILE, msgspec.json.encode(taken))


def read_seats(directory: Path) -> list[Taken]:
    """Empty as long as the drill has not been opened."""
    path = directory / SEATS_FILE
    return msgspec.json.decode(path.read_bytes(), type=list[Taken]) if path.exists() else []


class Desks(NamedTuple):
    """Areas of the seats that somebody takes: those that answer the roll-call."""

    all: frozenset[AreaCode]
    people: frozenset[AreaCode]
    """Those where not only simulated teams sit."""


def desks_of(directory: Path) -> Desks:
    control = (Role.CONTROLLER, Role.OBSERVER)
    taken = [one for one in read_seats(directory) if one.role not in control]
    people = frozenset(one.area for one in taken if not one.simulated)
    return Desks(frozenset(one.area for one in taken), people)


def token_of(directory: Path, name: str) -> str:
    """Raises `LookupError` for a seat that there is not (yet)."""
    for one in read_seats(directory):
        if one.name == name:
            return one.token
    raise LookupError(name)


def write_teams(directory: Path, plan: DrillPlan, urls: list[str]) -> Path | None:
    """The file for the simulated teams; None where nobody is simulated."""
    simulated = [one for one in read_seats(directory) if one.simulated]
    if not simulated:
        return None
    playbook = read_playbook(directory)
    teams = SimulatedTeams(
        urls=urls,
        world=plan.world,
        seed=plan.seed,
        playbook=playbook.digest if playbook is not None else "",
        minutes=read_script(directory).document.lasts,
        in_step=not plan.rate,
        seats=simulated,
        ready=str((directory / READY_FILE).absolute()),
    )
    path = directory / SIMULATOR_FILE
    replace_private(path, msgspec.json.encode(teams))
    return path


def _office(seat: Seat) -> str:
    """Who gives orders does so for an office; a team and a phone have none."""
    officers = (Role.COMMANDER, Role.STREET, Role.COMMUNITY)
    return f"office:{seat.area}" if seat.role in officers else ""
