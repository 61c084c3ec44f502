"""`docgen change` at the command line: what it prints, for people and for programs, and how it says no."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Answer, Shell, shell
from tests.firm import AMARA, BORIS, DORA, ID, SIGNED_ORDER, Firms

ONE = f"{ID}/CO-001"
DAY = ("--on", "2026-11-24")


@pytest.fixture
def docgen(firms: Firms, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    """Lend a shell in a firm whose contract is signed."""
    firm = firms.at("signed", tmp_path / "firm")
    for name in ("change-order-001", "change-directive-001"):
        firm.facts(name)
    monkeypatch.chdir(firm.root)
    for name in ("DOCGEN_WORKSPACE", "DOCGEN_PERSON", "DOCGEN_DATABASE_URL", "DOCGEN_SIGNING_KEY"):
        monkeypatch.delenv(name, raising=False)
    return shell(monkeypatch, capfd)


def by(person: str, docgen: Shell, *words: str) -> Answer:
    """Return what a command of a person answers on the day."""
    return docgen("change", *words, "--as", person, *DAY)


def raised(docgen: Shell) -> None:
    """Record the example's order."""
    assert by(AMARA, docgen, "raise", "engagements/change-order-001.yaml").code == 0


def test_the_way_of_an_order_is_told_step_by_step(docgen: Shell) -> None:
    raised(docgen)
    assert "it needs the approval of account manager and director" in by(AMARA, docgen, "submit", ONE).out
    assert by(DORA, docgen, "approve", ONE).out == f"{ONE}: submitted; it needs the approval of account manager\n"
    approved = json.loads(by(BORIS, docgen, "approve", ONE, "--json").out)
    assert (approved["state"], approved["needs"]) == ("approved", [])
    assert by(AMARA, docgen, "issue", ONE, "-o", "out").out.startswith(f"{ONE}/1\n")
    Path("signed.pdf").write_bytes(SIGNED_ORDER)
    done = by(AMARA, docgen, "execute", ONE, "--signed", "signed.pdf", "-o", "out")
    assert done.out.splitlines()[0] == f"{ONE}: executed on 2026-11-24"
    assert Path("out", f"{ID}_conformed-contract_v1_redline.docx").is_file()
    again = json.loads(by(AMARA, docgen, "execute", ONE, "--signed", "signed.pdf", "--json").out)
    assert (again["repeated"], again["conformed"]) == (True, f"{ID}/conformed-contract/1")


def test_the_effect_is_the_same_for_people_and_for_programs(docgen: Shell) -> None:
    raised(docgen)
    shown = docgen("change", "show", ONE, *DAY).out
    assert "contract sum    GBP 107,800.00  GBP 107,800.00   GBP 129,900.00  +22,100.00" in shown
    assert "liability cap   GBP 150,000.00  GBP 150,000.00   GBP 162,375.00  +12,375.00" in shown
    record = json.loads(docgen("change", "show", ONE, "--json", *DAY).out)
    assert record["impact"]["sum"] == {
        "signed": "107800.00",
        "now": "107800.00",
        "then": "129900.00",
        "effect": "22100.00",
    }
    assert record["impact"]["liability_cap"] == {
        "signed": "150000.00",
        "now": "150000.00",
        "then": "162375.00",
        "follows_fees": True,
    }
    assert [rung["required"] for rung in record["rungs"]] == [True, True, False]


def test_the_register_adds_up_and_a_dead_order_stands_in_brackets(docgen: Shell) -> None:
    raised(docgen)
    assert by(AMARA, docgen, "raise", "engagements/change-directive-001.yaml").code == 0
    register = json.loads(docgen("change", "register", ID, "--json", *DAY).out)
    assert (register["current_sum"], register["pending"], register["net_change"]) == ("107800.00", "22100.00", "0.00")
    assert register["directives"][0]["not_to_exceed"] == "6000.00"
    assert by(AMARA, docgen, "withdraw", ONE, "--reason", "No longer wanted.").out == f"{ONE}: withdrawn\n"
    lines = docgen("change", "register", ID, *DAY).out
    assert "(+22,100.00)" in lines
    assert json.loads(docgen("change", "register", ID, "--json", *DAY).out)["pending"] == "0.00"
    assert "outside the contract sum, paid up to GBP 6,000.00" in docgen("change", "show", f"{ID}/CD-001", *DAY).out


def test_an_effect_is_written_as_a_page(docgen: Shell) -> None:
    raised(docgen)
    assert docgen("change", "show", ONE, "-o", "out/impact.txt", *DAY).code == 0
    assert "Impact of a Change" in Path("out/impact.txt").read_text(encoding="utf-8")
    wrong = docgen("change", "show", ONE, "-o", "impact.odt", *DAY)
    assert (wrong.code, "writes no “odt” files" in wrong.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("approve", ONE, "--as", DORA), 3, "is draft, and the step “approve” is not possible"),
        (("issue", ONE, "--as", AMARA), 3, "Submit it for approval: docgen change submit"),
        (("reject", ONE, "--as", DORA, "--reason", " "), 2, "Say why"),
        (("submit", ONE), 2, "Say who acts"),
        (("submit", f"{ID}/CO-007", "--as", AMARA), 4, "has no CO-007. There are: CO-001"),
        (("submit", f"{ID}/contract", "--as", AMARA), 2, f"Write one such as {ID}/CO-001"),
        (("submit", "nonsense", "--as", AMARA), 2, "names no document"),
        (("show", "NONE-1/CO-001"), 4, "has no engagement NONE-1"),
        (("show", f"{ID}/CD-004"), 4, "has no directive CD-004"),
        (("list", "--state", "foo"), 2, "There is no state “foo”"),
        (("register", "NONE-1"), 4, "has no engagement NONE-1"),
        (("execute", ONE, "--signed", "nowhere.pdf", "--as", AMARA), 4, "There is no file nowhere.pdf"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(docgen: Shell, words: tuple[str, ...], code: int, said: str) -> None:
    raised(docgen)
    answer = docgen("change", *words, *DAY)
    assert (answer.code, said in answer.err) == (code, True), answer.err
