"""Seal issued PDFs with the firm's certificate, as docgen.toml says."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.bounded import OF_A_FILE, bounded
from docgen.actions.desk import Desk
from docgen.errors import DocgenError, NotFoundError

if TYPE_CHECKING:
    from docgen.actions.issuing import Seal
    from docgen.writers.seal import Authority
    from docgen.writers.seal_reports import SealReport


class CertificateKeptError(DocgenError):
    """A certificate is there already."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is there already and is kept. Move it away to make another one for trying.")


class RootsMissingError(NotFoundError):
    """The roots by which an authority is believed cannot be read."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"The certificates of the authority for timestamps are not at {path} ({error.strerror}). "
            "`timestamps.certificates` in docgen.toml names the file."
        )


def pen(desk: Desk, *, wanted: bool) -> Seal | None:
    """Return what seals a PDF when it is wanted here or always, else None.

    The certificate is opened when a PDF is sealed, and what opening it raises is raised then. The seal claims the time
    at which it was asked for, which is before that of the entry that records it.
    """
    settings = desk.settings.seal
    if not (wanted or settings.always):
        return None
    at = desk.now()

    def seal(pdf: bytes) -> bytes:
        from docgen.writers.seal import seal_pdf
        from docgen.writers.seal_keys import open_sealer

        with open_sealer(settings, os.environ) as sealer:
            return seal_pdf(pdf, sealer, level=settings.level, at=at, reason="Issued", authority=_authority(desk))

    return seal


def _authority(desk: Desk) -> Authority | None:
    from docgen.store.timestamps import request_token
    from docgen.writers.seal import Authority

    settings = desk.settings.timestamps
    if not settings.authority:
        return None
    return Authority(lambda digest, algorithm: request_token(digest, algorithm, settings.authority), _roots(desk))


def _roots(desk: Desk) -> bytes:
    path = desk.settings.timestamps.certificates
    if path is None:
        return b""
    try:
        return path.read_bytes()
    except OSError as error:
        raise RootsMissingError(path, error) from None


def make_trial_certificate(desk: Desk) -> Path:
    """Make a certificate to try sealing with, where docgen.toml says it is, and return its file.

    Nobody vouches for it but itself. Raises CertificateKeptError, SecretMissingError without a password in the
    environment, and NoWorkspaceError.
    """
    from docgen.writers.seal_keys import make_self_signed

    path = desk.settings.seal.certificate
    if path.exists():
        raise CertificateKeptError(path)
    name = desk.settings.house.name or "docgen, for trying"
    password = os.environ.get(desk.settings.seal.password_env, "")
    content = make_self_signed(name, password, at=desk.now())
    desk.own_folder.mkdir(exist_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return path


def seals_of(desk: Desk, path: Path) -> tuple[str, ...]:
    """Return what each electronic signature of a PDF says, in a line; nothing for other files.

    Nothing is asked of the network. A file that is made to hurt its reader is stopped, and says so.
    """
    content = path.read_bytes()
    if not content.startswith(b"%PDF") or b"/ByteRange" not in content:
        return ()
    try:
        roots, now = _roots(desk), desk.now()
        return bounded(str(path), lambda: _told(content, roots, now), desk.limits, OF_A_FILE)
    except DocgenError as error:
        return (f"Its signatures cannot be read: {error}",)


def _told(content: bytes, roots: bytes, now: dt.datetime) -> tuple[str, ...]:
    from docgen.writers.seal_reports import Later, SealKind, read_seals

    lines = []
    for seal in read_seals(content, roots=roots, at=now):
        what = "Signed by" if seal.kind is SealKind.SIGNATURE else "Time stamped by"
        time = seal.stamped or seal.claimed
        when = f", {'at' if seal.stamped else 'by its own word at'} {time.isoformat()}" if time else ""
        further = ", with further signatures" if seal.later is Later.SIGNATURES else ""
        state = "changed since" if seal.changed else f"unchanged since{further}"
        lines.append(f"{what} {seal.name}{when}: {state}; certificate {seal.fingerprint[:16]}, {_vouched(seal)}.")
    return tuple(lines)


def _vouched(seal: SealReport) -> str:
    if seal.trusted:
        return "vouched for by a root that is believed here"
    return "vouched for by itself only" if seal.self_signed else "vouched for by nobody known here"
