"""Make issued documents again from what is recorded: to compare the bytes, or one version with another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.documents import issued_event
from docgen.actions.making import make_document, recorded_ingredients, write_document
from docgen.actions.references import find_document
from docgen.actions.tools import tools

if TYPE_CHECKING:
    from docgen.doctree.nodes import Document
    from docgen.doctree.redline import Redline
    from docgen.store.register import IssuedDocument
    from docgen.writers.theme import Theme


@dataclass(frozen=True)
class Reproduction:
    """A document made again: which of its files came out the same, and which tools are others now."""

    document: IssuedDocument
    same: dict[str, bool]
    other_tools: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Say whether every file is the same to the byte."""
        return all(self.same.values())


def reproduce(desk: Desk, text: str) -> Reproduction:
    """Make a document again from its recorded inputs and compare the bytes with those recorded before sealing.

    Raises InputError, and what reading blobs and making documents raises.
    """
    document = find_document(desk.record.register, text)
    event = issued_event(desk.record, document)
    with recorded_ingredients(desk.record, event) as made_from:
        made = make_document(desk, made_from)
        files = write_document(desk, made_from, made)
    same = {each.format: sha256(files.get(each.format, b"")).hexdigest() == each.blob for each in event.outputs}
    then, now = ({tool.name: tool.version for tool in known} for known in (event.tools, tools()))
    other = tuple(
        f"{name} {then.get(name, 'none')}, here {now.get(name, 'none')}"
        for name in dict.fromkeys((*then, *now))
        if then.get(name) != now.get(name)
    )
    return Reproduction(document, same, other)


@dataclass(frozen=True)
class Compared:
    """Two versions side by side by their names, and the look of the newer one."""

    before: str
    after: str
    redline: Redline
    look: Theme


def redline(desk: Desk, old: str, new: str) -> Compared:
    """Return what changed between two issued documents, each made again from its recorded inputs.

    Raises UnknownDocumentError, InputError, and what making documents raises.
    """
    from docgen.doctree.diff import compare

    names, trees, looks = [], [], []
    for text in (old, new):
        document = find_document(desk.record.register, text)
        with recorded_ingredients(desk.record, issued_event(desk.record, document)) as made_from:
            names.append(str(made_from.reference))
            trees.append(make_document(desk, made_from).document)
            looks.append(letterhead(made_from.look, trees[-1]))
    return Compared(names[0], names[1], compare(trees[0], trees[1]), looks[1])


def letterhead(look: Theme, document: Document) -> Theme:
    """Return a look with the firm of a document where it names none."""
    return look if look.firm else replace(look, firm=document.author)


def write_redline(desk: Desk, compared: Compared, form: str) -> bytes:
    """Return a comparison as a Word file with tracked changes, by the person of the desk and now, or as a page."""
    if form == "docx":
        from docgen.writers.redline_docx import write_redline_docx

        author = desk.settings.person(desk.person).email if desk.person else "docgen"
        return write_redline_docx(compared.redline, compared.look, desk.on, author=author, at=desk.now())
    from docgen.writers.redline_html import write_redline_html

    return write_redline_html(compared.redline, compared.look).encode()
