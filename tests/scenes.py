"""The documents all proofs read: every template, language and level of detail, in several parts of the world."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import Desk, open_desk
from docgen.actions.render import Made, Order, firm_of, make, write
from docgen.facts.source import read_source
from docgen.writers.theme import Theme
from tests.conformance.libreoffice import Format, LibreOffice
from tests.layout import broken_rules, first_pages, lay_out, listed_pages

Facts = dict[str, Any]
World = Mapping[str, Facts]
"""Fact files by the name of the file they stand for."""

DAY = dt.date(2026, 11, 21)
LATER = dt.date(2027, 6, 21)
"""A day on which every serious issue of the worlds is found."""
LEVELS = ("low", "medium", "high")
WORLDS = Path(__file__).with_name("worlds")
FILES: Mapping[str, tuple[str, ...]] = {
    "letter-of-approval": (),
    "contract": (),
    "conformed-contract": ("change-order",),
    "change-order": ("change-order",),
    "progress-report": ("progress", "change-order", "serious-issue"),
    "breach-notice": ("change-order", "breach"),
    "notice-of-issue": ("change-order", "serious-issue"),
    "look-back": ("change-order", "progress", "delivery", "dispute"),
    "mediation-referral": ("change-order", "progress", "delivery", "dispute"),
    "re-opening": ("change-order", "dispute"),
    "completion-certificate": ("change-order", "progress", "delivery"),
    "survey": (),
    "meeting-proposal": ("estimate", "feedback"),
    "relationship-review": ("change-order", "progress", "delivery", "estimate", "feedback", "review"),
    "change-impact": ("change-order",),
    "change-directive": ("change-directive",),
    "covering-mail": ("progress", "change-order", "serious-issue"),
    "portfolio-report": ("also-", "change-order", "progress", "delivery", "serious-issue"),
    "manager-week": ("also-", "change-order", "progress", "contact", "delivery", "serious-issue", "dispute", "breach"),
}
"""The kinds of document, and the beginnings of the names of the files each needs beside the engagement."""
KINDS = tuple(FILES)
GERMAN_KINDS = (
    "letter-of-approval",
    "progress-report",
    "covering-mail",
    "notice-of-issue",
    "completion-certificate",
    "survey",
    "portfolio-report",
    "manager-week",
)

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LONG_ADDRESS = f"{'operations.and.platform.engineering.' * 2}team@a-rather-long-name-of-a-firm.example"
HOSTILE = '<w:t>&amp; "O\'Neil" {{ 7*7 }} {% raw %} {0} %s $x ../../etc ]]> </p><script>'


@dataclass(frozen=True)
class Scene:
    """A document to make: of which kind, from which facts, and in which way."""

    name: str
    kind: str
    world: str
    settings: tuple[tuple[str, str], ...] = ()
    draft: bool = False
    tags: str = ""

    @property
    def detail(self) -> str:
        """Return how likely the work is to depart from plan, which sets the level of detail."""
        return dict(self.settings).get("account.deviation", "medium")


# Worlds


def example() -> World:
    """Return the example engagement's facts."""
    return _read(EXAMPLE)


def rich() -> World:
    """Return an engagement that uses every fact there is."""
    return _read(WORLDS)


def _read(folder: Path) -> World:
    return {path.stem: dict(read_source(path).data) for path in sorted(folder.glob("*.yaml"))}  # type: ignore[arg-type]


def changed(facts: Facts, values: Mapping[str, object]) -> Facts:
    """Return a copy of some facts with other values at dotted paths, list entries counted from 0."""
    copy = deepcopy(facts)
    for path, value in values.items():
        *groups, name = path.split(".")
        inner: Any = copy
        for group in groups:
            inner = inner[int(group) if isinstance(inner, list) else group]
        inner[int(name) if isinstance(inner, list) else name] = value
    return copy


def _elsewhere(values: Mapping[str, object], amount: Callable[[str], str] = str) -> World:
    """Return the example's facts with other values in the engagement and all amounts written in another way."""
    world = {name: _amounts(facts, amount) for name, facts in example().items()}
    return {**world, "engagement": changed(world["engagement"], values)}


def _amounts(facts: Any, amount: Callable[[str], str]) -> Any:
    if isinstance(facts, dict):
        return {name: _amounts(value, amount) for name, value in facts.items()}
    if isinstance(facts, list):
        return [_amounts(value, amount) for value in facts]
    if isinstance(facts, str) and re.fullmatch(r"[0-9]+\.00", facts):
        return amount(facts)
    return facts


def american() -> World:
    """Return the example moved to New York."""
    place = {"lines": ["1 Harbor Plaza"], "city": "New York", "region": "NY", "postal_code": "10004", "country": "US"}
    return _elsewhere(
        {
            "locale": "en-US",
            "currency": "USD",
            "time_zone": "America/New_York",
            "calendar": {"country": "US", "subdivision": "NY"},
            "terms.governing_law": "the State of New York",
            "provider.address": place,
            "client.address": place,
        }
    )


