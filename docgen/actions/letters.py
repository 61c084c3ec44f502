"""The e-mail a report goes out with: its words from the facts of the report, the PDF beside them, one thread each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.dispatches import Dispatched
from docgen.actions.documents import issued_event
from docgen.actions.drafting import COVER, approved_wording
from docgen.actions.making import recorded_ingredients
from docgen.actions.references import reference_of
from docgen.actions.render import build, case_of, missing_findings
from docgen.errors import FindingsError, NotFoundError, UsageError
from docgen.exchange.mail import AddressError, Attachment, Letter, Mailbox, is_address, thread_id
from docgen.lifecycle.recipients import NobodyToSendToError, report_readers
from docgen.models.dispatch import Recipient
from docgen.models.engagement import Engagement
from docgen.settings import MailSettings

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

_MOST_REFERENCES = 10


class NoSenderError(UsageError):
    """Nobody is known who sends the reports of an engagement."""

    def __init__(self, engagement: str) -> None:
        super().__init__(
            f"Nobody is known who sends the reports of {engagement}: it has no account manager, and docgen.toml has no "
            "`from` in [mail]. Give one of them."
        )


@dataclass(frozen=True)
class Composed:
    """A letter ready to go, and all who get it: those it names, and the archive."""

    letter: Letter
    recipients: tuple[Recipient, ...]


def sender_of(engagement: Engagement, mail: MailSettings, house: str) -> Mailbox:
    """Return whom letters come from: what docgen.toml says, else the account manager; raises NoSenderError."""
    manager = engagement.account.manager or ""
    user = mail.username if is_address(mail.username) else ""
    address = mail.sender or manager or user
    if not address:
        raise NoSenderError(engagement.id)
    known = engagement.person(manager) if manager else None
    person, firm = known[1].name if known else "", house or engagement.provider.legal_name or ""
    return Mailbox(address, mail.name or ", ".join(filter(None, (person, firm))))


def compose(
    desk: Desk,
    record: Record,
    engagement: Engagement,
    document: IssuedDocument,
    letters: tuple[Dispatched, ...],
    now: dt.datetime,
) -> Composed:
    """Return the letter that brings a report to those of its readers who do not have it yet.

    `letters` are those of the engagement so far: the new one goes into their thread. Raises NotApprovedError,
    NobodyToSendToError, NoSenderError, AddressError, FindingsError with the facts that are missing, and what reading
    the record raises.
    """
    mail, house = desk.settings.mail, desk.settings.house.name
    own = next((each for each in letters if each.document == str(reference_of(document))), None)
    has_it = own.facts.reached if own and own.facts else frozenset()
    recipients = tuple(each for each in _readers(engagement, mail) if each.address.casefold() not in has_it)
    people = [each for each in recipients if each.field != "archive"]
    if not people:
        raise NobodyToSendToError(engagement.id, "all of its readers have it")
    to = [each for each in people if each.field == "to"] or people
    sender = sender_of(engagement, mail, house)
    reply_to = mail.reply_to or engagement.account.manager or ""
    before = [each.facts for each in letters if each.facts and each.facts.message_id and each is not own]
    root = thread_id(engagement.id, sender.address)
    ids = [each.message_id for each in before][-_MOST_REFERENCES:]
    subject, text, html, automatic = _words(
        desk, record, document, tuple(each.name for each in to), replaces=_replaces(document, letters)
    )
    letter = Letter(
        sender=sender,
        to=tuple(Mailbox(each.address, each.name) for each in to),
        cc=tuple(Mailbox(each.address, each.name) for each in people if each not in to),
        reply_to=Mailbox(reply_to) if reply_to and reply_to != sender.address else None,
        subject=before[-1].subject if before else subject,
        text=text,
        html=html,
        date=now,
        attachments=(_attachment(record, document),),
        in_reply_to=ids[-1] if ids else root,
        references=(root, *ids),
        automatic=automatic,
    )
    return Composed(letter, recipients)


def _readers(engagement: Engagement, mail: MailSettings) -> Iterator[Recipient]:
    readers = report_readers(engagement)
    yield from (Recipient(address=each.email or "", name=each.name, field="to") for each in readers.to)
    yield from (Recipient(address=each.email or "", name=each.name, field="cc") for each in readers.cc)
    known = {each.email for each in (*readers.to, *readers.cc)}
    if mail.archive and mail.archive not in known:
        if not is_address(mail.archive):
            raise AddressError(mail.archive)
        yield Recipient(address=mail.archive, field="archive")


def _replaces(document: IssuedDocument, letters: tuple[Dispatched, ...]) -> bool:
    """Say whether somebody has an earlier version of the report."""
    earlier = {str(replace(reference_of(document), version=each)) for each in range(1, document.version)}
    return any(each.document in earlier and (each.facts is None or each.facts.reached) for each in letters)


def _words(
    desk: Desk, record: Record, document: IssuedDocument, addressees: tuple[str, ...], *, replaces: bool
) -> tuple[str, str, str, bool]:
    """Return subject, plain text and HTML, made from one tree, and whether the letter goes out by itself."""
    from docgen.writers.letter import letter_html, letter_text

    with recorded_ingredients(record, issued_event(record, document)) as made_from:
        engagement, facts = made_from.engagement, made_from.facts
        template = approved_wording(desk, record, COVER, engagement).template
        there = desk.furnished(desk.catalogue, made_from.look, made_from.on)
        case = replace(
            case_of(there, COVER, engagement, facts),
            addressees=addressees,
            replaces=replaces,
            draft=False,
            number=str(made_from.reference),
        )
        tree, missing = build(there, template, case, facts)
        if missing:
            raise FindingsError(missing_findings(missing, facts, "Give it, and record the file again."))
    report = engagement.account.report
    automatic = bool(case.entry and case.entry.no_change and report and report.when_quiet == "send")
    return tree.title, letter_text(tree), letter_html(tree), automatic


def _attachment(record: Record, document: IssuedDocument) -> Attachment:
    """Return the PDF as it left the firm: the sealed one where there is one."""
    for output in issued_event(record, document).outputs:
        if output.format == "pdf":
            content = record.blobs.read(output.sealed or output.blob)
            return Attachment(f"{reference_of(document).file_stem}.pdf", "application/pdf", content)
    raise NotFoundError(f"{reference_of(document)} has no PDF to send.")
