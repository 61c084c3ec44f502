"""Pages break where a reader would break them, whatever the length: never before a signature or after a heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

from docgen.actions.render import Made, Order, make
from docgen.doctree.nodes import Contents, Document, Signatures
from docgen.doctree.text import signature_lines
from docgen.doctree.walk import walk
from docgen.writers import stylesheet
from tests.conformance.libreoffice import LibreOffice
from tests.conformance.poppler import read_pages
from tests.scenes import (
    SCENES,
    Facts,
    Scene,
    Studio,
    World,
    changed,
    desk_for,
    files_of,
    pages_of,
    world,
    write_world,
)
from tests.test_fidelity import BODY, every_kind, every_scene
from tests.wording import plain

LENGTHS = (0, 1, 2, 3, 5, 7, 11, 16, 23, 32, 40)
FEWER = (0, 5, 16, 40)
"""For documents of many pages, which pass many page ends at each length."""
Lengthen = Callable[[World, int], World]


@every_scene
def test_every_page_is_well_broken_and_marked(scene: Scene, studio: Studio) -> None:
    assert studio.pages(scene).faults == []


# Lengths


def _with(world: World, name: str, values: Mapping[str, object]) -> World:
    return {**world, name: changed(world[name], values)}


def _said(words: str, number: int, more: str, times: int) -> str:
    return f"{words} {number}{more * (number % times)}"


def deliverables(world: World, count: int) -> World:
    """Return facts with so many deliverables, each with a milestone and a fee."""
    acceptance = {"criteria": "Accepted in writing by the board", "review_days": "10"}

    def deliverable(number: int) -> Facts:
        said = _said("The thing that is handed over as number", number, " in good time and in good order", 4)
        named = {"id": f"D{number}", "title": f"Deliverable {number}", "due": "2027-03-12"}
        return {**named, "description": said, "acceptance": acceptance}

    def milestone(number: int) -> Facts:
        made = {"id": f"M{number}", "title": f"Milestone {number}", "date": "2027-03-26"}
        return {**made, "deliverables": [f"D{number}"] if number <= count else []}

    def fee(number: int) -> Facts:
        said = _said("The price of thing", number, " and of all that it needs", 5)
        return {
            "id": f"F{number}",
            "kind": "fixed",
            "description": said,
            "amount": "1000.00",
            "milestone": f"M{number}",
        }

    # The example's change orders name the second milestone.
    numbers = range(1, max(count, 2) + 1)
    values = {
        "approval.not_to_exceed": "500.00",
        "terms.scope.deliverables": [deliverable(number) for number in range(1, count + 1)],
        "terms.milestones": [milestone(number) for number in numbers],
        "terms.fees.lines": [fee(number) for number in numbers],
    }
    return _with(world, "engagement", values)


def obligations(world: World, count: int) -> World:
    """Return facts with so many obligations, in turn of either party and of every length."""

    def obligation(number: int) -> Facts:
        said = _said("do the thing with the number", number, " with care and without delay, as the other asks", 4)
        party = "client" if number % 2 else "provider"
        return {"id": f"O{number}", "party": party, "degree": ("shall", "should")[number % 2], "action": said}

    return _with(world, "engagement", {"terms.obligations": [obligation(number) for number in range(1, count + 1)]})


def conditions(world: World, count: int) -> World:
    """Return facts with so many conditions of approval."""
    said = [_said("Condition is met, number", number, " in every respect that matters", 3) for number in range(count)]
    return _with(world, "engagement", {"approval.conditions": said})


def steps(world: World, count: int) -> World:
    """Return facts with so many steps before the notice of breach, and some consequences."""
    said = [_said("Reminder", number, " was sent and was not answered", 4) for number in range(count)]
    values = {
        "earlier_steps": [{"on": "2027-02-09", "step": "reminder", "text": text} for text in said],
        "consequences": [f"consequence {number}" for number in range(count % 7)],
    }
    return _with(world, "breach", values)


def changes(world: World, count: int) -> World:
    """Return facts with so many changes in the change order, one at least."""

    def change(number: int) -> Facts:
        said = _said("do the further thing", number, " and then the one after it", 4)
        return {
            "do": "add_obligation",
            "obligation": {"id": f"X{number}", "party": "client", "degree": "shall", "action": said},
        }

    made = [change(number) for number in range(max(count, 1))]
    return _with(world, "change-order-001", {"changes": made})


def work(world: World, count: int) -> World:
    """Return facts with so many outcomes and risks in the last report."""
    values = {
        "done": [{"text": _said("Outcome", number, " reached with care", 4)} for number in range(count)],
        "risks": [
            {"id": f"R{number}", "text": _said("Risk", number, " may come", 5), "probability": "low", "impact": "low"}
            for number in range(count)
        ],
    }
    return _with(world, "progress-2026-11-20", values)


def urgent(world: World, count: int) -> World:
    """Return facts with so many pieces of urgent work in the directive, one at least."""
    ordered = [_said("Pump", number, " and the next one", 4) for number in range(max(count, 1))]
    return _with(world, "change-directive-001", {"work": ordered})


def engagements(world: World, count: int) -> World:
    """Return facts of so many engagements of one client besides the first, in turn in several currencies."""
    found = dict(world)
    for number in range(count):
        name = f"NBS-2027-{number:03d}"
        said = _said("The work that is called number", number, " and what belongs to it", 4)
        values = {"id": name, "title": said, "currency": ("GBP", "EUR", "USD")[number % 3]}
        found[f"also-{number:03d}"] = changed(world["engagement"], values)
        if number % 4:
            found[f"progress-also-{number:03d}"] = changed(world["progress-2026-11-20"], {"engagement": name})
    return found


@dataclass(frozen=True)
class Awkward:
    """A kind of document that grows entry by entry."""

    kind: str
    level: str
    grow: Lengthen

    def __str__(self) -> str:
        return f"{self.kind}, {self.level}, {self.grow.__name__}"


LETTER = Awkward("letter-of-approval", "medium", conditions)
REPORT = Awkward("progress-report", "medium", work)
LONGER_THAN_A_PAGE = 80
"""Entries of which a table with a head takes more than a page, so that no rule can keep it on one."""
AWKWARD = (
    Awkward("contract", "low", deliverables),
    Awkward("contract", "low", obligations),
    Awkward("contract", "medium", deliverables),
    LETTER,
    Awkward("breach-notice", "medium", steps),
    Awkward("change-order", "medium", changes),
    Awkward("change-impact", "medium", changes),
    Awkward("change-directive", "medium", urgent),
    REPORT,
    Awkward("portfolio-report", "medium", engagements),
    Awkward("manager-week", "medium", engagements),
)


@pytest.mark.parametrize("awkward", AWKWARD, ids=str)
def test_no_length_breaks_a_page_badly(awkward: Awkward, tmp_path: Path) -> None:
    lengths = FEWER if awkward.kind == "contract" else LENGTHS
    found = {length: pages_of(grown(awkward, length, tmp_path / str(length))).faults for length in lengths}
    assert {length: wrong for length, wrong in found.items() if wrong} == {}


def grown(awkward: Awkward, length: int, folder: Path) -> Made:
    """Return a document of some length."""
    write_world(awkward.grow(world("british"), length), folder)
    settings = (("account.deviation", awkward.level),)
    return make(desk_for(awkward.kind), Order(awkward.kind, files_of(awkward.kind, folder), settings))


# Word's pages, as LibreOffice breaks them


@every_kind
def test_libreoffice_signs_on_a_page_with_words_and_leaves_none_empty(
    kind: str, studio: Studio, libreoffice: LibreOffice
) -> None:
    found = {}
    for scene, path in studio.in_office(kind, "pdf", libreoffice).items():
        document = studio.made(scene).document
        found[scene.name] = list(office_faults(document, read_pages(path, BODY, across=True)))
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def office_faults(document: Document, pages: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with pages of which only the words are known.

    Where a heading ends a page is not asked: LibreOffice 7.4 leaves one behind where the words after it
    lack but the last distance to fit, though the file asks to keep the two together.
    """
    signing = set(signing_words(document))
    for number, page in enumerate(pages, 1):
        lines = [plain(line) for line in page.splitlines() if line.strip()]
        if not lines:
            yield f"page {number} is empty"
        elif document.labels.signature in page.split() and sum(not set(line.split()) <= signing for line in lines) < 2:
            yield f"signatures stand on page {number} with few words: {lines}"


