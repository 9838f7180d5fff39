"""A switch-over from the desk: ordered for a street, raised with a second person, seen on the wall, stood down."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.city import City


async def sign_in(page: Page, city: City, number: int, path: str = "switch") -> None:
    await page.goto(f"{city.urls[0]}/desk/{path}")
    await page.get_by_label("登录令牌").fill(city.token("commander", number))
    await page.get_by_role("button", name="登录").click()


async def test_a_street_is_switched_raised_by_two_and_stood_down(
    city: City, page: Page, context: BrowserContext
) -> None:
    first, second = 1, 2
    district, street = city.area("commander", first), city.area("community")[:9]
    assert city.area("commander", second) == district
    await sign_in(page, city, first)

    # III for a street: what it comes to stands there before it is ordered
    await page.get_by_role("button", name="粘贴清单").click()
    await page.get_by_role("textbox", name="粘贴清单").fill(street)
    await page.get_by_role("button", name="加入").click()
    await page.get_by_label("预案").select_option(label="防汛防台风 · v1")
    give = page.get_by_role("button", name="启动三级响应")
    await expect(page.get_by_text("将动员")).to_be_visible()
    await expect(give).to_be_disabled(), "nobody orders without saying why"
    await page.get_by_label("为什么").fill("红色预警，低洼路段积水上涨")
    await give.click()
    await expect(page.get_by_text("已执行，编号")).to_be_visible()
    running = page.locator("li[data-operation]")
    await expect(running).to_contain_text("三级")

    # the wall shows it
    wall = await context.new_page()
    await sign_in(wall, city, second, "wall")
    await expect(wall.get_by_text("三级响应")).to_be_visible()
    assert await wall.get_by_role("navigation", name="页面").count() == 0

    # raised to II: waits for another person, who retypes it
    await running.get_by_role("button", name="升级").click()
    await page.get_by_label("为什么").fill("雨势加大，须转移群众")
    await page.get_by_role("button", name="升至二级").click()
    await expect(page.get_by_text("已提交，等第二人批准")).to_be_visible()
    await expect(page.get_by_text("您提出的，须由另一人批准")).to_be_visible()

    other = await context.new_page()
    await sign_in(other, city, second)
    retype = other.get_by_role("textbox", name="重打后才能批准")
    await retype.fill(f"{street} 三级")
    await expect(other.get_by_role("button", name="批准")).to_be_disabled()
    await retype.fill(f"{street} 二级")
    await other.get_by_role("button", name="批准").click()
    await expect(wall.get_by_text("二级响应")).to_be_visible()
    await expect(running).to_contain_text("二级")

    # stood down: every condition is answered by name, and from II by two persons again
    await running.get_by_role("button", name="终止").click()
    end = page.get_by_role("button", name="终止 1 处")
    await page.get_by_label("为什么").fill("雨停水退，险情解除")
    await expect(page.get_by_text("降级条件 0/")).to_be_visible()
    await expect(end).to_be_disabled()
    for override in await page.get_by_label("越过条件").all():
        await override.select_option("checked_on_site")
    await end.click()
    await retype.fill(f"{street} 终止")
    await other.get_by_role("button", name="批准").click()
    await expect(wall.locator(".state")).to_contain_text("恢复中")


async def test_a_mistake_is_taken_back_in_one_action(city: City, page: Page) -> None:
    first = 1
    street = city.area("community")[:9]
    await sign_in(page, city, first)
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
