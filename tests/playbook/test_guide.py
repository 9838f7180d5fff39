"""The guide is true: its example is accepted, and every key, channel and routine is explained in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coordinator.domain.measures import EvidenceKind
from coordinator.domain.register import Kind
from coordinator.playbook import schema
from coordinator.playbook.bounds import check
from coordinator.playbook.expression import parse
from coordinator.playbook.lint import examine
from coordinator.playbook.vocabulary import ATTRIBUTES_OF, CHANNELS, ROUTINES, SCOPES

GUIDE = (Path(__file__).parents[2] / "docs" / "playbook-guide.md").read_text(encoding="utf-8")

MODELS = (
    schema.Document, schema.WarningPhase, schema.Colours, schema.CutOff, schema.OwnWords, schema.SafetyRule,
    schema.Levels, schema.CommandPart, schema.Trigger, schema.Post, schema.Conversion, schema.WorkPart,
    schema.Task, schema.Evidence, schema.InformationPart, schema.Tally, schema.Reports, schema.StandDown,
)  # fmt: skip


def test_the_example_is_accepted() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)
    assert examine(example.encode(), "guide.yaml").findings == ()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({field for model in MODELS for field in model.model_fields}, id="keys"),
        pytest.param(set(CHANNELS), id="channels"),
        pytest.param(set(ROUTINES), id="routines"),
        pytest.param({kind.value for kind in Kind}, id="who may fill a post"),
        pytest.param({kind.value for kind in EvidenceKind}, id="evidence"),
        pytest.param({goal.value for goal in schema.FacilityGoal}, id="goals"),
        pytest.param({each.value for each in schema.Check}, id="checks"),
        pytest.param({name for scope in SCOPES for name in ATTRIBUTES_OF[scope]}, id="attributes"),
    ],
)
def test_every_word_is_explained(words: set[str]) -> None:
    explained = set(re.findall(r"`([a-zA-Z_]+)`", GUIDE))
    assert words <= explained


@pytest.mark.parametrize("advice", ["pop/max(1, bld)", "max(0, gates-2)"])
def test_the_advice_on_expressions_is_good(advice: str) -> None:
    assert f"`{advice}`" in GUIDE
    check(parse(advice), ATTRIBUTES_OF[SCOPES[0]])
