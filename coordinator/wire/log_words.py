"""What each kind of entry of the log is called, and which family it belongs to: for lists, filters and exports.

What exactly happened in one entry is told by `coordinator/review/told.py`; a test holds that every event has a name.
"""

from __future__ import annotations

from typing import Final

from coordinator.domain.text import Text

FAMILIES: Final = {
    "operation": Text("响应", "Operations"),
    "place": Text("签收到位", "Signing and readiness"),
    "people": Text("力量", "People"),
    "task": Text("任务", "Tasks"),
    "facility": Text("阵地", "Facilities"),
    "situation": Text("情况", "Situation"),
    "help": Text("求助", "Help"),
    "order": Text("指令叫应", "Orders and calls"),
    "drill": Text("演练", "Drill"),
    "system": Text("系统", "System"),
}

_BY_FAMILY: Final = {
    "operation": {
        "ChangeRequested": Text("提请变更", "Change requested"),
        "ChangeRejected": Text("变更被驳回", "Change rejected"),
        "ChangeExpired": Text("变更过期未批", "Change not approved in time"),
        "OperationDeclared": Text("启动响应", "Operation declared"),
        "LevelRaised": Text("升级", "Level raised"),
        "LevelLowered": Text("降级", "Level lowered"),
        "OperationEnded": Text("终止", "Operation ended"),
        "OperationRecalled": Text("误发撤销", "Operation recalled"),
        "LoweringRefused": Text("降级被拒", "Lowering refused"),
        "OperationExtended": Text("延长", "Operation extended"),
        "CommandTransferred": Text("指挥移交", "Command transferred"),
        "BreakGlassConfirmed": Text("单人启动已确认", "Single order confirmed"),
        "BreakGlassUnconfirmed": Text("单人启动无人确认", "Single order unconfirmed"),
        "DurationRanOut": Text("预计时长已到", "Expected duration over"),
        "OperationClosed": Text("全部恢复平时", "Everywhere normal"),
        "OperationTaken": Text("接到上级响应", "Operation taken over"),
    },
    "place": {
        "PlaceSwitched": Text("下达", "Place switched"),
        "SwitchSigned": Text("签收", "Signed"),
        "PlaceReady": Text("到位", "Ready"),
        "PlaceRestored": Text("恢复平时", "Normal again"),
    },
    "people": {
        "CrewCalled": Text("征召", "Crew called"),
        "CrewAnswered": Text("应答", "Crew answered"),
        "CrewMoved": Text("人员变动", "Crew moved"),
        "ReliefFellDue": Text("换班到时", "Relief due"),
        "RestsOver": Text("休息期满", "Rests over"),
        "ShiftsPlanned": Text("排班", "Shifts planned"),
        "DutyHandedOver": Text("交接班", "Duty handed over"),
        "HandoverFellOverdue": Text("到点无人接班", "Handover overdue"),
        "TeamMoved": Text("队伍变动", "Team moved"),
    },
    "task": {
        "TaskAdded": Text("新增任务", "Task added"),
        "TaskAcknowledged": Text("接任务", "Task taken"),
        "TaskStarted": Text("任务进展", "Task under way"),
        "TaskCompleted": Text("任务办结", "Task done"),
        "TaskCancelled": Text("任务取消", "Task cancelled"),
        "TaskReturned": Text("任务退回", "Task sent back"),
        "TaskEscalated": Text("任务上报", "Task passed up"),
        "TasksUnacknowledged": Text("任务无人接", "Tasks taken by nobody"),
        "TasksFellOverdue": Text("任务逾期上报", "Tasks overdue"),
        "RoutineDone": Text("日常工作完成", "Routine work done"),
    },
    "facility": {
        "FacilityReported": Text("阵地报告", "Facility reported"),
        "FacilityOrdered": Text("改用阵地", "Facility ordered"),
        "ConversionFellOverdue": Text("阵地转换超时", "Conversion overdue"),
    },
    "situation": {
        "TalliesReported": Text("报统计", "Tallies reported"),
        "HazardReported": Text("报险情点", "Hazard point reported"),
        "HazardClosed": Text("险情销号", "Hazard point closed"),
        "ReportSigned": Text("情况报告", "Situation report"),
        "ReportFellOverdue": Text("情况报告超时", "Situation report overdue"),
    },
    "help": {
        "HelpAsked": Text("求助", "Help asked for"),
        "HelpTaken": Text("有人应援", "Help taken"),
        "HelpDelayed": Text("求助上报", "Help passed up"),
        "HelpClosed": Text("求助了结", "Help closed"),
    },
    "order": {
        "OrderIssued": Text("发布指令", "Order issued"),
        "OrderAcknowledged": Text("指令签收", "Order signed for"),
        "CallStarted": Text("开始叫应", "Confirmed call begun"),
        "CallRepeated": Text("再次叫应", "Called again"),
        "CallPassedUp": Text("叫应上报", "Call passed up"),
        "CallAnswered": Text("已叫应", "Call answered"),
    },
    "drill": {
        "DrillInvited": Text("演练邀请", "Invited to a drill"),
        "InvitationEnded": Text("演练邀请结束", "Invitation to a drill ended"),
        "DrillRecorded": Text("演练登记", "Drill put on record"),
        "CorrectiveTaken": Text("整改立项", "Corrective action taken on"),
        "CorrectiveDone": Text("整改完成", "Corrective action done"),
        "CorrectiveVerified": Text("整改验证通过", "Corrective action verified"),
        "CorrectiveReturned": Text("整改退回", "Corrective action sent back"),
        "CorrectiveFellOverdue": Text("整改逾期", "Corrective action overdue"),
        "DrillChanged": Text("演练进程", "Drill moved on"),
        "ClockAdvanced": Text("拨动时钟", "Clock advanced"),
        "InjectFired": Text("注入情况", "Inject given"),
        "InjectCalled": Text("提前注入", "Inject called"),
        "InjectSkipped": Text("跳过情况", "Inject skipped"),
        "ItemObserved": Text("现场评估", "Observed"),
    },
    "system": {
        "ScopeFounded": Text("建立记录", "Log begun"),
        "EpochBegan": Text("新纪元", "New epoch"),
        "GrantIssued": Text("发放授权", "Grant issued"),
        "GrantRevoked": Text("撤销授权", "Grant revoked"),
        "PlaybookPublished": Text("发布预案", "Playbook published"),
        "PhoneRevealed": Text("查看电话", "Phone shown"),
        "PhonesFetched": Text("调取电话", "Phones fetched"),
        "PersonErased": Text("删除姓名电话", "Person erased"),
        "PersonalDataDestroyed": Text("个人信息销毁", "Personal data destroyed"),
        "OperationUnfolded": Text("逐处下达完毕", "All places told"),
        "NoticesDelivered": Text("通知送达", "Notices delivered"),
        "ReceiptsTaken": Text("下级回执", "Receipts from below"),
        "DutiesClosed": Text("待办了结", "Duties closed"),
        "DutiesDone": Text("跨区事项了结", "Duties done elsewhere"),
    },
}

EVENTS: Final = {name: text for events in _BY_FAMILY.values() for name, text in events.items()}
FAMILY_OF: Final = {name: family for family, events in _BY_FAMILY.items() for name in events}

STORY: Final = {
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
"""The few events that make a night's story."""

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
"""What a summary counts."""
