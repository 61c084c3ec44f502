"""Facts are recorded as revisions: each once, none from an older one, and none against what was signed."""

from __future__ import annotations

import json
import multiprocessing
import re
from pathlib import Path

import pytest

from docgen.actions import engagements
from docgen.actions.desk import Desk
from docgen.actions.engagements import (
    Recorded,
    StaleFileError,
    UnknownRevisionError,
    compare_revisions,
    effective,
    history,
    record_engagement,
    show_engagement,
)
from docgen.actions.executed import ExecutedTermsError
from docgen.actions.life import list_states
from docgen.actions.references import UnknownEngagementError
from docgen.actions.signing import OtherFactsError, execute, withdraw
from docgen.errors import DocgenError, ExitCode, FindingsError, NotFoundError, UsageError
from docgen.facts.write import write_model
from docgen.lifecycle.differences import Difference
from docgen.models.engagement import Engagement
from docgen.store.record import Record
from tests.firm import ID, LETTER, SIGNED_COPY, Firm, Firms

FEE = ("amount: 64000.00", "amount: 71500.00")
DEARER = ("amount: 64000.00", "amount: 80000.00")
TITLE = ("title: Order platform migration", "title: Order platform move")
PAYMENT = ("payment_days: 30", "payment_days: 45")
FORKING = multiprocessing.get_context("fork")


def record(firm: Firm, *changes: tuple[str, str]) -> Recorded:
    """Record the example engagement with some of its words changed."""
    return firm.do(record_engagement, firm.facts("engagement", *changes))


def with_revision(number: int) -> tuple[str, str]:
    return ("format: docgen.engagement/1", f"format: docgen.engagement/1\nrevision: {number}")


def said(differences: tuple[Difference, ...]) -> list[str]:
    return [str(difference) for difference in differences]


# Revisions


def test_a_file_recorded_twice_makes_one_revision(firm: Firm) -> None:
    size = firm.size
    again = record(firm)
    assert (again.reference, again.revision, again.new, again.changed) == (ID, 1, False, ())
    assert firm.size == size


def test_facts_written_in_another_way_are_the_same_facts(firm: Firm) -> None:
    again = record(firm, ("amount: 64000.00", "amount: 64000"), ("title: Order", "title:   Order"))
    assert (again.revision, again.new) == (1, False)


def test_a_changed_fact_makes_the_next_revision_and_is_told_in_words(firm: Firm) -> None:
    changed = record(firm, FEE)
    assert (changed.revision, changed.new) == (2, True)
    assert said(changed.changed) == ["fee F2: 64,000.00 → 71,500.00"]
    assert firm.faults == []


def test_what_show_prints_may_be_recorded_again_and_is_nothing_new(firm: Firm) -> None:
    record(firm, FEE)
    shown = firm.do(show_engagement, ID, None)
    assert shown.revision == 2
    again = firm.do(record_engagement, firm.write("engagements/shown.yaml", write_model(shown)))
    assert (again.revision, again.new) == (2, False)


def test_facts_changed_back_make_a_revision_of_their_own(firm: Firm) -> None:
    record(firm, FEE)
    back = record(firm, with_revision(2))
    assert (back.revision, said(back.changed)) == (3, ["fee F2: 71,500.00 → 64,000.00"])


def test_a_file_that_names_an_older_revision_is_stale(firm: Firm) -> None:
    record(firm, FEE)
    with pytest.raises(StaleFileError) as refused:
        record(firm, with_revision(1), TITLE)
    assert said(refused.value.changed) == ["fee F2: 64,000.00 → 71,500.00"]
    assert (refused.value.base, refused.value.last) == (1, 2)
    assert "fee F2: 64,000.00 → 71,500.00" in str(refused.value)
    assert f"docgen engagement show {ID}" in str(refused.value)
    assert refused.value.exit_code is ExitCode.REFUSED


def test_a_file_without_a_number_that_takes_back_what_a_later_one_changed_is_stale(firm: Firm) -> None:
    record(firm, FEE)
    record(firm, FEE, TITLE)
    with pytest.raises(StaleFileError) as refused:
        record(firm, TITLE, PAYMENT)
    assert (refused.value.base, refused.value.last) == (1, 3)
    assert firm.do(show_engagement, ID, None).revision == 3


