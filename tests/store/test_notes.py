"""A checkpoint is believed when a known key signed it, and only as the checkpoint of its own log."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import ExitCode
from docgen.store.notes import (
    Checkpoint,
    ForgedNoteError,
    NoteError,
    SigningKey,
    UnsignedNoteError,
    VerifyingKey,
    WrongOriginError,
    make_signing_key,
    open_checkpoint,
    open_note,
    read_checkpoint,
    read_signing_key,
    read_verifying_key,
    sign_note,
)
from tests.store.records import KEY, ORIGIN, OTHER_KEY

GO = Path(__file__).parent / "go_note"
TEXT = "one line\n\nanother\n"
ROOT = bytes(range(32))
CHECKPOINT = Checkpoint(ORIGIN, 7, ROOT)
NOTE = sign_note(str(CHECKPOINT), KEY)
WITNESS = SigningKey("witness.example", bytes(32))


def go_keys() -> tuple[SigningKey, VerifyingKey, VerifyingKey]:
    secret, peter, enoch = (GO / "keys.txt").read_text().splitlines()
    return read_signing_key(secret), read_verifying_key(peter), read_verifying_key(enoch)


def test_the_published_note_is_signed_and_opened_to_the_byte() -> None:
    secret, peter, _ = go_keys()
    note = (GO / "note.txt").read_text()
    opened = open_note(note, [peter])
    assert opened.signers == (peter,)
    assert opened.text.startswith("If you think cryptography is the answer")
    assert sign_note(opened.text, secret) == note
    assert secret.verifying_key == peter


def test_the_published_note_with_two_signatures_opens_with_either_key() -> None:
    _, peter, enoch = go_keys()
    note = (GO / "note.txt").read_text() + (GO / "second-signature.txt").read_text()
    assert open_note(note, [peter]).signers == (peter,)
    assert open_note(note, [enoch]).signers == (enoch,)
    assert open_note(note, [enoch, peter]).signers == (peter, enoch)


def test_published_keys_are_written_as_they_were_read() -> None:
    secret, peter, enoch = go_keys()
    assert [secret.secret_text(), str(peter), str(enoch)] == (GO / "keys.txt").read_text().splitlines()


def test_a_key_with_any_of_its_letters_changed_is_no_key() -> None:
    secret, peter, _ = go_keys()
    for place in range(len(str(peter))):
        with pytest.raises(NoteError):
            read_verifying_key(changed(str(peter), place))
    for place in range(len(secret.secret_text())):
        with pytest.raises(NoteError):
            read_signing_key(changed(secret.secret_text(), place))


@pytest.mark.parametrize("text", ["", "a", "a+b", "a+b+c", "a+00000000+AAAA", "PeterNeumann+c74f20a3+", "é +1+2"])
def test_half_a_key_is_no_key(text: str) -> None:
    with pytest.raises(NoteError):
        read_verifying_key(text)
    with pytest.raises(NoteError):
        read_signing_key(f"PRIVATE+KEY+{text}")


@pytest.mark.parametrize("name", ["", "two words", "a+b", "thin\u2009space", "line\nbreak", "half\ud800", "\x01"])
def test_a_key_has_a_name_that_fits_a_signature_line(name: str) -> None:
    with pytest.raises(NoteError, match="names no key"):
        make_signing_key(name)


def test_new_keys_differ_and_do_not_show_their_secret() -> None:
    first, second = make_signing_key(ORIGIN), make_signing_key(ORIGIN)
    assert first != second
    assert first.seed.hex() not in repr(first)
    assert repr(first.seed) not in repr(first)
    assert read_signing_key(first.secret_text()) == first


def test_the_id_of_a_key_is_made_of_its_name_and_its_bytes() -> None:
    ids = {KEY.verifying_key.id, OTHER_KEY.verifying_key.id, SigningKey("another", KEY.seed).verifying_key.id}
    assert len(ids) == 3


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n")))
def test_every_text_comes_out_of_its_note_as_it_went_in(text: str) -> None:
    assert open_note(sign_note(f"{text}\n", KEY), [KEY.verifying_key]).text == f"{text}\n"


@pytest.mark.parametrize("text", ["", "no end", "tab\there\n", "return\r\n", "null\0\n", "half \ud800\n"])
def test_a_text_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign_note(text, KEY)


def test_signatures_of_strangers_are_passed_over() -> None:
    note = sign_note(TEXT, WITNESS, KEY)
    assert open_note(note, [KEY.verifying_key]).signers == (KEY.verifying_key,)


def test_a_stranger_under_a_known_name_is_a_stranger() -> None:
    with pytest.raises(UnsignedNoteError, match="Give the key"):
        open_note(sign_note(TEXT, OTHER_KEY), [KEY.verifying_key])


def test_a_note_nobody_known_has_signed_is_refused() -> None:
    with pytest.raises(UnsignedNoteError) as refusal:
        open_note(sign_note(TEXT, WITNESS), [])
    assert refusal.value.exit_code is ExitCode.UNVERIFIED


def test_one_false_signature_of_a_known_key_spoils_the_note() -> None:
    signed_elsewhere = sign_note("something else\n", KEY).splitlines()[-1]
    note = sign_note(TEXT, WITNESS) + f"{signed_elsewhere}\n"
    with pytest.raises(ForgedNoteError):
        open_note(note, [WITNESS.verifying_key, KEY.verifying_key])


def test_every_letter_changed_in_a_note_is_found() -> None:
    for place in range(len(NOTE)):
        with pytest.raises(NoteError):
            open_checkpoint(changed(NOTE, place), ORIGIN, [KEY.verifying_key])


def test_a_second_spelling_of_the_same_signature_is_refused() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = NOTE[-3]
    # Two of its six bits are to spare.
    second = letters[letters.index(last) ^ 1]
    assert base64.b64decode(f"AA{last}=") == base64.b64decode(f"AA{second}=")
    with pytest.raises(NoteError, match="not base64"):
        open_note(NOTE[:-3] + second + NOTE[-2:], [KEY.verifying_key])


def test_two_keys_that_cannot_be_told_apart_are_refused() -> None:
    class Twin(VerifyingKey):
        @property
        def id(self) -> bytes:
            return KEY.verifying_key.id

    with pytest.raises(NoteError, match="Two of the keys"):
        open_note(NOTE, [KEY.verifying_key, Twin(ORIGIN, bytes(32))])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        NOTE.removesuffix("\n"),
        NOTE.replace("— ", "-- "),
        NOTE + "more\n",
        NOTE + "\n",
        "\x01" + NOTE,
        "\ud800" + NOTE,
        NOTE.replace("—", "—  "),
        TEXT + "\n— name \n",
        TEXT + "\n— name AAAA\n",
        TEXT + "\n— name AAAAAAA*\n",
        TEXT + "\n" + "— name AAAAAAAA\n" * 101,
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        open_note(note, [KEY.verifying_key])


def test_a_note_may_have_many_signatures() -> None:
    strangers = [SigningKey(f"witness-{number}", bytes(32)) for number in range(99)]
    assert open_note(sign_note(TEXT, *strangers, KEY), [KEY.verifying_key]).text == TEXT


def test_a_checkpoint_says_whose_log_how_long_and_which_root() -> None:
    assert str(CHECKPOINT) == f"{ORIGIN}\n7\n{base64.b64encode(ROOT).decode()}\n"
    assert open_checkpoint(NOTE, ORIGIN, [KEY.verifying_key]) == CHECKPOINT


def test_further_lines_of_a_checkpoint_are_kept_and_mean_nothing() -> None:
    longer = Checkpoint(ORIGIN, 7, ROOT, ("Timestamp: 1",))
    assert read_checkpoint(str(longer)) == longer


def test_the_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(WrongOriginError, match="not of southbridge"):
        open_checkpoint(NOTE, "southbridge.example/log", [KEY.verifying_key])


@pytest.mark.parametrize("size", ["", "07", "-1", "+1", "1_0", "1.0", "٣", "9" * 19, " 1"])
def test_a_size_has_one_spelling(size: str) -> None:
    with pytest.raises(NoteError, match="no checkpoint"):
        read_checkpoint(str(CHECKPOINT).replace("\n7\n", f"\n{size}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n7\n",
        f"{ORIGIN}\n7\nAAAA\n",
        f"\n7\n{'A' * 44}\n",
        str(CHECKPOINT) + "\n",
        str(CHECKPOINT)[:-1],
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        read_checkpoint(text)


def changed(text: str, place: int) -> str:
    """Return a text with one letter changed into another that fits there."""
    other = "B" if text[place] == "A" else "A"
    return text[:place] + other + text[place + 1 :]
