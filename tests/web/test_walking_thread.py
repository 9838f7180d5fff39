"""The thread through everything: a page opens in a real browser, signs in, and shows what another client does, live."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Page, expect

from clients.sdk import Client
from coordinator.playbook import library
from tests.e2e.city import City

FLOOD = library.bundled("flood-typhoon")


async def test_the_desk_shows_live_what_another_client_orders(city: City, page: Page) -> None:
    district, community = city.area("commander", 1), city.area("community")
    street = community[:9]
    await page.goto(f"{city.urls[0]}/desk/")
    await page.get_by_label("登录令牌").fill(city.token("commander", 1))
    await page.get_by_role("button", name="登录").click()
    row = page.locator(f'tr[data-area="{street}"]')
    await expect(row).to_contain_text("平时")
    assert city.token("commander", 1) not in page.url

    async with Client(city.urls[0], city.token("commander", 1)) as client:
        await client.command(
            "DeclareOperation",
            {
                "area": district,
                "playbook": FLOOD.digest,
                "targets": {community: "IV"},
                "expected_minutes": 600,
            },
        )
    await expect(row).to_contain_text("转换中")
    await expect(row).to_contain_text("四级")
    await page.reload()
    await expect(row).to_contain_text("转换中"), "signed in for as long as the tab lives"


async def test_a_bad_token_is_refused_in_words(city: City, context: BrowserContext) -> None:
    page = await context.new_page()
    await page.goto(f"{city.urls[0]}/m/")
    await page.get_by_label("登录令牌").fill("pj_" + "x" * 43)
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("alert")).to_contain_text("口令不对")


async def test_the_phone_stays_signed_in(city: City, context: BrowserContext) -> None:
    page = await context.new_page()
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(f"{city.urls[0]}/m/")
    await page.get_by_label("登录令牌").fill(city.token("grid"))
    await page.get_by_role("button", name="登录").click()
    await page.get_by_role("tab", name="我的网格").click()
    await expect(page.get_by_text("应到")).to_be_visible()
    await page.close()
    again = await context.new_page()
    await again.goto(f"{city.urls[0]}/m/")
    await expect(again.get_by_role("tab", name="我的网格")).to_be_visible()
    await expect(again.get_by_text("实时")).to_be_visible()
