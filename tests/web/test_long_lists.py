"""Twenty thousand tasks on one board: a few lines in the page, filters that act on all of them, and a storm over it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.bench.storm import TASKS, TOKEN, CityEngine, city_served, raging
from tests.web.screenshots import DESK, opened

MOST_LINES = 60


@pytest_asyncio.fixture
async def engine() -> CityEngine:
    return CityEngine()


@pytest_asyncio.fixture
async def board(pages: object, engine: CityEngine, browser: Browser) -> AsyncIterator[Page]:
    async with city_served(engine) as url, opened(browser, DESK, "zh", "light", TOKEN) as page:
        await page.goto(f"{url}/desk/tasks?state=all")
        await expect(page.get_by_role("table")).to_have_attribute(
            "aria-rowcount", str(TASKS + 1), timeout=60_000
        )
        yield page


async def test_only_what_can_be_seen_is_in_the_page(board: Page) -> None:
    assert 10 < await board.get_by_role("row").count() < MOST_LINES
    first = await board.get_by_role("row").nth(1).inner_text()
    await board.locator(".scroller").evaluate("(list) => list.scrollTo(0, list.scrollHeight)")
    await expect(board.locator(f'[aria-rowindex="{TASKS + 1}"]')).to_be_visible()
    assert await board.get_by_role("row").nth(1).inner_text() != first
    assert await board.get_by_role("row").count() < MOST_LINES


async def test_filters_act_on_all_and_stand_in_the_address(board: Page) -> None:
    table = board.get_by_role("table")
    await board.get_by_role("button", name="超时").click()
    await expect(table).to_have_attribute("aria-rowcount", str(TASKS // 40 + 1))
    await board.get_by_role("checkbox", name="只看必备").check()
    await expect(table).not_to_have_attribute("aria-rowcount", str(TASKS // 40 + 1))
    await board.get_by_role("searchbox").fill("没有这样的任务")
    await expect(board.get_by_text("没有符合的任务")).to_be_visible()
    assert "state=overdue" in board.url and "must=1" in board.url
    await board.reload()
    await expect(board.get_by_text("没有符合的任务")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("screen", ["tasks?state=all", "overview?as=tiles"])
async def test_it_answers_a_key_in_the_middle_of_a_storm(
    engine: CityEngine, board: Page, screen: str
) -> None:
    await board.goto(f"{board.url.split('/desk/')[0]}/desk/{screen}")
    await expect(board.locator("main .panel").first).to_be_visible()
    with raging(engine, 500):
        await board.keyboard.press("Control+k")
        await board.get_by_role("combobox").fill("情况")
        await board.keyboard.press("Enter")
        await expect(board.get_by_role("heading", name="情况", exact=True).first).to_be_visible()
    assert engine.events > 0
