"""docgen.toml is read whole: every fault at its line, whatever stands there."""

from __future__ import annotations

import re
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.actions.workspace import make_workspace
from docgen.errors import ExitCode, FindingsError, NotFoundError
from docgen.lifecycle.house_rules import HouseRules
from docgen.settings import _KEYS as KEYS
from docgen.settings import (
    FILE_NAME,
    FontPair,
    SealSettings,
    Settings,
    Thresholds,
    TimestampSettings,
    find_workspace,
    is_authority,
    is_email,
    is_family,
    read_settings,
)


def settings(folder: Path, text: str) -> Settings:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return read_settings(folder)


def faults(folder: Path, text: str) -> list[str]:
    """Return each fault as its line and what is said."""
    with pytest.raises(FindingsError) as refused:
        settings(folder, text)
    return [f"{finding.place.line} {finding.message} {finding.advice}" for finding in refused.value.findings]


def test_without_a_workspace_the_defaults_serve() -> None:
    assert read_settings(None) == Settings()
    assert Settings().templates is None


def test_every_setting_is_read(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "Gelasio.ttf").write_bytes(b"x")
    read = settings(
        tmp_path,
        """
        time_zone = "Europe/Dublin"
        [house]
        name = "Lantern Works"
        logo = "logo.svg"
        [house.colours]
        accent = "#1F3a5f"
        [house.fonts]
        text = { word = "Georgia", pdf = "Gelasio" }
        heading = "Carlito"
        files = ["fonts/Gelasio.ttf"]
        [[people]]
        email = "ada@firm.example"
        name = "Ada"
        roles = ["legal", "director"]
        [[people]]
        email = "ben@firm.example"
        """,
    )

    assert read.time_zone == "Europe/Dublin"
    assert read.templates == tmp_path / "templates"
    assert (read.house.name, read.house.logo) == ("Lantern Works", tmp_path / "logo.svg")
    assert read.house.colours == {"accent": "#1F3a5f"}
    assert read.house.text_font == FontPair("Georgia", "Gelasio")
    assert read.house.heading_font == FontPair("Carlito", "Carlito")
    assert read.house.font_files == (tmp_path / "fonts/Gelasio.ttf",)
    assert [(person.email, person.name, person.roles) for person in read.people] == [
        ("ada@firm.example", "Ada", ("legal", "director")),
        ("ben@firm.example", "", ()),
    ]


def test_without_a_word_on_seals_nothing_is_sealed_and_the_file_stands_beside_the_settings(tmp_path: Path) -> None:
    read = settings(tmp_path, "")
    assert read.seal == SealSettings(certificate=tmp_path / ".docgen/seal.p12")
    assert (read.seal.always, read.seal.level, read.timestamps) == (False, "B-B", TimestampSettings())


def test_the_house_sets_the_numbers_of_its_own_deadlines_and_leaves_the_others(tmp_path: Path) -> None:
    read = settings(tmp_path, "[deadlines]\nsurvey_days = 7\nreview_years = 2\n")
    assert read.deadlines == {"survey_days": 7, "review_years": 2}
    assert settings(tmp_path, "").deadlines == {}
    assert set(KEYS["deadlines"]) == {each.name for each in fields(HouseRules)}


def test_the_house_sets_from_where_on_a_colour_is_amber_and_red(tmp_path: Path) -> None:
    read = settings(tmp_path, "[rag]\namber_days = 5\nred_percent = 12.5\n")
    assert read.rag == Thresholds(5, 15, Decimal(5), Decimal("12.5"))
    assert settings(tmp_path, "").rag == Thresholds()
    assert set(KEYS["rag"]) == {each.name for each in fields(Thresholds)}


def test_a_new_workspace_names_the_usual_thresholds(tmp_path: Path) -> None:
    text = make_workspace(tmp_path / "firm", []).read_text(encoding="utf-8")
    table = "[rag]\n" + "\n".join(re.findall(r"# ((?:amber|red)_\w+ = \d+)", text))
    assert settings(tmp_path, table).rag == Thresholds()
    assert table.count("=") == len(KEYS["rag"])


