"""A night of rain over one district, from the first order until the last school is a school again.

The director only gives orders, as anyone could, and waits for what the boards show; what happens in between is
done by the teams. Side plots run beside it and are told when they happen.
"""

from __future__ import annotations

import asyncio
from typing import Final

from clients.sdk import ClientProblem, CommandRefused
from clients.simulator.cast import APPROVES, ASKS
from clients.simulator.stage import NotMet, Stage, counts, rows
from clients.simulator.story import evacuation, side_plots
from clients.simulator.story.places import Places, choose, wettest
from coordinator.domain.area import AreaCode
from coordinator.domain.change import (
    ApproveChange,
    DeclareOperation,
    EndOperation,
    LowerLevel,
    RaiseLevel,
)
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.stand_down import MET
from coordinator.domain.text import Text

EXPECTED_MINUTES: Final = 720
LEAVING_II: Final = dict.fromkeys(("warning_over", "receding", "none_missing", "reentry"), MET)
LEAVING_III: Final = dict.fromkeys(("warning_lower", "low_points_dry"), MET)
"""Stand-down conditions of the flood playbook, as the commander ticks them."""
READY_BEFORE_II: Final = 0.6
WET_BEFORE_II: Final = 0.15
"""Share of grids where water stands."""


async def rain_night(stage: Stage, playbook: str) -> None:
    """Raises `NotMet` with the condition that did not come true, `ClientProblem` for what went wrong otherwise."""
    places = choose(stage)
    try:
        async with asyncio.TaskGroup() as plots:
            operation = await declare(stage, playbook, places)
            plots.create_task(side_plots.silent_community(stage, operation, places.silent))
            plots.create_task(side_plots.overdue_task(stage, places.neglects))
            plots.create_task(side_plots.gaps(stage))
            plots.create_task(side_plots.webhook_fails(stage))
            await communities_get_ready(stage)
            low = await raise_two_streets(stage, operation)
            plots.create_task(side_plots.grid_offline(stage, low[1]))
            await evacuation.teams_muster(stage, low)
            flood = plots.create_task(evacuation.shelter_floods(stage, operation, low[0]))
            await evacuation.everybody_moved(stage, low)
            school = await flood
            await nobody_is_left_behind(stage, operation, low)
        await stand_down(stage, operation)
        await normal_again(stage, operation, school)
    except* (NotMet, ClientProblem) as ended:
        raise ended.exceptions[0] from None


async def declare(stage: Stage, playbook: str, places: Places) -> str:
    """Level III for the whole district, by one person: below II nobody else is asked."""
    district = stage.cast.district
    stage.desk("community", places.silent).asleep = True
    stage.desk("grid", places.neglects).held_back.add(side_plots.NEGLECTED)
    operation = await stage.order(
        ASKS,
        DeclareOperation(
            area=district,
            playbook=playbook,
            targets={district: ResponseLevel.III},
            expected_minutes=EXPECTED_MINUTES,
        ),
    )
    stage.say("区指挥部启动防汛三级响应，全区转换", "The district declares flood level III, for all of it")
    return operation


async def communities_get_ready(stage: Stage) -> None:
    """Recorded is not signed and signed is not ready: three clocks, one community after another."""
    district = await stage.district()
    everybody = sum(1 for _ in stage.desks("community"))

    def share(figure: str, of: float) -> int | None:
        number = counts(district, stage.cast.district).get(figure, 0)
        return number if number >= of * everybody else None

    await stage.until(
        Text("每个社区都收到命令", "every community has the order"), 20, lambda: share("to_sign", 1)
    )
    stage.say(f"{everybody} 个社区收到命令", f"{everybody} communities have the order")
    signed = await stage.until(
        Text("九成社区签收", "nine in ten communities have signed"), 60, lambda: share("signed", 0.9)
    )
    stage.say(f"{signed} 个社区已签收", f"{signed} communities have signed")
    for part in (0.1, 0.3, READY_BEFORE_II):
        ready = await stage.until(
            Text(f"{part:.0%} 的社区到位", f"{part:.0%} of the communities are ready"),
            240,
            lambda part=part: share("ready", part),  # type: ignore[misc]
        )
        stage.say(f"{ready} 个社区到位", f"{ready} communities are ready")


async def raise_two_streets(stage: Stage, operation: str) -> list[AreaCode]:
    """Level II where the water is: one person asks, another one retypes and approves."""
    district = await stage.district()
    grids = sum(1 for _ in stage.desks("grid"))

    def standing_water() -> int | None:
        points = counts(district, stage.cast.district).get("hazards", 0)
        return points if points >= WET_BEFORE_II * grids else None

    points = await stage.until(Text("积水点增多", "water stands in many places"), 180, standing_water)
    low = wettest(rows(district))
    where = stage.names(low)
    stage.say(
        f"全区 {points} 处积水，{where.zh}最多", f"{points} points are flooded, most of them in {where.en}"
    )
    await by_two(
        stage,
        RaiseLevel(
            area=stage.cast.district, operation=operation, targets=dict.fromkeys(low, ResponseLevel.II)
        ),
        Text(f"将{where.zh}升为二级", f"level II in {where.en}"),
        alone_first=True,
    )
    await stage.until(
        Text("两个街道升到二级", "both streets are at level II"),
        20,
        lambda: all(
            (row := counts(district, street)).get("level.II", 0) == row.get("communities") for street in low
        ),
    )
    return low


