"""What can be wrong with any list whose columns have names: its header, its rows, and the cells that name places.

Words only. What is wrong with a list of one kind stands with that kind's own faults.
"""

from __future__ import annotations

from typing import Final

from coordinator.admin.faults import FILE_FAULTS, Catalogue
from coordinator.domain.text import Text

LIST_FAULTS: Final[Catalogue] = {
    **FILE_FAULTS,
    "column_unknown": (
        Text("没有“{found}”这一列", 'there is no column "{found}"'),
        Text("可用的列：{columns}", "columns are: {columns}"),
    ),
    "column_missing": (
        Text("缺少“{missing}”这一列", 'the column "{missing}" is missing'),
        Text("请在第一行加上这一列", "add it to row 1"),
    ),
    "column_twice": (
        Text("“{found}”这一列出现了两次", 'the column "{found}" stands there twice'),
        Text("请删除其中一列", "delete one of the two"),
    ),
    "row_unreadable": (
        Text("本行不是有效的 CSV：{why}", "the row is not valid CSV: {why}"),
        Text("请检查引号是否成对", "check that quotes come in pairs"),
    ),
    "fields_wrong": (
        Text("本行有 {found} 列，表头有 {wanted} 列", "the row has {found} cells, row 1 has {wanted}"),
        Text("内容含逗号时请加双引号", "put a value that contains a comma in double quotes"),
    ),
    "cell_formula": (
        Text("“{found}”会被电子表格当作公式", '"{found}" would be a formula in a spreadsheet'),
        Text("请去掉开头的 = + - @", "remove the = + - @ at its beginning"),
    ),
    "cell_control": (
        Text("内容中有不可见的控制字符", "there is an invisible control character in it"),
        Text("请重新输入", "type it again"),
    ),
    "area_unknown": (
        Text("没有“{found}”这个区域", 'there is no area "{found}"'),
        Text(
            "请填区域代码，或自上而下写名称，如 红卫路街道/钢都社区/第一网格",
            "give its code, or names from above to below, e.g. STREET/COMMUNITY/GRID",
        ),
    ),
    "area_ambiguous": (
        Text("“{found}”有 {number} 处：{codes}", '"{found}" is {number} places: {codes}'),
        Text(
            "请在前面加上街道、社区名称，或改填代码",
            "put its street and community in front, or give the code",
        ),
    ),
    "word_unknown": (
        Text("不认识“{found}”", '"{found}" is not known'),
        Text("可用：{words}", "known are: {words}"),
    ),
    "office_unknown": (
        Text("“{found}”没有值班机构", '"{found}" has no office'),
        Text(
            "值班机构填街道、社区或以上区域的代码或名称",
            "an office is that of a community or of an area above",
        ),
    ),
}
