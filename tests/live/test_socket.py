"""Real sockets on a free port: the whole way from a change to a client's board, and everything that goes wrong."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from coordinator.live.settings import LiveSettings
from coordinator.wire.board import BoardKey
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.messages import MAX_FRAME
from tests.live.serving import WITHIN, Served, hang_up, raw_socket, serving

AREA = BoardKey.parse("area:420107")
PART = "420107"
QUICK = LiveSettings(
    check_seconds=0.02, status_seconds=0.01, close_seconds=0.2, slow_seconds=0.5, sign_in_seconds=0.2
)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as served:
        yield served


@pytest.fixture
async def quick() -> AsyncIterator[Served]:
    async with serving(QUICK) as served:
        yield served


async def test_a_board_is_opened_and_kept(served: Served) -> None:
    served.engine.put(PART, AREA, "rows/1", {"n": 1})
    async with served.socket() as client:
        await client.say(type="subscribe", board="area:420107")
        snapshot = await client.hear("snapshot")
        assert snapshot["parts"] == [PART]
        served.engine.put(PART, AREA, "rows/2", {"n": 2})
        await client.hear("delta")
        served.engine.put(PART, AREA, "rows/1", None)
        await client.hear("delta")
        assert client.boards["area:420107"].entries == {"rows/2": {"n": 2}}


async def test_a_client_that_comes_back_resumes(served: Served) -> None:
    served.engine.put(PART, AREA, "rows/1", {"n": 1})
    async with served.socket() as client:
        await client.say(type="subscribe", board="area:420107")
        await client.hear("snapshot")
        boards = client.boards
    served.engine.put(PART, AREA, "rows/2", {"n": 2})
    async with served.socket() as client:
        client.boards = boards
        since = {part: list(cursor) for part, cursor in boards["area:420107"].cursor.items()}
        await client.say(type="subscribe", board="area:420107", since=since)
        delta = await client.hear("delta")
        assert list(delta["set"]) == ["rows/2"]


async def test_a_large_board_arrives_whole(served: Served) -> None:
    for number in range(400):
        served.engine.put(PART, AREA, f"rows/{number}", {"text": "社区" * 500})
    async with served.socket(max_msg_size=0) as client:
        await client.say(type="subscribe", board="area:420107")
        await client.hear("snapshot")
        assert len(client.boards["area:420107"].entries) == 400


async def test_commands_are_answered_in_their_order(served: Served) -> None:
    async with served.socket() as client:
        for number in range(10):
            await client.say(type="command", key=f"k{number}", name="SignSwitch", body={"n": number})
        assert [(await client.hear("result"))["key"] for _ in range(10)] == [f"k{n}" for n in range(10)]
    assert [(key, body["n"]) for _, key, _, body in served.engine.executed] == [
        (f"k{n}", n) for n in range(10)
    ]


async def test_a_command_that_takes_its_time_stops_nothing_else(served: Served) -> None:
    served.engine.gate.clear()
    async with served.socket() as client:
        await client.say(type="command", key="k1", name="SignSwitch", body={})
        await client.say(type="ping")
        await client.hear("pong")
        served.engine.gate.set()
        await client.hear("result")


async def test_an_engine_that_breaks_over_a_command_stops_no_other(served: Served) -> None:
    async with served.socket() as client:
        for key, name in (("k1", "Break"), ("k2", "SignSwitch")):
            await client.say(type="command", key=key, name=name, body={})
        broken, good = await client.hear("result"), await client.hear("result")
    assert (broken["key"], broken["status"], broken["error"]["code"]) == ("k1", "unknown", "internal")
    assert (good["key"], good["status"]) == ("k2", "accepted")


async def test_whoever_leaves_in_the_middle_of_a_command_leaves_nothing_behind(served: Served) -> None:
    served.engine.gate.clear()
    async with served.socket() as client:
        await client.say(type="command", key="k1", name="SignSwitch", body={})
        await client.say(type="ping")
        await client.hear("pong")
    served.engine.gate.set()


async def test_websocket_pings_are_answered(served: Served) -> None:
    async with served.http.ws_connect("/ws", autoping=False) as raw:
        await raw.ping(b"there?")
        async with asyncio.timeout(WITHIN):
            answer = await raw.receive()
        assert (answer.type, answer.data) == (aiohttp.WSMsgType.PONG, b"there?")


async def test_deflate_is_not_negotiated(served: Served) -> None:
    async with served.http.ws_connect("/ws", compress=15) as raw:
        assert not raw.compress


# --- closes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ('{"type": "sign_in", "token": "nobody-knows-it"}', CloseCode.BAD_TOKEN),
        ('{"type": "sign_in", "token": "commander-token", "protocol": 9}', CloseCode.PROTOCOL),
        ('{"type": "ping"}', CloseCode.NO_SIGN_IN),
        ("not json", CloseCode.BAD_MESSAGE),
        (b"binary", CloseCode.BAD_MESSAGE),
        ("x" * (MAX_FRAME + 1), CloseCode.TOO_BIG),
    ],
    ids=["token", "protocol", "unsigned", "json", "binary", "big"],
)
async def test_close_codes(quick: Served, frame: str | bytes, code: CloseCode) -> None:
    async with quick.socket(token=None) as client:
        if isinstance(frame, bytes):
            await client.socket.send_bytes(frame)
        else:
            await client.socket.send_str(frame)
        assert await client.closed() == code


async def test_a_ten_megabyte_frame_is_closed_and_not_kept(quick: Served) -> None:
    reader, writer = await raw_socket(quick)
    writer.write(b"\x81\xff" + struct.pack("!Q", 10_000_000) + b"\0\0\0\0")
    with suppress(ConnectionError):  # nobody has to listen to all of it
        for _ in range(100):
            writer.write(b"x" * 100_000)
            await writer.drain()
    async with asyncio.timeout(WITHIN):
        frame = await reader.readexactly(4)
    assert frame == b"\x88\x02" + int(CloseCode.TOO_BIG).to_bytes(2, "big")
    await hang_up(writer)


async def test_a_storm_of_frames_is_closed(quick: Served) -> None:
    async with quick.socket() as client:
        for _ in range(300):
            await client.say(type="ping")
        assert await client.closed() == CloseCode.TOO_MANY


async def test_a_phone_that_never_signs_in_is_closed(quick: Served) -> None:
    async with quick.socket(token=None) as client:
        assert await client.closed() == CloseCode.NO_SIGN_IN


async def test_a_revoked_grant_is_closed(quick: Served) -> None:
    async with quick.socket() as client:
        quick.engine.revoked_grants.add("g1")
        quick.engine.pass_by("42")
        assert await client.closed() == CloseCode.REVOKED


async def test_the_state_of_the_log_is_told(quick: Served) -> None:
    async with quick.socket() as client:
        quick.engine.log_down_since = quick.engine.now
        assert (await client.hear("status"))["log"] == "down"
        quick.engine.log_down_since = None
        assert (await client.hear("status"))["log"] == "up"


async def test_stopping_tells_everyone_when_to_come_back() -> None:
    async with serving() as served, served.socket() as client:
        stopping = asyncio.create_task(served.runner.cleanup())
        async with asyncio.timeout(WITHIN):
            received = await client.socket.receive()
            await client.socket.close()
            await stopping
        assert received.data == CloseCode.GOING_AWAY and (received.extra or "").startswith("wait=")


async def test_stopping_does_not_wait_for_those_who_do_not_answer() -> None:
    async with serving(QUICK) as served:
        _, writer = await raw_socket(served)
        async with asyncio.timeout(WITHIN):
            await served.runner.cleanup()
        await hang_up(writer)


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        (None, True),
        ("http://127.0.0.1:{port}", True),
        ("https://desk.example", True),
        ("https://evil.example", False),
        ("http://127.0.0.1:1", False),
        ("null", False),
        ("http://127.0.0.1:{port}.evil.example", False),
    ],
)
async def test_pages_of_other_origins_are_not_let_in(origin: str | None, good: bool) -> None:
    settings = LiveSettings(origins=("https://desk.example",))
    async with serving(settings) as served:
        headers = {"Origin": origin.format(port=served.port)} if origin else {}
        async with served.socket(token=None, headers=headers) as client:
            await client.say(type="sign_in", token="commander-token")
            if good:
                await client.hear("signed_in")
            else:
                assert await client.closed() == CloseCode.BAD_ORIGIN


async def test_a_full_house_answers_so_before_the_handshake() -> None:
    async with serving(LiveSettings(max_sockets=1)) as served, served.socket():
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.http.ws_connect("/ws")
        assert refused.value.status == 429


def test_settings_take_no_nonsense() -> None:
    bad: dict[str, Any] = {"max_boards": 0}
    with pytest.raises(ValueError, match="max_boards"):
        LiveSettings(**bad)
