"""The commands for contacts: ten seconds after a call, and everything said and sent for whoever takes over."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.firm import ID, JON, LENA, Firm, Firms

JON_THERE, MEI = "jon.bell@northbridge.example", "mei.tan@harrowpike.example"
CALL = ("contact", "log", ID, "--how", "call", "--with", MEI, "--by", JON_THERE, "--on", "2026-11-24")


@pytest.fixture
def there(docgen: Shell, firms: Firms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend a firm at work under a signed contract; the shell stands in its folder, and Jon acts."""
    firm = firms.at("signed", tmp_path / "firm")
    monkeypatch.chdir(firm.root)
    monkeypatch.setenv("DOCGEN_PERSON", JON)
    return firm


def test_a_call_is_logged_listed_and_done(docgen: Shell, there: Firm) -> None:
    assert (
        docgen("contact", "list", ID).err == f"No contact of {ID} is recorded. `docgen contact log {ID}` records one.\n"
    )
    follow_up = ("--follow-up", "Send the profile", "--follow-up-by", "2026-11-26", "--owner", JON_THERE)
    logged = docgen(*CALL, "--at", "9:05", "--subject", "Load tests", "--text", "It held.", *follow_up)
    assert (logged.code, logged.out, logged.err) == (0, f"{ID}/CT-001, revision 1\n", "")
    assert docgen("contact", "list", ID).out == (
        f"{ID}/CT-001  2026-11-24 09:05  call     {JON_THERE} with {MEI}  Load tests  1 to follow up\n"
    )
    due = docgen("due", ID, "--on", "2026-11-25", "--within", "2d", "--why").out
    assert "2026-11-26  in 1 day" in due
    assert f"{JON_THERE}  " in due
    assert "follow up: CT-001: Send the profile" in due
    assert f"    Day agreed: CT-001, call of 2026-11-24, {JON_THERE} with {MEI} – 2026-11-26" in due
    done = docgen("contact", "done", f"{ID}/CT-001", "--on", "2026-11-25", "--json")
    assert (done.json["reference"], done.json["revision"], done.json["new"]) == (f"{ID}/CT-001", 2, True)
    (listed,) = docgen("contact", "list", ID, "--json").json
    assert (listed["with"], listed["follow_ups"][0]["done"]) == ([MEI], "2026-11-25")


def test_a_contact_is_logged_from_a_file_too(docgen: Shell, there: Firm) -> None:
    logged = docgen("contact", "log", there.facts("contact-2026-11-24"), "--json")
    assert (logged.code, logged.json["reference"]) == (0, f"{ID}/CT-001")
    missing = docgen("contact", "log", "nowhere.yaml")
    assert (missing.code, missing.out) == (4, "")


def test_what_was_said_may_come_from_standard_input(
    docgen: Shell, there: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("It held.\n\nMei asked for the rest.\n"))
    assert docgen(*CALL, "--in", "--text", "-").code == 0
    (listed,) = docgen("contact", "list", ID, "--json").json
    assert (listed["text"], listed["direction"]) == ("It held.\n\nMei asked for the rest.", "in")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((ID,), f"There is no file {ID}. To log a contact in words: --how, --with and --text."),
        ((ID, "--how", "call"), "A contact in words needs --with and --text as well."),
        ((*CALL[2:], "--text", "x", "--owner", MEI), "and --follow-up what. Give it."),
        ((*CALL[2:], "--text", "x", "--at", "25:00"), "“25:00” is no time of day."),
        ((ID, "--how", "call", "--with", MEI, "--text", "x"), "is no contact of the provider"),
        ((*CALL[2:], "--text", "x", "--promise", "M2"), "“M2” is no promise."),
    ],
)
def test_what_is_missing_is_asked_for(docgen: Shell, there: Firm, words: tuple[str, ...], said: str) -> None:
    refused = docgen("contact", "log", *words)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err


def test_contacts_are_logged_by_those_who_record_progress(docgen: Shell, there: Firm) -> None:
    refused = docgen(*CALL, "--text", "It held.", "--as", LENA)
    assert refused.code == 3
    assert "may not record progress" in refused.err


