"""How long somebody on an old phone and a bad network waits: first useful paint at 4x CPU slow-down and Slow 4G.

    python -m tests.bench.phone_paint [--rounds 5]

Useful is what wants an answer from them: the card with the big button. By a link on a phone that has never seen the
page, then again on the same phone, then again without a network. Network as Chromium's own "Slow 4G" applies it.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

import aiohttp
from playwright.async_api import Browser, BrowserContext, Page

import hatch_build
from tests.e2e.city import City
from tests.web.browser import MISSING, find_chromium, launched, use_our_node
from tests.web.flooding import flood
from tests.web.node import ROOT
from tests.web.phone import SIZE

CPU: Final = 4
SLOW_4G: Final = {
    "latency": 562.5,
    "downloadThroughput": 180_000,
    "uploadThroughput": 84_375,
    "offline": False,
}
WAITS: Final = ("by a link, first visit", "again", "again, no network")

NOTED: Final = """
const noted = new MutationObserver(() => {
  if (!document.querySelector(".card.ask .huge")) return
  noted.disconnect()
  requestAnimationFrame(() => requestAnimationFrame(() => { window.useful = performance.now() }))
})
noted.observe(document, { childList: true, subtree: true })
"""
"""The moment at which the card has been painted, since the navigation began."""


async def slow(page: Page) -> None:
    tools = await page.context.new_cdp_session(page)
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    await tools.send("Network.enable")
    await tools.send("Network.emulateNetworkConditions", SLOW_4G)


async def useful(page: Page) -> tuple[float, float]:
    """First contentful and first useful paint, in milliseconds."""
    await page.wait_for_function("() => window.useful", timeout=120_000)
    first: float = await page.evaluate(
        "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
    )
    return first, await page.evaluate("() => window.useful")


async def link(city: City) -> str:
    headers = {"Authorization": f"Bearer {city.token('grid')}"}
    async with (
        aiohttp.ClientSession(city.urls[0], headers=headers) as session,
        session.post("/api/v1/sign-in-codes", json={}) as answer,
    ):
        return city.urls[0] + str((await answer.json())["path"])


async def a_phone(browser: Browser, city: City) -> list[tuple[float, float]]:
    context: BrowserContext = await browser.new_context(
        viewport=SIZE, locale="zh-CN", has_touch=True, is_mobile=True
    )
    await context.add_init_script(NOTED)
    page = await context.new_page()
    await slow(page)
    found = []
    await page.goto(await link(city), wait_until="commit")
    found.append(await useful(page))
    await page.evaluate("() => navigator.serviceWorker.ready")
    await page.wait_for_load_state("networkidle")
    await page.reload(wait_until="commit")
    found.append(await useful(page))
    await context.set_offline(True)
    await page.reload(wait_until="commit")
    found.append(await useful(page))
    await context.close()
    return found


async def measure(city: City, rounds: int) -> None:
    await flood(city)
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(MISSING)
    async with launched(chromium) as browser:
        each = [await a_phone(browser, city) for _ in range(rounds)]
    print(f"{CPU}x CPU slow-down, Slow 4G, median of {rounds}; milliseconds")
    for name, of in zip(WAITS, zip(*each, strict=True), strict=True):
        first, then = (median(values) for values in zip(*of, strict=True))
        print(f"  {name:<24} first contentful paint {first:6.0f}   first useful paint {then:6.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    hatch_build.build(ROOT)
    use_our_node()
    with tempfile.TemporaryDirectory() as directory:
        city = City(Path(directory) / "data")
        city.start()
        try:
            asyncio.run(measure(city, asked.rounds))
        finally:
            city.stop()


if __name__ == "__main__":
    main()
