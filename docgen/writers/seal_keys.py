"""The certificate that seals: read from a PKCS#12 file or reached by PKCS#11, or made here for trying out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import DocgenError, MissingHereError, NotFoundError
from docgen.settings import SealSettings

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate  # type: ignore[import-untyped]
    from pyhanko.sign.signers import Signer

KEY_BITS = 3072
"""A certificate made here is RSA: PDF/A-3 knows no curves."""
_NAME_LIMIT = 64


class CertificateMissingError(NotFoundError):
    """The file of the certificate is not there."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The certificate for seals cannot be read from {path}: {why}. Put the firm's PKCS#12 file there, or name "
            "another one in docgen.toml (certificate, under [seal])."
        )


class RevocationsMissingError(NotFoundError):
    """A list of revoked certificates is not there."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The list of revoked certificates cannot be read from {path}: {why}. Fetch it from the issuer of the "
            "certificate, or take it out of docgen.toml (crls, under [seal])."
        )


class SecretMissingError(DocgenError):
    """The password or the PIN is not given."""

    def __init__(self, variable: str) -> None:
        super().__init__(
            f"The certificate is locked, and the environment variable {variable} is not set. Set it to the password."
        )


class WrongPasswordError(DocgenError):
    """The password does not open the file, or the token refused the PIN."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The password given does not open {what}. Check it; the case of letters counts.")


class UnreadableCertificateError(DocgenError):
    """The file holds no certificate with its key."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} cannot seal: {why}. Give a certificate with its private key.")


class Pkcs11MissingError(MissingHereError):
    """What reaches a token is not on this machine."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"The token with the certificate is out of reach: {what}. {cure}")


class TokenError(MissingHereError):
    """The token is not there, or does not do what it is asked for."""

    def __init__(self, token: str, why: str) -> None:
        super().__init__(f"The token “{token}” does not answer as it should ({why}). Is it connected, and unlocked?")


@dataclass(frozen=True)
class Sealer:
    """A certificate with its key at hand, and what is known of who vouches for it.

    `fingerprint` is the SHA-256 of the certificate in hexadecimal; `crls` are lists of revoked certificates as read.
    """

    name: str
    fingerprint: str
    valid_from: dt.datetime
    valid_until: dt.datetime
    self_signed: bool
    signer: Signer = field(repr=False, compare=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False, compare=False)


@contextmanager
def open_sealer(settings: SealSettings, environment: Mapping[str, str]) -> Iterator[Sealer]:
    """Lend the firm's certificate, from its file or its token.

    Raises CertificateMissingError, RevocationsMissingError, SecretMissingError, WrongPasswordError,
    UnreadableCertificateError, and for a token Pkcs11MissingError and TokenError.
    """
    crls = tuple(_read(path, RevocationsMissingError) for path in settings.crls)
    if settings.pkcs11_module:
        with _session(settings, _secret(environment, settings.pin_env)) as session:
            yield _sealer(_token_signer(settings, session), crls)
    else:
        content = _read(settings.certificate, CertificateMissingError)
        yield read_sealer(content, _secret(environment, settings.password_env), str(settings.certificate), crls)


def read_sealer(pkcs12: bytes, password: str, shown: str = "the PKCS#12 file", crls: tuple[bytes, ...] = ()) -> Sealer:
    """Return the certificate of a PKCS#12 file; `shown` is the file's name in messages.

    Raises WrongPasswordError and UnreadableCertificateError.
    """
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
    from pyhanko.sign.signers import SimpleSigner

    _check_pkcs12(pkcs12, shown)
    try:
        key, certificate, _ = load_key_and_certificates(pkcs12, password.encode())
    except ValueError:
        raise WrongPasswordError(shown) from None
    if key is None or certificate is None:
        raise UnreadableCertificateError(shown, f"it holds no {'certificate' if key else 'private key'}")
    try:
        signer = SimpleSigner.load_pkcs12_data(pkcs12, (), password.encode())
    except (ValueError, TypeError, NotImplementedError) as error:
        raise UnreadableCertificateError(shown, f"its key is of a kind that is not known ({error})") from None
    return _sealer(signer, crls)


