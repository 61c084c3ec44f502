"""The colours that the rules give: from how late milestones are, what the work will cost, and which issues are open.

The schedule is measured by the worst open milestone against its date in force, the budget by the forecast against the
contract sum in force, both against the house's thresholds. While no contract is signed that sum is only proposed, and
what is spent beyond the limit of the letter of approval is red. An overdue milestone is never green. An open issue with
a high impact makes all in all amber; a serious one that waits for a decision of the client makes it red. A person may
set another colour and says why; what cannot be measured has no colour by rule.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from docgen.errors import DocgenError, Severity
from docgen.lifecycle.alerts import numbered, told_dates
from docgen.lifecycle.consistency import Loc, Problem, warning
from docgen.lifecycle.effective import effective_terms
from docgen.lifecycle.leave import Leave
from docgen.lifecycle.progress import (
    Budget,
    MilestoneState,
    awaited,
    budget,
    entries_until,
    milestone_states,
    statuses_of,
)
from docgen.models.changes import ChangeOrder
from docgen.models.engagement import Engagement
from docgen.models.progress import DimensionStatus, ProgressEntry, Rag, Scale, Status
from docgen.models.serious_issue import SeriousIssue
from docgen.models.terms import Terms
from docgen.settings import Thresholds

USUAL = Thresholds()
"""The thresholds of a house that set none of its own."""
MEASURED = ("schedule", "budget")
"""The dimensions that are measured; all in all follows from them."""
_JUDGED = ("scope", "schedule", "budget", "quality", "people")
_DAY = dt.timedelta(days=1)
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "day": "1 day",
        "days": "{days} days",
        "late": "{id} is expected {days} late",
        "overdue": "{id} is {days} overdue",
        "both": "{id} is overdue and expected {days} late",
        "on time": "No open milestone is late",
        "reached": "Every milestone is reached",
        "above": "The forecast is {percent} per cent above the contract sum",
        "within": "The forecast is within the contract sum",
        "above proposed": "The forecast is {percent} per cent above the sum proposed",
        "within proposed": "The forecast is within the sum proposed",
        "over limit": "What is spent is {percent} per cent above the limit of the letter of approval",
        "within limit": "What is spent is within the limit of the letter of approval",
        "high": "Issue {id} is open and its impact is high",
        "serious": "The serious issue {id} is open",
        "decision": "The serious issue {id} waits for a decision",
        "nothing": "Nothing is off plan",
        "point": ".",
    },
    "de": {
        "day": "1 Tag",
        "days": "{days} Tage",
        "late": "{id} wird {days} nach dem Termin erwartet",
        "overdue": "{id} ist überfällig: {days} nach dem Termin",
        "both": "{id} ist überfällig und wird {days} nach dem Termin erwartet",
        "on time": "Kein offener Meilenstein ist verspätet",
        "reached": "Alle Meilensteine sind erreicht",
        "above": "Erwartet werden {percent} Prozent mehr als die Vertragssumme",
        "within": "Erwartet wird nicht mehr als die Vertragssumme",
        "above proposed": "Erwartet werden {percent} Prozent mehr als die vorgeschlagene Summe",
        "within proposed": "Erwartet wird nicht mehr als die vorgeschlagene Summe",
        "over limit": "Verbraucht sind {percent} Prozent mehr als der Höchstbetrag des Freigabeschreibens",
        "within limit": "Verbraucht ist nicht mehr als der Höchstbetrag des Freigabeschreibens",
        "high": "Das Problem {id} ist offen und wirkt sich stark aus",
        "serious": "Das ernste Problem {id} ist offen",
        "decision": "Das ernste Problem {id} wartet auf eine Entscheidung",
        "nothing": "Alles ist im Plan",
        "point": ",",
    },
}
"""The reasons in the languages of the progress report; they become facts, so they are in the engagement's language."""
_PARTS = frozenset({"day", "days", "point"})
"""The words that are no reasons but parts of them."""
_SHAPES: Mapping[str, str] = {
    "id": r"(?P<id>\S+)",
    "days": r"(?P<days>[0-9]{1,7}) \S+",
    "percent": r"(?P<percent>[0-9]{1,20}[.,][0-9])",
}
"""The shapes of the facts in the reasons."""


