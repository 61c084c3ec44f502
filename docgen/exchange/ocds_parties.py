"""Who buys and who supplies: organisations of a contracting process become the parties of an engagement."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from docgen.exchange.ocds_contracts import State
from docgen.exchange.ocds_values import Object, Remarks, email, identity, line, objects, part, shown
from docgen.exchange.territory import country_code

# Prefixes of org-id.guide that name a register everybody knows by another name.
_REGISTERS = {
    "AU-ABN": "Australian Business Register",
    "BE-BCE_KBO": "Crossroads Bank for Enterprises",
    "DK-CVR": "Central Business Register (CVR)",
    "GB-CHC": "Charity Commission for England and Wales",
    "GB-COH": "Companies House",
    "GB-NIC": "Charity Commission for Northern Ireland",
    "GB-SC": "Office of the Scottish Charity Regulator",
    "IE-CRO": "Companies Registration Office",
    "MX-RFC": "Registro Federal de Contribuyentes",
    "NG-CAC": "Corporate Affairs Commission",
    "NL-KVK": "Kamer van Koophandel",
    "UA-EDR": "Unified State Register (EDR)",
    "XI-LEI": "Global Legal Entity Identifier Index",
}
_COUNTRY_PREFIX = re.compile(r"([A-Z]{2})-[A-Z0-9_]+")
_TAX_SCHEME = re.compile(
    r"(?:[A-Z]{2}-)?(?:VAT|RFC|RUC|NIT|CUIT|RUT|RTN|TIN|CNPJ|NIP|NIF|EIN|GST)\b|.*(?:\btax\b|contribuyente|\bvat\b|steuer)",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[;,]\s+")


@dataclass(frozen=True)
class Parties:
    """The parties as the file of an engagement holds them, and the countries they are in where that is known."""

    client: Object
    provider: Object
    client_country: str | None
    provider_country: str | None


def parties_of(state: State, remarks: Remarks) -> Parties:
    """Return the parties to a contract; a null is what the source does not say.

    The buyer is the client. Where the source only names it, the address and contact of the procuring
    entity are used if that is an office of the buyer, and otherwise the procuring entity is the client.
    """
    client, provider = _client(state, remarks), _provider(state, remarks)
    return Parties(_party(client, remarks), _party(provider, remarks), country_of(client), country_of(provider))


def country_of(organisation: Object) -> str | None:
    """Return the country of an organisation's address, or the one its identifier is from, or None."""
    address, scheme = part(organisation, "address"), part(organisation, "identifier").get("scheme")
    for name in ("country", "countryName"):
        text = line(address, name, Remarks())
        if text and (code := country_code(text)):
            return code
    prefix = _COUNTRY_PREFIX.fullmatch(scheme.strip()) if isinstance(scheme, str) else None
    return country_code(prefix.group(1)) if prefix else None


def organisation(process: Object, reference: Any) -> Object:
    """Return what a process says of an organisation: the entry among its parties, then what stands at the reference.

    Version 1.0 has no list of parties; there the reference says it all.
    """
    named = part(reference) or next(iter(objects(reference)), {})
    name = shown(named) if named.get("name") else ""
    for party in objects(process.get("parties")):
        same = identity(party) == identity(named) if identity(named) else bool(name) and shown(party) == name
        if same:
            return {**named, **{key: value for key, value in party.items() if value not in (None, {}, [], "")}}
    return named


def _with_role(process: Object, *roles: str) -> list[Object]:
    def has_role(party: Object) -> bool:
        given = party.get("roles")
        return any(role in (given if isinstance(given, list) else [given]) for role in roles)

    return [party for party in objects(process.get("parties")) if has_role(party)]


def _first(process: Object, references: Iterable[Any], *roles: str) -> Object:
    for reference in references:
        if found := organisation(process, reference):
            return found
    return next(iter(_with_role(process, *roles)), {})


def _client(state: State, remarks: Remarks) -> Object:
    process = state.process
    buyer = _first(process, (state.contract.get("buyer"), state.contract.get("buyers"), process.get("buyer")), "buyer")
    entity = _first(process, (part(process, "tender").get("procuringEntity"),), "procuringEntity")
    if not buyer:
        if entity:
            remarks.note(f"No buyer is named; the procuring entity, {shown(entity)}, is the client.")
        return entity
    if _has_identity(buyer) or not _has_identity(entity):
        if entity and shown(entity) != shown(buyer):
            remarks.note(f"The procuring entity, {shown(entity)}, ran the procedure; the buyer is the client.")
        return buyer
    if _is_office_of(entity, buyer):
        return _buyer_at_its_office(buyer, entity, remarks)
    remarks.note(
        f"The source only names the buyer, {shown(buyer)}. The procuring entity, {shown(entity)}, is taken as the "
        "client; put the buyer's name and address instead if the buyer signs."
    )
    return entity


def _has_identity(party: Object) -> bool:
    return bool(part(party, "identifier").get("id") or part(party, "address").get("streetAddress"))


def _is_office_of(entity: Object, buyer: Object) -> bool:
    """Say whether an organisation's own names and identifiers say that it belongs to the buyer."""
    names = [shown(entity, length=500), *(_legal_name(each) for each in _identifiers(entity))]
    return any(shown(buyer, length=500).casefold() in name.casefold() for name in names)


