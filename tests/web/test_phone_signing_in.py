"""A phone is signed in by a desk's QR code, once; it is signed out with the desk, and everywhere by its person."""

from __future__ import annotations

import asyncio

from playwright.async_api import Browser, Page, expect

from clients.sdk import Client
from coordinator.engine.keys import new_token
from coordinator.wire.tokens import hash_token
from tests.e2e.city import City
from tests.web.phone import SIZE, phone


async def granted(city: City, person: str) -> str:
    """A token of a duty officer of the community."""
    token, area = new_token(), city.area("community")
    async with Client(city.urls[0], city.token("operator")) as client:
        grant = {"area": area, "person": person, "role": "community", "token": hash_token(token)}
        await client.command("IssueGrant", grant)
    return token


async def code_of(page: Page, city: City, token: str) -> str:
    """The link that a desk shows, beside its picture."""
    await page.goto(f"{city.urls[0]}/desk/overview")
    await page.get_by_label("登录令牌").fill(token)
    await page.get_by_role("button", name="登录").click()
    await page.get_by_role("button", name="手机登录").click()
    picture = page.get_by_role("img", name="登录二维码")
    await expect(picture).to_be_visible()
    assert len(await picture.locator("path").get_attribute("d") or "") > 2000
    await expect(page.get_by_text("还剩 4 分")).to_be_visible()
    link = await page.locator(".link").inner_text()
    assert link.startswith(f"{city.urls[0]}/m/#code=") and token not in link
    return link


async def test_a_desks_code_signs_a_phone_in_once_and_the_phone_goes_with_the_desk(
    browser: Browser, page: Page, flooded: City
) -> None:
    token = await granted(flooded, "duty-71")
    link = await code_of(page, flooded, token)
    context = await browser.new_context(viewport=SIZE, locale="zh-CN", has_touch=True, is_mobile=True)
    taken = await context.new_page()
    await taken.goto(link)
    await expect(taken.locator("header .live")).to_have_text("●实时")
    assert taken.url == f"{flooded.urls[0]}/m/", "the code is gone from the address"
    await taken.reload()
    await expect(taken.locator("header .live")).to_have_text("●实时"), "it stays signed in"
    again = await (await browser.new_context(locale="zh-CN")).new_page()
    await again.goto(link)
    await expect(again.get_by_role("alert")).to_contain_text("登录码已用过")

    async with Client(flooded.urls[0], flooded.token("operator")) as client, asyncio.timeout(20):
        lost = {"area": flooded.area("community"), "grant": f"sha256:{hash_token(token)}"}
        await client.command("RevokeGrant", lost)
    await expect(taken.get_by_label("登录令牌")).to_be_visible(timeout=20_000)
    await expect(taken.get_by_role("alert")).not_to_be_empty()
    await context.close()


async def test_a_phone_signs_in_another_and_both_tabs_of_one_are_signed_out_together(
    browser: Browser, flooded: City
) -> None:
    token = await granted(flooded, "duty-72")
    async with phone(browser, flooded, token) as page:
        await page.get_by_role("button", name="更多").tap()
        await page.get_by_role("button", name="登录另一台手机").tap()
        await expect(page.get_by_role("img", name="登录二维码")).to_be_visible()
        await page.get_by_role("button", name="关闭").tap()
        other = await page.context.new_page()
        await other.goto(f"{flooded.urls[0]}/m/")
        await expect(other.locator("header .live")).to_have_text("●实时")
        await page.get_by_role("button", name="更多").tap()
        await page.get_by_role("button", name="退出登录").tap()
        await page.get_by_role("button", name="本机退出").tap()
        for one in (page, other):
            await expect(one.get_by_label("登录令牌")).to_be_visible()
