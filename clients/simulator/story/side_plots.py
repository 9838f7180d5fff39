"""What happens beside the main story in such a night: silence, a task left lying, too few people, lost networks."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from clients.simulator.stage import Stage, counts, minutes_since
from coordinator.domain.area import AreaCode
from coordinator.domain.concern import Concern
from coordinator.domain.confirmed_call import ConfirmedCall, Step
from coordinator.domain.switch_over import PlaceSwitch
from coordinator.domain.text import Text

NEGLECTED: Final = "relay"
"""Key of the task that one grid leaves undone: the warning to the wardens, due first of all."""
OFFLINE: Final = timedelta(minutes=20)
DOWN_MINUTES: Final = 15
"""How long the webhook's receiver stays down after it was noticed."""
NAMED: Final = 3
"""Grids that are named of those with a gap."""


async def silent_community(stage: Stage, operation: str, community: AreaCode) -> None:
    """Three calls in five minutes, the superior, then a person who knocks."""
    desk = stage.desk("community", community)
    name = stage.name(community)

    def call(*steps: Step) -> ConfirmedCall | None:
        return next((one for one in desk.records("calls", ConfirmedCall) if one.step in steps), None)

    await stage.until(
        Text(f"对 {name} 叫应", f"{name} is called"), 40, lambda: call(Step.CALLING, Step.SUPERIOR)
    )
    stage.say(f"{name}到时未签收，开始叫应", f"{name} has not signed in time and is being called")
    called = await stage.until(
        Text(f"{name} 叫应三次无人应答", f"{name} does not answer three calls"),
        30,
        lambda: call(Step.SUPERIOR, Step.KNOCKING),
    )
    stage.say(
        f"{name}呼叫 {called.calls} 次无人应答，报街道",
        f"{name}: {called.calls} calls, no answer; to the street",
    )
    await stage.until(
        Text(f"派人去 {name} 敲门", f"somebody is sent to {name}"),
        30,
        lambda: call(Step.KNOCKING, Step.ANSWERED),
    )
    stage.say(f"街道派人去{name}敲门", f"The street sends somebody to knock at {name}")
    await stage.until(Text(f"敲开 {name} 的门", f"{name} opens the door"), 60, lambda: call(Step.ANSWERED))
    switch = await stage.until(
        Text(f"{name} 签收", f"{name} signs"),
        30,
        lambda: next(
            (
                one
                for one in desk.records("switches", PlaceSwitch)
                if one.operation == operation and one.signed_at is not None
            ),
            None,
        ),
    )
    assert switch.signed_at is not None
    late = minutes_since(switch.recorded_at, switch.signed_at)
    stage.say(
        f"{name}敲门叫应后签收，用时 {late} 分钟",
        f"{name} signs after a knock at the door, {late} minutes after the order",
    )


async def overdue_task(stage: Stage, grid: AreaCode) -> None:
    """Not closed in time: to the community, the street, the district, until somebody asks after it."""
    desk = stage.desk("grid", grid)
    district = await stage.district()
    name = stage.name(grid)

    def overdue() -> tuple[str, Concern] | None:
        for key, entry in district.section("concerns").items():
            if entry["kind"] == "task_overdue" and entry["area"] == grid:
                return key, msgspec.convert(entry, Concern)
        return None

    key, concern = await stage.until(
        Text(f"{name} 超时任务报到区", f"the overdue task of {name} reaches the district"),
        240,
        overdue,
    )
    stage.say(
        f"{name}“预警传达”超时未结，已逐级报到社区、街道、区",
        f"{name} has not passed the warning on: it went to the community, the street, the district",
    )
    desk.held_back.discard(NEGLECTED)
    await stage.until(
        Text(f"{name} 补办", f"{name} makes up for it"), 60, lambda: key not in district.section("concerns")
    )
    late = minutes_since(concern.since, stage.cast.now())
    stage.say(f"{name}补办完成，晚了 {late} 分钟", f"{name} has made up for it, {late} minutes late")


async def gaps(stage: Stage) -> None:
    """Posts for which nobody could be found, by name."""
    district = await stage.district()
    await stage.until(
        Text("排不出人的岗位列出来", "posts that cannot be staffed are listed"),
        60,
        lambda: counts(district, stage.cast.district).get("concern.gap"),
    )
    named = await stage.until(
        Text("网格看板显示缺口", "the boards of those grids show it"), 30, lambda: _with_gap(stage)[:NAMED]
    )
    posts = counts(district, stage.cast.district).get("concern.gap", 0)
    where = stage.names(named)
    stage.say(f"{posts} 个岗位排不出人，如{where.zh}", f"{posts} posts cannot be staffed, e.g. at {where.en}")


def _with_gap(stage: Stage) -> list[AreaCode]:
    return [
        desk.area
        for desk in stage.desks("grid")
        if any(one.kind == "gap" for one in desk.records("concerns", Concern))
    ]


async def webhook_fails(stage: Stage) -> None:
    """A receiver that is down for a while: seen as an exception, and over when messages arrive again."""
    if not stage.cast.has_webhook:
        return
    district = await stage.district()
    failing = await stage.until(
        Text("推送失败上报", "the failing webhook is seen"),
        240,
        lambda: counts(district, stage.cast.district).get("concern.delivery_failed"),
    )
    stage.say(
        f"对外推送失败，{failing} 处列为异常", f"The webhook fails, {failing} places show it as an exception"
    )
    await stage.let_pass(DOWN_MINUTES)
    stage.cast.webhook_recovers()
    await stage.until(Text("对外推送恢复", "the webhook is served again"), 240, stage.cast.webhook_delivered)
    stage.say("对外推送恢复", "The webhook takes messages again")


async def grid_offline(stage: Stage, street: AreaCode) -> None:
    """A phone without a network: what its team does meanwhile waits in its outbox and is not lost."""
    area = stage.cast.flaky(street)
    stage.say(f"{stage.name(area)}断网", f"{stage.name(area)} has lost its network")
    span = await stage.cast.cut_off(f"grid:{area}", OFFLINE)
    stage.cast.notes.offline.append(span)
    stage.say(
        f"{stage.name(area)}恢复联网，断网 {span.minutes} 分钟，补报 {span.piled_up} 条",
        f"{stage.name(area)} is back after {span.minutes} minutes and sends {span.piled_up} commands",
    )
