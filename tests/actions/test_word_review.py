"""A template goes to Word and comes back: each change finds its line of the source, or a person, and none is lost."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.text.paragraph import Paragraph

from docgen.actions.approvals import submit_templates
from docgen.actions.templates import preview_template
from docgen.actions.word_review import Change, NoBaseError, Review, apply_review, places_of, review_file
from docgen.errors import NotFoundError, UsageError
from docgen.exchange.word_package import WordFileError
from docgen.exchange.word_properties import read_properties
from docgen.templating.catalogue import Catalogue, packaged_templates
from docgen.templating.environment import Sandbox
from docgen.templating.reading import reading_markup
from docgen.templating.traced import traced_reading, unmarked
from tests.conformance.libreoffice import LibreOffice
from tests.firm import JON, LETTER, Firm, Firms

HEAD = "---\ntitle: Note\nkind: note\nversion: 1.0.0\nlanguage: en\n---\n"
NOTE = (
    HEAD
    + """<doc title="Note on fees"><toc title="Contents"/>
  <clause id="fees" title="Fees &amp; costs">
    <clause id="pay">The Client shall pay {{ engagement.currency }} within 30 days, and
      <strong>not later</strong>. No set-off is allowed.</clause>
    {% if fees.late_interest %}
    <clause id="late">A late sum bears interest as in <xref to="pay"/>.</clause>
    {% endif %}
  </clause>
  {% include "_law.html.jinja" %}
</doc>
"""
)
LAW = '<clause id="law" title="Law">The law of {{ terms.governing_law }} governs this note.</clause>\n'
OTHER = HEAD.replace("Note", "Other") + '<doc title="Other">{% include "_law.html.jinja" %}</doc>\n'
Edit = Callable[[docx.document.Document], None]


@pytest.fixture
def firm(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm with two templates of its own that share a clause."""
    firm = firms.at("founded", tmp_path / "firm")
    for name, text in (("note", NOTE), ("_law", LAW), ("other", OTHER)):
        firm.write(f"templates/letters/{name}.html.jinja", text)
    return firm


def returned(firm: Firm, *edits: Edit, name: str = "note", change: Callable[[str], str] | None = None) -> Path:
    """Return the reading view as it comes back from Word with edits in it."""
    file = docx.Document(BytesIO(firm.do(preview_template, name, "en", "docx")))
    for edit in edits:
        edit(file)
    path = firm.root / "back.docx"
    file.save(str(path))
    return in_xml(path, change) if change else path


def in_xml(path: Path, change: Callable[[str], str], part: str = "word/document.xml") -> Path:
    content = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()) if name == part else data)
    path.write_bytes(content.getvalue())
    return path


def words(before: str, after: str) -> Edit:
    """Return an edit of words that nobody tracks."""

    def edit(file: docx.document.Document) -> None:
        run = next(run for line in file.paragraphs for run in line.runs if before in run.text)
        run.text = run.text.replace(before, after)

    return edit


def tracked(xml: str) -> str:
    """Put “30” out and “45” in, by name and hour."""
    by = 'w:author="Lena Vogt" w:date="2026-11-20T10:30:00Z"'
    found = re.search(r"<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t[^>]*>([^<]*)30 days([^<]*)</w:t></w:r>", xml)
    assert found
    run = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    gone = f'<w:del w:id="901" {by}>{run.format("30").replace("w:t", "w:delText")}</w:del>'
    came = f'<w:ins w:id="902" {by}>{run.format("45")}</w:ins>'
    return xml.replace(found[0], f"{run.format(found[1])}{gone}{came}{run.format(' days' + found[2])}")


def came_back(firm: Firm, path: Path) -> Review:
    return firm.do(review_file, path)


def only(review: Review) -> Change:
    (found,) = review.changes
    return found


def told(review: Review) -> list[tuple[str, str, str, bool]]:
    return [(each.clause, each.change.before, each.change.after, each.edit is not None) for each in review.changes]


# Where the words are written

OWN = Catalogue((packaged_templates(),))


@pytest.mark.parametrize("name", ["letter-of-approval", "change-order", "progress-report", "contract"])
def test_each_word_of_a_reading_view_has_its_place_in_the_source(name: str) -> None:
    from html import unescape

    template = OWN.template(name, "en")
    traced = traced_reading(OWN, template)
    sources = {part.shown: part.text for part in OWN.closure(template)}
    assert unmarked(traced.markup) == reading_markup(Sandbox(OWN), template)
    written = [origin for origin in traced.origins if origin.written == "words"]
    assert len(written) > 300
    for origin in written:
        assert unescape(sources[origin.file][origin.start : origin.end]) == origin.said
        assert sources[origin.file].count("\n", 0, origin.start) + 1 == origin.line


