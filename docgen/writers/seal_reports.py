"""What the seals of a PDF say: by whom, when, over how much of the file, and what came after; nothing is fetched."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from docgen.errors import DocgenError, ExitCode
from docgen.writers.seal_keys import name_of

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate  # type: ignore[import-untyped]
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import ModificationInfo, PdfSignatureStatus, SignatureStatus
    from pyhanko_certvalidator import ValidationContext

SEAL_LIMIT = 50
"""How many signatures of one file are read; each costs a comparison of the whole file."""
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class UnreadableSealsError(DocgenError):
    """A file is no PDF, or its signatures are not built as they should be."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, why: str) -> None:
        shown = "".join(character if character.isprintable() else "?" for character in why.rstrip("."))[:200]
        super().__init__(f"The seals of the file cannot be read ({shown}). Ask for the file again, from its sender.")


class UnreadableRootsError(DocgenError):
    """What is to be believed cannot be read."""

    def __init__(self) -> None:
        super().__init__("The roots given are no certificates in PEM. Check the file with the certificates to believe.")


class SealKind(StrEnum):
    """A person's or a firm's signature, or the time that an authority has stamped on the whole file."""

    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"


class Later(StrEnum):
    """What was added to a file after a seal."""

    NOTHING = "nothing"
    UPKEEP = "upkeep"
    """Timestamps, and proof of the certificates."""
    SIGNATURES = "signatures"
    """Further signatures, or fields filled in; what they show may cover what was there."""
    CHANGES = "changes"


@dataclass(frozen=True)
class SealReport:
    """One seal of a file.

    `claimed` is the time the signer states, `stamped` the time an authority attests, by `stamped_by`. `intact` says
    that the bytes under the seal are those that were sealed. `fingerprint` is the SHA-256 of the certificate in
    hexadecimal. `trusted` says that one of the given roots vouches for the certificate, `stamp_trusted` for the
    authority's.
    """

    kind: SealKind
    name: str
    claimed: dt.datetime | None
    stamped: dt.datetime | None
    stamped_by: str
    intact: bool
    whole_file: bool
    later: Later
    fingerprint: str
    self_signed: bool
    trusted: bool
    stamp_trusted: bool

    @property
    def changed(self) -> bool:
        """Say whether the document itself is not the one that was sealed, or may look like another one."""
        return not self.intact or self.later is Later.CHANGES


def read_seals(pdf: bytes, *, roots: bytes = b"", at: dt.datetime | None = None) -> tuple[SealReport, ...]:
    """Return what each seal of a PDF says, the oldest first; nothing for a PDF without seals.

    `roots` are PEM certificates to believe; `at` is the time for which certificates are looked at where no trusted
    authority attests one, by default the time the seal claims. Raises UnreadableSealsError and UnreadableRootsError.
    """
    believed = _certificates(roots)
    with _reading():
        reader = _reader(pdf)
        reading = _Reading(reader, believed, at)
        return tuple(asyncio.run(reading.report(seal)) for seal in _signatures(reader))


def is_well_sealed(pdf: bytes, at: dt.datetime) -> bool:
    """Say whether the last signature of a file that was sealed just now fits it; raises UnreadableSealsError."""
    with _reading():
        reader = _reader(pdf)
        signatures = [seal for seal in _signatures(reader) if seal.sig_object_type == "/Sig"]
        return bool(signatures) and asyncio.run(_Reading(reader, [], at).is_intact(signatures[-1]))


def unsealed(pdf: bytes) -> bytes | None:
    """Return the bytes that stood in the file before its first seal, or None where nothing is sealed.

    They are a part of the given bytes: their hash says which document was sealed, whatever was added. Raises
    UnreadableSealsError.
    """
    with _reading():
        reader = _reader(pdf)
        found = _signatures(reader)
        if not found or not found[0].signed_revision:
            return None
        start = reader.xrefs.get_startxref_for_revision(found[0].signed_revision - 1)
        end = re.compile(rb"startxref\s+0*%d\s+%%%%EOF(?:\r\n|\n|\r)?" % start).search(pdf, start)
        return pdf[: end.end()] if end else None


