"""Figures as a workbook: real numbers and days, words that stay words, the same bytes, and what LibreOffice reads."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from docgen.actions.portfolio_case import portfolio_of_files
from docgen.exchange import figures
from docgen.exchange.figure_records import records
from docgen.exchange.figures import Sheet, money_format, write_workbook
from docgen.facts.load import load_files
from docgen.lifecycle.manager_week import SAID_BY_KIND, Week
from docgen.lifecycle.portfolio import Portfolio
from docgen.models.money import Money
from docgen.templating.labels import Words, read_words
from docgen.templating.portfolio import PORTFOLIO, WEEK, Basis
from tests.conformance.libreoffice import LibreOffice
from tests.scenes import World, changed, desk, files_of, world, write_world
from tests.test_layout import engagements

ROOT = Path(__file__).resolve().parents[2]
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    '=HYPERLINK("https://x.example")',
    "https://x.example",
)
HEADS = {
    "en": ["As signed", "In force", "Proposed", "Contract signed", "no"],
    "de": ["Wie unterzeichnet", "Geltend", "Vorgeschlagen", "Vertrag unterzeichnet", "nein"],
}
BASIS = Basis(66, 65, "9e" * 32)
_NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_PROGRAM = """
import hashlib, sys
from pathlib import Path
from tests.exchange.test_figures import told, workbook
from tests.scenes import world

