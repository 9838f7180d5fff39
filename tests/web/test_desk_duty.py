"""The duty screen in a browser: who is on duty here and below, a shift planned, handed over, and a number on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import aiohttp
from playwright.async_api import Page, expect

from coordinator.store.invented import invented
from coordinator.store.roster import masked
from coordinator.wire.times import CHINA
from tests.e2e.city import City
from tests.web.desk import sign_in


async def test_a_street_s_duty_is_planned_handed_over_and_called(city: City, page: Page) -> None:
    street = city.area("community")[:9]
    officer, second = (invented(f"d-{street}-{turn}") for turn in (1, 2))
    await sign_in(page, city, 1, f"duty/{street}")

    here = page.get_by_role("region", name="仙林街道值班")
    await expect(here.locator("li").first).to_contain_text(officer.name)
    await expect(here.locator("li").first).to_contain_text(masked(officer.phone))
    await expect(here).to_contain_text("未排班，按名册")

    # below: every community with its own officer, down to whom one can go
    below = page.get_by_role("region", name="下级值班")
    community = city.area("community")
    await expect(below.get_by_role("row")).to_have_count(1 + 10)
    await expect(below).to_contain_text(invented(f"d-{community}-1").name)

    # a whole number is shown by a press, and is on record
    await here.get_by_role("button", name=f"查看{officer.name}的完整电话").click()
    await expect(here.locator("li").first).to_contain_text(officer.phone)
    assert "PhoneRevealed" in await kinds(city)

    # a shift is planned for whom one names, in China's time whatever the device says
    shifts = page.get_by_role("region", name="值班表")
    begins = datetime.now(UTC).astimezone(CHINA).replace(second=0, microsecond=0) - timedelta(minutes=5)
    await shifts.get_by_label("人员").fill(f"d-{street}-2")
    await shifts.get_by_label("开始").fill(f"{begins:%Y-%m-%dT%H:%M}")
    await shifts.get_by_label("结束").fill(f"{begins + timedelta(hours=12):%Y-%m-%dT%H:%M}")
    await shifts.get_by_role("button", name="排一班").click()
    await expect(shifts.get_by_role("row").nth(1)).to_contain_text(second.name)
    await expect(shifts.get_by_role("row").nth(1)).to_contain_text(f"{begins:%m-%d %H:%M}")
    await expect(here.locator("li").first).to_contain_text(second.name)
    await expect(here).to_contain_text("按班表")

    # handed over with what is open, to whose shift it is
    await here.get_by_label("接班人").select_option(label=second.name)
    await here.get_by_role("button", name=f"交给{second.name}").click()
    await expect(here.get_by_text("已交接")).to_be_visible()
    await expect(here.locator("li").first).to_contain_text("接班")
    assert {"ShiftsPlanned", "DutyHandedOver"} <= await kinds(city)

    # and taken off the roster again
    await shifts.get_by_role("button", name=f"撤销{second.name}").click()
    await expect(shifts).to_contain_text("未来八天没有排班")


async def test_contacts_on_paper_say_first_how_many_numbers_are_read(city: City, page: Page) -> None:
    street = city.area("community")[:9]
    await page.add_init_script("window.print = () => { window.printed = true }")
    await sign_in(page, city, 1, f"duty/{street}")
    await page.get_by_role("button", name="打印值班通讯录").click()
    await expect(page.get_by_text("将查看")).to_contain_text("人的完整电话")
    await page.get_by_role("button", name="不打印").click()
    assert not await page.evaluate("window.printed")
    await page.goto(f"{city.urls[0]}/desk/duty/{city.area('community')}")
    await page.get_by_role("button", name="打印值班通讯录").click()
    await page.get_by_role("button", name="查看并打印").click()
    await expect(page.locator(".paper")).to_be_attached()
    await page.emulate_media(media="print")
    paper = page.locator(".paper")
    await expect(paper).to_be_visible()
    await expect(paper).to_contain_text(invented(f"d-{city.area('community')}-1").phone)
    await expect(page.get_by_role("region", name="下级值班")).to_be_hidden()


FETCHED = """() => new Promise(done =>
    new PerformanceObserver(marks => marks.getEntriesByName("screens fetched").length && done())
        .observe({ type: "mark", buffered: true }))"""
"""Resolves once the desk has every screen at hand."""


async def test_a_desk_whose_network_is_gone_still_opens_its_other_screens(city: City, page: Page) -> None:
    await sign_in(page, city, 1, "duty")
    await page.evaluate(FETCHED)
    await page.route("**/*.js", lambda route: route.abort())
    await page.get_by_role("link", name="任务板").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("任务板")
    await expect(page.get_by_role("region", name="任务")).to_be_visible()


async def kinds(city: City) -> set[str]:
    """Of the district's newest entries."""
    headers = {"Authorization": f"Bearer {city.token('auditor')}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{city.urls[0]}/api/v1/log", params={"area": city.area("community")[:6]}) as answer,
    ):
        page = await answer.json()
    return {entry["kind"] for entry in page["entries"]}
