"""A small contracting process in the shape publishers use, and what its import must always satisfy."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from docgen.exchange.ocds import ImportedProcess, files, read_process
from docgen.facts.source import parse_source
from docgen.models.changes import ChangeOrder
from docgen.models.engagement import Engagement
from docgen.models.progress import ProgressEntry

MODELS = {model.model_fields["format"].default: model for model in (Engagement, ChangeOrder, ProgressEntry)}

COUNCIL: dict[str, Any] = {
    "id": "GB-LAC-1",
    "name": "Upton Borough Council",
    "identifier": {"scheme": "GB-LAC", "id": "1", "legalName": "The Council of the Borough of Upton"},
    "address": {
        "streetAddress": "Town Hall, 3 High Street",
        "locality": "Upton",
        "postalCode": "UP1 1AA",
        "country": "GB",
    },
    "contactPoint": {"name": "Rosa Field", "email": "rosa.field@upton.example", "telephone": "01632 960001"},
    "roles": ["buyer"],
}
SURVEYOR: dict[str, Any] = {
    "id": "GB-COH-01234567",
    "name": "Lane Surveys",
    "identifier": {"scheme": "GB-COH", "id": "01234567", "legalName": "Lane Surveys Ltd"},
    "additionalIdentifiers": [{"scheme": "GB-VAT", "id": "123456789"}],
    "address": {
        "streetAddress": "7 Mill Lane",
        "locality": "Wells",
        "region": "Somerset",
        "countryName": "United Kingdom",
    },
    "contactPoint": {"name": "Bids", "email": "bids@lanesurveys.example"},
    "roles": ["supplier"],
}


def value(amount: Any, currency: str | None = "GBP") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def days(start: str | None, end: str | None) -> dict[str, Any]:
    return {"startDate": start and f"{start}T00:00:00Z", "endDate": end and f"{end}T23:59:59Z"}


def contract(**changes: Any) -> dict[str, Any]:
    """Return a contract for GBP 1,000 in the year 2020; a change to None leaves a field out."""
    fields = {
        "id": "C1",
        "awardID": "A1",
        "title": "Road survey",
        "description": "A survey of every road of the borough.",
        "period": days("2020-02-01", "2020-12-31"),
        "value": value(1000),
    } | changes
    return {name: field for name, field in fields.items() if field is not None}


def award(**changes: Any) -> dict[str, Any]:
    fields = {"id": "A1", "suppliers": [{"id": "GB-COH-01234567", "name": "Lane Surveys"}]} | changes
    return {name: field for name, field in fields.items() if field is not None}


def release(*contracts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a release of version 1.1 or later; a change to None leaves a field out."""
    fields = {
        "ocid": "ocds-abc123-77",
        "id": "1",
        "date": "2020-01-10T09:00:00Z",
        "tag": ["contract"],
        "parties": [COUNCIL, SURVEYOR],
        "buyer": {"id": "GB-LAC-1", "name": "Upton Borough Council"},
        "awards": [award()],
        "contracts": list(contracts),
    } | changes
    return {name: field for name, field in fields.items() if field is not None}


def package(*releases: dict[str, Any]) -> dict[str, Any]:
    return {"version": "1.1", "uri": "https://upton.example/1", "releases": list(releases)}


def written(folder: Path, *contents: Any) -> list[Path]:
    """Write each content as a file of its own."""
    paths = [folder / f"{position}.json" for position, _ in enumerate(contents)]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(json.dumps(content), encoding="utf-8")
    return paths


def imported(folder: Path, *contents: Any, contract: str | None = None) -> ImportedProcess:
    """Import contents as files, and check that what comes out is written and read back as docgen's own files."""
    process = read_process(written(folder, *contents), contract)
    assert_valid(process)
    return process


def assert_valid(process: ImportedProcess) -> None:
    """Check that every file of an imported process reads back to the same facts and fits its model."""
    facts = [process.engagement, *process.orders, *process.progress]
    texts = files(process)
    assert len(texts) == len(facts)
    for data, (name, text) in zip(facts, texts, strict=True):
        assert Path(name).name == name
        read = parse_source(text, name).data
        assert read == said(data)
        assert isinstance(read, dict)
        model = MODELS[read["format"]]
        model.model_validate(read, context={"currency": process.engagement["currency"]})


def said(data: Any) -> Any:
    """Return data as a file says it: in text, amounts without exponents."""
    if isinstance(data, dict):
        return {key: said(entry) for key, entry in data.items()}
    if isinstance(data, list):
        return [said(entry) for entry in data]
    if isinstance(data, Decimal):
        return format(data, "f")
    if isinstance(data, dt.date):
        return data.isoformat()
    return data if data is None or isinstance(data, str) else str(data)
