"""The time by somebody else's clock (RFC 3161): a token over bytes, asked for at an authority and read offline.

A token over a checkpoint shows that the log was as it says at that time, to whoever trusts the authority; it is a file
of its own, and `openssl ts -verify -token_in` reads it too.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import http.client
import logging
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from docgen.errors import DocgenError, ExitCode, MissingHereError, UsageError
from docgen.settings import is_authority

if TYPE_CHECKING:
    from pyhanko.sign.validation.status import TimestampSignatureStatus

DIGEST = "sha256"
DIGESTS = ("sha256", "sha384", "sha512")
"""What a token may be made over; older digests no longer prove anything."""
PATIENCE = 20
"""Seconds an authority may be silent."""
REPLY_LIMIT = 1 << 20
"""Bytes; an answer with a long chain of certificates has about ten thousand."""
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


class AuthorityUnreachableError(MissingHereError):
    """The authority does not answer, or not with a timestamp."""

    def __init__(self, authority: str, why: str) -> None:
        super().__init__(
            f"The time cannot be had from {authority}: {why}. Try again later, or name another authority in "
            "docgen.toml (authority, under [timestamps])."
        )


class TimestampRefusedError(DocgenError):
    """The authority answers that it will not stamp."""

    def __init__(self, authority: str, why: str) -> None:
        super().__init__(f"{authority} refused to stamp the time: {why}. Ask those who run it what they expect.")


class TimestampError(DocgenError):
    """A timestamp does not show what it should."""

    exit_code = ExitCode.UNVERIFIED


class UnreadableTimestampError(TimestampError):
    """The bytes are no timestamp."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This is no timestamp of RFC 3161 ({_shown(why)}). Ask for a new one.")


class UnreadableRootsError(DocgenError):
    """What is to be believed cannot be read."""

    def __init__(self) -> None:
        super().__init__(
            "The roots given are no certificates in PEM. Check the file (certificates, under [timestamps])."
        )


class OtherContentError(TimestampError):
    """A timestamp is one of other bytes."""

    def __init__(self) -> None:
        super().__init__(
            "The timestamp was made for other content than this: one of the two was altered or mistaken. Compare with "
            "a copy kept elsewhere."
        )


class ForgedTimestampError(TimestampError):
    """The signature of a timestamp is not that of the authority it names."""

    def __init__(self) -> None:
        super().__init__("The signature of the timestamp does not fit it: it was altered. Ask for a new one.")


@dataclass(frozen=True)
class Timestamp:
    """What a token says: these bytes were there at a moment, in UTC, by the word of an authority.

    `trusted` says that one of the given roots vouched for the authority's certificate at that moment.
    """

    moment: dt.datetime
    authority: str
    serial: int
    policy: str
    trusted: bool


def request_timestamp(content: bytes, authority: str) -> bytes:
    """Return a token over bytes, in DER, from an authority's address; raises what request_token raises."""
    return request_token(hashlib.new(DIGEST, content).digest(), DIGEST, authority)


def request_token(digest: bytes, algorithm: str, authority: str) -> bytes:
    """Return a token over the digest of something, in DER.

    The content stays here: only its digest leaves the house. Raises UsageError for an address that is neither https nor
    on this machine, AuthorityUnreachableError, TimestampRefusedError, and a TimestampError for an answer to another
    question or one that is not signed as it should be.
    """
    if not is_authority(authority):
        raise UsageError(f"{_shown(authority)} is no address to ask for the time. Write https://… of an authority.")
    nonce = secrets.randbits(63) | 1 << 62
    reply = _post(authority, _query(digest, algorithm, nonce))
    token = _granted(reply, authority)
    if _info(token)["nonce"].native != nonce:
        raise AuthorityUnreachableError(authority, "it answered another question than the one asked")
    _status(token, digest, b"")
    octets: bytes = token.dump()
    return octets


def read_timestamp(token: bytes, content: bytes, roots: bytes | None = None) -> Timestamp:
    """Return what a token says of some bytes; `roots` are PEM certificates to believe.

    Whether a certificate was revoked is not asked. Raises UnreadableTimestampError, OtherContentError,
    ForgedTimestampError and UnreadableRootsError.
    """
    read = _read_token(token)
    info = _info(read)
    algorithm = info["message_imprint"]["hash_algorithm"]["algorithm"].native
    if algorithm not in DIGESTS:
        raise UnreadableTimestampError(f"it is made over {algorithm}, which proves nothing any more")
    status = _status(read, hashlib.new(algorithm, content).digest(), roots or b"")
    return Timestamp(
        moment=status.timestamp.astimezone(dt.UTC),
        authority=_name(status.signing_cert),
        serial=info["serial_number"].native,
        policy=info["policy"].dotted,
        trusted=status.trusted,
    )


# Asking


