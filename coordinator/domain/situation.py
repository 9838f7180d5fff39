"""The situation: tallies 统计, hazard points 险情点 and situation reports 情况报告.

Counts only, per grid; what is unreported is unreported, never 0. Reports fall due by the playbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec.structs import replace
from pydantic import Field

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id, Reason, Ref
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from coordinator.domain.text import Text

REPORT_AGAIN_MINUTES: Final = 60
"""Where the playbook says no interval: asked for again this often while it is missing."""


class Trend(StrEnum):
    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


class Tally(msgspec.Struct, frozen=True, omit_defaults=True):
    """One count asked of one grid; `value` None: unreported. Key: `OPERATION:KEY@AREA`."""

    id: str
    area: AreaCode
    operation: str
    key: str
    name: Text
    total: int
    value: int | None = None
    at: datetime | None = None


class HazardPoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """积水点、险情: depth and trend as last reported."""

    id: str
    area: AreaCode
    kind: str
    depth_cm: int
    trend: Trend
    at: datetime
    note: str = ""


class ReportPlan(msgspec.Struct, frozen=True, omit_defaults=True):
    """When reports fall due from a change of level on, in minutes."""

    first: int
    every: int
    final: bool = False


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """Situation reports of one place in one operation: how often, the last one's number and time."""

    id: str
    area: AreaCode
    operation: str
    every_minutes: int
    final: bool = False
    """The next one is the last; once it is signed nothing is owed any more."""
    due: datetime | None = None
    """When the next one is owed; an overdue one keeps the instant that it missed."""
    number: int = 0
    signed_at: datetime | None = None
    signed_by: str = ""
    figures: dict[str, int] = {}
    overdue: bool = False


class TalliesReported(Event, frozen=True):
    operation: str
    values: dict[str, int]


class HazardReported(Event, frozen=True):
    id: str
    kind: str
    depth_cm: int
    trend: Trend
    note: str = ""


class HazardClosed(Event, frozen=True):
    id: str


class ReportSigned(Event, frozen=True):
    """Prefilled with the figures of the row at that moment; a person signs them."""

    operation: str
    number: int
    figures: dict[str, int]
    next_due: datetime | None
    """None: this was the final one."""
    note: str = ""


class ReportFellOverdue(Event, frozen=True):
    operation: str
    next_due: datetime


class ReportTally(Command):
    operation: Id
    values: Annotated[dict[Reason, Annotated[int, Field(ge=0, le=10_000_000)]], Field(min_length=1)]


class ReportHazard(Command):
    """A new point, or news of a known one."""

    hazard: Id | None = None
    kind: Reason
    depth_cm: Annotated[int, Field(ge=0, le=2000)]
    trend: Trend
    note: Ref = ""


class CloseHazard(Command):
    hazard: Id


class SignReport(Command):
    """初报 / 续报 / 终报, by its number."""

    operation: Id
    note: Ref = ""


def tally_counts(tally: Tally) -> Mapping[str, int]:
    return {
        "tallies": 1,
        "tallies_reported": tally.value is not None,
        f"tally.{tally.key}": tally.value or 0,
        f"tally_reported.{tally.key}": tally.value is not None,
        f"tally_asked.{tally.key}": 1,
    }


def hazard_counts(hazard: HazardPoint) -> Mapping[str, int]:
    return {"hazards": 1, "hazards_rising": hazard.trend is Trend.RISING}


def report_counts(report: Report) -> Mapping[str, int]:
    return {"reports_due": 1, "reports_overdue": report.overdue}


def tally_id(operation: str, key: str, area: AreaCode) -> str:
    return f"{operation}:{key}@{area}"


def decide_tally(state: ScopeState, order: ReportTally, ctx: Context) -> list[Event]:
    for key in order.values:
        if tally_id(order.operation, key, order.area) not in state.tallies:
            raise Refused("tally_not_asked", tally=key, area=order.area)
    return [TalliesReported(area=order.area, operation=order.operation, values=dict(order.values))]


def decide_hazard(state: ScopeState, order: ReportHazard, ctx: Context) -> list[Event]:
    key = order.hazard or ctx.new_id("hazard")
    if order.hazard is not None:
        known = state.hazards.get(order.hazard)
        if known is None or known.area != order.area:
            raise Refused("unknown_hazard", hazard=order.hazard)
    return [
        HazardReported(
            area=order.area,
            id=key,
            kind=order.kind,
            depth_cm=order.depth_cm,
            trend=order.trend,
            note=order.note,
        )
    ]