@pytest.mark.parametrize("name", [LETTER, "change-order", "survey", "progress-report"])
def test_a_reading_view_that_nobody_touched_says_nothing_new(firm: Firm, name: str) -> None:
    review = came_back(firm, returned(firm, name=name))
    assert review.is_same
    assert review.current


def test_a_reading_view_names_its_template_and_version(firm: Firm) -> None:
    said = read_properties(returned(firm).read_bytes())
    version = firm.do(lambda desk: desk.catalogue.version_hash(desk.catalogue.template("note", "en")))
    assert said == {"docgen.template": "note", "docgen.language": "en", "docgen.version": version}


# What can be applied


def test_a_tracked_change_has_its_author_its_hour_its_line_and_a_patch(firm: Firm) -> None:
    change = only(came_back(firm, returned(firm, change=tracked)))
    assert (change.change.before, change.change.after, change.clause) == ("30", "45", "pay")
    ((by),) = change.change.by
    assert (by.author, f"{by.at:%Y-%m-%d %H:%M}") == ("Lena Vogt", "2026-11-20 10:30")
    assert not change.change.silent
    assert change.origin
    assert (change.origin.file, change.origin.line) == ("templates/letters/note.html.jinja", 9)
    assert '+    <clause id="pay">The Client shall pay {{ engagement.currency }} within 45 days, and\n' in change.patch


def test_what_nobody_tracked_is_found_beside_what_somebody_did(firm: Firm) -> None:
    review = came_back(firm, returned(firm, words("No set-off", "Every set-off"), change=tracked))
    assert told(review) == [("pay", "30", "45", True), ("pay", "No", "Every", True)]
    assert [each.change.silent for each in review.changes] == [False, True]


@pytest.mark.parametrize(
    ("before", "after", "source"),
    [
        ("30 days", "ten days", "within ten days"),
        ("shall pay", "shall at once pay", "shall at once pay {{"),
        ("No set-off is allowed.", "No set-off.", "No set-off."),
        ("allowed.", "allowed, ever.", "allowed, ever."),
        (" is allowed", " (AT&T <only>) is allowed", "(AT&amp;T &lt;only&gt;) is allowed"),
        ("No set-off", "{{ 7*7 }} {% if %} {# set-off", "&#123;{ 7*7 }} &#123;% if %} &#123;# set-off"),
        ("not later", "never later", "<strong>never later</strong>"),
        ("Fees & costs", 'Fees "and" costs', 'title="Fees &quot;and&quot; costs"'),
        ("governs", "does not govern", "does not govern this note"),
    ],
)
def test_words_are_written_into_the_source_as_words(firm: Firm, before: str, after: str, source: str) -> None:
    review = came_back(firm, returned(firm, words(before, after)))
    assert [each.reason for each in review.changes] == [""] * len(review.changes)
    written = "".join(each.after.decode() for each in review.files).replace("&#123;&#123;", "&#123;{")
    assert source in written
    firm.do(lambda desk: apply_review(places_of(desk, review)))
    assert came_back(firm, returned(firm)).is_same
    again = {line.text for line in docx.Document(BytesIO(firm.do(preview_template, "note", "en", "docx"))).paragraphs}
    assert any(after in line for line in again)


def test_a_clause_that_others_include_says_whom_it_moves(firm: Firm) -> None:
    change = only(came_back(firm, returned(firm, words("governs", "rules"))))
    assert change.origin
    assert change.origin.file == "templates/letters/_law.html.jinja"
    assert change.also_moves == ("other (en)",)


def test_a_patch_is_taken_by_git(firm: Firm, tmp_path: Path) -> None:
    path = firm.root / "templates/letters/note.html.jinja"
    path.write_bytes(NOTE.replace("\n", "\r\n").rstrip().encode())
    review = came_back(firm, returned(firm, words("30 days", "45 days"), words("governs", "rules")))
    patch = tmp_path / "review.patch"
    patch.write_bytes(review.patch.encode())
    subprocess.run(["git", "apply", str(patch)], cwd=firm.root, check=True)
    assert path.read_bytes() == NOTE.replace("30 days", "45 days").replace("\n", "\r\n").rstrip().encode()
    assert "rules" in (firm.root / "templates/letters/_law.html.jinja").read_text(encoding="utf-8")