def _buyer_at_its_office(buyer: Object, office: Object, remarks: Remarks) -> Object:
    """Return the buyer with its purchasing office's address and contact, and the identifier in its own name."""
    own = [each for each in _identifiers(office) if _legal_name(each).casefold() == shown(buyer, length=500).casefold()]
    remarks.note(
        f"The buyer, {shown(buyer)}, is the contracting party and the client. The source gives no address for it: "
        f"address and contact are those of {shown(office)}, its purchasing office."
    )
    taken: Object = {key: office[key] for key in ("address", "contactPoint") if key in office}
    identifier = {name: own[0].get(name) for name in ("scheme", "id")} if own else {}
    return {**buyer, **taken, "identifier": identifier}


def _provider(state: State, remarks: Remarks) -> Object:
    process = state.process
    payees = [part(entry, "payee") for entry in objects(part(state.contract, "implementation").get("transactions"))]
    named = next(filter(None, (objects(state.contract.get("suppliers")), objects(state.award.get("suppliers")))), [])
    suppliers = [organisation(process, reference) for reference in named] or _with_role(process, "supplier")
    if not suppliers:
        suppliers = [organisation(process, payee) for payee in payees if payee][:1] or _with_role(process, "payee")
    if len(suppliers) > 1:
        others = "; ".join(shown(supplier) for supplier in suppliers[1:])
        remarks.note(f"There are {len(suppliers)} suppliers. The first is the provider; not carried over: {others}.")
    return suppliers[0] if suppliers else {}


def _party(source: Object, remarks: Remarks) -> Object:
    """Return an organisation as the file of an engagement holds it."""
    identifier = part(source, "identifier")
    contact = part(source, "contactPoint")
    notice_email = email(contact, "email", remarks)
    party: Object = {
        "legal_name": line(identifier, "legalName", remarks) or line(source, "name", remarks),
        "kind": None,
        "registration": _registration(identifier, remarks),
        "address": _address(source, remarks),
        "notice_email": notice_email,
        "signatory": None,
    }
    if tax_number := _tax_number(source, remarks):
        party["tax_number"] = tax_number
    name = line(contact, "name", remarks)
    phone = line(contact, "telephone", remarks)
    if name or notice_email or phone:
        entry = {"name": name or party["legal_name"], "role": "other", "email": notice_email, "phone": phone}
        party["contacts"] = [{key: value for key, value in entry.items() if value is not None}]
    return party


def _identifiers(source: Object) -> list[Object]:
    return [entry for entry in (part(source, "identifier"), *objects(source.get("additionalIdentifiers"))) if entry]


def _legal_name(identifier: Object) -> str:
    return line(identifier, "legalName", Remarks()) or ""


def _registration(identifier: Object, remarks: Remarks) -> Object | None:
    number, scheme = line({"id": identity(identifier)}, "id", remarks), line(identifier, "scheme", remarks)
    if number is None:
        return None
    if scheme is None:
        remarks.note(f"The identifier {number} names no register and was left out.")
        return None
    registration = {"register": _REGISTERS.get(scheme, scheme), "number": number}
    # A company number without letters is one of England and Wales; SC is Scotland's, NI Northern Ireland's.
    if scheme == "GB-COH" and number.isdigit():
        registration["jurisdiction"] = "England and Wales"
    return registration


def _tax_number(source: Object, remarks: Remarks) -> str | None:
    found = None
    main = identity(part(source, "identifier"))
    for identifier in _identifiers(source):
        scheme = line(identifier, "scheme", remarks) or ""
        number = line({"id": identity(identifier)}, "id", remarks)
        if number and found is None and _TAX_SCHEME.match(scheme):
            found = number
        elif number and number not in (main, found):
            remarks.note(f"{shown(source)} also has the identifier {scheme} {number}, which was not carried over.")
    return found


def _address(source: Object, remarks: Remarks) -> Object | None:
    """Return a postal address, or None with a remark where the city or the country is missing."""
    given = part(source, "address")
    fields = {name: line(given, name, remarks) for name in ("locality", "region", "postalCode", "countryName")}
    city, region = fields["locality"] or fields["region"], fields["region"]
    country = country_of(source)
    street = _street(given, remarks)
    if country is not None and not (line(given, "country", remarks) or fields["countryName"]) and city is not None:
        remarks.note(f"The address of {shown(source)} names no country; {country}, its register's, is assumed.")
    if city is None or country is None or not (street or fields["locality"] or fields["postalCode"]):
        if any(fields.values()) or street:
            words = ", ".join(filter(None, (street, *fields.values())))
            missing = "country" if country is None else "city" if city is None else "street"
            remarks.note(f"The address of {shown(source)} names no {missing} and was left out: {words}.")
        return None
    address: Object = {"lines": _address_lines(street or ""), "city": city}
    if region and region.casefold() != city.casefold():
        address["region"] = region
    if fields["postalCode"]:
        address["postal_code"] = fields["postalCode"]
    return {**address, "country": country}


def _street(address: Object, remarks: Remarks) -> str | None:
    given = address.get("streetAddress")
    joined = "; ".join(given.splitlines()) if isinstance(given, str) else given
    return line({"streetAddress": joined}, "streetAddress", remarks)


def _address_lines(street: str) -> list[str]:
    """Return a street address line by line; a house number stays with the words it belongs to."""
    lines: list[str] = []
    for piece in filter(None, (" ".join(piece.split()) for piece in _PIECE.split(street))):
        if lines and (len(lines[-1]) < 6 or len(piece) < 4):
            lines[-1] = f"{lines[-1]}, {piece}"
        else:
            lines.append(piece)
    return lines
