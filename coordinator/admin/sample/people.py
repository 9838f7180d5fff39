"""Draws the people of a sampled tree: 16.7 per grid, pseudonymous, with kinds, skills, units and teams. Whole
columns at once: a province has more than a million of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coordinator.admin.sample.organisation import EMPLOYERS, codes_of, department_id, employer_id, firm_id
from coordinator.admin.sample.skills import CHANCES, DEPARTMENT_CHANCE, DEPARTMENTS, UNKNOWN
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.register import Kind, Team
from coordinator.store.register_people import ADULT, EXEMPT, LEADER, PeopleRows, responder_id
from coordinator.store.registers import AreaColumns

PER_GRID: Final = 16.7
FEWEST: Final = 8
GRID_STAFF: Final = 2
"""In every grid; the first and the second who live there."""
KINDS: Final = tuple(Kind)
BIT: Final = {kind: 1 << at for at, kind in enumerate(KINDS)}
SHARES: Final = {
    Kind.VOLUNTEER: 0.50,
    Kind.CADRE: 0.14,
    Kind.PROPERTY_STAFF: 0.14,
    Kind.COURIER: 0.09,
    Kind.PROFESSIONAL: 0.08,
    Kind.GRID_STAFF: 0.05,
}
"""What the others of a grid are. The shock team is drawn from them and is a second kind."""
ALSO_VOLUNTEER: Final = {
    Kind.CADRE: 0.15,
    Kind.COURIER: 0.25,
    Kind.PROPERTY_STAFF: 0.08,
    Kind.PROFESSIONAL: 0.10,
}
MINORS: Final = 0.02
"""Of those who are volunteers and nothing else."""
EXEMPTED: Final = 0.04
EMPLOYED: Final = 0.3
"""Of adult volunteers, by one of the street's two employers."""
SHOCK_TEAMS: Final = 2
SHOCK_SIZE: Final = (20, 30)
LIAISON_SIZE: Final = (6, 10)
LIAISON: Final = "liaison"
TEAM_NAMES: Final = {
    Kind.SHOCK_TEAM: ("第一应急突击队", "第二应急突击队"),
    LIAISON: ("联系社区工作队",),
}
NOWHERE: Final = -1


class Drawn(NamedTuple):
    """The people, and the teams they are members of."""

    rows: PeopleRows
    teams: list[Team]


class _Above(NamedTuple):
    """The areas of one level, and for every grid the index of the one it lies in; -1 if there is none."""

    codes: list[AreaCode]
    of_grid: NDArray[np.int32]


def draw_people(tree: AreaColumns, skills: Sequence[str], rng: np.random.Generator) -> Drawn:
    grids = codes_of(tree, AreaLevel.GRID)
    streets = _above(tree, grids, AreaLevel.STREET)
    home = _draw_homes(len(grids), rng)
    mask = _draw_kinds(home, rng)
    flags = _draw_flags(mask, rng)
    department = np.where(
        mask & BIT[Kind.PROFESSIONAL], rng.integers(len(DEPARTMENTS), size=len(home)), NOWHERE
    )
    unit_ids, unit = _draw_units(tree, grids, home, mask, flags, department, rng)
    teams, members = _draw_teams(streets, home, mask, flags, rng)
    team = np.full(len(home), NOWHERE, dtype=np.int32)
    for at, (drawn, rows) in enumerate(zip(teams, members, strict=True)):
        team[rows] = at
        flags[rows[:1]] |= LEADER
        if drawn.kind == Kind.SHOCK_TEAM:
            mask[rows] |= BIT[Kind.SHOCK_TEAM]
    return Drawn(
        PeopleRows(
            number=np.arange(1, len(home) + 1, dtype=np.uint32),
            home=home,
            kind_mask=mask,
            skill_mask=_draw_skills(skills, mask, flags, department, rng),
            unit=unit,
            team=team,
            flags=flags,
            homes=grids,
            kind_names=KINDS,
            skill_names=skills,
            unit_ids=unit_ids,
            team_ids=[drawn.id for drawn in teams],
        ),
        teams,
    )


def _above(tree: AreaColumns, grids: Sequence[AreaCode], level: AreaLevel) -> _Above:
    codes = codes_of(tree, level)
    index = {code: at for at, code in enumerate(codes)}
    found = (next((index[code] for code in tree.path(grid) if code in index), NOWHERE) for grid in grids)
    return _Above(codes, np.fromiter(found, np.int32, len(grids)))


def _draw_homes(grids: int, rng: np.random.Generator) -> NDArray[np.uint32]:
    """The grid of each person: nowhere fewer than `FEWEST`, `PER_GRID` on average, to the person."""
    if not grids:
        return np.zeros(0, dtype=np.uint32)
    weights = rng.gamma(6.0, size=grids)
    spread = rng.multinomial(round(PER_GRID * grids) - FEWEST * grids, weights / weights.sum())
    return np.repeat(np.arange(grids, dtype=np.uint32), FEWEST + spread)


def _draw_kinds(home: NDArray[np.uint32], rng: np.random.Generator) -> NDArray[np.uint16]:
    bits = np.array([BIT[kind] for kind in SHARES], dtype=np.uint16)
    mask = bits[rng.choice(len(bits), len(home), p=list(SHARES.values()))]
    place_in_grid = np.arange(len(home)) - np.searchsorted(home, home)
    mask[place_in_grid < GRID_STAFF] = BIT[Kind.GRID_STAFF]
    chance = rng.random(len(home))
    for kind, share in ALSO_VOLUNTEER.items():
        mask[(mask == BIT[kind]) & (chance < share)] |= BIT[Kind.VOLUNTEER]
    return mask


