"""What a file says of itself: which document it is, which checkpoint it carries, what it was before additions."""

from __future__ import annotations

import pytest

from docgen.actions.documents import fetch
from docgen.actions.identity import carried_checkpoint, claimed_reference, earlier_bytes
from tests.firm import ID, Firm, Firms


@pytest.fixture(scope="module")
def grown(firms: Firms) -> Firm:
    """Lend a firm that has issued every kind of document."""
    return firms.kept("grown")


@pytest.mark.parametrize("name", ["letter-of-approval/1", "contract/1", "CO-001/1", "PR-002/1", "BN-001/1"])
def test_every_issued_file_says_which_document_it_is(grown: Firm, name: str) -> None:
    for form in ("pdf", "docx"):
        assert claimed_reference(grown.do(fetch, f"{ID}/{name}", form)[1]) == f"{ID}/{name}"


def test_every_issued_pdf_carries_the_checkpoint_before_it(grown: Firm) -> None:
    notes = {path.read_text(encoding="utf-8") for path in (grown.root / ".docgen" / "checkpoints").glob("*.txt")}
    first = carried_checkpoint(grown.do(fetch, f"{ID}/letter-of-approval", "pdf")[1])
    last = carried_checkpoint(grown.do(fetch, f"{ID}/BN-001", "pdf")[1])
    assert {first, last} <= notes
    assert int(first.split("\n")[1]) < int(last.split("\n")[1])


@pytest.mark.parametrize("content", [b"", b"%PDF", b"%PDF-1.7\n%%EOF", b"PK\x03\x04", b"words", bytes(100)])
def test_other_files_say_nothing(content: bytes) -> None:
    assert claimed_reference(content) == ""
    assert carried_checkpoint(content) == ""
    assert list(earlier_bytes(content)) == []


def test_a_pdf_damaged_anywhere_is_read_as_far_as_it_goes(grown: Firm) -> None:
    content = grown.do(fetch, f"{ID}/letter-of-approval", "pdf")[1]
    claims = set()
    for step in range(400):
        damaged = bytearray(content)
        # Most of what a reader needs stands at the end.
        place = len(content) - 1 - step * 7 if step % 2 else step * 1237 % len(content)
        damaged[place] ^= 1 << step % 8
        claims.add(claimed_reference(bytes(damaged)))
        carried_checkpoint(bytes(damaged))
    assert claims == {"", f"{ID}/letter-of-approval/1"}


def test_what_a_pdf_was_before_additions_is_found_the_latest_first() -> None:
    first, second = b"%PDF-1.7\na\n%%EOF\n", b"%PDF-1.7\na\n%%EOF\nb\n%%EOF\n"
    assert first in list(earlier_bytes(second))
    assert second in list(earlier_bytes(second + b"c\n%%EOF"))
    assert next(earlier_bytes(second + b"c\n%%EOF")).startswith(second.rstrip())


def test_no_more_than_some_additions_are_looked_through() -> None:
    assert len(list(earlier_bytes(b"%PDF-1.7\n" + b"%%EOF\n" * 10_000))) <= 60
