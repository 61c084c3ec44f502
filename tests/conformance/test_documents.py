"""Every document of every template, in every language and level of detail, keeps the norms it claims to keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from docgen.actions.demo import DOCUMENTS, EXAMPLE
from docgen.actions.desk import Desk, open_desk
from docgen.actions.render import CONFORMED, Made, Order, make, write
from docgen.writers.pdf import norms
from tests.conformance.libreoffice import LibreOffice
from tests.conformance.ooxml import OpenXmlValidator
from tests.conformance.poppler import read_pages
from tests.conformance.verapdf import VeraPdf
from tests.conformance.word_references import find_faults

pytestmark = pytest.mark.conformance

DAY = dt.date(2026, 11, 20)
FILES = {
    **dict(DOCUMENTS),
    CONFORMED: ("change-order-001.yaml",),
    "change-impact": ("change-order-001.yaml",),
    "change-directive": ("change-directive-001.yaml",),
    "covering-mail": ("progress-2026-11-20.yaml",),
}
LEVELS = ("low", "medium", "high")
LOCALES = {"en": "en-GB", "de": "de-DE"}
HARD_NAMES = {
    "right to left": "شركة النخيل للتجارة (ش.م.م.)",
    "ideographs": "株式会社サンプル商事",
    "markup": "Müller & <b>Söhne</b> {{ 7*7 }} “GmbH”",
    "one long word": "Gesellschaftsbeteiligungsverwaltungsgesellschaft" * 3,
}


@dataclass(frozen=True)
class Case:
    """A kind of document, what differs from the example engagement, and what to call it."""

    kind: str
    settings: tuple[tuple[str, str], ...]
    name: str
    draft: bool = False

    def __str__(self) -> str:
        return f"{self.kind}, {self.name}"


def cases() -> Iterator[Case]:
    """Yield every template in each of its languages, the contracts in each level of detail, and hard values."""
    catalogue = open_desk(None, DAY, EXAMPLE).catalogue
    for kind in (*catalogue.names(), CONFORMED):
        for language in catalogue.languages(kind.replace(CONFORMED, "contract")):
            for level in LEVELS if "contract" in kind else LEVELS[1:2]:
                settings = (("locale", LOCALES[language]), ("account.deviation", level))
                yield Case(kind, settings, f"{language}, {level}")
    for name, value in HARD_NAMES.items():
        yield Case("letter-of-approval", (("client.legal_name", value),), name)
    for kind in ("letter-of-approval", "contract"):
        yield Case(kind, (("client.signatory", ""),), "draft", draft=True)


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Open a desk without a workspace on a fixed day."""
    return open_desk(None, DAY, Path("/"))


@pytest.fixture(params=cases(), ids=str, scope="module")
def made(request: pytest.FixtureRequest, desk: Desk) -> Made:
    """Make one document after the other."""
    case: Case = request.param
    files = ("engagement.yaml", *FILES[case.kind])
    return make(desk, Order(case.kind, tuple(EXAMPLE / name for name in files), case.settings, case.draft))


def test_every_template_is_tried(desk: Desk) -> None:
    assert set(desk.catalogue.names()) <= FILES.keys()


def test_the_pdf_is_archivable_and_accessible(made: Made, desk: Desk, verapdf: VeraPdf) -> None:
    pdf = write(made, "pdf", desk)
    # A form is to be filled in, which rules out PDF/A; it does not claim it either.
    archivable = "PDF/A-3a" in norms(made.document)
    assert archivable is (made.document.kind != "survey")
    reports = [verapdf.validate(pdf, "ua1"), *([verapdf.validate(pdf, "3a")] if archivable else [])]
    assert all(report.compliant for report in reports), "\n".join(map(str, reports))


def test_word_reads_the_docx_without_repair(made: Made, desk: Desk, open_xml: OpenXmlValidator) -> None:
    docx = write(made, "docx", desk)
    report = open_xml.validate(docx)
    assert report.valid, str(report)
    assert find_faults(docx) == ()


def test_libreoffice_finds_every_reference_of_the_docx(
    made: Made, desk: Desk, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    document = tmp_path / "document.docx"
    document.write_bytes(write(made, "docx", desk))
    pages = read_pages(libreoffice.convert([document], "pdf", tmp_path)[document])
    assert pages
    assert not [line for page in pages for line in page.splitlines() if "Reference source not found" in line]
