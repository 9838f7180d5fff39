"""The `pingji` command: joins the commands that run a city (`admin`) with those that talk to one (`clients.cli`).

Composition only; holds no rule. Heavy parts are imported when a command needs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from clients.cli.app import add_to as add_client_commands
from clients.cli.ticking import add_to_drill
from coordinator.admin import commands as admin_commands

if TYPE_CHECKING:
    from coordinator.domain.seat import Seat
    from coordinator.drills.players import Player


def simulated_teams(
    seats: Sequence[Seat], seed: int, playbook: str, minutes: int
) -> Mapping[str, Player[Any]]:
    """Those who play in a drill without people. They are clients; this is where the two sides meet."""
    from clients.simulator.drill_cast import simulated

    return simulated(seats, seed, playbook, minutes)


def make_app() -> typer.Typer:
    app = typer.Typer(
        name="pingji",
        help="平急：社区平时与急时的切换。Switches communities between normal and emergency, and back.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    admin_commands.add_to(app, simulated_teams)
    add_client_commands(app)
    (drill,) = [group.typer_instance for group in app.registered_groups if group.name == "drill"]
    assert drill is not None
    add_to_drill(drill)
    return app


def run() -> None:
    make_app()()


if __name__ == "__main__":
    run()
