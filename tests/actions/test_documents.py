"""Issued documents are looked at, fetched, signed, withdrawn, compared, made again, and told from altered ones."""

from __future__ import annotations

import datetime as dt
import sqlite3
import zipfile
import zlib
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from docgen.actions import genuineness, remaking, signing
from docgen.actions.desk import Desk
from docgen.actions.documents import describe, due, fetch, issued_event, list_documents, suffix_of
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import raise_order
from docgen.actions.genuineness import Examined, Verdict, verify_file
from docgen.actions.references import UnknownDocumentError
from docgen.actions.remaking import redline, reproduce, write_redline
from docgen.actions.signing import (
    NeededByOrdersError,
    NotCurrentError,
    OtherDocumentError,
    SignedOtherwiseError,
    UnsignedContractError,
    WithdrawnAlreadyError,
    execute,
    withdraw,
)
from docgen.actions.tools import tools
from docgen.errors import ExitCode, NotFoundError, UsageError
from docgen.store.database import RecordDamagedError
from docgen.store.events import Tool
from docgen.store.record import Record
from docgen.store.register import IssuedDocument
from tests.firm import AMARA, ID, LETTER, ORDER, SIGNED_COPY, SIGNED_ORDER, Firm, Firms

MORE = ("not_to_exceed: 20000.00", "not_to_exceed: 25000.00")


@pytest.fixture(scope="module")
def grown(firms: Firms) -> Firm:
    """Lend a firm that has issued every kind of document; nothing is recorded in it."""
    return firms.kept("grown")


def examined(firm: Firm, content: bytes, tmp_path: Path, name: str = "from-anywhere.pdf") -> Examined:
    """Return what the record says of a file with some bytes."""
    path = tmp_path / name
    path.write_bytes(content)
    return firm.do(verify_file, path)


def write_sql(firm: Firm, statement: str) -> None:
    """Change the tables behind docgen's back."""
    with closing(sqlite3.connect(firm.root / ".docgen" / "record.sqlite")) as database, database:
        database.execute(statement)


# Looking and fetching


def test_documents_are_listed_in_the_order_issued_or_the_newest_first(grown: Firm) -> None:
    kinds = [each.kind for each in grown.do(list_documents, ID, 10)]
    assert kinds == [
        LETTER,
        "contract",
        ORDER,
        "conformed-contract",
        "progress-report",
        "progress-report",
        "breach-notice",
    ]
    assert [each.kind for each in grown.do(list_documents, "", 2)] == ["breach-notice", "progress-report"]


def test_what_awaits_a_signature_is_due_the_longest_waiting_first(grown: Firm) -> None:
    waiting = grown.on("2026-09-20").do(due, 10)
    assert [(each.document.kind, each.days) for each in waiting] == [(LETTER, 6)]


def test_a_document_is_described_with_what_it_was_made_from(grown: Firm) -> None:
    found = grown.do(describe, f"{ID}/CO-001")
    assert (found.person, found.document.status, found.document.executed_on) == (AMARA, "executed", "2026-11-27")
    assert {item.name for item in found.event.inputs} == {
        "change-order/1",
        "checkpoint",
        "contract-template",
        "engagement",
        "house",
        "template",
    }
    assert found.event.tools == tools()


def test_files_are_fetched_as_they_were_issued(grown: Firm) -> None:
    name, content = grown.do(fetch, f"{ID}/contract", "pdf")
    assert (name, content[:4]) == (f"{ID}_contract_v1.pdf", b"%PDF")
    assert grown.do(fetch, f"{ID}/CO-001", "docx")[0] == f"{ID}_change-order-001_v1.docx"
    assert grown.do(fetch, f"{ID}/contract", "signed") == (f"{ID}_contract_v1_executed.pdf", SIGNED_COPY)


def test_what_there_is_not_is_not_found(grown: Firm) -> None:
    with pytest.raises(NotFoundError, match="has no signed copy"):
        grown.do(fetch, f"{ID}/PR-001", "signed")
    with pytest.raises(NotFoundError, match=r"has no odt\. It has pdf and docx"):
        grown.do(fetch, f"{ID}/contract", "odt")
    with pytest.raises(UnknownDocumentError, match=f"Did you mean {ID}/PR-002/1"):
        grown.do(describe, f"{ID}/PR-003")
    with pytest.raises(UnknownDocumentError):
        grown.do(describe, f"{ID}/contract/2")


