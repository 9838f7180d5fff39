"""The whole language of the rules in one place: which command is decided by what, which event changes what.

`decide` is the only place where a rule is applied, `apply` the only change of state. Neither does any I/O.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from coordinator.domain import (
    access,
    call_out,
    calling,
    change,
    checking,
    confirmed_call,
    corrective,
    crew,
    delivery,
    drill,
    duty_roster,
    epoch,
    facility,
    falling_due,
    follow_on,
    grant,
    help,
    inject,
    invitation,
    operation,
    order,
    personal_data,
    practice,
    published,
    routine,
    situation,
    switch_over,
    task,
    team,
    unfold,
    world,
)
from coordinator.domain.command import Command, type_of
from coordinator.domain.consequence import consequences
from coordinator.domain.context import Context
from coordinator.domain.event import LANGUAGE, Envelope, Event, Stamp
from coordinator.domain.key import KEY_AHEAD, KEY_LIFE, KnownKey
from coordinator.domain.refusal import Refused
from coordinator.domain.register import Registers
from coordinator.domain.state import ScopeState
from coordinator.domain.table import Table
from coordinator.domain.tables import TABLES

REMEMBERED: Final = 20_000
"""Positions for which tombstones are kept: a client that was away for longer gets a snapshot."""
BURY_EVERY: Final = 1_000

Decide = Callable[[ScopeState, Any, Context], list[Event]]
Apply = Callable[[ScopeState, Any, Stamp], None]

DECIDE: Final[dict[type[Command], Decide]] = {
    world.FoundScope: world.decide_found,
    epoch.BeginEpoch: epoch.decide_begin,
    epoch.ReopenScope: epoch.decide_reopen,
    grant.IssueGrant: grant.decide_issue,
    grant.RevokeGrant: grant.decide_revoke,
    published.PublishPlaybook: published.decide_publish,
    # the operation
    change.DeclareOperation: change.decide_change,
    change.RaiseLevel: change.decide_change,
    change.LowerLevel: change.decide_change,
    change.EndOperation: change.decide_change,
    change.ApproveChange: change.decide_approve,
    change.RejectChange: change.decide_reject,
    change.RecallOperation: change.decide_recall,
    change.ExtendOperation: change.decide_extend,
    change.TransferCommand: change.decide_transfer,
    change.ConfirmBreakGlass: change.decide_confirm_glass,
    # the place
    unfold.Unfold: unfold.decide_unfold,
    switch_over.SignSwitch: switch_over.decide_sign,
    switch_over.DeclareReady: switch_over.decide_declare_ready,
    confirmed_call.AnswerConfirmedCall: confirmed_call.decide_answer,
    order.IssueOrder: order.decide_issue,
    order.AcknowledgeOrder: order.decide_acknowledge,
    # people
    call_out.CallOutCrew: calling.decide_call_out,
    call_out.Answer: call_out.decide_answer,
    call_out.Depart: call_out.decide_depart,
    call_out.CheckIn: call_out.decide_check_in,
    call_out.Relieve: call_out.decide_relieve,
    call_out.ReportHome: call_out.decide_home,
    call_out.ReportLost: call_out.decide_lost,
    call_out.ReportSafe: call_out.decide_safe,
    call_out.CancelCallOut: call_out.decide_cancel,
    team.MoveTeam: team.decide_move,
    duty_roster.PlanShifts: duty_roster.decide_plan,
    duty_roster.HandOver: duty_roster.decide_hand_over,
    # facilities
    facility.ReportFacility: facility.decide_report,
    facility.OrderConversion: facility.decide_order,
    # work
    task.AddTask: task.decide_add,
    task.AcknowledgeTask: task.decide_acknowledge,
    task.StartTask: task.decide_start,
    task.CompleteTask: task.decide_complete,
    task.CancelTask: task.decide_cancel,
    checking.ReturnTask: checking.decide_return,
    checking.EscalateTask: checking.decide_escalate,
    routine.CompleteRoutine: routine.decide_complete,
    # information
    situation.ReportTally: situation.decide_tally,
    situation.ReportHazard: situation.decide_hazard,
    situation.CloseHazard: situation.decide_close_hazard,
    situation.SignReport: situation.decide_sign_report,
    help.AskForHelp: help.decide_ask,
    help.AnswerHelp: help.decide_answer,
    help.CloseHelp: help.decide_close,
    # what is owed
    falling_due.FallDue: falling_due.decide_fall_due,
    delivery.RecordDelivery: delivery.decide_delivery,
    personal_data.DestroyPersonalData: personal_data.decide_destroy,
    personal_data.ErasePerson: personal_data.decide_erase,
    personal_data.RevealPhone: personal_data.decide_reveal,
    personal_data.RecordPhonesFetched: personal_data.decide_fetched,
    # between scopes
    follow_on.TakeOperation: follow_on.decide_take,
    follow_on.TakeReceipts: follow_on.decide_receipts,
    follow_on.CloseDuties: follow_on.decide_close,
    # what was practised, and what is to be better next time
    practice.RecordDrillHeld: practice.decide_record,
    corrective.TakeCorrectiveAction: corrective.decide_take,
    corrective.CompleteCorrectiveAction: corrective.decide_complete,
    corrective.VerifyCorrectiveAction: corrective.decide_verify,
    invitation.InviteToDrill: invitation.decide_invite,
    invitation.EndInvitation: invitation.decide_end,
    # a drill
    drill.PrepareDrill: drill.decide_prepare,
    drill.StartDrill: drill.decide_start,
    drill.PauseDrill: drill.decide_pause,
    drill.ResumeDrill: drill.decide_resume,
    drill.SetSpeed: drill.decide_speed,
    drill.AdvanceClock: drill.decide_advance,
    drill.AbortDrill: drill.decide_abort,
    drill.EndDrill: drill.decide_end,
    drill.ExtendDrill: drill.decide_extend,
    drill.TakeDrill: drill.decide_take_drill,
    drill.AnswerRollCall: inject.decide_roll_call,
    inject.FireInject: inject.decide_fire,
    inject.CallInject: inject.decide_call,
    inject.SkipInject: inject.decide_skip,
    inject.Observe: inject.decide_observe,
}

APPLY: Final[dict[type[Event], Apply]] = {
    world.ScopeFounded: world.apply_founded,
    epoch.EpochBegan: epoch.apply_began,
    grant.GrantIssued: grant.apply_issued,
    grant.GrantRevoked: grant.apply_revoked,
    published.PlaybookPublished: published.apply_published,
    operation.ChangeRequested: operation.apply_requested,
    operation.ChangeRejected: operation.apply_rejected,
    operation.ChangeExpired: operation.apply_expired,
    operation.OperationDeclared: operation.apply_declared,
    operation.LevelRaised: operation.apply_changed,
    operation.LevelLowered: operation.apply_changed,
    operation.OperationEnded: operation.apply_changed,
    operation.OperationRecalled: operation.apply_changed,
    operation.LoweringRefused: operation.apply_refused,
    operation.OperationExtended: operation.apply_extended,
    operation.CommandTransferred: operation.apply_transferred,
    operation.BreakGlassConfirmed: operation.apply_glass_confirmed,
    operation.BreakGlassUnconfirmed: operation.apply_glass_unconfirmed,
    operation.DurationRanOut: operation.apply_duration_over,
    operation.OperationClosed: operation.apply_closed,
    unfold.OperationUnfolded: unfold.apply_unfolded,
    switch_over.PlaceSwitched: switch_over.apply_switched,
    switch_over.SwitchSigned: switch_over.apply_signed,
    switch_over.PlaceReady: switch_over.apply_ready,
    switch_over.PlaceRestored: switch_over.apply_restored,
    confirmed_call.CallStarted: confirmed_call.apply_started,
    confirmed_call.CallRepeated: confirmed_call.apply_repeated,
    confirmed_call.CallPassedUp: confirmed_call.apply_passed_up,
    confirmed_call.CallAnswered: confirmed_call.apply_answered,
    order.OrderIssued: order.apply_issued,
    order.OrderAcknowledged: order.apply_acknowledged,
    call_out.CrewCalled: crew.apply_called,
    call_out.CrewAnswered: crew.apply_answered,
    call_out.CrewMoved: crew.apply_moved,
    call_out.ReliefFellDue: crew.apply_relief_due,
    call_out.RestsOver: crew.apply_rests_over,
    team.TeamMoved: team.apply_moved,
    duty_roster.ShiftsPlanned: duty_roster.apply_planned,
    duty_roster.DutyHandedOver: duty_roster.apply_handed_over,
    duty_roster.HandoverFellOverdue: duty_roster.apply_overdue,
    facility.FacilityReported: facility.apply_reported,
    facility.FacilityOrdered: facility.apply_ordered,
    falling_due.ConversionFellOverdue: falling_due.apply_conversion_overdue,
    task.TaskAdded: task.apply_added,
    task.TaskAcknowledged: task.apply_acknowledged,
    task.TaskStarted: task.apply_started,
    task.TaskCompleted: task.apply_completed,
    task.TaskCancelled: task.apply_cancelled,
    checking.TaskReturned: checking.apply_returned,
    checking.TaskEscalated: checking.apply_escalated,
    task.TasksUnacknowledged: task.apply_unacknowledged,
    task.TasksFellOverdue: task.apply_overdue,
    routine.RoutineDone: routine.apply_done,
    situation.TalliesReported: situation.apply_tallies,
    situation.HazardReported: situation.apply_hazard,
    situation.HazardClosed: situation.apply_hazard_closed,
    situation.ReportSigned: situation.apply_report_signed,
    situation.ReportFellOverdue: situation.apply_report_overdue,
    help.HelpAsked: help.apply_asked,
    help.HelpTaken: help.apply_taken,
    help.HelpClosed: help.apply_closed,
    help.HelpDelayed: help.apply_delayed,
    falling_due.DutiesClosed: falling_due.apply_closed,
    delivery.NoticesDelivered: delivery.apply_delivery,
    personal_data.PersonalDataDestroyed: personal_data.apply_destroyed,
    personal_data.PersonErased: personal_data.apply_erased,
    personal_data.PhoneRevealed: personal_data.apply_revealed,
    personal_data.PhonesFetched: personal_data.apply_fetched,
    follow_on.OperationTaken: follow_on.apply_taken,
    follow_on.ReceiptsTaken: follow_on.apply_receipts,
    follow_on.DutiesDone: follow_on.apply_arrived,
    practice.DrillRecorded: practice.apply_recorded,
    corrective.CorrectiveTaken: corrective.apply_taken,
    corrective.CorrectiveDone: corrective.apply_done,
    corrective.CorrectiveVerified: corrective.apply_verified,
    corrective.CorrectiveReturned: corrective.apply_returned,
    corrective.CorrectiveFellOverdue: corrective.apply_overdue,
    invitation.DrillInvited: invitation.apply_invited,
    invitation.InvitationEnded: invitation.apply_ended,
    drill.DrillChanged: drill.apply_changed,
    drill.ClockAdvanced: drill.apply_advanced,
    inject.InjectFired: inject.apply_fired,
    inject.InjectCalled: inject.apply_called,
    inject.InjectSkipped: inject.apply_skipped,
    inject.ItemObserved: inject.apply_observed,
}

HELD_AT_ROOT: Final = (grant.IssueGrant, grant.RevokeGrant, published.PublishPlaybook)
"""Who may act as whom, and which playbooks there are, is kept in the log of the tree's root."""

