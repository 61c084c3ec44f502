"""What happened, as the log keeps it for ever: one closed set of events, and the bytes each of them is hashed as.

Schema 1. A kind of event never gains, loses or changes a field; new kinds may be added. An older docgen that meets
one says which docgen wrote it. The forms of names and references stand here and not in docgen.models, because those
may grow stricter, and what was recorded has to stay readable.

No event holds a name, an address or other words about a person: a person is a salted hash (docgen.store.people),
and words that somebody wrote are a blob named by its hash. Either can be erased while the log still verifies.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import unicodedata
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, TypeAdapter, ValidationError

from docgen.errors import DocgenError, ExitCode, MissingHereError
from docgen.store.canonical import NotCanonicalError, canonical_bytes, read_canonical
from docgen.store.notes import NoteError, read_verifying_key

SCHEMA = 1


class UnreadableEventError(DocgenError):
    """The bytes are no event that any docgen wrote."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, why: str) -> None:
        super().__init__(f"This is no event of the record. {why}")


class NewerEventError(MissingHereError):
    """The event was written by a newer docgen, which knows more than this one."""

    def __init__(self, written_by: str, unknown: str) -> None:
        super().__init__(
            f"The record holds {unknown}, which docgen {docgen_version()} does not know. It was written by docgen "
            f"{written_by}. Read this record with docgen {written_by} or newer."
        )


@cache
def docgen_version() -> str:
    """Return the version of this docgen, or 0.0.0 in a checkout that was never installed."""
    try:
        return version("docgen")
    except PackageNotFoundError:
        return "0.0.0"


def person_mark(email: str, salt: bytes) -> str:
    """Return the hash that stands for a person; without the salt nobody can tell whose it is."""
    address = unicodedata.normalize("NFC", email).casefold()
    return hmac.new(salt, address.encode(), hashlib.sha256).hexdigest()


def _read_moment(value: dt.datetime) -> dt.datetime:
    offset = value.utcoffset()
    if offset is None or offset % dt.timedelta(minutes=1):
        raise ValueError("a time needs its offset from UTC in whole minutes")
    return value.replace(microsecond=0, tzinfo=dt.timezone(offset))


def _read_key(text: str) -> str:
    try:
        return str(read_verifying_key(text))
    except NoteError as error:
        raise ValueError(str(error)) from None


