"""Papers put into a record without making them: for tests that look at what follows from a paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docgen.actions.desk import Desk
from docgen.store.events import (
    DocumentExecuted,
    DocumentIssued,
    DocumentName,
    Input,
    Output,
    TemplateVersion,
    Tool,
)
from tests.firm import ID, Firm


def put_paper(
    firm: Firm,
    kind: str,
    day: str,
    *,
    number: int | None = None,
    version: int = 1,
    signed: bool = True,
    of: str = ID,
) -> None:
    """Put a paper into the record as issued on a day, and by default as signed on that day."""

    def put(desk: Desk) -> None:
        record, on = desk.record, dt.date.fromisoformat(day)
        facts = record.register.revisions(of)[-1]
        name = DocumentName(engagement=of, kind=kind, number=number, version=version)
        stamp: dict[str, Any] = {"at": dt.datetime.combine(on, dt.time(12), dt.UTC), "actor": facts.person}
        file = record.blobs.put(f"{kind} {number}".encode())
        issued = DocumentIssued(
            **stamp,
            idempotency_key=f"test/{of}/{kind}/{number}/{version}",
            document=name,
            revision=facts.revision,
            on=on,
            template=TemplateVersion(name=kind, language="en", version="1.0.0", hash=facts.blob),
            inputs=(Input(name="engagement", blob=facts.blob),),
            outputs=(Output(format="pdf", blob=file),),
            tools=(Tool(name="hand", version="1"),),
        )
        key = f"test/{of}/{kind}/{number}/{version}/signed"
        executed = DocumentExecuted(**stamp, idempotency_key=key, document=name, on=on, signed=file)
        record.ledger.append_all([issued, executed] if signed else [issued])

    firm.do(put)
