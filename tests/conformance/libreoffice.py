"""LibreOffice without a screen: reads a Word file as an office does, with its own numbering and its own fields."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Literal

from lxml import etree

from tests.conformance.engine import EngineError, find_command

PATIENCE = 180
"""Seconds for one run, however many files it takes."""

Format = Literal["pdf", "txt", "docx"]
_FILTERS: Mapping[Format, str] = {
    "pdf": "pdf:writer_pdf_Export",
    "txt": "txt:Text (encoded):UTF8",
    "docx": "docx:MS Word 2007 XML",
}
_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""Commas, quotes, UTF-8, from the first line on, each sheet in a file of its own."""

Choice = Literal["Accept", "Reject"]
_MACRO = "Docgen"
_BASIC = """\
Sub Settle(pairs As String, command As String)
  files = Split(pairs, "|")
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  Dim text(1) As New com.sun.star.beans.PropertyValue
  text(0).Name = "FilterName" : text(0).Value = "Text (encoded)"
  text(1).Name = "FilterOptions" : text(1).Value = "UTF8"
  For index = 0 To UBound(files) Step 2
    document = StarDesktop.loadComponentFromURL(files(index), "_blank", 0, hidden())
    dispatcher.executeDispatch(document.CurrentController.Frame, command, "", 0, Array())
    document.storeToURL(files(index + 1), text())
    document.close(True)
  Next
End Sub
"""
"""What accepts and rejects is a command of the program itself; only a macro can give it without a screen."""
_OFFICE = '"-//OpenOffice.org//DTD OfficeDocument 1.0//EN"'
_LIBRARY: Mapping[str, str] = {
    f"{_MACRO}.xba": (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE script:module PUBLIC {_OFFICE} "module.dtd">\n'
        '<script:module xmlns:script="http://openoffice.org/2000/script"'
        f' script:name="{_MACRO}" script:language="StarBasic">{escape(_BASIC)}</script:module>'
    ),
    "script.xlb": (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE library:library PUBLIC {_OFFICE} "library.dtd">\n'
        '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"'
        ' library:readonly="false" library:passwordprotected="false">'
        f'<library:element library:name="{_MACRO}"/></library:library>'
    ),
}


class LibreOffice:
    """LibreOffice with a profile of its own, so that several run side by side and none sees the user's settings."""

    def __init__(self) -> None:
        self._program = find_command("soffice")
        self._profile = tempfile.TemporaryDirectory(prefix="docgen-libreoffice-", ignore_cleanup_errors=True)

    def convert(self, documents: Iterable[Path], to: Format, folder: Path) -> Mapping[Path, Path]:
        """Return where each Word file stands after conversion; one run takes them all, so hand over many.

        In a PDF, references and page numbers are LibreOffice's own; in a text they are those the file
        carries, while the numbers of clauses and lists are LibreOffice's own in both.

        Raises EngineError where a file was not converted and ValueError where two files share a name.
        """
        paths = [path.resolve(strict=True) for path in documents]
        made = {path: folder / f"{path.stem}.{to}" for path in paths}
        if len(set(made.values())) < len(made):
            raise ValueError("Two of the files have the same name.")
        for result in made.values():
            result.unlink(missing_ok=True)
        said = self._run(paths, to, folder) if paths else ""
        for path, result in made.items():
            if not result.exists():
                raise EngineError(f"LibreOffice did not convert {path}: {said}")
        return made

    def sheets(self, book: Path, folder: Path) -> Mapping[str, str]:
        """Return each sheet of a workbook by its name, as comma-separated values.

        Raises EngineError where the workbook was not read.
        """
        said = self._office(["--convert-to", _SHEETS, "--outdir", str(folder), str(book.resolve(strict=True))])
        with zipfile.ZipFile(book) as packed:
            listed = etree.fromstring(packed.read("xl/workbook.xml")).iterfind(".//{*}sheet")
        names = [str(each.get("name")) for each in listed]
        made = {name: folder / f"{book.stem}-{name}.csv" for name in names}
        if missing := [name for name, path in made.items() if not path.exists()]:
            raise EngineError(f"LibreOffice did not read {', '.join(missing)} of {book}: {said}")
        return {name: path.read_text("utf-8-sig") for name, path in made.items()}

    def text(self, document: Path) -> str:
        """Return the words of a Word file's body, each numbered paragraph behind its number."""
        with tempfile.TemporaryDirectory(prefix="docgen-") as folder:
            (made,) = self.convert([document], "txt", Path(folder)).values()
            return made.read_text("utf-8-sig")

    def settled(self, documents: Iterable[Path], choice: Choice, folder: Path) -> Mapping[Path, str]:
        """Return the words of each Word file once LibreOffice has accepted or rejected all tracked changes in it.

        One run takes them all. Raises EngineError where a file was not settled.
        """
        paths = [path.resolve(strict=True) for path in documents]
        folder.mkdir(parents=True, exist_ok=True)
        self._teach()
        made = {path: folder / f"{path.stem}-{choice}.txt" for path in paths}
        pairs = "|".join(f"{path.as_uri()}|{result.as_uri()}" for path, result in made.items())
        macro = f'macro:///Standard.{_MACRO}.Settle("{pairs}", ".uno:{choice}AllTrackedChanges")'
        said = self._office([macro])
        for path, result in made.items():
            if not result.exists():
                raise EngineError(f"LibreOffice did not settle {path}: {said}")
        return {path: result.read_text("utf-8-sig") for path, result in made.items()}

    def _teach(self) -> None:
        """Put the macro into the profile; LibreOffice lays out the rest of it at its first start."""
        library = Path(self._profile.name) / "user" / "basic" / "Standard"
        if not library.exists():
            self._office(["--terminate_after_init"])
        for name, content in _LIBRARY.items():
            (library / name).write_text(content)

    def close(self) -> None:
        """Throw the profile away."""
        self._profile.cleanup()

    def _run(self, paths: list[Path], to: Format, folder: Path) -> str:
        # Without the name of the filter, a broken file is taken for plain text and converted all the same.
        how = ["--infilter=MS Word 2007 XML", "--convert-to", _FILTERS[to], "--outdir", str(folder)]
        return self._office([*how, *map(str, paths)])

    def _office(self, arguments: list[str]) -> str:
        profile = f"-env:UserInstallation={Path(self._profile.name).as_uri()}"
        command = [str(self._program), "--headless", "--norestore", profile, *arguments]
        pipe = subprocess.PIPE
        # The command is a script that starts the program proper: only a group of its own can be stopped whole.
        with subprocess.Popen(
            command, stdout=pipe, stderr=subprocess.STDOUT, text=True, start_new_session=True
        ) as process:
            try:
                return process.communicate(timeout=PATIENCE)[0]
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise EngineError(f"LibreOffice took over {PATIENCE} s for {arguments[-1][:200]}.") from None
