"""The people who are called out: they come, decline or say they come and never do; they travel, arrive, stand there,
are seen safe and go home. Those of one post go together, so that a command speaks for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from clients.simulator.behaviour.desk import Desk, Habit, Intent, Order
from coordinator.domain.call_out import (
    COMING,
    DECLINE_CODES,
    PRESENT,
    WAITING,
    Answer,
    Answered,
    CallOut,
    CheckIn,
    Depart,
    Progress,
    Relieve,
    ReportHome,
)
from coordinator.domain.command import Command
from coordinator.domain.post import Post

DECLINES: Final = 0.112
NO_SHOWS: Final = 0.068
"""Of those called: say that they come, and never arrive."""
AT_ONCE: Final = 400
"""Call-outs in one command."""


class Temper(StrEnum):
    """What a person does with one call, decided by the seed alone."""

    COMES = "comes"
    DECLINES = "declines"
    NEVER_ARRIVES = "never_arrives"


def temper(desk: Desk, call: str) -> Temper:
    share = desk.chance.share("temper", call)
    if share < DECLINES:
        return Temper.DECLINES
    no_shows = NO_SHOWS if desk.no_shows is None else desk.no_shows
    return Temper.NEVER_ARRIVES if share < DECLINES + no_shows else Temper.COMES


class Crew(Habit):
    """`acts_for`: which of the call-outs on the board are this desk's; by default those of its own place."""

    sections: ClassVar = frozenset({"call_outs", "posts"})
    officer: ClassVar = False

    def __init__(self, acts_for: Callable[[CallOut], bool] = lambda call: True) -> None:
        self._acts_for = acts_for

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        if section == "posts":
            yield from self._post_changed(desk, key, now)
            return
        call = desk.record("call_outs", key, CallOut)
        if call is not None and self._is_ours(desk, call):
            yield from self._next(desk, call, now)

    def _next(self, desk: Desk, call: CallOut, now: datetime) -> Iterator[Intent]:
        chance = desk.chance
        match call.progress:
            case Progress.ASSIGNED | Progress.REACHED:
                yield Intent(
                    now + chance.minutes(1, 10, "answers", call.post), "answer", call.id, call.operation
                )
            case Progress.COMING if temper(desk, call.id) is not Temper.NEVER_ARRIVES:
                yield Intent(
                    call.at + chance.minutes(1, 4, "departs", call.post), "depart", call.id, call.operation
                )
            case Progress.EN_ROUTE:
                eta = call.eta or now
                yield Intent(
                    eta + chance.minutes(-4, 5, "arrives", call.post), "arrive", call.id, call.operation
                )
            case Progress.ON_POST:
                post = desk.record("posts", call.post, Post)
                if post is None or not post.wanted or call.relief_overdue:
                    yield self._relief(desk, call, now)
            case Progress.RELIEVED:
                yield Intent(
                    call.at + chance.minutes(10, 35, "home", call.post), "home", call.id, call.operation
                )

    def _is_ours(self, desk: Desk, call: CallOut) -> bool:
        return call.area == desk.area and self._acts_for(call)

    def _relief(self, desk: Desk, call: CallOut, now: datetime) -> Intent:
        """Told to go: first somebody sees that they are well."""
        wait = desk.chance.minutes(4, 20, "relief", call.post)
        return Intent(now + wait, "relieve", call.id, call.at.isoformat())

    def _post_changed(self, desk: Desk, key: str, now: datetime) -> Iterator[Intent]:
        """A post that nobody wants any more is left; whoever stands there has to be seen safe first."""
        post = desk.record("posts", key, Post)
        if post is None or post.wanted or not post.present:
            return
        for call in desk.records("call_outs", CallOut):
            if call.post == key and call.progress in PRESENT and self._is_ours(desk, call):
                yield self._relief(desk, call, now)

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for some in _at_most(AT_ONCE, intents):
            command = self._command(desk, what, [intent.subject for intent in some])
            if command is not None:
                yield Order(command, self, some)

    def _command(self, desk: Desk, what: str, keys: list[str]) -> Command | None:
        calls = [call for key in keys if (call := desk.record("call_outs", key, CallOut)) is not None]
        match what:
            case "answer":
                answers = [_answer(desk, call.id) for call in calls if call.progress in WAITING]
                return Answer(area=desk.area, answers=answers) if answers else None
            case "depart":
                going = [call.id for call in calls if call.progress is Progress.COMING]
                return Depart(area=desk.area, call_outs=going) if going else None
            case "arrive":
                there = [call.id for call in calls if call.progress in COMING | {Progress.CHECKED_IN}]
                return CheckIn(area=desk.area, call_outs=there) if there else None
            case "relieve":
                done = [call.id for call in calls if call.progress in PRESENT]
                return Relieve(area=desk.area, call_outs=done, seen_safe=True) if done else None
            case _:
                home = [call.id for call in calls if call.progress is Progress.RELIEVED]
                return ReportHome(area=desk.area, call_outs=home) if home else None


def _answer(desk: Desk, call: str) -> Answered:
    if temper(desk, call) is Temper.DECLINES:
        return Answered(call_out=call, coming=False, code=desk.chance.one_of(DECLINE_CODES, "declines", call))
    eta = desk.chance.minutes(8, 26, "travels", call.partition(">")[2]) + desk.detour
    return Answered(call_out=call, coming=True, eta_minutes=eta // timedelta(minutes=1))


def _at_most(number: int, intents: list[Intent]) -> Iterable[list[Intent]]:
    return (intents[at : at + number] for at in range(0, len(intents), number))
