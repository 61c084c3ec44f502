"""Files changed with packages of PyPI and npm that none of docgen's code knows; they are no part of its environment.

For Python: docx-editor, docx-revisions, docxcompose, docxtpl, pypandoc_binary, python-redlines[docxodus]. For node, in
the folder that `NODE_PATH` names: docx, docxtemplater, pizzip, easy-template-x, docx-templates, mammoth, html-to-docx.
"""

from __future__ import annotations

import subprocess
import tempfile
from importlib import import_module
from io import BytesIO
from pathlib import Path

import docx

from tests.review.corpus.makers.package import in_main, swapped

_NPM = Path(__file__).with_name("by_npm.mjs")


def _in_file(file: bytes, folder: str) -> Path:
    path = Path(folder, "file.docx")
    path.write_bytes(file)
    return path


def docx_editor(file: bytes) -> bytes:
    """Replace, insert and strike with tracking, and write a comment, as docx-editor does."""
    editor = import_module("docx_editor")
    with tempfile.TemporaryDirectory(prefix="docgen-") as folder:
        document = editor.Document.open(_in_file(file, folder), author="Cleo Marsh", workspace_dir=Path(folder, "w"))
        find = document.find_text
        document.replace(find("within ninety days of its acceptance"), "within sixty days of its acceptance")
        document.insert_after(find("against the Provider’s written instructions"), " or by wear")
        document.delete(find("promptly "))
        comment = document.add_comment(find("simple interest"), "Is this usual?")
        document.reply_to_comment(comment, "It is.")
        document.save(Path(folder, "out.docx"))
        document.close()
        return Path(folder, "out.docx").read_bytes()


def docx_revisions(file: bytes) -> bytes:
    """Replace words with tracking, as docx-revisions does."""
    revisions = import_module("docx_revisions")
    document = revisions.RevisionDocument(BytesIO(file))
    for before, after in (("shares the order database", "owns the order database"), ("December 2026", "January 2027")):
        assert document.find_and_replace_tracked(before, after, author="Dev Patel")
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def docxodus(file: bytes) -> bytes:
    """Have another program compare two files and track what it finds, moves included."""
    engines = import_module("python_redlines.engines")
    new = in_main(
        file,
        swapped("within ninety days of its acceptance", "within a year of its acceptance"),
        swapped(
            "professional indemnity insurance of at least GBP 1,000,000.00",
            "professional indemnity insurance of at least GBP 500,000.00",
        ),
    )
    document = docx.Document(BytesIO(new))
    line = next(each for each in document.paragraphs if each.text.startswith("The Provider shall record time"))
    other = next(each for each in document.paragraphs if each.text.startswith("The Client shall pay VAT"))
    other._p.addnext(line._p)
    content = BytesIO()
    document.save(content)
    engine = engines.DocxodusEngine()
    how = {"detect_moves": True, "date_time": "2026-11-20T10:00:00Z"}
    return bytes(engine.run_redline(author_tag="Erin Lowe", original=file, modified=content.getvalue(), **how)[0])


def docxcompose(file: bytes) -> bytes:
    """Add another document to the end of a letter."""
    composer = import_module("docxcompose.composer")
    more = docx.Document()
    more.add_paragraph("Side letter: the limit does not count taxes and travel.")
    made = composer.Composer(docx.Document(BytesIO(file)))
    made.append(more)
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def docxtpl(file: bytes) -> bytes:
    """Fill a template that was made of a letter."""
    template = import_module("docxtpl")
    made = template.DocxTemplate(
        BytesIO(in_main(file, swapped("within 30 days of its date", "within {{ days }} days of its date")))
    )
    made.render({"days": "75"})
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def pandoc(file: bytes) -> bytes:
    """Read a file with pandoc, keep what was tracked in it, and write it anew."""
    convert = import_module("pypandoc").convert_file
    with tempfile.TemporaryDirectory(prefix="docgen-") as folder:
        path, out = _in_file(file, folder), Path(folder, "out.docx")
        convert(str(path), "docx", outputfile=str(out), extra_args=["--track-changes=all", f"--reference-doc={path}"])
        return out.read_bytes()


def _by_npm(name: str, file: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="docgen-") as folder:
        path, out = _in_file(file, folder), Path(folder, "out.docx")
        subprocess.run(["node", _NPM, name, path, out], check=True)
        return out.read_bytes()


def docxtemplater(file: bytes) -> bytes:
    """Fill a template that was made of a contract."""
    return _by_npm(
        "docxtemplater", in_main(file, swapped("within 30 days of its date", "within {days} days of its date"))
    )


def easy_template(file: bytes) -> bytes:
    """Fill a template that was made of a German letter."""
    return _by_npm("easyTemplate", in_main(file, swapped("innerhalb von 30 Tagen", "innerhalb von {days} Tagen")))


def patched(file: bytes) -> bytes:
    """Patch a place in a change order with npm’s docx."""
    return _by_npm("patched", in_main(file, swapped("GBP 162,375.00", "{{limit}}")))


def retyped(file: bytes) -> bytes:
    """Type a letter anew, line by line, into a new document with npm’s docx: only the words are the same."""
    return _by_npm("retyped", file)


def through_html(file: bytes) -> bytes:
    """Turn a letter into a web page with mammoth, and that into a Word file with html-to-docx."""
    return _by_npm("throughHtml", file)


MAKERS = {
    "contract-docx-editor": ("contract", docx_editor),
    "change-order-docx-revisions": ("change-order", docx_revisions),
    "contract-docxodus": ("contract", docxodus),
    "letter-docxcompose": ("letter", docxcompose),
    "letter-docxtpl": ("letter", docxtpl),
    "letter-pandoc": ("letter", pandoc),
    "letter-de-pandoc": ("letter-de", pandoc),
    "contract-docxtemplater": ("contract", docxtemplater),
    "letter-de-easy-template": ("letter-de", easy_template),
    "change-order-patched": ("change-order", patched),
    "letter-retyped": ("letter", retyped),
    "contract-retyped": ("contract", retyped),
    "contract-pandoc": ("contract", pandoc),
    "letter-through-html": ("letter", through_html),
}
"""What is made of which issued document."""
