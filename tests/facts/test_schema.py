"""The schemas that editors read say yes to the example, and no to what docgen refuses."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from docgen.actions.demo import EXAMPLE
from docgen.facts.kinds import FORMATS, KINDS
from docgen.facts.schema import json_schema
from docgen.templating.catalogue import packaged_templates

EXAMPLES = {
    "engagement": "engagement.yaml",
    "change-order": "change-order-001.yaml",
    "progress": "progress-2026-11-20.yaml",
    "breach": "breach.yaml",
    "change-directive": "change-directive-001.yaml",
    "delivery": "delivery-d1.yaml",
    "dispute": "dispute.yaml",
    "estimate": "estimate.yaml",
    "feedback": "feedback.yaml",
    "review": "review.yaml",
    "contact": "contact-2026-11-24.yaml",
    "serious-issue": "serious-issue.yaml",
}
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
KEYWORDS: dict[str, Callable[[Any, Any], bool]] = {
    "const": lambda value, wanted: bool(value == wanted),
    "enum": lambda value, wanted: value in wanted,
    "pattern": lambda value, wanted: re.search(wanted, value) is not None,
    "minimum": lambda value, wanted: bool(value >= wanted),
    "minItems": lambda value, wanted: len(value) >= wanted,
    "required": lambda value, wanted: set(wanted) <= set(value),
}


def as_an_editor_reads(path: Path) -> Any:
    """Return a YAML file with numbers and truths as such, which is what a schema speaks of."""
    return _plain(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def complaints(value: Any, schema: Any, root: Any, place: str = "") -> Iterator[str]:
    """Yield the places where a value is not what a schema asks for, by the keywords our schemas use."""
    if "$ref" in schema:
        yield from complaints(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, place)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            told = [list(complaints(value, option, root, place)) for option in schema[choice]]
            fitting = sum(not found for found in told)
            if fitting < 1 or (choice == "oneOf" and fitting > 1):
                yield from min(told, key=len) or [place]
    if "type" in schema and not _is_of(value, schema["type"]):
        yield place
        return
    if any(not holds(value, schema[name]) for name, holds in KEYWORDS.items() if name in schema):
        yield place
    if isinstance(value, dict):
        known = schema.get("properties", {})
        patterns = schema.get("patternProperties", {})
        for key, inner in value.items():
            if fitting_pattern := next((each for each in patterns if re.search(each, key)), ""):
                yield from complaints(inner, patterns[fitting_pattern], root, f"{place}.{key}")
            elif key in known:
                yield from complaints(inner, known[key], root, f"{place}.{key}")
            elif schema.get("additionalProperties") is False:
                yield f"{place}.{key}"
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from complaints(inner, schema["additionalProperties"], root, f"{place}.{key}")
    if isinstance(value, list) and "items" in schema:
        for index, inner in enumerate(value):
            yield from complaints(inner, schema["items"], root, f"{place}.{index}")


def _is_of(value: Any, names: str | list[str]) -> bool:
    wanted = [names] if isinstance(names, str) else names
    return any(isinstance(value, TYPES[name]) and (not isinstance(value, bool) or name == "boolean") for name in wanted)


def told(kind: str, data: Any) -> list[str]:
    schema = json_schema(kind)
    return list(complaints(data, schema, schema))


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from parts(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_pleases_its_schema(kind: str) -> None:
    assert told(kind, as_an_editor_reads(EXAMPLE / EXAMPLES[kind])) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_names_its_dialect_and_its_format_and_is_plain_json(kind: str) -> None:
    schema = json_schema(kind)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"].startswith(str(schema["properties"]["format"]["const"]))
    assert schema["properties"]["format"]["const"] in FORMATS
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_its_format_is_incomplete(kind: str) -> None:
    data = as_an_editor_reads(EXAMPLE / EXAMPLES[kind])
    del data["format"]

    assert told(kind, data) == [""]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("colour", "blue"),
        ("id", "../../etc"),
        ("account.deviation", "huge"),
        ("account.contact_gap_days", -1),
        ("account.contact_gap_days", "seven"),
        ("account.report.at", "4pm"),
        ("provider.address.country", "Britain"),
        ("approval.not_to_exceed", "GBP 20,000"),
        ("terms.scope.deliverables.0.id", "1st"),
        ("terms.scope.deliverables", "D1"),
        ("terms.obligations.0.degree", "must"),
        ("terms.confidentiality_years", 0),
        ("terms.change_control.requested_by", "anyone"),
        ("terms.notices.deemed_receipt_days.courier", "two"),
        ("terms.fees.lines.0.kind", "flat"),
        ("terms.fees.lines.2.unit", "week"),
        ("terms", None),
    ],
)
def test_a_schema_says_no_where_docgen_refuses(path: str, value: object) -> None:
    data = as_an_editor_reads(EXAMPLE / EXAMPLES["engagement"])
    *groups, name = path.split(".")
    inner = data
    for group in groups:
        inner = inner[int(group)] if isinstance(inner, list) else inner[group]
    inner[name] = value

    assert told("engagement", data) != []


def test_a_schema_asks_for_every_fact_that_has_to_be_there() -> None:
    complete = as_an_editor_reads(EXAMPLE / EXAMPLES["engagement"])
    wanted = [name for name, info in KINDS["engagement"].model_fields.items() if info.is_required()]

    for name in wanted:
        data = deepcopy(complete)
        del data[name]
        assert told("engagement", data) == [""], name


@pytest.mark.parametrize("path", sorted(packaged_templates().glob("*/*.playbook.yaml")), ids=lambda path: path.name)
def test_every_playbook_pleases_the_schema_of_playbooks(path: Path) -> None:
    assert told("playbook", as_an_editor_reads(path)) == []


def test_the_schema_of_playbooks_says_no_to_a_ruling_that_nobody_gives() -> None:
    data = as_an_editor_reads(packaged_templates() / "contracts" / "_fees.playbook.yaml")
    data["clauses"]["payment"]["otherwise"] = "perhaps"
    assert told("playbook", data) == [".clauses.payment.otherwise"]


def test_a_fact_may_be_left_open_where_docgen_lets_it() -> None:
    data = as_an_editor_reads(EXAMPLE / EXAMPLES["engagement"])
    data["terms"]["governing_law"] = data["provider"]["signatory"] = data["account"]["manager"] = None

    assert told("engagement", data) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_stands_in_a_file_as_in_the_schema(kind: str) -> None:
    keys = {key for part in parts(json_schema(kind)) for key in part.get("properties", {})}

    assert {"with_", "start", "end", "registry"} & keys == set()
    assert set(as_an_editor_reads(EXAMPLE / EXAMPLES[kind])) <= keys


@pytest.mark.parametrize("kind", KINDS)
def test_every_group_of_facts_is_introduced_and_closed(kind: str) -> None:
    groups = [part for part in parts(json_schema(kind)) if part.get("type") == "object" and "properties" in part]

    assert groups
    assert all(group.get("description") for group in groups)
    assert all(group.get("additionalProperties") is False for group in groups)


def test_a_kind_nobody_knows_has_no_schema() -> None:
    with pytest.raises(KeyError):
        json_schema("invoice")
