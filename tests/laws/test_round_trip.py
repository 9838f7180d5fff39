"""平 to 急 and back to 平: after any night, once the lists are done, the place is as it was before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from coordinator.domain.call_out import Progress, ReportHome
from coordinator.domain.change import EndOperation, RejectChange
from coordinator.domain.facility import FacilityState
from coordinator.domain.help import CloseHelp, Outcome
from coordinator.domain.order import AcknowledgeOrder
from coordinator.domain.refusal import Refused
from coordinator.domain.situation import CloseHazard, SignReport
from coordinator.domain.state import ScopeState
from coordinator.domain.task import OPEN, CancelTask, Task
from coordinator.domain.team import MoveTeam, Readiness
from tests.builders import DEPUTY, DISTRICT, STREET_DESK, World
from tests.laws.command_post import Second, first_of
from tests.laws.effort import effort
from tests.laws.history import History, desk_of

OPERATIONAL = (
    "pending",
    "posts",
    "call_outs",
    "engaged",
    "teams",
    "tasks",
    "facilities",
    "tallies",
    "hazards",
    "reports",
    "help_requests",
    "calls",
    "orders",
    "concerns",
    "duties",
)
"""What a night is made of. Switches, operations and keys stay, as the memory that it has been."""


def operational(state: ScopeState) -> dict[str, Mapping[str, Any]]:
    return {name: dict(state.tables[name].items()) for name in OPERATIONAL}


def figures(state: ScopeState) -> dict[str, Mapping[str, int]]:
    return {row.area: row.counts for row in state.rows.values() if row.counts}


class RoundTrip(History):
    """At the end of the night everything is ended, brought home and signed."""

    def new_world(self) -> World:
        world = super().new_world()
        self.before = operational(world.state), figures(world.state)
        self.due = {key: work.next_due for key, work in world.state.routines.items()}
        self.since: dict[str, datetime] = {}
        world.follow.append(self.watch_routines)
        return world

    def watch_routines(self, state: ScopeState) -> None:
        """When it stood still, and when it went on: its date has moved by as long as that."""
        for key, work in state.routines.items():
            if work.holders:
                self.since.setdefault(key, self.world.now)
            elif key in self.since:
                self.due[key] += self.world.now - self.since.pop(key)

    def routine(self) -> None:
        """Not in this law: a round that is done sets a date of its own."""

    def plan_shifts(self) -> None:
        """Nor is the duty roster: who is on duty is no part of a night, and whoever is late is late afterwards too."""

    def teardown(self) -> None:
        self.end_everything()
        for _ in range(5):
            self.bring_back()
        self.world.deliver()
        self.world.advance(timedelta(days=1) / timedelta(minutes=1))
        self.world.deliver()
        state = self.state
        assert not self.running()
        assert (operational(state), figures(state)) == self.before
        assert not any(work.holders for work in state.routines.values())
        assert {key: work.next_due for key, work in state.routines.items()} == self.due

    def end_everything(self) -> None:
        for change in list(self.state.pending.values()):
            self.world.order(DEPUTY, RejectChange(area=change.area, change=change.id, reason="too_late"))
        for operation in self.running():
            switched = [area for area, level in operation.targets.items() if level is not None]
            if switched:
                order = EndOperation(
                    area=DISTRICT,
                    operation=operation.id,
                    areas=switched,
                    conditions=self.world.ticks(operation.id, *switched),
                )
                self.change(first_of(operation), order, Second.APPROVES)
        self.world.settle()

    def bring_back(self) -> None:
        """The restore list, and what else a desk has to see to before it goes home."""
        world, state = self.world, self.state
        for call in world.calls():
            if call.progress is Progress.EN_ROUTE:
                world.order(desk_of(call.area), ReportHome(area=call.area, call_outs=[call.id]))
        world.everyone_goes_home()
        for it in list(state.facilities.values()):
            if not it.uses:
                world.report(it.id, *way_back(it.state))
        for task in list(state.tasks.values()):
            if task.id in state.tasks and task.state in OPEN:
                self.close(task)
        for report in list(state.reports.values()):
            world.order(desk_of(report.area), SignReport(area=report.area, operation=report.operation))
        for order in list(state.orders.values()):
            world.order(desk_of(order.area), AcknowledgeOrder(area=order.area, order=order.id))
        for hazard in list(state.hazards.values()):
            world.order(desk_of(hazard.area), CloseHazard(area=hazard.area, hazard=hazard.id))
        for help in list(state.help_requests.values()):
            close = CloseHelp(area=help.area, help=help.id, outcome=Outcome.CAME)
            world.order(desk_of(help.area), close)
        for team in list(state.teams.values()):
            for to in (Readiness.RELEASED, Readiness.STANDBY):
                world.order(STREET_DESK, MoveTeam(area=STREET_DESK.area, team=team.id, to=to))

    def close(self, task: Task) -> None:
        try:
            self.world.complete(task)
        except Refused:  # its evidence is not to be had any more
            cancel = CancelTask(area=task.area, task=task.id, reason="over")
            self.world.order(desk_of(task.area), cancel)


def way_back(now: FacilityState) -> tuple[FacilityState, ...]:
    if now in (FacilityState.INSPECTED, FacilityState.RESTORING):
        return (FacilityState.NORMAL,)
    return () if now is FacilityState.NORMAL else (FacilityState.RESTORING, FacilityState.NORMAL)


TestRoundTrip = RoundTrip.TestCase
TestRoundTrip.settings = effort(25)
