"""A seal stands behind the bytes that were rendered; whatever becomes of the file, its reading says so."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from asn1crypto import pem  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef
from pyhanko.sign.signers import SimpleSigner
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from docgen.errors import ExitCode, UsageError
from docgen.settings import LEVELS
from docgen.store.timestamps import AuthorityUnreachableError
from docgen.writers.seal import (
    Authority,
    ExpiredCertificateError,
    NotSealableError,
    StrangeKeyError,
    UnfitCertificateError,
    UnprovenError,
)
from docgen.writers.seal_keys import read_sealer
from docgen.writers.seal_reader import SealedFile
from docgen.writers.seal_reports import (
    Later,
    SealKind,
    SealReport,
    UnreadableRootsError,
    UnreadableSealsError,
    read_seals,
    unsealed,
)
from tests.trust import AT, PASSWORD, YEAR, LocalAuthority, authority, issue, revocation_list, root
from tests.writers.sealing import alone, clock_of, letter, sealed, vouched

Change = Callable[[PdfWriter], object]


@cache
def plain() -> bytes:
    """Return the letter with the firm's signature alone."""
    return sealed()


@pytest.fixture(scope="module")
def local() -> Iterator[LocalAuthority]:
    """Run an authority for the time."""
    with authority() as running:
        yield running


@pytest.fixture(scope="module")
def lasting(local: LocalAuthority) -> bytes:
    """Seal the letter at the highest level."""
    return sealed(level="B-LTA", authority=clock_of(local))


def the_seal(pdf: bytes, roots: bytes = b"") -> SealReport:
    """Return what the oldest seal of a file says."""
    return read_seals(pdf, roots=roots)[0]


def changed(pdf: bytes, change: Change) -> bytes:
    """Return a file with a change written after it, as an editor would."""
    writer, out = PdfWriter(BytesIO(pdf), incremental=True), BytesIO()
    change(writer)
    writer.write(out)
    assert out.getvalue().startswith(pdf)
    return out.getvalue()


def flipped(pdf: bytes, place: int) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


# Sealing


def test_a_seal_leaves_every_byte_of_the_document_where_it_was() -> None:
    assert plain().startswith(letter())
    assert unsealed(plain()) == letter()


def test_a_seal_says_who_sealed_and_when() -> None:
    assert read_seals(plain(), roots=root().pem) == (
        SealReport(
            kind=SealKind.SIGNATURE,
            name="Northbridge Systems Ltd",
            claimed=AT,
            stamped=None,
            stamped_by="",
            intact=True,
            whole_file=True,
            later=Later.NOTHING,
            fingerprint=vouched().fingerprint,
            self_signed=False,
            trusted=True,
            stamp_trusted=False,
        ),
    )


def test_a_seal_gives_its_reason() -> None:
    (seal,) = PdfFileReader(BytesIO(plain())).embedded_signatures
    assert seal.sig_object["/Reason"] == "Issued as version 1"


def test_a_seal_changes_neither_title_nor_dates() -> None:
    before, after = (PdfFileReader(BytesIO(pdf)).root["/Metadata"].data for pdf in (letter(), plain()))
    assert before == after


def test_two_seals_of_a_file_differ_and_both_open() -> None:
    other = sealed()
    assert other != plain()
    assert the_seal(other, root().pem) == the_seal(plain(), root().pem)


def test_a_document_can_bear_two_seals() -> None:
    both = sealed(plain(), by=alone())
    first, second = read_seals(both)
    assert (first.intact, first.later, first.changed) == (True, Later.SIGNATURES, False)
    assert (second.name, second.intact, second.whole_file) == ("Lantern Works", True, True)
    assert unsealed(both) == letter()


@pytest.mark.parametrize("level", LEVELS[1:])
def test_from_the_second_level_on_the_authority_says_when(level: str, local: LocalAuthority) -> None:
    pdf = sealed(level=level, authority=clock_of(local))
    seal = the_seal(pdf, roots=root().pem)
    assert (seal.intact, seal.trusted, seal.changed) == (True, True, False)
    assert (seal.stamped, seal.stamped_by, seal.stamp_trusted) == (AT, "Test Clock", True)
    assert unsealed(pdf) == letter()