def german() -> World:
    """Return the example moved to Munich, in English words."""
    place = {"lines": ["Große Straße 14"], "city": "München", "postal_code": "80331", "country": "DE"}
    return _elsewhere(
        {
            "locale": "de-DE",
            "language": "en",
            "currency": "EUR",
            "time_zone": "Europe/Berlin",
            "calendar": {"country": "DE", "subdivision": "BY"},
            "title": "Umzug der Bestellplattform",
            "provider.legal_name": "Nordbrücke Systeme GmbH",
            "provider.address": place,
            "client.legal_name": "Müller & Söhne Handelsgesellschaft mbH & Co. KG",
            "client.address": place,
            "client.signatory.name": "Jürgen Groß",
        }
    )


def japanese() -> World:
    """Return the example moved to Tokyo, with names in Japanese and amounts without decimals."""
    return _elsewhere(
        {
            "locale": "ja-JP",
            "language": "en",
            "currency": "JPY",
            "time_zone": "Asia/Tokyo",
            "calendar": {"country": "JP"},
            "title": "受注基盤の移行",
            "terms.governing_law": "Japan",
            "provider.legal_name": "株式会社北橋システムズ",
            "provider.signatory.name": "山田 太郎",
            "provider.address": {
                "lines": ["千代田区丸の内一丁目1番1号"],
                "city": "東京都",
                "postal_code": "100-0005",
                "country": "JP",
            },
            "client.legal_name": "株式会社ハローパイク小売",
            "client.signatory.name": "佐藤 花子",
            "client.contacts.0.name": "佐藤 花子",
        },
        lambda amount: amount.replace(".", ""),
    )


def gulf() -> World:
    """Return the example moved to Kuwait, with names in Arabic and amounts with three decimals."""
    return _elsewhere(
        {
            "locale": "ar",
            "language": "en",
            "currency": "KWD",
            "time_zone": "Asia/Kuwait",
            "calendar": {"country": "KW"},
            "title": "نقل منصة الطلبات",
            "terms.governing_law": "Kuwait",
            "provider.legal_name": "شركة الجسر الشمالي للنظم",
            "provider.signatory.name": "هيلين مارش",
            "client.legal_name": "شركة هارو وبايك 24 للتجزئة (ش.م.ك)",
            "client.signatory.name": "دليب راو",
            "client.contacts.0.name": "دليب راو",
            "client.address": {"lines": ["شارع فهد السالم 12"], "city": "الكويت", "country": "KW"},
        },
        lambda amount: f"{amount}0",
    )


def hostile() -> World:
    """Return the example with values that look like markup, code and paths, and words that do not fit a line."""
    world = _elsewhere(
        {
            "title": HOSTILE,
            "client.legal_name": f"{HOSTILE} plc",
            "client.signatory": {"name": "\"><img src=x onerror='alert(1)'>", "title": "=HYPERLINK(0) \\d1\\ \\s1\\"},
            "client.contacts.0": {"name": "{ PAGE }{ INCLUDETEXT }", "role": "sponsor", "email": LONG_ADDRESS},
            "provider.legal_name": f"{LONG_WORD} & Tochter",
            "provider.address.lines": ["<br/>", LONG_WORD],
            "account.client_goals": [HOSTILE, LONG_WORD * 2],
            "terms.scope.summary": f"{HOSTILE}\n\n{LONG_WORD * 2}",
            "terms.scope.deliverables.0.title": LONG_WORD,
            "terms.scope.deliverables.0.description": f"{HOSTILE} זה שם عربي 株式会社",
            "terms.scope.deliverables.1.title": "שירות ההזמנות (גרסה 2)",
            "terms.fees.lines.0.description": f"{LONG_WORD} {HOSTILE}",
            "terms.fees.lines.1.amount": "123456789.01",
            "terms.liability.cap": {"amount": "150000.00"},
            "terms.milestones.0.title": HOSTILE,
        }
    )
    issue = changed(
        world["serious-issue"],
        {
            "title": f"{HOSTILE} {LONG_WORD}",
            "happened": f"{HOSTILE}\n\n{LONG_WORD * 2} זה שם عربي 株式会社",
            "done": [HOSTILE, LONG_WORD],
            "options.0.text": f"{LONG_WORD} {HOSTILE}",
            "options.1.effect": LONG_WORD * 2,
            "decision": f"{HOSTILE} {LONG_WORD}",
            "owner": LONG_ADDRESS,
        },
    )
    return {**world, "serious-issue": issue}


