"""The words for what messages carry as codes: modes, levels, states, steps, concerns, in Chinese and English.

Every client shows these and no others; a code without an entry is shown as it is, never guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Final, Literal

from coordinator.domain.text import Text
from coordinator.wire.drill_words import CAPABILITIES, DRILL_KINDS, GRADES, RATINGS
from coordinator.wire.log_words import EVENTS, FAMILIES, FIGURES

Language = Literal["zh", "en"]
Vocabulary = Mapping[str, Text]

MODES: Final = {
    "normal": Text("平时", "Normal"),
    "activating": Text("转换中", "Activating"),
    "emergency": Text("急时", "Emergency"),
    "standing_down": Text("恢复中", "Standing down"),
}

SWITCHES: Final = {
    "start": Text("启动", "Start"),
    "raise": Text("升级", "Raise"),
    "lower": Text("降级", "Lower"),
    "ready": Text("到位", "Ready"),
    "end": Text("终止", "End"),
    "recall_clean": Text("误发撤销", "Recall"),
    "recall": Text("误发撤销，已动部分须恢复", "Recall, what was begun is undone"),
    "restored": Text("恢复平时", "Back to normal"),
}

ORDERS: Final = {
    **SWITCHES,
    "instruction": Text("指令", "Instruction"),
    "notice": Text("通知", "Notice"),
    "report_now": Text("立即报告", "Report now"),
    "transfer_people": Text("转移群众", "Move people to safety"),
    "stop_work": Text("停工停业", "Stop work"),
    "record_lost": Text(
        "记录丢失了一段，已重新开始；请核对近期指令和报告是否还在",
        "A range of the record was lost and it begins anew: check that recent orders and reports are there",
    ),
    "drill_prepared": Text("演练即将开始，请点名", "A drill is about to begin: answer the roll-call"),
    "drill_running": Text("演练进行中", "The drill is running"),
    "drill_paused": Text("演练暂停", "The drill is paused"),
    "drill_stopped": Text("演练中止，转入实战", "The drill stops: this is now for real"),
    "drill_aborted": Text("演练中止", "The drill is aborted"),
    "drill_ended": Text("演练结束", "The drill is over"),
    "drill_message": Text("导调消息", "A message from exercise control"),
    "drill_event": Text("现场情况", "What you see on the spot"),
    "drill_colour": Text("风险颜色变化", "The risk colour changes"),
    "drill_blocked_road": Text("道路中断", "A road is blocked"),
}
"""Kinds of order 指令: a change of level is one; a command post may write others."""

LEVELS: Final = {
    "IV": Text("四级", "level IV"),
    "III": Text("三级", "level III"),
    "II": Text("二级", "level II"),
    "I": Text("一级", "level I"),
    "": Text("无级别", "no level"),
}

COLOURS: Final = {
    "green": Text("绿", "Green"),
    "yellow": Text("黄", "Yellow"),
    "red": Text("红", "Red"),
}

PROGRESS: Final = {
    "assigned": Text("已指派", "Assigned"),
    "reached": Text("已送达", "Reached"),
    "coming": Text("已应答", "Coming"),
    "en_route": Text("在途", "En route"),
    "checked_in": Text("已集结", "Mustered"),
    "on_post": Text("在岗", "On post"),
    "relieved": Text("已换下", "Relieved"),
    "home_safe": Text("安全到家", "Home safe"),
    "declined": Text("不能来", "Declined"),
    "cancelled": Text("已取消", "Cancelled"),
    "no_show": Text("未到", "No-show"),
    "lost": Text("失联", "Unaccounted for"),
}

TASKS: Final = {
    "open": Text("未接", "Open"),
    "acknowledged": Text("已接", "Acknowledged"),
    "under_way": Text("进行中", "Under way"),
    "done": Text("办结", "Done"),
    "cancelled": Text("取消", "Cancelled"),
}

EVIDENCE: Final = {
    "count": Text("完成数", "a count"),
    "receipt_rate": Text("签收率", "a receipt rate"),
    "checklist": Text("勾选清单", "a checklist"),
    "photo": Text("现场照片", "a photo"),
    "signed_form": Text("签字表单", "a signed form"),
    "facility_state": Text("阵地状态", "the facility's state"),
    "check_in": Text("到岗签到", "a crew checked in"),
    "report_in": Text("部门报到", "departments reported in"),
}

FACILITIES: Final = {
    "normal": Text("平时", "Normal"),
    "inspected": Text("已检查", "Inspected"),
    "standby": Text("备用", "On standby"),
    "converting": Text("转换中", "Converting"),
    "open": Text("已开放", "Open"),
    "full": Text("已满", "Full"),
    "restoring": Text("恢复中", "Restoring"),
    "closed": Text("关闭", "Closed"),
    "unusable": Text("不可用", "Unusable"),
}

TEAMS: Final = {
    "standby": Text("战备", "Standby"),
    "alerted": Text("已预告", "Alerted"),
    "assembling": Text("集结中", "Assembling"),
    "deployed": Text("已投入", "Deployed"),
    "resting": Text("休整", "Resting"),
    "released": Text("已归建", "Released"),
}

CALLS: Final = {
    "calling": Text("呼叫中", "Calling"),
    "superior": Text("已报上级", "With the superior"),
    "knocking": Text("派人上门", "Somebody knocks"),
    "answered": Text("已应答", "Answered"),
}
"""Steps of a confirmed call 叫应."""

TRENDS: Final = {
    "rising": Text("上涨", "Rising"),
    "steady": Text("平稳", "Steady"),
    "falling": Text("回落", "Falling"),
}

SEVERITIES: Final = {
    "notice": Text("关注", "Notice"),
    "urgent": Text("紧急", "Urgent"),
    "danger": Text("危险", "Danger"),
}

DECLINES: Final = {
    "ill": Text("身体不适", "Ill"),
    "caring": Text("要照护家人", "Caring for family"),
    "away": Text("不在本地", "Away"),
    "on_duty": Text("本职在岗", "On duty elsewhere"),
    "unsafe_way": Text("路上不安全", "The way is unsafe"),
    "other": Text("其他", "Other"),
}

CALL_ENDS: Final = {
    "not_arrived": Text("到时未到", "Had not arrived in time"),
    "post_closed": Text("岗位撤销", "The post is closed"),
    "not_needed": Text("不再需要", "Not needed any more"),
}
"""Why a call-out came to nothing, where nobody declined it."""

RETURNS: Final = {
    "unclear": Text("照片或表单看不清", "The photo or form cannot be read"),
    "incomplete": Text("没有做完", "It is not finished"),
    "elsewhere": Text("不是这个地方", "It shows another place"),
    "figures_differ": Text("数字不符", "The figures differ"),
}
"""Why a desk sends a task back."""

HAZARD_POINTS: Final = {
    "flooded_point": Text("积水点", "Flooded point"),
    "overtopping": Text("漫溢", "Overtopping"),
    "landslide": Text("塌方滑坡", "Landslide"),
    "building": Text("房屋险情", "Unsafe building"),
    "electric": Text("漏电断电", "Live wire, no power"),
    "trapped": Text("人员被困", "People trapped"),
    "road": Text("道路中断", "Road cut off"),
    "other": Text("其他险情", "Other hazard"),
}
"""Kinds of hazard point 险情点 that are reported from the spot."""

NEEDS: Final = {
    "people": Text("人手", "hands"),
    "vehicle": Text("车船", "a vehicle or boat"),
    "supplies": Text("物资", "supplies"),
    "medical": Text("医疗", "a medic"),
    "rescue": Text("救人", "a rescue"),
    "other": Text("其他", "something else"),
}
"""What is lacking where somebody asks for help 求助."""

HELP_OUTCOMES: Final = {
    "came": Text("帮手到了", "The help came"),
    "not_needed": Text("不用了", "Not needed any more"),
}

ROLES: Final = {
    "commander": Text("指挥部", "Command post"),
    "street": Text("街道", "Street"),
    "community": Text("社区", "Community"),
    "grid": Text("网格", "Grid"),
    "team_leader": Text("突击队长", "Team leader"),
    "unit": Text("单位", "Unit"),
    "responder": Text("队员", "Responder"),
    "auditor": Text("审计", "Auditor"),
    "wall": Text("大屏", "Wall"),
    "operator": Text("运维", "Operator"),
    "process": Text("系统", "Coordinator"),
    "worker": Text("后台作业", "Worker"),
    "controller": Text("导调员", "Controller"),
    "observer": Text("评估员", "Observer"),
    "calendar": Text("日历订阅", "Calendar feed"),
}

PHASES: Final = {
    "prepared": Text("已准备", "Prepared"),
    "running": Text("进行中", "Running"),
    "paused": Text("暂停", "Paused"),
    "aborted": Text("已中止", "Aborted"),
    "ended": Text("已结束", "Ended"),
}
"""Of a drill 演练."""

DRILL_REASONS: Final = {
    "asked": Text("导调要求", "asked for"),
    "real_operation": Text("转入实战", "now for real"),
    "not_needed": Text("已不需要", "not needed any more"),
    "safety": Text("安全", "safety"),
    "disk_full": Text("磁盘将满，留给实战", "the disk runs full, the real log needs it"),
    "time_over": Text("时间到", "time is up"),
    "left_standing": Text("无人继续", "nobody came back to it"),
    "never_started": Text("一直没有开始", "never started"),
}
"""Why a drill stands still or is over, or an inject was left out."""

STAGES: Final = {
    "open": Text("未完成", "not done"),
    "done": Text("已做待验证", "done, to be verified"),
    "verified": Text("已验证", "verified"),
}
"""Of a corrective action 整改."""

ITEMS: Final = {
    "yes_no": Text("是或否", "Yes or no"),
    "scale": Text("评 0、1、3、5 分", "0, 1, 3 or 5 points"),
    "timed": Text("计时", "Timed"),
}
"""What an observer's item takes."""

