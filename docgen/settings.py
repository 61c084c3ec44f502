"""docgen.toml: the house, its people, how its documents look and are sealed, its deadlines, and where things are."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docgen.errors import Finding, FindingsError, NotFoundError, Place, shell_word

FILE_NAME = "docgen.toml"
ROLES = ("account_manager", "delivery", "legal", "director", "board", "admin", "auditor")
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
"""What a seal holds (ETSI EN 319 142-1): a signature; its time; proof of the certificates; the time of all that."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_TOKEN = ("pkcs11_module", "pkcs11_token", "pkcs11_key")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECURITIES = ("starttls", "tls", "none")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(?:#.*)?")
_ENTRY = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=")
_COLOURS = ("text", "muted", "accent", "rule", "shade", "green", "amber", "red")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "": ("time_zone", "house", "people", "record", "seal", "timestamps", "deadlines", "rag", "mail"),
    "house": ("name", "logo", "colours", "fonts"),
    "house.colours": _COLOURS,
    "house.fonts": ("text", "heading", "files"),
    "people": ("email", "name", "roles"),
    "record": ("checkpoints",),
    "seal": (
        "always",
        "certificate",
        "password_env",
        "pkcs11_module",
        "pkcs11_token",
        "pkcs11_key",
        "pin_env",
        "level",
        "crls",
    ),
    "timestamps": ("authority", "certificates"),
    "deadlines": (
        "insurance_warning_days",
        "survey_days",
        "review_years",
        "contact_days_a",
        "contact_days_b",
        "contact_days_c",
        "cooling_off_days",
    ),
    "rag": ("amber_days", "red_days", "amber_percent", "red_percent"),
    "mail": (
        "host",
        "port",
        "security",
        "username",
        "certificates",
        "from",
        "name",
        "reply_to",
        "archive",
        "drafts",
        "since",
        "sent_host",
        "sent_port",
        "sent_security",
        "sent_username",
        "sent_folder",
    ),
}
_MOST = {"review_years": 10}
_MOST_DAYS = 3650
_MOST_PERCENT = 1000


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
class SealSettings:
    """How issued PDFs are sealed, and where the firm's certificate is: in a file, or on a token that PKCS#11 reaches.

    `password_env` and `pin_env` are names of environment variables; a password or a PIN never stands in a file.
    `crls` are lists of revoked certificates, which level B-LT and above put into the file.
    """

    always: bool = False
    certificate: Path = Path(".docgen/seal.p12")
    password_env: str = "DOCGEN_SEAL_PASSWORD"  # noqa: S105 - the name of a variable
    pkcs11_module: str = ""
    pkcs11_token: str = ""
    pkcs11_key: str = ""
    pin_env: str = "DOCGEN_SEAL_PIN"
    level: str = "B-B"
    crls: tuple[Path, ...] = ()


@dataclass(frozen=True)
class RecordSettings:
    """Where checkpoints go beside the record: a folder that somebody else keeps, such as a share or a mirrored one."""

    checkpoints: Path | None = None


@dataclass(frozen=True)
class TimestampSettings:
    """Who is asked for the time (RFC 3161), and the file of the roots by which its answers are believed."""

    authority: str = ""
    certificates: Path | None = None


@dataclass(frozen=True)
class Thresholds:
    """From where on schedule and budget are amber, and from where on red.

    The days are calendar days by which the worst open milestone is late against its date in force; the per cent are
    those by which the forecast is above the contract sum in force.
    """

    amber_days: int = 3
    red_days: int = 15
    amber_percent: Decimal = Decimal(5)
    red_percent: Decimal = Decimal(10)


@dataclass(frozen=True)
class MailSettings:
    """How reports are sent by e-mail; a password never stands here (docgen.exchange.smtp.password_for).

    `sender` and `name` are what From shows: by default the account manager's address, and the manager's name with the
    house's. `reply_to` is by default the account manager. `archive` gets a copy that nobody sees. `drafts` is the
    folder letters are written to where there is no server. Reports issued before `since` went out by other means. The
    server of the mailbox (`sent_host`) is asked whether a letter of which nothing is known was sent.
    """

    host: str = ""
    port: int = 587
    security: str = "starttls"
    username: str = ""
    certificates: Path | None = None
    sender: str = ""
    name: str = ""
    reply_to: str = ""
    archive: str = ""
    drafts: Path | None = None
    since: dt.date | None = None
    sent_host: str = ""
    sent_port: int = 993
    sent_security: str = "tls"
    sent_username: str = ""
    sent_folder: str = ""

    @property
    def wanted(self) -> bool:
        """Say whether reports are sent from here at all."""
        return bool(self.host or self.drafts)