def test_a_file_that_still_has_what_was_taken_out_is_stale(firm: Firm) -> None:
    exclusions = ("Changes to the warehouse system, Purchase", "Purchase")
    record(firm, exclusions)
    with pytest.raises(StaleFileError, match="Changes to the warehouse system"):
        record(firm, TITLE)


def test_a_file_made_from_the_last_revision_needs_no_number(firm: Firm) -> None:
    record(firm, FEE)
    assert record(firm, FEE, TITLE).revision == 3
    assert record(firm, DEARER, TITLE).revision == 4, "a fact may change again"


def test_a_revision_that_is_not_there_yet_is_refused(firm: Firm) -> None:
    with pytest.raises(UnknownRevisionError, match="the record has 1 to 1"):
        record(firm, with_revision(7), FEE)


def test_a_file_that_was_recorded_elsewhere_begins_anew_here(firm: Firm) -> None:
    recorded = record(firm, with_revision(3), (ID, "NBS-2026-015"))
    assert (recorded.revision, recorded.new) == (1, True)
    assert "says `revision: 3`, and here nothing of NBS-2026-015 was recorded yet" in recorded.remarks[0]


def test_two_copies_that_change_the_same_fact_meet(firm: Firm) -> None:
    file = firm.facts("engagement")
    firm.do(record_engagement, file)
    first, second = (file.with_name(f"{days}.yaml") for days in (42, 43))
    for copy in (first, second):
        copy.write_text(file.read_text().replace("payment_days: 30", f"payment_days: {copy.stem}"))
    assert firm.do(record_engagement, first).revision == 2
    with pytest.raises(StaleFileError, match=re.escape("payment days: 30 → 42")):
        firm.do(record_engagement, second)
    edited = first.read_text().replace("payment_days: 42", "payment_days: 44")
    first.write_text(edited)
    assert firm.do(record_engagement, first).revision == 3, "a file recorded and changed again is made from the last"


def test_recording_writes_the_number_into_the_file_and_leaves_all_else(firm: Firm) -> None:
    file = firm.facts("engagement")
    before = file.read_text().splitlines()
    firm.do(record_engagement, file)
    after = file.read_text().splitlines()
    assert [line for line in after if line not in before] == ["revision: 1"]
    assert [line for line in after if line != "revision: 1"] == before
    assert firm.do(record_engagement, file).new is False
    assert file.read_text().splitlines() == after


def test_the_number_is_written_into_json_and_into_lines_that_end_as_on_windows(firm: Firm) -> None:
    facts = firm.do(show_engagement, ID, None).model_dump(mode="json", by_alias=True, exclude={"revision"})
    file = firm.write("engagements/engagement.json", json.dumps(facts, indent=2))
    assert firm.do(record_engagement, file).remarks == ()
    assert json.loads(file.read_text())["revision"] == 1
    windows = firm.facts("engagement")
    windows.write_bytes(b"\xef\xbb\xbf" + windows.read_bytes().replace(b"\n", b"\r\n"))
    assert not firm.do(record_engagement, windows).new
    assert b"engagement/1\r\nrevision: 1\r\n" in windows.read_bytes()
    assert windows.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_file_that_may_only_be_read_is_recorded_and_left_alone(firm: Firm) -> None:
    file = firm.facts("engagement", FEE)
    file.chmod(0o444)
    before = file.read_bytes()
    recorded = firm.do(record_engagement, file)
    assert recorded.revision == 2
    assert "it may only be read. Write `revision: 2` into it" in recorded.remarks[-1]
    assert file.read_bytes() == before


def test_a_file_in_one_line_is_recorded_and_left_alone(firm: Firm) -> None:
    facts = firm.do(show_engagement, ID, None).model_dump(mode="json", by_alias=True, exclude={"revision"})
    file = firm.write("engagements/flow.yaml", json.dumps(facts))
    recorded = firm.do(record_engagement, file)
    assert "is not laid out in lines" in recorded.remarks[-1]


def test_a_link_to_a_file_stays_a_link(firm: Firm) -> None:
    file = firm.facts("engagement", FEE)
    link = file.with_name("link.yaml")
    link.symlink_to(file)
    assert firm.do(record_engagement, link).remarks == ()
    assert link.is_symlink()
    assert "revision: 2" in file.read_text()


