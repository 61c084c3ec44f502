"""What came back is held against what went out: every true change is told, and nothing else is."""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.actions.comparing import placed
from docgen.cli.comparisons import _told
from docgen.doctree.manuscript import Line, Manuscript
from docgen.doctree.nodes import Document
from docgen.exchange.word_lines import read_word
from docgen.exchange.word_package import WordFileError
from docgen.review.differences import Difference, Kind, differences
from docgen.writers.docx import write_docx
from tests.conformance.libreoffice import LibreOffice
from tests.writers.versions import THEME, documents, redline, tree

MONTHS = ("May", "June", "October")
CONTRACT = """<doc title="Agreement" number="AG-1" date="1 May 2026">
<clause id="fees" title="Fees"><clause id="pay">The Client shall pay GBP 64,000.00 within 30 days of 5 October 2026,
as in <xref to="late"/>.</clause><clause id="set-off">No “set-off” is allowed – not even the Client’s.</clause>
<table><tr><td>F1</td><td>Design</td></tr><tr><td>F2</td><td>GBP 18,000.00</td></tr></table></clause>
<clause id="late" title="Late payment">Interest runs at eight per cent a year on what is late.</clause>
<clause id="law" title="Law"><clause id="courts">The courts of England decide every dispute of the Parties.</clause>
<clause id="talk">The Parties shall first talk to each other about a dispute.</clause></clause></doc>"""
Change = Callable[[docx.document.Document], None]


def file_of(document: Document) -> bytes:
    return write_docx(document, THEME)


def against(old: Document, returned: bytes) -> tuple[Difference, ...]:
    return differences(placed(read_word(file_of(old)), old), read_word(returned), MONTHS)


def edited(*changes: Change) -> bytes:
    file = docx.Document(BytesIO(file_of(tree(CONTRACT))))
    for change in changes:
        change(file)
    content = BytesIO()
    file.save(content)
    return content.getvalue()


def in_xml(file: bytes, change: Callable[[str], str], part: str = "word/document.xml") -> bytes:
    """Return a file with a part rewritten, as other programs than docgen write it."""
    content = BytesIO()
    with zipfile.ZipFile(BytesIO(file)) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()) if name == part else data)
    return content.getvalue()


def paragraph(file: docx.document.Document, words: str) -> Paragraph:
    return next(each for each in file.paragraphs if words in each.text)


def words(before: str, after: str) -> Change:
    """Return a change of words without a trace."""

    def change(file: docx.document.Document) -> None:
        cells = (cell for table in file.tables for row in table.rows for cell in row.cells)
        lines = [*file.paragraphs, *(each for cell in cells for each in cell.paragraphs)]
        lines += [each for section in file.sections for each in section.header.paragraphs + section.footer.paragraphs]
        run = next(run for line in lines for run in line.runs if before in run.text)
        run.text = run.text.replace(before, after)

    return change


def removed(file: docx.document.Document) -> None:
    element = paragraph(file, "The courts of England")._p
    element.getparent().remove(element)


def added(file: docx.document.Document) -> None:
    element = paragraph(file, "Interest runs")._p
    other = copy.deepcopy(element)
    element.addnext(other)
    Paragraph(other, None).runs[0].text = "Nothing is owed before the first of June."  # type: ignore[arg-type]


def moved(file: docx.document.Document) -> None:
    paragraph(file, "Interest runs")._p.addnext(paragraph(file, "shall first talk")._p)


def hidden(file: docx.document.Document) -> None:
    paragraph(file, "Interest runs").add_run(" Or not at all.").font.hidden = True


def white(file: docx.document.Document) -> None:
    run = paragraph(file, "Interest runs").add_run(" Or not at all.")
    run.font.color.rgb = docx.shared.RGBColor(255, 255, 255)


def told(*found: Difference) -> list[tuple[str, str, str, str]]:
    return [(each.kind, each.where.clause_id, each.before, each.after) for each in found]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (words("30 days", "45 days"), ("number", "pay", "30", "45")),
        (words("64,000.00", "46,000.00"), ("amount", "pay", "GBP 64,000.00", "GBP 46,000.00")),
        (words("GBP 64,000.00", "EUR 64,000.00"), ("amount", "pay", "GBP 64,000.00", "EUR 64,000.00")),
        (words("5 October 2026", "15 October 2026"), ("date", "pay", "5 October 2026", "15 October 2026")),
        (words("5 October 2026", "5 June 2026"), ("date", "pay", "5 October 2026", "5 June 2026")),
        (words("shall pay", "may pay"), ("wording", "pay", "shall", "may")),
        (words("No “set-off”", "A “set-off”"), ("wording", "set-off", "No", "A")),
        (words("GBP 18,000.00", "GBP 81,000.00"), ("amount", "fees", "GBP 18,000.00", "GBP 81,000.00")),
        (removed, ("removed", "courts", "The courts of England decide every dispute of the Parties.", "")),
        (added, ("added", "late", "", "Nothing is owed before the first of June.")),
        (words("AG-1", "AG-2"), ("number", "", "AG-1", "AG-2")),
        (hidden, ("hidden text", "late", "", "Or not at all.")),
        (white, ("hidden text", "late", "", "Or not at all.")),
    ],
)
def test_a_change_without_a_trace_is_told_with_its_clause(change: Change, expected: tuple[str, str, str, str]) -> None:
    (found,) = against(tree(CONTRACT), edited(change))
    assert told(found) == [expected]
    assert found.is_silent


