"""`docgen due`, `docgen engagement status` and `assess`: what they print, and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.firm import ID, Firm, Firms
from tests.lives import put_paper


@pytest.fixture
def signed(docgen: Shell, firms: Firms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend a firm with a signed contract; the shell stands in its folder."""
    firm = firms.at("signed", tmp_path / "firm")
    monkeypatch.chdir(firm.root)
    return firm


# Due


def test_due_prints_a_day_how_long_who_what_and_where(docgen: Shell, signed: Firm) -> None:
    answer = docgen("due", "--within", "10", "--on", "2026-10-20")
    assert answer.out.splitlines() == [
        f"2026-10-09  overdue 11 days  amara.okafor@northbridge.example  Progress report  [{ID}]",
        "2026-10-12  overdue 8 days   client                            "
        f"do: O1 give the provider administrator access to the cloud account  [{ID}]",
        f"2026-10-12  overdue 8 days   amara.okafor@northbridge.example  Contact with the client: "
        f"none for 15 days, 7 are allowed; call Mei Tan (mei.tan@harrowpike.example)  [{ID}]",
        f"2026-10-30  in 10 days       provider                          hand over: D1 Target architecture  [{ID}]",
    ]


@pytest.mark.parametrize(("span", "code"), [("10", 0), ("10d", 0), ("2w", 0), ("2m", 2), ("-1", 2), ("1.5", 2)])
def test_a_span_is_a_number_of_days_or_weeks(docgen: Shell, signed: Firm, span: str, code: int) -> None:
    answer = docgen("due", f"--within={span}", "--on", "2026-10-20")
    assert answer.code == code
    if code:
        assert "Write 14, 14d or 2w." in answer.err


def test_due_says_why_on_request(docgen: Shell, signed: Firm) -> None:
    answer = docgen("due", ID, "--overdue", "--why", "--on", "2026-10-13")
    assert answer.out.splitlines()[:6] == [
        f"2026-10-09  overdue 4 days  amara.okafor@northbridge.example  Progress report  [{ID}]",
        "    Every Friday, or on the business day before if that day is none (the contract, clause reports)",
        "    Day agreed: Friday of the week – 2026-10-09",
        "    Deadline: End of the day, Europe/London time – 2026-10-09",
        "    Business days: England, United Kingdom",
        f"2026-10-12  overdue 1 day   client                            "
        f"do: O1 give the provider administrator access to the cloud account  [{ID}]",
    ]


def test_due_says_it_all_as_json(docgen: Shell, signed: Firm) -> None:
    rows = docgen("due", "--json", "--on", "2026-10-01").json
    assert [(row["kind"], row["overdue"]) for row in rows] == [("signature", False)]
    assert (rows[0]["reference"], rows[0]["who"], rows[0]["days"]) == (f"{ID}/letter-of-approval/1", "both parties", 17)
    rows = docgen("due", "--json", "--on", "2026-10-20").json
    report = next(row for row in rows if row["kind"] == "report")
    assert (report["date"], report["days_left"], report["overdue"], report["person"], report["clause"]) == (
        "2026-10-09",
        -11,
        True,
        "amara.okafor@northbridge.example",
        "reports",
    )
    assert report["ends"] == "2026-10-10T00:00:00+01:00"
    assert [step["kind"] for step in report["steps"]] == ["trigger", "end"]


def test_due_writes_a_calendar_of_all_that_is_ahead(docgen: Shell, signed: Firm) -> None:
    answer = docgen("due", "--ics", "out/due.ics", "--on", "2026-10-20")
    assert (answer.code, answer.out) == (0, "out/due.ics\n")
    content = Path("out/due.ics").read_text(encoding="utf-8")
    assert content.startswith("BEGIN:VCALENDAR")
    assert "End of the contract" in content
    docgen("due", "--ics", "out/soon.ics", "--within", "1w", "--on", "2026-10-20")
    assert "End of the contract" not in Path("out/soon.ics").read_text(encoding="utf-8")


