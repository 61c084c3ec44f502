"""E-signature services find their tags at the signature and date line of each signer."""

from __future__ import annotations

import pytest

from docgen.doctree.nodes import Document, Signatures
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.signing import SERVICES, with_tags
from docgen.doctree.text import document_lines
from docgen.errors import UsageError

PLACE = '<signature party="Ada Ltd" name="Ada"/><signature party="Bob Ltd" name="Bob"/>'


def agreement(body: str = f"<signatures><p>Agreed.</p>{PLACE}</signatures>") -> Document:
    return number(parse(f'<doc title="T">{body}</doc>'))


@pytest.mark.parametrize(
    ("service", "signature", "date"),
    [
        ("docuseal", "{{Signature;role=Signer1;type=signature}}", "{{Date;role=Signer1;type=date}}"),
        ("documenso", "{{signature, r1}}", "{{date, r1}}"),
        ("adobe", "{{Sig1_es_:signer1:signature}}", "{{Dte1_es_:signer1:date}}"),
        ("docusign", "\\s1\\", "\\d1\\"),
    ],
)
def test_each_service_reads_its_own_tags(service: str, signature: str, date: str) -> None:
    printed = list(document_lines(with_tags(agreement(), service)))
    first = printed[printed.index("Ada Ltd") : printed.index("Bob Ltd")]
    assert first == ["Ada Ltd", f"Signature\t{signature}", "Name\tAda", "Title", f"Date\t{date}"]


@pytest.mark.parametrize("service", SERVICES)
def test_signers_count_on_through_the_whole_document(service: str) -> None:
    document = with_tags(
        agreement(f"<signatures>{PLACE}</signatures><p>and</p><signatures>{PLACE}</signatures>"), service
    )
    tags = [tag for block in document.blocks if isinstance(block, Signatures) for p in block.places for tag in p.tags]
    assert len(tags) == 8
    assert len({tag for _, tag in tags}) == 8
    assert [line for line, _ in tags] == ["signature", "date"] * 4
    assert all(str(signer) in tags[2 * signer - 1][1] for signer in range(1, 5))


def test_tags_change_nothing_but_the_signature_places() -> None:
    plain, tagged = agreement(), with_tags(agreement(), "docuseal")
    assert [line for line in document_lines(tagged) if "{{" not in line] == [
        line for line in document_lines(plain) if line not in ("Signature", "Date")
    ]


def test_without_signature_places_nothing_is_tagged() -> None:
    document = agreement("<p>x</p>")
    assert with_tags(document, "adobe") == document


def test_an_unknown_service_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no tags for “fax”\. Use one of: docuseal, documenso, adobe, docusign"):
        with_tags(agreement(), "fax")