def test_a_clause_that_moved_is_told_once_with_both_places() -> None:
    (found,) = against(tree(CONTRACT), edited(moved))
    assert (found.kind, found.where.clause_id) == (Kind.MOVED, "talk")
    assert found.to
    assert found.to.clause_id == "late"


def test_several_changes_are_all_told_and_none_besides() -> None:
    found = against(tree(CONTRACT), edited(words("30 days", "45 days"), removed, added, words("Design", "Desing")))
    assert sorted(told(*found)) == [
        ("added", "late", "", "Nothing is owed before the first of June."),
        ("number", "pay", "30", "45"),
        ("removed", "courts", "The courts of England decide every dispute of the Parties.", ""),
        ("wording", "fees", "Design", "Desing"),
    ]


# What is no change of words


def split_runs(file: docx.document.Document) -> None:
    for line in file.paragraphs:
        for run in list(line.runs):
            other = copy.deepcopy(run._r)
            run._r.addnext(other)
            half = len(run.text) // 2
            Run(other, line).text, run.text = run.text[half:], run.text[:half]


def plain_signs(file: docx.document.Document) -> None:
    for line in file.paragraphs:
        for run in line.runs:
            for sign, other in (("“", '"'), ("”", '"'), ("’", "'"), (" – ", " - "), (" days", "\u00a0days")):
                if sign in run.text:
                    run.text = run.text.replace(sign, other)


def broken_in_two(file: docx.document.Document) -> None:
    line = paragraph(file, "Interest runs")
    other = copy.deepcopy(line._p)
    line._p.addnext(other)
    for run in line.runs[1:] + Paragraph(other, line._parent).runs[1:]:
        run._r.getparent().remove(run._r)
    text = line.runs[0].text
    line.runs[0].text, Paragraph(other, line._parent).runs[0].text = text[:16], text[17:]


def formatted(file: docx.document.Document) -> None:
    for line in file.paragraphs:
        line.style = file.styles["Normal"]
        for run in line.runs:
            run.bold = True


def wrapped(xml: str) -> str:
    """Put marks of spelling, bookmarks, a smart tag and a content control where Word and others put them."""
    xml = re.sub(r"(<w:r>)", r'<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="9" w:name="_GoBack"/>\1', xml)
    xml = re.sub(
        r"(<w:r>(?:(?!<w:r>).)*?Interest.*?</w:r>)", r'<w:smartTag w:uri="u" w:element="e">\1</w:smartTag>', xml
    )
    return re.sub(
        r"(<w:p>(?:(?!<w:p>).)*?shall first talk.*?</w:p>)", r"<w:sdt><w:sdtContent>\1</w:sdtContent></w:sdt>", xml
    )


def format_tracked(xml: str) -> str:
    """Track changes of how words look, and of nothing else."""
    change = '<w:rPrChange w:id="7" w:author="Ann" w:date="2026-11-20T10:00:00Z"><w:rPr/></w:rPrChange>'
    return re.sub(r"<w:r><w:t ", f"<w:r><w:rPr><w:b/>{change}</w:rPr><w:t ", xml)


@pytest.mark.parametrize("change", [split_runs, plain_signs, broken_in_two, formatted])
def test_another_cut_other_signs_and_another_look_are_no_change(change: Change) -> None:
    assert against(tree(CONTRACT), edited(change)) == ()


@pytest.mark.parametrize("change", [wrapped, format_tracked])
def test_what_programs_leave_behind_is_no_change(change: Callable[[str], str]) -> None:
    assert against(tree(CONTRACT), in_xml(file_of(tree(CONTRACT)), change)) == ()


def test_numbers_of_references_that_moved_along_are_no_change() -> None:
    inserted = tree(
        CONTRACT.replace('<clause id="late"', '<clause id="new" title="New">Be it so.</clause><clause id="late"')
    )
    found = against(tree(CONTRACT), file_of(inserted))
    assert [(each.kind, each.after) for each in found] == [(Kind.ADDED, "New\nBe it so.")]


