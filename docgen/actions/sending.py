"""Send progress reports by e-mail, each at most once, and say what became of it (decision 33).

Each step is recorded before the next is taken. A letter is handed over by the one run that recorded, on the record as
it was, that it does so; a second run at the same time is refused at that point, before the end of the letter went out.
Where nobody can know whether a letter was taken, nothing is sent again before somebody who can look has answered.
"""

from __future__ import annotations

import datetime as dt
import os
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.desk import Desk
from docgen.actions.dispatches import (
    IN_FLIGHT,
    Dispatched,
    Sending,
    TakenError,
    dispatches_of,
    record_step,
    sendings,
)
from docgen.actions.letters import Composed, compose, sender_of
from docgen.actions.recorded import recorded_engagement
from docgen.actions.references import find_engagement, reference_of
from docgen.actions.reporting import Asking, reports
from docgen.actions.undelivered import said, trouble, undelivered
from docgen.errors import DocgenError, MissingHereError, NotFoundError, UsageError, shell_word
from docgen.exchange.imap import holds
from docgen.exchange.mail import draft_bytes, message_bytes, message_id, shown_line
from docgen.exchange.smtp import MailServerError, Outcome, Server, State, connected, hand_over, password_for
from docgen.models.dispatch import Dispatch, DispatchState, Recipient, Standing, state_of
from docgen.models.engagement import Engagement
from docgen.settings import MailSettings

if TYPE_CHECKING:
    from docgen.store.record import Record

SENT_PASSWORD = "DOCGEN_IMAP_PASSWORD"  # noqa: S105 - the name of a variable
_IN_A_ROW = 3
"""After how many letters that no server answered to a run ends."""
Ask = Callable[[str], bool | None]
"""Asks a person whether a letter arrived; None where they cannot say."""


class NotSentFromHereError(UsageError):
    """Neither a server nor a folder for drafts is known."""

    def __init__(self) -> None:
        super().__init__(
            "docgen.toml does not say how reports are sent. Give [mail] a host, or write drafts for a person to send: "
            "--draft DIR."
        )


class Ending(StrEnum):
    """What came of a letter."""

    SENT = "sent"
    IN_PART = "sent in part"
    DRAFT = "draft written"
    WOULD = "would be sent"
    LATER = "to be tried again"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WAITS = "waits for a person"
    ELSEWHERE = "with another run"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """What came of the letter with a report, in words where there is more to say, and with whom."""

    reference: str
    ending: Ending
    words: str = ""
    recipients: tuple[Recipient, ...] = ()
    subject: str = ""
    message_id: str = ""
    file: Path | None = None


# The round


def send(
    desk: Desk,
    asking: Asking,
    remarks: list[str],
    *,
    ask: Ask | None = None,
    drafts: Path | None = None,
    only: str = "",
) -> Iterator[Result]:
    """Send each report that was issued, stands and was not sent, in order of number, and yield what came of it.

    Recipients that were deferred are tried again, and no others. A letter of which nothing is known is looked for in
    the mailbox where docgen.toml names one, else `ask` is asked, else it stays for a person. With `drafts`, letters are
    written there instead; `only` names the one report that is meant. Raises NotSentFromHereError, what acting raises,
    MailServerError and PasswordMissingError where nothing can be sent at all, UsageError, and for an engagement that is
    named what reading it raises.
    """
    mail = desk.settings.mail
    folder = drafts or (None if mail.host else mail.drafts)
    if folder is None and not mail.host:
        raise NotSentFromHereError
    post = _Post(desk, act(desk, Deed.SEND_REPORTS), ask, folder)
    yield from post.run(asking, remarks, frozenset({only}) if only else None)


def foresee(desk: Desk, asking: Asking, remarks: list[str]) -> Iterator[Result]:
    """Yield what `send` would send, and what waits; nothing is recorded, no server is called. Raises as send does."""
    yield from _Post(desk, None, None, None).run(asking, remarks)


