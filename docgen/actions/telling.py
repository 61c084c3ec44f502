"""What happened, told: an entry of the log as a line that a person reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from docgen.actions.references import Reference, reference_of
from docgen.models.decision import Decided
from docgen.store.events import (
    BlobErased,
    CheckpointSigned,
    CheckpointTimestamped,
    DocumentExecuted,
    DocumentIssued,
    DocumentSuperseded,
    DocumentWithdrawn,
    EngagementRecorded,
    EntryRecorded,
    Event,
    KeyChanged,
    PersonForgotten,
    PersonNamed,
    TemplateApproved,
    TemplateConditioned,
    TemplateKept,
    TemplateRejected,
    TemplateRetired,
    TemplateSubmitted,
    TemplateVersion,
    WorkspaceCreated,
)

Naming = Callable[[str], str]
"""Returns who stands behind a mark."""


def told(event: Event, named: Naming) -> str:
    """Return what an event says, without who did it and when."""
    match event:
        case WorkspaceCreated():
            return f"founded the record {event.origin}"
        case KeyChanged():
            return f"began to sign with the key {event.verifying_key.split('+')[1]}"
        case PersonNamed():
            return f"named {named(event.person)}: {', '.join(event.roles) or 'no role'}"
        case PersonForgotten():
            return f"forgot the person {event.person[:12]}"
        case TemplateApproved(template=template):
            return f"approved the template {_version(template)}"
        case TemplateKept(template=template):
            return f"kept the template {_version(template)} in one piece"
        case TemplateSubmitted(template=template):
            return f"submitted the template {_version(template)} for review"
        case TemplateRejected(template=template):
            return f"rejected the template {_version(template)}"
        case TemplateRetired(template=template):
            return f"retired the template {_version(template)}"
        case TemplateConditioned(template=template):
            return f"set the conditions of the approval of the template {_version(template)}"
        case EngagementRecorded():
            return f"recorded {event.engagement}, revision {event.revision}"
        case EntryRecorded(entry=word) if word.removeprefix("change_") in set(Decided):
            return f"{word.removeprefix('change_')} {Reference(event.engagement, 'change-order', event.number)}"
        case EntryRecorded(entry="terms_approved"):
            return f"approved terms of {event.engagement} that are not the house's standard ({event.revision})"
        case EntryRecorded(entry="dispatch"):
            return f"recorded step {event.revision} in sending letter {event.number} of {event.engagement}"
        case EntryRecorded(entry="message"):
            again = f", written anew ({event.revision})" if event.revision > 1 else ""
            return f"kept letter {event.number} of {event.engagement} as it goes out{again}"
        case EntryRecorded():
            entry = event.entry.replace("_", " ")
            return f"recorded {entry} {event.number} of {event.engagement}, revision {event.revision}"
        case DocumentIssued():
            return _issued(event)
        case DocumentSuperseded():
            return f"put version {event.by_version} in the place of {reference_of(event.document)}"
        case DocumentWithdrawn():
            return f"withdrew {reference_of(event.document)}"
        case DocumentExecuted():
            return f"recorded {reference_of(event.document)} as signed on {event.on}"
        case BlobErased():
            return f"erased the file {event.blob[:12]} ({event.ground})"
        case CheckpointSigned():
            return f"signed a checkpoint over {event.size} entries"
        case CheckpointTimestamped():
            return f"had the checkpoint over {event.size} entries timestamped"
        case _:
            assert_never(event)


def _version(template: TemplateVersion) -> str:
    return f"{template.name} ({template.language}) {template.version}, {template.hash[:12]}"


def _issued(event: DocumentIssued) -> str:
    files = ", ".join(f"{output.format}{', sealed' if output.sealed else ''}" for output in event.outputs)
    template = event.template
    return (
        f"issued {reference_of(event.document)} ({files}) from revision {event.revision} "
        f"on {template.name} {template.version}"
    )