@pytest.mark.parametrize(
    ("content", "suffix"),
    [(b"%PDF-1.4", ".pdf"), (b"PK\x03\x04", ".docx"), (b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"?", ".bin")],
)
def test_a_signed_copy_is_named_by_what_it_is(content: bytes, suffix: str) -> None:
    assert suffix_of(content) == suffix


# Signing and withdrawing


def test_a_signed_copy_is_kept_once(firm: Firm) -> None:
    firm.issue(LETTER)
    signed = firm.write("signed.pdf", SIGNED_COPY)
    first = firm.on("2026-09-20").do(execute, f"{ID}/letter-of-approval", signed)
    size = firm.size
    again = firm.on("2026-09-21").do(execute, f"{ID}/letter-of-approval", signed)
    assert (first.document.executed_on, first.repeated, first.remarks) == ("2026-09-20", False, ())
    assert (again.document, again.repeated, firm.size) == (first.document, True, size)
    with pytest.raises(SignedOtherwiseError, match="on 2026-09-20 with another file"):
        firm.do(execute, f"{ID}/letter-of-approval", firm.write("other.pdf", SIGNED_ORDER))


def test_the_issued_file_itself_is_taken_and_remarked_upon(firm: Firm) -> None:
    issued = firm.issue(LETTER)
    done = firm.do(execute, f"{ID}/letter-of-approval", firm.write("same.pdf", issued.files["pdf"]))
    assert "is the issued file itself, without a signature" in done.remarks[0]
    assert firm.faults == []


def test_a_photograph_of_a_signature_is_kept_as_it_is(firm: Firm) -> None:
    firm.issue(LETTER)
    done = firm.do(execute, f"{ID}/letter-of-approval", firm.write("scan.jpg", b"\xff\xd8\xff scan"))
    assert "is no PDF" in done.remarks[0]
    assert firm.do(fetch, f"{ID}/letter-of-approval", "signed")[0].endswith("_executed.jpg")


def test_a_superseded_or_withdrawn_version_is_not_signed(firm: Firm) -> None:
    firm.issue(LETTER)
    firm.do(record_engagement, firm.facts("engagement", MORE))
    firm.issue(LETTER)
    signed = firm.write("signed.pdf", SIGNED_COPY)
    with pytest.raises(NotCurrentError, match="is superseded by version 2"):
        firm.do(execute, f"{ID}/letter-of-approval/1", signed)
    firm.do(withdraw, f"{ID}/letter-of-approval/2", "A mistake.")
    with pytest.raises(NotCurrentError, match="is withdrawn"):
        firm.do(execute, f"{ID}/letter-of-approval/2", signed)


