"""Whom the tests trust: a root, a firm it vouches for, an authority for the time, and lists of what was revoked."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp, x509  # type: ignore[import-untyped]
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

AT = dt.datetime(2026, 11, 24, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
"""When the tests seal and stamp."""
PASSWORD = "correct horse"  # noqa: S105 - it opens what the tests make
ELSEWHERE = "http://revoked.example/list.crl"
"""An address in every certificate, which nobody may call."""
YEAR = dt.timedelta(days=365)
CHECKPOINT = "northbridge.example/log\n2\nMw6vTeYnYLb0dX0iQ1UQn4wqvaBc0L9Xh0Y2Qb7gMT0=\n"

Reply = tuple[int, Mapping[str, str], bytes]


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: certificates.Certificate
    key: RSAPrivateKey

    @property
    def pem(self) -> bytes:
        """Return the certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    def pkcs12(self, password: str, *chain: Issued) -> bytes:
        """Return the certificate, its key and those who vouch for it as a PKCS#12 file."""
        others = [each.certificate for each in chain]
        lock = BestAvailableEncryption(password.encode())
        return pkcs12.serialize_key_and_certificates(b"seal", self.key, self.certificate, others, lock)


def issue(
    name: str,
    issuer: Issued | None = None,
    *,
    authority: bool = False,
    stamps: bool = False,
    signs: bool = True,
    since: dt.datetime = AT - YEAR,
    until: dt.datetime = AT + YEAR,
) -> Issued:
    """Return a certificate: of a root without an issuer, of an authority for the time, or of a firm."""
    key = generate_private_key(65537, 2048)
    subject = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        certificates.CertificateBuilder(issuer.certificate.subject if issuer else subject, subject, key.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(certificates.BasicConstraints(authority, None), critical=True)
        .add_extension(_usage(authority, signs), critical=True)
        .add_extension(certificates.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if stamps:
        only = certificates.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(only, critical=True)
    if issuer:
        builder = builder.add_extension(_revocations(), critical=False)
    return Issued(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def revocation_list(issuer: Issued, *revoked: Issued) -> bytes:
    """Return a list of what an issuer revoked, in DER."""
    builder = certificates.CertificateRevocationListBuilder(
        issuer.certificate.subject, AT - dt.timedelta(days=1), AT + dt.timedelta(days=30)
    )
    for each in revoked:
        entry = certificates.RevokedCertificateBuilder(each.certificate.serial_number, AT - dt.timedelta(days=2))
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _usage(authority: bool, signs: bool) -> certificates.KeyUsage:
    return certificates.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _revocations() -> certificates.CRLDistributionPoints:
    at = [certificates.UniformResourceIdentifier(ELSEWHERE)]
    return certificates.CRLDistributionPoints([certificates.DistributionPoint(at, None, None, None)])


@cache
def root() -> Issued:
    """Return the root of all trust."""
    return issue("Test Root", authority=True)


@cache
def firm() -> Issued:
    """Return the firm that seals."""
    return issue("Northbridge Systems Ltd", root())


@cache
def clock() -> Issued:
    """Return the authority for the time."""
    return issue("Test Clock", root(), stamps=True)


def clock_hand(stamped_at: dt.datetime = AT, by: Issued | None = None) -> Callable[[bytes], bytes]:
    """Return what answers a query for the time, DER to DER."""
    owner = by or clock()
    plain = owner.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(
        x509.Certificate.load(owner.certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(plain),
        fixed_dt=stamped_at.astimezone(dt.UTC),
    )

    def answer(query: bytes) -> bytes:
        octets: bytes = stamper.request_tsa_response(tsp.TimeStampReq.load(query)).dump()
        return octets

    return answer


class LocalAuthority:
    """An authority on this machine: it keeps what it was asked and answers as it is told to."""

    def __init__(self, reply: Callable[[bytes], Reply]) -> None:
        self.asked: list[bytes] = []
        self.media: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append(query)
                outer.media.append(self.headers["Content-Type"])
                status, headers, body = reply(query)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/tsa"


@contextmanager
def authority(reply: Callable[[bytes], Reply] | None = None) -> Iterator[LocalAuthority]:
    """Run an authority; without a word on its replies it stamps whatever it is asked to."""
    hand = clock_hand()
    local = LocalAuthority(reply or (lambda query: (200, {"Content-Type": "application/timestamp-reply"}, hand(query))))
    thread = threading.Thread(target=local.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield local
    finally:
        local.server.shutdown()
        local.server.server_close()
        thread.join()
