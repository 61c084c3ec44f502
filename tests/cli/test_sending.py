"""`docgen progress send` and `docgen progress bounce`: what they print, as JSON too, and how they end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.test_sending import DILIP, FIRST, MEI, SECOND, posting, returned, settings
from tests.cli.shell import Answer, Shell
from tests.firm import ID, JON, Firm, Firms
from tests.postbox import Postbox, open_postbox

DAY = ("--on", "2026-12-08")


def ended(answer: Answer, code: int) -> Answer:
    """Return an answer that ended with a code."""
    assert answer.code == code, answer
    return answer


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """Lend a server that takes everything."""
    with open_postbox() as box:
        yield box


@pytest.fixture
def sending(docgen: Shell, firms: Firms, tmp_path: Path, postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend a firm with two reports issued, that sends by the server; the shell stands in its folder."""
    firm = posting(firms.at("grown", tmp_path / "firm"), postbox)
    monkeypatch.chdir(firm.root)
    monkeypatch.setenv("DOCGEN_PERSON", JON)
    return firm


def test_send_says_what_came_of_each_and_a_second_time_that_nothing_is_left(
    docgen: Shell, sending: Firm, postbox: Postbox
) -> None:
    assert docgen("progress", "due", *DAY).out.count("issued") == 2
    answer = docgen("progress", "send", *DAY)
    assert answer.out.splitlines() == [
        f"{FIRST}  sent to {MEI}, {DILIP}",
        f"{SECOND}  sent to {MEI}, {DILIP}",
        "2 sent.",
    ]
    assert docgen("progress", "send", *DAY).out == "Nothing is to be sent.\n"
    assert len(postbox.letters) == 2
    assert ID + "/PR-001" not in docgen("progress", "due", *DAY).out
    assert "sent" in docgen("progress", "due", "--all", *DAY).out
    assert f"{FIRST}]" in docgen("contact", "timeline", ID, "--on", "2027-12-31").out


def test_send_as_json_tells_what_the_server_said(docgen: Shell, sending: Firm, postbox: Postbox) -> None:
    postbox.answers[DILIP] = "550 5.1.1 no such user"
    answer = docgen("progress", "send", "--week", "2026-W46", "--json", *DAY)
    (result,) = answer.json
    assert (result["reference"], result["ending"]) == (FIRST, "sent in part")
    assert [(each["address"], each["state"], each["code"]) for each in result["recipients"]] == [
        (MEI, "accepted", 250),
        (DILIP, "refused", 550),
    ]
    owed = [each for each in docgen("due", "--json", *DAY).json if each["kind"] == "sending"]
    assert [(each["reference"], each["overdue"]) for each in owed] == [(FIRST, True), (SECOND, True)]
    listed = " ".join(docgen("due", "--overdue", *DAY).out.split())
    assert (
        f"2026-12-08 overdue amara.okafor@northbridge.example correct the address and send {FIRST} there too" in listed
    )


def test_a_refusal_by_one_ends_with_one_and_the_timeline_names_who_has_nothing(
    docgen: Shell, sending: Firm, postbox: Postbox
) -> None:
    postbox.answers[DILIP] = "550 5.1.1 no such user"
    ended(docgen("progress", "send", *DAY), 1)
    assert "waits for a person" in ended(docgen("progress", "send", *DAY), 1).out
    told = docgen("contact", "timeline", ID, "--on", "2027-12-31").out
    assert f"E-mail sent, to {MEI}; refused for {DILIP}" in " ".join(told.split())


def test_what_nobody_knows_ends_with_one_and_names_the_answers(docgen: Shell, sending: Firm, postbox: Postbox) -> None:
    postbox.drop_at = "TAKEN"
    answer = ended(docgen("progress", "send", "--week", "2026-W46", *DAY), 1)
    assert f"{FIRST}  unknown for {MEI}, {DILIP}: " in answer.out
    assert f"docgen progress send --sent {FIRST}, or docgen progress send --again {FIRST}" in answer.out
    postbox.drop_at = ""
    told = docgen("progress", "send", "--sent", FIRST, "--reason", "Mei has it", *DAY)
    assert told.out.splitlines() == [f"{FIRST}  sent to {MEI}, {DILIP}: as you say", "1 sent."]
    refused = ended(docgen("progress", "send", "--again", FIRST, *DAY), 3)
    assert "Nothing is sent twice." in refused.err
    assert len(postbox.letters) == 1


def test_again_sends_at_once_and_only_what_is_named(docgen: Shell, sending: Firm, postbox: Postbox) -> None:
    postbox.drop_at = "END"
    ended(docgen("progress", "send", "--week", "2026-W46", *DAY), 1)
    postbox.drop_at = ""
    answer = docgen("progress", "send", "--again", f"{ID}/PR-001", *DAY)
    assert answer.out.splitlines() == [f"{FIRST}  sent to {MEI}, {DILIP}", "1 sent."]
    assert len(postbox.letters) == 1


def test_a_bounce_is_told_once_as_new(docgen: Shell, sending: Firm, postbox: Postbox) -> None:
    docgen("progress", "send", *DAY)
    sent = docgen("progress", "send", "--sent", FIRST, "--json", *DAY).json
    sending.write("returned.eml", returned(sent[0]["message_id"]))
    answer = docgen("progress", "bounce", "returned.eml", *DAY)
    assert answer.out == f"{FIRST}  came back from {DILIP}: 5.1.1 550 no such user here\n"
    again = docgen("progress", "bounce", "returned.eml", "--json", *DAY)
    assert [(each["reference"], each["new"]) for each in again.json] == [(FIRST, False)]
    assert ended(docgen("progress", "send", *DAY), 1).out.startswith(f"{FIRST}  waits for a person: came back")
    why = f"came back from {DILIP} (5.1.1 550 no such user here)"
    assert f"Harrow & Pike Retail plc: {why}\n" in docgen("progress", "due", *DAY).out
    assert f"correct the address and send {FIRST} again: {why}" in docgen("due", *DAY).out
    for words in (("progress", "due"), ("due",)):
        (listed,) = (each["undelivered"] for each in docgen(*words, "--json", *DAY).json if each.get("undelivered"))
        assert [(each["address"], each["state"], each["said"]) for each in listed] == [
            (DILIP, "bounced", "5.1.1 550 no such user here")
        ]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--sent", "PR-001"), 2, "names no document"),
        (("--sent", f"{ID}/contract"), 2, "is no progress report"),
        (("--sent", FIRST, "--dry-run"), 2, "leave out ENGAGEMENT"),
        (("--again", FIRST), 2, "was not sent yet"),
        (("NBS-2026-999",), 4, "no engagement NBS-2026-999"),
        (("--week", "W1"), 2, "is no week"),
        (("--as", "audra@northbridge.example"), 3, "may not send progress reports"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    docgen: Shell, sending: Firm, words: tuple[str, ...], code: int, said: str
) -> None:
    assert said in ended(docgen("progress", "send", *DAY, *words), code).err


def test_a_server_that_is_not_there_is_missing_here(docgen: Shell, sending: Firm) -> None:
    settings(sending, '[mail]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n')
    assert "cannot be used" in ended(docgen("progress", "send", *DAY), 6).err
    settings(sending, "")
    assert "does not say how reports are sent" in ended(docgen("progress", "send", *DAY), 2).err
