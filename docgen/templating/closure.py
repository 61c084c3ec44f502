"""A template with all it is made of, in one piece: what the record keeps, so that a document can be made again."""

from __future__ import annotations

import json
from pathlib import Path

from docgen.errors import DocgenError, ExitCode
from docgen.templating.catalogue import FOLDERS, LABELS, PLAYBOOK, SUFFIX, Catalogue, Template, template_of_file

FORMAT = "docgen.template/1"


class ClosureError(DocgenError):
    """Bytes are no template that was kept."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, why: str) -> None:
        super().__init__(f"The recorded template cannot be read: {why}. `docgen audit verify` names all that is wrong.")


def pack(catalogue: Catalogue, template: Template) -> bytes:
    """Return a template, all it includes, their playbooks and the shared words, as JSON: same texts, same bytes."""
    parts = [
        {"folder": part.path.parent.name, "file": part.path.name, "text": part.text}
        for part in catalogue.closure(template)
    ]
    playbooks = [
        {"folder": each.path.parent.name, "file": each.path.name, "text": each.text}
        for each in catalogue.playbooks(template)
    ]
    data = {
        "format": FORMAT,
        "name": template.name,
        "language": template.language,
        "parts": parts,
        "labels": catalogue.labels.read_bytes().decode(),
        **({"playbooks": playbooks} if playbooks else {}),
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()


def unpack(data: bytes, folder: Path) -> tuple[Catalogue, Template]:
    """Write a packed template into an empty folder; return the catalogue there and the template in it.

    Raises ClosureError for other bytes.
    """
    try:
        value = json.loads(data)
        if value["format"] != FORMAT:
            raise ClosureError(f"its format is {value['format']}")
        for part in (*value["parts"], *value.get("playbooks", ())):
            _write(folder, part["folder"], part["file"], part["text"])
        (folder / LABELS).write_bytes(value["labels"].encode())
        first = value["parts"][0]
        catalogue = Catalogue((folder,))
        known = template_of_file(_place(folder, first["folder"], first["file"]))
        return catalogue, catalogue.templates.get((known.name, known.language), known)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ClosureError(str(error)) from None


def _write(folder: Path, inner: str, name: str, text: str) -> None:
    path = _place(folder, inner, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def _place(folder: Path, inner: str, name: str) -> Path:
    """Return where a part goes: into a folder templates have, under a plain name; one elsewhere goes to the first."""
    if "/" in name or not name.endswith((SUFFIX, PLAYBOOK)):
        raise ClosureError(f"“{name}” is no name of a template")
    return folder / (inner if inner in FOLDERS else FOLDERS[0]) / name
