"""The words several templates share, read from `labels.yaml` once and looked up by group, key and language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from docgen.doctree.nodes import Labels
from docgen.errors import NotFoundError
from docgen.facts.source import Raw, read_source
from docgen.templating.spelling import respelled, without_sharp_s

_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Words:
    """The shared words of one language."""

    language: str
    groups: Mapping[str, Mapping[str, str]]

    def word(self, key: str, group: str | None = None) -> str:
        """Return a word; an enum's value finds its group by its class. Raises NotFoundError when there is none."""
        group = group or (group_of(type(key)) if isinstance(key, StrEnum) else "words")
        words = self.groups.get(group, {})
        if str(key) not in words:
            raise NotFoundError(
                f"labels.yaml has no word “{key}” in the group “{group}” for the language {self.language}."
            )
        return words[str(key)]

    def plural(self, group: str, count: int) -> str:
        """Return the form of a group's words that a number takes, with the number put in."""
        from babel import Locale

        forms = self.groups.get(group, {})
        if not forms:
            raise NotFoundError(f"labels.yaml has no forms “{group}” for the language {self.language}.")
        form = Locale.parse(self.language).plural_form(abs(count))
        return forms.get(form, forms.get("other", "{count}")).replace("{count}", str(count))

    def writer_labels(self) -> Labels:
        """Return the words that numbering and the writers add by themselves."""
        words = self.groups.get("words", {})
        names = Labels.__dataclass_fields__
        return Labels(**{name: words[name] for name in names if name in words})


def group_of(kind: type[StrEnum]) -> str:
    """Return the group of an enum's words: its class name in snake_case."""
    return _WORD_START.sub("_", kind.__name__).lower()


def read_words(path: Path, language: str, locale: str = "") -> Words:
    """Return the words of a language as a locale spells them; entries without that language are left out."""
    return _read_words(path, language, without_sharp_s(language, locale))


@lru_cache(maxsize=16)
def _read_words(path: Path, language: str, swiss: bool) -> Words:
    data = read_source(path).data
    groups = data if isinstance(data, dict) else {}
    return Words(language, {group: _of_language(entries, language, swiss) for group, entries in groups.items()})


def _of_language(entries: Raw, language: str, swiss: bool) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for key, texts in entries.items() if isinstance(entries, dict) else ():
        text = texts.get(language) if isinstance(texts, dict) else None
        if isinstance(text, str):
            words[key] = respelled(text) if swiss else text
    return words
