"""A bundle is the same bytes for the same contents, holds what it should, and is never written unsound."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from docgen.errors import ExitCode
from docgen.store.bundle import (
    BundleContents,
    BundledEvent,
    BundledFile,
    BundlePathError,
    BundleTooLargeError,
    BundleUnsoundError,
    DisclosedPerson,
    EarlierCheckpoint,
    write_bundle,
)
from docgen.store.events import KeyChanged
from docgen.store.notes import NoteError, read_verifying_key
from docgen.store.proofs import read_proof, verify_proof
from tests.store.bundles import (
    ACTOR,
    ENGAGEMENT,
    FACTS,
    FILES,
    PDF,
    VERIFIER,
    digest,
    examined,
    gathered,
    live,
    unpacked,
)
from tests.store.records import KEY, NOW, ORIGIN, OTHER_KEY, founded


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> BundleContents:
    with founded(tmp_path_factory.mktemp("record")) as record:
        live(record)
        return gathered(record)


def refusal(contents: BundleContents) -> dict[str, str]:
    with pytest.raises(BundleUnsoundError, match="No bundle was written") as refused:
        write_bundle(contents)
    assert refused.value.exit_code is ExitCode.UNVERIFIED
    return dict(refused.value.faults)


def test_the_same_contents_make_the_same_bytes(contents: BundleContents) -> None:
    assert write_bundle(contents) == write_bundle(replace(contents, people=dict(contents.people)))


def test_a_bundle_is_sorted_and_has_no_clock(contents: BundleContents) -> None:
    with ZipFile(BytesIO(write_bundle(contents))) as archive:
        infos = archive.infolist()
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {(info.create_system, info.extra, info.comment) for info in infos} == {(3, b"", b"")}


def test_a_bundle_holds_files_proofs_words_and_the_verifier(contents: BundleContents) -> None:
    files = unpacked(write_bundle(contents))
    assert {file.path: file.content for file in FILES}.items() <= files.items()
    assert files["verify.py"] == VERIFIER.read_bytes()
    assert files["certificate.pdf"] == contents.certificate
    assert files["checkpoint.txt"].decode() == contents.checkpoint_note
    assert len([name for name in files if name.endswith(".tlog-proof")]) == len(contents.entries) == 11


def test_a_certificate_is_optional(contents: BundleContents) -> None:
    assert "certificate.pdf" not in unpacked(write_bundle(replace(contents, certificate=None)))


def test_every_proof_in_a_bundle_is_one_that_docgen_verifies(contents: BundleContents) -> None:
    files = unpacked(write_bundle(contents))
    keys = [read_verifying_key(text) for text in contents.keys]
    for entry in contents.entries:
        proof = read_proof(files[f"events/{entry.index:06d}.tlog-proof"].decode())
        assert verify_proof(proof, entry.body, ORIGIN, keys).size == 12


def test_the_words_say_what_is_shown_and_what_is_not(contents: BundleContents) -> None:
    words = unpacked(write_bundle(contents))["README.txt"].decode()
    assert f"The record of the engagement {ENGAGEMENT}" in words
    assert "It holds 11 events of that record" in words
    assert "python3 verify.py" in words
    assert "That the whole record was not made anew" in words
    assert "--checkpoint letter.pdf" in words
    assert "pdfdetach -saveall letter.pdf" in words
    assert "in force" not in words
    assert str(KEY.verifying_key) in words


def test_only_who_is_to_be_disclosed_is_disclosed(contents: BundleContents) -> None:
    silent = unpacked(write_bundle(replace(contents, people={})))
    assert all("Zoë".encode() not in content for content in silent.values())
    assert json.loads(unpacked(write_bundle(contents))["manifest.json"])["people"][0]["name"] == "Zoë Marsh"


def test_a_bundle_outlives_a_change_of_key(tmp_path: Path) -> None:
    with founded(tmp_path) as record:
        live(record)
        changed = KeyChanged(at=NOW, actor=ACTOR, idempotency_key="key", verifying_key=str(OTHER_KEY.verifying_key))
        record.ledger.append(changed)
        record.ledger.sign_checkpoint(OTHER_KEY, at=NOW, actor=ACTOR)
        contents = gathered(record)
        assert list(refusal(contents)) == ["checkpoint.txt", "manifest.json"]
        both = replace(contents, keys=(str(KEY.verifying_key), str(OTHER_KEY.verifying_key)))
        assert examined(unpacked(write_bundle(both)), key=str(OTHER_KEY.verifying_key)).faults == []


@pytest.mark.parametrize(
    "path",
    [
        "",
        "contract.pdf",
        "/documents/contract.pdf",
        "documents",
        "documents/",
        "documents//contract.pdf",
        "documents/../contract.pdf",
        "documents/./contract.pdf",
        "documents\\contract.pdf",
        "documents/.hidden",
        "documents/contract.",
        "documents/two words.pdf",
        "documents/Müller.pdf",
        "documents/contract.pdf\n",
        "documents/a:b",
        "documents/CON",
        "documents/com1.pdf",
        "documents/" + "a" * 200,
        "events/000001.json",
        "timestamps/token",
        "verify.py",
    ],
)
def test_a_name_that_is_not_safe_everywhere_is_refused(contents: BundleContents, path: str) -> None:
    with pytest.raises(BundlePathError, match="no name for a file of a bundle"):
        write_bundle(replace(contents, files=(BundledFile(path, PDF, "issued pdf", (2,)),)))


@pytest.mark.parametrize("path", ["documents/contract-1.pdf", "documents/Contract-1.PDF"])
def test_two_files_cannot_have_one_name(contents: BundleContents, path: str) -> None:
    with pytest.raises(BundlePathError, match="another file has it"):
        write_bundle(replace(contents, files=(*FILES, BundledFile(path, PDF, "issued pdf", (2,)))))


def test_a_file_that_was_forgotten_is_named(contents: BundleContents) -> None:
    assert "issued pdf of contract version 1" in refusal(replace(contents, files=FILES[:2] + FILES[3:]))["the bundle"]


def test_a_file_may_be_withheld_on_purpose(contents: BundleContents) -> None:
    less = replace(contents, files=FILES[1:], withheld=(digest(FACTS),))
    assert any("Withheld" in line for line in examined(unpacked(write_bundle(less))).gone)


def test_a_file_that_is_something_else_is_named(contents: BundleContents) -> None:
    files = (replace(FILES[0], what="signed copy"), *FILES[1:])
    assert "facts of NBS-2026-014 revision 1" in refusal(replace(contents, files=files))["facts/revision-1.yaml"]


def test_a_proof_of_another_entry_is_not_exported(contents: BundleContents) -> None:
    first, second, *rest = contents.entries
    mixed = (first, replace(second, hashes=first.hashes), *rest)
    assert "events/000001.tlog-proof" in refusal(replace(contents, entries=mixed))


def test_an_event_of_another_engagement_is_not_exported(tmp_path: Path) -> None:
    with founded(tmp_path) as record:
        live(record)
        faults = refusal(gathered(record, left_out=()))
    assert faults["events/000004.json"] == "it speaks of another engagement, NBS-2026-015"


def test_a_person_behind_another_mark_is_not_exported(contents: BundleContents) -> None:
    wrong = {ACTOR: DisclosedPerson("Eve", "eve@northbridge.example", bytes(32).hex())}
    assert "is not the person" in refusal(replace(contents, people=wrong))["manifest.json"]


def test_an_earlier_checkpoint_without_its_proof_is_not_exported(contents: BundleContents) -> None:
    (earlier,) = contents.earlier_checkpoints
    bare = replace(contents, earlier_checkpoints=(EarlierCheckpoint(earlier.note, earlier.hashes[:-1]),))
    assert "checkpoints/000003.txt" in refusal(bare)


def test_what_is_no_checkpoint_makes_no_bundle(contents: BundleContents) -> None:
    with pytest.raises(NoteError):
        write_bundle(replace(contents, checkpoint_note="no note"))


def test_a_bundle_holds_only_so_many_files(contents: BundleContents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docgen.store.verifier.MOST_MEMBERS", 10)
    with pytest.raises(BundleTooLargeError, match="it takes 10 files"):
        write_bundle(contents)


def test_an_event_can_be_said_in_words(contents: BundleContents) -> None:
    entry = contents.entries[0]
    said = replace(
        contents, entries=(BundledEvent(0, entry.body, entry.hashes, "The record begins."), *contents.entries[1:])
    )
    manifest = json.loads(unpacked(write_bundle(said))["manifest.json"])
    assert manifest["events"][0] == {"index": 0, "text": "The record begins."}
