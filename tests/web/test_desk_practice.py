"""Drills on the desk and the phone: what is to be put right is reported done, sent back, done again and verified."""

from __future__ import annotations

import re

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.city import City
from tests.web.desk import sign_in
from tests.web.phone import phone, settled
from tests.web.practising import AGAIN, ANSWER, DRILL, ROSTER


async def test_a_corrective_action_goes_from_the_community_to_the_street_and_back(
    practised: City, browser: Browser, context: BrowserContext, page: Page
) -> None:
    street = practised.area("community")[:9]
    await page.goto(f"{practised.urls[0]}/desk/practice/{street}")
    await page.get_by_label("登录令牌").fill(practised.token("street"))
    await page.get_by_role("button", name="登录").click()

    # what is to be done is read from the vault; the filter stands in the address
    rows = page.get_by_role("region", name="整改").get_by_role("row")
    await expect(rows).to_have_count(1 + 2)
    await expect(rows.nth(1)).to_contain_text(ANSWER.zh)
    await expect(rows.nth(1)).to_contain_text(DRILL)
    await expect(rows.nth(2)).to_contain_text(ROSTER.zh)
    await page.get_by_role("button", name=re.compile("^待验证")).click()
    await expect(page).to_have_url(re.compile("state=done"))
    await expect(page.get_by_text("没有符合条件的整改")).to_be_visible()

    # the community's phone has its own among what is to be done, and nothing of the street's
    async with phone(browser, practised, practised.token("community")) as office:
        await expect(office.get_by_role("heading", name="演练整改 1")).to_be_visible()
        await office.get_by_role("button", name=re.compile(ANSWER.zh)).tap()
        await office.get_by_role("button", name="看内容").tap()
        await expect(office.get_by_text(AGAIN.zh)).to_be_visible()
        report = office.get_by_role("button", name="报完成")
        await expect(report).to_be_disabled()
        await office.get_by_label("做了什么、怎样证明").fill("已重排夜间值班，再测全部应答")
        await report.tap()
        await settled(office)

    # the street looks at the evidence and sends it back with a reason; then it is to be done again
    await expect(rows).to_have_count(1 + 1)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    one = page.get_by_role("complementary", name=ANSWER.zh)
    await expect(one).to_contain_text("已重排夜间值班，再测全部应答")
    back = one.get_by_role("button", name="退回重做")
    await expect(back).to_be_disabled()
    await one.get_by_label("为什么退回").select_option(index=1)
    await back.click()
    await expect(one).to_contain_text("未完成")

    # done from the desk this time: the street's own word is not enough for the street
    await one.get_by_label("做了什么、怎样证明").fill("街道派人复核，两处已换号")
    await one.get_by_role("button", name="报完成").click()
    await expect(one).to_contain_text("须由上级或别的单位验证")

    # so the district verifies it
    district = await context.new_page()
    await sign_in(district, practised, 1, "practice?state=done")
    await district.get_by_role("button", name=ANSWER.zh).click()
    await district.get_by_role("button", name="验证通过").click()
    await expect(district.get_by_role("complementary")).to_contain_text("验证人")
    await expect(district.get_by_text("没有符合条件的整改")).to_be_visible()
    await expect(one).to_contain_text("已验证")


async def test_who_has_practised_what_and_when_the_next_drill_is(practised: City, page: Page) -> None:
    await sign_in(page, practised, 1, "practice")
    await expect(page.get_by_role("region", name="整改")).to_be_visible()

    # coverage: in words, with the grade of what was practised last; a rehearsal of simulated teams is none
    await page.keyboard.press("2")
    covered = page.get_by_role("region", name="覆盖").get_by_role("row", name=re.compile("^仙林街道"))
    cells = covered.get_by_role("cell")
    await expect(cells.nth(0)).to_have_text(re.compile("500 天没练.*中 · 66 分"))
    await expect(cells.nth(1)).to_have_text("■没有练过")
    await expect(cells.nth(6)).to_have_text(re.compile("12 天前10/10 个社区 · 良 · 85 分"))
    await page.get_by_role("button", name="3 年").click()
    await expect(page).to_have_url(re.compile("days=1095"))
    await expect(cells.nth(0)).to_have_text(re.compile("500 天前"))

    # the calendar has what comes, and no raid; the record has grade and ratings, and leads to what followed
    await page.keyboard.press("3")
    calendar = page.get_by_role("region", name="以后的演练")
    await expect(calendar.get_by_role("row").filter(has_text=DRILL).first).to_be_visible()
    await expect(calendar.get_by_role("table")).not_to_contain_text("突击")
    await page.keyboard.press("4")
    record = page.get_by_role("region", name="演练台账").get_by_role("row")
    await expect(record.nth(1)).to_contain_text("只有模拟队伍，不计覆盖")
    await expect(record.nth(2)).to_contain_text("应急通信 M")
    await record.nth(2).get_by_role("button", name=re.compile("条未销号，共 2 条")).click()
    await expect(page.get_by_role("region", name="整改").get_by_role("row")).to_have_count(1 + 2)
    await expect(page).to_have_url(re.compile("drill=practice-"))
