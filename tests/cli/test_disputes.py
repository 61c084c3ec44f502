"""The commands for disputes, breaches and hand-overs: what they print, as words and as JSON, and how they end."""

from __future__ import annotations

import pytest

from tests.cli.shell import Shell
from tests.firm import AMARA, ID, JON, Firm


@pytest.fixture
def there(docgen: Shell, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend a firm with the example recorded; the shell stands in its folder."""
    monkeypatch.chdir(firm.root)
    monkeypatch.setenv("DOCGEN_PERSON", AMARA)
    return firm


def test_a_dispute_is_recorded_listed_and_shown(docgen: Shell, there: Firm) -> None:
    assert docgen("dispute", "list").err == "No dispute is recorded.\n"
    recorded = docgen("dispute", "record", there.facts("dispute"))
    assert (recorded.code, recorded.out) == (0, f"{ID}/DS-001, revision 1\n")
    listed = docgen("dispute", "list", ID, "--on", "2027-02-12")
    assert listed.out == f"{ID}/DS-001  2027-02-03  provider  mediation done  Invoice 2041 has not been paid\n"
    docgen("issue", "look-back", ID, "--on", "2027-02-03", "-o", "out")
    shown = docgen("dispute", "show", f"{ID}/DS-001", "--on", "2027-03-30").out
    assert "  2027-02-05 – 2027-02-15  negotiation, done: The client said" in shown
    assert "  2027-02-10 – 2027-02-22  mediation, done: Not settled\n" in shown
    assert "  2027-03-22 – 2027-04-05  cooling off, running\n" in shown
    assert "re-opening, open: Meeting proposed for 2027-04-08" in shown


def test_a_dispute_as_json_has_its_steps_with_their_days(docgen: Shell, there: Firm) -> None:
    docgen("dispute", "record", there.facts("dispute"))
    docgen("issue", "look-back", ID, "--on", "2027-02-03", "-o", "out")
    shown = docgen("dispute", "show", f"{ID}/DS-001", "--on", "2027-03-30", "--json").json
    assert (shown["reference"], shown["raised_by"]) == (f"{ID}/DS-001", "provider")
    assert shown["documents"] == [f"{ID}/LB-001/1"]
    assert shown["steps"][1] == {
        "step": "negotiation",
        "clause": "negotiation",
        "since": "2027-02-05",
        "until": "2027-02-15",
        "standing": "done",
        "text": "The client said that the invoice waits for a purchase order number.",
    }
    assert docgen("dispute", "list", "--on", "2027-03-30", "--json").json == [shown]


def test_a_letter_before_its_day_ends_with_a_refusal(docgen: Shell, there: Firm) -> None:
    docgen("dispute", "record", there.facts("dispute"))
    refused = docgen("issue", "re-opening", ID, "--on", "2027-04-05")
    assert (refused.code, refused.out) == (3, "")
    assert "lasts until the end of 2027-04-05, and it is 2027-04-05" in refused.err
    issued = docgen("issue", "re-opening", ID, "--on", "2027-04-06", "-o", "out")
    assert issued.code == 0
    assert f"out/{ID}_re-opening-001_v1.pdf" in issued.out
    assert f"2027-04-06  {ID}/RO-001/1, issued" in docgen("dispute", "show", f"{ID}/RO-001").out


def test_a_breach_is_recorded_with_a_remark_on_each_skipped_step(docgen: Shell, there: Firm) -> None:
    recorded = docgen("breach", "record", there.facts("breach", ("step: look_back", "step: other")))
    assert (recorded.code, recorded.out) == (0, f"{ID}/BN-001, revision 1\n")
    assert "warning: the look back (clause look-back) was skipped." in recorded.err
    shown = docgen("breach", "show", f"{ID}/BN-001")
    unsaid = "not issued; if the notice is issued, the last day to cure will be 2027-03-23, Europe/London time"
    assert f"  {unsaid}\n" in shown.out
    assert "  not as the contract asks: the look back (clause look-back) was skipped\n" in shown.out
    (skipped,) = docgen("breach", "show", f"{ID}/BN-001", "--json").json["skipped"]
    assert skipped == {
        "step": "look_back",
        "clause": "look-back",
        "why": "skipped",
        "until": None,
        "text": "the look back (clause look-back) was skipped",
    }


def test_a_breach_after_a_look_back_has_no_remark(docgen: Shell, there: Firm) -> None:
    docgen("dispute", "record", there.facts("dispute"))
    docgen("issue", "look-back", ID, "--on", "2027-02-03", "-o", "out")
    recorded = docgen("breach", "record", there.facts("breach", ("step: look_back", "step: other")))
    assert "skipped" not in recorded.err
    assert "is not recorded as signed, so no notice can be issued under it" in recorded.err
    assert "2027-02-03  look back: Invoice 2041" in docgen("breach", "show", f"{ID}/BN-001").out


def test_hand_overs_are_recorded_and_listed_by_deliverable(docgen: Shell, there: Firm) -> None:
    recorded = docgen("delivery", "record", there.facts("delivery-d1"))
    assert (recorded.code, recorded.out) == (0, f"{ID}/DL-001, revision 1\n")
    listed = docgen("delivery", "list", ID, "--on", "2026-11-10").out.splitlines()
    assert listed == [
        "D1  Target architecture     due 2026-10-30  DL-001 handed over 2026-10-29, accepted on 2026-11-04",
        "D2  Migrated order service  due 2027-01-29  not handed over",
        "D3  Decommissioning plan    due 2027-03-12  not handed over",
    ]
    first, second, _ = docgen("delivery", "list", ID, "--on", "2026-11-10", "--json").json
    assert (first["reference"], first["outcome"], first["decided_by"]) == ("DL-001", "accepted", "Mei Tan")
    assert (second["reference"], second["due"], second["outcome"]) == (None, "2027-01-29", None)


def test_what_is_misnamed_or_not_there_is_told_with_its_code(docgen: Shell, there: Firm) -> None:
    assert docgen("dispute", "show", "nothing").code == 2
    assert docgen("dispute", "show", f"{ID}/DS-001").code == 4
    assert docgen("breach", "show", f"{ID}/BN-001").code == 4
    assert docgen("delivery", "list", "NBS-2026-015").code == 4
    assert docgen("dispute", "record", there.facts("breach")).code == 2


def test_a_delivery_lead_may_record_no_dispute(docgen: Shell, there: Firm) -> None:
    assert docgen("dispute", "record", there.facts("dispute"), "--as", JON).code == 3
