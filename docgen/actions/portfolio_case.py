"""Several engagements as one case: how their document is written, and the same made from fact files alone."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

from docgen.actions.desk import Desk
from docgen.errors import UsageError
from docgen.facts.kinds import Entry
from docgen.facts.load import FactSet
from docgen.lifecycle.agenda import Situation, agenda
from docgen.lifecycle.effective import effective_terms, ledger
from docgen.lifecycle.health import Beside, at_work, health
from docgen.lifecycle.history import still_open
from docgen.lifecycle.house_rules import HouseRules
from docgen.lifecycle.manager_week import HealthSeen, Week, in_order, to_do_of, troubles_of
from docgen.lifecycle.outdated import moved
from docgen.lifecycle.portfolio import Member, OrderLine, Portfolio, Told, portfolio
from docgen.lifecycle.states import LifeState, OrderState
from docgen.models.breach import Breach
from docgen.models.changes import ChangeOrder
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.feedback import Feedback
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue
from docgen.templating.context import people
from docgen.templating.portfolio import WEEK, Basis, PortfolioCase

E = TypeVar("E", bound=Entry)
_LONGEST_STEM = 60


class SeveralClientsError(UsageError):
    """The files are of more than one client, and a report for a client speaks of one."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"These are files of more than one client: {' and '.join(names)}. Name those of one.")


def portfolio_case(
    desk: Desk,
    kind: str,
    told: Portfolio | Week,
    engagements: Sequence[Engagement],
    *,
    language: str = "",
    stem: str = "",
    basis: Basis | None = None,
    draft: bool = True,
) -> PortfolioCase:
    """Return the case of a document of several engagements.

    Its words are in `language`, by default in that of most of the engagements; its figures are in the locale of the
    first engagement of that language, or else of the first one.
    """
    language = language or language_of(engagements)
    fitting = [each for each in engagements if each.words_language == language] or list(engagements)
    first = fitting[0] if fitting else None
    names = {person.email: person.name for person in desk.settings.people if person.name}
    for engagement in engagements:
        names |= people(engagement)
    return PortfolioCase(
        kind=kind,
        on=desk.on,
        language=language,
        locale=first.locale if first else language,
        told=told,
        client=first.client if first else None,
        provider=first.provider if first else None,
        people=names,
        basis=basis,
        draft=draft,
        house=desk.theme.firm,
        logo=bool(desk.theme.logo),
        stem=stem_of(stem) or "portfolio",
    )


def language_of(engagements: Sequence[Engagement]) -> str:
    """Return the language of most of some engagements, of several the one that comes first; English without any."""
    counted = Counter(each.words_language for each in engagements)
    return counted.most_common(1)[0][0] if counted else "en"


def stem_of(name: str) -> str:
    """Return a name as part of a file name: its letters and figures in lower case, all else one hyphen."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", "-".join(kept.split()))[:_LONGEST_STEM].rstrip("-")


def local_part(email: str) -> str:
    """Return what stands before the @ of an address."""
    return email.partition("@")[0]


# From fact files alone


def portfolio_of_files(desk: Desk, kind: str, facts: FactSet, language: str = "") -> PortfolioCase:
    """Return the case of the engagements that some fact files speak of, as drafts are made: all orders are signed.

    Raises SeveralClientsError, and what the rules raise.
    """
    engagements = [item.facts for item in facts.engagements]
    members = [_member(facts, engagement, desk) for engagement in engagements]
    if kind == WEEK:
        week = _week(members, desk)
        return portfolio_case(desk, kind, week, engagements, language=language, stem=local_part(week.manager))
    names = sorted({each.client.legal_name or each.id for each in engagements})
    if len(names) > 1:
        raise SeveralClientsError(names)
    told = portfolio(members, desk.on)
    return portfolio_case(desk, kind, told, engagements, language=language, stem=names[0])


def _member(facts: FactSet, engagement: Engagement, desk: Desk) -> Member:
    orders = facts.in_force(_of(facts, ChangeOrder, engagement))
    begun = engagement.terms.effective_date
    entries = tuple(
        sorted(_of(facts, ProgressEntry, engagement), key=lambda each: (each.period.end, each.period.start))
    )
    if entries:
        begun = min(begun or entries[0].period.start, entries[0].period.start)
    disputes, breaches = still_open(
        {each.number or place: each for place, each in enumerate(_of(facts, Dispute, engagement), 1)},
        dict(enumerate(_of(facts, Breach, engagement), 1)),
        {},
        desk.on,
    )
    situation = Situation(
        engagement=engagement,
        on=desk.on,
        state=LifeState.ACTIVE if begun and begun <= desk.on else LifeState.CONTRACTED,
        terms_on=lambda day: effective_terms(engagement.terms, orders, day),
        signed_on=begun or desk.on,
        begun_on=begun,
        entries=entries,
        spoken=tuple(sorted(_of(facts, Contact, engagement), key=Contact.order)),
        deliveries=_of(facts, Delivery, engagement),
        disputes={number: each for number, each in disputes.items() if each.raised_on <= desk.on},
        breaches={number: each for number, each in breaches.items() if each.notice_date <= desk.on},
        issues={each.number or place: each for place, each in enumerate(_of(facts, SeriousIssue, engagement), 1)},
        feedback=_of(facts, Feedback, engagement),
        reviews=_of(facts, Review, engagement),
    )
    lines = tuple(
        OrderLine(
            reference=applied.order.reference,
            title=applied.order.title,
            state=OrderState.EXECUTED,
            requested_by=applied.order.requested_by,
            effect=applied.effect,
            days=applied.days,
            effective_date=applied.order.effective_date,
            moves=moved(applied.before, applied.after),
        )
        for applied in ledger(engagement.terms, orders, engagement.currency)
    )
    rules = HouseRules(**desk.settings.deadlines)
    return Member(situation=situation, told=Told(entries), orders=lines, rules=rules)


def _of(facts: FactSet, kind: type[E], engagement: Engagement) -> tuple[E, ...]:
    return tuple(item.facts for item in facts.of(kind) if item.facts.engagement == engagement.id)


def _week(members: Sequence[Member], desk: Desk) -> Week:
    managers = [each.engagement.account.manager for each in members if each.engagement.account.manager]
    return Week(
        on=desk.on,
        manager=managers[0] if managers else "",
        engagements=len(members),
        health=tuple(sorted(_health(members, desk), key=lambda each: (each.score, each.engagement))),
        to_do=in_order(
            found for each in members for found in to_do_of(each.situation, agenda(each.situation, each.rules).owed)
        ),
        troubles=tuple(found for each in members for found in troubles_of(each.situation)),
    )


def _health(members: Sequence[Member], desk: Desk) -> Iterator[HealthSeen]:
    for member in members:
        now = member.situation
        if not at_work(now):
            continue
        reported = frozenset(entry.number for entry in now.entries if entry.number is not None)
        found = health(now, Beside(issues=tuple(now.issues.values()), reported=reported), desk.settings.rag)
        yield HealthSeen(
            engagement=member.engagement.id,
            title=member.engagement.title,
            client=member.engagement.client.legal_name or "",
            score=found.score,
            change=None,
            worst=found.worst[:2],
            trend=(),
        )
