"""Who plays in a drill: a player for every seat that is simulated, with its habits, and what control can do to them.

Sans-IO: the same cast is asked by a drill in memory and by the process that plays over the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clients.simulator.behaviour.crew import Crew
from clients.simulator.behaviour.desk import Desk, Habit
from clients.simulator.behaviour.drilling import Approving, Commanding, Reading, RollCall, Seeing
from clients.simulator.behaviour.facilities import Converting, Occupancy
from clients.simulator.behaviour.muster import Muster, TeamCrew
from clients.simulator.behaviour.signing import Answering, Knocking, Reporting, Signing
from clients.simulator.behaviour.situation import Counting, Drying
from clients.simulator.behaviour.work import Work
from clients.simulator.chance import Chance
from clients.simulator.handicaps import Handicaps
from clients.simulator.player import Player
from coordinator.domain.access import Role
from coordinator.domain.seat import Seat
from coordinator.wire.board import Board

Boards = Callable[[Seat], list[Board]]


def empty_boards(seat: Seat) -> list[Board]:
    """To be kept up to date by whoever moves the world."""
    return [Board(name) for name in seat.boards]


def simulated(
    seats: Sequence[Seat],
    seed: int,
    playbook: str,
    minutes: int,
    boards: Boards = empty_boards,
    named: Callable[[str], str] = str,
) -> Mapping[str, Player | Handicaps]:
    """By the names of their seats. The controller's seat is the one that does to the others what control throws.

    `boards`: those that a seat looks at, where they are kept elsewhere. `named`: ids made by chance.
    """
    return _Cast(seats, Chance(seed, named), playbook, minutes, boards).everyone()


class _Cast:
    def __init__(
        self, seats: Sequence[Seat], chance: Chance, playbook: str, minutes: int, boards: Boards
    ) -> None:
        self._seats = seats
        self._chance = chance
        self._playbook = playbook
        self._minutes = minutes
        self._boards = boards
        self._led = {seat.name for seat in seats if seat.role is Role.TEAM_LEADER}
        self._players: dict[str, Player] = {}
        self._seeing: dict[str, Seeing] = {}
        self._commanding: dict[str, Commanding] = {}

    def everyone(self) -> dict[str, Player | Handicaps]:
        found: dict[str, Player | Handicaps] = {}
        for seat in self._seats:
            boards = self._boards(seat)
            if seat.role is Role.CONTROLLER:
                found[seat.name] = Handicaps(
                    seat.actor, boards[0], self._players, self._seeing, self._commanding
                )
                continue
            desk = Desk(seat.area, boards, self._chance, self._habits(seat))
            found[seat.name] = self._players[seat.name] = Player(seat.actor, desk)
        return found

    def _habits(self, seat: Seat) -> tuple[Habit, ...]:
        match seat.role:
            case Role.COMMANDER if seat.name.endswith("/1"):
                commanding = self._commanding[seat.name] = Commanding(self._playbook, self._minutes)
                return (RollCall(), Reading(), commanding)
            case Role.COMMANDER:
                return (Approving(),)
            case Role.TEAM_LEADER:
                return (Muster(), TeamCrew())
        seeing = self._seeing[seat.name] = Seeing()
        told: tuple[Habit, ...] = (RollCall(), Reading(), Work(), seeing)
        match seat.role:
            case Role.STREET:
                crew = Crew(lambda call: call.team not in self._led)
                return (Signing(), Knocking(), Answering(), crew, Converting(), Reporting(), *told)
            case Role.COMMUNITY:
                desk = (Signing(), Answering(), Crew(), Converting(), Occupancy(), Drying(), Reporting())
                return (*desk, *told)
            case _:
                return (Crew(), Counting(), *told)
