"""Hints for the review 复盘 of an operation: what stands out in its report, as questions with their figures.

About work, places and rules, never about a person (rule 4); proposes nothing that changes anything by itself.
"""

from __future__ import annotations

from typing import Final

from coordinator.domain.register import AreaRegister
from coordinator.domain.text import Text
from coordinator.review.report import Hint, OperationReport, refused_lowerings

SLOW_TO_SIGN: Final = 15 * 60
"""Seconds, as `SIGN_MINUTES` of the rules asks."""
MANY_NO_SHOWS: Final = 0.05
MANY_DECLINES: Final = 0.10
"""Shares with which the planner reckons when it over-invites."""


def hints(report: OperationReport, areas: AreaRegister | None = None) -> list[Hint]:
    """In the order of what weighs most. Names of areas where their register is at hand, else codes."""
    found: list[Hint] = []
    figures = report.summary.figures

    def number(name: str) -> int:
        return figures[name].number if name in figures else 0

    def hint(code: str, zh: str, en: str) -> None:
        found.append(Hint(code, Text(zh, en)))

    if number("lost"):
        hint(
            "lost",
            f"有 {number('lost')} 人次失联：逐一复核失联经过和两人同行的规定。",
            f"{number('lost')} times somebody was unaccounted for: go through each, and the rule of pairs.",
        )
    for one in report.overridden:
        hint(
            "overridden",
            f"{_name(one.area, areas)} 未满足“{one.condition}”而继续，理由 {one.reason}："
            "此条件是否要改，或当时是否该等。",
            f"{_name(one.area, areas)} went on against {one.condition!r} for {one.reason}: "
            "change the condition, or should it have waited?",
        )
    if refused := refused_lowerings(report):
        hint(
            "lowering_refused",
            f"{refused} 次降级或终止与现场状态矛盾被拒：下令前先看还有谁在外、什么未结。",
            f"{refused} times lowering or ending was refused by the state: look first who is out and what is open.",
        )
    sign = report.summary.time_to_sign
    if sign is not None and sign.p95 > SLOW_TO_SIGN:
        hint(
            "slow_to_sign",
            f"签收 p95 为 {sign.p95 / 60:.0f} 分钟，超过 {SLOW_TO_SIGN // 60} 分钟，最慢 "
            f"{_name(sign.slowest, areas)}：核对值班表和叫应号码。",
            f"Signing took {sign.p95 / 60:.0f} min at p95, over {SLOW_TO_SIGN // 60}; slowest "
            f"{_name(sign.slowest, areas)}: check duty rosters and numbers for confirmed calls.",
        )
    if number("silent"):
        hint(
            "silent",
            f"{number('silent')} 处没有按时签收、启动了叫应：逐处查明原因。",
            f"{number('silent')} places did not sign in time and were called: find out why, place by place.",
        )
    if number("unfillable_posts"):
        hint(
            "unfillable_posts",
            f"{number('unfillable_posts')} 个岗位曾无人可派：按技能补充储备，事先用 pingji playbook plan 测算。",
            f"For {number('unfillable_posts')} posts nobody could be found: add to the reserve by skill, "
            "and compute it before with pingji playbook plan.",
        )
    called = number("called")
    for name, most, zh, en in (
        ("no_show", MANY_NO_SHOWS, "未到", "no-shows"),
        ("declined", MANY_DECLINES, "不能来", "declines"),
    ):
        share = number(name) / called if called else 0.0
        if share > most:
            hint(
                f"many_{name}",
                f"{zh} {share:.0%}，高于预计的 {most:.0%}：调高超额征召的比例，或改进通知方式。",
                f"{share:.0%} {en}, more than the {most:.0%} reckoned with: over-invite more, or tell people better.",
            )
    for line in report.tasks:
        if line.overdue * 4 > line.opened:
            hint(
                "task_late",
                f"“{line.name.zh}” {line.opened} 项中 {line.overdue} 项逾期：时限是否现实，人手是否够。",
                f'"{line.name.en}": {line.overdue} of {line.opened} were late: is the deadline real, were there hands?',
            )
    for tally in report.tallies:
        if tally.reported < tally.asked:
            hint(
                "unreported",
                f"“{tally.name.zh}”有 {tally.asked - tally.reported} 个网格没有报数：未报不等于零。",
                f'"{tally.name.en}": {tally.asked - tally.reported} grids never reported; unreported is not 0.',
            )
    if report.reports_overdue:
        hint(
            "reports_late",
            f"情况报告 {report.reports_overdue} 次超时：报告频次是否过密。",
            f"Situation reports were late {report.reports_overdue} times: are they asked for too often?",
        )
    if number("webhook_failed"):
        hint(
            "delivery_failed",
            f"{number('webhook_failed')} 条推送失败：备好第二种通知方式。",
            f"{number('webhook_failed')} messages were not delivered: have a second way ready.",
        )
    return found


def _name(area: str, areas: AreaRegister | None) -> str:
    known = areas.get(area) if areas is not None else None
    return known.name if known else area
