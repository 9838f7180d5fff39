"""The commands that need only the wire, to be joined with the admin's. Importing this must stay quick: what is heavy
is imported by the command that needs it."""

from __future__ import annotations

import typer

from clients.cli.board import board
from clients.cli.do import do
from clients.cli.signing import approve, sign
from clients.cli.status import status
from clients.cli.switching import declare, end, lower, raise_, recall


def add_to(app: typer.Typer) -> None:
    app.command("board")(board)
    app.command("status")(status)
    app.command("do")(do)
    app.command("sign")(sign)
    app.command("declare")(declare)
    app.command("raise")(raise_)
    app.command("lower")(lower)
    app.command("end")(end)
    app.command("recall")(recall)
    app.command("approve")(approve)


def commands() -> typer.Typer:
    """The same as an application of its own."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    add_to(app)
    return app
