"""The figures of several engagements as JSON, for other programs.

Amounts are text and days are year-month-day; the same figures give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from docgen.lifecycle.manager_week import Week
from docgen.lifecycle.portfolio import Figures, Portfolio
from docgen.lifecycle.reporting import report_name
from docgen.models.money import Money
from docgen.templating.health_words import plain_reason


def records(told: Portfolio | Week) -> bytes:
    """Return the figures as JSON: amounts as text, days as year-month-day; the same figures give the same bytes."""
    value = _portfolio_record(told) if isinstance(told, Portfolio) else _week_record(told)
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, default=_plain) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return format(value.rounded().amount, "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"a {type(value).__name__} has no place in figures")


def _portfolio_record(told: Portfolio) -> Mapping[str, Any]:
    return {
        "on": told.on,
        "earlier": told.earlier,
        "statuses": {
            **{rag.value: count for rag, count in told.counts.items()},
            "ended": told.ended,
            "without_status": told.without_status,
        },
        "engagements": [_member_record(each) for each in told.members],
        "totals": [
            {
                "currency": total.currency,
                "engagements": total.engagements,
                "as_signed": total.signed,
                "contract_sum": total.sum,
                "invoiced": total.invoiced,
                "spent": total.spent,
                "forecast": total.forecast,
                "variance": total.variance,
            }
            for total in told.totals
        ],
        "awaited": [
            {
                "engagement": ask.engagement,
                "kind": ask.kind.value,
                "what": ask.about,
                "document": ask.document,
                "who": ask.person,
                "due": ask.due,
                "days_left": ask.left,
            }
            for ask in told.asks
        ],
    }


def _member_record(each: Figures) -> Mapping[str, Any]:
    money = each.money
    return {
        "id": each.engagement.id,
        "title": each.engagement.title,
        "state": each.state.value,
        "contract_signed": each.signed,
        "report": report_name(each.report.number) if each.report else None,
        "reported_until": each.report.until if each.report else None,
        "report_issued": each.report.issued if each.report else None,
        "next_report": each.next_report,
        "report_overdue": each.report_overdue,
        "end_date": each.current.end,
        "status": {
            dimension.name: {"rag": dimension.rag.value, "reason": dimension.reason} for dimension in each.dimensions
        },
        "milestones": [
            {
                "id": state.id,
                "title": state.title,
                "as_signed": state.baseline if each.signed else None,
                "in_force": state.current if each.signed else None,
                "proposed": None if each.signed else state.current,
                "forecast": state.forecast,
                "forecast_stated_on": each.stated.get(state.id),
                "forecast_older_than": each.overtaking(state),
                "actual": state.actual,
                "variance_days": state.variance,
                "state": state.state.value,
            }
            for state in each.milestones
        ],
        "money": {
            "currency": each.engagement.currency,
            "stated_on": each.stated_on,
            "as_signed": each.baseline.sum if each.signed else None,
            "contract_sum": money.sum,
            "invoiced": money.invoiced,
            "spent": money.spent,
            "forecast": money.forecast,
            "variance": money.variance,
        },
        "change_orders": [
            {
                "reference": order.reference,
                "title": order.title,
                "state": order.state.value,
                "effect": order.effect,
                "days": order.days,
                "effective_date": order.effective_date,
                "signed_on": order.signed_on,
                "answer_by": order.answer_by,
            }
            for order in each.orders
        ],
    }


def _week_record(week: Week) -> Mapping[str, Any]:
    return {
        "on": week.on,
        "until": week.until,
        "manager": week.manager,
        "engagements": week.engagements,
        "health": _health_records(week),
        "to_do": _to_do_records(week),
        "reports": _report_records(week),
        "missed_reports": [
            {"engagement": each.engagement, "client": each.client, "days": each.days} for each in week.missed
        ],
        "promises": _promise_records(week),
        "disputes": _dispute_records(week),
        "signatures": [
            {"reference": each.reference, "client": each.client, "kind": each.kind, "days": each.days}
            for each in week.waiting
        ],
        "remarks": list(week.remarks),
    }


def _health_records(week: Week) -> list[Mapping[str, Any]]:
    return [
        {
            "engagement": each.engagement,
            "client": each.client,
            "score": each.score,
            "change": each.change,
            "not_issued_yet": list(each.unissued),
            "trend": [{"on": day, "score": score} for day, score in each.trend],
            "worst": [
                {"part": part.part.value, "points": part.points, "value": plain_reason(part.value)}
                for part in each.worst
            ],
        }
        for each in week.health
    ]


def _to_do_records(week: Week) -> list[Mapping[str, Any]]:
    return [
        {
            "topic": each.topic.value,
            "kind": each.kind.value,
            "about": each.about,
            "due": each.due,
            "days_left": each.left,
            "amount": each.amount,
            "not_issued_yet": each.unissued,
            "currency": each.amount.currency if each.amount else None,
            "engagement": each.engagement,
            "client": each.client,
            "person": each.person,
            "owed_by": each.by.value,
        }
        for each in week.to_do
    ]


def _report_records(week: Week) -> list[Mapping[str, Any]]:
    return [
        {
            "reference": each.reference,
            "client": each.client,
            "due": each.at.isoformat() if each.at else None,
            "issued": each.issued.isoformat() if each.issued else None,
            "time_zone": each.zone,
            "to_do": each.task.value,
            "late": each.late,
        }
        for each in week.reports
    ]


def _promise_records(week: Week) -> list[Mapping[str, Any]]:
    return [
        {
            "engagement": each.engagement,
            "client": each.client,
            "what": each.given.words,
            "date": each.given.date,
            "days_left": each.left,
            "by": each.given.by or None,
            "reference": each.given.reference,
        }
        for each in week.words
    ]


def _dispute_records(week: Week) -> list[Mapping[str, Any]]:
    return [
        {
            "engagement": each.engagement,
            "client": each.client,
            "reference": each.reference,
            "about": each.about or None,
            "since": each.since,
            "state": each.state,
        }
        for each in week.troubles
    ]
