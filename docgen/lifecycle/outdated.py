"""Forecasts of milestones that are older than the change order which moved their day, so that none is taken for new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from docgen.lifecycle.progress import MilestoneStanding, MilestoneState
from docgen.models.terms import Terms


@dataclass(frozen=True)
class Move:
    """A change order in force that moved milestones: since when it is both signed and effective."""

    order: str
    on: dt.date
    milestones: tuple[str, ...]


@dataclass(frozen=True)
class Outdated:
    """Why a forecast is not compared with the day in force: it was stated on a day before an order moved that one."""

    stated: dt.date
    order: str
    moved_on: dt.date


def moved(before: Terms, after: Terms) -> tuple[str, ...]:
    """Return the ids of the milestones that are in both terms with different days."""
    days = {milestone.id: milestone.date for milestone in before.milestones}
    return tuple(each.id for each in after.milestones if each.id in days and days[each.id] != each.date)


def outdated(stated: Mapping[str, dt.date], moves: Iterable[Move]) -> Mapping[str, Outdated]:
    """Return by milestone which forecasts are older than the last order that moved it; `stated` says from when each is.

    A forecast stated on the very day of the order counts as newer.
    """
    found: dict[str, Outdated] = {}
    for move in sorted(moves, key=lambda each: (each.on, each.order)):
        for name in move.milestones:
            if name in stated and stated[name] < move.on:
                found[name] = Outdated(stated[name], move.order, move.on)
    return found


def uncompared(state: MilestoneState) -> MilestoneState:
    """Return an open milestone as it stands by its day in force alone, its forecast compared with nothing."""
    late = state.state is MilestoneStanding.LATE
    return replace(state, variance=None, state=MilestoneStanding.DUE if late else state.state)
