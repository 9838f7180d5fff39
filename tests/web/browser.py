"""A real Chromium for tests and for the pictures: where it is, and how it is started with what we have."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, async_playwright

import hatch_build

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
MISSING: Final = "no Chromium here: apt-get install chromium fonts-noto-cjk, or name one in PINGJI_CHROMIUM"


def find_chromium() -> str | None:
    """Where the browser is: named by `PINGJI_CHROMIUM`, or on the path."""
    return os.environ.get("PINGJI_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def use_our_node() -> None:
    """Playwright's own Node does not start everywhere; ours has to anyway."""
    npm, _ = hatch_build.with_node()
    if len(npm) == 2:
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", npm[0])


@asynccontextmanager
async def launched(chromium: str, *flags: str) -> AsyncIterator[Browser]:
    """A browser with a home of its own, gone with everything in it when the block ends."""
    async with async_playwright() as playwright:
        with tempfile.TemporaryDirectory() as home:
            browser = await playwright.chromium.launch(
                executable_path=chromium,
                args=["--no-sandbox", "--disable-dev-shm-usage", *flags],
                env={**os.environ, "HOME": home},
            )
            yield browser
            await browser.close()
