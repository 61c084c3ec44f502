"""The contracts that releases tell of, the one that is meant, and how what was published about it grew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docgen.errors import NotFoundError, UsageError
from docgen.exchange.ocds_merge import Stage, stages
from docgen.exchange.ocds_reader import Release
from docgen.exchange.ocds_values import Object, Remarks, amount, currency, identity, objects, part, period, shown

_SHOWN_CONTRACTS = 20
_LOST_AWARDS = ("cancelled", "unsuccessful")
# A term's name in a contract and in its award, and whether a value says anything.
_TERMS_OF_AN_AWARD: tuple[tuple[str, str, Callable[[Any], object]], ...] = (
    ("value", "value", lambda value: amount(value, Remarks())),
    ("period", "contractPeriod", lambda value: any(period(value, Remarks()))),
    ("items", "items", objects),
)


@dataclass(frozen=True)
class State:
    """A contract, its award and the whole process, as they stood once a release was out."""

    release: Release
    process: Object
    contract: Object
    award: Object


@dataclass(frozen=True)
class Contract:
    """One contract of a process: its ids, whether the process has others, and its states, oldest first."""

    ocid: str
    id: str
    alone: bool
    states: tuple[State, ...]

    @property
    def last(self) -> State:
        """Return the state after the latest release."""
        return self.states[-1]


def chosen_contract(releases: Sequence[Release], wanted: str | None, remarks: Remarks) -> Contract:
    """Return the contract with an id (or `ocid/id`), or the only one there is.

    A process without contracts offers its awards instead. Raises UsageError with the list when there are
    several to choose from or none at all, and NotFoundError when there is none with that id.
    """
    found = all_contracts(releases)
    if not found:
        raise UsageError(
            "The files tell of no contract and no award: there are no terms to import yet. "
            "Give the releases that follow the award."
        )
    fitting = found if wanted is None else [contract for contract in found if wanted in _names(contract)]
    if not fitting:
        raise NotFoundError(f"There is no contract {wanted} in the files. They hold:\n{_listed(found)}")
    if len(fitting) > 1:
        raise UsageError(f"There are {len(fitting)} contracts. Choose one with --contract:\n{_listed(fitting)}")
    if not objects(fitting[0].last.process.get("contracts")):
        remarks.note(f"There is no contract yet: award {fitting[0].id} is read as if it were one.")
    return _completed_by_award(fitting[0], remarks)


def all_contracts(releases: Sequence[Release]) -> list[Contract]:
    """Return every contract of every process in some releases, in the order published."""
    processes: defaultdict[str, list[Release]] = defaultdict(list)
    for release in releases:
        processes[release.ocid].append(release)
    return [contract for ocid, published in processes.items() for contract in _contracts(ocid, published)]


def is_for_this_contract_only(state: State) -> bool:
    """Say whether a state has an award, and it led to no other contract."""
    award = identity(state.award)
    contracts = objects(state.process.get("contracts"))
    return bool(state.award) and sum(identity(each, "awardID") == award for each in contracts) <= 1


def _names(contract: Contract) -> set[str]:
    return {contract.id, f"{contract.ocid}/{contract.id}"} | ({contract.ocid} if contract.alone else set())


def _contracts(ocid: str, releases: Iterable[Release]) -> list[Contract]:
    history = list(stages(releases))
    from_awards = not objects(history[-1].process.get("contracts"))
    entries = [(stage, _entries(stage.process, from_awards)) for stage in history]
    names = list(entries[-1][1])
    return [Contract(ocid, name, len(names) == 1, _states(name, entries)) for name in names]


def _entries(process: Object, from_awards: bool) -> dict[str, Object]:
    """Return a process's contracts by id; those without one are numbered."""
    if not from_awards:
        entries = objects(process.get("contracts"))
    else:
        won = (award for award in objects(process.get("awards")) if award.get("status") not in _LOST_AWARDS)
        entries = [{**award, "awardID": award.get("id"), "period": award.get("contractPeriod")} for award in won]
    return {identity(entry) or f"contract-{position}": entry for position, entry in enumerate(entries, 1)}


def _states(name: str, entries: Sequence[tuple[Stage, dict[str, Object]]]) -> tuple[State, ...]:
    states: list[State] = []
    for stage, contracts in entries:
        contract = contracts.get(name, {})
        state = State(stage.release, stage.process, contract, _award(stage.process, contract))
        if contract and not (states and (states[-1].contract, states[-1].award) == (contract, state.award)):
            states.append(state)
    # The parties may have been published after the contract.
    states[-1] = replace(states[-1], process=entries[-1][0].process)
    return tuple(states)


def _completed_by_award(contract: Contract, remarks: Remarks) -> Contract:
    """Return a contract with the value, the period and the items of its award where none of its states has them."""
    states = contract.states
    for name, award_name, says_something in _TERMS_OF_AN_AWARD:
        known = any(says_something(state.contract.get(name)) for state in states)
        if not known and any(says_something(state.award.get(award_name)) for state in states):
            remarks.note(f"The contract gives no {name}; the award's is used.")
            states = tuple(_with_part(state, name, award_name) for state in states)
    return replace(contract, states=states)


def _with_part(state: State, name: str, award_name: str) -> State:
    if not is_for_this_contract_only(state) or award_name not in state.award:
        return state
    return replace(state, contract={**state.contract, name: state.award[award_name]})


def _award(process: Object, contract: Object) -> Object:
    """Return the award a contract follows from; where it names none, the only one there is."""
    awards = objects(process.get("awards"))
    named = identity(contract, "awardID")
    if not named:
        return awards[0] if len(awards) == 1 and len(objects(process.get("contracts"))) <= 1 else {}
    return next((award for award in awards if identity(award) == named), {})


def _listed(contracts: Sequence[Contract]) -> str:
    several = len({contract.ocid for contract in contracts}) > 1
    lines = [_described(contract, several) for contract in contracts[:_SHOWN_CONTRACTS]]
    more = len(contracts) - len(lines)
    return "\n".join([*lines, *([f"  … and {more} more"] if more else [])])


def _described(contract: Contract, with_ocid: bool) -> str:
    silent = Remarks()
    value, (start, end) = part(contract.last.contract, "value"), period(contract.last.contract.get("period"), silent)
    figure = amount(value, silent)
    name = f"{contract.ocid}/{contract.id}" if with_ocid else contract.id
    price = f"{currency(value)} {figure:,f}" if figure is not None else "no value"
    days = f"{start or '…'} to {end or '…'}"
    return f"  {name}  {price}  {days}  {shown(contract.last.contract)}"
