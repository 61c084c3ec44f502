"""How pyHanko is told to seal; imported only when something is sealed, because pyHanko takes long to load."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from io import BytesIO
from typing import Any

from asn1crypto import cms, crl, pem  # type: ignore[import-untyped]
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSigningSession,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from docgen.writers.seal import Authority, NotSealableError, UnprovenError
from docgen.writers.seal_keys import Sealer

DIGEST = "sha256"
UNSEEN = InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)
"""PDF/A wants the field printed, PDF/UA wants it off the page: a field of no size, outside the page, is both."""

for _name in ("pyhanko", "pyhanko_certvalidator"):
    # What pyHanko would print is said by the errors that are raised.
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False


def add_signature(
    pdf: bytes, sealer: Sealer, *, level: str, at: dt.datetime, reason: str, authority: Authority | None
) -> bytes:
    """Return a PDF with a signature of a level; raises NotSealableError, UnprovenError and what stamping raises."""
    stamper = _Stamper(authority) if authority and level != "B-B" else None
    context = _context(sealer, authority, at) if level in ("B-LT", "B-LTA") else None
    try:
        sealed = _signed(pdf, sealer, at, reason, stamper, context)
        return _stamped(sealed, stamper, context) if stamper and level == "B-LTA" else sealed
    except (PathError, ValidationError) as error:
        raise UnprovenError(str(error)) from None
    except SigningError as error:
        if context and isinstance(error.__cause__, PathError | ValidationError):
            raise UnprovenError(str(error.__cause__)) from None
        raise NotSealableError(str(error)) from None
    except PdfError as error:
        raise NotSealableError(str(error)) from None


def _signed(
    pdf: bytes,
    sealer: Sealer,
    at: dt.datetime,
    reason: str,
    stamper: TimeStamper | None,
    context: ValidationContext | None,
) -> bytes:
    writer = _Writer(BytesIO(pdf))
    name = f"Seal{_count(writer) + 1}"
    told = PdfSignatureMetadata(
        field_name=name,
        md_algorithm=DIGEST,
        reason=reason or None,
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=context is not None,
        validation_context=context,
        # What the certificate may be used for is asked before; one of two usages is enough.
        signer_key_usage=set(),
        dss_settings=DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE),
    )
    spec = SigFieldSpec(name, invis_sig_settings=UNSEEN, readable_field_name=f"Seal of {sealer.name}")
    signer = _Signer(told, sealer.signer, timestamper=stamper, new_field_spec=spec)
    signer.at = at
    return bytes(signer.sign_pdf(writer).getbuffer())


def _stamped(sealed: bytes, stamper: TimeStamper, context: ValidationContext | None) -> bytes:
    """Return a sealed PDF with the time stamped on all of it, the proof of its certificates included."""
    writer = _Writer(BytesIO(sealed))
    archivist = PdfTimeStamper(stamper, field_name=f"Time{_count(writer)}", invis_settings=UNSEEN)
    proof = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
    return bytes(archivist.timestamp_pdf(writer, DIGEST, context, dss_settings=proof).getbuffer())


def _count(writer: IncrementalPdfFileWriter) -> int:
    return sum(1 for _ in enumerate_sig_fields(writer.prev))


def _context(sealer: Sealer, authority: Authority | None, at: dt.datetime) -> ValidationContext:
    """Return by whom certificates are believed: nothing is fetched, and each must be proven not to be revoked."""
    signer = sealer.signer
    chain = [known for known in (signer.signing_cert, *signer.cert_registry) if known]
    roots = [known for known in chain if known.self_issued]
    if authority and authority.roots:
        roots += _roots(authority.roots)
    return ValidationContext(
        trust_roots=roots,
        other_certs=chain,
        crls=[_revocations(octets) for octets in sealer.crls],
        allow_fetching=False,
        revocation_mode="require",
        moment=at,
    )


def _roots(content: bytes) -> list[Any]:
    try:
        return list(load_certs_from_pemder_data(content))
    except (ValueError, TypeError):
        raise UnprovenError("the authority's roots are no certificates in PEM") from None


def _revocations(octets: bytes) -> Any:
    """Return a list of revoked certificates, which issuers give out in DER or in PEM."""
    try:
        der = pem.unarmor(octets)[2] if pem.detect(octets) else octets
        read = crl.CertificateList.load(der, strict=True)
        _ = read.native
    except (ValueError, TypeError, KeyError):
        raise UnprovenError("a list of revoked certificates cannot be read") from None
    return read


class _Writer(IncrementalPdfFileWriter):
    """Adds to a file without touching its title, its dates or its identification as PDF/A and PDF/UA."""

    def _update_meta(self) -> None:
        """Leave the metadata as it was rendered."""


class _Signer(PdfSigner):
    """Signs at a given time instead of now."""

    at: dt.datetime

    def init_signing_session(self, *arguments: Any, **named: Any) -> PdfSigningSession:
        session = super().init_signing_session(*arguments, **named)
        session.system_time = self.at
        return session


class _Stamper(TimeStamper):
    """Asks the authority by the function that was given, and by no other way."""

    def __init__(self, authority: Authority) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.authority = authority

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token over a digest."""
        # The function waits for the network and may run a loop of its own: neither belongs in pyHanko's.
        return cms.ContentInfo.load(await asyncio.to_thread(self.authority.stamp, message_digest, md_algorithm))
