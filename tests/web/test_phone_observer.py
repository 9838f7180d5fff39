"""An observer's phone in a drill: items are ticked where they were seen, without a network too, and are scored."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, expect

from coordinator.domain.access import Role
from coordinator.drills.score import score
from tests.builders import DISTRICT, FIRST, xianlin
from tests.drills.worlds import OBSERVER
from tests.web.drilling import RAID, Drilled, drilled
from tests.web.phone import cut, mend, phone, settled, tab


async def test_items_are_ticked_on_the_spot_and_enter_the_score(pages: Path, browser: Browser) -> None:
    async with drilled() as drill, phone(browser, drill, drill.tokens[Role.OBSERVER]) as page:
        await expect(page.get_by_text("已评 0 / 3 项")).to_be_visible()
        assert await page.get_by_role("tab").all_inner_texts() == ["评估", "发件箱"]

        vests = page.locator("article", has_text="穿救生衣")
        await page.get_by_label("在哪里看到").select_option(FIRST)
        await vests.get_by_text("说明（可不写）").tap()
        await vests.get_by_role("textbox").fill("第二组没穿")
        await vests.get_by_role("button", name="否", exact=True).tap()
        await expect(vests.get_by_text("仙林新村社区居委会：否")).to_be_visible()

        await cut(page)
        briefing = page.locator("article", has_text="交接和口令清楚")
        await briefing.get_by_role("button", name="3", exact=True).tap()
        await expect(briefing.get_by_text("正在发送")).to_be_visible()
        await mend(page)
        await expect(page.get_by_text("已评 2 / 3 项")).to_be_visible(timeout=20_000)

        pump = page.locator("article", has_text="第一台水泵")
        await pump.get_by_label("用了几分钟").fill("45")
        await pump.get_by_role("button", name="记下").tap()
        await settled(page)
        await tab(page, "评估")
        await expect(page.get_by_text("已评 3 / 3 项")).to_be_visible()

        await _is_scored(drill)


async def _is_scored(drill: Drilled) -> None:
    coordinator = drill.coordinator
    seen = coordinator.reactors[DISTRICT].state.observations
    assert {one.id: one.value for one in seen.values()} == {
        f"vests@{FIRST}": 0,
        f"briefing@{FIRST}": 3,
        f"first_pump@{FIRST}": 2700,
    }
    note = seen[f"vests@{FIRST}"].note
    assert note and "第二组" not in note, "the log has the reference alone"
    assert await coordinator.read_text(OBSERVER, note) == "第二组没穿"
    found = score(RAID.document, RAID.digest, await drill.recorded(), xianlin())
    points = {line.key: line.points for line in found.lines if line.observer}
    assert points == {"vests": 0.0, "briefing": 0.6, "first_pump": 0.5}
