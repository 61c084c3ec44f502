"""A document and all it is made from: gathered from the record, kept as blobs, and made again from them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from docgen.actions.desk import Desk
from docgen.actions.executed import LETTER
from docgen.actions.references import Reference, reference_of
from docgen.actions.render import CITING, CONFORMED, MAY_CITE, Made, build, case_of, contract_clauses, facts_json
from docgen.errors import DocgenError, ExitCode
from docgen.facts.kinds import NAMES
from docgen.facts.load import FactSet, Sourced
from docgen.facts.recorded import facts_bytes, read_facts_bytes
from docgen.lifecycle.leave import Leave
from docgen.lifecycle.occurrences import Around
from docgen.models.engagement import Engagement
from docgen.templating.case import ClauseText
from docgen.templating.closure import pack, unpack
from docgen.writers.theme import Face, FontFile, Palette, Theme

if TYPE_CHECKING:
    from docgen.store.events import DocumentIssued, TemplateVersion
    from docgen.store.record import Record
    from docgen.templating.catalogue import Catalogue, Template

CHECKPOINT = "checkpoint"
"""The input that differs from log to log: the checkpoint a PDF carries away."""
UNSENT = "unsent-look-backs"
"""The input that numbers the disputes whose look-back letter was not issued; it is there where there are any."""

NOTICED = "days-of-notices"
"""The input that gives the day of each notice among what a report is made from; it is there where there are any."""

LEAVE = "leave"
"""The input that says on what work rests while no contract is signed: the days of the letter of approval, if any."""

AROUND = "around"
"""The input that tells what the record knew around a report; it is there where it knew something."""


class InputError(DocgenError):
    """What a document was made from is not what the record says."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, document: str, why: str) -> None:
        super().__init__(f"{document} cannot be made again: {why}. `docgen audit verify` names all that is wrong.")


@dataclass(frozen=True)
class Wording:
    """A template in the catalogue it was found in, and the same in one piece."""

    catalogue: Catalogue
    template: Template
    packed: bytes

    @property
    def version(self) -> TemplateVersion:
        """Return how the log names it."""
        from docgen.store.events import TemplateVersion

        header = self.template.header
        return TemplateVersion(
            name=self.template.name,
            language=self.template.language,
            version=header.version,
            hash=self.catalogue.version_hash(self.template),
        )


@dataclass(frozen=True)
class Ingredients:
    """What one version of a document is made from."""

    reference: Reference
    facts: FactSet
    wording: Wording
    look: Theme
    on: dt.date
    contract: Wording | None = None
    """The contract whose clauses it cites, or the letter of approval where no contract is signed."""
    checkpoint: str = ""

    @property
    def engagement(self) -> Engagement:
        """Return the engagement's facts."""
        return self.facts.engagements[0].facts


def wording_of(catalogue: Catalogue, template: Template) -> Wording:
    """Return a template of a catalogue with its pieces."""
    return Wording(catalogue, template, pack(catalogue, template))


def input_blobs(made_from: Ingredients) -> dict[str, bytes]:
    """Return what a document is made from by name, as the record keeps it."""
    facts = made_from.facts
    blobs = {"engagement": facts_bytes(made_from.engagement)}
    for item in facts.items:
        if not isinstance(item.facts, Engagement):
            number = getattr(item.facts, "number", None) or made_from.reference.number
            blobs[f"{NAMES[type(item.facts)]}/{number}"] = facts_bytes(item.facts)
    blobs |= {"template": made_from.wording.packed, "house": look_bytes(made_from.look)}
    if facts.unsent:
        blobs[UNSENT] = json.dumps({"engagement": made_from.engagement.id, "disputes": sorted(facts.unsent)}).encode()
    if facts.noticed:
        days = {number: day.isoformat() for number, day in sorted(facts.noticed.items())}
        blobs[NOTICED] = json.dumps({"engagement": made_from.engagement.id, "days": days}).encode()
    if facts.leave:
        blobs[LEAVE] = _leave_bytes(made_from.engagement.id, facts.leave)
    if facts.around != Around():
        blobs[AROUND] = _around_bytes(made_from.engagement.id, facts.around)
    if made_from.contract:
        blobs["contract-template"] = made_from.contract.packed
    if made_from.checkpoint:
        blobs[CHECKPOINT] = made_from.checkpoint.encode()
    return blobs


@contextmanager
def recorded_ingredients(record: Record, event: DocumentIssued) -> Iterator[Ingredients]:
    """Lend what an issued document was made from, as the record kept it.

    Raises InputError, and what reading blobs and facts raises.
    """
    blobs = {item.name: record.blobs.read(item.blob) for item in event.inputs}
    reference = reference_of(event.document)
    with TemporaryDirectory(prefix="docgen-") as folder:
        try:
            wording = unpacked_wording(blobs["template"], Path(folder, "template"))
            contract = blobs.get("contract-template")
            made_from = Ingredients(
                reference=reference,
                facts=_read_facts(blobs, str(reference)),
                wording=wording,
                look=read_look(blobs["house"]),
                on=event.on,
                contract=unpacked_wording(contract, Path(folder, "contract")) if contract else None,
                checkpoint=blobs.get(CHECKPOINT, b"").decode(),
            )
        except KeyError as error:
            raise InputError(str(reference), f"the record names no {error.args[0]} among its inputs") from None
        if wording.version.hash != event.template.hash:
            raise InputError(str(reference), "the recorded template is not the one it was issued on")
        yield made_from


