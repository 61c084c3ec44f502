"""How our own texts are spelled where a document goes: German in Switzerland and Liechtenstein knows no ß.

It is done to the words of templates and to the shared words, and never to a name or a value that somebody gave.
"""

from __future__ import annotations

_WITHOUT_SHARP_S = frozenset({"CH", "LI"})


def without_sharp_s(language: str, locale: str) -> bool:
    """Say whether texts of a language are written with ss in place of ß in a locale such as de-CH."""
    return language == "de" and not _WITHOUT_SHARP_S.isdisjoint(locale.replace("_", "-").split("-")[1:])


def respelled(text: str) -> str:
    """Return a text of ours with ss in place of ß."""
    return text.replace("ß", "ss").replace("ẞ", "SS")
