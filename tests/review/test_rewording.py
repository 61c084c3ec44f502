"""Whatever a returned file holds, its changes are told or it is refused; what was tracked is never told as silent."""

from __future__ import annotations

import re
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.doctree.manuscript import View
from docgen.doctree.nodes import Document
from docgen.exchange.word_lines import read_word
from docgen.exchange.word_package import WordFileError
from docgen.review.rewording import Compared, Sort, reworded
from docgen.review.spelling import Spelled, spelled
from tests.review.test_differences import file_of, in_xml
from tests.writers.versions import documents, redline, tree

SMALL = file_of(tree("<p>The Client pays.</p><table><tr><td>y</td><td>z</td></tr></table><p>In 30 days.</p>"))


def base(file: bytes) -> list[Spelled]:
    lines = [line for line in read_word(file).seen(View.ACCEPTED) if line.part == "body"]
    words = [spelled([(at, sign, "") for at, sign in enumerate(line.text)]) for line in lines]
    return [Spelled(each) for each in words if each]


def changes(old: bytes, returned: bytes) -> Compared:
    beside = [line for line in read_word(old).seen(View.ACCEPTED) if line.part != "body"]
    return reworded(base(old), read_word(returned), beside, 0)


@settings(max_examples=30, deadline=None)
@given(documents(), documents())
def test_a_redline_of_any_two_versions_has_only_tracked_changes(old: Document, new: Document) -> None:
    found = changes(file_of(old), redline(old, new)).changes
    assert [each for each in found if each.silent and each.sort not in (Sort.BESIDE, Sort.PICTURE)] == []


@settings(max_examples=30, deadline=None)
@given(documents(), documents())
def test_what_is_told_leads_from_the_base_to_what_is_there_now(old: Document, new: Document) -> None:
    before, after = file_of(old), file_of(new)
    found = changes(before, after)
    lines = base(before)
    text = {number: list(line.keys) for number, line in enumerate(lines)}
    for each in reversed([each for each in found.changes if each.sort is Sort.REWORDED]):
        text[each.line][each.first : each.last] = [word.key for word in each.words]
    whole = {each.line for each in found.changes if each.sort in (Sort.REMOVED, Sort.MOVED, Sort.REBROKEN)}
    now = [list(line.keys) for line in found.lines]
    assert all(words in now or number in whole or not words for number, words in text.items())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_xml_with_pieces_lost_or_doubled_is_told_or_refused(data: st.DataObject) -> None:
    def change(xml: str) -> str:
        tags = re.findall(r"<[^>]+>|[^<]+", xml)
        for place in data.draw(st.lists(st.integers(0, len(tags) - 1), min_size=1, max_size=6)):
            tags[place] *= data.draw(st.sampled_from([0, 2, 3]))
        return "".join(tags)

    with suppress(WordFileError):
        changes(SMALL, in_xml(SMALL, change))
