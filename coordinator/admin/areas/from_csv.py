"""Reads areas from CSV (`code,parent,level,name`) and says of every bad row where and why it is bad, in one
go. It decides nothing: with a fault the command imports nothing, unless the person says `--skip-bad`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from coordinator.admin import data
from coordinator.admin.areas.faults import fault
from coordinator.admin.csv_text import Unreadable, csv_text
from coordinator.admin.faults import Fault
from coordinator.domain.area import DIGITS, Area, AreaCode, AreaLevel

HEADER: Final = ("code", "parent", "level", "name")
LEVELS: Final = {level.value: rank for rank, level in enumerate(AreaLevel)}
WANTED_DIGITS: Final = {level.value: digits for level, digits in DIGITS.items()}
GRID: Final = LEVELS[AreaLevel.GRID]
PLACEHOLDER_ENDINGS: Final = ("498", "598")
"""How the codes of 虚拟社区 (urban) and 虚拟生活区 (other) end: entries without residents."""


class Row(NamedTuple):
    """One line of the file as it was read, stripped of spaces around its fields."""

    line: int
    code: str
    parent: str
    level: str
    name: str


def read_areas(
    source: Path | bytes | str, *, file: str = "", known: Mapping[AreaCode, Area] | None = None
) -> tuple[list[Area], list[Fault]]:
    """All good areas of a file (a path, its bytes, gzipped or not, or its text), and all faults by line.

    `known` are the areas imported before: a parent may be among them. The good areas make a tree on `known`.
    """
    if isinstance(source, Path):
        file = file or source.name
    reading = _Reading(file or "areas.csv", known or {})
    try:
        reading.read(csv_text(source))
    except Unreadable as bad:
        reading.say(bad.line, "", bad.code, **bad.facts)
    return reading.areas(), sorted(reading.faults, key=lambda found: found.line)


def bundled_areas(name: str) -> list[Area]:
    """The areas of one of the files that come with the package: `hubei`, `wuhan`, `xianlin`."""
    areas, faults = read_areas(data.read_bytes(name), file=data.FILES[name])
    if faults:
        raise ValueError(str(faults[0]))
    return areas


def is_placeholder(code: AreaCode, level: AreaLevel, name: str) -> bool:
    return level is AreaLevel.COMMUNITY and ("虚拟" in name or code.endswith(PLACEHOLDER_ENDINGS))


class _Reading:
    """One pass over a file: rows first, each by itself; then the parents, which may stand anywhere."""

    def __init__(self, file: str, known: Mapping[AreaCode, Area]) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._known = known
        self._rows: dict[AreaCode, Row] = {}
        self._seen: dict[AreaCode, int] = {}
        """Where each code stands first. Whatever repeats it is the fault, be the first good or bad."""
        self._faulty: dict[AreaCode, int] = {}
        """Codes of bad rows and their lines: what stands below them is bad too."""

    def say(self, line: int, field: str, code: str, **facts: object) -> None:
        self.faults.append(fault(self._file, line, field, code, **facts))

    def read(self, text: str) -> None:
        for row in self._lines(text):
            first = self._seen.setdefault(row.code, row.line)
            before = len(self.faults)
            self._check(row)
            if row.code and first != row.line:
                self.say(row.line, "code", "code_twice", found=row.code, first=first)
            elif len(self.faults) > before:
                self._faulty[row.code] = row.line
            else:
                self._rows[row.code] = row
        for row in sorted(self._rows.values(), key=lambda row: LEVELS[row.level]):  # parents before children
            self._check_parent(row)
        if not self._rows and not self.faults:
            self.say(1, "", "file_empty", header=",".join(HEADER))

    def areas(self) -> list[Area]:
        return [_area(row) for row in self._rows.values() if row.code not in self._faulty]

    def _lines(self, text: str) -> Iterator[Row]:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = True
        while True:
            line = reader.line_num + 1
            try:
                fields = [field.strip() for field in next(reader)]
            except StopIteration:
                return
            except csv.Error as wrong:
                self.say(line, "", "line_unreadable", why=wrong)
                continue
            if not any(fields):
                continue  # spreadsheets like to leave empty lines at the end
            if header:
                header = False
                if tuple(fields) != HEADER:
                    raise Unreadable(line, "header_wrong", found=",".join(fields), header=",".join(HEADER))
            elif len(fields) != len(HEADER):
                self.say(line, "", "fields_wrong", found=len(fields), wanted=len(HEADER))
                if self._seen.setdefault(fields[0], line) == line:
                    self._faulty[fields[0]] = line
            else:
                yield Row(line, *fields)

    def _check(self, row: Row) -> None:
        """What can be said of a row by itself."""
        if not (row.code.isascii() and row.code.isdigit()):
            spreadsheet = "E+" in row.code.upper() or row.code.endswith(".0")
            code = "code_spreadsheet" if spreadsheet else "code_not_digits"
            self.say(row.line, "code", code, found=row.code)
        elif len(row.code) != (wanted := WANTED_DIGITS.get(row.level, len(row.code))):
            facts = {"found": row.code, "digits": len(row.code), "level": row.level, "wanted": wanted}
            self.say(row.line, "code", "code_length", **facts)
        if row.level not in LEVELS:
            self.say(row.line, "level", "level_unknown", found=row.level, levels=", ".join(LEVELS))
        if not row.name:
            self.say(row.line, "name", "name_empty")
        elif any(ord(character) < 0x20 or ord(character) == 0x7F for character in row.name):
            self.say(row.line, "name", "name_control")

    def _check_parent(self, row: Row) -> None:
        """What can be said only when all rows are known. Called for higher levels first."""
        before = len(self.faults)
        parent = self._rows.get(row.parent) or self._known.get(row.parent)
        above = parent.level if parent else None
        if row.parent and row.parent in self._faulty:
            self.say(row.line, "parent", "parent_faulty", found=row.parent, first=self._faulty[row.parent])
        elif row.parent and above is None:
            self.say(row.line, "parent", "parent_missing", found=row.parent)
        elif above is not None and LEVELS[above] >= LEVELS[row.level]:
            circle = self._circle(row)
            if circle:
                self.say(row.line, "parent", "parent_cycle", path=" → ".join(circle))
            else:
                facts = {"found": row.parent, "above": above, "level": row.level}
                self.say(row.line, "parent", "parent_not_above", **facts)
        elif LEVELS[row.level] >= GRID:
            self._check_appended(row)
        self._check_known(row)
        if len(self.faults) > before:
            self._faulty[row.code] = row.line

    def _circle(self, row: Row) -> list[AreaCode]:
        """The codes of the circle that the row's parent closes; empty if it closes none."""
        path, at = [row.code], row.parent
        while at in self._rows and at not in path:
            path.append(at)
            at = self._rows[at].parent
        return [*path, at] if at == row.code else []

    def _check_appended(self, row: Row) -> None:
        """Below the community there are no division codes; a code is the parent's and some digits."""
        longer = len(row.code) - len(row.parent)
        grid = row.level == AreaLevel.GRID
        if not row.parent or not row.code.startswith(row.parent) or longer < 1 or (grid and longer != 2):
            wanted = "2" if grid else "1+"
            facts = {"found": row.code, "parent": row.parent, "wanted": wanted}
            self.say(row.line, "code", "code_not_below_parent", **facts)

    def _check_known(self, row: Row) -> None:
        """An area that was imported before may get a name, and a parent if it had none; it does not move."""
        old = self._known.get(row.code)
        if old is None:
            return
        facts = {"found": row.code}
        if row.level != old.level:
            self.say(row.line, "level", "level_changed", before=old.level, after=row.level, **facts)
        if old.parent and row.parent and row.parent != old.parent:
            self.say(row.line, "parent", "area_moved", before=old.parent, after=row.parent, **facts)