@pytest.mark.conformance
def test_libreoffice_saves_anew_what_it_was_given(libreoffice: LibreOffice, tmp_path: Path) -> None:
    cases = {
        "same": edited(),
        "silent": edited(words("30 days", "45 days"), removed, added),
        "tracked": redline(tree(CONTRACT), tree(CONTRACT.replace("30 days", "60 days"))),
    }
    paths = []
    for name, content in cases.items():
        (tmp_path / f"{name}.docx").write_bytes(content)
        paths.append(tmp_path / f"{name}.docx")
    (tmp_path / "saved").mkdir()
    saved = libreoffice.convert(paths, "docx", tmp_path / "saved")
    for path, (name, content) in zip(paths, cases.items(), strict=True):
        again = against(tree(CONTRACT), saved[path].read_bytes())
        assert told(*again) == told(*against(tree(CONTRACT), content)), name
        assert [each.is_silent for each in again] == [name == "silent"] * len(again)


# Who tracked what


def test_a_tracked_change_names_who_made_it_and_one_beside_it_that_nobody_tracked_is_silent() -> None:
    file = redline(tree(CONTRACT), tree(CONTRACT.replace("30 days", "60 days")), author="Priya Shah")
    file = in_xml(file, lambda xml: xml.replace("eight per cent", "two per cent"))
    silent, tracked = against(tree(CONTRACT), file)
    assert told(silent, tracked) == [("wording", "late", "eight", "two"), ("number", "pay", "30", "60")]
    assert silent.is_silent
    assert [each.author for each in tracked.by] == ["Priya Shah"]


@settings(max_examples=60)
@given(documents(), documents())
def test_a_redline_of_any_two_versions_has_only_tracked_changes_and_all_of_them(old: Document, new: Document) -> None:
    found = against(old, redline(old, new))
    assert [each for each in found if each.is_silent] == []
    assert bool(against(old, file_of(new))) == bool(found)


def test_a_picture_that_came_is_told_to_be_looked_at() -> None:
    found = differences([], Manuscript((Line((), pictures=("a",)),)))
    assert [_told(each) for each in found] == ["came, went or is another one now. It may carry text: look at it."]


# Files made to hurt

SMALL = file_of(tree("<p>x</p><table><tr><td>y</td></tr></table>"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_file_with_octets_changed_is_read_or_refused(data: st.DataObject) -> None:
    octets = bytearray(SMALL)
    for place in data.draw(st.lists(st.integers(0, len(octets) - 1), min_size=1, max_size=8)):
        octets[place] = data.draw(st.integers(0, 255))
    with suppress(WordFileError):
        read_word(bytes(octets))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_xml_with_pieces_lost_or_doubled_is_read_or_refused(data: st.DataObject) -> None:
    def change(xml: str) -> str:
        tags = re.findall(r"<[^>]+>|[^<]+", xml)
        for place in data.draw(st.lists(st.integers(0, len(tags) - 1), min_size=1, max_size=6)):
            tags[place] *= data.draw(st.sampled_from([0, 2, 3]))
        return "".join(tags)

    with suppress(WordFileError):
        read_word(in_xml(SMALL, change))


def zipped(**parts: bytes) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/") + ".xml", data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"PK\x03\x04 no zip", "broken"),
        (b"\xd0\xcf\x11\xe0 old", "password, or is of an old kind"),
        (zipped(other=b"<x/>"), "no Word file"),
        (zipped(word__document=b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"), "document type"),
        (zipped(word__document=b"<x" + b" " * (65 << 20) + b"/>"), "unpacks to more than 64 MiB"),
        (zipped(word__document=b"<x>" * 300), "broken"),
    ],
)
def test_what_is_no_document_is_refused_in_words(file: bytes, said: str) -> None:
    with pytest.raises(WordFileError, match=said):
        read_word(file)


def test_what_a_file_names_elsewhere_is_told_and_not_fetched() -> None:
    target = 'Target="http://127.0.0.1:9/t.dotm" TargetMode="External"'
    relation = f'<Relationship Id="rX" Type="http://x/attachedTemplate" {target}/>'
    file = in_xml(
        file_of(tree(CONTRACT)),
        lambda xml: xml.replace("</Relationships>", f"{relation}</Relationships>"),
        "word/_rels/document.xml.rels",
    )
    (remark,) = read_word(file).remarks
    assert remark == (
        "The file names something elsewhere (attachedTemplate: http://127.0.0.1:9/t.dotm). It was not fetched."
    )


def test_comments_come_with_the_words_they_stand_at() -> None:
    def comment(file: docx.document.Document) -> None:
        file.add_comment(paragraph(file, "Interest runs").runs, "Too high.", author="Priya Shah")

    (found,) = read_word(edited(comment)).comments
    assert (found.author, found.text) == ("Priya Shah", "Too high.")
    assert found.about.startswith("Interest runs at eight")
