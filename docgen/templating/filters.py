"""Filters: how facts become words in the engagement's locale and the document's language."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import wraps
from typing import TYPE_CHECKING, Any

from docgen.doctree.parse import ISOLATE, ISOLATE_END
from docgen.errors import DocgenError, NotFoundError
from docgen.models.money import Money, minor_units
from docgen.models.party import Side
from docgen.templating.labels import Words
from docgen.templating.views import Missing, View

if TYPE_CHECKING:
    from jinja2.runtime import Context

FORMATS = "_formats"
"""The name under which a render's formats stand in Jinja's context; templates cannot use names with an underscore."""

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_DAY_FORMS = {"long": "long", "short": "short", "medium": "medium", "unbroken": "medium", "weekday": "full"}
_NO_BREAK = "\u00a0"
_NO_TURNS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
"""The marks by which text is turned to the left or to the right, to be left out."""


@dataclass(frozen=True)
class Formats:
    """How one document writes things: its locale for figures and dates, its language for words, and who is who."""

    locale: str
    words: Words
    people: Mapping[str, str] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)

    @property
    def territory(self) -> str:
        """Return the locale in Babel's spelling."""
        return self.locale.replace("-", "_")

    @property
    def tongue(self) -> str:
        """Return the locale of dates with words: the document's language as it is written in the locale's territory.

        Where the locale data know no such pair it is the language as the world writes it (en_001), or else by itself.
        """
        from babel import Locale
        from babel.localedata import exists

        place, language = Locale.parse(self.territory), self.words.language
        if place.language == language:
            return self.territory
        near = (f"{language}_{place.territory}", f"{language}_001")
        return next(filter(exists, near), language)


def isolated(text: str, language: str) -> str:
    """Return text marked for isolation when it holds letters that run against the document's direction."""
    if ISOLATE in text:
        return text
    if language in {"ar", "fa", "he", "ur"}:
        against = any(unicodedata.bidirectional(character) == "L" for character in text)
    else:
        against = not text.isascii() and any(
            unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text
        )
    return f"{ISOLATE}{text}{ISOLATE_END}" if against else text


def format_money(money: Money, formats: Formats) -> str:
    """Return an amount with its ISO code and the currency's own decimals, as the locale writes figures."""
    return f"{money.currency}{_NO_BREAK}{format_figures(money, formats)}"


def format_signed(money: Money, formats: Formats) -> str:
    """Return an amount with its sign before the code: +GBP 21,500.00."""
    sign = "+" if money.amount > 0 else "\u2212" if money.amount < 0 else ""
    return sign + format_money(abs(money), formats)


def format_figures(money: Money, formats: Formats) -> str:
    """Return an amount without its code, for a table whose head names the currency."""
    digits = minor_units(money.currency)
    return _written(money.rounded().amount, 2 if digits is None else digits, formats)


def _written(number: Decimal, digits: int, formats: Formats, *, percent: bool = False) -> str:
    """Return a number in the locale's own pattern, with its groups and signs, at a number of decimals."""
    from babel import Locale

    locale = Locale.parse(formats.territory)
    pattern = copy(locale.percent_formats[None] if percent else locale.decimal_formats[None])
    pattern.frac_prec = (digits, digits)
    return str(pattern.apply(number, locale))


def _decimals(number: Decimal | int) -> int:
    """Return how many decimals a number has, without the zeros at their end."""
    return max(0, -int(Decimal(number).normalize().as_tuple().exponent))


def format_words(money: Money, formats: Formats) -> str:
    """Return an amount in words, in the document's language: whole units in words, the rest as a fraction."""
    from babel.numbers import get_currency_name
    from num2words import CONVERTER_CLASSES, num2words

    amount = abs(money.rounded().amount)
    whole, digits = int(amount), minor_units(money.currency) or 0
    language = formats.words.language
    spoken = num2words(whole, lang=language if language in CONVERTER_CLASSES else "en")
    name = get_currency_name(money.currency, count=whole, locale=language) or money.currency
    rest = int((amount - whole).scaleb(digits))
    fraction = f" {rest:0{digits}d}/{10**digits}" if rest else ""
    sign = "minus " if money.amount < 0 else ""
    return f"{sign}{spoken}{fraction} {name}".replace("-and-", " and ")


class UnknownFormError(DocgenError):
    """A date is asked for in a form there is none of."""

    def __init__(self, form: str) -> None:
        super().__init__(f"There is no form “{form}” of a date. Use one of: {', '.join(_DAY_FORMS)}.")


def format_day(day: dt.date, formats: Formats, form: str = "long") -> str:
    """Return a day as the locale writes it: long, short, medium, or with its weekday; words are the document's.

    The form `unbroken` is the medium one kept on one line, for the cells of a table.
    """
    from babel.dates import format_date

    if form not in _DAY_FORMS:
        raise UnknownFormError(form)
    written = _timely(lambda locale: str(format_date(day, format=_DAY_FORMS[form], locale=locale)), formats)
    return written.replace(" ", _NO_BREAK) if form == "unbroken" else written


def format_clock(time: dt.time, formats: Formats) -> str:
    """Return a time of day as the locale writes it, a word such as “PM” in the document's language."""
    from babel.dates import format_time

    return _timely(lambda locale: str(format_time(time, format="short", locale=locale)), formats)


def _timely(write: Callable[[str], str], formats: Formats) -> str:
    """Return a date or time in the locale's figures or, if it has words in it, in the document's language.

    Marks by which a locale turns its figures around (12/11/2026 in Arabic) hold in text that runs that way only.
    """
    from babel import Locale

    written = write(formats.territory)
    if any(map(str.isalpha, written)):
        return write(formats.tongue)
    runs_left = Locale.parse(formats.tongue).text_direction == "rtl"
    return written if runs_left else written.translate(_NO_TURNS)