@dataclass(frozen=True)
class Settings:
    """A workspace's settings; the defaults serve where there is no workspace."""

    root: Path | None = None
    time_zone: str = "UTC"
    house: House = House()
    people: tuple[Person, ...] = ()
    record: RecordSettings = RecordSettings()
    seal: SealSettings = SealSettings()
    timestamps: TimestampSettings = TimestampSettings()
    deadlines: Mapping[str, int] = field(default_factory=dict)
    """The numbers of the house's own deadlines that are set, by their names in `lifecycle.house_rules.HouseRules`."""
    rag: Thresholds = Thresholds()
    mail: MailSettings = MailSettings()

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
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(
            f"{root} has no {FILE_NAME}. Make a workspace with `docgen init {shell_word(root)}`."
        ) from None
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError as error:
        place = Place(str(path), error.object.count(b"\n", 0, error.start) + 1)
        raise FindingsError([Finding("encoding", "the text is not UTF-8.", place, "Save the file as UTF-8.")]) from None
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


def is_email(text: object) -> bool:
    """Say whether a text is an e-mail address."""
    return isinstance(text, str) and bool(_EMAIL.fullmatch(text)) and text.isprintable()


def is_authority(url: object) -> bool:
    """Say whether a text is an address at which the time may be asked for: https, or http on this machine."""
    if not isinstance(url, str) or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - a port that is no number is found out here
    except ValueError:
        return False
    plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or plain) and "@" not in parts.netloc


