"""Where an engagement stands on a day: its state and since when, its papers, what may come next, and what blocks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pydantic import BaseModel

from docgen.actions.change_orders import told_rung
from docgen.actions.completion import CERTIFICATE, closing_of
from docgen.actions.desk import Desk
from docgen.actions.dossier import Dossier, dossier_of, open_dossier
from docgen.actions.executed import CONTRACT, LETTER
from docgen.errors import DocgenError, NotFoundError, shell_word
from docgen.facts.kinds import COMMANDS
from docgen.facts.load import blank_facts
from docgen.lifecycle.agenda import agenda
from docgen.lifecycle.change_control import check_chain
from docgen.lifecycle.completion import completion_checks, open_checks
from docgen.lifecycle.due import DeadlineKind, Reckoning, reckoning
from docgen.lifecycle.escalation import cooling_off_of, mediation_of, negotiation_of
from docgen.lifecycle.history import Story
from docgen.lifecycle.house_rules import HouseRules, cooling_off
from docgen.lifecycle.progress import budget
from docgen.lifecycle.quantities import quantity
from docgen.lifecycle.states import (
    LIFE_TABLE,
    TROUBLE,
    WORKING_PAPERS,
    LifeState,
    LifeStep,
    NextStep,
    OrderState,
    next_steps,
)
from docgen.models.breach import Breach
from docgen.models.changes import ChangeOrder
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.feedback import Feedback
from docgen.models.money import Money
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue

if TYPE_CHECKING:
    from docgen.store.register import IssuedDocument, Revision

P = ParamSpec("P")
T = TypeVar("T")
_NUMBERED: Mapping[str, type[BaseModel]] = {
    "progress-report": ProgressEntry,
    "change-order": ChangeOrder,
    "look-back": Dispute,
    "mediation-referral": Dispute,
    "re-opening": Dispute,
    "breach-notice": Breach,
    "relationship-review": Review,
    "meeting-proposal": Feedback,
    "notice-of-issue": SeriousIssue,
}
"""Kinds of document that are made from recorded entries, and the kind of entry."""
ORDER, REPORT = "change-order", "progress-report"
_SIGNED = frozenset({LETTER, CONTRACT, CERTIFICATE})
"""Kinds of document whose step is taken when they are signed."""
_RECORDED: Mapping[LifeStep, type[BaseModel]] = {LifeStep.COOLING_OFF_BEGUN: Dispute, LifeStep.SETTLED: Dispute}
"""Steps without a paper of their own: they are written into this kind of file."""


@dataclass(frozen=True)
class Obstacle:
    """What blocks a step, or work as it goes on where `step` is None, in a sentence."""

    step: LifeStep | None
    text: str


@dataclass(frozen=True)
class Possible:
    """A step that may come next: the state it leads to, its papers, the commands that take it, and a note."""

    step: LifeStep
    leads_to: LifeState
    papers: tuple[str, ...]
    commands: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Status:
    """All that `docgen engagement status` tells.

    `since` is the day of the last step that changed the state; before the first one it is the day of the first
    revision. `working` are the papers that are made as things stand and change no state.
    """

    engagement: Engagement
    on: dt.date
    story: Story
    since: dt.date
    papers: tuple[IssuedDocument, ...]
    working: tuple[str, ...]
    following: tuple[Possible, ...]
    obstacles: tuple[Obstacle, ...]
    remarks: tuple[str, ...]

    @property
    def state(self) -> LifeState:
        """Return the state."""
        return self.story.state


def house_rules(desk: Desk) -> HouseRules:
    """Return the numbers of the house's own deadlines, as docgen.toml sets them."""
    return HouseRules(**desk.settings.deadlines)


def list_states(desk: Desk, limit: int) -> Iterator[tuple[Revision, Engagement | None, LifeState | None]]:
    """Yield each engagement's last revision with its facts and its state; both are None where the facts were erased."""
    from docgen.store.blobs import BlobErasedError

    for revision in desk.record.register.engagements(limit):
        try:
            dossier = dossier_of(desk.record, revision, desk.on)
        except BlobErasedError:
            yield revision, None, None
            continue
        yield revision, dossier.engagement, dossier.story.state


def status(desk: Desk, name: str) -> Status:
    """Return where an engagement stands on the day of the desk, what may come next, and what blocks it.

    Raises UnknownEngagementError, and what opening and reading the record raises.
    """
    dossier = open_dossier(desk.record, name, desk.on)
    story = dossier.story
    first = desk.record.register.revisions(name)[0]
    steps = next_steps(story.life)
    return Status(
        engagement=dossier.engagement,
        on=desk.on,
        story=story,
        since=story.since or min(dt.date.fromisoformat(first.at[:10]), dossier.on),
        papers=dossier.papers,
        working=tuple(_working(dossier)),
        following=tuple(_possible(desk, dossier, step) for step in steps if _worth_telling(dossier, step)),
        obstacles=tuple(_obstacles(desk, dossier)),
        remarks=story.remarks,
    )


