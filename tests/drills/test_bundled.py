"""The scripts that come with the project: one for every hazard, and each is played to its end as it was written."""

from __future__ import annotations

import pytest

from coordinator.domain.drill import Phase
from coordinator.domain.inject import InjectFired, InjectSkipped
from coordinator.drills import script
from coordinator.drills.director import NOT_NEEDED
from coordinator.drills.matching import Verdict
from coordinator.drills.score import Grade
from coordinator.drills.vocabulary import Action, DrillKind
from coordinator.playbook import library
from tests.drills.plays import bundled, once, scored

EVERY = script.bundled_ids()


def test_every_hazard_is_practised() -> None:
    practised = {bundled(name).document.playbook for name in EVERY}
    assert set(library.bundled_ids()) <= practised


def test_a_raid_by_night_a_table_top_and_a_test_of_telephones_are_among_them() -> None:
    documents = [bundled(name).document for name in EVERY]
    (raid,) = [one for one in documents if one.kind is DrillKind.RAID]
    assert (raid.start.hour < 6) and raid.calendar is None
    assert [one.id for one in documents if one.kind is DrillKind.TABLETOP] == ["command-post-tabletop"]
    (telephones,) = [one for one in documents if one.playbook is None]
    asked = {one.what for inject in telephones.injects for one in inject.expects}
    assert asked <= {Action.READ, Action.ANSWER_CALL}


@pytest.mark.parametrize("name", EVERY)
def test_it_is_played_to_its_end_and_nothing_in_it_is_refused(name: str) -> None:
    made = once(name)
    found = scored(made)
    injects = {one.key for one in made.script.document.injects}
    fired = {one.event.inject for one in made.recorded if isinstance(one.event, InjectFired)}
    skipped = {
        one.event.inject: one.event.reason for one in made.recorded if isinstance(one.event, InjectSkipped)
    }
    assert fired | set(skipped) == injects
    assert set(skipped.values()) <= {NOT_NEEDED}, (
        "whatever could not be fired would be an error of the script"
    )
    assert found.phase is Phase.ENDED
    assert found.grade in (Grade.EXCELLENT, Grade.GOOD), "teams that do as the playbook says do well"
    unseen = [one.key for one in found.outcomes if one.verdict is Verdict.NOT_OBSERVED]
    assert unseen == [], "there is time enough for everything that is expected"
