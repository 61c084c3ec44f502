"""The package of a Word file: its parts, their relationships, and a ZIP with the same bytes every time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docgen.doctree.nodes import Contents, Document
from docgen.doctree.walk import walk
from docgen.writers.docx_extras import comments_xml, properties_xml
from docgen.writers.docx_manuscript import Manuscript
from docgen.writers.docx_numbering import numbering_xml
from docgen.writers.docx_running import LOGO, cover_footer_xml, footer_xml, header_xml, logo_png
from docgen.writers.docx_runs import language_tag
from docgen.writers.docx_styles import script_fonts, styles_xml
from docgen.writers.docx_xml import escaped, part
from docgen.writers.theme import Theme

if TYPE_CHECKING:
    from docx.opc.package import OpcPackage
    from docx.opc.part import Part

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"
_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPERTIES = (
    f'xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The oldest time a ZIP knows; every member carries it, so that no clock changes a byte."""
_UNIX = 3
_READABLE = 0o644 << 16

_AT_HAND = {"Arabic": "Arial", "Hebrew": "Arial", "CJK JP": "Yu Gothic", "CJK SC": "Microsoft YaHei"}
"""What Word finds where a fallback font of the theme is not installed."""


def package_bytes(manuscript: Manuscript, body: str, day: dt.date | None) -> bytes:
    """Return the file: the body, which has been written before, with the parts it needs around it."""
    from docx.opc.package import OpcPackage

    package = OpcPackage()
    core = _part(package, "docProps/core.xml", _CORE, _core_xml(manuscript.document, day).encode())
    package.load_rel(f"{_PACKAGE}/relationships/metadata/core-properties", core, "rProperties")
    if manuscript.extras.properties:
        custom = _part(package, "docProps/custom.xml", _CUSTOM, properties_xml(manuscript.extras.properties).encode())
        package.load_rel(f"{_OFFICE}/custom-properties", custom, "rProperties2")
    main = _parsed_part(package, "word/document.xml", f"{_WORD}.document.main+xml", body)
    package.load_rel(f"{_OFFICE}/officeDocument", main, "rDocument")
    for name, kind, content in _parts(manuscript):
        target = _parsed_part(package, f"word/{name}.xml", f"{_WORD}.{kind}+xml", content)
        main.load_rel(f"{_OFFICE}/{kind}", target, f"r{name.capitalize()}")
        if kind == "header":
            _add_logo(package, target, manuscript.theme)
    for address, relation in manuscript.links.items():
        main.load_rel(f"{_OFFICE}/hyperlink", address, relation, is_external=True)
    for number, picture in enumerate(manuscript.pictures.values(), 1):
        image = _part(package, f"word/media/image{number}.png", "image/png", picture.png)
        main.load_rel(f"{_OFFICE}/image", image, picture.relation)
    return _zipped(package)


def _parts(manuscript: Manuscript) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the kind and the XML of each part beside the body."""
    document, theme = manuscript.document, manuscript.theme
    contents = any(isinstance(block, Contents) for block in walk(document.blocks))
    yield "styles", "styles", styles_xml(theme, document.language, contents)
    yield "numbering", "numbering", numbering_xml(theme, document.labels.schedule, manuscript.lists)
    yield "settings", "settings", _settings_xml(document.language)
    yield "fontTable", "fontTable", _fonts_xml(theme, document.language)
    yield "header", "header", header_xml(manuscript)
    yield "footer", "footer", footer_xml(manuscript)
    if manuscript.extras.comments:
        yield "comments", "comments", comments_xml(manuscript.extras.comments)
    if document.cover:
        yield "coverfooter", "footer", cover_footer_xml()


def _part(package: OpcPackage, name: str, kind: str, content: bytes) -> Part:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    return Part(PackURI(f"/{name}"), kind, content, package)  # type: ignore[arg-type] # it asks for a subclass


def _parsed_part(package: OpcPackage, name: str, kind: str, content: str) -> Part:
    """Return a part whose XML has been read once, so that a file which is not well formed never leaves."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import XmlPart
    from docx.oxml.parser import parse_xml

    return XmlPart(PackURI(f"/{name}"), kind, parse_xml(content.encode()), package)  # type: ignore[arg-type]


def _add_logo(package: OpcPackage, header: Part, theme: Theme) -> None:
    logo = logo_png(theme)
    if logo:
        header.load_rel(f"{_OFFICE}/image", _part(package, "word/media/logo.png", "image/png", logo), LOGO)


# The small parts


def _core_xml(document: Document, day: dt.date | None) -> str:
    """Return the document's properties; they bear the document's own day, never the clock's."""
    moment = f"{day.isoformat()}T00:00:00Z" if day else ""
    dated = ' xsi:type="dcterms:W3CDTF"'
    properties = (
        ("dc:title", "", document.title),
        ("dc:subject", "", document.subtitle),
        ("dc:creator", "", document.author),
        ("dc:identifier", "", document.number),
        ("dc:language", "", language_tag(document.language)),
        ("cp:category", "", document.kind),
        ("dcterms:created", dated, moment),
        ("dcterms:modified", dated, moment),
    )
    inner = "".join(f"<{name}{kind}>{escaped(value)}</{name}>" for name, kind, value in properties if value)
    return f"{_DECLARATION}<cp:coreProperties {_PROPERTIES}>{inner}</cp:coreProperties>"


@lru_cache(maxsize=16)
def _settings_xml(language: str) -> str:
    tag = escaped(language_tag(language))
    office = "http://schemas.microsoft.com/office/word"
    names = ("overrideTableStyleFontSizeAndJustification", "enableOpenTypeFeatures", "doNotFlipMirrorIndents")
    modern = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="{office}" w:val="{value}"/>'
        for name, value in (("compatibilityMode", 15), *((name, 1) for name in names))
    )
    return part(
        "settings",
        '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat>{modern}</w:compat><w:themeFontLang w:val="{tag}"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>',
    )


@lru_cache(maxsize=16)
def _fonts_xml(theme: Theme, language: str) -> str:
    """Return the fonts with what may stand in for each."""
    stand_ins = {theme.text.word: theme.text.pdf, theme.heading.word: theme.heading.pdf}
    for name in script_fonts(theme, language):
        at_hand = next((font for script, font in _AT_HAND.items() if script in name), name)
        stand_ins.setdefault(name, at_hand)
    fonts = (
        f'<w:font w:name="{escaped(name)}"><w:altName w:val="{escaped(other)}"/></w:font>'
        for name, other in stand_ins.items()
    )
    return part("fonts", "".join(fonts))


# The ZIP


def _zipped(package: OpcPackage) -> bytes:
    """Return the package as a ZIP, in a fixed order and without a clock; python-docx would stamp the hour."""
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in _members(package):
            info = ZipInfo(name, _FIRST_DAY)
            info.create_system, info.external_attr, info.compress_type = _UNIX, _READABLE, ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


def _members(package: OpcPackage) -> Iterator[tuple[str, bytes]]:
    parts = list(package.iter_parts())
    yield "[Content_Types].xml", _types_xml(parts).encode()
    yield "_rels/.rels", _octets(package.rels.xml)
    for each in parts:
        yield each.partname.membername, each.blob
        if each.rels:
            yield each.partname.rels_uri.lstrip("/"), _octets(each.rels.xml)


def _octets(xml: str | bytes) -> bytes:
    return xml.encode() if isinstance(xml, str) else xml


def _types_xml(parts: list[Part]) -> str:
    named = "".join(
        f'<Override PartName="{each.partname}" ContentType="{each.content_type}"/>'
        for each in parts
        if each.partname.ext == "xml"
    )
    return (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )
