"""The commands as a person types them: what is sent, what is said, how they end. Against a fake coordinator."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from typer.testing import Result as Ended

from clients.cli.app import commands
from coordinator.wire.messages import Result

from . import entries
from .fake_coordinator import TOKEN, FakeBoard, FakeCoordinator, cut, refused, running

Run = Callable[..., Ended]
DIGEST = "b" * 64


@pytest.fixture
def fake() -> Iterator[FakeCoordinator]:
    """Serves in a thread of its own: a command runs a loop of its own."""
    one = FakeCoordinator(
        boards={
            "area:420107": [FakeBoard("420107", 3, entries.district())],
            "area:420107001": [
                FakeBoard("420107", 3, {"row/420107001": entries.district()["rows/420107001"]})
            ],
            "area:420107001001": [FakeBoard("420107", 3, entries.community())],
            "operation:op-1": [FakeBoard("420107", 3, entries.receipts())],
        },
        http={
            "/version": (200, {"version": "0.1.0", "protocol": 1, "world": "DEMO"}),
            "/readyz": (200, {"ready": True, "log": "up", "caught_up": True}),
            "/api/v1/people": (200, {"people": [{"id": "p2", "name": "乙无名"}], "next": None}),
            "/api/v1/areas?420107001": (
                200,
                _area("420107001", "红卫路街道", "street", communities=12, grids=36, pop=33722),
            ),
        },
    )
    up, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        async with running(one):
            up.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert up.wait(5)
    yield one
    stop.set()
    thread.join()


def _area(code: str, name: str, level: str, **attributes: int) -> dict[str, Any]:
    return {"areas": [{"code": code, "name": name, "level": level, "attributes": attributes}], "next": None}


@pytest.fixture
def run(fake: FakeCoordinator, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("PINGJI_TOKEN_FILE", "PINGJI_LANG"):
        monkeypatch.delenv(name, raising=False)

    def go(*arguments: str, answers: str = "", token: str = TOKEN, url: str = "") -> Ended:
        environment = {"PINGJI_URL": url or fake.url, "PINGJI_TOKEN": token}
        return CliRunner().invoke(commands(), list(arguments), input=answers, env=environment)

    return go


# --- boards -------------------------------------------------------------------------------------------------


def test_the_own_areas_board_is_shown_where_none_is_named(run: Run) -> None:
    ended = run("board")
    assert ended.exit_code == 0, ended.output
    assert "【演示】青山区" in ended.stdout and "红卫路街道" in ended.stdout
    assert "乙无名 提出" in ended.stdout


def test_a_code_is_short_for_the_areas_board(run: Run) -> None:
    assert "八大家花园社区 · 社区" in run("board", "420107001001").stdout


def test_a_board_as_json_and_nothing_else_on_standard_output(run: Run, tmp_path: Path) -> None:
    document = json.loads(run("board", "area:420107", "--json", "-").stdout)
    assert (document["board"], document["world"]) == ("area:420107", "DEMO")
    assert document["parts"]["420107"]["cursor"] == [1, 3]
    assert document["parts"]["420107"]["entries"].keys() == entries.district().keys()
    path = tmp_path / "board.json"
    assert "青山区" in run("board", "area:420107", "--json", str(path)).stdout
    assert json.loads(path.read_text()) == document


def test_an_operations_board_asks_the_register_for_names(run: Run) -> None:
    text = run("board", "operation:op-1").stdout
    assert "红卫路街道" in text and "420107002 " in text  # the second has no name to be had


def test_a_board_in_english_without_colour(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = run("board", "--lang", "en").stdout
    assert "As of 08:00:00" in text and "\x1b[3" not in text


def test_a_board_that_is_not_ours_is_a_refusal(run: Run) -> None:
    ended = run("board", "area:9", "--json", "-")
    assert ended.exit_code == 4 and "unknown_board" in ended.stderr
    assert json.loads(ended.stdout)["error"]["code"] == "unknown_board"


# --- any command --------------------------------------------------------------------------------------------


def test_a_command_is_sent_with_its_fields_and_the_own_area(run: Run, fake: FakeCoordinator) -> None:
    ended = run("do", "ReportHazard", "kind=water", "depth_cm=27", "trend=rising")
    assert ended.exit_code == 0 and "已执行（420107#7）" in ended.stdout
    assert fake.commands[0].body == {"area": "420107", "kind": "water", "depth_cm": 27, "trend": "rising"}


def test_the_answer_as_json(run: Run, fake: FakeCoordinator) -> None:
    answer = Result.model_validate_json(run("do", "ReportHome", "call_outs=a>b", "--json", "-").stdout)
    assert answer.status == "accepted" and answer.key == fake.commands[0].key


def test_a_key_repeats_a_command(run: Run, fake: FakeCoordinator) -> None:
    key = json.loads(run("do", "ReportHome", "call_outs=a", "--json", "-").stdout)["key"]
    ended = run("do", "ReportHome", "call_outs=a", "--key", key)
    assert "先前已执行" in ended.stdout
    assert [message.key for message in fake.commands] == [key, key]


def test_a_body_from_a_file_or_standard_input(run: Run, fake: FakeCoordinator, tmp_path: Path) -> None:
    path = tmp_path / "body.json"
    path.write_text('{"call_outs": ["a"]}')
    run("do", "ReportHome", "--body", f"@{path}", "--area", "420107001")
    run("do", "ReportHome", "--body", "-", answers='{"call_outs": ["b"]}')
    assert [message.body for message in fake.commands] == [
        {"call_outs": ["a"], "area": "420107001"},
        {"call_outs": ["b"], "area": "420107"},
    ]
    assert run("do", "ReportHome", "--body", "@/no/such/file").exit_code == 2


def test_what_is_not_right_is_said_by_place_and_not_sent(run: Run, fake: FakeCoordinator) -> None:
    ended = run("do", "ReportHazard", "kind=water", "depth_cm=deep", "--json", "-")
    assert ended.exit_code == 3
    assert "/depth_cm：须是整数" in ended.stderr and "/trend：必填" in ended.stderr
    assert {one["pointer"] for one in json.loads(ended.stdout)["error"]["errors"]} == {"/depth_cm", "/trend"}
    assert run("do", "ReportHazard", "oops").exit_code == 2
    assert fake.received == []


def test_a_misspelt_command_is_answered_with_near_ones(run: Run, fake: FakeCoordinator) -> None:
    ended = run("do", "ReportTaly")
    assert ended.exit_code == 3 and "ReportTally" in ended.stderr
    assert "ReportHazard" in run("do", "list").stdout and fake.received == []


@pytest.mark.parametrize(
    ("code", "exit_code"), [("not_seen_safe", 3), ("self_approval", 4), ("unknown_call_out", 4)]
)
def test_a_refusal_is_said_in_words(run: Run, fake: FakeCoordinator, code: str, exit_code: int) -> None:
    fake.answers.append(refused(code, person="p1", call_out="a"))
    ended = run("do", "ReportHome", "call_outs=a", "--lang", "en")
    assert ended.exit_code == exit_code and f"[{code}]" in ended.stderr and ended.stdout == ""


def test_no_answer_in_time_tells_the_key(run: Run, fake: FakeCoordinator) -> None:
    fake.answers.extend([cut] * 50)
    ended = run("do", "ReportHome", "call_outs=a", "--deadline", "0.3")
    assert ended.exit_code == 5 and f"--key {fake.commands[0].key}" in ended.stderr


def test_nothing_to_change_is_said(run: Run, fake: FakeCoordinator) -> None:
    fake.answers.append(lambda message: Result(key=message.key, status="accepted", scope="420107"))
    assert "已是这样" in run("do", "ReportHome", "call_outs=a").stdout


# --- signing and approving ----------------------------------------------------------------------------------


def test_signing_signs_whatever_is_unsigned(run: Run, fake: FakeCoordinator) -> None:
    ended = run("sign", "420107001001")
    assert ended.exit_code == 0, ended.output
    assert (fake.commands[0].name, fake.commands[0].body) == (
        "SignSwitch",
        {"area": "420107001001", "operation": "op-1"},
    )


def test_nothing_to_sign_is_a_refusal(run: Run, fake: FakeCoordinator) -> None:
    assert run("sign", "420107001001", "--operation", "op-9").exit_code == 4
    fake.boards["area:420107001001"][0].entries["switches/op-1@420107001001"] = entries.switch(
        "420107001001", entries.ago(1)
    )
    assert run("sign", "420107001001").exit_code == 4
    assert fake.commands == []


APPROVED = {
    "area": "420107",
    "change": "change-1",
    "hash": "h4sh",
    "targets": {"420107001": "II", "420107002": None},
}


def test_approving_asks_to_retype_every_area_and_level(run: Run, fake: FakeCoordinator) -> None:
    ended = run("approve", "change-1", answers="420107001=III\nnonsense\n420107001=二级\n420107002=终止\n")
    assert ended.exit_code == 0, ended.output
    assert "预计时长（分钟）  240" in ended.stderr and "p2" in ended.stderr and "【演示】" in ended.stderr
    assert "与原命令不符" in ended.stderr
    assert fake.commands[0].body == APPROVED


def test_approving_unasked_needs_the_targets_written_out(run: Run, fake: FakeCoordinator) -> None:
    assert run("approve", "change-1", "--yes").exit_code == 2
    assert run("approve", "change-1", "420107001", "--yes").exit_code == 2
    assert fake.commands == []
    ended = run("approve", "change-1", "420107001=II", "420107002=end", "--yes")
    assert ended.exit_code == 0 and fake.commands[0].body == APPROVED


def test_ones_own_change_is_not_even_asked_for(run: Run, fake: FakeCoordinator) -> None:
    fake.boards["area:420107"][0].entries["pending/change-1"] = entries.pending(person="p1")
    ended = run("approve", "change-1")
    assert ended.exit_code == 4 and "self_approval" in ended.stderr and fake.commands == []


def test_a_change_that_is_not_there_names_those_that_are(run: Run) -> None:
    ended = run("approve", "change-9")
    assert ended.exit_code == 4 and "change-1" in ended.stderr


# --- orders of a command post -------------------------------------------------------------------------------


def test_declaring_states_its_size_and_waits_for_a_second_person(run: Run, fake: FakeCoordinator) -> None:
    fake.answers.append(
        lambda message: Result(key=message.key, status="accepted", position=1, ids=["change-7"])
    )
    ended = run("declare", DIGEST, "420107001=二级", "--minutes", "240", answers="y\n")
    assert ended.exit_code == 4, ended.output
    assert "【演示】启动 420107001 二级：12 个社区、36 个网格、33722 人" in ended.stderr
    assert "pingji approve change-7" in ended.stderr
    assert fake.commands[0].body == {
        "area": "420107",
        "playbook": DIGEST,
        "targets": {"420107001": "II"},
        "expected_minutes": 240,
        "superior": "",
    }


def test_a_no_sends_nothing(run: Run, fake: FakeCoordinator) -> None:
    for answers in ("n\n", ""):
        assert run("declare", DIGEST, "420107001=II", "--minutes", "9", answers=answers).exit_code == 1
    assert fake.commands == []


def test_what_would_be_refused_is_said_before_asking(run: Run, fake: FakeCoordinator) -> None:
    ended = run("declare", "no-such-playbook", "420107001=III", "--minutes", "240")
    assert ended.exit_code == 2 and "no-such-playbook" in ended.stderr
    ended = run("declare", "Z" * 64, "420107001=V", "--minutes", "240", answers="y\n")
    assert ended.exit_code == 3 and "/playbook" in ended.stderr and "/targets/420107001" in ended.stderr
    assert run("declare", DIGEST, "420107001", "--minutes", "240").exit_code == 2
    assert fake.commands == []


def test_raising_breaks_the_glass(run: Run, fake: FakeCoordinator) -> None:
    ended = run("raise", "op-1", "420107001=I", "--phoned", "duty-9", "--yes")
    assert ended.exit_code == 0, ended.output
    assert fake.commands[0].body == {
        "area": "420107",
        "operation": "op-1",
        "targets": {"420107001": "I"},
        "phoned": "duty-9",
    }


def test_lowering_and_ending_state_who_is_still_out(run: Run, fake: FakeCoordinator) -> None:
    ended = run(
        "lower", "op-1", "420107001=III", "--met", "all_home", "--override", "dry=pumped_out", answers="y\n"
    )
    assert ended.exit_code == 0, ended.output
    assert "12 个社区在应急中，61 人在岗，63 人未到家，30 项任务未结" in ended.stderr
    assert run("end", "op-1", "420107001", "--met", "all_home", "--yes").exit_code == 0
    assert run("end", "op-1", "420107001", "--override", "dry", "--yes").exit_code == 2
    conditions = [message.body["conditions"] for message in fake.commands]
    assert conditions == [{"all_home": "met", "dry": "pumped_out"}, {"all_home": "met"}]
    assert fake.commands[1].body["areas"] == ["420107001"]


def test_recalling_needs_a_reason(run: Run, fake: FakeCoordinator) -> None:
    fake.boards["area:420107002"] = [FakeBoard("420107", 1, {})]
    assert run("recall", "op-1", "--yes").exit_code == 2
    assert run("recall", "op-1", "--reason", "sent_by_mistake", "--yes").exit_code == 0
    assert fake.commands[0].body == {"area": "420107", "operation": "op-1", "reason": "sent_by_mistake"}


def test_an_operation_that_is_not_there_is_named_with_those_that_are(run: Run, fake: FakeCoordinator) -> None:
    ended = run("recall", "op-9", "--reason", "x", "--yes")
    assert ended.exit_code == 4 and "op-1" in ended.stderr and fake.commands == []


# --- getting in ---------------------------------------------------------------------------------------------


def test_without_a_token_it_says_where_one_is_looked_for(run: Run) -> None:
    ended = run("board", token="")
    assert ended.exit_code == 2 and "PINGJI_TOKEN_FILE" in ended.stderr


def test_a_token_from_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    assert run("board", "--token-file", str(path), token="").exit_code == 0
    assert run("board", "--token-file", str(tmp_path), token="").exit_code == 2


@pytest.mark.parametrize("token", ["a-token-nobody-knows", "pj_half"])
def test_a_wrong_token_is_never_shown(run: Run, token: str) -> None:
    ended = run("board", token=token)
    assert ended.exit_code in (2, 4) and token not in ended.output and token not in ended.stderr
    assert token not in run("board", "--help", token=token).output


def test_nobody_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clients.cli.talk.PATIENCE", 0.1)
    ended = run("board", "--json", "-", url="http://127.0.0.1:9")
    assert ended.exit_code == 5 and "pingji up" in ended.stderr and "error" in json.loads(ended.stdout)
    assert run("board", url="nowhere").exit_code == 2
    assert run("status", url="http://127.0.0.1:9").exit_code == 5


def test_several_urls(run: Run, fake: FakeCoordinator) -> None:
    url = f"http://127.0.0.1:9, {fake.url}"
    assert run("board", url=url).exit_code == 0
    assert run("status", url=url, token="").exit_code == 0


def test_the_status(run: Run, fake: FakeCoordinator) -> None:
    fake.http["/api/v1/me"] = (
        200,
        {
            "person": "p1",
            "role": "commander",
            "area": "420107",
            "office": "",
            "world_time": "2026-07-01T08:00:00Z",
            "rate": 60,
            "boards": [],
        },
    )
    ended = run("status")
    assert (
        ended.exit_code == 0
        and "【演示】" in ended.stdout
        and "指挥部" in ended.stdout
        and "×60" in ended.stdout
    )
    found = json.loads(run("status", "--json", "-").stdout)
    assert found["version"]["version"] == "0.1.0" and found["me"]["person"] == "p1"


def test_the_status_of_a_coordinator_that_is_not_well(run: Run, fake: FakeCoordinator) -> None:
    fake.http["/readyz"] = (503, {"ready": False, "log": "down", "caught_up": False})
    ended = run("status", token="")
    assert ended.exit_code == 5 and "断开" in ended.stdout
    fake.http["/readyz"] = (200, {"ready": True, "log": "up", "caught_up": True, "stopped": {"420107": 88}})
    assert "420107 的记录在第 88 条" in run("status", token="").stdout
    fake.http["/api/v1/me"] = (401, {"detail": "令牌不对"})
    ended = run("status")
    assert ended.exit_code == 4 and "令牌不对" in ended.stdout


def test_importing_the_commands_imports_nothing_heavy() -> None:
    heavy = "('pydantic', 'msgspec', 'rich.live', 'websockets', 'coordinator.domain', 'clients.sdk.client')"
    code = f"import sys, clients.cli.app; print([one for one in {heavy} if one in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert ended.stdout.strip() == "[]"