class _Reader:
    """Reads the settings and collects what is wrong with them; a setting is named by its path, house.colours.text."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = dict(_lines(text))
        self.findings: list[Finding] = []

    def settings(self, data: Mapping[str, Any]) -> Settings:
        self._check_keys(data, "", "")
        timestamps = self._timestamps(self._table(data, "timestamps", ""))
        return Settings(
            root=self.path.parent,
            time_zone=self._zone(data.get("time_zone", "UTC")),
            house=self._house(self._table(data, "house", "")),
            people=self._people(data.get("people", [])),
            record=self._record(self._table(data, "record", "")),
            seal=self._seal(data, timestamps),
            timestamps=timestamps,
            deadlines=self._deadlines(self._table(data, "deadlines", "")),
            rag=self._thresholds(self._table(data, "rag", "")),
            mail=self._mail(self._table(data, "mail", "")),
        )

    def _mail(self, table: Mapping[str, Any]) -> MailSettings:
        for secret in sorted({"password", "sent_password"}.intersection(table)):
            advice = "Take it out of the file, and out of its history. Set DOCGEN_SMTP_PASSWORD, or use the keyring."
            self._fault(f"mail.{secret}", "a password does not stand in a file", advice)
        self._check_keys({key: each for key, each in table.items() if "password" not in key}, "mail", "mail")
        security, sent_security = (self._security(table, key) for key in ("security", "sent_security"))
        since = table.get("since")
        if since is not None and (not isinstance(since, dt.date) or isinstance(since, dt.datetime)):
            self._fault("mail.since", f"{_shown(since)} is not a day", "Write it without quotes: since = 2026-11-20.")
            since = None
        mail = MailSettings(
            host=self._line(table, "host", "mail"),
            port=self._port(table, "port", 465 if security == "tls" else 587),
            security=security or "starttls",
            username=self._line(table, "username", "mail"),
            certificates=self._path(table["certificates"], "mail.certificates") if "certificates" in table else None,
            sender=self._address(table, "from"),
            name=self._line(table, "name", "mail"),
            reply_to=self._address(table, "reply_to"),
            archive=self._address(table, "archive"),
            drafts=self._path(table["drafts"], "mail.drafts") if "drafts" in table else None,
            since=since,
            sent_host=self._line(table, "sent_host", "mail"),
            sent_port=self._port(table, "sent_port", 143 if sent_security in ("starttls", "none") else 993),
            sent_security=sent_security or "tls",
            sent_username=self._line(table, "sent_username", "mail") or self._line(table, "username", "mail"),
            sent_folder=self._line(table, "sent_folder", "mail"),
        )
        if table and not mail.wanted:
            self._fault("mail", "no server and no folder is named", "Give host, or drafts for letters sent by hand.")
        return mail

    def _security(self, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key, "")
        if value in ("", *_SECURITIES):
            return str(value)
        self._fault(f"mail.{key}", f"{_shown(value)} is no kind of security", f"Use {' or '.join(_SECURITIES)}.")
        return ""

    def _port(self, table: Mapping[str, Any], key: str, usual: int) -> int:
        value = table.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 65535:
            advice = "Write a number from 1 to 65535, without quotes."
            self._fault(f"mail.{key}", f"{_shown(value)} is no port", advice)
            return usual
        return value

    def _address(self, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key, "")
        if key in table and not is_email(value):
            self._fault(
                f"mail.{key}", f"{_shown(value)} is not an e-mail address", "Write one such as name@firm.example."
            )
            return ""
        return str(value)

    def _deadlines(self, table: Mapping[str, Any]) -> Mapping[str, int]:
        self._check_keys(table, "deadlines", "deadlines")
        found: dict[str, int] = {}
        for name in _KEYS["deadlines"]:
            if name not in table:
                continue
            value, most = table[name], _MOST.get(name, _MOST_DAYS)
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
                advice = f"Write a whole number from 1 to {most}, without quotes."
                self._fault(f"deadlines.{name}", f"{_shown(value)} is no number of {_unit(name)}", advice)
                continue
            found[name] = value
        return found

    def _thresholds(self, table: Mapping[str, Any]) -> Thresholds:
        self._check_keys(table, "rag", "rag")
        given: dict[str, Any] = {}
        for name in _KEYS["rag"]:
            if name in table:
                given[name] = _threshold(table[name], days=name.endswith("_days"))
                if given[name] is None:
                    what, kind = ("days", "a whole number") if name.endswith("_days") else ("per cent", "a number")
                    most = _MOST_DAYS if what == "days" else _MOST_PERCENT
                    advice = f"Write {kind} above zero and up to {most}, without quotes."
                    self._fault(f"rag.{name}", f"{_shown(table[name])} is no number of {what}", advice)
        found = Thresholds(**{name: value for name, value in given.items() if value is not None})
        for what in ("days", "percent"):
            amber, red = getattr(found, f"amber_{what}"), getattr(found, f"red_{what}")
            known = all(given.get(f"{colour}_{what}", 1) is not None for colour in ("amber", "red"))
            if known and amber >= red:
                place = f"rag.red_{what}" if f"red_{what}" in table else f"rag.amber_{what}"
                message = f"amber begins at {amber} and red at {red}, so that nothing is ever amber"
                self._fault(
                    place, message, f"Let amber_{what} be below red_{what}; one that is left out has its default."
                )
        return found

    def _record(self, table: Mapping[str, Any]) -> RecordSettings:
        self._check_keys(table, "record", "record")
        folder = table.get("checkpoints")
        return RecordSettings(None if folder is None else self._path(folder, "record.checkpoints"))

    def _seal(self, data: Mapping[str, Any], timestamps: TimestampSettings) -> SealSettings:
        short = isinstance(data.get("seal"), bool)
        table = {"always": data["seal"]} if short else self._table(data, "seal", "")
        self._check_keys(table, "seal", "seal")
        usual = SealSettings()
        seal = SealSettings(
            always=self._flag(table, "always", "seal"),
            certificate=self._path(table.get("certificate", str(usual.certificate)), "seal.certificate"),
            password_env=self._variable(table, "password_env", usual.password_env),
            pkcs11_module=self._line(table, "pkcs11_module", "seal"),
            pkcs11_token=self._line(table, "pkcs11_token", "seal"),
            pkcs11_key=self._line(table, "pkcs11_key", "seal"),
            pin_env=self._variable(table, "pin_env", usual.pin_env),
            level=table.get("level", usual.level),
            crls=tuple(self._path(name, "seal.crls") for name in self._list(table.get("crls", []), "seal.crls")),
        )
        self._check_seal(table, seal, timestamps)
        return seal

    def _check_seal(self, table: Mapping[str, Any], seal: SealSettings, timestamps: TimestampSettings) -> None:
        token = (seal.pkcs11_module, seal.pkcs11_token, seal.pkcs11_key)
        if any(token) and not all(token):
            missing = next(key for key, value in zip(_TOKEN, token, strict=True) if not value)
            self._fault("seal", f"a certificate on a token needs {missing}", f"Give {', '.join(_TOKEN)}.")
        if any(token) and "certificate" in table:
            self._fault("seal.certificate", "the certificate is given twice", "Give a file or a token, not both.")
        if seal.level not in LEVELS:
            self._fault("seal.level", f"{_shown(seal.level)} is not a level", f"Use one of: {', '.join(LEVELS)}.")
        elif seal.level != LEVELS[0] and not timestamps.authority:
            advice = "Give [timestamps] an authority, or seal at level B-B."
            self._fault("seal.level", f"level {seal.level} needs the time of an authority", advice)

    def _timestamps(self, table: Mapping[str, Any]) -> TimestampSettings:
        self._check_keys(table, "timestamps", "timestamps")
        authority, certificates = table.get("authority", ""), table.get("certificates")
        if "authority" in table and not is_authority(authority):
            advice = "Write https://… of a time-stamping authority (RFC 3161)."
            self._fault("timestamps.authority", f"{_shown(authority)} is not an address to ask for the time", advice)
            authority = ""
        roots = None if certificates is None else self._path(certificates, "timestamps.certificates")
        return TimestampSettings(authority, roots)

    def _flag(self, table: Mapping[str, Any], key: str, path: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self._fault(f"{path}.{key}", f"{key} is neither true nor false", "Write true or false, without quotes.")
        return value is True

    def _variable(self, table: Mapping[str, Any], key: str, usual: str) -> str:
        value = table.get(key, usual)
        if not isinstance(value, str) or not _VARIABLE.fullmatch(value):
            # What stands there may be the password itself: it is not shown.
            advice = f"Write a name such as {usual}, and set that variable; never the secret itself."
            self._fault(f"seal.{key}", f"{key} does not name an environment variable", advice)
            return usual
        return value

    def _path(self, name: Any, path: str) -> Path:
        """Return where a file is, seen from the workspace; it is sought only when it is needed."""
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            self._fault(path, f"{_shown(name)} does not name a file", "Write its path in quotes.")
            return self.path.parent
        return self.path.parent / name

    def _house(self, data: Mapping[str, Any]) -> House:
        self._check_keys(data, "house", "house")
        colours, fonts = self._table(data, "colours", "house"), self._table(data, "fonts", "house")
        self._check_keys(colours, "house.colours", "house.colours")
        self._check_keys(fonts, "house.fonts", "house.fonts")
        for name, colour in colours.items():
            if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
                advice = "Write # and six hexadecimal digits, such as #1f3a5f."
                self._fault(f"house.colours.{name}", f"{_shown(colour)} is not a colour", advice)
        files = self._list(fonts.get("files", []), "house.fonts.files")
        return House(
            name=self._line(data, "name", "house"),
            logo=self._file(data["logo"], "house.logo") if "logo" in data else None,
            colours={str(name): str(colour) for name, colour in colours.items()},
            text_font=self._pair(fonts, "text"),
            heading_font=self._pair(fonts, "heading"),
            font_files=tuple(filter(None, (self._file(name, "house.fonts.files") for name in files))),
        )

    def _pair(self, fonts: Mapping[str, Any], name: str) -> FontPair | None:
        value = fonts.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            value = {"word": value, "pdf": value}
        if not isinstance(value, dict) or set(value) != {"word", "pdf"} or not all(map(is_family, value.values())):
            advice = 'Write { word = "Georgia", pdf = "Gelasio" }.'
            self._fault(f"house.fonts.{name}", "a font needs a name for Word and one for the PDF", advice)
            return None
        return FontPair(value["word"], value["pdf"])

    def _people(self, entries: Any) -> tuple[Person, ...]:
        people: dict[str, Person] = {}
        for index, entry in enumerate(self._list(entries, "people")):
            path = f"people.{index}"
            if not isinstance(entry, dict):
                self._fault(path, "a person is not a table", "Write [[people]] on a line of its own for each.")
                continue
            self._check_keys(entry, "people", path)
            email, name = entry.get("email"), self._line(entry, "name", path)
            roles = self._roles(self._list(entry.get("roles", []), f"{path}.roles"), f"{path}.roles")
            if not isinstance(email, str) or not is_email(email):
                advice = "Write one such as name@firm.example."
                self._fault(f"{path}.email", f"{_shown(email or '')} is not an e-mail address", advice)
            elif email.casefold() in people:
                self._fault(f"{path}.email", f"{email} is given twice", "Keep one entry each.")
            else:
                people[email.casefold()] = Person(email, roles, name)
        return tuple(people.values())

    def _roles(self, roles: list[Any], path: str) -> tuple[str, ...]:
        for role in roles:
            if role not in ROLES:
                near = get_close_matches(str(role), ROLES, 1)
                advice = f"Did you mean {near[0]}?" if near else f"Use one of: {', '.join(ROLES)}."
                self._fault(path, f"{_shown(role)} is not a role", advice)
        return tuple(map(str, roles))

    def _zone(self, name: Any) -> str:
        if not isinstance(name, str) or not _is_zone(name):
            self._fault("time_zone", f"{_shown(name)} is not a time zone", "Write an IANA name such as Europe/London.")
            return "UTC"
        return name

    def _file(self, name: Any, path: str) -> Path | None:
        file = self.path.parent / str(name)
        if not isinstance(name, str) or not _is_file(file):
            self._fault(path, f"there is no file {_shown(name)}", "Name a file within the workspace.")
            return None
        if not file.resolve().is_relative_to(self.path.parent.resolve()):
            self._fault(path, f"{_shown(name)} lies outside the workspace", "Move it into the workspace.")
            return None
        return file

    def _line(self, data: Mapping[str, Any], key: str, path: str) -> str:
        value = data.get(key, "")
        if not isinstance(value, str) or not value.isprintable():
            self._fault(f"{path}.{key}", f"{key} is not a line of text", "Write it in quotes, on one line.")
            return ""
        return value.strip()

    def _table(self, data: Mapping[str, Any], key: str, path: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            table = f"{path}.{key}".strip(".")
            self._fault(table, f"{key} is not a table", f"Write [{table}] on a line of its own.")
            return {}
        return value

    def _list(self, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            self._fault(
                path, f"{path.rpartition('.')[2]} is not a list", "Write it in [ ], or as [[people]] for people."
            )
            return []
        return value

    def _check_keys(self, data: Mapping[str, Any], table: str, path: str) -> None:
        for key in data:
            if key not in _KEYS[table]:
                near = get_close_matches(key, _KEYS[table], 1)
                advice = f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(_KEYS[table])}."
                self._fault(f"{path}.{key}".strip("."), f"the setting {_shown(key)} is not known", advice)

    def _fault(self, path: str, message: str, advice: str) -> None:
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        place = Place(str(self.path), self.lines.get(path, 1))
        self.findings.append(Finding("settings", f"{message}.", place, advice))


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Yield the path and the line of every table and key; the entries of a repeated table count from 0."""
    table, entries = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.fullmatch(line):
            table = header[2]
            if header[1] == "[[":
                table, entries = f"{table}.{entries}", entries + 1
            yield table, number
        elif entry := _ENTRY.match(line):
            yield f"{table}.{entry[1]}".strip("."), number


def _shown(value: object) -> str:
    """Return a value as a message may show it: nothing in it that a terminal acts on."""
    text = "".join(character if character.isprintable() else "?" for character in str(value))
    return f"“{text[:60]}”"


def _is_zone(name: str) -> bool:
    """Say whether there is a time zone of a name; listing them all would take longer than all else that is read."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return not name.startswith(("posix/", "right/"))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name no file can have
        return False


def is_family(name: object) -> bool:
    """Say whether a text can be the name of a typeface: letters, digits, spaces and hyphens."""
    return isinstance(name, str) and bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,63}", name))


def _unit(name: str) -> str:
    return "years" if name.endswith("_years") else "days"


def _threshold(value: object, *, days: bool) -> int | Decimal | None:
    """Return a number of days, or of per cent, as a setting gives it; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or (days and not isinstance(value, int)):
        return None
    number, most = Decimal(str(value)), _MOST_DAYS if days else _MOST_PERCENT
    if not number.is_finite() or not 0 < number <= most:
        return None
    return int(number) if days else number