def commands_for(kind: str, name: str) -> tuple[str, ...]:
    """Return the commands that make a document of a kind for an engagement, one after the other."""
    commands = [f"docgen issue {kind} {shell_word(name)}"]
    if kind == ORDER:
        commands = [
            f"docgen change {step} {shell_word(name)}/CO-…" for step in ("submit", "approve", "issue", "execute")
        ]
    if kind in _NUMBERED:
        commands.insert(0, f"docgen {COMMANDS[_NUMBERED[kind]]} FILE")
    if kind in _SIGNED:
        commands.append(f"docgen document execute {shell_word(name)}/{kind} --signed FILE")
    return tuple(commands)


def _working(dossier: Dossier) -> Iterator[str]:
    """Yield the papers that are made as things stand; a report also where a letter that nobody signed asks for it."""
    papers = WORKING_PAPERS[dossier.story.state]
    if REPORT not in papers and dossier.story.state is LifeState.PROSPECT and dossier.reports_from is not None:
        yield REPORT
    yield from (kind for kind in papers if kind != ORDER or dossier.signed(CONTRACT))


def _worth_telling(dossier: Dossier, step: NextStep) -> bool:
    """Say whether a step is of use and can be taken.

    One that leads nowhere else is of none, but for the first report under a letter of approval. Nothing is noticed as
    a breach, and nothing certified as complete, of a contract that is not signed.
    """
    signed = {LifeStep.LETTER_EXECUTED: LETTER, LifeStep.CONTRACT_EXECUTED: CONTRACT}
    if step.step in signed:
        return dossier.signed(signed[step.step]) is None and (
            step.step is LifeStep.CONTRACT_EXECUTED or dossier.signed(CONTRACT) is None
        )
    if step.step in (LifeStep.BREACH_NOTICED, LifeStep.COMPLETED) and dossier.signed(CONTRACT) is None:
        return False
    if step.step is LifeStep.WORK_BEGUN and dossier.begun_on is None and dossier.reports_from is not None:
        return True
    return step.leads_to is not dossier.story.state


def _possible(desk: Desk, dossier: Dossier, step: NextStep) -> Possible:
    """Return a step with the commands that can be run as they stand; where a paper has no words for it, with why."""
    papers = tuple(kind for kind in step.papers if kind != ORDER or dossier.signed(CONTRACT))
    wordless = {kind: why for kind in papers if (why := _wordless(desk, kind, dossier.engagement.words_language))}
    spoken = (kind for kind in papers if kind not in wordless)
    commands = tuple(dict.fromkeys(line for kind in spoken for line in commands_for(kind, dossier.name)))
    if step.step in _RECORDED:
        commands = (f"docgen {COMMANDS[_RECORDED[step.step]]} FILE", *commands)
    notes = list(wordless.values())
    if step.step is LifeStep.COOLING_OFF_BEGUN:
        rules = house_rules(desk)
        end = _known(cooling_off, dossier.on, _count(dossier), rules=rules)
        days = quantity(rules.cooling_off_days, "day")
        notes += [f"Begun today, {days} of it would last until {told(end.date)}."] if end else []
    return Possible(step.step, step.leads_to, papers, commands, " ".join(notes))


def _wordless(desk: Desk, kind: str, language: str) -> str:
    """Return why no paper of a kind can be made in a language, and what to do; nothing where it can."""
    try:
        desk.catalogue.template(kind, language)
    except NotFoundError as error:
        return str(error)
    return ""


def told(day: dt.date) -> str:
    """Return a day as a sentence tells it: 30 October 2026."""
    return f"{day.day} {day:%B} {day.year}"


# What blocks


def _obstacles(desk: Desk, dossier: Dossier) -> Iterator[Obstacle]:
    state, life = dossier.story.state, dossier.story.life
    if life.interrupted in (LifeState.PROSPECT, LifeState.APPROVED):
        yield from _before_contract(dossier, life.interrupted)
        yield from _not_ready(desk, dossier)
    if life.interrupted is LifeState.CONTRACTED:
        yield from _not_begun(dossier)
    if state in TROUBLE:
        yield from _in_trouble(dossier)
    if dossier.story.day_of(LifeStep.COMPLETED) is None:
        yield from _unnoticed(dossier)
    yield from _silence(desk, dossier)
    if dossier.signed(CONTRACT):
        yield from _orders(dossier)
    if (state, LifeStep.COMPLETED) in LIFE_TABLE and life.interrupted in (LifeState.CONTRACTED, LifeState.ACTIVE):
        checks = completion_checks(replace(closing_of(desk, desk.record, dossier.engagement), on=dossier.on))
        for check in open_checks(checks):
            yield Obstacle(LifeStep.COMPLETED, f"{check.what}: {check.detail}")


