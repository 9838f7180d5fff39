"""What can be wrong with a row of an areas file, said in Chinese and English with a way out. Words only: the
rules that find the faults stand in `areas_csv.py`.
"""

from __future__ import annotations

from typing import Final

from coordinator.admin.faults import FILE_FAULTS, Catalogue, Fault, fault_of
from coordinator.domain.text import Text


def fault(file: str, line: int, field: str, code: str, **facts: object) -> Fault:
    """The fault of that code, its words filled with the facts."""
    return fault_of(FAULTS, file, line, field, code, facts)


FAULTS: Final[Catalogue] = {
    **FILE_FAULTS,
    "file_empty": (
        Text("文件中没有任何区域", "there is no area in the file"),
        Text("第一行是 {header}，其后每行一个区域", "line 1 is {header}, then one area per line"),
    ),
    "header_wrong": (
        Text("表头是“{found}”，应为“{header}”", 'the header is "{found}", it should be "{header}"'),
        Text("请修改第一行；列的顺序不能变", "correct line 1; the order of the columns is fixed"),
    ),
    "fields_wrong": (
        Text("本行有 {found} 列，应有 {wanted} 列", "the line has {found} fields, it should have {wanted}"),
        Text("名称中含逗号时请加双引号", "put a name that contains a comma in double quotes"),
    ),
    "line_unreadable": (
        Text("本行不是有效的 CSV：{why}", "the line is not valid CSV: {why}"),
        Text("请检查引号是否成对", "check that quotes come in pairs"),
    ),
    "code_not_digits": (
        Text("代码“{found}”不全是数字", 'the code "{found}" is not all digits'),
        Text("代码只含半角数字 0-9", "a code has the digits 0-9 only"),
    ),
    "code_spreadsheet": (
        Text("代码“{found}”已被电子表格改成数值", 'the code "{found}" was made a number by a spreadsheet'),
        Text("请把该列设为“文本”格式，再填入原代码", "format the column as text, then enter the code again"),
    ),
    "code_length": (
        Text(
            "代码“{found}”有 {digits} 位，{level} 应为 {wanted} 位",
            'the code "{found}" has {digits} digits, a {level} has {wanted}',
        ),
        Text("请核对代码和层级", "check both the code and the level"),
    ),
    "code_not_below_parent": (
        Text(
            "代码“{found}”应为上级代码“{parent}”后加 {wanted}",
            'the code "{found}" should be its parent\'s code "{parent}" and {wanted}',
        ),
        Text("网格代码在社区代码后加两位", "a grid's code is its community's and two digits"),
    ),
    "code_twice": (
        Text("代码“{found}”在第 {first} 行已出现", 'the code "{found}" already stands on line {first}'),
        Text("请删除重复的一行", "delete one of the two lines"),
    ),
    "level_unknown": (
        Text("层级“{found}”不认识", 'the level "{found}" is not known'),
        Text("可用：{levels}", "known are: {levels}"),
    ),
    "name_empty": (
        Text("名称为空", "the name is empty"),
        Text("请填写区域名称", "give the area a name"),
    ),
    "name_control": (
        Text("名称中有不可见的控制字符", "the name contains an invisible control character"),
        Text("请重新输入名称", "type the name again"),
    ),
    "parent_missing": (
        Text(
            "上级“{found}”既不在文件中，也未导入过",
            'the parent "{found}" is neither in the file nor imported',
        ),
        Text("请补上上级的一行，或先导入上级", "add a line for the parent, or import the parent first"),
    ),
    "parent_faulty": (
        Text("上级“{found}”所在的第 {first} 行有错", 'the parent "{found}" on line {first} is itself faulty'),
        Text("改正那一行即可", "correct that line"),
    ),
    "parent_not_above": (
        Text(
            "上级“{found}”的层级是 {above}，不高于 {level}",
            'the parent "{found}" is a {above}, which is not above a {level}',
        ),
        Text("请核对上级代码和层级", "check the parent's code and the level"),
    ),
    "parent_cycle": (
        Text("上级关系成环：{path}", "the parents form a circle: {path}"),
        Text("请核对环上各行的上级", "check the parents of all lines of the circle"),
    ),
    "area_moved": (
        Text(
            "“{found}”已导入，上级是“{before}”，不能改到“{after}”",
            '"{found}" is already imported under "{before}" and cannot be moved to "{after}"',
        ),
        Text(
            "只有没有上级的区域可以补上级；区划调整请按拆分、合并办理",
            "only an area without a parent can be given one; a change of boundaries is a split or a merge",
        ),
    ),
    "level_changed": (
        Text(
            "“{found}”已导入，层级是 {before}，不能改为 {after}",
            '"{found}" is already imported as a {before} and cannot become a {after}',
        ),
        Text("请核对代码和层级", "check both the code and the level"),
    ),
}
"""By code: the reason and the way out. `areas_csv.py` names each of them."""
