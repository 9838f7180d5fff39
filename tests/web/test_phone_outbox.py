"""The outbox when things go wrong: cut off, killed, two tabs, too old, refused. Nothing is lost or done twice."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

from playwright.async_api import Browser, Page, WebSocket, expect

from clients.sdk import Client
from tests.e2e.city import City, kill
from tests.web.flooding import sees, values
from tests.web.phone import cut, mend, phone, settled, tab


def sent_by(page: Page) -> Counter[str]:
    """How often each command has gone out of this tab, by its key."""
    sent: Counter[str] = Counter()

    def framed(payload: str | bytes) -> None:
        message = json.loads(payload)
        if message["type"] == "command":
            sent[message["key"]] += 1

    def opened(socket: WebSocket) -> None:
        socket.on("framesent", framed)

    page.on("websocket", opened)
    return sent


async def report_hazard(page: Page, kind: str) -> None:
    await page.get_by_role("button", name="报险情").tap()
    await page.get_by_role("button", name=kind).tap()
    await page.get_by_role("button", name="报上去").tap()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_two_tabs_of_one_phone_send_each_act_once(browser: Browser, flooded: City) -> None:
    async with phone(browser, flooded, flooded.token("grid")) as first:
        second = await first.context.new_page()
        sent = sent_by(second)
        await second.goto(f"{flooded.urls[0]}/m/")
        await expect(second.locator("header .live")).to_have_text("●实时")
        await first.context.set_offline(True)
        for page, kind in ((first, "积水点"), (second, "漫溢"), (first, "塌方滑坡")):
            await expect(page.locator("header .live")).to_have_text("▲无网络", timeout=70_000)
            await tab(page, "我的网格")
            await report_hazard(page, kind)
        for page in (first, second):
            await tab(page, "发件箱")
            await expect(page.get_by_text("待发 3")).to_be_visible()
        await first.context.set_offline(False)
        for page in (first, second):
            await expect(page.get_by_text("待发 0 · 已送达 3")).to_be_visible(timeout=30_000)
        assert not sent, "the first tab has the turn"
        await sees(
            flooded,
            "grid",
            lambda found: (
                sorted(values(found, "hazards", "kind")) == ["flooded_point", "landslide", "overtopping"]
            ),
        )

        await first.close()  # the other goes on: given and sent there
        await tab(second, "我的网格")
        await report_hazard(second, "道路中断")
        await tab(second, "发件箱")
        await expect(second.get_by_text("待发 0 · 已送达 4")).to_be_visible(timeout=30_000)
        assert list(sent.values()) == [1]


async def test_a_coordinator_that_is_killed_under_a_burst_does_nothing_twice(
    browser: Browser, flooded: City
) -> None:
    async with phone(browser, flooded, flooded.token("community")) as page:
        await tab(page, "我的社区")
        for kind in ("房屋险情", "漏电断电"):
            await report_hazard(page, kind)
        kill(flooded.children()["coordinator"])
        for kind in ("人员被困", "其他"):
            await report_hazard(page, kind)
        await expect(page.locator("header .live")).to_have_text("●实时", timeout=60_000)
        await settled(page)
        await expect(page.get_by_text("已送达 4")).to_be_visible()
    await sees(
        flooded,
        "community",
        lambda found: (
            sorted(
                one["kind"]
                for name, one in found
                if name == "hazards" and one["area"] == flooded.area("community")
            )
            == ["building", "electric", "other", "trapped"]
        ),
    )


async def test_what_is_too_old_is_shown_and_issued_anew_by_a_person(browser: Browser, flooded: City) -> None:
    async with phone(browser, flooded, flooded.token("grid")) as page:
        await cut(page)
        await tab(page, "我的网格")
        await page.get_by_role("button", name="报统计").tap()
        await page.get_by_label("重点人员已联系").fill("9")
        await page.get_by_role("button", name="报上去").tap()
        await expect(page.get_by_text("已记在手机里")).to_be_visible()
        await page.evaluate(TWO_DAYS_AGO)
        await page.reload()
        await mend(page)
        await tab(page, "发件箱")
        old = page.get_by_role("listitem").filter(has_text="超过一天，没有执行")
        await expect(old).to_contain_text("仍需要就重新发出")
        await sees(flooded, "grid", lambda found: values(found, "tallies", "value") == [None])
        await old.get_by_role("button", name="重新发出").tap()
        await expect(page.get_by_text("待发 0 · 已送达 1 · 要看 0")).to_be_visible(timeout=20_000)
    await sees(flooded, "grid", lambda found: values(found, "tallies", "value") == [9])


TWO_DAYS_AGO = """() => new Promise((done) => {
  const opening = indexedDB.open("pingji")
  opening.onsuccess = () => {
    const store = opening.result.transaction("outbox", "readwrite").objectStore("outbox")
    store.getAll().onsuccess = ({ target: { result: [act] } }) => {
      const at = (Date.now() - 2 * 86400000).toString(16).padStart(12, "0")
      store.delete(act.key)
      store.put({ ...act, key: `${at.slice(0, 8)}-${at.slice(8)}${act.key.slice(13)}` }).onsuccess = done
    }
  }
})"""
"""The one act that is kept was given two days ago: its key says when."""


async def test_what_is_refused_says_what_to_do_and_stays_until_it_is_put_away(
    browser: Browser, flooded: City, tmp_path: Path
) -> None:
    async with phone(browser, flooded, flooded.token("grid")) as page:
        go = page.get_by_role("button", name="我去", exact=True)
        await expect(go).to_be_visible()
        await cut(page)
        await go.tap()
        await everybody_is_cancelled(flooded)
        await mend(page)
        await expect(page.get_by_role("status").filter(has_text="没有执行")).to_be_visible(timeout=20_000)
        await page.get_by_role("button", name="知道了").tap()
        await tab(page, "发件箱")
        refused = page.get_by_role("listitem").filter(has_text="没有执行")
        await expect(refused).to_contain_text("现为“已取消”，不能改为“已应答”")
        async with page.expect_download() as download:
            await page.get_by_role("button", name="导出").tap()
        path = tmp_path / "outbox.json"
        await (await download.value).save_as(path)
        (act,) = json.loads(path.read_text(encoding="utf-8"))["acts"]
        assert act["name"] == "Answer" and act["result"]["error"]["code"] == "wrong_progress"
        await page.reload()
        await tab(page, "发件箱")
        await refused.get_by_role("button", name="清掉").tap()
        await expect(page.get_by_text("还没有做过操作")).to_be_visible()


async def everybody_is_cancelled(city: City) -> None:
    """The community needs nobody of its grid any more."""
    area = city.area("grid")
    async with Client(city.urls[0], city.token("community")) as client, asyncio.timeout(20):
        board = await client.watch(f"area:{area}")
        await client.until(lambda: any(key.startswith("call_outs/") for key in board.entries))
        waiting = [
            one["id"]
            for one in board.section("call_outs").values()
            if one["progress"] in ("assigned", "reached")
        ]
        await client.command("CancelCallOut", {"area": area, "call_outs": waiting})
