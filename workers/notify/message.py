"""What a person is told: a fixed sentence for each kind of notice, and the mark of a world that is not real.

No text comes from a job, so nothing that somebody typed can reach a phone; who it is about stands in the app, behind
its rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.register import ResponderId
from coordinator.domain.text import Text
from coordinator.jobs.payload import What
from coordinator.wire.marks import MARK_DRILL, mark

SENTENCES: Final[Mapping[What, Text]] = {
    "call_out": Text("您被征召到岗，请打开平急回复能否前往", "You are called out: open pingji and answer"),
    "order": Text("有新的指令，请打开平急签收", "There is a new order: open pingji and sign for it"),
    "confirmed_call": Text("指令尚未签收，请立即应答", "An order is not signed for yet: answer at once"),
    "drill": Text("演练有新的安排，请打开平急查看", "There is news of the drill: open pingji"),
    # Said in the real world, which marks nothing by itself: here the mark belongs to the sentence.
    "drill_invited": Text(
        MARK_DRILL + "有演练席位等您（不是实战），请打开平急入席",
        MARK_DRILL + " A seat in a drill waits for you (not for real): open pingji and take it",
    ),
    "drill_stopped": Text("演练中止，转入实战", "The drill stops: this is now for real"),
}


class Addressee(msgspec.Struct, frozen=True, omit_defaults=True):
    person: ResponderId
    key: str
    """Of this message to this person by this channel: a gateway that sees it twice sends once."""
    call_out: str = ""
    phone: str = ""
    """Filled in by a channel that hands it to a gateway, at that moment: it stands in no queue."""


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One sentence to some people."""

    world: str
    what: What
    area: AreaCode
    text: Text
    to: tuple[Addressee, ...]
    channels: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(one.key for one in self.to)


def text_of(world: str, what: What) -> Text:
    said = SENTENCES[what]
    return Text(mark(world) + said.zh, mark(world) + said.en)
