"""Registers: what the rules may ask about areas, people and organisation. Immutable, named by digest.

Protocols only: `store/registers.py` opens the bytes, the rules get them as an argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from coordinator.domain.area import Area, AreaCode, AreaLevel

ResponderId = str
"""Pseudonymous: `p` and a number; names and phones stand in the vault."""


class Kind(StrEnum):
    """What a responder 人员 can be mobilised as; one person may be several."""

    SHOCK_TEAM = "shock_team"
    CADRE = "cadre"
    VOLUNTEER = "volunteer"
    GRID_STAFF = "grid_staff"
    PROPERTY_STAFF = "property_staff"
    COURIER = "courier"
    PROFESSIONAL = "professional"


class Responder(msgspec.Struct, frozen=True):
    """Someone who can be mobilised. No name, no phone, no diagnosis: the log must not know (rule 5)."""

    id: ResponderId
    home: AreaCode
    """The grid they live in: the home grid comes first when posts are filled (SD14)."""
    kinds: frozenset[str]
    skills: frozenset[str]
    unit: str = ""
    team: str = ""
    leader: bool = False
    adult: bool = True
    exempt: bool = False
    """Exempt from call-out (HB05, PR12: seconded, on leave); the reason is not kept here."""


class Unit(msgspec.Struct, frozen=True):
    """Employer or department 单位, twinned with streets 1:1 or communities 1:N 对口联系 (SZ06, ZJ11)."""

    id: str
    name: str
    kind: str
    """`employer`, `department`, `property`."""
    area: AreaCode
    twinned: tuple[AreaCode, ...] = ()


class Team(msgspec.Struct, frozen=True):
    """Shock team 应急突击队 and its like (HB15). `members` are responder ids, the leader first."""

    id: str
    name: str
    kind: str
    area: AreaCode
    """The street it stands by for."""
    unit: str
    members: tuple[ResponderId, ...]


class Office(msgspec.Struct, frozen=True):
    """机构: authority belongs to it, on a part of the tree, held by whoever is on duty."""

    id: str
    name: str
    area: AreaCode
    duty: tuple[str, ...]
    """Person ids of the duty roster 值班表 in order: on duty, then substitutes."""


class Place(msgspec.Struct, frozen=True):
    """A facility 阵地 as registered: what stands where and for how many."""

    id: str
    kind: str
    name: str
    area: AreaCode
    capacity: int


class Routine(msgspec.Struct, frozen=True):
    """A piece of normal work that exists before, is suspended and resumes (visits, requests, projects)."""

    id: str
    key: str
    """What a playbook's suspension names, e.g. `household_visit`."""
    name: str
    area: AreaCode
    every_hours: int


class AreaRegister(Protocol):
    """The tree. Unknown codes raise `KeyError`."""

    @property
    def digest(self) -> str: ...
    def get(self, code: AreaCode) -> Area | None: ...
    def __getitem__(self, code: AreaCode) -> Area: ...
    def __contains__(self, code: object) -> bool: ...
    def parent(self, code: AreaCode) -> AreaCode:
        """The code above; empty for a root."""
        ...

    def children(self, code: AreaCode) -> Sequence[AreaCode]: ...
    def path(self, code: AreaCode) -> tuple[AreaCode, ...]:
        """From the area itself up to its root."""
        ...

    def within(self, code: AreaCode, top: AreaCode) -> bool:
        """Whether `code` is `top` or lies below it; False for a code the tree does not have."""
        ...

    def below(self, top: AreaCode, level: AreaLevel) -> Sequence[AreaCode]:
        """All areas of that level in the subtree, `top` included, placeholders left out, by code."""
        ...

    def roots(self) -> Sequence[AreaCode]: ...
    def attributes(self, code: AreaCode) -> Mapping[str, int]:
        """Counts of `ATTRIBUTES`: a grid's own; for a higher area the sums, plus `grids` and `communities`."""
        ...


class PeopleRegister(Protocol):
    @property
    def digest(self) -> str: ...
    def __len__(self) -> int: ...
    def get(self, responder: ResponderId) -> Responder | None: ...
    def living_in(self, grid: AreaCode) -> Sequence[ResponderId]:
        """Who has that grid as home, by id."""
        ...


class Organisation(Protocol):
    """Offices, units, teams, facilities and routine work; small, read whole."""

    @property
    def digest(self) -> str: ...
    @property
    def offices(self) -> Mapping[str, Office]: ...
    @property
    def units(self) -> Mapping[str, Unit]: ...
    @property
    def teams(self) -> Mapping[str, Team]: ...
    @property
    def places(self) -> Mapping[str, Place]: ...
    @property
    def routines(self) -> Mapping[str, Routine]: ...
    def listed_at(self, person: str) -> Sequence[AreaCode]:
        """Areas whose office lists them."""
        ...

    def teams_of(self, area: AreaCode) -> Sequence[Team]: ...
    def places_in(self, area: AreaCode) -> Sequence[Place]: ...
    def routines_in(self, area: AreaCode) -> Sequence[Routine]: ...


class Registers(Protocol):
    """The three that one world uses."""

    @property
    def areas(self) -> AreaRegister: ...
    @property
    def people(self) -> PeopleRegister: ...
    @property
    def organisation(self) -> Organisation: ...