def _query(digest: bytes, algorithm: str, nonce: int) -> bytes:
    from asn1crypto.tsp import TimeStampReq  # type: ignore[import-untyped]

    imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest}
    query = TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    octets: bytes = query.dump()
    return octets


def _post(authority: str, query: bytes) -> bytes:
    """Return the body of the answer; nothing is followed elsewhere, and no proxy is used."""
    address = urlsplit(authority)
    connection = _connection(address)
    try:
        path = f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
        connection.request("POST", path, query, {"Content-Type": _QUERY, "Accept": _REPLY})
        with connection.getresponse() as response:
            body = response.read(REPLY_LIMIT + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise AuthorityUnreachableError(authority, _shown(str(error) or type(error).__name__)) from None
    finally:
        connection.close()
    if response.status != http.HTTPStatus.OK:
        raise AuthorityUnreachableError(authority, _answer(response))
    if len(body) > REPLY_LIMIT:
        raise AuthorityUnreachableError(authority, f"it answered with more than {REPLY_LIMIT >> 20} MiB")
    return body


def _connection(address: SplitResult) -> http.client.HTTPConnection:
    host = address.hostname or ""
    if address.scheme == "https":
        return http.client.HTTPSConnection(host, address.port, timeout=PATIENCE)
    return http.client.HTTPConnection(host, address.port, timeout=PATIENCE)


def _answer(response: http.client.HTTPResponse) -> str:
    elsewhere = response.getheader("Location")
    return f"it sends to {_shown(elsewhere)}" if elsewhere else f"it answered with the status {response.status}"


def _granted(reply: bytes, authority: str) -> Any:
    """Return the token of a reply; raises TimestampRefusedError with the authority's own words."""
    try:
        status, token = _parts(reply)
        granted = status["status"].native
        words = [*(status["status_string"].native or ()), *sorted(status["fail_info"].native or ())]
    except (ValueError, TypeError, KeyError):
        raise AuthorityUnreachableError(authority, "its answer is no timestamp") from None
    if granted not in {"granted", "granted_with_mods"}:
        raise TimestampRefusedError(authority, _shown("; ".join(map(str, words)) or str(granted)))
    return _read_token(token)


def _parts(reply: bytes) -> tuple[Any, bytes]:
    """Return the status of a reply and its token, which a refusal has not (RFC 3161, 2.4.2)."""
    from asn1crypto.cms import ContentInfo  # type: ignore[import-untyped]
    from asn1crypto.core import Sequence  # type: ignore[import-untyped]
    from asn1crypto.tsp import PKIStatusInfo

    class Parts(Sequence):  # type: ignore[misc]
        _fields = [("status", PKIStatusInfo), ("token", ContentInfo, {"optional": True})]

    parts = Parts.load(reply, strict=True)
    return parts["status"], parts["token"].dump()


# Reading


def _read_token(token: bytes) -> Any:
    from asn1crypto.cms import ContentInfo

    try:
        read = ContentInfo.load(token, strict=True)
        _ = _info(read).native
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise UnreadableTimestampError(str(error).split("\n")[0]) from None
    return read


def _info(token: Any) -> Any:
    from asn1crypto.tsp import TSTInfo

    info = token["content"]["encap_content_info"]["content"].parsed
    if not isinstance(info, TSTInfo):
        raise UnreadableTimestampError("it holds something else than a time")
    return info


def _status(token: Any, digest: bytes, roots: bytes) -> TimestampSignatureStatus:
    """Return how a token stands; raises OtherContentError and ForgedTimestampError."""
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
    from pyhanko.sign.validation.status import TimestampSignatureStatus
    from pyhanko_certvalidator import ValidationContext

    _quieten()
    info = _info(token)
    if info["message_imprint"]["hashed_message"].native != digest:
        raise OtherContentError
    context = ValidationContext(trust_roots=_certificates(roots), moment=info["gen_time"].native, allow_fetching=False)
    try:
        said = asyncio.run(validate_tst_signed_data(token["content"], context, lambda _: digest))
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, NotImplementedError) as error:
        raise UnreadableTimestampError(str(error).split("\n")[0]) from None
    status = TimestampSignatureStatus(**said)
    if not (status.intact and status.valid):
        raise ForgedTimestampError
    return status


def _certificates(pem: bytes) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder_data

    try:
        return list(load_certs_from_pemder_data(pem)) if pem else []
    except (ValueError, TypeError):
        raise UnreadableRootsError from None


def _quieten() -> None:
    """Keep pyHanko from printing what an error or a Timestamp says."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False


def _name(certificate: Any) -> str:
    named = certificate.subject.native
    return _shown(named.get("common_name") or named.get("organization_name") or certificate.subject.human_friendly)


def _shown(text: object) -> str:
    """Return a stranger's text as a message may show it."""
    return "".join(character if character.isprintable() else "?" for character in str(text))[:200].rstrip(".")
