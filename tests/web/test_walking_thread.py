"""The thread through everything: a page opens in a real browser, signs in, and shows what another client does, live."""

from __future__ import annotations

import json
import subprocess
import sys

from playwright.async_api import BrowserContext, Page, expect

from clients.sdk import Client
from coordinator.playbook import library
from tests.e2e.city import City

FLOOD = library.bundled("flood-typhoon")


async def test_the_desk_shows_live_what_another_client_orders(city: City, page: Page) -> None:
    district, community = city.area("commander"), city.area("community")
    street = community[:9]
    await page.goto(f"{city.urls[0]}/desk/")
    await page.get_by_label("登录令牌").fill(city.token("commander"))
    await page.get_by_role("button", name="登录").click()
    row = page.locator(f'tr[data-area="{street}"]')
    await expect(row).to_contain_text("平时")
    assert city.token("commander") not in page.url

    async with Client(city.urls[0], city.token("commander")) as client:
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
    await expect(page.get_by_role("alert")).to_contain_text("令牌不对")


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


async def test_a_phone_signs_in_by_a_link_once(city: City, context: BrowserContext) -> None:
    link = link_for(city, "grid", city.area("grid"), "duty-9")
    page = await context.new_page()
    await page.goto(link)
    await expect(page.get_by_role("tab", name="我的任务")).to_be_visible()
    assert page.url == f"{city.urls[0]}/m/", "the code is gone from the address"
    other = await (await context.browser.new_context(locale="zh-CN")).new_page()  # type: ignore[union-attr]
    await other.goto(link)
    await expect(other.get_by_role("alert")).to_contain_text("登录码已用过")
    await expect(other.get_by_label("登录令牌")).to_be_visible()


def link_for(city: City, role: str, area: str, person: str) -> str:
    """As the operator gets it: `pingji token qr`."""
    command = [sys.executable, "-m", "coordinator.main", "token", "qr", role, area, person]
    command += ["--url", city.urls[0], "--data", str(city.data), "--json", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return str(json.loads(said)["link"])
