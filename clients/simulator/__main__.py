"""`python -m clients.simulator --config FILE`: play the night that the file describes, tell it, write the notes.

Exit code 0 when the story came to its end, 1 when a condition was not met, 2 when the configuration is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from clients.sdk import ClientProblem
from clients.simulator import config as configuration
from clients.simulator.config import Config
from clients.simulator.live_cast import LiveCast
from clients.simulator.stage import NotMet, Stage
from clients.simulator.story.night import rain_night

PLAYED, FAILED, WRONG_CONFIG = 0, 1, 2
SLACK_SECONDS: Final = 120
"""What a busy machine may be late with any condition; of real time."""


async def play(config: Config) -> None:
    """Raises `NotMet`, `ClientProblem`."""
    async with LiveCast(config) as cast:
        stage = Stage(cast, _tell, config.lang, slack=SLACK_SECONDS * config.rate / 60)
        stage.say(f"{len(cast.desks)} 支模拟队伍就位", f"{len(cast.desks)} simulated actors are here")
        try:
            await rain_night(stage, config.playbook)
        finally:
            if config.out is not None:
                cast.notes.write(config.out)
        if config.stay:
            stage.say(
                "演示结束，模拟队伍继续在线，可以自己下令",
                "The story is over; the teams stay: give orders yourself",
            )
            await cast.stay()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m clients.simulator", description="Simulated teams")
    parser.add_argument("--config", type=Path, required=True, help="written by `pingji demo`")
    parser.add_argument("--lang", choices=("zh", "en"), help="instead of the language in the file")
    given = parser.parse_args()
    try:
        config = configuration.read(given.config)
    except (OSError, ValidationError) as wrong:
        print(wrong, file=sys.stderr)
        return WRONG_CONFIG
    if given.lang is not None:
        config = config.model_copy(update={"lang": given.lang})
    try:
        return asyncio.run(_until_told_to_stop(config))
    except NotMet as missed:
        print(f"没有等到 not met: {missed}", file=sys.stderr)
    except ClientProblem as problem:
        print(f"演示中断 stopped: {problem}", file=sys.stderr)
    return FAILED


async def _until_told_to_stop(config: Config) -> int:
    """SIGTERM and SIGINT end it like the end of the story, with the notes written."""
    playing = asyncio.ensure_future(play(config))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
    try:
        await playing
    except asyncio.CancelledError:
        return PLAYED if config.stay else FAILED
    return PLAYED


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
