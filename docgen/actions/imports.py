"""Import files of other systems: read them, and write the fact files they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.actions.workspace import write_new_file

YAML_SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True)
class Imported:
    """What an import made: files, the facts left blank with the reason, and what the reader should know."""

    paths: tuple[Path, ...]
    blanks: dict[str, str]
    notes: tuple[str, ...]


def import_ocds(sources: Sequence[Path], contract: str | None, output: Path | None, *, force: bool = False) -> Imported:
    """Write an Open Contracting process as an engagement, change orders and progress entries.

    `output` is a folder, or the engagement's file with the others beside it. Raises what reading the
    process raises, and FileKeptError where a file is there with another content.
    """
    from docgen.exchange.ocds import files, read_process

    process = read_process(sources, contract)
    folder, stem = output or Path(), process.engagement["id"]
    if output is not None and output.suffix.lower() in YAML_SUFFIXES:
        folder, stem = output.parent, output.stem
    paths = []
    for name, text in files(process):
        path = folder / f"{stem}{name.removeprefix(process.engagement['id'])}"
        write_new_file(path, text, force=force)
        paths.append(path)
    blanks = {blank.path: blank.why for blank in process.blanks}
    return Imported(tuple(paths), blanks, tuple(process.notes))
