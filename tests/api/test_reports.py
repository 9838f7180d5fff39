"""Looking back over HTTP: which operations there are, and the report of one, whole, in several forms, and by whom."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from coordinator.api import reviews
from coordinator.api.rates import Rates
from coordinator.domain.access import Actor, Role
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import Operation
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import Recorded
from coordinator.review.hints import hints
from coordinator.review.part import Part
from coordinator.review.report import OperationReport, Reviewing, report
from tests.api.ask import ask
from tests.live.serving import Served
from tests.review.night import COMMUNITY, DISTRICT, FLOOD, OTHER, QUAKE, T0, record

STREET = "420107001"


def operation(id: str, minutes: int) -> Operation:
    return Operation(
        id=id,
        area=DISTRICT,
        hazard="flood_typhoon",
        playbook="0" * 64,
        targets={STREET: ResponseLevel.III},
        revision=1,
        issuer=DISTRICT,
        declared_by="d1",
        approved_by="",
        effective_at=T0 + timedelta(minutes=minutes),
        expected_until=T0 + timedelta(hours=12),
    )


def for_one_community() -> Operation:
    return replace(operation(FLOOD, 0), targets={COMMUNITY: ResponseLevel.III})


@pytest.fixture
async def looked_back(served: Served) -> Served:
    await served.engine.record(DISTRICT, record("LIVE"))
    served.engine.ledger.declared = [operation(FLOOD, 0), operation(QUAKE, 1)]
    return served


async def test_the_operations_of_ones_part_the_newest_first(looked_back: Served) -> None:
    answered = await ask(looked_back, "GET", "/api/v1/reports")
    assert [one["id"] for one in answered.json["operations"]] == [QUAKE, FLOOD]
    assert answered.json["operations"][0]["area_name"] == "青山区"
    below = await ask(looked_back, "GET", f"/api/v1/reports?area={STREET}")
    assert [one["targets"] for one in below.json["operations"]] == [{STREET: "III"}] * 2
    looked_back.engine.ledger.declared = [for_one_community()]
    beside = await ask(looked_back, "GET", f"/api/v1/reports?area={OTHER}")
    assert beside.json["operations"] == [], "nothing was ordered for it"


async def test_it_is_the_report_that_the_export_gives(looked_back: Served) -> None:
    answered = await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}")
    assert answered.status == 200
    expected = report(record("LIVE"), FLOOD)
    assert expected is not None
    expected.hints = hints(expected, looked_back.engine.registers.areas)
    assert msgspec.json.decode(answered.text, type=OperationReport) == expected


async def test_what_comes_later_is_in_the_next_one(looked_back: Served) -> None:
    """Asked for half-way and again at the end, it is the report of the whole."""
    looked_back.engine.part(DISTRICT).position = 9
    halfway = (await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}")).json
    assert halfway["tasks"][0]["done"] == 0 and halfway["arrived"] == 0
    looked_back.engine.part(DISTRICT).position = len(record("LIVE"))
    answered = await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}")
    expected = report(record("LIVE"), FLOOD)
    assert expected is not None
    expected.hints = hints(expected, looked_back.engine.registers.areas)
    assert msgspec.json.decode(answered.text, type=OperationReport) == expected


async def test_a_long_record_says_how_far_it_is(looked_back: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    history, goes_on = looked_back.engine.history, asyncio.Event()
    page = history.page

    async def slow(scope: str, after: int, limit: int) -> list[Recorded]:
        if after:
            await goes_on.wait()
        return await page(scope, after, limit)

    monkeypatch.setattr(history, "page", slow)
    monkeypatch.setattr(reviews, "AT_ONCE", 5)
    monkeypatch.setattr(reviews, "PATIENCE", 0.05)
    answered = await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}")
    assert answered.status == 202 and answered.headers["Retry-After"]
    assert answered.json == {"read": 5, "of": len(record("LIVE"))}
    goes_on.set()
    monkeypatch.setattr(reviews, "PATIENCE", 5.0)
    assert (await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}")).status == 200


async def test_who_asks_for_many_has_them_read_a_few_at_a_time(
    looked_back: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    history, reading, most = looked_back.engine.history, 0, 0
    page = history.page

    async def counted(scope: str, after: int, limit: int) -> list[Recorded]:
        nonlocal reading, most
        reading, most = reading + 1, max(most, reading + 1)
        await asyncio.sleep(0)
        found = await page(scope, after, limit)
        reading -= 1
        return found

    monkeypatch.setattr(history, "page", counted)
    asked = [
        ask(looked_back, "GET", f"/api/v1/reports/{one}/arrivals?area={area}")
        for one in (FLOOD, QUAKE)
        for area in (DISTRICT, STREET, COMMUNITY)
    ]
    assert {answered.status for answered in await asyncio.gather(*asked)} == {200}
    assert most == reviews.READ_AT_ONCE


async def test_parts_beside_each_other_are_heard_in_one_reading(
    looked_back: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desks of a district's streets open one after the other; its log is read for the first of them."""
    history, read = looked_back.engine.history, 0
    page = history.page

    async def counted(scope: str, after: int, limit: int) -> list[Recorded]:
        nonlocal read
        found = await page(scope, after, limit)
        read += len(found)
        return found

    monkeypatch.setattr(history, "page", counted)
    areas = looked_back.engine.registers.areas
    for part in (COMMUNITY, OTHER, COMMUNITY):
        found = await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}?area={part}")
        alone = Reviewing(FLOOD, Part(part, areas))
        for recorded in record("LIVE"):
            alone.hear(recorded)
        expected = alone.report()
        assert expected is not None
        expected.hints = hints(expected, areas)
        assert msgspec.json.decode(found.text, type=OperationReport) == expected
    assert read == len(record("LIVE"))


