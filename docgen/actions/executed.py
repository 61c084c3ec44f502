"""What a signed document holds fast: facts under it change by a change order, or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.actions.recorded import recorded_entries
from docgen.actions.references import reference_of
from docgen.errors import DocgenError, shell_word
from docgen.facts.load import Sourced
from docgen.lifecycle.differences import Difference, differences
from docgen.lifecycle.leave import Leave
from docgen.models.changes import ChangeOrder
from docgen.models.engagement import Engagement

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

CONTRACT = "contract"
LETTER = "letter-of-approval"

OPEN_UNDER_CONTRACT: tuple[tuple[str, ...], ...] = (
    ("revision",),
    ("account", "manager"),
    ("account", "team"),
    ("account", "report", "to"),
    ("account", "report", "cc"),
    *(
        (side, name)
        for side in ("provider", "client")
        for name in ("address", "notice_email", "signatory", "contacts", "tax_number")
    ),
)
"""What changes without an amendment: the contract itself lets people and addresses be replaced by a notice."""

FAST_UNDER_LETTER: tuple[tuple[str, ...], ...] = (
    ("approval",),
    ("currency",),
    ("provider", "legal_name"),
    ("client", "legal_name"),
)
"""What the letter of approval settles."""


@dataclass(frozen=True)
class Altered:
    """A fact under a signed document that would change, with the clause it stands in, where that is known."""

    difference: Difference
    document: str
    clause: str

    def __str__(self) -> str:
        where = f"{self.document}, {self.clause}" if self.clause else self.document
        return f"{'.'.join(self.difference.path)} ({where}): {self.difference}"


class ExecutedTermsError(DocgenError):
    """Facts under a signed document would change without a change order."""

    def __init__(self, altered: Sequence[Altered]) -> None:
        self.altered = tuple(altered)
        lines = "\n".join(f"  {each}" for each in altered)
        super().__init__(
            "Nothing was recorded: this would change what was signed.\n"
            f"{lines}\n"
            "Terms of a signed contract change by a change order: `docgen change raise FILE`. Put the facts above back "
            "as they were."
        )


def executed(record: Record, engagement: str, kind: str, number: int = 0) -> IssuedDocument | None:
    """Return the signed version of a document, or None when none was signed."""
    versions = record.register.versions(engagement, kind, number)
    signed = [each for each in versions if each.executed_on and each.withdrawn_by is None]
    return signed[-1] if signed else None


def executed_orders(
    record: Record, engagement: Engagement, before: int | None = None
) -> tuple[Sourced[ChangeOrder], ...]:
    """Return the executed orders of an engagement, or those of them with a smaller number; raises as reading does."""
    orders = recorded_entries(record, engagement.id, ChangeOrder, engagement.currency)
    return tuple(
        order
        for number, order in orders.items()
        if (before is None or number < before) and executed(record, engagement.id, "change-order", number)
    )


def under_letter(record: Record, engagement: str) -> bool:
    """Say whether an engagement rests on its signed letter of approval alone, because no contract is signed."""
    return executed(record, engagement, CONTRACT) is None and executed(record, engagement, LETTER) is not None


def leave_on(documents: Iterable[IssuedDocument], day: dt.date) -> Leave | None:
    """Return the leave to start that stands on a day: a letter of approval issued by then, and no contract signed.

    `documents` are an engagement's contracts and letters, and may be others besides.
    """
    there = [each for each in documents if each.withdrawn_by is None and each.day <= day.isoformat()]
    letters = [each for each in there if each.kind == LETTER]
    if not letters or _is_contract_signed(there, day):
        return None
    letter = next((each for each in reversed(letters) if _signed_by(each, day)), letters[-1])
    return Leave(dt.date.fromisoformat(letter.day), _signed_by(letter, day))


def footing(record: Record, engagement: str, day: dt.date) -> Leave | None:
    """Return what work rests on while no contract is signed by a day: a letter of approval, or nothing on file.

    None where a contract is signed.
    """
    contracts = record.register.versions(engagement, CONTRACT)
    if _is_contract_signed(contracts, day):
        return None
    return leave_on((*contracts, *record.register.versions(engagement, LETTER)), day) or Leave()


def _is_contract_signed(documents: Iterable[IssuedDocument], day: dt.date) -> bool:
    return any(each.kind == CONTRACT and each.withdrawn_by is None and _signed_by(each, day) for each in documents)


def _signed_by(document: IssuedDocument, until: dt.date) -> dt.date | None:
    """Return the day on which a document was signed, or None where that was not by a day."""
    day = dt.date.fromisoformat(document.executed_on) if document.executed_on else None
    return day if day and day <= until else None


def unsigned_contract(record: Record, engagement: str) -> tuple[str, ...]:
    """Return a remark for whoever prepares a change order while no contract is signed that it could change."""
    if executed(record, engagement, CONTRACT):
        return ()
    return (
        f"The contract of {engagement} is not recorded as signed; an order cannot be executed before it: docgen "
        f"document execute {shell_word(engagement)}/{CONTRACT} --signed FILE.",
    )


def held_fast(record: Record, before: Engagement, after: Engagement) -> Iterator[tuple[Difference, IssuedDocument]]:
    """Yield what differs between two states of an engagement although a signed document settles it."""
    contract, letter = executed(record, before.id, CONTRACT), executed(record, before.id, LETTER)
    for difference in _differences(before, after):
        if contract and _settles(CONTRACT, difference):
            yield difference, contract
        elif letter and _settles(LETTER, difference):
            yield difference, letter


def settled(kind: str, before: Engagement, after: Engagement) -> tuple[Difference, ...]:
    """Return what differs between two states of an engagement of all that a document of a kind settles when signed."""
    return tuple(each for each in _differences(before, after) if _settles(kind, each))


def altered(found: tuple[Difference, IssuedDocument], clauses: Mapping[tuple[str, ...], str]) -> Altered:
    """Return a difference as the refusal tells it."""
    difference, document = found
    return Altered(difference, str(reference_of(document)), clauses.get(difference.path, ""))


def _differences(before: Engagement, after: Engagement) -> tuple[Difference, ...]:
    """Return what differs, without privileges that were granted since the contract: they only add to it."""
    found, begin = differences(before, after), before.terms.effective_date
    kept = all(each in after.account.privileges for each in before.account.privileges)
    new = [each for each in after.account.privileges if each not in before.account.privileges]
    since = begin is not None and all(each.granted_on and each.granted_on > begin for each in new)
    if not (kept and since):
        return found
    return tuple(each for each in found if not _is_under(each, (("account", "privileges"),)))


def _settles(kind: str, difference: Difference) -> bool:
    if kind == LETTER:
        return _is_under(difference, FAST_UNDER_LETTER)
    return not _is_under(difference, OPEN_UNDER_CONTRACT)


def _is_under(difference: Difference, paths: Sequence[tuple[str, ...]]) -> bool:
    return any(difference.path[: len(path)] == path for path in paths)
