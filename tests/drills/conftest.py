"""A small script in which every kind of entry stands once, and a way to break it at a known place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

SMALL = """\
format: 1
id: small
version: 1
name: {zh: 小演练, en: Small}
objective: {zh: 试, en: Test}
kind: functional
hazard: flood_typhoon
playbook: flood-typhoon
start: 2026-07-18T02:30+08:00
lasts: 2h
places: ["320113007"]
players: {simulated: [commander, street, community, grid], real: [team_leader]}
roles:
  - {key: control, role: controller, name: {zh: 导调, en: Control}, task: {zh: 导调, en: Controls}}
stop_word: 停
calendar: {cron: "0 15 1 * *", zone: Asia/Shanghai}
injects:
  - key: warning
    kind: message
    at: 0min
    to: ["320113007"]
    sender: {zh: 区, en: District}
    text: {zh: 预警, en: Warning}
    expects:
      - {key: reads, what: read, who: street, by: 10min, area: warning, capability: warning,
         text: {zh: 阅知, en: Reads}}
  - key: start
    kind: order
    order: declare
    level: III
    after: reads
    delay: 5min
    to: ["320113007"]
    text: {zh: 启动, en: Declared}
    expects:
      - key: relayed
        what: finish_task
        who: grid
        of: relay
        by: 30min
        area: warning
        capability: warning
        text: {zh: 传达, en: Relayed}
  - key: higher
    kind: order
    order: raise
    level: II
    at: 60min
    unless: relayed
    to: ["320113007001"]
    text: {zh: 升级, en: Raised}
  - {key: cut, kind: network_cut, at: 20min, to: ["32011300700101"], who: [grid], lasts: 10min,
     text: {zh: 断网, en: Cut}}
items:
  - {key: vests, kind: yes_no, area: protection, capability: mobilisation, text: {zh: 救生衣, en: Vests}}
"""


@pytest.fixture
def small() -> str:
    return SMALL


@pytest.fixture
def broken() -> Callable[[str, str], str]:
    """The small script with one passage, which must stand in it once, replaced."""

    def breaker(passage: str, by: str) -> str:
        assert SMALL.count(passage) == 1, passage
        return SMALL.replace(passage, by)

    return breaker