def make_self_signed(name: str, password: str, *, at: dt.datetime, years: int = 3) -> bytes:
    """Return a PKCS#12 file for trying out: a certificate that nobody but itself vouches for.

    `name` is who seals, cut to 64 characters as X.520 wants it. Raises SecretMissingError without a password.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509.oid import NameOID

    if not password:
        raise SecretMissingError(SealSettings.password_env)
    key = rsa.generate_private_key(65537, KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _common_name(name))])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + dt.timedelta(days=round(years * 365.25)))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_only(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    friendly = subject.rfc4514_string().encode()
    return pkcs12.serialize_key_and_certificates(
        friendly, key, certificate, None, BestAvailableEncryption(password.encode())
    )


def name_of(certificate: Certificate) -> str:
    """Return who a certificate says it is for, as a message may show it."""
    named = certificate.subject.native
    said = named.get("common_name") or named.get("organization_name") or certificate.subject.human_friendly
    text = "".join(character if character.isprintable() else "?" for character in str(said))
    return text[: 2 * _NAME_LIMIT]


def _common_name(name: str) -> str:
    printable = "".join(character for character in name if character.isprintable()).strip()
    return printable[:_NAME_LIMIT] or "Unnamed"


def _signing_only() -> Any:
    from cryptography.x509 import KeyUsage

    return KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _sealer(signer: Signer, crls: tuple[bytes, ...]) -> Sealer:
    certificate: Certificate = signer.signing_cert
    return Sealer(
        name=name_of(certificate),
        fingerprint=certificate.sha256.hex(),
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
        self_signed=certificate.self_issued,
        signer=signer,
        crls=crls,
    )


def _check_pkcs12(content: bytes, shown: str) -> None:
    """Tell a file of another kind from a wrong password, which the library does not."""
    from asn1crypto.pkcs12 import Pfx  # type: ignore[import-untyped]

    try:
        kind = Pfx.load(content, strict=True)["auth_safe"]["content_type"].native
    except (ValueError, TypeError, KeyError):
        kind = ""
    if kind not in {"data", "signed_data"}:
        raise UnreadableCertificateError(shown, "it is no PKCS#12 file (often .p12 or .pfx)")


def _read(path: Path, missing: type[CertificateMissingError | RevocationsMissingError]) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise missing(path, error.strerror or str(error)) from None


def _secret(environment: Mapping[str, str], variable: str) -> str:
    try:
        return environment[variable]
    except KeyError:
        raise SecretMissingError(variable) from None


# A token


@contextmanager
def _session(settings: SealSettings, pin: str) -> Iterator[Any]:
    """Lend the token for as long as it is used; what it says against that is a TokenError."""
    try:
        reach, errors = import_module("pkcs11"), import_module("pkcs11.exceptions")
    except ImportError:
        cure = "Install it with `pip install 'pyhanko[pkcs11]'`."
        raise Pkcs11MissingError("the Python package python-pkcs11 is not installed", cure) from None
    if not Path(settings.pkcs11_module).is_file():
        cure = "Install the maker's library, and name its file in docgen.toml (pkcs11_module, under [seal])."
        raise Pkcs11MissingError(f"there is no library {settings.pkcs11_module}", cure)
    try:
        token = reach.lib(settings.pkcs11_module).get_token(token_label=settings.pkcs11_token)
        with token.open(user_pin=pin) as session:
            yield session
    except (errors.PinIncorrect, errors.PinInvalid, errors.PinLenRange):
        raise WrongPasswordError(f"the token “{settings.pkcs11_token}”") from None
    except errors.PKCS11Error as error:
        raise TokenError(settings.pkcs11_token, _said(error)) from None


def _token_signer(settings: SealSettings, session: Any) -> Signer:
    errors = import_module("pkcs11.exceptions")
    made = import_module("pyhanko.sign.pkcs11").PKCS11Signer
    signer: Signer = made(session, cert_label=settings.pkcs11_key, other_certs_to_pull=None)
    try:
        _ = signer.signing_cert
    except (errors.PKCS11Error, ValueError) as error:
        raise UnreadableCertificateError(f"The token “{settings.pkcs11_token}”", _said(error)) from None
    return signer


def _said(error: Exception) -> str:
    """Return what a library says of a fault; some of its faults have only a name, such as NoSuchToken."""
    return str(error).rstrip(".") or type(error).__name__
