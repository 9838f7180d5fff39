"""A duty officer's phone through a drill: roll-call, signing, being called, a building, a report, a crew and home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect

from coordinator.domain.access import Role
from coordinator.domain.drill import StartDrill
from coordinator.domain.inject import FireInject, InjectKind, Ordered
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.state import ScopeState
from coordinator.engine.keys import fresh_key
from coordinator.playbook import library
from tests.builders import CITY, DISTRICT, FIRST
from tests.drills.worlds import CONTROLLER
from tests.web.drilling import Drilled, drilled
from tests.web.flooding import FLOOD
from tests.web.phone import phone, settled, tab

GAS = library.bundled("gas-fire")


async def fire(drill: Drilled, inject: str, kind: InjectKind, **given: Any) -> None:
    done = await drill.coordinator.do(
        FireInject(area=DISTRICT, inject=inject, kind=kind, to=[FIRST], **given)
    )
    assert done.status == "accepted", done.refusal


async def start(drill: Drilled) -> None:
    order = StartDrill(area=CITY)
    done = await drill.coordinator.execute(
        CONTROLLER, fresh_key(datetime.now(UTC)), "StartDrill", order.model_dump()
    )
    assert done.status == "accepted", done.refusal


async def tap(page: Page, on: str, *names: str) -> None:
    """On that screen, one button after the other."""
    await tab(page, on)
    for name in names:
        await page.get_by_role("button", name=name, exact=True).first.tap()


def is_so(drill: Drilled, so: Callable[[ScopeState], object]) -> bool:
    return bool(so(drill.coordinator.reactors[DISTRICT].state))


async def test_a_duty_officer_through_a_drill(pages: Path, browser: Browser) -> None:
    async with drilled(started=False) as drill:
        token = await drill.grant(Role.COMMUNITY, FIRST)
        async with phone(browser, drill, token) as page:
            await expect(page.get_by_text("演练", exact=False).first).to_be_visible()
            await expect(page.get_by_role("heading", name="演练点名")).to_be_visible()
            await tap(page, "我的任务", "到，有人值守")
            await settled(page)
            assert is_so(drill, lambda state: f"roll_call@{FIRST}" in state.observations)

            await start(drill)
            declare = Ordered(
                what="declare", level=ResponseLevel.II, playbook=FLOOD.digest, expected_minutes=600
            )
            await fire(drill, "start", InjectKind.ORDER, order=declare)
            await tab(page, "我的任务")
            await expect(page.get_by_role("heading", name="收到转换命令，请签收")).to_be_visible()
            await tap(page, "我的任务", "签收")
            await settled(page)
            assert is_so(drill, lambda state: all(one.signed_at for one in state.switches_in(FIRST)))

            await fire(drill, "road", InjectKind.CALL)
            await tab(page, "我的任务")
            await expect(page.get_by_role("heading", name="正在叫应您，请应答")).to_be_visible()
            await tap(page, "我的任务", "我在，已收到")
            await settled(page)
            assert is_so(drill, lambda state: not any(one.step != "answered" for one in state.calls.values()))

            await tab(page, "我的社区")
            await expect(page.get_by_text("到位还差")).to_be_visible()
            await page.locator(".facility").first.tap()
            await tap_in_sheet(page, "已检查", "报上去")
            await settled(page)
            assert is_so(
                drill, lambda state: any(one.state == "inspected" for one in state.facilities.values())
            )

            await tap(page, "我的任务", "我去")
            await tap(page, "我的任务", "到岗签到")
            await settled(page)
            await tab(page, "我的社区")
            await page.get_by_role("button", name="点名").tap()
            await page.get_by_role("button", name="1 人都平安").tap()
            await tap(page, "我的任务", "换下")
            await page.get_by_role("button", name="我亲眼看到").tap()
            await tap(page, "我的任务", "安全到家")
            await settled(page)
            await expect(page.get_by_text("要看 0")).to_be_visible()
            home = [one for one in drill.coordinator.reactors[DISTRICT].state.call_outs.values()]
            assert [one.progress for one in home if one.area == FIRST].count("home_safe") == 1


async def test_a_situation_report_is_signed_where_it_is_asked_for(browser: Browser, pages: Path) -> None:
    """Of a gas leak the communities report; the figures are filled in, a person signs them."""
    async with drilled() as drill:
        declare = Ordered(what="declare", level=ResponseLevel.IV, playbook=GAS.digest, expected_minutes=600)
        await fire(drill, "start", InjectKind.ORDER, order=declare)
        async with phone(browser, drill, await drill.grant(Role.COMMUNITY, FIRST)) as page:
            await tap(page, "我的社区", "签发情况报告")
            await settled(page)
            assert is_so(drill, lambda state: any(one.number == 1 for one in state.reports.values()))
            await tab(page, "我的社区")
            await expect(page.get_by_text("第 2 次")).to_be_visible()


async def tap_in_sheet(page: Page, *names: str) -> None:
    for name in names:
        await page.get_by_role("dialog").get_by_role("button", name=name, exact=True).tap()


async def test_who_is_not_found_is_reported_at_once_and_found_again(browser: Browser, pages: Path) -> None:
    async with drilled() as drill:
        grid = f"{FIRST}01"
        declare = Ordered(
            what="declare", level=ResponseLevel.III, playbook=FLOOD.digest, expected_minutes=600
        )
        await fire(drill, "start", InjectKind.ORDER, order=declare)
        async with phone(browser, drill, await drill.grant(Role.GRID, grid)) as page:
            await tap(page, "我的任务", "我去")
            await tap(page, "我的任务", "到岗签到")
            await settled(page)
            await tab(page, "我的网格")
            await page.get_by_role("button", name="点名").tap()
            await page.get_by_role("button", name="● 平安").tap()
            await expect(page.get_by_text("会立即报上级")).to_be_visible()
            await page.get_by_role("button", name="报失联 1 人").tap()
            await settled(page)
            assert is_so(drill, lambda state: "lost" in {one.kind for one in state.concerns.values()})
            await tap(page, "我的任务", "找到了，安全")
            await settled(page)
            assert is_so(drill, lambda state: "lost" not in {one.kind for one in state.concerns.values()})
