"""Who may do what where: one function answers for commands and subscriptions alike.

Authority is a role on a part of the tree; what a person types or a client claims counts for nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.mode import Mode
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister


class Role(StrEnum):
    COMMANDER = "commander"
    """Command post of a district, city or province: declares, raises, lowers, ends."""
    STREET = "street"
    """Balances, answers whistles, commands its shock teams."""
    COMMUNITY = "community"
    """Duty officer: signs, dispatches, checks, asks for help."""
    GRID = "grid"
    """The grid team's phone."""
    TEAM_LEADER = "team_leader"
    UNIT = "unit"
    """Dispatcher of an employer or department."""
    RESPONDER = "responder"
    AUDITOR = "auditor"
    """Reads all, changes nothing."""
    WALL = "wall"
    """A screen on a wall, by a link that can be taken back: sees its part without persons, and nothing else."""
    CALENDAR = "calendar"
    """A feed of drills for other people's calendars: no person, signs in nowhere, sees and does nothing else."""
    OPERATOR = "operator"
    """Installs, grants, revokes."""
    PROCESS = "process"
    """The coordinator itself: what falls due."""
    WORKER = "worker"
    """An RQ worker: brings back outcomes."""
    CONTROLLER = "controller"
    """导调员 of a drill: starts, pauses, injects, aborts, ends. Exists in no world but a drill's."""
    OBSERVER = "observer"
    """评估员 of a drill: sees all, ticks what a machine cannot see."""


class Actor(msgspec.Struct, frozen=True):
    """A person in an office, a device or a named process, with a role on a part of the tree."""

    person: str
    role: Role
    area: AreaCode
    office: str = ""
    grant: str = ""
    """The grant it signed in with; a revoked one closes its sockets."""


PROCESS: Final = "process:coordinator"

_CREW: Final = frozenset({"Answer", "Depart", "CheckIn", "ReportHome"})
_WORK: Final = frozenset({"AcknowledgeTask", "StartTask", "CompleteTask", "CompleteRoutine"})
_SITUATION: Final = frozenset({"ReportTally", "ReportHazard", "ReportFacility", "ReportLost", "ReportSafe"})
_HELP: Final = frozenset({"AskForHelp", "CloseHelp"})
_GRID: Final = (
    _CREW
    | _WORK
    | _SITUATION
    | _HELP
    | {"KeepText", "Relieve", "AcknowledgeOrder", "AnswerConfirmedCall", "AnswerRollCall"}
)
_CONTROL: Final = frozenset(
    {
        "StartDrill",
        "PauseDrill",
        "ResumeDrill",
        "SetSpeed",
        "AdvanceClock",
        "AbortDrill",
        "EndDrill",
        "ExtendDrill",
        "CallInject",
        "SkipInject",
        "Observe",
        "KeepText",
    }
)
_COMMUNITY: Final = _GRID | {
    "SignSwitch",
    "DeclareReady",
    "CallOutCrew",
    "CancelCallOut",
    "AddTask",
    "CancelTask",
    "ReturnTask",
    "EscalateTask",
    "OrderConversion",
    "SignReport",
    "CloseHazard",
    "TakeCorrectiveAction",
    "CompleteCorrectiveAction",
    "PlanShifts",
    "HandOver",
    "AnswerHelp",
}
_STREET: Final = _COMMUNITY | {
    "IssueOrder",
    "MoveTeam",
    "RecordDrillHeld",
    "VerifyCorrectiveAction",
}
_COMMAND: Final = _STREET | {
    "DeclareOperation",
    "RaiseLevel",
    "LowerLevel",
    "ExtendOperation",
    "EndOperation",
    "RecallOperation",
    "ApproveChange",
    "RejectChange",
    "ConfirmBreakGlass",
    "TransferCommand",
    "PublishPlaybook",
}