async def by_two(
    stage: Stage, order: RaiseLevel | LowerLevel, what: Text, *, alone_first: bool = False
) -> None:
    """One person asks, another one retypes and approves. `alone_first`: the first tries to do without."""
    while True:
        change = await stage.order(ASKS, order)
        stage.say(f"甲申请{what.zh}，等第二人", f"A asks for {what.en}; a second person has to agree")
        try:
            approval = await retyped(stage, change)
            if alone_first:
                refused = await stage.must_refuse(ASKS, approval, "self_approval")
                stage.say(
                    f"甲自己批准，被拒：{refused.zh}", f"A approves it alone and is refused: {refused.en}"
                )
            await stage.order(APPROVES, approval)
        except CommandRefused as late:
            if late.error.code != "no_such_change":
                raise
            stage.say(
                "十分钟内没有批准，申请失效，重新申请",
                "Not approved within ten minutes, it lapsed: once more",
            )
        else:
            stage.say("乙核对区域和级别、重打后批准", "B checks area and level, retypes them and approves")
            return


async def retyped(stage: Stage, change: str) -> ApproveChange:
    """What the second person sees waiting on the own board, typed once more."""
    board = await stage.cast.board(APPROVES, f"area:{stage.cast.district}")
    shown = await stage.until(
        Text("待批事项出现在乙的看板上", "the change waits on B's board"),
        9,
        lambda: board.section("pending").get(change),
    )
    targets: dict[AreaCode, ResponseLevel | None] = {
        area: ResponseLevel(level) if level else None for area, level in shown["targets"].items()
    }
    return ApproveChange(area=stage.cast.district, change=change, hash=shown["hash"], targets=targets)


async def nobody_is_left_behind(stage: Stage, operation: str, low: list[AreaCode]) -> None:
    """While somebody is unaccounted for, nothing is lowered; found again, two persons lower it."""
    district = await stage.district()
    await stage.until(
        Text("两个街道的水不再上涨", "the water has stopped rising in both streets"),
        240,
        lambda: not any(counts(district, street).get("hazards_rising") for street in low),
    )
    lower = LowerLevel(
        area=stage.cast.district,
        operation=operation,
        targets=dict.fromkeys(low, ResponseLevel.III),
        conditions=LEAVING_II,
    )
    where = stage.names(low)
    lost = await evacuation.somebody_is_lost(stage, low[0])
    refused = await stage.must_refuse(ASKS, lower, "condition_contradicted")
    stage.say(f"甲申请降为三级，被拒：{refused.zh}", f"A asks to lower to III and is refused: {refused.en}")
    await evacuation.they_are_found(stage, lost)
    await by_two(stage, lower, Text(f"将{where.zh}降为三级", f"level III in {where.en}"))
    await stage.until(
        Text("两个街道降到三级", "both streets are at level III"),
        20,
        lambda: not any(counts(district, street).get("level.II") for street in low),
    )
    stage.say(f"{where.zh}降为三级", f"{where.en} are back at level III")


async def stand_down(stage: Stage, operation: str) -> None:
    """The end: conditions ticked by name, everybody seen safe and home."""
    district = await stage.district()

    def figure(name: str) -> int:
        return counts(district, stage.cast.district).get(name, 0)

    points = figure("hazards")
    for left in (points // 2, 0):
        await stage.until(
            Text(f"积水点减到 {left} 处", f"no more than {left} flooded points"),
            300,
            lambda left=left: figure("hazards") <= left,  # type: ignore[misc]
        )
        now = figure("hazards")
        stage.say(
            f"水退，还有 {now} 处积水" if now else "积水点全部消除",
            f"The water falls, {now} points are still flooded" if now else "Every flooded point is dry",
        )
    away = figure("out")
    area = stage.cast.district
    await stage.order(
        ASKS, EndOperation(area=area, operation=operation, areas=[area], conditions=LEAVING_III)
    )
    stage.say(
        "逐项确认条件，终止响应，转入恢复", "Each condition is ticked, the response ends: standing down"
    )
    await stage.until(Text("人人平安到家", "everybody is home safe"), 180, lambda: figure("out") == 0)
    stage.say(f"在外 {away} 人都有人看到平安，均已到家", f"All {away} were seen safe and are home")


async def normal_again(stage: Stage, operation: str, school: tuple[AreaCode, str]) -> None:
    """NORMAL only when the restore list is done: one school keeps its community waiting."""
    community, facility = school
    district = await stage.district()

    def switched() -> int:
        return counts(district, stage.cast.district).get("communities", 0)

    everybody = sum(1 for _ in stage.desks("community"))
    for waiting in (everybody // 2, 1):
        await stage.until(
            Text(f"只剩 {waiting} 个社区没有恢复", f"only {waiting} communities are not back to normal"),
            360,
            lambda waiting=waiting: switched() <= waiting,  # type: ignore[misc]
        )
        if waiting > 1:
            back = everybody - switched()
            stage.say(f"{back} 个社区恢复平时", f"{back} communities are back to normal")
    stage.say(
        f"只差 {stage.name(community)}：学校还没有恢复原样",
        f"Only {stage.name(community)} waits: its school is not yet a school again",
    )
    await stage.let_pass(10)
    stage.desk("community", community).held_back.discard(facility)
    await stage.until(
        Text("响应关闭", "the operation is closed"),
        120,
        lambda: operation not in district.section("operations"),
    )
    stage.say(
        "学校恢复，全部社区回到平时，响应关闭", "The school is restored, everybody is back to normal: closed"
    )
