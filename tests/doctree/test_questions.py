"""A question has words and one kind of answer, and says the same in every reading of the tree."""

from __future__ import annotations

import pytest

from docgen.doctree.diff import compare
from docgen.doctree.nodes import Choice, Document, Labels, Option, Question, Scale, Text, Writing
from docgen.doctree.number import number
from docgen.doctree.parse import LINES_LIMIT, NAME_LIMIT, SCALE_LIMIT, parse
from docgen.doctree.redline import redline_lines
from docgen.doctree.text import block_lines
from docgen.doctree.walk import open_questions
from docgen.errors import FindingsError

SCALE = '<question id="value" scale="5" low="Not at all" high="Completely">Was it worth it?{}</question>'
CHOICE = (
    '<question id="again">Again?<option value="yes">Yes, gladly</option><option value="no">No</option>{}</question>'
)
WRITING = '<question id="comment" lines="2">What else?{}</question>'


def document(body: str) -> Document:
    return number(parse(f'<doc title="Survey">{body}</doc>'))


def question(markup: str) -> Question:
    (block,) = document(markup).blocks
    assert isinstance(block, Question)
    return block


def lines(markup: str) -> list[str]:
    return list(block_lines((question(markup),), Labels()))


def test_a_scale_has_an_end_at_either_side() -> None:
    assert question(SCALE.format("")) == Question(
        "value", (Text("Was it worth it?"),), Scale(5, "Not at all", "Completely")
    )


def test_a_choice_has_options_in_their_order() -> None:
    assert question(CHOICE.format("")).answer == Choice((Option("yes", "Yes, gladly"), Option("no", "No")))


def test_words_are_given_room() -> None:
    assert question(WRITING.format("")).answer == Writing(2)


def test_an_answer_that_was_given_is_part_of_the_question() -> None:
    assert question(SCALE.format("<answer> 4 </answer>")).given == "4"
    assert question(CHOICE.format("<answer>no</answer>")).given == "no"
    assert question(SCALE.format("<answer/>")).given == ""


def test_the_lines_of_an_answer_stay_lines() -> None:
    assert question(WRITING.format("<answer>\n  One   word\n\n  and &lt;b&gt; more\n</answer>")).given == (
        "One word\n\nand <b> more"
    )


def test_a_document_is_a_form_while_a_question_is_open() -> None:
    form = document(SCALE.format("") + f'<clause id="rest">{WRITING.format("<answer/>")}</clause>')
    assert [each.id for each in open_questions(form)] == ["value"]
    assert open_questions(document(SCALE.format("<answer/>"))) == ()


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        (SCALE.format(""), ["Was it worth it?", "Not at all ○ 1 ○ 2 ○ 3 ○ 4 ○ 5 Completely"]),
        (SCALE.format("<answer>2</answer>"), ["Was it worth it?", "Not at all ○ 1 ● 2 ○ 3 ○ 4 ○ 5 Completely"]),
        ('<question id="q" scale="2">How?</question>', ["How?", "○ 1 ○ 2"]),
        (CHOICE.format(""), ["Again?", "○ Yes, gladly ○ No"]),
        (WRITING.format(""), ["What else?", "", ""]),
        (WRITING.format("<answer>Nothing.\nThanks!</answer>"), ["What else?", "Nothing.", "Thanks!"]),
    ],
)
def test_a_question_reads_as_a_form_for_a_pen(markup: str, said: list[str]) -> None:
    assert lines(markup) == said


@pytest.mark.parametrize(
    ("markup", "message"),
    [
        ('<question scale="5">How?</question>', "no id"),
        ('<question id="q" scale="5"/>', "has no words"),
        ('<question id="q">How?</question>', "to be answered by nothing"),
        ('<question id="q" scale="5" lines="2">How?</question>', "by scale and lines"),
        ('<question id="q" scale="5">How?<option value="a">A</option></question>', "by scale and option"),
        ('<question id="q" lines="2" low="Bad">How?</question>', "only a scale"),
        ('<question id="q" scale="1">How?</question>', "counts to 1"),
        (f'<question id="q" scale="{SCALE_LIMIT + 1}">How?</question>', "is not a number from 1"),
        (f'<question id="q" lines="{LINES_LIMIT + 1}">How?</question>', "is not a number from 1"),
        ('<question id="q">How?<option value="a">A</option></question>', "one option"),
        ('<question id="q">How?<option value="a">A</option><option value="a">B</option></question>', "given twice"),
        ('<question id="q">How?<option value="a=b">A</option><option value="b">B</option></question>', "no value"),
        ('<question id="q">How?<option value="a"/><option value="b">B</option></question>', "option has no words"),
        ('<question id="q" scale="5">How?<answer/>And?</question>', "words stand behind"),
        ('<question id="q" scale="5">How?<answer/><answer/></question>', "cannot stand in"),
        ('<question id="q" scale="5">How?<answer><p>4</p></answer></question>', "cannot stand in"),
        ('<question id="q" scale="5">How?<answer>6</answer></question>', "is no answer"),
        (CHOICE.format("<answer>Yes, gladly</answer>"), "is no answer"),
        ('<question id="q" scale="5"><p>How?</p></question>', "cannot stand in"),
        ('<note><question id="q" scale="5">How?</question></note>', "cannot stand in"),
        (f'<question id="{"q" * (NAME_LIMIT + 1)}" scale="5">How?</question>', "too long"),
        ('<question id="q" lines="1">A?</question><question id="q" lines="1">B?</question>', "already used"),
        ('<question id="q" scale="5" kind="x">How?</question>', "no attribute"),
    ],
)
def test_a_question_nobody_could_answer_is_a_finding(markup: str, message: str) -> None:
    with pytest.raises(FindingsError, match=message):
        document(markup)


def test_a_redline_shows_changed_words_of_a_question_and_no_more() -> None:
    new = SCALE.format("").replace("worth it", "worth the money")
    redline = compare(document(SCALE.format("")), document(new))
    assert "\n".join(redline_lines(redline)) == "Survey\n  Was it worth [-it-]{+the money+}?"


def test_a_question_with_another_answer_is_another_question() -> None:
    redline = compare(document(SCALE.format("")), document(SCALE.format("").replace('"5"', '"2"')))
    said = "\n".join(redline_lines(redline))
    assert "[-Was it worth it?-]" in said
    assert "{+Not at all ○ 1 ○ 2 Completely+}" in said
    ids = [block.id for block in redline.document.blocks if isinstance(block, Question)]
    assert len(set(ids)) == 2
