"""A redline of what came back: their changes as they are, and on top what nobody tracked, to accept or reject."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from docgen.actions.comparing import placed
from docgen.actions.marking import UNTRACKED, marked_returned
from docgen.doctree.manuscript import Line, Manuscript, Part, View
from docgen.doctree.nodes import Document, Fate
from docgen.exchange.word_lines import open_word, read_word
from docgen.review.differences import Placed, differences
from docgen.writers.docx import write_docx
from tests.conformance.libreoffice import Choice, LibreOffice
from tests.conformance.ooxml import OpenXmlValidator
from tests.review.test_corpus import FOLDER, TRUTH, issued, parts
from tests.writers.tracked import W
from tests.writers.versions import THEME, documents, redline

AT = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
SHOWN = (
    "change-order-docx-revisions",
    "contract-clause-struck",
    "contract-clauses",
    "contract-edges",
    "contract-hidden",
    "contract-in-the-contents-list",
    "contract-moved-by-two",
    "contract-not-in-a-tracked-file",
    "contract-rows-and-cells",
    "contract-several-authors",
    "contract-strict",
    "contract-text-box",
    "letter-changed",
    "letter-docxcompose",
    "letter-pandoc",
)
"""Files of the corpus in which something of each kind was changed."""


def returned(name: str) -> bytes:
    return (FOLDER / "returned" / f"{name}.docx").read_bytes()


def marked(name: str) -> bytes:
    return marked_returned(returned(name), issued(TRUTH[name]["issued"]), AT)


def settled(file: Manuscript, view: View) -> Manuscript:
    """Return a file with all changes taken in, or none, and nothing tracked any more."""

    def settle(line: Line) -> Line:
        pieces = tuple(replace(each, fate=Fate.STAYED, by=None) for each in line.pieces)
        return replace(line, mark=Fate.STAYED, by=None, passing=False, pieces=pieces)

    return Manuscript(tuple(settle(line) for line in file.seen(view)))


def assert_law(before: list[Placed], file: bytes, redlined: bytes) -> None:
    """Hold that all rejected is what was issued, and all accepted what the file says with its own changes accepted."""
    old, new = read_word(file), read_word(redlined)
    # The contents list is counted again when it is next updated.
    found = differences(before, settled(new, View.REJECTED))
    assert [each for each in found if each.part is not Part.CONTENTS] == []
    after = [Placed(line) for line in settled(old, View.ACCEPTED).lines]
    assert differences(after, settled(new, View.ACCEPTED)) == ()


def theirs(file: bytes) -> Counter[tuple[str, ...]]:
    """Return each letter and each mark that was tracked by somebody else, with how, by whom and when."""
    found: Counter[tuple[str, ...]] = Counter()
    for root in open_word(file).roots.values():
        for mark in root.iter("{*}ins", "{*}del", "{*}moveFrom", "{*}moveTo"):
            how = etree.QName(mark).localname, *(str(mark.get(f"{W}{name}")) for name in ("author", "date"))
            if UNTRACKED not in how:
                letters = "".join(each.text or "" for each in mark.iter("{*}t", "{*}delText"))
                found.update((*how, letter) for letter in letters or ([] if len(mark) else ["mark"]))
    return found


@pytest.mark.parametrize("name", SHOWN)
def test_all_rejected_is_what_was_issued_all_accepted_what_they_want_and_their_changes_stay(name: str) -> None:
    redlined = marked(name)
    assert_law(issued(TRUTH[name]["issued"]), returned(name), redlined)
    assert theirs(redlined) == theirs(returned(name))
    silent = any("by" not in each for each in TRUTH[name]["changes"])
    assert (UNTRACKED.encode() in b"".join(parts(redlined).values())) == silent


@settings(max_examples=25)
@given(documents(), documents(), documents())
def test_any_silent_and_any_tracked_changes_keep_the_law(old: Document, between: Document, new: Document) -> None:
    before = placed(read_word(write_docx(old, THEME)), old)
    file = redline(between, new)
    redlined = marked_returned(file, before, AT)
    assert_law(before, file, redlined)
    assert theirs(redlined) == theirs(file)


@pytest.mark.conformance
def test_a_redline_breaks_no_rule_that_the_file_did_not(open_xml: OpenXmlValidator, tmp_path: Path) -> None:
    names = ("contract-clauses", "contract-rows-and-cells", "contract-not-in-a-tracked-file", "letter-changed")
    for name in names:
        assert open_xml.validate(marked(name)).rules <= open_xml.validate(returned(name)).rules


@pytest.mark.conformance
def test_libreoffice_accepts_and_rejects_a_redline_as_we_do(libreoffice: LibreOffice, tmp_path: Path) -> None:
    names = ("contract-clauses", "contract-not-in-a-tracked-file", "contract-rows-and-cells", "letter-changed")
    files = {name: tmp_path / f"{name}.docx" for name in names}
    originals = {name: FOLDER / "returned" / f"{name}.docx" for name in names}
    for name, path in files.items():
        path.write_bytes(marked(name))
    choices: dict[Choice, dict[str, Path]] = {
        "Reject": {name: FOLDER / "issued" / f"{TRUTH[name]['issued']}.docx" for name in names},
        "Accept": originals,
    }
    for choice, wanted in choices.items():
        texts = libreoffice.settled(files.values(), choice, tmp_path / choice)
        expected = libreoffice.settled(set(wanted.values()), "Accept", tmp_path / f"{choice}-wanted")
        for name in names:
            assert letters(texts[files[name]]) == letters(expected[wanted[name].resolve()]), name


def letters(text: str) -> list[str]:
    """Return the words of a text; LibreOffice counts clauses in its own way where many came and went."""
    return re.findall(r"[^\W\d_]+", text)
