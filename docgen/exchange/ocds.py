"""A published contracting process (Open Contracting Data Standard) becomes the facts of an engagement.

What the standard does not say stays an empty place with its reason; what could not be carried over, or
had to be assumed, is told in a note.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docgen.exchange.ocds_contracts import Contract, State, all_contracts, chosen_contract
from docgen.exchange.ocds_orders import Step, change_orders, steps
from docgen.exchange.ocds_parties import Parties, parties_of
from docgen.exchange.ocds_progress import progress_entries
from docgen.exchange.ocds_reader import read_releases
from docgen.exchange.ocds_terms import Snapshot, contract_ids, currency_of_process, summary_of, title_of
from docgen.exchange.ocds_values import Object, Remarks, day, line, objects, part, shown
from docgen.exchange.territory import (
    country_name,
    country_of_currency,
    currency_of,
    locale_of,
    time_zone_of,
)
from docgen.facts.source import Loc
from docgen.facts.write import write_facts
from docgen.models.money import NO_CURRENCY

_ID_LIMIT = 64
# Facts no field of the standard can hold.
_NEVER_PUBLISHED = frozenset(
    {
        "acceptance",
        "cap",
        "confidentiality_years",
        "cure_days",
        "disputes",
        "governing_law",
        "intellectual_property",
        "kind",
        "manager",
        "notices",
        "payment_days",
        "pricing",
        "report",
        "response_days",
        "signatory",
    }
)
_EMPTY_LISTS = {
    ("terms", "fees", "lines"): "the value is not in the source: give the fees",
    ("terms", "scope", "deliverables"): "no items in the source: say what is handed over",
}
READ_AS_NONE = (
    "Tax, expenses, late interest, insurance, obligations and the right to end the contract without a breach are not "
    "in the source. Where they were agreed, add them: a file without them says that there are none."
)
"""What every import says at its end: these facts may be left out, and documents then speak as if there were none."""


@dataclass(frozen=True)
class Blank:
    """A fact the source does not give: where it belongs, and why it is open."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


@dataclass(frozen=True)
class ImportedProcess:
    """A contracting process as the data of docgen's own files.

    Amounts are Decimal, days are dates, and None stands for what the source does not say.
    """

    ocid: str
    contract: str
    engagement: Object
    orders: tuple[Object, ...]
    progress: tuple[Object, ...]
    blanks: tuple[Blank, ...]
    notes: tuple[str, ...]


def read_process(paths: Sequence[Path], contract: str | None = None) -> ImportedProcess:
    """Return a contract of the contracting process in some files, with its amendments and what was done under it.

    The releases of all files are merged by date, so that earlier terms become the engagement and later
    ones its change orders. `contract` is the contract's id, or `ocid/id`.

    Raises NotFoundError when a file or the contract is not there, FindingsError when a file cannot be
    read, and UsageError when there are several contracts (the message lists them) or none.
    """
    remarks = Remarks()
    releases = [release for path in paths for release in read_releases(path, remarks)]
    chosen = chosen_contract(releases, contract, remarks)
    ids = contract_ids(chosen, remarks)
    found = steps(chosen, ids, remarks)
    engagement = _engagement(chosen, found, remarks)
    name, code = engagement["id"], engagement["currency"]
    buyer = shown(part(chosen.last.process, "buyer")) if part(chosen.last.process, "buyer") else ""
    orders = tuple(change_orders(name, found, remarks))
    progress = tuple(progress_entries(name, found, ids, buyer, code, remarks))
    _note_what_is_left(chosen, remarks)
    blanks = [*_blanks(engagement, ""), *(blank for order in orders for blank in _blanks(order, _reference(order)))]
    return ImportedProcess(chosen.ocid, chosen.id, engagement, orders, progress, tuple(blanks), remarks.notes)


def contract_names(paths: Sequence[Path]) -> tuple[str, ...]:
    """Return the contracts in some files as `ocid/id`, each of which `read_process` can be asked for."""
    releases = [release for path in paths for release in read_releases(path, Remarks())]
    return tuple(f"{contract.ocid}/{contract.id}" for contract in all_contracts(releases))


def files(process: ImportedProcess) -> list[tuple[str, str]]:
    """Return the name and the text of each file an imported process makes: engagement, change orders, progress."""
    name = process.engagement["id"]
    source = f"Open Contracting data: {process.ocid or 'no ocid'}, contract {process.contract}"
    head = f"Imported from {source}.\nAn empty value is a fact the source does not give."
    engagement = write_facts(process.engagement, {(): head, **_comments(process.engagement)})
    found = [(f"{name}.yaml", engagement)]
    for order in process.orders:
        text = write_facts(order, {(): f"Imported from {source}.", **_comments(order)})
        found.append((f"{name}_{_reference(order)}.yaml", text))
    for entry in process.progress:
        text = write_facts(entry, {(): f"Imported from {source}."})
        found.append((f"{name}_progress-{entry['period']['from']:%Y-%m}.yaml", text))
    return found


def _reference(order: Mapping[str, Any]) -> str:
    return f"CO-{order['number']:03d}"


