"""Read what somebody has filled into a form that came back, as PDF or as a Word file.

The file has been through a stranger's hands and programs, so it is taken for what it may be: nothing in it is
run or fetched, and what is read has limits. Fields are those of ISO 32000-1, 12.7, content controls those of
ISO/IEC 29500-1, 17.5.2.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docgen.errors import DocgenError

if TYPE_CHECKING:
    from lxml.etree import _Element

SIZE_LIMIT = 16 * 1024 * 1024
"""The most bytes of a file, packed and unpacked; a form that is filled in has some hundred thousand."""
FIELD_LIMIT = 1_000
"""The most fields of a form, those that only group others included."""
TEXT_LIMIT = 20_000
"""The most letters of one answer."""
DEPTH_LIMIT = 12
"""How deep fields stand in groups of fields."""

_PART = "="
_UNASKED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SCRIPTS = frozenset({"/JavaScript", "/Launch", "/Rendition"})
_OLD_WORD = b"\xd0\xcf\x11\xe0"
_DC, _PDF = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/pdf/1.3/"
_CORE = "docProps/core.xml"


# What pyHanko would print of a broken file is said by an error.
logging.getLogger("pyhanko").addHandler(logging.NullHandler())
logging.getLogger("pyhanko").propagate = False


class FormError(DocgenError):
    """A file is no form that answers can be read from."""


@dataclass(frozen=True)
class FormAnswers:
    """What a filled form says: which document it claims to be, "" where it does not, and its answers by field.

    An answer to a scale or a choice is the value of what was chosen, any other its text with line ends as
    newlines; "" is no answer. All of it is what somebody wrote, and none of it has been checked.
    """

    reference: str
    values: Mapping[str, str]


def read_answers(data: bytes) -> FormAnswers:
    """Return the answers in a filled PDF or Word file; raises FormError when it is neither or cannot be read."""
    if data.startswith((b"PK", _OLD_WORD)):
        return read_docx_answers(data)
    return read_pdf_answers(data)


def read_pdf_answers(data: bytes) -> FormAnswers:
    """Return the answers in the form fields of a PDF, as any program has saved them.

    Raises FormError when it is no PDF, is broken, protected or too large, has no fields to fill in, holds
    scripts, or is a form of the kind (XFA) that only one program reads. The work is bounded by the limits above;
    a caller that expects files made to hurt bounds time and memory as well.
    """
    from pyhanko.pdf_utils.misc import PdfError

    _check_size(data)
    if b"%PDF-" not in data[:1024]:
        raise FormError("The file is neither a PDF nor a Word file. Give the form as it came back.")
    lookups = (KeyError, IndexError, AttributeError, TypeError, ValueError, AssertionError, OverflowError)
    try:
        return _PdfForm(data).answers()
    except (PdfError, zlib.error, ArithmeticError, NotImplementedError, RecursionError, OSError, *lookups):
        raise FormError("The PDF is broken and cannot be read. Open it, save it anew, or ask for it again.") from None


def read_docx_answers(data: bytes) -> FormAnswers:
    """Return the answers in the content controls of a Word file, by their tags.

    Raises FormError when it is no Word file, is broken, protected or too large, has no content controls, or
    has two circles of one question chosen.
    """
    from docgen.exchange.word_package import WordFileError, WordPackage

    _check_size(data)
    try:
        package = WordPackage(data, unpacked_limit=SIZE_LIMIT)
        document = package.xml(package.main)
        reference = _text(package.xml(_CORE), "identifier") if _CORE in package.names else ""
    except WordFileError as error:
        raise FormError(str(error)) from None
    values = _control_values(document)
    if not values and next(document.iter("{*}sdt"), None) is not None:
        raise FormError(
            "The fields of the Word file have lost their names, as they do when LibreOffice before 7.5 saves it. "
            "Ask for the form as PDF."
        )
    if not values:
        raise FormError("The Word file has no fields. Give the form as it was sent, filled in.")
    return FormAnswers(_clean(reference, "the reference"), values)


def _check_size(data: bytes) -> None:
    if len(data) > SIZE_LIMIT:
        raise FormError(f"The file is larger than {SIZE_LIMIT // 1024 // 1024} MiB; no form is. Give the form itself.")


def _clean(text: str, where: str) -> str:
    """Return text with newlines as line ends and without signs that are no writing."""
    if len(text) > TEXT_LIMIT:
        raise FormError(f"{where.capitalize()} has more than {TEXT_LIMIT:,} letters. Shorten it in the file.")
    return _UNASKED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


# PDF


@dataclass(frozen=True)
class _Field:
    """A field with what it takes over from the fields around it, and the places on the page where it stands."""

    node: Any
    name: str
    kind: str
    value: Any
    depth: int
    places: tuple[Any, ...] = ()


class _PdfForm:
    """Walks the fields of one PDF, each of them once."""

    def __init__(self, data: bytes) -> None:
        from pyhanko.pdf_utils import decode_limits
        from pyhanko.pdf_utils.reader import PdfFileReader

        limits = decode_limits.DecodeLimits(
            per_stream=decode_limits.StreamDecodeLimits(max_output_size=SIZE_LIMIT),
            document_budget=decode_limits.DocumentDecodeBudget(base_allowance=4 * SIZE_LIMIT, max_ratio=4),
        )
        self.reader = PdfFileReader(BytesIO(data), strict=False, decode_limits=limits)
        self.seen: set[object] = set()

    def answers(self) -> FormAnswers:
        if self.reader.encrypted:
            raise FormError("The PDF is protected. Save it without protection, or ask for a copy that is not.")
        root = self.reader.root
        form = _at(root, "/AcroForm", {})
        if "/XFA" in form:
            raise FormError(
                "The PDF is an XFA form, which is read by one program only. Ask for the form that was sent."
            )
        _refuse_scripts(root)
        names = _at(root, "/Names", {})
        if "/JavaScript" in names:
            raise _scripts()
        values: dict[str, str] = {}
        for field in self._fields(_at(form, "/Fields", [])):
            value = _pdf_value(field)
            if value is not None and field.name not in values:
                values[field.name] = _clean(value, f"the answer “{field.name[:40]}”")
        if not values:
            raise FormError(
                "The PDF has no fields to fill in: it was printed to a new file, or it is not the form. "
                "Ask for the form as it was sent, filled in and saved."
            )
        return FormAnswers(_clean(self._reference(), "the reference"), values)

    def _fields(self, entries: Any) -> Iterator[_Field]:
        """Yield the fields that have a value of their own, in the order of the file."""
        waiting = [_Field(entry, "", "", None, 0) for entry in reversed(self._fresh(entries))]
        while waiting:
            around = waiting.pop()
            field = self._inside(around)
            kids = self._fresh(_at(field.node, "/Kids", []))
            named = [kid for kid in kids if "/T" in kid]
            if field.depth > DEPTH_LIMIT:
                raise FormError(
                    f"The PDF has fields more than {DEPTH_LIMIT} deep; no form has. Ask for the form again."
                )
            if named:
                waiting += [_Field(kid, field.name, field.kind, field.value, field.depth) for kid in reversed(named)]
            elif field.name:
                places = (field.node, *kids)
                for place in places:
                    _refuse_scripts(place)
                yield replace(field, places=places)

    def _inside(self, around: _Field) -> _Field:
        node = around.node
        own = _string(_at(node, "/T", ""))
        return _Field(
            node,
            ".".join(filter(None, (around.name, own))),
            str(_at(node, "/FT", around.kind)),
            _at(node, "/V", around.value),
            around.depth + 1,
        )

    def _fresh(self, entries: Any) -> list[Any]:
        """Return the dictionaries in a list that have not come up before."""
        from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject

        if not isinstance(entries, ArrayObject | list) or len(entries) > FIELD_LIMIT:
            raise FormError(
                f"The PDF has no list of fields, or one of more than {FIELD_LIMIT:,}. Ask for the form again."
            )
        found = []
        for index in range(len(entries)):
            raw = entries.raw_get(index) if isinstance(entries, ArrayObject) else entries[index]
            key = (raw.idnum, raw.generation) if isinstance(raw, IndirectObject) else id(raw)
            node: Any = raw.get_object() if isinstance(raw, IndirectObject) else raw  # type: ignore[no-untyped-call]
            if isinstance(node, DictionaryObject) and key not in self.seen:
                self.seen.add(key)
                found.append(node)
        if len(self.seen) > FIELD_LIMIT:
            raise FormError(f"The PDF has more than {FIELD_LIMIT:,} fields; no form has. Ask for the form again.")
        return found

    def _reference(self) -> str:
        """Return what document the file says it is: programs keep this in one of three places."""
        told = self._metadata()
        if told is not None:
            for name in (f"{{{_DC}}}identifier", f"{{{_PDF}}}Keywords"):
                words = next((element.text for element in told.iter(name) if element.text), "").strip()
                if words:
                    return str(words)
        return _string(_at(_at(self.reader.trailer_view, "/Info"), "/Keywords", ""))

    def _metadata(self) -> _Element | None:
        from pyhanko.pdf_utils.decode_limits import DecodePurpose
        from pyhanko.pdf_utils.generic import StreamObject

        stream = _at(self.reader.root, "/Metadata")
        if not isinstance(stream, StreamObject):
            return None
        return _parsed(stream.read_data(DecodePurpose.XMP_METADATA))


def _at(node: Any, name: str, default: Any = None) -> Any:
    """Return an entry of a dictionary itself, wherever in the file it stands; `get` would return where that is."""
    try:
        return node[name] if isinstance(node, dict) else default
    except KeyError:
        return default


def _pdf_value(field: _Field) -> str | None:
    """Return a field's answer, or None for what takes none: a button to press, a signature."""
    match field.kind:
        case "/Tx":
            return _string(field.value)
        case "/Ch":
            many = field.value if isinstance(field.value, list) else [field.value]
            return ", ".join(filter(None, map(_string, many)))
        case "/Btn":
            return None if int(_at(field.node, "/Ff", 0)) & 1 << 16 else _chosen(field)
        case _:
            return None


