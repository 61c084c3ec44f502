"""Of a letter that did not reach somebody, the address and the server's own words are shown, and nothing else."""

from __future__ import annotations

import datetime as dt

from docgen.actions.dispatches import Dispatched
from docgen.actions.undelivered import trouble, undelivered
from docgen.models.dispatch import Dispatch, DispatchState, Recipient, Standing

MEI, DILIP, ANN = "mei.tan@client.example", "dilip.rao@client.example", "ann@client.example"


def letter(*recipients: Recipient) -> Dispatched:
    facts = Dispatch(
        engagement="NBS-2026-014",
        document="NBS-2026-014/PR-001/1",
        state=DispatchState.ACCEPTED,
        on=dt.date(2026, 12, 8),
        at=dt.datetime(2026, 12, 8, 9, tzinfo=dt.UTC),
        recipients=recipients,
    )
    return Dispatched(1, 1, facts.document, facts)


def test_who_refused_and_from_whom_it_came_back_is_told_with_status_and_words() -> None:
    found = letter(
        Recipient(address=MEI, standing=Standing.ACCEPTED, code=250, text="2.0.0 taken"),
        Recipient(address=DILIP, standing=Standing.BOUNCED, text="5.1.1 550 no such user here"),
        Recipient(address=ANN, standing=Standing.REFUSED, code=552, text="5.2.2 mailbox full"),
    )
    assert trouble(found) == (
        f"came back from {DILIP} (5.1.1 550 no such user here); refused for {ANN} (552 5.2.2 mailbox full)"
    )
    assert [each.address for each in undelivered(found)] == [DILIP, ANN]


def test_a_code_is_told_once_however_often_it_was_said() -> None:
    for code, text in (
        (552, "5.2.2 mailbox full"),
        (552, "552 5.2.2 mailbox full"),
        (0, "5.2.2 552 5.2.2 mailbox full"),
        (552, "552-5.2.2 mailbox 552 5.2.2 full"),
    ):
        words = trouble(letter(Recipient(address=MEI, standing=Standing.REFUSED, code=code, text=text)))
        assert words.count("552") == words.count("5.2.2") == 1
        assert words.endswith("mailbox full)")
    kept = Recipient(address=MEI, standing=Standing.REFUSED, code=552, text="5.2.2 over 552 messages, 552 MB")
    assert "(552 5.2.2 over 552 messages, 552 MB)" in trouble(letter(kept))


def test_a_letter_that_everybody_has_or_that_was_erased_is_no_trouble() -> None:
    assert trouble(letter(Recipient(address=MEI, standing=Standing.ACCEPTED))) == ""
    assert trouble(Dispatched(1, 1, "NBS-2026-014/PR-001/1", None)) == trouble(None) == ""


def test_a_server_that_said_nothing_is_told_as_such() -> None:
    assert trouble(letter(Recipient(address=MEI, standing=Standing.DEFERRED))) == (
        f"to be tried again for {MEI} (without a word)"
    )


def test_what_a_server_says_turns_no_line_and_fills_no_screen() -> None:
    hostile = "no\x1b[2Jsuch\r\nuser \u202egnp.exe\x00 " + "x" * 5000
    words = trouble(letter(Recipient(address=MEI, standing=Standing.REFUSED, code=550, text=hostile)))
    assert words.isprintable()
    assert words.startswith(f"refused for {MEI} (550 no")
    assert len(words) < 260
