"""Make returned files of the corpus anew: `python -m tests.review.corpus.make [NAME…]`.

The files are kept, so that no test needs the programs that made them. A file that is made anew may hold other numbers
and hours than the kept one, but the same changes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.review.corpus.makers import by_libreoffice, by_packages, by_python_docx, like_word

FOLDER = Path(__file__).parent
MAKERS = {**like_word.MAKERS, **by_python_docx.MAKERS, **by_libreoffice.MAKERS, **by_packages.MAKERS}


def make(name: str) -> bytes:
    """Return a returned file, made from the issued one."""
    issued, maker = MAKERS[name]
    return maker((FOLDER / "issued" / f"{issued}.docx").read_bytes())


if __name__ == "__main__":
    for given in sys.argv[1:] or MAKERS:
        (FOLDER / "returned" / f"{given}.docx").write_bytes(make(given))
