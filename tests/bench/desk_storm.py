"""The desk over a city in a storm: long tasks, frames, the answer to a key, and memory, in a real Chromium.

    python -m tests.bench.desk_storm [--events 2000] [--seconds 60]

Frames come over a real WebSocket from the server's own application and hub; the engine behind it is a city made by
hand (3,495 communities, 20,000 tasks), so that what is measured is the page and not a log.
"""

from __future__ import annotations

import argparse
import asyncio
from statistics import quantiles
from typing import Any, Final

from playwright.async_api import CDPSession, Page, expect

import hatch_build
from tests.bench.storm import TOKEN, CityEngine, city_served, raging
from tests.web.browser import MISSING, find_chromium, launched, use_our_node
from tests.web.node import ROOT

WATCH: Final = """() => {
  const seen = (window.seen = { long: [], gaps: [], keys: [] })
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) seen.long.push(one.duration)
  }).observe({ type: "longtask" })
  let last = performance.now()
  const frame = (now) => {
    seen.gaps.push(now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}"""
PRESS: Final = """() => new Promise((done) => {
  const begun = performance.now()
  dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }))
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }))
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)))
})"""
SCROLL: Final = """(by) => document.querySelector('.scroller, .panel > .body')?.scrollBy(0, by)"""
SCREENS: Final = {
    "overview": "/desk/overview?as=tiles",
    "rows": "/desk/overview",
    "tasks": "/desk/tasks?state=all",
}
ASKED_EVERY: Final = 1.0


async def heap(cdp: CDPSession) -> float:
    """Megabytes in use after everything that can go has gone."""
    for _ in range(3):
        await cdp.send("HeapProfiler.collectGarbage")
    used: dict[str, Any] = await cdp.send("Runtime.getHeapUsage")
    return float(used["usedSize"]) / 1e6


def spread(numbers: list[float]) -> str:
    if len(numbers) < 2:
        return "none"
    cut = quantiles(numbers, n=100, method="inclusive")
    return f"p50 {cut[49]:.0f}  p95 {cut[94]:.0f}  p99 {cut[98]:.0f}  max {max(numbers):.0f}"


async def measure(page: Page, engine: CityEngine, per_second: int, seconds: float) -> None:
    cdp = await page.context.new_cdp_session(page)
    await expect(page.locator("main .panel").first).to_be_visible(timeout=60_000)
    await expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=120_000)
    with raging(engine, per_second):
        await asyncio.sleep(5)  # until it has seen everything once
        before = await heap(cdp)
        await page.evaluate(WATCH)
        begun, counted = asyncio.get_running_loop().time(), engine.events
        answers: list[float] = []
        while asyncio.get_running_loop().time() < begun + seconds:
            answers.append(await page.evaluate(PRESS))
            await page.evaluate(SCROLL, 400)
            await asyncio.sleep(ASKED_EVERY)
        took = asyncio.get_running_loop().time() - begun
        events = engine.events - counted
        seen: dict[str, list[float]] = await page.evaluate("() => window.seen")
        after = await heap(cdp)
    long = seen["long"]
    rows = await page.locator("[role=row]").count()
    print(
        f"  {events / took:,.0f} events/s for {took:.0f} s; {await page.locator('*').count()} elements, {rows} rows"
    )
    print(f"  long tasks: {len(long)}, {sum(long) / took / 10:.1f} % of the time; ms: {spread(long)}")
    print(f"  between frames, ms: {spread(seen['gaps'])}; a key answered, ms: {spread(answers)}")
    print(f"  heap after collecting: {before:.1f} MB before, {after:.1f} MB after")


async def bench(per_second: int, seconds: float, only: str) -> None:
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(MISSING)
    engine = CityEngine()
    async with city_served(engine) as url, launched(chromium) as browser:
        for name, path in SCREENS.items():
            if only and name != only:
                continue
            context = await browser.new_context(viewport={"width": 1440, "height": 900})
            await context.add_init_script(f'sessionStorage.setItem("pingji.token", "{TOKEN}")')
            page = await context.new_page()
            await page.goto(url + path)
            print(name)
            await measure(page, engine, per_second, seconds)
            await context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--events", type=int, default=2000, help="a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", default="", choices=("", *SCREENS))
    asked = parser.parse_args()
    hatch_build.build(ROOT)
    use_our_node()
    asyncio.run(bench(asked.events, asked.seconds, asked.only))


if __name__ == "__main__":
    main()
