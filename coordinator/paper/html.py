"""A paper as one HTML file: A4, large type, no network and no script; every page bears the mark of its world."""

from __future__ import annotations

from html import escape
from typing import Final

from coordinator.paper.sheets import Block, Paper, Sheet
from coordinator.paper.svg import to_svg

STYLE: Final = """
@page { size: A4; margin: 14mm 14mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); } }
* { box-sizing: border-box; }
body { font: 12pt/1.5 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  color: #000; background: #fff; margin: 0 auto; max-width: 182mm; }
h1 { font-size: 22pt; margin: 0 0 4mm; }
h2 { font-size: 17pt; margin: 0 0 3mm; border-bottom: 2pt solid #000; }
h3 { font-size: 13pt; margin: 5mm 0 1mm; break-after: avoid; }
p { margin: 1mm 0; }
table { border-collapse: collapse; width: 100%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.sheet > * > tr { break-inside: auto; }
.sheet > * > tr > td { border: 0; padding: 0; }
th, td { border: .5pt solid #555; padding: 1mm 1.5mm; min-width: 3.2em; text-align: left; vertical-align: top; }
th { background: #eee; }
section { break-before: page; }
.mark { font-weight: bold; }
svg { display: block; width: 100%; height: auto; margin: 1mm 0 3mm; }
.head { font-size: 10pt; padding-bottom: 3mm; }
""".strip()


def to_html(paper: Paper) -> str:
    """Self-contained: can be mailed, kept on a stick and printed without a network."""
    title = f"{paper.mark}{paper.title}"
    facts = "".join(f"<p>{escape(fact)}</p>" for fact in paper.facts)
    contents = "".join(f"<li>{escape(sheet.title)}</li>" for sheet in paper.sheets)
    language = "en" if paper.lang == "en" else "zh-CN"
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}\n</style></head>\n<body>\n"
        f"{_head(paper)}\n"
        f"<h1>{escape(title)}</h1>\n{facts}\n<ol>{contents}</ol>\n"
        + "\n".join(_sheet(paper, sheet) for sheet in paper.sheets)
        + "\n</body>\n</html>\n"
    )


def _head(paper: Paper) -> str:
    return f'<div class="head"><span class="mark">{escape(paper.mark)}</span> {escape(paper.title)}</div>'


def _sheet(paper: Paper, sheet: Sheet) -> str:
    """In a table whose head every browser repeats on every page: what is positioned in a margin is cut off by some."""
    blocks = "\n".join(_block(block) for block in sheet.blocks)
    content = f"<h2>{escape(paper.mark + sheet.title)}</h2>\n{blocks}"
    return (
        f'<section>\n<table class="sheet"><thead><tr><td>{_head(paper)}</td></tr></thead>'
        f"<tbody><tr><td>\n{content}\n</td></tr></tbody></table>\n</section>"
    )


def _block(block: Block) -> str:
    parts = [f"<h3>{escape(block.title)}</h3>"] if block.title else []
    parts += [f"<p>{escape(line)}</p>" for line in block.lines]
    if block.chart is not None:
        parts.append(to_svg(block.chart, block.title))
    if block.columns and block.rows:
        head = "".join(f"<th>{escape(column)}</th>" for column in block.columns)
        rows = "\n".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in block.rows
        )
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>")
    elif block.columns:
        parts.append(f"<p>{escape(block.none)}</p>")
    return "\n".join(parts)
