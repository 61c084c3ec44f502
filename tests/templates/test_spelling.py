"""German for Switzerland and Liechtenstein is written without ß, but for what people gave as their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from docgen.templating.labels import read_words
from docgen.templating.spelling import without_sharp_s
from tests.templates.printing import ENGAGEMENT, changed, desk, printed
from tests.templates.test_notice_of_issue import issue
from tests.templates.test_progress_report import FIRST

NAME = "Weiß & Groß AG"
KINDS = ("letter-of-approval", "progress-report", "notice-of-issue", "survey", "covering-mail")


def german(locale: str) -> Mapping[str, Any]:
    """Return the engagement in German, with a client whose name has the letter."""
    return changed(changed(ENGAGEMENT, "locale", locale), "client.legal_name", NAME)


def lines(kind: str, locale: str) -> list[str]:
    more: tuple[Mapping[str, Any], ...] = {
        "progress-report": (FIRST,),
        "covering-mail": (FIRST,),
        "notice-of-issue": (issue(),),
    }.get(kind, ())
    return printed(kind, german(locale), *more, draft=True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", ["de-CH", "de-LI"])
def test_our_words_have_no_sharp_s_and_names_keep_it(kind: str, locale: str) -> None:
    found = lines(kind, locale)
    assert any(NAME in line for line in found) or kind == "covering-mail"
    assert not [line for line in found if "ß" in line.replace(NAME, "")]


def test_the_closing_is_spelled_as_the_reader_spells() -> None:
    for locale, closing in (("de-CH", "Mit freundlichen Grüssen"), ("de-DE", "Mit freundlichen Grüßen")):
        assert any(line.startswith(closing) for line in lines("notice-of-issue", locale)), locale


def test_one_desk_writes_both_spellings_one_after_the_other() -> None:
    told = ["\n".join(lines("notice-of-issue", locale)) for locale in ("de-DE", "de-CH", "de-DE")]
    assert ["Grüßen" in each for each in told] == [True, False, True]


def test_the_shared_words_follow_the_locale() -> None:
    labels = desk().catalogue.labels
    swiss, usual = read_words(labels, "de", "de-CH"), read_words(labels, "de", "de-DE")
    assert not [word for group in swiss.groups.values() for word in group.values() if "ß" in word]
    assert [word for group in usual.groups.values() for word in group.values() if "ß" in word]


def test_only_german_in_these_territories_is_spelled_so() -> None:
    found = {locale: without_sharp_s("de", locale) for locale in ("de-CH", "de_CH", "de-LI", "de-AT", "de", "de-DE")}
    assert found == {"de-CH": True, "de_CH": True, "de-LI": True, "de-AT": False, "de": False, "de-DE": False}
    assert not without_sharp_s("en", "en-CH")
