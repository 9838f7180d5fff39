"""`deliver`: the only way to a person. Each is told each thing once by each channel, however often the job is run.

It knows no phone and no text of anybody's; it does not say what follows from the outcome, which is the rules'.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import structlog

from coordinator.jobs.payload import Notice, NotifyJob, Recipient, What
from workers.notify.channels.channel import Channel
from workers.notify.message import Addressee, Message, text_of
from workers.notify.told import Told

AT_ONCE: Final = 8
"""Messages under way at the same time: a gateway is not to be stormed."""
IN_ONE: Final = 200
"""People in one message."""
SECONDS: Final = 35.0
"""For all of a job: who was not told by then counts as failed. It ends before RQ ends the job, and can report."""
INVITATION: Final[What] = "drill_invited"
"""Whom it does not reach still sees it on the board of the place: a drill never alarms the real world."""

log = structlog.get_logger()


class Outcome(msgspec.Struct):
    """What is to be reported: the duties that are done, and of each whom it reached."""

    reached: dict[str, list[str]] = {}
    """duty -> call-outs. A duty of which another run still sends a part is not in it."""
    failed: Counter[str] = msgspec.field(default_factory=Counter)
    """channel -> people it could not tell. `office`: an order for which no office is known."""


class _Part(msgspec.Struct):
    """Some people of one notice by one channel, and what came of it."""

    notice: Notice
    channel: Channel
    people: dict[str, Recipient]
    told: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    pending: bool = False


async def deliver(
    job: NotifyJob, channels: Sequence[Channel], told: Told, seconds: float = SECONDS
) -> Outcome:
    """Tell everybody named in the job. Raises what the queue's server or a channel raises: then nothing is known."""
    deadline = asyncio.get_running_loop().time() + seconds
    at_once = asyncio.Semaphore(AT_ONCE)
    parts = list(_parts(job, channels))

    async def run(part: _Part) -> None:
        async with at_once:
            await _send(job.world, part, told, deadline)

    async with told.run(), asyncio.TaskGroup() as tasks:
        for part in parts:
            tasks.create_task(run(part))
    return _outcome(job, parts)


def effect_key(about: str, person: str, channel: str) -> str:
    said = "\0".join((about, person, channel))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def _parts(job: NotifyJob, channels: Sequence[Channel]) -> Iterator[_Part]:
    for notice in job.notices:
        for channel in channels:
            for start in range(0, len(notice.to), IN_ONE):
                some = notice.to[start : start + IN_ONE]
                yield _Part(
                    notice, channel, {effect_key(one.about, one.person, channel.name): one for one in some}
                )


async def _send(world: str, part: _Part, told: Told, deadline: float) -> None:
    claims = await told.claim(list(part.people))
    part.told, part.pending = claims.done, bool(claims.others)
    if not claims.ours:
        return
    message = _message(world, part, claims.ours)
    try:
        async with asyncio.timeout_at(deadline):
            part.failed = await part.channel.send(message)
    except TimeoutError:
        part.failed = claims.ours
    part.told |= claims.ours - part.failed
    await told.sent(claims.ours - part.failed)
    await told.not_sent(part.failed)


def _message(world: str, part: _Part, keys: frozenset[str]) -> Message:
    notice = part.notice
    return Message(
        world=world,
        what=notice.what,
        area=notice.area,
        text=text_of(world, notice.what),
        to=tuple(Addressee(one.person, key, one.call_out) for key, one in part.people.items() if key in keys),
        channels=notice.channels,
    )


def _outcome(job: NotifyJob, parts: Sequence[_Part]) -> Outcome:
    pending = {part.notice.duty for part in parts if part.pending}
    reached = {notice.duty: set[str]() for notice in job.notices if notice.duty not in pending}
    failed: Counter[str] = Counter()
    for part in parts:
        if part.failed and part.notice.what != INVITATION:
            failed[part.channel.name] += len(part.failed)
        if part.channel.reaches and part.notice.duty in reached:
            reached[part.notice.duty].update(call for key in part.told if (call := part.people[key].call_out))
    unaddressed = sum(notice.unaddressed for notice in job.notices if notice.what != INVITATION)
    if unaddressed:
        failed["office"] = unaddressed
    uninvited = sum(len(part.failed) for part in parts if part.notice.what == INVITATION)
    if uninvited:
        log.warning("invitations to a drill were not delivered", scope=job.scope, people=uninvited)
    return Outcome({duty: sorted(calls) for duty, calls in reached.items()}, failed)
