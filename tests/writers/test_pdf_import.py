"""WeasyPrint is imported without what it mostly does without, and finds it again when it is needed."""

from __future__ import annotations

import subprocess
import sys


def run(*lines: str) -> str:
    """Return what a process of its own prints after it imported WeasyPrint as docgen does."""
    script = ("import ctypes.util, sys", "search = ctypes.util.find_library", "from docgen.writers import pdf", *lines)
    ended = subprocess.run([sys.executable, "-c", "\n".join(script)], capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def test_font_tools_are_not_imported_with_weasyprint() -> None:
    assert run("pdf._engine()", "print(any(name.startswith('fontTools.subset') for name in sys.modules))") == "False"


def test_the_search_for_libraries_is_as_it_was_afterwards() -> None:
    assert run("pdf._engine()", "print(ctypes.util.find_library is search)") == "True"


def test_font_tools_cut_the_fonts_where_harfbuzz_does_not() -> None:
    printed = run(
        "weasyprint = pdf._engine()",
        "page = weasyprint.HTML(string='<p>Offer')",
        "whole = page.write_pdf(full_fonts=True)",
        "weasyprint.pdf.fonts.harfbuzz_subset = None",
        "print(len(page.write_pdf()) < len(whole) / 2, 'fontTools.subset' in sys.modules)",
    )
    assert printed == "True True"