class _Reading:
    """One look at a file: who is believed, and at what time."""

    def __init__(self, reader: PdfFileReader, roots: list[Certificate], at: dt.datetime | None) -> None:
        self.reader = reader
        self.roots = roots
        self.at = at

    async def report(self, seal: EmbeddedPdfSignature) -> SealReport:
        is_stamp = seal.sig_object_type == "/DocTimeStamp"
        return await (self._timestamp(seal) if is_stamp else self._signature(seal))

    async def _timestamp(self, seal: EmbeddedPdfSignature) -> SealReport:
        from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_timestamp

        status = await async_validate_pdf_timestamp(seal, self._context(_time_of(seal.signed_data)))
        name = name_of(status.signing_cert)
        return SealReport(
            kind=SealKind.TIMESTAMP,
            name=name,
            claimed=None,
            stamped=status.timestamp,
            stamped_by=name,
            stamp_trusted=status.trusted,
            **_common(status, status),
        )

    async def _signature(self, seal: EmbeddedPdfSignature) -> SealReport:
        claimed = seal.self_reported_timestamp
        status = after = await self._validate(seal, self.at or claimed)
        stamp = status.timestamp_validity
        if stamp and not (stamp.intact and stamp.valid):
            stamp = None
        if stamp and stamp.trusted:
            status = await self._validate(seal, stamp.timestamp, compare=False)
        return SealReport(
            kind=SealKind.SIGNATURE,
            name=name_of(status.signing_cert),
            claimed=claimed,
            stamped=stamp.timestamp if stamp else None,
            stamped_by=name_of(stamp.signing_cert) if stamp else "",
            stamp_trusted=bool(stamp and stamp.trusted),
            **_common(status, after),
        )

    async def is_intact(self, seal: EmbeddedPdfSignature) -> bool:
        """Say whether the signature fits the bytes under it, whatever came after them."""
        status = await self._validate(seal, self.at, compare=False)
        return status.intact and status.valid

    async def _validate(
        self, seal: EmbeddedPdfSignature, moment: dt.datetime | None, *, compare: bool = True
    ) -> PdfSignatureStatus:
        from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
        from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature
        from pyhanko.sign.validation.settings import KeyUsageConstraints

        stamps = [_time_of(token) for token in extract_tst_data_iter(seal.signer_info, signed=False)]
        return await async_validate_pdf_signature(
            seal,
            self._context(moment),
            self._context(stamps[0] if stamps else moment),
            key_usage_settings=KeyUsageConstraints(key_usage=set()),
            skip_diff=not compare,
        )

    def _context(self, moment: dt.datetime | None) -> ValidationContext:
        """Return whom to believe at a time, with the proof that the file itself carries."""
        from pyhanko.sign.validation.dss import DocumentSecurityStore
        from pyhanko.sign.validation.errors import NoDSSFoundError
        from pyhanko_certvalidator import ValidationContext

        whom = {"trust_roots": self.roots, "moment": moment, "allow_fetching": False}
        try:
            return DocumentSecurityStore.read_dss(self.reader).as_validation_context(whom)
        except NoDSSFoundError:
            return ValidationContext(trust_roots=self.roots, moment=moment, allow_fetching=False)


def _common(status: SignatureStatus, after: ModificationInfo) -> Any:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    certificate = status.signing_cert
    return {
        "intact": status.intact and status.valid,
        "whole_file": after.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        "later": _later(after),
        "fingerprint": certificate.sha256.hex(),
        "self_signed": certificate.self_issued,
        "trusted": status.trusted,
    }


def _later(after: ModificationInfo) -> Later:
    from pyhanko.sign.diff_analysis import ModificationLevel

    match after.modification_level:
        case ModificationLevel.NONE:
            return Later.NOTHING
        case ModificationLevel.LTA_UPDATES:
            return Later.UPKEEP
        case ModificationLevel.FORM_FILLING:
            return Later.SIGNATURES
        case _:
            return Later.CHANGES


def _time_of(token: Any) -> dt.datetime:
    """Return the time a timestamp token states."""
    moment: dt.datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def _certificates(pem: bytes) -> list[Certificate]:
    from pyhanko.keys import load_certs_from_pemder_data

    try:
        return list(load_certs_from_pemder_data(pem)) if pem else []
    except (ValueError, TypeError):
        raise UnreadableRootsError from None


def _reader(pdf: bytes) -> PdfFileReader:
    from docgen.writers.seal_reader import SealedFile

    return SealedFile(pdf)


def _signatures(reader: PdfFileReader) -> list[EmbeddedPdfSignature]:
    from pyhanko.sign.fields import enumerate_sig_fields
    from pyhanko.sign.validation.pdf_embedded import collect_embedded_signatures

    count = sum(1 for _ in enumerate_sig_fields(reader, filled_status=True))
    if count > SEAL_LIMIT:
        raise UnreadableSealsError(f"it bears {count} signatures, and {SEAL_LIMIT} are read at most")
    found: list[EmbeddedPdfSignature] = collect_embedded_signatures(reader)
    return found


@contextmanager
def _reading() -> Iterator[None]:
    """Name what goes wrong in a stranger's file: what reads it lets many errors of Python through."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko_certvalidator.errors import CRLValidationError, OCSPValidationError, PathError, ValidationError

    unproven = (PathError, ValidationError, CRLValidationError, OCSPValidationError, UnsupportedAlgorithm)
    try:
        yield
    except (*_BROKEN, PdfError, *unproven) as error:
        said = str(error).split("\n")[0]
        raise UnreadableSealsError(f"{type(error).__name__}: {said}") from None