def test_all_wrong_thresholds_are_told_and_only_those_that_are_numbers_are_compared(tmp_path: Path) -> None:
    told = faults(tmp_path, '[rag]\namber_days = "3"\nred_days = 2\namber_percent = 20\n')
    assert [line[:30] for line in told] == ["2 “3” is no number of days. Wr", "4 amber begins at 20 and red a"]


def test_one_word_seals_every_issue(tmp_path: Path) -> None:
    assert settings(tmp_path, "seal = true").seal == settings(tmp_path, "[seal]\nalways = true").seal
    assert settings(tmp_path, "seal = true").seal.always
    assert not settings(tmp_path, "seal = false").seal.always


def test_every_setting_of_seal_and_time_is_read(tmp_path: Path) -> None:
    read = settings(
        tmp_path,
        """
        [seal]
        always = true
        certificate = "keys/firm.p12"
        password_env = "FIRM_PASSWORD"
        level = "B-LTA"
        crls = ["keys/firm.crl"]
        [timestamps]
        authority = "https://time.example/tsa"
        certificates = "keys/time.pem"
        """,
    )
    assert read.seal == SealSettings(
        always=True,
        certificate=tmp_path / "keys/firm.p12",
        password_env="FIRM_PASSWORD",  # noqa: S106 - the name of a variable
        level="B-LTA",
        crls=(tmp_path / "keys/firm.crl",),
    )
    assert read.timestamps == TimestampSettings("https://time.example/tsa", tmp_path / "keys/time.pem")


def test_a_token_is_named_by_its_library_its_label_and_its_key(tmp_path: Path) -> None:
    lines = ('pkcs11_module = "/lib/token.so"', 'pkcs11_token = "firm"', 'pkcs11_key = "seal"', 'pin_env = "FIRM_PIN"')
    seal = settings(tmp_path, "\n".join(("[seal]", *lines))).seal
    assert (seal.pkcs11_module, seal.pkcs11_token, seal.pkcs11_key) == ("/lib/token.so", "firm", "seal")
    assert seal.pin_env == "FIRM_PIN"


