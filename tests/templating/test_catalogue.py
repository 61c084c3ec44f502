"""Templates by name and language: headers, partials, versions and whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.errors import ExitCode, FindingsError, NotFoundError
from docgen.templating.catalogue import (
    Catalogue,
    MissingLanguageError,
    Template,
    UnknownTemplateError,
    packaged_templates,
    template_of_file,
)

HEADER = "---\ntitle: Letter\nkind: letter\nversion: 1.0.0\nlanguage: en\nowner: legal\ndescription: A letter.\n---\n"


class Shelf:
    """A folder of templates and the catalogue of it."""

    def __init__(self, root: Path, *further: Path) -> None:
        self.root = root
        self.further = further
        (root / "letters").mkdir(parents=True)
        (root / "labels.yaml").write_text("words:\n  yes: {en: yes}\n", encoding="utf-8")

    def put(self, name: str, text: str, folder: str = "letters") -> Path:
        path = self.root / folder / f"{name}.html.jinja"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue((self.root, *self.further))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "templates")


def faults(template: Template) -> list[str]:
    with pytest.raises(FindingsError) as refused:
        _ = template.header
    return [f"{at.place.line}:{at.place.column} {at.message} {at.advice}".strip() for at in refused.value.findings]


# Headers


def test_a_header_says_what_the_template_is(shelf: Shelf) -> None:
    header = template_of_file(shelf.put("letter", HEADER + "<doc/>")).header
    assert (header.title, header.kind, header.version, header.owner) == ("Letter", "letter", "1.0.0", "legal")


def test_the_body_keeps_the_lines_it_has_in_the_file(shelf: Shelf) -> None:
    template = template_of_file(shelf.put("letter", HEADER + "<doc>\n</doc>"))
    assert template.body.split("\n")[HEADER.count("\n")] == "<doc>"


def test_a_template_saved_on_windows_is_the_same_template(shelf: Shelf) -> None:
    unix = template_of_file(shelf.put("unix", HEADER + "<doc>\n</doc>"))
    windows = template_of_file(shelf.put("windows", (HEADER + "<doc>\n</doc>").replace("\n", "\r\n")))
    assert (windows.header, windows.body, windows.text) == (unix.header, unix.body, unix.text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: letter\n", "", "2:1 kind: Field required."),
        ("kind: letter", "kin: letter", "2:1 kind: Field required."),
        ("kind: letter", "kind: The Letter", "3:7 “The Letter” is not the name of a kind."),
        ("kind: letter", "kind: ../letter", "3:7 “../letter” is not the name of a kind."),
        ("version: 1.0.0", "version: 1.0", "4:10 “1.0” is not a version. Write 1.0.0."),
        ("language: en", "language: english", "5:1 language: “english” is not a language code."),
        ("language: en", "language: de", "5:11 the name of the file says en, not de. Call it letter.de.html.jinja."),
        ("owner: legal", "owner: me", "6:1 owner: Input should be 'account_manager'"),
        ("owner: legal", "onwer: legal", "6:1 onwer: Extra inputs are not permitted."),
        ("title: Letter", "title: [", "not valid YAML"),
        ("title: Letter", "title: a: b", "2:9 not valid YAML"),
        ("---\n<doc/>", "<doc/>", "the header has no end. Close it with ---."),
        (HEADER, "", "1:1 the template has no header."),
    ],
)
def test_a_fault_of_the_header_is_told_at_its_line(shelf: Shelf, old: str, new: str, said: str) -> None:
    text = HEADER + "<doc/>"
    assert old in text
    assert any(said in fault for fault in faults(template_of_file(shelf.put("letter", text.replace(old, new, 1)))))


def test_all_faults_of_a_header_are_told_at_once(shelf: Shelf) -> None:
    text = HEADER.replace("1.0.0", "one").replace("kind: letter", "kind: A B").replace("language: en", "language: de")
    assert len(faults(template_of_file(shelf.put("letter", text)))) == 3


def test_a_template_that_is_not_utf_8_is_refused(shelf: Shelf) -> None:
    path = shelf.put("letter", "")
    path.write_bytes(HEADER.encode() + b"<p>\xe9</p>")
    with pytest.raises(FindingsError, match=r"letter\.html\.jinja:9:4: the text is not UTF-8"):
        _ = template_of_file(path).body


@pytest.mark.parametrize(
    "name", ["Letter.html.jinja", "letter.html", "letter.jinja", "letter.english.html.jinja", "1.html.jinja"]
)
def test_a_file_of_another_name_is_no_template(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    with pytest.raises(NotFoundError, match="is not named like a template"):
        template_of_file(path)
    with pytest.raises(NotFoundError, match="There is no template file"):
        template_of_file(tmp_path / "missing.html.jinja")


# Names and languages


def test_a_template_is_found_by_name_and_language(shelf: Shelf) -> None:
    shelf.put("letter", HEADER)
    shelf.put("letter.de", HEADER.replace("language: en", "language: de"))
    shelf.put("note.fr", HEADER, "reports")

    catalogue = shelf.catalogue
    assert catalogue.names() == ("letter", "note")
    assert catalogue.languages("letter") == ("en", "de")
    assert catalogue.template("letter", "de").language == "de"
    assert catalogue.template("letter", "de").shown == "templates/letters/letter.de.html.jinja"


def test_a_misspelt_name_is_answered_with_the_nearest(shelf: Shelf) -> None:
    shelf.put("letter", HEADER)
    with pytest.raises(UnknownTemplateError, match="Did you mean “letter”") as refused:
        shelf.catalogue.template("leter", "en")
    assert refused.value.exit_code is ExitCode.NOT_FOUND


def test_a_language_without_words_is_refused_with_the_ones_there_are(shelf: Shelf) -> None:
    shelf.put("letter", HEADER)
    shelf.put("letter.de", HEADER)
    with pytest.raises(MissingLanguageError, match="no words in the language fr; it has en, de") as refused:
        shelf.catalogue.template("letter", "fr")
    assert "letter.fr.html.jinja" in str(refused.value)


def test_every_kind_has_english_and_two_have_german() -> None:
    catalogue = Catalogue((packaged_templates(),))
    languages = {name: catalogue.languages(name) for name in catalogue.names()}

    assert all("en" in known for known in languages.values())
    assert languages["letter-of-approval"] == languages["progress-report"] == ("en", "de")
    with pytest.raises(MissingLanguageError):
        catalogue.template("contract", "de")


def test_a_partial_serves_its_language_or_every_language_when_it_has_no_words(shelf: Shelf) -> None:
    shelf.put("_sign", "---\nlanguage: any\n---\n<br/>")
    shelf.put("_words", "<p>Words</p>")
    shelf.put("_words.de", "<p>Wörter</p>")
    shelf.put("_english", "<p>Only</p>")

    catalogue = shelf.catalogue
    assert catalogue.partial("_sign", "de").language == "en"
    assert catalogue.partial("_words", "de").language == "de"
    assert catalogue.partial("_words.html.jinja", "en").language == "en"
    with pytest.raises(MissingLanguageError):
        catalogue.partial("_english", "de")
    with pytest.raises(UnknownTemplateError):
        catalogue.partial("_nothing", "en")
    assert catalogue.names() == ()


def test_a_link_out_of_the_folder_is_no_template(shelf: Shelf, tmp_path: Path) -> None:
    outside = tmp_path / "secret.html.jinja"
    outside.write_text(HEADER, encoding="utf-8")
    (shelf.root / "letters" / "secret.html.jinja").symlink_to(outside)
    assert shelf.catalogue.names() == ()


def test_the_first_folder_with_a_template_wins(tmp_path: Path) -> None:
    behind = Shelf(tmp_path / "behind")
    behind.put("letter", HEADER)
    behind.put("note", HEADER)
    front = Shelf(tmp_path / "front", behind.root)
    mine = front.put("letter", HEADER)

    assert front.catalogue.template("letter", "en").path == mine
    assert front.catalogue.names() == ("letter", "note")
    assert front.catalogue.labels == front.root / "labels.yaml"


# Versions


def version(shelf: Shelf) -> str:
    catalogue = shelf.catalogue
    return catalogue.version_hash(catalogue.template("letter", "en"))


def test_a_version_is_the_text_of_the_template_with_all_it_includes_and_the_shared_words(shelf: Shelf) -> None:
    shelf.put("letter", HEADER + '<doc title="x">{% include "_a" %}{% from "_m" import m %}</doc>')
    shelf.put("_a", '{% include "_b" %}')
    shelf.put("_b", "<p>b</p>")
    shelf.put("_m", "{% macro m() %}m{% endmacro %}")
    shelf.put("_unrelated", "<p>u</p>")

    first = version(shelf)
    assert first == version(shelf)
    assert [part.name for part in shelf.catalogue.closure(shelf.catalogue.template("letter", "en"))] == [
        "letter",
        "_a",
        "_b",
        "_m",
    ]

    seen = {first}
    for name, text in (("_b", "<p>c</p>"), ("_m", "{% macro m() %}n{% endmacro %}"), ("_a", '{% include "_b" %} ')):
        shelf.put(name, text)
        seen.add(version(shelf))
    (shelf.root / "labels.yaml").write_text("words:\n  yes: {en: aye}\n", encoding="utf-8")
    seen.add(version(shelf))
    shelf.put("letter", HEADER.replace("1.0.0", "1.0.1") + '<doc title="x"/>')
    seen.add(version(shelf))
    assert len(seen) == 6

    before = version(shelf)
    shelf.put("_unrelated", "<p>v</p>")
    assert version(shelf) == before


def test_what_is_moved_from_one_partial_to_another_changes_the_version(shelf: Shelf) -> None:
    shelf.put("letter", HEADER + '{% include "_a" %}{% include "_b" %}')
    shelf.put("_a", "onetwo")
    shelf.put("_b", "three")
    first = version(shelf)
    shelf.put("_a", "one")
    shelf.put("_b", "twothree")
    assert version(shelf) != first


def test_partials_that_include_one_another_are_counted_once(shelf: Shelf) -> None:
    shelf.put("letter", HEADER + '{% include "_a" %}')
    shelf.put("_a", '{% include "_b" %}')
    shelf.put("_b", '{% include "_a" %}')
    assert [part.name for part in shelf.catalogue.closure(shelf.catalogue.template("letter", "en"))] == [
        "letter",
        "_a",
        "_b",
    ]


def test_a_partial_that_is_not_there_or_not_jinja_is_told(shelf: Shelf) -> None:
    shelf.put("letter", HEADER + '{% include "_nothing" %}')
    with pytest.raises(UnknownTemplateError, match="_nothing"):
        version(shelf)
    shelf.put("letter", HEADER + "\n{% if %}")
    with pytest.raises(FindingsError, match=r"letter\.html\.jinja:10:1: the template cannot be read"):
        version(shelf)


def test_a_record_says_all_a_list_prints(shelf: Shelf) -> None:
    shelf.put("letter", HEADER + "<doc/>")
    ((record,), findings) = shelf.catalogue.records()
    assert not findings
    assert record == {
        "name": "letter",
        "title": "Letter",
        "kind": "letter",
        "language": "en",
        "version": "1.0.0",
        "owner": "legal",
        "description": "A letter.",
        "file": "templates/letters/letter.html.jinja",
        "hash": version(shelf),
    }


# Whose a template is


def test_docgens_own_templates_are_its_own_until_a_stranger_writes_a_part_of_them(tmp_path: Path) -> None:
    own = Catalogue((packaged_templates(),))
    assert all(own.own(template) for template in own.templates.values())

    shelf = Shelf(tmp_path / "templates", packaged_templates())
    shelf.put("_forum", "x", "contracts")
    catalogue = shelf.catalogue
    assert not catalogue.own(catalogue.template("contract", "en"))
    assert not catalogue.own(catalogue.partial("_forum", "en"))
    assert catalogue.own(catalogue.template("letter-of-approval", "en"))
    assert not catalogue.own(template_of_file(packaged_templates() / "letters" / "breach-notice.html.jinja"))
