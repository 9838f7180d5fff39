"""A paper, or any table, as CSV for a spreadsheet: a cell that begins like a formula is quoted and stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from coordinator.paper.sheets import Paper

BOM: Final = "\ufeff"
"""At the beginning of a file: without it a spreadsheet takes Chinese for something else."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is run by a spreadsheet; some take the full-width ones for the same."""


def csv_line(cells: Iterable[str]) -> str:
    """One row, its line end with it."""
    line = io.StringIO()
    csv.writer(line).writerow(_as_text(cell) for cell in cells)
    return line.getvalue()


def to_csv(paper: Paper) -> str:
    """Every row of every table with the sheet and the block it stands in; the mark is in each."""
    rows = [csv_line([f"{paper.mark}{paper.title}"]), *(csv_line(["", fact]) for fact in paper.facts)]
    for sheet in paper.sheets:
        title = f"{paper.mark}{sheet.title}"
        for block in sheet.blocks:
            rows += [csv_line([title, block.title, line]) for line in block.lines]
            if block.columns:
                rows.append(csv_line([title, block.title, *block.columns]))
                rows += [csv_line([title, block.title, *row]) for row in block.rows]
    return BOM + "".join(rows)


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    """A negative number is no formula."""
    return cell[:1] == "-" and cell[1:].replace(".", "", 1).isdecimal()
