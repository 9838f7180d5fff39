"""What a drill script's reader is told: the sentences of `pingji drill lint` beside those of any file.

A code is part of the interface and never reused.
"""

from __future__ import annotations

from typing import Final

from coordinator.playbook.finding import SENTENCES as OF_ANY_FILE
from coordinator.playbook.finding import FileRefused, Finding, Sentences, told


class ScriptRefused(FileRefused):
    """A drill script that cannot be used."""


def finding(code: str, file: str, line: int, column: int, /, **facts: str) -> Finding:
    return told(SENTENCES, code, file, line, column, **facts)


_OWN: Final[Sentences] = {
    "unknown_script": ("没有演练脚本“{name}”", 'there is no drill script "{name}"', "{near_zh}", "{near_en}"),
    "bad_script_id": (
        "“{value}”不能作脚本编号",
        '"{value}" cannot be the id of a script',
        "用小写字母开头，只含小写字母、数字和连字符，例如 flood-night",
        "a lower-case letter first, then lower-case letters, digits and hyphens: flood-night",
    ),
    # time
    "bad_time": (
        "“{value}”不是时间",
        '"{value}" is not a time',
        "写日期、时间和时区，例如 2026-07-18T02:30+08:00",
        "a date, a time and a zone: 2026-07-18T02:30+08:00",
    ),
    "no_time_zone": (
        "“{value}”没有时区",
        '"{value}" has no time zone',
        "在末尾写上时区，例如 +08:00",
        "write the zone behind it: +08:00",
    ),
    "unknown_zone": (
        "没有时区“{value}”",
        'there is no time zone "{value}"',
        "例如 Asia/Shanghai",
        "for example Asia/Shanghai",
    ),
    "bad_cron": (
        "“{value}”不是周期（{field}）",
        '"{value}" is not a schedule ({field})',
        "五个字段：分 时 日 月 星期，例如 0 15 1 * *",
        "five fields: minute hour day month weekday, e.g. 0 15 1 * *",
    ),
    "raid_in_calendar": (
        "突击演练不能排进日历",
        "a raid is not in the calendar",
        "去掉 calendar，或把 kind 改成别的",
        "remove calendar, or make it of another kind",
    ),
    # places and people
    "bad_area": (
        "“{value}”不是区域代码",
        '"{value}" is not an area\'s code',
        "2 到 20 位数字，加引号",
        "2 to 20 digits, in quotes",
    ),
    "unknown_place": (
        "没有代码为 {value} 的区域",
        "no area has the code {value}",
        "{near_zh}",
        "{near_en}",
    ),
    "outside": (
        "{value} 不在本次演练的区域之内",
        "{value} is not within the places of this drill",
        "只用 places 之内的区域，或把它加进 places",
        "use areas within places, or add it there",
    ),
    "nobody_there": (
        "{value} 之内没有{seat}",
        "there is no {seat} at or below {value}",
        "换一个区域，或换一个席位",
        "choose another area, or another seat",
    ),
    "seat_empty": (
        "席位“{seat}”既不是模拟的，也没有真人",
        'the seat "{seat}" is played by nobody',
        "把它写进 players.simulated 或 players.real",
        "put it into players.simulated or players.real",
    ),
    "seat_twice": (
        "席位“{seat}”同时是模拟的和真人的",
        'the seat "{seat}" is both simulated and real',
        "只写在一处",
        "write it in one of them",
    ),
    "no_controller": (
        "没有导调员",
        "there is no controller",
        "在 roles 里至少写一个 role: controller",
        "give roles at least one with role: controller",
    ),
    # injects
    "bad_inject": (
        "{kind} 类的情况，“{name}”缺少或多余",
        'of an inject of kind {kind}, "{name}" is missing or too much',
        "必须有：{needs}；可以有：{takes}",
        "it needs: {needs}; it may have: {takes}",
    ),
    "bad_calls_for": (
        "calls_for 的 {what} 写法不对",
        "calls_for does not say what {what} needs",
        "declare 和 raise 写 level，instruct 写 order，不多写",
        "declare and raise need a level, instruct needs an order, and neither has the other's",
    ),
    "bad_item": (
        "检查项的 target 写法不对",
        "the item's target does not fit its kind",
        "kind: timed 必须有 target，其他不写",
        "kind: timed needs a target, no other has one",
    ),
    "inject_when": (
        "情况“{key}”没有说何时，或说了两次",
        'the inject "{key}" does not say when, or says it twice',
        "写 at 或 after 之一",
        "write either at or after",
    ),
    "unknown_cause": (
        "没有情况或预期“{name}”",
        'there is no inject or expectation "{name}"',
        "{near_zh}",
        "{near_en}",
    ),
    "waits_for_itself": (
        "情况互相等待：{trail}",
        "injects wait for each other: {trail}",
        "给其中一个写 at",
        "give one of them a time with at",
    ),
    "before_cause": (
        "“{key}”在 {at} 发生，早于它的起因“{cause}”（{then}）",
        '"{key}" at {at} comes before its cause, "{cause}" at {then}',
        "把它放到起因之后",
        "put it behind its cause",
    ),
    "nothing_declared": (
        "到 {at} 为止没有谁启动响应，“{key}”无从谈起",
        'nobody declares a response by {at}, so "{key}" cannot be',
        "先有一个 order: declare 的情况，或预期指挥部启动",
        "have an inject with order: declare before it, or expect the command post to declare",
    ),
    "after_end": (
        "“{key}”在 {at}，演练 {end} 就结束了",
        '"{key}" is at {at}, when the drill is over at {end}',
        "提前它，或延长 lasts",
        "make it earlier, or the drill longer with lasts",
    ),
    "no_playbook": (
        "没有写预案，不能{what}",
        "no playbook is named, so nothing can be ordered or asked by it ({what})",
        "写上 playbook",
        "name one with playbook",
    ),
    # expectations
    "nobody_may": (
        "{seat}不能“{what}”，没有人做得到这项预期",
        "a {seat} may not do “{what}”: nobody could meet this expectation",
        "可以的席位：{who}",
        "those who may: {who}",
    ),
    "needs_of": (
        "“{what}”要写明 of",
        '"{what}" needs an of',
        "写上 of：{known}",
        "say of what: {known}",
    ),
    "takes_no_of": (
        "“{what}”不写 of",
        '"{what}" takes no of',
        "去掉 of",
        "remove it",
    ),
    "not_at_level": (
        "“{name}”从 {level} 级才有，到 {at} 为止还没有升到这一级",
        '"{name}" exists from level {level} on, which nobody has ordered by {at}',
        "先有升到 {level} 级的情况，或放宽 by",
        "have an inject that raises to {level} before it, or give it more time with by",
    ),
    "nothing_to_read": (
        "情况“{key}”不给人看，没有可阅知的",
        'the inject "{key}" shows nobody anything, so nobody can read it',
        "写在 message、event、colour、blocked_road 之下",
        "put it under a message, event, colour or blocked_road",
    ),
    "not_told": (
        "情况“{key}”没有发给 {value} 的{seat}，读不到",
        'the inject "{key}" is not sent to a {seat} of {value}, who cannot read it',
        "在 to 里写上它的区域，或换一个席位",
        "put that place into to, or expect it of another seat",
    ),
    "of_another_level": (
        "“{name}”属于 {scope} 一级，不是{seat}的事",
        '"{name}" stands at the level of the {scope}: it is not a {seat}\'s',
        "who 写 {scope} 一级的席位",
        "expect it of the {scope}",
    ),
    "not_in_playbook": (
        "预案在本次演练的级别里没有“{name}”",
        'the playbook has no "{name}" at the levels of this drill',
        "{near_zh}",
        "{near_en}",
    ),
}

SENTENCES: Final[Sentences] = {**OF_ANY_FILE, **_OWN}
