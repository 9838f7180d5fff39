"""One whole switch-over as its people see it: desks, a phone on a bad network, the wall, and the report of it all."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, BrowserContext, Download, Page, expect

from clients.sdk import Client
from coordinator.wire.board import Board
from tests.e2e.city import City
from tests.web.desk import Whole, approve, board_of, choose, give, sign_in
from tests.web.phone import cut, mend, phone, tab

FIRST, SECOND = 0, 1
"""Two duty officers of the same command post."""
FLOOD = "防汛防台风 · v1"


async def test_a_street_is_switched_raised_and_stood_down_and_everybody_sees_the_same(
    city: City, page: Page, context: BrowserContext, browser: Browser, tmp_path: Path
) -> None:
    street = city.area("community")[:9]
    assert city.area("grid").startswith(street)
    wall = await context.new_page()
    await sign_in(wall, city, SECOND, "wall")
    await expect(wall.locator(".state")).to_contain_text("平时")

    # III for a street: what it comes to stands there before it is ordered
    await sign_in(page, city, FIRST)
    await choose(page, street, FLOOD)
    await expect(page.get_by_text("将动员")).to_be_visible()
    await give(page, page.get_by_role("button", name="启动三级响应"), "红色预警，低洼路段积水上涨")
    await expect(page.get_by_text("已执行，编号")).to_be_visible()
    running = page.locator("li[data-operation]")
    await expect(running).to_contain_text("三级")
    operation = await running.get_attribute("data-operation")
    await expect(wall.get_by_text("三级响应")).to_be_visible()
    assert await wall.get_by_role("navigation", name="页面").count() == 0, "nothing to press by mistake"

    async with phone(browser, city, city.token("grid")) as grid:
        await accept_and_report_in_without_a_network(grid)
        await expect(wall.locator(".strip")).to_contain_text(re.compile(r"在岗 [1-9]"))

        # raised to II: waits for another person, who retypes it
        other = await context.new_page()
        await sign_in(other, city, SECOND, "overview")
        await arrivals_stand(other, "1")
        await the_street_sees_its_part(browser, city, str(operation))
        await other.get_by_role("link", name="平急切换台").click()
        await running.get_by_role("button", name="升级").click()
        await give(page, page.get_by_role("button", name="升至二级"), "雨势加大，须转移群众")
        await expect(page.get_by_text("已提交，等第二人批准")).to_be_visible()
        await expect(page.get_by_text("您提出的，须由另一人批准")).to_be_visible()
        await other.get_by_role("textbox", name="重打后才能批准").fill(f"{street} 三级")
        await expect(other.get_by_role("button", name="批准")).to_be_disabled()
        await approve(other, f"{street} 二级")
        await expect(wall.get_by_text("二级响应")).to_be_visible()
        await expect(running).to_contain_text("二级")
        below = await context.new_page()
        await sign_in(below, city, SECOND, f"overview/{city.area('grid')}")
        await expect(below.locator(".state")).to_contain_text(
            "二级响应"
        )  # a grid is switched with its community
        await below.close()

        # stood down: every condition is answered by name, and from II by two persons again
        await running.get_by_role("button", name="终止").click()
        await expect(page.get_by_text("降级条件 0/")).to_be_visible()
        end = page.get_by_role("button", name="终止 1 处")
        await expect(end).to_be_disabled()
        for override in await page.get_by_label("越过条件").all():
            await override.select_option("checked_on_site")
        await give(page, end, "雨停水退，险情解除")
        await approve(other, f"{street} 终止")
        await expect(wall.locator(".state")).to_contain_text("恢复中")
        await go_home(grid)
    await expect(wall.locator(".strip")).to_contain_text("在岗 0")

    # NORMAL again, which the wall and the desk show by themselves
    await restore(city, street, str(operation))
    await expect(wall.locator(".state")).to_contain_text("平时")
    await expect(wall.get_by_text("没有进行中的响应")).to_be_visible()
    await expect(running).to_have_count(0)

    # everybody sees the same: two browsers, a Python client, and whoever asks afresh
    await page.get_by_role("link", name="总览").click()
    await other.get_by_role("link", name="总览").click()
    await same_board(city, f"area:{city.area('commander', FIRST)}", page, other)

    await look_back(page, str(operation), tmp_path)


async def accept_and_report_in_without_a_network(grid: Page) -> None:
    """Each act is given while the network is cut, and goes out when it is back."""
    coming = grid.get_by_role("button", name="我去", exact=True)
    await expect(coming).to_be_visible(timeout=20_000)
    await cut(grid)
    await coming.tap()
    await expect(grid.get_by_text("已记在手机里")).to_be_visible()
    await mend(grid)
    there = grid.get_by_role("button", name="到岗签到")
    await expect(there).to_be_enabled(timeout=20_000)
    await cut(grid)
    await there.tap()
    await tab(grid, "发件箱")
    await expect(grid.get_by_text("待发 1")).to_be_visible()
    await mend(grid)
    await expect(grid.get_by_text("待发 0")).to_be_visible(timeout=20_000)
    await tab(grid, "我的任务")


async def go_home(grid: Page) -> None:
    """Relieved by who sees them safe; at home by their own word."""
    await grid.get_by_role("button", name="换下").tap()
    await grid.get_by_role("button", name="我亲眼看到").tap()
    await grid.get_by_role("button", name="安全到家").tap()
    await tab(grid, "发件箱")
    await expect(grid.get_by_text("待发 0")).to_be_visible(timeout=20_000)


async def arrivals_stand(desk: Page, arrived: str) -> None:
    """Against what the playbook asks for by when; in words for who does not see the curve."""
    panel = desk.get_by_role("region", name="到岗对目标")
    await expect(panel).to_contain_text(f"已到岗 {arrived}")
    chart = panel.get_by_role("img", name=re.compile(rf"应到 [1-9]\d*, 征召 [1-9]\d*, 到岗 {arrived}$"))
    await expect(chart).to_be_visible()


async def the_street_sees_its_part(browser: Browser, city: City, operation: str) -> None:
    """Of what its district declared: the receipt tree, the arrivals, the report."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="Asia/Shanghai")
    desk = await context.new_page()
    await desk.goto(f"{city.urls[0]}/desk/overview")
    await desk.get_by_label("登录令牌").fill(city.token("street"))
    await desk.get_by_role("button", name="登录").click()
    await expect(desk.get_by_role("region", name="签收树").get_by_role("row").nth(1)).to_contain_text("合计")
    await arrivals_stand(desk, "1")
    await desk.get_by_role("link", name="复盘").click()
    await desk.locator(f"article:has-text('{operation}')").wait_for()
    await expect(desk.locator(".when")).to_contain_text("只含")
    await context.close()