def _draw_flags(mask: NDArray[np.uint16], rng: np.random.Generator) -> NDArray[np.uint8]:
    minor = (mask == BIT[Kind.VOLUNTEER]) & (rng.random(len(mask)) < MINORS)
    exempt = ~minor & (rng.random(len(mask)) < EXEMPTED)
    return np.where(minor, 0, ADULT).astype(np.uint8) | np.where(exempt, EXEMPT, 0).astype(np.uint8)


def _draw_units(
    tree: AreaColumns,
    grids: Sequence[AreaCode],
    home: NDArray[np.uint32],
    mask: NDArray[np.uint16],
    flags: NDArray[np.uint8],
    department: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[list[str], NDArray[np.int32]]:
    """Property staff belong to their community's firm, professionals to a department of the district, cadres
    and some volunteers to one of the street's employers; the others to none."""
    count = len(home)
    employed = (mask == BIT[Kind.VOLUNTEER]) & (flags & ADULT != 0) & (rng.random(count) < EMPLOYED)
    cadre, property_staff = (mask & BIT[kind] != 0 for kind in (Kind.CADRE, Kind.PROPERTY_STAFF))
    ids: list[str] = []
    unit = np.full(count, NOWHERE, dtype=np.int32)
    for level, who, id_of, which, choice in (
        (AreaLevel.DISTRICT, department >= 0, department_id, list(DEPARTMENTS), department),
        (AreaLevel.STREET, cadre | employed, employer_id, list(EMPLOYERS), rng.integers(2, size=count)),
        (AreaLevel.COMMUNITY, property_staff, firm_id, ["property"], np.zeros(count, dtype=np.int64)),
    ):
        above = _above(tree, grids, level)
        area = above.of_grid[home]
        member = who & (area != NOWHERE)
        unit[member] = len(ids) + area[member] * len(which) + choice[member]
        ids += [id_of(code, key) for code in above.codes for key in which]
    return ids, unit


def _draw_teams(
    streets: _Above,
    home: NDArray[np.uint32],
    mask: NDArray[np.uint16],
    flags: NDArray[np.uint8],
    rng: np.random.Generator,
) -> tuple[list[Team], list[NDArray[np.int64]]]:
    """Two shock teams per street, then a liaison team of cadres; and the rows of the members, leader first.

    The grid staff stay in their grids. A shock team takes a quarter of who is there at most: in a street of
    one community it is smaller than elsewhere.
    """
    street = streets.of_grid[home]
    ready = (flags & (ADULT | EXEMPT) == ADULT) & (mask & BIT[Kind.GRID_STAFF] == 0)
    (rows,) = np.nonzero(ready & (street != NOWHERE))
    rows = rows[np.argsort(street[rows], kind="stable")]
    starts = np.searchsorted(street[rows], np.arange(len(streets.codes) + 1))
    teams: list[Team] = []
    members: list[NDArray[np.int64]] = []

    def form(area: AreaCode, kind: str, number: int, chosen: NDArray[np.int64]) -> None:
        chosen = np.concatenate([chosen[:1], np.sort(chosen[1:])])
        ids = tuple(responder_id(row + 1) for row in chosen.tolist())
        employer = employer_id(area, list(EMPLOYERS)[number % len(EMPLOYERS)])
        name = TEAM_NAMES[kind][number]
        teams.append(Team(f"team:{area}:{kind}{number + 1}", name, kind, area, employer, ids))
        members.append(chosen)

    for area, start, end in zip(streets.codes, starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        free = rng.permutation(rows[start:end])
        most = len(free) // 4
        for number in range(SHOCK_TEAMS):
            size = min(most, int(rng.integers(*SHOCK_SIZE, endpoint=True)))
            chosen, free = free[:size], free[size:]
            if size:
                form(area, Kind.SHOCK_TEAM, number, chosen)
        cadres = free[mask[free] & BIT[Kind.CADRE] != 0][: rng.integers(*LIAISON_SIZE, endpoint=True)]
        if len(cadres):
            form(area, LIAISON, 0, cadres)
    return teams, members


def _draw_skills(
    skills: Sequence[str],
    mask: NDArray[np.uint16],
    flags: NDArray[np.uint8],
    department: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.uint64]:
    """Whoever is of several kinds has the best of their chances. Minors have none: they are never called."""
    adult = flags & ADULT != 0
    found = np.zeros(len(mask), dtype=np.uint64)
    for bit, skill in enumerate(skills):
        chance = np.zeros(len(mask), dtype=np.float32)
        for kind, share in CHANCES.get(skill, UNKNOWN).items():
            np.maximum(chance, share, out=chance, where=mask & BIT[kind] != 0)
        for at, (_, taught) in enumerate(DEPARTMENTS.values()):
            if skill in taught:
                np.maximum(chance, DEPARTMENT_CHANCE, out=chance, where=department == at)
        has = adult & (rng.random(len(mask), dtype=np.float32) < chance)
        found[has] |= np.uint64(1 << bit)
    return found
