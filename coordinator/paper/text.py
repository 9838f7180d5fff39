"""A paper as plain text: pages of sixty lines divided by form feeds, each with its head. Any printer prints it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from unicodedata import east_asian_width

from coordinator.paper.sheets import Block, Chart, Paper

LINES: Final = 60
"""Of an A4 page at six lines an inch, head and margins left out."""
WIDTH: Final = 96
BAR: Final = 32
"""Blocks of the longest bar."""


def to_text(paper: Paper) -> str:
    """Every page begins with the world's mark, the title and its number."""
    pages = list(_pages(paper))
    head = f"{paper.mark}{paper.title}"
    return "\f".join(
        "\n".join([f"{head}    {number}/{len(pages)}", "=" * WIDTH, *page, ""])
        for number, page in enumerate(pages, start=1)
    )


def _pages(paper: Paper) -> Iterator[list[str]]:
    first = [*paper.facts, "", *(f"{at}. {sheet.title}" for at, sheet in enumerate(paper.sheets, 1))]
    yield from _cut([line for long in first for line in _folded(long, WIDTH)])
    for sheet in paper.sheets:
        lines = [sheet.title, "-" * min(WIDTH, width(sheet.title))]
        for block in sheet.blocks:
            lines += _block(block)
        yield from _cut(lines)


def _cut(lines: list[str]) -> Iterator[list[str]]:
    for start in range(0, max(1, len(lines)), LINES):
        yield lines[start : start + LINES]


def _block(block: Block) -> list[str]:
    lines = ["", f"【{block.title}】"] if block.title else [""]
    for line in block.lines:
        lines += _folded(line, WIDTH)
    if block.chart is not None:
        lines += [line for bar in drawn(block.chart) for line in _folded(bar, WIDTH)]
    if block.columns:
        lines += _table(block.columns, block.rows) if block.rows else [block.none]
    return lines


def drawn(chart: Chart) -> list[str]:
    """Each bar in blocks, where nothing else can be drawn."""
    names = max((width(bar.label) for bar in chart.bars), default=0)
    size = BAR / chart.most
    return [
        f"{_padded(bar.label, names)}  {'·' * round(bar.start * size)}"
        f"{'█' * max(1, round((bar.end - bar.start) * size))} {bar.text}"
        for bar in chart.bars
    ]


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as what stands in them; a long cell is folded, never cut off."""
    every = [columns, *rows]
    wide = [max(width(row[at]) for row in every) for at in range(len(columns))]
    while sum(wide) + 2 * (len(wide) - 1) > WIDTH:
        wide[wide.index(max(wide))] -= 1
    lines: list[str] = []
    for number, row in enumerate(every):
        cells = [_folded(cell, size) for cell, size in zip(row, wide, strict=True)]
        for at in range(max(map(len, cells))):
            parts = (
                _padded(cell[at] if at < len(cell) else "", size)
                for cell, size in zip(cells, wide, strict=True)
            )
            lines.append("  ".join(parts).rstrip())
        if number == 0:
            lines.append("  ".join("-" * size for size in wide))
    return lines


def width(text: str) -> int:
    """Columns on paper: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, size: int) -> str:
    return text + " " * (size - width(text))


def _folded(text: str, size: int) -> list[str]:
    """At a blank where there is one, so that an id stays whole; else anywhere, as Chinese is."""
    lines: list[str] = []
    while width(text) > size:
        fits = 0
        while width(text[: fits + 1]) <= size:
            fits += 1
        blank = text.rfind(" ", 1, fits + 1)
        cut = blank if blank > 0 else fits
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text]
