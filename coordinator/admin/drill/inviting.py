"""Invites to drills in the real world: the offices whose seats people take, as soon as a drill is open and until it is
over; to a raid when it has begun, and not before. It speaks to the real world alone, and no token passes through it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import aiohttp
import structlog

from coordinator.admin.drill.live_watch import Live
from coordinator.admin.drill.plan import (
    BEGAN_FILE,
    CLOSED_FILE,
    FAILED_FILE,
    OVER_FILE,
    RUNNING_FILE,
    DrillPlan,
    all_drills,
    read_drill,
    read_script,
    registers_of,
)
from coordinator.admin.drill.seats import CONTROL, SUPERVISOR, Taken, read_seats
from coordinator.admin.run.founding import OPERATOR_TOKEN
from coordinator.admin.run.grants import send
from coordinator.domain.access import ONLY_IN_DRILLS
from coordinator.domain.area import AreaCode
from coordinator.domain.register import AreaRegister
from coordinator.domain.scope import scope_of
from coordinator.drills.schema import Document
from coordinator.drills.seats import held_from
from coordinator.drills.vocabulary import DrillKind

INVITED_FILE: Final = "invited"
"""There as long as the invitation stands in the real world."""
LOOK_SECONDS: Final = 2.0
LEFT: Final = timedelta(days=1)
"""After its planned end an invitation lapses, should this process not come back to end it."""
AT_ONCE: Final = 500
"""Places of one command."""

log = structlog.get_logger()


async def keep_inviting(
    live: Live, data: Path, wait: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Until cancelled. What cannot be said now is said when it can."""
    told: dict[Path, str] = {}
    while True:
        for directory in all_drills(data):
            try:
                await bring_up_to_date(live, directory)
                told.pop(directory, None)
            except Exception as away:  # whatever it is, a city away or files damaged: other drills go on
                why = str(away) or repr(away)
                if told.get(directory) != why:
                    log.warning("nobody can be invited to a drill", drill=directory.name, why=why)
                told[directory] = why
        await wait(LOOK_SECONDS)


async def bring_up_to_date(live: Live, directory: Path) -> None:
    """Invite, end the invitation, or leave it as it is. Raises `CommandFailed`, `aiohttp.ClientError`, `OSError`."""
    invited = (directory / INVITED_FILE).exists()
    over = any((directory / name).exists() for name in (OVER_FILE, CLOSED_FILE, FAILED_FILE))
    if invited and over:
        await _end(live, directory)
    elif not invited and not over and (directory / RUNNING_FILE).exists():
        await _invite(live, directory)


async def _invite(live: Live, directory: Path) -> None:
    plan, document = read_drill(directory), read_script(directory).document
    assert plan is not None  # it was found by it
    if document.kind is DrillKind.RAID and not (directory / BEGAN_FILE).exists():
        return
    areas = (await registers_of(directory)).areas
    name = plan.name
    for scope, places in by_scope(areas, guests(areas, document, read_seats(directory))).items():
        for first in range(0, len(places), AT_ONCE):
            body: dict[str, object] = {
                "drill": plan.world,
                "name_zh": name.zh,
                "name_en": name.en,
                "to": places[first : first + AT_ONCE],
                "lapses": lapses(plan, document, datetime.now(UTC)).isoformat(),
            }
            if plan.due is not None and document.kind is not DrillKind.RAID:
                body["begins"] = plan.due.isoformat()
            await _say(live, "InviteToDrill", scope, body)
    (directory / INVITED_FILE).touch(mode=0o600)


async def _end(live: Live, directory: Path) -> None:
    areas, document = (await registers_of(directory)).areas, read_script(directory).document
    for scope in by_scope(areas, guests(areas, document, read_seats(directory))):
        await _say(live, "EndInvitation", scope, {"drill": directory.name})
    (directory / INVITED_FILE).unlink(missing_ok=True)


def guests(areas: AreaRegister, document: Document, seats: Sequence[Taken]) -> list[AreaCode]:
    """Places of the seats that people take. Observers and controllers sit where the drill is held from."""
    found: dict[AreaCode, None] = {}
    for one in seats:
        if not one.simulated and one.name not in (CONTROL, SUPERVISOR):
            found[held_from(areas, document.places) if one.role in ONLY_IN_DRILLS else one.area] = None
    return list(found)


def by_scope(areas: AreaRegister, places: Sequence[AreaCode]) -> dict[AreaCode, list[AreaCode]]:
    found: dict[AreaCode, list[AreaCode]] = defaultdict(list)
    for place in places:
        found[scope_of(areas, place)].append(place)
    return dict(found)


def lapses(plan: DrillPlan, document: Document, now: datetime) -> datetime:
    lasts = timedelta(minutes=document.lasts / (plan.rate or 1))
    return max(plan.due or plan.opened, now) + lasts + LEFT


async def _say(live: Live, name: str, scope: AreaCode, body: dict[str, object]) -> None:
    """By the operator of this machine, at the first coordinator that answers."""
    headers = {"Authorization": f"Bearer {(live.data / OPERATOR_TOKEN).read_text()}"}
    for number, url in enumerate(live.urls, start=1):
        try:
            async with aiohttp.ClientSession(url, headers=headers) as session:
                await send(session, name, {"area": scope, **body})
            return
        except (aiohttp.ClientError, TimeoutError):
            if number == len(live.urls):
                raise
