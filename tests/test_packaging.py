"""A wheel carries all that docgen needs, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE_DATA = {".conf", ".css", ".html", ".icc", ".jinja", ".json", ".png", ".py", ".svg", ".ttf", ".yaml"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel from this tree with what is installed here."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def files_below(folder: str) -> set[str]:
    """Return the files of a folder of the tree, without what Python leaves there."""
    paths = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in paths}


def test_every_template_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    assert {f"docgen/{name}" for name in files_below("templates")} <= set(wheel.namelist())


def test_every_file_of_the_package_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    assert files_below("docgen") <= set(wheel.namelist())


def test_nothing_else_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    known = files_below("docgen") | {f"docgen/{name}" for name in files_below("templates")}
    rest = [name for name in wheel.namelist() if name not in known]
    assert all(".dist-info/" in name for name in rest)
    assert {Path(name).suffix for name in known} <= PACKAGE_DATA


def test_the_wheel_runs_outside_the_checkout(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from docgen.cli.main import main; main()"
    command = [sys.executable, "-I", "-c", script, "template", "list"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "letter-of-approval" in run.stdout
