"""Invitations to a drill 演练邀请: said in the real world to the offices whose seats people take, by whoever keeps the
drill's world running. The drill itself reaches nobody here; how a seat is taken, and by which token, stands in no log.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, StringConstraints

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Code, Command
from coordinator.domain.concern import INVITATIONS, Concern, Severity, close_concern, open_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.scope import place_of, scope_of
from coordinator.domain.state import ScopeState
from coordinator.domain.text import Text
from coordinator.domain.world import DRILL_MARK, is_drill

_SHOWN: Final = timezone(timedelta(hours=8))
"""A concern's facts are words that people read, and every instant is shown in China's time."""

World = Annotated[str, StringConstraints(pattern=r"^DRILL-[A-Z0-9-]{1,40}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=800)]


class DrillInvited(Event, frozen=True):
    drill: str
    name: Text
    to: tuple[AreaCode, ...]
    """Places for which that is news; none where it only stands longer."""
    lapses: datetime
    begins: datetime | None = None


class InvitationEnded(Event, frozen=True):
    drill: str


class InviteToDrill(Command):
    """演练邀请: these places have seats in that drill. Said twice, it is told once.

    Said again without `begins`, a drill that was coming is open.
    """

    drill: World
    name_zh: Name
    name_en: Name
    to: Annotated[list[Code], Field(min_length=1, max_length=500)]
    begins: AwareDatetime | None = None
    """When it is to be started, if that is known."""
    lapses: AwareDatetime
    """The invitation ends by itself then, should nobody end it. Said again with a later instant, it stands longer."""


class EndInvitation(Command):
    """The drill is over or closed: nobody is wanted there any more."""

    drill: World


def decide_invite(state: ScopeState, order: InviteToDrill, ctx: Context) -> list[Event]:
    if is_drill(state.world):
        raise Refused("no_drill_in_drill", world=state.world)
    areas = ctx.registers.areas
    for area in order.to:
        if area not in areas:
            raise Refused("unknown_area", area=area)
        if not areas.within(area, order.area) or scope_of(areas, area) != state.scope:
            raise Refused("target_outside", area=area, of=order.area)
    if order.lapses <= ctx.now:
        raise Refused("due_in_past", due=order.lapses.isoformat())
    fresh = tuple(area for area in dict.fromkeys(order.to) if _is_news(state, order, area))
    standing = state.duties.get(f"invitation_due:{order.drill}")
    lapses = max(order.lapses, standing.due) if standing is not None else order.lapses
    if not fresh and standing is not None and lapses == standing.due:
        return []
    return [
        DrillInvited(
            area=order.area,
            drill=order.drill,
            name=Text(order.name_zh, order.name_en),
            to=fresh,
            lapses=lapses,
            begins=order.begins,
        )
    ]


def decide_end(state: ScopeState, order: EndInvitation, ctx: Context) -> list[Event]:
    return [InvitationEnded(area=order.area, drill=order.drill)] if _invites(state, order.drill) else []


def lapsed(state: ScopeState, drill: str, now: datetime) -> list[Event]:
    """Deadline `invitation_due`: whoever kept the drill running has not said that it is over."""
    return [InvitationEnded(area=state.scope, drill=drill)] if _invites(state, drill) else []


def apply_invited(state: ScopeState, event: DrillInvited, stamp: Stamp) -> None:
    for area in event.to:
        known = _stands(state, event.drill, area)
        _open(state, event, area, stamp)
        if known:
            continue  # what was coming is open: they know of it
        # A grid has no office: its community's is told for it, once for all its grids.
        place = place_of(state.registers.areas, area)
        told = _told(event.drill, place)
        state.open_duty(How.JOB, "notify", told, place, stamp.at, what="drill_invited", channels="app")
    state.open_duty(How.DEADLINE, "invitation_due", event.drill, state.scope, event.lapses)


def _open(state: ScopeState, event: DrillInvited, area: AreaCode, stamp: Stamp) -> None:
    """The mark is among the facts: the real world puts none before what it says."""
    subject = f"{event.drill}@{area}"
    if event.begins is not None:
        open_concern(
            state,
            "drill_coming",
            subject,
            area,
            stamp,
            Severity.NOTICE,
            mark=DRILL_MARK,
            drill=event.drill,
            name=event.name.zh,
            name_en=event.name.en,
            begins=f"{event.begins.astimezone(_SHOWN):%m-%d %H:%M}",
        )
        return
    close_concern(state, "drill_coming", subject)
    open_concern(
        state,
        "drill_open",
        subject,
        area,
        stamp,
        Severity.NOTICE,
        mark=DRILL_MARK,
        drill=event.drill,
        name=event.name.zh,
        name_en=event.name.en,
    )


def apply_ended(state: ScopeState, event: InvitationEnded, stamp: Stamp) -> None:
    for one in _invites(state, event.drill):
        close_concern(state, one.kind, one.subject)
        # Whoever was not told yet need not come any more.
        state.close_duty(f"notify:{_told(event.drill, place_of(state.registers.areas, one.area))}")
    state.close_duty(f"invitation_due:{event.drill}")


def _is_news(state: ScopeState, order: InviteToDrill, area: AreaCode) -> bool:
    subject = f"{order.drill}@{area}"
    if f"drill_coming:{subject}" in state.concerns:
        return order.begins is None
    return f"drill_open:{subject}" not in state.concerns


def _stands(state: ScopeState, drill: str, area: AreaCode) -> bool:
    return any(f"{kind}:{drill}@{area}" in state.concerns for kind in INVITATIONS)


def _told(drill: str, place: AreaCode) -> str:
    return f"{drill}@{place}"


def _invites(state: ScopeState, drill: str) -> list[Concern]:
    """Its invitations that stand in this scope."""
    return [
        one for one in state.concerns.values() if one.kind in INVITATIONS and one.facts.get("drill") == drill
    ]
