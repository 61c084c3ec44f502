"""A document is issued once from the same facts, on an approved template, in numbered versions that never change."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from docgen.actions.approvals import approve_templates, submit_templates
from docgen.actions.change_orders import NotReadyError
from docgen.actions.documents import issued_event
from docgen.actions.drafting import Issue, NothingToIssueError
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import raise_order, record_progress
from docgen.actions.issuing import Issued, SignedAlreadyError, issue
from docgen.actions.references import UnknownEngagementError
from docgen.actions.remaking import reproduce
from docgen.actions.signing import execute, withdraw
from docgen.actions.template_course import NotApprovedError
from docgen.errors import DocgenError, ExitCode, FindingsError, NotFoundError, UsageError
from docgen.templating.catalogue import packaged_templates
from tests.firm import CONTRACT, ID, JON, LENA, LETTER, ORDER, REPORT, SIGNED_COPY, Firm, Firms, pdf_words

FORKING = multiprocessing.get_context("fork")
MORE = ("not_to_exceed: 20000.00", "not_to_exceed: 25000.00")
NOTE = "---\ntitle: Note\nkind: note\nversion: 1.0.0\nlanguage: en\n---\n"
KILLING_SECONDS = 12.0


def record(firm: Firm, *changes: tuple[str, str]) -> None:
    firm.do(record_engagement, firm.facts("engagement", *changes))


def approve(firm: Firm, *names: str) -> None:
    firm.by(JON).do(submit_templates, names)
    firm.by(LENA).do(approve_templates, names)


def inputs(firm: Firm, issued: Issued) -> list[str]:
    """Return the names of what a document was made from."""
    return firm.do(lambda desk: [item.name for item in issued_event(desk.record, issued.document).inputs])


# Versions


def test_the_first_version_is_pdf_and_word_with_its_number_and_without_a_mark(firm: Firm) -> None:
    issued = firm.issue(LETTER)
    assert (str(issued.reference), issued.repeated) == (f"{ID}/letter-of-approval/1", False)
    assert list(issued.files) == ["pdf", "docx"]
    words = pdf_words(issued.files["pdf"])
    assert f"{ID}/letter-of-approval/1" in words
    assert "DRAFT" not in words.upper()
    assert firm.faults == []


def test_the_same_facts_give_the_same_version_again_also_on_another_day(firm: Firm) -> None:
    first, size = firm.issue(LETTER), firm.size
    for day in ("2026-09-14", "2026-09-15", "2027-01-01"):
        again = firm.on(day).issue(LETTER)
        assert (again.document, again.files, again.repeated) == (first.document, first.files, True)
    assert firm.size == size


def test_changed_facts_make_the_next_version_and_the_last_one_is_superseded(firm: Firm) -> None:
    first = firm.issue(LETTER)
    record(firm, MORE)
    second = firm.issue(LETTER)
    assert second.document.version == 2
    versions = firm.do(lambda desk: desk.record.register.versions(ID, LETTER))
    assert [(each.status, each.superseded_by) for each in versions] == [("superseded", 2), ("issued", None)]
    assert first.files != second.files


def test_facts_changed_back_make_a_third_version(firm: Firm) -> None:
    firm.issue(LETTER)
    record(firm, MORE)
    firm.issue(LETTER)
    record(firm, ("format: docgen.engagement/1", "format: docgen.engagement/1\nrevision: 2"))
    third = firm.issue(LETTER)
    assert (third.document.version, third.repeated) == (3, False)
    assert firm.faults == []


def test_what_the_record_says_beside_a_documents_facts_makes_no_version(firm: Firm) -> None:
    first = firm.issue(LETTER)
    firm.by(JON).on("2026-11-13").do(record_progress, firm.facts("progress-2026-11-13"))
    assert firm.issue(LETTER).document == first.document


def test_after_a_withdrawal_comes_the_next_version_and_supersedes_nothing(firm: Firm) -> None:
    firm.issue(LETTER)
    firm.do(withdraw, f"{ID}/letter-of-approval", "Sent to the wrong company.")
    assert firm.issue(LETTER).document.version == 2
    statuses = firm.do(lambda desk: [each.status for each in desk.record.register.versions(ID, LETTER)])
    assert statuses == ["withdrawn", "issued"]


def test_a_signed_document_is_not_replaced(firm: Firm) -> None:
    firm.issue(LETTER)
    firm.do(execute, f"{ID}/letter-of-approval", firm.write("signed.pdf", SIGNED_COPY))
    record(firm, ("title: Order platform migration", "title: Order platform move"))
    with pytest.raises(SignedAlreadyError, match="was signed on 2026-09-14 and stays as it is") as refused:
        firm.issue(LETTER)
    assert refused.value.exit_code is ExitCode.REFUSED


def test_a_fact_that_is_missing_is_named_with_its_place_and_nothing_is_issued(firm: Firm) -> None:
    record(firm, ("governing_law: England and Wales", "governing_law:"))
    size = firm.size
    with pytest.raises(FindingsError, match=r"revision 2:\d+:\d+: .*governing_law") as refused:
        firm.issue(CONTRACT)
    assert "record the file again" in str(refused.value)
    assert firm.size == size


def test_what_cannot_be_meant_is_refused(firm: Firm) -> None:
    with pytest.raises(UsageError, match="has no number"):
        firm.issue(LETTER, 2)
    with pytest.raises(NotFoundError, match="Did you mean “contract”"):
        firm.issue("contrct")
    with pytest.raises(UnknownEngagementError, match=f"Did you mean {ID}"):
        firm.issue(LETTER, engagement="NBS-2026-041")
    for kind, command in ((ORDER, "change raise"), (REPORT, "progress record"), ("breach-notice", "breach record")):
        with pytest.raises(NothingToIssueError, match=f"docgen {command} FILE"):
            firm.issue(kind)


# Approved templates


def test_a_fresh_workspace_has_nothing_approved_and_says_how_to_go_on(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("founded", tmp_path)
    record(firm)
    with pytest.raises(NotApprovedError) as refused:
        firm.issue(LETTER)
    assert "docgen template approve letter-of-approval --as EMAIL" in str(refused.value)
    assert "`docgen render` makes drafts without approval" in str(refused.value)
    assert refused.value.exit_code is ExitCode.REFUSED
    assert firm.kinds("document_issued") == 0


def own_copy(firm: Firm, name: str, old: str = "", new: str = "") -> None:
    """Put a template of docgen's own into the workspace, with some of its words changed."""
    text = (packaged_templates() / name).read_text(encoding="utf-8")
    assert old in text
    firm.write(f"templates/{name}", text.replace(old, new, 1) if old else text)


