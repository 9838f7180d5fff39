"""The review says what was planned, what happened, why it fell short, who is to mend it by when; marked as a drill."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from coordinator.admin.drill.paper import drill_paper
from coordinator.domain.drill import REAL_OPERATION, Phase
from coordinator.drills.after_action import AfterAction, after_action
from coordinator.drills.matching import Verdict
from coordinator.drills.score import Score, score
from coordinator.paper.html import to_html
from coordinator.paper.markdown import to_markdown
from coordinator.playbook import library
from coordinator.wire.words import Language
from tests.builders import FIRST, SECOND, STREET, THIRD, xianlin
from tests.drills.plays import bundled, once, scored
from tests.drills.records import Record, script

BODY = f"""\
injects:
  - key: start
    kind: order
    order: declare
    level: III
    at: 5min
    to: ["{FIRST}", "{SECOND}", "{THIRD}"]
    text: {{zh: 启动三级, en: Level III}}
    expects:
      - {{key: signs, what: sign, who: community, by: 15min, area: warning, capability: warning,
         text: {{zh: 按时签收, en: Signed in time}}}}
      - {{key: answers, what: answer, who: community, by: 10min, area: mobilisation, capability: mobilisation,
         text: {{zh: 按时应答, en: Answered in time}}}}
  - {{key: quiet, kind: silent_leader, at: 0min, to: ["{SECOND}"], who: [community], text: {{zh: 不应, en: Silent}}}}
  - {{key: road, kind: blocked_road, at: 0min, to: ["{SECOND}"], lasts: 1h, text: {{zh: 断路, en: Blocked}}}}
items:
  - {{key: vests, kind: yes_no, area: protection, capability: mobilisation, text: {{zh: 救生衣, en: Life vests}}}}
"""


@pytest.fixture
def reviewed() -> tuple[Score, AfterAction]:
    record = Record()
    record.fire(0, "quiet", SECOND)
    record.fire(0, "road", SECOND)
    record.fire(5, "start", FIRST, SECOND, THIRD)
    for place in (FIRST, SECOND, THIRD):
        record.switch(5, place, (place + "01", "patrol", 1))
        record.call(6, place + "01", "patrol", f"p-{place}")
    record.sign(8, FIRST)
    record.sign(25, SECOND)
    record.sign(9, THIRD, "street", STREET)
    record.answer(8, FIRST + "01", "patrol", f"p-{FIRST}")
    record.answer(8, SECOND + "01", "patrol", f"p-{SECOND}", coming=False)
    record.answer(8, THIRD + "01", "patrol", f"p-{THIRD}")
    record.drill(100, Phase.ENDED)
    document = script(BODY)
    found = score(document, "d" * 64, record.log, xianlin())
    return found, after_action(document, found, record.log, xianlin())


def test_what_fell_short_names_places_and_reasons(reviewed: tuple[Score, AfterAction]) -> None:
    (signs,) = reviewed[1].shortfalls
    assert [(one.place, one.verdict) for one in signs.places] == [
        (SECOND, Verdict.LATE),
        (THIRD, Verdict.MISSED),
    ]
    assert [why.en for why in signs.why] == [
        "done by the street, not by the seat expected",
        "control had set a leader who does not answer: Silent",
    ], "a blocked road keeps nobody from signing"


def test_a_corrective_action_has_an_owner_above_all_places_a_date_and_a_proof(
    reviewed: tuple[Score, AfterAction],
) -> None:
    signs, vests = reviewed[1].correctives
    assert (signs.owner, signs.due) == (STREET, date(2026, 7, 25)), "missed: within a week of the drill"
    assert signs.office == xianlin().organisation.offices[f"office:{STREET}"].name
    assert "2 of 3" in signs.text.en and "practised again" in signs.verify.en
    assert (vests.expectation, vests.due) == ("vests", date(2026, 8, 17))


def test_what_went_well_and_what_became_of_the_people(reviewed: tuple[Score, AfterAction]) -> None:
    assert [one.en for one in reviewed[1].strengths] == ["Answered in time"]
    assert reviewed[1].people[0].en.startswith("3 calls: 0 came, 1 declined")


def test_the_timeline_is_in_the_drills_own_time_and_names_the_log(
    reviewed: tuple[Score, AfterAction],
) -> None:
    lines = [(f"{one.at:%H:%M}", one.what.en, one.position) for one in reviewed[1].happened]
    assert lines == [
        ("02:30", "drill running", 1),
        ("02:30", "inject: Silent", 1),
        ("02:30", "inject: Blocked", 2),
        ("02:35", "inject: Level III", 3),
        ("04:10", "drill ended", 2),
    ]


def test_the_timeline_says_why_it_stood_still_and_how_fast_it_ran_in_words() -> None:
    record = Record()
    record.drill(5, Phase.RUNNING, rate=20)
    record.drill(6, Phase.PAUSED, rate=20, reason=REAL_OPERATION)
    record.skip(7, "start", "not_needed")
    document = script(BODY)
    found = after_action(document, score(document, "d" * 64, record.log, xianlin()), record.log, xianlin())
    assert [one.what.zh for one in found.happened] == [
        "演练：进行",
        "演练：时钟 ×20",
        "演练：暂停（转入实战）",
        "导调取消：启动三级（已不需要）",
    ]


def test_a_community_that_signs_for_itself_has_not_signed_for_its_street() -> None:
    body = BODY.replace("who: community, by: 15min", "who: street, by: 15min")
    body = body.replace(f'to: ["{FIRST}", "{SECOND}", "{THIRD}"]', f'to: ["{STREET}"]')
    record = Record()
    record.fire(5, "start", STREET)
    record.sign(8, FIRST)
    record.drill(100, Phase.ENDED)
    document = script(body)
    found = after_action(document, score(document, "d" * 64, record.log, xianlin()), record.log, xianlin())
    (signs,) = (one for one in found.shortfalls if one.key == "signs")
    assert signs.verdict is Verdict.MISSED and signs.why == ()


@cache
def raid() -> tuple[AfterAction, str]:
    made = once("communication-test")
    return after_action(made.script.document, scored(made), made.recorded, xianlin()), ""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_is_marked_on_every_sheet_and_says_whose_people_they_are(lang: Language) -> None:
    document = bundled("communication-test").document
    flood = library.bundled("flood-typhoon")
    paper = drill_paper(document, raid()[0], xianlin().areas, lang, sampled=True, playbook=flood)
    markdown, page = to_markdown(paper), to_html(paper)
    assert markdown.count("【演练】") > len(paper.sheets) and page.count("【演练】") > 2 * len(paper.sheets)
    assert page.count("<section>") == 5
    said = "人员名册为生成的" if lang == "zh" else "The people are generated"
    assert said in markdown and said in page
    practised = f"flood-typhoon v{flood.version} · {flood.digest}"
    assert practised in markdown and practised in page


def test_no_person_stands_in_the_report() -> None:
    paper = drill_paper(
        bundled("communication-test").document, raid()[0], xianlin().areas, "zh", sampled=False
    )
    text = to_markdown(paper)
    assert "d-3201" not in text and ">op-" not in text
