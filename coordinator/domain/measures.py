"""Measures: one level of a playbook 预案 resolved for one area. Made by `playbook`, read by the rules.

The five things of a switch-over stand side by side: command, people, facilities, work, information.
An event never names a `Measures`; it carries what came of it, so that replay needs no playbook.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.text import Text


class EvidenceKind(StrEnum):
    """The closed set of ways to show that a task was done: evidence, not clicks (rule 7)."""

    COUNT = "count"
    """`done` of `total`; closed when done >= ceil(total * share)."""
    RECEIPT_RATE = "receipt_rate"
    """Receipts of `total`, as a share."""
    CHECKLIST = "checklist"
    PHOTO = "photo"
    SIGNED_FORM = "signed_form"
    FACILITY_STATE = "facility_state"
    CHECK_IN = "check_in"
    REPORT_IN = "report_in"


COUNTED: Final = frozenset({EvidenceKind.COUNT, EvidenceKind.RECEIPT_RATE})
"""Closed by enough of a total."""


class Evidence(msgspec.Struct, frozen=True):
    """What closes a task. `total` is resolved for the area (0 where it is not a count); `share` of it is asked."""

    kind: EvidenceKind
    total: int = 0
    share: float = 1.0
    facility: str = ""
    """For FACILITY_STATE: the kind of facility whose state is asked."""
    post: str = ""
    """For CHECK_IN: the post key whose crew must be there; empty for any of the area."""


class PostSpec(msgspec.Struct, frozen=True):
    """A post 岗位 of this area: `heads` per shift, `shifts` of them in 24 h."""

    key: str
    name: Text
    scope: AreaLevel
    heads: int
    shifts: int
    shift_minutes: int
    crew_min: int
    """Fewer than this together count as none (one alone in water)."""
    skills: tuple[str, ...]
    """Any one of these qualifies for a place in the crew; empty: anyone."""
    may_fill: tuple[str, ...]
    """Kinds of responder who may fill it; empty: any kind."""
    by_minutes: int
    readiness_minutes: int
    must: bool
    """READY waits for it."""
    share: str
    """Two operations whose posts have the same share key here use one crew, the larger; empty: none."""


class TaskSpec(msgspec.Struct, frozen=True):
    """A task 任务 of this area, with deadlines in minutes after T0."""

    key: str
    name: Text
    scope: AreaLevel
    by_minutes: int
    ack_minutes: int
    """0: no acknowledgement asked."""
    repeat_minutes: int
    """0: once."""
    evidence: Evidence
    depends: tuple[str, ...]
    """Keys of tasks of the same area or of the areas above it that must be done before this is closed."""
    must: bool


class ConversionSpec(msgspec.Struct, frozen=True):
    """A change of use of a facility 阵地转换: every facility of `kind` in this area goes to `to`."""

    kind: str
    to: str
    """A state of `FacilityState`: `inspected`, `standby`, `open` or `closed`."""
    use: Text
    """What it is used for then, e.g. 防汛服务中心."""
    by_minutes: int
    must: bool


class Suspension(msgspec.Struct, frozen=True):
    """Normal work that stops while this level holds; named by the key of the routine."""

    routine: str
    name: Text


class TallyAsked(msgspec.Struct, frozen=True):
    """A count asked of each grid, e.g. 应转移 / 已转移 / 拒转 / 失联. Unreported is never 0."""

    key: str
    name: Text
    total: int
    every_minutes: int


class Condition(msgspec.Struct, frozen=True):
    """A stand-down condition: ticked by name or overridden with a reason.

    `check` names what the state itself can contradict: `none_missing`, `no_open_task`, `all_home`; empty: a
    person's word alone.
    """

    key: str
    text: Text
    check: str = ""


class Command(msgspec.Struct, frozen=True):
    """Who may order this level, and how often is reported to whom."""

    authority: AreaLevel
    """Level of the tree whose office (or a higher one) may order it."""
    first_report_minutes: int
    """初报: the first is due so long after T0."""
    report_minutes: int
    """续报: the next are due this often."""
    final_report_minutes: int
    """终报: the last is due so long after the end."""
    report_to: AreaLevel
    """Level of the tree that the report goes to; the one below it reports."""
    post: Text
    """What the command post is called at this level."""


class Measures(msgspec.Struct, frozen=True):
    """One playbook level, with the lower ones added and replaced, for one area. Posts of 0 heads are left out."""

    playbook: str
    """Digest of the playbook."""
    hazard: str
    level: ResponseLevel
    area: AreaCode
    command: Command
    posts: tuple[PostSpec, ...]
    tasks: tuple[TaskSpec, ...]
    conversions: tuple[ConversionSpec, ...]
    suspensions: tuple[Suspension, ...]
    tallies: tuple[TallyAsked, ...]
    stand_down: tuple[Condition, ...]
    recovery: tuple[TaskSpec, ...]
    """The restore list: opened when the operation ends here; NORMAL waits for those marked `must`."""
    channels: tuple[str, ...]
    """Ways by which people are told at this level."""