def test_a_template_of_docgen_is_copied_into_the_house_when_it_is_changed(firm: Firm) -> None:
    review = came_back(firm, returned(firm, words("as the basis", "as one basis"), name=LETTER))
    (path,) = firm.do(lambda desk: apply_review(places_of(desk, review)))
    assert path == firm.root / "templates/letters/letter-of-approval.html.jinja"
    assert "as one basis" in path.read_text(encoding="utf-8")
    assert review.languages == ("de",)


# What needs a person


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("[engagement currency]", "EUR", "A value goes here: [engagement currency], printed at"),
        ("only if fees late interest", "always", "The words say a condition, “only if fees late interest”"),
        ("bears interest", "bears\u202e interest", "a sign that no template may have (U+202E)"),
        ("within 30", "within\nor 30", "A line break"),
    ],
)
def test_what_is_not_plain_text_is_handed_to_a_person(firm: Firm, before: str, after: str, why: str) -> None:
    review = came_back(firm, returned(firm, words(before, after)))
    assert [why in each.reason for each in review.changes] == [True]
    assert review.files == ()


def test_words_across_an_element_are_handed_to_a_person(firm: Firm) -> None:
    def across(file: docx.document.Document) -> None:
        words("days, and ", "days ")(file)
        words("not later", "at the latest")(file)

    change = only(came_back(firm, returned(firm, across)))
    assert "go over the edge of something in the template: <strong>" in change.reason


def paragraph(file: docx.document.Document, said: str) -> Paragraph:
    return next(line for line in file.paragraphs if said in line.text)


def test_whole_paragraphs_that_came_went_or_moved_are_for_a_person(firm: Firm) -> None:
    def came(file: docx.document.Document) -> None:
        paragraph(file, "governs").insert_paragraph_before("Nothing is owed before the first of June.")

    def went(file: docx.document.Document) -> None:
        element = paragraph(file, "bears interest")._p
        element.getparent().remove(element)

    def moved(file: docx.document.Document) -> None:
        paragraph(file, "governs")._p.addnext(paragraph(file, "shall pay")._p)

    for edit, sort in ((came, "added"), (went, "removed"), (moved, "moved")):
        change = only(came_back(firm, returned(firm, edit)))
        assert (change.change.sort, change.edit, bool(change.reason)) == (sort, None, True)


def test_two_versions_of_words_that_the_source_has_once_are_for_a_person(firm: Firm) -> None:
    twice = NOTE.replace('{% include "_law.html.jinja" %}', "").replace(
        "</doc>", "{% macro so() %}In the same way.{% endmacro %}<p>{{ so() }}</p><p>But:</p><p>{{ so() }}</p></doc>"
    )
    firm.write("templates/letters/note.html.jinja", twice)

    def both(file: docx.document.Document) -> None:
        lines = [line for line in file.paragraphs if "same way" in line.text]
        lines[0].runs[0].text, lines[1].runs[0].text = "In one way.", "In no way."

    review = came_back(firm, returned(firm, both))
    assert [each.edit for each in review.changes] == [None, None]
    change = only(came_back(firm, returned(firm, words("In the same way.", "In one way."))))
    assert change.edit
    assert len(change.also_read) == 1


def test_hidden_words_and_words_at_the_edge_of_the_page_are_told(firm: Firm) -> None:
    def hide(file: docx.document.Document) -> None:
        paragraph(file, "governs").add_run(" Or not.").font.hidden = True
        file.sections[0].header.add_paragraph("Changed by us")

    review = came_back(firm, returned(firm, hide))
    assert sorted(each.change.sort for each in review.changes) == ["at the edge of the page", "hidden text"]


# Comments


def test_comments_come_with_their_line_and_replies_with_what_they_answer(firm: Firm) -> None:
    def note(file: docx.document.Document) -> None:
        run = next(run for run in paragraph(file, "governs").runs if "governs" in run.text)
        file.add_comment([run], "Ours?", "Lena Vogt", "LV")
        file.add_comment([run], "Yes.", "Tom", "T")

    path = returned(firm, note)
    ids = iter(("00000001", "00000002"))
    space = "http://schemas.microsoft.com/office/word/2010/wordml"
    in_xml(path, lambda xml: re.sub(r"<w:p>", lambda _: f'<w:p xmlns:w14="{space}" w14:paraId="{next(ids)}">', xml),
           "word/comments.xml")  # fmt: skip
    extended(path)
    first, second = came_back(firm, path).comments
    assert (first.comment.author, first.comment.text, first.clause) == ("Lena Vogt", "Ours?", "law")
    assert first.origin
    assert (first.origin.file, first.origin.line) == ("templates/letters/_law.html.jinja", 1)
    assert first.comment.about == "governs this note."
    assert (second.comment.answers, second.comment.done) == (first.comment.id, True)


