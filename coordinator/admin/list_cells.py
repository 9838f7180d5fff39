"""The cells of a list: its columns in any order, in Chinese or English, each with the place a spreadsheet gives it.
What a cell means it does not know.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from coordinator.admin.csv_text import Unreadable
from coordinator.paper.csv import FORMULA

Say = Callable[..., None]


class Columns(NamedTuple):
    """The columns that a kind of list can have, with their word, and those it must."""

    words: Mapping[str, str]
    needed: Sequence[str]


class Cells(NamedTuple):
    """One row as it was read: the texts by column, and under which letter each column stands."""

    row: int
    texts: Mapping[str, str]
    letters: Mapping[str, str]
    words: Mapping[str, str]

    def text(self, column: str) -> str:
        return self.texts.get(column, "")

    def where(self, column: str) -> str:
        """`C5 电话`."""
        return f"{self.letters[column]}{self.row} {self.words[column]}" if column in self.letters else ""


def read_cells(text: str, columns: Columns, say: Say) -> Iterator[Cells]:
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
            letters = _header(row, fields, columns)
        elif len(fields) != len(letters):
            say(row, "", "fields_wrong", found=len(fields), wanted=len(letters))
        else:
            yield Cells(row, dict(zip(letters, map(unquoted, fields), strict=True)), letters, columns.words)
    if not letters:
        raise Unreadable(1, "file_empty", header="，".join(columns.words.values()))


def _header(row: int, fields: Iterable[str], columns: Columns) -> Mapping[str, str]:
    words = {word: column for column, zh in columns.words.items() for word in (column, zh)}
    letters: dict[str, str] = {}
    for at, field in enumerate(fields):
        column = words.get(field.lower(), "")
        if not column:
            raise Unreadable(row, "column_unknown", found=field, columns="、".join(columns.words.values()))
        if column in letters:
            raise Unreadable(row, "column_twice", found=field)
        letters[column] = chr(ord("A") + at)
    for column in columns.needed:
        if column not in letters:
            raise Unreadable(row, "column_missing", missing=columns.words[column])
    return letters


def quoted(text: str) -> str:
    """As it may be written into a file that a spreadsheet opens."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unquoted(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
