"""What people type: options before and after the command, near misses, settings, outputs and JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.cli.main import COMMANDS
from docgen.facts.load import load_files
from docgen.settings import read_settings
from tests.cli.shell import Shell

ENGAGEMENT = EXAMPLE / "engagement.yaml"
ORDER = EXAMPLE / "change-order-001.yaml"
ENTRIES = sorted(EXAMPLE.glob("progress-*.yaml"))
BREACH = EXAMPLE / "breach.yaml"
TO_SCREEN = ("-f", "txt", "-o", "-")


# Help and near misses


@pytest.mark.parametrize("words", [(name,) for name in COMMANDS] + [("template", "lint"), ("import", "ocds")])
def test_every_command_has_help_with_an_example(docgen: Shell, words: tuple[str, ...]) -> None:
    answer = docgen(*words, "--help")

    assert answer.code == 0
    assert f"Example: docgen {words[0]}" in answer.out
    assert "--workspace" in answer.out
    assert docgen(*words, "-h").out == answer.out


def test_help_lists_every_command_with_its_line(docgen: Shell) -> None:
    out = docgen("--help").out
    for name, (_, line) in COMMANDS.items():
        assert name in out
        assert line.split()[0] in out


@pytest.mark.parametrize(
    ("typed", "meant"), [("validat", "validate"), ("rendr", "render"), ("templates", "template"), ("inti", "init")]
)
def test_a_misspelt_command_is_answered_with_the_nearest(docgen: Shell, typed: str, meant: str) -> None:
    assert f"There is no command “{typed}”. Did you mean “{meant}”?" in docgen(typed).err


def test_a_word_like_no_command_is_answered_with_all_of_them(docgen: Shell) -> None:
    err = " ".join(docgen("xyzzy").err.split())
    assert f"There are: {', '.join(COMMANDS)}." in err


def test_a_misspelt_key_of_a_setting_is_told_with_the_nearest(docgen: Shell) -> None:
    answer = docgen("render", "contract", ENGAGEMENT, "--set", "terms.fees.payment_dys=45", *TO_SCREEN)
    assert (answer.code, "“payment_dys” is not known. Did you mean “payment_days”?" in answer.err) == (1, True)


# Options before and after


def test_shared_options_stand_before_or_after_the_command(docgen: Shell) -> None:
    rendered = [
        docgen("--on", "2026-12-24", "render", "letter-of-approval", ENGAGEMENT, *TO_SCREEN),
        docgen("render", "--on", "2026-12-24", "letter-of-approval", ENGAGEMENT, *TO_SCREEN),
        docgen("render", "letter-of-approval", ENGAGEMENT, *TO_SCREEN, "--on", "2026-12-24"),
    ]
    assert [answer.code for answer in rendered] == [0, 0, 0]
    assert len({answer.out for answer in rendered}) == 1


def test_the_later_of_two_days_counts(docgen: Shell, tmp_path: Path) -> None:
    docgen("--on", "2026-01-01", "render", "conformed-contract", ENGAGEMENT, ORDER, "-o", "early", "-f", "txt")
    docgen(
        "--on",
        "2026-01-01",
        "render",
        "conformed-contract",
        ENGAGEMENT,
        ORDER,
        "-o",
        "late",
        "-f",
        "txt",
        "--on",
        "2027-01-01",
    )
    early, late = (next((tmp_path / name).iterdir()).read_text(encoding="utf-8") for name in ("early", "late"))

    assert "Add the returns service" not in early
    assert "Add the returns service" in late


def test_quiet_says_nothing_beside_the_output_and_verbose_says_more(docgen: Shell) -> None:
    words = ("render", "letter-of-approval", ENGAGEMENT, *TO_SCREEN)
    assert docgen(*words, "--quiet").err == ""
    assert docgen("--quiet", "validate", ENGAGEMENT).err == ""
    assert "template templates/letters/letter-of-approval.html.jinja, version" in docgen(*words, "--verbose").err
    assert docgen(*words, "--verbose").out == docgen(*words).out


def test_a_workspace_is_found_upward_named_or_taken_from_the_environment(
    docgen: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert docgen("init", "firm", "--person", "ada@firm.example:legal,director").code == 0
    (tmp_path / "firm" / "docgen.toml").write_text('[house]\nname = "Lantern Works"\n', encoding="utf-8")
    shutil.copy(ENGAGEMENT, tmp_path / "firm" / "engagements" / "e.yaml")
    html = ("-f", "html", "-o", "-")
    file = tmp_path / "firm" / "engagements" / "e.yaml"

    assert "Lantern Works" not in docgen("render", "contract", file, *html).out
    assert "Lantern Works" in docgen("render", "contract", file, *html, "--workspace", "firm").out
    monkeypatch.setenv("DOCGEN_WORKSPACE", str(tmp_path / "firm"))
    assert "Lantern Works" in docgen("render", "contract", file, *html).out
    monkeypatch.delenv("DOCGEN_WORKSPACE")
    monkeypatch.chdir(tmp_path / "firm" / "engagements")
    assert "Lantern Works" in docgen("render", "contract", file, *html).out


@pytest.mark.parametrize(
    "words", [("--workspace", "here", "progress", "due"), ("progress", "--workspace", "here", "due")]
)
def test_what_is_written_before_the_command_counts_more_than_the_environment(
    docgen: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "docgen.toml").touch()
    monkeypatch.setenv("DOCGEN_WORKSPACE", str(tmp_path / "there"))
    assert "no record at here/.docgen" in docgen(*words).err
    assert "there/.docgen" in docgen("progress", "due").err


def test_init_writes_settings_that_read_back(docgen: Shell, tmp_path: Path) -> None:
    answer = docgen("init", "firm", "--person", "ada@firm.example:legal,director", "--person", "ben@firm.example:admin")

    assert answer.out.strip() == "firm/docgen.toml"
    people = read_settings(tmp_path / "firm").people
    assert [(person.email, person.roles) for person in people] == [
        ("ada@firm.example", ("legal", "director")),
        ("ben@firm.example", ("admin",)),
    ]


# Settings


def contract(docgen: Shell, *settings: str) -> str:
    words = [word for setting in settings for word in ("--set", setting)]
    answer = docgen("render", "contract", ENGAGEMENT, *TO_SCREEN, *words)
    assert (answer.code, answer.err) == (0, "")
    return answer.out.replace("\u00a0", " ")


def test_a_value_is_set_by_its_path(docgen: Shell) -> None:
    assert "within 45 days of its date" in contract(docgen, "terms.fees.payment_days=45")
    assert "Lantern & Works | plc" in contract(docgen, "client.legal_name=Lantern & Works | plc")


def test_an_entry_of_a_list_is_set_by_its_id_or_its_number(docgen: Shell) -> None:
    by_id = contract(docgen, "terms.fees.lines.F2.amount=71500.00")
    by_number = contract(docgen, "terms.fees.lines.2.amount=71500.00")

    assert "GBP 115,300.00" in by_id
    assert by_id == by_number
    assert "GBP 107,800.00" in contract(docgen)


def test_two_values_are_set_at_once_and_the_last_one_counts(docgen: Shell) -> None:
    text = contract(docgen, "terms.fees.payment_days=10", "terms.fees.payment_days=60", "title=Other work=more")
    assert "within 60 days of its date" in text
    assert "Other work=more" in text


def test_a_value_set_is_checked_like_one_in_the_file(docgen: Shell) -> None:
    answer = docgen("render", "contract", ENGAGEMENT, "--set", "terms.fees.lines.F2.amount=64,000.00", *TO_SCREEN)
    assert (answer.code, "“64,000.00” is not a number. Write 64000.00." in answer.err) == (1, True)


def test_an_empty_value_is_a_blank(docgen: Shell) -> None:
    words = ("render", "contract", ENGAGEMENT, "--set", "terms.governing_law=", *TO_SCREEN)
    assert docgen(*words).code == 1
    drafted = docgen(*words, "--draft")
    assert (drafted.code, "Left blank: terms.governing_law" in drafted.err) == (0, True)


# Outputs


def test_output_goes_to_this_folder_a_folder_a_file_or_the_screen(docgen: Shell, tmp_path: Path) -> None:
    name = "NBS-2026-014_letter-of-approval_v0_DRAFT.txt"
    letter = ("render", "letter-of-approval", ENGAGEMENT)

    assert docgen(*letter, "-f", "txt").out.strip() == name
    assert docgen(*letter, "-f", "txt", "-f", "html", "-f", "txt", "-o", "out/deep").out.split() == [
        f"out/deep/{name}",
        f"out/deep/{name}".replace(".txt", ".html"),
    ]
    assert docgen(*letter, "-o", "new/letter.txt").out.strip() == "new/letter.txt"
    assert docgen(*letter, "-o", "LETTER.TXT").out.strip() == "LETTER.TXT"
    screen = docgen(*letter, *TO_SCREEN).out
    for path in (name, f"out/deep/{name}", "new/letter.txt", "LETTER.TXT"):
        assert (tmp_path / path).read_text(encoding="utf-8") == screen


def test_the_format_is_the_one_of_the_file_and_pdf_otherwise(docgen: Shell, tmp_path: Path) -> None:
    docgen("render", "letter-of-approval", ENGAGEMENT, "-o", "letter.docx")
    docgen("render", "letter-of-approval", ENGAGEMENT, "-o", "out")

    assert (tmp_path / "letter.docx").read_bytes()[:2] == b"PK"
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".pdf"]


# JSON


def test_findings_as_json_are_records(docgen: Shell, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(ENGAGEMENT.read_text(encoding="utf-8").replace("locale: en-GB", "locale: xx"), encoding="utf-8")
    answer = docgen("validate", broken, "--json")

    assert answer.code == 1
    (record,) = answer.json
    assert record == {
        "file": str(broken),
        "line": 6,
        "column": 9,
        "severity": "error",
        "rule": "locale",
        "message": "locale: how xx writes dates and figures is not known.",
        "advice": "Use a known one such as en-GB.",
    }
    assert docgen("validate", ENGAGEMENT, "--json").json == []


def test_files_made_as_json_are_records(docgen: Shell, tmp_path: Path) -> None:
    answer = docgen("render", "change-order", ENGAGEMENT, ORDER, "-f", "txt", "-f", "html", "-o", "out", "--json")
    assert [(record["format"], Path(record["path"]).name) for record in answer.json] == [
        ("txt", "NBS-2026-014_change-order-001_v0_DRAFT.txt"),
        ("html", "NBS-2026-014_change-order-001_v0_DRAFT.html"),
    ]
    assert all((tmp_path / record["path"]).stat().st_size == record["bytes"] for record in answer.json)


def test_templates_as_json_are_records(docgen: Shell) -> None:
    rows = docgen("template", "list", "--json").json
    assert {(row["name"], row["language"]) for row in rows} >= {("contract", "en"), ("letter-of-approval", "de")}
    record = docgen("template", "show", "contract", "--json").json
    assert record["hash"] == next(row["hash"] for row in rows if row["name"] == "contract")
    assert "payment" in {clause["id"] for clause in record["clauses"]}
    assert {row["severity"] for row in docgen("template", "lint", "letter-of-approval", "--json").json} <= {"note"}


@pytest.mark.parametrize("kind", ["engagement", "change-order", "progress", "breach"])
def test_a_schema_is_json(docgen: Shell, kind: str) -> None:
    assert docgen("schema", kind).json["$schema"] == "https://json-schema.org/draft/2020-12/schema"


# Documents


@pytest.mark.parametrize(
    ("kind", "files", "number"),
    [
        ("letter-of-approval", (), "letter-of-approval_v0"),
        ("contract", (), "contract_v0"),
        ("conformed-contract", (ORDER,), "conformed-contract_v0"),
        ("change-order", (ORDER,), "change-order-001_v0"),
        ("progress-report", (*ENTRIES, ORDER), "progress-report-002_v0"),
        ("breach-notice", (ORDER, BREACH), "breach-notice_v0"),
    ],
)
def test_every_kind_is_rendered_whatever_the_order_of_its_files(
    docgen: Shell, kind: str, files: tuple[Path, ...], number: str
) -> None:
    forward = docgen("render", kind, ENGAGEMENT, *files, *TO_SCREEN)
    backward = docgen("render", kind, *reversed(files), ENGAGEMENT, *TO_SCREEN)

    assert forward.code == backward.code == 0
    assert forward.out == backward.out
    assert docgen("render", kind, ENGAGEMENT, *files, "-f", "txt").out == f"NBS-2026-014_{number}_DRAFT.txt\n"


def test_several_engagements_are_checked_together_and_rendered_one_at_a_time(docgen: Shell, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(
        ENGAGEMENT.read_text(encoding="utf-8").replace("id: NBS-2026-014", "id: NBS-2026-015"), encoding="utf-8"
    )

    assert docgen("validate", ENGAGEMENT, other, ORDER).code == 0
    answer = docgen("render", "contract", ENGAGEMENT, other)
    assert (answer.code, "more than one engagement: NBS-2026-014 and NBS-2026-015" in answer.err) == (2, True)
    assert docgen("validate", ENGAGEMENT, ENGAGEMENT).code == 0
    copy = tmp_path / "copy.yaml"
    shutil.copy(ENGAGEMENT, copy)
    assert "NBS-2026-014 is also in" in docgen("validate", ENGAGEMENT, copy).out


def test_an_order_without_its_engagement_is_a_warning_and_of_another_one_an_error(
    docgen: Shell, tmp_path: Path
) -> None:
    alone = docgen("validate", ORDER)
    assert (alone.code, "warning: the engagement NBS-2026-014 is not among the files" in alone.out) == (0, True)
    other = tmp_path / "other.yaml"
    other.write_text(
        ENGAGEMENT.read_text(encoding="utf-8").replace("id: NBS-2026-014", "id: NBS-2026-015"), encoding="utf-8"
    )
    wrong = docgen("validate", other, ORDER)
    assert (wrong.code, "Did you mean NBS-2026-015?" in wrong.out) == (1, True)


def test_tags_stand_at_the_signature_lines(docgen: Shell) -> None:
    text = docgen("render", "contract", ENGAGEMENT, *TO_SCREEN, "--tags", "documenso").out
    assert text.count("{{signature, r1}}") == 1
    assert text.count("{{date, r2}}") == 1


@pytest.mark.parametrize("form", ["txt", "html"])
def test_the_same_words_give_the_same_document(docgen: Shell, form: str) -> None:
    words = ("render", "contract", ENGAGEMENT, "-f", form, "-o", "-", "--on", "2026-11-20")
    assert docgen(*words).out == docgen(*words).out


def test_validate_reads_json_and_tells_a_terminal_nothing_it_acts_on(docgen: Shell, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.json"
    data = {
        "format": "docgen.engagement/1",
        "id": "\u001b[31mred",
        "\u001b]0;x\u0007": 1,
        "\u202eevil": {"a": "\u001b"},
    }
    hostile.write_text(json.dumps(data), encoding="utf-8")
    answer = docgen("validate", hostile)

    assert answer.code == 1
    assert all(line.isprintable() for line in answer.out.splitlines())
    assert load_files([hostile]).engagements == ()
