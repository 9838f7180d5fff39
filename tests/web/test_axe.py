"""Every screen of the desk and the wall can be used with a keyboard and by ear: nothing that axe-core finds grave."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.city import City
from tests.web.axe import findings
from tests.web.screenshots import DESK, desk_screens, opened, settled


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
async def test_no_screen_of_the_desk_has_a_grave_finding(
    flooded: City, practised: City, browser: Browser, language: str, theme: str
) -> None:
    community = flooded.area("community")
    drills = [f"practice?view={view}" for view in ("coverage", "calendar", "record")]
    paths = [*desk_screens(), *drills, f"overview/{community}", "overview?as=tiles", "wall"]
    grave: dict[str, list[str]] = {}
    async with opened(browser, DESK, language, theme, flooded.token("commander")) as page:
        for path in paths:
            await page.goto(f"{flooded.urls[0]}/desk/{path}")
            await expect(page.locator("main > *").first).to_be_visible()
            await settled(page)
            if found := await findings(page):
                grave[path] = found
    assert not grave, "\n".join(f"{path}\n  " + "\n  ".join(found) for path, found in grave.items())


async def test_a_corrective_action_that_is_looked_at_has_no_grave_finding(
    practised: City, browser: Browser
) -> None:
    async with opened(browser, DESK, "zh", "dark", practised.token("commander")) as page:
        await page.goto(f"{practised.urls[0]}/desk/practice")
        await page.get_by_role("row").nth(1).click()
        await expect(page.get_by_role("complementary")).to_be_visible()
        assert await findings(page) == []


async def test_what_opens_over_a_screen_has_no_grave_finding(flooded: City, browser: Browser) -> None:
    async with opened(browser, DESK, "zh", "light", flooded.token("commander")) as page:
        await page.goto(f"{flooded.urls[0]}/desk/tasks/{flooded.area('community')[:9]}")
        await page.get_by_role("row").nth(1).click()
        await expect(page.get_by_role("complementary")).to_be_visible()
        await page.keyboard.press("?")
        assert await findings(page) == []
        await page.keyboard.press("Control+k")
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await findings(page) == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
