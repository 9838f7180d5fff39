"""Built pages and a real browser: built once, one Chromium for all, a page of its own for each test."""

from __future__ import annotations

import asyncio
import fcntl
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

import hatch_build
from tests.e2e.city import City
from tests.web.browser import MISSING, find_chromium, launched, use_our_node
from tests.web.flooding import flood
from tests.web.node import ROOT
from tests.web.practising import practise

WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def pages() -> Path:
    """The built pages, from the sources as they are; where tests run side by side, one of them builds."""
    with (Path(tempfile.gettempdir()) / "pingji-pages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        hatch_build.build(ROOT)
    return ROOT / "coordinator" / "api" / "static"


@pytest.fixture(scope="module")
def city(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A quiet city that serves the pages."""
    shared = City(tmp_path_factory.mktemp("city") / "data")
    shared.start()
    yield shared
    shared.stop()


@pytest.fixture(scope="module")
def flooded(city: City) -> City:
    """The community is at level III, and its grid has two tasks more, of which one's name is an attack."""
    asyncio.run(flood(city))
    return city


@pytest.fixture(scope="module")
def practised(city: City) -> City:
    """The street has held drills, and its office and a community's have something to put right."""
    community = city.area("community")
    asyncio.run(practise(city.urls[0], city.token("commander"), community[:9], community))
    return city


@pytest.fixture(scope="session")
def chromium() -> str:
    found = find_chromium()
    if found is None:
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session", autouse=True)
def playwright_node() -> None:
    use_our_node()


@pytest_asyncio.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with launched(chromium) as browser:
        yield browser


@pytest_asyncio.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport=WIDE, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context
    await context.close()


@pytest_asyncio.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page on which nothing may go wrong unseen: an error on its console fails the test."""
    page = await context.new_page()
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert not wrong, wrong
