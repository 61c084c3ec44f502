"""Files changed and saved by LibreOffice: through its own model of a document, and through other formats and back."""

from __future__ import annotations

import tempfile
from html import escape
from pathlib import Path

from tests.conformance.libreoffice import LibreOffice

_MACRO = """Sub Change(source As String, target As String, tracked As Boolean, pairs As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  Dim how(0) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName" : how(0).Value = "MS Word 2007 XML"
  document = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  document.RecordChanges = tracked
  words = Split(pairs, "|")
  For index = 0 To UBound(words) Step 2
    search = document.createReplaceDescriptor()
    search.SearchString = words(index) : search.ReplaceString = words(index + 1) : search.SearchCaseSensitive = True
    document.replaceAll(search)
  Next
  document.storeToURL(target, how())
  document.close(True)
End Sub"""


class _Office(LibreOffice):
    def change(self, file: bytes, pairs: str, *, tracked: bool) -> bytes:
        """Return a file with words replaced as a person would in the program."""
        self._teach()
        library = Path(self._profile.name) / "user" / "basic" / "Standard"
        text = (
            (library / "Docgen.xba")
            .read_text("utf-8")
            .replace("</script:module>", f"\n{escape(_MACRO)}</script:module>")
        )
        (library / "Docgen.xba").write_text(text, "utf-8")
        with tempfile.TemporaryDirectory(prefix="docgen-") as folder:
            source, target = Path(folder, "in.docx"), Path(folder, "out.docx")
            source.write_bytes(file)
            call = f'"{source.as_uri()}","{target.as_uri()}",{tracked},"{pairs}"'
            self._office([f"macro:///Standard.Docgen.Change({call})"])
            return target.read_bytes()

    def through(self, file: bytes, *formats: str) -> bytes:
        """Return a file saved in one format after the other, and in the end as a Word file again."""
        with tempfile.TemporaryDirectory(prefix="docgen-") as folder:
            path = Path(folder, "file.docx")
            path.write_bytes(file)
            for number, name in enumerate((*formats, "docx:MS Word 2007 XML")):
                out = Path(folder, str(number))
                self._office(["--convert-to", name, "--outdir", str(out), str(path)])
                path = next(out.iterdir())
            return path.read_bytes()


def resaved(file: bytes) -> bytes:
    """Open a file and save it."""
    return _Office().through(file)


def through_odt(file: bytes) -> bytes:
    """Save a file as OpenDocument, and that as a Word file."""
    return _Office().through(file, "odt")


def through_doc(file: bytes) -> bytes:
    """Save a file in the old form of Word, and that in the new one."""
    return _Office().through(file, "doc:MS Word 97")


def through_rtf(file: bytes) -> bytes:
    """Save a file as Rich Text, and that as a Word file."""
    return _Office().through(file, "rtf")


def silent(file: bytes) -> bytes:
    """Replace words without tracking."""
    return _Office().change(
        file, "within 30 days of its date|within 45 days of its date|31 March 2027|30 April 2027", tracked=False
    )


def tracked(file: bytes) -> bytes:
    """Replace words with tracking on."""
    return _Office().change(file, "ninety days|thirty days|simple interest|compound interest", tracked=True)


def german_tracked(file: bytes) -> bytes:
    """Replace German words with tracking on."""
    return _Office().change(file, "jederzeit|einmal|fachgerecht und sorgfältig|sorgfältig", tracked=True)


MAKERS = {
    "contract-resaved-libreoffice": ("contract", resaved),
    "letter-de-resaved-libreoffice": ("letter-de", resaved),
    "change-order-resaved-libreoffice": ("change-order", resaved),
    "letter-through-odt": ("letter", through_odt),
    "contract-through-doc": ("contract", through_doc),
    "letter-through-rtf": ("letter", through_rtf),
    "contract-libreoffice-silent": ("contract", silent),
    "contract-libreoffice-tracked": ("contract", tracked),
    "letter-de-libreoffice-tracked": ("letter-de", german_tracked),
}
"""What is made of which issued document."""