def test_another_date_than_a_colleague_gave_is_told_at_once(docgen: Shell, there: Firm) -> None:
    docgen(*CALL, "--text", "It holds.", "--promise", "M2=2027-02-26")
    amara = [word.replace(JON_THERE, "amara.okafor@northbridge.example") for word in CALL]
    told = docgen(*amara, "--text", "Later.", "--promise", "M2=2027-03-05")
    assert told.code == 0, "it was said, so it is recorded"
    assert f"CT-002 gives 2027-03-05 for M2, and {JON_THERE} promised {MEI} (CT-001, call of 2026-11-24)" in told.err
    assert docgen(*CALL, "--at", "18:00", "--text", "Once more.", "--promise", "M2=2027-03-05", "--quiet").err == ""


def test_letters_are_imported_with_an_outcome_for_each(docgen: Shell, there: Firm) -> None:
    letter = (
        f"From: {{of}}\nTo: {JON_THERE}\nSubject: Load tests\nDate: 24 Nov 2026 10:30:00 +0000\n"
        "Message-ID: <{of}>\n\nFine with us.\n"
    )
    there.write("a.eml", letter.replace("{of}", MEI))
    there.write("b.eml", letter.replace("{of}", "spam@elsewhere.example"))
    found = docgen("contact", "import", "a.eml", "b.eml", "a.eml", "--on", "2026-11-25")
    assert found.code == 1
    first, second, third = found.out.splitlines()
    assert first == f"a.eml:1  recorded  The e-mail “Load tests” of 2026-11-24 is {ID}/CT-001"
    assert second.startswith("b.eml:1  refused   The e-mail")
    assert third == f"a.eml:1  known     The e-mail “Load tests” of 2026-11-24 is recorded already as {ID}/CT-001"
    assert found.err == "1 recorded, 1 known, 1 refused.\n"
    again = docgen("contact", "import", "a.eml", "--on", "2026-11-25", "--json")
    assert (again.code, again.json[0]["outcome"], again.json[0]["reference"]) == (0, "known", f"{ID}/CT-001")


def test_a_colleague_reads_everything_said_and_sent_and_what_is_open(docgen: Shell, there: Firm) -> None:
    docgen(
        *CALL, "--at", "10:30", "--text", "It held. " * 30, "--promise", "M2=2027-02-26", "--follow-up", "Call Dilip"
    )
    told = docgen("contact", "timeline", ID, "--on", "2026-11-27").out
    assert told.startswith(f"{ID}, Order platform migration, for Harrow & Pike Retail plc: up to 2026-11-27\n")
    assert f"Friday 2026-10-02\n         Contract signed  [{ID}/contract/1]\n" in told
    assert (
        f"\nTuesday 2026-11-24\n  10:30  Call, {JON_THERE} with {MEI}  [{ID}/CT-001]\n             It held. It held."
        in told
    )
    assert "           → Promised: M2 on 2027-02-26\n" in told
    assert max(map(len, told.splitlines())) <= 110
    assert told.endswith(
        f"Promised to the client:\n  2027-02-26  M2: {JON_THERE} to {MEI} (CT-001, call of 2026-11-24)\n"
        f"To follow up:\n  no day     {JON_THERE}: Call Dilip ({ID}/CT-001, 1)\nLast contact: 2026-11-24, 3 days ago.\n"
    )
    late = docgen("contact", "timeline", ID, "--on", "2027-03-01", "--since", "2026-11-25").out
    assert "Nothing was said or sent." in late
    assert "2027-02-26 (passed)  M2" in late


def test_the_timeline_as_json_has_its_moments_promises_and_follow_ups(docgen: Shell, there: Firm) -> None:
    docgen(*CALL, "--at", "10:30", "--text", "It held.", "--promise", "M2=2027-02-26", "--follow-up", "Call Dilip")
    told = docgen("contact", "timeline", ID, "--on", "2026-11-27", "--since", "2026-11-01", "--json").json
    assert told["moments"] == [
        {
            "on": "2026-11-24",
            "at": "10:30",
            "kind": "contact",
            "what": f"Call, {JON_THERE} with {MEI}",
            "text": "It held.",
            "more": ["Promised: M2 on 2027-02-26", f"Follow-up 1: Call Dilip ({JON_THERE})"],
            "reference": f"{ID}/CT-001",
        }
    ]
    assert [(each["about"], each["date"], each["reference"]) for each in told["promises"]] == [
        ("M2", "2027-02-26", "CT-001")
    ]
    assert (told["follow_ups"][0]["owner"], told["last_contact"]) == (JON_THERE, "2026-11-24")


def test_a_timeline_is_of_an_engagement_that_is_there(docgen: Shell, there: Firm) -> None:
    refused = docgen("contact", "timeline", "NBS-2026-041")
    assert (refused.code, refused.out) == (4, "")