def _silence(desk: Desk, dossier: Dossier) -> Iterator[Obstacle]:
    """Yield that the client has heard nothing for long, before more days pass than are allowed."""
    found = _known(agenda, dossier.situation, house_rules(desk))
    for owed in found.owed if found else ():
        if owed.deadline.kind is DeadlineKind.NEXT_CONTACT and owed.note:
            last, manager = owed.deadline.trigger_date, owed.person or "The account manager"
            yield Obstacle(None, f"{manager} is to speak with the client. Contact since {told(last)}: {owed.note}.")


def _before_contract(dossier: Dossier, state: LifeState) -> Iterator[Obstacle]:
    """Yield what work before the contract rests on: nothing, or the letter with its limit and its last day."""
    approval, currency = dossier.engagement.approval, dossier.engagement.currency
    used = _used(dossier)
    if state is LifeState.PROSPECT:
        if dossier.first_report:
            yield Obstacle(None, f"Neither letter nor contract is executed; no work is covered. {used} is used so far.")
        if approval is None:
            text = "The facts hold no approval, so there is no letter of approval to issue."
            yield Obstacle(LifeStep.LETTER_EXECUTED, text)
        return
    limit = approval.not_to_exceed if approval else None
    if limit is not None:
        text = f"The contract is not executed; work beyond {limit} is not covered by the letter of approval."
        yield Obstacle(None, text)
        yield from _against_limit(used, limit, currency)
    else:
        yield Obstacle(None, "The contract is not executed; work rests on the letter of approval alone.")
    if approval is not None:
        if approval.proceed_from > dossier.on:
            yield Obstacle(None, f"The letter of approval lets work begin on {told(approval.proceed_from)}.")
        verb = "lapsed" if approval.valid_until < dossier.on else "lapses"
        yield Obstacle(None, f"The letter of approval {verb} on {told(approval.valid_until)}.")
    yield Obstacle(LifeStep.COMPLETED, "Completion is certified of a signed contract only.")


def _against_limit(used: Money, limit: Money, currency: str) -> Iterator[Obstacle]:
    nothing = Money.zero(currency)
    left = limit - used
    if left < nothing:
        text = f"{used} is used, {-left} beyond the {limit} of the letter. Stop the work, or have the contract signed."
        yield Obstacle(None, text)
    elif left == nothing:
        yield Obstacle(None, f"{used} is used, all that the letter covers. Stop the work, or have the contract signed.")
    elif used > nothing:
        yield Obstacle(None, f"{used} of {limit} is used; {left} is left until the contract is signed.")


def _used(dossier: Dossier) -> Money:
    """Return what work has cost: of each fee line its effort at its rate or what was invoiced, whichever is more."""
    entries, currency = dossier.progress, dossier.engagement.currency
    known = tuple(entry for entry in entries if entry.period.end <= dossier.on)
    if not known:
        return Money.zero(currency)
    lines = budget(dossier.terms_on, currency, known, known[-1]).lines
    return Money.total((max(line.spent, line.invoiced) for line in lines), currency)


def _not_ready(desk: Desk, dossier: Dossier) -> Iterator[Obstacle]:
    """Yield why the letter or the contract cannot be issued yet: blanks, and templates that nobody approved."""
    blanks = [".".join(map(str, loc)) for loc in blank_facts(dossier.engagement)]
    for kind, step in ((LETTER, LifeStep.LETTER_EXECUTED), (CONTRACT, LifeStep.CONTRACT_EXECUTED)):
        if dossier.signed(kind) or (kind == LETTER and dossier.engagement.approval is None):
            continue
        issued = [each for each in dossier.papers if each.kind == kind]
        if issued:
            if kind == CONTRACT or dossier.story.state is LifeState.PROSPECT:
                text = f"{dossier.name}/{kind} was issued on {told(_day(issued[-1].day))} and waits for the signatures."
                yield Obstacle(step, text)
            continue
        if kind == CONTRACT and blanks:
            more = f" and {len(blanks) - 5} more" if len(blanks) > 5 else ""
            yield Obstacle(step, f"The facts leave {', '.join(blanks[:5])}{more} blank.")
        hindrance = _hindrance(desk, kind, dossier.engagement.words_language)
        if hindrance:
            yield Obstacle(step, hindrance)