COMMANDS: Final = {command.__name__: command for command in DECIDE}
EVENTS: Final = {event.__name__: event for event in APPLY}


AnyEvent = functools.reduce(operator.or_, APPLY)
_events: Final = msgspec.json.Decoder(AnyEvent)
_envelopes: Final = msgspec.json.Decoder(Envelope)

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTS: Final[dict[int, Upcast]] = {}
"""From a version of the language to the next: event as plain JSON in, event as plain JSON out. Kept for ever."""


class Recorded(NamedTuple):
    """One event with its place in the log."""

    world: str
    scope: str
    epoch: int
    position: int
    stamp: Stamp
    event: Event


def encode(recorded: Recorded) -> bytes:
    """The body of a log entry."""
    return msgspec.json.encode(
        Envelope(
            v=LANGUAGE,
            world=recorded.world,
            scope=recorded.scope,
            epoch=recorded.epoch,
            position=recorded.position,
            stamp=recorded.stamp,
            event=msgspec.Raw(msgspec.json.encode(recorded.event)),
        )
    )


def decode(body: bytes) -> Recorded:
    """The event in a log entry, brought up to today's language. Raises `msgspec.DecodeError`."""
    envelope = _envelopes.decode(body)
    if envelope.v > LANGUAGE:  # written by a newer coordinator: misread silently, its state would be another
        raise msgspec.ValidationError(
            f"event {envelope.position} speaks language {envelope.v}, not {LANGUAGE}"
        )
    if envelope.v == LANGUAGE:
        event = _events.decode(envelope.event)
    else:
        plain = msgspec.json.decode(envelope.event)
        for version in range(envelope.v, LANGUAGE):
            plain = UPCASTS[version](plain)
        event = msgspec.convert(plain, AnyEvent)
    return Recorded(envelope.world, envelope.scope, envelope.epoch, envelope.position, envelope.stamp, event)


