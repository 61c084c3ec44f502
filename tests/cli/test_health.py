"""`docgen health`: the list, one engagement with every input, and both as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.lifecycle.health import MOST
from tests.cli.shell import Shell
from tests.firm import ID, Firm, Firms
from tests.pages import page, spans, tables

DAY = ("--on", "2026-12-11")


@pytest.fixture
def grown(firms: Firms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend a firm with two reports and a signed order; the shell stands in its folder."""
    firm = firms.at("grown", tmp_path / "firm")
    monkeypatch.chdir(firm.root)
    return firm


def test_health_lists_each_score_with_its_two_worst_reasons_and_what_is_not_known(docgen: Shell, grown: Firm) -> None:
    answer = docgen("health", *DAY)
    assert answer.code == 0
    assert answer.out.splitlines() == [
        f" 56 of 100  {ID}  Harrow & Pike Retail plc: Order platform migration",
        "    -20  silence: 23 days since the last contact on 2026-11-18",
        "    -16  reports: 2 overdue, the first since 2026-11-27",
        "         not known: survey",
    ]


def test_health_of_one_shows_every_input_why_and_the_trend(docgen: Shell, grown: Firm) -> None:
    lines = docgen("health", ID, *DAY).out.splitlines()
    assert lines[0] == f"{ID} on 2026-12-11: 56 of 100"
    inputs = [line for line in lines if line.startswith("  ") and line[2:5].strip() and "2026-1" not in line[:12]]
    assert len(inputs) == len(MOST)
    place = lines.index("  -16  reports           2 overdue, the first since 2026-11-27")
    assert lines[place + 1] == "                         each takes 8; at most 24 points"
    assert "    ?  survey            no survey is answered" in lines
    assert lines[-9] == "Trend:"
    assert lines[-1] == "  2026-12-11   56"


def test_health_as_json_never_gives_a_bare_number(docgen: Shell, grown: Firm) -> None:
    (row,) = docgen("health", "--json", "--client", "harrow", *DAY).json
    assert (row["engagement"], row["score"], row["missing"]) == (ID, 56, ["survey"])
    assert 100 - sum(each["points"] or 0 for each in row["inputs"]) == row["score"]
    assert "trend" not in row
    one = docgen("health", ID, "--json", *DAY).json
    assert one["trend"][-1] == {"on": "2026-12-11", "score": 56}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--client", "nobody", *DAY), "No such engagement is at work."),
        (("--manager", "x@y.example", *DAY), "No such engagement is at work."),
        (("--on", "2026-09-01"), "No engagement is at work."),
    ],
)
def test_health_says_when_there_is_nothing_to_list(
    docgen: Shell, grown: Firm, words: tuple[str, ...], said: str
) -> None:
    answer = docgen("health", *words)
    assert (answer.code, answer.out, answer.err.strip()) == (0, "", said)


def test_health_of_what_is_not_at_work_says_why(docgen: Shell, grown: Firm) -> None:
    answer = docgen("health", ID, "--on", "2026-09-01")
    assert answer.code == 3
    assert "is not at work on 2026-09-01: it is prospect." in answer.err
    assert docgen("health", ID, "--client", "x").code == 2
    assert docgen("health", "NBS-2026-099").code == 4


def test_the_page_says_the_most_that_each_input_takes() -> None:
    (table,) = [each for each in tables(page("cli.md")) if each.head == ("input", "what takes points", "at most")]
    names = [span for cell in table.column("input") for span in spans(cell)]
    assert dict(zip(names, table.column("at most"), strict=True)) == {
        part.value: str(most) for part, most in MOST.items()
    }
