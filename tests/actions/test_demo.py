"""The example lives its whole life with a record, once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from docgen.actions.demo import ENGAGEMENT, SHOWN, run_demo
from docgen.actions.desk import Desk, open_desk
from docgen.actions.documents import list_documents
from docgen.actions.genuineness import Verdict, verify_file
from docgen.actions.sealing import seals_of

pytestmark = pytest.mark.slow


def demo_desk(folder: Path) -> Desk:
    return open_desk(folder, None, folder)


def test_the_example_is_issued_signed_and_recorded_and_a_second_run_records_nothing(tmp_path: Path) -> None:
    paths = list(run_demo(tmp_path, None))
    with closing(demo_desk(tmp_path)) as desk:
        documents = list_documents(desk, ENGAGEMENT, 100)
        verdicts = {path.name: verify_file(desk, path).verdict for path in paths}
        signed = [path for path in paths if path.stem.endswith("_executed")]
        lines = [seals_of(desk, path) for path in signed]
        size = desk.record.ledger.head_size()
        assert desk.record.ledger.verify() == []

    assert {document.status for document in documents} == {"issued", "executed"}
    assert set(verdicts.values()) == {Verdict.CURRENT, Verdict.SIGNED_COPY}
    assert verdicts[SHOWN] is Verdict.CURRENT
    assert len(signed) == 3
    assert all("Helen Marsh" in first and "Dilip Rao" in second for first, second in lines)

    contents = {path: path.read_bytes() for path in paths}
    assert {path: path.read_bytes() for path in run_demo(tmp_path, None)} == contents
    with closing(demo_desk(tmp_path)) as desk:
        assert desk.record.ledger.head_size() == size
