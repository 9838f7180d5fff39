"""One order as CAP 1.2: what it says, of which world it is, and what it keeps to itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.cap.alert import cap_alert
from coordinator.cap.places import Levels, geocodes
from coordinator.domain.area import Area, AreaLevel
from coordinator.domain.mode import ResponseLevel
from coordinator.store.registers import AreaColumns, build_areas
from coordinator.wire.words import HAZARDS
from tests.builders import qingshan
from tests.cap.night import (
    DISTRICT,
    FIRST,
    OP,
    OTHER,
    PERSON,
    SECOND,
    STREET,
    T0,
    alerts,
    declared,
    ended,
    extended,
    outlasted,
    raised,
    recalled,
    transferred,
)
from tests.cap.reader import codes, find, infos, read, value, valued
from tests.laws.effort import effort

III, II = ResponseLevel.III, ResponseLevel.II
AREAS = qingshan().areas
"""A real district of twelve streets and 99 communities."""
HISTORY = (
    declared({DISTRICT: III}),
    raised({DISTRICT: III, STREET: II}),
    transferred(),
    extended(5),
    outlasted(),
    ended({DISTRICT: III, STREET: None}),
    recalled({DISTRICT: None, STREET: None}),
)


@pytest.mark.parametrize(
    ("world", "status", "mark"),
    [
        ("LIVE", "Actual", ""),
        ("DEMO", "Test", "【演示】"),
        ("DRILL-1", "Exercise", "【演练】"),
        ("LIVE-2", "Exercise", "【演练】"),
    ],
)
def test_a_world_that_is_not_real_says_so_in_every_sentence(world: str, status: str, mark: str) -> None:
    for alert in alerts(world, *HISTORY):
        found = read(cap_alert(alert, AREAS))
        assert value(found, "status") == status
        assert world in value(found, "identifier") and f":{world}:" in value(found, "sender")
        sentences = [
            value(info, name)
            for info in (*infos(found), *infos(found, "en"))
            for name in ("event", "headline", "description", "instruction")
        ]
        assert sentences and all(one.startswith(mark) for one in sentences)
        assert mark or not any(one.startswith("【") for one in sentences)
        assert value(found, "note").startswith(mark)


def test_what_is_not_real_can_be_told_by_whoever_drops_the_mark() -> None:
    found = read(cap_alert(alerts("DRILL-1", *HISTORY)[0], AREAS))
    assert "演练，不是真实事件" in value(infos(found)[0], "description")
    assert "an exercise and not real" in value(infos(found, "en")[0], "description")


def test_an_order_as_it_goes_out() -> None:
    found = read(cap_alert(alerts("LIVE", *HISTORY)[0], AREAS))
    assert value(found, "identifier") == "LIVE.420107.1.1"
    assert value(found, "sender") == "urn:pingji:LIVE:420107"
    assert value(found, "sent") == "2026-06-27T17:00:00+08:00"
    assert value(found, "msgType") == "Alert" and value(found, "scope") == "Restricted"
    assert value(found, "incidents") == OP
    (zh,), (en,) = infos(found), infos(found, "en")
    for info in (zh, en):
        assert [
            value(info, name) for name in ("category", "responseType", "urgency", "severity", "certainty")
        ] == [
            "Met",
            "Execute",
            "Immediate",
            "Moderate",
            "Observed",
        ]
        assert value(info, "onset") == "2026-06-27T17:00:00+08:00"
        assert value(info, "expires") == "2026-06-27T21:00:00+08:00"
        assert valued(info, "eventCode") == {"pingji:hazard": "flood_typhoon"}
        assert valued(info, "parameter") == {
            "pingji:order": "declared",
            "pingji:level": "III",
            "pingji:mode": "emergency",
        }
        assert valued(info, "geocode") == {"GB/T2260": "420107", "NBS": "420107000000"}
    assert value(zh, "headline") == "青山区防汛防台风三级响应（启动）"
    assert value(en, "headline") == "青山区: Flood and typhoon, level III response (declared)"
    assert value(zh, "senderName") == "武汉市青山区"


def test_each_order_replaces_all_before_it_and_the_last_takes_them_back() -> None:
    every = alerts("LIVE", *HISTORY)
    found = [read(cap_alert(one, AREAS)) for one in every]
    assert [value(one, "msgType") for one in found] == ["Alert", *["Update"] * 5, "Cancel"]
    for number, one in enumerate(found):
        assert value(one, "references").split() == [before.reference for before in every[:number]]
    assert value(found[2], "sender") == "urn:pingji:LIVE:4201", "the city gives the orders now"
    assert "urn:pingji:LIVE:420107,LIVE.420107.1.1,2026-06-27T17:00:00+08:00" in value(found[2], "references")
    assert "误发撤销" in value(found[6], "note")


def test_each_level_is_told_for_its_own_places() -> None:
    """A street goes higher than its district: the district is listed without it."""
    found = infos(read(cap_alert(alerts("LIVE", *HISTORY)[1], AREAS)))
    assert [value(one, "severity") for one in found] == ["Severe", "Moderate"]
    assert codes(found[0]) == {"420107001000"}
    others = {f"{street}000" for street in AREAS.children(DISTRICT) if street != STREET}
    assert codes(found[1]) == others
    assert value(found[0], "headline") == "红卫路街道防汛防台风二级响应（升级）"
    assert value(found[1], "headline").endswith(f"等{len(others)}处防汛防台风三级响应（不变）")


def test_what_has_ended_is_told_once_and_what_goes_on_stays() -> None:
    found = infos(read(cap_alert(alerts("LIVE", *HISTORY)[5], AREAS)))
    assert [value(one, "urgency") for one in found] == ["Immediate", "Past"]
    assert value(found[1], "responseType") == "AllClear" and codes(found[1]) == {"420107001000"}
    assert valued(found[1], "parameter")["pingji:mode"] == "normal"
    assert find(found[1], "expires") is None
    last = read(cap_alert(alerts("LIVE", *HISTORY)[6], AREAS))
    assert [value(one, "certainty") for one in infos(last)] == ["Unlikely"]
    assert "420107001000" not in codes(infos(last)[0]), "it had ended before"


def test_a_part_is_told_of_itself_and_of_nothing_else() -> None:
    """The district at III, one street at II, then nothing there any more: as that street and as another hears of it."""
    history = (*HISTORY[:2], ended({DISTRICT: III, STREET: None}), ended({DISTRICT: None, STREET: None}))
    found = [read(cap_alert(one, AREAS)) for one in alerts("LIVE", *history, part=STREET)]
    assert [value(one, "msgType") for one in found] == ["Alert", "Update", "Cancel"]
    assert [value(one, "identifier") for one in found] == [f"LIVE.420107.1.{n}.{STREET}" for n in (1, 2, 3)]
    assert {code for one in found for info in infos(one) for code in codes(info)} == {f"{STREET}000"}
    other = [read(cap_alert(one, AREAS)) for one in alerts("LIVE", *history, part=OTHER)]
    assert [value(one, "identifier") for one in other] == [f"LIVE.420107.1.{n}.{OTHER}" for n in (1, 4)]
    assert STREET.encode() not in b"".join(
        cap_alert(one, AREAS) for one in alerts("LIVE", *history, part=OTHER)
    )


def test_a_part_that_is_reached_later_hears_of_it_then() -> None:
    history = (
        declared({STREET: III}),
        extended(9),
        raised({STREET: III, OTHER: II}),
        ended({STREET: None, OTHER: II}),
    )
    (first,) = alerts("LIVE", *history, part=OTHER)
    found = read(cap_alert(first, AREAS))
    assert value(found, "msgType") == "Alert" and value(found, "identifier") == f"LIVE.420107.1.3.{OTHER}"
    assert value(infos(found)[0], "expires") == "2026-06-28T02:00:00+08:00"


def test_an_operation_past_its_duration_does_not_expire() -> None:
    ahead, over = alerts("LIVE", *HISTORY)[3:5]
    assert value(infos(read(cap_alert(ahead, AREAS)))[0], "expires") == "2026-06-27T22:00:00+08:00"
    assert over.expires == T0 + timedelta(hours=5), "not yet"
    again = alerts("LIVE", declared({DISTRICT: III}), *[raised({DISTRICT: II})] * 3, outlasted())
    assert find(infos(read(cap_alert(again[-1], AREAS)))[0], "expires") is None
    assert "超过预计时长" in value(infos(read(cap_alert(again[-1], AREAS)))[0], "headline")


@pytest.mark.parametrize(
    ("later", "urgency", "certainty"),
    [(0, "Immediate", "Observed"), (60, "Expected", "Likely"), (61, "Future", "Likely")],
)
def test_what_is_ordered_for_later_says_when(later: int, urgency: str, certainty: str) -> None:
    (info,) = infos(read(cap_alert(alerts("LIVE", declared({DISTRICT: III}, later=later))[0], AREAS)))
    assert (value(info, "urgency"), value(info, "certainty")) == (urgency, certainty)
    planned = alerts("LIVE", declared({DISTRICT: III}, later=600), ended({DISTRICT: None}))[1]
    (info,) = infos(read(cap_alert(planned, AREAS)))
    assert (value(info, "urgency"), value(info, "certainty")) == ("Past", "Observed"), "it never begins"
    assert value(info, "onset") == "2026-06-27T18:00:00+08:00"


def test_after_its_end_an_operation_begins_anew() -> None:
    again = alerts(
        "LIVE", declared({DISTRICT: III}), ended({DISTRICT: None}), extended(9), raised({DISTRICT: II})
    )
    assert len(again) == 3, "while nothing stands there is nothing to extend"
    found = read(cap_alert(again[-1], AREAS))
    assert value(found, "msgType") == "Alert" and value(found, "incidents") == OP
    assert value(infos(found)[0], "expires") == "2026-06-28T02:00:00+08:00"


def test_a_new_epoch_gives_no_identifier_twice() -> None:
    (before,), (after,) = (alerts("LIVE", declared({DISTRICT: III}), epoch=epoch) for epoch in (1, 2))
    assert before.identifier != after.identifier


def test_no_person_and_no_persons_words() -> None:
    for alert in alerts("LIVE", *HISTORY):
        assert PERSON.encode() not in cap_alert(alert, AREAS)


@pytest.mark.parametrize("hazard", [*HAZARDS, "meteor"])
def test_every_hazard_has_a_category(hazard: str) -> None:
    found = read(cap_alert(alerts("LIVE", declared({DISTRICT: III}, hazard=hazard))[0], AREAS))
    assert (value(infos(found)[0], "category") == "Other") == (hazard not in HAZARDS)


@effort(30)
@given(name=st.text(min_size=1))
def test_whatever_an_area_is_called_it_can_be_read(name: str) -> None:
    named = Area(DISTRICT, "", AreaLevel.DISTRICT, f"区{name}")
    areas = AreaColumns(build_areas([named, Area(STREET, DISTRICT, AreaLevel.STREET, "街")], {}))
    (one,) = alerts("DRILL-1", declared({DISTRICT: III}))
    read(cap_alert(one, areas))


def test_codes_as_other_systems_have_them() -> None:
    assert dict(geocodes("4201")) == {"GB/T2260": "420100", "NBS": "420100000000"}
    assert dict(geocodes(FIRST)) == {"NBS": FIRST}


def test_targets_that_say_what_holds_anyway_divide_nothing() -> None:
    levels = Levels({DISTRICT: III, STREET: III, FIRST: III}, AREAS)
    assert levels.places() == {III: [DISTRICT]}
    assert levels.throughout(SECOND, III) and not levels.throughout(SECOND, None)
    assert Levels({STREET: III, FIRST: None}, AREAS).places()[None] == [FIRST]
    assert not Levels({STREET: III, FIRST: None}, AREAS).throughout(STREET, III)