def new_state(world_name: str, scope: str, registers: Registers) -> ScopeState:
    """The state before the first event."""
    tables = [Table(name, kept.counts, kept.together) for name, kept in TABLES.items()]
    return ScopeState(world_name, scope, registers, tables)


def decide(draft: ScopeState, command: Command, ctx: Context) -> list[Event]:
    """What happens by this command and by rule after it, applied to the draft. Raises `Refused`.

    A refusal leaves the draft as it was; one on record has put its event on it, for the caller to append.
    """
    areas = ctx.registers.areas
    mode = draft.mode(command.area) if command.area in areas else None
    access.may(ctx.actor, type_of(command), command.area, areas, mode)
    stamp = stamp_of(command, ctx, hash="", count=0)
    events: list[Event] = []
    try:
        fresh = DECIDE[type(command)](draft, command, ctx)
    except Refused as refusal:
        if refusal.record is not None:
            _change(draft, refusal.record, stamp)
        raise
    while fresh:
        for event in fresh:
            _change(draft, event, stamp)
        events += fresh
        fresh = consequences(draft, fresh)
    return events


def stamp_of(command: Command, ctx: Context, *, hash: str, count: int) -> Stamp:
    actor = ctx.actor
    return Stamp(
        at=ctx.now,
        recorded=ctx.recorded,
        actor=actor.person,
        role=actor.role.value,
        place=actor.area if actor.role in _HEARD else "",
        office=actor.office,
        key=ctx.key,
        hash=hash,
        count=count,
    )


