"""A paper as Markdown, for a review that goes on being written."""

from __future__ import annotations

from coordinator.paper.sheets import Block, Paper
from coordinator.paper.text import drawn


def to_markdown(paper: Paper) -> str:
    lines = [f"# {paper.mark}{paper.title}", "", *(f"> {fact}" for fact in paper.facts)]
    for sheet in paper.sheets:
        lines += ["", f"## {paper.mark}{_plain(sheet.title)}"]
        for block in sheet.blocks:
            lines += _block(block)
    return "\n".join(lines) + "\n"


def _block(block: Block) -> list[str]:
    lines = ["", f"### {_plain(block.title)}", ""] if block.title else [""]
    lines += [line if line[:1].isdigit() else f"- {line}" for line in map(_plain, block.lines)]
    if block.chart is not None:
        lines += ["```", *drawn(block.chart), "```"]
    if block.columns and not block.rows:
        return [*lines, block.none]
    if block.columns:
        lines += [_row(block.columns), "|" + " --- |" * len(block.columns), *map(_row, block.rows)]
    return lines


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(text: str) -> str:
    """What came from a record is text and no markup of ours."""
    return text.replace("<", "&lt;").replace("\n", " ")
