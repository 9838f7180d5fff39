"""Which habits make which actor: a grid's phone, a community's and a street's duty officer, a team's leader."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from clients.simulator.behaviour.crew import Crew
from clients.simulator.behaviour.desk import Desk
from clients.simulator.behaviour.facilities import Converting, Occupancy
from clients.simulator.behaviour.muster import Muster, TeamCrew
from clients.simulator.behaviour.signing import Acknowledging, Answering, Knocking, Reporting, Signing
from clients.simulator.behaviour.situation import Counting, Drying, Watching
from clients.simulator.behaviour.work import Work
from clients.simulator.chance import Chance
from coordinator.domain.area import AreaCode
from coordinator.wire.board import Board


def grid(area: AreaCode, boards: Sequence[Board], chance: Chance) -> Desk:
    return Desk(area, boards, chance, (Crew(), Work(), Counting(), Watching()))


def community(area: AreaCode, boards: Sequence[Board], chance: Chance) -> Desk:
    habits = (
        Signing(),
        Acknowledging(),
        Answering(),
        Crew(),
        Work(),
        Converting(),
        Occupancy(),
        Drying(),
        Reporting(),
    )
    return Desk(area, boards, chance, habits)


def street(area: AreaCode, boards: Sequence[Board], chance: Chance, led: Collection[str]) -> Desk:
    """`led`: teams that have a leader of their own to act for them."""
    crew = Crew(lambda call: call.team not in led)
    habits = (Signing(), Acknowledging(), Knocking(), Answering(), crew, Work(), Converting(), Reporting())
    return Desk(area, boards, chance, habits)


def team_leader(area: AreaCode, boards: Sequence[Board], chance: Chance) -> Desk:
    return Desk(area, boards, chance, (Muster(), TeamCrew()))