@dataclass
class _Post:
    """One run: whose hand records, who is asked, where drafts go; without a hand nothing is done."""

    desk: Desk
    hand: Hand | None
    ask: Ask | None
    folder: Path | None
    password: str | None = None
    unanswered: int = 0
    mailbox_failed: bool = field(default=False)

    @property
    def record(self) -> Record:
        return self.hand.record if self.hand else self.desk.record

    @property
    def mail(self) -> MailSettings:
        return self.desk.settings.mail

    def run(self, asking: Asking, remarks: list[str], wanted: frozenset[str] | None = None) -> Iterator[Result]:
        if asking.week:
            wanted = _of_week(self.desk, asking, remarks)
        names = (asking.engagement,) if asking.engagement else self.record.register.engagement_ids()
        if asking.engagement:
            find_engagement(self.record.register, asking.engagement)
        for name in names:
            try:
                yield from self._engagement(name, asking, wanted)
            except MissingHereError:
                raise
            except DocgenError as error:
                if asking.engagement:
                    raise
                remarks.append(f"{name}: {error}")

    def _engagement(self, name: str, asking: Asking, wanted: frozenset[str] | None) -> Iterator[Result]:
        from docgen.store.blobs import BlobErasedError

        mail = self.mail if self.mail.wanted else replace(self.mail, drafts=self.folder or Path())
        found = sendings(self.record, name, mail, self.desk.on)
        found = tuple(each for each in found if wanted is None or each.reference in wanted)
        if not found:
            return
        try:
            engagement = recorded_engagement(self.record, name).facts
        except BlobErasedError:
            return
        if asking.client_class not in (None, engagement.account.client_class):
            return
        waits_for = ""
        for each in found:
            if waits_for:
                yield Result(each.reference, Ending.LATER, f"it goes after {waits_for}")
                continue
            result = self._result(engagement, each)
            if result.ending is Ending.LATER:
                waits_for = each.reference
            yield result

    def _result(self, engagement: Engagement, sending: Sending) -> Result:
        try:
            return self._one(engagement, sending)
        except MissingHereError:
            raise
        except TakenError as error:
            return Result(sending.reference, Ending.ELSEWHERE, str(error))
        except DocgenError as error:
            return Result(sending.reference, Ending.FAILED, str(error))

    def _one(self, engagement: Engagement, sending: Sending) -> Result:
        letter = sending.letter
        if letter is None:
            return self._out(engagement, sending)
        match letter.state:
            case DispatchState.OUTBOX | DispatchState.DEFERRED:
                return self._out(engagement, sending)
            case DispatchState.HANDED_OVER | DispatchState.UNKNOWN:
                return self._unknown(engagement, sending, letter)
            case DispatchState.DRAFT:
                return told(
                    letter, Ending.WAITS, f"it is a draft; {_once_sent(letter)}; to write it anew: {_again(letter)}"
                )
            case _:
                return told(letter, Ending.WAITS, f"{trouble(letter)}; {_advice(letter)}")

    # Writing a letter, and handing it over

    def _out(self, engagement: Engagement, sending: Sending) -> Result:
        if self.hand is None:
            return self._foreseen(engagement, sending)
        if self.folder is not None:
            return self._draft(self.hand, engagement, sending, self.folder)
        self._call()
        letter = sending.letter
        if letter is None or letter.facts is None or not letter.facts.message:
            letter = self._written(self.hand, engagement, sending)
        return self._handed_over(self.hand, engagement, letter)

    def _foreseen(self, engagement: Engagement, sending: Sending) -> Result:
        facts = sending.letter.facts if sending.letter else None
        if facts and facts.message:
            return Result(sending.reference, Ending.WOULD, "", facts.open, facts.subject, facts.message_id)
        composed = self._compose(engagement, sending, self.desk.now())
        return Result(sending.reference, Ending.WOULD, "", composed.recipients, composed.letter.subject)

    def _compose(self, engagement: Engagement, sending: Sending, now: dt.datetime) -> Composed:
        letters = dispatches_of(self.record, engagement.id)
        return compose(self.desk, self.record, engagement, sending.document, letters, now)

    def _written(self, hand: Hand, engagement: Engagement, sending: Sending, draft: Path | None = None) -> Dispatched:
        """Write a letter and record it, a draft to its file too; raises TakenError where another run was quicker."""
        now = self.desk.now().replace(microsecond=0)
        composed = self._compose(engagement, sending, now)
        content = (draft_bytes if draft else message_bytes)(composed.letter)
        known = sending.letter.facts if sending.letter else None
        have_it = tuple(each for each in known.recipients if each.standing is Standing.ACCEPTED) if known else ()
        facts = Dispatch(
            engagement=engagement.id,
            document=sending.reference,
            state=DispatchState.DRAFT if draft else DispatchState.OUTBOX,
            on=self.desk.on,
            at=now,
            recipients=(*have_it, *composed.recipients),
            subject=composed.letter.subject,
            message_id=message_id(composed.letter),
            message=hand.record.blobs.put(content),
            attempt=known.attempt if known else 0,
        )
        if draft:
            draft.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content)
        return record_step(replace(hand, at=now), sending.letter, facts, content)

    def _draft(self, hand: Hand, engagement: Engagement, sending: Sending, folder: Path) -> Result:
        path = folder / f"{reference_of(sending.document).file_stem}.eml"
        letter = self._written(hand, engagement, sending, path)
        return replace(told(letter, Ending.DRAFT, _once_sent(letter)), file=path)

    def _handed_over(self, hand: Hand, engagement: Engagement, letter: Dispatched) -> Result:
        facts = letter.facts
        assert facts is not None  # noqa: S101 - a letter that is open was read
        last = [letter]

        def before_the_end() -> None:
            begun = {"state": DispatchState.HANDED_OVER, "attempt": facts.attempt + 1}
            last[0] = self._step(hand, letter, facts.model_copy(update=begun))

        outcome = hand_over(
            self._server(),
            self.password or "",
            sender_of(engagement, self.mail, self.desk.settings.house.name).address,
            [each.address for each in facts.open],
            hand.record.blobs.read(facts.message),
            before_the_end,
        )
        recipients = tuple(_answered(each, facts, outcome) for each in facts.recipients)
        attempt = last[0].facts.attempt if last[0].facts else facts.attempt
        became = {"recipients": recipients, "state": state_of(recipients), "attempt": attempt, "why": ""}
        try:
            letter = self._step(hand, last[0], facts.model_copy(update=became))
        except TakenError:
            words = f"the server said {outcome.code} {outcome.text}, and somebody recorded otherwise meanwhile"
            return told(last[0], Ending.WAITS, words)
        self._count(outcome)
        return _outcome(letter, outcome)

    def _count(self, outcome: Outcome) -> None:
        self.unanswered = self.unanswered + 1 if outcome.state is State.DEFERRED and outcome.code == 0 else 0
        if self.unanswered >= _IN_A_ROW:
            why = f"it did not answer {_IN_A_ROW} letters in a row ({outcome.text})"
            raise MailServerError(self._server(), why, "What was not taken goes out with the next run.")

    def _step(self, hand: Hand, letter: Dispatched, facts: Dispatch) -> Dispatched:
        now = self.desk.now().replace(microsecond=0)
        return record_step(replace(hand, at=now), letter, facts.model_copy(update={"on": self.desk.on, "at": now}))

    def _server(self) -> Server:
        mail = self.mail
        security = "tls" if mail.security == "tls" else "none" if mail.security == "none" else "starttls"
        return Server(mail.host, mail.port, security, mail.username, authorities=mail.certificates)  # type: ignore[arg-type]

    def _call(self) -> None:
        """Call the server once before anything is written: what stops one letter would stop all of them."""
        if self.password is not None:
            return
        if not self.mail.host:
            raise NotSentFromHereError
        server = self._server()
        password = password_for(server)
        try:
            with connected(server, password):
                self.password = password
        except (OSError, smtplib.SMTPException) as error:
            why = f"it does not answer as it should ({shown_line(str(error)) or type(error).__name__})"
            cure = "Nothing was sent. Check host and port under [mail] in docgen.toml, or try again later."
            raise MailServerError(server, why, cure) from None

    # A letter of which nothing is known

    def _unknown(self, engagement: Engagement, sending: Sending, letter: Dispatched) -> Result:
        now = self.desk.now()
        facts = letter.facts
        if facts is None:
            return told(letter, Ending.WAITS)
        if letter.is_in_flight(now):
            until = (facts.at + IN_FLIGHT).astimezone(now.tzinfo)
            words = (
                f"handed over at {facts.at:%H:%M} without an answer yet; another run may be at it until {until:%H:%M}"
            )
            return told(letter, Ending.ELSEWHERE, words)
        if self.hand is None:
            return told(letter, Ending.UNKNOWN, _ask_first(letter))
        answer, why = self._looked_for(letter, facts)
        by_person = answer is None and self.ask is not None
        if answer is None and self.ask is not None:
            people = ", ".join(each.address for each in facts.recipients if each.field != "archive")
            answer = self.ask(f"{letter.document} was handed over on {facts.at:%Y-%m-%d at %H:%M} for {people}.")
            why = "said at the terminal"
        if answer is None:
            return told(letter, Ending.UNKNOWN, f"{why}; {_ask_first(letter)}" if why else _ask_first(letter))
        person = self.desk.person if by_person else None
        letter = self._step(self.hand, letter, answered_by(facts, arrived=answer, person=person, why=why))
        if letter.facts and letter.facts.open:
            return self._out(engagement, replace(sending, letter=letter))
        return told(letter, Ending.SENT, why)

    def _looked_for(self, letter: Dispatched, facts: Dispatch) -> tuple[bool | None, str]:
        """Look into the folder of sent letters; not finding one says something only where another one is found."""
        mail = self.mail
        if not mail.sent_host or not facts.message_id or self.mailbox_failed:
            return None, ""
        security = "starttls" if mail.sent_security == "starttls" else mail.sent_security
        server = Server(mail.sent_host, mail.sent_port, security, mail.sent_username, authorities=mail.certificates)  # type: ignore[arg-type]
        try:
            known = os.environ.get(SENT_PASSWORD, "")
            password = known or password_for(server)
            if holds(server, password, mail.sent_folder, facts.message_id):
                return True, "found in the folder of sent letters"
            others = (
                each.facts for each in dispatches_of(self.record, facts.engagement) if each.number != letter.number
            )
            for other in others:
                if other and other.state is DispatchState.ACCEPTED and other.message_id and not other.confirmed_by:
                    if holds(server, password, mail.sent_folder, other.message_id):
                        return False, "not in the folder of sent letters, which holds others"
                    break
        except (MissingHereError, NotFoundError) as error:
            self.mailbox_failed = True
            return None, str(error).rstrip(".")
        return None, "not in the folder of sent letters, which may not hold any"


