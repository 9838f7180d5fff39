"""A paper into a file, in the form that the file's name asks for."""

from __future__ import annotations

from pathlib import Path

from coordinator.paper.html import to_html
from coordinator.paper.markdown import to_markdown
from coordinator.paper.pdf import to_pdf
from coordinator.paper.sheets import Paper


def write_paper(path: Path, paper: Paper) -> None:
    """`.html` and `.pdf`; anything else is Markdown."""
    match path.suffix.lower():
        case ".pdf":
            path.write_bytes(to_pdf(paper))
        case ".html":
            path.write_text(to_html(paper), encoding="utf-8")
        case _:
            path.write_text(to_markdown(paper), encoding="utf-8")