def _chosen(field: _Field) -> str:
    """Return the value of the circle or box that is chosen; some programs only say it at the circle."""
    value = _string(field.value).removeprefix("/")
    if value in ("", "Off"):
        states = (str(_at(place, "/AS", "/Off")).removeprefix("/") for place in field.places)
        value = next((state for state in states if state != "Off"), "")
    names = _at(field.node, "/Opt")
    if names is not None and value.isdecimal() and int(value) < len(names):
        return _string(names[int(value)])
    return value


def _string(value: Any) -> str:
    """Return a string, a name or a long text as text, whatever it was written as."""
    from pyhanko.pdf_utils.generic import StreamObject

    if value is None or isinstance(value, str):
        return str(value or "")
    octets = value.data if isinstance(value, StreamObject) else value
    if not isinstance(octets, bytes):
        return ""
    for mark, encoding in ((b"\xfe\xff", "utf-16"), (b"\xff\xfe", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if octets.startswith(mark):
            return octets.decode(encoding, errors="replace")
    return _document_encoded(octets)


def _document_encoded(octets: bytes) -> str:
    """Return text in the encoding that PDF has for strings without a mark (ISO 32000-2, annex D.2)."""
    from pyhanko.pdf_utils.generic import decode_pdfdocencoding

    # Line breaks are control characters, which that encoding leaves out.
    lines = octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    try:
        return "\n".join(str(decode_pdfdocencoding(line)) for line in lines)  # type: ignore[no-untyped-call]
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")


def _refuse_scripts(node: Any) -> None:
    """Raise where opening a file or using a field would run something, for then what it shows is not what it holds."""
    actions = [_at(node, "/OpenAction"), _at(node, "/A")]
    more = _at(node, "/AA", {})
    if isinstance(more, dict):
        actions += [more[name] for name in more]
    if any(str(_at(action, "/S", "")) in _SCRIPTS for action in actions):
        raise _scripts()


def _scripts() -> FormError:
    return FormError("The PDF holds scripts, and the form that was sent has none. Ask for that form, filled in.")


# Word


def _parsed(octets: bytes) -> _Element | None:
    """Return XML without entities and addresses, or None when it is none or wants to bring its own rules."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(octets, parser)
    except etree.XMLSyntaxError:
        return None
    return None if root.getroottree().docinfo.doctype else root


def _text(root: _Element, name: str) -> str:
    return next((element.text or "" for element in root.iter(f"{{{_DC}}}{name}")), "").strip()


def _control_values(document: _Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for count, control in enumerate(document.iter("{*}sdt"), 1):
        if count > FIELD_LIMIT:
            raise FormError(f"The Word file has more than {FIELD_LIMIT:,} fields; no form has. Ask for the form again.")
        properties = control.find("{*}sdtPr")
        tag = _attribute(properties, "tag")
        if properties is None or not tag:
            continue
        name, _, choice = tag.partition(_PART)
        box = properties.find("{*}checkbox")
        if box is None:
            value = "" if _is_on(properties, "showingPlcHdr") else _words(control)
        else:
            value = (choice or "on") if _is_on(box, "checked") else ""
        if value and values.get(name):
            raise FormError(
                f"The question “{name[:40]}” has two answers, “{values[name][:40]}” and “{value[:40]}”. "
                "Ask which one is meant."
            )
        values[name] = _clean(value or values.get(name, ""), f"the answer “{name[:40]}”")
    return values


def _attribute(element: _Element | None, name: str) -> str:
    """Return what a property says, whichever of its namespaces it is written in."""
    found = None if element is None else element.find(f"{{*}}{name}")
    values = () if found is None else (value for key, value in found.attrib.items() if str(key).endswith("}val"))
    return str(next(iter(values), ""))


def _is_on(element: _Element, name: str) -> bool:
    found = element.find(f"{{*}}{name}")
    return found is not None and _attribute(element, name) not in ("0", "false", "off")


def _words(control: _Element) -> str:
    """Return the words inside a content control; spaces that only keep an empty one open are none."""
    pieces: list[str] = []
    for element in control.iter("{*}t", "{*}br", "{*}cr", "{*}tab", "{*}p", "{*}noBreakHyphen"):
        match str(element.tag).rpartition("}")[2]:
            case "t":
                pieces.append(element.text or "")
            case "tab":
                pieces.append("\t")
            case "noBreakHyphen":
                pieces.append("-")
            case "p" if not pieces:
                continue
            case _:
                pieces.append("\n")
    text = "".join(pieces)
    return text if text.replace("\u00a0", " ").strip() else ""
