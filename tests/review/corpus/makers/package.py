"""Open a Word file, change some of its parts as text, and pack it again."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO

MAIN, TYPES, RELATIONS = "word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"
ANN = 'w:author="Ann Hart" w:date="2026-11-20T10:00:00Z"'
BEN = 'w:author="Ben Cole" w:date="2026-11-21T09:30:00Z"'
Edit = Callable[[str], str]


def rewritten(file: bytes, edits: Mapping[str, Edit], added: Mapping[str, bytes] | None = None) -> bytes:
    """Return a Word file with some parts rewritten and others added."""
    content = BytesIO()
    with zipfile.ZipFile(BytesIO(file)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()} | dict(added or {})
        for name, data in parts.items():
            content_of = edits[name](data.decode()) if name in edits else data
            new.writestr(zipfile.ZipInfo(name), content_of, zipfile.ZIP_DEFLATED, 9)
    return content.getvalue()


def in_main(file: bytes, *edits: Edit) -> bytes:
    """Return a Word file with its text rewritten by one edit after the other."""

    def all_of_them(xml: str) -> str:
        for edit in edits:
            xml = edit(xml)
        return xml

    return rewritten(file, {MAIN: all_of_them})


def swapped(before: str, after: str) -> Edit:
    """Return an edit that puts one piece of XML, which must be there, in place of another."""

    def edit(xml: str) -> str:
        found = re.search(as_written(before), xml)
        assert found, before
        return xml.replace(found[0], after, 1)

    return edit


def as_written(words: str) -> str:
    """Return a pattern for words between which a space may be one that does not break."""
    return re.escape(words).replace(r"\ ", "[ \u00a0]")


def in_paragraph(words: str, change: Edit) -> Edit:
    """Return an edit of the first paragraph that says something."""

    def edit(xml: str) -> str:
        found = paragraph(xml, words)
        return xml.replace(found, change(found), 1)

    return edit


def paragraph(xml: str, words: str) -> str:
    """Return the XML of the first paragraph with some words in one run."""
    found = re.search(rf"<w:p>(?:(?!<w:p>).)*?{as_written(words)}.*?</w:p>", xml, re.DOTALL)
    assert found, words
    return found[0]


def run(words: str) -> str:
    """Return a run of words."""
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def gone(words: str, by: str = ANN) -> str:
    """Return words that were deleted with tracking."""
    text = f'<w:delText xml:space="preserve">{words}</w:delText>'
    return f'<w:del w:id="901" {by}><w:r>{text}</w:r></w:del>'


def came(words: str, by: str = ANN) -> str:
    """Return words that were inserted with tracking."""
    return f'<w:ins w:id="902" {by}>{run(words)}</w:ins>'


def tracked(before: str, after: str, by: str = ANN) -> Edit:
    """Return an edit that replaces words within a run with tracking; nothing may stand for either side."""

    def edit(xml: str) -> str:
        look = "(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?"
        words = f"([^<]*?)({as_written(before)})([^<]*)"
        found = re.search(f'<w:r>{look}<w:t xml:space="preserve">{words}</w:t></w:r>', xml)
        assert found, before
        look, left, old, right = found[1] or "", found[2], found[3], found[4]
        whole = (run(left) if left else "") + (gone(old, by) if old else "") + (came(after, by) if after else "")
        whole += run(right) if right else ""
        return xml.replace(found[0], whole.replace("<w:r>", f"<w:r>{look}"), 1)

    return edit


def related(kind: str, target: str, number: str) -> dict[str, Edit]:
    """Return the edits that make a part known to the text."""
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f'<Relationship Id="{number}" Type="{space}/{kind}" Target="{target}"/>'
    return {RELATIONS: swapped("</Relationships>", f"{relation}</Relationships>")}


def typed(name: str, kind: str) -> dict[str, Edit]:
    """Return the edit that says of what type a part is."""
    return {TYPES: swapped("</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>')}
