"""From the real world to a seat of a drill that one was invited to: the drill is asked for a sign-in link by the seat's
own token, which stays in the drill's directory. Only what is called the same in both worlds opens: role and part.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Final

import aiohttp

from coordinator.admin.drill.inviting import INVITED_FILE
from coordinator.admin.drill.plan import folder_of, read_drill, read_running
from coordinator.admin.drill.seats import Taken, read_seats
from coordinator.admin.run.grants import CommandFailed, sign_in_path
from coordinator.api.doors import Door
from coordinator.domain.access import ONLY_IN_DRILLS, Actor, Role
from coordinator.domain.refusal import Refused

NAME: Final = re.compile(r"DRILL-[0-9]{8}-[0-9]{1,3}")
SECONDS: Final = 5.0
PHONE, DESK = "/m/", "/desk/"
AT_A_DESK: Final = frozenset({Role.COMMANDER})
"""They give orders, which is not done on a phone."""


class DrillDoors:
    """Of the drills that are kept running beside this data directory."""

    def __init__(self, data: Path) -> None:
        self._data = data

    async def to(self, drill: str, actor: Actor) -> list[Door]:
        """Raises `Refused`: `unknown_drill`, `no_seat_for_you`, `drill_away`."""
        directory = folder_of(self._data) / drill
        # A raid that nobody is told of yet is as unknown as a drill that there is not.
        if not NAME.fullmatch(drill) or not (directory / INVITED_FILE).exists():
            raise Refused("unknown_drill", drill=drill[:60])
        seats = [one for one in read_seats(directory) if fits(one, actor)]
        if not seats:
            raise Refused("no_seat_for_you", drill=drill, role=actor.role.value)
        plan, running = read_drill(directory), read_running(directory)
        if plan is None or running is None:
            raise Refused("drill_away", drill=drill)
        base = (plan.public or running.url).rstrip("/")
        try:
            async with asyncio.timeout(SECONDS):
                return [
                    Door(one.name, base + _page(one, await sign_in_path(running.url, one.token)))
                    for one in seats
                ]
        except (aiohttp.ClientError, CommandFailed, TimeoutError):
            raise Refused("drill_away", drill=drill) from None


def fits(seat: Taken, actor: Actor) -> bool:
    """A team is led by one person; every other seat is that of an office or a phone of the same part."""
    if seat.simulated or seat.role in ONLY_IN_DRILLS or seat.role is not actor.role:
        return False
    return seat.person == actor.person if seat.role is Role.TEAM_LEADER else seat.area == actor.area


def _page(seat: Taken, path: str) -> str:
    return path.replace(PHONE, DESK, 1) if seat.role in AT_A_DESK else path
