"""All engagements of a client in one document, and an account manager's week: made from the record as a whole."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docgen.actions.approvals import approve_templates, submit_templates
from docgen.actions.clients import AmbiguousClientError, UnknownClientError, clients
from docgen.actions.contacts import finish
from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import Desk
from docgen.actions.drafting import Issue
from docgen.actions.due import Asking as AskingDue
from docgen.actions.due import owing
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import raise_order, record_entry, record_progress
from docgen.actions.issuing import issue
from docgen.actions.portfolio import (
    BusyRecordError,
    NobodysWeekError,
    NothingManagedError,
    client_report,
    figures_of,
    made_of,
    manager_week,
    written,
)
from docgen.actions.template_course import NotApprovedError
from docgen.doctree.nodes import Figure, Text
from docgen.doctree.text import document_lines
from docgen.doctree.walk import walk
from docgen.errors import UsageError
from docgen.lifecycle.due import DeadlineKind
from docgen.lifecycle.manager_week import ReportTask, Topic, Week
from docgen.lifecycle.portfolio import AskKind, Portfolio
from docgen.lifecycle.states import OrderState
from docgen.models.contact import Contact
from docgen.models.dispute import Dispute
from docgen.models.money import Money
from docgen.settings import MailSettings
from docgen.templating.portfolio import PortfolioCase, parted
from tests.firm import AMARA, ID, JON, LENA, Firm, Firms
from tests.lives import put_paper

CLIENT = "Harrow & Pike Retail plc"
MANAGER = "amara.okafor@northbridge.example"
OTHER, EUROS, PROSPECT = "NBS-2026-020", "NBS-2026-021", "NBS-2026-022"
DAY = "2026-11-25"
NAMED = ("id: NBS-2026-014", "title: Order platform migration")


def begin(firm: Firm, name: str, title: str, *changes: tuple[str, str], signed: bool = True) -> None:
    """Record another engagement, by default with its signed contract."""
    firm.do(
        record_engagement, firm.facts("engagement", (NAMED[0], f"id: {name}"), (NAMED[1], f"title: {title}"), *changes)
    )
    if signed:
        put_paper(firm, "contract", "2026-10-02", of=name)


def report(firm: Firm, name: str, *changes: tuple[str, str], day: str = "2026-11-20", issued: bool = True) -> None:
    """Record the example's report of a week for an engagement, and by default issue it on its day."""
    own = (f"engagement: {ID}", f"engagement: {name}")
    made = firm.by(JON).on(day).do(record_progress, firm.facts(f"progress-{day}", own, *changes))
    if issued:
        put_paper(firm, "progress-report", day, number=int(made.reference[-3:]), signed=False, of=name)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, firms: Firms) -> Firm:
    """Return a firm with four engagements of one client, in two currencies, one of them not signed."""
    firm = firms.at("approved", tmp_path_factory.mktemp("portfolio") / "firm")
    begin(firm, ID, "Order platform migration")
    begin(firm, OTHER, "Returns service")
    begin(firm, EUROS, "Warehouse scanning", ("currency: GBP", "currency: EUR"))
    begin(firm, PROSPECT, "Payroll interface", signed=False)
    report(firm, ID, day="2026-11-13")
    report(firm, ID)
    report(firm, EUROS)
    return firm


@pytest.fixture
def firm(kept: Firm, tmp_path: Path) -> Firm:
    """Return a copy of that firm, on the Wednesday after the reports."""
    return copy_of(kept, tmp_path)