def test_a_version_superseded_at_this_moment_is_not_signed(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    firm.issue(LETTER)
    check = signing._check_signable
    calls: list[int] = []

    def check_and_be_overtaken(desk: Desk, record: Record, document: IssuedDocument) -> None:
        check(desk, record, document)
        if not calls:
            calls.append(document.version)
            firm.do(record_engagement, firm.facts("engagement", MORE))
            firm.issue(LETTER)

    monkeypatch.setattr(signing, "_check_signable", check_and_be_overtaken)
    with pytest.raises(NotCurrentError, match="is superseded by version 2"):
        firm.do(execute, f"{ID}/letter-of-approval/1", firm.write("signed.pdf", SIGNED_COPY))
    assert firm.kinds("document_executed") == 0


def test_what_cannot_be_a_signed_copy_is_refused(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    firm.issue(LETTER)
    size = firm.size
    for name, refusal, said in (
        ("nowhere.pdf", NotFoundError, "There is no file"),
        ("engagements", NotFoundError, "There is no file"),
        ("empty.pdf", UsageError, "is empty"),
    ):
        if name == "empty.pdf":
            firm.write(name, b"")
        with pytest.raises(refusal, match=said):
            firm.do(execute, f"{ID}/letter-of-approval", firm.root / name)
    monkeypatch.setattr(signing, "_LARGEST", 10)
    with pytest.raises(UsageError, match="is larger than"):
        firm.do(execute, f"{ID}/letter-of-approval", firm.write("huge.pdf", SIGNED_COPY))
    assert firm.size == size


def test_a_report_is_signed_by_nobody(grown: Firm, tmp_path: Path) -> None:
    (tmp_path / "signed.pdf").write_bytes(SIGNED_COPY)
    with pytest.raises(UsageError, match="A progress report is not signed by both sides"):
        grown.do(execute, f"{ID}/PR-001", tmp_path / "signed.pdf")


def test_an_order_is_not_signed_before_the_contract(firm: Firm) -> None:
    firm.do(raise_order, firm.facts("change-order-001"))
    firm.agree()
    firm.on("2026-11-24").issue(ORDER)
    with pytest.raises(UnsignedContractError, match=f"execute {ID}/contract --signed FILE"):
        firm.do(execute, f"{ID}/CO-001", firm.write("signed.pdf", SIGNED_ORDER))


def test_a_withdrawal_keeps_the_document_and_says_why(firm: Firm) -> None:
    firm.issue(LETTER)
    done = firm.do(withdraw, f"{ID}/letter-of-approval", "Sent to <b>Harrow</b> {{ by mistake }}.")
    assert done.document.status == "withdrawn"
    found = firm.do(describe, f"{ID}/letter-of-approval")
    assert found.withdrawn_because == "Sent to <b>Harrow</b> {{ by mistake }}."
    assert firm.do(fetch, f"{ID}/letter-of-approval", "pdf")[1].startswith(b"%PDF")
    with pytest.raises(WithdrawnAlreadyError):
        firm.do(withdraw, f"{ID}/letter-of-approval", "Once more.")


@pytest.mark.parametrize("reason", ["", "  \n", "\udcff"])
def test_a_withdrawal_has_a_reason(firm: Firm, reason: str) -> None:
    firm.issue(LETTER)
    with pytest.raises(UsageError, match="Say why"):
        firm.do(withdraw, f"{ID}/letter-of-approval", reason)


def test_a_contract_that_signed_orders_rest_on_is_not_withdrawn(firms: Firms) -> None:
    with pytest.raises(NeededByOrdersError, match=f"{ID}/CO-001/1 rests on it"):
        firms.kept("changed").do(withdraw, f"{ID}/contract", "A mistake.")


# Making again and comparing


@pytest.mark.parametrize(
    "name", ["letter-of-approval", "contract", "CO-001", "conformed-contract", "PR-001", "PR-002", "BN-001"]
)
def test_every_document_is_made_again_to_the_byte(grown: Firm, name: str) -> None:
    again = grown.on("2030-01-01").do(reproduce, f"{ID}/{name}")
    assert (again.same, again.other_tools, again.exact) == ({"pdf": True, "docx": True}, (), True)


def test_a_document_is_made_again_whatever_became_of_the_workspace(firm: Firm) -> None:
    firm.issue(LETTER)
    firm.write("templates/letters/letter-of-approval.html.jinja", "nonsense {{")
    firm.write("templates/labels.yaml", "nonsense")
    toml = (firm.root / "docgen.toml").read_text(encoding="utf-8")
    toml = toml.replace('time_zone = "Europe/London"', 'time_zone = "Asia/Tokyo"')
    toml = toml.replace("# name =", "name =").replace("# accent =", "accent =").replace("1f3a5f", "aa0000")
    firm.write("docgen.toml", toml)
    assert firm.on("2031-05-05").do(reproduce, f"{ID}/letter-of-approval").exact


def test_other_tools_are_named_where_they_differ(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    firm.issue(LETTER)
    others = [each.model_copy(update={"version": "99"}) if each.name == "weasyprint" else each for each in tools()]
    monkeypatch.setattr(remaking, "tools", lambda: (*others, Tool(name="newcomer", version="1")))
    again = firm.do(reproduce, f"{ID}/letter-of-approval")
    version = next(each.version for each in tools() if each.name == "weasyprint")
    assert again.other_tools == (f"weasyprint {version}, here 99", "newcomer none, here 1")


def test_two_versions_are_compared_in_words_and_in_word(firm: Firm) -> None:
    firm.issue(LETTER)
    firm.do(record_engagement, firm.facts("engagement", MORE))
    firm.issue(LETTER)
    compared = firm.do(redline, f"{ID}/letter-of-approval/1", f"{ID}/letter-of-approval/2")
    said = [(change.before, change.after) for change in compared.redline.changes()]
    assert any("20,000" in before and "25,000" in after for before, after in said)
    word = firm.do(write_redline, compared, "docx")
    with zipfile.ZipFile(BytesIO(word)) as package:
        body = package.read("word/document.xml").decode()
    assert f'w:author="{AMARA}"' in body
    assert "25,000" in firm.do(write_redline, compared, "html").decode()
    assert firm.do(redline, f"{ID}/letter-of-approval/2", f"{ID}/letter-of-approval/2").redline.is_empty


def test_clauses_are_cited_as_the_signed_contract_numbers_them(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path).on("2026-11-24")
    firm.do(raise_order, firm.facts("change-order-001"))
    firm.agree()
    before = firm.do(lambda desk: desk.catalogue.template("contract", "en").text)
    first = "<clause id='ahead' title='Ahead'><p>Something new.</p></clause>\n  "
    place = before.index('{% include "_definitions')
    firm.write("templates/contracts/contract.html.jinja", before[:place] + first + before[place:])
    issued = firm.issue(ORDER)
    packed = {item.name: item.blob for item in firm.do(describe, f"{ID}/CO-001").event.inputs}["contract-template"]
    contract = firm.do(describe, f"{ID}/contract").event
    assert packed == {item.name: item.blob for item in contract.inputs}["template"]
    assert issued.remarks == ()
    assert firm.do(reproduce, f"{ID}/CO-001").exact


# Genuine, or not


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_current_file_is_genuine_by_its_bytes_and_under_any_name(grown: Firm, form: str, tmp_path: Path) -> None:
    found = examined(grown, grown.do(fetch, f"{ID}/PR-002", form)[1], tmp_path, "renamed.txt")
    assert (found.verdict, found.part, found.sound) == (Verdict.CURRENT, form, True)
    assert (found.claims, found.person) == (f"{ID}/PR-002/1", "jon@northbridge.example")


def test_the_signed_copy_is_genuine(grown: Firm, tmp_path: Path) -> None:
    found = examined(grown, SIGNED_COPY, tmp_path)
    assert (found.verdict, found.claims, found.sound) == (Verdict.SIGNED_COPY, f"{ID}/contract/1", True)


def test_a_superseded_and_a_withdrawn_file_are_genuine_but_no_longer_stand(firm: Firm, tmp_path: Path) -> None:
    first = firm.issue(LETTER).files["pdf"]
    firm.do(record_engagement, firm.facts("engagement", MORE))
    second = firm.issue(LETTER).files["pdf"]
    firm.do(withdraw, f"{ID}/letter-of-approval/2", "A mistake.")
    older, newer = examined(firm, first, tmp_path), examined(firm, second, tmp_path)
    assert (older.verdict, older.sound) == (Verdict.SUPERSEDED, False)
    assert older.document is not None
    assert older.document.superseded_by == 2
    assert (newer.verdict, newer.sound) == (Verdict.WITHDRAWN, False)


def test_a_byte_changed_makes_a_file_altered_and_tells_what_it_claims_to_be(grown: Firm, tmp_path: Path) -> None:
    content = bytearray(grown.do(fetch, f"{ID}/contract", "pdf")[1])
    content[len(content) // 2] ^= 1
    found = examined(grown, bytes(content), tmp_path)
    assert (found.verdict, found.claims, found.part, found.sound) == (Verdict.ALTERED, f"{ID}/contract/1", "", False)
    assert found.document is not None


def test_what_is_added_at_the_end_is_told_apart(grown: Firm, tmp_path: Path) -> None:
    content = grown.do(fetch, f"{ID}/contract", "pdf")[1]
    for more in (b"\n", b"x", b"\n1 0 obj <<>> endobj\nxref\ntrailer\n%%EOF\n", content):
        found = examined(grown, content + more, tmp_path)
        assert (found.verdict, found.claims, found.sound) == (Verdict.CONTINUED, f"{ID}/contract/1", False)


def test_a_changed_word_file_is_altered(grown: Firm, tmp_path: Path) -> None:
    content, changed = grown.do(fetch, f"{ID}/contract", "docx")[1], BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(changed, "w") as other:
        for name in package.namelist():
            other.writestr(name, package.read(name).replace(b"64,000.00", b"6,400.00"))
    found = examined(grown, changed.getvalue(), tmp_path)
    assert (found.verdict, found.claims) == (Verdict.ALTERED, f"{ID}/contract/1")


def test_a_file_that_claims_what_there_never_was_is_unknown(grown: Firm, tmp_path: Path) -> None:
    core = "<x><dc:identifier>NBS-2026-014/contract/9</dc:identifier></x>"
    found = examined(grown, word_file({"docProps/core.xml": core.encode()}), tmp_path)
    assert (found.verdict, found.claims, found.document) == (Verdict.UNKNOWN, f"{ID}/contract/9", None)


def word_file(parts: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return packed.getvalue()


def bomb_pdf() -> bytes:
    """Return a small PDF whose table of objects unpacks to 1 GB."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(10_000_000)) for _ in range(100)) + packer.flush()
    head = b"%PDF-1.5\n1 0 obj\n<</Type/XRef/Size 2/W[1 2 1]/Root 2 0 R/Filter/FlateDecode/Length "
    return head + str(len(packed)).encode() + b">>\nstream\n" + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


HOSTILE = {
    "empty": b"",
    "words": b"Dear Sir or Madam",
    "head": b"%PDF",
    "cut": b"%PDF-1.7\n%%EOF",
    "nul": bytes(5000),
    "zip": b"PK\x03\x04",
    "loop": b"%PDF-1.7\n1 0 obj<</Prev 9>>endobj\nxref\n0 1\ntrailer<</Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF",
    "deep": b"%PDF-1.7\n" + b"[" * 100_000 + b"\nstartxref\n9\n%%EOF",
    "ends": b"%PDF-1.7\n" + b"%%EOF\n" * 50_000,
    "bomb": word_file({"docProps/core.xml": b"<dc:identifier>" + bytes(50_000_000)}),
    "name": word_file({"docProps/core.xml": b"<dc:identifier>../../etc/passwd</dc:identifier>"}),
    "none": word_file({"word/document.xml": b"<x/>"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_hurt_its_reader_is_unknown(grown: Firm, name: str, tmp_path: Path) -> None:
    found = examined(grown, HOSTILE[name], tmp_path)
    assert (found.verdict, found.document, found.claims) == (Verdict.UNKNOWN, None, "")


def test_a_file_that_unpacks_without_end_is_unknown(grown: Firm, tmp_path: Path) -> None:
    assert examined(grown, bomb_pdf(), tmp_path).verdict is Verdict.UNKNOWN


def test_a_huge_file_is_hashed_and_not_read(grown: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genuineness, "_LARGEST", 1000)
    contract = grown.do(fetch, f"{ID}/contract", "pdf")[1]
    assert examined(grown, contract, tmp_path).verdict is Verdict.CURRENT
    assert examined(grown, contract + b"x", tmp_path).verdict is Verdict.UNKNOWN


def test_a_folder_is_no_file(grown: Firm, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no file"):
        grown.do(verify_file, tmp_path)


def test_a_mangled_document_never_breaks_its_reader(grown: Firm, tmp_path: Path) -> None:
    content = grown.do(fetch, f"{ID}/letter-of-approval", "pdf")[1]
    for step in range(12):
        mangled = bytearray(content)
        place = len(content) * step // 12
        mangled[place : place + 40] = bytes((each * 7 + step) % 256 for each in range(40))
        assert examined(grown, bytes(mangled), tmp_path).verdict in (Verdict.ALTERED, Verdict.UNKNOWN)


def test_rows_put_in_by_hand_make_no_file_genuine(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(b"%PDF-1.7 forged")
    digest = firm.do(verify_file, forged).digest
    write_sql(firm, f"INSERT INTO files VALUES ('{digest}', '{ID}', '{LETTER}', 0, 1, 'pdf')")
    assert firm.do(verify_file, forged).verdict is Verdict.UNKNOWN
    write_sql(firm, f"UPDATE documents SET signed = '{digest}', executed_on = '2026-09-20'")
    assert firm.do(verify_file, forged).verdict is Verdict.UNKNOWN
    write_sql(
        firm,
        "INSERT INTO documents SELECT engagement, 'contract', number, version, day, revision, template, language, "
        "template_version, template_hash, person, at, 999, NULL, NULL, NULL, NULL, NULL FROM documents",
    )
    write_sql(firm, f"INSERT INTO files VALUES ('{digest}', '{ID}', 'contract', 0, 1, 'pdf')")
    with pytest.raises(RecordDamagedError, match="audit verify") as refused:
        firm.do(verify_file, forged)
    assert refused.value.exit_code is ExitCode.UNVERIFIED


def test_a_row_changed_by_hand_does_not_bring_an_older_version_back(firm: Firm, tmp_path: Path) -> None:
    older = firm.issue(LETTER).files["pdf"]
    firm.do(record_engagement, firm.facts("engagement", MORE))
    newer = firm.issue(LETTER).files["pdf"]
    firm.do(withdraw, f"{ID}/letter-of-approval/2", "A mistake.")
    write_sql(firm, "UPDATE documents SET superseded_by = NULL, withdrawn_by = NULL")
    assert examined(firm, older, tmp_path).verdict is Verdict.SUPERSEDED
    assert examined(firm, newer, tmp_path).verdict is Verdict.WITHDRAWN


def test_a_row_that_names_another_entry_is_damage(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path)
    write_sql(firm, "UPDATE documents SET sequence = 1")
    document = firm.do(lambda desk: desk.record.register.documents_of(ID)[0])
    with pytest.raises(RecordDamagedError, match="entry 1 does not issue"):
        firm.do(lambda desk: issued_event(desk.record, document))


def test_a_day_is_a_calendar_day(grown: Firm) -> None:
    assert grown.do(describe, f"{ID}/contract").event.on == dt.date(2026, 9, 28)


# A signed copy belongs to its document


def test_another_document_is_not_taken_for_a_signed_copy(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm")
    letter = firm.write("sent.pdf", firm.do(fetch, f"{ID}/{LETTER}", "pdf")[1])
    firm.do(raise_order, firm.facts("change-order-001"))
    firm.agree()
    firm.issue(ORDER)

    with pytest.raises(OtherDocumentError, match=f"is {ID}/{LETTER}/1, not {ID}/CO-001/1"):
        firm.do(execute, f"{ID}/CO-001", letter)
    assert firm.do(verify_file, letter).claims == f"{ID}/{LETTER}/1"


def test_another_document_is_known_by_what_it_says_of_itself_where_it_was_added_to(
    firms: Firms, tmp_path: Path
) -> None:
    firm = firms.at("signed", tmp_path / "firm")
    signed = firm.write("scan.pdf", firm.do(fetch, f"{ID}/{LETTER}", "pdf")[1] + b"\n%signed\n")
    firm.do(raise_order, firm.facts("change-order-001"))
    firm.agree()
    firm.issue(ORDER)
    with pytest.raises(OtherDocumentError):
        firm.do(execute, f"{ID}/CO-001", signed)


def test_a_day_of_signing_that_no_document_is_signed_on_is_remarked(firm: Firm) -> None:
    firm.issue(LETTER)
    early = firm.on("1900-01-01").do(execute, f"{ID}/{LETTER}", firm.write("scan.pdf", SIGNED_COPY))
    assert "before the day it was issued on" in early.remarks[-1]


def test_a_superseded_file_says_which_version_stands_now(firm: Firm, tmp_path: Path) -> None:
    sent = firm.issue(LETTER).files["pdf"]
    for amount in ("25000.00", "26000.00"):
        firm.do(record_engagement, firm.facts("engagement", ("not_to_exceed: 20000.00", f"not_to_exceed: {amount}")))
        firm.issue(LETTER)
    found = examined(firm, sent, tmp_path)
    assert (found.verdict, found.current) == (Verdict.SUPERSEDED, 3)


def test_one_scan_may_be_the_signed_copy_of_two_documents(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm")
    firm.do(raise_order, firm.facts("change-order-001"))
    firm.agree()
    firm.issue(ORDER)
    both = firm.write("both.pdf", SIGNED_COPY)
    assert firm.do(execute, f"{ID}/CO-001", both).document.status == "executed"
    assert firm.do(verify_file, both).verdict is Verdict.SIGNED_COPY