def make_document(desk: Desk, made_from: Ingredients) -> Made:
    """Return a document as a tree, final and not a draft; `missing` says which facts it lacks."""
    there = desk.furnished(made_from.wording.catalogue, made_from.look, made_from.on)
    kind = CONFORMED if made_from.reference.kind == CONFORMED else made_from.wording.template.header.kind
    case = case_of(there, kind, made_from.engagement, made_from.facts)
    case = replace(case, draft=False, number=str(made_from.reference), in_force_on=None)
    clauses: Mapping[str, ClauseText] | None = {} if case.kind in MAY_CITE else None
    if case.kind in CITING and made_from.contract:
        if made_from.contract.template.header.kind == LETTER:
            case = replace(case, rests_on=LETTER)
        clauses = contract_clauses(desk.furnished(made_from.contract.catalogue, made_from.look, made_from.on), case)
    document, missing = build(there, made_from.wording.template, case, made_from.facts, clauses)
    return Made(
        document,
        case,
        facts_json(made_from.facts),
        (),
        missing,
        made_from.wording.template,
        made_from.reference.file_stem,
        made_from.checkpoint,
    )


def write_document(desk: Desk, made_from: Ingredients, made: Made) -> dict[str, bytes]:
    """Return a document's two files by their format."""
    from docgen.actions.render import write

    there = desk.furnished(made_from.wording.catalogue, made_from.look, made_from.on)
    return {form: write(made, form, there) for form in ("pdf", "docx")}


# The house's look


def look_bytes(look: Theme) -> bytes:
    """Return what a house sets of its documents' look, as JSON."""
    data = {
        "firm": look.firm,
        "logo": look.logo,
        "text": asdict(look.text),
        "heading": asdict(look.heading),
        "fonts": [asdict(font) for font in look.fonts],
        "palette": asdict(look.palette),
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()


def read_look(data: bytes) -> Theme:
    """Return the look that was kept; raises KeyError for what is none."""
    value = json.loads(data)
    return Theme(
        firm=value["firm"],
        logo=value["logo"],
        text=Face(**value["text"]),
        heading=Face(**value["heading"]),
        fonts=tuple(FontFile(**font) for font in value["fonts"]),
        palette=Palette(**value["palette"]),
    )


def unpacked_wording(data: bytes, folder: Path) -> Wording:
    """Return a template that was kept, unpacked into a folder; docgen's own is used in place where it is the same."""
    from docgen.templating.catalogue import Catalogue, packaged_templates

    catalogue, template = unpack(data, folder)
    own = Catalogue((packaged_templates(),))
    known = own.templates.get((template.name, template.language))
    if known and own.version_hash(known) == catalogue.version_hash(template):
        return Wording(own, known, data)
    return Wording(catalogue, template, data)


def _read_facts(blobs: Mapping[str, bytes], where: str) -> FactSet:
    engagement = read_facts_bytes(blobs["engagement"], Engagement, where)
    items: list[Sourced[Any]] = [engagement]
    for kind, name in NAMES.items():
        numbers = sorted(int(each.rpartition("/")[2]) for each in blobs if each.rpartition("/")[0] == name)
        for number in numbers:
            data, shown = blobs[f"{name}/{number}"], f"{where}, {name}/{number}"
            items.append(read_facts_bytes(data, kind, shown, engagement.facts.currency))
    unsent = json.loads(blobs[UNSENT])["disputes"] if UNSENT in blobs else ()
    days = json.loads(blobs[NOTICED])["days"] if NOTICED in blobs else {}
    noticed = {int(number): dt.date.fromisoformat(day) for number, day in days.items()}
    leave = _read_leave(blobs[LEAVE]) if LEAVE in blobs else None
    around = _read_around(blobs[AROUND]) if AROUND in blobs else Around()
    return FactSet(
        tuple(items),
        unsent=frozenset(unsent),
        noticed=noticed,
        leave=leave,
        around=around,
    )


def _around_bytes(engagement: str, around: Around) -> bytes:
    signed = {name: day.isoformat() for name, day in sorted(around.signed.items())}
    return json.dumps({"engagement": engagement, "signed": signed, "author": around.author}).encode()


def _read_around(data: bytes) -> Around:
    said = json.loads(data)
    return Around({name: dt.date.fromisoformat(day) for name, day in said["signed"].items()}, said["author"])


def _leave_bytes(engagement: str, leave: Leave) -> bytes:
    days = {name: day.isoformat() if day else None for name, day in asdict(leave).items()}
    return json.dumps({"engagement": engagement, **days}).encode()


def _read_leave(data: bytes) -> Leave:
    said = json.loads(data)
    issued, signed = (dt.date.fromisoformat(said[name]) if said[name] else None for name in ("issued", "signed"))
    return Leave(issued, signed)
