"""The phone in the grid, in a real browser against real processes: with a network, without, and once it is back."""

from __future__ import annotations

from playwright.async_api import Browser, FilePayload, Response, expect

from clients.sdk import Client
from coordinator.engine.keys import new_token
from coordinator.wire.tokens import hash_token
from tests.e2e.city import City
from tests.web.flooding import SCRIPT, sees, values
from tests.web.phone import cut, mend, phone, picture, settled, tab


async def test_it_accepts_and_reports_in_while_the_network_is_cut_and_comes_back(
    browser: Browser, flooded: City
) -> None:
    async with phone(browser, flooded, flooded.token("grid")) as page:
        await expect(page.get_by_role("button", name="我去", exact=True)).to_be_visible()
        await cut(page)
        await expect(page.get_by_text("照常操作")).to_be_visible()
        await page.get_by_role("button", name="我去", exact=True).tap()
        await expect(page.get_by_text("已记在手机里")).to_be_visible()
        await page.get_by_role("button", name="去不了").tap()
        await page.get_by_role("button", name="要照护家人").tap()
        await tab(page, "我的网格")
        await page.get_by_role("button", name="报统计").tap()
        await page.get_by_label("重点人员已联系").fill("7")
        await page.get_by_role("button", name="报上去").tap()
        await tab(page, "发件箱")
        await expect(page.get_by_text("待发 3")).to_be_visible()
        await sees(flooded, "grid", lambda found: values(found, "tallies", "value") == [None])

        await page.reload()  # the battery was changed: still no network
        await expect(page.get_by_role("button", name="我去", exact=True)).to_be_visible()
        await tab(page, "发件箱")
        await expect(page.get_by_text("待发 3")).to_be_visible()

        await mend(page)
        await expect(page.get_by_text("待发 0 · 已送达 3")).to_be_visible(timeout=20_000)
        await sees(
            flooded,
            "grid",
            lambda found: (
                values(found, "call_outs", "progress").count("coming") == 1
                and "caring" in values(found, "call_outs", "code")
                and values(found, "tallies", "value") == [7]
            ),
        )

        await tab(page, "我的任务")
        await page.get_by_role("button", name="到岗签到").tap()
        await settled(page)
        await sees(flooded, "grid", lambda found: "on_post" in values(found, "call_outs", "progress"))


async def test_a_script_in_a_tasks_name_stays_text(browser: Browser, flooded: City) -> None:
    async with phone(browser, flooded, flooded.token("grid")) as page:
        card = page.locator(".task", has_text=SCRIPT)
        await expect(card).to_be_visible()
        await card.tap()
        await expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text(SCRIPT)
        assert await page.title() == "平急"
        assert await page.locator("img").count() == 0


async def test_photos_taken_offline_are_small_clean_and_arrive(browser: Browser, flooded: City) -> None:
    async with phone(browser, flooded, flooded.token("grid")) as page:
        kept: list[Response] = []
        page.on("response", lambda one: kept.append(one) if "/vault/photos" in one.url else None)
        raw = await picture(page, 3000)
        assert b"GPSLatitude" in raw and len(raw) > 512 * 1024
        await cut(page)
        await page.locator(".task", has_text="拍下水尺").tap()
        done = page.get_by_role("button", name="办结", exact=True)
        await expect(done).to_be_disabled()
        taken: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": raw}
        await page.set_input_files("input[type=file]", [taken, taken])
        await expect(page.get_by_role("img", name="第 2 张照片")).to_be_visible()
        await page.get_by_label("补充说明").fill("水已过膝")
        await done.tap()
        await tab(page, "发件箱")
        await expect(page.get_by_text("等上传照片或文字")).to_be_visible()
        await mend(page)
        await settled(page)
        assert [one.status for one in kept] == [201, 201]
        signed_in = {"Authorization": f"Bearer {flooded.token('community')}"}
        for one in kept:
            ref = (await one.json())["ref"]
            found = await page.request.get(f"{flooded.urls[0]}/api/v1/vault/{ref}", headers=signed_in)
            photo = await found.body()
            assert found.headers["content-type"] == "image/jpeg" and photo[:2] == b"\xff\xd8"
            assert len(photo) <= 480 * 1024
            assert b"Exif" not in photo and b"GPSLatitude" not in photo
    await sees(
        flooded,
        "grid",
        lambda found: any(
            one["key"] == "look" and one.get("state") == "done" for name, one in found if name == "tasks"
        ),
    )