def test_faults_in_a_file_are_told_and_nothing_is_recorded(firm: Firm) -> None:
    size = firm.size
    with pytest.raises(FindingsError, match="there is no milestone M4"):
        record(firm, ("milestone: M2}", "milestone: M4}"))
    assert firm.size == size


def test_a_file_of_another_kind_is_sent_to_its_command(firm: Firm) -> None:
    for name, command in (
        ("change-order-001", "docgen change raise"),
        ("progress-2026-11-13", "docgen progress record"),
        ("breach", "docgen breach record"),
    ):
        with pytest.raises(UsageError, match=command):
            firm.do(record_engagement, firm.facts(name))


def test_values_that_look_like_markup_or_paths_are_only_words(firm: Firm) -> None:
    name = "<b>{{ 7*7 }}</b> ../../etc/passwd {% raw %}"
    record(firm, ('legal_name: "Harrow & Pike Retail plc"', f'legal_name: "{name}"'))
    assert firm.do(show_engagement, ID, None).client.legal_name == name
    assert firm.issue(LETTER).files["pdf"].startswith(b"%PDF")
    assert {path.name for path in firm.root.iterdir()} == {".docgen", "docgen.toml", "engagements", "templates"}


def test_a_name_that_reorders_what_is_read_is_refused(firm: Firm) -> None:
    with pytest.raises(FindingsError, match=r"U\+202E"):
        record(firm, ("Harrow & Pike Retail plc", "Harrow \u202e Pike"))


@pytest.mark.parametrize("name", ["../NBS", "NBS/2026", "NBS 2026", "NBS\\n2026", "<NBS>", "-NBS", "\u202eNBS", ""])
def test_an_id_that_could_be_a_path_is_refused(firm: Firm, name: str) -> None:
    with pytest.raises(DocgenError) as refused:
        record(firm, (f"\nid: {ID}", f'\nid: "{name}"'))
    assert refused.value.exit_code is ExitCode.FINDINGS
    assert firm.listed(list_states, 10)[0][0].engagement == ID


# Two at once