def _area(row: Row) -> Area:
    level = AreaLevel(row.level)
    return Area(row.code, row.parent, level, row.name, placeholder=is_placeholder(row.code, level, row.name))


class Move(NamedTuple):
    """What an import wanted to change and may not: `field` is `parent` or `level`."""

    code: AreaCode
    field: str
    before: str
    after: str


class Merge(NamedTuple):
    """What a later import comes to. `refused` areas stand in `areas` as they were."""

    areas: list[Area]
    added: list[AreaCode]
    renamed: list[AreaCode]
    attached: list[AreaCode]
    """Roots that got a parent."""
    refused: list[Move]


def merge(old: Iterable[Area], new: Iterable[Area]) -> Merge:
    """Lays an import over what is there. It adds, renames, and gives a root its parent; it never moves, never
    changes a level and never removes: that an area is not in the file says nothing about it."""
    result = Merge([], [], [], [], [])
    merged = {area.code: area for area in old}
    for area in new:
        before = merged.get(area.code)
        if before is None:
            merged[area.code] = area
            result.added.append(area.code)
            continue
        if area.level is not before.level:
            result.refused.append(Move(area.code, "level", before.level, area.level))
            continue
        if area.parent and before.parent and area.parent != before.parent:
            result.refused.append(Move(area.code, "parent", before.parent, area.parent))
            continue
        if area.parent and not before.parent:
            result.attached.append(area.code)
        if area.name != before.name:
            result.renamed.append(area.code)
        merged[area.code] = msgspec.structs.replace(
            before, parent=area.parent or before.parent, name=area.name, placeholder=area.placeholder
        )
    result.areas.extend(merged.values())
    return result
