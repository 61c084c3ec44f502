"""Proof files (C2SP tlog-proof): one text that shows, without the log, that an event is in it.

A proof file names the place of an entry, the hashes on the way from its leaf to the root, and the signed checkpoint
with that root. Its reader needs the event, the name of the log and a key of it, and nothing else. What an `extra`
line holds is not covered by any signature: it is carried along and never believed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from docgen.errors import DocgenError, ExitCode
from docgen.store.merkle import leaf_hash, verify_inclusion
from docgen.store.notes import Checkpoint, VerifyingKey, open_checkpoint

HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})")
_EXTRA = "extra "
# A tree of 2**63 leaves, more than any log has, is this high.
_LONGEST = 63
_LARGEST = 1_000_000


class ProofError(DocgenError):
    """A proof file cannot be read or does not show what it should."""

    exit_code = ExitCode.UNVERIFIED


class UnreadableProofError(ProofError):
    """A text is no proof file."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This is no proof file. {why} Ask for the file again; its first line is {HEADER}.")


class ContradictedProofError(ProofError):
    """A proof does not lead from the event to the root of its checkpoint."""

    def __init__(self, index: int, size: int) -> None:
        super().__init__(
            f"The proof does not show this event as entry {index} of the {size} that the checkpoint covers: "
            "the event, the proof or the checkpoint is another one. Compare them with a copy kept elsewhere."
        )


@dataclass(frozen=True)
class Proof:
    """That an entry is in a log: its place, the hashes from its leaf's sibling upward, and the signed checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: str
    extra: bytes = b""


def write_proof(proof: Proof) -> str:
    """Return the text of a proof file; it ends with the signed checkpoint as it was given."""
    extra = [f"{_EXTRA}{_base64(proof.extra)}"] if proof.extra else []
    head = "".join(f"{line}\n" for line in (HEADER, *extra, f"index {proof.index}"))
    return f"{head}{write_hashes(proof.hashes)}\n{proof.checkpoint_note}"


def write_hashes(hashes: Iterable[bytes]) -> str:
    """Return hashes as base64, one a line: the middle of a proof file, and all of a consistency proof."""
    return "".join(f"{_base64(value)}\n" for value in hashes)


def read_proof(text: str) -> Proof:
    """Return what a proof file says, before anything of it is verified.

    Raises UnreadableProofError for any text but the one spelling of a proof.
    """
    if len(text) > _LARGEST:
        raise UnreadableProofError(f"It has {len(text)} letters, more than any proof needs.")
    head, gap, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    if first != HEADER or not gap or not note:
        raise UnreadableProofError("It is not the header, an index, hashes, an empty line and a checkpoint.")
    extra = _decoded(lines.pop(0).partition(" ")[2]) if lines and lines[0].startswith(_EXTRA) else b""
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None:
        raise UnreadableProofError("The line with the index is missing or not in its one spelling.")
    if len(lines) > _LONGEST:
        raise UnreadableProofError(f"It has {len(lines)} hashes; no log is so long that a proof has over {_LONGEST}.")
    return Proof(int(index[1]), tuple(_hash(line) for line in lines), note, extra)


def verify_proof(proof: Proof, body: bytes, origin: str, keys: Iterable[VerifyingKey]) -> Checkpoint:
    """Return the checkpoint under which the event with these bytes is shown to be in the log `origin`.

    Raises ContradictedProofError when the proof does not lead from the event to the checkpoint's root, and what
    docgen.store.notes.open_checkpoint raises for a checkpoint that none of the keys signed or of another log.
    """
    checkpoint = open_checkpoint(proof.checkpoint_note, origin, keys)
    if not verify_inclusion(leaf_hash(body), proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise ContradictedProofError(proof.index, checkpoint.size)
    return checkpoint


def _hash(line: str) -> bytes:
    value = _decoded(line)
    if len(value) != 32:
        raise UnreadableProofError(f"A hash has {len(value)} bytes instead of 32.")
    return value


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    # The last letter has bits to spare; a second spelling of the same bytes is not taken.
    if not data or _base64(data) != text:
        raise UnreadableProofError("A line of it is not base64.")
    return data
