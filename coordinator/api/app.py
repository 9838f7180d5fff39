"""The web application of one coordinator: routes, and what lives as long as it serves. Composition only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress

from aiohttp import web

from coordinator.api.alerts import get_alert, get_alerts
from coordinator.api.alerts_heard import AlertsHeard
from coordinator.api.area_index import AreaIndexes
from coordinator.api.areas import get_areas
from coordinator.api.asyncapi import get_asyncapi
from coordinator.api.boards import get_board
from coordinator.api.calendar import get_calendar, get_dates
from coordinator.api.commands import post_command
from coordinator.api.doors import Doors
from coordinator.api.drill_seats import post_drill_seats
from coordinator.api.duty import get_duty
from coordinator.api.headers import secure
from coordinator.api.keys import (
    ALERTS,
    AREAS,
    DOORS,
    ENGINE,
    EXPORTS,
    OUTLINES,
    PLANNING,
    RATES,
    REVIEWS,
    SCHEDULED,
    SCRIPTS,
    SOCKETS,
    STEPS,
)
from coordinator.api.log import get_log
from coordinator.api.openapi import PREFIX, get_openapi
from coordinator.api.outlines import get_outlines
from coordinator.api.pages import Pages
from coordinator.api.people import get_people, get_phone, post_addresses
from coordinator.api.plans import post_plan
from coordinator.api.playbooks import get_difference, get_playbook, get_playbooks, post_playbook
from coordinator.api.practised import get_practised
from coordinator.api.problems import problems
from coordinator.api.rates import Rates
from coordinator.api.reports import get_arrivals, get_report, get_reports
from coordinator.api.reviews import Reviews
from coordinator.api.sign_in_codes import SignInCodes
from coordinator.api.sign_out import post_sign_out
from coordinator.api.status import get_livez, get_me, get_readyz, get_version
from coordinator.api.steps import post_step
from coordinator.api.texts import get_text, post_photo, post_text
from coordinator.drills.schema import Document
from coordinator.drills.script import Script, bundled, bundled_ids
from coordinator.drills.steps import Steps
from coordinator.live.port import Engine
from coordinator.live.settings import LiveSettings
from coordinator.live.socket import Sockets
from coordinator.store.codes import Codes, MemoryCodes
from coordinator.store.outlines import MemoryOutlines, Outlines
from coordinator.wire.messages import MAX_FRAME


def make_app(
    engine: Engine,
    settings: LiveSettings,
    codes: Codes | None = None,
    steps: Steps | None = None,
    scripts: Callable[[], Iterable[Document]] | None = None,
    outlines: Outlines | None = None,
    scheduled: Callable[[], Iterable[Script]] = tuple,
    doors: Doors | None = None,
) -> web.Application:
    """To be served by an `AppRunner`. Its cleanup tells every client to come back elsewhere.

    `codes`: shared by all coordinators; left out, a sign-in code is good at this one only.
    `doors`: to the drills that are kept running beside this world; left out, there are none.
    `scripts`: what its calendar is of, asked each time; left out, those that come with the project.
    `scheduled`: those that are opened by themselves, as they were written.
    `steps`: moves the world of a drill in lock-step.
    `outlines`: what the areas look like; left out, there are none.
    """
    app = web.Application(middlewares=[problems], client_max_size=MAX_FRAME)
    app[ENGINE] = engine
    if steps is not None:
        app[STEPS] = steps
    if doors is not None:
        app[DOORS] = doors
    app[SCRIPTS] = scripts or (lambda: [bundled(id).document for id in bundled_ids()])
    app[SCHEDULED] = scheduled
    app[AREAS] = AreaIndexes()
    app[OUTLINES] = outlines or MemoryOutlines()
    app[PLANNING] = asyncio.Lock()
    app[REVIEWS] = Reviews(engine)
    app[ALERTS] = AlertsHeard(engine)
    app[EXPORTS] = asyncio.Semaphore(4)
    app[RATES] = Rates(settings, time.monotonic)

    async def serve_sockets(app: web.Application) -> AsyncIterator[None]:
        sockets = app[SOCKETS] = Sockets(engine, settings)
        keeping = asyncio.create_task(sockets.run(), name="sockets")
        yield
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping

    async def tell_clients(app: web.Application) -> None:
        await app[SOCKETS].stop()

    async def live(request: web.Request) -> web.StreamResponse:
        return await request.app[SOCKETS].handle(request)

    app.cleanup_ctx.append(serve_sockets)
    app.on_shutdown.append(tell_clients)
    app.on_response_prepare.append(secure)
    app.add_routes(
        [
            web.get("/ws", live),
            web.post(f"{PREFIX}/commands", post_command),
            web.get(f"{PREFIX}/boards/{{key}}", get_board),
            web.get(f"{PREFIX}/areas", get_areas),
            web.get(f"{PREFIX}/areas/{{code:[0-9]{{2,20}}}}/outlines", get_outlines),
            web.get(f"{PREFIX}/people", get_people),
            web.get(f"{PREFIX}/duty", get_duty),
            web.get(f"{PREFIX}/people/{{id}}/phone", get_phone),
            web.post(f"{PREFIX}/people/addresses", post_addresses),
            web.get(f"{PREFIX}/drills/practised", get_practised),
            web.get(f"{PREFIX}/drills/calendar", get_dates),
            web.get(f"{PREFIX}/drills/calendar/{{feed}}.ics", get_calendar),
            web.post(f"{PREFIX}/drills/{{drill}}/seats", post_drill_seats),
            web.get(f"{PREFIX}/log", get_log),
            web.get(f"{PREFIX}/reports", get_reports),
            web.get(f"{PREFIX}/reports/{{operation}}", get_report),
            web.get(f"{PREFIX}/reports/{{operation}}/arrivals", get_arrivals),
            web.get(f"{PREFIX}/cap", get_alerts),
            web.get(f"{PREFIX}/cap/{{identifier}}", get_alert),
            web.get(f"{PREFIX}/playbooks", get_playbooks),
            web.post(f"{PREFIX}/playbooks", post_playbook),
            web.get(f"{PREFIX}/playbooks/{{digest}}", get_playbook),
            web.get(f"{PREFIX}/playbooks/{{digest}}/diff/{{other}}", get_difference),
            web.post(f"{PREFIX}/plans", post_plan),
            web.post(f"{PREFIX}/drill/step", post_step),
            web.post(f"{PREFIX}/vault", post_text),
            web.post(f"{PREFIX}/vault/photos", post_photo),
            web.get(f"{PREFIX}/vault/{{ref}}", get_text),
            web.post(f"{PREFIX}/sign-out-everywhere", post_sign_out),
            web.get(f"{PREFIX}/me", get_me),
            web.get(f"{PREFIX}/openapi.json", get_openapi),
            web.get(f"{PREFIX}/asyncapi.json", get_asyncapi),
            web.get("/livez", get_livez),
            web.get("/readyz", get_readyz),
            web.get("/version", get_version),
            *SignInCodes(codes or MemoryCodes()).routes(),
            *Pages.built().routes(),
        ]
    )
    return app
