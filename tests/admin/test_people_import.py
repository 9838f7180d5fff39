"""People from a file: every bad cell is named with its row, nothing is half-done; names stand in the vault alone."""

from __future__ import annotations

import asyncio
import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.admin.data import read_example
from coordinator.admin.list_cells import quoted, unquoted
from coordinator.admin.people.faults import FAULTS
from coordinator.admin.people.from_csv import read_people
from coordinator.admin.people.importing import Ground, Imported, import_people
from coordinator.admin.record.open_log import open_vault
from coordinator.admin.run.founding import OPERATOR_TOKEN, read_plan
from coordinator.admin.run.ground import sampled_registers
from coordinator.main import make_app
from coordinator.store.registers import RegisterCache, RegisterSet
from coordinator.store.roster import Entry, Roster
from coordinator.wire.exits import Exit

XIANLIN = Ground("xianlin", "320113", 7)
AREAS = sampled_registers(*XIANLIN).open().areas
HEAD = "编号,姓名,电话,住址,身份,技能,队伍,机构,职务,成年,免征\n"
LEADER = ",甲无名,00010000001,仙鹤社区/第一网格,,,仙林街道/突击队,,队长,,\n"


def faults_of(rows: str, head: str = HEAD) -> list[tuple[int, str, str]]:
    _, faults = read_people((head + rows).encode(), AREAS)
    return [(one.line, one.field, one.code) for one in faults]


def row(**cells: str) -> str:
    """A good volunteer, but for what is said."""
    good = {"name": "甲无名", "phone": "00010000001", "home": "仙鹤社区/第一网格", "kinds": "志愿者"}
    order = ["id", "name", "phone", "home", "kinds", "skills", "team", "office", "post", "adult", "exempt"]
    return ",".join({**good, **cells}.get(column, "") for column in order) + "\n"


@pytest.mark.parametrize(
    ("cells", "where", "code"),
    [
        ({"id": "7"}, "A2 编号", "id_wrong"),
        ({"id": "p7"}, "A2 编号", "id_wrong"),
        ({"name": ""}, "B2 姓名", "name_empty"),
        ({"name": "甲" * 41}, "B2 姓名", "name_long"),
        ({"name": "=cmd()"}, "B2 姓名", "cell_formula"),
        ({"name": "甲\x07"}, "B2 姓名", "cell_control"),
        ({"phone": ""}, "C2 电话", "phone_empty"),
        ({"phone": "1.38E+10"}, "C2 电话", "phone_spreadsheet"),
        ({"phone": "00010000001.0"}, "C2 电话", "phone_spreadsheet"),
        ({"phone": "000100 or 2"}, "C2 电话", "phone_wrong"),
        ({"home": "某社区/第一网格"}, "D2 住址", "area_unknown"),
        ({"home": "999"}, "D2 住址", "area_unknown"),
        ({"home": "第一网格"}, "D2 住址", "area_ambiguous"),
        ({"home": "仙鹤社区"}, "D2 住址", "home_not_grid"),
        ({"home": ""}, "D2 住址", "home_empty"),
        ({"kinds": "好人"}, "E2 身份", "word_unknown"),
        ({"skills": "急救、飞行"}, "F2 技能", "word_unknown"),
        ({"team": "突击队"}, "G2 队伍", "team_wrong"),
        ({"team": "仙鹤社区/突击队"}, "G2 队伍", "team_wrong"),
        ({"team": "仙林街道/突击队"}, "G2 队伍", "team_without_leader"),
        ({"office": "仙鹤社区/第一网格"}, "H2 机构", "office_unknown"),
        ({"post": "司令"}, "I2 职务", "word_unknown"),
        ({"post": "队长"}, "I2 职务", "leader_of_nothing"),
        ({"team": "仙林街道/突击队", "post": "队长", "exempt": "是"}, "I2 职务", "leader_not_called"),
        ({"team": "仙林街道/突击队", "post": "队长", "adult": "否"}, "I2 职务", "leader_not_called"),
        ({"adult": "也许"}, "J2 成年", "word_unknown"),
        ({"kinds": ""}, "", "nothing_given"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_letter(cells: dict[str, str], where: str, code: str) -> None:
    assert faults_of(row(**cells)) == [(2, where, code)]


def test_rows_that_do_not_go_together() -> None:
    assert faults_of(row(id="p0000003") + row() + row(id="p0000003")) == [(4, "A4 编号", "id_twice")]
    assert faults_of(LEADER * 2) == [(3, "I3 职务", "team_two_leaders")]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "file_empty"),
        ("姓名,电话\n", 1, "file_empty"),
        ("姓名,电话,住处\n", 1, "column_unknown"),
        ("姓名,电话,姓名\n", 1, "column_twice"),
        ("姓名,住址\n", 1, "column_missing"),
        ("姓名,电话,机构\n甲,00010\n", 2, "fields_wrong"),
        ('姓名,电话\n"甲"乙,00010\n', 2, "row_unreadable"),
    ],
)
def test_a_file_that_is_no_list_of_people(text: str, line: int, code: str) -> None:
    _, faults = read_people(text, AREAS)
    assert [(one.line, one.code) for one in faults][:1] == [(line, code)]


def test_a_spreadsheet_and_another_encoding_are_told_apart() -> None:
    for source, code in (
        (b"PK\x03\x04 xlsx", "file_spreadsheet"),
        ((HEAD + row()).encode("gbk"), "encoding_gbk"),
    ):
        assert [one.code for one in read_people(source, AREAS)[1]] == [code]


def test_every_fault_says_what_to_do_in_both_languages() -> None:
    for reason, hint in FAULTS.values():
        assert reason.zh and reason.en and hint.zh and hint.en


