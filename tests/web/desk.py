"""A desk in the tests: signed in by its token, its acts one by one, and the board that its page keeps."""

from __future__ import annotations

from typing import Any, Final

from playwright.async_api import Locator, Page, expect

from tests.e2e.city import City

Whole = dict[str, tuple[tuple[int, int], dict[str, Any]]]
"""A board by its parts: cursor and entries of each."""

LIVE: Final = """(key) => {
  const find = (vnode) => {
    const component = vnode?.component
    if (!component) return Array.isArray(vnode?.children) ? vnode.children.map(find).find(Boolean) : undefined
    const live = Object.getOwnPropertySymbols(component.provides).find((one) => one.description === "live")
    return live ? component.provides[live] : find(component.subTree)
  }
  const { live } = find(document.querySelector("#app")._vnode)
  const board = live.client.session.watched.get(key)?.board
  return board && [...board.parts].map(([part, { cursor, entries }]) => [part, cursor, Object.fromEntries(entries)])
}"""
"""The board as the page keeps it: from the one connection that the shell provides."""


async def sign_in(page: Page, city: City, number: int, path: str = "switch") -> None:
    await page.goto(f"{city.urls[0]}/desk/{path}")
    await page.get_by_label("登录令牌").fill(city.token("commander", number))
    await page.get_by_role("button", name="登录").click()


async def choose(page: Page, street: str, playbook: str) -> None:
    """Where, and by which playbook."""
    await page.get_by_role("button", name="粘贴清单").click()
    await page.get_by_role("textbox", name="粘贴清单").fill(street)
    await page.get_by_role("button", name="加入").click()
    await page.get_by_label("预案").select_option(label=playbook)


async def give(page: Page, button: Locator, why: str) -> None:
    """Nobody orders without saying why."""
    await expect(button).to_be_disabled()
    await page.get_by_label("为什么").fill(why)
    await button.click()


async def approve(page: Page, retyped: str) -> None:
    """By the second person, who types what it is about."""
    await page.get_by_role("textbox", name="重打后才能批准").fill(retyped)
    await page.get_by_role("button", name="批准").click()


async def board_of(page: Page, key: str) -> Whole:
    """Empty while the page does not watch it."""
    found = await page.evaluate(LIVE, key)
    return {part: ((cursor[0], cursor[1]), entries) for part, cursor, entries in found or []}