async def restore(city: City, street: str, operation: str) -> None:
    """The restore list of every place is closed, what comes before first, with what each task asks for."""
    async with Client(city.urls[0], city.token("commander", FIRST)) as client, asyncio.timeout(60):
        places = await client.watch(f"operation:{operation}@{street}")
        assert "standing_down" in modes(places)
        board = await client.watch(f"tasks:{street}")
        waiting = {
            key: one
            for key, one in board.section("tasks").items()
            if one.get("recovery") and one["operation"] == operation
        }
        assert waiting
        while waiting:
            ready = [one for one in waiting.values() if not waiting.keys() & set(one.get("depends", ()))]
            for one in ready:
                counted = one["evidence"].get("total", 0)
                shown = {"done": counted} if counted else {"evidence": ["checked:all:1"]}
                await client.command("CompleteTask", {"area": one["area"], "task": one["id"], **shown})
                del waiting[one["id"]]
        await client.until(lambda: modes(places) == {"normal"})


def modes(operation: Board) -> set[str]:
    """Of the street and its communities."""
    return {one["mode"] for one in operation.section("switches").values()}


async def same_board(city: City, key: str, *pages: Page) -> None:
    """Once nothing is on its way, a board kept by deltas is the board fetched afresh, whoever kept it."""
    async with Client(city.urls[0], city.token("commander", FIRST)) as client, asyncio.timeout(30):
        kept = await client.watch(key)
        while True:
            fresh = await fetched(city, key)
            python: Whole = {part: (tuple(one.cursor), dict(one.entries)) for part, one in kept.parts.items()}
            boards = [python, *[await board_of(page, key) for page in pages]]
            if all(cursors(one) == cursors(fresh) for one in boards):
                break
            await asyncio.sleep(0.05)  # the world goes on: a frame is on its way to somebody
    for one in boards:
        assert one == fresh


