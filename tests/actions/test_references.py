"""What is recorded is named as people write it, and nothing that could be a path or a query is a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.actions.references import (
    Reference,
    ReferenceFormError,
    UnknownDocumentError,
    find_document,
    find_engagement,
    read_reference,
    reference_of,
)
from docgen.errors import DocgenError, ExitCode
from tests.firm import ID, Firms


@pytest.mark.parametrize(
    ("text", "reference", "stem"),
    [
        (f"{ID}/contract/1", Reference(ID, "contract", 0, 1), f"{ID}_contract_v1"),
        (f"{ID}/contract", Reference(ID, "contract"), f"{ID}_contract_v0"),
        (f"{ID}/CO-001", Reference(ID, "change-order", 1), f"{ID}_change-order-001_v0"),
        (f"{ID}/PR-007/2", Reference(ID, "progress-report", 7, 2), f"{ID}_progress-report-007_v2"),
        (f"{ID}/BN-1234", Reference(ID, "breach-notice", 1234), f"{ID}_breach-notice-1234_v0"),
    ],
)
def test_a_reference_is_read_and_written(text: str, reference: Reference, stem: str) -> None:
    assert read_reference(text) == reference
    assert str(reference) == text
    assert reference.file_stem == stem


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        ID,
        f"{ID}/",
        f"{ID}/contract/",
        f"{ID}/contract/0",
        f"{ID}/contract/01",
        f"{ID}/contract/1/2",
        f"{ID}/CO-000",
        f"{ID}/change-order",
        f"{ID}/Contract",
        f"{ID}/contract/-1",
        f"{ID}/contract/99999999999",
        "../../etc/passwd",
        f"{ID}/../1",
        f"{ID}/contract\n/1",
        f"{ID}/contract/1\n",
        f"{ID}/contract/\u0663",
        f"{ID}/CO-\u0660\u0660\u0661",
        "\u202eNBS/contract",
        "a" * 65 + "/contract",
    ],
)
def test_what_names_no_document_is_wrong_usage(text: str) -> None:
    with pytest.raises(ReferenceFormError, match=r"names no document\. Write one such as") as refused:
        read_reference(text)
    assert refused.value.exit_code is ExitCode.USAGE


@given(st.text(max_size=40))
def test_whatever_is_read_as_a_reference_is_a_plain_name(text: str) -> None:
    try:
        reference = read_reference(text)
    except ReferenceFormError:
        return
    assert reference.file_stem.replace("-", "").replace("_", "").isalnum()
    assert reference.file_stem.isascii()


def test_without_a_version_the_last_one_is_meant(firms: Firms) -> None:
    firm = firms.kept("grown")
    found = firm.do(lambda desk: find_document(desk.record.register, f"{ID}/PR-001"))
    assert str(reference_of(found)) == f"{ID}/PR-001/1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{ID}/contrct", f"Did you mean {ID}/contract/1"),
        (f"{ID}/survey", "There are: NBS-2026-014/letter-of-approval/1, "),
        ("NONE-1/contract", "`docgen issue` makes documents"),
    ],
)
def test_a_document_that_is_not_there_is_not_found_and_near_ones_are_named(firms: Firms, text: str, said: str) -> None:
    firm = firms.kept("grown")
    with pytest.raises(UnknownDocumentError) as refused:
        firm.do(lambda desk: find_document(desk.record.register, text))
    assert said in str(refused.value)
    assert refused.value.exit_code is ExitCode.NOT_FOUND


def test_an_id_that_is_a_query_finds_nothing(firms: Firms) -> None:
    firm = firms.kept("recorded")
    for name in ("' OR 1=1 --", "%", "NBS-2026-014'", "", "\udcff", "NBS\0"):
        with pytest.raises(DocgenError, match="has no engagement"):
            firm.do(lambda desk, name=name: find_engagement(desk.record.register, name))  # type: ignore[misc]
