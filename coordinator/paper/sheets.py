"""A paper: sheets of facts and tables, the mark of its world on every page. For print, so it says when it was true.

Knows no area and no playbook: others fill it; `html.py`, `markdown.py`, `csv.py` and `text.py` write it.
"""

from __future__ import annotations

import msgspec


class Block(msgspec.Struct):
    """A heading with lines below it, or a table; an empty table says `none` instead."""

    title: str
    lines: list[str] = []
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    none: str = ""


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
