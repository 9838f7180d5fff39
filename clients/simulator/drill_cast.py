"""Who plays in a drill: every seat that is simulated, with its habits and boards, and what control can do to them.

Sans-IO: the same cast is asked by a drill in memory and by the process that plays over sockets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.register import Registers
from coordinator.domain.scope import scope_of
from coordinator.wire.board import Board

CONTROL = "!control"
"""Sorts before every seat: what control does is felt by all who act after it."""


class DrillCast:
    """`players`: by name, `KIND:CODE` or a team's id."""

    def __init__(self, registers: Registers, seed: int, playbook: str = "", minutes: int = 0) -> None:
        """`playbook`: digest of the one that a simulated command post declares by, for so many minutes."""
        self.players: dict[str, Player] = {}
        self._registers = registers
        self._chance = Chance(seed)
        self._playbook = playbook
        self._minutes = minutes
        self._seeing: dict[str, Seeing] = {}
        self._commanding: dict[str, Commanding] = {}

    def seat(self, places: Sequence[AreaCode], kinds: Iterable[str]) -> None:
        wanted = set(kinds)
        areas = self._registers.areas
        for top in places:
            for level, kind in (
                (AreaLevel.STREET, "street"),
                (AreaLevel.COMMUNITY, "community"),
                (AreaLevel.GRID, "grid"),
            ):
                if kind in wanted:
                    for area in areas.below(top, level):
                        self._place(kind, area)
            if "team_leader" in wanted:
                for street in areas.below(top, AreaLevel.STREET):
                    self._teams(street)
            if "commander" in wanted:
                self._commanders(scope_of(areas, top))

    def control(self) -> Handicaps:
        """The seat that watches what control throws; it needs a controller's rights."""
        root = self._registers.areas.roots()[0]
        actor = Actor("sim-control", Role.CONTROLLER, root)
        return Handicaps(actor, Board(f"drill:{root}"), self.players, self._seeing, self._commanding)

    def _place(self, kind: str, area: AreaCode) -> None:
        name = f"{kind}:{area}"
        seeing = self._seeing[name] = Seeing()
        boards = [Board(f"area:{area}"), Board(f"orders:{area}")]
        habits: tuple[Habit, ...]
        match kind:
            case "street":
                led = {
                    team.id
                    for team in self._registers.organisation.teams_of(area)
                    if team.kind == "shock_team"
                }
                crew = Crew(lambda call: call.team not in led)
                habits = (
                    *(Signing(), RollCall(), Reading(), Knocking(), Answering(), crew),
                    *(Work(), Converting(), Reporting(), seeing),
                )
            case "community":
                habits = (
                    *(Signing(), RollCall(), Reading(), Answering(), Crew(), Work()),
                    *(Converting(), Occupancy(), Drying(), Reporting(), seeing),
                )
            case _:
                habits = (RollCall(), Reading(), Crew(), Work(), Counting(), seeing)
        desk = Desk(area, boards, self._chance, habits)
        self.players[name] = Player(Actor(f"d-{area}", Role(kind), area), desk)

    def _teams(self, street: AreaCode) -> None:
        for team in self._registers.organisation.teams_of(street):
            if team.kind == "shock_team" and team.members:
                desk = Desk(team.area, [Board(f"team:{team.id}")], self._chance, (Muster(), TeamCrew()))
                self.players[team.id] = Player(Actor(team.members[0], Role.TEAM_LEADER, team.area), desk)

    def _commanders(self, scope: AreaCode) -> None:
        """Two persons of one command post: the first decides, the second approves."""
        commanding = self._commanding[f"commander:{scope}/1"] = Commanding(self._playbook, self._minutes)
        habits: dict[int, tuple[Habit, ...]] = {
            1: (RollCall(), Reading(), commanding),
            2: (Approving(),),
        }
        for number, those in habits.items():
            boards = [Board(f"area:{scope}"), Board(f"orders:{scope}")]
            desk = Desk(scope, boards, self._chance, those)
            actor = Actor(f"d-{scope}-{number}", Role.COMMANDER, scope)
            self.players[f"commander:{scope}/{number}"] = Player(actor, desk)


def simulated(
    registers: Registers,
    places: Sequence[AreaCode],
    kinds: Iterable[str],
    seed: int,
    playbook: str = "",
    minutes: int = 0,
) -> Mapping[str, Player | Handicaps]:
    """The cast of a drill in memory."""
    cast = DrillCast(registers, seed, playbook, minutes)
    cast.seat(places, kinds)
    return {CONTROL: cast.control(), **cast.players}
