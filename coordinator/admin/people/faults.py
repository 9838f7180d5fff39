"""What can be wrong with a row of a people file, said in Chinese and English with a way out. Words only: the rules that
find the faults stand in `people_csv.py` and `people_teams.py`.
"""

from __future__ import annotations

from typing import Final

from coordinator.admin.faults import Catalogue, Fault, fault_of
from coordinator.admin.list_faults import LIST_FAULTS
from coordinator.domain.text import Text


def fault(file: str, row: int, cell: str, code: str, **facts: object) -> Fault:
    """`cell` as a spreadsheet names it, with its column's word; empty for the row as a whole."""
    return fault_of(FAULTS, file, row, cell, code, facts)


FAULTS: Final[Catalogue] = {
    **LIST_FAULTS,
    "file_empty": (
        Text("文件中没有任何人员", "there is nobody in the file"),
        Text(
            "第一行是表头（如 {header}），其后每行一人",
            "row 1 names the columns ({header}), then one person per row",
        ),
    ),
    "id_wrong": (
        Text("编号“{found}”不对", 'the id "{found}" is not right'),
        Text(
            "编号是 p 加七位数字，新人员请留空",
            "an id is p and seven digits; leave it empty for somebody new",
        ),
    ),
    "id_twice": (
        Text("编号“{found}”在第 {first} 行已出现", 'the id "{found}" already stands in row {first}'),
        Text("请删除重复的一行，或改正编号", "delete one of the two rows, or correct the id"),
    ),
    "id_erased": (
        Text("编号“{found}”的姓名和电话已删除，不能再用", 'the person behind the id "{found}" was erased'),
        Text("同一人重新登记请把编号留空", "to register them anew leave the id empty"),
    ),
    "id_not_founded": (
        Text(
            "本系统已建立，花名册里没有编号“{found}”",
            'this world is founded and has nobody with the id "{found}"',
        ),
        Text(
            "已建立的系统只能更新已有人员的姓名和电话，以及只值班的人员；请核对编号",
            "there only names and phones of those it has can be changed, and people who are only on duty added",
        ),
    ),
    "name_empty": (
        Text("姓名为空", "the name is empty"),
        Text("请填写姓名", "enter the name"),
    ),
    "name_long": (
        Text("姓名超过 {most} 个字", "the name is longer than {most} characters"),
        Text("请核对这一格", "check this cell"),
    ),
    "phone_empty": (
        Text("电话为空", "the phone is empty"),
        Text("没有电话就无法叫到；请填写手机或固定电话", "nobody can be called without one: enter a phone"),
    ),
    "phone_spreadsheet": (
        Text("电话“{found}”已被电子表格改成数值", 'the phone "{found}" was made a number by a spreadsheet'),
        Text(
            "请把该列设为“文本”格式，再填入原号码", "format the column as text, then enter the number again"
        ),
    ),
    "phone_wrong": (
        Text("电话“{found}”不是 5 到 15 位数字", 'the phone "{found}" is not 5 to 15 digits'),
        Text("只写一个号码；可以带 + 区号和短横", "enter one number; a + and dashes may stand in it"),
    ),
    "home_empty": (
        Text("没有填住址网格", "no grid is given as home"),
        Text("可征召人员请填所住网格；只值班的人员不填身份和队伍", "who can be called out has a home grid"),
    ),
    "home_not_grid": (
        Text("“{found}”不是网格", '"{found}" is no grid'),
        Text("请写到网格，如 某社区/第一网格", "name a grid of it, e.g. COMMUNITY/GRID"),
    ),
    "nothing_given": (
        Text("此人没有身份，不在队伍，也不值班", "this person has no kind, no team and no duty"),
        Text("请至少填身份、队伍、值班机构之一", "enter a kind, a team or an office at least"),
    ),
    "team_wrong": (
        Text("队伍“{found}”看不懂", 'the team "{found}" is not understood'),
        Text("请写成 街道/队名，如 红卫路街道/第一应急突击队", "write STREET/NAME OF THE TEAM"),
    ),
    "team_without_leader": (
        Text("队伍“{found}”没有队长", 'the team "{found}" has no leader'),
        Text("请在其中一人的职务栏写“队长”", 'write "leader" as post of one of its members'),
    ),
    "team_two_leaders": (
        Text("队伍“{found}”在第 {first} 行已有队长", 'the team "{found}" has its leader in row {first}'),
        Text("一队一个队长，请改正其中一行", "a team has one leader: correct one of the two rows"),
    ),
    "leader_of_nothing": (
        Text("写了队长，却没有队伍", "a leader without a team"),
        Text("请填写队伍，或清空职务", "enter the team, or empty the post"),
    ),
    "leader_not_called": (
        Text("队长未成年或免征，不能带队", "the leader is a minor or exempt and cannot lead"),
        Text("请改由他人任队长", "make somebody else the leader"),
    ),
}
"""By code: the reason and the way out."""
