"""Pictures of every screen, desk, wall and phone, in both languages and themes, with the data of a night that runs.

    python -m tests.web.screenshots [--only overview,phone] [--language zh] [--theme dark] [--night DIR]

Look at each. It plays a night of its own, which takes some minutes, unless `--night` names the directory of one.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, ViewportSize, expect

import hatch_build
from tests.web import night
from tests.web.browser import MISSING, find_chromium, launched, use_our_node
from tests.web.night import Night
from tests.web.node import ROOT, WEB
from tests.web.phone import SIZE
from tests.web.practising import practise

OUT: Final = ROOT / "build" / "screenshots"
DESK: Final[ViewportSize] = {"width": 1440, "height": 900}
NARROW: Final[ViewportSize] = {"width": 1280, "height": 720}
WALL: Final[ViewportSize] = {"width": 1920, "height": 1080}
LANGUAGES: Final = ("zh", "en")
THEMES: Final = ("light", "dark")
FLOODED_STREET: Final = "420107001"
"""It is raised to level II in the story."""


Act = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True)
class Look:
    """In which of the languages and themes."""

    language: str
    theme: str


@dataclass(frozen=True)
class Picture:
    """One screen as somebody has it in front of them."""

    name: str
    path: str
    size: ViewportSize
    act: Act | None = None
    """Done once it stands."""


def desk_screens() -> list[str]:
    """As `screens.ts` has them, so that a new one is in the next pictures."""
    listed = (WEB / "desk" / "src" / "screens.ts").read_text(encoding="utf-8")
    return re.findall(r'\{ name: "([\w-]+)"', listed)


async def _look_at_a_task(page: Page) -> None:
    await page.get_by_role("row").nth(1).click()
    await page.keyboard.press("?")


async def _look_at_the_first(page: Page) -> None:
    """Of a list that is empty in a night of somebody else's there is none."""
    first = page.get_by_role("row").nth(1)
    if await first.count():
        await first.click()


async def _go_to(page: Page) -> None:
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill("4201070010")


async def _write_an_order(page: Page) -> None:
    """A power cut at level II for a street, with what it would come to; nothing is sent."""
    await page.locator(".tree input[type=checkbox]").nth(3).check()
    await page.locator("form select").first.select_option(index=6)
    await page.locator("input[type=radio][value=II]").check()
    await page.locator("textarea").last.fill("变电站进水 Substation flooded")
    await page.locator(".panel[aria-busy=false] table, .panel[aria-busy=false] dl").first.wait_for()


def pictures(night: Night) -> list[Picture]:
    street = next((one for one in night.tokens["streets"] if one == FLOODED_STREET), night.district)
    community = next(one for one in night.tokens["communities"] if one.startswith(street))
    grid = next(one for one in night.tokens["grids"] if one.startswith(community))
    found = [Picture(name, f"/desk/{name}", DESK) for name in desk_screens()]
    found += [Picture(f"{name}-street", f"/desk/{name}/{street}", DESK) for name in desk_screens()]
    found += [
        Picture("overview-map", "/desk/overview?as=map", DESK),
        Picture("overview-map-street", f"/desk/overview/{street}?as=map", DESK),
        Picture("overview-tiles", "/desk/overview?as=tiles", DESK),
        Picture("overview-tiles-street", f"/desk/overview/{street}?as=tiles", DESK),
        Picture("overview-community", f"/desk/overview/{community}", DESK),
        Picture("overview-grid", f"/desk/overview/{grid}", DESK),
        Picture("overview-unknown", f"/desk/overview/{community}999", DESK),
        Picture("overview-narrow", "/desk/overview", NARROW),
        Picture("people-narrow", "/desk/people", NARROW),
        Picture("overview-wide", "/desk/overview", WALL),
        Picture("tasks-detail", f"/desk/tasks/{street}?state=done", DESK, _look_at_a_task),
        Picture("practice-one", f"/desk/practice/{street}", DESK, _look_at_the_first),
        Picture("practice-coverage", "/desk/practice?view=coverage", DESK),
        Picture("practice-calendar", "/desk/practice?view=calendar", DESK),
        Picture("practice-record", "/desk/practice?view=record", DESK),
        Picture("goto", "/desk/overview", DESK, _go_to),
        Picture("switch-filled", "/desk/switch", DESK, _write_an_order),
        Picture("wall", "/desk/wall", WALL),
        Picture("sign-in", "/desk/", DESK),
    ]
    return found


