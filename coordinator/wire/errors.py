"""Every stable error code with its words in both languages, its HTTP status and whether to try again.

Codes are part of the interface and never reused. What the rules refuse stands in `refusals.py`; what the transport
refuses stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pydantic import JsonValue

from coordinator.domain.text import Text
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.messages import ErrorBody
from coordinator.wire.refusals import REFUSALS
from coordinator.wire.words import sentence


class Error(NamedTuple):
    code: str
    zh: str
    en: str
    retry: bool
    """Whether sending the same again, a little later, can succeed."""
    status: int


_TRANSPORT: Final = (
    Error("not_signed_in", "请先登录", "Sign in first", False, 401),
    Error(
        "bad_token",
        "令牌不对，请核对后重新登录",
        "The token is not known: check it and sign in again",
        False,
        401,
    ),
    Error(
        "revoked_token", "授权已撤销，请向管理员申请", "This grant was revoked: ask the operator", False, 401
    ),
    Error(
        "bad_message",
        "看不懂这条消息（{hint}），请更新客户端",
        "This message is not understood ({hint}): update the client",
        False,
        400,
    ),
    Error("bad_body", "{pointer} 填得不对：{why}", "{pointer} is not right: {why_en}", False, 422),
    Error(
        "frame_too_big",
        "消息超过 {limit} 字节，请分几次发送",
        "The message is larger than {limit} bytes: send it in parts",
        False,
        413,
    ),
    Error(
        "unknown_command",
        "没有命令 {command}，请核对名称",
        "There is no command {command}: check its name",
        False,
        404,
    ),
    Error(
        "unknown_board",
        "没有看板 {board}，请核对名称",
        "There is no board {board}: check its name",
        False,
        404,
    ),
    Error(
        "unknown_feed",
        "没有这个日历订阅，或已收回，请向管理员另要一个",
        "There is no such calendar feed, or it was taken back: ask the operator for another",
        False,
        404,
    ),
    Error(
        "unknown_drill",
        "没有演练 {drill}，或还没有邀请、已经结束；请核对看板上的邀请",
        "There is no drill {drill}, or nobody is invited to it now: see the invitation on the board",
        False,
        404,
    ),
    Error(
        "no_seat_for_you",
        "演练 {drill} 里没有您（{role:role}）的席位；请联系导调",
        "The drill {drill} has no seat for you ({role:role}): ask exercise control",
        False,
        403,
    ),
    Error(
        "drill_away",
        "演练 {drill} 暂时连不上，请稍候再试",
        "The drill {drill} does not answer at the moment: try again in a little while",
        True,
        503,
    ),
    Error(
        "unknown_alert",
        "没有编号为 {alert} 的指令，请从 /api/v1/cap 取现有的",
        "There is no alert {alert}: take those that there are from /api/v1/cap",
        False,
        404,
    ),
    Error("unknown_path", "没有这个地址，请核对", "There is nothing at this address: check it", False, 404),
    Error("wrong_method", "这个地址不接受 {method}", "This address does not take {method}", False, 405),
    Error(
        "unknown_scope",
        "{scope} 不由本系统管辖，请核对区域",
        "{scope} is not kept by this system: check the area",
        False,
        404,
    ),
    Error(
        "protocol_version",
        "本系统使用协议第 {speaks} 版，请更新客户端",
        "This server speaks version {speaks} of the protocol: update the client",
        False,
        400,
    ),
    Error(
        "key_reused",
        "同一命令编号已用于另一内容，没有执行；请用新编号重发",
        "This key was used for another command; nothing was done: issue it with a new key",
        False,
        422,
    ),
    Error(
        "log_unavailable",
        "记录服务暂时不可用，命令没有执行，恢复后会自动重试",
        "The log is unavailable and nothing was done: try again when it is back",
        True,
        503,
    ),
    Error(
        "queue_unavailable",
        "登录码服务暂时不可用，请稍候再试",
        "Sign-in codes are unavailable at the moment: try again in a little while",
        True,
        503,
    ),
    Error(
        "code_spent",
        "登录码已用过或已过期，请重新获取",
        "This sign-in code was used already or is too old: ask for another",
        False,
        410,
    ),
    Error(
        "outcome_unknown",
        "命令是否已执行尚不清楚；请用同一编号重发，不会重复执行",
        "Whether the command was carried out is not known: send the same key again, it is never done twice",
        True,
        503,
    ),
    Error(
        "catching_up",
        "正在追赶最新数据，请稍候再试",
        "Catching up with the log: try again in a moment",
        True,
        503,
    ),
    Error(
        "too_many", "一次要的太多，请稍候再试", "Too much at a time: wait a little and try again", True, 429
    ),
    Error(
        "not_founded",
        "{scope} 的记录还没有建立，请管理员先初始化",
        "The log of {scope} has not been begun: the operator founds it first",
        False,
        409,
    ),
    Error(
        "chain_broken",
        "{scope} 的记录在第 {position} 条校验不符，已停止写入；请管理员查明后用 ReopenScope 重新启用",
        "The log of {scope} fails its check at entry {position} and is stopped: the operator sees why, "
        "then reopens it (ReopenScope)",
        False,
        503,
    ),
    Error(
        "internal",
        "系统内部出错，结果不明；请用同一编号重试，仍不行就告诉管理员",
        "An internal error, the outcome is not known: repeat with the same key, then tell the operator",
        True,
        500,
    ),
)

_RULES: Final = (
    Error(code, text.zh, text.en, False, status)
    for status, refusals in REFUSALS.items()
    for code, text in refusals.items()
)

ERRORS: Final[Mapping[str, Error]] = {error.code: error for error in (*_TRANSPORT, *_RULES)}

_TITLES: Final = {
    400: Text("消息不对", "Bad message"),
    401: Text("没有登录", "Not signed in"),
    403: Text("不在您的职权内", "Not yours to do"),
    404: Text("没有找到", "Not there"),
    405: Text("不接受这种请求", "Not taken here"),
    409: Text("与现状不符", "Does not fit how things stand"),
    410: Text("已失效", "No longer good"),
    413: Text("太大", "Too big"),
    422: Text("填写不对", "Not right"),
    429: Text("太频繁", "Too many requests"),
    500: Text("系统出错", "Internal error"),
    503: Text("暂时不可用", "Not available for now"),
}

CLOSED_WITH: Final[Mapping[CloseCode, str]] = {
    CloseCode.NO_SIGN_IN: "not_signed_in",
    CloseCode.TOO_MANY: "too_many",
    CloseCode.BAD_TOKEN: "bad_token",
    CloseCode.REVOKED: "revoked_token",
    CloseCode.BAD_MESSAGE: "bad_message",
    CloseCode.TOO_BIG: "frame_too_big",
    CloseCode.PROTOCOL: "protocol_version",
}
"""The error that a close code stands for, where there is one."""


def error_body(code: str, facts: Mapping[str, str] | None = None) -> ErrorBody:
    """The error as a message carries it. Raises `KeyError` for a code that has no entry."""
    error = ERRORS[code]
    given = dict(facts or {})
    text = Text(error.zh, error.en)
    return ErrorBody(
        code=code,
        zh=sentence(text, given, "zh"),
        en=sentence(text, given, "en"),
        retry=error.retry,
        facts=given,
    )


def problem(
    code: str,
    facts: Mapping[str, str] | None = None,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    instance: str = "",
) -> dict[str, JsonValue]:
    """The error as RFC 9457 problem+json, to be sent with its own `status`.

    `errors` name what is wrong where, each with a `pointer` into the body; left out, the facts' own pointer.
    """
    error = ERRORS[code]
    body = error_body(code, facts)
    title = _TITLES[error.status]
    if not errors and "pointer" in body.facts:
        errors = [{"pointer": body.facts["pointer"], "zh": body.zh, "en": body.en}]
    found: dict[str, JsonValue] = {
        "type": f"urn:pingji:error:{code}",
        "title": title.zh,
        "title_en": title.en,
        "status": error.status,
        "code": code,
        "detail": body.zh,
        "detail_en": body.en,
        "retry": error.retry,
        "facts": dict(body.facts),
    }
    if errors:
        found["errors"] = [dict(one) for one in errors]
    if instance:
        found["instance"] = instance
    return found
