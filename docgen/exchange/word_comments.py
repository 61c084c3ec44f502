"""Comments in a Word file: who wrote what at which words, which answers which, and which are settled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docgen.doctree.manuscript import Comment
from docgen.exchange.word_package import WordPackage
from docgen.exchange.word_xml import any_value, name_of, tracked, value_of

if TYPE_CHECKING:
    from lxml.etree import _Element


def comments(package: WordPackage) -> Iterator[Comment]:
    """Yield the comments of the file, in their order, with the words each stands at."""
    for relation in package.relations(package.main).values():
        if relation.kind != "comments" or relation.external or relation.target not in package.names:
            continue
        about = _commented(package.xml(package.main))
        found = list(package.xml(relation.target).iter("{*}comment"))
        threads = _Threads(package, found)
        for comment in found:
            by, name = tracked(comment), value_of(comment, "id")
            text = "\n".join(filter(None, (_plain(each) for each in comment.iter("{*}p"))))
            answers = threads.answered(comment)
            at = about.get(name, "") or about.get(answers, "")
            yield Comment(by.author, text, by.at, at, name, answers, threads.is_done(comment))


class _Threads:
    """Which comment is a reply to which, and which are settled; older programs keep neither."""

    def __init__(self, package: WordPackage, comments: list[_Element]) -> None:
        self.ids = {paragraph: value_of(each, "id") for each in comments for paragraph in _paragraph_ids(each)}
        self.facts: dict[str, _Element] = {}
        for relation in package.relations(package.main).values():
            if relation.kind == "commentsExtended" and not relation.external and relation.target in package.names:
                root = package.xml(relation.target)
                self.facts |= {any_value(each, "paraId"): each for each in root.iter("{*}commentEx")}

    def answered(self, comment: _Element) -> str:
        """Return the id of the comment that one is a reply to, or nothing."""
        facts = self._facts(comment)
        return self.ids.get(any_value(facts, "paraIdParent"), "") if facts is not None else ""

    def is_done(self, comment: _Element) -> bool:
        """Say whether somebody has marked a comment as settled."""
        facts = self._facts(comment)
        return facts is not None and any_value(facts, "done") in ("1", "true", "on")

    def _facts(self, comment: _Element) -> _Element | None:
        return next((self.facts[each] for each in _paragraph_ids(comment) if each in self.facts), None)


def _paragraph_ids(comment: _Element) -> list[str]:
    """Return the names of a comment's paragraphs, the last first: by it Word knows the comment elsewhere."""
    found = [any_value(each, "paraId") for each in comment.iter("{*}p")]
    return [each for each in reversed(found) if each]


def _commented(root: _Element) -> dict[str, str]:
    """Return by comment the words it stands at."""
    found: dict[str, str] = {}
    open_: set[str] = set()
    for element in root.iter("{*}commentRangeStart", "{*}commentRangeEnd", "{*}t", "{*}p"):
        match name_of(element):
            case "commentRangeStart":
                open_.add(value_of(element, "id"))
            case "commentRangeEnd":
                open_.discard(value_of(element, "id"))
            case "t":
                for each in open_:
                    found[each] = found.get(each, "") + (element.text or "")
            case _:
                for each in open_ & found.keys():
                    found[each] += " "
    return {name: " ".join(words.split()) for name, words in found.items()}


def _plain(paragraph: _Element) -> str:
    return " ".join("".join(each.text or "" for each in paragraph.iter("{*}t")).split())
