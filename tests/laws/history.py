"""Histories: what all together may do in a night, in any order, as hypothesis chooses. Each law watches one.

Here stands what is done on the spot: crews, buildings, tasks, figures. It knows no law.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from coordinator.domain import call_out, facility, task
from coordinator.domain.access import Actor
from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import Progress
from coordinator.domain.checking import EscalateTask, ReturnTask
from coordinator.domain.command import Command
from coordinator.domain.confirmed_call import AnswerConfirmedCall, Step
from coordinator.domain.help import AnswerHelp, AskForHelp, CloseHelp, Need, Outcome
from coordinator.domain.measures import EvidenceKind
from coordinator.domain.refusal import Refused
from coordinator.domain.routine import CompleteRoutine
from coordinator.domain.scope import place_of
from coordinator.domain.situation import CloseHazard, ReportHazard, ReportTally, SignReport, Trend
from coordinator.domain.switch_over import DeclareReady, SignSwitch
from coordinator.domain.team import STEPS as TEAM_STEPS
from coordinator.domain.team import MoveTeam
from tests.builders import FIRST, GRID, STREET_DESK, desk, phone
from tests.laws import places
from tests.laws.on_duty import OnDuty
from tests.laws.player import PICK, picked

P = Progress
EVERY: Final = st.sampled_from([1, 1, 2, 3])
"""All of those in a place, every second or every third."""
COUNTED: Final = frozenset({EvidenceKind.COUNT, EvidenceKind.RECEIPT_RATE})

MOVES: Final[dict[Progress, Callable[[AreaCode, list[str]], Command]]] = {
    P.COMING: lambda area, ids: _answer(area, ids, coming=True),
    P.DECLINED: lambda area, ids: _answer(area, ids, coming=False),
    P.EN_ROUTE: lambda area, ids: call_out.Depart(area=area, call_outs=ids),
    P.CHECKED_IN: lambda area, ids: call_out.CheckIn(area=area, call_outs=ids, muster=True),
    P.ON_POST: lambda area, ids: call_out.CheckIn(area=area, call_outs=ids),
    P.RELIEVED: lambda area, ids: call_out.Relieve(area=area, call_outs=ids, seen_safe=True),
    P.HOME_SAFE: lambda area, ids: call_out.ReportHome(area=area, call_outs=ids),
    P.LOST: lambda area, ids: call_out.ReportLost(area=area, call_outs=ids),
    P.CANCELLED: lambda area, ids: call_out.CancelCallOut(area=area, call_outs=ids),
}
"""The command that takes people to a step of their way."""


def _answer(area: AreaCode, ids: list[str], *, coming: bool) -> Command:
    code = None if coming else "ill"
    answers = [call_out.Answered(call_out=key, coming=coming, eta_minutes=15, code=code) for key in ids]
    return call_out.Answer(area=area, answers=answers)


def desk_of(area: AreaCode) -> Actor:
    """The duty officer of the community of a grid, else of the area itself."""
    return desk(area[:12])


def _can(call: call_out.CallOut, to: Progress) -> bool:
    return to in call_out.STEPS[call.progress]


class History(OnDuty):
    """A night on one street: two or three operations, people, buildings and the hours between."""

    @precondition(lambda self: any(it.signed_at is None for it in self.state.switches.values()))
    @rule(one=PICK)
    def sign(self, one: int) -> None:
        switch = picked((it for it in self.state.switches.values() if it.signed_at is None), one)
        if switch:
            self.ask(desk(switch.area), SignSwitch(area=switch.area, operation=switch.operation))

    @precondition(lambda self: self.state.switches)
    @rule(one=PICK)
    def say_ready(self, one: int) -> None:
        switch = picked(self.state.switches.values(), one)
        if switch:
            order = DeclareReady(area=switch.area, operation=switch.operation, reason="seen")
            self.ask(desk(switch.area), order)

    @precondition(lambda self: any(it.step is not Step.ANSWERED for it in self.state.calls.values()))
    @rule(one=PICK)
    def answer_the_phone(self, one: int) -> None:
        call = picked(self.state.calls.values(), one)
        if call:
            self.ask(desk(call.area), AnswerConfirmedCall(area=call.area, call=call.id, how="phone"))

    # --- people ---------------------------------------------------------------------------------------------

    @precondition(lambda self: self.state.call_outs)
    @rule(community=st.sampled_from(places.COMMUNITIES))
    def everyone_comes(self, community: AreaCode) -> None:
        """To one community, until its posts are full; unless somebody stands elsewhere already."""
        with suppress(Refused):
            self.world.everyone_comes(community)

    @precondition(lambda self: self.state.call_outs)
    @rule(one=PICK, every=EVERY)
    def crew_comes(self, one: int, every: int) -> None:
        """The usual way, a step on: called, coming, on post."""
        self.move(one, every, (P.COMING, P.ON_POST))

    @precondition(lambda self: self.state.call_outs)
    @rule(one=PICK, every=EVERY)
    def crew_goes(self, one: int, every: int) -> None:
        self.move(one, every, (P.RELIEVED, P.HOME_SAFE))

    @precondition(lambda self: self.state.call_outs)
    @rule(one=PICK, to=st.sampled_from(list(MOVES)), every=EVERY)
    def crew_does_otherwise(self, one: int, to: Progress, every: int) -> None:
        self.move(one, every, (to,))

    def move(self, one: int, every: int, ways: tuple[Progress, ...]) -> None:
        """Those of one area who can take this step take it, or every second or third of them."""
        steps = [
            (to, area)
            for to in ways
            for area in dict.fromkeys(call.area for call in self.world.calls() if _can(call, to))
        ]
        chosen = picked(steps, one)
        if chosen:
            to, area = chosen
            going = [call.id for call in self.world.calls(area) if _can(call, to)][::every]
            self.ask(desk_of(area), MOVES[to](area, going))

    @precondition(lambda self: any(it.progress is P.LOST for it in self.world.calls()))
    @rule(one=PICK)
    def found(self, one: int) -> None:
        call = picked((it for it in self.world.calls() if it.progress is P.LOST), one)
        if call:
            self.ask(desk_of(call.area), call_out.ReportSafe(area=call.area, call_outs=[call.id]))

    @precondition(lambda self: self.state.posts)
    @rule(one=PICK, who=st.integers(0, 40))
    def call_by_hand(self, one: int, who: int) -> None:
        """A desk calls one more, whoever it thinks of."""
        post = picked((it for it in self.state.posts.values() if it.wanted), one)
        if post:
            people = self.world.registers.people.living_in(GRID)
            place = place_of(self.world.registers.areas, post.area)
            chosen = people[who % len(people)]
            order = call_out.CallOutCrew(area=place, operation=post.operation, picks={post.id: [chosen]})
            self.ask(desk_of(place), order)

    @precondition(lambda self: self.state.teams)
    @rule(one=PICK, step=PICK)
    def team(self, one: int, step: int) -> None:
        team = picked(self.state.teams.values(), one)
        if team:
            steps = sorted(TEAM_STEPS[team.readiness])
            to = steps[step % len(steps)]
            self.ask(STREET_DESK, MoveTeam(area=STREET_DESK.area, team=team.id, to=to))

    @rule()
    def notices_go_out(self) -> None:
        self.world.deliver()

    # --- buildings and work ---------------------------------------------------------------------------------

    @rule(one=PICK, to=PICK, full=st.booleans())
    def building(self, one: int, to: int, full: bool) -> None:
        known = list(self.state.facilities.values()) or [
            facility.current(self.state, f"place:{FIRST}:shelter")
        ]
        it = known[one % len(known)]
        state = sorted(facility.STEPS[it.state])[to % len(facility.STEPS[it.state])]
        occupancy = it.capacity if full and state is facility.FacilityState.OPEN else None
        report = facility.ReportFacility(area=it.area, facility=it.id, to=state, occupancy=occupancy)
        self.ask(desk_of(it.area), report)

    @precondition(lambda self: self.running())
    @rule(one=PICK, place=PICK, to=st.sampled_from(["standby", "open", "closed"]))
    def convert_by_hand(self, one: int, place: int, to: str) -> None:
        operation = picked(self.running(), one)
        known = picked(self.world.registers.organisation.places_in(FIRST), place)
        if operation and known:
            order = facility.OrderConversion(
                area=FIRST,
                operation=operation.id,
                facility=known.id,
                to=facility.FacilityState(to),
                use_zh="安置点",
                use_en="shelter",
                by_minutes=30,
            )
            self.ask(desk(FIRST), order)

    @precondition(lambda self: self.state.tasks)
    @rule(one=PICK, how=st.sampled_from(["acknowledge", "start", "complete", "cancel"]))
    def work(self, one: int, how: str) -> None:
        it = picked((it for it in self.state.tasks.values() if it.state in task.OPEN), one)
        if it is None:
            return
        if how == "acknowledge":
            self.ask(desk_of(it.area), task.AcknowledgeTask(area=it.area, task=it.id))
        elif how == "start":
            self.ask(desk_of(it.area), task.StartTask(area=it.area, task=it.id, done=1))
        elif how == "complete":
            total = it.evidence.total if it.evidence.kind in COUNTED else 0
            shown = [] if total else ["ref:photo"]
            self.ask(
                desk_of(it.area), task.CompleteTask(area=it.area, task=it.id, done=total, evidence=shown)
            )
        else:
            self.ask(desk_of(it.area), task.CancelTask(area=it.area, task=it.id, reason="not_needed"))

    @precondition(lambda self: self.state.tasks)
    @rule(one=PICK)
    def work_is_looked_at(self, one: int) -> None:
        """What is done is sent back, what is open is passed up."""
        it = picked(self.state.tasks.values(), one)
        if it is None:
            return
        order = (
            EscalateTask(area=it.area, task=it.id)
            if it.state in task.OPEN
            else ReturnTask(area=it.area, task=it.id, reason="not_shown", note="ref:why")
        )
        self.ask(desk_of(it.area), order)

    @precondition(lambda self: self.running())
    @rule(one=PICK, area=st.sampled_from([FIRST, GRID]))
    def more_work(self, one: int, area: AreaCode) -> None:
        operation = picked(self.running(), one)
        if operation:
            order = task.AddTask(
                area=area,
                operation=operation.id,
                key="sandbags",
                name_zh="沙袋",
                name_en="Sandbags",
                by_minutes=30,
                ack_minutes=10,
            )
            self.ask(desk(FIRST), order)

    @rule(one=PICK)
    def routine(self, one: int) -> None:
        work = picked(self.state.routines.values(), one)
        if work:
            self.ask(desk_of(work.area), CompleteRoutine(area=work.area, routine=work.id))

    # --- what is known --------------------------------------------------------------------------------------

    @precondition(lambda self: self.state.tallies)
    @rule(one=PICK, value=st.integers(0, 3))
    def tally(self, one: int, value: int) -> None:
        it = picked(self.state.tallies.values(), one)
        if it:
            values = {it.key: value}
            self.ask(desk_of(it.area), ReportTally(area=it.area, operation=it.operation, values=values))

    @rule(depth=st.sampled_from([0, 40]), trend=st.sampled_from(list(Trend)))
    def water(self, depth: int, trend: Trend) -> None:
        known = picked(self.state.hazards.positions(), 0)
        if known and not depth:
            self.ask(desk(FIRST), CloseHazard(area=FIRST, hazard=known))
        else:
            report = ReportHazard(area=GRID, hazard=known, kind="ponding", depth_cm=depth, trend=trend)
            self.ask(desk(FIRST), report)

    @rule(one=PICK, need=st.sampled_from(list(Need)), answers=st.booleans())
    def help_is_wanted(self, one: int, need: Need, answers: bool) -> None:
        """Asked by a grid; taken by its community, or closed, whichever of them is open."""
        known = picked(self.state.help_requests.values(), one)
        if known is None:
            self.ask(phone(GRID), AskForHelp(area=GRID, need=need))
        elif answers:
            self.ask(desk(FIRST), AnswerHelp(area=FIRST, help=known.id, eta_minutes=15))
        else:
            self.ask(phone(GRID), CloseHelp(area=GRID, help=known.id, outcome=Outcome.CAME))

    @precondition(lambda self: self.state.reports)
    @rule(one=PICK)
    def report(self, one: int) -> None:
        it = picked(self.state.reports.values(), one)
        if it:
            self.ask(desk_of(it.area), SignReport(area=it.area, operation=it.operation))
