"""A redline in Word says the newer version when all is accepted, and the older one when all is rejected."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from docgen.doctree.diff import compare
from docgen.doctree.nodes import Document
from docgen.doctree.redline import redline_lines
from docgen.writers.docx import write_docx
from docgen.writers.redline_docx import write_redline_docx
from tests.conformance.ooxml import OpenXmlValidator
from tests.conformance.word_references import find_faults
from tests.writers.tracked import W, accepted, rejected, texts, untouched, words
from tests.writers.versions import AT, LEVER, THEME, documents, redline, tree

RICH = """<doc title="Agreement" subtitle="First draft" number="AG-1" date="1 May" cover="true">
<parties><party><p>Acme</p><p>of London</p></party><party>Bolt</party></parties>
<toc/>
<clause id="fees" title="Fees"><clause id="pay">Pay 64,000.00 as in <xref to="late"/>:
<clause id="gold">in gold;</clause><clause id="tin">in tin.</clause></clause>
<table id="prices" cols="20 80"><caption>Prices</caption><thead><tr><th>No.</th><th>Work</th></tr></thead>
<tr><td>F1</td><td>Design</td></tr><tr><td>F2</td><td><p>Build</p><p>and test</p></td></tr></table></clause>
<clause id="late" title="Late fees"><p>Interest runs at <a href="https://example.org/a">eight</a> per cent.</p>
<ul><li>iron</li><li>copper ore</li></ul></clause>
<definitions><definition term="Fee" id="fee">means one pound.</definition></definitions>
<dl><dt>Due</dt><dd>May</dd><dt>Place</dt><dd>Bath</dd></dl><img src="lever" alt="The lever"/>
<note><p>Mind this.</p></note><p>See <xref to="first"/> and <xref to="point"/>.</p>
<signatures><p>Signed.</p><signature party="Acme" name="Jo" title=""/></signatures>
<schedule id="first" title="Works"><p>As agreed.</p><clause id="point">Point one.</clause></schedule></doc>"""
CHANGED = """<doc title="Amended agreement" number="AG-2" date="1 May" cover="true">
<parties><party><p>Acme</p><p>of Bath</p></party><party>Bolt</party><party>Cole</party></parties>
<toc/>
<clause id="scope" title="Scope"><p>All of it.</p></clause>
<clause id="fees" title="Fees"><clause id="pay">Pay 71,500.00 as in <xref to="late"/>:
<clause id="tin">in tin, or</clause><clause id="wood">in wood.</clause></clause>
<p>The table below prevails.</p>
<table id="prices" cols="20 80"><caption>All prices</caption><thead><tr><th>No.</th><th>Work</th></tr></thead>
<tr><td>F2</td><td><p>Build</p></td></tr><tr><td>F3</td><td>Run</td></tr></table></clause>
<clause id="late" title="Late payment"><p>Interest runs at <a href="https://example.org/b">nine</a> per cent.</p>
<table><tr><td>iron</td></tr></table></clause>
<definitions><definition term="Fee" id="fee">means two pounds.</definition>
<definition term="Day">means a day.</definition></definitions>
<dl><dt>Due</dt><dd>June</dd></dl><img src="lever" alt="The lever"/>
<note><p>Mind this well.</p></note><p>See <xref to="zero"/>, <xref to="first"/> and <xref to="point"/>.</p>
<signatures><p>Signed.</p><signature party="Acme" name="Al" title=""/></signatures>
<schedule id="zero" title="Plan"/>
<schedule id="first" title="Works"><p>As agreed.</p><clause id="before">Point zero.</clause>
<clause id="point">Point one.</clause></schedule></doc>"""
_CLAUSES = tuple(f'<clause id="{name}">Clause {name} says this.</clause>' for name in "ab")
_ROW = "<tr><td>F2</td><td>Build</td></tr>"


def assert_law(old: Document, new: Document, file: bytes) -> None:
    """Hold a redline against the Word files of both versions by themselves."""
    after, before = untouched(write_docx(new, THEME)), untouched(write_docx(old, THEME))
    assert words_only(accepted(file)) == words_only(after)
    assert words(accepted(file)) == words(after)
    assert words_only(rejected(file)) == words_only(before)


def words_only(root: Any) -> list[str]:
    """Return the words of each paragraph, references as what they lead to."""
    return [text for _, text in texts(root)]


@pytest.fixture(scope="module")
def both() -> tuple[Document, Document, bytes]:
    """Return two versions in which everything that can change does, and their redline."""
    old, new = tree(RICH), tree(CHANGED, LEVER.replace("40", "50"))
    return old, new, redline(old, new)


# The law


def test_accepting_gives_the_newer_version_and_rejecting_the_older_one(both: tuple[Document, Document, bytes]) -> None:
    assert_law(*both)


def test_what_is_accepted_stands_in_the_styles_it_always_has(both: tuple[Document, Document, bytes]) -> None:
    _, new, file = both
    assert texts(accepted(file)) == texts(untouched(write_docx(new, THEME)))


def test_the_way_back_keeps_the_law_too() -> None:
    old, new = tree(CHANGED, LEVER.replace("40", "50")), tree(RICH)
    assert_law(old, new, redline(old, new))


def test_what_runs_along_on_every_page_is_tracked_as_well(both: tuple[Document, Document, bytes]) -> None:
    file = both[2]
    assert words(accepted(file, "word/footer.xml"))[0].startswith("AG-2 · Amended agreement\t")
    assert words(rejected(file, "word/footer.xml"))[0].startswith("AG-1 · Agreement\t")


def test_a_redline_keeps_the_schema(both: tuple[Document, Document, bytes], open_xml: OpenXmlValidator) -> None:
    for file in (both[2], redline(both[1], both[0], author='“A” & <B>\x07"')):
        report = open_xml.validate(file)
        assert report.valid, str(report)


def test_every_reference_of_both_versions_leads_somewhere(both: tuple[Document, Document, bytes]) -> None:
    assert find_faults(both[2]) == ()
    old, new = (tree(f"{a}{b}<p>See <xref to='a'/> now.</p>") for a, b in (_CLAUSES, _CLAUSES[::-1]))
    assert find_faults(redline(old, new)) == ()
    assert_law(old, new, redline(old, new))


def test_a_cover_that_only_one_version_has_takes_its_lines_along() -> None:
    covered, plain = (
        tree(f'<doc title="T" number="AG-1" date="1 May" cover="{cover}"><p>x</p></doc>') for cover in ("true", "false")
    )
    assert_law(covered, plain, redline(covered, plain))
    assert_law(plain, covered, redline(plain, covered))


def test_form_fields_blanks_and_badges_come_and_go() -> None:
    old = tree('<p>Fill in <field name="n" label="Name"/> and <blank>the price</blank> now or never at all.</p>')
    new = tree('<p>Fill in <field name="n" kind="tick" label="Yes"/> and <badge>late</badge> now or never at all.</p>')
    assert_law(old, new, redline(old, new))


def test_a_row_that_reaches_into_the_next_one_goes_with_its_table() -> None:
    rows = '<tr><td rowspan="2">a</td><td>b</td></tr><tr><td>{}</td></tr>'
    old, new = (
        tree(f"<p>x</p><table>{rows.format(word)}{more}</table><p>y</p>") for word, more in (("c", ""), ("d", _ROW))
    )
    assert_law(old, new, redline(old, new))


# Each change


def test_a_changed_amount_is_one_deletion_and_one_insertion() -> None:
    file = redline(tree("<p>Pay GBP 64,000.00 now.</p>"), tree("<p>Pay GBP 71,500.00 now.</p>"))
    (went,), (came,) = (list(untouched(file).iter(f"{W}{kind}")) for kind in ("del", "ins"))
    assert ("".join(went.itertext()), "".join(came.itertext())) == ("64,000.00", "71,500.00")


def test_each_change_has_its_author_its_hour_in_utc_and_a_number_of_its_own(
    both: tuple[Document, Document, bytes],
) -> None:
    changes = list(untouched(both[2]).iter(f"{W}ins", f"{W}del"))
    assert {change.get(f"{W}author") for change in changes} == {"Amara Okafor"}
    assert {change.get(f"{W}date") for change in changes} == {"2026-11-21T09:30:00Z"}
    assert len({change.get(f"{W}id") for change in changes}) == len(changes)


def test_an_hour_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        write_redline_docx(compare(tree("<p/>"), tree("<p/>")), THEME, None, author="A", at=AT.replace(tzinfo=None))


def test_a_clause_that_went_keeps_its_number_until_it_is_accepted() -> None:
    old, new = (tree(markup) for markup in ("".join(_CLAUSES), _CLAUSES[1]))
    (gone,) = (
        found for found in untouched(redline(old, new)).iter(f"{W}p") if found.find(f"{W}pPr/{W}rPr") is not None
    )
    assert gone.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val") == "1"
    assert gone.find(f"{W}pPr/{W}rPr/{W}del") is not None


def test_rows_come_and_go_as_rows() -> None:
    table = "<table><tr><td>F1</td><td>Design</td></tr>{}</table>"
    for old, new, kind in (("", _ROW, "ins"), (_ROW, "", "del")):
        _, row = untouched(redline(tree(table.format(old)), tree(table.format(new)))).iter(f"{W}tr")
        assert row.find(f"{W}trPr/{W}{kind}") is not None


def test_numbers_that_moved_are_not_tracked() -> None:
    rest = '<clause id="b">See <xref to="b"/>.</clause>'
    file = redline(tree(rest), tree(f'<clause id="a">New.</clause>{rest}'))
    assert [text for change in untouched(file).iter(f"{W}ins", f"{W}del") for text in change.itertext()] == ["New."]


def test_a_document_and_itself_have_no_tracked_change() -> None:
    same = tree(RICH)
    assert not list(untouched(redline(same, same)).iter(f"{W}ins", f"{W}del"))
    assert texts(untouched(redline(same, same))) == texts(untouched(write_docx(same, THEME)))


def test_a_field_that_went_asks_nothing_of_word() -> None:
    clauses = "".join(_CLAUSES)
    file = redline(tree(f"{clauses}<p>See <xref to='a'/> now.</p>"), tree(f"{clauses}<p>See <xref to='b'/> now.</p>"))
    assert [(found.text or "").split()[1] for found in untouched(file).iter(f"{W}delInstrText")] == ["_Ref_a"]
    assert not [found for gone in untouched(file).iter(f"{W}del") for found in gone.iter(f"{W}instrText", f"{W}t")]


def test_the_field_of_the_contents_list_stays_when_its_first_and_last_lines_go() -> None:
    chapters = [f'<clause id="{name}" title="{name}"><p>x</p></clause>' for name in "abc"]
    old, new = tree("<toc/>" + "".join(chapters)), tree("<toc/>" + chapters[1])
    for root in (accepted(redline(old, new)), rejected(redline(old, new))):
        kinds = [found.get(f"{W}fldCharType") for found in root.iter(f"{W}fldChar")]
        assert kinds.count("begin") == kinds.count("end")
        assert "TOC" in "".join(found.text for found in root.iter(f"{W}instrText"))


# Bytes and values


def test_the_same_redline_gives_the_same_bytes(both: tuple[Document, Document, bytes]) -> None:
    old, new, file = both
    assert redline(old, new) == file


@pytest.mark.parametrize("value", ["</w:t><w:del>", "a\x07b", "عقد الخدمات رقم 7", "\u202eevil", "]]>&amp;"])
def test_values_stay_words(value: str, open_xml: OpenXmlValidator) -> None:
    old, new = tree("<p>x</p>"), tree("<p>x</p>", title=value)
    file = redline(old, new, author=value)
    assert_law(old, new, file)
    assert open_xml.validate(file).valid


# Any two versions


@settings(max_examples=120)
@given(documents(), documents())
def test_any_two_documents_keep_the_law(old: Document, new: Document) -> None:
    file = redline(old, new)
    assert_law(old, new, file)
    assert find_faults(file) == ()


@settings(max_examples=40)
@given(documents())
def test_any_document_and_itself_differ_in_nothing(same: Document) -> None:
    assert compare(same, same).is_empty
    assert compare(same, same).document == same


# Moves

_MOVED = """<doc title="Agreement"><clause id="fees">Fees fall due at the end of each month.</clause>
<clause id="late">Interest runs at eight per cent, see <xref to="fees"/>.</clause>
<clause id="law">The law of England governs this.</clause></doc>"""


def moved(change: tuple[str, str] = ("", "")) -> tuple[Document, Document]:
    """Return two versions: in the second the first clause stands last, with words changed on the way."""
    start, end = _MOVED.index("<clause"), _MOVED.index("<clause", _MOVED.index("<clause") + 1)
    other = _MOVED[:start] + _MOVED[end:].replace("</doc>", _MOVED[start:end].replace(*change) + "</doc>")
    return tree(_MOVED), tree(other)


def test_a_clause_that_was_moved_is_a_move_with_one_name_in_both_places(open_xml: OpenXmlValidator) -> None:
    old, new = moved()
    file = redline(old, new)
    xml = untouched(file)
    for kind in ("moveFrom", "moveTo"):
        (start,) = xml.iter(f"{W}{kind}RangeStart")
        (end,) = xml.iter(f"{W}{kind}RangeEnd")
        assert (start.get(f"{W}name"), start.get(f"{W}id")) == ("move1", end.get(f"{W}id"))
        (run,) = [each for each in xml.iter(f"{W}{kind}") if len(each)]
        assert "".join(run.itertext()) == "Fees fall due at the end of each month."
    assert_law(old, new, file)
    assert open_xml.validate(file).valid


def test_a_clause_that_was_changed_on_the_way_went_and_came() -> None:
    old, new = moved(("month", "year"))
    file = redline(old, new)
    assert not [*untouched(file).iter(f"{W}moveFrom", f"{W}moveTo")]
    assert_law(old, new, file)


def test_at_the_terminal_a_move_names_the_other_place() -> None:
    assert [line for line in redline_lines(compare(*moved())) if "(moved" in line] == [
        "  (moved to 3)",
        "  (moved from 1)",
    ]
