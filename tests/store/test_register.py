"""The register answers from its tables what the log says, on every database alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from docgen.store.events import DocumentIssued, DocumentName, EngagementRecorded, EntryRecorded
from docgen.store.register import IssuedDocument, Register, Revision
from tests.store.histories import ENGAGEMENT, LETTER, NEXT_TEMPLATE, ORDER, REPORT, TEMPLATE, contract, live
from tests.store.records import ACTOR, NOW, Home, Record, unfounded


@pytest.fixture
def record(home: Home) -> Iterator[Record]:
    """Lend a record that has lived."""
    with unfounded(home) as record:
        live(record)
        yield record


@pytest.fixture
def register(record: Record) -> Register:
    return record.register


def names(documents: tuple[IssuedDocument, ...]) -> list[tuple[str, int]]:
    return [(document.kind, document.version) for document in documents]


def note(record: Record, kind: type[Any], **fields: Any) -> None:
    head = {"at": NOW, "actor": ACTOR, "idempotency_key": f"more/{record.ledger.head().size}"}
    record.ledger.append(kind(**head, **fields))


def test_what_became_of_a_document_is_its_status(register: Register) -> None:
    wanted = {contract(1): "superseded", contract(2): "executed", ORDER: "withdrawn", REPORT: "issued"}
    for name, status in wanted.items():
        document = register.document(name)
        assert document
        assert (document.name, document.status) == (name, status)


def test_a_document_says_all_that_the_log_says_of_it(record: Record) -> None:
    document = record.register.document(contract(2))
    assert document
    event = record.ledger.entry(document.sequence).event
    assert isinstance(event, DocumentIssued)
    assert (document.revision, document.day, document.at) == (event.revision, event.on.isoformat(), NOW.isoformat())
    assert (document.template, document.template_hash) == (TEMPLATE.name, TEMPLATE.hash)
    assert document.executed_on == "2026-11-20"
    assert document.signed in record.blobs


def test_what_was_never_issued_is_not_there(register: Register) -> None:
    assert register.document(contract(3)) is None
    assert register.document(DocumentName(engagement="NBS-2026-015", kind="contract", version=1)) is None
    assert register.versions("NBS-2026-015", "contract") == register.documents_of("NBS-2026-015") == ()


def test_versions_come_in_their_order(register: Register) -> None:
    assert names(register.versions(ENGAGEMENT, "contract")) == [("contract", 1), ("contract", 2)]
    assert names(register.versions(ENGAGEMENT, "change-order", 1)) == [("change-order", 1)]
    assert register.versions(ENGAGEMENT, "change-order") == ()


def test_documents_come_as_they_were_issued(register: Register) -> None:
    issued = [("contract", 1), ("contract", 2), ("change-order", 1), ("progress-report", 1), (LETTER.kind, 1)]
    assert names(register.documents_of(ENGAGEMENT)) == issued
    assert names(register.last_documents(2)) == issued[:2:-1]


def test_what_awaits_a_signature_is_what_is_neither_signed_nor_out_of_date(register: Register) -> None:
    assert [document.name for document in register.unsigned(9)] == [LETTER]


def test_a_file_leads_to_its_document(record: Record) -> None:
    signed = record.blobs.put(b"signed")
    ((document, part),) = record.register.parts(signed)
    assert (document.name, part) == (contract(2), "signed")
    ((document, part),) = record.register.parts(record.blobs.put(b"contract 1 sealed"))
    assert (document.name, part) == (contract(1), "sealed")
    assert record.register.parts("f" * 64) == ()


def test_a_file_that_two_documents_share_leads_to_both(record: Record) -> None:
    record.ledger.append(
        record.ledger.entry(5).event.model_copy(update={"document": contract(3), "idempotency_key": "again"})
    )
    shared = record.register.parts(record.blobs.put(b"contract 1 pdf"))
    assert [(document.version, part) for document, part in shared] == [(1, "pdf"), (3, "pdf")]


def test_the_latest_facts_are_those_recorded_last(record: Record) -> None:
    latest = record.register.latest(ENGAGEMENT)
    assert latest
    assert (latest.revision, latest.blob) == (2, record.blobs.put(b"other facts"))
    assert [each.revision for each in record.register.revisions(ENGAGEMENT)] == [1, 2]
    assert record.register.latest("NBS-2026-015") is None


def test_numbered_things_stand_apart_from_their_engagement(record: Record) -> None:
    for number, revision in ((10, 1), (2, 1), (10, 2)):
        facts = record.blobs.put(f"{number} {revision}".encode())
        fields = {"engagement": ENGAGEMENT, "number": number, "revision": revision, "facts": facts}
        note(record, EntryRecorded, entry="progress", **fields)
    entries = record.register.entries(ENGAGEMENT, "progress")
    assert [(each.number, each.revision) for each in entries] == [(2, 1), (10, 2)]
    assert [each.revision for each in record.register.revisions(ENGAGEMENT, "progress", 10)] == [1, 2]
    assert record.register.latest(ENGAGEMENT, "progress", 11) is None


def test_engagements_are_listed_page_by_page_in_the_order_of_bytes(record: Record) -> None:
    ids = ["A-1", "A-10", "A-2", "A1", "Z", "a", "a-1", "a_1"]
    for name in reversed(ids):
        note(record, EngagementRecorded, engagement=name, revision=1, facts=record.blobs.put(b"facts"))
    every = sorted([*ids, ENGAGEMENT])
    assert record.register.engagement_ids() == tuple(every)
    pages: list[Revision] = []
    while page := record.register.engagements(2, after=pages[-1].engagement if pages else ""):
        pages += page
    assert [each.engagement for each in pages] == every
    assert record.register.engagements() == tuple(pages)


def test_every_step_of_a_template_through_its_review_is_known(register: Register) -> None:
    steps = register.reviews(TEMPLATE.name, TEMPLATE.language)
    assert [each.step for each in steps] == ["kept", "submitted", "rejected", "submitted", "conditioned", "retired"]
    assert {each.hash for each in steps} == {NEXT_TEMPLATE.hash}
    assert steps[1].blob is None
    assert register.reviews("letter-of-approval", "en") == ()


def test_a_template_is_approved_exactly_as_it_is(register: Register) -> None:
    approval = register.approval(TEMPLATE.name, TEMPLATE.language, TEMPLATE.hash)
    assert approval
    assert approval.version == TEMPLATE.version
    assert register.approvals(TEMPLATE.name, TEMPLATE.language) == (approval,)
    assert register.approval(TEMPLATE.name, TEMPLATE.language, "d" * 64) is None
    assert register.approval(TEMPLATE.name, "de", TEMPLATE.hash) is None


def test_a_person_has_the_roles_of_the_last_naming(record: Record) -> None:
    ann = record.people.find("ann@northbridge.example")
    assert ann
    assert record.register.roles(ann) == ("legal", "account_manager")
    assert record.register.named_in(ann) == 1
    bob = record.ledger.entry(2).event.model_dump()["person"]
    assert record.register.roles(bob) == ()
    assert record.register.roles("f" * 64) is None
    assert record.register.named_in("f" * 64) is None


def test_the_log_is_read_by_engagement(record: Record) -> None:
    spoken = [entry.index for entry in record.ledger.entries() if ENGAGEMENT.encode() in entry.body]
    assert list(record.register.mentions(ENGAGEMENT)) == spoken
    assert list(record.register.mentions("NBS-2026-015")) == []


def test_the_log_is_read_by_checkpoint(record: Record) -> None:
    last = record.ledger.last_checkpoint()
    assert last
    assert record.register.checkpoints() == (last[0],)
    assert record.register.checkpoints(0) == ()
