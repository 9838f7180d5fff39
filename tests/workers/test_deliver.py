"""Each is told each thing once by each channel, whatever is repeated, cut off or refused."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from redis.asyncio import Redis

from coordinator.jobs.payload import Notice, Recipient
from workers.notify.channels.sim import SimChannel
from workers.notify.deliver import IN_ONE, deliver
from workers.notify.message import Message
from workers.notify.told import Told


class Gateway:
    """A channel that keeps what it is given, and cannot tell some."""

    def __init__(self, name: str = "webhook", *, reaches: bool = True) -> None:
        self.name = name
        self.reaches = reaches
        self.told: Counter[str] = Counter()
        self.messages: list[Message] = []
        self.cannot: set[str] = set()
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def send(self, message: Message) -> frozenset[str]:
        self.began.set()
        await self.go_on.wait()
        self.messages.append(message)
        self.told.update(one.person for one in message.to if one.person not in self.cannot)
        return frozenset(one.key for one in message.to if one.person in self.cannot)

    async def close(self) -> None: ...


@pytest.fixture
def told(client: Redis, world: str) -> Callable[[], Told]:
    return lambda: Told(client, world)


async def test_a_job_run_twice_tells_once_and_reports_twice(
    make_job: Callable[..., Any], told: Callable[[], Told]
) -> None:
    gateway, job = Gateway(), make_job(["p1", "p2"])
    first = await deliver(job, [gateway], told())
    again = await deliver(job, [gateway], told())
    assert gateway.told == {"p1": 1, "p2": 1}
    assert first.reached == again.reached == {"notify:d1": ["p1>post", "p2>post"]}
    assert not again.failed


async def test_each_channel_tells_each_person(make_job: Callable[..., Any], told: Callable[[], Told]) -> None:
    sms, voice = Gateway("sms"), Gateway("voice")
    voice.cannot = {"p1"}
    outcome = await deliver(make_job(["p1", "p2"]), [sms, voice], told())
    assert (sms.told, voice.told) == ({"p1": 1, "p2": 1}, {"p2": 1})
    assert outcome.reached == {"notify:d1": ["p1>post", "p2>post"]}
    assert outcome.failed == {"voice": 1}


async def test_who_could_not_be_told_is_tried_again_by_a_later_job(
    make_job: Callable[..., Any], told: Callable[[], Told]
) -> None:
    gateway, job = Gateway(), make_job(["p1", "p2"])
    gateway.cannot = {"p2"}
    outcome = await deliver(job, [gateway], told())
    assert outcome.reached == {"notify:d1": ["p1>post"]}
    assert outcome.failed == {"webhook": 1}
    gateway.cannot = set()
    outcome = await deliver(job, [gateway], told())
    assert outcome.reached == {"notify:d1": ["p1>post", "p2>post"]}
    assert gateway.told == {"p1": 1, "p2": 1}


async def test_what_another_living_run_sends_is_left_to_it(
    make_job: Callable[..., Any], told: Callable[[], Told]
) -> None:
    gateway, job = Gateway(), make_job(["p1"])
    gateway.go_on.clear()
    first = asyncio.create_task(deliver(job, [gateway], told()))
    await gateway.began.wait()
    second = await deliver(job, [gateway], told())
    assert second.reached == {}, "the duty is closed by whoever knows"
    gateway.go_on.set()
    assert (await first).reached == {"notify:d1": ["p1>post"]}
    assert gateway.told == {"p1": 1}


async def test_what_a_run_began_and_left_is_taken_up(
    make_job: Callable[..., Any], told: Callable[[], Told]
) -> None:
    gateway, job = Gateway(), make_job(["p1"])
    gateway.go_on.clear()
    first = asyncio.create_task(deliver(job, [gateway], told()))
    await gateway.began.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    gateway.go_on.set()
    assert (await deliver(job, [gateway], told())).reached == {"notify:d1": ["p1>post"]}
    assert gateway.told == {"p1": 1}


async def test_a_channel_that_never_answers_has_failed_by_the_end(
    make_job: Callable[..., Any], told: Callable[[], Told]
) -> None:
    silent, sms = Gateway("webhook"), Gateway("sms")
    silent.go_on.clear()
    outcome = await deliver(make_job(["p1", "p2"]), [silent, sms], told(), seconds=0.05)
    assert outcome.failed == {"webhook": 2}
    assert outcome.reached == {"notify:d1": ["p1>post", "p2>post"]}


async def test_a_channel_that_reaches_nobody_reports_nobody(
    make_job: Callable[..., Any], told: Callable[[], Told]
) -> None:
    outcome = await deliver(make_job(["p1"]), [Gateway(reaches=False)], told())
    assert outcome.reached == {"notify:d1": []}
    assert not outcome.failed


async def test_an_order_that_no_office_hears_is_a_failure(
    make_job: Callable[..., Any], told: Callable[[], Told]
) -> None:
    job = make_job(Notice("notify:o", "320113007001", "order", unaddressed=True))
    outcome = await deliver(job, [Gateway()], told())
    assert outcome.reached == {"notify:o": []}
    assert outcome.failed == {"office": 1}


async def test_an_invitation_to_a_drill_that_nobody_hears_is_no_failure_of_the_real_world(
    make_job: Callable[..., Any], told: Callable[[], Told]
) -> None:
    gateway, person = Gateway(), Recipient("p1", "DRILL-20260718-1@320113007001")
    gateway.cannot = {"p1", "p2"}
    job = make_job(
        Notice("notify:i", "320113007001", "drill_invited", to=(person,)),
        Notice("notify:j", "320113007002", "drill_invited", unaddressed=True),
        Notice("notify:o", "320113007001", "order", to=(Recipient("p2", "o"),)),
    )
    outcome = await deliver(job, [gateway], told())
    assert outcome.reached == {"notify:i": [], "notify:j": [], "notify:o": []}
    assert outcome.failed == {"webhook": 1}, "of the order alone"


async def test_many_are_told_in_messages_of_bounded_size(
    make_job: Callable[..., Any], told: Callable[[], Told]
) -> None:
    gateway = Gateway()
    people = [f"p{number}" for number in range(2 * IN_ONE + 1)]
    outcome = await deliver(make_job(people), [gateway], told())
    assert gateway.told == dict.fromkeys(people, 1)
    assert max(len(message.to) for message in gateway.messages) == IN_ONE
    assert len(outcome.reached["notify:d1"]) == len(people)


@pytest.mark.parametrize(
    ("world", "mark"), [("DEMO", "【演示】"), ("DRILL-7", "【演练】"), ("TEST-0", "【演练】")]
)
async def test_what_is_not_real_says_so_in_every_message(
    make_job: Callable[..., Any], client: Redis, world: str, mark: str
) -> None:
    gateway = Gateway()
    await deliver(make_job(["p1"], world=world), [gateway], Told(client, world))
    (message,) = gateway.messages
    assert message.text.zh.startswith(mark)
    assert message.text.en.startswith(mark)
    await client.delete(*[key async for key in client.scan_iter(f"pingji:{{{world}}}:told:*")])


async def test_what_is_real_has_no_mark(make_job: Callable[..., Any], client: Redis) -> None:
    gateway = Gateway()
    await deliver(make_job(["live-1"], world="LIVE"), [gateway], Told(client, "LIVE"))
    assert "【" not in gateway.messages[0].text.zh


async def test_simulated_phones_show_what_they_got(
    make_job: Callable[..., Any], client: Redis, world: str, inbox: Callable[[], list[Any]]
) -> None:
    await deliver(make_job(["p1"]), [SimChannel(world, client)], Told(client, world))
    (message,) = inbox()
    assert [one["person"] for one in message["to"]] == ["p1"]
    assert message.keys() == {"world", "what", "area", "text", "to", "channels"}
