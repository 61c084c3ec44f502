"""A year of weekly reports, lived through: plans, silence, slips, holidays and change orders, all decided by hashes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from docgen.actions.approvals import approve_templates
from docgen.actions.deciding import approve, submit
from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import Desk
from docgen.actions.dossier import open_dossier
from docgen.actions.drafting import Issue
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import raise_order, record_progress
from docgen.actions.issuing import issue
from docgen.actions.reporting import Asking, release
from docgen.actions.rounds import Ending, run
from docgen.actions.sending import Ask, Result, send
from docgen.actions.sending import Ending as Posted
from docgen.actions.signing import execute
from docgen.actions.workspace import make_workspace, read_person
from docgen.executors.addresses import executor
from docgen.executors.work import Limits
from docgen.facts.write import write_facts
from docgen.lifecycle.calendars import business_days
from docgen.lifecycle.progress import carried_forward
from docgen.lifecycle.reporting import report_days
from docgen.lifecycle.states import OrderState
from docgen.models.engagement import BusinessCalendar, ReportCadence
from docgen.settings import read_settings
from docgen.store.register import IssuedDocument

MANAGER, LAWYER, DIRECTOR, BOARD = (f"{name}@firm.example" for name in ("ada", "lena", "dora", "boris"))
BEGIN = dt.date(2026, 10, 5)
ENGLAND = business_days(BusinessCalendar(country="GB", subdivision="ENG"))
FRIDAYS = ReportCadence(at=dt.time(16))
USED = ("contract", "change-order", "progress-report", "covering-mail")
"""The templates that are used, and so approved."""
_DAY = dt.timedelta(days=1)
_SIGNED = b"%PDF-1.7\nsigned by both\n%%EOF\n"
_ORDER_WEEKS = (5, 24)
"""In which weeks an engagement under a signed contract gets a change order."""


@dataclass
class Story:
    """What happened to one engagement, as somebody beside docgen would keep it."""

    name: str
    sends_quiet: bool
    signed: bool
    plan: dict[str, str] = field(default_factory=dict)
    """The work that was planned and not accounted for, with the week in which it was last spoken of."""
    reports: list[dt.date] = field(default_factory=list)
    """The days of the reports that were made, in their order."""
    silent: list[dt.date] = field(default_factory=list)
    """The days for which there was nothing to tell and nobody released a report."""
    orders: int = 0
    slip: int = 0


@dataclass
class Year:
    """A firm with some engagements, lived through week by week; `made` counts the reports."""

    root: Path
    stories: list[Story]
    days: tuple[dt.date, ...]
    address: str = "serial"
    made: int = 0

    def desk(self, day: dt.date, person: str = MANAGER) -> Desk:
        """Return a desk on a day, at four in the afternoon."""
        moment = dt.datetime.combine(day, dt.time(16), dt.UTC)
        return Desk(read_settings(self.root), day, on_given=True, person=person, clock=lambda: moment)

    def do(self, day: dt.date, action: Callable[..., Any], *words: Any, person: str = MANAGER) -> Any:
        """Return what an action answers on a day."""
        with closing(self.desk(day, person)) as desk:
            return action(desk, *words)

    def live(self) -> Iterator[dt.date]:
        """Live week after week, and yield the day of each week when it is over."""
        for week, day in enumerate(self.days):
            for story in self.stories:
                self._work(story, week, day)
            self.round(day)
            yield day

    def round(self, day: dt.date) -> list[Any]:
        """Make every report that is due by a day, and return what came of each."""
        with closing(self.desk(day)) as desk, executor(self.address, Limits(seconds=120)) as workers:
            results = list(run(desk, Asking(), workers, []))
        failed = [each for each in results if each.ending is Ending.FAILED]
        assert not failed, failed
        self.made += sum(each.ending is Ending.MADE for each in results)
        for each in results:
            if each.ending is Ending.WAITS and "the status is worse than it was" in each.words:
                self.do(day, release, each.reference, "We have told you on the phone what we do about it.")
                self.made += 1
        return results

    def post(self, day: dt.date, ask: Ask | None = None, drafts: Path | None = None) -> list[Result]:
        """Send every report that stands and was not sent, and return what came of each letter."""
        with closing(self.desk(day)) as desk:
            results = list(send(desk, Asking(), [], ask=ask, drafts=drafts))
        failed = [each for each in results if each.ending is Posted.FAILED]
        assert not failed, failed
        return results

    def issued(self, story: Story) -> list[IssuedDocument]:
        """Return the reports of an engagement, every version, in the order issued."""
        with closing(self.desk(self.days[-1])) as desk:
            documents = desk.record.register.documents_of(story.name)
        return [each for each in documents if each.kind == "progress-report"]

    def still_open(self, story: Story) -> set[str]:
        """Return the work of an engagement that was planned in any week and that no entry has accounted for."""
        with closing(self.desk(self.days[-1])) as desk:
            entries = open_dossier(desk.record, story.name, desk.on).progress
        return {item.text for item in (*carried_forward(entries, entries[-1]), *entries[-1].next)}

    def _work(self, story: Story, week: int, day: dt.date) -> None:
        if story.signed and week in _ORDER_WEEKS:
            self._order(story, day)
        if week and dice(story.name, week, "silence") % 5 == 0:
            self._silence(story, week, day)
            return
        first = max(day - 6 * _DAY, self.days[week - 1] + _DAY if week else day - 4 * _DAY)
        entry = {
            "format": "docgen.progress/1",
            "engagement": story.name,
            "period": {"from": ENGLAND.next_business_day(first), "to": day},
            "summary": f"Week {week + 1} of the work.",
            "status": {"overall": {"rag": "green", "reason": "The team is on the work"}},
            **_spoken(story, week, day),
            "milestones": [{"id": "M3", "forecast": dt.date(2027, 11, 26) + story.slip * _DAY}],
            "effort": [{"line": "F3", "units": "0.25"}],
        }
        file = self.root / "engagements" / f"{story.name}-{day}.yaml"
        file.write_text(write_facts(entry), "utf-8")
        self.do(day, record_progress, file)
        story.reports.append(day)

    def _silence(self, story: Story, week: int, day: dt.date) -> None:
        """Let a week pass without a word: it is reported by itself, released by a person, or missed."""
        if story.sends_quiet:
            story.reports.append(day)
        elif dice(story.name, week, "release") % 2:
            self.do(day, release, story.name, "Everybody waits for the freeze to end.")
            story.reports.append(day)
            self.made += 1
        else:
            story.silent.append(day)

    def _order(self, story: Story, day: dt.date) -> None:
        story.orders += 1
        line = {"id": f"F{10 + story.orders}", "kind": "fixed", "description": "More work", "milestone": "M3"}
        order = {
            "format": "docgen.change-order/1",
            "engagement": story.name,
            "number": story.orders,
            "title": f"More work, part {story.orders}",
            "requested_by": "client",
            "requested_on": day,
            "reason": "There is more to do.",
            "kind": "client_request",
            "effective_date": day,
            "changes": [{"do": "add_fee", "line": {**line, "amount": "1000.00"}}],
            "settlement": "full",
        }
        file = self.root / "engagements" / f"{story.name}-order-{story.orders}.yaml"
        file.write_text(write_facts(order), "utf-8")
        self.do(day, raise_order, file)
        reference = f"{story.name}/CO-{story.orders:03d}"
        state = self.do(day, submit, reference).state
        for person in (DIRECTOR, BOARD, LAWYER):
            if state is OrderState.SUBMITTED:
                state = self.do(day, approve, reference, person=person).state
        self.do(day, issue, Issue("change-order", story.name, story.orders))
        signed = self.root / f"{story.name}-{story.orders}.pdf"
        signed.write_bytes(_SIGNED + reference.encode())
        self.do(day, execute, reference, signed)


def dice(*words: object) -> int:
    """Return a number that looks like chance and is the same each time."""
    return int.from_bytes(sha256("/".join(map(str, words)).encode()).digest()[:4], "big")


def _spoken(story: Story, week: int, day: dt.date) -> dict[str, list[dict[str, Any]]]:
    """Return what an entry says of the plan, and keep what is open after it.

    Some work is passed over in silence, and some is not done and neither dropped nor planned again.
    """
    done: list[dict[str, Any]] = []
    missed: list[dict[str, Any]] = []
    coming: list[dict[str, Any]] = []
    for text in list(story.plan):
        fate = dice(story.name, week, text) % 4
        if fate == 0:
            done.append({"text": text})
            del story.plan[text]
        elif fate == 1:
            dropped = dice(story.name, week, f"{text} dropped") % 2 == 0
            missed.append({"text": text, "reason": "Others waited for it", "dropped": dropped})
            if dropped:
                del story.plan[text]
        elif fate == 2:
            missed.append({"text": text, "reason": "It took longer"})
            coming.append({"text": text, "due": day + 7 * _DAY})
            story.plan[text] = str(day)
    for number in range(dice(story.name, week, "new") % 3):
        text = f"Step {week + 1}.{number + 1} of {story.name}"
        coming.append({"text": text, "due": day + (7 + 7 * number) * _DAY})
        story.plan[text] = str(day)
    story.slip += dice(story.name, week, "slip") % 3
    return {"done": done, "not_done": missed, "next": coming}


def begun(root: Path, engagements: int, weeks: int, address: str = "serial") -> Year:
    """Return a firm on its first Friday, with engagements of which every fourth is under a signed contract."""
    people = [f"{MANAGER}:account_manager", f"{LAWYER}:legal", f"{DIRECTOR}:director", f"{BOARD}:board"]
    make_workspace(root, [read_person(person) for person in people])
    days = report_days(FRIDAYS, ENGLAND, BEGIN, BEGIN + (weeks + 1) * 7 * _DAY)[:weeks]
    stories = [Story(f"YEAR-{number:03d}", number % 2 == 1, number % 4 == 0) for number in range(engagements)]
    year = Year(root, stories, days, address)
    year.do(BEGIN, approve_templates, USED, person=LAWYER)
    for story in stories:
        file = root / "engagements" / f"{story.name}.yaml"
        file.write_text(_engagement(story), "utf-8")
        year.do(BEGIN, record_engagement, file)
        if story.signed:
            year.do(BEGIN, issue, Issue("contract", story.name))
            signed = root / f"{story.name}.pdf"
            signed.write_bytes(_SIGNED + story.name.encode())
            year.do(BEGIN, execute, f"{story.name}/contract", signed)
    return year


def _engagement(story: Story) -> str:
    """Return the example's engagement under another id, with work for more than a year."""
    text = (EXAMPLE / "engagement.yaml").read_text("utf-8")
    quiet = ", when_quiet: send" if story.sends_quiet else ""
    for before, after in (
        ("id: NBS-2026-014", f"id: {story.name}"),
        ('at: "16:00"', f'at: "16:00"{quiet}'),
        ("end_date: 2027-03-31", "end_date: 2027-12-31"),
        ("title: Plan accepted, date: 2027-03-26", "title: Plan accepted, date: 2027-12-10"),
        ("estimate: 15, cap: 18", "estimate: 60, cap: 80"),
    ):
        assert before in text, before
        text = text.replace(before, after)
    return text
