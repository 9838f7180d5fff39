"""How commands speak: results to standard output, everything else to standard error, JSON wherever it is asked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from coordinator.wire.exits import Exit

Json = Annotated[
    str,
    typer.Option(
        "--json", metavar="PATH", help="结果写成 JSON，- 为标准输出 write the result as JSON; - is stdout"
    ),
]


def say(text: str) -> None:
    typer.echo(text, err=True)


def fail(text: str, code: Exit) -> NoReturn:
    say(text)
    raise typer.Exit(code)


def write_json(path: str, value: object) -> None:
    """To a file, or to standard output for `-`; nothing where no path was given."""
    if not path:
        return
    encoded = msgspec.json.format(msgspec.json.encode(value)) + b"\n"
    if path == "-":
        sys.stdout.buffer.write(encoded)
        sys.stdout.buffer.flush()
    else:
        Path(path).write_bytes(encoded)
