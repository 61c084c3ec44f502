"""The command line starts without the engines it does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.actions.demo import EXAMPLE
from tests.firm import Firms

ENGAGEMENT = str(EXAMPLE / "engagement.yaml")
ENGINES = ("babel", "docx", "holidays", "jinja2", "lxml", "num2words", "pydantic", "ruamel", "weasyprint")
ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
sys.argv = ["docgen", *sys.argv[1:]]
from docgen.cli.main import main
try:
    main()
except SystemExit as stop:
    code = stop.code or 0
print("\\n" + " ".join(name for name in %r if name in sys.modules), file=sys.stderr)
sys.exit(code)
"""


def run(*words: str, encoding: str = "") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C", "LANG": "C"}
    environment |= {"PYTHONIOENCODING": encoding} if encoding else {}
    text = PROGRAM % (ENGINES,)
    command = [sys.executable, "-c", text, *words]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, env=environment)


def engines(*words: str) -> list[str]:
    """Return the engines a command imported."""
    ended = run(*words)
    assert ended.returncode == 0, ended.stderr.decode()
    return ended.stderr.decode().splitlines()[-1].split()


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("render", "--help"), ("template", "--help"), ("new", "-h")]
)
def test_help_needs_no_engine(words: tuple[str, ...]) -> None:
    assert engines(*words) == []


def test_checking_facts_needs_no_engine_of_templates_or_paper() -> None:
    files = [str(path) for path in sorted(EXAMPLE.glob("*.yaml")) if path.stem != "breach"]
    assert not {"weasyprint", "docx", "jinja2", "lxml", "num2words"} & set(engines("validate", *files))


def test_a_letter_as_text_needs_no_engine_of_paper() -> None:
    assert not {"weasyprint", "docx"} & set(engines("render", "letter-of-approval", ENGAGEMENT, "-f", "txt", "-o", "-"))


@pytest.fixture(scope="module")
def grown(firms: Firms) -> str:
    """Lend a workspace with every kind of document, to look at."""
    return str(firms.kept("grown").root)


@pytest.mark.parametrize("words", [("document", "list"), ("document", "show", "NBS-2026-014/contract")])
def test_looking_documents_up_needs_no_engine_but_that_of_events(grown: str, words: tuple[str, ...]) -> None:
    assert set(engines(*words, "--workspace", grown)) <= {"pydantic"}


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "log"),
        ("audit", "verify"),
        ("due",),
        ("engagement", "assess", "NBS-2026-014"),
        ("engagement", "history", "NBS-2026-014"),
        ("engagement", "list"),
    ],
)
def test_reading_the_record_needs_no_engine_of_templates_or_paper(grown: str, words: tuple[str, ...]) -> None:
    assert not {"weasyprint", "docx", "jinja2", "lxml", "num2words"} & set(engines(*words, "--workspace", grown))


def test_a_document_goes_to_standard_output_byte_by_byte() -> None:
    words = ("render", "letter-of-approval", ENGAGEMENT, "--on", "2026-11-20", "-o", "-", "-f")
    pdf, word = run(*words, "pdf"), run(*words, "docx")

    assert (pdf.returncode, pdf.stdout[:5], pdf.stdout.rstrip()[-5:]) == (0, b"%PDF-", b"%%EOF")
    assert (word.returncode, word.stdout[:4]) == (0, b"PK\x03\x04")


def test_a_plain_terminal_takes_every_word() -> None:
    ended = run(
        "render", "letter-of-approval", ENGAGEMENT, "--set", "client.legal_name=東京 Köhler", "-f", "txt", "-o", "-"
    )
    assert "東京 Köhler".encode() in ended.stdout
    assert run("rendr").returncode == 2
    assert run("validate", ENGAGEMENT, "--json").stdout.strip() == b"[]"


def test_a_terminal_without_the_marks_of_a_finding_still_shows_it(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        Path(ENGAGEMENT).read_text(encoding="utf-8").replace("rate: 720.00", "rate: many"), encoding="utf-8"
    )
    ended = run("validate", str(broken), encoding="latin-1")
    assert (ended.returncode, b"\\u201cmany\\u201d is not a number" in ended.stdout) == (1, True)


def test_a_reader_that_goes_away_is_no_failure() -> None:
    command = f'"{sys.executable}" -m docgen template list | true; exit ${{PIPESTATUS[0]}}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=False, env=environment)
    assert b"Traceback" not in ended.stderr