_HEARD: Final = frozenset(
    {access.Role.STREET, access.Role.COMMUNITY, access.Role.GRID, access.Role.TEAM_LEADER}
)
"""Whose word counts as a contact of their place."""


def apply(state: ScopeState, recorded: Recorded) -> None:
    """Change the state by one durable event: the only way it ever changes."""
    if recorded.position != state.position + 1:
        raise ValueError(f"{state.scope}: event {recorded.position} after {state.position}")
    stamp = recorded.stamp
    state.epoch = recorded.epoch
    _change(state, recorded.event, stamp)
    if recorded.position % BURY_EVERY == 0:
        for table in state.tables.values():
            table.bury(recorded.position - REMEMBERED)
    known = state.keys.get(stamp.key)
    if known is None:
        known = KnownKey(
            area=state.scope,
            hash=stamp.hash,
            first=recorded.position,
            last=recorded.position + stamp.count - 1,
            recorded=stamp.recorded,
        )
        state.put(state.keys, stamp.key, known)
        _forget_keys(state, stamp)
    ids = ids_of([recorded.event])
    if ids:
        state.put(state.keys, stamp.key, replace(known, ids=known.ids + ids))
    if isinstance(recorded.event, operation.LoweringRefused):
        refused = replace(known, refused=recorded.event.code, facts=recorded.event.facts)
        state.put(state.keys, stamp.key, refused)


def ids_of(events: Iterable[Event]) -> tuple[str, ...]:
    """Ids that a command has made, in the order of its events: part of its answer."""
    return tuple(event.id for event in events if isinstance(event, _MAKES_ID))


_MAKES_ID: Final = (
    operation.ChangeRequested,
    operation.OperationDeclared,
    order.OrderIssued,
    situation.HazardReported,
    help.HelpAsked,
    grant.GrantIssued,
    practice.DrillRecorded,
    corrective.CorrectiveTaken,
)


def _change(state: ScopeState, event: Event, stamp: Stamp) -> None:
    before = follow_on.standing_figures(state)
    state.position += 1
    APPLY[type(event)](state, event, stamp)
    state.settle(stamp)
    if follow_on.standing_figures(state) != before:
        operation.owe_standing(state, stamp)


def _forget_keys(state: ScopeState, stamp: Stamp) -> None:
    """Keys older than any that would still be let in; the newest event's time says how old, not a clock.

    What was dropped before that goes with them: who has been away for longer gets a snapshot.
    """
    oldest = stamp.recorded - KEY_LIFE - KEY_AHEAD
    while True:
        key, known = next(iter(state.keys.items()))
        if known.recorded >= oldest:
            return
        state.drop(state.keys, key)
        for table in state.tables.values():
            table.bury(known.last)
        state.keys.bury(state.position)
