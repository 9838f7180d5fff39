"""Invites to drills in the real world: the offices whose seats people take, as soon as a drill is open and until it is
over; to a raid when it has begun, and not before. It speaks to the real world alone, and no token passes through it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import aiohttp
import msgspec
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
from coordinator.admin.run.founding import OPERATOR_TOKEN, read_plan
from coordinator.admin.run.grants import CommandFailed, send
from coordinator.domain.access import ONLY_IN_DRILLS
from coordinator.domain.area import AreaCode
from coordinator.domain.register import AreaRegister
from coordinator.domain.scope import scope_of
from coordinator.drills.schema import Document
from coordinator.drills.seats import held_from
from coordinator.drills.vocabulary import DrillKind
from coordinator.store.keyfile import replace_private

INVITED_FILE: Final = "invited"
"""There as long as an invitation stands in the real world, or may: written before the first word is said."""
LOOK_SECONDS: Final = 2.0
LEFT: Final = timedelta(days=1)
"""After its planned end an invitation lapses, should this process not come back to end it. While the drill stands, it
is renewed when half of that is left."""
MOST_LOOKS: Final = 30
"""A drill that fails rests for as many looks at most: its registers are read anew each time."""
AT_ONCE: Final = 500
"""Places of one command."""

log = structlog.get_logger()


class Invited(msgspec.Struct, frozen=True):
    """What was said of one drill in the real world."""

    scopes: tuple[AreaCode, ...]
    """Each hears of its end, whatever became of the others."""
    begins: datetime | None = None
    """It was said to be coming; None: to be open."""
    lapses: datetime | None = None
    """None: not everybody has heard of it."""


class _Trouble(NamedTuple):
    why: str
    tries: int
    rest: int
    """So many looks it is left alone."""


async def keep_inviting(
    live: Live, data: Path, wait: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Until cancelled. What cannot be said now is said when it can."""
    troubles: dict[Path, _Trouble] = {}
    while True:
        for directory in all_drills(data):
            before = troubles.get(directory)
            if before is not None and before.rest:
                troubles[directory] = before._replace(rest=before.rest - 1)
                continue
            try:
                await bring_up_to_date(live, directory)
                troubles.pop(directory, None)
            except Exception as away:  # whatever it is, a city away or files damaged: other drills go on
                why, tries = str(away) or repr(away), before.tries + 1 if before else 0
                if before is None or before.why != why:
                    log.warning("nobody can be invited to a drill", drill=directory.name, why=why)
                troubles[directory] = _Trouble(why, tries, min(2 ** min(tries, 8) - 1, MOST_LOOKS))
        await wait(LOOK_SECONDS)


async def bring_up_to_date(
    live: Live, directory: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> None:
    """Invite, end the invitation, or leave it as it is. Raises `CommandFailed`, `aiohttp.ClientError`, `OSError`."""
    invited, now = read_invited(directory), clock()
    if any((directory / name).exists() for name in (OVER_FILE, CLOSED_FILE, FAILED_FILE)):
        if invited is not None:
            await _end(live, directory, invited)
    elif (directory / RUNNING_FILE).exists() and not (invited and _still_true(invited, directory, now)):
        await _invite(live, directory, invited, now)


def read_invited(directory: Path) -> Invited | None:
    """None also where the file cannot be read: whoever is invited again is not told again."""
    try:
        return msgspec.json.decode((directory / INVITED_FILE).read_bytes(), type=Invited)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def _still_true(invited: Invited, directory: Path, now: datetime) -> bool:
    """Neither due to be renewed, nor said to be coming when it is there."""
    if invited.lapses is None or now >= invited.lapses - LEFT / 2:
        return False
    return invited.begins is None or (now < invited.begins and not (directory / BEGAN_FILE).exists())


async def _invite(live: Live, directory: Path, invited: Invited | None, now: datetime) -> None:
    plan, document = read_drill(directory), read_script(directory).document
    assert plan is not None  # it was found by it
    began, raid = (directory / BEGAN_FILE).exists(), document.kind is DrillKind.RAID
    if raid and not began:
        return
    begins = plan.due if plan.due is not None and now < plan.due and not (began or raid) else None
    due = lapses(plan, document, now)
    scopes = await _guests_of_the_city(live, directory, document)
    known = tuple(dict.fromkeys([*(invited.scopes if invited else ()), *scopes]))
    _note(directory, Invited(known, begins))
    bodies = []
    for scope, places in scopes.items():
        for first in range(0, len(places), AT_ONCE):
            body: dict[str, object] = {
                "area": scope,
                "drill": plan.world,
                "name_zh": plan.name.zh,
                "name_en": plan.name.en,
                "to": places[first : first + AT_ONCE],
                "lapses": due.isoformat(),
            }
            bodies.append(body if begins is None else body | {"begins": begins.isoformat()})
    await _say_all(live, "InviteToDrill", bodies)
    _note(directory, Invited(known, begins, due))


async def _end(live: Live, directory: Path, invited: Invited) -> None:
    """By what was noted, so that it is said whatever has become of the drill's files."""
    bodies = [{"area": scope, "drill": directory.name} for scope in invited.scopes]
    await _say_all(live, "EndInvitation", bodies)
    (directory / INVITED_FILE).unlink(missing_ok=True)


async def _guests_of_the_city(
    live: Live, directory: Path, document: Document
) -> dict[AreaCode, list[AreaCode]]:
    """By scope; a drill on other areas than the city's has seats that nobody here can take."""
    areas = (await registers_of(directory)).areas
    places = guests(areas, document, read_seats(directory))
    if read_plan(live.data) is not None:
        areas = (await registers_of(live.data)).areas
    return by_scope(areas, [place for place in places if place in areas])


def _note(directory: Path, invited: Invited) -> None:
    replace_private(directory / INVITED_FILE, msgspec.json.encode(invited))


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


async def _say_all(live: Live, name: str, bodies: Sequence[Mapping[str, object]]) -> None:
    """A refusal in one scope keeps no other from hearing of it. Raises the last."""
    refusal: CommandFailed | None = None
    for body in bodies:
        try:
            await _say(live, name, body)
        except CommandFailed as refused:
            refusal = refused
    if refusal is not None:
        raise refusal


async def _say(live: Live, name: str, body: Mapping[str, object]) -> None:
    """By the operator of this machine, at the first coordinator that answers."""
    headers = {"Authorization": f"Bearer {(live.data / OPERATOR_TOKEN).read_text()}"}
    for number, url in enumerate(live.urls, start=1):
        try:
            async with aiohttp.ClientSession(url, headers=headers) as session:
                await send(session, name, body)
            return
        except (aiohttp.ClientError, TimeoutError):
            if number == len(live.urls):
                raise