def decide_close_hazard(state: ScopeState, order: CloseHazard, ctx: Context) -> list[Event]:
    hazard = state.hazards.get(order.hazard)
    if hazard is None:
        return []
    if not ctx.registers.areas.within(hazard.area, order.area):
        raise Refused("unknown_hazard", hazard=order.hazard)
    return [HazardClosed(area=hazard.area, id=hazard.id)]


def decide_sign_report(state: ScopeState, order: SignReport, ctx: Context) -> list[Event]:
    report = state.reports.get(f"{order.operation}@{order.area}")
    if report is None:
        raise Refused("no_report_due", operation=order.operation, area=order.area)
    return [
        ReportSigned(
            area=order.area,
            operation=order.operation,
            number=report.number + 1,
            figures=state.figures(order.area),
            next_due=None if report.final else ctx.now + timedelta(minutes=report.every_minutes),
            note=order.note,
        )
    ]


def report_lapsed(state: ScopeState, key: str, now: datetime) -> list[Event]:
    """Deadline `report_due`."""
    report = state.reports.get(key)
    if report is None:
        return []
    following = now + timedelta(minutes=report.every_minutes or REPORT_AGAIN_MINUTES)
    return [ReportFellOverdue(area=report.area, operation=report.operation, next_due=following)]


def ask(state: ScopeState, operation: str, area: AreaCode, key: str, name: Text, total: int) -> None:
    known = state.tallies.get(tally_id(operation, key, area))
    tally = Tally(
        id=tally_id(operation, key, area),
        area=area,
        operation=operation,
        key=key,
        name=name,
        total=total,
        value=known.value if known else None,
        at=known.at if known else None,
    )
    state.put(state.tallies, tally.id, tally)


def plan_reports(
    state: ScopeState, operation: str, area: AreaCode, plan: ReportPlan | None, stamp: Stamp
) -> None:
    """A change of level begins the cadence anew; an end leaves the final report to be signed."""
    key = f"{operation}@{area}"
    known = state.reports.get(key)
    if plan is None:
        if known is not None:
            _no_more(state, key)
        return
    report = known or Report(id=key, area=area, operation=operation, every_minutes=plan.every)
    due = stamp.at + timedelta(minutes=plan.first)
    state.put(state.reports, key, replace(report, every_minutes=plan.every, final=plan.final, due=due))
    state.open_duty(How.DEADLINE, "report_due", key, area, due)


def _no_more(state: ScopeState, key: str) -> None:
    state.drop(state.reports, key)
    state.close_duty(f"report_due:{key}")
    close_concern(state, "report_overdue", key)


def apply_tallies(state: ScopeState, event: TalliesReported, stamp: Stamp) -> None:
    for key, value in event.values.items():
        tally = state.tallies[tally_id(event.operation, key, event.area)]
        state.put(state.tallies, tally.id, replace(tally, value=value, at=stamp.at))


def apply_hazard(state: ScopeState, event: HazardReported, stamp: Stamp) -> None:
    state.put(
        state.hazards,
        event.id,
        HazardPoint(
            id=event.id,
            area=event.area,
            kind=event.kind,
            depth_cm=event.depth_cm,
            trend=event.trend,
            at=stamp.at,
            note=event.note,
        ),
    )


def apply_hazard_closed(state: ScopeState, event: HazardClosed, stamp: Stamp) -> None:
    state.drop(state.hazards, event.id)


def apply_report_signed(state: ScopeState, event: ReportSigned, stamp: Stamp) -> None:
    key = f"{event.operation}@{event.area}"
    if event.next_due is None:
        _no_more(state, key)
        return
    report = state.reports[key]
    signed = replace(
        report,
        number=event.number,
        due=event.next_due,
        signed_at=stamp.at,
        signed_by=stamp.actor,
        figures=event.figures,
        overdue=False,
    )
    state.put(state.reports, key, signed)
    close_concern(state, "report_overdue", key)
    state.open_duty(How.DEADLINE, "report_due", key, event.area, event.next_due)


def apply_report_overdue(state: ScopeState, event: ReportFellOverdue, stamp: Stamp) -> None:
    key = f"{event.operation}@{event.area}"
    state.put(state.reports, key, replace(state.reports[key], overdue=True))
    open_concern(state, "report_overdue", key, event.area, stamp, Severity.NOTICE)
    state.open_duty(How.DEADLINE, "report_due", key, event.area, event.next_due)
