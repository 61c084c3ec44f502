"""Templates are approved exactly as they stand, by somebody who may and did not write them, and a faulty one never."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from docgen.actions.acting import Hand, NotPermittedError
from docgen.actions.approvals import (
    AuthorUnknownError,
    Moved,
    SameEyesError,
    WrongStateError,
    approve_templates,
    reject_templates,
    retire_templates,
    submit_templates,
)
from docgen.actions.audit import verify
from docgen.actions.conditions import ConditionsNotMetError, conditions_of
from docgen.actions.documents import fetch
from docgen.actions.remaking import reproduce
from docgen.actions.template_course import Course, Done, NotApprovedError, State, course_of
from docgen.errors import FindingsError, NotFoundError, UsageError
from docgen.models.conditions import NONE, Conditions, FeesAbove
from docgen.models.terms import Role
from docgen.store.events import Event
from docgen.store.ledger import Receipt
from docgen.templating.catalogue import packaged_templates
from tests.firm import AMARA, DORA, ID, JON, LENA, LETTER, Firm, Firms

NOTE = "---\ntitle: Note\nkind: note\nversion: {}\nlanguage: en\n---\n"
BODY = "<doc title='Note'><p>x</p></doc>"
ADDRESS = "templates/letters/_address.html.jinja"


def note(firm: Firm, body: str = BODY, version: str = "1.0.0") -> None:
    firm.write("templates/letters/note.html.jinja", NOTE.format(version) + body)


def own(name: str) -> str:
    (path,) = packaged_templates().glob(f"*/{name}.html.jinja")
    return path.read_text(encoding="utf-8")


def course(firm: Firm, name: str = "note", language: str = "en") -> Course:
    return firm.do(lambda desk: course_of(desk, desk.catalogue.template(name, language)))


def submitted(firm: Firm, person: str = JON, words: str = "") -> tuple[Moved, ...]:
    return firm.by(person).do(submit_templates, ["note"], None, words)


def approved(firm: Firm, person: str = LENA) -> tuple[Moved, ...]:
    return firm.by(person).do(approve_templates, ["note"])


def states(firm: Firm) -> dict[str, State]:
    return {name: course(firm, name).state for name in (LETTER, "contract", "change-order")}


def test_all_are_approved_in_every_language_and_only_once(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("founded", tmp_path).by(LENA)
    first = firm.do(approve_templates, ())
    assert all((each.new, each.state, each.person) == (True, State.APPROVED, LENA) for each in first)
    assert {("letter-of-approval", "de"), ("contract", "en")} <= {
        (each.version.name, each.version.language) for each in first
    }
    size = firm.size
    again = firm.do(approve_templates, ())
    assert [each.version for each in again] == [each.version for each in first]
    assert not any(each.new for each in again)
    assert firm.size == size


def test_one_language_alone_may_be_approved(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("founded", tmp_path).by(LENA)
    done = firm.do(approve_templates, ["letter-of-approval"], "de")
    assert [(each.version.name, each.version.language) for each in done] == [("letter-of-approval", "de")]
    assert course(firm, LETTER).state is State.DRAFT
    assert course(firm, LETTER, "de").state is State.APPROVED


def test_before_anything_is_recorded_every_template_is_a_draft(firms: Firms) -> None:
    assert set(states(firms.kept("founded")).values()) == {State.DRAFT}


def test_a_template_goes_from_draft_over_review_to_approval_and_is_retired(firm: Firm) -> None:
    note(firm)
    assert course(firm).state is State.DRAFT
    (moved,) = submitted(firm, words="For those who ask")
    assert (moved.state, moved.new, moved.person) == (State.IN_REVIEW, True, JON)
    (moved,) = approved(firm)
    assert (moved.state, moved.person) == (State.APPROVED, LENA)
    (moved,) = firm.by(LENA).do(retire_templates, ["note"], "Nobody asks any more.")
    assert moved.state is State.RETIRED
    told = [(step.done, step.person, step.words) for step in course(firm).own]
    assert told == [
        ("submitted", JON, "For those who ask"),
        ("approved", LENA, ""),
        ("retired", LENA, "Nobody asks any more."),
    ]
    assert firm.do(verify, (), ()).faults == ()


def test_what_is_in_a_state_already_is_not_recorded_again(firm: Firm) -> None:
    note(firm)
    submitted(firm)
    size = firm.size
    (again,) = submitted(firm, LENA)
    assert (again.new, again.person, firm.size) == (False, JON, size)
    approved(firm)
    size = firm.size
    (again,) = submitted(firm)
    assert (again.new, again.state, firm.size) == (False, State.APPROVED, size)


def test_who_wrote_a_template_does_not_approve_it(firm: Firm) -> None:
    note(firm)
    submitted(firm, LENA)
    size = firm.size
    with pytest.raises(SameEyesError, match=f"{LENA} handed in note .* somebody else with the role legal"):
        approved(firm)
    assert firm.size == size


def test_a_template_that_nobody_handed_in_is_not_approved_and_then_none_is(firm: Firm) -> None:
    note(firm)
    size = firm.size
    with pytest.raises(AuthorUnknownError, match="docgen template submit note --as EMAIL"):
        firm.by(LENA).do(approve_templates, [])
    assert firm.size == size


def test_what_was_rejected_is_a_draft_with_the_reason_and_is_handed_in_again(firm: Firm) -> None:
    note(firm)
    submitted(firm)
    (moved,) = firm.by(LENA).do(reject_templates, ["note"], "Say from when.")
    assert moved.state is State.DRAFT
    last = course(firm).last
    assert last
    assert last.words == "Say from when."
    with pytest.raises(AuthorUnknownError):
        approved(firm)
    (moved,) = submitted(firm)
    assert (moved.state, moved.new) == (State.IN_REVIEW, True)
    assert approved(firm)[0].state is State.APPROVED


def test_docgens_own_templates_may_be_rejected_too_and_then_wait_for_somebody(firm: Firm) -> None:
    firm.write("templates/reports/survey.html.jinja", own("survey") + "\n")
    firm.by(JON).do(submit_templates, ["survey"])
    firm.by(LENA).do(reject_templates, ["survey"], "No.")
    with pytest.raises(AuthorUnknownError):
        firm.by(LENA).do(approve_templates, ["survey"])


@pytest.mark.parametrize("name", ["contract", "note"])
def test_only_what_was_handed_in_can_be_rejected(firm: Firm, name: str) -> None:
    note(firm)
    with pytest.raises(WrongStateError, match="Only what was handed in"):
        firm.by(LENA).do(reject_templates, [name], "No.")


def test_a_reason_of_several_lines_is_told_in_one(firm: Firm) -> None:
    note(firm)
    submitted(firm)
    firm.by(LENA).do(approve_templates, ["note"])
    firm.by(LENA).do(retire_templates, ["note"], "Nobody asks\n\x1b[31many more.")
    with pytest.raises(WrongStateError, match=r"\(Nobody asks \ufffd\[31many more\.\)"):
        firm.by(LENA).do(approve_templates, ["note"])


def test_only_an_approved_template_can_be_retired(firm: Firm) -> None:
    note(firm)
    with pytest.raises(WrongStateError, match=r"Only an approved template can be retired.* note \(en\) 1.0.0"):
        firm.by(LENA).do(retire_templates, ["note"], "No.")


@pytest.mark.parametrize("action", [reject_templates, retire_templates])
def test_rejecting_and_retiring_take_a_reason_and_a_name(firm: Firm, action: type[object]) -> None:
    with pytest.raises(UsageError, match="--reason"):
        firm.by(LENA).do(action, ["contract"], " \n")
    with pytest.raises(UsageError, match="Name a template"):
        firm.by(LENA).do(action, [], "No.")


def test_on_a_retired_template_nothing_is_issued_and_what_was_issued_stands(firm: Firm) -> None:
    issued = firm.issue(LETTER)
    firm.by(LENA).do(retire_templates, [LETTER], "The law has changed.")
    with pytest.raises(NotApprovedError, match=r"retired since 2026-09-14.*: The law has changed\. What was issued"):
        firm.issue(LETTER)
    assert firm.do(fetch, str(issued.reference), "pdf")
    assert firm.do(reproduce, str(issued.reference)).exact
    assert firm.do(verify, (), ()).faults == ()


def test_a_retired_version_does_not_come_back_and_another_version_follows_it(firm: Firm) -> None:
    note(firm)
    submitted(firm)
    approved(firm)
    firm.by(LENA).do(retire_templates, ["note"], "Too long.")
    for action in (submit_templates, approve_templates):
        with pytest.raises(WrongStateError, match=r"does not come back: note \(en\) 1.0.0 \(Too long"):
            firm.by(LENA).do(action, ["note"])
    note(firm, version="1.1.0")
    assert course(firm).state is State.IN_REVIEW
    submitted(firm)
    assert approved(firm)[0].version.version == "1.1.0"


def test_a_changed_clause_moves_all_that_include_it_back_to_review_and_is_named(firm: Firm) -> None:
    assert set(states(firm).values()) == {State.APPROVED}
    firm.write(ADDRESS, own("_address") + "{# changed #}\n")
    moved = states(firm)
    assert moved[LETTER] is State.IN_REVIEW
    assert moved["change-order"] is State.APPROVED
    found = course(firm, LETTER)
    assert found.changed == ("_address",)
    assert found.approved_before
    assert found.approved_before.version == "1.0.0"


def test_all_that_include_a_changed_clause_are_handed_in_by_its_name(firm: Firm) -> None:
    firm.write("templates/contracts/_change-words.html.jinja", own("_change-words") + "{# changed #}\n")
    handed_in = firm.by(AMARA).do(submit_templates, ["_change-words"])
    names = [each.version.name for each in handed_in]
    assert names == ["change-impact", "change-order"]
    assert all(each.new and each.person == AMARA for each in handed_in)
    done = firm.by(LENA).do(approve_templates, ["_change-words"])
    assert [each.version.name for each in done] == names


def test_without_names_all_of_the_houses_own_are_handed_in(firm: Firm) -> None:
    with pytest.raises(UsageError, match="docgen's own need no author"):
        firm.by(AMARA).do(submit_templates, [])
    note(firm)
    assert [each.version.name for each in firm.by(AMARA).do(submit_templates, [])] == ["note"]


def test_a_faulty_template_is_not_approved_or_handed_in_and_then_none_is(firm: Firm) -> None:
    note(firm, "<doc title='x'><p>{{ client.legal_nme }}</p></doc>")
    size = firm.size
    with pytest.raises(FindingsError, match="legal_nme"):
        firm.by(LENA).do(approve_templates, ["note", "contract"])
    with pytest.raises(FindingsError, match="legal_nme"):
        submitted(firm, LENA)
    assert firm.size == size


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("templates/letters/note.html.jinja", UsageError),
        ("../note", UsageError),
        ("contrct", NotFoundError),
        ("_nowhere", NotFoundError),
        ("", NotFoundError),
    ],
)
def test_only_names_of_the_catalogue_are_meant(firm: Firm, name: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        firm.by(LENA).do(approve_templates, [name])
    with pytest.raises(refusal):
        firm.by(LENA).do(submit_templates, [name])


def test_a_director_does_not_approve_reject_or_retire(firm: Firm) -> None:
    with pytest.raises(NotPermittedError, match="takes the role legal"):
        firm.by(DORA).do(approve_templates, ["contract"])
    for action in (reject_templates, retire_templates):
        with pytest.raises(NotPermittedError, match="takes the role legal"):
            firm.by(DORA).do(action, ["contract"], "No.")


def test_words_to_a_review_may_hold_anything_and_lead_nowhere(firm: Firm) -> None:
    note(firm)
    words = "<b>{{ 7*7 }}</b> ../../etc \u202e"
    submitted(firm, words=words)
    assert course(firm).own[0].words == words


def test_shared_words_of_the_house_need_an_author_too(firm: Firm) -> None:
    labels = (packaged_templates() / "labels.yaml").read_text(encoding="utf-8")
    firm.write("templates/labels.yaml", labels + "\n")
    assert course(firm, "survey").state is State.IN_REVIEW
    with pytest.raises(AuthorUnknownError):
        firm.by(LENA).do(approve_templates, ["survey"])


def test_an_approval_and_a_rejection_at_the_same_moment_do_not_both_count(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(firm)
    submitted(firm)
    quicker = [lambda: firm.by(LENA).do(reject_templates, ["note"], "Not yet.")]
    write = Hand.write

    def write_later(hand: Hand, events: Sequence[Event], *, after: int | None = None) -> tuple[Receipt, ...]:
        if quicker:
            quicker.pop()()
        return write(hand, events, after=after)

    monkeypatch.setattr(Hand, "write", write_later)
    with pytest.raises(AuthorUnknownError):
        approved(firm)
    assert course(firm).state is State.DRAFT


def conditional(firm: Firm, conditions: Conditions, *names: str) -> tuple[Moved, ...]:
    return firm.by(LENA).do(approve_templates, names or [LETTER], "en", conditions)


def test_conditions_are_checked_where_a_document_is_issued_and_all_that_are_not_met_are_told(firm: Firm) -> None:
    limit = FeesAbove(amount=Decimal(10_000), currency="GBP", role=Role.DIRECTOR)
    (moved,) = conditional(
        firm, Conditions(valid_until=dt.date(2026, 9, 30), governing_laws=("Scotland",), fees=(limit,))
    )
    assert (moved.state, moved.new) == (State.APPROVED, True)
    with pytest.raises(ConditionsNotMetError) as refused:
        firm.on("2026-10-01").issue(LETTER)
    said = str(refused.value)
    assert "approved until 2026-09-30, and this would be issued on 2026-10-01" in said
    assert f"under the law of Scotland, and {ID} has the law of England and Wales" in said
    assert f"above GBP 10,000.00 somebody with the role director issues it: {DORA}." in said
    conditional(firm, Conditions(fees=(limit,)))
    with pytest.raises(ConditionsNotMetError):
        firm.by(LENA).issue(LETTER)
    assert firm.by(DORA).issue(LETTER).document.version == 1
    assert firm.do(verify, (), ()).faults == ()


def test_conditions_replace_those_before_and_may_be_taken_away(firm: Firm) -> None:
    for conditions in (Conditions(locales=("de",)), Conditions(locales=("en",)), Conditions(locales=("de",))):
        (moved,) = conditional(firm, conditions)
        assert (moved.new, moved.conditions) == (True, conditions)
        assert course(firm, LETTER).conditions == conditions
    size = firm.size
    assert not conditional(firm, Conditions(locales=("de",)))[0].new
    assert firm.by(LENA).do(approve_templates, [LETTER], "en")[0].conditions == Conditions(locales=("de",))
    assert firm.size == size
    assert not conditional(firm, NONE)[0].conditions
    assert [step.words for step in course(firm, LETTER).steps if step.done is Done.CONDITIONED] == [
        "for de",
        "for en",
        "for de",
        "no condition any more",
    ]


def test_who_wrote_a_template_does_not_set_the_conditions_of_its_approval(firm: Firm) -> None:
    note(firm)
    submitted(firm, JON)
    approved(firm)
    firm.write("docgen.toml", (firm.root / "docgen.toml").read_text("utf-8").replace('["delivery"]', '["legal"]'))
    with pytest.raises(SameEyesError):
        firm.by(JON).do(approve_templates, ["note"], None, Conditions(locales=("en",)))


def test_a_last_day_that_is_past_is_refused(firm: Firm) -> None:
    with pytest.raises(UsageError, match="The last day of the approval is past"):
        conditional(firm, Conditions(valid_until=dt.date(2026, 1, 1)))


@pytest.mark.parametrize(
    ("fees", "said"),
    [
        (("250000 GBP", "chief"), "“chief” is no role. There are account_manager"),
        (("250000", "director"), "Write a code of ISO 4217"),
        (("a lot GBP", "director"), "“a” is not a number"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(fees: tuple[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        conditions_of(fees=(fees,))
