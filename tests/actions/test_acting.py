"""Who acts is said, has the role for it, and is written down with what they did."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.actions.acting import PERMISSIONS, Deed, NobodyActsError, NotPermittedError, act, hand_out, permitted
from docgen.actions.approvals import approve_templates, reject_templates, retire_templates, submit_templates
from docgen.actions.audit import (
    change_key,
    erase,
    forget,
    proof_of,
    rebuild,
    sign_checkpoint,
    timestamp,
)
from docgen.actions.bounces import record_bounces
from docgen.actions.confirming import confirm, release_again
from docgen.actions.deciding import approve, reject, submit, withdraw_order
from docgen.actions.desk import Desk
from docgen.actions.drafting import Issue
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import raise_order, record_breach, record_progress
from docgen.actions.export import export
from docgen.actions.issuing import issue
from docgen.actions.reporting import Asking
from docgen.actions.reviewing import approve_terms
from docgen.actions.sending import send
from docgen.actions.signing import execute, withdraw
from docgen.errors import DocgenError, ExitCode, NotFoundError
from docgen.settings import ROLES
from docgen.store.events import Event, PersonNamed
from docgen.store.keys import KeyMissingError
from docgen.store.ledger import WrongKeyError
from docgen.store.notes import make_signing_key
from tests.firm import ADAM, AMARA, AUDRA, BORIS, DORA, ID, JON, LENA, LETTER, ROLE_OF, Firm, Firms

# What each person of the firm may do, as the documentation promises it.
MAY: dict[Deed, set[str]] = {
    Deed.SUBMIT_TEMPLATES: {AMARA, JON, LENA, DORA},
    Deed.APPROVE_TEMPLATES: {LENA},
    Deed.RECORD_FACTS: {AMARA, LENA, DORA},
    Deed.RECORD_PROGRESS: {AMARA, JON, DORA},
    Deed.DECIDE_CHANGES: {AMARA, JON, LENA, DORA, BORIS},
    Deed.APPROVE_TERMS: {AMARA, JON, LENA, DORA, BORIS},
    Deed.ISSUE_DOCUMENTS: {AMARA, LENA, DORA},
    Deed.ISSUE_REPORTS: {AMARA, JON, LENA, DORA},
    Deed.SEND_REPORTS: {AMARA, JON, DORA},
    Deed.EXECUTE_DOCUMENTS: {AMARA, LENA, DORA},
    Deed.WITHDRAW_DOCUMENTS: {AMARA, LENA, DORA},
    Deed.EXPORT_RECORD: {AMARA, LENA, DORA, BORIS, ADAM, AUDRA},
    Deed.KEEP_RECORD: {ADAM, AUDRA, LENA},
    Deed.ERASE: {ADAM, LENA},
}
NOWHERE = Path("nowhere")
ACTIONS: list[tuple[Deed, Callable[[Desk], object]]] = [
    (Deed.SUBMIT_TEMPLATES, lambda desk: submit_templates(desk, ["contract"])),
    (Deed.APPROVE_TEMPLATES, lambda desk: approve_templates(desk, ["contract"])),
    (Deed.APPROVE_TEMPLATES, lambda desk: reject_templates(desk, ["contract"], "No.")),
    (Deed.APPROVE_TEMPLATES, lambda desk: retire_templates(desk, ["contract"], "No.")),
    (Deed.RECORD_FACTS, lambda desk: record_engagement(desk, NOWHERE)),
    (Deed.RECORD_FACTS, lambda desk: raise_order(desk, NOWHERE)),
    (Deed.RECORD_FACTS, lambda desk: record_breach(desk, NOWHERE)),
    (Deed.RECORD_PROGRESS, lambda desk: record_progress(desk, NOWHERE)),
    (Deed.SEND_REPORTS, lambda desk: list(send(desk, Asking(), [], drafts=NOWHERE))),
    (Deed.SEND_REPORTS, lambda desk: confirm(desk, f"{ID}/PR-001")),
    (Deed.SEND_REPORTS, lambda desk: release_again(desk, f"{ID}/PR-001")),
    (Deed.SEND_REPORTS, lambda desk: record_bounces(desk, [NOWHERE], [])),
    (Deed.RECORD_FACTS, lambda desk: submit(desk, f"{ID}/CO-001")),
    (Deed.RECORD_FACTS, lambda desk: withdraw_order(desk, f"{ID}/CO-001", "A mistake.")),
    (Deed.DECIDE_CHANGES, lambda desk: approve(desk, f"{ID}/CO-001")),
    (Deed.DECIDE_CHANGES, lambda desk: reject(desk, f"{ID}/CO-001", "Too dear.")),
    (Deed.APPROVE_TERMS, lambda desk: approve_terms(desk, ID)),
    (Deed.ISSUE_DOCUMENTS, lambda desk: issue(desk, Issue("nothing", ID))),
    (Deed.ISSUE_REPORTS, lambda desk: issue(desk, Issue("progress-report", ID))),
    (Deed.EXECUTE_DOCUMENTS, lambda desk: execute(desk, f"{ID}/contract", NOWHERE)),
    (Deed.WITHDRAW_DOCUMENTS, lambda desk: withdraw(desk, f"{ID}/contract", "A mistake.")),
    (Deed.EXPORT_RECORD, lambda desk: export(desk, "NONE-1")),
    (Deed.EXPORT_RECORD, lambda desk: proof_of(desk, f"{ID}/contract")),
    (Deed.KEEP_RECORD, rebuild),
    (Deed.KEEP_RECORD, sign_checkpoint),
    (Deed.KEEP_RECORD, change_key),
    (Deed.ERASE, lambda desk: erase(desk, "NONE-1", "law")),
    (Deed.ERASE, lambda desk: forget(desk, "nobody@firm.example")),
]


def refused(firm: Firm, action: Callable[[Desk], object]) -> bool:
    """Say whether a person is turned away; other reasons to fail do not count."""
    try:
        firm.do(action)
    except NotPermittedError:
        return True
    except DocgenError:
        return False
    return False


def test_each_role_may_do_what_it_may_and_nothing_else(firm: Firm) -> None:
    for deed, action in ACTIONS:
        able = {person for person in ROLE_OF if not refused(firm.by(person), action)}
        assert (deed, able) == (deed, MAY[deed])


def test_every_deed_is_held_to_somebody() -> None:
    assert MAY.keys() == PERMISSIONS.keys() == set(Deed)
    assert set().union(*PERMISSIONS.values()) == set(ROLES)
    assert {deed: {ROLE_OF[person] for person in able} for deed, able in MAY.items()} == PERMISSIONS


def test_nobody_acts_unnamed(firms: Firms) -> None:
    firm = firms.kept("recorded").by("")
    for deed, action in ACTIONS:
        with pytest.raises(NobodyActsError, match="--as EMAIL, or DOCGEN_PERSON") as stopped:
            firm.do(action)
        assert stopped.value.exit_code is ExitCode.USAGE
        assert all(person in str(stopped.value) for person in MAY[deed])


def test_who_is_refused_is_told_which_role_it_takes_and_who_has_it(firms: Firms) -> None:
    firm = firms.kept("recorded").by(JON)
    with pytest.raises(NotPermittedError) as stopped:
        firm.do(permitted, Deed.APPROVE_TEMPLATES)
    assert str(stopped.value) == (
        f"{JON} may not approve templates: that takes the role legal, and docgen.toml says delivery. "
        f"Those who may: {LENA}."
    )
    assert stopped.value.exit_code is ExitCode.REFUSED


def test_a_stranger_does_not_act(firms: Firms) -> None:
    firm = firms.kept("recorded").by("lena@northbridge.exmple")
    with pytest.raises(NotFoundError, match=f"Did you mean {LENA}"):
        firm.do(permitted, Deed.APPROVE_TEMPLATES)


def test_capitals_in_an_address_name_the_same_person(firm: Firm) -> None:
    firm.by("Amara@NorthBridge.example").issue(LETTER)
    named = firm.do(lambda desk: [person.email for person in desk.record.people])
    assert sorted(named) == [AMARA, LENA]


def test_nothing_is_founded_for_somebody_who_may_not(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("founded", tmp_path / "firm").by(BORIS)
    assert refused(firm, lambda desk: record_engagement(desk, firm.facts()))
    assert list((firm.root / ".docgen").iterdir()) == []


def test_roles_are_recorded_when_they_change_and_only_then(firm: Firm) -> None:
    before = firm.kinds("person_named")
    firm.issue(LETTER)
    assert firm.kinds("person_named") == before
    toml = firm.root / "docgen.toml"
    toml.write_text(toml.read_text().replace('["account_manager"]', '["account_manager", "legal"]'))
    firm.issue(LETTER)
    firm.issue(LETTER)
    assert firm.kinds("person_named") == before + 1
    marks = firm.do(lambda desk: desk.record.register.roles(desk.record.people.find(AMARA) or ""))
    assert marks == ("account_manager", "legal")


def test_the_time_is_that_of_the_workspaces_zone(firm: Firm) -> None:
    firm.on("2026-07-01").issue(LETTER)
    last = firm.do(lambda desk: list(desk.record.ledger.entries())[-1].event.at)
    assert last == dt.datetime(2026, 7, 1, 17, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert last.isoformat() == "2026-07-01T17:00:00+01:00"


# Checkpoints that are handed out


def test_what_is_recorded_is_signed_and_handed_out(firm: Firm) -> None:
    notes = sorted((firm.root / ".docgen" / "checkpoints").glob("*.txt"))
    assert re.fullmatch(r"[0-9a-f]{16}-[0-9]{8}\.txt", notes[-1].name)
    head = firm.do(lambda desk: desk.record.ledger.last_checkpoint())
    assert head is not None
    assert notes[-1].read_text(encoding="utf-8") == head[1].note
    assert head[0] == firm.size - 1


def test_a_checkpoint_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(handle: int) -> None:
        raise OSError(28, "No space left on device")

    note = "nb.example/docgen/0123456789abcdef\n12\nroot\n\n— signature\n"
    with monkeypatch.context() as full:
        full.setattr("os.fsync", refused)
        with pytest.raises(OSError, match="No space"):
            hand_out(note, tmp_path)
    assert list(tmp_path.glob("*.txt")) == []
    assert hand_out(note, tmp_path).read_text(encoding="utf-8") == note
    assert [path.name for path in tmp_path.iterdir()] == ["0123456789abcdef-00000012.txt"]


def test_what_was_decided_on_an_older_log_is_decided_anew(firm: Firm) -> None:
    sizes: list[int] = []

    def overtaken(desk: Desk) -> bool:
        hand = act(desk, Deed.KEEP_RECORD)

        def decide() -> list[Event]:
            sizes.append(hand.record.ledger.head_size())
            if len(sizes) == 1:
                firm.issue(LETTER)
            return [PersonNamed(**hand.stamp("named again"), person=hand.mark, roles=("admin",))]

        return hand.settle(decide)[0].repeated

    assert firm.by(ADAM).do(overtaken) is False
    assert len(sizes) == 2
    assert sizes[1] > sizes[0]
    assert firm.faults == []


def test_without_its_key_nothing_more_is_recorded(firm: Firm) -> None:
    key = firm.root / ".docgen" / "log.key"
    key.rename(firm.root / "away.key")
    size = firm.size
    with pytest.raises(KeyMissingError, match="DOCGEN_SIGNING_KEY"):
        firm.issue(LETTER)
    assert firm.size == size
    (firm.root / "away.key").rename(key)
    assert firm.issue(LETTER).document.version == 1


def test_with_the_key_of_another_log_nothing_more_is_recorded(firm: Firm) -> None:
    origin = firm.do(lambda desk: desk.record.ledger.origin)
    key = firm.root / ".docgen" / "log.key"
    key.unlink()
    key.write_text(make_signing_key(origin).secret_text())
    size = firm.size
    with pytest.raises(WrongKeyError):
        firm.issue(LETTER)
    assert firm.size == size


def test_an_authority_is_named_before_anybody_is_asked_for_the_time(firm: Firm) -> None:
    with pytest.raises(DocgenError, match=r"\[timestamps\]"):
        firm.by(ADAM).do(timestamp)


def test_a_hand_writes_under_the_mark_of_its_person(firm: Firm) -> None:
    def mark(desk: Desk) -> tuple[str, str | None]:
        hand = act(desk, Deed.KEEP_RECORD)
        return hand.mark, desk.record.people.email(hand.mark)

    found, email = firm.by(AUDRA).do(mark)
    assert email == AUDRA
    assert AUDRA not in found