def test_a_password_written_in_place_of_a_name_is_not_repeated(tmp_path: Path) -> None:
    for key in ("password_env", "pin_env"):
        (said,) = faults(tmp_path, f'[seal]\n{key} = "correct horse"\n')
        assert said.startswith(f"2 {key} does not name an environment variable. Write a name such as DOCGEN_SEAL_P")
        assert "horse" not in said


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b'\xef\xbb\xbftime_zone = "UTC"\n')
    assert read_settings(tmp_path).time_zone == "UTC"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\ntime_zone = "Europe/Londn"\n', "2 “Europe/Londn” is not a time zone."),
        ("time_zone = 1\n", "1 “1” is not a time zone."),
        ('time_zone = ["UTC"]\n', "1 “['UTC']” is not a time zone."),
        ('timezone = "UTC"\n', "1 the setting “timezone” is not known. Did you mean “time_zone”?"),
        ('[house]\nlogo = "x.svg"\n', "2 there is no file “x.svg”."),
        ("[house]\nlogo = 5\n", "2 there is no file “5”."),
        ('[house]\nlogo = "/etc/passwd"\n', "2 “/etc/passwd” lies outside the workspace. Move it into the workspace."),
        ('[house]\nlogo = "../secret.svg"\n', "2 “../secret.svg” lies outside the workspace."),
        ('[house]\nlogo = "link.svg"\n', "2 “link.svg” lies outside the workspace."),
        ('[house]\nlogo = "a\\u0000b"\n', "2 there is no file “a?b”."),
        (f'[house]\nlogo = "{"x" * 5000}"\n', "2 there is no file “xxx"),
        ('[house]\nlogo = "folder"\n', "2 there is no file “folder”."),
        ('[house]\n\nname = "two\\nlines"\n', "3 name is not a line of text."),
        ('[house]\nname = "a\\u202Eb"\n', "2 name is not a line of text."),
        ("[house]\nname = 7\n", "2 name is not a line of text."),
        ("house = 5\n", "1 house is not a table. Write [house] on a line of its own."),
        ("[house]\ncolours = 1\n", "2 colours is not a table. Write [house.colours] on a line of its own."),
        ('[house.colours]\naccent = "red"\n', "2 “red” is not a colour. Write # and six hexadecimal digits"),
        ('[house.colours]\naccent = "#fff"\n', "2 “#fff” is not a colour."),
        ('[house.colours]\naccent = "#12345g"\n', "2 “#12345g” is not a colour."),
        ('[house.colours]\naccent = "#123456;} p{display:none"\n', "2 “#123456;} p{display:none” is not a colour."),
        ('[house.colours]\naccent = "#123456\\n"\n', "2 “#123456?” is not a colour."),
        ("[house.colours]\naccent = 0x123456\n", "2 “1193046” is not a colour."),
        ('[house.colours]\nacent = "#123456"\n', "2 the setting “acent” is not known. Did you mean “accent”?"),
        ('house = { colours = { accent = "red" } }\n', "1 “red” is not a colour."),
        ('\nhouse.colours.accent = "red"\n', "2 “red” is not a colour."),
        ('[house.fonts]\ntext = { word = "Georgia" }\n', "2 a font needs a name for Word and one for the PDF."),
        ('[house.fonts]\ntext = "Geor\\"gia"\n', "2 a font needs a name for Word"),
        ('[house.fonts]\ntext = "x; } * { display: none"\n', "2 a font needs a name for Word"),
        ("[house.fonts]\nheading = 3\n", "2 a font needs a name for Word"),
        ('[house.fonts]\nfiles = "x.ttf"\n', "2 files is not a list."),
        ("[house.fonts]\nfiles = [1]\n", "2 there is no file “1”."),
        ('people = "ada@firm.example"\n', "1 people is not a list."),
        ('people = ["ada@firm.example"]\n', "1 a person is not a table."),
        ('[[people]]\nname = "Ada"\n', "1 “” is not an e-mail address."),
        ('[[people]]\nemail = "ada"\n', "2 “ada” is not an e-mail address."),
        ('[[people]]\nemail = "a@b.example"\nroles = "legal"\n', "3 roles is not a list."),
        ('[[people]]\nemail = "a@b.example"\nroles = ["lawyer", "legl"]\n', "3 “lawyer” is not a role. Use one of"),
        ('[[people]]\nemail = "a@b.example"\nrole = []\n', "3 the setting “role” is not known. Did you mean “roles”?"),
        ("seal = 5\n", "1 seal is not a table. Write [seal] on a line of its own."),
        ("[seal]\nalways = 1\n", "2 always is neither true nor false. Write true or false, without quotes."),
        ("[seal]\nalway = true\n", "2 the setting “alway” is not known. Did you mean “always”?"),
        ("[seal]\ncertificate = 5\n", "2 “5” does not name a file. Write its path in quotes."),
        ('[seal]\ncertificate = ""\n', "2 “” does not name a file."),
        ('[seal]\ncertificate = "a\\u0000b"\n', "2 “a?b” does not name a file."),
        ('[seal]\ncrls = "x.crl"\n', "2 crls is not a list."),
        ("[seal]\ncrls = [1]\n", "2 “1” does not name a file."),
        ('[seal]\nlevel = "B-X"\n', "2 “B-X” is not a level. Use one of: B-B, B-T, B-LT, B-LTA."),
        ("[seal]\nlevel = []\n", "2 “[]” is not a level."),
        ('[seal]\n\nlevel = "B-T"\n', "3 level B-T needs the time of an authority. Give [timestamps] an authority"),
        ('[seal]\npkcs11_key = "k"\n', "1 a certificate on a token needs pkcs11_module. Give pkcs11_module, pkcs11_"),
        ("[seal]\npkcs11_module = 5\n", "2 pkcs11_module is not a line of text."),
        (
            '[seal]\npkcs11_module = "m"\npkcs11_token = "t"\npkcs11_key = "k"\ncertificate = "c.p12"\n',
            "5 the certificate is given twice. Give a file or a token, not both.",
        ),
        ("timestamps = []\n", "1 timestamps is not a table."),
        ('[timestamps]\nauthority = "http://time.example"\n', "2 “http://time.example” is not an address to ask"),
        ("[timestamps]\ncertificates = 1\n", "2 “1” does not name a file."),
        ('[timestamps]\nauthorities = ""\n', "2 the setting “authorities” is not known. Did you mean “authority”?"),
        ("deadlines = 3\n", "1 deadlines is not a table."),
        ("[deadlines]\nsurvey_days = 0\n", "2 “0” is no number of days. Write a whole number from 1 to 3650"),
        ('[deadlines]\ncontact_days_a = "30"\n', "2 “30” is no number of days."),
        ("[deadlines]\ncontact_days_b = true\n", "2 “True” is no number of days."),
        ("[deadlines]\nreview_years = 11\n", "2 “11” is no number of years. Write a whole number from 1 to 10"),
        ("[deadlines]\nsurvey_day = 5\n", "2 the setting “survey_day” is not known. Did you mean “survey_days”?"),
        ("rag = 3\n", "1 rag is not a table."),
        ("[rag]\namber_day = 3\n", "2 the setting “amber_day” is not known. Did you mean “amber_days”?"),
        ("[rag]\namber_days = 0\n", "2 “0” is no number of days. Write a whole number above zero and up to 3650"),
        ("[rag]\nred_days = 2.5\n", "2 “2.5” is no number of days."),
        ("[rag]\nred_days = true\n", "2 “True” is no number of days."),
        ('[rag]\nred_percent = "9"\n', "2 “9” is no number of per cent. Write a number above zero and up to 1000"),
        ("[rag]\nred_percent = inf\n", "2 “inf” is no number of per cent."),
        ("[rag]\nred_percent = nan\n", "2 “nan” is no number of per cent."),
        ("[rag]\namber_days = 15\n", "2 amber begins at 15 and red at 15, so that nothing is ever amber. Let amber_"),
        ("[rag]\nred_days = 3\namber_days = 3\n", "2 amber begins at 3 and red at 3"),
        ("[rag]\nred_percent = 4.5\n", "2 amber begins at 5 and red at 4.5"),
        ("[house\n", "1 the settings cannot be read: Expected ']'"),
        ("a = 1\na = 2\n", "2 the settings cannot be read: Cannot overwrite a value"),
    ],
)
def test_a_fault_is_told_at_its_line(tmp_path: Path, text: str, said: str) -> None:
    workspace = tmp_path / "workspace"
    (workspace / "folder").mkdir(parents=True)
    (tmp_path / "secret.svg").write_text("<svg/>", encoding="utf-8")
    (workspace / "link.svg").symlink_to(tmp_path / "secret.svg")

    assert faults(workspace, text)[0].startswith(said)


