"""The stand-alone verifier finds everything that was done to a bundle, and needs nothing but Python."""

from __future__ import annotations

import ast
import json
import os
import struct
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from docgen.actions.export import export
from docgen.actions.identity import carried_checkpoint
from docgen.store import verifier
from docgen.store.bundle import BundledFile, write_bundle
from docgen.store.canonical import NotCanonicalError, canonical_bytes, read_canonical
from docgen.store.events import Event
from docgen.store.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    nodes_over,
    root,
)
from docgen.store.notes import Checkpoint, SigningKey, sign_note
from docgen.store.proofs import Proof, write_proof
from tests.firm import AUDRA, ID, LETTER, Firms
from tests.store.bundles import (
    NEWER_PDF,
    PDF,
    SEALED,
    SIGNED,
    VERIFIER,
    WORD,
    Run,
    digest,
    examined,
    gathered,
    live,
    packed,
    unpacked,
    verify,
)
from tests.store.records import ACTOR, KEY, NOW, ORIGIN, OTHER_KEY, founded

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    with founded(tmp_path_factory.mktemp("record")) as record:
        live(record)
        return write_bundle(gathered(record))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bundle of a record that is in it with all its entries."""
    with founded(tmp_path_factory.mktemp("record")) as record:
        record.note_engagement(1)
        record.note_engagement(2)
        record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
        found = [
            BundledFile(f"facts/{number}.yaml", b"facts of revision %d" % number, "facts", (number,))
            for number in (1, 2)
        ]
        contents = gathered(record, left_out=())
        return write_bundle(replace(contents, files=tuple(found), erased=(), people={}, timestamps=()))


@pytest.fixture
def files(bundle: bytes) -> Files:
    return unpacked(bundle)


def faults(files: Files, *kept: str, key: str | None = None) -> dict[str, str]:
    """Return what is wrong, by file."""
    return dict(examined(files, *kept, key=key).faults)


def changed_manifest(files: Files, change: Callable[[dict[str, Any]], object]) -> Files:
    """Return files with another manifest, spelled as manifests are."""
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    return {**files, "manifest.json": verifier.legible(manifest).encode()}


def without(files: Files, *names: str) -> Files:
    return {name: content for name, content in files.items() if name not in names}


# Sound


def test_a_bundle_verifies_with_nothing_but_python(bundle: bytes, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(bundle)
    run = verify("bundle.zip", folder=tmp_path)
    assert (run.code, run.errors) == (0, "")
    assert run.output.endswith("SOUND: no fault was found\n")
    assert [path.name for path in tmp_path.iterdir()] == ["bundle.zip"]


def test_an_unpacked_bundle_verifies_itself_where_it_stands(files: Files, tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    run = verify(folder=tmp_path, script=tmp_path / "verify.py")
    assert (run.code, run.errors) == (0, "")
    assert not list(tmp_path.rglob("__pycache__"))


def test_the_report_says_what_it_does_not_show(files: Files) -> None:
    limits = " ".join(examined(files).limits)
    assert "no event was left out: 11 of the 12 entries" in limits
    assert "the key is the firm's: it came with the bundle" in limits
    assert "the whole record was not made anew" in limits
    assert "the times are right" in limits
    assert "openssl ts -verify -token_in -in timestamps/000012.tst -data checkpoint.txt" in limits


def test_a_bundle_with_all_entries_leaves_nothing_out(whole: bytes) -> None:
    found = examined(unpacked(whole))
    assert (found.faults, found.is_whole) == ([], True)
    assert not any("left out" in limit for limit in found.limits)


def test_the_history_tells_who_did_what_when(files: Files) -> None:
    history = examined(files).history()
    assert history[1] == (
        "1  2026-11-20T16:00:03+01:00  Zoë@northbridge.example: "
        "engagement recorded: engagement NBS-2026-014, revision 1"
    )
    assert history[0].startswith("0  2026-11-20T16:00:03+01:00  person aaaaaaaaaaaa: workspace created")


def test_an_erased_file_is_told_as_erased(files: Files) -> None:
    (gone,) = examined(files).gone
    assert gone.startswith("Erased, as event 10 says: issued docx of contract version 1")


def test_two_files_with_the_same_bytes_are_both_known(files: Files) -> None:
    doubled = changed_manifest(
        {**files, "documents/copy.pdf": PDF},
        lambda manifest: manifest["files"].append(
            {"path": "documents/copy.pdf", "sha256": digest(PDF), "what": "issued pdf", "events": [2]}
        ),
    )
    assert faults(doubled) == {}


def test_the_report_is_also_json(bundle: bytes, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(bundle)
    told = json.loads(verify("bundle.zip", "--json", folder=tmp_path).output)
    assert (told["verifies"], told["faults"], told["origin"]) == (True, [], ORIGIN)


# Altered


def proved(files: Files) -> list[str]:
    """Return the files that events and signatures vouch for."""
    return [name for name in files if name.startswith(("events/", "documents/", "facts/", "templates/", "checkpoint"))]


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :]


def test_a_byte_flipped_in_any_file_that_is_proved_is_noticed_there(files: Files) -> None:
    for name in proved(files):
        found = faults({**files, name: flipped(files[name], len(files[name]) // 2)})
        assert found.keys() & {name, name.replace(".json", ".tlog-proof"), name.replace(".consistency", ".txt")}, name


@pytest.mark.slow
def test_every_byte_flipped_in_what_is_proved_is_noticed(whole: bytes) -> None:
    files = unpacked(whole)
    for name in proved(files):
        for place in range(len(files[name])):
            assert faults({**files, name: flipped(files[name], place)}), (name, place)


@pytest.mark.slow
def test_no_byte_flipped_in_a_zip_is_more_than_a_fault(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    for place in range(0, len(whole), 7):
        path.write_bytes(flipped(whole, place))
        assert verifier.main([str(path), "--json"]) in (verifier.SOUND, verifier.UNVERIFIED)


def test_the_companions_of_a_bundle_are_compared_with_the_manifest(files: Files) -> None:
    for name in ("README.txt", "verify.py", "certificate.pdf"):
        assert faults({**files, name: b"another"}) == {
            name: "it was altered: its bytes are not those that the manifest lists"
        }


def test_all_faults_are_told_and_not_the_first(files: Files) -> None:
    altered = {**files, "documents/contract-1.pdf": b"x", "facts/revision-1.yaml": b"y", "README.txt": b"z"}
    assert {"documents/contract-1.pdf", "facts/revision-1.yaml", "README.txt", "the bundle"} <= faults(altered).keys()


@pytest.mark.parametrize("name", ["events/000002.json", "events/000002.tlog-proof", "documents/contract-1.pdf"])
def test_a_file_taken_out_is_missed(files: Files, name: str) -> None:
    assert faults(without(files, name))[name] == "it is missing: the manifest lists it"


def test_a_file_put_in_is_found(files: Files) -> None:
    found = faults({**files, "documents/more.pdf": b"more", "notes.txt": b"", "../up.txt": b""})
    assert found["documents/more.pdf"] == "it was added: the manifest does not list it"
    assert found["notes.txt"] == found["../up.txt"] == "no bundle has a file of such a name"


def test_a_document_taken_out_of_the_manifest_too_is_missed_by_its_event(files: Files) -> None:
    less = changed_manifest(without(files, "documents/contract-1.pdf"), lambda manifest: manifest["files"].pop(2))
    assert "issued pdf of contract version 1 (event 2)" in faults(less)["the bundle"]


def test_a_document_withheld_is_told(files: Files) -> None:
    def withhold(manifest: dict[str, Any]) -> None:
        manifest["files"].pop(2)
        manifest["withheld"].append(digest(PDF))

    found = examined(changed_manifest(without(files, "documents/contract-1.pdf"), withhold))
    assert found.faults == []
    assert any(line.startswith("Withheld by whoever made the bundle: issued pdf") for line in found.gone)


def test_an_event_taken_out_of_the_manifest_too_is_missed_by_what_follows(files: Files) -> None:
    less = changed_manifest(
        without(files, "events/000002.json", "events/000002.tlog-proof"), lambda manifest: manifest["events"].pop(2)
    )
    found = faults(less)
    assert found["events/000005.json"] == "contract version 1 is issued in none of the events before"
    assert "no event here names its hash" in found["documents/contract-1.pdf"]


def test_an_event_that_was_never_recorded_is_found(files: Files) -> None:
    event = json.loads(files["events/000006.json"]) | {"idempotency_key": "invented"}
    forged = {**files, "events/000006.json": canonical_bytes(event)}
    assert "does not lead from the event to the root" in faults(forged)["events/000006.tlog-proof"]


def test_two_events_exchanged_are_found(files: Files) -> None:
    exchanged = dict(files)
    for kind in ("json", "tlog-proof"):
        one, other = f"events/000001.{kind}", f"events/000006.{kind}"
        exchanged[one], exchanged[other] = files[other], files[one]
    found = faults(exchanged)
    assert found["events/000001.tlog-proof"] == found["events/000006.tlog-proof"]
    assert found["events/000001.tlog-proof"] == "it is a proof for another entry or another checkpoint"


def test_two_documents_exchanged_are_found(files: Files) -> None:
    one, other = "documents/contract-1.pdf", "documents/contract-2.pdf"
    found = faults({**files, one: files[other], other: files[one]})
    assert found == dict.fromkeys((one, other), "it was exchanged: the manifest lists another hash for it")


def test_a_manifest_that_says_something_else_of_a_document_is_found(files: Files) -> None:
    forged = changed_manifest(files, lambda manifest: manifest["files"][2].update(what="signed copy"))
    assert "the manifest says something else of it" in faults(forged)["documents/contract-1.pdf"]


def test_a_document_for_which_the_manifest_names_no_event_is_found(files: Files) -> None:
    forged = changed_manifest(files, lambda manifest: manifest["files"][2].update(events=[]))
    assert "the manifest says something else of it" in faults(forged)["documents/contract-1.pdf"]


def test_a_file_said_to_be_erased_without_an_event_is_found(files: Files) -> None:
    forged = changed_manifest(files, lambda manifest: manifest["erased"].append({"sha256": digest(PDF), "event": 5}))
    assert "no event here says" in faults(forged)["manifest.json"]


def test_an_erased_file_that_is_here_is_found(files: Files) -> None:
    def add(manifest: dict[str, Any]) -> None:
        manifest["files"].append(
            {"path": "documents/contract.docx", "sha256": digest(WORD), "what": "issued docx", "events": [2]}
        )

    found = faults(changed_manifest({**files, "documents/contract.docx": WORD}, add))
    assert found == {"documents/contract.docx": "event 10 says that it was erased, and it is here"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"format":"docgen bundle 1","format":"docgen bundle 1"}',
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"1" * 100_000,
    ],
)
def test_what_is_no_manifest_is_found(files: Files, content: bytes) -> None:
    assert "manifest.json" in faults({**files, "manifest.json": content})


def test_another_engagement_in_the_manifest_is_found(files: Files) -> None:
    forged = changed_manifest(files, lambda manifest: manifest.update(engagement="NBS-2026-015"))
    assert "speaks of another engagement, NBS-2026-014" in faults(forged)["events/000002.json"]


def test_a_person_who_does_not_belong_to_the_mark_is_found(files: Files) -> None:
    forged = changed_manifest(files, lambda manifest: manifest["people"][0].update(email="eve@northbridge.example"))
    assert "eve@northbridge.example is not the person" in faults(forged)["manifest.json"]


def test_a_timestamp_of_something_else_is_found(files: Files) -> None:
    assert faults({**files, "timestamps/000012.tst": b"token"}) == {
        "timestamps/000012.tst": "it is no timestamp of checkpoint.txt"
    }


def test_a_timestamp_of_another_checkpoint_than_its_event_says_is_found(files: Files) -> None:
    def restamp(manifest: dict[str, Any]) -> None:
        manifest["timestamps"][0]["stamps"] = "checkpoint.txt"

    forged = changed_manifest(files, restamp)
    assert faults(forged)["timestamps/000003.tst"] == "it is no timestamp of checkpoint.txt"


# Keys and checkpoints


def test_the_key_of_the_firm_is_recognised(files: Files) -> None:
    found = examined(files, key=str(KEY.verifying_key))
    assert found.faults == []
    assert "a key you gave" in found.sound[0]
    assert not any("the key is the firm's" in limit for limit in found.limits)


def test_a_key_that_is_not_the_firms_is_told(files: Files) -> None:
    assert faults(files, key=str(OTHER_KEY.verifying_key)) == {
        "checkpoint.txt": "none of the keys known here has signed it; a record that was made anew looks like this too"
    }


def test_a_manifest_with_another_key_than_the_events_name_is_found(files: Files) -> None:
    forged = changed_manifest(files, lambda manifest: manifest.update(keys=[str(OTHER_KEY.verifying_key)]))
    assert faults(forged)["manifest.json"] == "its origin or keys are not those that the events name"


def test_a_proof_from_another_log_proves_nothing(files: Files, whole: bytes) -> None:
    stranger = unpacked(whole)
    mixed = {**files, "events/000001.json": stranger["events/000001.json"]}
    assert "events/000001.tlog-proof" in faults(mixed)
    mixed["events/000001.tlog-proof"] = stranger["events/000001.tlog-proof"]
    assert "another checkpoint" in faults(mixed)["events/000001.tlog-proof"]


def test_a_checkpoint_kept_elsewhere_agrees(files: Files) -> None:
    kept = files["checkpoints/000003.txt"].decode()
    found = examined(files, kept)
    assert found.faults == []
    assert "kept elsewhere, agrees" in " ".join(found.sound)


def test_a_record_made_anew_contradicts_a_checkpoint_kept_elsewhere(files: Files) -> None:
    kept = sign_note(str(Checkpoint(ORIGIN, 3, bytes(32))), KEY)
    assert "made anew" in faults(files, kept)["kept-0.txt"]


def test_a_checkpoint_of_a_size_that_the_bundle_does_not_show_is_not_taken_for_sound(files: Files) -> None:
    kept = sign_note(str(Checkpoint(ORIGIN, 5, bytes(32))), KEY)
    assert "cannot be compared" in faults(files, kept)["kept-0.txt"]


def test_with_all_entries_every_checkpoint_can_be_compared(whole: bytes) -> None:
    files = unpacked(whole)
    bodies = [files[f"events/{index:06d}.json"] for index in range(3)]
    nodes = nodes_over([leaf_hash(body) for body in bodies])
    for size in (1, 2, 3):
        assert faults(files, sign_note(str(Checkpoint(ORIGIN, size, root(nodes, size))), KEY)) == {}
    assert "contradicts" in faults(files, sign_note(str(Checkpoint(ORIGIN, 2, root(nodes, 1))), KEY))["kept-0.txt"]


@pytest.mark.parametrize("note", ["", "a", "\n\n", "a\n1\nb\n\n", f"{ORIGIN}\n3\n{'A' * 43}=\n\nno signature\n"])
def test_what_is_no_checkpoint_is_not_compared(files: Files, note: str) -> None:
    assert "kept-0.txt" in faults(files, note)


def test_a_checkpoint_of_another_log_is_not_compared(files: Files) -> None:
    kept = sign_note(str(Checkpoint("southbridge.example/log", 3, bytes(32))), KEY)
    fault = faults(files, kept)["kept-0.txt"]
    assert "of the log southbridge.example/log" in fault
    assert "a record that was made anew looks like this too" in fault


def test_a_kept_checkpoint_that_another_key_signed_may_come_from_a_record_made_anew(files: Files) -> None:
    kept = sign_note(str(Checkpoint(ORIGIN, 3, bytes(32))), OTHER_KEY)
    assert "a record that was made anew looks like this too" in faults(files, kept)["kept-0.txt"]


# A checkpoint in a PDF


@dataclass(frozen=True)
class Kept:
    """A letter as its client keeps it, and the bundle that the firm exported later."""

    letter: bytes
    bundle: bytes

    def compared(self, folder: Path, pdf: bytes) -> Run:
        """Return what the verifier says of the bundle to whoever gives it a PDF."""
        (folder / "letter.pdf").write_bytes(pdf)
        (folder / "bundle.zip").write_bytes(self.bundle)
        return verify("bundle.zip", "--checkpoint", "letter.pdf", folder=folder)


@pytest.fixture(scope="module")
def client(firms: Firms, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    firm = firms.at("lettered", tmp_path_factory.mktemp("firm"))
    return Kept(firm.issue(LETTER).files["pdf"], firm.by(AUDRA).do(export, ID).content)


def pdf_with(*streams: bytes) -> bytes:
    """Return what looks enough like a PDF with streams of these bytes."""
    return b"%PDF-1.7\n" + b"".join(b"<<>>\nstream\n%s\nendstream\n" % stream for stream in streams)


def compressed(note: str) -> bytes:
    return zlib.compress(note.encode())


def test_the_checkpoint_in_an_issued_pdf_agrees(client: Kept, tmp_path: Path) -> None:
    run = client.compared(tmp_path, client.letter)
    assert (run.code, run.errors) == (0, "")
    assert "The checkpoint letter.pdf, kept elsewhere, agrees" in run.output


def test_the_checkpoint_found_in_an_issued_pdf_is_the_one_attached(client: Kept) -> None:
    assert verifier.carried_notes(client.letter) == [carried_checkpoint(client.letter).encode()]


def test_a_record_made_anew_contradicts_the_checkpoint_in_a_pdf(bundle: bytes, tmp_path: Path) -> None:
    other = compressed(sign_note(str(Checkpoint(ORIGIN, 3, bytes(32))), KEY))
    run = Kept(b"", bundle).compared(tmp_path, pdf_with(b"no checkpoint", other))
    assert run.code == 5
    assert "letter.pdf: it contradicts the bundle" in run.output


def test_a_letter_of_another_firm_is_not_taken_for_sound(client: Kept, bundle: bytes, tmp_path: Path) -> None:
    run = Kept(b"", bundle).compared(tmp_path, client.letter)
    assert run.code == 5
    assert "a record that was made anew looks like this too" in run.output


@pytest.mark.parametrize("streams", [(), (b"junk",), (zlib.compress(b"a picture"),), (zlib.compress(bytes(10**7)),)])
def test_a_pdf_without_a_checkpoint_says_how_to_take_one_out(
    bundle: bytes, tmp_path: Path, streams: tuple[bytes, ...]
) -> None:
    run = Kept(b"", bundle).compared(tmp_path, pdf_with(*streams))
    assert (run.code, run.output) == (1, "")
    assert "letter.pdf is a PDF in which no checkpoint was found" in run.errors
    assert "pdfdetach -saveall letter.pdf" in run.errors


def test_a_stream_that_swells_is_unpacked_only_so_far() -> None:
    bomb = pdf_with(*[zlib.compress(bytes(10**7))] * 50)
    tracemalloc.start()
    assert verifier.carried_notes(bomb) == []
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


@pytest.mark.parametrize(
    "streams",
    [
        [b""] * (verifier.MOST_STREAMS + 1),
        [compressed(sign_note(str(Checkpoint(ORIGIN, size, bytes(32))), KEY)) for size in range(1, 30)],
    ],
    ids=["streams", "checkpoints"],
)
def test_a_pdf_with_more_than_any_issued_one_is_not_searched_to_its_end(streams: list[bytes]) -> None:
    with pytest.raises(verifier.Refused, match="more streams or checkpoints"):
        verifier.carried_notes(pdf_with(*streams))


def test_a_file_without_an_end_is_not_read_as_a_checkpoint() -> None:
    with pytest.raises(verifier.Refused, match="/dev/zero is larger than"):
        verifier.kept_checkpoints(Path("/dev/zero"))


def test_a_checkpoint_in_two_streams_of_a_pdf_is_one() -> None:
    note = sign_note(str(Checkpoint(ORIGIN, 3, bytes(32))), KEY)
    assert verifier.carried_notes(pdf_with(compressed(note), compressed(note))) == [note.encode()]


# One file


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            PDF,
            "issued pdf of contract version 1 (event 2), executed on 2026-11-20 (event 5), superseded by version 2",
        ),
        (SEALED, "sealed pdf of contract version 1 (event 2)"),
        (SIGNED, "signed copy of contract version 1 (event 5)"),
        (NEWER_PDF, "issued pdf of contract version 2 (event 7), withdrawn (event 9)"),
        (WORD, "the firm has erased its own copy (event 10)"),
    ],
)
def test_a_file_from_elsewhere_is_recognised(bundle: bytes, tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "bundle.zip").write_bytes(bundle)
    (tmp_path / "some.pdf").write_bytes(content)
    run = verify("bundle.zip", "--file", "some.pdf", folder=tmp_path)
    assert run.code == 0
    assert words in run.output


def test_a_letter_that_is_only_issued_is_not_said_to_bind(client: Kept, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(client.bundle)
    (tmp_path / "letter.pdf").write_bytes(client.letter)
    run = verify("bundle.zip", "--file", "letter.pdf", folder=tmp_path)
    assert "issued, and nothing here says that it was executed, superseded or withdrawn" in run.output
    assert "in force" not in run.output


def test_a_file_that_was_never_recorded_is_told(bundle: bytes, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(bundle)
    (tmp_path / "some.pdf").write_bytes(PDF + b"!")
    run = verify("bundle.zip", "--file", "some.pdf", folder=tmp_path)
    assert run.code == 5
    assert "No event here names its hash" in run.output
    assert run.output.endswith("NOT RECORDED: the bundle is sound, and the file is none of it\n")


# The command line


@pytest.mark.parametrize(
    "arguments",
    [["nowhere.zip"], ["--what"], ["--key", "no key"], ["--checkpoint", "nowhere"], ["--file", "nowhere"], ["a", "b"]],
)
def test_a_wrong_call_ends_with_1(arguments: list[str], tmp_path: Path) -> None:
    run = verify(*arguments, folder=tmp_path)
    assert (run.code, run.output) == (1, "")
    assert run.errors.startswith("usage: verify.py")


def test_what_a_terminal_acts_on_is_not_shown(files: Files, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(packed({**files, "\x1b[31m\u202e.txt": b""}))
    run = verify("bundle.zip", folder=tmp_path)
    assert run.code == 5
    assert not {"\x1b", "\u202e"} & set(run.output)


# Hostile ZIPs


def refused(tmp_path: Path, content: bytes) -> str:
    (tmp_path / "bundle.zip").write_bytes(content)
    run = verify("bundle.zip", folder=tmp_path)
    assert (run.code, run.errors) == (5, "")
    assert [path.name for path in tmp_path.iterdir()] == ["bundle.zip"]
    return run.output


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\5\6" + bytes(18), b"\0" * 1000, b"PK\5\6" + b"\xff" * 60])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "DOES NOT VERIFY" in refused(tmp_path, content)


def test_a_zip_cut_off_is_refused(bundle: bytes, tmp_path: Path) -> None:
    assert "not all of it" in refused(tmp_path, bundle[: len(bundle) // 2])


def test_two_files_of_one_name_are_refused(files: Files, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        doubled = packed([*files.items(), ("checkpoint.txt", b"another")])
    assert "two files of the name checkpoint.txt" in refused(tmp_path, doubled)


def test_a_name_that_leads_elsewhere_is_only_reported(files: Files, tmp_path: Path) -> None:
    climbing = {**files, "../../outside.txt": b"x", "/etc/outside": b"x", "documents/../../x": b"x"}
    output = refused(tmp_path, packed(climbing))
    assert "../../outside.txt: no bundle has a file of such a name." in output
    assert "/etc/outside: no bundle has a file of such a name." in output


def test_a_hundred_thousand_files_are_not_opened(tmp_path: Path) -> None:
    assert "too many files" in refused(tmp_path, packed((f"f{number}", b"") for number in range(100_000)))


def test_a_file_that_swells_is_not_unpacked(files: Files, tmp_path: Path) -> None:
    bomb = bytearray(packed({**files, "documents/bomb.pdf": bytes(1000)}))
    place = bomb.rindex(b"documents/bomb.pdf") - 46
    bomb[place + 24 : place + 28] = struct.pack("<I", 2**31)
    assert "more or larger files than a bundle may have" in refused(tmp_path, bytes(bomb))


def test_a_file_that_says_less_than_it_unpacks_to_is_found(files: Files, tmp_path: Path) -> None:
    lying = bytearray(packed({**files, "documents/bomb.pdf": bytes(10_000_000)}))
    place = lying.rindex(b"documents/bomb.pdf") - 46
    lying[place + 24 : place + 28] = struct.pack("<I", 10)
    assert "documents/bomb.pdf: it cannot be read" in refused(tmp_path, bytes(lying))


def test_more_text_than_a_bundle_has_is_not_read(files: Files, tmp_path: Path) -> None:
    swollen = {**files, **{f"events/{number:06d}.json": b" " * 9_000_000 for number in range(20, 30)}}
    assert "there is more text than a bundle may have" in refused(tmp_path, packed(swollen))


def test_deep_json_is_refused(files: Files, tmp_path: Path) -> None:
    deep = {**files, "events/000001.json": b"[" * 1_000_000 + b"]" * 1_000_000}
    assert "events/000001.json: it is not JSON in the one spelling" in refused(tmp_path, packed(deep))


def test_a_link_in_a_folder_is_not_followed(files: Files, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.txt").symlink_to("/dev/zero")
    run = verify(".", folder=tmp_path)
    assert run.code == 5
    assert "checkpoint.txt is a link" in run.output


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "manifest.json")
    assert "no plain file" in verify(".", folder=tmp_path).output


# The parts, against what others make of the same


RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_signatures_of_rfc_8032_are_genuine(public: str, message: str, signature: str) -> None:
    key, text, signed = map(bytes.fromhex, (public, message, signature))
    assert verifier.is_signature(key, text, signed)
    assert not verifier.is_signature(key, text + b"!", signed)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=60), st.integers(0, 511), st.booleans())
def test_signatures_are_judged_as_cryptography_judges_them(seed: bytes, text: bytes, bit: int, spoil: bool) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(seed)
    signature = bytearray(key.sign(text))
    signature[bit // 8] ^= spoil << bit % 8
    try:
        key.public_key().verify(bytes(signature), text)
        genuine = True
    except InvalidSignature:
        genuine = False
    assert genuine is not spoil
    assert verifier.is_signature(key.public_key().public_bytes_raw(), text, bytes(signature)) is genuine


def test_a_second_spelling_of_a_signature_is_refused() -> None:
    public, message, signature = (bytes.fromhex(part) for part in RFC_8032[1])
    larger = int.from_bytes(signature[32:], "little") + verifier.ORDER
    assert not verifier.is_signature(public, message, signature[:32] + larger.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "public",
    [
        (1).to_bytes(32, "little"),
        bytes(32),
        (verifier.PRIME - 1).to_bytes(32, "little"),
        (verifier.PRIME + 1).to_bytes(32, "little"),
        (1 | 1 << 255).to_bytes(32, "little"),
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        (2).to_bytes(32, "little"),
        b"",
    ],
)
def test_a_key_that_would_fit_anything_fits_nothing(public: bytes) -> None:
    nothing = (1).to_bytes(32, "little") + bytes(32)
    assert not any(verifier.is_signature(public, b"%d" % number, nothing) for number in range(16))


@pytest.mark.parametrize("size", range(1, 18))
def test_proofs_are_judged_as_docgen_judges_them(size: int) -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(size)]
    nodes = nodes_over(leaves)
    head = (size, root(nodes, size))
    assert verifier.root_of(leaves) == head[1]
    for index in range(size):
        proof = inclusion_proof(nodes, index, size)
        assert verifier.is_included(leaves[index], index, head, proof)
        assert not any(verifier.is_included(leaves[index], other, head, proof) for other in range(20) if other != index)
        old = (index + 1, root(nodes, index + 1))
        growth = consistency_proof(nodes, index + 1, size)
        assert verifier.is_beginning(old, head, growth)
        assert not verifier.is_beginning(old, head, [*growth, bytes(32)])
        assert not verifier.is_beginning((index + 1, bytes(32)), head, growth)
        assert not growth or not verifier.is_beginning(old, head, growth[:-1])


def test_no_log_begins_with_nothing() -> None:
    assert not verifier.is_beginning((0, bytes(32)), (3, bytes(32)), [bytes(32)])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_has_the_spelling_that_docgen_gives_it(value: Any) -> None:
    try:
        spelled = canonical_bytes(value)
    except NotCanonicalError:
        with pytest.raises(verifier.Refused):
            verifier.read_json(json.dumps(value).encode(), verifier.canonical)
    else:
        assert verifier.read_json(spelled, verifier.canonical) == value
        assert spelled == rfc8785.dumps(value)


@given(st.text(alphabet='{}[]:,"0123456789.eE-+\\u tnrfalsenul\u00e9e\u0301', max_size=12))
def test_what_docgen_does_not_read_the_verifier_does_not_read(text: str) -> None:
    def read(how: Callable[[bytes], Any], refusal: type[Exception]) -> object:
        try:
            return how(text.encode())
        except refusal:
            return refusal

    taken = read(read_canonical, NotCanonicalError)
    judged = read(lambda data: verifier.read_json(data, verifier.canonical), verifier.Refused)
    assert (taken is NotCanonicalError) == (judged is verifier.Refused)


def test_every_kind_of_event_is_known_with_its_fields() -> None:
    kinds = {kind.model_fields["event"].default: kind for kind in get_args(get_args(Event)[0])}
    shapes = {
        name: {part.split(":")[0] for part in f"{verifier.COMMON} {shape}".split()}
        for name, shape in verifier.EVENTS.items()
    }
    assert shapes == {
        name: {field.alias or key for key, field in kind.model_fields.items()} for name, kind in kinds.items()
    }


def test_every_event_of_the_schema_is_read() -> None:
    lines = (Path(__file__).parent / "schema-1.jsonl").read_bytes().splitlines()
    assert {verifier.read_event(line)["event"] for line in lines} == verifier.EVENTS.keys()


def test_keys_are_read_as_docgen_writes_them() -> None:
    key = KEY.verifying_key
    assert verifier.read_key(str(key)) == (key.name, key.id, key.public)
    for place in range(len(str(key))):
        with pytest.raises(verifier.Refused):
            verifier.read_key(str(key)[:place] + "~" + str(key)[place + 1 :])


def test_a_witness_beside_the_firm_does_not_matter() -> None:
    witnessed = sign_note(str(Checkpoint(ORIGIN, 3, bytes(32))), SigningKey("witness.example", bytes(32)), KEY)
    known = [verifier.read_key(str(KEY.verifying_key))]
    assert verifier.signers(witnessed.encode(), known) == [f"{ORIGIN}+{KEY.verifying_key.id.hex()}"]


def test_a_proof_file_is_read_as_docgen_writes_it() -> None:
    proof = Proof(4, (bytes(32), bytes([1] * 32)), "note\n", b"extra")
    assert verifier.read_proof(write_proof(proof).encode()) == (4, [*proof.hashes], b"note\n")


# The program itself


def test_the_program_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(VERIFIER.read_text(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_the_program_uses_nothing_newer_than_python_3_8() -> None:
    tree = ast.parse(VERIFIER.read_text(), feature_version=(3, 8))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    newer = {"StrEnum", "bit_count", "cache", "is_relative_to", "pairwise", "removeprefix", "removesuffix", "tomllib"}
    assert not names & newer
    keywords = {word.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords}
    assert not keywords & {"strict", "kw_only", "slots"}


def test_the_program_writes_no_file_and_uses_no_network() -> None:
    names = {node.attr for node in ast.walk(ast.parse(VERIFIER.read_text())) if isinstance(node, ast.Attribute)}
    assert not names & {"write_bytes", "write_text", "mkdir", "unlink", "extract", "extractall", "system"}
    assert not {"socket", "urllib", "subprocess", "tempfile", "shutil"} & set(VERIFIER.read_text().split())
