"""The shared words: every value a file may hold has a word in every language, and no word lacks a language."""

from __future__ import annotations

from enum import StrEnum

import pytest

from docgen.doctree.nodes import Labels
from docgen.facts.source import read_source
from docgen.lifecycle.health import Part, ReasonKind
from docgen.lifecycle.progress import DIMENSIONS, MilestoneStanding
from docgen.models.breach import EarlierStepKind
from docgen.models.changes import ChangeKind, Settlement
from docgen.models.engagement import Weekday
from docgen.models.feedback import Consent, Question
from docgen.models.party import ContactRole, Side
from docgen.models.progress import ContactNote, Rag, Scale
from docgen.models.review import Fulfilment
from docgen.models.terms import DayBasis, Degree, Forum, NoticeMethod, Ownership, Period, Role, RunsFrom
from docgen.templating.catalogue import packaged_templates
from docgen.templating.labels import Words, read_words

LABELS = packaged_templates() / "labels.yaml"
LANGUAGES = ("en", "de")
ENUMS: tuple[type[StrEnum], ...] = (
    ChangeKind,
    Consent,
    ContactRole,
    DayBasis,
    Degree,
    EarlierStepKind,
    Forum,
    Fulfilment,
    MilestoneStanding,
    NoticeMethod,
    Ownership,
    Part,
    Period,
    Question,
    Rag,
    ReasonKind,
    Role,
    RunsFrom,
    Scale,
    Settlement,
    Side,
    Weekday,
)


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return read_words(LABELS, request.param)


@pytest.mark.parametrize("kind", ENUMS)
def test_every_value_of_the_models_has_a_word(words: Words, kind: type[StrEnum]) -> None:
    assert all(words.word(value) for value in kind)


def test_every_entry_has_every_language() -> None:
    data = read_source(LABELS).data
    assert isinstance(data, dict)
    for group, entries in data.items():
        assert isinstance(entries, dict)
        for key, texts in entries.items():
            assert isinstance(texts, dict)
            assert set(texts) == set(LANGUAGES), f"{group}.{key}"


def test_the_writers_find_all_their_words(words: Words) -> None:
    labels = words.writer_labels()
    assert all(getattr(labels, name) == words.word(name) for name in Labels.__dataclass_fields__)


def test_a_report_names_its_dimensions_and_how_people_spoke(words: Words) -> None:
    hows = ContactNote.model_fields["how"].annotation.__args__  # type: ignore[union-attr]
    assert all(words.word(name, "dimension") for name in DIMENSIONS)
    assert all(words.word(how, "contact_how") for how in hows)


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 1, "1 business day"),
        ("en", 0, "0 business days"),
        ("de", 1, "1 Geschäftstag"),
        ("de", 7, "7 Geschäftstage"),
    ],
)
def test_days_are_counted_as_the_language_does(language: str, count: int, said: str) -> None:
    assert read_words(LABELS, language).plural("business_days", count) == said
