"""The register of areas: the tree with its attributes in columns, in the order of a walk from the roots down,
so that a subtree is one stretch of rows. It answers what `AreaRegister` asks and never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coordinator.domain.area import ATTRIBUTES, Area, AreaCode, AreaLevel
from coordinator.store.columns import BrokenRegister, Buffer, ColumnFile, write_columns

KIND: Final = "areas"
LEVELS: Final = tuple(AreaLevel)
RANK: Final = {level: rank for rank, level in enumerate(LEVELS)}
"""0 is the highest. A parent's rank is always the smaller one, hence there is no cycle."""
COUNTED: Final = (*ATTRIBUTES, "grids", "communities")
GRID_RANK: Final = RANK[AreaLevel.GRID]
COMMUNITY_RANK: Final = RANK[AreaLevel.COMMUNITY]


class AreaColumns:
    """An opened register of areas. `index_of` and the arrays are for those who work on whole columns."""

    def __init__(self, data: Buffer, expected: str = "") -> None:
        file = ColumnFile(data, KIND, expected)
        self.digest = file.digest
        self.codes = file.text("code").decoded()
        self._index = {code: index for index, code in enumerate(self.codes)}
        count = len(self.codes)
        self._name = file.text("name", count)
        self._types = file.list_of("types")
        self._type = file.indexes("type", np.uint8, count, into=len(self._types))
        self._end = file.indexes("end", np.uint32, count, into=count + 1)
        if file.list_of("levels") != LEVELS or file.list_of("counted") != COUNTED:
            raise BrokenRegister("levels or attributes are not those of this version")
        if len(self._index) != count:
            raise BrokenRegister("a code stands there twice")
        self.parents: NDArray[np.int32] = file.indexes("parent", np.int32, count, into=count, lowest=-1)
        """Index of the area above, -1 for a root."""
        self.ranks: NDArray[np.uint8] = file.indexes("rank", np.uint8, count, into=len(LEVELS))
        """Index into `LEVELS`."""
        self.placeholders: NDArray[np.uint8] = file.array("placeholder", np.uint8, count)
        self.totals: NDArray[np.uint32] = file.array("total", np.uint32, count * len(COUNTED)).reshape(
            count, len(COUNTED)
        )
        """One row per area, one column per name of `COUNTED`."""

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self._index

    def index_of(self, code: AreaCode) -> int:
        return self._index[code]

    def get(self, code: AreaCode) -> Area | None:
        return self[code] if code in self._index else None

    def __getitem__(self, code: AreaCode) -> Area:
        index = self._index[code]
        return Area(
            code=self.codes[index],
            parent=self.parent(code),
            level=LEVELS[self.ranks.item(index)],
            name=self._name[index],
            type=self._types[self._type.item(index)],
            placeholder=bool(self.placeholders.item(index)),
        )

    def parent(self, code: AreaCode) -> AreaCode:
        above = self.parents.item(self._index[code])
        return "" if above < 0 else self.codes[above]

    def children(self, code: AreaCode) -> Sequence[AreaCode]:
        index = self._index[code]
        return self._siblings(index + 1, self._end.item(index))

    def roots(self) -> Sequence[AreaCode]:
        return self._siblings(0, len(self.codes))

    def _siblings(self, index: int, end: int) -> Sequence[AreaCode]:
        found = []
        while index < end:
            found.append(self.codes[index])
            index = self._end.item(index)
        return found

    def path(self, code: AreaCode) -> tuple[AreaCode, ...]:
        index = self._index[code]
        found = []
        while index >= 0:
            found.append(self.codes[index])
            index = self.parents.item(index)
        return tuple(found)

    def within(self, code: AreaCode, top: AreaCode) -> bool:
        index, above = self._index.get(code), self._index.get(top)
        return index is not None and above is not None and above <= index < self._end.item(above)

    def below(self, top: AreaCode, level: AreaLevel) -> Sequence[AreaCode]:
        start = self._index[top]
        rows = slice(start, self._end.item(start))
        wanted = (self.ranks[rows] == RANK[level]) & (self.placeholders[rows] == 0)
        return sorted(self.codes[start + offset] for offset in np.flatnonzero(wanted).tolist())

    def attributes(self, code: AreaCode) -> Mapping[str, int]:
        index = self._index[code]
        rank = self.ranks.item(index)
        names = ATTRIBUTES if rank >= GRID_RANK else COUNTED[:-1] if rank == COMMUNITY_RANK else COUNTED
        return dict(
            zip(names, self.totals[index].tolist(), strict=False)
        )  # shorter names: their own figures only

    def column(self, attribute: str) -> NDArray[np.uint32]:
        """One attribute of all areas, by index."""
        return self.totals[:, COUNTED.index(attribute)]


