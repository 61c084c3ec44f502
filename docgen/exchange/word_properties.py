"""The properties that a Word file carries for programs; whoever had the file may have written others."""

from __future__ import annotations

from collections.abc import Mapping

from docgen.exchange.word_package import WordPackage

_LONGEST = 200
"""Letters of a value that are read; names and hashes are shorter."""


def read_properties(data: bytes) -> Mapping[str, str]:
    """Return the properties of a Word file by name; raises WordFileError when it is none or is broken."""
    package = WordPackage(data)
    found: dict[str, str] = {}
    for relation in package.relations("").values():
        if relation.kind == "custom-properties" and not relation.external and relation.target in package.names:
            for each in package.xml(relation.target).iter("{*}property"):
                value = "".join(str(text) for text in each.itertext()).strip()
                found.setdefault(str(each.get("name", "")), value[:_LONGEST])
    return found
