"""Words in both languages of the interface. Chinese first; English complete."""

from __future__ import annotations

import msgspec


class Text(msgspec.Struct, frozen=True):
    """The same words in Chinese and English. Comes from playbooks and catalogues, never from a person."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh
