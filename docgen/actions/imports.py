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


MANY = 20
"""Above this many contracts a person has to choose."""


def import_ocds(sources: Sequence[Path], contract: str | None, output: Path | None, *, force: bool = False) -> Imported:
    """Write an Open Contracting process as engagements, change orders and progress entries.

    Without a contract's id, every contract of the process becomes an engagement. `output` is a folder,
    or the first engagement's file with the others beside it. Raises what reading the process raises,
    and FileKeptError where a file is there with another content.
    """
    from docgen.exchange.ocds import contract_names, files, read_process

    names = (contract,) if contract else contract_names(sources)
    chosen = names if 1 < len(names) <= MANY else (contract,)
    processes = [read_process(sources, name) for name in chosen]
    paths: list[Path] = []
    blanks: dict[str, str] = {}
    notes: list[str] = []
    for process in processes:
        identity = process.engagement["id"]
        folder, stem = output or Path(), identity
        if output is not None and output.suffix.lower() in YAML_SUFFIXES:
            folder, stem = output.parent, output.stem if process is processes[0] else identity
        for name, text in files(process):
            path = folder / f"{stem}{name.removeprefix(identity)}"
            write_new_file(path, text, force=force)
            paths.append(path)
        prefix = f"{identity}: " if len(processes) > 1 else ""
        blanks |= {f"{prefix}{blank.path}": blank.why for blank in process.blanks}
        notes += [f"{prefix}{note}" for note in process.notes]
    return Imported(tuple(paths), blanks, tuple(notes))