def test_the_highest_level_stamps_the_whole_file(lasting: bytes) -> None:
    seal, stamp = read_seals(lasting, roots=root().pem)
    assert (seal.whole_file, seal.later) == (False, Later.UPKEEP)
    assert (stamp.kind, stamp.name, stamp.stamped, stamp.whole_file) == (SealKind.TIMESTAMP, "Test Clock", AT, True)
    assert stamp.trusted


def test_with_a_list_of_what_was_revoked_even_a_certificate_of_ones_own_is_proven(local: LocalAuthority) -> None:
    own = issue("Lantern Works").pkcs12(PASSWORD)
    sealer = read_sealer(own, PASSWORD, crls=(revocation_list(root()),))
    seal = the_seal(sealed(by=sealer, level="B-LTA", authority=clock_of(local)), roots=root().pem)
    assert (seal.self_signed, seal.trusted, seal.stamp_trusted) == (True, False, True)


def test_a_seal_without_proof_of_its_certificates_is_not_called_proven(local: LocalAuthority) -> None:
    with pytest.raises(UnprovenError, match=r"no revocation information could be found.*Test Clock.*crls"):
        sealed(by=alone(), level="B-LT", authority=clock_of(local))


def test_an_authority_for_which_no_root_is_given_is_not_called_proven(local: LocalAuthority) -> None:
    with pytest.raises(UnprovenError, match=r"Test Clock.*no issuer.*certificates, under \[timestamps\]"):
        sealed(by=alone(), level="B-LT", authority=Authority(clock_of(local).stamp))


def test_proof_that_is_none_is_named(local: LocalAuthority) -> None:
    clock = clock_of(local)
    with pytest.raises(UnprovenError, match="a list of revoked certificates cannot be read"):
        sealed(by=replace(vouched(), crls=(b"text",)), level="B-LT", authority=clock)
    with pytest.raises(UnprovenError, match="the authority's roots are no certificates"):
        sealed(level="B-LT", authority=replace(clock, roots=b"text"))


def test_a_list_in_pem_is_as_good(local: LocalAuthority) -> None:
    listed = pem.armor("X509 CRL", vouched().crls[0])
    pdf = sealed(by=replace(vouched(), crls=(listed,)), level="B-LT", authority=clock_of(local))
    assert the_seal(pdf, root().pem).trusted


def test_a_revoked_certificate_is_not_called_proven(local: LocalAuthority) -> None:
    gone = issue("Gone Ltd", root())
    pkcs12, crl = gone.pkcs12(PASSWORD, root()), revocation_list(root(), gone)
    with pytest.raises(UnprovenError, match="revoked"):
        sealed(by=read_sealer(pkcs12, PASSWORD, crls=(crl,)), level="B-LT", authority=clock_of(local))