def blank() -> World:
    """Return the example with every fact that may be missing left out, for drafts."""
    gaps = {
        "account.manager": None,
        "account.report": None,
        "approval.not_to_exceed": None,
        "terms.effective_date": None,
        "terms.governing_law": None,
        "terms.scope.summary": None,
        "terms.scope.deliverables.0.due": None,
        "terms.scope.deliverables.1.acceptance": None,
        "terms.milestones.2.date": None,
        "terms.fees.payment_days": None,
        "terms.liability.cap": None,
        "terms.change_control.response_days": None,
        "terms.change_control.pricing": None,
        "terms.termination.cure_days": None,
        "terms.notices": None,
        "terms.confidentiality_years": None,
        "terms.intellectual_property": None,
        "terms.disputes": None,
    }
    for side in ("provider", "client"):
        for name in ("kind", "registration", "address", "notice_email", "signatory"):
            gaps[f"{side}.{name}"] = None
    return _elsewhere(gaps)


def bare() -> World:
    """Return the example without anything that may be left out."""
    world = _elsewhere(
        {
            "account": {"manager": "amara.okafor@northbridge.example", "report": {"at": "16:00"}},
            "approval.conditions": [],
            "terms.scope.exclusions": [],
            "terms.scope.assumptions": [],
            "terms.obligations": [],
            "terms.fees": {"lines": [], "payment_days": "30"},
            "terms.scope.deliverables": [],
            "terms.milestones": [],
            "terms.liability": {"cap": {"amount": "100000"}},
            "terms.change_control.approvals": [],
            "terms.termination": {"cure_days": "14", "cure_basis": "calendar", "cure_runs_from": "notice"},
            "terms.disputes": {"negotiation_days": "10", "forum": "courts"},
        }
    )
    whose = {"engagement": world["engagement"]["id"]}
    entry = {
        "format": "docgen.progress/1",
        "engagement": world["engagement"]["id"],
        "period": {"from": "2026-11-16", "to": "2026-11-20"},
        "no_change": "true",
    }
    breach = changed(world["breach"], {"earlier_steps": [], "consequences": [], "defaults.0.amount": None})
    order = changed(
        world["change-order-001"],
        {"refs": [], "changes": [{"do": "move_end_date", "days": "7"}], "settlement": "reserved"},
    )
    dispute = {
        "format": "docgen.dispute/1",
        "engagement": world["engagement"]["id"],
        "raised_by": "provider",
        "raised_on": "2027-02-03",
        "subject": "Late payment",
        "grievances": [
            {"clause": "payment", "facts": [{"on": "2027-01-15", "text": "Nothing was paid."}], "asked": "Pay."}
        ],
        "mediation": {"referred_on": "2027-02-15", "mediator": {"name": "Ines Calder"}, "questions": ["What is due?"]},
        "cooling_off": {"begins": "2027-03-22", "days": "14"},
        "re_opening": {"proposals": ["We meet"]},
    }
    return {
        "engagement": world["engagement"],
        "progress": entry,
        "dispute": dispute,
        "breach": changed(breach, {"defaults.0.evidence": []}),
        "change-order-001": order,
        "change-directive-001": changed(world["change-directive-001"], {"refs": [], "order_by": None}),
        "serious-issue": {
            **whose,
            "format": "docgen.serious-issue/1",
            "on": "2026-12-08",
            "title": "The test system is closed",
            "happened": "It closed.",
            "effect": "We wait.",
            "options": [{"text": "Wait"}],
        },
        "feedback": {**whose, "format": "docgen.feedback/1", "on": "2027-04-09", "answers": {"result": {}}},
        "review": {
            **whose,
            "format": "docgen.review/1",
            "on": "2027-04-22",
            "attendees": ["Dilip Rao"],
            "roles": [{"party": "client", "what": "Pay", "fulfilled": "not"}],
        },
    }


WORLD_MAKERS: Mapping[str, Callable[[], World]] = {
    "british": example,
    "american": american,
    "german": german,
    "japanese": japanese,
    "gulf": gulf,
    "hostile": hostile,
    "rich": rich,
    "blank": blank,
    "bare": bare,
}


# Scenes


def _scenes() -> Iterator[Scene]:
    for kind in KINDS:
        for level in LEVELS:
            yield _scene(kind, "british", level)
    for kind in GERMAN_KINDS:
        for level in LEVELS:
            yield _scene(kind, "german", level, language="de")
        yield _scene(kind, "rich", "medium", language="de")
        yield _scene(kind, "hostile", "medium", language="de", locale="de-DE")
    for index, world in enumerate(("american", "german", "japanese", "gulf", "hostile", "bare")):
        for shift, kind in enumerate(KINDS):
            yield _scene(kind, world, LEVELS[(index + shift) % 3])
    for kind in KINDS:
        yield _scene(kind, "rich", "high")
        yield _scene(kind, "blank", "medium", draft=True)
    yield _scene("contract", "blank", "low", draft=True)
    yield _scene("contract", "bare", "high")
    yield Scene("contract-british-tags", "contract", "british", (("account.deviation", "low"),), tags="docuseal")


