"""What a playbook's reader is told: where, what is wrong, what would be right, in both languages.

One table holds every sentence of `pingji playbook lint`, and is the beginning of any other file's table; a code is
part of the interface and never reused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Final

import msgspec

from coordinator.domain.text import Text

MAX_FINDINGS: Final = 100
"""Nobody reads more at once, and a poisonous file must not buy hours of finding near names."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong in one file. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    code: str
    message_zh: str
    message_en: str
    hint: Text

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.message_zh}；{self.hint.zh}"

    def en(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.message_en}; {self.hint.en}"


Sentences = Mapping[str, tuple[str, str, str, str]]
"""Code -> what is wrong in Chinese and English, what would be right in Chinese and English."""


class FileRefused(ValueError):
    """A file that cannot be used, with everything that was found wrong."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


class PlaybookRefused(FileRefused):
    """A playbook that cannot be used."""


def finding(code: str, file: str, line: int, column: int, /, **facts: str) -> Finding:
    """The sentence for a code of a playbook, with its facts put in."""
    return told(SENTENCES, code, file, line, column, **facts)


def told(sentences: Sentences, code: str, file: str, line: int, column: int, /, **facts: str) -> Finding:
    """The sentence of that table for a code, with its facts put in."""
    shown = {name: _shown(fact) for name, fact in facts.items()}
    message_zh, message_en, hint_zh, hint_en = (part.format_map(shown) for part in sentences[code])
    return Finding(file, line, column, code, message_zh, message_en, Text(hint_zh, hint_en))


def _shown(fact: str) -> str:
    """What a file says is quoted short and without control characters: it may be printed on a terminal."""
    short = fact if len(fact) <= 600 else fact[:600] + "…"
    return "".join(character if character.isprintable() else "�" for character in short)


def nearest(wrong: str, known: Iterable[str]) -> Text:
    """`did you mean`, or the list of what is known."""
    names = sorted(name for name in islice(known, 200) if len(name) <= 64)
    close = get_close_matches(wrong[:64], names, n=1, cutoff=0.6)
    if close:
        return Text(f"是否应为“{close[0]}”", f'did you mean "{close[0]}"?')
    if not names:
        return Text("此处没有可引用的名称", "there is nothing here to name")
    return Text("可用：" + "、".join(names), "known here: " + ", ".join(names))


SENTENCES: Final[Sentences] = {
    # the file
    "unreadable": (
        "读不到文件：{problem}",
        "cannot read the file: {problem}",
        "请检查路径",
        "check the path",
    ),
    "unknown_playbook": ("没有预案“{name}”", 'there is no playbook "{name}"', "{near_zh}", "{near_en}"),
    "too_large": (
        "文件太大",
        "the file is too large",
        "预案不得超过 {most} KB",
        "a playbook has at most {most} KB",
    ),
    "not_utf8": ("不是 UTF-8 文本", "not UTF-8 text", "请存为 UTF-8", "save it as UTF-8"),
    "not_text": (
        "含有不是字符的编码",
        "holds a code that is no character",
        "请改为可见文字",
        "write readable text",
    ),
    "yaml": (
        "不是正确的 YAML：{problem}",
        "not YAML: {problem}",
        "请检查此处的缩进、引号与括号",
        "look at indentation, quotes and brackets here",
    ),
    "nested_too_deep": (
        "嵌套过深",
        "nested too deep",
        "最多 {most} 层",
        "at most {most} deep",
    ),
    "too_many_values": ("内容太多", "too many values", "最多约 {most} 项", "about {most} at most"),
    "several_documents": (
        "一个文件里有多份文档",
        "several documents in one file",
        "一个文件只放一份预案，去掉“---”之后的内容",
        "one playbook per file: remove what follows the second ---",
    ),
    "alias": (
        "使用了别名 *{name}",
        "an alias, *{name}",
        "请把内容写全，预案不用别名",
        "write the content out: a playbook has no aliases",
    ),
    "anchor": (
        "使用了锚点 &{name}",
        "an anchor, &{name}",
        "请去掉锚点，预案不用别名",
        "remove it: a playbook has no aliases",
    ),
    "tag": ("使用了标签 {name}", "a tag, {name}", "请去掉标签", "remove the tag"),
    "duplicate_key": (
        "键“{key}”重复，第 {line} 行已有",
        'the key "{key}" stands twice, first in line {line}',
        "请删去或改名其中一个",
        "remove or rename one of them",
    ),
    "key_not_text": (
        "键不是单个词",
        "a key that is not a single word",
        "请用单个词作键",
        "use a single word as key",
    ),
    # keys and values
    "unknown_key": ("没有“{key}”这个键", 'there is no key "{key}" here', "{near_zh}", "{near_en}"),
    "missing_key": (
        "缺少“{key}”",
        '"{key}" is missing',
        "请在此处补上“{key}”",
        'add "{key}" here',
    ),
    "wrong_type": (
        "类型不对",
        "the wrong type of value",
        "应为{expected_zh}",
        "it should be {expected_en}",
    ),
    "not_one_of": ("“{value}”不在可选项中", '"{value}" is not one of the choices', "{near_zh}", "{near_en}"),
    "bad_name": (
        "“{value}”不能作名称",
        '"{value}" cannot be a name',
        "用小写字母开头，只含小写字母、数字和下划线，最多 32 个，例如 low_check",
        "a lower-case letter first, then lower-case letters, digits and underscores, at most 32: low_check",
    ),
    "bad_id": (
        "“{value}”不能作预案编号",
        '"{value}" cannot be the id of a playbook',
        "用小写字母开头，只含小写字母、数字和连字符，例如 flood-typhoon",
        "a lower-case letter first, then lower-case letters, digits and hyphens: flood-typhoon",
    ),
    "bad_duration": (
        "“{value}”不是时长",
        '"{value}" is not a duration',
        "写数字加单位 min、h 或 d，最长 366d，例如 30min、2h、1d",
        "a whole number and min, h or d, at most 366d: 30min, 2h, 1d",
    ),
    "out_of_range": (
        "“{value}”超出范围",
        '"{value}" is out of range',
        "应为 {range}",
        "it should be {range}",
    ),
    "bad_length": ("内容太短或太长", "too short or too long", "应为 {range}", "it should be {range}"),
    "bad_evidence": (
        "“{kind}”的佐证写法不对",
        'evidence of kind "{kind}" is not complete',
        "{right_zh}",
        "{right_en}",
    ),
    "invalid": ("值不对：{problem}", "not a valid value: {problem}", "请改正", "correct it"),
    # expressions
    "expression_too_long": (
        "表达式有 {length} 个字符，太长",
        "the expression has {length} characters, too many",
        "最多 {most} 个字符",
        "at most {most}",
    ),
    "expression_too_deep": (
        "表达式嵌套过深",
        "the expression is nested too deep",
        "最多 {most} 层",
        "at most {most} deep",
    ),
    "expression_unexpected": (
        "表达式中不应出现“{found}”",
        'unexpected "{found}" in the expression',
        "可用数字、属性名、+ - * / ( ) 和 ceil floor max min，例如 max(2, ceil(pop/400))",
        "numbers, attributes, + - * / ( ) and ceil floor max min: max(2, ceil(pop/400))",
    ),
    "expression_unfinished": (
        "表达式没有写完",
        "the expression is not finished",
        "此处还应有“{wanted}”",
        'something like "{wanted}" should follow',
    ),
    "expression_unknown_function": (
        "没有函数“{name}”",
        'there is no function "{name}"',
        "{near_zh}",
        "{near_en}",
    ),
    "expression_arguments": (
        "函数 {name} 的参数个数不对",
        "{name} is given the wrong number of arguments",
        "应为 {wanted} 个",
        "it takes {wanted}",
    ),
    "expression_unknown_attribute": (
        "没有属性“{name}”",
        'there is no attribute "{name}" at this scope',
        "{near_zh}",
        "{near_en}",
    ),
    "expression_division_by_zero": (
        "除数可能为零",
        "division by what is or may be zero",
        "请保证除数大于零，例如 pop/max(1, bld)",
        "keep the divisor above zero: pop/max(1, bld)",
    ),
    "expression_not_finite": (
        "“{found}”不是有限的人数",
        '"{found}" is not a finite number of people',
        "请写普通的数，不用指数、inf、nan，也不把属性与属性连乘",
        "plain numbers, no exponent, inf or nan, no attribute times attribute",
    ),
    "expression_negative": (
        "结果可能为负（最小 {value}）",
        "it is or may be negative (down to {value})",
        "请写成 max(0, …)",
        "write max(0, ...)",
    ),
    # one thing against another
    "duplicate_entry": (
        "“{key}”在本级已有，见第 {line} 行",
        '"{key}" stands twice in this level, first in line {line}',
        "请删去或改名其中一个",
        "remove or rename one of them",
    ),
    "needs_replaces": (
        "“{key}”在 {level} 级已有，两者会并存",
        '"{key}" already stands at level {level}; both would hold',
        "要替换就写 replaces: {key}，否则改名",
        "write replaces: {key} to take its place, or choose another key",
    ),
    "unknown_replaced": (
        "要替换的“{key}”在下面各级都没有",
        'no lower level has "{key}" to replace',
        "{near_zh}",
        "{near_en}",
    ),
    "unknown_dependency": (
        "所依赖的任务“{key}”在本级不存在",
        'the task "{key}" it depends on does not exist at this level',
        "{near_zh}",
        "{near_en}",
    ),
    "dependency_below": (
        "“{key}”是 {scope} 一级的任务，{own} 一级的任务不能等它",
        '"{key}" is a task of a {scope}, for which a task of a {own} cannot wait',
        "只能依赖同级或上级区域的任务",
        "depend on tasks of the same area or of one above it",
    ),
    "cycle": (
        "任务互相等待：{trail}",
        "tasks wait for each other: {trail}",
        "请去掉其中一个 depends",
        "remove one of the depends",
    ),
    "unknown_word": ("没有“{word}”这个{what_zh}", 'unknown {what_en} "{word}"', "{near_zh}", "{near_en}"),
    "crew_never_full": (
        "岗位最多 {most} 人，永远凑不齐 {crew} 人",
        "the post has {most} at most and never a crew of {crew}",
        "提高 heads 或降低 crew_min",
        "raise heads or lower crew_min",
    ),
    "scope_changes": (
        "“{key}”在 {level} 级的范围是 {scope}，这里不同",
        '"{key}" has scope {scope} at level {level}, another here',
        "各级写同一个范围",
        "give it the same scope at every level",
    ),
}

CODES: Final = tuple(SENTENCES)
