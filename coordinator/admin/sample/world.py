"""Makes the registers of a place from its public codes: grids, people, teams, units, facilities, all invented
and the same for the same seed. No name and no phone of a person is made, since none may stand in a register.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from coordinator.admin.sample.areas import draw_ground
from coordinator.admin.sample.organisation import draw_offices, draw_places, draw_routines, draw_units
from coordinator.admin.sample.people import draw_people
from coordinator.admin.sample.skills import DEFAULT_SKILLS
from coordinator.domain.area import Area, AreaCode
from coordinator.store.registers import (
    AreaColumns,
    RegisterDigests,
    RegisterSet,
    build_areas,
    build_organisation,
    build_people_columns,
    digest_of,
    open_registers,
)

GROUND, PEOPLE, PLACES = range(3)
"""What is drawn has its own stream of chance each: more places do not change the people."""


class SampledRegisters(NamedTuple):
    """The bytes of the three registers, to be stored by digest."""

    areas: bytes
    people: bytes
    organisation: bytes

    @property
    def digests(self) -> RegisterDigests:
        return RegisterDigests(*(digest_of(register) for register in self))

    def open(self) -> RegisterSet:
        return open_registers(*self)


def sample(areas: Iterable[Area], seed: int, skills: Sequence[str] = DEFAULT_SKILLS) -> SampledRegisters:
    """The registers of these areas. The same areas (in any order), seed and skills give the same bytes."""
    ground = draw_ground(sorted(areas, key=lambda area: area.code), np.random.default_rng([seed, GROUND]))
    area_bytes = build_areas(ground.areas, ground.attributes)
    tree = AreaColumns(area_bytes)
    people = draw_people(tree, sorted(set(skills)), np.random.default_rng([seed, PEOPLE]))
    return SampledRegisters(
        area_bytes,
        build_people_columns(people.rows),
        build_organisation(
            offices=draw_offices(tree),
            units=draw_units(tree),
            teams=people.teams,
            places=draw_places(tree, np.random.default_rng([seed, PLACES])),
            routines=draw_routines(tree),
        ),
    )


def subtree(areas: Iterable[Area], top: AreaCode) -> list[Area]:
    """One part of a file: `top`, its ancestors and all below it. Raises `KeyError` if `top` is not there."""
    whole = list(areas)
    tree = AreaColumns(build_areas(whole))
    above = set(tree.path(top))
    return [area for area in whole if area.code in above or tree.within(area.code, top)]
