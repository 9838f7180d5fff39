"""The calendar of drills: every time in its zone, no raid, and lines that a reader of RFC 5545 puts together again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.text import Text
from coordinator.drills import script
from coordinator.drills.calendar import FOLD, Date, dates, icalendar
from coordinator.drills.script import read
from tests.builders import STREET

NOW = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
EVERY = [script.bundled(name).document for name in script.bundled_ids()]


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= FOLD for line in lines)
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_a_year_of_the_projects_scripts() -> None:
    found = dates(EVERY, NOW, YEAR)
    assert [one.at for one in found] == sorted(one.at for one in found)
    calls = [one for one in found if one.script == "communication-test"]
    assert len(calls) == 12 and all((one.at.day, one.at.hour) == (1, 15) for one in calls)
    assert calls[0].minutes == 9, "an hour and a half at ten times the speed"
    assert "xianlin-night-raid" not in {one.script for one in found}


def test_a_raid_is_not_in_it_even_where_a_file_says_so(small: str) -> None:
    announced = read(small.encode()).document
    assert len(dates([announced], NOW, YEAR)) == 12
    raid = announced.model_copy(update={"kind": script.bundled("xianlin-night-raid").document.kind})
    assert dates([raid], NOW, YEAR) == []


def test_an_event_is_in_universal_time_marked_and_the_same_when_asked_again() -> None:
    found = dates(EVERY, NOW, timedelta(days=40))
    first = unfolded(icalendar(found, {STREET: "仙林街道"}, NOW, "zh"))
    later = unfolded(icalendar(found, {STREET: "仙林街道"}, NOW + timedelta(days=1), "zh"))
    uids = [line for line in first if line.startswith("UID:")]
    assert uids == [line for line in later if line.startswith("UID:")] and len(set(uids)) == len(uids)
    assert "DTSTART:20260201T070000Z" in first and "SUMMARY:【演练】街道社区叫应测试" in first
    assert "LOCATION:仙林街道" in first
    assert first[0] == "BEGIN:VCALENDAR" and first[-1] == "END:VCALENDAR"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=200))
def test_words_never_leave_their_line(words: str) -> None:
    one = Date(NOW, 60, "s", Text(words, words), Text(words, words), (STREET,))
    lines = unfolded(icalendar([one], {STREET: words}, NOW, "zh"))
    assert len(lines) == 18 and lines.count("END:VEVENT") == 1
    (summary,) = [line for line in lines if line.startswith("SUMMARY:")]
    said = summary.removeprefix("SUMMARY:【演练】")
    plain = said.replace("\\\\", "\0").replace("\\;", ";").replace("\\,", ",").replace("\\n", "\n")
    written = words.replace("\r\n", "\n").replace("\r", "\n")
    assert plain.replace("\0", "\\") == "".join(one for one in written if one >= " " or one in "\n\t")
