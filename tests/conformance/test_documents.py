"""Every document of every template, in every language and level of detail, keeps the norms it claims to keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docgen.actions.render import CONFORMED
from docgen.writers.pdf import norms
from tests.conformance.libreoffice import LibreOffice
from tests.conformance.ooxml import OpenXmlValidator
from tests.conformance.poppler import read_pages
from tests.conformance.verapdf import VeraPdf
from tests.conformance.word_references import find_faults
from tests.scenes import LEVELS, SCENES, Scene, Studio, desk

pytestmark = pytest.mark.conformance

PLACES = {"en": "british", "de": "german-de"}
HARD_NAMES = {
    "right to left": "شركة النخيل للتجارة (ش.م.م.)",
    "ideographs": "株式会社サンプル商事",
    "markup": "Müller & <b>Söhne</b> {{ 7*7 }} “GmbH”",
    "one long word": "Gesellschaftsbeteiligungsverwaltungsgesellschaft" * 3,
}


def plain_scenes() -> Iterator[Scene]:
    """Yield every template in each of its languages, the contracts in each level of detail."""
    catalogue = desk().catalogue
    for kind in (*catalogue.names(), CONFORMED):
        for language in catalogue.languages(kind.replace(CONFORMED, "contract")):
            for level in LEVELS if "contract" in kind else LEVELS[1:2]:
                yield SCENES[f"{kind}-{PLACES[language]}-{level}"]


def hard_scenes() -> Iterator[Scene]:
    """Yield hard values, and drafts without anybody to sign."""
    letter, contract = (SCENES[f"{kind}-british-medium"] for kind in ("letter-of-approval", "contract"))
    for name, value in HARD_NAMES.items():
        settings = (*letter.settings, ("client.legal_name", value))
        yield replace(letter, name=f"{letter.kind}-{name.replace(' ', '-')}", settings=settings)
    for scene in (letter, contract):
        settings = (*scene.settings, ("client.signatory", ""))
        yield replace(scene, name=f"{scene.kind}-draft", settings=settings, draft=True)


PLAIN, HARD = tuple(plain_scenes()), tuple(hard_scenes())
every_document = pytest.mark.parametrize("scene", [*PLAIN, *HARD], ids=lambda scene: scene.name)


@every_document
def test_the_pdf_is_archivable_and_accessible(scene: Scene, studio: Studio, verapdf: VeraPdf) -> None:
    pdf, document = studio.path(scene, "pdf"), studio.made(scene).document
    # A form is to be filled in, which rules out PDF/A; it does not claim it either.
    archivable = "PDF/A-3a" in norms(document)
    assert archivable is (document.kind != "survey")
    reports = [verapdf.validate(pdf, "ua1"), *([verapdf.validate(pdf, "3a")] if archivable else [])]
    assert all(report.compliant for report in reports), "\n".join(map(str, reports))


@every_document
def test_word_reads_the_docx_without_repair(scene: Scene, studio: Studio, open_xml: OpenXmlValidator) -> None:
    docx = studio.path(scene, "docx")
    report = open_xml.validate(docx)
    assert report.valid, str(report)
    assert find_faults(docx.read_bytes()) == ()


@pytest.mark.parametrize("kind", sorted({scene.kind for scene in PLAIN}))
def test_libreoffice_finds_every_reference_of_the_docx(kind: str, studio: Studio, libreoffice: LibreOffice) -> None:
    printed = studio.in_office(kind, "pdf", libreoffice)
    lost = {scene.name: lost_references(read_pages(printed[scene])) for scene in PLAIN if scene.kind == kind}
    assert {name: lines for name, lines in lost.items() if lines} == {}


def test_libreoffice_finds_every_reference_whatever_the_values(
    studio: Studio, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    printed = libreoffice.convert([studio.path(scene, "docx") for scene in HARD], "pdf", tmp_path)
    lost = {path.stem: lost_references(read_pages(pdf)) for path, pdf in printed.items()}
    assert lost == {scene.name: [] for scene in HARD}


def lost_references(pages: tuple[str, ...]) -> list[str]:
    """Return the lines in which LibreOffice found no place that a reference leads to."""
    assert pages
    return [line for page in pages for line in page.splitlines() if "Reference source not found" in line]
