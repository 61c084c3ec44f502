"""The certificate that seals is found where the settings say, and what keeps it from sealing has a name."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509 import KeyUsage

from docgen.errors import DocgenError, ExitCode
from docgen.settings import SealSettings
from docgen.writers import seal_keys
from docgen.writers.seal_keys import (
    CertificateMissingError,
    Pkcs11MissingError,
    RevocationsMissingError,
    SecretMissingError,
    UnreadableCertificateError,
    WrongPasswordError,
    make_self_signed,
    open_sealer,
    read_sealer,
)
from tests.trust import AT, PASSWORD, firm, revocation_list, root

TOKEN = SealSettings(pkcs11_module="/nowhere/token.so", pkcs11_token="firm", pkcs11_key="seal")  # noqa: S106


@pytest.fixture
def settings(tmp_path: Path) -> SealSettings:
    """Keep the firm's certificate in a file."""
    path = tmp_path / "seal.p12"
    path.write_bytes(firm().pkcs12(PASSWORD, root()))
    return SealSettings(certificate=path)


def opened(settings: SealSettings, **environment: str) -> seal_keys.Sealer:
    with open_sealer(settings, environment) as sealer:
        return sealer


def test_the_certificate_is_read_from_its_file(settings: SealSettings) -> None:
    sealer = opened(settings, DOCGEN_SEAL_PASSWORD=PASSWORD)
    assert (sealer.name, sealer.self_signed) == ("Northbridge Systems Ltd", False)
    assert sealer.valid_from < AT < sealer.valid_until
    assert PASSWORD not in repr(sealer)


def test_the_lists_of_what_was_revoked_come_along(settings: SealSettings, tmp_path: Path) -> None:
    crl = tmp_path / "root.crl"
    crl.write_bytes(revocation_list(root()))
    sealer = opened(SealSettings(certificate=settings.certificate, crls=(crl,)), DOCGEN_SEAL_PASSWORD=PASSWORD)
    assert sealer.crls == (crl.read_bytes(),)


def test_a_list_that_is_not_there_is_not_found(settings: SealSettings, tmp_path: Path) -> None:
    with pytest.raises(
        RevocationsMissingError, match=r"revoked certificates cannot be read from .*none\.crl"
    ) as refused:
        opened(replace(settings, crls=(tmp_path / "none.crl",)), DOCGEN_SEAL_PASSWORD=PASSWORD)
    assert refused.value.exit_code is ExitCode.NOT_FOUND


def test_a_password_is_sought_where_the_settings_say(settings: SealSettings) -> None:
    with pytest.raises(SecretMissingError, match="environment variable DOCGEN_SEAL_PASSWORD is not set") as refused:
        opened(settings)
    assert refused.value.exit_code is ExitCode.REFUSED


def test_a_wrong_password_is_not_taken_for_a_broken_file(settings: SealSettings) -> None:
    with pytest.raises(WrongPasswordError, match=r"does not open .*seal\.p12") as refused:
        opened(settings, DOCGEN_SEAL_PASSWORD="wrong horse")  # noqa: S106
    assert "horse" not in str(refused.value)


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(CertificateMissingError, match=r"read from .*none\.p12: No such file") as refused:
        opened(SealSettings(certificate=tmp_path / "none.p12"), DOCGEN_SEAL_PASSWORD=PASSWORD)
    assert refused.value.exit_code is ExitCode.NOT_FOUND


@pytest.mark.parametrize("content", [b"", b"text", firm().pem, b"0" * 100])
def test_a_file_of_another_kind_is_named(content: bytes) -> None:
    with pytest.raises(UnreadableCertificateError, match="it is no PKCS#12 file"):
        read_sealer(content, PASSWORD)


def test_a_certificate_without_its_key_cannot_seal() -> None:
    lock = BestAvailableEncryption(PASSWORD.encode())
    bare = pkcs12.serialize_key_and_certificates(b"seal", None, None, [firm().certificate], lock)
    with pytest.raises(UnreadableCertificateError, match="holds no private key"):
        read_sealer(bare, PASSWORD)


def test_a_token_needs_a_package_and_a_library() -> None:
    with pytest.raises(Pkcs11MissingError, match=r"python-pkcs11 is not installed|no library /nowhere") as refused:
        opened(TOKEN, DOCGEN_SEAL_PIN="1234")
    assert refused.value.exit_code is ExitCode.MISSING_HERE


def test_the_pin_of_a_token_is_sought_before_the_token() -> None:
    with pytest.raises(SecretMissingError, match="DOCGEN_SEAL_PIN"):
        opened(TOKEN)


def test_a_certificate_for_trying_out_names_who_seals_and_vouches_for_itself() -> None:
    sealer = read_sealer(make_self_signed("Lantern Works", PASSWORD, at=AT), PASSWORD)
    assert (sealer.name, sealer.self_signed, sealer.valid_from) == ("Lantern Works", True, AT)
    assert sealer.valid_until.date() == dt.date(2029, 11, 24)


def test_a_certificate_for_trying_out_signs_and_does_nothing_else() -> None:
    made = make_self_signed("Lantern Works", PASSWORD, at=AT)
    key, certificate, _ = pkcs12.load_key_and_certificates(made, PASSWORD.encode())
    assert certificate is not None
    usage = certificate.extensions.get_extension_for_class(KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    assert getattr(key, "key_size", 0) == seal_keys.KEY_BITS


@pytest.mark.parametrize(
    ("name", "shown"),
    [("", "Unnamed"), ("x" * 200, "x" * 64), ("A\x1b[2JB\u202e\n", "A[2JB"), ("Müller 株", "Müller 株")],
)
def test_any_name_makes_a_certificate(name: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal_keys, "KEY_BITS", 1024)
    assert read_sealer(make_self_signed(name, PASSWORD, at=AT), PASSWORD).name == shown


def test_no_certificate_is_made_without_a_lock() -> None:
    with pytest.raises(DocgenError, match="DOCGEN_SEAL_PASSWORD"):
        make_self_signed("Lantern Works", "", at=AT)
