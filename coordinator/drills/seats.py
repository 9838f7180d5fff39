"""Which seats a drill has: the desks of its places, by kind, as the registers know them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.register import AreaRegister, Kind, Registers
from coordinator.domain.scope import scope_of
from coordinator.domain.seat import Seat
from coordinator.drills.vocabulary import Seat as SeatKind

CONTROL = "!control"
"""Sorts before every seat: what control does is felt by all who act after it."""


def seats(registers: Registers, places: Sequence[AreaCode], kinds: Iterable[str]) -> list[Seat]:
    """Of these kinds at and below these places; each once, by name."""
    found = {seat.name: seat for top in places for kind in kinds for seat in _of(registers, top, kind)}
    return [found[name] for name in sorted(found)]


def control_seat(registers: Registers) -> Seat:
    """That which watches what control throws, and needs a controller's rights for it."""
    root = registers.areas.roots()[0]
    return Seat(CONTROL, Role.CONTROLLER, root, "sim-control", (f"drill:{root}",))


def held_from(areas: AreaRegister, places: Sequence[AreaCode]) -> AreaCode:
    """The nearest area that all its places lie in: whose office holds the drill."""
    paths = [areas.path(place) for place in places]
    return next(area for area in paths[0] if all(area in path for path in paths))


def _of(registers: Registers, top: AreaCode, kind: str) -> Iterator[Seat]:
    areas, role = registers.areas, Role(kind)
    match SeatKind(kind):
        case SeatKind.COMMANDER:
            scope = scope_of(areas, top)
            for number in (1, 2):  # what one person asks for, the other approves
                boards = (f"area:{scope}", f"orders:{scope}")
                yield Seat(f"commander:{scope}/{number}", role, scope, f"d-{scope}-{number}", boards)
        case SeatKind.TEAM_LEADER:
            for street in areas.below(top, AreaLevel.STREET):
                for team in registers.organisation.teams_of(street):
                    if team.kind == Kind.SHOCK_TEAM and team.members:
                        yield Seat(team.id, role, team.area, team.members[0], (f"team:{team.id}",))
        case SeatKind.STREET | SeatKind.COMMUNITY | SeatKind.GRID:
            for area in areas.below(top, AreaLevel(kind)):
                boards = (f"area:{area}", f"orders:{area}")
                yield Seat(f"{kind}:{area}", role, area, f"d-{area}-1", boards)
