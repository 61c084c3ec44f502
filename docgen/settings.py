"""docgen.toml: the house, its people, how its documents look, and where things are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from docgen.errors import Finding, FindingsError, NotFoundError, Place

FILE_NAME = "docgen.toml"
ROLES = ("account_manager", "delivery", "legal", "director", "board", "admin", "auditor")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_COLOURS = ("text", "muted", "accent", "rule", "shade", "green", "amber", "red")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "": ("time_zone", "house", "people"),
    "house": ("name", "logo", "colours", "fonts"),
    "house.colours": _COLOURS,
    "house.fonts": ("text", "heading", "files"),
    "people": ("email", "name", "roles"),
}


@dataclass(frozen=True)
class Person:
    """Somebody of the firm, and what they may do."""

    email: str
    roles: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True)
class FontPair:
    """A typeface by the name Word asks for and the name of the one the PDF embeds."""

    word: str
    pdf: str


@dataclass(frozen=True)
class House:
    """The firm as its documents show it."""

    name: str = ""
    logo: Path | None = None
    colours: Mapping[str, str] = field(default_factory=dict)
    text_font: FontPair | None = None
    heading_font: FontPair | None = None
    font_files: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Settings:
    """A workspace's settings; the defaults serve where there is no workspace."""

    root: Path | None = None
    time_zone: str = "UTC"
    house: House = House()
    people: tuple[Person, ...] = ()

    @property
    def templates(self) -> Path | None:
        """Return the folder of the workspace's own templates, or None without a workspace."""
        return self.root / "templates" if self.root else None

    def person(self, email: str) -> Person:
        """Return a person by e-mail address; raises NotFoundError for somebody docgen.toml does not name."""
        for person in self.people:
            if person.email.casefold() == email.casefold():
                return person
        near = get_close_matches(email, [person.email for person in self.people], 1)
        advice = f"Did you mean {near[0]}?" if near else f"Add [[people]] with that address to {FILE_NAME}."
        raise NotFoundError(f"{email} is not among the people of this workspace. {advice}")


def find_workspace(start: Path) -> Path | None:
    """Return the nearest folder upward that holds a docgen.toml, or None."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    return None


def read_settings(root: Path | None) -> Settings:
    """Return a workspace's settings, or the defaults without one.

    Raises FindingsError with every fault in docgen.toml and NotFoundError when it is not there.
    """
    if root is None:
        return Settings()
    path = root / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(f"{root} has no {FILE_NAME}. Make a workspace with `docgen init {root}`.") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+), column (\d+)", str(error))
        place = Place(str(path), int(match[1]), int(match[2])) if match else Place(str(path))
        said = str(error).split(" (at")[0]
        raise FindingsError([Finding("toml", f"the settings cannot be read: {said}.", place)]) from None
    reader = _Reader(path, text)
    settings = reader.settings(data)
    if reader.findings:
        raise FindingsError(reader.findings)
    return settings


class _Reader:
    """Reads the settings and collects what is wrong with them."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.findings: list[Finding] = []

    def settings(self, data: Mapping[str, Any]) -> Settings:
        self._check_keys(data, "")
        return Settings(
            root=self.path.parent,
            time_zone=self._zone(data.get("time_zone", "UTC")),
            house=self._house(self._table(data, "house")),
            people=tuple(self._people(data.get("people", []))),
        )

    def _house(self, data: Mapping[str, Any]) -> House:
        self._check_keys(data, "house")
        colours, fonts = self._table(data, "colours"), self._table(data, "fonts")
        self._check_keys(colours, "house.colours")
        self._check_keys(fonts, "house.fonts")
        for name, colour in colours.items():
            if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
                self._fault(name, f"“{colour}” is not a colour", "Write # and six hexadecimal digits, such as #1f3a5f.")
        files = fonts.get("files", [])
        return House(
            name=self._line(data, "name"),
            logo=self._file(data["logo"], "logo") if "logo" in data else None,
            colours={str(name): str(colour) for name, colour in colours.items()},
            text_font=self._pair(fonts, "text"),
            heading_font=self._pair(fonts, "heading"),
            font_files=tuple(filter(None, (self._file(name, "files") for name in files))),
        )

    def _pair(self, fonts: Mapping[str, Any], name: str) -> FontPair | None:
        value = fonts.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            value = {"word": value, "pdf": value}
        if not isinstance(value, dict) or set(value) != {"word", "pdf"} or not all(map(_is_family, value.values())):
            self._fault(
                name, "a font needs a name for Word and one for the PDF", 'Write { word = "Georgia", pdf = "Gelasio" }.'
            )
            return None
        return FontPair(value["word"], value["pdf"])

    def _people(self, entries: Any) -> Iterator[Person]:
        for entry in entries if isinstance(entries, list) else ():
            self._check_keys(entry, "people")
            email, roles = entry.get("email", ""), entry.get("roles", [])
            if not isinstance(email, str) or not _EMAIL.fullmatch(email):
                self._fault("email", f"“{email}” is not an e-mail address", "Write one such as name@firm.example.")
                continue
            for role in roles:
                if role not in ROLES:
                    near = get_close_matches(str(role), ROLES, 1)
                    advice = f"Did you mean {near[0]}?" if near else f"Use one of: {', '.join(ROLES)}."
                    self._fault("roles", f"“{role}” is not a role", advice)
            yield Person(email, tuple(map(str, roles)), str(entry.get("name", "")))

    def _zone(self, name: Any) -> str:
        from zoneinfo import available_timezones

        if name not in available_timezones():
            self._fault("time_zone", f"“{name}” is not a time zone", "Write an IANA name such as Europe/London.")
            return "UTC"
        return str(name)

    def _file(self, name: Any, key: str) -> Path | None:
        path = self.path.parent / str(name)
        if not path.is_file():
            self._fault(key, f"there is no file {name}", "Name a file within the workspace.")
            return None
        if not path.resolve().is_relative_to(self.path.parent.resolve()):
            self._fault(key, f"{name} lies outside the workspace", "Move it into the workspace.")
            return None
        return path

    def _line(self, data: Mapping[str, Any], key: str) -> str:
        value = data.get(key, "")
        if not isinstance(value, str) or any(ord(character) < 32 for character in value):
            self._fault(key, f"{key} is not a line of text", "Write it in quotes, on one line.")
            return ""
        return value.strip()

    def _table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            self._fault(key, f"{key} is not a table", f"Write [{key}] on a line of its own.")
            return {}
        return value

    def _check_keys(self, data: Mapping[str, Any], table: str) -> None:
        for key in data:
            if key not in _KEYS[table]:
                near = get_close_matches(key, _KEYS[table], 1)
                advice = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(_KEYS[table])}."
                self._fault(key, f"the setting “{key}” is not known", advice)

    def _fault(self, key: str, message: str, advice: str) -> None:
        match = re.search(rf"^\s*\[*{re.escape(key)}\b", self.text, re.MULTILINE)
        line = self.text.count("\n", 0, match.end()) + 1 if match else 1
        self.findings.append(Finding("settings", f"{message}.", Place(str(self.path), line), advice))


def _is_family(name: Any) -> bool:
    return isinstance(name, str) and bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,63}", name))