@dataclass(frozen=True)
class Slip:
    """By how many calendar days an open milestone is late against its date in force on a day, and whether it passed."""

    id: str
    days: int
    overdue: bool
    forecast: bool
    """Whether somebody says when it will be reached, on that day or later."""


@dataclass(frozen=True)
class OpenIssue:
    """Something open that weighs on the whole: what it is called, whether it is serious and waits for a decision."""

    id: str
    impact: Scale
    serious: bool = False
    undecided: bool = False


@dataclass(frozen=True)
class Measured:
    """What the colours follow from, as it stands on a day.

    `slips` are the open milestones that have a date, the worst first; `reached` counts those that were reached.
    `overrun` are the per cent by which the forecast is above the contract sum, None without a sum. While no contract is
    signed that sum is only `proposed`, and `beyond` are the per cent by which what is spent is above the limit of the
    letter of approval (below zero: under it), None without a limit.
    """

    on: dt.date
    slips: tuple[Slip, ...]
    reached: int
    overrun: Decimal | None
    issues: tuple[OpenIssue, ...]
    proposed: bool = False
    beyond: Decimal | None = None


@dataclass(frozen=True)
class Cause:
    """Why the rules give a colour, by its kind: the id of what it follows from, by how many days or per cent."""

    kind: str
    id: str = ""
    days: int = 0
    percent: Decimal = Decimal(0)


@dataclass(frozen=True)
class Colour:
    """The colour that the rules give a dimension, and why, in a sentence without its full stop.

    `cause` is the same as data; None where a person gave the reason.
    """

    dimension: str
    rag: Rag
    reason: str
    cause: Cause | None = None


def slips_of(milestones: Iterable[MilestoneState], on: dt.date) -> tuple[Slip, ...]:
    """Return by how much the open milestones with a date are late on a day, the worst first; a negative one is early.

    A milestone that is not reached cannot be reached before that day, whatever was forecast.
    """
    found = (_slip(each, each.current, on) for each in milestones if each.actual is None and each.current is not None)
    return tuple(sorted(found, key=lambda slip: -slip.days))


def _slip(milestone: MilestoneState, current: dt.date, on: dt.date) -> Slip:
    expected = milestone.forecast or current
    stands = milestone.forecast is not None and milestone.forecast >= on
    return Slip(milestone.id, (max(expected, on if current < on else expected) - current).days, current < on, stands)


def overrun_of(money: Budget) -> Decimal | None:
    """Return by how many per cent the forecast is above the contract sum (below zero: under it); None without a sum."""
    return money.variance.amount * 100 / money.sum.amount if money.sum else None


def open_issues(
    entries: Iterable[ProgressEntry], entry: ProgressEntry | None, issues: Iterable[SeriousIssue], on: dt.date
) -> tuple[OpenIssue, ...]:
    """Return the issues that are open on a day: those the last entry lists, and the serious ones told by a notice.

    A notice with the id of a listed issue speaks of the same thing; where an entry calls that one resolved, it is.
    """
    history = entries_until(entries, entry) if entry else ()
    over = {each.id for known in history for each in known.issues if each.resolved and each.resolved <= on}
    listed = awaited(entries, entry).issues if entry else ()
    found = {
        each.id: OpenIssue(each.id, each.impact, each.serious, each.serious and bool(each.decision or each.decide_by))
        for each in listed
    }
    for number, each in enumerate(issues, 1):
        name = each.issue or f"NI-{each.number or number:03d}"
        if each.on > on or (each.resolved and each.resolved <= on) or (name in over and name not in found):
            continue
        decided = each.decided is not None and each.decided <= on
        found[name] = OpenIssue(name, Scale.HIGH, True, not decided and bool(each.decision or each.decide_by))
    return tuple(found.values())


