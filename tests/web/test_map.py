"""The map of a city's own outlines: brought in while it runs, drawn with modes and levels, walked by mouse and keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from typer.testing import CliRunner

from coordinator.main import make_app
from coordinator.wire.exits import Exit
from tests.e2e.city import City
from tests.web.axe import findings
from tests.web.screenshots import DESK, WALL, opened, settled

STREET = "320113007"
SOURCE = "<img src=x onerror=document.title=666>"


def outlines(*words: object) -> None:
    result = CliRunner().invoke(make_app(), ["areas", "outlines", *map(str, words)])
    assert result.exit_code == Exit.OK, result.stderr


@pytest.fixture(scope="module")
def mapped(flooded: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """One community of the street, not the one that is flooded, has no outline."""
    file: Path = tmp_path_factory.mktemp("outlines") / "invented.geojson"
    outlines("example", file, "--data", flooded.data)
    document = json.loads(file.read_bytes())
    without = f"{STREET}010"
    kept = [one for one in document["features"] if one["properties"]["code"] != without]
    assert len(kept) == len(document["features"]) - 1 and flooded.area("community") != without
    file.write_text(json.dumps({**document, "features": kept}))
    outlines("import", file, "--data", flooded.data, "--source", SOURCE)
    yield flooded
    outlines("drop", "3201", "--data", flooded.data)


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
async def test_a_street_is_a_map_with_modes_and_levels(
    mapped: City, browser: Browser, language: str, theme: str
) -> None:
    community = mapped.area("community")
    async with opened(browser, DESK, language, theme, mapped.token("commander")) as page:
        await page.goto(f"{mapped.urls[0]}/desk/overview/{STREET}?as=map")
        flooded_one = page.locator(f'svg a[data-area="{community}"]')
        await expect(flooded_one).to_be_visible()
        await settled(page)
        mode, level = ("转换中", "三级") if language == "zh" else ("Activating", "III")
        told = await flooded_one.get_attribute("aria-label")
        assert told is not None and mode in told and level in told
        assert "▲" in str(await page.locator("svg .label.activating").text_content())
        assert await page.locator("svg .label.normal .mark").first.text_content() == "●"
        assert await page.locator("svg a").count() == 9
        assert await page.locator(".beside a").count() == 1
        await expect(page.locator(".beside p")).to_contain_text(SOURCE)
        assert await page.title() != "666"
        assert await findings(page) == []


async def test_one_goes_down_by_mouse_and_by_keys_and_it_stays_a_map(mapped: City, browser: Browser) -> None:
    community = mapped.area("community")
    async with opened(browser, DESK, "zh", "light", mapped.token("commander")) as page:
        await page.goto(f"{mapped.urls[0]}/desk/overview")
        await page.get_by_role("button", name="地图").click()
        await page.locator(f'svg a[data-area="{STREET}"]').click()
        await expect(page).to_have_url(f"{mapped.urls[0]}/desk/overview/{STREET}?as=map")
        await expect(page.locator("svg a")).to_have_count(9)
        first = page.locator("svg a").first
        await page.get_by_role("button", name="图块").focus()
        await page.keyboard.press("Tab")  # the body of the panel, which can be scrolled
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await expect(first).to_be_focused()
        await expect(page.locator("svg .lit")).to_have_count(1)
        await page.locator(f'svg a[data-area="{community}"]').focus()
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(f"{mapped.urls[0]}/desk/overview/{community}?as=map")
        await expect(page.get_by_role("heading", name="岗位")).to_be_visible()


async def test_the_wall_shows_the_map_and_tiles_where_there_is_none(mapped: City, browser: Browser) -> None:
    async with opened(browser, WALL, "zh", "dark", mapped.token("commander")) as page:
        await page.goto(f"{mapped.urls[0]}/desk/wall/{STREET}")
        await expect(page.locator("svg a").first).to_be_visible()
        await settled(page)
        assert await findings(page) == []
        await page.goto(f"{mapped.urls[0]}/desk/wall/{mapped.area('community')}")
        await expect(page.locator(".cartogram .tile").first).to_be_visible()
