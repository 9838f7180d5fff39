"""Reads a duty roster 值班表 from CSV: who is on duty for which office from when to when, by id or by name.

It says of every bad cell where it is and what to do, and decides nothing: with one fault nothing is planned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from coordinator.admin.areas.named import NamedAreas
from coordinator.admin.csv_text import Unreadable, csv_text
from coordinator.admin.faults import Catalogue, Fault, fault_of
from coordinator.admin.list_cells import Cells, Columns, read_cells
from coordinator.admin.list_faults import LIST_FAULTS
from coordinator.domain.area import AreaCode
from coordinator.domain.duty_roster import LONGEST, DutyPost
from coordinator.domain.register import AreaRegister
from coordinator.domain.text import Text
from coordinator.paper.csv import FORMULA
from coordinator.wire.times import CHINA

COLUMNS: Final = Columns(
    {"office": "机构", "person": "人员", "post": "职务", "begins": "开始", "ends": "结束"},
    needed=("office", "person", "begins", "ends"),
)
POSTS: Final = {
    DutyPost.OFFICER: Text("值班", "officer"),
    DutyPost.LEAD: Text("带班", "lead"),
    DutyPost.SUBSTITUTE: Text("替班", "substitute"),
}
FAULTS: Final[Catalogue] = {
    **LIST_FAULTS,
    "file_empty": (
        Text("文件中没有任何班次", "there is no shift in the file"),
        Text(
            "第一行是表头（{header}），其后每行一班",
            "row 1 names the columns ({header}), then one shift per row",
        ),
    ),
    "person_unknown": (
        Text("“{found}”不在该机构的名单里", '"{found}" is not on the list of that office'),
        Text(
            "请填编号，或先用 pingji people import 登记",
            "give the id, or register them with `pingji people import`",
        ),
    ),
    "person_ambiguous": (
        Text("“{found}”在该机构有 {number} 人", '"{found}" is {number} people of that office'),
        Text("请改填编号：{ids}", "give the id instead: {ids}"),
    ),
    "instant_wrong": (
        Text("“{found}”不是时间", '"{found}" is no time'),
        Text("请写成 2026-06-27 08:00（北京时间）", "write 2026-06-27 08:00, in China's time"),
    ),
    "shift_wrong": (
        Text(
            "结束须晚于开始，一班不超过 {hours} 小时",
            "a shift ends after it begins and lasts {hours} hours at most",
        ),
        Text("请核对开始和结束", "check both times"),
    ),
}
"""By code: the reason and the way out."""
_FORMATS: Final = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S")

Value = TypeVar("Value")
PeopleOf = Mapping[AreaCode, Mapping[str, Sequence[str]]]
"""Of each office, ids by name."""


class DutyRow(NamedTuple):
    cells: Cells
    office: AreaCode
    person: str
    post: DutyPost
    begins: datetime
    ends: datetime


def read_duty(
    source: Path | bytes | str, areas: AreaRegister, people: PeopleOf, *, file: str = ""
) -> tuple[list[DutyRow], list[Fault]]:
    """All shifts that are good, and all faults by row."""
    if isinstance(source, Path):
        file = file or source.name
    reading = _Reading(file or "duty.csv", areas, people)
    try:
        rows = reading.rows(csv_text(source))
    except Unreadable as bad:
        reading.say(bad.line, "", bad.code, **bad.facts)
        rows = []
    return rows, reading.faults


class _Bad(Exception):
    """A cell that cannot be understood."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class _Reading:
    def __init__(self, file: str, areas: AreaRegister, people: PeopleOf) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._named = NamedAreas(areas)
        self._people = people

    def say(self, row: int, where: str, code: str, **facts: object) -> None:
        self.faults.append(fault_of(FAULTS, self._file, row, where, code, facts))

    def rows(self, text: str) -> list[DutyRow]:
        """Raises `Unreadable`."""
        found = [
            row for cells in read_cells(text, COLUMNS, self.say) if (row := self._row(cells)) is not None
        ]
        if not found and not self.faults:
            raise Unreadable(1, "file_empty", header="，".join(COLUMNS.words.values()))
        return found

    def _row(self, cells: Cells) -> DutyRow | None:
        before = len(self.faults)

        def cell(column: str, read: Callable[[str], Value], otherwise: Value) -> Value:
            text = cells.text(column)
            try:
                if text.startswith(FORMULA):
                    raise _Bad("cell_formula", found=text[:20])
                return read(text)
            except _Bad as bad:
                self.say(cells.row, cells.where(column), bad.code, **bad.facts)
                return otherwise

        office = cell("office", self._office, "")
        person = cell("person", lambda text: self._person(text, office), "")
        post = cell("post", _post, DutyPost.OFFICER)
        begins, ends = (cell(column, _instant, None) for column in ("begins", "ends"))
        if begins is None or ends is None:
            return None
        if not begins < ends <= begins + LONGEST:
            hours = int(LONGEST.total_seconds() // 3600)
            self.say(cells.row, cells.where("ends"), "shift_wrong", hours=hours)
        if len(self.faults) > before:
            return None
        return DutyRow(cells, office, person, post, begins, ends)

    def _office(self, text: str) -> AreaCode:
        found = self._named.all_of(text)
        if not found:
            raise _Bad("area_unknown", found=text[:60])
        if len(found) > 1:
            raise _Bad("area_ambiguous", found=text[:60], number=len(found), codes="、".join(found[:3]))
        if found[0] not in self._people:
            raise _Bad("office_unknown", found=text[:60])
        return found[0]

    def _person(self, text: str, office: AreaCode) -> str:
        """An id as it is; a name only if one person of the office has it."""
        known = self._people.get(office, {})
        if text and (any(text in ids for ids in known.values()) or (text.isascii() and " " not in text)):
            return text
        ids = known.get(text, ())
        if len(ids) > 1:
            raise _Bad("person_ambiguous", found=text, number=len(ids), ids="、".join(ids))
        if not ids and office:
            raise _Bad("person_unknown", found=text[:40])
        return ids[0] if ids else ""


def _post(text: str) -> DutyPost:
    if not text:
        return DutyPost.OFFICER
    for post, said in POSTS.items():
        if text.lower() in (post.value, said.zh, said.en):
            return post
    raise _Bad("word_unknown", found=text[:20], words="、".join(said.zh for said in POSTS.values()))


def _instant(text: str) -> datetime | None:
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=CHINA)
        except ValueError:
            continue
    raise _Bad("instant_wrong", found=text[:30])