async def test_parts_do_not_push_out_what_is_kept_of_the_whole(looked_back: Served) -> None:
    kept = reviews.Reviews(looked_back.engine)
    whole, first = kept.of(FLOOD), kept.of("op-0", COMMUNITY)
    for number in range(reviews.PARTS_KEPT):
        assert kept.of(f"op-{number}", OTHER) is kept.of(f"op-{number}", COMMUNITY)
    assert kept.of(FLOOD) is whole and kept.of("op-0", COMMUNITY) is first
    second = kept.of("op-1", COMMUNITY)
    for number in range(reviews.PARTS_KEPT):
        kept.of(f"op-x-{number}", COMMUNITY)
    assert kept.of("op-1", COMMUNITY) is not second
    for number in range(reviews.KEPT):
        kept.of(f"op-{number}")
    assert kept.of(FLOOD) is not whole


async def test_what_was_read_for_somebody_who_has_gone_is_not_the_report_of_today(
    looked_back: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    history, goes_on = looked_back.engine.history, asyncio.Event()
    page = history.page

    async def slow(scope: str, after: int, limit: int) -> list[Recorded]:
        await goes_on.wait()
        return await page(scope, after, limit)

    monkeypatch.setattr(history, "page", slow)
    monkeypatch.setattr(reviews, "PATIENCE", 0.05)
    looked_back.engine.part(DISTRICT).position = 9
    assert (await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}")).status == 202
    goes_on.set()
    await asyncio.wait({task for task in asyncio.all_tasks() if task.get_name() == "hearing a record"})
    looked_back.engine.part(DISTRICT).position = len(record("LIVE"))
    monkeypatch.setattr(reviews, "PATIENCE", 5.0)
    assert (await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}")).json["arrived"] == 1


@pytest.mark.parametrize(
    ("form", "content", "words"),
    [
        ("html", "text/html", "<h2>【演练】防汛防台风"),
        ("markdown", "text/markdown", "## 【演练】防汛防台风"),
        ("csv", "text/csv", "【演练】防汛防台风"),
    ],
)
async def test_papers_are_marked_in_name_and_content(
    served: Served, form: str, content: str, words: str
) -> None:
    served.engine.world = served.engine.log.world = "DRILL-1"
    await served.engine.record(DISTRICT, record("DRILL-1"))
    served.engine.ledger.declared = [operation(FLOOD, 0)]
    answered = await ask(served, "GET", f"/api/v1/reports/{FLOOD}?format={form}")
    assert answered.headers["Content-Type"].startswith(content) and words in answered.text
    assert "DRILL-1" in answered.headers["Content-Disposition"]
    assert "%E6%BC%94%E7%BB%83" in answered.headers["Content-Disposition"]
    assert "2026-06-27 17:00 +08:00" in answered.text, "China's time"


async def test_who_may_not(looked_back: Served) -> None:
    refused = await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}", token="grid-token")
    assert refused.problem.code == "not_your_role"
    refused = await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}", token="unit-token")
    assert refused.problem.code == "not_your_role"
    assert (await ask(looked_back, "GET", "/api/v1/reports/op-x")).problem.code == "unknown_operation"
    assert (
        await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}?format=pdf")
    ).problem.code == "bad_message"


STREET_DESK = Actor("street-1", Role.STREET, STREET, grant="g8")
BESIDE = Actor("c2", Role.COMMUNITY, OTHER, grant="g9")


async def test_a_street_looks_back_on_its_part_of_what_its_district_declared(looked_back: Served) -> None:
    looked_back.engine.tokens |= {"street-token": STREET_DESK, "beside-token": BESIDE}
    mine = (await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}", token="street-token")).json
    assert (mine["part"], mine["area"], mine["switched"]) == (STREET, DISTRICT, 2)
    whole = (await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}")).json
    assert whole["part"] == DISTRICT
    of_one = f"/api/v1/reports/{FLOOD}?area={COMMUNITY}"
    assert (await ask(looked_back, "GET", of_one, token="street-token")).json["switched"] == 1
    paper = await ask(looked_back, "GET", f"{of_one}&format=markdown", token="street-token")
    assert "本报告只含" in paper.text and OTHER not in paper.text
    looked_back.engine.ledger.declared = [for_one_community()]
    for path in (f"/api/v1/reports/{FLOOD}", f"/api/v1/reports/{FLOOD}/arrivals"):
        refused = await ask(looked_back, "GET", path, token="beside-token")
        assert refused.problem.code == "unknown_operation" and DISTRICT not in str(refused.problem.facts)
        refused = await ask(looked_back, "GET", f"{path}?area={STREET}", token="beside-token")
        assert refused.problem.code == "not_your_part"
        refused = await ask(looked_back, "GET", f"{path}?area=429999", token="street-token")
        assert refused.problem.code == "unknown_area"


async def test_who_had_arrived_by_when_against_what_is_asked_for(looked_back: Served) -> None:
    found = (await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}/arrivals")).json
    assert [step["value"] for step in found["arrived"]] == [1]
    assert [step["value"] for step in found["called"]] == [2]
    assert found["needed"] == [], "nobody asked for posts that night"
    assert "p1" not in str(found)
    there = await ask(looked_back, "GET", f"/api/v1/reports/{FLOOD}/arrivals?area={OTHER}")
    assert there.json["arrived"] == [] and there.json["part"] == OTHER


async def test_the_list_is_counted_like_everything_one_asks_for(
    looked_back: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spent(*_: object) -> None:
        raise Refused("too_many")

    monkeypatch.setattr(Rates, "count", spent)
    answered = await ask(looked_back, "GET", "/api/v1/reports")
    assert (answered.status, answered.problem.code) == (429, "too_many")