MAY: Final[dict[Role, frozenset[str]]] = {
    Role.COMMANDER: _COMMAND,
    Role.STREET: _COMMAND,  # the playbook's authority says up to which level
    Role.COMMUNITY: _COMMUNITY | {"DeclareOperation", "EndOperation", "LowerLevel", "RecallOperation"},
    Role.GRID: _GRID,
    Role.TEAM_LEADER: _CREW
    | _WORK
    | _HELP
    | {"MoveTeam", "Relieve", "ReportLost", "ReportSafe", "AnswerRollCall", "AnswerHelp", "KeepText"},
    Role.UNIT: frozenset({"Answer"}),
    Role.RESPONDER: _CREW | _HELP,
    Role.AUDITOR: frozenset(),
    Role.CALENDAR: frozenset(),
    Role.WALL: frozenset(),
    Role.OPERATOR: frozenset(
        {
            "IssueGrant",
            "RevokeGrant",
            "DestroyPersonalData",
            "EndInvitation",
            "ErasePerson",
            "InviteToDrill",
            "PlanShifts",
            "PublishPlaybook",
            "ReopenScope",
        }
    ),
    Role.PROCESS: frozenset(
        {
            "FallDue",
            "Unfold",
            "CallOutCrew",
            "FoundScope",
            "BeginEpoch",
            "IssueGrant",
            "RevokeGrant",
            "TakeOperation",
            "TakeReceipts",
            "CloseDuties",
            "RevealPhone",
            "RecordPhonesFetched",
            "AbortDrill",
            "PrepareDrill",
            "TakeDrill",
            "AdvanceClock",
            "EndDrill",
            "FireInject",
            "SkipInject",
        }
    ),
    Role.WORKER: frozenset({"RecordDelivery", "RecordJob"}),
    Role.CONTROLLER: _CONTROL,
    Role.OBSERVER: frozenset({"Observe", "KeepText"}),
}
"""What each role may do on its part of the tree. Everything else is refused."""

WATCH: Final = "watch"
FIND: Final = "find"
"""What areas there are, and what they are called."""
WATCHES_ALL: Final = frozenset({Role.AUDITOR, Role.OPERATOR, Role.PROCESS, Role.CONTROLLER, Role.OBSERVER})
ONLY_IN_DRILLS: Final = frozenset({Role.CONTROLLER, Role.OBSERVER})
"""Given to nobody in the real world, where there is nothing to control."""

READ_LOG: Final = "read_log"
READS_LOG: Final = frozenset(
    {Role.AUDITOR, Role.COMMANDER, Role.STREET, Role.COMMUNITY, Role.CONTROLLER, Role.OBSERVER}
)
"""Who may look back on their part of the tree: its log and the reports that are made of it."""

READ_ALERTS: Final = "read_alerts"
READS_ALERTS: Final = READS_LOG | {Role.WALL}
"""Whose systems may take orders as CAP alerts. They name no person: for a screen or a siren a wall's role is enough."""

_READERS: Final = {READ_LOG: READS_LOG, READ_ALERTS: READS_ALERTS}

NOT_FOR_PLAYERS: Final = frozenset({"InjectCalled", "InjectSkipped", "ItemObserved"})
"""What exercise control does, and how a drill is judged while it is played."""

_ONLY_WHILE_SWITCHED: Final = frozenset({"CheckIn", "Depart"})


def may(actor: Actor, action: str, area: AreaCode, areas: AreaRegister, mode: Mode | None = None) -> None:
    """Pass, or raise `Refused`: `unknown_area`, `not_your_part`, `not_your_role`, `area_is_normal`.

    `action` is a command's type, `watch`, `find`, `read_log` or `read_alerts`. `mode` is the area's, for what exists
    only while it is not NORMAL.
    """
    if area not in areas:
        raise Refused("unknown_area", area=area)
    if not areas.within(area, actor.area):
        raise Refused("not_your_part", area=area, part=actor.area)
    looks = action == FIND or (action == WATCH and actor.role is not Role.WALL)
    reads = actor.role in _READERS.get(action, ())
    if not (looks or reads or action in MAY[actor.role]):
        raise Refused("not_your_role", role=actor.role.value, action=action)
    if mode is Mode.NORMAL and action in _ONLY_WHILE_SWITCHED:
        raise Refused("area_is_normal", area=area)


def hidden_from(role: Role) -> frozenset[str]:
    """Events of a log that this role is not shown, wherever they happened."""
    return frozenset() if role in WATCHES_ALL else NOT_FOR_PLAYERS