def _scene(kind: str, world: str, level: str, *, language: str = "", locale: str = "", draft: bool = False) -> Scene:
    given = {"account.deviation": level, "language": language, "locale": locale}
    settings = tuple((key, value) for key, value in given.items() if value)
    name = "-".join(filter(None, (kind, world, language, level)))
    return Scene(name, kind, world, settings, draft)


SCENES = {scene.name: scene for scene in _scenes()}


def scenes_of(kind: str) -> tuple[Scene, ...]:
    """Return the scenes of a kind of document."""
    return tuple(scene for scene in SCENES.values() if scene.kind == kind)


# Making them


@cache
def desk() -> Desk:
    """Return the one desk: without a workspace, on a fixed day, its templates compiled once."""
    return open_desk(None, DAY, Path("/nowhere"))


def desk_for(kind: str) -> Desk:
    """Return the desk on a day on which a kind of document can be dated: a notice after its issue was found."""
    there = desk()
    return there.furnished(there.catalogue, there.theme, LATER) if kind == "notice-of-issue" else there


@cache
def world(name: str) -> World:
    """Return the facts of a part of the world."""
    return WORLD_MAKERS[name]()


def write_world(facts: World, folder: Path) -> None:
    """Write fact files into a folder, as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in facts.items():
        _write_once(folder / f"{name}.json", json.dumps(content, ensure_ascii=False).encode())


def files_of(kind: str, folder: Path, pattern: str = "json") -> tuple[Path, ...]:
    """Return the files in a folder that a kind of document is made from."""
    beside = (path for stem in FILES[kind] for path in sorted(folder.glob(f"{stem}*.{pattern}")))
    return (folder / f"engagement.{pattern}", *beside)


def theme_of(made: Made) -> Theme:
    """Return the theme a document is written in."""
    return replace(desk().theme, firm=firm_of(made.case))


@dataclass(frozen=True)
class Pages:
    """What is wrong with the pages of a document, in words, and where the contents list and the clauses stand."""

    faults: list[str]
    listed: dict[str, int]
    begun: dict[str, int]


def pages_of(made: Made) -> Pages:
    """Return what the pages of a document are like."""
    theme = theme_of(made)
    pages = lay_out(made.document, theme, DAY)
    return Pages(broken_rules(pages, theme, made.document.labels.draft), listed_pages(pages), first_pages(pages))


LAID_OUT = ("json", "pdf", "docx")
"""What needs the layout of a document, which takes longest: written at once, while the layout is at hand."""


class Studio:
    """Makes each scene once and keeps it in a folder that the processes of one test run share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[str, Made] = {}

    def made(self, scene: Scene) -> Made:
        """Return a scene as a tree."""
        if scene.name not in self._made:
            folder = self.folder / "facts" / scene.world
            write_world(world(scene.world), folder)
            order = Order(scene.kind, files_of(scene.kind, folder), scene.settings, scene.draft, None, scene.tags)
            self._made[scene.name] = make(desk_for(scene.kind), order)
        return self._made[scene.name]

    def pages(self, scene: Scene) -> Pages:
        """Return what a scene's pages are like, laid out as its PDF prints them."""
        return Pages(**json.loads(self.path(scene, "json").read_text("utf-8")))

    def path(self, scene: Scene, form: str) -> Path:
        """Return the file of a scene in a format; `json` is what its pages are like."""
        path = self.folder / form / f"{scene.name}.{form}"
        if not path.exists():
            for each in LAID_OUT if form in LAID_OUT else (form,):
                written = path.parents[1] / each / f"{scene.name}.{each}"
                written.parent.mkdir(parents=True, exist_ok=True)
                _write_once(written, self._written(scene, each))
        return path

    def _written(self, scene: Scene, form: str) -> bytes:
        made = self.made(scene)
        return json.dumps(asdict(pages_of(made))).encode() if form == "json" else write(made, form, desk())

    def in_office(self, kind: str, form: Format, office: LibreOffice) -> Mapping[Scene, Path]:
        """Return the Word files of a kind as LibreOffice saves them in another format, all saved in one run."""
        folder, scenes = self.folder / f"office-{kind}-{form}", scenes_of(kind)
        if not folder.exists():
            part = folder.with_name(f"{folder.name}.{os.getpid()}")
            office.convert([self.path(scene, "docx") for scene in scenes], form, part)
            # Another process that was quicker has made the same.
            with suppress(OSError):
                part.rename(folder)
        return {scene: folder / f"{scene.name}.{form}" for scene in scenes}


def _write_once(path: Path, content: bytes) -> None:
    """Write a file whole: another process may be writing the same one."""
    if not path.exists():
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.write_bytes(content)
        part.replace(path)
