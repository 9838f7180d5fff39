"""GET /api/v1/drills/practised: what is on record in one's own part, and its coverage."""

from __future__ import annotations

from datetime import timedelta

from coordinator.domain.practice import Practice
from coordinator.drills.script import bundled
from tests.api.ask import ask
from tests.live.serving import Served

PATH = "/api/v1/drills/practised"


async def test_drills_and_coverage_of_ones_own_part(served: Served) -> None:
    served.engine.ledger.held = [
        Practice(
            id=f"practice-{place}",
            area=place,
            script="communication-test",
            digest="0" * 64,
            kind="functional",
            hazard="communication",
            places=(place,),
            held=served.engine.world_now() - timedelta(days=12),
            grade="good",
            points=85,
            observed=90,
        )
        for place in ("420107001", "420111")
    ]
    answered = await ask(served, "GET", PATH, token="commander-token")
    assert answered.status == 200, answered.text
    assert [one["id"] for one in answered.json["held"]] == ["practice-420107001"]
    (street,) = [one for one in answered.json["streets"] if one["area"] == "420107001"]
    found = {one["hazard"]: one for one in street["covered"]}
    assert (found["communication"]["days"], found["communication"]["drills"]) == (12, 1)
    assert found["epidemic"]["days"] is None


async def test_a_drill_is_called_what_its_script_is_called_and_by_its_key_where_that_is_not_known(
    served: Served,
) -> None:
    known = bundled("communication-test")
    served.engine.ledger.held = [
        Practice(
            id=f"practice-{digest[:4]}",
            area="420107001",
            script=known.id,
            digest=digest,
            kind="functional",
            hazard="communication",
            places=("420107001",),
            held=served.engine.world_now(),
        )
        for digest in (known.digest, "0" * 64)
    ]
    answered = await ask(served, "GET", PATH, token="commander-token")
    names = [(one["name"], one["name_en"]) for one in answered.json["held"]]
    name = known.document.name.text
    assert names == [(name.zh, name.en), ("communication-test", "communication-test")]


async def test_another_part_is_refused_and_the_query_is_checked(served: Served) -> None:
    assert (await ask(served, "GET", PATH, params={"under": "420111"}, token="commander-token")).status == 403
    assert (await ask(served, "GET", PATH, params={"days": "0"}, token="commander-token")).status == 400
