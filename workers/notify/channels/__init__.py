"""The channels: `log`, `sim` and `webhook`. `open_channels` makes those of the settings, or refuses all of them."""

from __future__ import annotations

import time

from redis.asyncio import Redis

from workers.notify.channels.channel import Channel
from workers.notify.channels.log import LogChannel
from workers.notify.channels.sim import SimChannel
from workers.notify.channels.webhook import WebhookChannel
from workers.outcome import Coordinators
from workers.settings import ChannelName, Settings


def open_channels(settings: Settings, client: Redis) -> list[Channel]:
    """Touches no network. Raises `ChannelForbidden` for a channel that must not serve this world."""

    def opened(name: ChannelName) -> Channel:
        match name:
            case "log":
                return LogChannel(settings.world)
            case "sim":
                return SimChannel(settings.world, client)
            case "webhook":
                return WebhookChannel(
                    settings.world,
                    settings.webhook_url,
                    settings.secret,
                    timeout=settings.webhook_timeout,
                    real_people=settings.calls_real_people,
                    seconds=time.time,
                    phones=Coordinators(settings.api_url, settings.token).phones,
                )

    return [opened(name) for name in dict.fromkeys(settings.used_channels)]