def build_areas(
    areas: Iterable[Area], attributes: Mapping[AreaCode, Mapping[str, int]] | None = None
) -> bytes:
    """The register of these areas. `attributes` are those of grids and of what is below them; what a grid
    is not given is 0, and the figures of all higher areas are sums. Raises `ValueError` for
    what is not a tree."""
    given = list(areas)
    rows = _walk({area.code: area for area in given})
    if len(rows) != len(given):
        raise ValueError("a code stands there twice")
    index = {area.code: at for at, area in enumerate(rows)}
    parents = np.array([index.get(area.parent, -1) for area in rows], dtype="<i4")
    types = sorted({area.type for area in rows})
    return write_columns(
        KIND,
        {"levels": LEVELS, "counted": COUNTED, "types": types},
        {
            "code": [area.code for area in rows],
            "name": [area.name for area in rows],
            "parent": parents,
            "end": _ends(parents),
            "rank": np.array([RANK[area.level] for area in rows], dtype="|u1"),
            "type": np.array([types.index(area.type) for area in rows], dtype="|u1"),
            "placeholder": np.array([area.placeholder for area in rows], dtype="|u1"),
            "total": _totals(rows, parents, attributes or {}),
        },
    )


def _walk(areas: Mapping[AreaCode, Area]) -> list[Area]:
    """From the roots down, siblings by code."""
    below: dict[AreaCode, list[AreaCode]] = {}
    for code in sorted(areas, reverse=True):  # reversed, since a stack gives back the last first
        area = areas[code]
        above = areas.get(area.parent)
        if area.parent and above is None:
            raise ValueError(f"{code}: its parent {area.parent} is not there")
        if above is not None and RANK[above.level] >= RANK[area.level]:
            raise ValueError(f"{code}: its parent {area.parent} is a {above.level}, which is not above")
        below.setdefault(area.parent, []).append(code)
    rows: list[Area] = []
    stack = below.get("", [])
    while stack:
        area = areas[stack.pop()]
        rows.append(area)
        stack += below.get(area.code, [])
    return rows


def _ends(parents: NDArray[np.signedinteger]) -> NDArray[np.unsignedinteger]:
    """Where the subtree of each row ends. Backwards: whatever is below a row was seen before it."""
    ends = list(range(1, len(parents) + 1))
    for index, parent in reversed(list(enumerate(parents.tolist()))):
        if parent >= 0:
            ends[parent] = max(ends[parent], ends[index])
    return np.array(ends, dtype="<u4")


def _totals(
    rows: Sequence[Area],
    parents: NDArray[np.signedinteger],
    attributes: Mapping[AreaCode, Mapping[str, int]],
) -> NDArray[np.unsignedinteger]:
    totals = np.zeros((len(rows), len(COUNTED)), dtype="<i8")
    ranks = np.array([RANK[area.level] for area in rows], dtype="|u1")
    given = 0
    for index, area in enumerate(rows):
        own = attributes.get(area.code)
        if own is None:
            continue
        given += 1
        if ranks[index] < GRID_RANK or not own.keys() <= set(ATTRIBUTES):
            raise ValueError(
                f"{area.code}: a {area.level} is given {sorted(own)}; only grids have attributes"
            )
        totals[index, : len(ATTRIBUTES)] = [own.get(name, 0) for name in ATTRIBUTES]
    if given != len(attributes):
        raise ValueError("attributes are given for areas that are not there")
    real = np.array([not area.placeholder for area in rows], dtype=bool)
    totals[:, COUNTED.index("grids")] = (ranks == GRID_RANK) & real
    totals[:, COUNTED.index("communities")] = (ranks == COMMUNITY_RANK) & real
    for rank in range(GRID_RANK, 0, -1):  # what is below a grid is part of its figures and is not added again
        (these,) = np.nonzero((ranks == rank) & (parents >= 0))
        np.add.at(totals, parents[these], totals[these])
    if totals.size and (totals.min() < 0 or totals.max() >= 2**32):
        raise ValueError("an attribute is negative or too large")
    return totals.astype("<u4").reshape(-1)
