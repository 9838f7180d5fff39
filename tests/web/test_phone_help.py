"""求助 from the grid: asked without a network, seen at the street's desk, taken there, and closed on the phone."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from tests.e2e.city import City
from tests.web.flooding import sees, values
from tests.web.phone import cut, mend, phone, settled, tab


async def test_help_is_asked_offline_taken_at_the_desk_and_closed_when_it_came(
    browser: Browser, page: Page, flooded: City
) -> None:
    async with phone(browser, flooded, flooded.token("grid")) as grid:
        await cut(grid)
        await tab(grid, "我的网格")
        await grid.get_by_role("button", name="要帮忙").tap()
        send = grid.get_by_role("button", name="发出求助")
        await expect(send).to_be_disabled()
        await grid.get_by_role("button", name="车船").tap()
        await grid.get_by_label("在哪里").fill("3 号楼要一条冲锋舟")
        await send.tap()
        await expect(grid.get_by_text("已记在手机里")).to_be_visible()
        await mend(grid)
        await settled(grid)
        await tab(grid, "我的任务")
        await expect(grid.get_by_text("等人接")).to_be_visible()

        await page.goto(f"{flooded.urls[0]}/desk/overview/{flooded.area('community')[:9]}")
        await page.get_by_label("登录令牌").fill(flooded.token("street"))
        await page.get_by_role("button", name="登录").click()
        concern = page.get_by_role("listitem").filter(has_text="求助：缺车船")
        await concern.get_by_role("button", name="看内容").click()
        await expect(concern).to_contain_text("3 号楼要一条冲锋舟")
        await concern.get_by_role("button", name="接下").click()
        await concern.get_by_role("button", name="20 分").click()
        await expect(concern).to_be_hidden()

        await expect(grid.get_by_text("已接")).to_be_visible()
        await grid.get_by_role("button", name="帮手到了").tap()
        await settled(grid)
    await sees(flooded, "grid", lambda found: not values(found, "help_requests", "id"))


async def test_a_duty_officer_takes_a_grids_call_with_one_large_button(
    browser: Browser, flooded: City
) -> None:
    async with (
        phone(browser, flooded, flooded.token("grid")) as grid,
        phone(browser, flooded, flooded.token("community")) as desk,
    ):
        await grid.locator(".task").first.tap()
        await grid.get_by_role("button", name="要帮忙").tap()
        await grid.get_by_role("button", name="救人").tap()
        await grid.get_by_role("button", name="发出求助").tap()
        await settled(grid)
        await expect(desk.get_by_role("heading", name="求助：缺救人")).to_be_visible()
        await desk.get_by_role("button", name="10 分").first.tap()
        await desk.get_by_role("button", name="我来").tap()
        await settled(desk)
    await sees(
        flooded,
        "grid",
        lambda found: (
            len(values(found, "help_requests", "taken_by")) == 1
            and "help_wanted" not in values(found, "concerns", "kind")
        ),
    )
