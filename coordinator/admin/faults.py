"""What can be wrong with a file that is imported: where it is, what it is and a way out, in Chinese and English.

Words only. What is wrong with a row of a certain file stands with that file's own faults.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from coordinator.domain.text import Text

Catalogue = Mapping[str, tuple[Text, Text]]
"""By code: the reason and the way out."""


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where. `field` is empty when it is the line or the file as a whole; `line` is 0 in a
    file whose parts are not lines."""

    file: str
    line: int
    field: str
    code: str
    reason: Text
    hint: Text

    def __str__(self) -> str:
        where = ":".join(part for part in (self.file, str(self.line or ""), self.field) if part)
        return f"{where}: {self.reason.zh}（{self.hint.zh}）/ {self.reason.en} ({self.hint.en})"


def fault_of(
    catalogue: Catalogue, file: str, line: int, field: str, code: str, facts: Mapping[str, object]
) -> Fault:
    """The fault of that code, its words filled with the facts."""
    reason, hint = catalogue[code]
    return Fault(
        file,
        line,
        field,
        code,
        Text(reason.zh.format(**facts), reason.en.format(**facts)),
        Text(hint.zh.format(**facts), hint.en.format(**facts)),
    )


_SAVE_AS_UTF_8: Final = Text("请另存为“CSV UTF-8”后重新导入", 'save it as "CSV UTF-8" and import it again')

FILE_FAULTS: Final[Catalogue] = {
    "file_unreadable": (
        Text("文件无法读取：{why}", "the file cannot be read: {why}"),
        Text("请检查文件是否存在、是否完整", "check that the file exists and is whole"),
    ),
    "file_too_large": (
        Text("文件超过 {limit} MB", "the file is larger than {limit} MB"),
        Text("请拆分后分次导入", "divide it and import one part after the other"),
    ),
    "file_spreadsheet": (
        Text("这是电子表格文件（xlsx），不是 CSV", "this is a spreadsheet (xlsx), not CSV"),
        _SAVE_AS_UTF_8,
    ),
    "encoding_gbk": (
        Text("文件编码是 GBK（GB18030），不是 UTF-8", "the file is encoded in GBK (GB18030), not in UTF-8"),
        _SAVE_AS_UTF_8,
    ),
    "encoding_utf_16": (
        Text("文件编码是 UTF-16，不是 UTF-8", "the file is encoded in UTF-16, not in UTF-8"),
        _SAVE_AS_UTF_8,
    ),
    "encoding_unknown": (
        Text("从本行起不是有效的 UTF-8 文本", "from this line on this is no valid UTF-8 text"),
        _SAVE_AS_UTF_8,
    ),
}
"""What can be wrong with any file."""