def signing_words(document: Document) -> Iterator[str]:
    """Yield the words of the places to sign."""
    for block in walk(document.blocks):
        if isinstance(block, Signatures):
            for place in block.places:
                for line in signature_lines(place, document.labels):
                    yield from line.split()


# The contents list


@pytest.mark.parametrize(
    "scene", [scene for scene in SCENES.values() if scene.kind == "contract"], ids=lambda x: x.name
)
def test_the_contents_list_names_the_page_each_clause_begins_on(scene: Scene, studio: Studio) -> None:
    blocks = walk(studio.made(scene).document.blocks)
    entries = sum(len(block.entries) for block in blocks if isinstance(block, Contents))
    pages = studio.pages(scene)
    assert len(pages.listed) == entries
    assert {title: pages.begun.get(title) for title in pages.listed} == pages.listed


# The rules can fail

BREAKS = re.compile(r"(break-(?:after|before|inside)): avoid")


@pytest.mark.parametrize(
    ("spoilt", "by", "said"),
    [
        pytest.param(BREAKS, r"\1: auto", "ends with", id="headings left behind"),
        pytest.param(BREAKS, r"\1: auto", "signatures", id="signatures torn off"),
        pytest.param(
            r"th.end, td.end \{ text-align: right", "th.end, td.end { text-align: left", "figure", id="figures"
        ),
        pytest.param(r"element\(mark\)", "none", "does not say DRAFT", id="draft"),
        pytest.param(r"overflow-wrap: break-word", "", "in the margin", id="margins"),
        pytest.param(r"\Z", "thead { display: table-row-group }", "without its head", id="heads not repeated"),
    ],
)
def test_a_spoilt_style_sheet_is_noticed(
    spoilt: str, by: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, studio: Studio
) -> None:
    paper = tmp_path / "paper.css"
    paper.write_text(re.sub(spoilt, by, stylesheet.PAPER.read_text("utf-8")), "utf-8")
    monkeypatch.setattr(stylesheet, "PAPER", paper)
    stylesheet._stylesheet.cache_clear()
    names = ["contract-british-low", "change-order-rich-high", "letter-of-approval-hostile-medium"]
    lengthened = [(LETTER, 1), (LETTER, 7), (REPORT, LONGER_THAN_A_PAGE)]
    longer = (grown(grows, to, tmp_path / f"{grows}{to}") for grows, to in lengthened)
    found: list[str] = []
    for made in chain((studio.made(SCENES[name]) for name in names), longer):
        found += pages_of(made).faults
        if any(said in fault for fault in found):
            break
    stylesheet._stylesheet.cache_clear()
    assert any(said in fault for fault in found), found
