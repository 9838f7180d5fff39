"""The schema of a drill script 演练脚本 as a file states it: who plays where, what is thrown at them, what is expected.

Says what may stand where; what one entry says about another is checked in `checks.py`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from coordinator.domain.drill import FASTEST
from coordinator.domain.facility import FacilityState
from coordinator.domain.inject import InjectKind
from coordinator.domain.mode import RiskColour
from coordinator.domain.observing import ItemKind
from coordinator.domain.situation import Trend
from coordinator.drills.schedule import CronError, Schedule, zone
from coordinator.drills.vocabulary import Action, Capability, DrillKind, EvaluationArea, Figure, Seat
from coordinator.playbook.fields import Duration, Many, Name, Some, Strict, Words
from coordinator.playbook.schema import LevelName

I = InjectKind  # noqa: E741  short for a table


def _zoned(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    if not isinstance(found, datetime):
        raise PydanticCustomError("bad_time", "not a time", {"value": str(value)})
    if found.tzinfo is None:
        raise PydanticCustomError("no_time_zone", "no time zone", {"value": str(value)})
    return found


ZonedTime = Annotated[
    datetime, BeforeValidator(_zoned), PlainSerializer(lambda at: at.isoformat(), return_type=str)
]
"""Written with its zone: `2026-07-18T02:30+08:00`."""


def _script_id(text: str) -> str:
    if not (1 <= len(text) <= 32 and text[0].isalpha() and all(c in _ID for c in text)):
        raise PydanticCustomError("bad_script_id", "not an id", {"value": text})
    return text


_ID: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
ScriptId = Annotated[str, AfterValidator(_script_id)]


def _code(text: str) -> str:
    if not (text.isascii() and text.isdigit() and 2 <= len(text) <= 20):
        raise PydanticCustomError("bad_area", "not an area's code", {"value": text})
    return text


Area = Annotated[str, AfterValidator(_code)]


def _zone(name: str) -> str:
    try:
        zone(name)
    except CronError:
        raise PydanticCustomError("unknown_zone", "no such zone", {"value": name}) from None
    return name


def _cron(text: str) -> str:
    try:
        Schedule.parse(text)
    except CronError as wrong:
        facts = {"value": text, "field": wrong.field}
        raise PydanticCustomError("bad_cron", "not a schedule", facts) from None
    return text


class Calendar(Strict):
    """When it is held again: five fields as cron has them, in a time zone that is named."""

    cron: Annotated[str, AfterValidator(_cron)]
    zone: Annotated[str, AfterValidator(_zone)]


class Players(Strict):
    """Which seats are played by simulated teams and which by people; a seat that is in neither is empty."""

    simulated: Many[Seat] = ()
    real: Many[Seat] = ()
    call_real_people: bool = False
    """Senders with credentials of the drill's own may reach people; otherwise all of them are sandboxes."""


class Part(Strict):
    """Somebody of exercise control, or an observer, by function; names stand in nobody's script."""

    key: Name
    name: Words
    role: Literal["controller", "observer"]
    task: Words


