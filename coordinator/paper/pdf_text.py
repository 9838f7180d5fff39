"""Words on a page of PDF: how wide they are, where a line is broken, and the commands that draw them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from coordinator.paper.pdf_file import BOLD, CHINESE, LATIN

_WIDE: Final = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
WIDTHS: Final = {chr(32 + at): int(wide) for at, wide in enumerate(_WIDE.split())}
"""Of Helvetica, in thousandths of its size, by Adobe's published metrics."""
WIDTHS["·"] = 278
NOT_FIRST: Final = frozenset("，。；：、！？）】》”’…%,.;:!?)]")
"""What no line begins with: it hangs over the end of the one before."""


def wide(text: str, size: float) -> float:
    """Points. A Chinese character is as wide as it is high."""
    return sum(WIDTHS.get(character, 1000) for character in text) * size / 1000


def folded(text: str, size: float, room: float) -> list[str]:
    """Broken at a blank where there is one, between Chinese characters anywhere."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if line and wide(line + word.rstrip(" "), size) > room and word not in NOT_FIRST:
            lines.append(line.rstrip(" "))
            line = ""
        while wide(word, size) > room and len(word) > 1:  # an id longer than its cell
            fits = max(1, sum(wide(word[: end + 1], size) <= room for end in range(len(word))))
            lines.append(word[:fits])
            word = word[fits:]
        line += word
    return [*lines, line.rstrip(" ")] if line or not lines else lines


def _words(text: str) -> Iterator[str]:
    """A run of Latin up to its blank, or one Chinese character."""
    word = ""
    for character in text:
        if character not in WIDTHS:
            if word:
                yield word
            word = ""
            yield character
            continue
        word += character
        if character == " ":
            yield word
            word = ""
    if word:
        yield word


def drawn(text: str, x: float, y: float, size: float, *, bold: bool = False) -> str:
    """From its lower left corner. Bold Chinese is drawn with an outline: the font has one weight."""
    commands = [f"BT {x:.1f} {y:.1f} Td"]
    for latin, run in groupby(text, key=lambda one: one in WIDTHS):
        said = "".join(run)
        if latin:
            escaped = said.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").replace("·", r"\267")
            commands.append(f"/{BOLD if bold else LATIN} {size:g} Tf 0 Tr ({escaped}) Tj")
        else:
            outline = f"2 Tr {size / 40:.2f} w" if bold else "0 Tr"
            commands.append(f"/{CHINESE} {size:g} Tf {outline} <{_coded(said)}> Tj")
    return " ".join([*commands, "ET"])


def _coded(text: str) -> str:
    """Beyond the basic plane there is nothing in the character set: a square says that something stood there."""
    plain = "".join(one if ord(one) < 0x10000 else "□" for one in text)
    return plain.encode("utf-16-be").hex()