def _engagement(chosen: Contract, found: Sequence[Step], remarks: Remarks) -> Object:
    state, terms = found[0].state, found[0].terms
    parties = parties_of(chosen.last, remarks)
    country = _country(parties, terms, remarks)
    return {
        "format": "docgen.engagement/1",
        "id": _engagement_id(chosen),
        "title": title_of(state, remarks) or f"Contract {chosen.id}",
        "locale": locale_of(country, _language(chosen.last)) if country else "en",
        "language": "en",
        "currency": _currency(chosen, terms, country, remarks),
        "time_zone": _time_zone(country, remarks),
        "calendar": {"country": country},
        "account": {"manager": None, "report": None},
        "provider": parties.provider,
        "client": parties.client,
        "terms": _terms(state, terms, remarks),
    }


def _terms(state: State, terms: Snapshot, remarks: Remarks) -> Object:
    milestones = list(terms.milestones.values())
    return {
        "effective_date": terms.start,
        "end_date": terms.end,
        "governing_law": None,
        "scope": {"summary": summary_of(state, remarks), "deliverables": list(terms.deliverables.values())},
        "fees": {"lines": list(terms.fees.values()), "payment_days": None},
        "liability": {"cap": None},
        **({"milestones": milestones} if milestones else {}),
        "change_control": {"response_days": None, "pricing": None},
        "termination": {"cure_days": None},
        "notices": None,
        "confidentiality_years": None,
        "intellectual_property": None,
        "disputes": None,
    }


def _engagement_id(chosen: Contract) -> str:
    """Return the process's id in letters, digits and hyphens, with the contract's where there are several."""
    whole = chosen.ocid if chosen.alone and chosen.ocid else f"{chosen.ocid}-{chosen.id}"
    name = re.sub(r"[^A-Za-z0-9]+", "-", whole).strip("-")
    if len(name) <= _ID_LIMIT and re.search(r"[A-Za-z0-9]", name):
        return name
    digest = hashlib.sha256(whole.encode(errors="replace")).hexdigest()[:8]
    return f"{name[: _ID_LIMIT - 9].strip('-') or 'ocds'}-{digest}"


def _country(parties: Parties, terms: Snapshot, remarks: Remarks) -> str | None:
    """Return the country whose calendar, time zone and formats the engagement follows: the client's, or a guess."""
    if parties.client_country:
        return parties.client_country
    guess = parties.provider_country or (country_of_currency(terms.currency) if terms.currency else None)
    if guess:
        reason = "the provider's" if parties.provider_country else "after the currency"
        remarks.note(f"The client's country is not given; {country_name(guess)}, {reason}, is assumed.")
    return guess


def _currency(chosen: Contract, terms: Snapshot, country: str | None, remarks: Remarks) -> str:
    code = terms.currency or currency_of_process(chosen.last)
    if code is None:
        code = (currency_of(country) if country else None) or NO_CURRENCY
        remarks.note(f"No amount names a currency; {code} is assumed.")
    return code


def _time_zone(country: str | None, remarks: Remarks) -> str:
    zone, several = time_zone_of(country) if country else ("UTC", True)
    if several:
        where = f"{country_name(country)} has several time zones" if country else "No country is given"
        remarks.note(f"{where}; {zone} is assumed.")
    return zone


def _language(state: State) -> str | None:
    text = line(state.process, "language", Remarks())
    return re.split("[-_]", text)[0].lower() if text else None


def _note_what_is_left(chosen: Contract, remarks: Remarks) -> None:
    contract = chosen.last.contract
    language = _language(chosen.last)
    if language not in (None, "en"):
        remarks.note(f"The source is written in {language}; its words are carried over as they are.")
    signed, start = day(contract.get("dateSigned")), day(part(contract, "period").get("startDate"))
    if signed and start and signed != start:
        remarks.note(f"The contract was signed on {signed}; its term begins on {start}.")
    if status := line(contract, "status", remarks):
        remarks.note(f"The contract's status in the source is “{status}”.")
    if extent := day(part(contract, "period").get("maxExtentDate")):
        remarks.note(f"The contract can be extended up to {extent}; that was not carried over.")
    if part(contract, "value").get("valueAddedTaxIncluded") is True:
        remarks.note("The contract's value includes value added tax.")
    for document in objects(contract.get("documents")):
        kind, address = line(document, "documentType", remarks), line(document, "url", remarks)
        where = f" ({kind})" if kind else ""
        remarks.note(f"A document was not carried over: {shown(document)}{where}{f', {address}' if address else ''}.")
    remarks.note(READ_AS_NONE)


def _blanks(data: Object, prefix: str) -> Iterator[Blank]:
    """Yield the open facts of a file; the same fact of several list entries is one blank."""
    found: dict[tuple[str, str], int] = {}
    for loc, why in _comments(data).items():
        path = ".".join("*" if isinstance(step, int) else step for step in ((prefix,) if prefix else ()) + loc)
        found[path, why] = found.get((path, why), 0) + 1
    for (path, why), count in found.items():
        yield Blank(path, f"{why} ({count} places)" if count > 1 else why)


def _comments(data: Object) -> dict[Loc, str]:
    """Return why each empty value of a file is empty, by its place."""
    return {loc: _why(loc) for loc, value in _leaves(data, ()) if value is None or (loc in _EMPTY_LISTS and not value)}


def _why(loc: Loc) -> str:
    if loc in _EMPTY_LISTS:
        return _EMPTY_LISTS[loc]
    if loc[-1] in _NEVER_PUBLISHED:
        return "OCDS has no such fact: give it"
    return "not in the source: give it"


def _leaves(value: Any, loc: Loc) -> Iterator[tuple[Loc, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*loc, key))
    elif isinstance(value, list) and value:
        for position, item in enumerate(value):
            yield from _leaves(item, (*loc, position))
    else:
        yield loc, value