class Expectation(Strict):
    """What is expected of whom by when, counted from the inject it stands under."""

    key: Name
    what: Action
    who: Seat
    areas: Many[Area] = ()
    """Left out: those of the inject."""
    of: Name | None = None
    """The task, post, facility or count that is meant."""
    to: FacilityState | None = None
    """For a facility: what it is brought to; left out: open."""
    level: LevelName | None = None
    by: Duration
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Of the places; of the people or posts within each place where many act."""
    early: bool = False
    """Done before the inject is done as well: a shelter that is open already."""
    weight: Annotated[int, Field(ge=1, le=10)] = 1
    area: EvaluationArea
    capability: Capability
    text: Words


class Hazard(Strict):
    """What the players of the place would measure."""

    kind: Name
    depth_cm: Annotated[int, Field(ge=0, le=2000)] = 0
    trend: Trend = Trend.RISING


class CallsFor(Strict):
    """What a simulated command post makes of a message; people decide for themselves.

    It lowers and ends nothing: whether a stand-down condition is met is a judgement that nobody can simulate.
    """

    what: Literal["declare", "raise", "instruct"]
    level: LevelName | None = None
    order: Name | None = None
    """The kind of order that is given."""
    areas: Annotated[Many[Area], Field(max_length=12)] = ()
    """For which places; left out: those the message went to."""

    @model_validator(mode="after")
    def _complete(self) -> CallsFor:
        given = (self.level is not None, self.order is not None)
        if given != (self.what != "instruct", self.what == "instruct"):
            raise PydanticCustomError("bad_calls_for", "level or order", {"what": self.what})
        return self


class Inject(Strict):
    """One thing thrown at the players: at a minute of the drill, or after another inject or a met expectation."""

    key: Name
    kind: InjectKind
    to: Some[Area]
    text: Words
    at: Duration | None = None
    after: Name | None = None
    delay: Duration = 0
    unless: Name | None = None
    """An expectation: where it is met by then, the inject is not needed."""
    sender: Words | None = None
    hazard: Hazard | None = None
    facility: Name | None = None
    """A kind of facility that turns out to be unusable."""
    calls_for: CallsFor | None = None
    colour: RiskColour | None = None
    who: Many[Seat] = ()
    lasts: Duration | None = None
    rate: Annotated[float, Field(ge=0, le=1)] | None = None
    order: Literal["declare", "raise", "lower", "end"] | None = None
    level: LevelName | None = None
    expects: Many[Expectation] = ()

    @model_validator(mode="after")
    def _complete(self) -> Inject:
        wanted, allowed = FIELDS[self.kind]
        given = {name for name in _OF_A_KIND if getattr(self, name) not in (None, ())}
        if self.kind is I.ORDER and (self.level is None) is not (self.order == "end"):
            raise _bad_inject(self.kind, "level")
        for name in sorted(wanted - given):
            raise _bad_inject(self.kind, name)
        for name in sorted(given - wanted - allowed):
            raise _bad_inject(self.kind, name)
        return self


_OF_A_KIND: Final = (
    "sender",
    "hazard",
    "facility",
    "calls_for",
    "colour",
    "who",
    "lasts",
    "rate",
    "order",
    "level",
)
FIELDS: Final[dict[InjectKind, tuple[frozenset[str], frozenset[str]]]] = {
    I.MESSAGE: (frozenset({"sender"}), frozenset({"calls_for"})),
    I.EVENT: (frozenset(), frozenset({"hazard", "facility"})),
    I.COLOUR: (frozenset({"colour"}), frozenset()),
    I.BLOCKED_ROAD: (frozenset({"lasts"}), frozenset()),
    I.SILENT_LEADER: (frozenset({"who"}), frozenset()),
    I.NETWORK_CUT: (frozenset({"who", "lasts"}), frozenset()),
    I.NO_SHOW: (frozenset({"rate"}), frozenset()),
    I.ORDER: (frozenset({"order"}), frozenset({"level"})),
    I.CALL: (frozenset(), frozenset()),
}
"""Which fields a kind of inject must have, and which it may have beside them."""


def _bad_inject(kind: InjectKind, name: str) -> PydanticCustomError:
    wanted, allowed = FIELDS[kind]
    return PydanticCustomError(
        "bad_inject",
        "not what this kind has",
        {
            "kind": kind.value,
            "name": name,
            "needs": ", ".join(sorted(wanted)) or "—",
            "takes": ", ".join(sorted(allowed)) or "—",
        },
    )


class Item(Strict):
    """检查项: what a machine cannot see and an observer ticks on the spot."""

    key: Name
    area: EvaluationArea
    capability: Capability
    kind: ItemKind
    """1 or 0; 0, 1, 3 or 5; seconds, against `target`."""
    target: Duration | None = None
    weight: Annotated[int, Field(ge=1, le=10)] = 1
    text: Words

    @model_validator(mode="after")
    def _complete(self) -> Item:
        if (self.kind is ItemKind.TIMED) is not (self.target is not None):
            raise PydanticCustomError("bad_item", "target", {"kind": self.kind.value})
        return self


class Document(Strict):
    """One script file."""

    format: Literal[1]
    id: ScriptId
    version: Annotated[int, Field(ge=1, le=99999)]
    name: Words
    objective: Words
    kind: DrillKind
    hazard: Name
    playbook: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")] | None = None
    """Id of the playbook that is practised; a communication test practises none."""
    start: ZonedTime
    """The world's time at the beginning: what time it is for the players, whenever it is held."""
    lasts: Duration
    places: Some[Area]
    players: Players
    roles: Some[Part]
    stop_word: Annotated[str, Field(min_length=1, max_length=60)]
    calendar: Calendar | None = None
    speed: Annotated[int, Field(ge=1, le=FASTEST)] = 1
    targets: dict[Figure, Duration] = Field(default_factory=dict)
    injects: Some[Inject]
    items: Many[Item] = ()
