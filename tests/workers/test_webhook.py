"""The gateway is told with a signature it can check, again when it stumbles, and never believed beyond its words."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import pytest

from coordinator.domain.text import Text
from workers.notify.channels.webhook import ATTEMPTS, WebhookChannel
from workers.notify.message import Addressee, Message

SECRET = "shared secret of a test"
MESSAGE = Message(
    world="LIVE",
    what="order",
    area="320113007001",
    text=Text("有新的指令", "There is a new order"),
    to=(Addressee("p1", "key-1"), Addressee("p2", "key-2")),
)


async def roster(people: Sequence[str]) -> Mapping[str, str]:
    return {"p1": "00011110001"} if "p1" in people else {}


@pytest.fixture
async def open_webhook() -> AsyncIterator[Callable[..., WebhookChannel]]:
    opened: list[WebhookChannel] = []

    def open_one(url: str, *, timeout: float = 5) -> WebhookChannel:
        channel = WebhookChannel(
            "LIVE",
            url,
            SECRET,
            timeout=timeout,
            real_people=True,
            seconds=lambda: 1000.7,
            phones=roster,
            backoff=0,
        )
        opened.append(channel)
        return channel

    yield open_one
    for channel in opened:
        await channel.close()


async def test_a_message_is_ids_with_their_phones_and_a_signature(
    gateway: Any, open_webhook: Callable[..., WebhookChannel]
) -> None:
    assert await open_webhook(gateway.url).send(MESSAGE) == frozenset()
    headers, body = await gateway.requests.get()
    signature = dict(part.split("=") for part in headers["X-Pingji-Signature"].split(","))
    assert signature == {
        "t": "1000",
        "v1": hmac.new(SECRET.encode(), b"1000." + body, hashlib.sha256).hexdigest(),
    }
    said = json.loads(body)
    assert said["to"] == [
        {"person": "p1", "key": "key-1", "phone": "00011110001"},
        {"person": "p2", "key": "key-2"},
    ]
    assert said.keys() == {"world", "what", "area", "text", "to"}


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_gateway_that_stumbles_is_asked_again_with_the_same_words(
    gateway: Any, open_webhook: Callable[..., WebhookChannel], status: int
) -> None:
    gateway.answers = [(status, {})]
    assert await open_webhook(gateway.url).send(MESSAGE) == frozenset()
    first, again = gateway.all()
    assert first == again


async def test_a_gateway_that_stays_away_has_told_nobody(
    gateway: Any, open_webhook: Callable[..., WebhookChannel]
) -> None:
    gateway.answers = [(500, {})] * 10
    assert await open_webhook(gateway.url).send(MESSAGE) == {"key-1", "key-2"}
    assert len(gateway.all()) == ATTEMPTS


async def test_a_gateway_that_does_not_answer_has_told_nobody(
    gateway: Any, open_webhook: Callable[..., WebhookChannel]
) -> None:
    gateway.hold.clear()
    assert await open_webhook(gateway.url, timeout=0.05).send(MESSAGE) == {"key-1", "key-2"}
    assert len(gateway.all()) == ATTEMPTS


async def test_nobody_listens(open_webhook: Callable[..., WebhookChannel]) -> None:
    assert await open_webhook("http://127.0.0.1:1/").send(MESSAGE) == {"key-1", "key-2"}


@pytest.mark.parametrize("status", [400, 401, 404, 422])
async def test_what_a_gateway_refuses_is_not_said_again(
    gateway: Any, open_webhook: Callable[..., WebhookChannel], status: int
) -> None:
    gateway.answers = [(status, {})]
    assert await open_webhook(gateway.url).send(MESSAGE) == {"key-1", "key-2"}
    assert len(gateway.all()) == 1


async def test_a_redirect_is_not_followed(
    gateway: Any, coordinator: Any, open_webhook: Callable[..., WebhookChannel]
) -> None:
    gateway.answers = [(307, coordinator.url)]
    assert await open_webhook(gateway.url).send(MESSAGE) == {"key-1", "key-2"}
    assert coordinator.all() == []


@pytest.mark.parametrize(
    ("said", "untold"),
    [
        ({"errcode": 0, "errmsg": "ok"}, set()),
        ({"errcode": 93000, "errmsg": "invalid webhook url"}, {"key-1", "key-2"}),
        ({"error": "quota"}, {"key-1", "key-2"}),
        ({"failed": ["key-2"]}, {"key-2"}),
        ({"failed": ["of somebody else"]}, set()),
        ("ok", set()),
        ([1], set()),
    ],
)
async def test_an_error_within_a_200_is_an_error(
    gateway: Any, open_webhook: Callable[..., WebhookChannel], said: object, untold: set[str]
) -> None:
    gateway.answers = [(200, said)]
    assert await open_webhook(gateway.url).send(MESSAGE) == untold
    assert len(gateway.all()) == 1
