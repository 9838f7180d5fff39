"""Makes one look at a drill fit the terminal: what exercise control has to act on stays, and so do the last lines.

Leaves lines out and counts them; changes nothing of those that stay, and never their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from coordinator.admin.drill.desk import Desk, ExpectedLine, InjectLine

HEADS: Final = 4
"""Rows of the two tables that are no lines: their headings, and the rules below them."""
FEWEST: Final = 3
"""Lines of either table that are shown on the smallest screen."""
URGENCY: Final = ("open", "missed", "late", "waiting", "met", "not_needed")
"""Which expectations stay, the first first."""
DEALT_WITH: Final = ("fired", "skipped")


def rows_left(screen: Console, above: Sequence[Text], foot: Sequence[str]) -> int:
    """Rows for the lines of both tables."""
    width, height = screen.size
    rest = sum(_rows(text.plain, width) for text in above) + sum(_rows(line, width) for line in foot)
    return height - rest - HEADS


def fitted(found: Desk, rows: int) -> Desk:
    """As much of it as `rows` lines hold; a table that lost some needs one line to say so."""
    injects, expected = len(found.injects), len(found.expected)
    if injects + expected <= rows:
        return found
    for_injects = min(injects, max(FEWEST, rows * 2 // 5, rows - expected))
    for_expected = min(expected, max(FEWEST, rows - for_injects))
    kept, chosen = _around_now(found.injects, for_injects), _urgent(found.expected, for_expected)
    return found._replace(
        injects=kept,
        expected=chosen,
        more_injects=injects - len(kept),
        more_expected=expected - len(chosen),
    )


def _around_now(lines: Sequence[InjectLine], room: int) -> list[InjectLine]:
    """What comes next, with the last one that was dealt with before it."""
    if len(lines) <= room:
        return list(lines)
    ahead = (at for at, line in enumerate(lines) if line.state not in DEALT_WITH)
    first = max(0, min(next(ahead, len(lines)) - 1, len(lines) - room + 1))
    return list(lines[first : first + room - 1])


def _urgent(lines: Sequence[ExpectedLine], room: int) -> list[ExpectedLine]:
    """In the order of the script, but the least urgent ones left out."""
    if len(lines) <= room:
        return list(lines)
    ranked = sorted(range(len(lines)), key=lambda at: (_rank(lines[at].state), at))
    return [lines[at] for at in sorted(ranked[: room - 1])]


def _rank(state: str) -> int:
    return URGENCY.index(state) if state in URGENCY else len(URGENCY)


def _rows(text: str, width: int) -> int:
    return max(1, -(-cell_len(text) // width))