def copy_of(kept: Firm, place: Path) -> Firm:
    """Return a firm copied below a place, on the Wednesday after the reports."""
    shutil.copytree(kept.root, place / "firm", ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    return Firm(place / "firm").on(DAY)


def told(firm: Firm, name: str = CLIENT) -> Portfolio:
    """Return what the report for a client says."""
    found = firm.do(client_report, name).told
    assert isinstance(found, Portfolio)
    return found


def week(firm: Firm, manager: str = MANAGER) -> Week:
    """Return what an account manager's week says."""
    found = firm.do(manager_week, manager).told
    assert isinstance(found, Week)
    return found


def words(firm: Firm, case: PortfolioCase) -> list[str]:
    """Return the lines of a document."""
    return list(document_lines(firm.do(lambda desk: made_of(desk, case)).document))


def picture(firm: Firm, name: str) -> tuple[Figure, str]:
    """Return a picture of the report for the client, and its drawing."""
    case = firm.do(client_report, CLIENT)
    document = firm.do(lambda desk: made_of(desk, case)).document
    figure = next(each for each in walk(document.blocks) if isinstance(each, Figure) and each.asset == name)
    return figure, document.pictures[name].svg


# Which client is meant


def test_a_client_is_found_by_its_name_its_number_and_the_beginning_of_its_name(firm: Firm) -> None:
    for name in (CLIENT, CLIENT.upper(), "harrow", "  Harrow   &  Pike", "01000000"):
        assert len(told(firm, name).members) == 4


def test_an_unknown_client_is_refused_with_the_nearest_names(firm: Firm) -> None:
    with pytest.raises(UnknownClientError, match=r"Did you mean “Harrow & Pike Retail plc \(01000000\)”"):
        firm.do(client_report, "Harow & Pike Retail")
    with pytest.raises(UnknownClientError, match=r"There are: “Harrow & Pike Retail plc \(01000000\)”"):
        firm.do(client_report, "Zzz")
    with pytest.raises(UnknownClientError):
        firm.do(client_report, "  ")


def test_a_beginning_that_two_clients_share_is_refused_with_both(firm: Firm) -> None:
    begin(firm, "NBS-2026-030", "Fleet", ("Harrow & Pike Retail plc", "Harrow Fleet Ltd"), ('"01000000"', '"01000099"'))
    with pytest.raises(AmbiguousClientError, match=r"“Harrow & Pike Retail plc \(01000000\)”, “Harrow Fleet Ltd"):
        firm.do(client_report, "harrow")
    assert [each.engagement.id for each in told(firm, "harrow fleet").members] == ["NBS-2026-030"]


def test_a_client_that_writes_its_name_in_another_way_is_known_by_its_registration(firm: Firm) -> None:
    begin(firm, "NBS-2026-031", "Kiosk", ("Harrow & Pike Retail plc", "HARROW & PIKE RETAIL PLC"))
    assert len(told(firm).members) == 5
    assert [str(each) for each in firm.do(clients)] == ["Harrow & Pike Retail plc (01000000)"]


# What the client reads


def test_each_engagement_shows_its_last_status_and_all_are_counted(firm: Firm) -> None:
    found = told(firm)
    overall = {each.engagement.id: each.overall.rag.value if each.overall else None for each in found.members}
    assert overall == {ID: "amber", OTHER: None, EUROS: "amber", PROSPECT: None}
    assert {rag.value: count for rag, count in found.counts.items()} == {"green": 0, "amber": 2, "red": 0}
    lines = words(firm, firm.do(client_report, CLIENT))
    assert "Engagements\t4, of which 2 amber and 2 without a status yet" in lines


def test_amounts_are_added_within_a_currency_and_never_across(firm: Firm) -> None:
    totals = {total.currency: total for total in told(firm).totals}
    assert list(totals) == ["EUR", "GBP"]
    pounds, euros = totals["GBP"], totals["EUR"]
    assert (pounds.engagements, str(pounds.sum), str(pounds.invoiced)) == (2, "GBP 215,600.00", "GBP 18,000.00")
    assert (euros.engagements, str(euros.sum)) == (1, "EUR 107,800.00")
    assert pounds.sum == Money.total((each.money.sum for each in told(firm).members[:2]), "GBP")


def test_a_contract_that_is_not_signed_is_shown_and_in_no_total(firm: Firm) -> None:
    found = told(firm)
    prospect = found.members[-1]
    assert (prospect.signed, prospect.next_report) == (False, None)
    assert sum(total.engagements for total in found.totals) == 3
    assert any(
        "Payroll interface (NBS-2026-022), proposed and not signed yet" in line
        for line in words(firm, firm.do(client_report, CLIENT))
    )


def test_under_a_letter_of_approval_alone_dates_are_proposed_and_nothing_is_as_signed(firm: Firm) -> None:
    put_paper(firm, "letter-of-approval", "2026-11-02", of=PROSPECT)
    report(firm, PROSPECT)
    head, sum_row, end = {}, {}, {}
    for language in ("en", "de"):
        lines = words(firm, firm.do(client_report, CLIENT, language))
        own = lines[lines.index(f"Payroll interface ({PROSPECT})") :]
        assert not [line for line in own if "as signed" in line or "wie unterzeichnet" in line or "In force" in line]
        head[language] = next(line.split("\t")[1] for line in own if line.startswith(("Milestone\t", "Meilenstein\t")))
        sum_row[language] = next(line for line in lines if line.startswith(f"Payroll interface ({PROSPECT}), "))
        end[language] = next(line for line in own if line.startswith(("The contract is not", "Der Vertrag ist noch")))
    assert head == {"en": "Proposed", "de": "Vorgeschlagen"}
    assert "proposed and not signed yet" in sum_row["en"]
    assert "vorgeschlagen und noch nicht unterzeichnet" in sum_row["de"]
    assert end["en"].startswith("The contract is not signed yet; proposed is a contract sum of GBP\u00a0107,800.00.")
    assert "Proposed end date 31 March 2027." in end["en"]
    assert "Vorgeschlagenes Vertragsende 31. März 2027." in end["de"]


def test_the_client_reads_what_its_issued_reports_said(firm: Firm) -> None:
    report(firm, OTHER, issued=False)
    untold = told(firm).members[1]
    assert (untold.entry, untold.overall, str(untold.money.spent)) == (None, None, "GBP 0.00")
    assert not any(ask.engagement == OTHER for ask in told(firm).asks)
    put_paper(firm, "progress-report", "2026-11-23", number=1, signed=False, of=OTHER)
    known = told(firm).members[1].report
    assert known
    assert (known.number, str(known.until), str(known.issued)) == (1, "2026-11-20", "2026-11-23")
    assert told(firm.on("2026-11-22")).members[1].entry is None


def test_what_was_corrected_after_a_report_is_told_with_its_next_version(firm: Firm) -> None:
    before = told(firm).members[0]
    report(firm, ID, ("units: 2", "units: 3"), issued=False)
    assert told(firm).members[0].money == before.money
    put_paper(firm, "progress-report", "2026-11-24", number=2, version=2, signed=False)
    assert told(firm).members[0].money.spent > before.money.spent


def test_figures_that_are_older_than_the_report_say_of_which_day_they_are(firm: Firm) -> None:
    lines = words(firm, firm.do(client_report, CLIENT))
    assert f"Order platform migration ({ID})\tAmber\tNo. 2, to 20 Nov 2026" in "\n".join(lines)
    assert any(line.startswith(f"Order platform migration ({ID}), as of 20 Nov 2026\t") for line in lines)
    assert any(line.startswith(f"Returns service ({OTHER}), nothing reported yet\t") for line in lines)
    assert any("As of 20 November 2026: invoiced GBP\u00a018,000.00" in line for line in lines)


def test_an_overdue_report_is_named_and_not_the_one_after_it(firm: Firm) -> None:
    found = told(firm.on("2026-12-11")).members[0]
    assert (str(found.next_report), found.report_overdue) == ("2026-11-27", True)
    lines = words(firm, firm.on("2026-12-11").do(client_report, CLIENT))
    assert any("The next one has been due since Friday, 27 November 2026." in line for line in lines)


def test_a_rules_reason_is_told_in_the_language_of_the_portfolio_and_a_persons_as_it_was_written(firm: Firm) -> None:
    begin(firm, "NBS-2026-041", "Lager", ("locale: en-GB", "locale: de-DE"))
    text = (EXAMPLE / "progress-2026-11-20.yaml").read_text("utf-8")
    status = text[text.index("status:") : text.index("done:")]
    report(firm, "NBS-2026-041", (status, ""), ("M2, forecast: 2027-02-16", "M2, forecast: 2027-03-16"))
    recorded = told(firm).members[-1]
    assert recorded.overall
    assert recorded.overall.reason == "M2 wird 32 Tage nach dem Termin erwartet"
    english, german = (words(firm, firm.do(client_report, CLIENT, language)) for language in ("en", "de"))
    assert "Overall\tRed\tM2 is expected 32 days late." in english
    assert "Gesamt\tRot\tM2 wird 32 Tage nach dem Termin erwartet." in german
    assert "Gesamt\tGelb\tLoad tests start two days late." in german


def test_milestones_and_money_are_as_of_the_day_and_not_of_the_last_report(firm: Firm) -> None:
    later = told(firm.on("2027-02-20"))
    second = later.members[0].milestones[1]
    assert (second.id, second.state.value, second.variance) == ("M2", "overdue", 4)
    assert later.members[0].entry == told(firm).members[0].entry


def test_what_is_asked_of_the_client_stands_in_the_order_of_its_days(firm: Firm) -> None:
    report(firm, OTHER, ("due: 2026-11-27}]\ncontacts", "due: 2026-11-26}, {text: Name a tester}]\ncontacts"))
    asks = told(firm).asks
    assert [(ask.engagement, ask.about, str(ask.due or "")) for ask in asks[:3]] == [
        (OTHER, "Confirm the change freeze dates", "2026-11-26"),
        (ID, "Confirm the change freeze dates", "2026-11-27"),
        (EUROS, "Confirm the change freeze dates", "2026-11-27"),
    ]
    assert (asks[-1].about, asks[-1].due) == ("Name a tester", None)
    assert not asks[0].overdue
    assert told(firm.on("2026-12-01")).asks[0].overdue


def test_what_nobody_in_particular_is_asked_for_is_awaited_from_the_sponsor(firm: Firm) -> None:
    report(firm, OTHER, ("due: 2026-11-27}]\ncontacts", "due: 2026-11-26}, {text: Name a tester}]\ncontacts"))
    rows = [line.split("\t") for line in words(firm, firm.do(client_report, CLIENT))]
    assert ["Name a tester.", f"Returns service ({OTHER})", "Dilip Rao", "as soon as you can"] in rows


def test_a_paper_that_awaits_the_clients_signature_is_asked_for(firm: Firm) -> None:
    put_paper(firm, "letter-of-approval", "2026-11-20", signed=False, of=PROSPECT)
    (ask,) = [ask for ask in told(firm).asks if ask.kind is AskKind.SIGNATURE]
    assert (ask.engagement, ask.document, ask.about) == (
        PROSPECT,
        "letter-of-approval",
        f"{PROSPECT}/letter-of-approval/1",
    )


def test_change_orders_are_told_once_they_were_put_forward(firm: Firm) -> None:
    firm.do(raise_order, firm.facts("change-order-001", ("requested_by: client", "requested_by: provider")))
    assert told(firm).members[0].orders == ()
    firm.agree()
    (order,) = told(firm).members[0].orders
    assert (order.state, str(order.effect), order.executed) == (OrderState.APPROVED, "GBP 22,100.00", False)


def test_a_change_that_the_client_asked_for_is_told_from_the_first(firm: Firm) -> None:
    firm.do(raise_order, firm.facts("change-order-001"))
    (order,) = told(firm).members[0].orders
    assert order.state is OrderState.DRAFT


def test_an_engagement_that_ended_long_ago_is_only_counted(firm: Firm) -> None:
    put_paper(firm, "completion-certificate", "2026-10-20", of=OTHER)
    recent = told(firm)
    assert (len(recent.members), recent.earlier, recent.members[1].ended) == (4, 0, True)
    later = told(firm.on("2027-03-01"))
    assert (len(later.members), later.earlier) == (3, 1)


def test_the_report_holds_nothing_that_is_for_the_firm(firm: Firm) -> None:
    case = firm.do(client_report, CLIENT)
    text = "\n".join(words(firm, case)) + figures_of(case).decode()
    for secret in ("Budget holder approves", "client_class", "deviation", "privileges", "score", "−20", "silence"):
        assert secret not in text


def test_the_course_shows_every_engagement_also_without_a_report(firm: Firm) -> None:
    _, svg = picture(firm, "status")
    assert all(each in svg for each in (ID, OTHER, EUROS, PROSPECT))


def test_the_course_of_many_engagements_is_parted_so_that_a_page_breaks_between(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docgen.templating.portfolio.ROWS", 3)
    figure, svg = picture(firm, "status")
    later, other = picture(firm, "status-from-3")
    assert [name in svg for name in (ID, OTHER, EUROS, PROSPECT)] == [True, True, False, False]
    assert [name in other for name in (ID, OTHER, EUROS, PROSPECT)] == [False, False, True, True]
    assert str(figure.caption[0]).endswith("engagements 1 to 2 of 4')")
    assert "engagements 3 to 4 of 4" in later.alt
    assert f"{EUROS} now amber." in later.alt
    assert ID not in later.alt


@pytest.mark.parametrize(
    ("rows", "parts"), [(0, []), (1, [1]), (12, [12]), (13, [6, 7]), (25, [8, 8, 9]), (48, [12, 12, 12, 12])]
)
def test_rows_are_parted_into_pictures_of_like_height(rows: int, parts: list[int]) -> None:
    assert [end - start for start, end in parted(rows)] == parts


def test_milestones_ahead_are_the_earliest_and_say_how_many_there_are(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure, whole = picture(firm, "milestones")
    assert figure.caption == (Text("Milestones ahead"),)
    assert "Timeline of the open milestones of all engagements" in figure.alt
    monkeypatch.setattr("docgen.templating.portfolio.MILESTONES", 3)
    figure, cut = picture(firm, "milestones")
    assert figure.caption == (Text("Milestones ahead: the next 3 of 7 open milestones"),)
    assert "the next 3 of 7 open milestones of all engagements" in figure.alt
    assert [name in whole for name in ("M1", "M2", "M3")] == [True, True, True]
    assert [name in cut for name in ("M1", "M2", "M3")] == [True, True, False]


def test_the_report_says_from_which_record_it_was_made(firm: Firm) -> None:
    case = firm.do(client_report, CLIENT)
    checkpoint = firm.do(lambda desk: desk.record.ledger.last_checkpoint())
    assert checkpoint
    assert case.basis
    assert (case.basis.entries, case.basis.root) == (firm.size, checkpoint[1].root)
    last = words(firm, case)[-1]
    assert last.startswith("Made from the record as it stood on 25 November 2026, at ")
    assert last.endswith(f"root {checkpoint[1].root}.")


def test_reading_a_portfolio_records_nothing(firm: Firm) -> None:
    before = firm.size
    firm.do(lambda desk: list(written(desk, client_report(desk, CLIENT), ("txt", "xlsx"))))
    firm.do(lambda desk: list(written(desk, manager_week(desk, MANAGER), ("txt", "xlsx"))))
    assert firm.size == before


def test_the_same_record_gives_the_same_bytes(firm: Firm, tmp_path: Path) -> None:
    def made(firm: Firm) -> dict[str, bytes]:
        with closing(firm.desk()) as desk:
            return dict(written(desk, client_report(desk, CLIENT), ("pdf", "docx", "xlsx")))

    other = copy_of(firm, tmp_path / "elsewhere")
    assert made(firm) == made(other)
    report(other, OTHER)
    assert made(firm) != made(other)


def test_a_record_that_changes_while_it_is_read_is_read_again(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(firm.desk()) as desk:
        sizes = iter([7, 8, 8, 8])
        monkeypatch.setattr(desk.record.ledger, "head_size", lambda: next(sizes))
        found = client_report(desk, CLIENT)
    assert found.basis
    assert found.basis.entries == 8
    with closing(firm.desk()) as desk:
        count = iter(range(1000))
        monkeypatch.setattr(desk.record.ledger, "head_size", lambda: next(count))
        with pytest.raises(BusyRecordError):
            client_report(desk, CLIENT)


# Approval and language


def test_only_an_approved_template_leaves_the_house(firm: Firm) -> None:
    own = firm.root / "templates" / "reports" / "portfolio-report.html.jinja"
    own.parent.mkdir(parents=True, exist_ok=True)
    text = firm.do(lambda desk: desk.catalogue.template("portfolio-report", "en").text)
    own.write_text(text.replace("What we need from you", "What we ask"), encoding="utf-8")
    with pytest.raises(NotApprovedError, match="portfolio-report"):
        firm.do(lambda desk: made_of(desk, client_report(desk, CLIENT)))
    assert firm.do(lambda desk: [name for name, _ in written(desk, client_report(desk, CLIENT), ("xlsx",))])
    firm.by(JON).do(submit_templates, ("portfolio-report",))
    firm.by(LENA).do(approve_templates, ("portfolio-report",))
    assert "What we ask" in words(firm, firm.do(client_report, CLIENT))


def test_the_firms_own_week_needs_no_approval(firm: Firm) -> None:
    own = firm.root / "templates" / "reports" / "manager-week.html.jinja"
    own.parent.mkdir(parents=True, exist_ok=True)
    text = firm.do(lambda desk: desk.catalogue.template("manager-week", "en").text)
    own.write_text(text.replace("Follow-ups", "To follow up"), encoding="utf-8")
    assert "To follow up" in words(firm, firm.do(manager_week, MANAGER))


def test_the_words_are_in_the_language_of_most_engagements_or_the_one_asked_for(firm: Firm) -> None:
    assert firm.do(client_report, CLIENT).language == "en"
    german = firm.do(client_report, CLIENT, "de")
    assert words(firm, german)[0] == "Gesamtbericht"
    assert "Woche der Kundenverantwortung" in words(firm, firm.do(manager_week, MANAGER, "de"))


def test_a_german_week_gives_its_reasons_in_german_and_names_who_must_act(firm: Firm) -> None:
    lines = words(firm.on("2026-12-11"), firm.on("2026-12-11").do(manager_week, MANAGER, "de"))
    assert any("Berichte −24: 9 überfällig, der erste seit dem 09.10.2026" in line for line in lines)
    assert not any("overdue" in line or "2026-" in line.replace("NBS-2026-", "") for line in lines[1:-1])
    who = {line.split("\t")[3] for line in lines if line.count("\t") == 3 and line[:2].isdigit()}
    assert "Northbridge Systems Ltd" in who
    assert not who & {"Auftragnehmer", "Auftraggeber"}


def test_no_single_engagement_has_such_a_document(firm: Firm) -> None:
    with pytest.raises(UsageError, match="docgen portfolio client NAME"):
        firm.do(issue, Issue("portfolio-report", ID))
    with pytest.raises(UsageError, match="docgen portfolio week"):
        firm.do(issue, Issue("manager-week", ID))


# The account manager's week


def test_the_week_lists_health_from_the_worst_on(firm: Firm) -> None:
    scores = [each.score for each in week(firm).health]
    assert len(scores) >= 3
    assert scores == sorted(scores)
    assert all(each.worst for each in week(firm).health if each.score < 100)


def test_what_is_overdue_comes_first_and_stands_nowhere_else(firm: Firm) -> None:
    found = week(firm)
    overdue = found.of(Topic.OVERDUE)
    assert overdue
    assert [each.due for each in overdue] == sorted(each.due for each in overdue)
    others = [each for topic in Topic if topic is not Topic.OVERDUE for each in found.of(topic)]
    assert all(each.left >= 0 for each in others)
    assert len(overdue) + len(others) == len(found.to_do)


def test_what_a_report_asks_of_the_client_is_overdue_in_the_week_until_it_is_closed(firm: Firm) -> None:
    def overdue(on: str) -> list[tuple[str, str, int, str | None]]:
        found = week(firm.on(on)).of(Topic.OVERDUE)
        asked = [each for each in found if each.kind is DeadlineKind.CLIENT_ACTION]
        return [(each.engagement, each.about, each.left, each.person) for each in asked]

    who = "mei.tan@harrowpike.example"
    asked = "PR-002: Confirm the change freeze dates"
    assert overdue("2026-11-27") == []
    assert overdue("2026-12-01") == [
        (ID, asked, -4, who),
        (EUROS, "PR-001: Confirm the change freeze dates", -4, who),
    ]
    case = firm.on("2026-12-01").do(manager_week, MANAGER)
    assert any(line.startswith("27 Nov 2026 4 days late\tAsked of the client: PR-002") for line in words(firm, case))
    german = firm.on("2026-12-01").do(manager_week, MANAGER, "de")
    assert any("Vom Auftraggeber erbeten: PR-002: Confirm" in line for line in words(firm, german))
    owed = [
        each
        for each in firm.on("2026-12-01").do(owing, AskingDue(ID, overdue=True)).items
        if each.kind == "client_action"
    ]
    assert [(each.who, each.what, each.left) for each in owed] == [(who, f"do: {asked}", -4)]
    report(firm, OTHER, issued=False)
    told = [
        each.what for each in firm.on("2026-12-01").do(owing, AskingDue(OTHER)).items if each.kind == "client_action"
    ]
    assert told == [
        "do: PR-001: Confirm the change freeze dates: not told yet, for that report is not issued",
    ]
    entry = f"""format: docgen.progress/1
engagement: {ID}
period: {{from: 2026-11-23, to: 2026-11-27}}
summary: The dates are confirmed.
status: {{overall: {{rag: amber, reason: M2 moves}}}}
"""
    firm.by(JON).on("2026-11-27").do(record_progress, firm.write("engagements/closed.yaml", entry))
    assert [each[0] for each in overdue("2026-12-01")] == [OTHER, EUROS]
    left = firm.on("2026-12-01").do(owing, AskingDue(ID, overdue=True)).items
    assert not [each for each in left if each.kind == "client_action"]


def test_follow_ups_promises_disputes_and_payments_stand_under_their_headings(firm: Firm) -> None:
    firm.do(record_entry, firm.facts("contact-2026-11-24"), Contact)
    later = firm.on("2027-02-08")
    later.do(record_entry, firm.facts("dispute", (f"engagement: {ID}", f"engagement: {PROSPECT}")), Dispute)
    found = week(firm)
    assert [each.about for each in found.of(Topic.FOLLOW_UPS)] == ["CT-001: Send the load test profile to Mei"]
    assert [(each.given.reference, each.engagement) for each in found.words] == [("CT-001", ID)]
    (payment,) = week(firm.on("2026-12-07")).of(Topic.MONEY)
    assert (payment.engagement, str(payment.amount)) == (ID, "GBP 18,000.00")
    (trouble,) = week(later).troubles
    assert (trouble.engagement, trouble.reference) == (PROSPECT, "DS-001")
    firm.do(finish, f"{ID}/CT-001", 1)
    assert week(firm).of(Topic.FOLLOW_UPS) == ()


def test_reports_to_write_and_to_make_are_listed_with_their_hour(firm: Firm) -> None:
    report(firm, OTHER, day="2026-11-13", issued=False)
    found = week(firm)
    tasks = {(each.reference, each.task, each.late) for each in found.reports}
    assert (f"{OTHER}/PR-001", ReportTask.ISSUE, True) in tasks
    assert (OTHER, ReportTask.WRITE, True) in tasks
    assert (ID, ReportTask.WRITE, False) in tasks
    assert {each.at.hour for each in found.reports if each.at} == {16}
    assert {(str(each.at.tzinfo), each.zone) for each in found.reports if each.at} == {("Europe/London",) * 2}


def test_days_without_a_report_are_listed_beside_the_one_to_write(firm: Firm) -> None:
    report(firm, OTHER, day="2026-11-13", issued=False)
    found = week(firm.on("2026-12-11"))
    missed = {each.engagement: [str(day) for day in each.days] for each in found.missed}
    assert missed[ID] == ["2026-11-27", "2026-12-04"]
    assert missed[OTHER] == ["2026-11-20", "2026-11-27", "2026-12-04"]
    lines = words(firm, firm.on("2026-12-11").do(manager_week, MANAGER))
    assert f"27 Nov 2026; 4 Dec 2026\tOrder platform migration ({ID})\t{CLIENT}" in lines


def test_a_report_to_send_shows_when_it_was_due_and_when_it_was_issued_on_the_clients_clock(firm: Firm) -> None:
    abroad = "NBS-2026-040"
    begin(firm, abroad, "Store in New York", ("time_zone: Europe/London", "time_zone: America/New_York"))
    report(firm, abroad)
    with closing(firm.desk()) as desk:
        mailing = replace(desk, settings=replace(desk.settings, mail=MailSettings(host="mail.example")))
        found = manager_week(mailing, MANAGER)
    assert isinstance(found.told, Week)
    task = next(each for each in found.told.reports if (each.engagement, each.task) == (abroad, ReportTask.SEND))
    assert task.late
    line = next(line for line in words(firm, found) if abroad in line and "to send" in line)
    assert line.startswith("20 Nov 2026, 16:00, America/New_York late\t20 Nov 2026, 07:00\t")


def test_figures_of_a_report_that_is_not_issued_say_so(firm: Firm) -> None:
    report(firm, OTHER, day="2026-11-13", issued=False)
    found = week(firm)
    assert {each.engagement: each.unissued for each in found.health}[OTHER] == ("PR-001",)
    payments = [each for each in week(firm.on("2026-12-07")).to_do if each.amount]
    assert [(each.engagement, each.unissued) for each in payments] == [(ID, None), (OTHER, "PR-001")]
    assert any(
        "(PR-001, not yet issued)" in line for line in words(firm, firm.on("2026-12-07").do(manager_week, MANAGER))
    )


def test_what_is_late_goes_by_the_day_that_is_asked_for_and_not_by_the_clock(firm: Firm) -> None:
    before = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    with closing(replace(firm.desk(), clock=lambda: before)) as desk:
        found = manager_week(desk, MANAGER).told
    assert isinstance(found, Week)
    assert [each.late for each in found.reports] == [each.late for each in week(firm).reports]


def test_a_letter_of_approval_that_lapses_is_among_what_ends(firm: Firm) -> None:
    found = week(firm.on("2026-10-28"))
    assert [(each.engagement, each.kind.value) for each in found.of(Topic.ENDINGS)] == [(PROSPECT, "approval_validity")]


def test_the_week_says_on_every_page_that_it_is_for_the_firm_only(firm: Firm) -> None:
    made = firm.do(lambda desk: made_of(desk, manager_week(desk, MANAGER)))
    assert made.document.confidential
    assert "For the firm only" in str(made.document.confidential)


def test_somebody_who_manages_nothing_is_told_who_does(firm: Firm) -> None:
    with pytest.raises(NothingManagedError, match=f"Did you mean {MANAGER}"):
        firm.do(manager_week, "amara.okafor@northbridge.exampel")
    with pytest.raises(NothingManagedError, match=f"Those who do: {MANAGER}"):
        firm.do(manager_week, "zoe@x.example")
    with pytest.raises(NobodysWeekError):
        firm.by("").do(manager_week)
    with pytest.raises(NothingManagedError, match=AMARA):
        firm.by(AMARA).do(manager_week)


def test_the_figures_are_plain_json_with_amounts_as_text(firm: Firm) -> None:
    value: Any = json.loads(figures_of(firm.do(client_report, CLIENT)))
    assert value["totals"][1] == {
        "currency": "GBP",
        "engagements": 2,
        "as_signed": "215600.00",
        "contract_sum": "215600.00",
        "invoiced": "18000.00",
        "spent": "19440.00",
        "forecast": "215600.00",
        "variance": "0.00",
    }
    of_week: Any = json.loads(figures_of(firm.do(manager_week, MANAGER)))
    assert set(of_week) >= {"health", "to_do", "reports", "promises", "disputes", "signatures", "remarks"}


def test_a_day_before_anything_was_reported_tells_nothing_of_it(firm: Firm) -> None:
    early: Desk
    with closing(firm.on("2026-11-01").desk()) as early:
        found = client_report(early, CLIENT).told
    assert isinstance(found, Portfolio)
    assert [each.entry for each in found.members] == [None] * 4
    assert found.on == dt.date(2026, 11, 1)
