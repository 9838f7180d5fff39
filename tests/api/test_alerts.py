"""Orders for other people's systems over HTTP: the feed, one alert, who gets which, and what costs nothing twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from coordinator.api import alerts_heard
from coordinator.cap.alert import cap_alert
from coordinator.domain.access import Actor, Role
from coordinator.domain.event import Event
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import Operation
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import Recorded
from tests.api.ask import Answered, ask
from tests.cap.night import (
    CITY,
    DISTRICT,
    FIRST,
    OP,
    PERSON,
    STREET,
    T0,
    Targets,
    alerts,
    declared,
    ended,
    raised,
    record,
)
from tests.cap.reader import Platform, codes, infos, read, value
from tests.live.serving import Served

ATOM = "{http://www.w3.org/2005/Atom}"
III, II = ResponseLevel.III, ResponseLevel.II
NIGHT = (declared({DISTRICT: III}), raised({DISTRICT: III, STREET: II}))
CAP = "/api/v1/cap"


async def with_orders(
    served: Served, *events: Event, world: str = "LIVE", area: str = DISTRICT, targets: Targets | None = None
) -> Served:
    """A scope's log with these orders of one operation, as it stands at the beginning."""
    served.engine.world = served.engine.log.world = world
    served.engine.now = T0
    await served.engine.record(area, record(world, *events, scope=area))
    operation = Operation(
        id=OP,
        area=area,
        hazard="flood_typhoon",
        playbook="0" * 64,
        targets=dict(targets or {area: III}),
        revision=1,
        issuer=area,
        declared_by=PERSON,
        approved_by="",
        effective_at=T0,
        expected_until=T0,
    )
    served.engine.ledger.declared = [operation]
    return served


