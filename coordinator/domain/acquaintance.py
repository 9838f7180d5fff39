"""Who may know whom: names with masked phones, and who may have the whole number. By place and role, like every right.

Whom nobody asks after is nobody's business: a person of another part is as unknown as one who does not exist.
"""

from __future__ import annotations

from typing import Final

import msgspec

from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaCode
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister

PersonId = str

_DESKS: Final = frozenset({Role.COMMANDER, Role.STREET, Role.COMMUNITY})
_KNOWS_THEIR_PART: Final = _DESKS | {Role.GRID}
_LOOKS_ON: Final = frozenset({Role.AUDITOR, Role.CONTROLLER, Role.OBSERVER})
"""Sees who is who, within its part, and calls nobody."""
_NOT_PERSONS: Final = frozenset({Role.OPERATOR, Role.PROCESS, Role.WORKER, Role.WALL})
"""Whoever installs the product or is part of it, and a screen on a wall, has no business with who the people are."""


class Person(msgspec.Struct, frozen=True):
    """Somebody, as far as it decides who may know and call them. No name and no phone."""

    id: PersonId
    places: tuple[AreaCode, ...] = ()
    """The grid they live in, the areas they are called to, those they hold a role on."""
    duty: tuple[AreaCode, ...] = ()
    """Areas whose duty roster they are on."""
    team: str = ""
    leads: bool = False
    deployed: tuple[AreaCode, ...] = ()
    """Areas that they are on the way to, or on post in."""
    switched: bool = False
    """One of their places is not in normal times."""


def knows(actor: Actor, team: str, person: Person, areas: AreaRegister) -> bool:
    """Whether they may see the name. `team` is the actor's own.

    Everybody may know the duty officers above them, and who leads their team: it is they whom one calls.
    """
    if actor.role in _NOT_PERSONS:
        return False
    if actor.person == person.id:
        return True
    if _on_duty_above(actor, person, areas) or (person.leads and _same_team(team, person)):
        return True
    if actor.role is Role.TEAM_LEADER:
        return _same_team(team, person)
    return actor.role in _KNOWS_THEIR_PART | _LOOKS_ON and _of_part(actor, person, areas)


def knows_well(actor: Actor, team: str, person: Person, areas: AreaRegister) -> bool:
    """Whether they may also see home, team and skills: who dispatches people, and themselves."""
    if not knows(actor, team, person, areas):
        return False
    if actor.person == person.id or (actor.role is Role.TEAM_LEADER and _same_team(team, person)):
        return True
    return actor.role in _KNOWS_THEIR_PART | _LOOKS_ON and _of_part(actor, person, areas)


def may_phone(actor: Actor, team: str, person: Person, areas: AreaRegister) -> None:
    """Pass, or raise `Refused`: `unknown_person`, `phone_not_yours`, `phone_in_normal_times`.

    A duty officer is there to be called, at any time, by their own part and by those above. Everybody else's number is
    for who commands them, and only while something runs where they are; a team's leader is called by the team, and by
    the place that they have come to.
    """
    if not knows(actor, team, person, areas):
        raise Refused("unknown_person", person=person.id)
    if actor.person == person.id or _on_duty_above(actor, person, areas):
        return
    desk = actor.role in _DESKS and _of_part(actor, person, areas)
    if desk and person.duty:
        return
    leads = person.leads and (_same_team(team, person) or _came_here(actor, person, areas))
    own_team = actor.role is Role.TEAM_LEADER and _same_team(team, person)
    if actor.role in _LOOKS_ON or not (desk or leads or own_team):
        raise Refused("phone_not_yours", person=person.id)
    if not person.switched:
        raise Refused("phone_in_normal_times", person=person.id)


def _of_part(actor: Actor, person: Person, areas: AreaRegister) -> bool:
    return any(areas.within(area, actor.area) for area in (*person.places, *person.duty))


def _on_duty_above(actor: Actor, person: Person, areas: AreaRegister) -> bool:
    """Of the actor's own area or one that it lies in."""
    return any(areas.within(actor.area, area) for area in person.duty)


def _came_here(actor: Actor, person: Person, areas: AreaRegister) -> bool:
    return any(areas.within(area, actor.area) for area in person.deployed)


def _same_team(team: str, person: Person) -> bool:
    return bool(team) and person.team == team