_AS_TEXT = PlainSerializer(lambda moment: moment.isoformat(), return_type=str)

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 hash: of a blob, of a template with all it includes, or the mark of a person."""
Moment = Annotated[dt.datetime, AfterValidator(_read_moment), _AS_TEXT]
"""A time as somebody's clock said, to the second, with its offset from UTC."""
Day = Annotated[dt.date, _AS_TEXT]
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Name = Annotated[str, Field(pattern=r"^[!-~]([ -~]{0,198}[!-~])?$")]
KeyText = Annotated[str, AfterValidator(_read_key)]
"""The text of a verifying key."""
Origin = Annotated[str, Field(pattern=r"^[!-*,-~]{1,120}$")]
Number = Annotated[int, Field(ge=1, le=2**53 - 1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DocumentName(_Part):
    """One version of a document: version 2 of change order 1 of an engagement. A letter or a contract has no number."""

    engagement: Reference
    kind: Word
    number: Number | None = None
    version: Number


class TemplateVersion(_Part):
    """A template by its name, its language, the version its author gave it, and the hash of all it is made of."""

    name: Name
    language: Word
    version: Name
    hash: Digest


class Input(_Part):
    """Something a document was made from."""

    name: Name
    blob: Digest


class Output(_Part):
    """A file that was handed out: as rendered, and as sealed afterwards when it was."""

    format: Word
    blob: Digest
    sealed: Digest | None = None


class Tool(_Part):
    """A program a document was made with."""

    name: Name
    version: Name


class _Event(_Part):
    """What every event says: when, by whom, by which docgen, and the key under which it is recorded only once."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    docgen: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+[0-9A-Za-z.+-]{0,40}$")] = Field(
        default_factory=docgen_version
    )
    at: Moment
    actor: Digest
    idempotency_key: Name

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hashes of the blobs the event speaks of."""
        return ()


class WorkspaceCreated(_Event):
    """A log begins, under a name of its own and a first key."""

    event: Literal["workspace_created"] = "workspace_created"
    origin: Origin
    verifying_key: KeyText
    time_zone: Name


class KeyChanged(_Event):
    """From here on another key signs the checkpoints."""

    event: Literal["key_changed"] = "key_changed"
    verifying_key: KeyText


class PersonNamed(_Event):
    """Somebody may act, in these roles and no others; without roles they may no longer."""

    event: Literal["person_named"] = "person_named"
    person: Digest
    roles: tuple[Word, ...]


class PersonForgotten(_Event):
    """The salt of a person is erased: nobody can tell any more whose the mark is."""

    event: Literal["person_forgotten"] = "person_forgotten"
    person: Digest


class TemplateApproved(_Event):
    """A template may be used to issue documents, exactly as it is."""

    event: Literal["template_approved"] = "template_approved"
    template: TemplateVersion


class TemplateKept(_Event):
    """A version of a template is kept in one piece, with all it includes, before anybody speaks of it."""

    event: Literal["template_kept"] = "template_kept"
    template: TemplateVersion
    closure: Digest

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hash of the template in one piece."""
        return (self.closure,)


class TemplateSubmitted(_Event):
    """Who wrote a template hands it to legal, exactly as it is; what they say to it is a blob."""

    event: Literal["template_submitted"] = "template_submitted"
    template: TemplateVersion
    note: Digest | None = None

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hash of what was said to it."""
        return (self.note,) if self.note else ()


class TemplateRejected(_Event):
    """Legal hands a template back to who wrote it; the reason is words, and so a blob."""

    event: Literal["template_rejected"] = "template_rejected"
    template: TemplateVersion
    reason: Digest

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hash of the reason."""
        return (self.reason,)


class TemplateRetired(_Event):
    """Nothing more is issued on a template; what was issued on it stands."""

    event: Literal["template_retired"] = "template_retired"
    template: TemplateVersion
    reason: Digest

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hash of the reason."""
        return (self.reason,)


class TemplateConditioned(_Event):
    """The approval of a template has these conditions from now on, and no others; they are a blob."""

    event: Literal["template_conditioned"] = "template_conditioned"
    template: TemplateVersion
    conditions: Digest

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hash of the conditions."""
        return (self.conditions,)


class EngagementRecorded(_Event):
    """The facts of an engagement, as revision 1, 2 and so on."""

    event: Literal["engagement_recorded"] = "engagement_recorded"
    engagement: Reference
    revision: Number
    facts: Digest

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hash of the facts."""
        return (self.facts,)


class EntryRecorded(_Event):
    """The facts of a numbered thing within an engagement: a change order, a progress entry, a breach."""

    event: Literal["entry_recorded"] = "entry_recorded"
    engagement: Reference
    entry: Word
    number: Number
    revision: Number
    facts: Digest

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hash of the facts."""
        return (self.facts,)


class DocumentIssued(_Event):
    """A version of a document was made, from these facts on this template, and leaves the firm."""

    event: Literal["document_issued"] = "document_issued"
    document: DocumentName
    revision: Number
    on: Day
    template: TemplateVersion
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    tools: tuple[Tool, ...]

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hashes of the inputs and of the files made."""
        made = (blob for output in self.outputs for blob in (output.blob, output.sealed) if blob)
        return (*(item.blob for item in self.inputs), *made)


class DocumentSuperseded(_Event):
    """A later version stands in the place of a document."""

    event: Literal["document_superseded"] = "document_superseded"
    document: DocumentName
    by_version: Number


class DocumentWithdrawn(_Event):
    """A document is taken back; the reason is words, and so a blob."""

    event: Literal["document_withdrawn"] = "document_withdrawn"
    document: DocumentName
    reason: Digest

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hash of the reason."""
        return (self.reason,)


class DocumentExecuted(_Event):
    """A document was signed; the signed copy is kept beside the issued one."""

    event: Literal["document_executed"] = "document_executed"
    document: DocumentName
    on: Day
    signed: Digest

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hash of the signed copy."""
        return (self.signed,)


class BlobErased(_Event):
    """A blob is erased for good; its hash stays in the events that speak of it."""

    event: Literal["blob_erased"] = "blob_erased"
    blob: Digest
    ground: Literal["request", "law", "retention"]


class CheckpointSigned(_Event):
    """The log's key has signed what the log was when it had `size` entries."""

    event: Literal["checkpoint_signed"] = "checkpoint_signed"
    size: Number
    root: Digest
    note: Annotated[str, Field(max_length=4000)]


class CheckpointTimestamped(_Event):
    """An authority for timestamps has said when the checkpoint over `size` entries was there (RFC 3161)."""

    event: Literal["checkpoint_timestamped"] = "checkpoint_timestamped"
    size: Number
    note: Digest
    token: Digest

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the hashes of the checkpoint's note and of the token."""
        return (self.note, self.token)


Event = Annotated[
    WorkspaceCreated
    | KeyChanged
    | PersonNamed
    | PersonForgotten
    | TemplateApproved
    | TemplateKept
    | TemplateSubmitted
    | TemplateRejected
    | TemplateRetired
    | TemplateConditioned
    | EngagementRecorded
    | EntryRecorded
    | DocumentIssued
    | DocumentSuperseded
    | DocumentWithdrawn
    | DocumentExecuted
    | BlobErased
    | CheckpointSigned
    | CheckpointTimestamped,
    Field(discriminator="event"),
]

KINDS: tuple[str, ...] = tuple(kind.model_fields["event"].default for kind in get_args(get_args(Event)[0]))
"""The names of all kinds of event."""

_EVENTS: TypeAdapter[Any] = TypeAdapter(Event)


def write_event(event: Event) -> bytes:
    """Return the canonical bytes of an event: what is stored, and what is hashed as a leaf."""
    return canonical_bytes(event.model_dump(mode="json", by_alias=True))


def read_event(data: bytes) -> Event:
    """Return the event that canonical bytes say.

    Raises NewerEventError for what a newer docgen wrote, UnreadableEventError for what none did.
    """
    try:
        value = read_canonical(data)
    except NotCanonicalError as error:
        raise UnreadableEventError(str(error)) from None
    try:
        event: Event = _EVENTS.validate_json(data)
    except ValidationError as error:
        raise _refusal(value, error) from None
    # What a default filled in, or a time written with Z, would make a second spelling of the same event.
    if event.model_dump(mode="json", by_alias=True) != value:
        raise UnreadableEventError("A field is left out or written in another way than docgen does.")
    return event


def _refusal(value: Any, error: ValidationError) -> DocgenError:
    """Return what to say of canonical JSON that is none of the events known here."""
    writer = value.get("docgen") if isinstance(value, dict) else None
    if isinstance(writer, str) and _rank(writer) > _rank(docgen_version()):
        return NewerEventError(writer, _unknown(value, error))
    faults = [f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}" for fault in error.errors()]
    return UnreadableEventError(f"{'; '.join(faults)}.")


def _rank(version_text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", version_text)[:3])


def _unknown(value: dict[str, Any], error: ValidationError) -> str:
    """Return what of a newer event this docgen does not know, in words."""
    if value.get("schema") != SCHEMA:
        return f"an event of schema {value.get('schema')}"
    for problem in error.errors():
        if problem["type"] == "extra_forbidden":
            return f"the field “{'.'.join(map(str, problem['loc'][1:]))}” of {value.get('event')}"
        if problem["type"] == "union_tag_invalid":
            return f"the event {value.get('event')}"
    return f"another form of {value.get('event')}"
