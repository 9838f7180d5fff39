"""An invitation to a drill on phone and desk: marked, one's own seat by a link, gone when the drill is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from coordinator.api.doors import Door
from coordinator.domain.access import Actor, Role
from coordinator.domain.command import Command, type_of
from coordinator.domain.invitation import EndInvitation, InviteToDrill
from coordinator.domain.refusal import Refused
from coordinator.engine.keys import fresh_key
from tests.builders import DISTRICT, FIRST, OPERATOR, STREET
from tests.drills import living
from tests.web.phone import phone

DRILL = "DRILL-20260718-1"


class OneSeat:
    """The community's; everybody else is told that there is none for them."""

    async def to(self, drill: str, actor: Actor) -> list[Door]:
        if actor.area != FIRST:
            raise Refused("no_seat_for_you", drill=drill, role=actor.role.value)
        return [Door(f"community:{FIRST}", "https://drill.example/m/#code=once")]


class Served:
    def __init__(self, live: living.Live) -> None:
        self.live, self.urls = live, [live.url]

    async def say(self, command: Command) -> None:
        key = fresh_key(datetime.now(UTC))
        body = command.model_dump(mode="json", exclude_defaults=True)
        done = await self.live.coordinator.execute(OPERATOR, key, type_of(command), body)
        assert done.status == "accepted", done.refusal


async def test_whoever_was_invited_takes_their_seat(pages: Path, browser: Browser, page: Page) -> None:
    async with living.living(doors=OneSeat()) as live:
        city = Served(live)
        invite = InviteToDrill(
            area=DISTRICT,
            drill=DRILL,
            name_zh="夜间突击",
            name_en="Night raid",
            to=[STREET, FIRST],
            lapses=datetime.now(UTC) + timedelta(hours=1),
        )
        await city.say(invite)
        async with phone(browser, city, await live.token(Role.COMMUNITY, FIRST)) as handset:
            card = handset.get_by_role("article").filter(has_text="【演练】《夜间突击》已打开")
            await card.get_by_role("button", name="入席").tap()
            link = card.get_by_role("link", name="打开席位")
            await expect(link).to_have_attribute("href", "https://drill.example/m/#code=once")
            await city.say(EndInvitation(area=DISTRICT, drill=DRILL))
            await expect(card).to_be_hidden()
        await city.say(invite)
        await page.goto(f"{live.url}/desk/")
        await page.get_by_label("登录令牌").fill(await live.token(Role.STREET, STREET))
        await page.get_by_role("button", name="登录").click()
        said = page.get_by_role("listitem").filter(has_text="【演练】《夜间突击》已打开")
        await expect(said.get_by_role("button", name="入席")).to_be_visible()
