"""What the application holds for its handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from aiohttp import web

from coordinator.api.alerts_heard import AlertsHeard
from coordinator.api.area_index import AreaIndexes
from coordinator.api.doors import Doors
from coordinator.api.rates import Rates
from coordinator.api.reviews import Reviews
from coordinator.drills.schema import Document
from coordinator.drills.script import Script
from coordinator.drills.steps import Steps
from coordinator.live.port import Engine
from coordinator.live.socket import Sockets
from coordinator.store.outlines import Outlines

ENGINE: Final = web.AppKey("engine", Engine)
SOCKETS: Final = web.AppKey("sockets", Sockets)
RATES: Final = web.AppKey("rates", Rates)
AREAS: Final = web.AppKey("areas", AreaIndexes)
OUTLINES: Final = web.AppKey("outlines", Outlines)
REVIEWS: Final = web.AppKey("reviews", Reviews)
ALERTS: Final = web.AppKey("alerts", AlertsHeard)
EXPORTS: Final = web.AppKey("exports", asyncio.Semaphore)
"""Held by whoever takes a whole log as a file: a few at a time."""
SCRIPTS: Final = web.AppKey[Callable[[], Iterable[Document]]]("scripts")
"""Drills that this place holds: those that come with the project, and its own."""
SCHEDULED: Final = web.AppKey[Callable[[], Iterable[Script]]]("scheduled")
"""Those of the city's own calendar, as they were written: they are opened by themselves when they fall due."""
DOORS: Final = web.AppKey[Doors]("doors")
"""Only where drills are kept running beside the real world."""
STEPS: Final = web.AppKey("steps", Steps)
"""Only in a drill in lock-step."""
PLANNING: Final = web.AppKey("planning", asyncio.Lock)
"""Held by whoever works out a plan: one at a time."""
