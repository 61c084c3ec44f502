"""What comes back is held against the playbook: what may be taken, who decides on the rest, and which facts changed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.text.paragraph import Paragraph

from docgen.actions.classifying import routes
from docgen.actions.comparing import Comparison, compare_returned
from docgen.actions.documents import issued_event
from docgen.actions.references import find_document
from docgen.models.playbook import Standing
from docgen.review.differences import Kind
from tests.firm import DORA, ID, LENA, Firm, Firms

Change = Callable[[docx.document.Document], None]
WITHIN = (
    "terms.obligations.O2.action: answer questions about the order service within two business days → "
    "answer questions about the order service within five business days"
)
PAYMENT = "The Client shall pay each invoice within"


@pytest.fixture(scope="module")
def signed(firms: Firms) -> Firm:
    return firms.kept("signed")


@pytest.fixture(scope="module")
def issued(signed: Firm) -> bytes:
    def file(desk: object) -> bytes:
        event = issued_event(desk.record, find_document(desk.record.register, f"{ID}/contract"))  # type: ignore[attr-defined]
        blob = next(each.blob for each in event.outputs if each.format == "docx")
        return bytes(desk.record.blobs.read(blob))  # type: ignore[attr-defined]

    return signed.do(file)


@pytest.fixture
def returned(signed: Firm, issued: bytes, tmp_path: Path) -> Callable[..., Comparison]:
    def compared(*changes: Change) -> Comparison:
        file = docx.Document(BytesIO(issued))
        for change in changes:
            change(file)
        path = tmp_path / "returned.docx"
        file.save(str(path))
        return signed.do(compare_returned, f"{ID}/contract", path)

    return compared


def lines(file: docx.document.Document) -> list[Paragraph]:
    cells = (cell for table in file.tables for row in table.rows for cell in row.cells)
    return [*file.paragraphs, *(each for cell in cells for each in cell.paragraphs)]


def words(near: str, before: str, after: str) -> Change:
    """Return a change of words in the paragraph that has some others."""

    def change(file: docx.document.Document) -> None:
        line = next(each for each in lines(file) if near in each.text.replace("\u00a0", " "))
        run = next(run for run in line.runs if before in run.text.replace("\u00a0", " "))
        run.text = run.text.replace("\u00a0", " ").replace(before, after)

    return change


def gone(near: str) -> Change:
    """Return the removal of a paragraph."""

    def change(file: docx.document.Document) -> None:
        element = next(each for each in lines(file) if near in each.text)._p
        element.getparent().remove(element)

    return change


def instead(near: str, text: str) -> Change:
    """Return a paragraph with words of its own."""

    def change(file: docx.document.Document) -> None:
        line = next(each for each in lines(file) if near in each.text)
        for element in list(line._p)[1 if line._p.pPr is not None else 0 :]:
            line._p.remove(element)
        line.add_run(text)

    return change


def told(found: Comparison) -> list[str]:
    return [f"{each.ruling}: {each.rule}" for each in found.judgement.classified]


def facts(found: Comparison) -> list[str]:
    return [f"{each.path}: {each.old} → {each.new}" for each in found.judgement.values]


@pytest.mark.parametrize(
    ("after", "ruling"),
    [
        ("45 days", "allowed"),
        ("60 days", "needs approval (director)"),
        ("90 days", "forbidden"),
        ("forty-five (45) days", "allowed"),
        ("sixty days", "needs approval (director)"),
    ],
)
def test_a_changed_number_is_the_fact_behind_it_and_judged_by_its_limit(
    returned: Callable[..., Comparison], after: str, ruling: str
) -> None:
    found = returned(words(PAYMENT, "30 days", after))
    number = {"forty-five (45) days": "45", "sixty days": "60"}.get(after, after.partition(" ")[0])
    limit = "standard up to 30; allowed up to 45; up to 60 with director; else forbidden"
    assert told(found) == [f"{ruling}: terms.fees.payment_days: {number}, {limit}"]
    assert facts(found) == [f"terms.fees.payment_days: 30 → {number}"]
    assert found.judgement.signed


def test_the_fact_that_gives_the_words_is_meant_and_not_another_with_the_same_number(
    returned: Callable[..., Comparison],
) -> None:
    found = returned(words("with or without a reason", "30 days", "60 days"))
    assert facts(found) == ["terms.termination.convenience_notice_days: 30 → 60"]


@pytest.mark.parametrize(
    ("near", "before", "after", "fact"),
    [
        ("simple interest", "8%", "6%", "terms.fees.late_interest.percent: 8 → 6"),
        ("simple interest", "8%", "six per cent", None),
        ("means 31 March 2027", "31 March 2027", "30 June 2027", "terms.end_date: 2027-03-31 → 2027-06-30"),
        ("is limited", "GBP 150,000.00", "GBP 250,000.00", None),
        ("answer questions about", "two business days", "five business days", WITHIN),
        ("The law of England", "England and Wales", "Scotland", "terms.governing_law: England and Wales → Scotland"),
        ("states the clause", "from receipt", "from its date", None),
    ],
)
def test_dates_amounts_and_names_are_facts_where_they_give_the_words_that_came_back(
    returned: Callable[..., Comparison], near: str, before: str, after: str, fact: str | None
) -> None:
    assert facts(returned(words(near, before, after))) == ([fact] if fact else [])


def test_an_amount_in_a_table_is_the_fee_line_behind_it(returned: Callable[..., Comparison]) -> None:
    found = returned(words("GBP 18,000.00", "18,000.00", "17,500.00"))
    assert facts(found) == ["terms.fees.lines.F1.amount: 18000.00 → 17500.00"]


@pytest.mark.parametrize("deliverable", ["D2", "D3"])
def test_of_two_facts_in_the_same_words_the_one_in_its_row_is_meant(
    returned: Callable[..., Comparison], deliverable: str
) -> None:
    def change(file: docx.document.Document) -> None:
        row = next(row for table in file.tables for row in table.rows if row.cells[0].text == deliverable)
        run = next(run for line in row.cells[3].paragraphs for run in line.runs if "10" in run.text)
        run.text = run.text.replace("10", "15")

    found = returned(change)
    path = f"terms.scope.deliverables.{deliverable}.acceptance.review_days"
    assert facts(found) == [f"{path}: 10 → 15"]
    assert told(found) == [
        f"allowed: {path}: 15, standard up to 10; allowed up to 20; up to 30 with delivery; else director"
    ]


def test_a_value_without_a_limit_goes_to_the_role_of_its_clause_though_what_follows_from_it_is_in_range(
    returned: Callable[..., Comparison],
) -> None:
    rate, cap = (("720.00 per day", "715.00 per day"), ("12,960.00", "12,870.00"))
    found = returned(words("Engineer at", *rate), words("Engineer at", *cap))
    assert facts(found) == ["terms.fees.lines.F3.rate: 720.00 → 715.00"]
    assert told(found) == ["needs approval (director): schedule-fees: any other change"] * 2


def test_a_fact_says_where_else_it_changes_words(returned: Callable[..., Comparison]) -> None:
    (value,) = returned(words("The law of England", "England and Wales", "Scotland")).judgement.values
    assert any("Disputes" in place for place in value.also)


def test_a_fallback_of_the_house_is_allowed_though_every_word_is_another(returned: Callable[..., Comparison]) -> None:
    text = (
        "The Client shall pay each invoice within 30 days of receiving it, except for a part disputed under clause "
        "11.3. An invoice sent by e-mail counts as received on the next Business Day."
    )
    found = returned(instead(PAYMENT, text))
    assert {line.partition(": ")[0] for line in told(found)} <= {"allowed"}, told(found)
    assert found.judgement.classified[0].fallback == "payment-from-receipt"


def test_a_fallback_stays_one_where_another_clause_was_moved_behind_it(returned: Callable[..., Comparison]) -> None:
    text = (
        "The Client shall pay each invoice within 30 days of receiving it, except for a part disputed under clause "
        "11.3. An invoice sent by e-mail counts as received on the next Business Day."
    )

    def moved(file: docx.document.Document) -> None:
        at, line = (next(each for each in lines(file) if near in each.text) for near in (PAYMENT, "may set off only"))
        at._p.addnext(line._p)

    found = returned(moved, instead(PAYMENT, text))
    assert {each.fallback for each in found.judgement.classified if each.difference.kind is not Kind.MOVED} == {
        "payment-from-receipt"
    }
    assert "needs approval (legal): set-off: any other change" in told(found)


def test_what_nobody_thought_of_goes_to_the_role_of_its_clause(returned: Callable[..., Comparison]) -> None:
    found = returned(words(PAYMENT, "each invoice", "each invoice that it likes"))
    assert told(found) == ["needs approval (director): payment: any other change"]
    assert [(str(ruling), count, people) for ruling, count, people in routes(found.judgement)] == [
        ("needs approval (director)", 1, (DORA,))
    ]


def test_a_clause_of_which_nothing_is_left_is_judged_as_taken_out(returned: Callable[..., Comparison]) -> None:
    found = returned(gone("total liability arising from"))
    assert "forbidden: liability-cap: taken out" in told(found)
    found = returned(gone("Nothing in this Agreement changes without a Change Order"))
    assert "forbidden: no-change-without-order: taken out" in told(found)


def test_a_clause_added_goes_to_legal_or_the_role_of_where_it_stands(returned: Callable[..., Comparison]) -> None:
    def added(file: docx.document.Document) -> None:
        line = next(each for each in lines(file) if "A Party may set off" in each.text)
        line.insert_paragraph_before("The Client may keep a tenth of each invoice until the end.")

    (each,) = returned(added).judgement.classified
    assert each.ruling.standing is Standing.NEEDS_APPROVAL


def test_a_file_without_a_change_has_nothing_to_decide(returned: Callable[..., Comparison]) -> None:
    found = returned()
    assert found.is_same
    assert found.judgement.classified == ()
    assert found.judgement.playbook
    assert found.judgement.people[next(role for role in found.judgement.people if role == "legal")] == (LENA,)
