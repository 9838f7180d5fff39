"""A street that has practised: two drills on record and what is to be put right, carried over as a person does it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import aiohttp
from msgspec.structs import replace

from coordinator.admin.drill.after import After, on_record, put_on_record, take
from coordinator.domain.text import Text
from coordinator.drills.corrective import Corrective
from coordinator.drills.script import bundled
from coordinator.drills.vocabulary import Capability

SCRIPT: Final = bundled("communication-test")
DRILL: Final = SCRIPT.document.name.text.zh
ROSTER: Final = Text("值班表没有排满：夜间无人接听", "The roster had holes: nobody answered at night")
ANSWER: Final = Text(
    "应急通信：十分钟内应答——10 处中 2 处不达标", "Answering within ten minutes: 2 of 10 fell short"
)
AGAIN: Final = Text("再演练一次，全部按时应答", "practised again, and all answered in time")


def _proposed(owner: str, key: str, text: Text, due: date) -> Corrective:
    return Corrective(text, owner, "", due, Capability.COMMUNICATIONS, key, AGAIN)


def outcome(street: str, community: str, held: datetime) -> After:
    """Of a drill of real people, twelve days ago by the real clock."""
    due = held.date()
    return After(
        world="drill-1",
        script=SCRIPT.document.id,
        digest=SCRIPT.digest,
        name=SCRIPT.document.name.text,
        kind="functional",
        hazard="communication",
        places=(street,),
        area=street,
        held=held,
        began=held,
        grade="good",
        points=85,
        observed=90,
        simulated=False,
        correctives=(
            _proposed(street, "roster", ROSTER, due + timedelta(days=42)),
            _proposed(community, "answered", ANSWER, due + timedelta(days=19)),
        ),
        ratings={"communications": "M", "coordination": "P", "mobilisation": "S"},
    )


async def _now(url: str, token: str) -> datetime:
    """By the world's clock: a demonstration's is not today's."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(url, headers=headers) as session,
        session.get("/api/v1/drills/practised") as answer,
    ):
        return datetime.fromisoformat((await answer.json())["at"]).replace(microsecond=0)


async def practise(url: str, token: str, street: str, community: str) -> str:
    """By somebody who may do so for the street; gives the drill's id on record."""
    now = await _now(url, token)
    held = outcome(street, community, now - timedelta(days=12))
    flood = replace(
        held, hazard="flood_typhoon", held=now - timedelta(days=500), grade="fair", points=66, ratings={}
    )
    rehearsed = replace(held, hazard="epidemic", held=now - timedelta(days=3), simulated=True)
    for one in (flood, rehearsed, held):
        await put_on_record(url, token, one, street, now)
    practice = await on_record(url, token, held)
    await take(url, token, held.correctives, practice)
    return practice
