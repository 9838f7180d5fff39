"""What the director works with: names and figures from boards, a voice, and conditions that are waited for.

Nothing is left to luck: a condition that does not come true in its time ends the night, and says which one it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar

from clients.sdk import CommandRefused
from clients.simulator.behaviour.desk import Desk
from clients.simulator.cast import ASKS, Cast
from clients.simulator.notes import Step
from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command
from coordinator.domain.text import Text
from coordinator.wire.board import Board, JsonObject
from coordinator.wire.messages import ErrorBody
from coordinator.wire.times import clock_time
from coordinator.wire.words import Language

T = TypeVar("T")
NIGHT: Final = timedelta(hours=14)
"""No story is longer: then the first condition that is waited for has not come true."""


class NotMet(Exception):
    """A condition of the story did not come true in its time."""


class Stage:
    """`slack`: world minutes that every condition gets at least, where the world runs faster than a busy machine."""

    def __init__(
        self, cast: Cast, tell: Callable[[str], None], language: Language = "zh", slack: float = 0
    ) -> None:
        self.cast = cast
        self._slack = slack
        self._dawn = cast.now() + NIGHT
        self._tell = tell
        self._language: Language = language

    # --- telling ------------------------------------------------------------------------------------------

    def say(self, zh: str, en: str) -> None:
        """One line, with the world's time. It says that this is a demo, wherever it is quoted."""
        at = clock_time(self.cast.now())
        mark, text = ("【演示】", zh) if self._language == "zh" else ("[DEMO] ", en)
        self.cast.notes.story.append(Step(at, zh, en))
        self._tell(f"{mark}{at} {text}")

    # --- waiting ------------------------------------------------------------------------------------------

    async def until(self, what: Text, minutes: float, condition: Callable[[], T | None]) -> T:
        """Wait for what a condition finds; `minutes` of the world's time. Raises `NotMet`."""
        patience = min(self._dawn, self.cast.now() + timedelta(minutes=max(minutes, self._slack)))
        while True:
            found = condition()
            if found:
                return found
            if self.cast.now() > patience:
                raise NotMet(getattr(what, self._language))
            await self.cast.moved()

    async def let_pass(self, minutes: float) -> None:
        """Something that takes its time, like a search."""
        then = self.cast.now() + timedelta(minutes=minutes)
        while self.cast.now() < then:
            await self.cast.moved()

    # --- ordering -----------------------------------------------------------------------------------------

    async def order(self, who: str, command: Command) -> str:
        """Gives the first id that was made. Raises `CommandRefused`."""
        result = await self.cast.order(who, command)
        return result.ids[0] if result.ids else ""

    async def must_refuse(self, who: str, command: Command, code: str) -> ErrorBody:
        """Give an order that has to be refused with this code. Raises `NotMet` if it is not."""
        try:
            await self.cast.order(who, command)
        except CommandRefused as refused:
            if refused.error.code == code:
                return refused.error
            raise
        raise NotMet(f"{type(command).__name__}: {code}")

    # --- looking ------------------------------------------------------------------------------------------

    def desk(self, kind: str, area: AreaCode) -> Desk:
        return self.cast.desks[f"{kind}:{area}"]

    def desks(self, kind: str, under: AreaCode = "") -> Iterator[Desk]:
        """Everyone of a kind whose area lies in another: a code begins with that of the area above."""
        for name, desk in self.cast.desks.items():
            if name.startswith(f"{kind}:") and desk.area.startswith(under):
                yield desk

    async def district(self) -> Board:
        return await self.cast.board(ASKS, f"area:{self.cast.district}")

    def name(self, area: AreaCode) -> str:
        """By what its own board calls it; a grid together with its community."""
        for kind in ("grid", "community", "street"):
            desk = self.cast.desks.get(f"{kind}:{area}")
            if desk is not None:
                own = str((desk.entry(f"row/{area}") or {}).get("name", area))
                own = own.removesuffix("居委会").removesuffix("委会")
                return f"{self.name(area[:-2])}{own}" if kind == "grid" else own
        return area

    def names(self, areas: Iterable[AreaCode]) -> Text:
        named = [self.name(area) for area in areas]
        return Text("、".join(named), ", ".join(named))


def entry(board: Board, name: str) -> JsonObject:
    """One entry of a board; empty where there is none."""
    for part in board.parts.values():
        found = part.entries.get(name)
        if found is not None:
            return found
    return {}


def counts(board: Board, area: AreaCode) -> Mapping[str, int]:
    """The figures of an area's row, on its own board or on the one above."""
    found = entry(board, f"row/{area}") or entry(board, f"rows/{area}")
    figures: Mapping[str, int] = found.get("counts", {})
    return figures


def rows(board: Board) -> dict[AreaCode, Mapping[str, int]]:
    """Figures of the areas below."""
    return {area: row.get("counts", {}) for area, row in board.section("rows").items()}


def minutes_since(then: datetime, now: datetime) -> int:
    return (now - then) // timedelta(minutes=1)
