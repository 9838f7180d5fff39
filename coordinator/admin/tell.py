"""Telling a summary to a person: the timeline and the times, in the language asked for."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table

from coordinator.admin.summary import Summary, Times
from coordinator.domain.register import AreaRegister
from coordinator.domain.text import Text

WHAT: Final = {
    "declared": Text(zh="启动", en="declared"),
    "raised": Text(zh="升级", en="raised"),
    "lowered": Text(zh="降级", en="lowered"),
    "ended": Text(zh="终止", en="ended"),
    "closed": Text(zh="全部恢复平时", en="everywhere normal"),
    "silent": Text(zh="无人签收，开始叫应", en="silent, confirmed call"),
    "passed_up": Text(zh="叫应上报", en="call passed up"),
    "answered": Text(zh="已叫应", en="answered"),
    "lowering_refused": Text(zh="降级被拒", en="lowering refused"),
    "facility_unusable": Text(zh="阵地不可用", en="facility unusable"),
    "facility_ordered": Text(zh="改用阵地", en="facility ordered instead"),
}
FIGURES: Final = {
    "called": Text(zh="征召", en="called"),
    "coming": Text(zh="应答前往", en="coming"),
    "declined": Text(zh="不能来", en="declined"),
    "no_show": Text(zh="未到", en="no-shows"),
    "on_post": Text(zh="到岗", en="on post"),
    "cancelled": Text(zh="满员取消", en="told not to come"),
    "home_safe": Text(zh="平安到家", en="home safe"),
    "lost": Text(zh="失联", en="unaccounted for"),
    "unfillable_posts": Text(zh="无人可派的岗位", en="posts nobody can fill"),
    "webhook_failed": Text(zh="推送失败", en="webhook failures"),
    "offline_and_back": Text(zh="断网后补报", en="commands sent after being offline"),
    "overdue": Text(zh="任务逾期", en="tasks overdue"),
    "tasks_done": Text(zh="任务完成", en="tasks done"),
    "silent": Text(zh="沉默的社区", en="silent places"),
    "lowering_refused": Text(zh="降级被拒", en="lowerings refused"),
    "normal_again": Text(zh="恢复平时的社区和街道", en="places normal again"),
}


def tell_summary(summary: Summary, areas: AreaRegister, lang: str) -> None:
    """To standard output."""
    console = Console(highlight=False)

    def word(text: Text) -> str:
        return text.en if lang == "en" else text.zh

    def name(area: str) -> str:
        known = areas.get(area)
        return known.name if known else area

    mark = {"DEMO": "【演示】", "LIVE": ""}.get(summary.world, "【演练】")
    timeline = Table(title=f"{mark}{'Timeline' if lang == 'en' else '时间轴'}", box=None, pad_edge=False)
    for column in ("", "#", "", "", ""):
        timeline.add_column(column)
    for line in summary.timeline:
        facts = " ".join(f"{name(key)}={fact}" for key, fact in line.facts.items())
        timeline.add_row(
            f"{line.at:%d %H:%M}",
            f"{line.scope}/{line.position}",
            word(WHAT[line.what]),
            name(line.area),
            facts,
        )
    console.print(timeline)
    figures = Table(title=f"{mark}{'Figures' if lang == 'en' else '统计'}", box=None, pad_edge=False)
    for column in ("", "", "%", "#"):
        figures.add_column(column)
    for key, text in FIGURES.items():
        found = summary.figures.get(key)
        if found is not None:
            share = f"{found.share:.1%}" if found.share is not None else ""
            where = f"{found.scope}/{found.position}" if found.position else "—"
            figures.add_row(word(text), str(found.number), share, where)
    console.print(figures)
    for text, times in (
        (Text(zh="下达到签收", en="time to sign"), summary.time_to_sign),
        (Text(zh="下达到到位", en="time to be ready"), summary.time_to_ready),
    ):
        console.print(f"{mark}{word(text)}: {_times(times, name)}")


def _times(times: Times | None, name: object) -> str:
    if times is None:
        return "—"
    label = name(times.slowest) if callable(name) else times.slowest
    minutes = [f"{seconds / 60:.0f}" for seconds in (times.p50, times.p95, times.p99)]
    return f"p50/p95/p99 {'/'.join(minutes)} min (n={times.count}, {label})"
