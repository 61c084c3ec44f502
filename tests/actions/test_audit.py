"""The record is read, verified, mended, signed and erased from, and a copy of it brings it back."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from docgen.actions.audit import (
    Filter,
    NoCheckpointError,
    Verified,
    change_key,
    erase,
    forget,
    proof_of,
    read_log,
    rebuild,
    sign_checkpoint,
    verify,
)
from docgen.actions.desk import Desk
from docgen.actions.documents import describe, fetch
from docgen.actions.engagements import record_engagement
from docgen.actions.genuineness import verify_file
from docgen.actions.life import list_states
from docgen.actions.remaking import reproduce
from docgen.actions.signing import execute
from docgen.errors import DocgenError, NotFoundError
from docgen.store import keys
from docgen.store.blobs import BlobErasedError
from docgen.store.database import RecordMissingError
from docgen.store.keys import KeyMissingError
from docgen.store.notes import read_verifying_key
from docgen.store.proofs import read_proof, verify_proof
from tests.firm import ADAM, AMARA, AUDRA, ID, JON, LENA, LETTER, SIGNED_COPY, Firm, Firms

FEE = ("amount: 64000.00", "amount: 71500.00")
OTHER = "NBS-2026-099"


@pytest.fixture(scope="module")
def grown(firms: Firms) -> Firm:
    """Lend a firm that has issued every kind of document; nothing is recorded in it."""
    return firms.kept("grown")


def checked(firm: Firm, *kept: Path, keys: tuple[str, ...] = ()) -> Verified:
    return firm.do(verify, kept, keys)


def told(firm: Firm, wanted: Filter) -> list[str]:
    return [line.text for line in firm.listed(read_log, wanted)]


def write_sql(firm: Firm, *statements: str) -> None:
    """Change the database behind docgen's back."""
    with closing(sqlite3.connect(firm.root / ".docgen" / "record.sqlite")) as database, database:
        for statement in statements:
            database.execute(statement)


def own(firm: Firm) -> Path:
    return firm.root / ".docgen"


# Reading


def test_the_log_says_who_did_what_and_when(grown: Firm) -> None:
    first, second, *_ = lines = grown.listed(read_log, Filter())
    assert [line.index for line in lines] == list(range(len(lines)))
    assert (first.person, first.event.at.isoformat()) == (LENA, "2026-09-01T17:00:00+01:00")
    assert first.text.startswith("founded the record northbridge.example/docgen/")
    assert second.text == f"named {LENA}: legal"


def test_the_log_is_told_by_engagement_person_kind_and_day(grown: Firm) -> None:
    assert told(grown, Filter(engagement=ID, event="document_executed")) == [
        f"recorded {ID}/contract/1 as signed on 2026-10-02",
        f"recorded {ID}/CO-001/1 as signed on 2026-11-27",
    ]
    assert told(grown, Filter(person=JON, event="entry_recorded")) == [
        f"recorded progress 1 of {ID}, revision 1",
        f"recorded progress 2 of {ID}, revision 1",
    ]
    day = dt.date(2026, 9, 28)
    issued = told(grown, Filter(since=day, until=day, event="document_issued"))
    assert issued == [f"issued {ID}/contract/1 (pdf, docx) from revision 1 on contract 1.0.0"]


def test_whoever_is_not_in_the_record_is_not_found(grown: Firm) -> None:
    with pytest.raises(NotFoundError, match="knows nobody with the address"):
        told(grown, Filter(person="nobody@firm.example"))
    with pytest.raises(NotFoundError, match="has no engagement"):
        told(grown, Filter(engagement="NBS-2026-041"))


def test_every_kind_of_entry_is_told_in_words(grown: Firm) -> None:
    lines = grown.listed(read_log, Filter())
    assert {line.event.event for line in lines} >= {"checkpoint_signed", "template_approved", "entry_recorded"}
    assert all(line.text and line.person for line in lines)


# Verifying and mending


