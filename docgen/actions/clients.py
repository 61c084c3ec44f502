"""Which clients the firm has: engagements belong to one client by its register and number, or else by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.recorded import kept_engagements
from docgen.errors import NotFoundError, UsageError
from docgen.models.party import Party

if TYPE_CHECKING:
    from docgen.store.register import Revision

CANDIDATES = 10
"""How many clients a refusal names at most."""
_MEANT, _LIKE = 3, 0.7
"""How many clients are named as perhaps meant, and how like to what was typed each is at least, from 0 to 1."""


@dataclass(frozen=True)
class Client:
    """A client of the firm: its name, its registration number or "", and the ids of its engagements."""

    name: str
    registration: str
    engagements: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} ({self.registration})" if self.registration else self.name


class UnknownClientError(NotFoundError):
    """No engagement is recorded for a client of that name."""

    def __init__(self, name: str, known: Sequence[Client]) -> None:
        meant = _near(name, known)
        if meant:
            advice = f"Did you mean {' or '.join(f'“{each}”' for each in meant)}?"
        elif known:
            advice = f"There are: {_some(known)}."
        else:
            advice = "No engagement is recorded yet."
        super().__init__(f"There is no client “{name}”. {advice}")


class AmbiguousClientError(UsageError):
    """Several clients may be meant."""

    def __init__(self, name: str, meant: Sequence[Client]) -> None:
        super().__init__(
            f"“{name}” may be any of {len(meant)} clients: {_some(meant)}. Give more of the name, or the registration "
            "number."
        )


def _near(name: str, known: Sequence[Client]) -> list[Client]:
    """Return the clients that may be meant by a name that none has, the likeliest first."""
    likeness = {each: _likeness(_folded(name), each) for each in known}
    return sorted((each for each in known if likeness[each] >= _LIKE), key=lambda each: -likeness[each])[:_MEANT]


def _likeness(wanted: str, client: Client) -> float:
    """Return how like a text is to a client's name, its beginning of as many words, one of its words, or its number."""
    words = _folded(client.name).split()
    count = len(wanted.split())
    forms = {" ".join(words), " ".join(words[:count]), _folded(client.registration), *(words if count == 1 else ())}
    return max(SequenceMatcher(None, wanted, form).ratio() for form in forms)


def _some(clients: Sequence[Client]) -> str:
    names = [f"“{each}”" for each in clients[:CANDIDATES]]
    more = len(clients) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


@dataclass
class Group:
    """The engagements of one client as they are found."""

    party: Party
    revisions: list[Revision] = field(default_factory=list)

    @property
    def client(self) -> Client:
        """Return who it is, by the facts of the first engagement."""
        registration = self.party.registration.number if self.party.registration else ""
        return Client(self.party.legal_name or "", registration, tuple(each.engagement for each in self.revisions))


def clients(desk: Desk) -> tuple[Client, ...]:
    """Return all clients by name; raises what opening and reading the record raises."""
    return tuple(each.client for each in _groups(desk))


def _groups(desk: Desk) -> list[Group]:
    """Return the clients: those with a registration by its number, others by their name.

    One without a registration whose name one registered client has is that client.
    """
    registered: dict[tuple[str, str], Group] = {}
    named: dict[str, Group] = {}
    for revision, engagement in kept_engagements(desk.record):
        party = engagement.client
        if not party.legal_name:
            continue
        if party.registration:
            key = _folded(party.registration.registry), _folded(party.registration.number)
            group = registered.setdefault(key, Group(party))
        else:
            group = named.setdefault(_folded(party.legal_name), Group(party))
        group.revisions.append(revision)
    found = list(registered.values())
    for name, group in named.items():
        same = [each for each in registered.values() if _folded(each.party.legal_name or "") == name]
        if len(same) == 1:
            same[0].revisions += group.revisions
        else:
            found.append(group)
    return sorted(found, key=lambda each: (_folded(each.party.legal_name or ""), each.client.registration))


def find_client(desk: Desk, name: str) -> Group:
    """Return the client meant: by its whole name, its registration number, or the beginning of its name.

    Raises UnknownClientError and AmbiguousClientError.
    """
    groups, wanted = _groups(desk), _folded(name)
    tests: tuple[Callable[[Group], bool], ...] = (
        lambda each: _folded(each.party.legal_name or "") == wanted,
        lambda each: _folded(each.client.registration) == wanted,
        lambda each: _folded(each.party.legal_name or "").startswith(wanted),
    )
    for test in tests if wanted else ():
        found = [each for each in groups if test(each)]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousClientError(name, [each.client for each in found])
    raise UnknownClientError(name, [each.client for each in groups])


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