def _of_week(desk: Desk, asking: Asking, remarks: list[str]) -> frozenset[str]:
    """Return the references of the reports that were due in a week."""
    found = reports(desk, asking, remarks)
    return frozenset(str(reference_of(each.document)) for each in found if each.document)


# What servers and people answer


def _answered(recipient: Recipient, before: Dispatch, outcome: Outcome) -> Recipient:
    """Return how a letter stands with a recipient after it was handed over."""
    if recipient not in before.open:
        return recipient
    for answers, standing in ((outcome.refused, Standing.REFUSED), (outcome.deferred, Standing.DEFERRED)):
        for answer in answers:
            if answer.address == recipient.address:
                said = {"standing": standing, "code": answer.code, "text": answer.text}
                return recipient.model_copy(update=said)
    standing = Standing.ACCEPTED if outcome.state is State.ACCEPTED else Standing.UNKNOWN
    return recipient.model_copy(update={"standing": standing, "code": outcome.code, "text": outcome.text})


def answered_by(facts: Dispatch, *, arrived: bool, person: str | None, why: str) -> Dispatch:
    """Return a letter of which nothing was known once somebody answered whether it arrived."""
    asked = {Standing.UNKNOWN}
    if facts.state is DispatchState.HANDED_OVER:
        asked |= {Standing.WAITING, Standing.DEFERRED}
    standing = Standing.ACCEPTED if arrived else Standing.WAITING
    recipients = tuple(
        each.model_copy(update={"standing": standing}) if each.standing in asked else each for each in facts.recipients
    )
    said = {"recipients": recipients, "state": state_of(recipients), "confirmed_by": person, "why": why}
    return facts.model_copy(update=said)


