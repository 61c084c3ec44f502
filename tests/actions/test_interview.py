"""A person who answers the questions gets an engagement file that holds, whatever is answered on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from docgen.actions.interview import Question, interview
from docgen.actions.render import Order, make
from docgen.cli.main import docgen
from docgen.errors import Finding, Severity
from docgen.facts.load import load_files
from docgen.facts.write import write_facts
from tests.scenes import desk

TODAY = dt.date(2026, 11, 20)
NEEDED: Mapping[str, Sequence[str]] = {
    "What is it called?": ["New ovens"],
    "Legal name of the provider": ["Lantern Works Ltd"],
    "Legal name of the client": ["Mill & Barley plc"],
    "Who answers for this client?": ["Nora Byrne"],
    "E-mail.": ["nora@lantern.example"],
    "What is approved": ["Proposal 12"],
}
"""The questions that have no default, by their first words (a full stop is their end), with answers to them."""
FULL: Mapping[str, Sequence[str]] = {
    **NEEDED,
    "A goal of the client": ["Bake without a stop"],
    "Registration number": ["112233", "445566"],
    "Kind (": ["private limited company", "public limited company"],
    "Jurisdiction": ["Ireland", ""],
    "Address: street": ["3 Lamp Lane", "The Mill"],
    "Address: city": ["Cork", "Limerick"],
    "E-mail for notices": ["notices@lantern.example", "legal@mill.example"],
    "Who signs? Name": ["Orla Quinn", "Sean Walsh"],
    "Title of the signatory": ["Director", ""],
    "Whom do you speak to": ["Aoife Kane"],
    "Limit, in GBP": ["9500"],
    "A condition": ["The insurer agrees", "The old ovens are cold"],
    "The work in one": ["Replace four ovens."],
    "A deliverable: title": ["Oven plan", "Ovens in place"],
    "Something the work does not include": ["The chimney"],
    "A fee: what it is for": ["Plan", "Training", "Support", "Bricks"],
    "Kind of fee": ["fixed", "time", "retainer", "unit"],
    "Amount in GBP": ["12000"],
    "Rate per day": ["500.00"],
    "Estimated days": ["10"],
    "Days not to be passed": ["12"],
    "Amount for each period": ["250"],
    "How many periods": ["6"],
    "What is counted": ["brick"],
    "Price of one": ["1.50"],
    "Expected number": ["1000"],
    "Tax on the fees": ["20"],
    "Limit of liability: an amount": ["150000"],
    "Who names a mediator": ["CEDR"],
}


class Person:
    """Answers questions from a list, takes the default of all others, and remembers what was said and told."""

    def __init__(self, answers: Mapping[str, Sequence[str]]) -> None:
        self.waiting = {ask: list(given) for ask, given in answers.items()}
        self.questions: list[Question] = []
        self.said: list[str] = []
        self.told: list[str] = []

    def answer(self, question: Question) -> str:
        self.questions.append(question)
        starts = [ask for ask, given in self.waiting.items() if f"{question.ask}.".startswith(ask) and given]
        longest = max(starts, key=len, default="")
        answer = self.waiting[longest].pop(0) if longest else question.default
        assert answer or question.optional, f"“{question.ask}” has no default and no answer"
        self.said.append(answer)
        return answer


def facts(answers: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], Person]:
    person = Person(answers)
    given = interview(person.answer, person.told.append, TODAY)
    assert not [ask for ask, left in person.waiting.items() if left], "every answer was asked for"
    return given, person


def findings(given: dict[str, Any], folder: Path) -> tuple[Finding, ...]:
    path = folder / "engagement.yaml"
    path.write_text(write_facts(given), encoding="utf-8")
    return load_files([path]).findings


# What comes of it


@pytest.mark.parametrize("answers", [NEEDED, FULL], ids=["what is needed", "everything"])
def test_the_answers_make_a_file_without_errors(answers: Mapping[str, Sequence[str]], tmp_path: Path) -> None:
    given, _ = facts(answers)
    assert not [finding for finding in findings(given, tmp_path) if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("kind", ["letter-of-approval", "contract"])
@pytest.mark.parametrize("answers", [NEEDED, FULL], ids=["what is needed", "everything"])
def test_the_file_makes_documents(kind: str, answers: Mapping[str, Sequence[str]], tmp_path: Path) -> None:
    findings(facts(answers)[0], tmp_path)
    made = make(desk(), Order(kind, (tmp_path / "engagement.yaml",), draft=True))
    assert made.document.title


def test_a_file_with_all_answers_makes_a_letter_without_blanks(tmp_path: Path) -> None:
    findings(facts(FULL)[0], tmp_path)
    assert make(desk(), Order("letter-of-approval", (tmp_path / "engagement.yaml",))).missing == ()


def test_what_is_left_open_is_listed_as_blank(tmp_path: Path) -> None:
    blanks = [finding.message for finding in findings(facts(NEEDED)[0], tmp_path)]
    assert any("client.signatory" in blank for blank in blanks)
    assert all(finding.severity is Severity.BLANK for finding in findings(facts(NEEDED)[0], tmp_path))


def test_the_answers_stand_where_they_belong() -> None:
    given, _ = facts(FULL)
    assert given["id"] == "ENG-2026-001"
    assert given["client"]["legal_name"] == "Mill & Barley plc"
    assert given["provider"]["contacts"][0]["email"] == given["account"]["manager"] == "nora@lantern.example"
    assert given["approval"]["date"] == given["approval"]["proceed_from"] == TODAY
    assert [line["kind"] for line in given["terms"]["fees"]["lines"]] == ["fixed", "time", "retainer", "unit"]
    assert [item["id"] for item in given["terms"]["scope"]["deliverables"]] == ["D1", "D2"]
    assert [item["deliverables"] for item in given["terms"]["milestones"]] == [["D1"], ["D2"]]
    assert given["terms"]["fees"]["lines"][0]["milestone"] == "M1"
    assert "jurisdiction" not in given["client"]["registration"]


def test_without_a_letter_there_are_no_questions_about_one() -> None:
    answers = {ask: given for ask, given in NEEDED.items() if ask != "What is approved"}
    given, person = facts({**answers, "Is there a letter of approval": ["no"]})
    assert "approval" not in given
    assert not any("approved" in question.ask for question in person.questions)


def test_the_currency_decides_what_an_amount_may_be() -> None:
    given, person = facts(
        {**NEEDED, "Currency": ["JPY"], "A fee: what it is for": ["Work"], "Amount in JPY": ["100.50", "100"]}
    )
    assert str(given["terms"]["fees"]["lines"][0]["amount"]) == "100"
    assert any("JPY" in told for told in person.told)


def test_the_country_of_the_locale_is_the_one_whose_holidays_count() -> None:
    given, _ = facts({**NEEDED, "Locale": ["de-DE"]})
    assert given["calendar"] == {"country": "DE"}


# Answers that will not do


@pytest.mark.parametrize(
    ("ask", "wrong", "right", "said"),
    [
        ("Its id", "../../x", "ENG-1", "is not an engagement id"),
        ("Locale", "xx-XX", "en-GB", "is not known"),
        ("Currency", "EURO", "EUR", "currency"),
        ("Time zone", "London", "Europe/London", "is not a time zone"),
        ("Country whose", "England", "GB", "is not a country code"),
        ("Class of the client", "D", "A", "Answer one of: A, B, C."),
        ("How likely", "maybe", "low", "Answer one of: low, medium, high."),
        ("Weekday", "today", "tuesday", "Answer one of: monday, tuesday"),
        ("Time of the progress", "half past", "16:30", "time"),
        ("Date of the letter", "tomorrow", "2026-12-01", "day"),
        ("Date of the letter", "2026-02-30", "2026-12-01", "day"),
        ("E-mail for notices", "ada at firm", "ada@firm.example", "mail"),
        ("Longest silence", "-1", "7", "-1 is below zero"),
        ("Days to pay", "soon", "30", "number"),
        ("Limit, in GBP", "1.234", "1234", "GBP has 2 decimals, and 1.234 has more"),
        ("Limit, in GBP", "a lot", "1234", "“a lot” is not a number"),
        ("Who owns the results", "nobody", "client_on_creation", "Answer one of: client_on_creation"),
        ("Years of confidentiality", "ever", "3", "number"),
    ],
)
def test_an_answer_that_will_not_do_is_explained_and_asked_again(ask: str, wrong: str, right: str, said: str) -> None:
    _, person = facts({**NEEDED, ask: [wrong, right]})
    asked = [question.ask for question in person.questions]
    index = next(i for i, question in enumerate(asked) if question.startswith(ask))
    assert asked[index] == asked[index + 1]
    assert any(said.casefold() in told.casefold() for told in person.told)


def test_a_yes_or_no_is_asked_until_it_is_one() -> None:
    _, person = facts({**NEEDED, "Is there a letter of approval": ["perhaps", "yes"]})
    assert "Answer yes or no." in person.told


def test_a_kind_of_fee_nobody_knows_is_asked_again() -> None:
    given, _ = facts(
        {**NEEDED, "A fee: what it is for": ["Work"], "Kind of fee": ["barter", "fixed"], "Amount in GBP": ["1"]}
    )
    assert given["terms"]["fees"]["lines"][0]["kind"] == "fixed"


@pytest.mark.parametrize("answer", ["", "blank", "BLANK", "  "])
def test_an_open_question_may_stay_blank(answer: str) -> None:
    given, _ = facts({**NEEDED, "Who signs? Name": ["Ada", answer]})
    assert given["provider"]["signatory"] == {"name": "Ada"}
    assert given["client"]["signatory"] is None


@pytest.mark.parametrize("name", ['<b>&amp;</b> "Ltd"', "{{ 7*7 }} Ltd", "yes", "1.10", "# Ltd: no", "株式会社"])
def test_a_strange_name_comes_back_as_it_was_answered(name: str, tmp_path: Path) -> None:
    findings(facts({**NEEDED, "Legal name of the client": [name]})[0], tmp_path)
    (engagement,) = load_files([tmp_path / "engagement.yaml"]).engagements
    assert engagement.facts.client.legal_name == name


# At the terminal


def at_terminal(answers: Mapping[str, Sequence[str]], *arguments: str) -> Result:
    _, person = facts(answers)
    typed = "\n".join(person.said) + "\n"
    return CliRunner().invoke(docgen, ["new", "--on", str(TODAY), *arguments], input=typed)


def test_the_command_writes_the_file_and_says_what_comes_next(tmp_path: Path) -> None:
    path = tmp_path / "ovens.yaml"
    ended = at_terminal(FULL, "-o", str(path))
    assert ended.exit_code == 0, ended.output
    assert ended.stdout == f"{path}\n"
    assert f"Next: docgen render letter-of-approval {path} --draft" in ended.stderr
    assert load_files([path]).engagements[0].facts.title == "New ovens"


def test_without_an_output_the_file_bears_the_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = at_terminal({**NEEDED, "Its id": ["OV-7"]})
    assert ended.stdout == "OV-7.yaml\n"
    assert (tmp_path / "OV-7.yaml").is_file()


def test_the_questions_show_their_default_and_their_choices(tmp_path: Path) -> None:
    asked = at_terminal(NEEDED, "-o", str(tmp_path / "x.yaml")).stderr
    assert "Locale for dates and money [en-GB]:" in asked
    assert "Weekday of the progress report (monday, tuesday," in asked


def test_a_file_that_is_there_is_kept_and_nothing_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "ovens.yaml"
    path.write_text("mine", encoding="utf-8")
    ended = at_terminal(NEEDED, "-o", str(path))
    assert ended.exit_code == 1
    assert "is there already" in str(ended.exception)
    assert "What is it called?" not in ended.output
    assert path.read_text(encoding="utf-8") == "mine"


def test_whoever_stops_half_way_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "ovens.yaml"
    ended = CliRunner().invoke(docgen, ["new", "-o", str(path)], input="ENG-1\nNew ovens\n")
    assert ended.exit_code != 0
    assert not path.exists()
