"""`pingji token`: give and take back roles on parts of the tree. Tokens are stored hashed and shown once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, TypeVar

import aiohttp
import typer

from coordinator.admin.say import Json, fail, say, write_json
from coordinator.domain.access import Role
from coordinator.wire.exits import Exit

token_app = typer.Typer(help="登录令牌 sign-in tokens", no_args_is_help=True)
Url = Annotated[str, typer.Option(envvar="PINGJI_URL", help="协调进程地址 the coordinator's address")]
Data = Annotated[
    Path,
    typer.Option(
        "--data", envvar="PINGJI_DATA", help="数据目录，取其中的运维令牌 holds the operator's token"
    ),
]


@token_app.command("issue")
def issue_token(
    role: Annotated[Role, typer.Argument(help="角色 role")],
    area: Annotated[str, typer.Argument(help="区域代码 area code")],
    person: Annotated[str, typer.Argument(help="人员代号（不是姓名） a person's id, not a name")],
    office: Annotated[str, typer.Option(help="机构 office")] = "",
    url: Url = "http://127.0.0.1:8420",
    data: Data = Path("pingji-data"),
    json: Json = "",
) -> None:
    """签发令牌：只显示一次。Issue a token, shown once."""
    from coordinator.admin.run.grants import Wanted, issue

    async def work() -> str:
        return (await issue(url, operator_token(data), [Wanted(person, role, area, office)]))[0]

    token = carry_out(work)
    write_json(json, {"person": person, "role": role.value, "area": area, "token": token})
    if not json:
        print(token)


@token_app.command("qr")
def show_code(
    role: Annotated[Role, typer.Argument(help="角色 role")],
    area: Annotated[str, typer.Argument(help="区域代码 area code")],
    person: Annotated[str, typer.Argument(help="人员代号（不是姓名） a person's id, not a name")],
    office: Annotated[str, typer.Option(help="机构 office")] = "",
    public: Annotated[
        str,
        typer.Option(help="手机能打开的地址，默认同 --url the address phones reach; as --url if left out"),
    ] = "",
    svg: Annotated[
        Path | None, typer.Option(help="二维码另存为 SVG 图片，打印或投屏用 the QR code as a picture")
    ] = None,
    url: Url = "http://127.0.0.1:8420",
    data: Data = Path("pingji-data"),
    json: Json = "",
) -> None:
    """手机扫码登录，大屏用角色 wall：五分钟内有效，只能用一次。A link and QR code, good once, for five minutes."""
    from coordinator.admin.run.grants import Wanted, issue, sign_in_path

    async def work() -> str:
        wanted = Wanted(person, role, area, office)
        return await sign_in_path(url, (await issue(url, operator_token(data), [wanted]))[0])

    link = (public or url).rstrip("/") + carry_out(work)
    write_json(json, {"person": person, "role": role.value, "area": area, "link": link})
    import segno

    code = segno.make(link, error="m")
    if svg is not None:
        code.save(str(svg), kind="svg", scale=8)
    if not json:
        code.terminal(compact=True)
        print(link)


@token_app.command("revoke")
def revoke_token(
    token: Annotated[str, typer.Argument(help="令牌或其编号 the token, or the id of its grant")],
    area: Annotated[str, typer.Option(help="区域代码 area of the role")],
    url: Url = "http://127.0.0.1:8420",
    data: Data = Path("pingji-data"),
) -> None:
    """吊销：其连接在五秒内断开。Its sockets are closed within five seconds."""
    from coordinator.admin.run.grants import send
    from coordinator.wire.tokens import hash_token

    grant = f"sha256:{hash_token(token)}" if token.startswith("pj_") else token

    async def work() -> object:
        headers = {"Authorization": f"Bearer {operator_token(data)}"}
        async with aiohttp.ClientSession(url, headers=headers) as session:
            return await send(session, "RevokeGrant", {"area": area, "grant": grant})

    carry_out(work)
    say("已吊销 revoked")


def operator_token(data: Path) -> str:
    from coordinator.admin.run.founding import OPERATOR_TOKEN

    path = data / OPERATOR_TOKEN
    if not path.exists():
        fail(f"{path} 不存在：请先运行 pingji up，或用 --data 指明数据目录。\n{path} is missing.", Exit.USAGE)
    return path.read_text()


T = TypeVar("T")


def carry_out(work: Callable[[], Coroutine[object, object, T]]) -> T:
    from coordinator.admin.run.grants import CommandFailed

    try:
        return asyncio.run(work())
    except CommandFailed as refused:
        fail(f"{refused.code}: {refused}", Exit.REFUSED)
    except (aiohttp.ClientError, TimeoutError) as away:
        fail(f"协调进程不可达 the coordinator is not to be reached: {away}", Exit.DEPENDENCY)
