"""The receiver of the demo's webhook, on loopback: it turns everything away until it is told to recover."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from aiohttp import web


class WebhookSink:
    """Use as an async context manager."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._runner: web.AppRunner | None = None
        self.failing = True
        self.turned_away = 0
        self.taken = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        await request.read()
        if self.failing:
            self.turned_away += 1
            raise web.HTTPInternalServerError
        self.taken += 1
        return web.Response(status=204)
