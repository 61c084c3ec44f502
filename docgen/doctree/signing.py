"""Text tags that e-signature services read: put at the lines of each signature place, by signer and kind of field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from docgen.doctree.nodes import Block, Document, Signature, Signatures
from docgen.errors import UsageError

_Tag = Callable[[int, str], str]


def _docuseal(signer: int, line: str) -> str:
    kind = {"signature": "signature", "date": "date"}[line]
    return f"{{{{{line.capitalize()};role=Signer{signer};type={kind}}}}}"


def _documenso(signer: int, line: str) -> str:
    return f"{{{{{line}, r{signer}}}}}"


def _adobe(signer: int, line: str) -> str:
    kind = {"signature": "signature", "date": "date"}[line]
    short = {"signature": "Sig", "date": "Dte"}[line]
    return f"{{{{{short}{signer}_es_:signer{signer}:{kind}}}}}"


def _docusign(signer: int, line: str) -> str:
    mark = {"signature": "s", "date": "d"}[line]
    return f"\\{mark}{signer}\\"


SERVICES: Mapping[str, _Tag] = {
    "docuseal": _docuseal,
    "documenso": _documenso,
    "adobe": _adobe,
    "docusign": _docusign,
}


def with_tags(document: Document, service: str) -> Document:
    """Return the document with a service's text tags at its signature and date lines, signers counted from 1.

    Raises UsageError for a service docgen does not know.
    """
    if service not in SERVICES:
        raise UsageError(f"There are no tags for “{service}”. Use one of: {', '.join(SERVICES)}.")
    tag, count = SERVICES[service], 0

    def tagged(place: Signature) -> Signature:
        nonlocal count
        count += 1
        return replace(place, tags=tuple((line, tag(count, line)) for line in ("signature", "date")))

    def block(block: Block) -> Block:
        return replace(block, places=tuple(map(tagged, block.places))) if isinstance(block, Signatures) else block

    return replace(document, blocks=tuple(map(block, document.blocks)))
