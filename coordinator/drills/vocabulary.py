"""The closed sets a drill script chooses from: seats, actions, areas of evaluation, capabilities.

Says what each is called and who may do it; how an action is found in a log stands in `matching.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from coordinator.domain.access import Role
from coordinator.domain.area import AreaLevel
from coordinator.domain.text import Text
from coordinator.wire import drill_words


class DrillKind(StrEnum):
    """AQ/T 9007: by how much is really moved; a raid is not announced."""

    TABLETOP = "tabletop"
    FUNCTIONAL = "functional"
    FULL_SCALE = "full_scale"
    RAID = "raid"


class Seat(StrEnum):
    """Who plays. The same words as the roles they sign in with."""

    COMMANDER = Role.COMMANDER.value
    STREET = Role.STREET.value
    COMMUNITY = Role.COMMUNITY.value
    GRID = Role.GRID.value
    TEAM_LEADER = Role.TEAM_LEADER.value


PLACE_OF: Final = {
    Seat.STREET: AreaLevel.STREET,
    Seat.COMMUNITY: AreaLevel.COMMUNITY,
    Seat.GRID: AreaLevel.GRID,
    Seat.TEAM_LEADER: AreaLevel.STREET,
}
"""Level of the places a seat stands for; a commander's is that of the scope."""


class Asked(StrEnum):
    """What the `of` of an action names."""

    NOTHING = ""
    TASK = "task"
    POST = "post"
    FACILITY = "facility"
    TALLY = "tally"


class Action(StrEnum):
    ROLL_CALL = "roll_call"
    READ = "read"
    ANSWER_CALL = "answer_call"
    DECLARE = "declare"
    RAISE = "raise"
    LOWER = "lower"
    END = "end"
    INSTRUCT = "instruct"
    SIGN = "sign"
    READY = "ready"
    ANSWER = "answer"
    MUSTER = "muster"
    ARRIVE = "arrive"
    DEPLOY = "deploy"
    TAKE_TASK = "take_task"
    FINISH_TASK = "finish_task"
    FACILITY = "facility"
    HAZARD = "hazard"
    TALLY = "tally"
    REPORT = "report"
    RESTORE = "restore"


class Spec(msgspec.Struct, frozen=True):
    """An action: its name, the command by which it is done, what its `of` names."""

    name: Text
    command: str = ""
    """Empty: it follows from what many do, and nobody does it alone."""
    of: Asked = Asked.NOTHING
    needs_of: bool = False
    crowd: bool = False
    """Done by many people: the expected share is of them, within each place, and not of the places."""


A = Action
ACTIONS: Final = {
    A.ROLL_CALL: Spec(Text("点名应到", "answers the roll-call"), "AnswerRollCall"),
    A.READ: Spec(Text("阅知导调消息", "reads the message"), "AcknowledgeOrder"),
    A.ANSWER_CALL: Spec(Text("应答叫应", "answers the confirmed call"), "AnswerConfirmedCall"),
    A.DECLARE: Spec(Text("启动响应", "declares the response"), "DeclareOperation"),
    A.RAISE: Spec(Text("升级响应", "raises the level"), "RaiseLevel"),
    A.LOWER: Spec(Text("降级响应", "lowers the level"), "LowerLevel"),
    A.END: Spec(Text("终止响应", "ends the response"), "EndOperation"),
    A.INSTRUCT: Spec(Text("下达指令", "gives an order"), "IssueOrder"),
    A.SIGN: Spec(Text("签收", "signs for the order"), "SignSwitch"),
    A.READY: Spec(Text("转换到位", "is ready")),
    A.ANSWER: Spec(Text("队员应答", "people answer their call-out"), "Answer", Asked.POST, crowd=True),
    A.MUSTER: Spec(Text("队伍集结", "the team musters"), "CheckIn", crowd=True),
    A.ARRIVE: Spec(Text("队员到岗", "people are on post"), "CheckIn", Asked.POST, crowd=True),
    A.DEPLOY: Spec(Text("队伍出动", "the team is deployed"), "MoveTeam"),
    A.TAKE_TASK: Spec(Text("接任务", "takes the task"), "AcknowledgeTask", Asked.TASK, needs_of=True),
    A.FINISH_TASK: Spec(Text("办结任务", "finishes the task"), "CompleteTask", Asked.TASK, needs_of=True),
    A.FACILITY: Spec(Text("阵地就位", "makes the facility ready"), "ReportFacility", Asked.FACILITY, True),
    A.HAZARD: Spec(Text("上报险情", "reports the hazard"), "ReportHazard"),
    A.TALLY: Spec(Text("上报统计", "reports the count"), "ReportTally", Asked.TALLY, needs_of=True),
    A.REPORT: Spec(Text("签报情况", "signs the situation report"), "SignReport"),
    A.RESTORE: Spec(Text("恢复平时", "is back to normal")),
}