def assert_refused_until_approved(firm: Firm, kind: str = LETTER) -> None:
    with pytest.raises(NotApprovedError, match=r"It was changed since version 1\.0\.0 was approved"):
        firm.issue(kind)
    approve(firm, kind)
    assert firm.issue(kind).document.version >= 1


def test_a_changed_template_is_no_longer_approved(firm: Firm) -> None:
    first = firm.issue(LETTER)
    own_copy(firm, "letters/letter-of-approval.html.jinja", "<doc ", "\n<doc ")
    assert_refused_until_approved(firm)
    assert firm.do(lambda desk: [each.status for each in desk.record.register.versions(ID, LETTER)]) == [
        "superseded",
        "issued",
    ]
    assert firm.do(reproduce, str(first.reference)).exact


def test_a_changed_partial_takes_the_approval_of_all_that_include_it(firm: Firm) -> None:
    included = firm.do(
        lambda desk: [part.path for part in desk.catalogue.closure(desk.catalogue.template(LETTER, "en"))]
    )
    partial = included[1]
    name = f"{partial.parent.name}/{partial.name}"
    firm.write(f"templates/{name}", partial.read_text(encoding="utf-8") + "\n")
    assert_refused_until_approved(firm)


def test_changed_shared_words_take_every_approval(firm: Firm) -> None:
    words = (packaged_templates() / "labels.yaml").read_bytes()
    firm.write("templates/labels.yaml", words + b"\n# ours\n")
    with pytest.raises(NotApprovedError):
        firm.issue(CONTRACT)
    assert_refused_until_approved(firm)


def test_a_template_put_back_as_it_was_is_approved_again(firm: Firm) -> None:
    firm.issue(LETTER)
    own_copy(firm, "letters/letter-of-approval.html.jinja", "<doc ", "\n<doc ")
    with pytest.raises(NotApprovedError):
        firm.issue(LETTER)
    own_copy(firm, "letters/letter-of-approval.html.jinja")
    assert firm.issue(LETTER).repeated


def test_a_template_of_the_house_is_issued_under_its_own_name(firm: Firm) -> None:
    firm.write(
        "templates/letters/note.html.jinja", f"{NOTE}<doc title='Note'><p>To {{{{ client.legal_name }}}}</p></doc>"
    )
    with pytest.raises(NotApprovedError, match="docgen template approve note"):
        firm.issue("note")
    approve(firm, "note")
    issued = firm.issue("note")
    assert str(issued.reference) == f"{ID}/note/1"
    assert "To Harrow & Pike Retail plc" in pdf_words(issued.files["pdf"])
    firm.write("templates/letters/note.html.jinja", f"{NOTE}<doc title='Changed'><p>x</p></doc>")
    firm.write("docgen.toml", (firm.root / "docgen.toml").read_text().replace("# accent", "accent"))
    assert firm.do(reproduce, f"{ID}/note/1").exact


# Change orders, reports and the conformed contract


