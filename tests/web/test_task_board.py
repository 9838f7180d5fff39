"""The task board: a step is taken back within ten seconds, evidence is looked at, and what shows nothing goes back."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from clients.sdk import Client
from coordinator.wire.board import Board
from tests.e2e.city import City
from tests.web.phone import phone, settled
from tests.web.screenshots import DESK, opened


async def at_the_board(page: Page, city: City, query: str = "") -> None:
    await page.goto(f"{city.urls[0]}/desk/tasks/{city.area('community')}{query}")
    await expect(page.get_by_role("row").nth(1)).to_be_visible()


def state(board: Board, task: str) -> str:
    return str(board.entries[f"tasks/{task}"].get("state", "open"))


async def test_a_step_is_taken_back_and_given(flooded: City, browser: Browser) -> None:
    async with opened(browser, DESK, "zh", "light", flooded.token("commander")) as page:
        await at_the_board(page, flooded, "?state=unclaimed")
        unclaimed = page.get_by_role("button", name="没人接")
        before = await unclaimed.inner_text()
        await page.keyboard.press("a")
        await expect(page.get_by_text("秒后接 1 项任务")).to_be_visible()
        await page.keyboard.press("u")
        await expect(page.get_by_text("秒后接 1 项任务")).to_be_hidden()
        assert await unclaimed.inner_text() == before
        await page.keyboard.press("x")
        await expect(page.get_by_text("已选 1")).to_be_visible()
        await page.keyboard.press("a")
        await page.get_by_role("link", name="总览").click()  # who goes on has not taken it back
        await page.get_by_role("link", name="任务板").click()
        await expect(unclaimed).not_to_have_text(before)


async def test_what_the_evidence_does_not_show_goes_back_with_words_for_the_phone(
    flooded: City, browser: Browser
) -> None:
    community = flooded.area("community")
    async with Client(flooded.urls[0], flooded.token("community")) as client:
        board = await client.watch(f"tasks:{community}")
        task = next(
            one
            for key, one in board.entries.items()
            if key.startswith("tasks/")
            and one["area"] == flooded.area("grid")
            and one["evidence"]["kind"] == "checklist"
            and not one.get("depends")
        )
        words = {"area": task["area"], "task": task["id"], "evidence": ["checked:all:1"]}
        await client.command("CompleteTask", words)
        await client.until(lambda: state(board, task["id"]) == "done")

        async with opened(browser, DESK, "zh", "light", flooded.token("commander")) as page:
            await at_the_board(page, flooded, "?state=toCheck")
            await page.get_by_role("row").filter(has_text=task["name"]["zh"]).first.click()
            looked = page.get_by_role("complementary")
            await expect(looked.get_by_text("清单已逐项核对")).to_be_visible()
            await looked.get_by_label("退回原因").select_option("incomplete")
            await looked.get_by_label("要改什么").fill("北门没有封，再去看一遍")
            await looked.get_by_role("button", name="退回").click()
            await expect(page.get_by_text("秒后退回 1 项任务")).to_be_visible()
            await page.get_by_role("link", name="总览").click()
            await client.until(lambda: state(board, task["id"]) == "acknowledged")
        assert board.entries[f"tasks/{task['id']}"]["returned"] == "incomplete"

        async with phone(browser, flooded, flooded.token("grid")) as page:
            card = page.locator(".task", has_text=task["name"]["zh"])
            await expect(card).to_contain_text("退回重办：没有做完")
            await card.tap()
            sheet = page.get_by_role("dialog")
            await sheet.get_by_role("button", name="看内容").tap()
            await expect(sheet).to_contain_text("北门没有封，再去看一遍")
            await sheet.get_by_label("逐项做完了").check()
            await sheet.get_by_role("button", name="办结", exact=True).tap()
            await settled(page)
        await client.until(lambda: state(board, task["id"]) == "done")
        assert "returned" not in board.entries[f"tasks/{task['id']}"]
