"""Firms with a record, at several moments of the example engagement's life: made once, and copied for each test."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from pypdf import PdfReader

from docgen.actions.approvals import approve_templates
from docgen.actions.deciding import approve, submit
from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import Desk
from docgen.actions.drafting import Issue
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import raise_order, record_breach, record_progress
from docgen.actions.issuing import Issued, issue
from docgen.actions.signing import execute
from docgen.actions.workspace import make_workspace
from docgen.lifecycle.states import OrderState
from docgen.settings import Person, read_settings

P = ParamSpec("P")
T = TypeVar("T")

ID = "NBS-2026-014"
LETTER, CONTRACT, ORDER, REPORT = "letter-of-approval", "contract", "change-order", "progress-report"
AMARA = "amara@northbridge.example"
JON = "jon@northbridge.example"
LENA = "lena@northbridge.example"
DORA = "dora@northbridge.example"
BORIS = "boris@northbridge.example"
ADAM = "adam@northbridge.example"
AUDRA = "audra@northbridge.example"
ROLE_OF: Mapping[str, str] = {
    AMARA: "account_manager",
    JON: "delivery",
    LENA: "legal",
    DORA: "director",
    BORIS: "board",
    ADAM: "admin",
    AUDRA: "auditor",
}
"""The people of the firm, each with one role."""
SIGNED_COPY = b"%PDF-1.7\nthe contract, signed by both and scanned\n%%EOF\n"
SIGNED_ORDER = b"%PDF-1.7\nchange order 1, signed by both and scanned\n%%EOF\n"


def pdf_words(content: bytes) -> str:
    """Return the words of a PDF, parted by single spaces."""
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@dataclass(frozen=True)
class Firm:
    """A workspace, and who works in it on which day."""

    root: Path
    person: str = AMARA
    day: dt.date = dt.date(2026, 9, 14)
    day_given: bool = True

    def by(self, person: str) -> Firm:
        """Return the firm with somebody else at work."""
        return replace(self, person=person)

    def on(self, day: str) -> Firm:
        """Return the firm on another day."""
        return replace(self, day=dt.date.fromisoformat(day))

    def desk(self) -> Desk:
        """Return a desk; its clock stands at four in the afternoon of the day."""
        moment = dt.datetime.combine(self.day, dt.time(16), dt.UTC)
        settings = read_settings(self.root)
        return Desk(settings, self.day, self.day_given, person=self.person, clock=lambda: moment)

    def do(self, action: Callable[Concatenate[Desk, P], T], *words: P.args, **named: P.kwargs) -> T:
        """Return what an action answers at a desk that is closed afterwards."""
        with closing(self.desk()) as desk:
            return action(desk, *words, **named)

    def listed(self, action: Callable[Concatenate[Desk, P], Iterable[T]], *words: P.args, **named: P.kwargs) -> list[T]:
        """Return all that an action yields."""
        with closing(self.desk()) as desk:
            return list(action(desk, *words, **named))

    def issue(self, kind: str, number: int | None = None, engagement: str = ID) -> Issued:
        """Issue a document of the example engagement."""
        return self.do(issue, Issue(kind, engagement, number))

    def agree(self, number: int = 1, engagement: str = ID) -> None:
        """Submit a change order, and have it approved by those whom the ladder names."""
        reference = f"{engagement}/CO-{number:03d}"
        moved = self.do(submit, reference)
        for person in (DORA, BORIS, LENA):
            if moved.state is OrderState.SUBMITTED:
                moved = self.by(person).do(approve, reference)
        assert moved.state in (OrderState.APPROVED, OrderState.ISSUED), moved

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the workspace and return it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def facts(self, name: str = "engagement", *changes: tuple[str, str]) -> Path:
        """Write a fact file of the example with some of its words changed, and return it."""
        text = (EXAMPLE / f"{name}.yaml").read_text(encoding="utf-8")
        for before, after in changes:
            assert before in text, before
            text = text.replace(before, after)
        return self.write(f"engagements/{name}.yaml", text)

    @property
    def size(self) -> int:
        """Return how many entries the record has."""
        return self.do(lambda desk: desk.record.ledger.head_size())

    @property
    def faults(self) -> list[str]:
        """Return all that is wrong with the record, in words."""
        return self.do(lambda desk: [str(fault) for fault in desk.record.ledger.verify()])

    def kinds(self, event: str) -> int:
        """Return how many entries of a kind the record has."""
        return self.do(lambda desk: sum(entry.event.event == event for entry in desk.record.ledger.entries()))


def _founded(firm: Firm) -> None:
    people = [Person(email, (role,)) for email, role in ROLE_OF.items()]
    make_workspace(firm.root, people)


def _approved(firm: Firm) -> None:
    firm.by(LENA).on("2026-09-01").do(approve_templates, ())


def _recorded(firm: Firm) -> None:
    firm.do(record_engagement, firm.facts())


def _lettered(firm: Firm) -> None:
    firm.issue(LETTER)


def _signed(firm: Firm) -> None:
    firm.on("2026-09-28").issue(CONTRACT)
    firm.on("2026-10-02").do(execute, f"{ID}/contract", firm.write("signed/contract.pdf", SIGNED_COPY))


def _changed(firm: Firm) -> None:
    later = firm.on("2026-11-24")
    later.do(raise_order, firm.facts("change-order-001"))
    later.agree()
    later.issue(ORDER)
    later.on("2026-11-27").do(execute, f"{ID}/CO-001", firm.write("signed/order.pdf", SIGNED_ORDER))


def _grown(firm: Firm) -> None:
    firm.on("2026-12-07").issue("conformed-contract")
    for day in ("2026-11-13", "2026-11-20"):
        firm.by(JON).on(day).do(record_progress, firm.facts(f"progress-{day}"))
    firm.by(JON).on("2026-12-08").issue(REPORT, 1)
    firm.by(JON).on("2026-12-08").issue(REPORT, 2)
    firm.on("2027-03-01").do(record_breach, firm.facts("breach"))
    firm.on("2027-03-01").issue("breach-notice")


STAGES: Mapping[str, Callable[[Firm], None]] = {
    "founded": _founded,
    "approved": _approved,
    "recorded": _recorded,
    "lettered": _lettered,
    "signed": _signed,
    "changed": _changed,
    "grown": _grown,
}
"""What happens to a firm, one after the other; each stage holds all that came before."""


class Firms:
    """Makes each stage once and keeps it in a folder that the processes of one test run share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def at(self, stage: str, place: Path) -> Firm:
        """Return a firm of a stage, copied to a place."""
        # Those who only read let SQLite make and remove these files.
        passing = shutil.ignore_patterns("*-wal", "*-shm")
        shutil.copytree(self.kept(stage).root, place, dirs_exist_ok=True, ignore=passing)
        return Firm(place)

    def kept(self, stage: str) -> Firm:
        """Return the one firm of a stage, for those who only read."""
        place = self.folder / stage
        if not place.exists():
            names = list(STAGES)
            part = self.folder / f"{stage}.{os.getpid()}"
            if names.index(stage):
                self.at(names[names.index(stage) - 1], part)
            STAGES[stage](Firm(part))
            # Another process that was quicker has made the same.
            with suppress(OSError):
                part.rename(place)
        return Firm(place)
