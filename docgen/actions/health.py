"""How well each engagement at work does, the worst first: for the firm, never for a client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.dossier import Dossier, dossiers, open_dossier
from docgen.errors import DocgenError
from docgen.lifecycle.calendars import business_days
from docgen.lifecycle.health import Beside, Health, Input, at_work, health, trend_days
from docgen.lifecycle.reporting import report_days
from docgen.models.engagement import Engagement
from docgen.models.feedback import Estimate
from docgen.models.serious_issue import SeriousIssue
from docgen.models.terms import Period

if TYPE_CHECKING:
    pass

REPORT = "progress-report"
TREND = 8
"""On how many report days the trend is shown."""
_REACH = {Period.WEEK: dt.timedelta(weeks=TREND + 1), Period.MONTH: dt.timedelta(days=31 * (TREND + 1))}


class NotAtWorkError(DocgenError):
    """An engagement has no score, for no work is under way."""

    def __init__(self, engagement: str, on: dt.date, state: str) -> None:
        super().__init__(
            f"{engagement} is not at work on {on}: it is {state}. A score is given from the day work begins to its "
            "completion; --on asks for another day."
        )


@dataclass(frozen=True)
class Mark:
    """The score on one day of the trend."""

    on: dt.date
    score: int


@dataclass(frozen=True)
class Examined:
    """An engagement with its health on a day, and the score on the report days before it, the last one last."""

    engagement: Engagement
    health: Health
    trend: tuple[Mark, ...] = ()

    @property
    def change(self) -> int | None:
        """Return how the score differs from that of the last day of the trend before; None without one."""
        before = [mark for mark in self.trend if mark.on < self.health.on]
        return self.health.score - before[-1].score if before else None


@dataclass(frozen=True)
class Asking:
    """Whose engagements are asked for: of a client by a part of its name, of an account manager; empty for all."""

    client: str = ""
    manager: str = ""

    def includes(self, engagement: Engagement) -> bool:
        """Say whether an engagement is asked for."""
        client, manager = engagement.client.legal_name or "", engagement.account.manager or ""
        return self.client.casefold() in client.casefold() and (
            not self.manager or self.manager.casefold() == manager.casefold()
        )


@dataclass(frozen=True)
class Ranking:
    """The engagements at work, the worst first, and what hindered part of the answer."""

    items: tuple[Examined, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class HealthLine:
    """One line of the firm's own report: an engagement, its score and what it was, and the two worst inputs."""

    engagement: str
    title: str
    client: str
    score: int
    change: int | None
    worst: tuple[Input, ...]
    missing: tuple[Input, ...]
    trend: tuple[Mark, ...]


_ALL = Asking()


def ranking(desk: Desk, asking: Asking = _ALL, *, trend: bool = False) -> Ranking:
    """Return the engagements at work on the day of the desk, the lowest score first.

    Those whose facts were erased are passed over; what cannot be computed of one of them is a remark. With `trend`
    the score is computed of the last report days too. Raises what opening the record raises.
    """
    from docgen.store.blobs import BlobErasedError

    remarks: list[str] = []
    items: list[Examined] = []
    for dossier in dossiers(desk.record, desk.on, remarks, desk.on):
        if not asking.includes(dossier.engagement):
            continue
        try:
            found = _examined(desk, dossier, trend=trend)
        except BlobErasedError:
            continue
        except DocgenError as error:
            remarks.append(f"{dossier.name}: {error}")
            continue
        if found is not None:
            items.append(found)
    return Ranking(tuple(sorted(items, key=lambda each: (each.health.score, each.engagement.id))), tuple(remarks))


def examine(desk: Desk, name: str) -> Examined:
    """Return an engagement's health on the day of the desk with its trend.

    Raises NotAtWorkError, UnknownEngagementError, and what reading the record raises.
    """
    dossier = open_dossier(desk.record, name, desk.on)
    found = _examined(desk, dossier, trend=True)
    if found is None:
        raise NotAtWorkError(name, desk.on, dossier.story.state.replace("_", " "))
    return found


def health_lines(desk: Desk, asking: Asking = _ALL) -> tuple[HealthLine, ...]:
    """Return what the firm's own report says of the health of its engagements, the worst first.

    It is for the account manager and no part of any document for a client. Raises what opening the record raises.
    """
    return tuple(
        HealthLine(
            engagement=each.engagement.id,
            title=each.engagement.title,
            client=each.engagement.client.legal_name or "",
            score=each.health.score,
            change=each.change,
            worst=each.health.worst[:2],
            missing=each.health.missing,
            trend=each.trend,
        )
        for each in ranking(desk, asking, trend=True).items
    )


def _examined(desk: Desk, dossier: Dossier, *, trend: bool) -> Examined | None:
    """Return the health of an engagement, or None when it is not at work; raises what reading it raises."""
    found = _health(desk, dossier)
    if found is None:
        return None
    return Examined(dossier.engagement, found, tuple(_trend(desk, dossier, found)) if trend else ())


def _health(desk: Desk, dossier: Dossier) -> Health | None:
    if dossier.begun_on is None or not at_work(dossier.situation):
        return None
    return health(dossier.situation, _beside(dossier), desk.settings.rag)


def _beside(dossier: Dossier) -> Beside:
    issues = (each.model_copy(update={"number": number}) for number, each in dossier.of(SeriousIssue).items())
    return Beside(
        issues=tuple(issues),
        estimates=tuple(dossier.of(Estimate).values()) if dossier.feedback else (),
        reported=frozenset(each.number for each in dossier.papers if each.kind == REPORT),
    )


def _trend(desk: Desk, dossier: Dossier, today: Health) -> Iterator[Mark]:
    for day in trend_days(dossier.situation, _report_days(dossier), TREND):
        found = today if day == today.on else _health(desk, dossier.on_day(day))
        if found is not None:
            yield Mark(day, found.score)


def _report_days(dossier: Dossier) -> tuple[dt.date, ...]:
    """Return the last days on which a report was due; none without a cadence or a calendar."""
    cadence, calendar = dossier.engagement.account.report, dossier.engagement.calendar
    if cadence is None or calendar is None:
        return ()
    return report_days(cadence, business_days(calendar), dossier.on - _REACH[cadence.every], dossier.on)