def test_a_seal_is_asked_for_only_at_the_authority(local: LocalAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    called = list[object]()
    resolve = socket.getaddrinfo

    def listen(host: str, *rest: Any, **named: Any) -> Any:
        called.append(host)
        return resolve(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", listen)
    read_seals(sealed(level="B-LTA", authority=clock_of(local)), roots=root().pem)
    assert set(called) == {"127.0.0.1"}


def test_an_authority_that_is_not_there_is_named() -> None:
    with authority() as gone:
        clock_that_was = clock_of(gone)
    with pytest.raises(AuthorityUnreachableError) as refused:
        sealed(level="B-T", authority=clock_that_was)
    assert refused.value.exit_code is ExitCode.MISSING_HERE


@pytest.mark.parametrize(("level", "said"), [("B-X", "is no level of a seal"), ("B-T", "needs an authority")])
def test_a_level_is_known_and_has_what_it_needs(level: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        sealed(level=level)


@pytest.mark.parametrize(
    ("since", "until"), [(AT - 2 * YEAR, AT - YEAR), (AT + YEAR, AT + 2 * YEAR)], ids=["expired", "not yet valid"]
)
def test_a_certificate_seals_only_while_it_is_valid(since: dt.datetime, until: dt.datetime) -> None:
    sealer = read_sealer(issue("Late Ltd", root(), since=since, until=until).pkcs12(PASSWORD), PASSWORD)
    with pytest.raises(ExpiredCertificateError, match=r"of Late Ltd is valid from .* and it is 2026-11-24") as refused:
        sealed(by=sealer)
    assert refused.value.exit_code is ExitCode.REFUSED


def test_a_certificate_for_other_things_does_not_seal() -> None:
    sealer = read_sealer(issue("Web Ltd", root(), signs=False).pkcs12(PASSWORD), PASSWORD)
    with pytest.raises(UnfitCertificateError, match="not made for signatures"):
        sealed(by=sealer)


def test_a_key_of_another_certificate_makes_no_seal() -> None:
    certificate, other = vouched().signer.signing_cert, alone().signer
    assert isinstance(other, SimpleSigner)
    signer = SimpleSigner(certificate, other.signing_key, other.cert_registry)
    with pytest.raises(StrangeKeyError, match="does not belong to the certificate of Northbridge Systems Ltd"):
        sealed(by=replace(vouched(), signer=signer))


@pytest.mark.parametrize("end", [10, 2000, -10])
def test_what_is_no_whole_pdf_takes_no_seal(end: int) -> None:
    with pytest.raises(NotSealableError, match="takes no signature"):
        sealed(letter()[:end])


# Reading


def test_a_document_without_a_seal_has_none() -> None:
    assert read_seals(letter()) == ()
    assert unsealed(letter()) is None


def test_without_roots_nobody_is_trusted() -> None:
    assert not the_seal(plain()).trusted
    assert not the_seal(plain(), roots=issue("Another Root", authority=True).pem).trusted
    assert the_seal(sealed(by=alone())).self_signed


def test_a_certificate_that_has_run_out_since_is_trusted_by_the_stamp_only(local: LocalAuthority) -> None:
    later = AT + 5 * YEAR
    stamped = sealed(level="B-T", authority=clock_of(local))
    trusted = [read_seals(pdf, roots=root().pem, at=later)[0].trusted for pdf in (plain(), stamped)]
    assert trusted == [False, True]


def test_roots_that_are_none_are_named() -> None:
    with pytest.raises(UnreadableRootsError, match="no certificates in PEM"):
        read_seals(plain(), roots=b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")


def is_noticed(pdf: bytes) -> bool:
    """Say whether a file that was sealed is no longer taken for the one that was."""
    try:
        found = read_seals(pdf)
    except UnreadableSealsError:
        return True
    return not found or found[0].changed or not found[0].whole_file


def test_every_flipped_byte_under_the_seal_is_noticed() -> None:
    (seal,) = PdfFileReader(BytesIO(plain())).embedded_signatures
    _, first, second, _ = map(int, seal.byte_range)
    places = [*range(0, len(letter()), 4001), *range(len(letter()), first, 97), *range(second, len(plain()), 29)]
    assert [place for place in places if not is_noticed(flipped(plain(), place))] == []


def test_a_byte_flipped_in_the_signature_is_noticed_or_says_nothing_else() -> None:
    (seal,) = PdfFileReader(BytesIO(plain())).embedded_signatures
    start, said = int(seal.byte_range[1]) + 1, read_seals(plain())
    places = range(start, start + 2 * len(seal.pkcs7_content), 101)
    altered = (flipped(plain(), place) for place in places)
    assert all(is_noticed(pdf) or read_seals(pdf) == said for pdf in altered)
    assert is_noticed(flipped(plain(), start + 2 * place_of_signature(seal)))


def place_of_signature(seal: Any) -> int:
    """Return where in a signature's bytes the value of the signature begins."""
    octets: bytes = seal.signer_info["signature"].native
    place: int = seal.pkcs7_content.index(octets)
    return place


def speak_german(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/Lang")] = TextStringObject("de")


def run_a_script(writer: PdfWriter) -> None:
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def write_over_the_page(writer: PdfWriter) -> None:
    stream = StreamObject()
    stream.set_data(b"BT ET")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


def paste_a_box(writer: PdfWriter) -> None:
    box = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Square")})
    box[NameObject("/Rect")] = ArrayObject(map(NumberObject, (0, 0, 500, 500)))
    annotations: Any = writer.pages[0]["/Annots"]
    annotations.append(writer._add_object(box))


@pytest.mark.parametrize("change", [speak_german, run_a_script, write_over_the_page, paste_a_box])
def test_what_is_written_after_a_seal_is_a_change(change: Change, lasting: bytes) -> None:
    for pdf in (plain(), lasting):
        altered = changed(pdf, change)
        seal = the_seal(altered)
        assert (seal.intact, seal.whole_file, seal.later, seal.changed) == (True, False, Later.CHANGES, True)
        assert unsealed(altered) == letter()


def test_bytes_hung_on_at_the_end_are_noticed() -> None:
    assert is_noticed(plain() + b"x")


def test_a_file_that_another_program_saved_anew_is_no_longer_the_sealed_one() -> None:
    saved = BytesIO()
    PdfWriter(clone_from=BytesIO(plain())).write(saved)
    assert is_noticed(saved.getvalue())


def test_a_seal_cut_off_leaves_the_document_and_no_seal() -> None:
    assert read_seals(plain()[: len(letter())]) == ()


def nested(depth: int) -> bytes:
    return letter() + b"1 0 obj " + b"[" * depth + b"]" * depth + b" endobj\nstartxref\n0\n%%EOF\n"


@pytest.mark.parametrize(
    "pdf",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: b"no PDF", id="text"),
        pytest.param(lambda: b"%PDF-1.7", id="a head"),
        pytest.param(lambda: b"%PDF-1.7\nstartxref\n0\n%%EOF", id="no table"),
        pytest.param(lambda: plain()[:-9], id="the end cut off"),
        pytest.param(lambda: plain()[:3000], id="half"),
        pytest.param(lambda: nested(10000), id="deep"),
    ],
)
def test_what_cannot_be_read_is_named(pdf: Callable[[], bytes]) -> None:
    for read in (read_seals, unsealed):
        with pytest.raises(UnreadableSealsError, match="seals of the file cannot be read") as refused:
            read(pdf())
        assert refused.value.exit_code is ExitCode.UNVERIFIED


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 8000), st.binary(min_size=1, max_size=40)), min_size=1, max_size=3))
def test_no_damage_brings_the_reading_down(damage: list[tuple[int, bytes]]) -> None:
    pdf = bytearray(plain())
    for place, octets in damage:
        start = len(letter()) + place
        pdf[start : start + len(octets)] = octets
    said = ""
    try:
        found = read_seals(bytes(pdf))
    except UnreadableSealsError as error:
        found, said = (), str(error)
    assert len(found) <= 1
    assert said.isprintable()


def test_the_quick_reading_of_objects_is_that_of_pyhanko() -> None:
    quick, slow = SealedFile(plain()), PdfFileReader(BytesIO(plain()))
    numbers = range(1, int(slow.trailer["/Size"]))
    packed = [number for number in numbers if isinstance(slow.xrefs[Reference(number, 0)], ObjStreamRef)]
    assert len(packed) > 100
    read = [[Reference(number, 0, reader).get_object() for number in packed] for reader in (quick, slow)]
    assert read[0] == read[1]


def test_too_many_seals_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docgen.writers.seal_reports.SEAL_LIMIT", 1)
    with pytest.raises(UnreadableSealsError, match="bears 2 signatures, and 1 are read at most"):
        read_seals(sealed(plain()))


def test_pyhanko_is_loaded_only_when_something_is_sealed() -> None:
    names = ", ".join(f"docgen.writers.{name}" for name in ("seal", "seal_keys", "seal_reports"))
    code = f"import sys, {names}; sys.exit(any(name.startswith(('pyhanko', 'asn1crypto')) for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