def measured(
    engagement: Engagement,
    orders: Sequence[ChangeOrder],
    entries: Sequence[ProgressEntry],
    entry: ProgressEntry,
    issues: Iterable[SeriousIssue] = (),
    noticed: Mapping[int, dt.date] | None = None,
    leave: Leave | None = None,
) -> Measured:
    """Return what the colours of an entry follow from at the end of its period.

    `orders` are those that count, `noticed` the days of the notices of serious issues by number, `leave` is what the
    work rests on while no contract is signed. Raises ChangeError and OrderSequenceError where the orders cannot be
    applied.
    """
    on, known = entry.period.end, tuple(issues)

    def terms_on(day: dt.date) -> Terms:
        return effective_terms(engagement.terms, orders, day) if orders else engagement.terms

    told = told_dates(numbered(known), on, noticed)
    states = milestone_states(engagement.terms, terms_on(on), entries, entry, told)
    money = budget(terms_on, engagement.currency, entries, entry)
    return Measured(
        on=on,
        slips=slips_of(states, on),
        reached=sum(each.actual is not None for each in states),
        overrun=overrun_of(money),
        issues=open_issues(entries, entry, known, on),
        proposed=leave is not None,
        beyond=_beyond(money, engagement, leave),
    )


def _beyond(money: Budget, engagement: Engagement, leave: Leave | None) -> Decimal | None:
    """Return by how many per cent what is spent is above the limit of the letter that stands; None without a limit."""
    limit = engagement.approval.not_to_exceed if leave and leave.issued and engagement.approval else None
    return (money.spent - limit).amount * 100 / limit.amount if limit else None


def colours(
    found: Measured, thresholds: Thresholds = USUAL, status: Status | None = None, language: str = "en"
) -> Mapping[str, Colour]:
    """Return the colours that the rules give, by dimension; the schedule and the budget only where they are measured.

    All in all is the worst of them and of the open issues. Of a status that a person gives, a better colour with a
    reason counts instead of the rule's, and all in all may be as bad as any other dimension is said to be.
    """
    by_rule = {
        name: _coloured(name, measure, language)
        for name, measure in (("schedule", _schedule(found, thresholds)), ("budget", _budget(found, thresholds)))
        if measure is not None
    }
    issues = (_coloured("overall", each, language) for each in _issues(found))
    standing = [_explained(colour, status) for colour in by_rule.values()]
    worst = max((*standing, *issues), key=lambda each: _badness(each.rag), default=None)
    if worst is None or worst.rag is Rag.GREEN:
        worst = _coloured("overall", (Rag.GREEN, Cause("nothing")), language)
    by_rule["overall"] = _all_in_all(worst, status)
    return by_rule


def told_cause(cause: Cause, language: str = "en") -> str:
    """Return in the words of a language why the rules give a colour; in English where there are none."""
    words = _WORDS.get(language, _WORDS["en"])
    days = words["day"] if cause.days == 1 else words["days"].format(days=cause.days)
    percent = str(cause.percent.quantize(Decimal("0.1"), ROUND_HALF_UP)).replace(".", words["point"])
    return words[cause.kind].format(id=cause.id, days=days, percent=percent)


def read_cause(reason: str) -> Cause | None:
    """Return the cause that a recorded reason tells in the words of the rules, in any language; None for other words.

    So a reason of the rules can be told again in another language, and what a person wrote stays as it is.
    """
    for language, words in _WORDS.items():
        for kind in words.keys() - _PARTS:
            found = re.fullmatch(_pattern(words[kind]), reason)
            cause = _cause(kind, found.groupdict()) if found else None
            if cause and told_cause(cause, language) == reason:
                return cause
    return None


def _pattern(words: str) -> str:
    """Return the pattern of a reason: its words as they are, its facts by their shapes."""
    pattern = re.escape(words)
    for name, shape in _SHAPES.items():
        pattern = pattern.replace(re.escape(f"{{{name}}}"), shape)
    return pattern


def _cause(kind: str, facts: Mapping[str, str]) -> Cause:
    percent = Decimal(facts.get("percent", "0").replace(",", "."))
    return Cause(kind, facts.get("id", ""), int(facts.get("days", 0)), percent)


def _coloured(dimension: str, found: tuple[Rag, Cause], language: str) -> Colour:
    rag, cause = found
    return Colour(dimension, rag, told_cause(cause, language), cause)


