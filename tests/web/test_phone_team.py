"""A shock team's leader: all answer, muster, go on post, are seen safe and come home; each is called by name."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from clients.sdk import Client
from tests.e2e.city import City
from tests.web.flooding import FLOOD
from tests.web.phone import phone, settled, tab


async def raise_street(city: City) -> None:
    """The street's own shock team is called out."""
    async with Client(city.urls[0], city.token("commander")) as client:
        await client.command(
            "DeclareOperation",
            {
                "area": city.area("commander"),
                "playbook": FLOOD.digest,
                "targets": {city.area("street"): "III"},
                "expected_minutes": 600,
            },
        )


async def on_tasks(page: Page, name: str) -> None:
    await tab(page, "我的任务")
    await page.get_by_role("button", name=name, exact=True).first.tap()


async def test_a_leader_takes_the_whole_team_out_and_home(browser: Browser, city: City) -> None:
    await raise_street(city)
    async with phone(browser, city, city.token("team_leader")) as page:
        await page.get_by_role("button", name="人都去").tap()
        await on_tasks(page, "开始集结")
        await on_tasks(page, "到集合点")
        await settled(page)
        await tab(page, "我的任务")
        await expect(page.get_by_text("已集结")).to_be_visible()
        await expect(page.get_by_role("button", name="上岗", exact=True)).to_be_hidden()
        await on_tasks(page, "带队出动")
        await on_tasks(page, "上岗")
        await settled(page)
        await on_tasks(page, "换下")
        await expect(page.get_by_text("没有亲眼看到的人不能换下")).to_be_visible()
        await page.get_by_role("button", name="我亲眼看到").tap()
        await on_tasks(page, "安全到家")
        await on_tasks(page, "归建")
        await settled(page)
        await expect(page.get_by_text("要看 0")).to_be_visible()

        await tab(page, "我的辖区")
        people = page.locator("article").filter(has=page.get_by_role("button", name="打电话"))
        await expect(people.get_by_text("队员").first).to_be_visible()
        assert "****" in await people.locator("li").first.inner_text()
        await people.get_by_role("button", name="打电话").first.tap()
        await expect(people.get_by_text("虚构人员")).to_be_visible()
        await expect(people.get_by_text("sim:")).to_have_count(1)
