"""The example engagement's life with its record, from first approval to a notice of breach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk, open_desk
from docgen.actions.workspace import is_workspace, make_workspace
from docgen.settings import Person

if TYPE_CHECKING:
    from docgen.actions.issuing import Issued

EXAMPLE = Path(__file__).resolve().parent.parent / "demo"
REPORTS = ("progress-2026-11-13.yaml", "progress-2026-11-20.yaml")
DOCUMENTS = (
    ("letter-of-approval", ()),
    ("contract", ()),
    ("change-order", ("change-order-001.yaml",)),
    ("progress-report", ("progress-2026-11-13.yaml", "progress-2026-11-20.yaml", "change-order-001.yaml")),
    ("breach-notice", ("change-order-001.yaml", "breach.yaml")),
    ("notice-of-issue", ("change-order-001.yaml", "serious-issue.yaml")),
    ("look-back", ("change-order-001.yaml", *REPORTS, "delivery-d1.yaml", "dispute.yaml")),
    ("mediation-referral", ("change-order-001.yaml", *REPORTS, "delivery-d1.yaml", "dispute.yaml")),
    ("re-opening", ("change-order-001.yaml", "dispute.yaml")),
    ("completion-certificate", ("change-order-001.yaml", *REPORTS, "delivery-d1.yaml")),
    ("survey", ()),
    ("meeting-proposal", ("estimate.yaml", "feedback.yaml")),
    (
        "relationship-review",
        ("change-order-001.yaml", *REPORTS, "delivery-d1.yaml", "estimate.yaml", "feedback.yaml", "review.yaml"),
    ),
    ("portfolio-report", ("change-order-001.yaml", *REPORTS, "delivery-d1.yaml")),
    (
        "manager-week",
        ("change-order-001.yaml", *REPORTS, "contact-2026-11-24.yaml", "serious-issue.yaml", "dispute.yaml"),
    ),
)
"""Kinds of document and the files each needs beside the engagement, to render one by itself."""
ENGAGEMENT = "NBS-2026-014"
SHOWN = f"{ENGAGEMENT}_contract_v1.pdf"
"""The document that the last lines of the command speak of."""
MANAGER, LAWYER = "amara.okafor@northbridge.example", "ruth.adler@northbridge.example"
APPROVERS = ("helen.marsh@northbridge.example", "owen.price@northbridge.example")
PEOPLE = (
    Person(MANAGER, ("account_manager",), "Amara Okafor"),
    Person(LAWYER, ("legal",), "Ruth Adler"),
    Person("helen.marsh@northbridge.example", ("director", "admin"), "Helen Marsh"),
    Person("owen.price@northbridge.example", ("board",), "Owen Price"),
    Person("jon.bell@northbridge.example", ("delivery",), "Jon Bell"),
)
SIGNATORIES = ("Helen Marsh, Northbridge Systems Ltd", "Dilip Rao, Harrow & Pike Retail plc")
Sign = Callable[[bytes], bytes]


def run_demo(folder: Path, on: dt.date | None) -> Iterator[Path]:
    """Live the example through in a workspace of its own, and yield the path of each document as it is issued.

    What was recorded by an earlier run stays as it is and is not recorded again.
    """
    facts = folder / "facts"
    facts.mkdir(parents=True, exist_ok=True)
    for source in sorted(EXAMPLE.glob("*.yaml")):
        (facts / source.name).write_bytes(source.read_bytes())
    if not is_workspace(folder):
        make_workspace(folder, PEOPLE)
    desk = open_desk(folder, on, folder, MANAGER)
    try:
        yield from _live(desk, folder, facts)
    finally:
        desk.close()


def _live(desk: Desk, folder: Path, facts: Path) -> Iterator[Path]:
    from docgen.actions.approvals import approve_templates
    from docgen.actions.engagements import record_engagement
    from docgen.actions.entries import raise_order, record_breach, record_progress

    lawyer = replace(desk, person=LAWYER)
    approve_templates(lawyer, ())
    lawyer.close()
    sign = _pen(desk)
    record_engagement(desk, facts / "engagement.yaml")
    yield from _issued(desk, folder, "letter-of-approval", sign=sign)
    yield from _issued(desk, folder, "contract", sign=sign)
    raise_order(desk, facts / "change-order-001.yaml")
    _agree(desk, f"{ENGAGEMENT}/CO-001")
    yield from _issued(desk, folder, "change-order", 1, sign=sign)
    yield from _issued(desk, folder, "conformed-contract")
    for number, name in enumerate(("progress-2026-11-13.yaml", "progress-2026-11-20.yaml"), 1):
        record_progress(desk, facts / name)
        yield from _issued(desk, folder, "progress-report", number)
    record_breach(desk, facts / "breach.yaml")
    yield from _issued(desk, folder, "breach-notice", 1)


def _agree(desk: Desk, reference: str) -> None:
    """Submit a change order, and have it approved by those whom the contract's ladder names."""
    from docgen.actions.deciding import approve, show, submit
    from docgen.lifecycle.states import OrderState

    if show(desk, reference).course.state is not OrderState.DRAFT:
        return  # an earlier run has been here
    state = submit(desk, reference).state
    for person in APPROVERS:
        if state is OrderState.SUBMITTED:
            approver = replace(desk, person=person)
            state = approve(approver, reference).state
            approver.close()


def _issued(desk: Desk, folder: Path, kind: str, number: int | None = None, sign: Sign | None = None) -> Iterator[Path]:
    """Issue a document, write its files, and keep a signed copy where it is signed."""
    from docgen.actions.drafting import Issue
    from docgen.actions.issuing import issue

    issued = issue(desk, Issue(kind, ENGAGEMENT, number))
    for form, content in issued.files.items():
        yield _written(folder / f"{issued.reference.file_stem}.{form}", content)
    if sign:
        yield _executed(desk, folder, issued, sign)


def _executed(desk: Desk, folder: Path, issued: Issued, sign: Sign) -> Path:
    from docgen.actions.documents import SIGNED, fetch
    from docgen.actions.signing import execute

    reference = str(issued.reference)
    if not issued.document.executed_on:
        with TemporaryDirectory(prefix="docgen-") as desk_drawer:
            copy = Path(desk_drawer, "signed.pdf")
            copy.write_bytes(sign(issued.files["pdf"]))
            execute(desk, reference, copy)
    name, content = fetch(desk, reference, SIGNED)
    return _written(folder / name, content)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _pen(desk: Desk) -> Sign:
    """Return what signs a PDF for both parties of the example, with certificates made for this one time."""
    from docgen.writers.seal import seal_pdf
    from docgen.writers.seal_keys import make_self_signed, read_sealer

    at = desk.now()
    sealers = [read_sealer(make_self_signed(name, "example", at=at), "example") for name in SIGNATORIES]

    def sign(pdf: bytes) -> bytes:
        for sealer in sealers:
            pdf = seal_pdf(pdf, sealer, at=at, reason="Signed", authority=None)
        return pdf

    return sign
