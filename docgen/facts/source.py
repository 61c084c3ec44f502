"""Read a YAML or JSON file into plain dicts, lists and *text*, remembering where everything stands.

Scalars stay the text that stands in the file, so that the model alone decides what they mean:
`NO` is a country, `010` an error where a number is wanted and a postal code where text is. Aliases,
tags, duplicate keys and further documents are refused.
"""

from __future__ import annotations

import json
import json.decoder
import re
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docgen.errors import Finding, FindingsError, NotFoundError, Place
from docgen.models.values import shown

Event = Any
"""One of ruamel's parsing events, which publish no types."""

Raw = dict[str, "Raw"] | list["Raw"] | str | None
Loc = tuple[str | int, ...]

SIZE_LIMIT = 2 * 1024 * 1024
DEPTH_LIMIT = 50
_SCAN: Callable[[str, int, bool], tuple[str, int]] = vars(json.decoder)["scanstring"]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_NULLS = frozenset({"", "null", "~"})
_ENDS_IN_AMOUNT = re.compile(r".*(?<![0-9])[0-9]{1,3}", re.DOTALL)
_CONTINUES_AMOUNT = re.compile(r"[0-9]{3}(?![0-9])", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """A file as read: its data, and where every key and value stands."""

    file: str
    data: Raw
    values: Mapping[Loc, Place]
    keys: Mapping[Loc, Place] = field(default_factory=dict)

    def place(self, loc: Loc) -> Place:
        """Return where the value at a location stands, or the nearest group around it."""
        while loc and loc not in self.values:
            loc = loc[:-1]
        return self.values.get(loc, Place(self.file))

    def key_place(self, loc: Loc) -> Place:
        """Return where the key at a location stands, or its value where it has no key."""
        return self.keys.get(loc) or self.place(loc)


def read_source(path: Path) -> Source:
    """Return a fact file as data with places.

    Raises NotFoundError when there is no such file and FindingsError when it cannot be read.
    """
    file = str(path)
    try:
        with path.open("rb") as stream:  # a pipe or a device has no size to ask for
            octets = stream.read(SIZE_LIMIT + 1)
    except IsADirectoryError:
        raise NotFoundError(f"{file} is a folder. Name the file in it.") from None
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {file}. Check the name and the folder.") from None
    except OSError as error:
        raise NotFoundError(f"{file} cannot be read: {error.strerror or error}.") from None
    if len(octets) > SIZE_LIMIT:
        raise _fault(file, "size", f"the file is larger than {SIZE_LIMIT // 1024 // 1024} MiB", "Split it.")
    return parse_source(decode(octets, file), file)


def decode(octets: bytes, file: str) -> str:
    """Return a file's text; raises FindingsError where it is not UTF-8."""
    octets = octets.removeprefix(BOM_UTF8)
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        line, column = _position(octets[: error.start].decode(), error.start)
        raise _fault(file, "encoding", "the text is not UTF-8", "Save the file as UTF-8.", line, column) from None


def parse_source(text: str, file: str) -> Source:
    """Return the data of a YAML or JSON text; raises FindingsError where it cannot be parsed."""
    if Path(file).suffix.lower() == ".json":
        return _JsonReader(text, file).read()
    return _YamlReader(text, file).read()


def _position(text: str, at: int) -> tuple[int, int]:
    """Return the line and the column of a place in a text; both count from 1."""
    return text.count("\n", 0, at) + 1, min(at, len(text)) - text.rfind("\n", 0, at)


def _fault(file: str, rule: str, message: str, advice: str, line: int = 1, column: int = 1) -> FindingsError:
    return FindingsError([Finding(rule, f"{message}.", Place(file, line, column), advice)])


def _given_twice(key: str, place: Place) -> Finding:
    return Finding("duplicate-key", f"“{shown(key)}” is given twice.", place, "Keep one of the two.")


class _YamlReader:
    """Builds the data from ruamel's parsing events, so nothing is constructed that we did not ask for."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.values: dict[Loc, Place] = {}
        self.keys: dict[Loc, Place] = {}
        self.findings: list[Finding] = []

    def read(self) -> Source:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        self._refuse_controls()
        try:
            events = self._content(YAML(typ="base", pure=True).parse(self.text))
            data = self._node(next(events), events, ())
            for _ in events:  # what follows the data is read too, so that nothing of the file is passed over
                pass
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            said = str(error.problem or error.context or "the file is not YAML")
            raise _fault(self.file, "yaml", f"not valid YAML: {said}", _yaml_advice(said), line, column) from None
        except YAMLError as error:
            raise _fault(
                self.file, "yaml", f"not valid YAML: {' '.join(str(error).split())}", "Check the file."
            ) from None
        if self.findings:
            raise FindingsError(self.findings)
        return Source(self.file, data, self.values, self.keys)

    def _refuse_controls(self) -> None:
        if match := _CONTROL.search(self.text):
            line, column = _position(self.text, match.start())
            message, advice = f"the file holds U+{ord(match.group()):04X}", "Remove it, and save the file as UTF-8."
            raise _fault(self.file, "control-character", message, advice, line, column)

    def _content(self, events: Iterator[Event]) -> Iterator[Event]:
        from ruamel.yaml import events as kinds

        documents = 0
        for event in events:
            if isinstance(event, kinds.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    mark = event.start_mark
                    raise _fault(
                        self.file, "yaml", "a second document begins here", "Use one file each.", mark.line + 1
                    )
            elif not isinstance(event, kinds.StreamStartEvent | kinds.StreamEndEvent | kinds.DocumentEndEvent):
                yield event
        if not documents:
            raise _fault(self.file, "empty", "the file is empty", "Begin with `format: docgen.engagement/1`.")

    def _node(self, event: Event, events: Iterator[Event], loc: Loc) -> Raw:
        from ruamel.yaml import events as kinds

        place = self._place(event)
        self.values[loc] = place
        if len(loc) > DEPTH_LIMIT:
            raise _fault(self.file, "depth", "the file is nested too deeply", "Flatten it.", place.line, place.column)
        self._refuse_marks(event, place)
        if isinstance(event, kinds.ScalarEvent):
            return None if event.implicit[0] and event.value in _NULLS else str(event.value)
        if isinstance(event, kinds.SequenceStartEvent):
            return self._sequence(event, events, loc)
        return self._mapping(event, events, loc)

    def _refuse_marks(self, event: Event, place: Place) -> None:
        from ruamel.yaml import events as kinds

        if isinstance(event, kinds.AliasEvent) or getattr(event, "anchor", None):
            raise _fault(
                self.file, "alias", "anchors and aliases are not read", "Write the value out.", place.line, place.column
            )
        if getattr(event, "tag", None) not in (None, "!"):
            raise _fault(
                self.file, "tag", f"the tag {shown(event.tag)} is not read", "Remove it.", place.line, place.column
            )

    def _sequence(self, start: Event, events: Iterator[Event], loc: Loc) -> Raw:
        from ruamel.yaml import events as kinds

        items: list[Raw] = []
        last: Event | None = None
        for event in events:
            if isinstance(event, kinds.SequenceEndEvent):
                break
            if start.flow_style and items and " " in str(items[-1]) and self._continues(last, event):
                items[-1] = f"{items[-1]},{event.value}"
            else:
                items.append(self._node(event, events, (*loc, len(items))))
            last = event
        return items

    def _mapping(self, start: Event, events: Iterator[Event], loc: Loc) -> Raw:
        from ruamel.yaml import events as kinds

        entries: dict[str, Raw] = {}
        name, last = "", None
        for event in events:
            if isinstance(event, kinds.MappingEndEvent):
                break
            place = self._place(event)
            self._refuse_marks(event, place)
            if not isinstance(event, kinds.ScalarEvent):
                raise _fault(self.file, "key", "a key must be a word", "Quote the text.", place.line, place.column)
            key, value = str(event.value), next(events)
            empty = isinstance(value, kinds.ScalarEvent) and value.value == "" and value.implicit[0]
            if start.flow_style and empty and entries and self._continues(last, event):
                entries[name] = f"{entries[name]},{key}"
                last = event
                continue
            if key in entries:
                self.findings.append(_given_twice(key, place))
            name, last = key, value
            self.keys[(*loc, key)] = place
            entries[name] = self._node(value, events, (*loc, key))
            if empty:  # the parser puts a value that is not there at whatever comes next
                self.values[(*loc, key)] = place
        return entries

    def _continues(self, last: Event | None, event: Event) -> bool:
        """Say whether a comma inside an amount (64,000.00) cut plain text in two, as it does inside { } and [ ]."""
        from ruamel.yaml import events as kinds

        return (
            isinstance(last, kinds.ScalarEvent)
            and isinstance(event, kinds.ScalarEvent)
            and last.style is None
            and event.style is None
            and bool(last.end_mark.index + 1 == event.start_mark.index)
            and bool(_ENDS_IN_AMOUNT.fullmatch(last.value))
            and bool(_CONTINUES_AMOUNT.match(event.value))
        )

    def _place(self, event: Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)


def _yaml_advice(said: str) -> str:
    if "mapping values are not allowed" in said:
        return "Quote text that holds a colon followed by a space."
    if "found character" in said and "cannot start any token" in said:
        return "Indent with spaces, not tabs, and quote text that begins with @, ` or %."
    if "expected" in said and ("','" in said or "']'" in said or "'}'" in said):
        return "Close the bracket, or quote text that holds , : [ ] { or }."
    return "Check the indentation and the quotes here."


class _JsonReader:
    """A JSON reader that keeps numbers as text and remembers places, which the standard one does not."""

    _SPACE = re.compile(r"[ \t\n\r]*")
    _NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.at = 0
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.values: dict[Loc, Place] = {}
        self.keys: dict[Loc, Place] = {}
        self.findings: list[Finding] = []

    def read(self) -> Source:
        data = self._value(())
        self._skip()
        if self.at != len(self.text):
            raise self._fault("something follows the end of the data", "Remove it.")
        if self.findings:
            raise FindingsError(self.findings)
        return Source(self.file, data, self.values, self.keys)

    def _value(self, loc: Loc) -> Raw:
        self._skip()
        self.values[loc] = self._place(self.at)
        if len(loc) > DEPTH_LIMIT:
            raise self._fault("the file is nested too deeply", "Flatten it.")
        begin = self.text[self.at : self.at + 1]
        if begin == "{":
            return self._object(loc)
        if begin == "[":
            return self._array(loc)
        if begin == '"':
            return self._string()
        for word, value in (("null", None), ("true", "true"), ("false", "false")):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        if match := self._NUMBER.match(self.text, self.at):
            self.at = match.end()
            return match.group()
        raise self._fault("a value is expected here", "Check quotes, commas and brackets.")

    def _object(self, loc: Loc) -> Raw:
        entries: dict[str, Raw] = {}
        for _ in self._items("}"):
            self._skip()
            place = self._place(self.at)
            if self.text[self.at : self.at + 1] != '"':
                raise self._fault("a key in double quotes is expected here", "Check commas and brackets.")
            key = self._string()
            if key in entries:
                self.findings.append(_given_twice(key, place))
            self._expect(":")
            self.keys[(*loc, key)] = place
            entries[key] = self._value((*loc, key))
        return entries

    def _array(self, loc: Loc) -> Raw:
        items: list[Raw] = []
        for _ in self._items("]"):
            items.append(self._value((*loc, len(items))))
        return items

    def _items(self, end: str) -> Iterator[None]:
        self.at += 1
        self._skip()
        if self.text.startswith(end, self.at):
            self.at += 1
            return
        while True:
            yield
            self._skip()
            if self.text.startswith(end, self.at):
                self.at += 1
                return
            self._expect(",")

    def _string(self) -> str:
        try:
            value, self.at = _SCAN(self.text, self.at + 1, True)
        except json.JSONDecodeError as error:
            self.at = error.pos
            raise self._fault(f"the text is not valid JSON: {error.msg}", "Check the quotes.") from None
        return str(value)

    def _expect(self, mark: str) -> None:
        self._skip()
        if not self.text.startswith(mark, self.at):
            raise self._fault(f"“{mark}” is expected here", "Check quotes, commas and brackets.")
        self.at += 1

    def _skip(self) -> None:
        match = self._SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _place(self, at: int) -> Place:
        line = bisect_right(self.line_starts, at)
        return Place(self.file, line, at - self.line_starts[line - 1] + 1)

    def _fault(self, message: str, advice: str) -> FindingsError:
        place = self._place(self.at)
        return _fault(self.file, "json", message, advice, place.line, place.column)


def plain(data: Any) -> Raw:
    """Return data as a file would hand it over: scalars as text."""
    if isinstance(data, Mapping):
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain(value) for value in data]
    if isinstance(data, bool):
        return "true" if data else "false"
    return None if data is None else str(data)
