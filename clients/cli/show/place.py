"""The board of a community or a grid: its clocks, posts, people, tasks, facilities and figures, record by record."""

from __future__ import annotations

from collections import Counter

from rich.console import Group, RenderableType
from rich.text import Text

from clients.cli.show.instants import clock, left
from clients.cli.show.scene import Scene, concerns, frame, operations, table
from coordinator.domain.facility import Facility
from coordinator.domain.help import HelpRequest
from coordinator.domain.mode import Mode, highest
from coordinator.domain.post import Post
from coordinator.domain.routine import RoutineWork
from coordinator.domain.situation import HazardPoint, Report, Tally
from coordinator.domain.switch_over import PlaceSwitch
from coordinator.domain.task import OPEN, Task
from coordinator.wire import words

UNDER_WAY = ("lost", "on_post", "checked_in", "en_route", "coming", "relieved")
"""Whose whereabouts matter now."""
MOST: int = 40
"""Rows of one table; the worst come first."""


def show_place(scene: Scene) -> Group:
    top = scene.top
    switches = [one for one in scene.records("switches", PlaceSwitch) if one.mode is not Mode.NORMAL]
    mode = highest(one.mode for one in switches)
    level = scene.say.word("area_level", str(top.get("level", "")))
    title = f"{top.get('name') or scene.board.key} · {level} · {scene.say.word('mode', mode.value)}"
    body: list[RenderableType] = [
        *_clocks(scene, switches),
        *_posts(scene),
        *_people(scene),
        *_tasks(scene),
        *_facilities(scene),
        *_figures(scene),
        *_help(scene),
        *concerns(scene),
        *operations(scene),
    ]
    if not body:
        body = [Text(scene.say("平时，没有应急事项", "Normal: nothing is switched"), "green")]
    return frame(scene, title, *body)


def _clocks(scene: Scene, switches: list[PlaceSwitch]) -> list[RenderableType]:
    say = scene.say
    if not switches:
        return []
    made = table(
        say("响应", "Operation"),
        say("状态", "Mode"),
        say("级别", "Level"),
        say("下达", "Told"),
        say("签收", "Signed"),
        say("到位", "Ready"),
        title=say("三个时钟", "Three clocks"),
    )
    for one in switches:
        waits = one.sign_by is not None and one.signed_at is None
        signed: Text | str = clock(one.signed_at)
        if waits:
            signed = Text(left(one.sign_by, scene.now, say), "yellow")
        elif one.signed_by:
            signed = f"{signed} {scene.person(one.signed_by)}"
        made.add_row(
            one.operation,
            scene.mode(one.mode.value),
            say.word("level", one.level.value if one.level else ""),
            clock(one.recorded_at),
            signed,
            clock(one.ready_at) + (say("（人工）", " (by word)") if one.ready_by else ""),
        )
    return [made]


def _posts(scene: Scene) -> list[RenderableType]:
    say = scene.say
    posts = [one for one in scene.records("posts", Post) if one.heads]
    if not posts:
        return []
    posts.sort(key=lambda one: (one.filled, not one.must, one.by))
    made = table(
        say("岗位", "Post"),
        say("区域", "Area"),
        say("在岗/需", "There/needed"),
        say("途中", "Coming"),
        say("已叫", "Called"),
        say("时限", "By"),
        title=say(f"岗位 {len(posts)}", f"Posts: {len(posts)}"),
        right=(2, 3, 4),
    )
    for one in posts[:MOST]:
        short = "" if one.filled else "bold red" if one.must else "yellow"
        made.add_row(
            say.text(one.name) + ("*" if one.must else ""),
            scene.name(one.area),
            Text(f"{one.standing}/{one.heads}", short),
            str(one.coming or ""),
            str(one.called or ""),
            "" if one.filled else left(one.by, scene.now, say),
        )
    return [made]


def _people(scene: Scene) -> list[RenderableType]:
    """By how far they have come; by name those who are under way or there, who is unaccounted for first."""
    found = Counter(str(one.get("progress")) for one in scene.board.section("call_outs").values())
    if not found:
        return []
    said = "  ".join(
        f"{scene.say.word('progress', one)} {found[one]}" for one in words.PROGRESS if found[one]
    )
    heading = Text(f"{scene.say('征召', 'Call-outs')}  {said}", "bold red" if found["lost"] else "")
    return [heading, *_by_name(scene)]


def _by_name(scene: Scene) -> list[RenderableType]:
    say = scene.say
    posts = {one.id: say.text(one.name) for one in scene.records("posts", Post)}
    calls = [one for one in scene.board.section("call_outs").values() if one.get("progress") in UNDER_WAY]
    if not calls:
        return []
    calls.sort(key=lambda one: (UNDER_WAY.index(one["progress"]), one.get("post", "")))
    made = table(say("人员", "Person"), say("岗位", "Post"), say("状态", "State"))
    for one in calls[:MOST]:
        state = say.word("progress", one["progress"])
        made.add_row(
            scene.person(one["responder"]),
            posts.get(one.get("post", ""), ""),
            Text(state, "bold red" if one["progress"] == "lost" else ""),
        )
    return [made]


