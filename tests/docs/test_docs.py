"""The guides say what the code does: every frame is one, every close code stands there, every mechanism is answered."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from coordinator.live.settings import LiveSettings
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.errors import error_body
from coordinator.wire.messages import CLIENT, SERVER

DOCS = Path(__file__).parents[2] / "docs"
PROTOCOL = (DOCS / "protocol.md").read_text(encoding="utf-8")
SCOPE = (DOCS / "scope.md").read_text(encoding="utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
FRAMES = re.findall(r"```json\n(.*?)\n```", PROTOCOL, re.DOTALL)
SENT_BY_CLIENT = {"sign_in", "subscribe", "unsubscribe", "command", "ping"}
MECHANISMS = {"BJ": 20, "PR": 17, "ZJ": 18, "SD": 17, "HB": 17, "SZ": 18, "CD": 10, "NJ": 17}


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: str(json.loads(frame)["type"]))
def test_every_frame_of_the_guide_is_a_message(frame: str) -> None:
    adapter = CLIENT if json.loads(frame)["type"] in SENT_BY_CLIENT else SERVER
    adapter.validate_json(frame)


def test_the_guide_shows_every_kind_of_frame_that_is_sent() -> None:
    kinds = {json.loads(frame)["type"] for frame in FRAMES}
    assert kinds >= {
        "sign_in",
        "signed_in",
        "subscribe",
        "snapshot",
        "delta",
        "command",
        "result",
        "error",
        "status",
    }


def test_a_misspelt_field_is_refused_as_the_guide_says() -> None:
    frame = {**json.loads(FRAMES[0]), "tokken": "x"}
    with pytest.raises(ValidationError):
        CLIENT.validate_json(json.dumps(frame))


def test_the_words_of_refusals_are_todays() -> None:
    for frame in map(json.loads, FRAMES):
        if error := frame.get("error"):
            assert error_body(error["code"], error["facts"]).model_dump() == error


def test_every_close_code_stands_in_the_guide() -> None:
    written = {
        (int(code), name) for code, name in re.findall(r"^\| (4\d{3}) \| (\w+) \|", PROTOCOL, re.MULTILINE)
    }
    assert written == {(code.value, code.name) for code in CloseCode}


def test_the_bounds_are_the_defaults() -> None:
    settings = LiveSettings()
    line = (
        f"{settings.max_boards} boards a client, {settings.messages_per_second:.0f} messages a second "
        f"with a burst of {settings.message_burst}, {settings.max_commands} commands waiting"
    )
    assert line in PROTOCOL


def test_every_mechanism_is_answered_once_and_the_counts_are_right() -> None:
    rows = re.findall(r"^\| ([A-Z]{2}\d{2}) \| .+? \| ([a-z ]+) \| (.+?) \|$", SCOPE, re.MULTILINE)
    assert Counter(id for id, _, _ in rows) == Counter(
        f"{case}{number:02}" for case, most in MECHANISMS.items() for number in range(1, most + 1)
    )
    told = {
        state: int(count) for state, count in re.findall(r"^\| ([a-z ]+) \| (\d+) \|", SCOPE, re.MULTILINE)
    }
    assert told == Counter(state for _, state, _ in rows)
    assert {id for id, state, _ in rows if state == "out of scope"} >= {"PR06", "PR17", "BJ06", "BJ15"}


@pytest.mark.parametrize("text", [ARCHITECTURE, SCOPE, PROTOCOL], ids=["architecture", "scope", "protocol"])
def test_files_that_are_named_are_there(text: str) -> None:
    root = DOCS.parent
    for path in set(re.findall(r"`((?:\w+/)+\w+\.(?:py|yaml|lua))`", text)):
        places = (root / path, root / "coordinator" / path)
        assert any(place.exists() for place in places), path