def test_an_order_that_counts_from_an_unsigned_one_is_not_issued(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path).on("2026-11-24")
    firm.do(raise_order, firm.facts("change-order-001"))
    second = (
        ("number: 1 ", "number: 2 "),
        ("D4", "D5"),
        ("F5", "F6"),
        ("O5", "O6"),
        ("milestone: M2, days: 14", "milestone: M2, days: 7"),
    )
    firm.do(raise_order, firm.facts("change-order-001", *second))
    with pytest.raises(NotReadyError, match=r"CO-001 is draft\. Submit CO-001 or withdraw it first"):
        firm.issue(ORDER, 2)
    with pytest.raises(NotReadyError, match=f"docgen change submit {ID}/CO-001"):
        firm.issue(ORDER, 1)
    firm.agree()
    assert str(firm.issue(ORDER, 1).reference) == f"{ID}/CO-001/1"


def test_an_order_that_is_not_there_is_not_found(firms: Firms) -> None:
    with pytest.raises(NotFoundError, match=r"has no CO-004\. There are: CO-001"):
        firms.kept("changed").issue(ORDER, 4)


def test_the_conformed_contract_counts_executed_orders_only(firms: Firms, tmp_path: Path) -> None:
    with pytest.raises(NothingToIssueError, match=r"No change order .* is executed"):
        firms.kept("signed").issue("conformed-contract")
    firm = firms.at("changed", tmp_path).on("2026-12-01")
    with pytest.raises(NothingToIssueError, match="executed and in force"):
        firm.issue("conformed-contract")
    issued = firm.on("2026-12-07").issue("conformed-contract")
    assert "change-order/1" in inputs(firm, issued)
    assert "129,900.00" in pdf_words(issued.files["pdf"])


def test_without_a_day_the_conformed_contract_counts_every_executed_order(firms: Firms) -> None:
    grown = firms.kept("grown")
    conformed = grown.do(lambda desk: desk.record.register.versions(ID, "conformed-contract"))
    assert [each.status for each in conformed] == ["issued"]


def test_reports_keep_their_numbers_when_an_entry_is_corrected(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("grown", tmp_path).by(JON).on("2026-12-10")
    summary = ("The architecture is accepted and invoiced.", "The architecture is accepted.")
    corrected = firm.do(record_progress, firm.facts("progress-2026-11-13", summary))
    assert (corrected.reference, corrected.revision) == (f"{ID}/PR-001", 2)
    assert str(firm.issue(REPORT, 1).reference) == f"{ID}/PR-001/2"
    # The second report rolls the first one forward, so it is another text now.
    assert str(firm.issue(REPORT, 2).reference) == f"{ID}/PR-002/2"
    assert firm.faults == []


# Two at once, and killed on the way


def _issue_when_told(firm: Firm, barrier: object, answers: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    try:
        answers.put(str(firm.issue(LETTER).reference))  # type: ignore[attr-defined]
    except DocgenError as error:
        answers.put(str(error))  # type: ignore[attr-defined]


def test_two_who_issue_the_same_document_at_once_make_one_version(firm: Firm) -> None:
    firm.issue(LETTER)
    record(firm, MORE)
    barrier, answers = FORKING.Barrier(3), FORKING.Queue()
    writers = [FORKING.Process(target=_issue_when_told, args=(firm, barrier, answers)) for _ in range(3)]
    for writer in writers:
        writer.start()
    assert [answers.get(timeout=120) for _ in writers] == [f"{ID}/letter-of-approval/2"] * 3
    for writer in writers:
        writer.join()
    assert firm.kinds("document_issued") == 2
    assert firm.kinds("document_superseded") == 1
    assert firm.faults == []


def _issue_quietly(firm: Firm) -> None:
    firm.do(issue, Issue("note", ID))


@pytest.mark.faults
@pytest.mark.slow
def test_who_is_killed_while_issuing_leaves_a_sound_record_and_a_retry_makes_one_version(firm: Firm) -> None:
    firm.write(
        "templates/letters/note.html.jinja", f"{NOTE}<doc title='Note'><p>To {{{{ client.legal_name }}}}</p></doc>"
    )
    approve(firm, "note")
    begun = time.monotonic()
    firm.issue("note")
    lasts = time.monotonic() - begun
    kills = versions = 0
    while time.monotonic() - begun < KILLING_SECONDS:
        record(firm, ("not_to_exceed: 20000.00", f"not_to_exceed: {20001 + versions}.00"))
        writer = FORKING.Process(target=_issue_quietly, args=(firm,))
        writer.start()
        # Another moment each time; most of what is written is written near the end.
        writer.join(lasts * (0.3 + kills * 37 % 100 / 100))
        if writer.pid and writer.is_alive():
            os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        kills += writer.exitcode == -signal.SIGKILL
        versions += 1
        assert firm.faults == []
        assert str(firm.issue("note").reference) == f"{ID}/note/{versions + 1}"
        assert firm.kinds("document_issued") == versions + 1
    assert kills > 0
    assert firm.faults == []
