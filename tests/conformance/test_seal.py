"""A sealed document keeps its norms, and those who did not make the seal call it valid."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from docgen.settings import LEVELS
from docgen.writers.seal_keys import make_self_signed, read_sealer
from tests.conformance.engine import find_command
from tests.conformance.poppler import PATIENCE, read_pages
from tests.conformance.verapdf import VeraPdf
from tests.trust import AT, PASSWORD, LocalAuthority, authority, root
from tests.writers.sealing import clock_of, letter, sealed

pytestmark = pytest.mark.conformance


@pytest.fixture(scope="module")
def local() -> Iterator[LocalAuthority]:
    """Run an authority for the time."""
    with authority() as running:
        yield running


@pytest.fixture(params=LEVELS, scope="module")
def pdf(request: pytest.FixtureRequest, local: LocalAuthority) -> bytes:
    """Seal the letter at one level after the other."""
    return sealed(level=request.param, authority=clock_of(local))


def pdfsig(pdf: bytes, folder: Path) -> str:
    """Return what poppler says of the signatures of a file."""
    path = folder / "sealed.pdf"
    path.write_bytes(pdf)
    command = [str(find_command("pdfsig")), "-no-ocsp", str(path)]
    # Without a home there is no database of certificates that a person may have filled.
    here = {"TZ": "UTC", "HOME": str(folder)}
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE, env=here)
    return run.stdout


def test_a_sealed_document_is_still_archivable_and_accessible(pdf: bytes, verapdf: VeraPdf) -> None:
    reports = [verapdf.validate(pdf, "3a"), verapdf.validate(pdf, "ua1")]
    assert all(report.compliant for report in reports), "\n".join(map(str, reports))


def test_poppler_calls_the_seal_valid(pdf: bytes, tmp_path: Path) -> None:
    said = pdfsig(pdf, tmp_path)
    assert "Signer Certificate Common Name: Northbridge Systems Ltd" in said
    assert "Signing Time: Nov 24 2026 11:30:00" in said
    assert "Signature Validation: Signature is Valid." in said


def test_poppler_calls_a_seal_of_ones_own_making_valid(tmp_path: Path) -> None:
    own = read_sealer(make_self_signed("Lantern Works", PASSWORD, at=AT), PASSWORD)
    said = pdfsig(sealed(by=own), tmp_path)
    assert "Signer Certificate Common Name: Lantern Works" in said
    assert "Signature is Valid." in said
    assert "Total document signed" in said


def test_poppler_finds_an_altered_byte(tmp_path: Path) -> None:
    pdf = bytearray(sealed())
    pdf[len(letter()) // 2] ^= 1
    assert "Signature is Valid." not in pdfsig(bytes(pdf), tmp_path)


def test_a_seal_adds_no_word_to_the_pages(pdf: bytes) -> None:
    assert read_pages(pdf) == read_pages(letter())


def test_the_highest_level_is_proven_by_the_file_alone(local: LocalAuthority) -> None:
    assert verdict(sealed(level="B-LTA", authority=clock_of(local))) is AdESPassed.OK


def test_a_lower_level_is_not(local: LocalAuthority) -> None:
    verdicts = {verdict(sealed(level=level, authority=clock_of(local))) for level in ("B-T", "B-LT")}
    assert AdESPassed.OK not in verdicts


def verdict(pdf: bytes) -> object:
    """Return the verdict of ETSI EN 319 102-1 on a seal, from the file and its root, an hour later."""
    roots = SimpleTrustManager.build(trust_roots=list(load_certs_from_pemder_data(root().pem)))
    policy = CertValidationPolicySpec(roots, CertRevTrustPolicy(REQUIRE_REVINFO))
    offline = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(policy, offline))
    later = AT + dt.timedelta(hours=1)
    seal = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
    result = asyncio.run(ades_lta_validation(seal, spec, ValidationTimingInfo(later, later, True)))
    return result.ades_subindic
