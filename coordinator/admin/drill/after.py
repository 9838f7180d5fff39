"""What of a drill goes on record in the real world: that it was held, how it went, and what is to be put right by whom.

A file that a person carries over: nothing in a drill's world can reach the real one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import aiohttp
import msgspec
from msgspec.structs import replace

from coordinator.admin.run.grants import answered, send
from coordinator.domain.area import AreaCode
from coordinator.domain.register import AreaRegister
from coordinator.domain.text import Text
from coordinator.drills.after_action import AfterAction
from coordinator.drills.corrective import Corrective
from coordinator.drills.lockstep import WORLD
from coordinator.drills.schema import Document
from coordinator.drills.script import Script
from coordinator.drills.seats import held_from

PRACTISED_FILE = "after.json"


class After(msgspec.Struct, frozen=True):
    """Beside the report, as `after.json`."""

    world: str
    script: str
    digest: str
    name: Text
    kind: str
    hazard: str
    places: tuple[AreaCode, ...]
    area: AreaCode
    """The nearest one that all its places lie in."""
    held: datetime | None
    """By the real clock; None where it was played in memory, whose clock is the script's."""
    began: datetime
    """By the world's clock, from which the dates of its corrective actions are."""
    grade: str
    points: int | None
    observed: int
    simulated: bool
    correctives: tuple[Corrective, ...]
    ratings: dict[str, str] = {}
    """By capability; none in a file from before they were carried over."""

    def dated(self, today: datetime) -> list[Corrective]:
        """Its corrective actions with real dates: as many days after the drill as in its world."""
        moved = (self.held or today).date() - self.began.date()
        return [replace(one, due=one.due + moved) for one in self.correctives]


def after(
    script: Script, review: AfterAction, areas: AreaRegister, began: datetime | None, *, people: bool
) -> After:
    """`began`: by the server's clock. `people`: whether any took a seat, which is decided when a drill is opened."""
    document, score = script.document, review.score
    return After(
        world=score.world,
        script=document.id,
        digest=script.digest,
        name=document.name.text,
        kind=document.kind.value,
        hazard=practised(document),
        places=document.places,
        area=held_from(areas, document.places),
        held=None if score.world == WORLD else began,
        began=score.began or document.start,
        grade=score.grade.value if score.grade else "",
        points=round(score.points * 100) if score.points is not None else None,
        observed=round(score.observed * 100),
        simulated=not people,
        correctives=review.correctives,
        ratings={one.value: part.rating.value for one, part in score.capabilities.items() if part.rating},
    )


def practised(document: Document) -> str:
    """What it counts for: a script that practises no playbook tries the telephones."""
    return document.hazard if document.playbook else "communication"


def read_after(path: Path) -> After:
    """Raises `OSError`, `msgspec.DecodeError`."""
    return msgspec.json.decode((path / PRACTISED_FILE if path.is_dir() else path).read_bytes(), type=After)


async def put_on_record(
    url: str, token: str, held: After, area: AreaCode, today: datetime
) -> Mapping[str, object]:
    """Raises `CommandFailed`, `aiohttp.ClientError`."""
    body: dict[str, object] = {
        "area": area,
        "script": held.script,
        "digest": held.digest,
        "kind": held.kind,
        "hazard": held.hazard,
        "places": list(held.places),
        "held": (held.held or today).isoformat(),
        "grade": held.grade,
        "points": held.points,
        "observed": held.observed,
        "ratings": held.ratings,
        "simulated": held.simulated,
    }
    async with _session(url, token) as session:
        return await send(session, "RecordDrillHeld", body)


async def on_record(url: str, token: str, held: After) -> str:
    """The id of its entry, of several the latest; empty where there is none. Raises as above."""
    async with _session(url, token) as session, session.get("/api/v1/drills/practised") as answer:
        found = (await answered(answer)).get("held")
    for one in found if isinstance(found, list) else []:
        same_time = held.held is None or datetime.fromisoformat(one["held"]) == held.held
        if one["digest"] == held.digest and same_time:
            return str(one["id"])
    return ""


async def take(url: str, token: str, correctives: Iterable[Corrective], practice: str) -> list[str]:
    """Each as its owner's, its words kept first; gives the ids of those that were not taken yet. Raises as above."""
    made: list[str] = []
    async with _session(url, token) as session:
        for one in correctives:
            body: dict[str, object] = {
                "area": one.owner,
                "key": one.expectation,
                "text": await _keep(session, token, one.owner, practice, one.text),
                "verify": await _keep(session, token, one.owner, practice, one.verify),
                "due": evening(one.due).isoformat(),
                "practice": practice,
            }
            answer = await send(session, "TakeCorrectiveAction", body)
            ids = answer.get("ids")
            made += [str(id) for id in ids] if isinstance(ids, list) else []
    return made


async def _keep(
    session: aiohttp.ClientSession, token: str, area: AreaCode, practice: str, words: Text
) -> str:
    """In both languages; gives the reference."""
    body = {"area": area, "operation": practice, "text": f"{words.zh}\n{words.en}"}
    # Made from the token, which stands in no log: the same words sent again are kept once.
    once = hashlib.blake2b(practice.encode(), key=token.encode()[:64], digest_size=16).hexdigest()
    async with session.post("/api/v1/vault", json=body, headers={"Idempotency-Key": once}) as answer:
        return str((await answered(answer))["ref"])


def evening(day: date) -> datetime:
    """A date is over when its day is, in China."""
    return datetime.combine(day, time(15, 59), UTC)


def _session(url: str, token: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {token}"})
