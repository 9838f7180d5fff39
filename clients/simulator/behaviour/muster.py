"""A shock team's leader: musters the team when it is alerted, leads it out when it is wanted on the spot, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Final

from clients.simulator.behaviour.crew import Crew
from clients.simulator.behaviour.desk import Desk, Habit, Intent, Order
from coordinator.domain.call_out import CallOut, CheckIn, Progress
from coordinator.domain.post import Post
from coordinator.domain.team import MoveTeam, Readiness, TeamStatus

NEXT: Final = {
    Readiness.ALERTED: Readiness.ASSEMBLING,
    Readiness.ASSEMBLING: Readiness.DEPLOYED,
    Readiness.RESTING: Readiness.DEPLOYED,
}


class Muster(Habit):
    """Moves the team. On standby it stays at its muster point; a post READY waits for wants it out there."""

    sections: ClassVar = frozenset({"teams", "posts"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        for team in desk.records("teams", TeamStatus):
            to = self._to(desk, team)
            if to is not None:
                wait = desk.chance.minutes(3, 9, "moves", team.id, to.value)
                yield Intent(now + wait, "move", team.id, f"{team.at.isoformat()}>{to.value}")

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            team = desk.record("teams", intent.subject, TeamStatus)
            to = self._to(desk, team) if team is not None else None
            if team is None or to is None:
                continue
            if to is Readiness.DEPLOYED and not self._mustered(desk):
                desk.again(self, [intent], now + timedelta(minutes=4))
                continue
            yield Order(MoveTeam(area=desk.area, team=team.id, to=to), self, [intent])

    def _to(self, desk: Desk, team: TeamStatus) -> Readiness | None:
        post = desk.record("posts", team.post, Post)
        if post is None or not post.wanted:
            standing = any(call.progress is Progress.ON_POST for call in desk.records("call_outs", CallOut))
            released = team.readiness is Readiness.RELEASED
            return None if released or standing else Readiness.RELEASED
        to = NEXT.get(team.readiness)
        return None if to is Readiness.DEPLOYED and not post.must else to

    def _mustered(self, desk: Desk) -> bool:
        """More than half of those who are coming are here."""
        called = [call.progress for call in desk.records("call_outs", CallOut)]
        here = called.count(Progress.CHECKED_IN) + called.count(Progress.ON_POST)
        return here * 2 > here + called.count(Progress.COMING) + called.count(Progress.EN_ROUTE)


class TeamCrew(Crew):
    """The members come to the muster point first, and go on post when the team is led out."""

    sections: ClassVar = frozenset({"call_outs", "posts", "teams"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        if section != "teams":
            yield from super().notice(desk, section, key, now)
            return
        if self._led_out(desk):
            for call in desk.records("call_outs", CallOut):
                if call.progress is Progress.CHECKED_IN:
                    yield self._out(call, now)

    def _next(self, desk: Desk, call: CallOut, now: datetime) -> Iterator[Intent]:
        if call.progress is Progress.CHECKED_IN:
            post = desk.record("posts", call.post, Post)
            if post is None or not post.wanted:
                yield self._relief(desk, call, now)
            elif self._led_out(desk):
                yield self._out(call, now)
            return
        yield from super()._next(desk, call, now)

    def _out(self, call: CallOut, now: datetime) -> Intent:
        return Intent(now, "arrive", call.id, f"{call.operation} led out")

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        led_out = self._led_out(desk)
        for order in super().act(desk, what, intents, now):
            if isinstance(order.command, CheckIn) and not led_out:
                yield order._replace(command=order.command.model_copy(update={"muster": True}))
            else:
                yield order

    def _led_out(self, desk: Desk) -> bool:
        return any(team.readiness is Readiness.DEPLOYED for team in desk.records("teams", TeamStatus))