def entries(feed: Answered) -> list[ElementTree.Element]:
    assert feed.status == 200 and feed.headers["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(feed.text)
    for name in ("title", "id", "updated"):
        assert root.findtext(f"{ATOM}{name}"), f"RFC 4287: a feed has its {name}"
    found = root.findall(f"{ATOM}entry")
    for entry in found:
        for name in ("title", "id", "updated", "author/" + ATOM + "name"):
            assert entry.findtext(f"{ATOM}{name}"), f"RFC 4287: an entry has its {name}"
    return found


def link(entry: ElementTree.Element) -> str:
    (found,) = entry.findall(f"{ATOM}link")
    assert found.get("type") == "application/cap+xml"
    return found.get("href", "")


async def test_who_follows_the_feed_knows_what_stands(served: Served) -> None:
    await with_orders(served, *NIGHT)
    found = entries(await ask(served, "GET", CAP))
    assert [value_of(one, "msgType") for one in found] == ["Update", "Alert"], "the newest first"
    assert found[0].findtext(f"{ATOM}title") == "红卫路街道防汛防台风二级响应（升级）"
    platform = Platform()
    for entry in reversed(found):
        answered = await ask(served, "GET", link(entry))
        assert answered.headers["Content-Type"].startswith("application/cap+xml")
        platform.take(answered.text.encode())
    (standing,) = platform.standing.values()
    assert value(standing, "identifier") == "LIVE.420107.1.2"


def value_of(entry: ElementTree.Element, what: str) -> str:
    schemes = {one.get("scheme", "").rpartition(":")[2]: one for one in entry.findall(f"{ATOM}category")}
    return schemes[what].get("term", "")


async def test_it_is_the_alert_that_the_log_gives(served: Served) -> None:
    await with_orders(served, *NIGHT)
    answered = await ask(served, "GET", f"{CAP}/LIVE.420107.1.1")
    expected = cap_alert(alerts("LIVE", *NIGHT)[0], served.engine.registers.areas)
    assert answered.text.encode() == expected
    assert "LIVE-420107.1.1.cap.xml" in answered.headers["Content-Disposition"]


async def test_what_stands_alone_and_what_is_long_over(served: Served) -> None:
    await with_orders(served, *NIGHT)
    (standing,) = entries(await ask(served, "GET", f"{CAP}?standing=true"))
    assert link(standing).endswith("/LIVE.420107.1.2")
    served.engine.now = T0 + timedelta(days=30)
    (standing,) = entries(await ask(served, "GET", CAP))
    assert link(standing).endswith("/LIVE.420107.1.2"), "in force, however old it is"


async def test_an_end_is_told_for_a_week(served: Served) -> None:
    await with_orders(served, *NIGHT, ended({DISTRICT: None, STREET: None}))
    assert entries(await ask(served, "GET", f"{CAP}?standing=true")) == []
    assert value_of(entries(await ask(served, "GET", CAP))[0], "msgType") == "Cancel"
    served.engine.now = T0 + timedelta(days=8)
    assert entries(await ask(served, "GET", CAP)) == []
    assert (await ask(served, "GET", f"{CAP}/LIVE.420107.1.3")).status == 200, "and kept for ever"


@pytest.mark.parametrize(
    ("world", "status", "mark"), [("DRILL-1", "Exercise", "【演练】"), ("DEMO", "Test", "【演示】")]
)
async def test_a_world_that_is_not_real_is_marked_in_the_index_already(
    served: Served, world: str, status: str, mark: str
) -> None:
    await with_orders(served, *NIGHT, world=world)
    for lang in ("zh", "en"):
        feed = await ask(served, "GET", f"{CAP}?lang={lang}")
        assert ElementTree.fromstring(feed.text).findtext(f"{ATOM}title", "").startswith(mark)
        for entry in entries(feed):
            assert value_of(entry, "status") == status
            for name in ("title", "summary"):
                assert entry.findtext(f"{ATOM}{name}", "").startswith(mark)
    answered = await ask(served, "GET", f"{CAP}/{world}.420107.1.1")
    assert value(read(answered.text.encode()), "status") == status
    assert "%E3%80%90" in answered.headers["Content-Disposition"], "its file as well"


async def test_nothing_is_sent_twice_and_what_comes_is_heard(served: Served) -> None:
    await with_orders(served, *NIGHT)
    served.engine.part(DISTRICT).position = 1
    feed = await ask(served, "GET", CAP)
    again = await ask(served, "GET", CAP, headers={"If-None-Match": feed.headers["ETag"]})
    assert (again.status, again.text) == (304, "")
    served.engine.part(DISTRICT).position = 2
    later = await ask(served, "GET", CAP, headers={"If-None-Match": feed.headers["ETag"]})
    assert later.status == 200 and len(entries(later)) == 2
    alert = await ask(served, "GET", f"{CAP}/LIVE.420107.1.1")
    assert not alert.headers["ETag"].startswith("W/"), "to the byte"
    known = {"If-None-Match": alert.headers["ETag"]}
    assert (await ask(served, "GET", f"{CAP}/LIVE.420107.1.1", headers=known)).status == 304
    assert (await ask(served, "GET", f"{CAP}/LIVE.420107.1.2", headers=known)).status == 200


async def test_an_empty_feed_is_one_too(served: Served) -> None:
    feed = await ask(served, "GET", CAP)
    assert entries(feed) == []
    served.engine.now += timedelta(hours=1)
    assert (await ask(served, "GET", CAP, headers={"If-None-Match": feed.headers["ETag"]})).status == 304


async def test_an_office_below_gets_its_own_part_and_nothing_of_anothers(served: Served) -> None:
    """The city orders a street of one district and all of another."""
    orders = {STREET: III, "420111": II}
    await with_orders(served, declared(orders, area=CITY), area=CITY, targets=orders)
    served.engine.tokens["city-token"] = Actor("duty-3", Role.COMMANDER, CITY)
    whole, own = f"{CAP}/LIVE.4201.1.1", f"{CAP}/LIVE.4201.1.1.420107"
    (entry,) = entries(await ask(served, "GET", CAP))
    assert link(entry) == own
    told = read((await ask(served, "GET", own)).text.encode())
    assert {code for info in infos(told) for code in codes(info)} == {f"{STREET}000"}
    assert (await ask(served, "GET", whole)).problem.code == "unknown_alert", "as if it were not there"
    assert (await ask(served, "GET", f"{CAP}/LIVE.4201.1.1.420111")).problem.code == "not_your_part"
    assert (await ask(served, "GET", f"{CAP}/LIVE.4201.1.1.{FIRST}")).status == 200, "a part of one's own"
    (entry,) = entries(await ask(served, "GET", CAP, token="city-token"))
    assert link(entry) == whole
    (entry,) = entries(await ask(served, "GET", f"{CAP}?area=420107", token="city-token"))
    assert link(entry) == own
    told = read((await ask(served, "GET", whole, token="city-token")).text.encode())
    assert len({code for info in infos(told) for code in codes(info)}) == 2


async def test_whom_an_order_does_not_concern_hears_nothing_of_it(served: Served) -> None:
    await with_orders(served, declared({STREET: III}, area=CITY), area=CITY, targets={STREET: III})
    served.engine.tokens["other-token"] = Actor("duty-2", Role.COMMANDER, "420111")
    assert entries(await ask(served, "GET", CAP, token="other-token")) == []
    for one in ("LIVE.4201.1.1", "LIVE.4201.1.1.420111", "LIVE.4201.1.2"):
        answered = await ask(served, "GET", f"{CAP}/{one}", token="other-token")
        assert answered.problem.code == "unknown_alert"
    answered = await ask(served, "GET", f"{CAP}/LIVE.4201.1.1.420107", token="other-token")
    assert answered.problem.code == "not_your_part"


async def test_what_a_client_calls_this_host_is_not_repeated(served: Served) -> None:
    await with_orders(served, *NIGHT)
    feed = await ask(served, "GET", f"{CAP}?lang=en", headers={"Host": "elsewhere.example"})
    assert "elsewhere" not in feed.text
    own = ElementTree.fromstring(feed.text).find(f"{ATOM}link")
    assert own is not None and own.get("href") == f"{CAP}?lang=en"


async def test_who_may_not(served: Served) -> None:
    await with_orders(served, *NIGHT)
    one = f"{CAP}/LIVE.420107.1.1"
    for path in (CAP, one):
        assert (await ask(served, "GET", path, token=None)).status == 401
        for token in ("grid-token", "unit-token", "responder-token", "worker-token"):
            assert (await ask(served, "GET", path, token=token)).problem.code == "not_your_role"
        assert (await ask(served, "GET", path, token="auditor-token")).status == 200
    assert (await ask(served, "GET", f"{CAP}?area=42")).problem.code == "not_your_part"
    assert (await ask(served, "GET", f"{CAP}?area=99")).problem.code == "unknown_area"
    assert (await ask(served, "GET", f"{CAP}?area=x")).problem.code == "bad_message"


async def test_a_screen_on_a_wall_needs_no_more_than_that(served: Served) -> None:
    await with_orders(served, *NIGHT)
    served.engine.tokens["wall-token"] = Actor("wall-1", Role.WALL, FIRST)
    assert len(entries(await ask(served, "GET", CAP, token="wall-token"))) == 2
    assert (await ask(served, "GET", f"{CAP}/LIVE.420107.1.1.{FIRST}", token="wall-token")).status == 200
    assert (await ask(served, "GET", "/api/v1/log", token="wall-token")).problem.code == "not_your_role"


@pytest.mark.parametrize(
    "identifier",
    [
        "LIVE.420107.1.9",
        "DRILL-1.420107.1.1",
        "LIVE.420107.2.1",
        "LIVE.420111.1.1",
        "LIVE.x.1.1",
        "x",
        "a.b.c.d.420107",
        "...",
    ],
)
async def test_what_is_not_there(served: Served, identifier: str) -> None:
    await with_orders(served, *NIGHT)
    refused = await ask(served, "GET", f"{CAP}/{identifier}")
    assert refused.problem.code == "unknown_alert"


async def test_a_long_log_is_heard_while_one_waits(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    await with_orders(served, *NIGHT)
    history, goes_on = served.engine.history, asyncio.Event()
    page = history.page

    async def slow(scope: str, after: int, limit: int) -> list[Recorded]:
        if after:
            await goes_on.wait()
        return await page(scope, after, limit)

    monkeypatch.setattr(history, "page", slow)
    monkeypatch.setattr(alerts_heard, "AT_ONCE", 1)
    monkeypatch.setattr(alerts_heard, "PATIENCE", 0.05)
    refused = await ask(served, "GET", CAP)
    assert (refused.status, refused.problem.code) == (503, "catching_up") and refused.headers["Retry-After"]
    goes_on.set()
    monkeypatch.setattr(alerts_heard, "PATIENCE", 5.0)
    assert len(entries(await ask(served, "GET", CAP))) == 2


class SlowHistory:
    """Stands in for a history whose pages come when the test lets them."""

    def __init__(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        self.page = served.engine.history.page
        self.asked: list[str] = []
        self.begun, self.comes = asyncio.Event(), asyncio.Event()
        monkeypatch.setattr(served.engine.history, "page", self._slow)
        monkeypatch.setattr(alerts_heard, "PATIENCE", 0.05)

    async def _slow(self, scope: str, after: int, limit: int) -> list[Recorded]:
        self.asked.append(scope)
        self.begun.set()
        await self.comes.wait()
        return await self.page(scope, after, limit)


async def reading_over() -> None:
    """Until what was begun for whoever was told to come again is at its end."""
    await asyncio.wait({task for task in asyncio.all_tasks() if task.get_name() == "reading orders"})


async def test_what_was_ordered_since_one_was_told_to_come_again_is_heard_at_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reading went on to where the log ended then; a siren that asks an hour later must not be told that."""
    await with_orders(served, *NIGHT)
    served.engine.part(DISTRICT).position = 1
    slow = SlowHistory(served, monkeypatch)
    assert (await ask(served, "GET", CAP)).problem.code == "catching_up"
    slow.comes.set()
    await reading_over()
    served.engine.part(DISTRICT).position = 2
    monkeypatch.setattr(alerts_heard, "PATIENCE", 5.0)
    (standing,) = entries(await ask(served, "GET", f"{CAP}?standing=true"))
    assert link(standing).endswith("/LIVE.420107.1.2")


async def test_an_order_that_comes_while_others_wait_is_in_what_is_asked_for_after_it(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_orders(served, *NIGHT)
    served.engine.part(DISTRICT).position = 1
    slow, heard = SlowHistory(served, monkeypatch), alerts_heard.AlertsHeard(served.engine)
    monkeypatch.setattr(alerts_heard, "PATIENCE", 5.0)
    earlier = asyncio.create_task(heard.of(DISTRICT, ""))
    await slow.begun.wait()
    served.engine.part(DISTRICT).position = 2
    later = asyncio.create_task(heard.of(DISTRICT, ""))
    await asyncio.sleep(0)
    slow.comes.set()
    assert len((await later).alerts) == 2
    await earlier


async def test_a_failure_that_nobody_waited_for_is_no_answer(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_orders(served, *NIGHT)
    slow = SlowHistory(served, monkeypatch)
    assert (await ask(served, "GET", CAP)).problem.code == "catching_up"
    there = slow.page

    async def away(scope: str, after: int, limit: int) -> list[Recorded]:
        raise Refused("log_unavailable")

    slow.page = away
    slow.comes.set()
    await reading_over()
    slow.page = there
    monkeypatch.setattr(alerts_heard, "PATIENCE", 5.0)
    assert len(entries(await ask(served, "GET", CAP))) == 2


async def test_all_logs_below_are_read_together(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A province that is told to come again has not begun with the first of them alone."""
    await with_orders(served, declared({CITY: III}, area=CITY), area=CITY)
    city = served.engine.ledger.declared
    await with_orders(served, *NIGHT)
    served.engine.ledger.declared += [replace(city[0], id="op-city")]
    served.engine.tokens["city-token"] = Actor("duty-3", Role.COMMANDER, CITY)
    slow = SlowHistory(served, monkeypatch)
    assert (await ask(served, "GET", CAP, token="city-token")).problem.code == "catching_up"
    assert sorted(slow.asked) == [CITY, DISTRICT]
    slow.comes.set()
    monkeypatch.setattr(alerts_heard, "PATIENCE", 5.0)
    assert len(entries(await ask(served, "GET", CAP, token="city-token"))) == 3


async def test_what_a_lost_log_held_was_never_ordered(served: Served) -> None:
    await with_orders(served, *NIGHT)
    assert len(entries(await ask(served, "GET", CAP))) == 2
    part = served.engine.part(DISTRICT)
    part.epoch, part.position = 2, 1
    (left,) = entries(await ask(served, "GET", CAP))
    assert link(left).endswith("/LIVE.420107.1.1")
