"""A screen on a wall: signed in by a link, sees its part without persons, survives a power cut, and is taken back."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from clients.sdk import BoardRefused, Client
from coordinator.admin.run.founding import OPERATOR_TOKEN
from coordinator.wire.tokens import hash_token
from tests.e2e.city import City
from tests.web.test_walking_thread import link_for


def operator(city: City) -> str:
    return (city.data / OPERATOR_TOKEN).read_text()


async def test_a_wall_hangs_by_a_link_and_comes_down_when_it_is_revoked(
    flooded: City, browser: Browser
) -> None:
    area = flooded.area("community")[:9]
    link = link_for(flooded, "wall", area, "wall-1")
    assert "/desk/wall#code=" in link
    context = await browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page = await context.new_page()
    await page.goto(link)
    await expect(page.get_by_text("各社区平急状态")).to_be_visible()
    await expect(page.get_by_text("三级响应")).to_be_visible()
    assert await page.get_by_role("navigation", name="页面").count() == 0
    await page.close()

    again = await context.new_page()  # the power is back: no keyboard, no mouse
    await again.goto(f"{flooded.urls[0]}/desk/wall")
    await expect(again.get_by_text("三级响应")).to_be_visible()

    token = await again.evaluate("() => localStorage.getItem('pingji.wall-token')")
    async with Client(flooded.urls[0], token) as client:
        for board in (f"area:{area}", f"people:{area}", f"orders:{area}"):
            with pytest.raises(BoardRefused, match="not_your_role"):
                await client.watch(board, within=5)

    async with Client(flooded.urls[0], operator(flooded)) as client:
        grant = f"sha256:{hash_token(token)}"
        await client.command("RevokeGrant", {"area": area, "grant": grant})
    await expect(again.get_by_label("登录令牌")).to_be_visible(timeout=15_000)
    await expect(again.get_by_role("alert")).to_contain_text("授权已撤销")
    await context.close()