def _tasks(scene: Scene) -> list[RenderableType]:
    say = scene.say
    tasks = [one for one in scene.records("tasks", Task) if not one.left]
    if not tasks:
        return []
    unfinished = [one for one in tasks if one.state in OPEN]
    unfinished.sort(key=lambda one: (not one.overdue, one.due))
    done = len(tasks) - len(unfinished)
    title = say(f"任务 未结 {len(unfinished)} 已结 {done}", f"Tasks: {len(unfinished)} open, {done} closed")
    if not unfinished:
        return [Text(title, "bold")]
    made = table(
        say("任务", "Task"),
        say("区域", "Area"),
        say("状态", "State"),
        say("时限", "Due"),
        say("凭据", "Evidence"),
        say("完成", "Done"),
        title=title,
    )
    for one in unfinished[:MOST]:
        restore = say("［恢复］", "[restore] ") if one.recovery else ""
        made.add_row(
            restore + say.text(one.name) + ("*" if one.must else ""),
            scene.name(one.area),
            say.word("task", one.state.value),
            Text(left(one.due, scene.now, say), "bold red" if one.overdue else ""),
            say.word("evidence", one.evidence.kind.value),
            f"{one.done}/{one.evidence.total}" if one.evidence.total else "",
        )
    return [made]


def _facilities(scene: Scene) -> list[RenderableType]:
    say = scene.say
    found = scene.records("facilities", Facility)
    if not found:
        return []
    made = table(
        say("阵地", "Facility"),
        say("状态", "State"),
        say("用途", "Use"),
        say("在内/容量", "Inside/capacity"),
        title=say("阵地", "Facilities"),
    )
    for one in found:
        inside = "?" if one.occupancy is None else str(one.occupancy)
        late = any(not one.meets(use) and use.by <= scene.now for use in one.uses.values())
        made.add_row(
            one.name,
            Text(say.word("facility", one.state.value), "bold red" if late else ""),
            "、".join(say.text(use.use) for use in one.uses.values()) or say("待恢复", "to be restored"),
            f"{inside}/{one.capacity or '?'}",
        )
    return [made]


def _help(scene: Scene) -> list[RenderableType]:
    """What was asked for and is on its way; what nobody has taken stands among the concerns."""
    say = scene.say
    found = []
    for one in scene.records("help_requests", HelpRequest):
        if one.taken_by:
            need, who, by = say.word("need", one.need.value), scene.person(one.taken_by), clock(one.eta)
            zh, en = (
                f"求助 {one.id}：{need}，{who} 已接，{by} 前到",
                f"Help {one.id}: {need}, {who} is there by {by}",
            )
            found.append(Text(say(zh, en), "yellow"))
    return list(found)


def _figures(scene: Scene) -> list[RenderableType]:
    """Counts, hazard points, reports, suspended work. What is unreported is said to be so, never 0."""
    say = scene.say
    lines: list[RenderableType] = []
    tallies = scene.records("tallies", Tally)
    if tallies:
        made = table(
            say("统计", "Count"), say("区域", "Area"), say("数", "Figure"), title=say("统计", "Counts")
        )
        for one in tallies[:MOST]:
            figure = say("未报", "unreported") if one.value is None else str(one.value)
            made.add_row(
                say.text(one.name), scene.name(one.area), f"{figure}/{one.total}" if one.total else figure
            )
        lines.append(made)
    for point in scene.records("hazards", HazardPoint):
        trend = say.word("trend", point.trend.value)
        text = say(
            f"险情 {point.kind}（{scene.name(point.area)}）深 {point.depth_cm} 厘米，{trend}，{clock(point.at)} 报",
            f"Hazard {point.kind} ({scene.name(point.area)}): {point.depth_cm} cm, {trend}, as of {clock(point.at)}",
        )
        lines.append(Text(text, "red" if point.trend.value == "rising" else ""))
    for report in scene.records("reports", Report):
        last = clock(report.signed_at)
        late = say("，已超时", ", overdue") if report.overdue else ""
        text = say(
            f"情况报告 每 {report.every_minutes} 分钟，已报 {report.number} 次，最近 {last}{late}",
            f"Situation report every {report.every_minutes} min, {report.number} signed, last {last}{late}",
        )
        lines.append(Text(text, "bold red" if report.overdue else ""))
    suspended = [one.name for one in scene.records("routines", RoutineWork) if one.holders]
    if suspended:
        lines.append(Text(say("已暂停 ", "Suspended: ") + "、".join(sorted(set(suspended)))))
    return lines