print(hashlib.sha256(workbook(told(world("british"), Path(sys.argv[1])))).hexdigest())
"""


def told(facts: World, folder: Path, kind: str = PORTFOLIO) -> Portfolio | Week:
    """Return what some facts come to."""
    write_world(facts, folder)
    return portfolio_of_files(desk(), kind, load_files(files_of(kind, folder))).told


def words(language: str = "en") -> Words:
    """Return the shared words of a language."""
    return read_words(desk().catalogue.labels, language)


def workbook(found: Portfolio | Week, language: str = "en") -> bytes:
    """Return figures as a workbook."""
    return write_workbook(found, words(language), BASIS)


def parts(octets: bytes) -> Mapping[str, bytes]:
    """Return the files in a workbook."""
    with zipfile.ZipFile(io.BytesIO(octets)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def names(octets: bytes) -> list[str]:
    """Return the names of the sheets."""
    book = etree.fromstring(parts(octets)["xl/workbook.xml"])
    return [each.get("name") or "" for each in book.iterfind(".//m:sheet", _NS)]


def cells(octets: bytes, sheet: int) -> Iterator[tuple[str, str, str, str]]:
    """Yield each cell of a sheet: its place, its type, what stands in it, and how it is shown."""
    files = parts(octets)
    shared = [
        "".join(each.itertext()) for each in etree.fromstring(files["xl/sharedStrings.xml"]).iterfind("m:si", _NS)
    ]
    styles = etree.fromstring(files["xl/styles.xml"])
    shown = {each.get("numFmtId"): each.get("formatCode") or "" for each in styles.iterfind(".//m:numFmt", _NS)}
    formats = [shown.get(each.get("numFmtId"), "") for each in styles.iterfind("m:cellXfs/m:xf", _NS)]
    for cell in etree.fromstring(files[f"xl/worksheets/sheet{sheet}.xml"]).iterfind(".//m:c", _NS):
        kind = cell.get("t") or "n"
        value = cell.findtext("m:v", "", _NS)
        text = shared[int(value)] if kind == "s" else value
        yield cell.get("r") or "", kind, text, formats[int(cell.get("s") or 0)]


def test_a_portfolio_has_its_five_sheets_and_where_they_come_from(tmp_path: Path) -> None:
    found = told(world("british"), tmp_path)
    assert names(workbook(found)) == ["Overview", "Milestones", "Budget", "Actions", "Change orders", "Made from"]
    assert names(workbook(found, "de"))[1:3] == ["Meilensteine", "Budget"]
    week = told(world("british"), tmp_path, WEEK)
    assert names(workbook(week))[:3] == ["Health", "Due", "Reports"]


def test_amounts_are_numbers_and_days_are_days(tmp_path: Path) -> None:
    octets = workbook(told(world("british"), tmp_path))
    budget = {place: (kind, value, shown) for place, kind, value, shown in cells(octets, 3)}
    assert budget["G2"] == ("n", "107800.00", '"GBP" #,##0.00;"GBP" -#,##0.00')
    milestones = {place: (kind, value, shown) for place, kind, value, shown in cells(octets, 2)}
    days = (dt.date(2026, 11, 6) - dt.date(1899, 12, 30)).days
    assert milestones["E2"] == ("n", str(days), "yyyy-mm-dd")
    assert milestones["K2"][:2] == ("n", "-1")


def test_each_currency_has_its_own_decimals() -> None:
    assert money_format(Money(Decimal(1), "JPY")) == '"JPY" #,##0;"JPY" -#,##0'
    assert money_format(Money(Decimal(1), "KWD")) == '"KWD" #,##0.000;"KWD" -#,##0.000'


def test_nothing_that_somebody_is_called_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    facts = world("british")
    for number, name in enumerate(FORMULAS):
        values = {"id": f"NBS-2027-{number:03d}", "title": name.strip(), "terms.milestones.0.title": name.strip()}
        facts = {**facts, f"also-{number}": changed(facts["engagement"], values)}
    octets = workbook(told(facts, tmp_path))
    for name, content in parts(octets).items():
        if name.startswith("xl/worksheets/"):
            sheet = etree.fromstring(content)
            assert not list(sheet.iterfind(".//m:f", _NS)), name
            assert not list(sheet.iterfind(".//m:hyperlink", _NS)), name
    titles = {value for place, kind, value, _ in cells(octets, 1) if kind == "s" and place.startswith("B")}
    assert titles >= {name.strip() for name in FORMULAS}
    assert b'quotePrefix="1"' in parts(octets)["xl/styles.xml"]


def test_hostile_names_are_written_as_they_are(tmp_path: Path) -> None:
    facts = world("hostile")
    title = facts["engagement"]["title"]
    octets = workbook(told(facts, tmp_path))
    assert title in {value for _, _, value, _ in cells(octets, 1)}


def test_a_number_that_a_spreadsheet_would_round_is_text() -> None:
    sheet = Sheet("A", ("x",), ((Money(Decimal("123456789012345678.91"), "GBP"),), (Money(Decimal("12.50"), "GBP"),)))
    octets = _book(sheet)
    assert [(kind, value) for _, kind, value, _ in cells(octets, 1)][1:] == [
        ("s", "GBP 123,456,789,012,345,678.91"),
        ("n", "12.50"),
    ]


def test_a_text_longer_than_a_cell_is_cut_with_an_ellipsis() -> None:
    (_, (_, _, value, _)) = cells(_book(Sheet("A", ("x",), (("a" * 40_000,),))), 1)
    assert (len(value), value[-1]) == (figures.LONGEST, "…")


def _book(sheet: Sheet) -> bytes:
    from xlsxwriter.workbook import Workbook

    octets = io.BytesIO()
    book = Workbook(octets, {"in_memory": True})
    figures._Writer(book, "Title", dt.date(2026, 11, 25)).add(sheet)
    book.close()
    return octets.getvalue()


def test_the_head_stays_in_sight_and_every_page_prints_it(tmp_path: Path) -> None:
    sheet = etree.fromstring(parts(workbook(told(world("british"), tmp_path)))["xl/worksheets/sheet3.xml"])
    pane = sheet.find(".//m:pane", _NS)
    setup = sheet.find("m:pageSetup", _NS)
    assert pane is not None
    assert setup is not None
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "1")
    assert (setup.get("orientation"), setup.get("paperSize"), setup.get("fitToHeight")) == ("landscape", "9", "0")
    assert b"Print_Titles" in parts(workbook(told(world("british"), tmp_path)))["xl/workbook.xml"]


def test_the_same_figures_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    found = told(world("british"), tmp_path / "here")
    octets = workbook(found)
    assert octets == workbook(found)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati"}
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path / "there")]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == hashlib.sha256(octets).hexdigest(), run.stderr


def test_the_json_says_the_same_as_the_workbook(tmp_path: Path) -> None:
    found = told(engagements(world("british"), 3), tmp_path)
    value = json.loads(records(found))
    of_sheet = [figure for place, _, figure, _ in cells(workbook(found), 3) if place.startswith("G")]
    totals = [Decimal(total["contract_sum"]) for total in value["totals"]]
    assert {Decimal(figure) for figure in of_sheet[1:]} >= set(totals)


def test_without_a_signed_contract_nothing_is_as_signed(tmp_path: Path) -> None:
    found = told(world("british"), tmp_path)
    assert isinstance(found, Portfolio)
    proposed = replace(found, members=tuple(replace(each, signed=False) for each in found.members))
    for language, heads in HEADS.items():
        octets = workbook(proposed, language)
        milestones = {place: value for place, _, value, _ in cells(octets, 2)}
        assert [milestones[f"{column}1"] for column in "DEF"] == heads[:3]
        assert not milestones.keys() & {"D2", "E2"}
        assert milestones["F2"] == str((dt.date(2026, 11, 6) - dt.date(1899, 12, 30)).days)
        budget = {place: value for place, _, value, _ in cells(octets, 3)}
        assert (budget["E1"], budget["E2"], budget["F1"], budget.get("F2")) == (heads[3], heads[4], heads[0], None)
    (value,) = json.loads(records(proposed))["engagements"]
    assert (value["contract_signed"], value["money"]["as_signed"]) == (False, None)
    first = value["milestones"][0]
    assert (first["as_signed"], first["in_force"], first["proposed"]) == (None, None, "2026-11-06")


@pytest.mark.conformance
def test_libreoffice_reads_the_same_figures(tmp_path: Path, libreoffice: LibreOffice) -> None:
    found = told(engagements(world("british"), 3), tmp_path / "facts")
    assert isinstance(found, Portfolio)
    book = tmp_path / "figures.xlsx"
    book.write_bytes(workbook(found))
    sheets = libreoffice.sheets(book, tmp_path / "csv")
    assert list(sheets) == names(workbook(found))
    rows = list(csv.DictReader(io.StringIO(sheets["Budget"])))
    sums = {row["Engagement"]: Decimal(row["Contract sum"]) for row in rows if not row["Fee"] and row["Engagement"]}
    assert sums == {each.engagement.id: each.money.sum.amount for each in found.members}
    totals = {row["Currency"]: Decimal(row["Forecast"]) for row in rows if row["Description"] == "Total"}
    assert totals == {total.currency: total.forecast.amount for total in found.totals}
    milestones = list(csv.DictReader(io.StringIO(sheets["Milestones"])))
    assert milestones[0]["In force"] == str(found.members[0].milestones[0].current)
    assert [row["Due"] for row in csv.DictReader(io.StringIO(sheets["Actions"]))] == [
        str(ask.due or "") for ask in found.asks
    ]


@pytest.mark.parametrize("kind", [PORTFOLIO, WEEK])
def test_every_sheet_and_heading_is_in_the_language_of_the_workbook(kind: str, tmp_path: Path) -> None:
    found = told(world("british"), tmp_path, kind)
    for language in desk().catalogue.languages(kind):
        octets = workbook(found, language)
        sheets = range(1, len(names(octets)) + 1)
        heads = {
            value for sheet in sheets for place, _, value, _ in cells(octets, sheet) if re.fullmatch("[A-Z]+1", place)
        }
        assert heads | set(names(octets)) <= set(words(language).groups["figures"].values())


def test_no_heading_lacks_a_language() -> None:
    languages = desk().catalogue.languages(PORTFOLIO)
    assert len({frozenset(words(language).groups["figures"]) for language in languages}) == 1
    same = {"Budget", "Status"}
    english, german = (words(language).groups["figures"] for language in ("en", "de"))
    assert {english[name] for name in english if english[name] == german[name]} <= same


def test_what_a_deadline_is_about_stands_beside_its_kind_only_where_it_says_more(tmp_path: Path) -> None:
    week = told(world("british"), tmp_path, WEEK)
    assert isinstance(week, Week)
    said = {value for place, _, value, _ in cells(workbook(week, "de"), 2) if place.startswith("D")}
    assert {each.about for each in week.to_do if each.kind not in SAID_BY_KIND} <= said
    assert not said & {each.about for each in week.to_do if each.kind in SAID_BY_KIND}


def test_a_row_is_as_high_as_what_breaks_in_it_and_a_number_stands_apart() -> None:
    octets = _book(Sheet("A", ("Title", "Days late"), (("word " * 20, 3), ("word", 4))))
    sheet = etree.fromstring(parts(octets)["xl/worksheets/sheet1.xml"])
    heights = [float(row.get("ht") or 15) for row in sheet.iterfind(".//m:row", _NS)]
    assert heights == [30, 45, 15]
    assert b'<alignment horizontal="right" vertical="top" indent="1"/>' in parts(octets)["xl/styles.xml"]
