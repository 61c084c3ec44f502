"""An event is one spelling for ever; a newer one says which docgen reads it, and anything else is refused."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from docgen.errors import ExitCode
from docgen.store.canonical import canonical_bytes
from docgen.store.events import (
    BlobErased,
    CheckpointSigned,
    CheckpointTimestamped,
    DocumentExecuted,
    DocumentIssued,
    DocumentName,
    DocumentSuperseded,
    DocumentWithdrawn,
    EngagementRecorded,
    EntryRecorded,
    Event,
    Input,
    KeyChanged,
    NewerEventError,
    Output,
    PersonForgotten,
    PersonNamed,
    TemplateApproved,
    TemplateConditioned,
    TemplateKept,
    TemplateRejected,
    TemplateRetired,
    TemplateSubmitted,
    TemplateVersion,
    Tool,
    UnreadableEventError,
    WorkspaceCreated,
    docgen_version,
    person_mark,
    read_event,
    write_event,
)
from docgen.store.notes import Checkpoint, sign_note
from tests.store.records import ACTOR, KEY, NOW, ORIGIN

A, B, C, D = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)
HEAD: dict[str, Any] = {"docgen": "0.1.0", "at": NOW, "actor": ACTOR, "idempotency_key": "key"}
CONTRACT = DocumentName(engagement="NBS-2026-014", kind="contract", version=2)
ORDER = DocumentName(engagement="NBS-2026-014", kind="change-order", number=1, version=1)
TEMPLATE = TemplateVersion(name="contract", language="en", version="1.2", hash=C)
NOTE = sign_note(str(Checkpoint(ORIGIN, 7, bytes.fromhex(B))), KEY)

EXAMPLES: dict[str, Event] = {
    event.event: event
    for event in (
        WorkspaceCreated(**HEAD, origin=ORIGIN, verifying_key=str(KEY.verifying_key), time_zone="Europe/London"),
        KeyChanged(**HEAD, verifying_key=str(KEY.verifying_key)),
        PersonNamed(**HEAD, person=B, roles=("legal", "account_manager")),
        PersonForgotten(**HEAD, person=B),
        TemplateApproved(**HEAD, template=TEMPLATE),
        TemplateKept(**HEAD, template=TEMPLATE, closure=B),
        TemplateSubmitted(**HEAD, template=TEMPLATE, note=B),
        TemplateRejected(**HEAD, template=TEMPLATE, reason=B),
        TemplateRetired(**HEAD, template=TEMPLATE, reason=B),
        TemplateConditioned(**HEAD, template=TEMPLATE, conditions=B),
        EngagementRecorded(**HEAD, engagement="NBS-2026-014", revision=3, facts=B),
        EntryRecorded(**HEAD, engagement="NBS-2026-014", entry="change_order", number=1, revision=1, facts=B),
        DocumentIssued(
            **HEAD,
            document=CONTRACT,
            revision=3,
            on=dt.date(2026, 11, 20),
            template=TEMPLATE,
            inputs=(Input(name="engagement", blob=A), Input(name="settings", blob=B)),
            outputs=(Output(format="pdf", blob=C, sealed=D), Output(format="docx", blob=B)),
            tools=(Tool(name="weasyprint", version="70.0"),),
        ),
        DocumentSuperseded(**HEAD, document=CONTRACT, by_version=3),
        DocumentWithdrawn(**HEAD, document=ORDER, reason=B),
        DocumentExecuted(**HEAD, document=CONTRACT, on=dt.date(2026, 11, 27), signed=B),
        BlobErased(**HEAD, blob=B, ground="request"),
        CheckpointSigned(**HEAD, size=7, root=B, note=NOTE),
        CheckpointTimestamped(**HEAD, size=7, note=B, token=B),
    )
}
# Written once, on the day each kind was added. A line is never changed: records out there hold events like it.
GOLDEN = (Path(__file__).parent / "schema-1.jsonl").read_bytes().splitlines()


def test_there_is_a_golden_line_for_every_kind_of_event() -> None:
    kinds = {kind.model_fields["event"].default for kind in get_args(get_args(Event)[0])}
    assert kinds == EXAMPLES.keys() == {json.loads(line)["event"] for line in GOLDEN}


@pytest.mark.parametrize("line", GOLDEN, ids=lambda line: json.loads(line)["event"])
def test_what_was_written_once_is_read_for_ever(line: bytes) -> None:
    event = EXAMPLES[json.loads(line)["event"]]
    assert read_event(line) == event
    assert write_event(event) == line
    assert write_event(read_event(line)) == line


def test_an_event_names_all_its_blobs() -> None:
    digests = {event.event: set(event.blobs) for event in EXAMPLES.values()}
    assert digests.pop("document_issued") == {A, B, C, D}
    without = {"workspace_created", "key_changed", "person_named", "person_forgotten", "template_approved"}
    without |= {"document_superseded", "blob_erased", "checkpoint_signed"}
    assert {kind for kind, blobs in digests.items() if not blobs} == without
    assert all(digests[kind] == {B} for kind in digests.keys() - without)


@given(st.integers(-14 * 60, 14 * 60), st.datetimes())
def test_the_time_keeps_its_offset(minutes: int, moment: dt.datetime) -> None:
    zone = dt.timezone(dt.timedelta(minutes=minutes))
    event = with_head(at=moment.replace(tzinfo=zone))
    again = read_event(write_event(event))
    assert again.at == moment.replace(tzinfo=zone, microsecond=0)
    assert again.at.utcoffset() == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize("at", [NOW.replace(tzinfo=None), NOW.replace(tzinfo=dt.timezone(dt.timedelta(seconds=75)))])
def test_a_time_without_a_plain_offset_is_refused(at: dt.datetime) -> None:
    with pytest.raises(ValidationError, match="offset from UTC"):
        with_head(at=at)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "ann@northbridge.example"),
        ("actor", "A" * 64),
        ("blob", "b" * 63),
        ("blob", "../../etc/passwd"),
        ("ground", "whim"),
        ("idempotency_key", ""),
        ("idempotency_key", " key"),
        ("idempotency_key", "é"),
        ("idempotency_key", "x" * 201),
        ("docgen", "new"),
        ("schema", 2),
        ("words", "of somebody"),
    ],
)
def test_an_event_with_a_wrong_field_is_not_made(field: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        with_head(**{field: value})


def test_a_key_that_does_not_fit_its_own_id_founds_nothing() -> None:
    with pytest.raises(ValidationError, match="not that of the key"):
        KeyChanged(**HEAD, verifying_key=str(KEY.verifying_key).replace("+a", "+b"))


def test_an_event_never_changes() -> None:
    with pytest.raises(ValidationError):
        EXAMPLES["blob_erased"].actor = B


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_field_left_out_or_added_is_refused(kind: str) -> None:
    value = json.loads(write_event(EXAMPLES[kind])) | {"docgen": docgen_version()}
    for name in value:
        with pytest.raises(UnreadableEventError):
            read_event(canonical_bytes({key: item for key, item in value.items() if key != name}))
    with pytest.raises(UnreadableEventError, match="words"):
        read_event(canonical_bytes(value | {"words": "more"}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"schema":1', '"schema":2'),
        ('"schema":1', '"schema":"1"'),
        ("blob_erased", "blob_sung"),
        ("+01:00", "Z"),
        ("+01:00", "+0100"),
        ("+01:00", ""),
        ("16:00:03", "16:00:03.5"),
        ("T16", " 16"),
        ('"blob":', '"blob": '),
    ],
)
def test_another_spelling_is_refused(old: str, new: str) -> None:
    body = write_event(with_head(docgen=docgen_version())).decode()
    assert body.count(old) == 1
    with pytest.raises(UnreadableEventError) as refusal:
        read_event(body.replace(old, new).encode())
    assert refusal.value.exit_code is ExitCode.UNVERIFIED


@pytest.mark.parametrize(
    "body", [b"", b"1", b"[]", b"null", b"{}", b"\xff", b'{"docgen":1}', b'{"docgen":"9.9","x":1}']
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises((UnreadableEventError, NewerEventError)):
        read_event(body)


@pytest.mark.parametrize(
    ("change", "unknown"),
    [
        ({"schema": 2}, "an event of schema 2"),
        ({"event": "blob_restored"}, "the event blob_restored"),
        ({"witness": "x"}, "the field “witness” of document_issued"),
        (
            {"document": {**json.loads(CONTRACT.model_dump_json()), "copy": 1}},
            "the field “document.copy” of document_issued",
        ),
        ({"on": {"from": "2026-11-20"}}, "another form of document_issued"),
    ],
)
def test_an_event_of_a_newer_docgen_says_which_one_reads_it(change: dict[str, Any], unknown: str) -> None:
    value = json.loads(write_event(EXAMPLES["document_issued"])) | {"docgen": "99.1.0"} | change
    with pytest.raises(NewerEventError) as refusal:
        read_event(canonical_bytes(value))
    assert unknown in str(refusal.value)
    assert "docgen 99.1.0 or newer" in str(refusal.value)
    assert refusal.value.exit_code is ExitCode.MISSING_HERE


def test_an_event_of_a_newer_docgen_that_is_known_here_is_read() -> None:
    value = json.loads(write_event(EXAMPLES["document_issued"])) | {"docgen": "99.1.0"}
    assert read_event(canonical_bytes(value)).docgen == "99.1.0"


@given(st.binary(max_size=60))
def test_no_bytes_at_all_do_more_than_to_be_refused(body: bytes) -> None:
    with pytest.raises(UnreadableEventError):
        read_event(body)


def test_a_mark_stands_for_one_address_under_one_salt() -> None:
    salt = bytes(range(32))
    mark = person_mark("Ann@Northbridge.example", salt)
    assert mark == person_mark("ann@northbridge.example", salt)
    assert (
        len({mark, person_mark("ann@northbridge.example", bytes(32)), person_mark("bob@northbridge.example", salt)})
        == 3
    )
    assert mark == "30b254d6eeda204b362d8f23170acf96ba1391e152382b87198abb226fd37732"


def with_head(**changes: Any) -> BlobErased:
    return BlobErased(**HEAD | {"blob": B, "ground": "request"} | changes)