def format_number(number: Decimal | int, formats: Formats) -> str:
    """Return a number as the locale writes it, with the decimals it has."""
    return _written(Decimal(number), _decimals(number), formats)


def format_decimal(number: Decimal, formats: Formats) -> str:
    """Return a number as the locale writes it, with all its decimals, zeros too: 4.0."""
    return _written(number, max(0, -int(number.as_tuple().exponent)), formats)


def format_percent(number: Decimal | int, formats: Formats) -> str:
    """Return per cent as the locale writes it; the number is in per cent, 20 for twenty."""
    return _written(Decimal(number) / 100, _decimals(number), formats, percent=True)


def format_days(count: int, formats: Formats, basis: str = "") -> str:
    """Return a number of days in words: 5 days, 5 business days, 1 calendar day."""
    return formats.words.plural(f"{basis}_days" if basis else "days", int(count))


def format_shift(count: int, formats: Formats) -> str:
    """Return a difference of days in words: 14 days later, 3 days earlier, no change."""
    if not count:
        return formats.words.word("none", "shift")
    words = formats.words.word("later" if count > 0 else "earlier", "shift")
    return words.replace("{days}", format_days(abs(count), formats))


def format_label(key: str, formats: Formats, group: str | None = None) -> str:
    """Return the word for an enum's value or a label's name in the document's language."""
    return formats.words.word(key, group)


def format_list(entries: Sequence[Any], formats: Formats, joiner: str = "and") -> str:
    """Return entries as prose: a, b and c."""
    texts = [isolated(str(entry), formats.words.language) for entry in entries]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {formats.words.word(f'list_{joiner}')} {texts[-1]}"


def format_country(code: str, formats: Formats) -> str:
    """Return a country's name in the document's language; the code itself where there is none."""
    from babel import Locale

    return str(Locale.parse(formats.words.language).territories.get(code, code))


def format_person(email: str, formats: Formats) -> str:
    """Return the name behind an e-mail address, or the address itself."""
    return formats.people.get(email, email)


def format_sentence(text: str, formats: Formats) -> str:
    """Return a text with a capital at the beginning and a full stop at the end."""
    text = text.strip()
    end = "" if text.endswith((".", "!", "?", "…", "。")) else "."
    return text[:1].upper() + text[1:] + end


def format_paragraphs(text: str, formats: Formats) -> tuple[str, ...]:
    """Return the paragraphs of prose, which an empty line parts."""
    return tuple(text.split("\n\n"))


def format_clause(name: str, formats: Formats) -> str:
    """Return the number a clause has in the contract; raises NotFoundError when the contract has no such clause."""
    if name not in formats.clauses:
        from difflib import get_close_matches

        near = get_close_matches(name, formats.clauses, 1)
        advice = f"Did you mean “{near[0]}”?" if near else "See `docgen template show contract` for its clauses."
        raise NotFoundError(f"The contract has no clause “{name}”. {advice}")
    return formats.clauses[name]


def mark_term(value: Any, formats: Formats) -> Any:
    """Return a party's defined term as markup; a plain text is a term itself."""
    from markupsafe import Markup

    side = value.side if isinstance(value, View) else value
    text = formats.words.word(side) if isinstance(side, Side) else str(side)
    return Markup("<term>{}</term>").format(text)


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "money": format_money,
    "figures": format_figures,
    "signed": format_signed,
    "words": format_words,
    "date": format_day,
    "time": format_clock,
    "number": format_number,
    "percent": format_percent,
    "days": format_days,
    "shift": format_shift,
    "label": format_label,
    "listed": format_list,
    "country": format_country,
    "person": format_person,
    "sentence": format_sentence,
    "paragraphs": format_paragraphs,
    "clause": format_clause,
    "term": mark_term,
}

_KINDS: Mapping[str, tuple[type, ...]] = {
    "money": (Money,),
    "figures": (Money,),
    "signed": (Money,),
    "words": (Money,),
    "date": (dt.date,),
    "time": (dt.time,),
    "number": (Decimal, int),
    "percent": (Decimal, int),
    "days": (int, Decimal),
    "shift": (int, Decimal),
    "label": (str,),
    "country": (str,),
    "person": (str,),
    "sentence": (str,),
    "paragraphs": (str,),
    "clause": (str,),
    "listed": (tuple, list),
    "term": (View, str),
}


class FilterError(DocgenError):
    """A filter was given a value it cannot write."""

    def __init__(self, name: str, value: object) -> None:
        kind = "a group of facts" if isinstance(value, View) else f"a {type(value).__name__}"
        super().__init__(f"The filter “{name}” cannot write {kind}. See the filters in docs/markup.md.")


def filters() -> dict[str, Callable[..., Any]]:
    """Return the filters as Jinja calls them; each passes a missing fact on as missing."""
    return {name: _with_context(name, function) for name, function in _FILTERS.items()}


def _with_context(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    from jinja2 import pass_context
    from jinja2.runtime import Undefined

    @pass_context
    @wraps(function)
    def filtered(context: Context, value: Any, *arguments: Any) -> Any:
        if isinstance(value, Missing):
            return value
        if isinstance(value, Undefined):
            str(value)  # raises its own error with the name
        if isinstance(value, bool) or not isinstance(value, _KINDS[name]):
            raise FilterError(name, value)
        return function(value, context[FORMATS], *arguments)

    return filtered
