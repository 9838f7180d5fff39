"""A paper: sheets of facts and tables, the mark of its world on every page. For print, so it says when it was true.

Knows no area and no playbook: others fill it; `html.py`, `markdown.py`, `csv.py` and `text.py` write it.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Tone(StrEnum):
    """How a bar is coloured. The words beside it say the same."""

    PLAIN = "plain"
    GOOD = "good"
    LATE = "late"
    BAD = "bad"


class Bar(msgspec.Struct):
    """One line of a chart: from `start` to `end` on its axis, and where it should have ended."""

    label: str
    start: float
    end: float
    text: str
    tone: Tone = Tone.PLAIN
    target: float | None = None


class Chart(msgspec.Struct):
    """Bars over one axis, which begins at 0."""

    unit: str
    bars: list[Bar]

    @property
    def most(self) -> float:
        """The end of the axis."""
        return max([1.0, *(max(bar.end, bar.target or 0.0) for bar in self.bars)])

    def ticks(self) -> list[float]:
        """Round numbers along the axis, at most nine."""
        step = next(
            (size for size in (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440) if self.most / size <= 8), 2880
        )
        return [float(at) for at in range(0, int(self.most) + 1, step)]


class Block(msgspec.Struct):
    """A heading with lines below it, a chart, or a table; an empty table says `none` instead."""

    title: str
    lines: list[str] = []
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    none: str = ""
    chart: Chart | None = None


class Sheet(msgspec.Struct):
    """Begins on a new page."""

    title: str
    blocks: list[Block]


class Paper(msgspec.Struct):
    lang: str
    mark: str
    """【演示】 or 【演练】, on every page; empty for the real world."""
    title: str
    facts: list[str]
    """When it was true, where it is from, what it must not be taken for."""
    sheets: list[Sheet]
