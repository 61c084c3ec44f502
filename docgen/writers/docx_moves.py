"""Moves in Word's XML: a paragraph that went in one place and came in another, word for word, is one that was moved.

Elements are those of ISO/IEC 29500-1, 17.13.5.22 to 17.13.5.28; a move has one name in both places.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from docgen.writers.docx_changes import Changes

_FEWEST = 4
"""Words a paragraph needs to be known again elsewhere: “See clause 5.” may stand anywhere."""
_PARAGRAPH = re.compile(r"<w:p>(?:(?!<w:p>).)*?</w:p>", re.DOTALL)
_MARKED = re.compile(r"<w:p><w:pPr>(?:(?!</w:pPr>).)*<w:rPr><w:(ins|del) [^>]*/></w:rPr></w:pPr>", re.DOTALL)
_RESULT = re.compile(r'<w:fldChar w:fldCharType="begin"/>.*?<w:fldChar w:fldCharType="end"/>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_TAGS: Mapping[str, str] = {"ins": "moveTo", "del": "moveFrom"}


def with_moves(body: str, changes: Changes) -> str:
    """Return a body in which paragraphs that went and came word for word are moved ones."""
    known: dict[str, dict[str, str]] = {"del": {}, "ins": {}}
    counts: Counter[tuple[str, str]] = Counter()
    for found in _PARAGRAPH.finditer(body):
        kind = _whole(found[0])
        words = _words(found[0]) if kind else ""
        if kind and len(words.split()) >= _FEWEST:
            known[kind][words] = found[0]
            counts[kind, words] += 1
    moved = [each for each in known["del"] if counts["del", each] == counts["ins", each] == 1]
    names = {words: f"move{number}" for number, words in enumerate(moved, 1)}

    def move(found: re.Match[str]) -> str:
        kind = _whole(found[0])
        name = names.get(_words(found[0])) if kind else None
        return _moved(found[0], kind, name, changes) if name else found[0]

    return _PARAGRAPH.sub(move, body) if names else body


def _whole(paragraph: str) -> str:
    """Return whether a paragraph came or went with its end and all its words, as the name of the mark."""
    mark = _MARKED.match(paragraph)
    if mark is None:
        return ""
    kind, other = mark[1], "del" if mark[1] == "ins" else "ins"
    rest = re.sub(rf"<w:{kind} .*?</w:{kind}>", "", paragraph[mark.end() :], flags=re.DOTALL)
    return "" if "<w:r>" in rest or f"<w:{other} " in paragraph or "<w:drawing" in paragraph else kind


def _words(paragraph: str) -> str:
    """Return the words of a paragraph; the number of a reference may be another in the other place."""
    return _TAG.sub("", _RESULT.sub("\u2192", paragraph))


def _moved(paragraph: str, kind: str, name: str, changes: Changes) -> str:
    tag = _TAGS[kind]
    number = next(changes.numbers)
    start = f'<w:{tag}RangeStart w:id="{number}" w:name="{name}" {changes.attributes}/>'
    end = f'<w:{tag}RangeEnd w:id="{number}"/>'
    text = re.sub(rf"(</?w:){kind}(?=[ >/])", rf"\1{tag}", paragraph)
    text = text.replace("w:delText", "w:t").replace("w:delInstrText", "w:instrText")
    return text.replace("</w:pPr>", f"</w:pPr>{start}", 1).removesuffix("</w:p>") + f"{end}</w:p>"
