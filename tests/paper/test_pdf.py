"""A paper as PDF and its charts: every page marked and numbered, nothing lost on the way, the same bytes every time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.paper.html import to_html
from coordinator.paper.markdown import to_markdown
from coordinator.paper.pdf import to_pdf
from coordinator.paper.pdf_text import NOT_FIRST, folded, wide
from coordinator.paper.sheets import Bar, Block, Chart, Paper, Sheet, Tone
from coordinator.paper.text import to_text

CHART = Chart(
    "分钟",
    [
        Bar("杉湖路社区 <b>", 5, 42, "42.0▲", Tone.LATE, target=15),
        Bar("仙鹤社区", 5, 11, "6.0", Tone.GOOD, target=15),
    ],
)


def paper(rows: int = 3) -> Paper:
    table = Block(
        "逐项",
        columns=("预期", "结果"),
        rows=[(f"第 {at} 项 (a\\b)", "达标 · met") for at in range(rows)],
    )
    sheets = [
        Sheet("结论", [Block("", lines=["评定：优（96%）"]), table]),
        Sheet("用时", [Block("签收", chart=CHART)]),
    ]
    return Paper("zh", "【演练】", "复盘报告", ["事实"], sheets)


def pages(data: bytes) -> list[str]:
    """The words of each page, put together again from its drawing commands."""
    return [_words(one) for one in re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)]


def _words(content: bytes) -> str:
    said = []
    for latin, coded in re.findall(rb"\(((?:\\.|[^()\\])*)\) Tj|<([0-9a-f]*)> Tj", content):
        if coded:
            said.append(bytes.fromhex(coded.decode()).decode("utf-16-be"))
        else:
            said.append(latin.decode("ascii").replace(r"\267", "·").replace("\\", "", 1) if latin else "")
    return "".join(said)


def test_every_page_has_the_mark_and_its_number() -> None:
    found = pages(to_pdf(paper(rows=120), compress=False))
    assert len(found) >= 5
    for number, page in enumerate(found, start=1):
        assert page.startswith("【演练】复盘报告") and f"{number} / {len(found)}" in page
    tables = [page for page in found if "第 " in page]
    assert len(tables) >= 3 and all("预期结果" in page for page in tables), (
        "the table's head is on each of its pages"
    )
    every = "".join(found)
    assert all(f"第 {at} 项" in every for at in range(120))


def test_it_is_a_file_that_readers_open() -> None:
    data = to_pdf(paper())
    assert data.startswith(b"%PDF-1.5") and data.endswith(b"%%EOF\n")
    start = int(re.findall(rb"startxref\n(\d+)", data)[0])
    assert data[start:].startswith(b"xref\n")
    for number, place in enumerate(re.findall(rb"^(\d{10}) 00000 n", data, re.MULTILINE), start=1):
        assert data[int(place) :].startswith(f"{number} 0 obj".encode())
    assert data == to_pdf(paper()) and len(data) < 6000


def test_a_chart_is_drawn_in_every_form_with_its_words() -> None:
    drawn = to_html(paper())
    assert drawn.count("<rect") == 2 and "42.0▲" in drawn and "<b>" not in drawn.split("<svg")[1]
    assert "stroke-dasharray" in drawn and "<script" not in drawn and "style=" not in drawn
    for text in (to_markdown(paper()), to_text(paper())):
        line = next(one for one in text.splitlines() if "杉湖路" in one)
        assert "█" in line and line.rstrip().endswith("42.0▲")
    assert "42.0▲" in pages(to_pdf(paper(), compress=False))[-1]


@pytest.mark.parametrize(("most", "last"), [(0.2, 1.0), (7.0, 7.0), (42.0, 40.0), (300.0, 300.0)])
def test_an_axis_has_round_ticks_and_not_too_many(most: float, last: float) -> None:
    ticks = Chart("", [Bar("", 0, most, "")]).ticks()
    assert ticks[0] == 0 and ticks[-1] == last and len(ticks) <= 9


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=80), st.floats(30, 300)
)
def test_no_line_is_wider_than_its_room_and_no_word_is_lost(text: str, room: float) -> None:
    lines = folded(text, 9, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        kept = line.rstrip("".join(NOT_FIRST))
        assert wide(kept, 9) <= room or len(kept) == 1
