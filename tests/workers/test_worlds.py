"""A demo or a drill can reach nobody real, and LIVE no simulated phones: refused at start, and per job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from redis.asyncio import Redis

from coordinator.jobs.payload import to_plain
from coordinator.wire.exits import Exit
from workers.main import run
from workers.notify.channels import open_channels
from workers.notify.channels.channel import ChannelForbidden
from workers.notify.channels.webhook import WebhookChannel
from workers.notify.job import WrongWorld, run_notify
from workers.settings import Settings, settings

HOOK = {"webhook_secret": "s", "channels": "webhook"}
DRILL_HOOK = {"drill_webhook_secret": "s", "drill_channels": "webhook"}
REAL = {"drill_real_people": "yes"}


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("world", "changes"),
    [
        ("DEMO", {"channels": "log"}),
        ("DRILL-1", REAL | {"drill_channels": "sim,log"}),
        ("DEMO", HOOK | {"webhook_url": "https://sms.example.org/send"}),
        ("DRILL-1", REAL | DRILL_HOOK | {"drill_webhook_url": "file:///etc/passwd"}),
        ("DEMO", HOOK | {"webhook_url": "http://127.0.0.1.example.org/"}),
        ("DEMO", HOOK | {"webhook_url": "http://127.0.0.1@example.org/"}),
        ("LIVE", {"channels": "sim"}),
        ("LIVE", HOOK | {"webhook_url": "file:///etc/passwd"}),
    ],
)
def test_a_channel_that_must_not_serve_a_world_refuses_to_start(
    make_settings: Callable[..., Settings], client: Redis, world: str, changes: dict[str, str]
) -> None:
    with pytest.raises(ChannelForbidden):
        open_channels(make_settings(world=world, **changes), client)
    assert run("notify") == Exit.VALIDATION


@pytest.mark.parametrize(
    ("world", "changes", "names"),
    [
        ("DEMO", {}, ["sim"]),
        ("LIVE", {}, ["log"]),
        (
            "DEMO",
            HOOK | {"channels": "sim, webhook", "webhook_url": "http://127.0.0.1:1/"},
            ["sim", "webhook"],
        ),
        ("DRILL-1", HOOK | {"webhook_url": "http://[::1]:1/"}, ["sim"]),
        ("DRILL-1", REAL | HOOK | {"webhook_url": "https://sms.example.org/send"}, ["sim"]),
        ("DRILL-1", DRILL_HOOK | {"drill_webhook_url": "http://[::1]:1/"}, ["sim"]),
        (
            "DRILL-1",
            REAL | DRILL_HOOK | {"drill_webhook_url": "https://drill.example.org/send"},
            ["webhook"],
        ),
        ("LIVE", HOOK | {"webhook_url": "https://sms.example.org/send"}, ["webhook"]),
    ],
)
def test_the_channels_of_a_world(
    make_settings: Callable[..., Settings],
    client: Redis,
    world: str,
    changes: dict[str, str],
    names: list[str],
) -> None:
    opened = open_channels(make_settings(world=world, **changes), client)
    assert [channel.name for channel in opened] == names


def test_a_drill_uses_credentials_of_its_own(make_settings: Callable[..., Settings]) -> None:
    """Both sets are there, and real people are to be called: what goes out goes over the drill's."""
    live = HOOK | {"webhook_url": "https://sms.example.org/send", "webhook_secret": "the real one"}
    own = REAL | DRILL_HOOK | {"drill_webhook_url": "https://drill.example.org/send"}
    made = make_settings(world="DRILL-1", **live, **own)
    assert (made.webhook_url, made.secret) == ("https://drill.example.org/send", "s")


def test_a_channel_to_people_refuses_a_drill_by_itself() -> None:
    """Should ever a setting say so: without a script that wants real people called there is no such channel."""

    async def nobody(people: Sequence[str]) -> Mapping[str, str]:
        return {}

    url, sandbox = "http://127.0.0.1:1/", {"timeout": 1, "seconds": lambda: 0, "phones": nobody}
    with pytest.raises(ChannelForbidden):
        WebhookChannel("DRILL-1", url, "s", real_people=False, **sandbox)  # type: ignore[arg-type]


async def test_a_job_of_another_world_reaches_nobody(
    make_settings: Callable[..., Settings],
    make_job: Callable[..., Any],
    inbox: Callable[[], list[Any]],
) -> None:
    with pytest.raises(WrongWorld):
        await run_notify(to_plain(make_job(["p1"], world="LIVE")), make_settings())
    with pytest.raises(WrongWorld):
        await run_notify(to_plain(make_job(["p1"])), make_settings(world="LIVE"))
    assert inbox() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"drill_channels": "pigeon"},
        {"worker_token": ""},
        {"world": "LIVE", "channels": "webhook"},
        {"world": "LIVE", "channels": "webhook", "webhook_url": "http://127.0.0.1:1/"},
        {"drill_channels": "webhook"},
        {"api_url": ","},
        {"world": "live"},
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_starts(
    make_settings: Callable[..., Settings], changes: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError):
        make_settings(**changes)
    assert run("notify") == Exit.VALIDATION
    assert capsys.readouterr().err


def test_secrets_come_from_files_too(make_settings: Callable[..., Settings], tmp_path: Any) -> None:
    (tmp_path / "token").write_text("from a file\n")
    made = make_settings(
        worker_token="", worker_token_file=str(tmp_path / "token"), api_url="http://a, http://b"
    )
    assert made.token == "from a file"
    assert made.api_url == ("http://a", "http://b")


@pytest.mark.parametrize("arguments", [(), ("sing",), ("notify", "notify"), ("notify", "--sing")])
def test_a_worker_has_one_queue_that_there_is(arguments: tuple[str, ...]) -> None:
    assert run(*arguments) == Exit.USAGE