# In words


def _advice(letter: Dispatched) -> str:
    return f"correct the address and send it: {_again(letter)}; reached otherwise: {_sent(letter)}"


def _once_sent(letter: Dispatched) -> str:
    return f"once it is sent: {_sent(letter)}"


def _sent(letter: Dispatched) -> str:
    return f"docgen progress send --sent {shell_word(letter.document)}"


def _again(letter: Dispatched) -> str:
    return f"docgen progress send --again {shell_word(letter.document)}"


def _ask_first(letter: Dispatched) -> str:
    return (
        "nobody knows whether it arrived, so it is not sent again. Ask, or look among the sent letters; then "
        f"{_sent(letter)}, or {_again(letter)}"
    )


def told(letter: Dispatched, ending: Ending, words: str = "") -> Result:
    """Return what came of a letter, with whom it went to."""
    facts = letter.facts
    if facts is None:
        return Result(letter.document, ending, words)
    return Result(letter.document, ending, words, facts.recipients, facts.subject, facts.message_id)


def _outcome(letter: Dispatched, outcome: Outcome) -> Result:
    match letter.state:
        case DispatchState.UNKNOWN:
            return told(letter, Ending.UNKNOWN, f"{outcome.text}; {_ask_first(letter)}")
        case DispatchState.DEFERRED if letter.facts and letter.facts.reached:
            return told(letter, Ending.IN_PART, trouble(letter))
        case DispatchState.DEFERRED:
            answers = (f"{each.address} ({said(each)})" for each in undelivered(letter))
            return told(letter, Ending.LATER, "; ".join(answers))
        case DispatchState.REFUSED:
            return told(letter, Ending.REFUSED, f"{trouble(letter)}; {_advice(letter)}")
        case _ if not letter.settled:
            return told(letter, Ending.IN_PART, f"{trouble(letter)}; {_advice(letter)}")
        case _:
            return told(letter, Ending.SENT)
