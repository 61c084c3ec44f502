"""What costs an engagement its health, in the words of a document and of the terminal."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from docgen.lifecycle.health import Reason, ReasonKind
from docgen.lifecycle.rag import Cause
from docgen.lifecycle.states import LifeState
from docgen.models.progress import Rag, Scale
from docgen.templating.filters import Formats
from docgen.templating.health_words import colour_reason, plain_reason, reason_words
from tests.templating.stage import words_of

K = ReasonKind
DAY = dt.date(2026, 1, 16)
REPORTS = Reason.of(K.REPORTS, count=40, day=DAY)
ACTIONS = Reason.of(K.ACTIONS, count=5, days=212, what=Reason.of(K.HAND_OVER, about="D1"))
SILENCE = Reason.of(K.NEVER_SPOKEN, days=1, day=DAY)
COLOUR = Reason.of(K.COLOUR, rag=Rag.RED, cause=Cause("late", "M4", 28))
ISSUES = Reason.of(
    K.ISSUES,
    count=2,
    issues=(Reason.of(K.SERIOUS_ISSUE, id="I1", impact=Scale.HIGH), Reason.of(K.ISSUE, id="I2", impact=Scale.LOW)),
)
TROUBLE = Reason.of(
    K.TROUBLE, state=LifeState.DISPUTED, known=(Reason.of(K.DISPUTE, number=1, subject="Late data"), "BN-001")
)
SURVEY = Reason.of(K.SURVEY_ALONE, mean=Decimal("4.0"), day=DAY, count=0)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (REPORTS, "40 überfällig, der erste seit dem 16.01.2026"),
        (ACTIONS, "5 überfällig, die älteste 212 Tage zu spät: D1 übergeben"),
        (SILENCE, "kein Kontakt seit Beginn der Arbeiten am 16.01.2026 (1 Tag)"),
        (COLOUR, "rot: M4 wird 28 Tage nach dem Termin erwartet"),
        (ISSUES, "2 offen: I1 ernst, I2 gering"),
        (TROUBLE, "im Streit: Streit 1 „Late data“, BN-001"),
        (SURVEY, "4,0 von 5 am 16.01.2026; ihr ging keine Schätzung voraus"),
    ],
)
def test_a_german_document_gives_its_reasons_in_german(reason: Reason, said: str) -> None:
    assert reason_words(reason, Formats("de-DE", words_of("de"))) == said


def test_an_english_document_writes_their_days_as_its_tables_do() -> None:
    assert reason_words(REPORTS, Formats("en-GB", words_of("en"))) == "40 overdue, the first since 16 Jan 2026"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (REPORTS, "40 overdue, the first since 2026-01-16"),
        (ACTIONS, "5 overdue, the oldest by 212 days: hand over D1"),
        (SILENCE, "no contact since work began on 2026-01-16, 1 day ago"),
        (COLOUR, "red: M4 is expected 28 days late"),
        (SURVEY, "4.0 of 5 on 2026-01-16; no estimate came before it"),
    ],
)
def test_the_terminal_gives_them_in_english_with_plain_days(reason: Reason, said: str) -> None:
    assert plain_reason(reason) == said


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        ("M2 wird 14 Tage nach dem Termin erwartet", "M2 is expected 14 days late"),
        ("M2 wird 1 Tag nach dem Termin erwartet", "M2 is expected 1 day late"),
        ("M2 ist überfällig: 3 Tage nach dem Termin", "M2 is 3 days overdue"),
        (
            "Erwartet werden 12,5 Prozent mehr als die Vertragssumme",
            "The forecast is 12.5 per cent above the contract sum",
        ),
        ("Das ernste Problem NI-001 wartet auf eine Entscheidung", "The serious issue NI-001 waits for a decision"),
        ("Kein offener Meilenstein ist verspätet", "No open milestone is late"),
        ("M2 is expected 14 days late", "M2 is expected 14 days late"),
    ],
)
def test_the_rules_reason_for_a_colour_is_told_in_the_language_of_the_document(recorded: str, said: str) -> None:
    assert colour_reason(recorded, Formats("en-GB", words_of("en"))) == said


@pytest.mark.parametrize(
    "words",
    [
        "M2 wird etwa 14 Tage nach dem Termin erwartet",
        "M2 wird 14 Wochen nach dem Termin erwartet",
        "Der neue Server M2 ist überfällig",
        "Erwartet werden 12.5 Prozent mehr als die Vertragssumme",
        "Tag",
    ],
)
def test_a_persons_own_reason_stays_as_it_was_written(words: str) -> None:
    assert colour_reason(words, Formats("en-GB", words_of("en"))) == words


def test_a_colour_without_a_reason_stays_without_one() -> None:
    assert colour_reason(None, Formats("en-GB", words_of("en"))) is None
