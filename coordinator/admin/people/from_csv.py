"""Reads people from CSV and says of every bad cell where it is and what to do, in one go. It decides nothing: with one
fault nobody is imported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from coordinator.admin.areas.named import NamedAreas
from coordinator.admin.csv_text import Unreadable, csv_text
from coordinator.admin.faults import Fault
from coordinator.admin.list_cells import Cells, Columns, read_cells
from coordinator.admin.people.faults import fault
from coordinator.admin.playbook.show import KINDS
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.register import AreaRegister
from coordinator.domain.text import Text
from coordinator.paper.csv import FORMULA
from coordinator.playbook.vocabulary import SKILLS
from coordinator.store.register_people import number_of

COLUMNS: Final = Columns(
    {
        "id": "编号",
        "name": "姓名",
        "phone": "电话",
        "home": "住址",
        "kinds": "身份",
        "skills": "技能",
        "team": "队伍",
        "office": "机构",
        "post": "职务",
        "adult": "成年",
        "exempt": "免征",
    },
    needed=("name", "phone"),
)
POSTS: Final = {
    "leader": Text("队长", "leader"),
    "member": Text("队员", "member"),
    "duty_lead": Text("带班", "duty lead"),
    "duty": Text("值班", "duty"),
    "substitute": Text("替班", "substitute"),
}
"""Of a team, and of an office in the order in which they are called."""
ANSWERS: Final = {
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
}
MOST_NAME: Final = 40
NO_TEAM: Final = ("", "")
_PHONE: Final = re.compile(r"\+?[0-9]{5,15}")
_LIST: Final = re.compile(r"[、，,;；|\s]+")
_OFFICES: Final = frozenset(AreaLevel) - {AreaLevel.GRID, AreaLevel.BUILDING}

Value = TypeVar("Value")


class PersonRow(NamedTuple):
    """One row as it was understood."""

    cells: Cells
    id: str
    """Empty for somebody new."""
    name: str
    phone: str
    home: AreaCode
    kinds: frozenset[str]
    skills: frozenset[str]
    team: tuple[AreaCode, str]
    """The street it stands by for, and its name."""
    office: AreaCode
    """Whose duty roster they are on; empty for none."""
    post: str
    adult: bool
    exempt: bool

    @property
    def responds(self) -> bool:
        """Can be called out; else they are on duty only."""
        return bool(self.kinds or self.team[1])


def read_people(
    source: Path | bytes | str, areas: AreaRegister, *, file: str = ""
) -> tuple[list[PersonRow], list[Fault]]:
    """All rows that are good, and all faults by row."""
    if isinstance(source, Path):
        file = file or source.name
    reading = _Reading(file or "people.csv", areas)
    try:
        rows = list(reading.rows(csv_text(source)))
    except Unreadable as bad:
        reading.say(bad.line, "", bad.code, **bad.facts)
        rows = []
    return rows, sorted(reading.faults, key=lambda one: one.line)


class _Bad(Exception):
    """A cell that cannot be understood."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class _Reading:
    def __init__(self, file: str, areas: AreaRegister) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._areas = areas
        self._named = NamedAreas(areas)
        self._first: dict[str, int] = {}
        self._leaders: dict[tuple[AreaCode, str], int] = {}

    def say(self, row: int, where: str, code: str, **facts: object) -> None:
        self.faults.append(fault(self._file, row, where, code, **facts))

    def rows(self, text: str) -> Iterator[PersonRow]:
        """Raises `Unreadable`."""
        found: list[PersonRow] = []
        empty = True
        for cells in read_cells(text, COLUMNS, self.say):
            empty = False
            before = len(self.faults)
            self._check_cells(cells)
            row = self._row(cells)
            self._check_row(row)
            if len(self.faults) == before:
                found.append(row)
        if empty and not self.faults:
            raise Unreadable(1, "file_empty", header="，".join(COLUMNS.words.values()))
        if not self.faults:  # a bad row may be the leader that seems to be missing
            self._check_leaders(found)
        return iter(found)

    def _check_cells(self, cells: Cells) -> None:
        for column, text in cells.texts.items():
            if column != "phone" and text.startswith(FORMULA):
                self.say(cells.row, cells.where(column), "cell_formula", found=text[:20])
            if any(ord(character) < 0x20 or ord(character) == 0x7F for character in text):
                self.say(cells.row, cells.where(column), "cell_control")

    def _row(self, cells: Cells) -> PersonRow:
        def cell(column: str, read: Callable[[str], Value], otherwise: Value) -> Value:
            try:
                return read(cells.text(column))
            except _Bad as bad:
                self.say(cells.row, cells.where(column), bad.code, **bad.facts)
                return otherwise

        return PersonRow(
            cells=cells,
            id=cell("id", lambda text: self._id(text, cells.row), ""),
            name=cell("name", _name, ""),
            phone=cell("phone", _phone, ""),
            home=cell("home", self._home, ""),
            kinds=cell(
                "kinds", lambda text: _words(text, {str(kind): said for kind, said in KINDS.items()}), _NONE
            ),
            skills=cell("skills", lambda text: _words(text, SKILLS), _NONE),
            team=cell("team", self._team, NO_TEAM),
            office=cell("office", self._office, ""),
            post=cell("post", lambda text: _word(text, POSTS), ""),
            adult=cell("adult", lambda text: _word(text or "yes", ANSWERS), "yes") == "yes",
            exempt=cell("exempt", lambda text: _word(text or "no", ANSWERS), "no") == "yes",
        )

    def _check_row(self, row: PersonRow) -> None:
        """What one cell means for another."""
        cells = row.cells
        if not any(cells.text(column) for column in ("kinds", "team", "office")):
            self.say(cells.row, "", "nothing_given")
        if row.responds and not cells.text("home"):
            self.say(cells.row, cells.where("home"), "home_empty")
        if row.post == "leader":
            if not cells.text("team"):
                self.say(cells.row, cells.where("post"), "leader_of_nothing")
            elif not row.adult or row.exempt:
                self.say(cells.row, cells.where("post"), "leader_not_called")
            elif row.team[1] and (first := self._leaders.setdefault(row.team, cells.row)) != cells.row:
                where = cells.where("post")
                self.say(cells.row, where, "team_two_leaders", found=cells.text("team"), first=first)

    def _check_leaders(self, rows: list[PersonRow]) -> None:
        said: set[tuple[AreaCode, str]] = set()
        for row in rows:
            if row.team[1] and row.team not in self._leaders and row.team not in said:
                said.add(row.team)
                cells = row.cells
                self.say(cells.row, cells.where("team"), "team_without_leader", found=cells.text("team"))

    # --- what one cell means ----------------------------------------------------------------------------

    def _id(self, text: str, row: int) -> str:
        if not text:
            return ""
        try:
            number_of(text)
        except ValueError:
            raise _Bad("id_wrong", found=text[:20]) from None
        if (first := self._first.setdefault(text, row)) != row:
            raise _Bad("id_twice", found=text, first=first)
        return text

    def _area(self, text: str) -> AreaCode:
        found = self._named.all_of(text)
        if not found:
            raise _Bad("area_unknown", found=text[:60])
        if len(found) > 1:
            codes = "、".join(found[:3]) + ("…" if len(found) > 3 else "")
            raise _Bad("area_ambiguous", found=text[:60], number=len(found), codes=codes)
        return found[0]

    def _home(self, text: str) -> AreaCode:
        if not text:
            return ""
        area = self._area(text)
        if self._areas[area].level is not AreaLevel.GRID:
            raise _Bad("home_not_grid", found=text[:60])
        return area

    def _office(self, text: str) -> AreaCode:
        if not text:
            return ""
        area = self._area(text)
        if self._areas[area].level not in _OFFICES or self._areas[area].placeholder:
            raise _Bad("office_unknown", found=text[:60])
        return area

    def _team(self, text: str) -> tuple[AreaCode, str]:
        """The last part is its name, what stands before it the street."""
        if not text:
            return NO_TEAM
        street, _, name = text.replace("／", "/").rpartition("/")
        if not street or not name.strip():
            raise _Bad("team_wrong", found=text[:60])
        area = self._area(street)
        if self._areas[area].level is not AreaLevel.STREET:
            raise _Bad("team_wrong", found=text[:60])
        return area, name.strip()


_NONE: Final[frozenset[str]] = frozenset()


def _name(text: str) -> str:
    if not text:
        raise _Bad("name_empty")
    if len(text) > MOST_NAME:
        raise _Bad("name_long", most=MOST_NAME)
    return text


def _phone(text: str) -> str:
    number = re.sub(r"[\s()（）-]", "", text)
    if not number:
        raise _Bad("phone_empty")
    if not _PHONE.fullmatch(number):
        spreadsheet = "E+" in text.upper() or text.endswith(".0")
        raise _Bad("phone_spreadsheet" if spreadsheet else "phone_wrong", found=text[:20])
    return number


def _words(text: str, known: Mapping[str, Text]) -> frozenset[str]:
    return frozenset(_word(word, known) for word in _LIST.split(text) if word)


def _word(text: str, known: Mapping[str, Text]) -> str:
    """The key of a word in either language, or the key itself."""
    if not text:
        return ""
    for key, said in known.items():
        if text.lower() in (key, said.zh, said.en.lower()):
            return key
    raise _Bad("word_unknown", found=text[:20], words="、".join(said.zh for said in known.values()))