def _record_when_told(firm: Firm, file: Path, barrier: object, answers: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    try:
        answers.put(f"revision {firm.do(record_engagement, file).revision}")  # type: ignore[attr-defined]
    except DocgenError as error:
        answers.put(type(error).__name__)  # type: ignore[attr-defined]


def recorded_at_once(firm: Firm, *files: Path) -> list[str]:
    """Return what came of recording several files at the same moment, in processes of their own."""
    barrier, answers = FORKING.Barrier(len(files)), FORKING.Queue()
    writers = [FORKING.Process(target=_record_when_told, args=(firm, file, barrier, answers)) for file in files]
    for writer in writers:
        writer.start()
    told = [answers.get(timeout=60) for _ in writers]
    for writer in writers:
        writer.join()
    return sorted(told)


def test_of_two_who_record_different_revisions_at_once_one_is_told(firm: Firm) -> None:
    one = firm.facts("engagement", FEE).rename(firm.root / "one.yaml")
    two = firm.facts("engagement", DEARER).rename(firm.root / "two.yaml")
    told = recorded_at_once(firm, one, two)
    # Who comes a moment later makes revision 3 of it: the same fact, changed once more.
    assert told in (["OvertakenError", "revision 2"], ["revision 2", "revision 3"])
    assert firm.faults == []


def test_two_who_record_the_same_at_once_make_one_revision(firm: Firm) -> None:
    file = firm.facts("engagement", FEE)
    assert recorded_at_once(firm, file, file, file) == ["revision 2"] * 3
    assert firm.kinds("engagement_recorded") == 2


# What was signed


def refusal(firm: Firm, *changes: tuple[str, str]) -> str:
    """Return why a revision is refused."""
    size = firm.size
    with pytest.raises(ExecutedTermsError) as refused:
        record(firm, *changes)
    assert firm.size == size
    assert "docgen change raise" in str(refused.value)
    lines = str(refused.value).split("\n")[1:-1]
    return "\n".join(line.strip() for line in lines)


@pytest.fixture(scope="module")
def signed(firms: Firms, tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """Lend a firm whose contract is signed; nothing is recorded in it."""
    return firms.at("signed", tmp_path_factory.mktemp("signed"))


def test_a_fee_of_a_signed_contract_stays(signed: Firm) -> None:
    assert refusal(signed, FEE) == (
        f"terms.fees.lines.F2.amount ({ID}/contract/1, clause 10.1 Fees): fee F2: 64,000.00 → 71,500.00"
    )


@pytest.mark.parametrize(
    ("change", "path", "where"),
    [
        (PAYMENT, "terms.fees.payment_days", "clause"),
        (("title: Order service live, date: 2027-02-12", "title: Order service live, date: 2027-02-19"), "M2.date", ""),
        (('legal_name: "Harrow & Pike Retail plc"', 'legal_name: "Harrow Retail plc"'), "client.legal_name", ""),
        (("legal_name: Northbridge Systems Ltd", "legal_name: Southbridge Ltd"), "provider.legal_name", ""),
        (("governing_law: England and Wales", "governing_law: Scotland"), "terms.governing_law", "clause"),
        (("not_to_exceed: 20000.00", "not_to_exceed: 40000.00"), "approval.not_to_exceed", ""),
        (("cure_days: 14", "cure_days: 7"), "terms.termination.cure_days", "clause"),
    ],
    ids=["payment", "milestone", "client", "provider", "law", "approval", "cure"],
)
def test_terms_of_a_signed_contract_stay(signed: Firm, change: tuple[str, str], path: str, where: str) -> None:
    told = refusal(signed, change)
    assert path in told
    assert f"({ID}/contract/1{', ' if where else ''}{where}" in told


def test_a_change_of_currency_is_told_without_every_amount(signed: Firm) -> None:
    assert refusal(signed, ("currency: GBP", "currency: EUR")) == f"currency ({ID}/contract/1): currency: GBP → EUR"


def test_what_is_added_to_a_signed_contract_is_named_with_its_clause(signed: Firm) -> None:
    line = "      - {id: F4, kind: retainer"
    more = "      - {id: F9, kind: fixed, description: Training, amount: 900.00}\n" + line
    told = refusal(signed, (line, more))
    assert told.startswith(f"terms.fees.lines.F9 ({ID}/contract/1, ")
    assert "fee F9: added Training, 900.00" in told


def test_what_is_taken_out_of_a_signed_contract_is_named_with_its_clause(signed: Firm) -> None:
    told = refusal(signed, ("    - {id: O2, party: client, degree: reasonable", "    # {id: O2, degree: reasonable"))
    assert told.startswith(f"terms.obligations.O2 ({ID}/contract/1, clause ")
    assert "obligation O2: removed client, reasonable endeavours, answer questions" in told


def test_every_altered_term_is_told(signed: Firm) -> None:
    assert refusal(signed, FEE, PAYMENT).count(f"({ID}/contract/1, clause") == 2


def test_people_and_addresses_may_change_under_a_signed_contract(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path)
    changed = record(
        firm,
        ("notice_email: legal@harrowpike.example", "notice_email: law@harrowpike.example"),
        ("lines: [14 Quay Street]", "lines: [15 Quay Street]"),
        ("team: [jon.bell@northbridge.example]", "team: []"),
        ("signatory: {name: Helen Marsh", "signatory: {name: Hilary Marsh"),
    )
    assert changed.revision == 2
    assert {each.path[:2] for each in changed.changed} == {
        ("account", "team"),
        ("provider", "address"),
        ("provider", "signatory"),
        ("client", "notice_email"),
    }


def test_before_anything_is_signed_terms_change_freely(firm: Firm) -> None:
    firm.issue(LETTER)
    assert record(firm, FEE, PAYMENT).revision == 2


def test_a_signed_letter_holds_its_approval_and_leaves_terms_open(firm: Firm) -> None:
    firm.issue(LETTER)
    firm.do(execute, f"{ID}/letter-of-approval", firm.write("signed.pdf", SIGNED_COPY))
    assert record(firm, FEE).revision == 2
    told = refusal(firm, FEE, ("not_to_exceed: 20000.00", "not_to_exceed: 40000.00"))
    assert told == (
        f"approval.not_to_exceed ({ID}/letter-of-approval/1): approval, not to exceed: 20,000.00 → 40,000.00"
    )


def test_terms_signed_at_this_moment_are_held_too(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    firm.issue(LETTER)
    check = engagements._check_executed
    calls: list[str] = []

    def check_and_be_overtaken(desk: Desk, record: Record, before: Engagement, after: Engagement) -> None:
        check(desk, record, before, after)
        if not calls:
            calls.append(after.id)
            firm.do(execute, f"{ID}/letter-of-approval", firm.write("signed.pdf", SIGNED_COPY))

    monkeypatch.setattr(engagements, "_check_executed", check_and_be_overtaken)
    with pytest.raises(ExecutedTermsError, match=r"approval\.not_to_exceed"):
        record(firm, ("not_to_exceed: 20000.00", "not_to_exceed: 40000.00"))
    assert firm.kinds("engagement_recorded") == 1


def test_a_contract_taken_back_frees_its_terms(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path)
    firm.do(withdraw, f"{ID}/contract", "Signed by the wrong person.")
    assert record(firm, FEE).revision == 2


def test_a_copy_of_a_version_whose_facts_changed_since_is_not_taken_as_signed(firm: Firm) -> None:
    firm.issue(LETTER)
    record(firm, ("not_to_exceed: 20000.00", "not_to_exceed: 40000.00"), TITLE)
    with pytest.raises(OtherFactsError, match=r"20,000\.00 → 40,000\.00") as refused:
        firm.do(execute, f"{ID}/letter-of-approval/1", firm.write("signed.pdf", SIGNED_COPY))
    assert f"docgen engagement show {ID} --revision 1" in str(refused.value)
    assert "title" not in str(refused.value), "the letter does not settle the title"
    record(firm, with_revision(2))
    assert firm.do(execute, f"{ID}/letter-of-approval/1", firm.root / "signed.pdf").document.status == "executed"


# Looking


def test_history_tells_each_revision_with_its_author_and_what_it_changed(firm: Firm) -> None:
    record(firm, FEE)
    first, second = firm.listed(history, ID)
    assert (first.revision, first.person, first.changed) == (1, "amara@northbridge.example", ())
    assert first.at == "2026-09-14T17:00:00+01:00"
    assert (second.revision, said(second.changed)) == (2, ["fee F2: 64,000.00 → 71,500.00"])


def test_two_revisions_are_compared_in_either_direction(firm: Firm) -> None:
    record(firm, FEE)
    assert said(firm.do(compare_revisions, ID, 2, 1)) == ["fee F2: 71,500.00 → 64,000.00"]
    assert firm.do(compare_revisions, ID, 2, 2) == ()


def test_what_is_not_recorded_is_not_found(firm: Firm) -> None:
    with pytest.raises(UnknownEngagementError, match=f"Did you mean {ID}"):
        firm.do(show_engagement, "NBS-2026-041", None)
    with pytest.raises(NotFoundError, match="has no revision 9; it has 1 to 1"):
        firm.do(show_engagement, ID, 9)


def test_an_older_revision_is_shown_as_it_was(firm: Firm) -> None:
    record(firm, TITLE)
    assert firm.do(show_engagement, ID, 1).title == "Order platform migration"
    assert firm.do(show_engagement, ID, 2).title == "Order platform move"


def test_terms_in_force_take_in_an_executed_order_from_its_day_on(firms: Firms) -> None:
    firm = firms.kept("changed")
    before, after = firm.on("2026-12-06").do(effective, ID), firm.on("2026-12-07").do(effective, ID)
    assert ([each.order.number for each in before.orders], before.signed) == ([], True)
    assert [each.order.number for each in after.orders] == [1]
    assert after.terms.milestones[1].date != before.terms.milestones[1].date


def test_an_order_that_is_not_signed_is_not_in_force(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("changed", tmp_path)
    firm.do(withdraw, f"{ID}/CO-001", "Not agreed.")
    assert firm.on("2027-01-01").do(effective, ID).orders == ()


def test_a_refused_revision_leaves_no_facts_behind(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm")
    before = firm.do(lambda desk: list(desk.record.blobs))
    with pytest.raises(ExecutedTermsError):
        firm.do(record_engagement, firm.facts("engagement", ("amount: 64000.00", "amount: 71500.00")))
    assert firm.do(lambda desk: list(desk.record.blobs)) == before


def test_a_fact_that_stands_under_a_heading_is_told_with_the_heading(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm")
    with pytest.raises(ExecutedTermsError, match=r"approval\.not_to_exceed \(.*contract/1, Background\)"):
        firm.do(record_engagement, firm.facts("engagement", ("not_to_exceed: 20000.00", "not_to_exceed: 21000.00")))
