"""Propose how much detail a contract should have, from its facts and what is recorded of the client."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from docgen.actions.change_orders import states_of
from docgen.actions.desk import Desk
from docgen.actions.recorded import read_revision, recorded_engagement
from docgen.errors import DocgenError, FindingsError, NotFoundError, UsageError
from docgen.facts.load import blank_facts, load_files
from docgen.lifecycle.deviation import Assessment, Reason, assess
from docgen.lifecycle.states import OrderState
from docgen.models.engagement import Engagement
from docgen.models.party import Party


def assess_recorded(desk: Desk, name: str) -> Assessment:
    """Return the assessment of a recorded engagement; raises UnknownEngagementError and what reading it raises."""
    return _assessed(desk, recorded_engagement(desk.record, name).facts)


def assess_file(desk: Desk, file: Path) -> Assessment:
    """Return the assessment of the engagement in a file, which need not be recorded.

    Raises FindingsError with every fault of the file, and UsageError for a file of another kind.
    """
    facts = load_files([file])
    if facts.errors:
        raise FindingsError(facts.errors)
    if not facts.engagements:
        raise UsageError(f"{file} is no engagement file. It begins with `format: docgen.engagement/1`.")
    return _assessed(desk, facts.engagements[0].facts)


def _assessed(desk: Desk, engagement: Engagement) -> Assessment:
    blanks = sum(1 for _ in blank_facts(engagement))
    try:
        past, orders = _with_client(desk, engagement)
    except NotFoundError:
        found = assess(engagement, past_engagements=0, past_change_orders=0, open_blanks=blanks)
        return replace(
            found, reasons=(*found.reasons, Reason(0, "There is no record here to look earlier work up in."))
        )
    return assess(engagement, past_engagements=past, past_change_orders=orders, open_blanks=blanks)


def _with_client(desk: Desk, engagement: Engagement) -> tuple[int, int]:
    """Return how many other engagements with the client are recorded, and how many change orders were executed in them.

    Every engagement is read for it. Raises what opening the record raises.
    """
    past = orders = 0
    for revision in desk.record.register.engagements():
        if revision.engagement == engagement.id:
            continue
        try:
            other = read_revision(desk.record, revision, Engagement).facts
            if _same(other.client, engagement.client):
                states = states_of(desk.record, other.id, desk.on).values()
                past, orders = past + 1, orders + sum(state is OrderState.EXECUTED for state in states)
        except DocgenError:
            # What was erased or cannot be read tells nothing of the client.
            continue
    return past, orders


def _same(one: Party, other: Party) -> bool:
    if one.registration and other.registration:
        return (one.registration.registry, one.registration.number) == (
            other.registration.registry,
            other.registration.number,
        )
    return bool(one.legal_name and other.legal_name) and _plain(one.legal_name) == _plain(other.legal_name)


def _plain(name: str | None) -> str:
    return " ".join((name or "").casefold().split())