@asynccontextmanager
async def opened(
    browser: Browser, size: ViewportSize, language: str, theme: str, token: str = ""
) -> AsyncIterator[Page]:
    """A page of somebody who has chosen language and theme before, and, at the desk, has signed in."""
    phone = size is SIZE
    context = await browser.new_context(
        viewport=size,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=phone,
        is_mobile=phone,
        device_scale_factor=2 if phone else 1,
    )
    await context.add_init_script(
        f"""localStorage.setItem("pingji.language", "{language}"); localStorage.setItem("pingji.theme", "{theme}");
        {f'sessionStorage.setItem("pingji.token", "{token}")' if token else ""}"""
    )
    yield await context.new_page()
    await context.close()


async def settled(page: Page) -> None:
    """Everything that was asked for is here, and drawn."""
    await page.wait_for_load_state("networkidle")
    await expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=30_000)
    await page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


async def sign_in_phone(page: Page, url: str, token: str) -> None:
    await page.goto(f"{url}/m/")
    await page.locator("#token").fill(token)
    await page.locator("form button").tap()
    await page.get_by_role("tab").first.wait_for()


async def take_desk(browser: Browser, night: Night, out: Path, only: set[str], looks: list[Look]) -> None:
    for look in looks:
        for one in pictures(night):
            if only and one.name not in only and one.name.split("-")[0] not in only:
                continue
            token = "" if one.name == "sign-in" else night.commander
            async with opened(browser, one.size, look.language, look.theme, token) as page:
                await page.goto(night.url + one.path)
                await settled(page)
                if one.act is not None:
                    await one.act(page)
                    await settled(page)
                await page.screenshot(path=out / f"desk-{one.name}-{look.language}-{look.theme}.png")


async def take_phone(browser: Browser, night: Night, out: Path, looks: list[Look]) -> None:
    """A grid team's and a community's: each tab."""
    communities = night.tokens["communities"]
    community = next((one for one in communities if one.startswith(FLOODED_STREET)), next(iter(communities)))
    grid = next(one for one in night.tokens["grids"] if one.startswith(community))
    people = {"grid": night.tokens["grids"][grid], "community": communities[community]}
    for look in looks:
        for role, token in people.items():
            async with opened(browser, SIZE, look.language, look.theme) as page:
                await sign_in_phone(page, night.url, token)
                for number, tab in enumerate(await page.get_by_role("tab").all(), 1):
                    await tab.tap()
                    await settled(page)
                    await page.screenshot(
                        path=out / f"phone-{role}-{number}-{look.language}-{look.theme}.png"
                    )


async def drilled(night: Night) -> None:
    """What a night does not bring: drills on record, and what follows from them."""
    street = next((one for one in night.tokens["streets"] if one == FLOODED_STREET), night.district)
    community = next(one for one in night.tokens["communities"] if one.startswith(street))
    await practise(night.url, night.commander, street, community)


async def take(night: Night, out: Path, only: set[str], looks: list[Look]) -> None:
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(MISSING)
    async with launched(chromium) as browser:
        await take_desk(browser, night, out, only, looks)
        if not only or "phone" in only:
            await take_phone(browser, night, out, looks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--night", type=Path, help="directory of a demonstration that runs")
    parser.add_argument("--only", default="", help="names of screens, with commas between them; phone")
    parser.add_argument("--language", choices=LANGUAGES, help="only this one")
    parser.add_argument("--theme", choices=THEMES, help="only this one")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    only = set(filter(None, asked.only.split(",")))
    looks = [
        Look(language, theme)
        for language in LANGUAGES
        for theme in THEMES
        if asked.language in (None, language) and asked.theme in (None, theme)
    ]
    hatch_build.build(ROOT)
    use_our_node()
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.night:
        asyncio.run(take(Night.at(asked.night), asked.out, only, looks))
        return
    with tempfile.TemporaryDirectory() as directory:
        process = night.begin(Path(directory) / "night")
        try:
            running = Night.at(Path(directory) / "night")
            asyncio.run(running.height())
            asyncio.run(drilled(running))
            asyncio.run(take(running, asked.out, only, looks))
        finally:
            night.end(process)


if __name__ == "__main__":
    main()
