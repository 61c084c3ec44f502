"""Checkpoints go where the record's keeper cannot change them, and the record is held against them there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from docgen.actions.acting import MirrorError, mirror
from docgen.actions.audit import NoCheckpointError, sign_checkpoint, verify
from docgen.actions.engagements import record_engagement
from docgen.errors import ExitCode, UsageError
from tests.firm import ADAM, Firm


@pytest.fixture
def elsewhere(firm: Firm) -> Path:
    """Lend a further folder for checkpoints that the settings name."""
    folder = firm.root / "elsewhere"
    path = firm.root / "docgen.toml"
    path.write_text(f'{path.read_text(encoding="utf-8")}\n[record]\ncheckpoints = "elsewhere"\n', encoding="utf-8")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.txt"))


def test_every_checkpoint_is_written_to_the_further_folder_too(firm: Firm, elsewhere: Path) -> None:
    note = firm.by(ADAM).do(sign_checkpoint)
    own = firm.root / ".docgen" / "checkpoints"

    assert names(elsewhere) == names(own)
    assert note in {path.read_text(encoding="utf-8") for path in elsewhere.iterdir()}


def test_a_folder_that_was_away_gets_what_it_missed(firm: Firm, elsewhere: Path) -> None:
    firm.by(ADAM).do(sign_checkpoint)
    shutil.rmtree(elsewhere)
    firm.do(record_engagement, firm.facts("engagement", ("payment_days: 30", "payment_days: 31")))
    assert names(elsewhere) == names(firm.root / ".docgen" / "checkpoints")


def test_what_is_recorded_stays_recorded_when_the_further_folder_cannot_be_written(firm: Firm, elsewhere: Path) -> None:
    elsewhere.write_text("a file in the place of the folder", encoding="utf-8")
    before = firm.size
    with pytest.raises(MirrorError, match="It is recorded") as refusal:
        firm.do(record_engagement, firm.facts("engagement", ("payment_days: 30", "payment_days: 31")))

    assert refusal.value.exit_code is ExitCode.MISSING_HERE
    assert firm.size > before
    assert firm.faults == []


def test_a_record_that_was_put_back_contradicts_the_checkpoints_elsewhere(firm: Firm, elsewhere: Path) -> None:
    backup = firm.root / "backup"
    shutil.copytree(firm.root / ".docgen", backup)
    firm.do(record_engagement, firm.facts("engagement", ("payment_days: 30", "payment_days: 31")))
    shutil.rmtree(firm.root / ".docgen")
    backup.rename(firm.root / ".docgen")

    kinds = {fault.kind for fault in firm.do(verify, (), ()).faults}
    assert kinds == {"checkpoint_contradicted"}


def test_checkpoints_that_are_gone_are_missed(firm: Firm) -> None:
    before = firm.do(verify, (), ())
    shutil.rmtree(firm.root / ".docgen" / "checkpoints")
    after = firm.do(verify, (), ())
    assert (before.checkpoints, before.signed) == (before.signed, after.signed)
    assert (after.checkpoints, after.faults) == (0, ())


def test_what_is_no_checkpoint_or_no_key_is_wrong_usage(firm: Firm) -> None:
    with pytest.raises(NoCheckpointError):
        firm.do(verify, (firm.facts(),), ())
    with pytest.raises(UsageError, match="This is no key of a log"):
        firm.do(verify, (), ("foo",))


def test_a_note_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    own, there = tmp_path / "own", tmp_path / "there"
    own.mkdir()
    there.mkdir()
    (own / "log-00000003.txt").write_text("firm/log\n3\nroot\n", encoding="utf-8")
    (there / "log-00000003.txt").write_text("another\n", encoding="utf-8")
    mirror(own, there)
    assert (there / "log-00000003.txt").read_text(encoding="utf-8") == "another\n"
