"""The health of the engagements at work: the worst first, as known on each day, for the firm and never for a client."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from docgen.actions.audit import erase
from docgen.actions.desk import Desk
from docgen.actions.documents import fetch
from docgen.actions.dossier import open_dossier
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import record_entry, record_progress
from docgen.actions.health import Asking, Examined, HealthLine, NotAtWorkError, Ranking, examine, health_lines, ranking
from docgen.actions.references import UnknownEngagementError
from docgen.lifecycle.health import Part
from docgen.models.contact import Contact
from docgen.models.serious_issue import SeriousIssue
from docgen.templating.catalogue import packaged_templates
from tests.firm import ADAM, CONTRACT, ID, JON, REPORT, Firm, Firms, pdf_words
from tests.lives import put_paper

OTHER = "NBS-2026-015"
FIRMS_OWN = frozenset({"manager-week"})
"""Templates of documents that stay within the firm: only they may speak of health."""


@pytest.fixture
def signed(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm with a signed contract."""
    return firms.at("signed", tmp_path / "firm")


def second(firm: Firm, *changes: tuple[str, str]) -> None:
    """Record another engagement under a signed contract."""
    firm.do(record_engagement, firm.facts("engagement", (f"id: {ID}", f"id: {OTHER}"), *changes))
    put_paper(firm, CONTRACT, "2026-10-02", of=OTHER)


def ranked(firm: Firm, day: str, asking: Asking | None = None) -> Ranking:
    return firm.on(day).do(ranking, asking or Asking())


def points(found: Examined, part: Part) -> int | None:
    return next(each.points for each in found.health.inputs if each.part is part)


def test_the_worst_comes_first(signed: Firm) -> None:
    second(signed)
    signed.do(
        record_entry,
        signed.facts("contact-2026-11-24", ("2026-11-24", "2026-10-14"), ("2026-11-26", "2026-10-30")),
        Contact,
    )
    found = ranked(signed, "2026-10-20")
    assert [each.engagement.id for each in found.items] == [OTHER, ID]
    scores = [each.health.score for each in found.items]
    assert scores == sorted(scores)
    assert scores[0] < scores[1]
    assert found.remarks == ()


def test_only_what_is_at_work_is_listed(signed: Firm) -> None:
    assert ranked(signed, "2026-10-04").items == ()
    assert len(ranked(signed, "2026-10-05").items) == 1
    put_paper(signed, "completion-certificate", "2026-10-19")
    assert ranked(signed, "2026-10-20").items == ()
    assert len(ranked(signed, "2026-10-18").items) == 1


def test_a_client_is_chosen_by_a_part_of_its_name_and_a_manager_by_the_address(signed: Firm) -> None:
    second(signed, ("Harrow & Pike Retail plc", "Miller & Sons Ltd"))

    def names(asking: Asking) -> list[str]:
        return [each.engagement.id for each in ranked(signed, "2026-10-20", asking).items]

    assert names(Asking(client="miller")) == [OTHER]
    assert names(Asking(client="Nobody")) == []
    assert len(names(Asking(manager="AMARA.okafor@northbridge.example"))) == 2
    assert names(Asking(manager="jon.bell@northbridge.example")) == []


def test_what_was_erased_is_passed_over(signed: Firm) -> None:
    second(signed)
    signed.by(ADAM).do(erase, OTHER, "request")
    assert [each.engagement.id for each in ranked(signed, "2026-10-20").items] == [ID]


def test_an_engagement_that_is_not_at_work_is_refused_with_its_state(signed: Firm) -> None:
    with pytest.raises(NotAtWorkError, match="is not at work on 2026-10-04: it is contracted"):
        signed.on("2026-10-04").do(examine, ID)
    with pytest.raises(UnknownEngagementError):
        signed.do(examine, "NBS-2026-099")


def test_the_trend_is_computed_again_as_of_each_report_day(firms: Firms) -> None:
    firm = firms.kept("grown")
    found = firm.on("2026-12-11").do(examine, ID)
    days = [str(mark.on) for mark in found.trend]
    assert days == [f"2026-{day}" for day in ("10-23", "10-30", "11-06", "11-13", "11-20", "11-27", "12-04", "12-11")]
    for mark in found.trend:
        assert firm.on(str(mark.on)).do(examine, ID).health.score == mark.score
    assert found.change == found.health.score - found.trend[-2].score


def test_a_dossier_of_another_day_reads_nothing_again(firms: Firms) -> None:
    def read(desk: Desk) -> tuple[int, int]:
        dossier = open_dossier(desk.record, ID, dt.date(2026, 12, 11))
        assert len(dossier.progress) == 2
        kept = len(dossier.kept)
        other = dossier.on_day(dt.date(2026, 11, 13))
        return kept, len(other.kept) if other.progress == dossier.progress else -1

    before, after = firms.kept("grown").do(read)
    assert before == after > 0


def test_a_serious_issue_and_a_contact_count_once_they_are_recorded(signed: Firm) -> None:
    signed.by(JON).do(record_progress, signed.facts("progress-2026-11-20"))
    before = signed.on("2026-12-09").do(examine, ID)
    signed.do(record_entry, signed.facts("serious-issue"), SeriousIssue)
    signed.do(record_entry, signed.facts("contact-2026-11-24"), Contact)
    after = signed.on("2026-12-09").do(examine, ID)
    assert (points(before, Part.ISSUES), points(after, Part.ISSUES)) == (0, 12)
    assert (points(before, Part.SILENCE), points(after, Part.SILENCE)) == (20, 20)
    assert points(signed.on("2026-12-02").do(examine, ID), Part.SILENCE) == 7


def test_a_report_counts_from_the_day_it_is_issued(signed: Firm) -> None:
    signed.by(JON).do(record_progress, signed.facts("progress-2026-11-20"))
    waiting = signed.on("2026-11-24").do(examine, ID)
    put_paper(signed, REPORT, "2026-11-24", number=1, signed=False)
    assert (points(waiting, Part.REPORTS), points(signed.on("2026-11-24").do(examine, ID), Part.REPORTS)) == (8, 0)


def test_the_lines_for_the_firms_own_report_say_the_score_its_change_and_the_two_worst_reasons(firms: Firms) -> None:
    (line,) = firms.kept("grown").on("2026-12-11").do(health_lines)
    assert isinstance(line, HealthLine)
    assert (line.engagement, line.client) == (ID, "Harrow & Pike Retail plc")
    assert [each.part for each in line.worst] == [Part.SILENCE, Part.REPORTS]
    assert [each.part for each in line.missing] == [Part.SURVEY]
    assert line.change == line.score - line.trend[-2].score
    assert firms.kept("grown").on("2026-12-11").do(health_lines, Asking(client="Nobody")) == ()


# Never to the client


def test_no_report_to_a_client_shows_the_score_or_speaks_of_it(firms: Firms) -> None:
    firm = firms.kept("grown")
    score = firm.on("2026-12-08").do(examine, ID).health.score
    for number in (1, 2):
        _, content = firm.do(fetch, f"{ID}/PR-{number:03d}", "pdf")
        words = pdf_words(content).lower()
        assert f"{score} of 100" not in words
        assert "health" not in words
        assert "score" not in words


def test_no_template_of_a_document_for_a_client_can_name_the_health_of_an_engagement() -> None:
    for file in packaged_templates().rglob("*.jinja"):
        if file.name.partition(".")[0] not in FIRMS_OWN:
            assert "health" not in file.read_text(encoding="utf-8").lower(), file.name
