"""Options that every command takes, and what they come to: where to sign in, as whom, in which language.

A token is read from the environment or a file; it is never shown, and never written anywhere.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from clients.cli.tongue import Tongue


class Lang(StrEnum):
    ZH = "zh"
    EN = "en"


URL = "http://127.0.0.1:8420"

UrlOption = Annotated[
    str,
    typer.Option(
        "--url", envvar="PINGJI_URL", help="协调进程地址，多个用逗号分开 coordinators, separated by commas"
    ),
]
TokenOption = Annotated[
    str,
    typer.Option(
        "--token",
        envvar="PINGJI_TOKEN",
        show_default=False,
        help="令牌，宜放在环境变量里 better in the environment",
    ),
]
TokenFileOption = Annotated[
    Path | None,
    typer.Option("--token-file", envvar="PINGJI_TOKEN_FILE", help="令牌文件 a file that holds the token"),
]
LangOption = Annotated[Lang, typer.Option("--lang", envvar="PINGJI_LANG", help="语言 language")]
JsonOption = Annotated[
    str,
    typer.Option(
        "--json", metavar="PATH", help="结果写成 JSON，- 为标准输出 write the result as JSON; - is stdout"
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="不再询问 do not ask")]


class Door(NamedTuple):
    """Where a command goes in, and how it speaks."""

    urls: tuple[str, ...]
    token: str
    say: Tongue
    json: str

    @property
    def quiet(self) -> bool:
        """Standard output belongs to the JSON."""
        return self.json == "-"


def door(
    url: str, token: str, token_file: Path | None, lang: Lang, json: str, *, anonymous: bool = False
) -> Door:
    """From options. Ends with a usage error where there is no token, unless `anonymous` will do."""
    from clients.cli.tongue import Tongue

    say = Tongue(lang.value)
    if not token and token_file is not None:
        try:
            token = token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(
                say(f"读不了令牌文件：{error}", f"cannot read the token file: {error}")
            ) from None
    if not token and not anonymous:
        raise typer.BadParameter(
            say(
                "没有令牌：请设 PINGJI_TOKEN 或 PINGJI_TOKEN_FILE（令牌由 pingji token issue 签发）",
                "no token: set PINGJI_TOKEN or PINGJI_TOKEN_FILE (`pingji token issue` makes one)",
            )
        )
    urls = tuple(one.strip() for one in url.split(",") if one.strip())
    return Door(urls, token, say, json)
