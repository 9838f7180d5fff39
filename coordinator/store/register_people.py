"""The register of people: who can be mobilised, in columns of a few bytes each, so that a million of them
cost their file once. Pseudonymous: no name and no phone ever stands here; a `Responder` is made when it is
asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coordinator.domain.area import AreaCode
from coordinator.domain.register import Kind, Responder, ResponderId
from coordinator.store.columns import BrokenRegister, Buffer, ColumnFile, write_columns

KIND: Final = "people"
ADULT: Final = 1
EXEMPT: Final = 2
LEADER: Final = 4
MOST_KINDS: Final = 16
MOST_SKILLS: Final = 64
"""A kind is one bit of a `uint16`, a skill one of a `uint64`."""


def responder_id(number: int) -> ResponderId:
    return f"p{number:07d}"


def number_of(responder: ResponderId) -> int:
    """The number in an id. `ValueError` for what is not written as `responder_id` writes it."""
    number = int(responder[1:]) if responder[1:].isdecimal() else -1
    if not 0 <= number < 2**32 or responder_id(number) != responder:
        raise ValueError(f"{responder!r} is no id of a responder")
    return number


@dataclass(frozen=True)
class PeopleRows:
    """What a register of people is built from; one value per person in every array.

    `home`, `unit` and `team` point into `homes` (sorted), `unit_ids` and `team_ids`, -1 being none; bit k of
    the masks is the k-th of `kind_names` and `skill_names`; numbers ascend.
    """

    number: NDArray[np.uint32]
    home: NDArray[np.uint32]
    kind_mask: NDArray[np.uint16]
    skill_mask: NDArray[np.uint64]
    unit: NDArray[np.int32]
    team: NDArray[np.int32]
    flags: NDArray[np.uint8]
    homes: Sequence[AreaCode]
    kind_names: Sequence[str]
    skill_names: Sequence[str]
    unit_ids: Sequence[str]
    team_ids: Sequence[str]


class PeopleColumns:
    """An opened register of people. The arrays are for the planner; an index is a row in all of them."""

    def __init__(self, data: Buffer, expected: str = "") -> None:
        file = ColumnFile(data, KIND, expected)
        self.digest = file.digest
        self.kind_names = file.list_of("kinds")
        self.skill_names = file.list_of("skills")
        self.homes: Sequence[AreaCode] = file.text("homes")
        """Codes of the grids that `home` points into, sorted."""
        self.unit_ids: Sequence[str] = file.text("units")
        self.team_ids: Sequence[str] = file.text("teams")
        self.numbers: NDArray[np.uint32] = file.array("number", np.uint32)
        count = len(self.numbers)
        self.home: NDArray[np.uint32] = file.indexes("home", np.uint32, count, into=len(self.homes))
        self.kind_mask: NDArray[np.uint16] = file.array("kinds", np.uint16, count)
        self.skill_mask: NDArray[np.uint64] = file.array("skills", np.uint64, count)
        self.unit: NDArray[np.int32] = file.indexes(
            "unit", np.int32, count, into=len(self.unit_ids), lowest=-1
        )
        self.team: NDArray[np.int32] = file.indexes(
            "team", np.int32, count, into=len(self.team_ids), lowest=-1
        )
        self.flags: NDArray[np.uint8] = file.array("flags", np.uint8, count)
        self._starts = file.indexes("homes.starts", np.uint32, len(self.homes) + 1, into=count + 1)
        self._rows = file.indexes("homes.rows", np.uint32, count, into=count)
        self._home_index = {code: at for at, code in enumerate(file.text("homes").decoded())}
        if bool((self.numbers[1:] <= self.numbers[:-1]).any()):
            raise BrokenRegister("the numbers of people do not ascend")

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def adult(self) -> NDArray[np.bool_]:
        return self._flag(ADULT)

    @cached_property
    def exempt(self) -> NDArray[np.bool_]:
        return self._flag(EXEMPT)

    @cached_property
    def leader(self) -> NDArray[np.bool_]:
        return self._flag(LEADER)

    def _flag(self, flag: int) -> NDArray[np.bool_]:
        array: NDArray[np.bool_] = (self.flags & np.uint8(flag)) != 0
        array.flags.writeable = False
        return array

    def kinds_mask(self, kinds: Iterable[str]) -> int:
        """The bits of these kinds. A kind that nobody here has is no bit."""
        return _mask(self.kind_names, kinds)

    def skills_mask(self, skills: Iterable[str]) -> int:
        """The bits of these skills. A skill that nobody here has is no bit."""
        return _mask(self.skill_names, skills)

    def index_of(self, responder: ResponderId) -> int:
        """Raises `KeyError` for whom the register does not have."""
        try:
            number = number_of(responder)
        except ValueError as wrong:
            raise KeyError(responder) from wrong
        at = int(np.searchsorted(self.numbers, np.uint32(number)))  # an int would make it copy all numbers
        if at == len(self.numbers) or self.numbers.item(at) != number:
            raise KeyError(responder)
        return at

    def id_of(self, index: int) -> ResponderId:
        return responder_id(self.numbers.item(index))

    def ids_of(self, indexes: NDArray[np.integer]) -> list[ResponderId]:
        return [responder_id(number) for number in self.numbers[indexes].tolist()]

    def get(self, responder: ResponderId) -> Responder | None:
        try:
            index = self.index_of(responder)
        except KeyError:
            return None
        return self.responder(index)

    def responder(self, index: int) -> Responder:
        unit, team, flags = self.unit.item(index), self.team.item(index), self.flags.item(index)
        return Responder(
            id=self.id_of(index),
            home=self.homes[self.home.item(index)],
            kinds=_names(self.kind_names, self.kind_mask.item(index)),
            skills=_names(self.skill_names, self.skill_mask.item(index)),
            unit="" if unit < 0 else self.unit_ids[unit],
            team="" if team < 0 else self.team_ids[team],
            leader=bool(flags & LEADER),
            adult=bool(flags & ADULT),
            exempt=bool(flags & EXEMPT),
        )

    def rows_in(self, grid: AreaCode) -> NDArray[np.uint32]:
        """Indexes of those who live there, by id; none for a grid that the register does not have."""
        at = self._home_index.get(grid)
        if at is None:
            return self._rows[:0]
        return self._rows[self._starts.item(at) : self._starts.item(at + 1)]

    def living_in(self, grid: AreaCode) -> Sequence[ResponderId]:
        return self.ids_of(self.rows_in(grid))


def _mask(names: Sequence[str], wanted: Iterable[str]) -> int:
    return sum(1 << names.index(name) for name in set(wanted) if name in names)


def _names(names: Sequence[str], mask: int) -> frozenset[str]:
    found = []
    while mask:
        lowest = mask & -mask
        found.append(names[lowest.bit_length() - 1])
        mask ^= lowest
    return frozenset(found)


def build_people_columns(rows: PeopleRows) -> bytes:
    """The register of people given by columns. Raises `ValueError` for what would not be a register."""
    _check_bits(rows.kind_names, rows.skill_names)
    if bool((rows.number[1:] <= rows.number[:-1]).any()):
        raise ValueError("the numbers of people do not ascend, or one stands there twice")
    if list(rows.homes) != sorted(set(rows.homes)):
        raise ValueError("homes are not sorted, or one stands there twice")
    by_home = np.argsort(rows.home, kind="stable")
    starts = np.searchsorted(rows.home[by_home], np.arange(len(rows.homes) + 1))
    data = write_columns(
        KIND,
        {"kinds": rows.kind_names, "skills": rows.skill_names},
        {
            "homes": rows.homes,
            "units": rows.unit_ids,
            "teams": rows.team_ids,
            "number": rows.number,
            "home": rows.home,
            "kinds": rows.kind_mask,
            "skills": rows.skill_mask,
            "unit": rows.unit,
            "team": rows.team,
            "flags": rows.flags,
            "homes.starts": starts.astype("<u4"),
            "homes.rows": by_home.astype("<u4"),
        },
    )
    PeopleColumns(data)  # what cannot be opened is not handed out
    return data


def _check_bits(kinds: Sequence[str], skills: Sequence[str]) -> None:
    if len(kinds) > MOST_KINDS or len(skills) > MOST_SKILLS:
        raise ValueError(f"more than {MOST_KINDS} kinds or {MOST_SKILLS} skills")


def build_people(people: Iterable[Responder]) -> bytes:
    """The register of these people; their order does not matter."""
    rows = sorted(people, key=lambda person: number_of(person.id))
    numbers = np.array([number_of(person.id) for person in rows], dtype="<u4")
    homes = sorted({person.home for person in rows})
    kinds = tuple(dict.fromkeys([*Kind, *sorted({kind for person in rows for kind in person.kinds})]))
    skills = sorted({skill for person in rows for skill in person.skills})
    _check_bits(kinds, skills)
    units, teams = (
        sorted({person.unit for person in rows} - {""}),
        sorted({person.team for person in rows} - {""}),
    )
    return build_people_columns(
        PeopleRows(
            number=numbers,
            home=_indexes(homes, [person.home for person in rows]).astype("<u4"),
            kind_mask=np.array([_mask(kinds, person.kinds) for person in rows], dtype="<u2"),
            skill_mask=np.array([_mask(skills, person.skills) for person in rows], dtype="<u8"),
            unit=_indexes(units, [person.unit for person in rows]),
            team=_indexes(teams, [person.team for person in rows]),
            flags=np.array([_flags(person) for person in rows], dtype="|u1"),
            homes=homes,
            kind_names=kinds,
            skill_names=skills,
            unit_ids=units,
            team_ids=teams,
        )
    )


def _indexes(names: Sequence[str], values: Sequence[str]) -> NDArray[np.int32]:
    index: Mapping[str, int] = {name: at for at, name in enumerate(names)}
    return np.array([index.get(value, -1) for value in values], dtype="<i4")


def _flags(person: Responder) -> int:
    return ADULT * person.adult | EXEMPT * person.exempt | LEADER * person.leader
