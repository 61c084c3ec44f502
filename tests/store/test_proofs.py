"""A proof file shows one event to be in a log, to somebody who has nothing else of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import ExitCode
from docgen.store.merkle import inclusion_proof, leaf_hash, nodes_over, root
from docgen.store.notes import Checkpoint, NoteError, SigningKey, UnsignedNoteError, WrongOriginError, sign_note
from docgen.store.proofs import (
    ContradictedProofError,
    Proof,
    ProofError,
    UnreadableProofError,
    read_proof,
    verify_proof,
    write_proof,
)
from tests.store.records import ACTOR, KEY, NOW, ORIGIN, OTHER_KEY, founded

BODIES = [b"event %d" % number for number in range(7)]
NODES = nodes_over([leaf_hash(body) for body in BODIES])
CHECKPOINT = Checkpoint(ORIGIN, 7, root(NODES, 7))
NOTE = sign_note(str(CHECKPOINT), KEY)
PROOF = Proof(4, inclusion_proof(NODES, 4, 7), NOTE)
KEYS = [KEY.verifying_key]


def test_a_proof_file_has_header_index_hashes_an_empty_line_and_the_checkpoint() -> None:
    first, index, *hashes, gap = write_proof(PROOF).removesuffix(NOTE).split("\n")[:-1]
    assert (first, index, gap) == ("c2sp.org/tlog-proof@v1", "index 4", "")
    assert [len(line) for line in hashes] == [44, 44, 44]


def test_a_log_of_one_entry_needs_no_hashes() -> None:
    text = write_proof(Proof(0, (), NOTE))
    assert text == f"c2sp.org/tlog-proof@v1\nindex 0\n\n{NOTE}"
    assert read_proof(text) == Proof(0, (), NOTE)


def test_extra_data_stands_before_the_index() -> None:
    text = write_proof(Proof(10, (), NOTE, b"extra information"))
    assert text.splitlines()[1:3] == ["extra ZXh0cmEgaW5mb3JtYXRpb24=", "index 10"]
    assert read_proof(text).extra == b"extra information"


@given(
    st.integers(0, 10**17),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.binary(max_size=90),
)
def test_every_proof_is_read_as_it_was_written(index: int, hashes: list[bytes], extra: bytes) -> None:
    proof = Proof(index, tuple(hashes), NOTE, extra)
    assert read_proof(write_proof(proof)) == proof


@pytest.mark.parametrize("index", range(7))
def test_each_entry_is_shown_to_be_in_its_log(index: int) -> None:
    proof = Proof(index, inclusion_proof(NODES, index, 7), NOTE)
    assert verify_proof(proof, BODIES[index], ORIGIN, KEYS) == CHECKPOINT


def test_an_entry_of_a_record_is_shown_to_be_in_it(tmp_path: Path) -> None:
    with founded(tmp_path, revisions=5) as record:
        note = record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
        proof = read_proof(write_proof(Proof(3, record.ledger.inclusion_proof(3, 6), note)))
        assert verify_proof(proof, record.ledger.entry(3).body, ORIGIN, KEYS).size == 6


def test_a_proof_does_not_show_another_entry() -> None:
    with pytest.raises(ContradictedProofError, match="as entry 4 of the 7") as refusal:
        verify_proof(PROOF, BODIES[5], ORIGIN, KEYS)
    assert refusal.value.exit_code is ExitCode.UNVERIFIED


def test_a_proof_does_not_show_another_place() -> None:
    with pytest.raises(ContradictedProofError):
        verify_proof(Proof(5, PROOF.hashes, NOTE), BODIES[4], ORIGIN, KEYS)


def test_a_checkpoint_of_another_key_proves_nothing() -> None:
    with pytest.raises(UnsignedNoteError):
        verify_proof(PROOF, BODIES[4], ORIGIN, [OTHER_KEY.verifying_key])


def test_a_checkpoint_of_another_log_proves_nothing() -> None:
    with pytest.raises(WrongOriginError):
        verify_proof(PROOF, BODIES[4], "southbridge.example/log", KEYS)


def test_every_letter_changed_in_a_proof_file_is_found() -> None:
    text = write_proof(PROOF)
    for place, letter in enumerate(text):
        changed = text[:place] + ("B" if letter == "A" else "A") + text[place + 1 :]
        with pytest.raises((ProofError, NoteError)):
            verify_proof(read_proof(changed), BODIES[4], ORIGIN, KEYS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        NOTE,
        "c2sp.org/tlog-proof@v2\nindex 0\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nindex -1\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nindex ٣\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nindex 0\r\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nindex 0\nextra QQ==\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nextra QR==\nindex 0\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nextra QQ==\nextra QQ==\nindex 0\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{'A' * 43}=\n" * 64 + "\n" + NOTE,
        "c2sp.org/tlog-proof@v1\nindex 0\n\n" + "A" * 1_000_000,
    ],
)
def test_what_is_no_proof_file_is_refused(text: str) -> None:
    with pytest.raises(UnreadableProofError, match="no proof file"):
        read_proof(text)


def test_a_witness_beside_the_log_does_not_matter() -> None:
    witnessed = sign_note(str(CHECKPOINT), SigningKey("witness.example", bytes(32)), KEY)
    assert verify_proof(Proof(4, PROOF.hashes, witnessed), BODIES[4], ORIGIN, KEYS) == CHECKPOINT
