"""The same facts give the same bytes, wherever and whenever they are written; other facts give others."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from docgen.actions.render import Order, make, write
from tests.scenes import KINDS, SCENES, Studio, World, changed, desk, files_of, world, write_world

ROOT = Path(__file__).resolve().parents[1]
NAMES = tuple(
    f"{kind}-{world}-{level}"
    for kind, world, level in (
        ("letter-of-approval", "german-de", "low"),
        ("contract", "gulf", "medium"),
        ("change-order", "rich", "high"),
        ("progress-report", "british", "medium"),
        ("covering-mail", "rich-de", "medium"),
        ("breach-notice", "hostile", "low"),
        ("notice-of-issue", "rich-de", "medium"),
        ("completion-certificate", "rich-de", "medium"),
        ("survey", "hostile", "low"),
        ("meeting-proposal", "rich", "high"),
        ("relationship-review", "rich", "high"),
        ("change-impact", "rich", "high"),
        ("change-directive", "rich", "high"),
        ("look-back", "rich", "high"),
        ("mediation-referral", "rich", "high"),
        ("re-opening", "rich", "high"),
        ("portfolio-report", "rich-de", "medium"),
        ("manager-week", "rich", "high"),
    )
)
"""One document of each kind, with charts, a contents list, right-to-left names and every change there is."""
FORMATS = ("docx", "html", "txt", "pdf")

_PROGRAM = """
import hashlib, json, sys
from pathlib import Path
from docgen.actions.render import write
from tests.scenes import SCENES, Studio, desk

studio, found = Studio(Path(sys.argv[1])), {}
for _ in range(int(sys.argv[2])):
    for name in sys.argv[3:]:
        for form in ("docx", "html", "txt", "pdf"):
            octets = write(studio.made(SCENES[name]), form, desk())
            found.setdefault(f"{name}.{form}", set()).add(hashlib.sha256(octets).hexdigest())
print(json.dumps({name: sorted(hashes) for name, hashes in found.items()}))
"""


@dataclass(frozen=True)
class Surroundings:
    """Where and how a process runs that writes documents."""

    name: str
    environment: Mapping[str, str]
    rounds: int = 1
    backwards: bool = False

    def __str__(self) -> str:
        return self.name


SURROUNDINGS = (
    Surroundings(
        "another seed, zone and language",
        {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    ),
    Surroundings(
        "years later, in another order, twice",
        {"PYTHONHASHSEED": "0", "TZ": "America/Caracas", "SOURCE_DATE_EPOCH": "2000000000"},
        rounds=2,
        backwards=True,
    ),
)


def test_the_documents_stand_for_every_kind() -> None:
    assert {SCENES[name].kind for name in NAMES} == set(KINDS) - {"conformed-contract"}


@pytest.mark.parametrize("surroundings", SURROUNDINGS, ids=str)
def test_another_process_writes_the_same_bytes(surroundings: Surroundings, studio: Studio, tmp_path: Path) -> None:
    names = NAMES[::-1] if surroundings.backwards else NAMES
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path / "studio"), str(surroundings.rounds), *names]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **surroundings.environment}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {
        f"{name}.{form}": [hashlib.sha256(studio.path(SCENES[name], form).read_bytes()).hexdigest()]
        for name in names
        for form in FORMATS
    }


@pytest.mark.parametrize(
    ("path", "value", "changed_forms"),
    [
        pytest.param("approval.not_to_exceed", "20000.01", set(FORMATS), id="an amount by a penny"),
        pytest.param("client.signatory.name", "Dilip Rao", set(), id="nothing"),
        pytest.param("account.client_class", "B", {"pdf"}, id="a fact that only the attachment holds"),
    ],
)
def test_other_facts_give_other_bytes(path: str, value: str, changed_forms: set[str], tmp_path: Path) -> None:
    facts = world("british")
    before, after = (
        letter(each, tmp_path / name)
        for name, each in (
            ("before", facts),
            ("after", {**facts, "engagement": changed(facts["engagement"], {path: value})}),
        )
    )
    assert {form for form in FORMATS if before[form] != after[form]} == changed_forms


def letter(facts: World, folder: Path) -> dict[str, bytes]:
    """Return the letter of approval that some facts make, in every format."""
    write_world(facts, folder)
    made = make(desk(), Order("letter-of-approval", files_of("letter-of-approval", folder)))
    return {form: write(made, form, desk()) for form in FORMATS}


def test_another_day_gives_other_bytes(studio: Studio) -> None:
    made = studio.made(SCENES[NAMES[0]])
    tomorrow = replace(made, case=replace(made.case, on=made.case.on + dt.timedelta(days=1)))
    assert write(tomorrow, "pdf", desk()) != write(made, "pdf", desk())
    assert write(tomorrow, "docx", desk()) != write(made, "docx", desk())