def test_all_faults_are_told_at_once_each_in_its_own_entry(tmp_path: Path) -> None:
    text = """[house]
name = "Firm"
[[people]]
email = "ada@firm.example"
roles = ["legal"]
[[people]]
email = "ben"
roles = ["legl"]
name = 5
[[people]]
email = "ADA@firm.example"
[house.colours]
text = "red"
"""
    assert faults(tmp_path, text) == [
        "7 “ben” is not an e-mail address. Write one such as name@firm.example.",
        "8 “legl” is not a role. Did you mean legal?",
        "9 name is not a line of text. Write it in quotes, on one line.",
        "11 ADA@firm.example is given twice. Keep one entry each.",
        "13 “red” is not a colour. Write # and six hexadecimal digits, such as #1f3a5f.",
    ]


def test_other_encodings_are_refused_at_their_line(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes('[house]\nname = "Müller"\n'.encode("latin-1"))
    with pytest.raises(FindingsError, match=r"docgen\.toml:2:1: the text is not UTF-8"):
        read_settings(tmp_path)


def test_no_fault_prints_what_a_terminal_would_act_on(tmp_path: Path) -> None:
    for text in ('"\\u001b[31m" = 1\n', '[house.colours]\ntext = "\\u001b[31m"\n', '[[people]]\nemail = "\\u202E"\n'):
        assert all(said.isprintable() for said in faults(tmp_path, text))


@given(
    st.dictionaries(
        st.sampled_from(["time_zone", "house", "people", "seal", "timestamps", "deadlines", "x"]),
        st.sampled_from(
            [
                "1",
                '"a"',
                "[]",
                "[1]",
                "{}",
                "[{}]",
                "true",
                "1.5",
                "2026-01-01",
                "{ logo = [], colours = [1], fonts = { text = [] } }",
                "{ fonts = { files = [[]] }, name = {} }",
                "[{ email = [], roles = [{}], name = [] }]",
                "{ always = [], certificate = {}, password_env = [], level = {}, crls = {}, pkcs11_key = [] }",
                "{ authority = [], certificates = {} }",
                '{ level = "B-T", crls = [[]] }',
            ]
        ),
    )
)
def test_nothing_that_toml_can_say_is_too_strange(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("strange")
    (folder / FILE_NAME).write_text("".join(f"{key} = {value}\n" for key, value in values.items()), encoding="utf-8")
    try:
        assert isinstance(read_settings(folder), Settings)
    except FindingsError as error:
        lines = {finding.place.line for finding in error.findings}
        assert lines <= set(range(1, len(values) + 1))


def test_a_workspace_that_is_none_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="Make a workspace with `docgen init"):
        read_settings(tmp_path)
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(NotFoundError, match="cannot be read") as refused:
        read_settings(tmp_path)
    assert refused.value.exit_code is ExitCode.NOT_FOUND


def test_the_nearest_workspace_upward_is_found(tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "inner" / "deep"
    inner.mkdir(parents=True)
    (tmp_path / "outer" / FILE_NAME).touch()

    assert find_workspace(inner) == tmp_path / "outer"
    (tmp_path / "outer" / "inner" / FILE_NAME).touch()
    assert find_workspace(inner) == tmp_path / "outer" / "inner"


def test_a_person_is_found_whatever_the_case_and_a_misspelt_one_is_named(tmp_path: Path) -> None:
    read = settings(tmp_path, '[[people]]\nemail = "Ada@firm.example"\nroles = ["legal"]\n')

    assert read.person("ada@FIRM.example").roles == ("legal",)
    with pytest.raises(NotFoundError, match=r"Did you mean Ada@firm\.example"):
        read.person("ada@firn.example")
    with pytest.raises(NotFoundError, match=r"Add \[\[people\]\]"):
        read.person("zoe@elsewhere.example")


@pytest.mark.parametrize(
    ("text", "is_one"), [("a@b.example", True), ("a@b", False), ("a b@c.example", False), (5, False)]
)
def test_an_address_is_known_by_its_form(text: object, is_one: bool) -> None:
    assert is_email(text) is is_one


@pytest.mark.parametrize("name", ["", " x", 'x"y', "x;y", "x}y", "x\\y", "é", "x" * 65, None])
def test_a_typeface_has_a_plain_name(name: object) -> None:
    assert not is_family(name)


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://time.example/tsa", True),
        ("http://127.0.0.1:3161", True),
        ("http://localhost/tsa", True),
        ("http://[::1]:80/", True),
        ("http://time.example", False),
        ("http://127.0.0.1.example", False),
        ("https://user:secret@time.example", False),
        ("https://", False),
        ("https://time.example:port", False),
        ("https://[::1", False),
        ("ftp://time.example", False),
        ("https://time.example/a b", False),
        ("https://time.example/\n", False),
        ("time.example", False),
        (5, False),
    ],
)
def test_the_time_is_asked_for_over_https_or_on_this_machine(url: object, is_one: bool) -> None:
    assert is_authority(url) is is_one
