"""The seal of an issued PDF: an invisible PAdES signature, added behind the bytes that were rendered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from docgen.errors import DocgenError, UsageError
from docgen.settings import LEVELS
from docgen.writers.seal_keys import Sealer
from docgen.writers.seal_reports import is_well_sealed

USAGES = frozenset({"digital_signature", "non_repudiation"})
"""What a certificate must be allowed to do, one of the two, to seal (ETSI EN 319 412-2, 4.3.2)."""


class SealRefusedError(DocgenError):
    """A document is not sealed as asked."""

    def __init__(self, why: str, cure: str) -> None:
        super().__init__(f"The document was not sealed: {why}. {cure}")


class ExpiredCertificateError(SealRefusedError):
    """The certificate is not valid at the time of sealing."""

    def __init__(self, sealer: Sealer, at: dt.datetime) -> None:
        valid = f"{sealer.valid_from:%Y-%m-%d} to {sealer.valid_until:%Y-%m-%d}"
        super().__init__(
            f"the certificate of {sealer.name} is valid from {valid}, and it is {at:%Y-%m-%d}",
            "Put a valid certificate in its place.",
        )


class UnfitCertificateError(SealRefusedError):
    """The certificate is for other things than signing."""

    def __init__(self, sealer: Sealer) -> None:
        super().__init__(
            f"the certificate of {sealer.name} is not made for signatures",
            "Ask its issuer for one with the key usage “digital signature” or “non-repudiation”.",
        )


class UnprovenError(SealRefusedError):
    """Levels B-LT and B-LTA carry proof of every certificate, and some of it is missing."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"what proves its certificates is not complete ({why.rstrip('.')})",
            "Give the lists of revoked certificates (crls, under [seal]) and the authority's roots (certificates, "
            "under [timestamps]), or seal at level B-T.",
        )


class StrangeKeyError(SealRefusedError):
    """What the key signs does not fit the certificate."""

    def __init__(self, sealer: Sealer) -> None:
        super().__init__(
            f"the key does not belong to the certificate of {sealer.name}, so the seal would be invalid",
            "Give the certificate with its own private key.",
        )


class NotSealableError(SealRefusedError):
    """The bytes are no PDF to which a signature can be added."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the PDF takes no signature ({why.rstrip('.')})", "Seal the PDF that docgen rendered.")


@dataclass(frozen=True)
class Authority:
    """Who stamps the time (RFC 3161): a function from a digest and its algorithm to a token in DER.

    The function is the only way out to the network. `roots` are PEM certificates by which its tokens are believed.
    """

    stamp: Callable[[bytes, str], bytes]
    roots: bytes = b""


def seal_pdf(
    pdf: bytes, sealer: Sealer, *, level: str = "B-B", at: dt.datetime, reason: str = "", authority: Authority | None
) -> bytes:
    """Return a PDF with a seal after it: the given bytes stand unchanged at the beginning.

    `level` is B-B, B-T, B-LT or B-LTA (ETSI EN 319 142-1); all but the first need an authority. `at` is the time the
    seal claims. The bytes differ each time, and are read back before they are returned. Raises UsageError for another
    level or a missing authority, ExpiredCertificateError, UnfitCertificateError, StrangeKeyError, UnprovenError,
    NotSealableError, and what `authority.stamp` raises.
    """
    if level not in LEVELS:
        raise UsageError(f"“{level}” is no level of a seal. Use one of: {', '.join(LEVELS)}.")
    if level != LEVELS[0] and authority is None:
        raise UsageError(f"A seal of level {level} needs an authority for the time. Give [timestamps] an authority.")
    if not sealer.valid_from <= at <= sealer.valid_until:
        raise ExpiredCertificateError(sealer, at)
    certificate = sealer.signer.signing_cert
    usage = certificate.key_usage_value if certificate else None
    if usage is not None and not USAGES & usage.native:
        raise UnfitCertificateError(sealer)
    from docgen.writers.seal_pades import add_signature

    sealed = add_signature(pdf, sealer, level=level, at=at, reason=reason, authority=authority)
    if not is_well_sealed(sealed, at):
        raise StrangeKeyError(sealer)
    return sealed