def test_a_whole_life_is_sound(grown: Firm) -> None:
    found = checked(grown)
    assert found.faults == ()
    assert found.size == grown.size
    assert found.checkpoints == len(list((own(grown) / "checkpoints").glob("*.txt")))


def test_checkpoints_kept_elsewhere_are_held_against_the_record(grown: Firm, tmp_path: Path) -> None:
    note = tmp_path / "kept.txt"
    note.write_text(next((own(grown) / "checkpoints").glob("*.txt")).read_text(encoding="utf-8"), encoding="utf-8")
    issued = tmp_path / "issued.pdf"
    issued.write_bytes(grown.do(fetch, f"{ID}/contract", "pdf")[1])
    key = grown.do(lambda desk: desk.record.ledger.key_in_force())
    assert checked(grown, note, issued, own(grown) / "checkpoints", keys=(key,)).faults == ()


def test_a_file_without_a_checkpoint_is_refused(grown: Firm, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(SIGNED_COPY)
    (tmp_path / "folder").mkdir()
    for name in ("x.pdf", "folder"):
        with pytest.raises(NoCheckpointError, match="holds no checkpoint"):
            checked(grown, tmp_path / name)
    with pytest.raises(NotFoundError, match="There is no file"):
        checked(grown, tmp_path / "nowhere")
    with pytest.raises(DocgenError):
        checked(grown, keys=("no key",))


def test_a_record_made_anew_is_found_out_by_a_checkpoint_that_was_kept(
    firm: Firm, firms: Firms, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(firm.by(ADAM).do(sign_checkpoint), encoding="utf-8")
    shutil.rmtree(own(firm))
    own(firm).mkdir()
    firm.do(record_engagement, firm.facts("engagement", FEE))
    assert checked(firm).faults == ()
    assert "CHECKPOINT_REFUSED" in {fault.kind.name for fault in checked(firm, kept).faults}


def test_rows_changed_behind_docgens_back_are_found_and_put_right(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path)
    write_sql(
        firm,
        "UPDATE documents SET executed_on = '2026-09-20', day = '2020-01-01'",
        "DELETE FROM facts",
        "UPDATE roles SET roles = 'admin'",
        "INSERT INTO mentions VALUES ('FORGED-1', 3)",
    )
    kinds = {fault.kind.name for fault in checked(firm).faults}
    assert kinds == {"ROW_ALTERED", "ROW_MISSING", "ROW_ASTRAY"}
    size = firm.size
    assert firm.by(AUDRA).do(rebuild) >= size
    assert checked(firm).faults == ()
    assert firm.issue(LETTER).repeated


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "words": lambda content: b"words, and no database at all. " * 400,
    "chance": lambda content: b"".join(sha256(bytes([turn % 256])).digest() for turn in range(len(content) // 32)),
    "zeros": lambda content: bytes(len(content)),
    "a header alone": lambda content: content[:100],
    "a first page alone": lambda content: content[:4096],
    "half": lambda content: content[: len(content) // 2],
    "cut within a page": lambda content: content[: len(content) // 2 + 1000],
    "all but the first page zeroed": lambda content: content[:4096] + bytes(len(content) - 4096),
    "a first page zeroed behind its header": lambda content: content[:100] + bytes(3996) + content[4096:],
}


@pytest.mark.parametrize("how", DAMAGES)
def test_a_database_that_cannot_be_opened_is_a_fault_that_is_told(firms: Firms, tmp_path: Path, how: str) -> None:
    firm = firms.at("lettered", tmp_path)
    path = own(firm) / "record.sqlite"
    path.write_bytes(DAMAGES[how](path.read_bytes()))
    found = checked(firm)
    assert "DATABASE" in {fault.kind.name for fault in found.faults}
    assert "audit verify" not in "".join(map(str, found.faults))


# Keys


def test_after_a_change_of_key_the_old_checkpoints_stay_good(firm: Firm) -> None:
    before = firm.do(lambda desk: desk.record.ledger.key_in_force())
    after = firm.by(ADAM).do(change_key)
    assert after != before
    assert firm.do(lambda desk: desk.record.ledger.key_in_force()) == after
    firm.issue(LETTER)
    assert checked(firm).faults == ()
    assert read_verifying_key(after).name == read_verifying_key(before).name


@pytest.mark.parametrize("where", ["begin_key", "follow_key"])
def test_a_change_of_key_that_broke_off_is_finished(firm: Firm, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """The process ends here."""

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(keys, where, killed)
        with pytest.raises(Killed):
            firm.by(ADAM).do(change_key)
    assert checked(firm).faults == ()
    firm.issue(LETTER)
    firm.by(ADAM).do(change_key)
    assert checked(firm).faults == ()
    assert not (own(firm) / "log.key.next").exists()


def test_a_lost_key_is_replaced(firm: Firm) -> None:
    (own(firm) / "log.key").unlink()
    with pytest.raises(KeyMissingError, match="new-key"):
        firm.issue(LETTER)
    firm.by(ADAM).do(change_key)
    assert firm.issue(LETTER).document.version == 1
    assert checked(firm).faults == ()


def test_a_key_kept_elsewhere_signs(firm: Firm, tmp_path: Path) -> None:
    key = (own(firm) / "log.key").rename(tmp_path / "away.key")

    def sign(desk: Desk) -> str:
        return sign_checkpoint(replace(desk, places=replace(desk.places, key_file=key)))

    note = firm.by(ADAM).do(sign)
    assert int(note.split("\n")[1]) >= firm.size - 1


# Proofs


def test_a_proof_shows_that_a_document_was_issued(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path)
    text = firm.do(proof_of, f"{ID}/letter-of-approval")
    found = firm.do(describe, f"{ID}/letter-of-approval")
    origin, key = firm.do(lambda desk: (desk.record.ledger.origin, desk.record.ledger.key_in_force()))
    body = firm.do(lambda desk: desk.record.ledger.entry(found.document.sequence).body)
    checkpoint = verify_proof(read_proof(text), body, origin, [read_verifying_key(key)])
    assert checkpoint.size > found.document.sequence


# Erasing and forgetting


def test_an_engagement_erased_leaves_a_record_that_verifies(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path)
    firm.do(execute, f"{ID}/letter-of-approval", firm.write("signed.pdf", SIGNED_COPY))
    gone = firm.by(ADAM).do(erase, ID, "request")
    assert sha256(SIGNED_COPY).hexdigest() in gone.blobs
    assert gone.kept == ()
    assert checked(firm).faults == ()
    stored = b"".join(path.read_bytes() for path in (own(firm) / "blobs").rglob("*") if path.is_file())
    assert b"Harrow" not in stored
    assert [(facts, state) for _, facts, state in firm.listed(list_states, 10)] == [(None, None)]
    with pytest.raises(BlobErasedError, match="erased on purpose"):
        firm.do(reproduce, f"{ID}/letter-of-approval")
    with pytest.raises(BlobErasedError, match="erased on purpose"):
        firm.do(fetch, f"{ID}/letter-of-approval", "pdf")


def test_what_another_engagement_uses_too_stays(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path)
    firm.do(record_engagement, firm.facts("engagement", (f"\nid: {ID}", f"\nid: {OTHER}")))
    firm.issue(LETTER, engagement=OTHER)
    for engagement in (ID, OTHER):
        firm.do(execute, f"{engagement}/letter-of-approval", firm.write("both.pdf", SIGNED_COPY))
    gone = firm.by(ADAM).do(erase, ID, "law")
    assert gone.kept == (sha256(SIGNED_COPY).hexdigest(),)
    assert firm.do(reproduce, f"{OTHER}/letter-of-approval").exact
    assert checked(firm).faults == ()


def test_one_document_or_one_file_alone_is_erased(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path)
    event = firm.do(describe, f"{ID}/letter-of-approval").event
    files = {output.format: output.blob for output in event.outputs}
    assert firm.by(ADAM).do(erase, files["docx"], "retention").blobs == (files["docx"],)
    assert firm.do(fetch, f"{ID}/letter-of-approval", "pdf")[1].startswith(b"%PDF")
    rest = firm.by(ADAM).do(erase, f"{ID}/letter-of-approval/1", "retention")
    assert rest.blobs == (files["pdf"],)
    assert firm.by(ADAM).do(erase, f"{ID}/letter-of-approval/1", "retention").blobs == ()
    assert checked(firm).faults == ()
    with pytest.raises(NotFoundError, match="knows no file"):
        firm.by(ADAM).do(erase, "0" * 64, "law")


def test_an_erasure_that_broke_off_is_found_and_finished(
    firms: Firms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = firms.at("lettered", tmp_path)

    class Killed(BaseException):
        """The process ends here."""

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr("docgen.store.blobs.BlobFolder.erase", killed)
        with pytest.raises(Killed):
            firm.by(ADAM).do(erase, ID, "request")
    assert {fault.kind.name for fault in checked(firm).faults} == {"BLOB_NOT_ERASED"}
    firm.by(ADAM).do(erase, ID, "request")
    assert checked(firm).faults == ()


def test_a_person_forgotten_is_nobody_any_more_and_the_record_verifies(firm: Firm) -> None:
    mark = firm.by(ADAM).do(forget, AMARA)
    assert checked(firm).faults == ()
    lines = firm.listed(read_log, Filter(engagement=ID))
    assert {line.person for line in lines} == {f"(forgotten {mark[:12]})"}
    stored = b"".join(path.read_bytes() for path in own(firm).glob("record.sqlite*"))
    assert AMARA.encode() not in stored
    with pytest.raises(NotFoundError):
        firm.by(ADAM).do(forget, AMARA)
    firm.issue(LETTER)
    assert firm.listed(read_log, Filter(event="document_issued"))[0].person == AMARA, "under another mark"


# A backup


def test_a_copy_of_the_folder_brings_the_record_back(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    backup, handed_out = tmp_path / "backup", tmp_path / "handed-out"
    shutil.copytree(own(firm), backup)
    shutil.copytree(own(firm) / "checkpoints", handed_out)
    issued = firm.write("issued.pdf", firm.do(fetch, f"{ID}/letter-of-approval", "pdf")[1])
    database = own(firm) / "record.sqlite"
    database.write_bytes(database.read_bytes()[:8192] + bytes(4096))
    for blob in list((own(firm) / "blobs").rglob("*"))[:20]:
        if blob.is_file():
            blob.unlink()
    try:
        damaged = len(checked(firm, handed_out).faults)
    except DocgenError as error:
        damaged = int(error.exit_code == 5)
    assert damaged
    shutil.rmtree(own(firm))
    shutil.copytree(backup, own(firm))
    assert checked(firm, handed_out, issued).faults == ()
    assert firm.do(verify_file, issued).sound
    assert firm.issue(LETTER).repeated
    assert firm.do(record_engagement, firm.facts("engagement", FEE)).revision == 2
    assert checked(firm, handed_out).faults == ()


def test_a_copy_that_is_too_old_does_not_hold_against_what_was_handed_out(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    backup, handed_out = tmp_path / "backup", tmp_path / "handed-out"
    shutil.copytree(own(firm), backup)
    firm.do(record_engagement, firm.facts("engagement", FEE))
    shutil.copytree(own(firm) / "checkpoints", handed_out)
    shutil.rmtree(own(firm))
    shutil.copytree(backup, own(firm))
    assert checked(firm).faults == ()
    assert {fault.kind.name for fault in checked(firm, handed_out).faults} == {"CHECKPOINT_CONTRADICTED"}


def test_a_lost_database_is_not_taken_for_a_fresh_workspace(firm: Firm) -> None:
    for path in own(firm).glob("record.sqlite*"):
        path.unlink()
    with pytest.raises(RecordMissingError):
        firm.issue(LETTER)
