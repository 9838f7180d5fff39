"""A phone in the tests: 360 pixels wide, touched, signed in by its token; and a photo as a camera leaves it."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Protocol

from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize, expect

GONE: Final = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED")
"""What a browser says of a network that is cut or a server that is down."""
SIZE: Final[ViewportSize] = {"width": 360, "height": 740}


class Served(Protocol):
    """Whatever serves the pages: a city of processes, or a drill's world in this one."""

    @property
    def urls(self) -> list[str]: ...


@asynccontextmanager
async def phone(browser: Browser, city: Served, token: str) -> AsyncIterator[Page]:
    """Anything on its console but a lost network fails the test."""
    context = await browser.new_context(
        viewport=SIZE, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True, is_mobile=True
    )
    page = await context.new_page()
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(one in message.text for one in GONE):
            wrong.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(f"{city.urls[0]}/m/")
    await page.get_by_label("登录令牌").fill(token)
    await page.get_by_role("button", name="登录").tap()
    await expect(page.locator("header .live")).to_have_text("●实时")
    yield page
    await context.close()
    assert not wrong, wrong


async def tab(page: Page, name: str) -> None:
    await page.get_by_role("tab", name=name).tap()


async def cut(page: Page) -> None:
    """No network, also for the socket that stands."""
    await page.context.set_offline(True)
    await expect(page.locator("header .live")).to_have_text("▲无网络", timeout=70_000)


async def mend(page: Page) -> None:
    await page.context.set_offline(False)
    await expect(page.locator("header .live")).to_have_text("●实时", timeout=30_000)


async def settled(page: Page) -> None:
    """Everything that was done here has its answer."""
    await tab(page, "发件箱")
    await expect(page.get_by_text("待发 0")).to_be_visible(timeout=20_000)


async def picture(page: Page, side: int) -> bytes:
    """A JPEG of that side with an EXIF block that says where and with what it was taken."""
    encoded = await page.evaluate(
        """(side) => {
          const canvas = document.createElement("canvas")
          canvas.width = canvas.height = side
          const pen = canvas.getContext("2d")
          for (let n = 0; n < 4000; n++) {
            pen.fillStyle = `hsl(${(n * 47) % 360} 80% 50%)`
            pen.fillRect((n * 7919) % side, (n * 104729) % side, side / 40, side / 40)
          }
          return canvas.toDataURL("image/jpeg", 0.98)
        }""",
        side,
    )
    plain = base64.b64decode(encoded.split(",", 1)[1])
    exif = b"Exif\x00\x00MM\x00*GPSLatitude 32.1 by CameraOfSomebody"
    return plain[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + plain[2:]
