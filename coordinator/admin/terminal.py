"""How a terminal is written to in one of two languages: tables, widths, deadlines.

Knows no particular thing to show; what is shown goes to standard output, everything else through `say.py`.
"""

from __future__ import annotations

from typing import Annotated, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from coordinator.wire.words import Language

Lang = Annotated[Language, typer.Option("--lang", envvar="PINGJI_LANG", help="语言 language: zh, en")]

PIPED_WIDTH: Final = 150
"""Columns where nobody says how wide the paper is: a table in a file is not folded at 80."""


def console() -> Console:
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=PIPED_WIDTH)


def table(title: str, *columns: str, right: tuple[int, ...] = ()) -> Table:
    """A plain table; `right` names the columns of numbers."""
    made = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for at, column in enumerate(columns):
        made.add_column(column, justify="right" if at in right else "left", overflow="fold")
    return made


def minutes(count: int, lang: Language) -> str:
    """A deadline as people say it: 30分钟, 2小时, 1天."""
    units = ((1440, "天", " d"), (60, "小时", " h"), (1, "分钟", " min"))
    size, zh, en = next(unit for unit in units if (count % unit[0] == 0 and count >= unit[0]) or unit[0] == 1)
    return f"{count // size}{en if lang == 'en' else zh}"
