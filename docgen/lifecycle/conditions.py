"""Whether a document meets the conditions under which its template was approved, and which it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator

from docgen.models.conditions import Conditions, FeesAbove
from docgen.models.engagement import Engagement
from docgen.models.money import Money


def expired(conditions: Conditions, on: dt.date) -> Iterator[str]:
    """Yield why nothing can be issued any more on a day, in a sentence."""
    if conditions.valid_until and on > conditions.valid_until:
        yield f"It is approved until {conditions.valid_until}, and this would be issued on {on}."


def outside(conditions: Conditions, engagement: Engagement) -> Iterator[str]:
    """Yield what of an engagement the approval does not cover, a sentence each: its locale, its governing law."""
    locale = engagement.locale
    if conditions.locales and not any(_within(locale, each) for each in conditions.locales):
        yield f"It is approved for {_either(conditions.locales)}, and {engagement.id} has the locale {locale}."
    law = engagement.terms.governing_law
    if conditions.governing_laws and not any(_same(law, each) for each in conditions.governing_laws):
        said = f"has the law of {law}" if law else "names no governing law yet"
        yield f"It is approved under the law of {_either(conditions.governing_laws)}, and {engagement.id} {said}."


def beyond(conditions: Conditions, total: Money, roles: Collection[str]) -> tuple[FeesAbove, ...]:
    """Return the limits that a contract sum goes beyond and for which a person has none of the roles."""
    return tuple(each for each in conditions.fees if not each.covers(total) and each.role not in roles)


def in_words(conditions: Conditions) -> tuple[str, ...]:
    """Return the conditions, each in a few words."""
    return tuple(_said(conditions))


def _said(conditions: Conditions) -> Iterator[str]:
    if conditions.valid_until:
        yield f"until {conditions.valid_until}"
    if conditions.locales:
        yield f"for {_either(conditions.locales)}"
    if conditions.governing_laws:
        yield f"under the law of {_either(conditions.governing_laws)}"
    for each in conditions.fees:
        yield f"fees above {each.limit} need the role {each.role}"


def _within(locale: str, allowed: str) -> bool:
    return locale == allowed or locale.startswith(f"{allowed}-")


def _same(law: str | None, allowed: str) -> bool:
    return law is not None and law.casefold() == allowed.casefold()


def _either(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last
