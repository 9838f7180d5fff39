"""`python -m clients.simulator --config FILE`: play the night that the file describes, tell it, write the notes.

With `--drill FILE` it takes the simulated seats of a drill instead, until that is over.

Exit code 0 when the story came to its end, 1 when a condition was not met, 2 when the configuration is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from clients.sdk import ClientProblem
from clients.simulator import config as configuration
from clients.simulator import teams as drills
from clients.simulator.config import Config
from clients.simulator.in_step import TeamsInStep
from clients.simulator.live_cast import LiveCast
from clients.simulator.seated import RunningTeams, Seated
from clients.simulator.stage import NotMet, Stage
from clients.simulator.story.night import rain_night
from clients.simulator.teams import Teams

PLAYED, FAILED, WRONG_CONFIG = 0, 1, 2
SLACK_SECONDS: Final = 120
"""What a busy machine may be late with any condition; of real time."""


async def take_seats(teams: Teams) -> None:
    """Raises `ClientProblem`."""
    async with Seated(teams) as seated:
        await (TeamsInStep(seated) if teams.in_step else RunningTeams(seated)).play()


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
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--config", type=Path, help="written by `pingji demo`")
    what.add_argument("--drill", type=Path, help="written by whoever opens a drill")
    parser.add_argument("--lang", choices=("zh", "en"), help="instead of the language in the file")
    given = parser.parse_args()
    try:
        if given.drill is not None:
            return asyncio.run(_until_told_to_stop(take_seats(drills.read(given.drill)), PLAYED))
        config = configuration.read(given.config)
        if given.lang is not None:
            config = config.model_copy(update={"lang": given.lang})
        return asyncio.run(_until_told_to_stop(play(config), PLAYED if config.stay else FAILED))
    except (OSError, ValidationError) as wrong:
        print(wrong, file=sys.stderr)
        return WRONG_CONFIG
    except NotMet as missed:
        print(f"没有等到 not met: {missed}", file=sys.stderr)
    except ClientProblem as problem:
        print(f"演示中断 stopped: {problem}", file=sys.stderr)
    return FAILED


async def _until_told_to_stop(story: Coroutine[object, object, None], stopped: int) -> int:
    """SIGTERM and SIGINT end it like the end of the story, with the notes written. `stopped`: the exit code then."""
    playing = asyncio.ensure_future(story)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
    try:
        await playing
    except asyncio.CancelledError:
        return stopped
    return PLAYED


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
