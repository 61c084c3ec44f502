"""The figures of several engagements as a workbook (Office Open XML).

In a workbook amounts are numbers with the format of their currency, days are days, and every word is text: whatever
somebody is called, a cell never becomes a formula or a link. The same figures give the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from docgen.lifecycle.manager_week import SAID_BY_KIND, ReportToDo, ToDo, Week
from docgen.lifecycle.portfolio import Figures, Portfolio
from docgen.lifecycle.progress import MilestoneStanding, MilestoneState
from docgen.lifecycle.reporting import report_name
from docgen.models.money import Money, minor_units
from docgen.templating.filters import Formats
from docgen.templating.health_words import reason_words

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from docgen.lifecycle.health import Reason
    from docgen.templating.labels import Words
    from docgen.templating.portfolio import Basis

LONGEST = 32_767
"""How many characters a cell holds at most."""
DIGITS = 15
"""How many digits of a number a spreadsheet keeps; an amount with more is written as text."""
_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a text may begin with that a spreadsheet would take for a formula when it is typed."""
_BEGINNING = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the day that a container is dated
_WIDEST, _NARROWEST = 40, 9
_LINE, _MOST_LINES = 15, 27
"""How high a line is, in points, and how many of them a row shows at most: none is higher than 409 points."""
_APART: Mapping[str, Any] = {"align": "right", "indent": 1}
"""Keeps a number apart from the text in the next column."""
Cell = str | int | Decimal | Money | dt.date | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its headings and its rows."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def write_workbook(told: Portfolio | Week, words: Words, basis: Basis | None = None) -> bytes:
    """Return the figures as a workbook, its headings in a language."""
    from xlsxwriter.workbook import Workbook

    speaks = _Speaker(words)
    sheets = _portfolio_sheets(told, speaks) if isinstance(told, Portfolio) else _week_sheets(told, speaks)
    title = speaks.kind("portfolio-report" if isinstance(told, Portfolio) else "manager-week")
    sheets = (*sheets, _origin(told, speaks, title, basis))
    octets = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(octets, options)
    day = dt.datetime.combine(told.on, dt.time())
    book.set_properties({"title": title, "author": "docgen", "created": max(day, _BEGINNING)})
    writer = _Writer(book, title, told.on)
    for sheet in sheets:
        writer.add(sheet)
    book.close()
    return octets.getvalue()


# Which sheets there are


