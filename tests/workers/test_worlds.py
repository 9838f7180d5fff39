"""A demo or a drill can reach nobody real, and LIVE no simulated phones: refused at start, and per job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis.asyncio import Redis

from coordinator.jobs.payload import to_plain
from coordinator.wire.exits import Exit
from workers.main import run
from workers.notify.channels import open_channels
from workers.notify.channels.channel import ChannelForbidden
from workers.notify.job import WrongWorld, run_notify
from workers.settings import Settings, settings

HOOK = {"webhook_secret": "s", "channels": "webhook"}


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("world", "changes"),
    [
        ("DEMO", {"channels": "log"}),
        ("DRILL-1", {"channels": "sim,log"}),
        ("DEMO", HOOK | {"webhook_url": "https://sms.example.org/send"}),
        ("DRILL-1", HOOK | {"webhook_url": "http://10.0.0.1/"}),
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
        ("DRILL-1", HOOK | {"webhook_url": "http://[::1]:1/"}, ["webhook"]),
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


async def test_a_job_of_another_world_reaches_nobody(
    make_settings: Callable[..., Settings],
    make_job: Callable[..., Any],
    inbox: Callable[[], list[Any]],
) -> None:
    with pytest.raises(WrongWorld):
        await run_notify(to_plain(make_job(["p1"], world="LIVE")), make_settings())
    assert inbox() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"channels": "pigeon"},
        {"worker_token": ""},
        {"channels": "webhook"},
        {"channels": "webhook", "webhook_url": "http://127.0.0.1:1/"},
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