class EvaluationArea(StrEnum):
    """AQ/T 9009-2015: the thirteen things an exercise is evaluated in."""

    WARNING = "warning"
    MOBILISATION = "mobilisation"
    MONITORING = "monitoring"
    COMMAND = "command"
    RESPONSE = "response"
    RESOURCES = "resources"
    COMMUNICATION = "communication"
    PUBLIC_INFORMATION = "public_information"
    PROTECTION = "protection"
    CORDON = "cordon"
    MEDICAL = "medical"
    RECOVERY = "recovery"
    OTHER = "other"


EVALUATION_AREAS: Final = {
    EvaluationArea.WARNING: Text("预警与信息报告", "Warning and reporting"),
    EvaluationArea.MOBILISATION: Text("紧急动员", "Mobilisation"),
    EvaluationArea.MONITORING: Text("事故监测与研判", "Monitoring and assessment"),
    EvaluationArea.COMMAND: Text("指挥和协调", "Command and coordination"),
    EvaluationArea.RESPONSE: Text("事故处置", "Response"),
    EvaluationArea.RESOURCES: Text("应急资源管理", "Resources"),
    EvaluationArea.COMMUNICATION: Text("应急通信", "Emergency communication"),
    EvaluationArea.PUBLIC_INFORMATION: Text("信息公开", "Public information"),
    EvaluationArea.PROTECTION: Text("人员保护", "Protection of people"),
    EvaluationArea.CORDON: Text("警戒与管制", "Cordon and control"),
    EvaluationArea.MEDICAL: Text("医疗救护", "Medical care"),
    EvaluationArea.RECOVERY: Text("现场控制及恢复", "Control of the scene and recovery"),
    EvaluationArea.OTHER: Text("其他", "Other"),
}


class Capability(StrEnum):
    """HSEEP rates an exercise by capability; these are the ones a switch-over of communities needs."""

    COORDINATION = "coordination"
    WARNING = "warning"
    COMMUNICATIONS = "communications"
    SITUATION = "situation"
    MOBILISATION = "mobilisation"
    EVACUATION = "evacuation"
    MASS_CARE = "mass_care"
    INFRASTRUCTURE = "infrastructure"
    PUBLIC_HEALTH = "public_health"
    RECOVERY = "recovery"


CAPABILITIES: Final = {one: drill_words.CAPABILITIES[one.value] for one in Capability}


class Figure(StrEnum):
    """Times that every drill is measured by."""

    NOTIFY = "notify"
    SIGN = "sign"
    ANSWER = "answer"
    MUSTER = "muster"
    ARRIVE = "arrive"
    SWITCH = "switch"
    CONVERT = "convert"
    CLOSE = "close"


FIGURES: Final = {
    Figure.NOTIFY: Text("通知送达", "call-out to reached"),
    Figure.SIGN: Text("下达到签收", "order to signed"),
    Figure.ANSWER: Text("征召到应答", "call-out to answer"),
    Figure.MUSTER: Text("征召到集结", "call-out to mustered"),
    Figure.ARRIVE: Text("征召到到岗", "call-out to on post"),
    Figure.SWITCH: Text("下达到到位", "order to ready"),
    Figure.CONVERT: Text("阵地转换", "conversion of facilities"),
    Figure.CLOSE: Text("任务办结", "task opened to done"),
}

KINDS: Final = {one: drill_words.DRILL_KINDS[one.value] for one in DrillKind}