@dataclass(frozen=True)
class _Speaker:
    """Names headings and values in a language."""

    words: Words

    def head(self, *names: str) -> tuple[str, ...]:
        return tuple(self.words.word(name, "figures") for name in names)

    def sheet(self, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Sheet:
        return Sheet(self.words.word(name, "figures"), self.head(*head), tuple(tuple(row) for row in rows))

    def kind(self, name: str) -> str:
        return self.words.word(name, "document_kind")

    def reason(self, value: Reason) -> str:
        return reason_words(value, Formats(self.words.language, self.words))

    def label(self, value: Any, group: str | None = None) -> str:
        return self.words.word(value, group) if value is not None else ""


def _portfolio_sheets(told: Portfolio, speaks: _Speaker) -> tuple[Sheet, ...]:
    return (
        speaks.sheet("overview", _OVERVIEW, (_overview(each, speaks) for each in told.members)),
        speaks.sheet("milestones", _MILESTONES, (row for each in told.members for row in _milestones(each, speaks))),
        speaks.sheet("budget", _BUDGET, _budget(told, speaks)),
        speaks.sheet("actions", _ACTIONS, _actions(told, speaks)),
        speaks.sheet("orders", _ORDERS, (row for each in told.members for row in _orders(each, speaks))),
    )


_OVERVIEW = (
    *("engagement", "title", "state", "overall", "scope", "schedule", "budget", "quality", "people"),
    *("report", "reported_until", "issued", "next_report", "overdue_since"),
    *("next_milestone", "due", "variance_days", "end_date", "manager"),
)
_MILESTONES = (
    "engagement",
    "milestone",
    "title",
    "as_signed",
    "in_force",
    "proposed",
    "forecast",
    "stated_on",
    "older_than",
    "actual",
    "variance_days",
    "state",
)
_BUDGET = (
    *(
        "engagement",
        "line",
        "description",
        "currency",
        "contract_signed",
        "as_signed",
        "contract_sum",
        "invoiced",
        "spent",
    ),
    *("forecast", "variance", "report", "stated_on"),
)
_ACTIONS = ("engagement", "title", "kind", "what", "who", "due", "days_left")
_ORDERS = (*("engagement", "order", "title", "state", "effect", "end_days", "effective", "signed_on", "answer_by"),)


def _overview(each: Figures, speaks: _Speaker) -> tuple[Cell, ...]:
    rags = {dimension.name: dimension.rag for dimension in each.dimensions}
    coming = None if each.ended else each.next_milestone
    return (
        each.engagement.id,
        each.engagement.title,
        speaks.label(each.state),
        *(speaks.label(rags.get(name)) for name in ("overall", "scope", "schedule", "budget", "quality", "people")),
        *_report_cells(each),
        each.report.issued if each.report else None,
        *((None, each.next_report) if each.report_overdue else (each.next_report, None)),
        f"{coming.id} {coming.title}" if coming else None,
        coming.current if coming else None,
        coming.variance if coming else None,
        each.current.end,
        each.engagement.account.manager,
    )


def _report_cells(each: Figures) -> tuple[Cell, Cell]:
    """Return the name of the last report, and the day that the figures in it are of."""
    return (report_name(each.report.number), each.report.until) if each.report else (None, None)


def _milestones(each: Figures, speaks: _Speaker) -> Iterator[tuple[Cell, ...]]:
    for state in each.milestones:
        yield (
            each.engagement.id,
            state.id,
            state.title,
            *_dates(each, state),
            state.forecast,
            each.stated.get(state.id),
            each.overtaking(state),
            state.actual,
            state.variance,
            _standing(each, state, speaks),
        )


def _dates(each: Figures, state: MilestoneState) -> tuple[Cell, Cell, Cell]:
    """Return the day of a milestone as signed, as in force, and as proposed while no contract is signed."""
    return (state.baseline, state.current, None) if each.signed else (None, None, state.current)


def _standing(each: Figures, state: MilestoneState, speaks: _Speaker) -> str | None:
    """Return how a milestone stands; nothing where only a forecast could say so that an order has overtaken."""
    unknown = each.overtaking(state) and state.state is MilestoneStanding.DUE
    return None if unknown else speaks.label(state.state, "milestone_standing")


def _budget(told: Portfolio, speaks: _Speaker) -> Iterator[tuple[Cell, ...]]:
    """Yield each engagement with its fee lines below it, and behind those of one currency its total."""
    yes, no = speaks.label("yes", "figures"), speaks.label("no", "figures")
    currencies = sorted({each.engagement.currency for each in told.members})
    totals = {total.currency: total for total in told.totals}
    for currency in currencies:
        for each in (each for each in told.members if each.engagement.currency == currency):
            money, report = each.money, _report_cells(each)
            yield (
                each.engagement.id,
                None,
                each.engagement.title,
                currency,
                yes if each.signed else no,
                each.baseline.sum if each.signed else None,
                *(money.sum, money.invoiced, money.spent, money.forecast, money.variance),
                *report,
            )
            for line in money.lines:
                difference = line.forecast - line.budget
                figures = (line.budget, line.invoiced, line.spent, line.forecast, difference)
                yield (each.engagement.id, line.id, line.description, currency, None, None, *figures, *report)
        total = totals.get(currency)
        if total:
            agreed = (total.signed, total.sum, total.invoiced, total.spent, total.forecast, total.variance)
            yield (None, None, speaks.label("total", "figures"), currency, None, *agreed)


def _actions(told: Portfolio, speaks: _Speaker) -> Iterator[tuple[Cell, ...]]:
    titles = {each.engagement.id: each.engagement.title for each in told.members}
    for ask in told.asks:
        paper = f"{speaks.kind(ask.document)} ({ask.about})" if ask.document else ask.about
        yield ask.engagement, titles[ask.engagement], speaks.label(ask.kind), paper, ask.person, ask.due, ask.left


def _orders(each: Figures, speaks: _Speaker) -> Iterator[tuple[Cell, ...]]:
    for order in each.orders:
        yield (
            each.engagement.id,
            order.reference,
            order.title,
            speaks.label(order.state),
            order.effect,
            order.days,
            order.effective_date,
            order.signed_on,
            order.answer_by,
        )


_HEALTH = ("engagement", "title", "client", "score", "change", "why", "unissued")
_TO_DO = ("due", "days_left", "kind", "what", "amount", "unissued", "engagement", "title", "client", "who")
_REPORTS = (*("due", "time", "issued", "time_issued", "zone", "late"), *("to_do", "reference", "title", "client"))
_MISSED = ("date", "engagement", "title", "client")
_WORDS = ("date", "days_left", "what", "engagement", "client", "who", "reference")
_TROUBLE = ("since", "reference", "what", "engagement", "client", "state")
_WAITING = ("kind", "reference", "client", "days_waiting")


def _week_sheets(week: Week, speaks: _Speaker) -> tuple[Sheet, ...]:
    return (
        speaks.sheet(
            "health",
            _HEALTH,
            (
                (
                    *(each.engagement, each.title, each.client, each.score, each.change, _why(each.worst, speaks)),
                    ", ".join(each.unissued),
                )
                for each in week.health
            ),
        ),
        speaks.sheet("to_do_list", _TO_DO, (_to_do(each, speaks) for each in week.to_do)),
        speaks.sheet("reports", _REPORTS, (_report(each, speaks) for each in week.reports)),
        speaks.sheet(
            "missed",
            _MISSED,
            ((day, each.engagement, each.title, each.client) for each in week.missed for day in each.days),
        ),
        speaks.sheet(
            "promises",
            _WORDS,
            (
                (w.given.date, w.left, w.given.words, w.engagement, w.client, w.given.by, w.given.reference)
                for w in week.words
            ),
        ),
        speaks.sheet(
            "disputes",
            _TROUBLE,
            (
                (
                    *(each.since, each.reference, each.about, each.engagement, each.client),
                    speaks.label(each.state, "life_state"),
                )
                for each in week.troubles
            ),
        ),
        speaks.sheet(
            "signatures",
            _WAITING,
            ((speaks.kind(each.kind), each.reference, each.client, each.days) for each in week.waiting),
        ),
    )


def _why(worst: Iterable[Any], speaks: _Speaker) -> str:
    return "; ".join(f"{speaks.label(each.part)} \u2212{each.points}: {speaks.reason(each.value)}" for each in worst)


def _to_do(each: ToDo, speaks: _Speaker) -> tuple[Cell, ...]:
    return (
        *(each.due, each.left, speaks.label(each.kind), None if each.kind in SAID_BY_KIND else each.about),
        *(each.amount, each.unissued),
        *(each.engagement, each.title, each.client),
        each.person or speaks.label(each.by),
    )


def _report(each: ReportToDo, speaks: _Speaker) -> tuple[Cell, ...]:
    return (
        *_moment(each.at),
        *_moment(each.issued),
        each.zone,
        speaks.label("yes" if each.late else "no", "figures"),
        *(speaks.label(each.task), each.reference, each.title, each.client),
    )


def _moment(moment: dt.datetime | None) -> tuple[Cell, Cell]:
    return (moment.date(), f"{moment:%H:%M}") if moment else (None, None)


def _origin(told: Portfolio | Week, speaks: _Speaker, title: str, basis: Basis | None) -> Sheet:
    """Return the sheet that says on which day and from which record the figures were made."""
    rows: list[tuple[Cell, ...]] = [(title, None), (speaks.label("as_of", "figures"), told.on)]
    if isinstance(told, Week):
        rows.append((speaks.label("firm_only", "figures"), None))
    if basis is not None:
        rows += [(speaks.label("entries", "figures"), basis.entries)]
        if basis.root:
            rows.append((speaks.label("checkpoint", "figures"), basis.signed))
            rows.append((speaks.label("root", "figures"), basis.root))
    return speaks.sheet("origin", ("what", "value"), rows)


# How they are written


class _Writer:
    """Writes sheets into a workbook."""

    def __init__(self, book: Workbook, title: str, on: dt.date) -> None:
        self.book, self.title, self.on = book, title, on
        self.formats: dict[str, Format] = {}
        self.named: set[str] = set()

    def format(self, name: str, **properties: Any) -> Format:
        """Return a format, made once under its name."""
        if name not in self.formats:
            self.formats[name] = self.book.add_format({"valign": "top", **properties})
        return self.formats[name]

    def add(self, sheet: Sheet) -> None:
        """Add a sheet with its head in sight and its print-out on sheets of A4, as wide as a page."""
        page = self.book.add_worksheet(sheet.name)
        bold = self.format("head", bold=True, text_wrap=True, bottom=1, bg_color="#f1f3f6")
        widths = [_width(sheet, column) for column in range(len(sheet.head))]
        for column, name in enumerate(sheet.head):
            page.write_string(0, column, name, bold)
            page.set_column(column, column, widths[column])
        page.set_row(0, _height(sheet.head, widths))
        for number, row in enumerate(sheet.rows, 1):
            page.set_row(number, _height(row, widths))
            for column, value in enumerate(row):
                self._write(page, number, column, value)
        page.freeze_panes(1, 0)
        if sheet.rows:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.head) - 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.set_footer(f"&L{self.title}, {self.on.isoformat()}&C&A&R&P / &N")

    def _write(self, page: Worksheet, row: int, column: int, value: Cell) -> None:
        match value:
            case None | "":
                return
            case Money():
                self._money(page, row, column, value)
            case dt.date():
                day = self.format("day", num_format="yyyy-mm-dd", align="left")
                page.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
            case int() | Decimal():
                page.write_number(row, column, value, self.format("number", **_APART))
            case str():
                self._text(page, row, column, value)

    def _money(self, page: Worksheet, row: int, column: int, money: Money) -> None:
        rounded = money.rounded()
        if len(rounded.amount.as_tuple().digits) > DIGITS:
            self._text(page, row, column, str(rounded))
            return
        page.write_number(
            row, column, rounded.amount, self.format(money.currency, num_format=money_format(money), **_APART)
        )

    def _text(self, page: Worksheet, row: int, column: int, text: str) -> None:
        clean = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
        # Marked as text, so that it stays text when somebody edits the cell.
        typed = clean.startswith(_STARTS)
        how = self.format("quoted", quote_prefix=True, text_wrap=True) if typed else self.format("text", text_wrap=True)
        page.write_string(row, column, clean, how)


