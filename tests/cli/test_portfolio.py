"""`docgen portfolio`: files for a client and for an account manager, and refusals that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.firm import Firm, Firms
from tests.lives import put_paper

MANAGER = "amara.okafor@northbridge.example"


@pytest.fixture
def at_work(firms: Firms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docgen: Shell) -> Firm:
    """Lend a firm with a signed contract; the shell stands in its folder."""
    firm = firms.at("recorded", tmp_path / "firm")
    put_paper(firm, "contract", "2026-10-02")
    monkeypatch.chdir(firm.root)
    return firm


def test_a_client_gets_its_report_in_the_formats_asked_for(docgen: Shell, at_work: Firm) -> None:
    done = docgen("portfolio", "client", "harrow", "-f", "txt", "-f", "xlsx", "-o", "out", "--on", "2026-12-11")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        "out/harrow-pike-retail-plc_portfolio-report_2026-12-11.txt",
        "out/harrow-pike-retail-plc_portfolio-report_2026-12-11.xlsx",
    ]
    text = (at_work.root / done.out.splitlines()[0]).read_text("utf-8")
    assert text.startswith("Portfolio Report\nHarrow & Pike Retail plc\n")
    assert "DRAFT" not in text


def test_the_figures_are_printed_as_json_and_nothing_is_written(docgen: Shell, at_work: Firm) -> None:
    done = docgen("portfolio", "client", "harrow", "--json", "--on", "2026-12-11")
    assert done.json["engagements"][0]["id"] == "NBS-2026-014"
    assert not list(at_work.root.glob("*portfolio-report*"))
    assert docgen("portfolio", "client", "harrow", "--json", "-f", "pdf").code == 2


def test_an_unknown_client_ends_with_the_code_for_not_found(docgen: Shell, at_work: Firm) -> None:
    refused = docgen("portfolio", "client", "zzz")
    assert (refused.code, "There is no client “zzz”. There are: “Harrow & Pike Retail plc" in refused.err) == (4, True)


def test_a_language_without_a_template_is_refused_with_those_there_are(docgen: Shell, at_work: Firm) -> None:
    refused = docgen("portfolio", "client", "harrow", "--language", "fr", "-f", "txt")
    assert refused.code == 4
    assert "it has en, de" in refused.err


def test_a_week_is_that_of_whoever_acts_or_of_the_manager_named(docgen: Shell, at_work: Firm) -> None:
    done = docgen("portfolio", "week", "--as", f"{MANAGER}", "-f", "txt", "--on", "2026-12-11")
    assert done.out == "amara-okafor_manager-week_2026-12-11.txt\n"
    named = docgen("portfolio", "week", "--manager", f"{MANAGER}", "--json", "--on", "2026-12-11")
    assert named.json["manager"] == MANAGER


def test_nobodys_week_is_refused(docgen: Shell, at_work: Firm) -> None:
    refused = docgen("portfolio", "week")
    assert refused.code == 2
    assert "Say whose week: --manager EMAIL" in refused.err


def test_issuing_what_speaks_of_several_engagements_names_the_command(docgen: Shell, at_work: Firm) -> None:
    refused = docgen("issue", "portfolio-report", "NBS-2026-014", "--as", "amara@northbridge.example")
    assert refused.code == 2
    assert "docgen portfolio client NAME" in refused.err
