"""What `docgen progress alert` and `docgen progress record` print of serious issues, and the codes they end with."""

from __future__ import annotations

import pytest

from tests.actions.test_alerts import ENTRY
from tests.cli.shell import Shell
from tests.firm import AMARA, BORIS, ID, JON, Firm, Firms

NOTICE = [f"out/{ID}_notice-of-issue-001_v1.{form}" for form in ("pdf", "docx")]


@pytest.fixture
def there(docgen: Shell, firms: Firms, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend a firm with a signed contract and bad news; the shell stands in its folder."""
    firms.at("signed", firm.root)
    firm.facts("serious-issue")
    firm.write("engagements/entry.yaml", ENTRY)
    monkeypatch.chdir(firm.root)
    return firm


def alert() -> tuple[str, ...]:
    return ("progress", "alert", "engagements/serious-issue.yaml", "--on", "2026-12-08", "-o", "out")


def test_an_alert_prints_the_issue_the_notice_and_its_files(there: Firm, docgen: Shell) -> None:
    told = docgen(*alert(), "--as", AMARA)
    assert told.code == 0
    assert told.out.splitlines() == [f"{ID}/NI-001, revision 1", f"{ID}/NI-001/1", *NOTICE]
    assert (there.root / NOTICE[0]).is_file()
    again = docgen(*alert(), "--as", AMARA)
    assert again.out.splitlines()[:2] == [f"{ID}/NI-001, revision 1 (nothing new)", f"{ID}/NI-001/1 (issued before)"]


def test_an_alert_as_json_is_one_record(there: Firm, docgen: Shell) -> None:
    told = docgen(*alert(), "--as", AMARA, "--json").json
    assert (told["reference"], told["new"]) == (f"{ID}/NI-001", True)
    assert (told["notice"], told["files"]) == (f"{ID}/NI-001/1", NOTICE)


def test_who_may_not_issue_is_told_how_it_goes_on(there: Firm, docgen: Shell) -> None:
    told = docgen(*alert(), "--as", JON)
    assert (told.code, told.out) == (0, f"{ID}/NI-001, revision 1\n")
    assert f"Then: docgen issue notice-of-issue {ID} --number 1." in told.err
    assert not (there.root / "out").exists()


def test_until_the_notice_is_out_the_account_manager_owes_it_and_then_the_client_the_decision(
    there: Firm, docgen: Shell
) -> None:
    docgen(*alert(), "--as", JON)
    owed = docgen("due", ID, "--on", "2026-12-08", "--json").json
    (notice,) = [each for each in owed if each["kind"] == "notice_of_issue"]
    assert (notice["date"], notice["days_left"]) == ("2026-12-08", 0)
    assert "tell the client: NI-001" in docgen("due", ID, "--on", "2026-12-08").out
    docgen(*alert(), "--as", AMARA)
    why = docgen("due", ID, "--on", "2026-12-08", "--why").out
    assert "decide: NI-001 Which of the two we follow" in why
    assert "notice NI-001 of 2026-12-08" in why


def test_a_report_prints_the_notice_of_its_serious_issue(there: Firm, docgen: Shell) -> None:
    words = ("progress", "record", "engagements/entry.yaml", "--as", AMARA, "--on", "2026-11-27", "-o", "out")
    told = docgen(*words)
    assert told.code == 0, told.err
    assert told.out.splitlines() == [
        f"{ID}/PR-001, revision 1",
        f"{ID}/NI-001, revision 1",
        f"{ID}/NI-001/1",
        *NOTICE,
    ]
    again = docgen(*words, "--json").json
    assert (again["reference"], again["new"], again["alerts"]) == (f"{ID}/PR-001", False, [])


def test_a_report_as_json_lists_its_alerts(there: Firm, docgen: Shell) -> None:
    words = ("progress", "record", "engagements/entry.yaml", "--as", AMARA, "--on", "2026-11-27", "-o", "out")
    (told,) = docgen(*words, "--json").json["alerts"]
    assert (told["reference"], told["notice"], told["files"]) == (f"{ID}/NI-001", f"{ID}/NI-001/1", NOTICE)


@pytest.mark.parametrize(
    ("file", "person", "code"),
    [("nowhere.yaml", AMARA, 4), ("engagements/entry.yaml", AMARA, 2), ("engagements/serious-issue.yaml", BORIS, 3)],
)
def test_each_ending_has_its_code(there: Firm, docgen: Shell, file: str, person: str, code: int) -> None:
    answer = docgen("progress", "alert", file, "--as", person)
    assert answer.code == code, answer.err