def money_format(money: Money) -> str:
    """Return how a spreadsheet shows an amount: with the code of its currency and the currency's own decimals."""
    digits = minor_units(money.currency)
    places = 2 if digits is None else digits
    decimals = f".{'0' * places}" if places else ""
    return f'"{money.currency}" #,##0{decimals};"{money.currency}" -#,##0{decimals}'


def _width(sheet: Sheet, column: int) -> int:
    """Return how wide a column is, in characters: as its longest cell, and as the longest word of its heading."""
    cells = [row[column] for row in sheet.rows if column < len(row)]
    longest = max((len(line) for cell in cells for line in _shown(cell).splitlines() or [""]), default=0)
    word = max(map(len, sheet.head[column].split()), default=0)
    return max(_NARROWEST, min(max(longest, word) + 3, _WIDEST))


def _height(row: Sequence[Cell], widths: Sequence[int]) -> int:
    """Return how high a row is, in points; not every program works that out for itself."""
    texts = zip((_shown(cell) for cell in row), widths, strict=False)
    return _LINE * min(max((_lines(text, width) for text, width in texts), default=1), _MOST_LINES)


def _lines(text: str, width: int) -> int:
    """Return into how many lines a text breaks at most in a column."""
    return sum(max(len(wrap(line, width - 1)), 1) for line in text[:LONGEST].splitlines()) or 1


def _shown(cell: Cell) -> str:
    if isinstance(cell, Money):
        return str(cell.rounded())
    return "" if cell is None else str(cell)
