"""The words of a summary: what its timeline tells, what its figures count, and the facts beside them.

Every entry of a log in words is `told.py`'s matter; these are the few that make a night's story.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from coordinator.domain.area import AreaCode
from coordinator.domain.text import Text
from coordinator.review.summary import Line
from coordinator.wire.words import Language, said, word

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

HOW: Final = {
    "phone": Text("电话应答", "by phone"),
    "superior": Text("上级代为联系", "through the superior"),
    "knock": Text("上门", "somebody knocked"),
}
"""How a confirmed call was answered."""


def fact_words(line: Line, lang: Language, name: Callable[[AreaCode], str]) -> str:
    """The facts of a line as a reader of that language takes them in; what has no word stands as it is."""
    return ("；" if lang == "zh" else "; ").join(
        _fact(key, fact, lang, name) for key, fact in line.facts.items()
    )


def _fact(key: str, fact: str, lang: Language, name: Callable[[AreaCode], str]) -> str:
    zh = lang == "zh"
    if key.isdigit():  # an area and its level
        level = ("终止" if zh else "ended") if fact == "end" else word("level", fact, lang)
        return f"{name(key)} {level}"
    match key:
        case "approved_by":
            return f"批准人 {fact}" if zh else f"approved by {fact}"
        case "step":
            return word("call", fact, lang)
        case "how":
            return said(HOW[fact], lang) if fact in HOW else fact
        case "facility":
            return fact
        case _:
            return f"{key}（{fact}）" if zh else f"{key} ({fact})"
