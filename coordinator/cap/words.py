"""What an alert says to people, in Chinese and English; the mark of its world stands before every sentence.

From levels, areas and codes alone: what a person wrote or is called stands in the vault and never gets here.
"""

from __future__ import annotations

from typing import Final

from coordinator.cap.orders import Alert, Order
from coordinator.cap.parts import Part
from coordinator.cap.places import full_name
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import AreaRegister
from coordinator.domain.text import Text
from coordinator.domain.world import DEMO, LIVE
from coordinator.wire.marks import mark
from coordinator.wire.times import full_time
from coordinator.wire.words import Language, said, word

DONE: Final = {
    Order.DECLARED: Text("启动", "declared"),
    Order.RAISED: Text("升级", "raised"),
    Order.LOWERED: Text("降级", "lowered"),
    Order.EXTENDED: Text("延长", "extended"),
    Order.TRANSFERRED: Text("指挥移交", "command transferred"),
    Order.OUTLASTED: Text("超过预计时长，继续", "past its expected duration, goes on"),
    Order.ENDED: Text("终止", "ended"),
    Order.RECALLED: Text("误发撤销", "recalled, ordered by mistake"),
}
OF_LEVELS: Final = frozenset({Order.RAISED, Order.LOWERED, Order.ENDED})
UNCHANGED: Final = Text("不变", "unchanged")
"""Of places that an order about others leaves as they are."""

RESTRICTION: Final = Text(
    "仅供指挥机构和承担任务的单位使用", "For command posts and the units that carry it out"
)
EXECUTE: Final = Text(
    "按预案执行这一级别的措施，签收并回报。",
    "Carry out the measures of this level by the playbook, sign for the order and report.",
)
STAND_DOWN: Final = Text(
    "办结恢复清单，确认人员全部平安到家，恢复平时。",
    "Work through the restore list, see everyone home safe, and return to normal.",
)
DEMONSTRATION: Final = Text("这是演示，不是真实事件。", "This is a demonstration and not real.")
EXERCISE: Final = Text("这是演练，不是真实事件。", "This is an exercise and not real.")
NAMED: Final = 3
"""Places that a headline names; the rest are counted, and each has an area of its own."""


def bilingual(text: Text) -> str:
    """For what CAP has once for all languages."""
    return f"{text.zh} {text.en}"


def note(alert: Alert) -> str:
    """Why it was taken back, and that it is not real; empty for most of the real ones."""
    found = _not_real(alert.world)
    if alert.order is Order.RECALLED:
        found.append(DONE[Order.RECALLED])
    return " ".join(f"{mark(alert.world)}{bilingual(text)}" for text in found)


def _not_real(world: str) -> list[Text]:
    """In words as well: whoever drops the mark must not drop that."""
    if world == LIVE:
        return []
    return [DEMONSTRATION if world == DEMO else EXERCISE]


def event(alert: Alert, lang: Language) -> str:
    hazard = word("hazard", alert.hazard, lang)
    response = f"{hazard}: emergency response" if lang == "en" else f"{hazard}应急响应"
    return f"{mark(alert.world)}{response}"


def headline(alert: Alert, part: Part, areas: AreaRegister, lang: Language) -> str:
    """【演练】青山区防汛防台风三级响应（启动）"""
    zh = lang == "zh"
    names = [areas[place].name for place in part.places[:NAMED]]
    where = ("、" if zh else ", ").join(names)
    if len(part.places) > NAMED:
        where += f"等{len(part.places)}处" if zh else f" and {len(part.places) - NAMED} more"
    done = said(UNCHANGED if part.as_before and alert.order in OF_LEVELS else DONE[alert.order], lang)
    hazard = word("hazard", alert.hazard, lang)
    grade = word("level", part.level.value, lang) if part.level else ""
    if zh:
        return f"{mark(alert.world)}{where}{hazard}{grade}响应（{done}）"
    return f"{mark(alert.world)}{where}: {hazard}, {grade + ' ' if grade else ''}response ({done})"


def description(alert: Alert, areas: AreaRegister, lang: Language) -> str:
    zh = lang == "zh"
    issuer = full_name(alert.issuer, areas)
    found = [f"发令机构：{issuer}。" if zh else f"Ordered by the office of {issuer}."]
    if not alert.over:
        found.append(f"自 {full_time(alert.onset)} 起。" if zh else f"From {full_time(alert.onset)}.")
    if alert.expires is not None:
        until = full_time(alert.expires)
        found.append(f"预计至 {until}。" if zh else f"Expected until {until}.")
    found += [said(text, lang) for text in _not_real(alert.world)]
    return mark(alert.world) + ("" if zh else " ").join(found)


def instruction(alert: Alert, level: ResponseLevel | None, lang: Language) -> str:
    return mark(alert.world) + said(STAND_DOWN if level is None else EXECUTE, lang)
