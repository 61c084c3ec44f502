"""The pictures of a progress report: its figures as charts, with words in the document's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from docgen import charts
from docgen.doctree.nodes import Picture, Tone
from docgen.lifecycle.burn_down import CurvePoint, actual_curve, forecast_curve, plan_curve
from docgen.lifecycle.calendars import BusinessDays
from docgen.lifecycle.progress import (
    Budget,
    DimensionHistory,
    MilestoneStanding,
    MilestoneState,
    TermsOn,
    rag_history,
)
from docgen.models.money import Money
from docgen.models.progress import ProgressEntry
from docgen.models.terms import Terms
from docgen.templating.filters import Formats, format_days, format_money, format_shift

MILESTONES = 40
"""How many milestones a report draws at most: as many as have room on one page."""


def report_pictures(
    entries: Sequence[ProgressEntry],
    entry: ProgressEntry,
    terms: Terms,
    terms_on: TermsOn,
    milestones: Sequence[MilestoneState],
    money: Budget,
    business: BusinessDays | None,
    formats: Formats,
    *,
    signed: bool = True,
) -> dict[str, Picture]:
    """Return the pictures a report has: those that the recorded figures can fill.

    Where no contract is `signed`, the days of the terms are called proposed.
    """
    found: dict[str, Picture] = {}
    calendar = time_axis(entry.period.end, formats)
    plan = plan_curve(terms, money.sum.currency, business)
    if plan:
        actual = actual_curve(terms_on, money.sum.currency, entries, entry)
        expected = forecast_curve(money, terms, milestones, entry, business)
        found["burn-down"] = _burn_down(calendar, money, plan, actual, expected, formats)
    if any(state.current or state.forecast or state.actual for state in milestones):
        rows = [(state.title, state) for state in drawn_milestones(milestones)]
        found["timeline"] = timeline(calendar, rows, formats, baseline="baseline" if signed else "proposed")
    history = rag_history(entries, entry)
    if len(entries) > 1 and history:
        found["rag-history"] = _strip(entries, entry, history_rows(history, formats), formats)
    return found


def drawn_milestones(milestones: Sequence[MilestoneState]) -> tuple[MilestoneState, ...]:
    """Return the milestones that a report draws, in their order.

    When there are more than MILESTONES, those go first that come next, then those that were reached last.
    """
    ranked = sorted(range(len(milestones)), key=lambda number: _distance(milestones[number]))
    return tuple(milestones[number] for number in sorted(ranked[:MILESTONES]))


def _distance(state: MilestoneState) -> tuple[int, int]:
    """Return a key by which open milestones come first, the next ones before later ones, and undated ones last."""
    if state.actual:
        return 1, -state.actual.toordinal()
    expected = state.forecast or state.current
    return (0, expected.toordinal()) if expected else (2, 0)


def time_axis(today: dt.date, formats: Formats, label: str = "today") -> charts.Calendar:
    """Return how a time axis reads in a document, with a line on one day; `label` is its word in the group `chart`."""
    return charts.Calendar(
        month=_day_words("LLL", formats),
        day=_day_words(_pattern("MMMd", formats), formats),
        today=today,
        today_label=formats.words.word(label, "chart"),
        month_and_year=_day_words(_pattern("yMMM", formats).replace("MMM", "LLL"), formats),
        day_and_year=_day_words(_pattern("yMMMd", formats), formats),
    )


def _day_words(pattern: str, formats: Formats) -> charts.DayWords:
    from babel.dates import format_date

    return lambda day: str(format_date(day, pattern, locale=formats.tongue))


def _pattern(parts: str, formats: Formats) -> str:
    """Return how the document's language writes some parts of a date together."""
    from babel import Locale

    return str(Locale.parse(formats.tongue).datetime_skeletons[parts].pattern)


def _burn_down(
    calendar: charts.Calendar,
    money: Budget,
    plan: Sequence[CurvePoint],
    actual: Sequence[CurvePoint],
    expected: Sequence[CurvePoint],
    formats: Formats,
) -> Picture:
    total, currency = money.sum.amount, money.sum.currency

    def remaining(points: Sequence[CurvePoint]) -> tuple[tuple[dt.date, Decimal], ...]:
        return tuple((point.day, total - point.spent.amount) for point in points)

    chart = charts.BurnDown(
        calendar=calendar,
        money=lambda amount: _short_money(Money(amount, currency), formats),
        plan=remaining(plan),
        actual=remaining(actual),
        forecast=remaining(expected),
        plan_label=formats.words.word("plan", "chart"),
        actual_label=formats.words.word("actual", "chart"),
        forecast_label=formats.words.word("forecast", "chart"),
    )
    return charts.burn_down(chart)


