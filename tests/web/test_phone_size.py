"""What the phone's first load weighs: an old Android on a bad network waits for every kilobyte."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Final

MOST: Final = 90 * 1024
MOST_ALL: Final = 110 * 1024
"""With the screens that are loaded when they are opened."""


def zipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def test_the_first_load_fits(pages: Path) -> None:
    page = (pages / "m" / "index.html").read_text()
    scripts = re.findall(r'(?:src|href)="/m/(assets/[^"]+\.js)"', page)
    assert scripts, page
    first = sum(zipped(pages / "m" / name) for name in scripts)
    every = sum(map(zipped, (pages / "m" / "assets").glob("*.js")))
    assert first <= MOST, f"{first} bytes of JavaScript before anything is seen"
    assert every <= MOST_ALL, f"{every} bytes of JavaScript in all"


def test_the_shell_that_opens_offline_is_all_of_it_and_nothing_else(pages: Path) -> None:
    worker = (pages / "m" / "sw.js").read_text()
    named = set(re.findall(r'"/m/(assets/[^"]+)"', worker))
    built = {f"assets/{path.name}" for path in (pages / "m" / "assets").iterdir()}
    assert named == built
    assert "/api" not in worker and "indexedDB" not in worker