def test_columns_stand_in_any_order_and_in_english_too() -> None:
    rows, faults = read_people(
        "phone,name,office,post\n+86 000-1000,甲无名,仙鹤社区居委会,duty lead\n", AREAS
    )
    assert faults == []
    (one,) = rows
    assert (one.phone, one.post, one.office, one.responds) == (
        "+860001000",
        "duty_lead",
        "320113007002",
        False,
    )


@pytest.mark.parametrize("text", ["=1+1", "+860001", "-1", "@x", "＝1", "＠x", "甲", "'", ""])
def test_what_would_be_a_formula_is_quoted_and_read_back(text: str) -> None:
    assert unquoted(quoted(text)) == text
    assert not quoted(text).startswith(("=", "+", "-", "@"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def bring(text: str | bytes, data: Path, *, check: bool = False) -> Imported:
    file = data.parent / "people.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return asyncio.run(import_people(file, data, XIANLIN, check=check))


def registers(data: Path) -> RegisterSet:
    async def nowhere(digest: str) -> bytes | None:
        return None

    plan = read_plan(data)
    assert plan is not None and not plan.sampled
    return asyncio.run(RegisterCache(data / "registers", nowhere).open(plan.digests))


def entries(data: Path, *ids: str) -> dict[str, Entry | None]:
    async def read() -> dict[str, Entry | None]:
        async with open_vault(data) as vault:
            return await Roster(vault).get_many(ids)

    return asyncio.run(read())


def test_the_example_becomes_registers_without_names_and_a_roster(data: Path) -> None:
    imported = bring(read_example("people"), data)
    assert (len(imported.rows), imported.teams, imported.offices, imported.all_offices) == (112, 2, 13, 13)
    found = registers(data)
    assert len(found.people) == imported.responders == 84
    street = found.organisation.offices["office:320113007"]
    assert street.duty == ("p0000006", "p0000007", "p0000008")
    team = found.organisation.teams["team:320113007:shock_team1"]
    leader = found.people.get(team.members[0])
    assert leader is not None and leader.leader and leader.team == team.id and "shock_team" in leader.kinds
    assert entries(data, "p0000006") == {"p0000006": Entry("壬云霞", "00094163088")}
    written = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    for row in csv.DictReader(io.StringIO(read_example("people").decode("utf-8-sig"))):
        assert row["电话"].startswith("000")
        assert row["姓名"].encode() not in written and row["电话"].encode() not in written


def test_with_one_fault_nobody_is_imported(data: Path) -> None:
    imported = bring(HEAD + row() + row(phone="x"), data)
    assert [one.line for one in imported.faults] == [3]
    assert not data.exists()


def test_a_check_changes_nothing(data: Path) -> None:
    assert bring(HEAD + row(), data, check=True).faults == ()
    assert not data.exists()


def test_a_founded_world_takes_names_and_phones_alone(data: Path) -> None:
    bring(HEAD + row(id="p0000001") + LEADER, data)
    before = registers(data).digests
    (data / OPERATOR_TOKEN).write_text("pj_x")
    again = bring(HEAD + row(id="p0000001", name="乙无名"), data)
    assert again.founded and registers(data).digests == before
    assert entries(data, "p0000001") == {"p0000001": Entry("乙无名", "00010000001")}
    new = bring(HEAD + row() + row(id="p0000009"), data)
    assert [(one.field, one.code) for one in new.faults] == [
        ("A2 编号", "id_not_founded"),
        ("A3 编号", "id_not_founded"),
    ]
    officer = row(id="p0000010", name="丙无名", kinds="", home="", office="仙鹤社区", post="值班")
    assert bring(HEAD + officer, data).faults == ()
    assert entries(data, "p0000010") == {"p0000010": Entry("丙无名", "00010000001")}


def test_nobody_comes_back_under_an_erased_id(data: Path) -> None:
    bring(HEAD + row(id="p0000001"), data)

    async def erase() -> None:
        async with open_vault(data) as vault:
            await Roster(vault).erase("p0000001")

    asyncio.run(erase())
    imported = bring(HEAD + row(id="p0000001") + row(), data)
    assert [(one.line, one.code) for one in imported.faults] == [(2, "id_erased")]


def test_the_command_says_it_all_and_writes_the_ids_back(data: Path) -> None:
    file = data.parent / "people.csv"
    runner, app = CliRunner(), make_app()
    assert runner.invoke(app, ["people", "example", str(file)]).exit_code == Exit.OK
    out = data.parent / "with-ids.csv"
    where = ["--data", str(data), "--areas", "xianlin", "--under", "320113"]
    done = runner.invoke(app, ["people", "import", str(file), *where, "--out", str(out)])
    assert done.exit_code == Exit.OK and "112" in done.stderr
    assert out.stat().st_mode & 0o777 == 0o600
    assert read_people(out, AREAS)[1] == []
    assert read_people(out, AREAS)[0][5].id == "p0000006"
    file.write_text(HEAD + row(phone="x"))
    bad = runner.invoke(app, ["people", "import", str(file), *where, "--check"])
    assert bad.exit_code == Exit.VALIDATION and "people.csv:2:C2 电话" in bad.stderr


def test_paper_has_the_names_and_phones_of_the_roster(data: Path) -> None:
    bring(read_example("people"), data)
    printed = CliRunner().invoke(
        make_app(),
        ["print", "320113007002", "--data", str(data), "--playbook", "snow-cold", "--format", "text"],
    )
    assert printed.exit_code == Exit.OK
    assert "壬云霞" in printed.stdout and "00094163088" in printed.stdout
    assert "不是真人" not in printed.stdout