def _schedule(found: Measured, thresholds: Thresholds) -> tuple[Rag, Cause] | None:
    if not found.slips:
        return (Rag.GREEN, Cause("reached")) if found.reached else None
    overdue = next((slip for slip in found.slips if slip.overdue), None)
    worst = found.slips[0]
    rag = _rag(Decimal(worst.days), Decimal(thresholds.amber_days), Decimal(thresholds.red_days))
    if rag is Rag.GREEN and overdue:
        worst, rag = overdue, Rag.AMBER
    return rag, slipped(worst) if worst.days > 0 else Cause("on time")


def slipped(slip: Slip) -> Cause:
    """Return by how much a milestone is late."""
    kind = ("both" if slip.forecast else "overdue") if slip.overdue else "late"
    return Cause(kind, slip.id, slip.days)


def _budget(found: Measured, thresholds: Thresholds) -> tuple[Rag, Cause] | None:
    if found.beyond is not None and found.beyond > 0:
        return Rag.RED, Cause("over limit", percent=found.beyond)
    if found.overrun is None:
        return None
    rag = _rag(found.overrun, thresholds.amber_percent, thresholds.red_percent)
    if found.beyond is not None and found.overrun <= 0:
        return rag, Cause("within limit")
    return rag, overran(found.overrun, proposed=found.proposed)


def overran(overrun: Decimal, *, proposed: bool = False) -> Cause:
    """Return by how much the forecast is above the contract sum, or above the sum proposed."""
    name = " proposed" if proposed else ""
    return Cause(f"above{name}", percent=overrun) if overrun > 0 else Cause(f"within{name}")


def _issues(found: Measured) -> Iterator[tuple[Rag, Cause]]:
    for issue in found.issues:
        if issue.serious:
            yield (Rag.RED, Cause("decision", issue.id)) if issue.undecided else (Rag.AMBER, Cause("serious", issue.id))
        elif issue.impact is Scale.HIGH:
            yield Rag.AMBER, Cause("high", issue.id)


def _rag(value: Decimal, amber: Decimal, red: Decimal) -> Rag:
    return Rag.RED if value >= red else Rag.AMBER if value >= amber else Rag.GREEN


def _badness(rag: Rag) -> int:
    return list(Rag).index(rag)


def _dimension(status: Status | None, name: str) -> DimensionStatus | None:
    found: DimensionStatus | None = getattr(status, name, None)
    return found


def _explained(colour: Colour, status: Status | None) -> Colour:
    """Return the colour that a person set with a reason, where it is better than the rule's, or else the rule's."""
    said = _dimension(status, colour.dimension)
    if said is None or said.reason is None or _badness(said.rag) >= _badness(colour.rag):
        return colour
    return Colour(colour.dimension, said.rag, said.reason)


def _all_in_all(worst: Colour, status: Status | None) -> Colour:
    colour = Colour("overall", worst.rag, worst.reason)
    if status is None:
        return colour
    said = [each for name in _JUDGED if (each := _dimension(status, name))]
    most = max((worst.rag, *(each.rag for each in said)), key=_badness)
    fitting = min(most, status.overall.rag, key=_badness)
    if _badness(fitting) <= _badness(worst.rag):
        return colour
    reason = next((each.reason for each in said if _badness(each.rag) >= _badness(fitting) and each.reason), "")
    return Colour("overall", fitting, reason or worst.reason)


def coloured(entry: ProgressEntry, by_rule: Mapping[str, Colour], before: Status | None = None) -> ProgressEntry:
    """Return an entry with the colours of the rules beside those that a person gave, or as its status without one.

    A period of no change without a status keeps the one `before` it, unless time alone has made it untrue: a dimension
    whose colour by rule is worse than it was then gets that colour.
    """
    if entry.status is None and entry.no_change:
        return _worsened(entry, by_rule, before)
    if entry.status is None:
        status = Status(**{name: _as_status(colour) for name, colour in by_rule.items()})
        return entry.model_copy(update={"status": status})
    beside = {
        name: said.model_copy(update={"by_rule": by_rule[name].rag if name in by_rule else None})
        for name in Status.model_fields
        if (said := _dimension(entry.status, name)) is not None
    }
    return entry.model_copy(update={"status": entry.status.model_copy(update=beside)})