def _hindrance(desk: Desk, kind: str, language: str) -> str:
    """Return why nothing can be issued on a template: it has other languages, or nobody approved it; else nothing."""
    from docgen.actions.template_course import State, course_of

    try:
        approved = course_of(desk, desk.catalogue.template(kind, language)).state is State.APPROVED
    except NotFoundError as error:
        return str(error)
    return "" if approved else f"The template “{kind}” is not approved as it stands: docgen template approve {kind}."


def _not_begun(dossier: Dossier) -> Iterator[Obstacle]:
    effective = dossier.engagement.terms.effective_date
    if effective is None:
        text = "The contract has no effective date; work begins with the first progress entry."
        yield Obstacle(LifeStep.WORK_BEGUN, text)
    elif effective > dossier.on:
        yield Obstacle(LifeStep.WORK_BEGUN, f"The contract takes effect on {told(effective)}.")


def _orders(dossier: Dossier) -> Iterator[Obstacle]:
    """Yield where each open change order stands and what it waits for."""
    chain = dossier.chain
    for number, course in chain.courses.items():
        name = course.order.reference
        match course.state:
            case OrderState.DRAFT:
                yield Obstacle(None, f"{name} is a draft and changes nothing until it is submitted.")
            case OrderState.SUBMITTED:
                needs = " and ".join(map(told_rung, _known(chain.waiting, course) or ()))
                yield Obstacle(None, f"{name} is submitted and needs the approval of {needs or 'the ladder'}.")
            case OrderState.APPROVED:
                yield Obstacle(None, f"{name} is approved and has not been issued.")
            case OrderState.ISSUED:
                yield Obstacle(None, f"{name} is issued and waits for the signatures.")
            case OrderState.LAPSED:
                yield Obstacle(None, f"{name} lapsed: nobody answered in time.")
            case _:
                continue
        if chain.is_stale(course):
            yield Obstacle(None, f"{name} counts from a contract that has changed since; its numbers must be renewed.")
        for finding in check_chain(chain.courses, chain.states):
            if finding.number == number:
                yield Obstacle(None, str(finding))


def _in_trouble(dossier: Dossier) -> Iterator[Obstacle]:
    """Yield how long each step of a dispute lasts, and which of its papers were not issued."""
    disputes, breaches = dossier.open_trouble
    count, terms = _count(dossier), dossier.terms_on(dossier.on)
    issued = {(each.kind, each.number) for each in dossier.papers}
    signed = dossier.signed(CONTRACT) is not None
    for number, dispute in disputes.items():
        name = f"Dispute {number} ({dispute.subject})"
        if number in dossier.unsent:
            yield Obstacle(None, f"{name}: its look-back was not issued.")
        if dispute.mediation and ("mediation-referral", number) not in issued:
            yield Obstacle(None, f"{name}: its mediation-referral was not issued.")
        pause = _known(cooling_off_of, dispute, count)
        if dispute.cooling_off and dispute.cooling_off.begins <= dossier.on:
            if pause and not pause.overdue(dossier.on):
                yield Obstacle(LifeStep.REOPENED, f"The cooling off lasts until {told(pause.date)}.")
            elif pause:
                yield Obstacle(None, f"The cooling off ended on {told(pause.date)}; the re-opening letter is due.")
            continue
        if not signed:
            continue
        end, what = _known(mediation_of, terms, dispute, count), "Mediation"
        if dispute.mediation is None:
            sent = number not in dossier.unsent
            end, what = _known(negotiation_of, terms, dispute, count) if sent else None, "The time to negotiate"
        over = dispute.mediation is not None and dispute.mediation.ended_on is not None
        if end and not over and not end.overdue(dossier.on):
            yield Obstacle(LifeStep.BREACH_NOTICED, f"{what} lasts until {told(end.date)}.")
    if disputes or breaches:
        yield Obstacle(LifeStep.COMPLETED, "Nothing is certified as complete while a dispute is open.")


def _unnoticed(dossier: Dossier) -> Iterator[Obstacle]:
    """Yield the breaches that count for nothing yet, as their notice was not issued."""
    signed = dossier.signed(CONTRACT) is not None
    for number in dossier.unnoticed:
        how = f"was not issued: docgen issue breach-notice {shell_word(dossier.name)} --number {number}"
        why = how if signed else "cannot be issued while no contract is signed"
        yield Obstacle(None, f"BN-{number:03d} is recorded, and its notice {why}.")


def _count(dossier: Dossier) -> Reckoning:
    engagement = dossier.engagement
    return _known(reckoning, engagement.calendar, engagement.time_zone) or Reckoning(None, engagement.time_zone)


def _known(found: Callable[P, T], *words: P.args, **named: P.kwargs) -> T | None:
    """Return what a function finds, or None where the facts leave it open."""
    try:
        return found(*words, **named)
    except DocgenError:
        return None


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
