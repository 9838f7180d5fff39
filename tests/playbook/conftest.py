"""A small playbook in which every kind of entry stands once, and a way to break it at a known place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

COMMAND = """\
    command:
      authority: district
      post: {zh: 指挥部, en: Command post}
      one_mouth: {zh: 一口指挥, en: One mouth}
      report_every: 12h
      report_to: city
      triggers: [{source: D, text: {zh: 研判, en: Judgement}}]
"""
INFORMATION = """\
    information:
      channels: [app]
      notice: {zh: 注意, en: Notice}
      hotline: {zh: 热线, en: Hotline}
      tallies: []
      reports: {first: 1h, final: 1d, contents: [{zh: 情况, en: Situation}]}
    stand_down: [{key: over, text: {zh: 解除, en: Over}}]
"""
QUIET = f"{COMMAND}    people: []\n    facilities: []\n    work: {{tasks: [], suspends: []}}\n{INFORMATION}"

SMALL = f"""\
format: 1
id: small
version: 1
name: {{zh: 小预案, en: Small}}
hazard: small
category: {{zh: 试, en: Test}}
warning: {{phase: false}}
safety: [{{key: pairs, text: {{zh: 两人, en: Pairs}}}}]
levels:
  IV:
{COMMAND}    people:
      - key: duty
        scope: community
        name: {{zh: 值班, en: Duty}}
        heads: 2
        shifts: 3
        by: 30min
      - key: patrol
        scope: grid
        name: {{zh: 巡查, en: Patrol}}
        heads: "max(1, ceil(vuln/15))"
        shifts: 1
        by: 1h
        skills: [radio]
    facilities:
      - {{kind: shelter, scope: community, to: inspected, by: 4h, use: {{zh: 检查, en: Inspected}}}}
    work:
      tasks:
        - key: open
          scope: community
          name: {{zh: 开放, en: Open}}
          by: 1h
          evidence: {{kind: facility_state, facility: shelter}}
        - key: move
          scope: grid
          name: {{zh: 转移, en: Move}}
          by: 2h
          evidence: {{kind: count, total: evac, share: 0.95}}
          depends: [open]
      suspends: [community_event]
{INFORMATION}  III:
{COMMAND}    people:
      - key: patrol
        replaces: patrol
        scope: grid
        name: {{zh: 巡查, en: Patrol}}
        heads: 4
        shifts: 2
        by: 1h
        crew_min: 2
    facilities:
      - {{kind: shelter, scope: community, to: open, by: 2h, use: {{zh: 安置, en: Shelter}}}}
    work: {{tasks: [], suspends: [project_works, community_event]}}
{INFORMATION}  II:
{QUIET}  I:
{QUIET}recovery:
  - {{key: clean, scope: community, by: 1d, must: true, name: {{zh: 清扫, en: Clean}}, evidence: {{kind: photo}}}}
"""


@pytest.fixture
def small() -> str:
    return SMALL


@pytest.fixture
def broken() -> Callable[[str, str], str]:
    """The small playbook with one passage, which must stand in it once, replaced."""

    def breaker(passage: str, by: str) -> str:
        assert SMALL.count(passage) == 1, passage
        return SMALL.replace(passage, by)

    return breaker
