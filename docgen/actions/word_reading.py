"""The reading view of a template as it is read back from Word: lines of words, each with its place in the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.comparing import placed
from docgen.actions.desk import Desk
from docgen.actions.templates import document_of_reading, reading_document, reading_look
from docgen.doctree.alignment import stretches
from docgen.doctree.manuscript import Line, Manuscript, Part, View
from docgen.review.mending import Edit, ReadLine
from docgen.review.patches import applied
from docgen.templating.catalogue import Template
from docgen.templating.traced import traced_reading, unmarked

if TYPE_CHECKING:
    from docgen.templating.catalogue import Catalogue


@dataclass(frozen=True)
class Reading:
    """A template as one reads it: its lines with their places in the source, and what stands beside them."""

    template: Template
    lines: tuple[ReadLine, ...]
    beside: tuple[Line, ...]
    pictures: int
    sources: Mapping[str, str]


def read(desk: Desk, template: Template) -> Reading:
    """Return a template as one reads it in Word, with the place of each word in its source."""
    from docgen.exchange.word_lines import read_word
    from docgen.writers.docx import write_docx

    traced = traced_reading(desk.catalogue, template)
    marked = document_of_reading(desk, template, traced.markup, traced.files)
    seen = read_word(write_docx(marked, reading_look(desk, template))).seen(View.ACCEPTED)
    lines = [line for line in seen if unmarked(line.text).strip() or line.pictures]
    plain = Manuscript(tuple(_unmarked(line) for line in lines))
    found: list[ReadLine] = []
    for line, known in zip(lines, placed(plain, reading_document(desk, template)), strict=True):
        if line.part is not Part.BODY:
            continue
        targets = [piece.target for piece in known.line.pieces for _ in piece.text]
        each = ReadLine(tuple(traced.letters(line.text)), tuple(targets), known.where)
        if each.spelled.words:
            found.append(each)
    beside = tuple(line for line in plain.lines if line.part is not Part.BODY or line.hidden)
    sources = {part.shown: part.text for part in desk.catalogue.closure(template)}
    return Reading(template, tuple(found), beside, sum(len(line.pictures) for line in lines), sources)


def _unmarked(line: Line) -> Line:
    return replace(line, pieces=tuple(replace(piece, text=unmarked(piece.text)) for piece in line.pieces))


def file_name(file: str) -> str:
    """Return the name of a file, by which it is known in every version of a template."""
    return file.rpartition("/")[2]


def with_edits(
    catalogue: Catalogue, template: Template, edits: Sequence[Edit], folder: Path
) -> tuple[Catalogue, Template]:
    """Write a template with all it is made of into a folder, with edits made, and return it as it is there."""
    from docgen.templating.catalogue import Catalogue, template_of_file
    from docgen.templating.closure import pack, unpack

    made, patched = unpack(pack(catalogue, template), folder)
    for part in made.closure(patched):
        own = {edit for edit in edits if file_name(edit.file) == part.path.name}
        if own:
            part.path.write_bytes(applied(part.text, own).encode())
    fresh = Catalogue((folder,))
    known = template_of_file(patched.path)
    return fresh, fresh.templates.get((known.name, known.language), known)


def differing(before: Reading, after: Reading) -> Counter[tuple[tuple[str, ...], tuple[str, ...]]] | None:
    """Return which words differ between two readings with the same lines, or nothing where the lines differ."""
    if len(before.lines) != len(after.lines):
        return None
    found: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    for one, other in zip(before.lines, after.lines, strict=True):
        keys = one.spelled.keys, other.spelled.keys
        for stretch in stretches(*keys):
            if not stretch.same:
                found[keys[0][stretch.old], keys[1][stretch.new]] += 1
    return found