async def test_a_duty_officer_signs_in_one_tap_and_sees_what_is_missing(
    browser: Browser, flooded: City
) -> None:
    async with phone(browser, flooded, flooded.token("community")) as page:
        await page.get_by_role("button", name="签收", exact=True).tap()
        await settled(page)
        await tab(page, "我的社区")
        await page.get_by_role("button", name="报统计").tap()
        await page.get_by_role("button", name="第二网格").tap()
        await page.get_by_label("重点人员已联系").fill("11")
        await page.get_by_role("button", name="报上去").tap()
        await expect(page.get_by_text("到位还差")).to_be_visible()
        await expect(page.get_by_text("还没有签收")).to_be_hidden()
        await page.get_by_role("button", name="人工宣布到位").tap()
        await expect(page.get_by_role("dialog").get_by_role("heading")).to_contain_text("项没齐")
        await page.get_by_role("button", name="现场核实").tap()
        await settled(page)
    await sees(
        flooded,
        "community",
        lambda found: (
            values(found, "switches", "mode") == ["emergency"]
            and 11 in values(found, "tallies", "value")
            and values(found, "switches", "signed_by") == values(found, "switches", "ready_by")
        ),
    )


async def test_a_token_of_another_area_shows_nothing_of_this_one(browser: Browser, flooded: City) -> None:
    """A phone of the next community's grid, in the same street."""
    token, area = new_token(), f"{int(flooded.area('community')) + 1}01"
    async with Client(flooded.urls[0], flooded.token("operator")) as client:
        grant = {"area": area, "person": "duty-99", "role": "grid", "token": hash_token(token)}
        await client.command("IssueGrant", grant)
    async with phone(browser, flooded, token) as page:
        await expect(page.get_by_text("现在没有要您做的事")).to_be_visible()
        for name in ("我的任务", "我的网格", "发件箱"):
            await tab(page, name)
            await expect(page.locator("main")).not_to_be_empty()
            for words in ("查下穿", "网格巡查", "拍下水尺", "重点人员"):
                await expect(page.locator("main")).not_to_contain_text(words)


async def test_signed_out_everywhere_is_signed_out_on_every_phone(browser: Browser, flooded: City) -> None:
    area = flooded.area("grid")
    tokens = [new_token(), new_token()]
    async with Client(flooded.urls[0], flooded.token("operator")) as client:
        for token in tokens:
            grant = {"area": area, "person": "duty-98", "role": "grid", "token": hash_token(token)}
            await client.command("IssueGrant", grant)
    async with phone(browser, flooded, tokens[0]) as lost, phone(browser, flooded, tokens[1]) as page:
        await page.get_by_role("button", name="更多").tap()
        await page.get_by_role("button", name="退出登录").tap()
        await page.get_by_role("button", name="所有设备都退出").tap()
        await expect(page.get_by_label("登录令牌")).to_be_visible()
        await expect(lost.get_by_label("登录令牌")).to_be_visible()
        await lost.reload()
        await expect(lost.get_by_label("登录令牌")).to_be_visible()


async def test_what_one_person_did_is_never_sent_by_the_next(browser: Browser, flooded: City) -> None:
    async with phone(browser, flooded, flooded.token("grid")) as page:
        await cut(page)
        await tab(page, "我的网格")
        await page.get_by_role("button", name="报险情").tap()
        await page.get_by_role("button", name="报上去").tap()
        await page.get_by_role("button", name="更多").tap()
        await page.get_by_role("button", name="退出登录").tap()
        await expect(page.get_by_text("还有 1 项没有送达")).to_be_visible()
        await page.get_by_role("button", name="本机退出").tap()
        await page.context.set_offline(False)
        await page.get_by_label("登录令牌").fill(flooded.token("community"))
        await page.get_by_role("button", name="登录").tap()
        await expect(page.locator("header .live")).to_have_text("●实时")
        await tab(page, "发件箱")
        await expect(page.get_by_text("等本人登录再发")).to_be_visible()
        await sees(flooded, "grid", lambda found: not values(found, "hazards", "id"))
        await page.get_by_role("button", name="更多").tap()
        await page.get_by_role("button", name="退出登录").tap()
        await page.get_by_role("button", name="本机退出").tap()
        await page.get_by_label("登录令牌").fill(flooded.token("grid"))
        await page.get_by_role("button", name="登录").tap()
        await settled(page)
        await sees(flooded, "grid", lambda found: len(values(found, "hazards", "id")) == 1)
