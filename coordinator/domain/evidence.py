"""Evidence, not clicks (rule 7): what has to be seen before a task is closed, in the state itself where it can be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coordinator.domain.facility import FacilityState
from coordinator.domain.measures import COUNTED, EvidenceKind
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState

if TYPE_CHECKING:
    from coordinator.domain.task import Task


def check_evidence(state: ScopeState, task: Task, done: int, shown: Sequence[str]) -> None:
    """Raises `Refused("evidence_short")` or `("evidence_missing")`, with what is asked."""
    asked = task.evidence
    if asked.kind in COUNTED:
        least = math.ceil(asked.total * asked.share)
        if done < least:
            raise Refused("evidence_short", task=task.id, done=done, least=least, total=asked.total)
    elif asked.kind is EvidenceKind.FACILITY_STATE:
        held = [
            one
            for one in state.facilities.in_area(task.area)
            if task.operation in one.uses and asked.facility in ("", one.kind)
        ]
        usable = [one for one in held if one.state is not FacilityState.UNUSABLE]
        if not usable or not all(one.meets(one.uses[task.operation]) for one in usable):
            raise Refused("evidence_missing", task=task.id, asked=asked.kind.value)
    elif asked.kind is EvidenceKind.CHECK_IN:
        posts = [
            post
            for post in state.subtree(state.posts, task.area)
            if task.operation in post.wanted and asked.post in ("", post.key)
        ]
        if not any(post.standing for post in posts):
            raise Refused("evidence_missing", task=task.id, asked=asked.kind.value)
    elif not shown or not all(shown):
        raise Refused("evidence_missing", task=task.id, asked=asked.kind.value)
