"""What a drill speaks for changing: times that were not kept, as a diff that a person can read, apply and publish."""

from __future__ import annotations

from coordinator.domain.mode import ResponseLevel
from coordinator.drills.propose import Proposal, diff_of, patched, proposals
from coordinator.playbook import library
from coordinator.playbook.loader import read
from tests.builders import xianlin
from tests.drills.plays import once

FLOOD = "flood-typhoon"
III, II = ResponseLevel.III, ResponseLevel.II


def of_the_raid() -> list[Proposal]:
    made = once("xianlin-night-raid")
    return proposals(library.bundled(FLOOD).document, made.recorded, xianlin())


def test_what_the_raid_showed_is_proposed_where_it_stands_last() -> None:
    found = {(one.level, one.key): one for one in of_the_raid()}
    patrol = found[III, "patrol"]
    assert patrol.by is not None and patrol.by > 60 and patrol.by % 5 == 0
    assert "of 30 places not within 1h" in patrol.seen
    assert found[III, "garage"].by is None and "heads never came" in found[III, "garage"].seen
    assert (II, "shock") in found and (III, "shock") not in found, "at the level that was reached"


def test_the_changed_text_is_a_playbook_that_differs_in_just_that() -> None:
    text, found = library.text_of(FLOOD), of_the_raid()
    changed = read(patched(text, "drill raid", found), "changed.yaml").document
    document = library.bundled(FLOOD).document
    by = {(one.level, one.key): one.by for one in found if one.by is not None}
    for level in ResponseLevel:
        for old, new in zip(document.levels[level].people, changed.levels[level].people, strict=True):
            assert new == old.model_copy(update={"by": by.get((level, old.key), old.by)})
        for was, now in zip(document.levels[level].work.tasks, changed.levels[level].work.tasks, strict=True):
            assert now == was.model_copy(update={"by": by.get((level, was.key), was.by)})


def test_an_entry_over_several_lines_is_changed_in_its_own_lines() -> None:
    text = library.text_of(FLOOD)
    one = Proposal(III, "list", 240, "3 of 10 places not within 3h")
    assert patched(text, "drill x", [one]).count("by: 4h") == text.count("by: 4h") + 1
    diff = diff_of(text, "playbooks/flood_typhoon.yaml", "drill x", [one])
    assert "+        # drill x: 3 of 10 places not within 3h\n" in diff
    assert sum(line.startswith("-") for line in diff.splitlines()) == 2, "the header and one line"


def test_where_everything_was_kept_nothing_is_proposed() -> None:
    text = library.text_of(FLOOD)
    assert diff_of(text, "x.yaml", "drill x", []) == ""
    assert diff_of(text, "x.yaml", "drill x", [Proposal(III, "no_such_post", 10, "seen")]) == ""
