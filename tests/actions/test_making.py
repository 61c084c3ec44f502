"""What a document is made from is kept whole, so that it can be made again, or refused where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.documents import issued_event
from docgen.actions.making import InputError, look_bytes, read_look, recorded_ingredients, unpacked_wording
from docgen.actions.references import find_document
from docgen.errors import ExitCode
from docgen.store.blobs import BlobErasedError
from docgen.store.events import DocumentIssued
from docgen.store.record import Record
from docgen.writers.theme import Face, FontFile, Palette, Theme
from tests.firm import ID, Firm, Firms

LOOK = Theme(
    firm="Hollis & <b>",
    logo="data:image/png;base64,AAAA",
    text=Face("Georgia", "Gelasio"),
    fonts=(FontFile("Gelasio", 400, italic=False, content="AAAA"),),
    palette=Palette(accent="#aa0000"),
)


def issued(record: Record) -> DocumentIssued:
    return issued_event(record, find_document(record.register, f"{ID}/letter-of-approval"))


def made_from(record: Record, event: DocumentIssued) -> str:
    with recorded_ingredients(record, event) as found:
        return f"{found.reference} of {found.engagement.title} on {found.on}"


@pytest.fixture(scope="module")
def lettered(firms: Firms) -> Firm:
    """Lend a firm that has issued a letter."""
    return firms.kept("lettered")


def test_a_look_is_kept_and_read_back() -> None:
    assert read_look(look_bytes(LOOK)) == LOOK
    assert look_bytes(read_look(look_bytes(LOOK))) == look_bytes(LOOK)
    assert read_look(look_bytes(Theme())) == Theme()


def test_what_a_document_was_made_from_is_lent(lettered: Firm) -> None:
    said = lettered.do(lambda desk: made_from(desk.record, issued(desk.record)))
    assert said == f"{ID}/letter-of-approval/1 of Order platform migration on 2026-09-14"


@pytest.mark.parametrize("name", ["engagement", "template", "house"])
def test_an_input_that_the_record_does_not_name_is_told(lettered: Firm, name: str) -> None:
    def without(record: Record) -> str:
        event = issued(record)
        kept = tuple(item for item in event.inputs if item.name != name)
        return made_from(record, event.model_copy(update={"inputs": kept}))

    with pytest.raises(InputError, match=f"the record names no {name}") as refused:
        lettered.do(lambda desk: without(desk.record))
    assert refused.value.exit_code is ExitCode.UNVERIFIED


def test_another_template_than_the_one_issued_on_is_told(lettered: Firm) -> None:
    def otherwise(record: Record) -> str:
        event = issued(record)
        return made_from(
            record, event.model_copy(update={"template": event.template.model_copy(update={"hash": "0" * 64})})
        )

    with pytest.raises(InputError, match="is not the one it was issued on"):
        lettered.do(lambda desk: otherwise(desk.record))


def test_inputs_that_are_erased_are_told(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path)

    def erase_facts(record: Record) -> None:
        record.blobs.erase(next(item.blob for item in issued(record).inputs if item.name == "engagement"))

    firm.do(lambda desk: erase_facts(desk.record))
    with pytest.raises(BlobErasedError):
        firm.do(lambda desk: made_from(desk.record, issued(desk.record)))


def test_docgens_own_template_is_used_in_place_and_a_strangers_is_not(lettered: Firm, tmp_path: Path) -> None:
    packed = lettered.do(
        lambda desk: desk.record.blobs.read(
            next(item.blob for item in issued(desk.record).inputs if item.name == "template")
        )
    )
    own = unpacked_wording(packed, tmp_path / "own")
    assert own.template.own
    other = unpacked_wording(packed.replace(b"<doc ", b"<doc  "), tmp_path / "other")
    assert not other.template.own