def test_a_calendar_of_nothing_is_refused(docgen: Shell, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(firm.root)
    answer = docgen("due", "--ics", "due.ics", "--within", "1", "--on", "2026-09-16")
    assert (answer.code, Path("due.ics").exists()) == (3, False)


def test_due_says_when_nothing_is_owed_and_how_many_were_left_out(docgen: Shell, signed: Firm) -> None:
    assert docgen("due", "--overdue", "--on", "2026-10-03").err == "Nothing is owed.\n"
    answer = docgen("due", "--limit", "2", "--on", "2026-10-20")
    assert (answer.out.count("\n"), answer.err) == (2, "2 more: --limit shows them.\n")


# Status


def test_status_tells_the_state_the_way_there_and_what_is_next(docgen: Shell, signed: Firm) -> None:
    lines = docgen("engagement", "status", ID, "--on", "2026-10-03").out.splitlines()
    assert lines[:2] == [
        f"{ID} on 2026-10-03: contracted since 2026-10-02",
        f"  2026-10-02  contract executed: {ID}/contract/1",
    ]
    assert "  work begun: The contract takes effect on 5 October 2026." in lines
    assert "  dispute raised → disputed by look-back" in lines
    assert "      docgen dispute record FILE" in lines
    assert lines[-1] == "Also at any time: change-order"


def test_status_says_it_all_as_json(docgen: Shell, signed: Firm) -> None:
    found = docgen("engagement", "status", ID, "--json", "--on", "2026-10-06").json
    assert (found["state"], found["since"], found["interrupted"]) == ("active", "2026-10-05", None)
    assert [step["state"] for step in found["steps"]] == ["contracted", "active"]
    assert {"step": "completed", "text": "D1 Target architecture: not handed over."} in found["obstacles"]
    assert {"kind", "day", "reference", "status"} == set(found["papers"][0])
    completed = next(each for each in found["next"] if each["step"] == "completed")
    assert completed["commands"][0] == f"docgen issue completion-certificate {ID}"


def test_what_does_not_fit_the_states_is_a_remark(docgen: Shell, signed: Firm) -> None:
    put_paper(signed, "completion-certificate", "2026-09-30")
    answer = docgen("engagement", "status", ID, "--on", "2026-10-06")
    assert "the step “completed” of 2026-09-30 is recorded while the engagement was prospect" in answer.err


def test_the_list_has_a_column_for_the_state(docgen: Shell, signed: Firm) -> None:
    assert "  active  Harrow & Pike Retail plc" in docgen("engagement", "list", "--on", "2026-10-06").out
    (row,) = docgen("engagement", "list", "--json", "--on", "2026-10-03").json
    assert row["state"] == "contracted"


# Assess


def test_assess_proposes_and_says_why(docgen: Shell, signed: Firm) -> None:
    answer = docgen("engagement", "assess", ID)
    assert answer.out.splitlines() == [
        "Proposed: medium (standard contract), 3 points; the file says medium.",
        "  3  This is the first engagement with Harrow & Pike Retail plc.",
    ]
    assert answer.err == ""


def test_assess_reads_a_file_and_knows_the_client_from_the_record(docgen: Shell, signed: Firm) -> None:
    file = signed.facts("engagement", (f"id: {ID}", "id: NBS-2026-015"), ("deviation: medium", "deviation: high"))
    found = docgen("engagement", "assess", "--file", file, "--json")
    assert found.json == {"proposed": "low", "detail": "brief", "score": 0, "reasons": [], "stated": "high"}
    assert "You decide" in found.err


def test_assess_needs_no_record_and_no_workspace(docgen: Shell, tmp_path: Path) -> None:
    from docgen.actions.demo import EXAMPLE

    found = docgen("engagement", "assess", "--file", EXAMPLE / "engagement.yaml")
    assert found.code == 0
    assert "There is no record here to look earlier work up in." in found.out


def test_assess_asks_for_one_engagement(docgen: Shell, signed: Firm) -> None:
    assert docgen("engagement", "assess").code == 2
    assert docgen("engagement", "assess", ID, "--file", "x.yaml").code == 2
    order = signed.facts("change-order-001")
    assert docgen("engagement", "assess", "--file", order).code in (1, 2)