async def fetched(city: City, key: str) -> Whole:
    headers = {"Authorization": f"Bearer {city.token('commander', FIRST)}"}
    async with (
        aiohttp.ClientSession(city.urls[0], headers=headers) as http,
        http.get(f"/api/v1/boards/{key}") as answer,
    ):
        parts = (await answer.json())["parts"]
    return {part: (tuple(one["cursor"]), one["entries"]) for part, one in parts.items()}


def cursors(board: Whole) -> dict[str, tuple[int, int]]:
    return {part: cursor for part, (cursor, _) in board.items()}


async def look_back(page: Page, operation: str, folder: Path) -> None:
    """The timeline has it all, newest first; the report has its figures and goes out as files."""
    await page.get_by_role("link", name="时间轴").click()
    entries = page.get_by_role("listitem").filter(has=page.locator("time"))
    await page.get_by_role("group", name="事件类别").get_by_role("button", name="响应", exact=True).click()
    await expect(page).to_have_url(re.compile("family=operation"))
    for words in ("启动响应", "升级", "提请变更", "终止"):
        await expect(entries.filter(has_text=words).first).to_be_visible()
    async with page.expect_download() as table:
        await page.get_by_role("button", name="导出表格 CSV").click()
    csv = await saved(await table.value, folder)
    assert "启动响应" in csv and "grid" not in csv

    await page.get_by_role("link", name="复盘").click()
    await page.locator(f"article:has-text('{operation}')").wait_for()
    await expect(page.get_by_role("img", name=re.compile("下达、签收、到位"))).to_be_visible()
    await expect(page.locator(".when")).to_contain_text(re.compile("全部恢复平时 .*历时"))
    await expect(page.get_by_role("img", name=re.compile("应到.*到场 [1-9]"))).to_be_visible()
    for button, ending, words in (
        ("打印页 HTML", ".html", "<h2>防汛防台风"),
        ("Markdown", ".md", "## 防汛防台风"),
        ("表格 CSV", ".csv", "防汛防台风"),
    ):
        async with page.expect_download() as report:
            await page.get_by_role("button", name=button).click()
        found = await report.value
        assert found.suggested_filename.endswith(f"{operation}-report{ending}")
        assert words in await saved(found, folder)


async def saved(download: Download, folder: Path) -> str:
    path = folder / download.suggested_filename
    await download.save_as(path)
    return path.read_text(encoding="utf-8")


async def test_a_mistake_is_taken_back_in_one_action(city: City, page: Page) -> None:
    street = city.area("community")[:9]
    await sign_in(page, city, FIRST)
    await page.get_by_role("button", name="粘贴清单").click()
    await page.get_by_role("textbox", name="粘贴清单").fill(f"{street}\n99")
    await page.get_by_role("button", name="加入").click()
    (
        await expect(page.get_by_role("alert")).to_contain_text("1 项不在辖区内"),
        "what is not known stays in the box",
    )
    await page.get_by_label("预案").select_option(label="停电停水 · v1")
    await page.get_by_text("四级", exact=True).click()
    await page.get_by_label("为什么").fill("片区停电，先行响应")
    await page.get_by_role("button", name="启动四级响应").click()
    running = page.locator("li[data-operation]", has_text="停电停水")
    await running.get_by_role("button", name="误发撤销").click()
    await page.get_by_label("原因").select_option("sent_by_mistake")
    await page.get_by_role("button", name="撤销整个响应").click()
    await expect(running.get_by_role("button", name="升级")).to_have_count(0)