INJECTS: Final = {
    "message": Text("外来消息", "Message from outside"),
    "event": Text("现场情况", "Event on the spot"),
    "colour": Text("颜色变化", "Change of colour"),
    "blocked_road": Text("道路中断", "Blocked road"),
    "silent_leader": Text("负责人不应答", "Silent leader"),
    "network_cut": Text("断网", "Network cut"),
    "no_show": Text("人员不到", "No-shows"),
    "order": Text("上级指令", "Order from above"),
    "call": Text("叫应", "Confirmed call"),
}
"""What exercise control throws at the players of a drill."""

AREA_LEVELS: Final = {
    "province": Text("省", "Province"),
    "city": Text("市", "City"),
    "district": Text("区县", "District"),
    "street": Text("街道", "Street"),
    "community": Text("社区", "Community"),
    "grid": Text("网格", "Grid"),
    "building": Text("楼栋", "Building"),
}

CHANGES: Final = {
    "DeclareOperation": Text("启动", "Start"),
    "RaiseLevel": Text("升级", "Raise"),
    "LowerLevel": Text("降级", "Lower"),
    "EndOperation": Text("终止", "End"),
}
"""What waits for a second person."""

HAZARDS: Final = {
    "flood_typhoon": Text("防汛防台风", "Flood and typhoon"),
    "epidemic": Text("疫情防控", "Epidemic control"),
    "gas_fire": Text("燃气泄漏与火灾", "Gas leak and fire"),
    "snow_cold": Text("雨雪冰冻与寒潮", "Snow and extreme cold"),
    "earthquake": Text("地震", "Earthquake"),
    "utility_outage": Text("停电停水", "Power and water outage"),
}
"""Hazards of the playbooks that come with the project; a place may use words of its own."""

