"""A paper as CSV: what begins like a formula stays text, and the mark stands on every row's sheet."""

from __future__ import annotations

import csv
import io

import pytest

from coordinator.paper.csv import BOM, csv_line, to_csv
from coordinator.paper.sheets import Block, Paper, Sheet


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "@sum", "-2+3", "\tx", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_a_formula_is_quoted(cell: str) -> None:
    assert next(csv.reader(io.StringIO(csv_line([cell])))) == [f"'{cell}"]


def test_numbers_and_words_stand_as_they_are() -> None:
    assert csv_line(["-2.5", "转移 3 人", 'a "b"']) == '-2.5,转移 3 人,"a ""b"""\r\n'


def test_a_paper_is_one_table_with_its_mark() -> None:
    sheet = Sheet(
        "洪水", [Block("", lines=["启动"]), Block("任务", columns=("名", "数"), rows=[("转移", "3")])]
    )
    text = to_csv(Paper("zh", "【演练】", "响应报告", ["仅据日志"], [sheet]))
    assert text.startswith(BOM)
    rows = list(csv.reader(io.StringIO(text.removeprefix(BOM))))
    assert rows == [
        ["【演练】响应报告"],
        ["", "仅据日志"],
        ["【演练】洪水", "", "启动"],
        ["【演练】洪水", "任务", "名", "数"],
        ["【演练】洪水", "任务", "转移", "3"],
    ]
