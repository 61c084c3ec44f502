"""veraPDF passes what is right and names what is wrong; without this, its silence would prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import weasyprint
from pypdf import PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, IndirectObject, NameObject, StreamObject, TextStringObject

from tests.conformance.engine import EngineError
from tests.conformance.verapdf import RULES, Flavour, VeraPdf

pytestmark = pytest.mark.conformance

WORDS = '<h1>Offer</h1><p>Made to <a href="https://example.org">the client</a>.</p>'
IDENTITY = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about=""
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>The part of ISO 14289 the file keeps</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""

Damage = Callable[[PdfWriter], None]


def write(body: str = WORDS, identity: bytes = IDENTITY) -> bytes:
    """Return a PDF that claims to be PDF/A-3a and PDF/UA-1."""

    def identify(_: Any, pdf: Any) -> None:
        metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
        metadata.stream = [metadata.stream[0].replace(b"</rdf:RDF>", identity + b"</rdf:RDF>", 1)]

    page = weasyprint.HTML(string=f'<html lang="en"><title>Offer</title>{body}')
    octets: bytes = page.write_pdf(pdf_variant="pdf/a-3a", finisher=identify)
    return octets


def damaged(damage: Damage) -> bytes:
    """Return a good PDF after damage."""
    writer = PdfWriter(clone_from=BytesIO(write()))
    damage(writer)
    octets = BytesIO()
    writer.write(octets)
    return octets.getvalue()


def without(*path: str) -> Damage:
    """Return the damage of a missing entry, found by its path from the catalogue."""

    def remove(writer: PdfWriter) -> None:
        holder: Any = writer.root_object
        for name in path[:-1]:
            holder = holder[name].get_object()
        del holder[path[-1]]

    return remove


def run_a_script(writer: PdfWriter) -> None:
    """Add an action that runs when the file is opened."""
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('signed');")}
    action = DictionaryObject({NameObject(name): value for name, value in script.items()})
    writer.root_object[NameObject("/OpenAction")] = action


def hide_the_title(writer: PdfWriter) -> None:
    """Ask the reader to show the file's name in place of the title."""
    preferences: Any = writer.root_object["/ViewerPreferences"]
    preferences[NameObject("/DisplayDocTitle")] = BooleanObject(False)


def leave_the_font_out(writer: PdfWriter) -> None:
    """Take the font's outlines out of the file."""
    for number in range(1, len(writer._objects) + 1):
        part = IndirectObject(number, 0, writer).get_object()
        if isinstance(part, DictionaryObject) and part.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                part.pop(key, None)


def corrupt_the_profile(writer: PdfWriter) -> None:
    """Break the colour profile, which says what the colours mean."""
    intents: Any = writer.root_object["/OutputIntents"]
    profile = intents[0]["/DestOutputProfile"].get_object()
    assert isinstance(profile, StreamObject)
    profile.set_data(b"not a profile")


def test_a_good_file_is_pdf_a_and_pdf_ua_at_once(verapdf: VeraPdf) -> None:
    reports = [verapdf.validate(write(), "3a"), verapdf.validate(write(), "ua1")]
    assert [report.compliant for report in reports] == [True, True], "\n".join(map(str, reports))
    assert not any(report.failures for report in reports)


def test_rewriting_a_good_file_does_no_damage_by_itself(verapdf: VeraPdf) -> None:
    octets = damaged(lambda _: None)
    assert verapdf.validate(octets, "3a").compliant
    assert verapdf.validate(octets, "ua1").compliant


@pytest.mark.parametrize(
    ("damage", "flavour", "clause"),
    [
        pytest.param(without("/Lang"), "ua1", "7.2-34", id="no language"),
        pytest.param(without("/StructTreeRoot"), "3a", "6.7.3.3-1", id="no structure, PDF/A"),
        pytest.param(without("/StructTreeRoot"), "ua1", "7.1-11", id="no structure, PDF/UA"),
        pytest.param(without("/MarkInfo"), "3a", "6.7.2.2-1", id="not marked as tagged"),
        pytest.param(without("/Metadata"), "3a", "6.6.2.1-1", id="no metadata, PDF/A"),
        pytest.param(without("/Metadata"), "ua1", "7.1-8", id="no metadata, PDF/UA"),
        pytest.param(without("/OutputIntents"), "3a", "6.2.4.3-2", id="colours without meaning"),
        pytest.param(without("/ViewerPreferences"), "ua1", "7.1-10", id="no preferences"),
        pytest.param(hide_the_title, "ua1", "7.1-10", id="title not shown"),
        pytest.param(run_a_script, "3a", "6.5.1-1", id="script"),
        pytest.param(leave_the_font_out, "3a", "6.2.11.4.1-1", id="font not embedded, PDF/A"),
        pytest.param(leave_the_font_out, "ua1", "7.21.4.1-1", id="font not embedded, PDF/UA"),
        pytest.param(corrupt_the_profile, "3a", "6.2.3-1", id="broken colour profile"),
    ],
)
def test_damage_is_reported_under_its_clause(verapdf: VeraPdf, damage: Damage, flavour: Flavour, clause: str) -> None:
    report = verapdf.validate(damaged(damage), flavour)
    assert not report.compliant
    assert clause in report.clauses, str(report)


@pytest.mark.parametrize(
    ("body", "clause"),
    [
        pytest.param("<h1>One</h1><h3>Three</h3>", "7.4.2-1", id="a heading level is skipped"),
        pytest.param(
            '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E">',
            "7.3-1",
            id="a picture without words",
        ),
    ],
)
def test_markup_nobody_can_listen_to_is_reported(verapdf: VeraPdf, body: str, clause: str) -> None:
    report = verapdf.validate(write(body), "ua1")
    assert not report.compliant
    assert clause in report.clauses, str(report)


def test_a_file_that_does_not_claim_to_be_accessible_is_not(verapdf: VeraPdf) -> None:
    report = verapdf.validate(write(identity=b""), "ua1")
    assert report.clauses == {"5-1"}


def test_a_failure_says_what_is_wrong_where_and_how_often(verapdf: VeraPdf) -> None:
    report = verapdf.validate(damaged(without("/StructTreeRoot")), "ua1")
    failure = next(failure for failure in report.failures if failure.clause == "7.1" and failure.test == 11)
    assert "StructTreeRoot" in failure.message
    assert failure.where.startswith("root")
    assert failure.count == 1


def test_a_file_that_is_no_pdf_gets_no_verdict_and_the_next_one_does(verapdf: VeraPdf) -> None:
    with pytest.raises(EngineError, match="parse"):
        verapdf.validate(b"no PDF at all", "3a")
    assert verapdf.validate(write(), "3a").compliant


def test_an_engine_with_other_rules_is_not_believed(verapdf: VeraPdf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "ua1", 107)
    with pytest.raises(EngineError, match="106 rules"):
        verapdf.validate(write(), "ua1")


def test_an_engine_that_hangs_is_stopped_and_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = VeraPdf()
    monkeypatch.setattr("tests.conformance.verapdf.PATIENCE", 0.05)
    with pytest.raises(EngineError, match=r"took over 0\.05 s"):
        engine.validate(write(), "3a")
    monkeypatch.undo()
    assert engine.validate(write(), "3a").compliant
    engine.close()