def _short_money(money: Money, formats: Formats) -> str:
    """Return an axis label: whole units where the amount has no others."""
    from babel.numbers import format_decimal

    if money.amount != money.amount.to_integral_value():
        return format_money(money, formats)
    figures = format_decimal(money.amount, format="#,##0", locale=formats.territory)
    return f"{money.currency} {figures}"


def timeline(
    calendar: charts.Calendar,
    milestones: Sequence[tuple[str, MilestoneState]],
    formats: Formats,
    baseline: str = "baseline",
) -> Picture:
    """Return milestones one below the other, each under a title of its own behind its id.

    `baseline` is the word in the group `chart` for the days as signed.
    """
    rows = tuple(milestone_row(title, state, calendar.today, formats) for title, state in milestones)
    labels = {name: formats.words.word(name, "chart") for name in (baseline, "current", "forecast", "actual")}
    return charts.timeline(
        charts.Timeline(
            calendar=calendar,
            rows=rows,
            baseline_label=labels[baseline],
            forecast_label=labels["forecast"],
            actual_label=labels["actual"],
            current_label=labels["current"],
        )
    )


def milestone_row(title: str, state: MilestoneState, today: dt.date | None, formats: Formats) -> charts.TimelineRow:
    """Return a milestone as it is drawn on a day, under its id and a title."""
    return charts.TimelineRow(
        title=f"{state.id} {title}",
        baseline=state.baseline,
        forecast=state.forecast,
        actual=state.actual,
        note=_remark(state, today, formats),
        tone=_tone(state),
        current=state.current,
    )


def _remark(state: MilestoneState, today: dt.date | None, formats: Formats) -> str:
    """Return by how much a milestone differs from its day in force: overdue, unless a later day is still expected."""
    overdue = state.state is MilestoneStanding.OVERDUE
    if overdue and today and state.current and (state.forecast is None or state.forecast < today):
        late = format_days((today - state.current).days, formats)
        return formats.words.word("overdue", "chart").replace("{days}", late)
    return format_shift(state.variance, formats) if state.variance else ""


def _tone(state: MilestoneState) -> Tone:
    """Return the tone of a milestone: red when overdue, amber when later than agreed, green when reached or earlier."""
    if state.state is MilestoneStanding.OVERDUE:
        return Tone.RED
    if state.variance is None:
        return Tone.GREEN if state.state is MilestoneStanding.MET else Tone.NEUTRAL
    return Tone.AMBER if state.variance > 0 else Tone.GREEN


def history_rows(history: Sequence[DimensionHistory], formats: Formats) -> tuple[charts.RagRow, ...]:
    """Return the rows of a status strip, named in the document's language."""
    return tuple(
        charts.RagRow(
            title=formats.words.word(row.name, "dimension"),
            tones=tuple(Tone(rag.value) if rag else None for rag in row.rags),
        )
        for row in history
    )


def _strip(
    entries: Sequence[ProgressEntry], entry: ProgressEntry, rows: tuple[charts.RagRow, ...], formats: Formats
) -> Picture:
    known = [other for other in entries if other.period.end <= entry.period.end]
    ends = sorted({other.period.end for other in known})[-len(rows[0].tones) :]
    return strip(ends, rows, formats)


def strip(ends: Sequence[dt.date], rows: Sequence[charts.RagRow], formats: Formats) -> Picture:
    """Return statuses over periods, each named by the day it ends on."""
    names, letters = (
        tuple(formats.words.word(tone, group) for tone in ("green", "amber", "red")) for group in ("rag", "rag_letter")
    )
    day_words = _day_words(_pattern("MMMd", formats), formats)
    return charts.rag_strip(
        charts.RagStrip(
            periods=tuple(map(day_words, ends)),
            rows=tuple(rows),
            letters=(letters[0], letters[1], letters[2]),
            meanings=(names[0], names[1], names[2]),
        )
    )
