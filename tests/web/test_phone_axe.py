"""Every screen and sheet of the phone can be used by ear and with poor eyes, and hit with gloves on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.city import City
from tests.web.axe import findings
from tests.web.phone import SIZE
from tests.web.screenshots import opened, settled, sign_in_phone

SHEETS: Sequence[tuple[int, Sequence[str]]] = (
    (0, [".no"]),
    (0, [".task"]),
    (0, [".task", ".sheet .btn.danger"]),
    *((1, [f".tiles .btn:nth-child({one})"]) for one in (1, 2, 3, 4)),
    (0, ["header button"]),
    (0, ["header button", ".sheet .btn:nth-child(3)"]),
    (0, ["header button", ".sheet .btn.danger"]),
)
"""On which screen, and what is tapped one after the other."""
SMALL = """() => [...document.querySelectorAll("button, a, input, textarea, select, label.add, [role=tab]")]
  .filter((one) => one.checkVisibility() && !one.closest("[inert]") && !one.closest("label"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 48 || height < 48)
  .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 80)} ${width} x ${height}`)"""
WIDER = "() => document.documentElement.scrollWidth > innerWidth"


@asynccontextmanager
async def somebody(browser: Browser, city: City, role: str, language: str, theme: str) -> AsyncIterator[Page]:
    async with opened(browser, SIZE, language, theme) as page:
        await sign_in_phone(page, city.urls[0], city.token(role))
        await expect(page.locator("header .live.up")).to_be_visible()
        yield page


async def wrong_with(page: Page) -> list[str]:
    await settled(page)
    small: list[str] = await page.evaluate(SMALL)
    found = [*await findings(page), *(f"too small: {one}" for one in small)]
    return [*found, "wider than the phone"] if await page.evaluate(WIDER) else found


@pytest.mark.parametrize("role", ["grid", "community"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_no_screen_of_the_phone_has_a_grave_finding(
    flooded: City, practised: City, browser: Browser, role: str, language: str, theme: str
) -> None:
    grave: list[str] = []
    async with somebody(browser, flooded, role, language, theme) as page:
        for number, one in enumerate(await page.get_by_role("tab").all()):
            await one.tap()
            grave += [f"tab {number}: {found}" for found in await wrong_with(page)]
    assert not grave, "\n".join(grave)


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
async def test_nor_has_what_opens_over_one(
    flooded: City, practised: City, browser: Browser, language: str, theme: str
) -> None:
    grave: list[str] = []
    async with somebody(browser, flooded, "grid", language, theme) as page:
        tabs = page.get_by_role("tab")
        for number, way in SHEETS:
            await tabs.nth(number).tap()
            for step in way:
                await page.locator(step).last.tap()
            await expect(page.get_by_role("dialog").last).to_be_visible()
            grave += [f"{way}: {found}" for found in await wrong_with(page)]
            await page.reload()  # whatever is open is closed
            await expect(page.locator("header .live.up")).to_be_visible()
    async with somebody(browser, practised, "community", language, theme) as page:
        await page.locator(".corrective").tap()
        await expect(page.get_by_role("dialog")).to_be_visible()
        grave += [f"corrective: {found}" for found in await wrong_with(page)]
    assert not grave, "\n".join(grave)
