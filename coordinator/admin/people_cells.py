"""The cells of a people file: its columns in any order, in Chinese or English, each cell with the place a spreadsheet
gives it. What a cell means it does not know.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from coordinator.admin.csv_text import Unreadable

COLUMNS: Final = {
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
}
NEEDED: Final = ("name", "phone")
FORMULA: Final = ("=", "+", "-", "@", "\t")
"""A cell that begins so is run by a spreadsheet."""

Say = Callable[..., None]


class Cells(NamedTuple):
    """One row as it was read: the texts by column, and under which letter each column stands."""

    row: int
    texts: Mapping[str, str]
    letters: Mapping[str, str]

    def text(self, column: str) -> str:
        return self.texts.get(column, "")

    def where(self, column: str) -> str:
        """`C5 电话`."""
        return f"{self.letters[column]}{self.row} {COLUMNS[column]}" if column in self.letters else ""


def read_cells(text: str, say: Say) -> Iterator[Cells]:
    """Row after row; `say(row, where, code, **facts)` hears what is wrong with one. Raises `Unreadable`."""
    letters: Mapping[str, str] = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 0
    while True:
        row += 1
        try:
            fields = [field.strip() for field in next(reader)]
        except StopIteration:
            break
        except csv.Error as wrong:
            say(row, "", "row_unreadable", why=wrong)
            continue
        if not any(fields):
            continue  # spreadsheets like to leave empty rows at the end
        if not letters:
            letters = _header(row, fields)
        elif len(fields) != len(letters):
            say(row, "", "fields_wrong", found=len(fields), wanted=len(letters))
        else:
            yield Cells(row, dict(zip(letters, map(unquoted, fields), strict=True)), letters)
    if not letters:
        raise Unreadable(1, "file_empty", header=",".join(COLUMNS.values()))


def _header(row: int, fields: Iterable[str]) -> Mapping[str, str]:
    words = {word: column for column, zh in COLUMNS.items() for word in (column, zh)}
    letters: dict[str, str] = {}
    for at, field in enumerate(fields):
        column = words.get(field.lower(), "")
        if not column:
            raise Unreadable(row, "column_unknown", found=field, columns="、".join(COLUMNS.values()))
        if column in letters:
            raise Unreadable(row, "column_twice", found=field)
        letters[column] = chr(ord("A") + at)
    for column in NEEDED:
        if column not in letters:
            raise Unreadable(row, "column_missing", missing=COLUMNS[column])
    return letters


def quoted(text: str) -> str:
    """As it may be written into a file that a spreadsheet opens."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unquoted(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