def _worsened(entry: ProgressEntry, by_rule: Mapping[str, Colour], before: Status | None) -> ProgressEntry:
    """Return a quiet entry with the status before it where the rules are worse by now than both it and they were then.

    A better colour that a person explained then stands until the rules are worse than what was explained.
    """
    kept = {name: said for name in Status.model_fields if (said := _dimension(before, name)) is not None}

    def known(name: str) -> int:
        said = kept.get(name) or kept.get("overall")
        return _badness(Rag.GREEN) if said is None else max(map(_badness, (said.rag, said.by_rule or said.rag)))

    worse = {name: colour for name, colour in by_rule.items() if _badness(colour.rag) > known(name)}
    if not worse:
        return entry
    found = {**kept, **{name: _as_status(colour) for name, colour in worse.items()}}
    worst = max(worse.values(), key=lambda colour: _badness(colour.rag))
    if "overall" not in kept or _badness(worst.rag) > _badness(kept["overall"].rag):
        found["overall"] = _as_status(worst)
    return entry.model_copy(update={"status": Status(**found)})


def _as_status(colour: Colour) -> DimensionStatus:
    reason = None if colour.rag is Rag.GREEN else colour.reason
    return DimensionStatus(rag=colour.rag, reason=reason, by_rule=colour.rag)


def rag_problems(
    engagement: Engagement,
    orders: Sequence[ChangeOrder],
    entries: Sequence[ProgressEntry],
    entry: ProgressEntry,
    issues: Iterable[SeriousIssue] = (),
    thresholds: Thresholds | None = None,
    noticed: Mapping[int, dt.date] | None = None,
    leave: Leave | None = None,
) -> Iterator[Problem]:
    """Yield each colour that is better than the rules' and not explained, and green while a milestone is late.

    With the house's own thresholds the first is an error; without them (None) the usual ones serve, and it is a
    warning. A worse colour has its reason anyhow: every colour but green needs one. Nothing is yielded where the
    orders cannot be applied, which is told elsewhere.
    """
    try:
        found = measured(engagement, orders, entries, entry, issues, noticed, leave)
    except DocgenError:
        return
    told: set[str] = set()
    if entry.status is not None:
        for name, colour in colours(found, thresholds or USUAL, entry.status).items():
            said = _dimension(entry.status, name)
            if said is not None and said.reason is None and _badness(said.rag) < _badness(colour.rag):
                told.add(name)
                yield _unexplained(name, said.rag, colour, thresholds)
    yield from _green_and_late(found, entries, entry, thresholds or USUAL, told)


def _unexplained(name: str, said: Rag, colour: Colour, thresholds: Thresholds | None) -> Problem:
    whose = "the usual thresholds" if thresholds is None else "the thresholds of docgen.toml"
    message = f"{name} is {said}, and by {whose} it is {colour.rag}: {_inside(colour.reason)}"
    advice = f"Write {colour.rag}, or add `reason:` and say why it is {said} all the same; the report prints both."
    severity = Severity.WARNING if thresholds is None else Severity.ERROR
    return Problem(("status", name), "rag-override", message, advice, severity)


def _green_and_late(
    found: Measured, entries: Sequence[ProgressEntry], entry: ProgressEntry, thresholds: Thresholds, told: set[str]
) -> Iterator[Problem]:
    late = next((slip for slip in found.slips if slip.overdue or slip.days >= thresholds.red_days), None)
    status = entry.status or statuses_of(entries_until(entries, entry))[-1]
    if late is None or status is None:
        return
    green = [name for name in ("schedule", "overall") if (said := _dimension(status, name)) and said.rag is Rag.GREEN]
    if not green or told.intersection(green):
        return
    loc: Loc = ("status", green[0]) if entry.status else ("no_change",)
    kept = "" if entry.status else ", as the last report had it"
    message = f"{green[0]} is green{kept}, while {told_cause(slipped(late))}"
    advice = "Make sure that the reason given still holds."
    if kept:
        advice = "Recording says so by the thresholds where nobody explained the colour; a status says more."
    yield warning(loc, "rag-milestone", message, advice)


def _inside(reason: str) -> str:
    """Return a reason as it stands inside a sentence."""
    return reason[:1].lower() + reason[1:] if reason[1:2].islower() else reason
