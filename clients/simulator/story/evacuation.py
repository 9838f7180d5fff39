"""The heart of the night: teams go out, a shelter floods and another one opens, people are moved, one is missed."""

from __future__ import annotations

from typing import Final

from clients.simulator.behaviour.desk import Desk
from clients.simulator.stage import Stage, counts
from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import CallOut, Progress, ReportLost, ReportSafe
from coordinator.domain.facility import Facility, FacilityState, OrderConversion, ReportFacility
from coordinator.domain.mode import Mode
from coordinator.domain.switch_over import DeclareReady, PlaceSwitch
from coordinator.domain.task import Task, TaskState
from coordinator.domain.text import Text

SEARCH_MINUTES: Final = 14
SCHOOL: Final = "place:{community}:school"
"""What the sample's register calls the school of a community. No board shows a facility that nobody has used."""
Lost = tuple[str, str, str]
"""Actor, area and call-out."""


async def teams_muster(stage: Stage, low: list[AreaCode]) -> None:
    """Alerted, assembling, deployed: the teams of both streets."""
    district = await stage.district()
    for street in low:
        await stage.until(
            Text(f"{street} 的突击队出动", f"the shock team of {street} is deployed"),
            150,
            lambda street=street: counts(district, street).get("team.deployed"),  # type: ignore[misc]
        )
        stage.say(f"{stage.name(street)}突击队集结完毕，出动", f"{stage.name(street)}: shock team out")


async def shelter_floods(stage: Stage, operation: str, street: AreaCode) -> tuple[AreaCode, str]:
    """A shelter in use takes in water; the street orders the school opened instead. Gives community and school."""
    desk, shelter = await stage.until(
        Text("一处安置点开放", "a shelter is open"), 150, lambda: _open_shelter(stage, street)
    )
    community = desk.area
    await stage.order(
        f"community:{community}",
        ReportFacility(area=community, facility=shelter.id, to=FacilityState.UNUSABLE),
    )
    stage.say(f"{shelter.name}进水，不能再用", f"{shelter.name} takes in water and cannot be used any more")
    school = SCHOOL.format(community=community)
    desk.held_back.add(school)
    await stage.order(
        f"street:{street}",
        OrderConversion(
            area=street,
            operation=operation,
            facility=school,
            to=FacilityState.OPEN,
            use_zh="备用安置点",
            use_en="Substitute shelter",
            by_minutes=40,
        ),
    )
    stage.say(
        f"{stage.name(street)}指令：改开{stage.name(community)}的学校",
        f"{stage.name(street)} orders the school of {stage.name(community)} opened instead",
    )
    await stage.until(
        Text("学校开放为安置点", "the school is open as a shelter"),
        120,
        lambda: (one := desk.record("facilities", school, Facility)) and one.state is FacilityState.OPEN,
    )
    stage.say("学校已开放为安置点", "The school is open as a shelter")
    switch = next((one for one in desk.records("switches", PlaceSwitch) if one.operation == operation), None)
    if switch is not None and switch.mode is Mode.ACTIVATING:
        ready = DeclareReady(area=community, operation=operation, reason="other_facility_opened")
        await stage.order(f"community:{community}", ready)
        stage.say(
            f"{stage.name(community)}说明理由后到位",
            f"{stage.name(community)} is ready, and says on what ground",
        )
    return community, school


def _open_shelter(stage: Stage, street: AreaCode) -> tuple[Desk, Facility] | None:
    """One whose opening is on record, in a community that moves people."""
    for desk in stage.desks("community", street):
        opened = any(
            task.key == "shelter_open" and task.state is TaskState.DONE
            for task in desk.records("tasks", Task)
        )
        if opened and not desk.asleep:
            for one in desk.records("facilities", Facility):
                if one.kind == "shelter" and one.state is FacilityState.OPEN:
                    return desk, one
    return None


async def everybody_moved(stage: Stage, low: list[AreaCode]) -> None:
    """To be moved, moved, refused, missing: unreported is never 0, so the counts are waited for."""
    district = await stage.district()

    def total(figure: str) -> int:
        return sum(counts(district, street).get(figure, 0) for street in low)

    await stage.until(
        Text("每个网格报来应转移人数", "every grid has said how many are to be moved"),
        150,
        lambda: total("tally_reported.to_move") == total("tally_asked.to_move") > 0,
    )
    stage.say(
        f"两个街道应转移 {total('tally.to_move')} 人，暂时拒转 {total('tally.refused')} 人",
        f"{total('tally.to_move')} people are to be moved, {total('tally.refused')} will not go yet",
    )
    for part in (0.5, 1):
        await stage.until(
            Text(f"已转移 {part:.0%}", f"{part:.0%} are moved"),
            300,
            lambda part=part: total("tally.moved") >= part * total("tally.to_move"),  # type: ignore[misc]
        )
        stage.say(
            f"已转移 {total('tally.moved')} 人，拒转 {total('tally.refused')} 人，失联 {total('tally.missing')} 人",
            f"{total('tally.moved')} moved, {total('tally.refused')} refuse, {total('tally.missing')} missing",
        )


async def somebody_is_lost(stage: Stage, street: AreaCode) -> Lost:
    """One of a transfer team does not answer any more."""

    def on_post() -> tuple[Desk, CallOut] | None:
        for desk in stage.desks("grid", street):
            for call in desk.records("call_outs", CallOut):
                if call.progress is Progress.ON_POST and ":evac@" in call.post:
                    return desk, call
        return None

    desk, call = await stage.until(Text("转移小组在岗", "a transfer team is on post"), 60, on_post)
    who = f"grid:{desk.area}"
    await stage.order(who, ReportLost(area=desk.area, call_outs=[call.id]))
    district = await stage.district()
    await stage.until(
        Text("失联上报到区", "the district sees that somebody is lost"),
        20,
        lambda: counts(district, stage.cast.district).get("lost"),
    )
    stage.say(f"{stage.name(desk.area)}一名队员失联", f"{stage.name(desk.area)}: one of the team is lost")
    return who, desk.area, call.id


async def they_are_found(stage: Stage, lost: Lost) -> None:
    who, area, call = lost
    await stage.let_pass(SEARCH_MINUTES)
    await stage.order(who, ReportSafe(area=area, call_outs=[call]))
    district = await stage.district()
    await stage.until(
        Text("失联人员归零", "nobody is lost any more"),
        20,
        lambda: not counts(district, stage.cast.district).get("lost"),
    )
    stage.say("失联队员找到，平安", "The lost one is found, safe")