def extended(path: Path) -> None:
    """Say in a file that its second comment is a reply to the first, and settled, as Word says it."""
    space = "http://schemas.microsoft.com/office/word/2012/wordml"
    content = BytesIO(path.read_bytes())
    said = '<w15:commentEx w15:paraId="00000001"/><w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001" '
    with zipfile.ZipFile(content, "a") as package:
        package.writestr(
            "word/commentsExtended.xml", f'<w15:commentsEx xmlns:w15="{space}">{said}w15:done="1"/></w15:commentsEx>'
        )
    path.write_bytes(content.getvalue())
    relation = '<Relationship Id="rEx" Type="http://x/commentsExtended" Target="commentsExtended.xml"/>'
    in_xml(path, lambda xml: xml.replace("</Relationships>", f"{relation}</Relationships>"),
           "word/_rels/document.xml.rels")  # fmt: skip


# Which version it was made from


def test_an_older_file_is_held_against_the_version_it_was_made_from(firm: Firm) -> None:
    firm.by(JON).do(submit_templates, ["note"])
    path = returned(firm, words("30 days", "45 days"), words("No set-off", "A set-off"))
    newer = NOTE.replace("No set-off is allowed", "Set-off is forbidden").replace(
        '<clause id="fees"', '\n<clause id="fees"'
    )
    firm.write("templates/letters/note.html.jinja", newer)
    review = came_back(firm, path)
    assert not review.current
    assert told(review) == [("pay", "30", "45", True), ("pay", "No", "A", False)]
    assert str(review.changes[1].reason).startswith("The template was changed at this line since the file was made")
    (file,) = review.files
    assert file.after.decode() == newer.replace("30 days", "45 days")


def test_what_was_taken_over_already_is_said_to_be_there(firm: Firm) -> None:
    firm.by(JON).do(submit_templates, ["note"])
    path = returned(firm, words("30 days", "45 days"))
    firm.write("templates/letters/note.html.jinja", NOTE.replace("30 days", "45 days"))
    (change,) = came_back(firm, path).changes
    assert change.reason == "The template says so already."


def test_a_file_of_a_version_that_is_nowhere_is_refused(firm: Firm) -> None:
    path = returned(firm)
    firm.write("templates/letters/note.html.jinja", NOTE.replace("30 days", "60 days"))
    with pytest.raises(NoBaseError, match=r"neither the one that stands in the folder \(.*nor kept on the record"):
        came_back(firm, path)


def test_a_file_that_names_no_template_or_another_one_is_answered_with_what_to_do(firm: Firm, tmp_path: Path) -> None:
    path = returned(firm, words("30 days", "45 days"))
    with pytest.raises(UsageError, match="was made from the template “note”, not from other"):
        firm.do(review_file, path, "other")
    in_xml(path, lambda xml: xml.replace("docgen.template", "x").replace("docgen.version", "y"), "docProps/custom.xml")
    with pytest.raises(UsageError, match="--template NAME"):
        came_back(firm, path)
    assert told(firm.do(review_file, path, "note")) == [("pay", "30", "45", True)]
    in_xml(path, lambda xml: xml.replace('"x"', '"docgen.template"').replace(">note<", ">../../note.html.jinja<"),
           "docProps/custom.xml")  # fmt: skip
    with pytest.raises(UsageError, match="--template NAME"):
        came_back(firm, path)
    (tmp_path / "no.docx").write_bytes(b"%PDF")
    with pytest.raises(UsageError, match="no Word file"):
        came_back(firm, tmp_path / "no.docx")
    with pytest.raises(NotFoundError, match="no file"):
        came_back(firm, tmp_path / "gone.docx")
    (tmp_path / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0 old")
    with pytest.raises(WordFileError):
        came_back(firm, tmp_path / "old.docx")


@pytest.mark.conformance
def test_libreoffice_saves_a_review_and_it_reads_the_same(firm: Firm, libreoffice: LibreOffice, tmp_path: Path) -> None:
    def note(file: docx.document.Document) -> None:
        file.add_comment(paragraph(file, "governs").runs, "Ours?", "Lena Vogt", "LV")

    path = returned(firm, words("No set-off", "Every set-off"), note, change=tracked)
    before = came_back(firm, path)
    (tmp_path / "saved").mkdir()
    after = came_back(firm, libreoffice.convert([path], "docx", tmp_path / "saved")[path.resolve()])
    assert told(after) == told(before)
    assert [each.change.silent for each in after.changes] == [False, True]
    assert [(each.comment.author, each.comment.text, each.clause) for each in after.comments] == [
        ("Lena Vogt", "Ours?", "law")
    ]
    assert after.patch == before.patch
