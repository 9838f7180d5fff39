"""The project's own schema of a playbook 预案, as a file states it: five things per level and the way back.

Says what may stand where; what one entry says about another is checked in `checks.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from coordinator.domain.measures import EvidenceKind
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import Kind
from coordinator.playbook.fields import Duration, Headcount, Many, Name, Some, Strict, Words

LevelName = Literal["IV", "III", "II", "I"]
Scope = Literal["grid", "community", "street"]
Authority = Literal["community", "street", "district", "city", "province"]
Basis = Literal["V", "D"]
"""V: a threshold or number verified in a published source. D: a default that the user's own plan replaces."""


class FacilityGoal(StrEnum):
    """What a facility is brought to."""

    INSPECTED = "inspected"
    STANDBY = "standby"
    OPEN = "open"
    CLOSED = "closed"


class Check(StrEnum):
    """Stand-down conditions that the state itself can contradict."""

    NONE_MISSING = "none_missing"
    NO_OPEN_TASK = "no_open_task"
    ALL_HOME = "all_home"


class Trigger(Strict):
    """What makes an office think of this level. A person decides; nothing raises a level by itself."""

    text: Words
    source: Basis


class CommandPart(Strict):
    """指挥: who may order this level, the one mouth that gives orders, and how often is reported to whom."""

    authority: Authority
    authority_note: Words | None = None
    post: Words
    one_mouth: Words
    report_every: Duration
    report_to: Authority
    triggers: Some[Trigger]


def _usual_shift(given: dict[str, Any]) -> int:
    """One shift a day is eight hours; more share the day. Written out when published, so it stays."""
    shifts = int(given.get("shifts", 1))
    return 480 if shifts == 1 else 1440 // shifts


class Post(Strict):
    """力量: a post 岗位 with its headcount per shift."""

    key: Name
    scope: Scope
    name: Words
    heads: Headcount
    shifts: Annotated[int, Field(ge=1, le=6)]
    by: Duration
    shift: Duration = Field(default_factory=_usual_shift)
    crew_min: Annotated[int, Field(ge=1, le=50)] = 1
    skills: Many[Name] = ()
    may_fill: Many[Kind] = ()
    readiness: Duration = 0
    must: bool = False
    share: Name | None = None
    replaces: Name | None = None
    note: Words | None = None
    source: Basis | None = None


class Conversion(Strict):
    """阵地: all facilities of the kind in the area go to `to`; a higher level's takes the lower's place."""

    kind: Name
    scope: Scope
    to: FacilityGoal
    use: Words
    by: Duration
    must: bool = False


class Evidence(Strict):
    """佐证: what closes a task."""

    kind: EvidenceKind
    total: Headcount | None = None
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    facility: Name | None = None
    post: Name | None = None

    @model_validator(mode="after")
    def _complete(self) -> Evidence:
        counts = self.kind in (EvidenceKind.COUNT, EvidenceKind.RECEIPT_RATE)
        if counts != (self.total is not None) or (self.share != 1.0 and not counts):
            raise _bad_evidence(self.kind, "total/share", "count/receipt_rate", "total")
        if (self.kind is EvidenceKind.FACILITY_STATE) != (self.facility is not None):
            raise _bad_evidence(self.kind, "facility", "facility_state", "facility")
        if self.post is not None and self.kind is not EvidenceKind.CHECK_IN:
            raise _bad_evidence(self.kind, "post", "check_in", "")
        return self


def _bad_evidence(kind: EvidenceKind, fields: str, kinds: str, needed: str) -> PydanticCustomError:
    right_zh = f"{fields} 只用于 {kinds}" + (f"，且必须写 {needed}" if needed else "")
    right_en = f"{fields} belongs to {kinds}" + (f", which needs {needed}" if needed else "")
    facts = {"kind": kind.value, "right_zh": right_zh, "right_en": right_en}
    return PydanticCustomError("bad_evidence", "incomplete evidence", facts)


class Task(Strict):
    """任务: with deadlines after T0 and the evidence that closes it."""

    key: Name
    scope: Scope
    name: Words
    by: Duration
    ack: Duration = 0
    repeat: Duration = 0
    evidence: Evidence
    depends: Many[Name] = ()
    must: bool = False
    replaces: Name | None = None
    note: Words | None = None
    source: Basis | None = None


class WorkPart(Strict):
    """任务: what starts and what normal work stops."""

    tasks: Many[Task]
    suspends: Many[Name]


class Tally(Strict):
    """A count asked of each grid. Unreported is never 0."""

    key: Name
    name: Words
    total: Headcount
    every: Duration
    replaces: Name | None = None


class Reports(Strict):
    """初报、续报、终报: the first after T0, the last after the end; between them `command.report_every`."""

    first: Duration
    final: Duration
    contents: Some[Words]


class InformationPart(Strict):
    """信息: how people are told and heard, what is counted, what is reported."""

    channels: Many[Name]
    inside_cordon: Many[Name] = ()
    notice: Words
    hotline: Words
    tallies: Many[Tally]
    reports: Reports


class StandDown(Strict):
    """A condition ticked by name before lowering or ending, or overridden with a reason."""

    key: Name
    text: Words
    check: Check | None = None


class Level(Strict):
    """What one level adds to the levels below it: the five things, and the conditions for leaving it."""

    command: CommandPart
    people: Many[Post]
    facilities: Many[Conversion]
    work: WorkPart
    information: InformationPart
    stand_down: Some[StandDown]


class Levels(Strict):
    """All four, the lowest first."""

    IV: Level
    III: Level
    II: Level
    I: Level  # noqa: E741  the level's own name

    def __getitem__(self, level: ResponseLevel) -> Level:
        each = {
            ResponseLevel.IV: self.IV,
            ResponseLevel.III: self.III,
            ResponseLevel.II: self.II,
            ResponseLevel.I: self.I,
        }
        return each[level]


class CutOff(Strict):
    """断联自启: what the duty person on the spot may declare when the level above cannot be reached."""

    silence: Duration
    level: LevelName
    rule: Words
    source: Basis


class WarningPhase(Strict):
    """Whether a warning 预警 comes before the event, and which of the issuing system's events concern it."""

    phase: bool
    cap_event_types: Many[str] = ()
    note: Words | None = None


class Colours(Strict):
    """三色: the levels whose measures a risk colour suggests; the colour itself raises nothing."""

    green: Some[LevelName]
    yellow: Some[LevelName]
    red: Some[LevelName]


class OwnWords(Strict):
    """Skills and kinds of facility that `vocabulary.py` does not have."""

    skills: dict[Name, Words] = Field(default_factory=dict)
    facilities: dict[Name, Words] = Field(default_factory=dict)


class SafetyRule(Strict):
    key: Name
    text: Words


PlaybookId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class Document(Strict):
    """One playbook file."""

    format: Literal[1]
    id: PlaybookId
    version: Annotated[int, Field(ge=1, le=99999)]
    name: Words
    hazard: Name
    category: Words
    warning: WarningPhase
    safety: Some[SafetyRule]
    colours: Colours | None = None
    cut_off: CutOff | None = None
    words: OwnWords = OwnWords()
    levels: Levels
    recovery: Many[Task]
