"""What a Word file carries beside its text: properties a program reads, and comments at words.

A comment begins and ends in the words of the tree, at private signs that no reader of the file ever sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docgen.writers.docx_xml import escaped, part

_BEGIN, _END = "\ue014", "\ue015"
_FIGURES = 0xE020
"""The first of ten private signs for figures, so that no writer takes a number for one of its own."""
_SIGN = re.compile("([\ue014\ue015])([\ue020-\ue029]+)")
_RUN = re.compile(r'<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t xml:space="preserve">([^<]*)</w:t></w:r>')
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""What Office calls the set of properties that people and programs give themselves."""
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"


@dataclass(frozen=True)
class Remark:
    """A comment: by whom, and what it says, line by line."""

    author: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Extras:
    """The properties of a file by name, and its comments, counted from 0 as `begin` and `end` count them."""

    properties: tuple[tuple[str, str], ...] = ()
    comments: tuple[Remark, ...] = ()


NOTHING = Extras()


def begin(number: int) -> str:
    """Return the sign that stands before the words of a comment."""
    return _BEGIN + _figures(number)


def end(number: int) -> str:
    """Return the sign that stands behind the words of a comment."""
    return _END + _figures(number)


def without_signs(text: str) -> str:
    """Return words without the signs of comments."""
    return _SIGN.sub("", text)


def with_comments(body: str, comments: Sequence[Remark]) -> str:
    """Return the XML of a body with comments where their signs are; a sign that comes again counts once."""
    if not comments:
        return body
    seen: set[str] = set()
    return _RUN.sub(lambda found: "".join(_parted(found[1] or "", found[2], seen)), body)


def _parted(look: str, words: str, seen: set[str]) -> Iterator[str]:
    head, *rest = _SIGN.split(words)
    yield _run(look, head)
    for kind, figures, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        number = "".join(str(ord(sign) - _FIGURES) for sign in figures)
        if kind + number not in seen:
            seen.add(kind + number)
            yield _begun(number) if kind == _BEGIN else _ended(number)
        yield _run(look, text)


def _run(look: str, words: str) -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{words}</w:t></w:r>' if words else ""


def _begun(number: str) -> str:
    return f'<w:commentRangeStart w:id="{number}"/>'


def _ended(number: str) -> str:
    reference = f'<w:r><w:commentReference w:id="{number}"/></w:r>'
    return f'<w:commentRangeEnd w:id="{number}"/>{reference}'


def comments_xml(comments: Sequence[Remark]) -> str:
    """Return the part that holds what comments say."""
    return part("comments", "".join(_comment(number, each) for number, each in enumerate(comments)))


def _comment(number: int, remark: Remark) -> str:
    lines = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escaped(line)}</w:t></w:r></w:p>' for line in remark.lines)
    initials = escaped("".join(word[0] for word in remark.author.split()).upper()[:3])
    return f'<w:comment w:id="{number}" w:author="{escaped(remark.author)}" w:initials="{initials}">{lines}</w:comment>'


def properties_xml(properties: Sequence[tuple[str, str]]) -> str:
    """Return the part that holds properties; their numbers begin at 2, as Office wants it."""
    inner = "".join(
        f'<property fmtid="{_FORMAT}" pid="{number}" name="{escaped(name)}"><vt:lpwstr>{escaped(value)}</vt:lpwstr>'
        "</property>"
        for number, (name, value) in enumerate(properties, 2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_TYPES}">{inner}</Properties>'
    )


def _figures(number: int) -> str:
    return "".join(chr(_FIGURES + int(figure)) for figure in str(number))
