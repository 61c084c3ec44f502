"""What must hold before a document of a kind is issued: refused where it does not, remarked where it is doubtful."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from docgen.actions.completion import CERTIFICATE, check_complete
from docgen.actions.desk import Desk
from docgen.actions.disputes import check_notice, check_re_opening, check_referral
from docgen.actions.executed import CONTRACT, executed, under_letter
from docgen.actions.notices import NOTICE, early_notices
from docgen.actions.promised import doubts_on_paper
from docgen.actions.recorded import recorded_entries, with_places
from docgen.errors import FindingsError, shell_word
from docgen.facts.load import FactSet
from docgen.models.engagement import Engagement
from docgen.models.feedback import Estimate, Feedback
from docgen.models.serious_issue import SeriousIssue

if TYPE_CHECKING:
    from docgen.store.record import Record

Ready = Callable[["Record", Desk, Engagement, FactSet], tuple[str, ...]]
"""Returns remarks on a document that may be issued; raises a refusal for one that may not."""


def check_ready(record: Record, desk: Desk, kind: str, engagement: Engagement, facts: FactSet) -> tuple[str, ...]:
    """Return what to remark on a document that is about to be issued from some facts.

    Raises what the kind's own check refuses with.
    """
    check = _CHECKS.get(kind)
    remarks = check(record, desk, engagement, facts) if check else ()
    return (*remarks, *doubts_on_paper(record, kind, engagement, facts, desk.on))


def _certificate(record: Record, desk: Desk, engagement: Engagement, facts: FactSet) -> tuple[str, ...]:
    return check_complete(desk, record, engagement)


def _survey(record: Record, desk: Desk, engagement: Engagement, facts: FactSet) -> tuple[str, ...]:
    """Remark that nobody has written down yet what the client will answer."""
    estimates = recorded_entries(record, engagement.id, Estimate, engagement.currency).values()
    answered = recorded_entries(record, engagement.id, Feedback, engagement.currency).values()
    since = max((each.facts.on for each in answered), default=None)
    if any(since is None or each.facts.on > since for each in estimates):
        return ()
    return ("The survey tells the client that you write down your own estimate first: docgen feedback estimate FILE.",)


def _look_back(record: Record, desk: Desk, engagement: Engagement, facts: FactSet) -> tuple[str, ...]:
    """Remark that a letter speaks of an agreement that nobody signed; one under a letter of approval rests on that."""
    if executed(record, engagement.id, CONTRACT) or under_letter(record, engagement.id):
        return ()
    return (
        f"The contract of {engagement.id} is not recorded as signed, and the letter speaks of it as agreed: docgen "
        f"document execute {shell_word(engagement.id)}/contract --signed FILE.",
    )


def _notice(record: Record, desk: Desk, engagement: Engagement, facts: FactSet) -> tuple[str, ...]:
    """Raise FindingsError for a notice that would be dated before the issue was found."""
    early = tuple(early_notices(FactSet(tuple(map(with_places, facts.of(SeriousIssue)))), desk.on))
    if early:
        raise FindingsError(early)
    return ()


_CHECKS: Mapping[str, Ready] = {
    "breach-notice": check_notice,
    NOTICE: _notice,
    "look-back": _look_back,
    CERTIFICATE: _certificate,
    "mediation-referral": check_referral,
    "re-opening": check_re_opening,
    "survey": _survey,
}
