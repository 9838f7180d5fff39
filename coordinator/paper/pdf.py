"""A paper as PDF: A4, head with the world's mark and number on every page, tables that go on with their heads, charts.

No font is embedded and no library is needed: a report of thirty pages is some tens of kilobytes, the same every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from coordinator.paper.pdf_file import A4, pdf
from coordinator.paper.pdf_text import drawn, folded, wide
from coordinator.paper.sheets import Block, Chart, Paper, Tone

LEFT: Final = 42.0
ROOM: Final = A4[0] - 2 * LEFT
TOP: Final = A4[1] - 62.0
BOTTOM: Final = 52.0
BODY, SMALL, HEADING = 10.0, 9.0, 15.0
LEADING: Final = 1.45
PAD: Final = 3.5
LABEL, TEXT, ROW = 185.0, 92.0, 15.0
"""Of a chart: what stands before the bars, behind them, and how high each is."""
INK: Final = {
    Tone.PLAIN: ".20 .38 .56",
    Tone.GOOD: ".12 .48 .30",
    Tone.LATE: ".72 .42 0",
    Tone.BAD: ".66 .15 .11",
}


def to_pdf(paper: Paper, *, compress: bool = True) -> bytes:
    pages = _Pages()
    for number, line in enumerate(folded(paper.mark + paper.title, 20, ROOM)):
        pages.line(line, 20, bold=True, before=8 if number == 0 else 0)
    pages.gap(6)
    for fact in paper.facts:
        pages.paragraph(fact, SMALL)
    for number, sheet in enumerate(paper.sheets):
        if number:
            pages.turn()
        pages.line(paper.mark + sheet.title, HEADING, bold=True, before=14)
        pages.rule()
        for block in sheet.blocks:
            _block(pages, block)
    head = f"{paper.mark}{paper.title}"
    count = len(pages.done)
    return pdf(
        [_framed(content, head, at, count) for at, content in enumerate(pages.done, start=1)],
        head,
        compress=compress,
    )


def _framed(content: list[str], head: str, number: int, count: int) -> str:
    foot = f"{number} / {count}"
    said = folded(head, SMALL, ROOM)[0]
    return "\n".join(
        [
            drawn(said, LEFT, A4[1] - 40, SMALL, bold=True),
            drawn(foot, A4[0] - LEFT - wide(foot, SMALL), 30, SMALL),
            *content,
        ]
    )


class _Pages:
    """Pages filled from the top; what no longer fits goes on the next one."""

    def __init__(self) -> None:
        self.done: list[list[str]] = [[]]
        self.y = TOP

    def draw(self, command: str) -> None:
        self.done[-1].append(command)

    def turn(self) -> None:
        self.done.append([])
        self.y = TOP

    def need(self, height: float) -> bool:
        """Turns the page where there is no room for it; says whether it did."""
        if self.y - height >= BOTTOM or self.y == TOP:
            return False
        self.turn()
        return True

    def gap(self, height: float) -> None:
        self.y -= height

    def line(self, text: str, size: float, *, bold: bool = False, before: float = 0) -> None:
        self.need(before + size * LEADING * (3 if bold else 1))  # a heading is not left alone at the foot
        self.y -= before + size * LEADING
        self.draw(drawn(text, LEFT, self.y, size, bold=bold))

    def paragraph(self, text: str, size: float = BODY) -> None:
        for line in folded(text, size, ROOM):
            self.line(line, size)

    def rule(self) -> None:
        self.y -= 5
        self.draw(f"1 w {LEFT} {self.y:.1f} m {LEFT + ROOM} {self.y:.1f} l S")


def _block(pages: _Pages, block: Block) -> None:
    if block.title:
        for number, line in enumerate(folded(block.title, 11.5, ROOM)):
            pages.line(line, 11.5, bold=True, before=8 if number == 0 else 0)
    pages.gap(3)
    for text in block.lines:
        pages.paragraph(text)
    if block.chart is not None:
        _chart(pages, block.chart)
    if block.columns and block.rows:
        _table(pages, block.columns, block.rows)
    elif block.columns:
        pages.paragraph(block.none)


# --- tables -----------------------------------------------------------------------------------------------------


def _table(pages: _Pages, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    sizes = _columns([columns, *rows])
    pages.gap(2)
    _row(pages, columns, sizes, bold=True)
    for row in rows:
        for cells in _cut(row, sizes):
            if pages.need(_height(cells)):
                _row(pages, columns, sizes, bold=True)
            _row(pages, cells, sizes)


def _columns(rows: Sequence[Sequence[str]]) -> list[float]:
    """As wide as what stands in them; while that is too much, the widest gives way."""
    sizes = [max(min(wide(row[at], SMALL) + 2 * PAD + 1, ROOM) for row in rows) for at in range(len(rows[0]))]
    while sum(sizes) > ROOM:
        widest = sizes.index(max(sizes))
        sizes[widest] = max(24.0, sizes[widest] - max(2.0, (sum(sizes) - ROOM) / 8))
    spare = ROOM - sum(sizes)
    return [size + spare * size / (ROOM - spare) for size in sizes]


def _cut(row: Sequence[str], sizes: list[float]) -> list[list[str]]:
    """A row that is longer than half a page goes on in another one."""
    most = 24
    cells = [folded(cell, SMALL, size - 2 * PAD) for cell, size in zip(row, sizes, strict=True)]
    return [
        ["\n".join(cell[start : start + most]) for cell in cells]
        for start in range(0, max(map(len, cells)), most)
    ]


def _height(cells: Sequence[str]) -> float:
    return max(cell.count("\n") + 1 for cell in cells) * SMALL * 1.35 + 2 * PAD


def _row(pages: _Pages, cells: Sequence[str], sizes: list[float], *, bold: bool = False) -> None:
    lines = [
        cell.split("\n") if not bold else folded(cell, SMALL, size - 2 * PAD)
        for cell, size in zip(cells, sizes, strict=True)
    ]
    height = max(map(len, lines)) * SMALL * 1.35 + 2 * PAD
    pages.need(height)
    x, top = LEFT, pages.y
    for cell, size in zip(lines, sizes, strict=True):
        box = f"{x:.1f} {top - height:.1f} {size:.1f} {height:.1f} re"
        pages.draw(f"q .93 g {box} f Q q .5 G .5 w {box} S Q" if bold else f"q .5 G .5 w {box} S Q")
        for number, line in enumerate(cell):
            y = top - PAD - SMALL * (0.9 + 1.35 * number)
            pages.draw(drawn(line, x + PAD, y, SMALL, bold=bold))
        x += size
    pages.y -= height


# --- charts -----------------------------------------------------------------------------------------------------


def _chart(pages: _Pages, chart: Chart) -> None:
    size = (ROOM - LABEL - TEXT) / chart.most
    left = LEFT + LABEL
    axis = True
    for bar in chart.bars:
        axis = pages.need(ROW * 2) or axis
        if axis:
            pages.y -= ROW
            pages.draw(drawn(chart.unit, LEFT, pages.y + 4, 8))
            for at in chart.ticks():
                said = f"{at:g}"
                pages.draw(drawn(said, left + at * size - wide(said, 8) / 2, pages.y + 4, 8))
            axis = False
        pages.y -= ROW
        for at in chart.ticks():
            x = left + at * size
            pages.draw(f"q .8 G .4 w {x:.1f} {pages.y:.1f} m {x:.1f} {pages.y + ROW:.1f} l S Q")
        label = folded(bar.label, SMALL, LABEL - 12)
        pages.draw(drawn(label[0] + ("…" if len(label) > 1 else ""), LEFT, pages.y + 4, SMALL))
        start, end = left + bar.start * size, left + bar.end * size
        pages.draw(
            f"q {INK[bar.tone]} rg {start:.1f} {pages.y + 3:.1f} {max(2.0, end - start):.1f} {ROW - 6} re f Q"
        )
        if bar.target is not None:
            end = max(end, x := left + bar.target * size)
            pages.draw(f"q 1.2 w [3 2] 0 d {x:.1f} {pages.y + 1:.1f} m {x:.1f} {pages.y + ROW - 1:.1f} l S Q")
        pages.draw(drawn(bar.text, end + 4, pages.y + 4, SMALL))
    pages.gap(6)
