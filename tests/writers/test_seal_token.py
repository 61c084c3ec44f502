"""A certificate on a token seals like one in a file; SoftHSM stands for the token."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from docgen.settings import SealSettings
from docgen.writers.seal import StrangeKeyError
from docgen.writers.seal_keys import (
    Pkcs11MissingError,
    Sealer,
    TokenError,
    UnreadableCertificateError,
    WrongPasswordError,
    open_sealer,
)
from docgen.writers.seal_reports import read_seals
from tests.trust import Issued, firm, issue, root
from tests.writers.sealing import sealed

LIBRARY = Path(os.environ.get("SOFTHSM2_LIBRARY", "/usr/lib/softhsm/libsofthsm2.so"))
PIN = "1234"

pytestmark = pytest.mark.skipif(
    not (find_spec("pkcs11") and LIBRARY.is_file() and which("softhsm2-util")),
    reason="python-pkcs11 and SoftHSM are not installed here",
)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> SealSettings:
    """Put certificates on a token: one with its key, one with the key of another, and one without a key."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\n", encoding="utf-8")
    # The library reads this once, when it is loaded, and stays loaded.
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    make = ["softhsm2-util", "--module", str(LIBRARY), "--init-token", "--free", "--label", "firm", "--pin", PIN]
    subprocess.run([*make, "--so-pin", PIN], check=True, capture_output=True)
    (slot,) = import_module("pkcs11").lib(str(LIBRARY)).get_slots(token_present=True)[:1]
    with slot.get_token().open(rw=True, user_pin=PIN) as session:
        put(session, "seal", firm(), firm())
        put(session, "strange", firm(), issue("Another"))
        put(session, "bare", firm(), None)
        put(session, "root", root(), None)
    return SealSettings(pkcs11_module=str(LIBRARY), pkcs11_token="firm", pkcs11_key="seal")  # noqa: S106


def put(session: Any, label: str, certificate: Issued, key: Issued | None) -> None:
    """Write a certificate, and a key, under a label."""
    attribute = import_module("pkcs11").Attribute
    here = {attribute.TOKEN: True, attribute.LABEL: label, attribute.ID: label.encode()}
    octets = certificate.certificate.public_bytes(Encoding.DER)
    session.create_object(import_module("pkcs11.util.x509").decode_x509_certificate(octets) | here)
    if key:
        octets = key.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        session.create_object(import_module("pkcs11.util.rsa").decode_rsa_private_key(octets) | here)


def opened(settings: SealSettings, pin: str = PIN) -> Sealer:
    with open_sealer(settings, {"DOCGEN_SEAL_PIN": pin}) as sealer:
        return sealer


def test_a_key_on_a_token_seals(token: SealSettings) -> None:
    with open_sealer(token, {"DOCGEN_SEAL_PIN": PIN}) as sealer:
        (seal,) = read_seals(sealed(by=sealer), roots=root().pem)
    assert (seal.name, seal.intact, seal.trusted) == ("Northbridge Systems Ltd", True, True)


def test_a_token_that_is_pulled_out_is_named(token: SealSettings) -> None:
    gone = opened(token)
    with pytest.raises(TokenError, match="does not answer as it should"), open_sealer(token, {"DOCGEN_SEAL_PIN": PIN}):
        sealed(by=gone)


def test_a_key_that_does_not_fit_its_certificate_makes_no_seal(token: SealSettings) -> None:
    with (
        open_sealer(replace(token, pkcs11_key="strange"), {"DOCGEN_SEAL_PIN": PIN}) as sealer,
        pytest.raises(StrangeKeyError),
    ):
        sealed(by=sealer)


def test_what_a_token_lacks_is_named(token: SealSettings) -> None:
    with pytest.raises(WrongPasswordError, match="does not open the token “firm”"):
        opened(token, pin="9999")
    with pytest.raises(TokenError, match="“other”"):
        opened(replace(token, pkcs11_token="other"))  # noqa: S106
    with pytest.raises(UnreadableCertificateError, match="certificate with label 'none'"):
        opened(replace(token, pkcs11_key="none"))
    with pytest.raises(UnreadableCertificateError, match="private key with label 'bare'"):
        opened(replace(token, pkcs11_key="bare"))


def test_a_library_that_is_none_is_named(token: SealSettings, tmp_path: Path) -> None:
    with pytest.raises(Pkcs11MissingError, match="there is no library"):
        opened(replace(token, pkcs11_module=str(tmp_path / "none.so")))
    (tmp_path / "text.so").write_text("text", encoding="utf-8")
    with pytest.raises(TokenError, match=r"text\.so"):
        opened(replace(token, pkcs11_module=str(tmp_path / "text.so")))
