"""All that is owed on a day, of every engagement: signatures awaited, and deadlines, overdue ones first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.dispatches import Dispatched, sendings
from docgen.actions.documents import due as unsigned
from docgen.actions.dossier import Dossier, dossiers, open_dossier
from docgen.actions.executed import CONTRACT, LETTER
from docgen.actions.life import house_rules
from docgen.actions.references import reference_of
from docgen.actions.told import unissued
from docgen.actions.undelivered import trouble
from docgen.errors import DocgenError
from docgen.exchange.calendar_files import CalendarEntry, write_calendar
from docgen.facts.recorded import RecordedFactsError
from docgen.lifecycle.agenda import agenda
from docgen.lifecycle.client_actions import asking_report
from docgen.lifecycle.due import Actor, Deadline, DeadlineKind
from docgen.lifecycle.reporting import report_name
from docgen.models.dispatch import DispatchState
from docgen.store.register import ALL

if TYPE_CHECKING:
    from docgen.store.register import IssuedDocument

WINDOW = 14
"""How many days ahead is looked when nobody says."""
LONG_AGO = 730
"""How many days after its completion an engagement is no longer looked at, unless it is named."""
SIGNATURE, SENDING = "signature", "sending"
_SIGNERS = {"look-back": "sender", "re-opening": "sender", "change-directive": "party that orders"}
"""Who signs a kind of document, where that is not both parties."""
_WORDS = {
    DeadlineKind.CURE: "put right what the notice says",
    DeadlineKind.BREACH_NOTICE: "issue the notice of breach",
    DeadlineKind.NOTICE_OF_ISSUE: "tell the client",
    DeadlineKind.DECISION: "decide",
    DeadlineKind.PAYMENT: "pay",
    DeadlineKind.ACCEPTANCE_REVIEW: "accept or reject",
    DeadlineKind.REVIEW_REMINDER: "remind of the review",
    DeadlineKind.CHANGE_RESPONSE: "answer",
    DeadlineKind.APPROVAL_VALIDITY: "the approval lapses",
    DeadlineKind.DELIVERABLE: "hand over",
    DeadlineKind.MILESTONE: "reach",
    DeadlineKind.OBLIGATION: "do",
    DeadlineKind.CLIENT_ACTION: "do",
    DeadlineKind.FOLLOW_UP: "follow up",
}
"""What is to be done, for the kinds whose subject does not say it itself."""
_WHO = {
    Actor.CLIENT: "client",
    Actor.PROVIDER: "provider",
    Actor.BOTH: "both parties",
    Actor.ACCOUNT_MANAGER: "account manager",
}


@dataclass(frozen=True)
class Item:
    """One thing that is owed: a deadline with the one person who must act, or a document that awaits a signature.

    `day` is the day it is due, of a document the day it was issued; `left` are the days to it, below zero once it is
    past.
    """

    engagement: str
    title: str
    day: dt.date
    left: int
    who: str
    what: str
    person: str | None = None
    deadline: Deadline | None = None
    document: IssuedDocument | None = None
    sending: str = ""
    """The report whose letter is owed: it did not go out, came back, or nobody knows."""
    letter: Dispatched | None = None
    """That letter as it was last recorded, None where there is none yet."""

    @property
    def kind(self) -> str:
        """Return what is owed, in a word: `signature`, `sending`, or the kind of the deadline."""
        if self.sending:
            return SENDING
        return self.deadline.kind.value if self.deadline else SIGNATURE

    @property
    def overdue(self) -> bool:
        """Say whether a deadline has passed; a signature has none, and what was to be sent is overdue at once."""
        return bool(self.sending) or (self.deadline is not None and self.left < 0)


@dataclass(frozen=True)
class Asking:
    """What is asked: of one engagement or of all, up to how many days ahead (None for all), only what is overdue."""

    engagement: str = ""
    within: int | None = WINDOW
    overdue: bool = False


@dataclass(frozen=True)
class Owing:
    """What is owed, in the order in which it should be worked off, and what hindered part of the answer."""

    items: tuple[Item, ...]
    remarks: tuple[str, ...]


def owing(desk: Desk, asking: Asking) -> Owing:
    """Return all that is owed on the day of the desk, overdue first and the longest overdue on top.

    Of all engagements, those whose facts were erased are passed over, and so are those that were completed more than
    `LONG_AGO` days ago. What cannot be computed of one of them is a remark. Raises UnknownEngagementError, and what
    opening and reading the record raises, for an engagement that is named.
    """
    remarks: list[str] = []
    items: list[Item] = []
    for dossier in _dossiers(desk, asking.engagement, remarks):
        items += _items(desk, dossier, remarks, named=bool(asking.engagement))
        items += _letters(desk, dossier, remarks)
    if asking.overdue:
        items = [each for each in items if each.overdue]
    else:
        items += _signatures(desk, asking.engagement)
    if asking.within is not None:
        most = asking.within
        items = [each for each in items if each.left <= max(most, each.deadline.warn_days if each.deadline else 0)]
    return Owing(tuple(sorted(items, key=_order)), tuple(remarks))


def calendar(desk: Desk, items: tuple[Item, ...]) -> bytes:
    """Return the deadlines among items as a calendar file; raises NothingDueError where there are none."""
    entries = [CalendarEntry(each.deadline, each.engagement, each.title) for each in items if each.deadline]
    name = f"{desk.settings.house.name}: deadlines" if desk.settings.house.name else "Deadlines"
    return write_calendar(entries, name=name, stamp=desk.now())


def _dossiers(desk: Desk, name: str, remarks: list[str]) -> Iterator[Dossier]:
    if name:
        yield open_dossier(desk.record, name, desk.on)
    else:
        yield from dossiers(desk.record, desk.on, remarks, desk.on - dt.timedelta(days=LONG_AGO + 1))


def _items(desk: Desk, dossier: Dossier, remarks: list[str], *, named: bool) -> Iterator[Item]:
    from docgen.store.blobs import BlobErasedError

    try:
        found = agenda(dossier.situation, house_rules(desk))
    except BlobErasedError:
        return
    except DocgenError as error:
        if named:
            raise
        remarks.append(f"{dossier.name}: {error}")
        return
    if found.remark:
        remarks.append(f"{dossier.name}: {found.remark}")
    untold = {report_name(each.number) for each in unissued(dossier) if each.number is not None}
    for owed in found.owed:
        deadline = owed.deadline
        words = _WORDS.get(deadline.kind, "")
        note = "not told yet, for that report is not issued" if asking_report(deadline) in untold else owed.note
        yield Item(
            engagement=dossier.name,
            title=dossier.engagement.title,
            day=deadline.date,
            left=deadline.days_left(desk.on),
            who=owed.person or _WHO[deadline.owed_by],
            what=": ".join(filter(None, (words, deadline.about, note))),
            person=owed.person,
            deadline=deadline,
        )


def _letters(desk: Desk, dossier: Dossier, remarks: list[str]) -> Iterator[Item]:
    """Yield the reports that were issued and are not with the client: not sent, refused, come back, or unknown."""
    try:
        found = sendings(desk.record, dossier.name, desk.settings.mail, desk.on)
    except RecordedFactsError as error:
        remarks.append(f"{dossier.name}: {error}")
        return
    for each in found:
        manager = dossier.engagement.account.manager
        what = (_TO_SEND[each.letter.state] if each.letter else _TO_SEND[DispatchState.OUTBOX]).format(each.reference)
        yield Item(
            engagement=dossier.name,
            title=dossier.engagement.title,
            day=dt.date.fromisoformat(each.document.day),
            left=(dt.date.fromisoformat(each.document.day) - desk.on).days,
            who=manager or _WHO[Actor.ACCOUNT_MANAGER],
            what=": ".join(filter(None, (what, trouble(each.letter)))),
            person=manager,
            sending=each.reference,
            letter=each.letter,
        )


_TO_SEND = {
    DispatchState.OUTBOX: "send {}",
    DispatchState.DEFERRED: "send {} once more",
    DispatchState.HANDED_OVER: "find out whether the client has {}",
    DispatchState.UNKNOWN: "find out whether the client has {}",
    DispatchState.DRAFT: "send the draft with {}",
    DispatchState.REFUSED: "correct the address and send {} again",
    DispatchState.BOUNCED: "correct the address and send {} again",
    DispatchState.ACCEPTED: "correct the address and send {} there too",
}
"""What is to be done about a letter, by how far it has come."""


def _signatures(desk: Desk, engagement: str) -> Iterator[Item]:
    """Yield the documents that await a signature; the contract, once signed, takes the place of the letter."""
    for each in unsigned(desk, ALL):
        document = each.document
        if each.days < 0 or (engagement and document.engagement != engagement):
            continue
        facts = desk.record.register.latest(document.engagement)
        if facts is not None and desk.record.blobs.is_erased(facts.blob):
            continue
        if document.kind == LETTER and any(
            paper.executed_on and paper.withdrawn_by is None and paper.executed_on <= desk.on.isoformat()
            for paper in desk.record.register.versions(document.engagement, CONTRACT)
        ):
            continue
        yield Item(
            engagement=document.engagement,
            title="",
            day=dt.date.fromisoformat(document.day),
            left=-each.days,
            who=_SIGNERS.get(document.kind, "both parties"),
            what=f"sign {reference_of(document)}",
            document=document,
        )


def _order(item: Item) -> tuple[bool, dt.date, int, str, str]:
    kinds = list(DeadlineKind)
    rank = -1 if item.deadline is None else kinds.index(item.deadline.kind)
    return not item.overdue and item.left >= 0, item.day, rank, item.engagement, item.what
