"""The language of the terminal: Chinese first, English complete, chosen once per command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from coordinator.domain.text import Text
from coordinator.wire import words
from coordinator.wire.words import Language


class Tongue(NamedTuple):
    language: Language

    def __call__(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def text(self, text: Text) -> str:
        return self(text.zh, text.en)

    def word(self, vocabulary: str, code: str) -> str:
        return words.word(vocabulary, code, self.language)

    def concern(self, kind: str, facts: Mapping[str, str]) -> str:
        return words.concern(kind, facts, self.language)