PRACTISED: Final = {**HAZARDS, "communication": Text("叫应通信", "Calls and communication")}
"""What drills are held for, in the order in which it is listed."""

CONCERNS: Final = {
    "gap": Text("岗位“{post}”缺 {heads} 人", "{post_en} is short of {heads}"),
    "lost": Text(
        "岗位“{post}”有 {heads} 人失联，请立即查找", "{heads} of {post_en} unaccounted for: find them"
    ),
    "silent": Text("未按时签收，正在叫应", "Not signed in time, being called"),
    "task_overdue": Text("任务“{task}”超时未结", "{task_en} is overdue"),
    "task_escalated": Text("任务“{task}”上报，请协助", "{task_en} is passed up: help is needed"),
    "task_unacknowledged": Text("任务“{task}”无人接", "Nobody has taken {task_en}"),
    "facility_unusable": Text("阵地不可用（{what}）", "A facility is unusable ({what})"),
    "facility_full": Text("阵地已满（{what}）", "A facility is full ({what})"),
    "facility_two_uses": Text(
        "一处阵地两种用途，另有响应 {other}，请上级定",
        "Two uses of one facility, also held by {other}: decide",
    ),
    "conversion_late": Text("阵地转换超时（{what}）", "A conversion is late ({what})"),
    "break_glass": Text(
        "单人紧急启动，已电话报告 {phoned}，请确认", "Ordered by one person who phoned {phoned}: confirm it"
    ),
    "break_glass_unconfirmed": Text(
        "单人紧急启动三十分钟无人确认", "Ordered by one person, unconfirmed after thirty minutes"
    ),
    "duration_over": Text("预计时长已到，请延长或终止", "The expected duration is over: extend or end"),
    "approval_waits": Text("{order:change}待第二人批准", "{order:change} waits for a second person"),
    "delivery_failed": Text(
        "{channel} 有 {failed} 条没有送达，请改用其他方式",
        "{failed} messages by {channel} were not delivered: use another way",
    ),
    "corrective_overdue": Text(
        "整改 {key} 到期，现为{stage:stage}", "Due and {stage:stage}: corrective action {key}"
    ),
    "report_overdue": Text("情况报告超时未报", "A situation report is overdue"),
    "drill_coming": Text(
        "{mark}《{name}》{begins} 开始（{drill}，不是实战），请入席点名",
        "{mark} {name_en} begins {begins} ({drill}, not for real): take your seat",
    ),
    "drill_open": Text(
        "{mark}《{name}》已打开（{drill}，不是实战），请入席",
        "{mark} {name_en} is open ({drill}, not for real): take your seat",
    ),
    "handover_late": Text("到点无人接班", "The shift has begun and nobody has taken over"),
    "help_wanted": Text("求助：缺{need:need}（{by}）", "Help wanted: {need:need} ({by})"),
}
"""Kinds of concern; what stands in braces are its facts."""

VOCABULARIES: Final[Mapping[str, Vocabulary]] = {
    "mode": MODES,
    "switch": SWITCHES,
    "order": ORDERS,
    "level": LEVELS,
    "colour": COLOURS,
    "progress": PROGRESS,
    "task": TASKS,
    "evidence": EVIDENCE,
    "facility": FACILITIES,
    "team": TEAMS,
    "call": CALLS,
    "trend": TRENDS,
    "severity": SEVERITIES,
    "decline": DECLINES,
    "call_end": CALL_ENDS,
    "hazard_point": HAZARD_POINTS,
    "return": RETURNS,
    "need": NEEDS,
    "help_outcome": HELP_OUTCOMES,
    "role": ROLES,
    "area_level": AREA_LEVELS,
    "change": CHANGES,
    "phase": PHASES,
    "drill_reason": DRILL_REASONS,
    "inject": INJECTS,
    "item": ITEMS,
    "stage": STAGES,
    "hazard": HAZARDS,
    "practised": PRACTISED,
    "drill_kind": DRILL_KINDS,
    "grade": GRADES,
    "rating": RATINGS,
    "capability": CAPABILITIES,
    "concern": CONCERNS,
    "event": EVENTS,
    "family": FAMILIES,
    "figure": FIGURES,
}


def said(text: Text, language: Language) -> str:
    return text.en if language == "en" else text.zh


def word(vocabulary: str, code: str, language: Language = "zh") -> str:
    """The word for a code; the code itself where there is none. Raises `KeyError` for an unknown vocabulary."""
    text = VOCABULARIES[vocabulary].get(code)
    return code if text is None else said(text, language)


def sentence(template: Text, facts: Mapping[str, str], language: Language = "zh") -> str:
    """A template with its facts put in; `{to:facility}` shows the word of that vocabulary for the fact's code.

    A fact that is not given is shown as `…`: a refusal never fails for want of a word. `{why_en}` falls back to
    the fact `why`.
    """
    return _Sentence(language).vformat(said(template, language), (), facts)


def concern(kind: str, facts: Mapping[str, str], language: Language = "zh") -> str:
    """What a concern says."""
    template = CONCERNS.get(kind)
    return kind if template is None else sentence(template, facts, language)


def named_in(template: str) -> set[str]:
    """The facts that a template names."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


class _Sentence(Formatter):
    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def get_field(self, field_name: str, args: object, kwargs: Mapping[str, str]) -> tuple[str, str]:
        """By the plain name only: `{a.b}` or `{a[b]}` in a template would reach into Python's objects."""
        given = kwargs.get(field_name) or kwargs.get(field_name.removesuffix("_en"))
        return given if given is not None else "…", field_name

    def format_field(self, value: str, format_spec: str) -> str:
        return word(format_spec, value, self.language) if format_spec else value
