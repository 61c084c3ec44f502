"""Files as Microsoft Word leaves them, written as XML: what it puts around words, and what it tracks."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib

from tests.review.corpus.makers.package import (
    ANN,
    BEN,
    came,
    gone,
    in_main,
    in_paragraph,
    paragraph,
    related,
    rewritten,
    run,
    swapped,
    tracked,
    typed,
)

_RUN = re.compile(r'<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t xml:space="preserve">([^<]*)</w:t></w:r>')
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


# What is no change of words


def cut_into_runs(file: bytes) -> bytes:
    """Cut each run in three, with the marks of editing sessions, spelling, language and pages between them."""

    def cut(found: re.Match[str]) -> str:
        look, words = found[1] or "", re.split(r"(&[a-z]+;|.)", found[2])
        third = len(words) // 3
        parts = ["".join(words[:third]), "".join(words[third : 2 * third]), "".join(words[2 * third :])]
        runs = [
            f'<w:r w:rsidR="00A1B2C{i}" w:rsidRPr="00D4E5F{i}">{look}<w:t xml:space="preserve">{part}</w:t></w:r>'
            for i, part in enumerate(parts)
        ]
        before, after = ('<w:proofErr w:type="spellStart"/>', '<w:proofErr w:type="spellEnd"/>')
        page = f"<w:r>{look}<w:lastRenderedPageBreak/></w:r>"
        mark = '<w:bookmarkStart w:id="777" w:name="_GoBack"/><w:bookmarkEnd w:id="777"/>'
        return f"{runs[0]}{before}{runs[1]}{mark}{page}{after}{runs[2]}"

    return in_main(
        file,
        lambda xml: _RUN.sub(cut, xml),
        lambda xml: xml.replace("<w:p>", '<w:p w:rsidR="00A1B2C3" w:rsidRDefault="00112233">'),
    )


def other_signs(file: bytes) -> bytes:
    """Put plain quotes, hyphens and spaces for typographic ones, and the other way round; soft hyphens besides."""

    def signs(found: re.Match[str]) -> str:
        words = found[2].translate({0x201C: '"', 0x201D: '"', 0x201E: '"', 0x2019: "'", 0x2013: "-"})
        words = re.sub(r"(?<=\d) (?=[a-z])", "\u00a0", words).replace("agree", "agree\u00ad")
        return f'<w:r>{found[1] or ""}<w:t xml:space="preserve">{words}</w:t></w:r>'

    hyphen = '</w:t></w:r><w:r><w:noBreakHyphen/></w:r><w:r><w:t xml:space="preserve">'
    return in_main(
        file,
        lambda xml: _RUN.sub(signs, xml),
        lambda xml: re.sub(
            r'(<w:r><w:t xml:space="preserve">[^<]*[a-z])-([a-z][^<]*</w:t></w:r>)', rf"\1{hyphen}\2", xml
        ),
    )


def soft_hyphens(file: bytes) -> bytes:
    """Put Word’s own soft hyphens into words, and take letters with signs apart into letter and sign."""

    def apart(found: re.Match[str]) -> str:
        words = unicodedata.normalize("NFD", found[2])
        words = words.replace("schr", 'sch</w:t><w:softHyphen/><w:t xml:space="preserve">r')
        return f'<w:r>{found[1] or ""}<w:t xml:space="preserve">{words}</w:t></w:r>'

    return in_main(file, lambda xml: _RUN.sub(apart, xml))


def simple_fields(file: bytes) -> bytes:
    """Write references as simple fields, and page numbers by other commands with results of their own."""

    def simple(found: re.Match[str]) -> str:
        return f'<w:fldSimple w:instr="{found[1]}">{run("iv" if "PAGE" in found[1] else found[2])}</w:fldSimple>'

    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    code, shown = (
        r'<w:r><w:instrText xml:space="preserve">([^<]*)</w:instrText></w:r>',
        r"<w:r><w:t [^>]*>([^<]*)</w:t></w:r>",
    )
    whole = re.compile(f"{begin}{code}{middle}{shown}{end}")
    return rewritten(
        file,
        {
            "word/document.xml": lambda xml: whole.sub(simple, xml),
            "word/footer.xml": lambda xml: xml.replace(">1</w:t>", ">12</w:t>").replace(
                " PAGE ", " PAGE  \\* MERGEFORMAT "
            ),
        },
    )


def formatting_tracked(file: bytes) -> bytes:
    """Track changes of how letters, paragraphs, numbers, tables, rows, cells and pages look, and of nothing else."""
    letters = f'<w:rPr><w:b/><w:rPrChange w:id="801" {ANN}><w:rPr/></w:rPrChange></w:rPr>'
    lines = (
        f'<w:jc w:val="both"/><w:pPrChange w:id="802" {BEN}><w:pPr><w:jc w:val="left"/></w:pPr></w:pPrChange></w:pPr>'
    )
    table = (
        f'<w:tblPrChange w:id="803" {ANN}><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr></w:tblPrChange></w:tblPr>'
    )
    row = f'<w:trPrChange w:id="804" {ANN}><w:trPr/></w:trPrChange></w:trPr>'
    cell = f'<w:tcPrChange w:id="805" {ANN}><w:tcPr><w:tcW w:w="10" w:type="dxa"/></w:tcPr></w:tcPrChange></w:tcPr>'
    sheet = '<w:sectPr><w:pgSz w:w="12240" w:h="15840"/></w:sectPr>'
    page = f'<w:sectPrChange w:id="806" {BEN}>{sheet}</w:sectPrChange></w:sectPr>'
    grid = '<w:tblGridChange w:id="807"><w:tblGrid><w:gridCol w:w="99"/></w:tblGrid></w:tblGridChange></w:tblGrid>'
    number = f'<w:numPr><w:numberingChange w:id="808" {ANN} w:original="%1:1:0:."/>'
    return in_main(
        file,
        lambda xml: xml.replace("<w:r><w:t xml:space", f"<w:r>{letters}<w:t xml:space"),
        lambda xml: xml.replace("</w:pPr>", lines).replace("</w:tblPr>", table).replace("</w:trPr>", row),
        lambda xml: xml.replace("</w:tcPr>", cell).replace("</w:sectPr>", page).replace("</w:tblGrid>", grid),
        lambda xml: xml.replace("<w:numPr>", number),
    )


def in_controls(file: bytes) -> bytes:
    """Put content controls, custom XML and smart tags around words, paragraphs, rows and cells."""
    control = '<w:sdt><w:sdtPr><w:alias w:val="Field"/><w:text/></w:sdtPr><w:sdtContent>'
    custom = (
        '<w:customXml w:uri="urn:x" w:element="clause"><w:customXmlPr><w:attr w:name="n" w:val="1"/></w:customXmlPr>'
    )
    tag = '<w:smartTag w:uri="urn:x" w:element="date">'
    permit = '<w:permStart w:id="5" w:edGrp="everyone"/>'

    def inline(found: re.Match[str]) -> str:
        return f"{permit}{control}{tag}{found[0]}</w:smartTag></w:sdtContent></w:sdt>"

    def blocks(xml: str) -> str:
        for words in ("11.2", "shall pay each", "You may start", "shall keep"):
            if f">{words}" in xml or words in xml:
                found = paragraph(xml, words)
                xml = xml.replace(found, f"{custom}{control}{found}</w:sdtContent></w:sdt></w:customXml>", 1)
        return xml

    rows = re.compile(r"<w:tr>(?:(?!<w:tr>).)*?</w:tr>", re.DOTALL)
    cells = re.compile(r"<w:tc>(?:(?!<w:tc>).)*?</w:tc>", re.DOTALL)
    return in_main(
        file,
        lambda xml: _RUN.sub(inline, xml),
        blocks,
        lambda xml: cells.sub(lambda found: f"{control}{found[0]}</w:sdtContent></w:sdt>", xml),
        lambda xml: rows.sub(lambda found: f"{control}{found[0]}</w:sdtContent></w:sdt>", xml),
    )


def strict(file: bytes) -> bytes:
    """Write the strict form of the standard, with its other names for everything."""
    old, new = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"

    def text(xml: str) -> str:
        xml = xml.replace(f"{old}wordprocessingml/2006/main", f"{new}wordprocessingml/main")
        return xml.replace(f"{old}officeDocument/2006/relationships", f"{new}officeDocument/relationships")

    parts = ("document", "header", "footer", "coverfooter", "styles", "numbering", "settings", "fontTable")
    names = [f"word/{name}.xml" for name in parts] + ["_rels/.rels", "word/_rels/document.xml.rels"]
    return rewritten(file, dict.fromkeys(names, text))


def broken_otherwise(file: bytes) -> bytes:
    """End a paragraph in the middle of a sentence, and put a line break for the end of another."""
    middle = '</w:t></w:r></w:p><w:p><w:r><w:t xml:space="preserve">'
    return in_main(
        file,
        swapped(
            "If the Client disputes a part of an invoice, it", f"If the Client disputes a part of an invoice,{middle}it"
        ),
        swapped("with the skill and care", 'with the</w:t><w:br/><w:t xml:space="preserve">skill and care'),
        swapped("the End Date, in days", 'the End Date,</w:t><w:tab/><w:t xml:space="preserve">in days'),
    )


# What was changed in silence


def in_fields(file: bytes) -> bytes:
    """Put other words into the results of a reference and of a page number: they stay until somebody updates fields."""

    def reference(xml: str) -> str:
        return xml.replace("Schedule 2</w:t>", "the terms of the Client</w:t>")

    return rewritten(
        file,
        {
            "word/document.xml": in_paragraph("each retainer at the end of each", reference),
            "word/footer.xml": swapped(">1</w:t></w:r>", ">1 (without prejudice)</w:t></w:r>"),
        },
    )


def in_the_contents_list(file: bytes) -> bytes:
    """Hide a sentence in the contents list, which a reader passes over."""
    return in_main(
        file, swapped("Definitions and interpretation</w:t>", "No limit of liability binds the Client</w:t>")
    )


def one_digit(file: bytes) -> bytes:
    """Change one digit of an amount in a table, with the old one in two runs."""
    return in_main(file, swapped("GBP 64,000.00", f"GBP 6</w:t></w:r>{run('5,00')}<w:r><w:t>0.00"))


def not_in_a_tracked_file(file: bytes) -> bytes:
    """Track a harmless change, and put “not” in beside it without a trace."""
    return in_main(
        file,
        tracked("reasonable endeavours to keep it small", "best endeavours to keep it small"),
        swapped("The Provider shall show the Client evidence", "The Provider shall not show the Client evidence"),
    )


def nicht_in_a_tracked_file(file: bytes) -> bytes:
    """Do the same in German."""
    return in_main(
        file,
        tracked("monatlich", "vierteljährlich"),
        swapped("Diese Pflicht gilt", "Diese Pflicht gilt nicht"),
    )


def hidden(file: bytes) -> bytes:
    """Put in words that do not show: hidden, white, and one half point tall."""
    looks = ("<w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>')
    words = ("None of this binds the Client.", "Except in March.", "Subject to tax.")
    runs = [
        f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve"> {each}</w:t></w:r>'
        for look, each in zip(looks, words, strict=True)
    ]
    return in_main(
        file,
        in_paragraph("The Provider shall record time", lambda xml: xml.replace("</w:p>", f"{runs[0]}</w:p>")),
        in_paragraph("shall pay each invoice", lambda xml: xml.replace("</w:p>", f"{runs[1]}</w:p>")),
        in_paragraph("A Party may set off", lambda xml: xml.replace("</w:p>", f"{runs[2]}</w:p>")),
    )


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 16, 4, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + b"\xff" * 16 for _ in range(4)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def picture_laid_over(file: bytes) -> bytes:
    """Lay a picture over the words of a clause, so that others are read there."""
    frame = (
        '<w:r><w:drawing><wp:anchor behindDoc="0" distT="0" distB="0" distL="0" distR="0" simplePos="0" locked="0" '
        'layoutInCell="1" allowOverlap="1" relativeHeight="5"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        '<wp:extent cx="5000000" cy="300000"/><wp:wrapNone/><wp:docPr id="77" name="Picture 1"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="0" name="p.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rOver"/>'
        '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="5000000" cy="300000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )
    edits = {
        "word/document.xml": in_paragraph(
            "shall pay each invoice", lambda xml: xml.replace("</w:p>", f"{frame}</w:p>")
        ),
        **related("image", "media/over.png", "rOver"),
        "[Content_Types].xml": swapped("</Types>", '<Default Extension="png" ContentType="image/png"/></Types>'),
    }
    return rewritten(file, edits, {"word/media/over.png": _png()})


def text_box(file: bytes) -> bytes:
    """Put in a text box, in the new form and the old one beside it."""
    inner = f"<w:txbxContent><w:p>{run('Side note: fees fall due after ninety days.')}</w:p></w:txbxContent>"
    shape = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    box = (
        f'<w:r><mc:AlternateContent><mc:Choice xmlns:wps="{shape}" Requires="wps"><w:drawing><wp:inline>'
        '<wp:extent cx="3000000" cy="400000"/><wp:docPr id="78" name="Text Box 1"/><a:graphic>'
        f'<a:graphicData uri="{shape}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr/><wps:txbx>{inner}</wps:txbx>'
        "<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f'<v:shape style="width:200pt;height:30pt"><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback>'
        "</mc:AlternateContent></w:r>"
    )
    return in_main(file, in_paragraph("shall pay each invoice", lambda xml: xml.replace("</w:p>", f"{box}</w:p>")))


def footnote(file: bytes) -> bytes:
    """Put in a footnote."""
    words = run(" Interest does not run in August.")
    note = f'<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r>{words}</w:p></w:footnote>'
    lines = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    return rewritten(
        file,
        {
            "word/document.xml": in_paragraph("A sum not paid when due", lambda xml: xml.replace("</w:p>", mark)),
            **related("footnotes", "footnotes.xml", "rNotes"),
            **typed("word/footnotes.xml", f"{_TYPE}.footnotes+xml"),
        },
        {"word/footnotes.xml": f'<w:footnotes xmlns:w="{_SPACE}">{lines}{note}</w:footnotes>'.encode()},
    )


_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def foreign_letters(file: bytes) -> bytes:
    """Put a Cyrillic letter for a Latin one in a defined term, so that it is another word that looks the same."""
    return in_main(file, swapped("The Provider may invoice each Fee", "The Pr\u043evider may invoice each Fee"))


def another_file_taken_in(file: bytes) -> bytes:
    """Take in another file whole, which Word shows as part of the text."""
    return rewritten(
        file,
        {
            "word/document.xml": swapped("<w:sectPr>", '<w:altChunk r:id="rChunk"/><w:sectPr>'),
            **related("aFChunk", "more.html", "rChunk"),
            **typed("word/more.html", "text/html"),
        },
        {"word/more.html": b"<html><body><p>The limit of liability does not apply.</p></body></html>"},
    )


# What was tracked


def several_authors(file: bytes) -> bytes:
    """Two people change words, one of them within what the other put in."""

    def inside(xml: str) -> str:
        inner = f'<w:del w:id="2" {BEN}><w:r><w:delText> or Leeds</w:delText></w:r></w:del>'
        return xml.replace("</w:p>", f'<w:ins w:id="1" {ANN}>{run(" in London")}{inner}</w:ins></w:p>')

    return in_main(
        file,
        tracked("at the end of each calendar month", "at the end of each quarter"),
        tracked("without delay and at its own cost", "at its own cost", BEN),
        in_paragraph("A Party may set off", inside),
    )


def moved_by_two(file: bytes) -> bytes:
    """Two people move a paragraph each, as Word marks moves."""

    def edit(xml: str, words: str, behind: str, name: str, by: str) -> str:
        old = paragraph(xml, words)
        properties, content = re.fullmatch(r"<w:p>(<w:pPr>.*?</w:pPr>)(.*)</w:p>", old, re.DOTALL).groups()  # type: ignore[union-attr]
        marked = {
            tag: properties.replace("</w:pPr>", f'<w:rPr><w:{tag} w:id="31" {by}/></w:rPr></w:pPr>')
            for tag in ("moveFrom", "moveTo")
        }

        def piece(tag: str) -> str:
            start = f'<w:{tag}RangeStart w:id="32" w:name="{name}" {by}/>'
            words = f'<w:{tag} w:id="33" {by}>{content}</w:{tag}>'
            return f'<w:p>{marked[tag]}{start}{words}</w:p><w:{tag}RangeEnd w:id="32"/>'

        target = paragraph(xml, behind)
        return xml.replace(old, piece("moveFrom"), 1).replace(target, f"{target}{piece('moveTo')}", 1)

    return in_main(
        file,
        lambda xml: edit(xml, "The Provider shall record time", "The Client shall pay VAT", "move1", ANN),
        lambda xml: edit(xml, "Each Party confirms that it may", "So far as the law allows", "move2", BEN),
    )


def rows_and_cells(file: bytes) -> bytes:
    """Delete a row, insert another, and replace what stands in a cell."""
    row = re.compile(r"<w:tr>(?:(?!<w:tr>).)*?Head of Platforms.*?</w:tr>", re.DOTALL)

    def edit(xml: str) -> str:
        found = row.search(xml)
        assert found
        old = found[0]
        marked = old.replace("</w:trPr>", f'<w:del w:id="41" {ANN}/></w:trPr>')
        marked = _RUN.sub(lambda each: gone(each[2]), marked)
        other = old.replace("</w:trPr>", f'<w:ins w:id="42" {ANN}/></w:trPr>')
        other = _RUN.sub(
            lambda each: came(each[2].replace("Mei Tan", "Lee Wong").replace("mei.tan", "lee.wong")), other
        )
        return xml.replace(old, marked + other, 1)

    return in_main(file, edit, tracked("Delivery Lead", "Delivery Manager", BEN))


def paragraph_marks(file: bytes) -> bytes:
    """Join two paragraphs and split another, both with tracking: the words stay as they are."""

    def joined(xml: str) -> str:
        return xml.replace("</w:pPr>", f'<w:rPr><w:del w:id="51" {ANN}/></w:rPr></w:pPr>', 1)

    def split(xml: str) -> str:
        properties = re.search(r"<w:pPr>.*?</w:pPr>", xml)
        assert properties
        mark = f'<w:rPr><w:ins w:id="52" {BEN}/></w:rPr></w:pPr>'
        first = properties[0].replace("</w:pPr>", mark)
        head, tail = xml.replace(properties[0], first, 1).split("It shall not use materials", 1)
        end = "</w:t></w:r></w:p><w:p>"
        return f'{head}{end}{properties[0]}<w:r><w:t xml:space="preserve">It shall not use materials{tail}'

    return in_main(
        file,
        in_paragraph("Either Party may ask for a change", joined),
        in_paragraph("It shall not use materials", split),
    )


def clause_struck(file: bytes) -> bytes:
    """Strike a clause with its mark, and write another behind it, also with its mark."""

    def struck(xml: str) -> str:
        marked = xml.replace("</w:pPr>", f'<w:rPr><w:del w:id="61" {ANN}/></w:rPr></w:pPr>')
        gone_ = _RUN.sub(lambda each: gone(each[2]), marked)
        new = re.sub(r"<w:del w:id=\"61\" ", '<w:ins w:id="62" ', marked)
        properties = re.search(r"<w:p><w:pPr>.*?</w:pPr>", new)
        assert properties
        return f"{gone_}{properties[0]}{came('Suppliers need no consent of the Client.')}</w:p>"

    return in_main(file, in_paragraph("show the Client evidence of this cover", struck))


def comments(file: bytes) -> bytes:
    """Write a comment and an answer to it, as Word keeps them."""
    about = '<w:commentRangeStart w:id="0"/><w:commentRangeStart w:id="1"/>'
    end = "".join(f'<w:commentRangeEnd w:id="{i}"/><w:r><w:commentReference w:id="{i}"/></w:r>' for i in range(2))
    extra = "http://schemas.microsoft.com/office/word/2012/wordml"
    w14 = "http://schemas.microsoft.com/office/word/2010/wordml"
    said = "".join(
        f'<w:comment w:id="{i}" {by} w:initials="X"><w:p w14:paraId="0000000{i + 1}">{run(words)}</w:p></w:comment>'
        for i, (by, words) in enumerate(((ANN, "Thirty days are too few."), (BEN, "Agreed, say sixty.")))
    )
    replies = f'<w15:commentsEx xmlns:w15="{extra}"><w15:commentEx w15:paraId="00000001" w15:done="0"/>'
    replies += '<w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001" w15:done="0"/></w15:commentsEx>'
    return rewritten(
        file,
        {
            "word/document.xml": in_paragraph(
                "shall pay each undisputed invoice",
                lambda xml: xml.replace("</w:pPr>", f"</w:pPr>{about}", 1).replace("</w:p>", f"{end}</w:p>"),
            ),
            **related("comments", "comments.xml", "rComments"),
            **typed("word/comments.xml", f"{_TYPE}.comments+xml"),
        },
        {
            "word/comments.xml": f'<w:comments xmlns:w="{_SPACE}" xmlns:w14="{w14}">{said}</w:comments>'.encode(),
            "word/commentsExtended.xml": replies.encode(),
        },
    )


def german_amount(file: bytes) -> bytes:
    """Raise an amount with tracking, in German, and put a date off in silence."""
    return in_main(
        file,
        tracked("EUR 20.000,00", "EUR 25.000,00"),
        swapped("21. September 2026", "28. September 2026"),
    )


def order_turned(file: bytes) -> bytes:
    """Change a rate back and an amount in silence, and track another date."""
    return in_main(
        file,
        swapped("GBP 760.00 per day", "GBP 720.00 per day"),
        tracked("26 February 2027", "26 March 2027"),
        swapped("+GBP 22,100.00", "+GBP 12,100.00"),
    )


def fields_tracked(file: bytes) -> bytes:
    """Delete a reference with tracking, as Word does: its field characters, its code and its result."""

    def edit(xml: str) -> str:
        field = re.search(
            r'<w:r><w:fldChar w:fldCharType="begin"/></w:r>.*?<w:fldChar w:fldCharType="end"/></w:r>', xml
        )
        assert field
        inner = (
            field[0]
            .replace("instrText", "delInstrText")
            .replace("<w:t ", "<w:delText ")
            .replace("</w:t>", "</w:delText>")
        )
        return xml.replace(field[0], f'<w:del w:id="71" {ANN}>{inner}</w:del>{came("10.6")}', 1)

    return in_main(file, in_paragraph("shall pay each invoice", edit))


MAKERS = {
    "contract-cut-into-runs": ("contract", cut_into_runs),
    "contract-other-signs": ("contract", other_signs),
    "letter-de-soft-hyphens": ("letter-de", soft_hyphens),
    "letter-de-cut-into-runs": ("letter-de", cut_into_runs),
    "letter-de-other-signs": ("letter-de", other_signs),
    "contract-simple-fields": ("contract", simple_fields),
    "contract-formatting-tracked": ("contract", formatting_tracked),
    "change-order-formatting-tracked": ("change-order", formatting_tracked),
    "contract-in-controls": ("contract", in_controls),
    "contract-strict": ("contract", strict),
    "contract-broken-otherwise": ("contract", broken_otherwise),
    "contract-in-the-contents-list": ("contract", in_the_contents_list),
    "contract-in-fields": ("contract", in_fields),
    "contract-one-digit": ("contract", one_digit),
    "contract-not-in-a-tracked-file": ("contract", not_in_a_tracked_file),
    "letter-de-nicht-in-a-tracked-file": ("letter-de", nicht_in_a_tracked_file),
    "contract-hidden": ("contract", hidden),
    "contract-picture-laid-over": ("contract", picture_laid_over),
    "contract-text-box": ("contract", text_box),
    "contract-footnote": ("contract", footnote),
    "contract-foreign-letter": ("contract", foreign_letters),
    "contract-another-file-taken-in": ("contract", another_file_taken_in),
    "contract-several-authors": ("contract", several_authors),
    "contract-moved-by-two": ("contract", moved_by_two),
    "contract-rows-and-cells": ("contract", rows_and_cells),
    "contract-paragraph-marks": ("contract", paragraph_marks),
    "contract-clause-struck": ("contract", clause_struck),
    "letter-comments": ("letter", comments),
    "letter-de-amount": ("letter-de", german_amount),
    "change-order-turned": ("change-order", order_turned),
    "contract-fields-tracked": ("contract", fields_tracked),
}
"""What is made of which issued document."""
