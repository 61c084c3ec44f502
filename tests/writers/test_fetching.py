"""The page a PDF is made from fetches nothing: no address, no file, no redirection."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from pypdf import PdfReader

from docgen.doctree.parse import parse
from docgen.writers import pdf
from docgen.writers.pdf import Attached, FetchRefusedError, write_pdf
from docgen.writers.theme import Theme

DAY = dt.date(2026, 11, 21)
SECRET = "the-secret-of-another-file"  # noqa: S105 - the words that must not be found
PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class Listener:
    """An address of this machine that counts who calls, and answers each with a way to a file."""

    def __init__(self, file: Path) -> None:
        self.calls: list[bytes] = []
        self.file = file
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                self.calls.append(connection.recv(200))
                connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {self.file.as_uri()}\r\n\r\n".encode())

    def close(self) -> None:
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join()


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    secret = tmp_path_factory.mktemp("other") / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    server = Listener(secret)
    yield server
    server.close()


def drawn(inside: str) -> str:
    """Return an SVG picture in a data: address."""
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
        f"{inside}</svg>"
    )
    return f"data:image/svg+xml,{quote(picture)}"


def made(head: str = "", body: str = "", css: str = "") -> bytes:
    page = f'<!DOCTYPE html><html lang="en"><head><title>T</title>{head}</head><body>{body}</body></html>'
    with pdf._refusals():
        written: bytes = pdf._layout(page, css, pdf.VARIANT).write_pdf(pdf_variant=pdf.VARIANT)
    return written


ADDRESSES = (
    "http://127.0.0.1:PORT/x",
    "FILE",
    "ftp://127.0.0.1:PORT/x",
    "HTTP://127.0.0.1:PORT/x",
    "//127.0.0.1:PORT/x",
)
BODIES = {
    "picture": '<img src="{}" alt="x">',
    "picture set": '<img srcset="{} 1x" alt="x">',
    "object": '<object data="{}" type="image/png"></object>',
    "embedded": '<embed src="{}" type="image/png">',
    "picture in a picture": '<img src="{}" alt="x">',
    "background": '<p style="background: url({})">x</p>',
    "list mark": '<ul style="list-style-image: url({})"><li>x</li></ul>',
    "content": '<p style="content: url({})">x</p>',
    "border": '<p style="border-image-source: url({}); border: 9px solid">x</p>',
    "attached link": '<a rel="attachment" href="{}">x</a>',
    "table background": '<table background="{}"><tr><td>x</td></tr></table>',
}
HEADS = {
    "style sheet": '<link rel="stylesheet" href="{}">',
    "attachment": '<link rel="attachment" href="{}">',
    "icon": '<link rel="icon" href="{}">',
    "imported style": '<style>@import "{}";</style>',
    "imported style by url": "<style>@import url({});</style>",
    "font": "<style>@font-face { font-family: x; src: url({}) } p { font-family: x }</style>",
    "page background": "<style>@page { background: url({}) }</style>",
    "base": '<base href="http://127.0.0.1:PORT/"><link rel="stylesheet" href="x.css">',
}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", [*BODIES, *HEADS])
def test_no_way_to_ask_for_something_outside_is_answered(listener: Listener, name: str, address: str) -> None:
    before = len(listener.calls)
    address = address.replace("FILE", listener.file.as_uri())
    ways = HEADS if name in HEADS else BODIES
    inner = drawn('<image href="ADDRESS" width="9" height="9"/>'.replace("ADDRESS", address))
    asked = ways[name].replace("{}", inner if name == "picture in a picture" else address)
    head, body = (asked, "<p>x</p>") if name in HEADS else ("", asked)
    try:
        written = made(*(part.replace("PORT", str(listener.port)) for part in (head, body)))
    except FetchRefusedError as refused:
        written = b""
        assert "Documents fetch nothing" in str(refused)  # noqa: PT017 - either answer is right

    assert len(listener.calls) == before
    assert SECRET.encode() not in written
    if written:
        assert PdfReader(BytesIO(written)).attachments == {}


@pytest.mark.parametrize(
    "css",
    [
        '@import "http://127.0.0.1:PORT/x.css";',
        "@font-face { font-family: x; src: url(FILE) } body { font-family: x }",
        "body { background: url(http://127.0.0.1:PORT/x) }",
        "@page { @top-left { content: url(http://127.0.0.1:PORT/x) } }",
    ],
)
def test_the_style_sheet_fetches_nothing_either(listener: Listener, css: str) -> None:
    before = len(listener.calls)
    css = css.replace("PORT", str(listener.port)).replace("FILE", listener.file.as_uri())
    with pytest.raises(FetchRefusedError, match="use a picture the document carries"):
        made(body="<p>x</p>", css=css)
    assert len(listener.calls) == before


@pytest.mark.parametrize(
    "inside",
    [
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "FILE">]><text y="9">&x;</text>',
        '<use href="FILE#x"/>',
        '<style>@import "http://127.0.0.1:PORT/x.css"; rect { fill: url(http://127.0.0.1:PORT/x) }</style>',
        '<script href="http://127.0.0.1:PORT/x.js"/>',
        '<foreignObject><iframe src="http://127.0.0.1:PORT/"/></foreignObject>',
        '<a href="http://127.0.0.1:PORT/"><rect width="9" height="9"/></a>',
        '<image xlink:href="http://127.0.0.1:PORT/x" width="9" height="9"/>',
        '<rect width="9" height="9" fill="url(http://127.0.0.1:PORT/x#y)"/>',
    ],
)
def test_a_picture_fetches_nothing_and_tells_nothing(listener: Listener, inside: str) -> None:
    before = len(listener.calls)
    inside = inside.replace("PORT", str(listener.port)).replace("FILE", listener.file.as_uri())
    try:
        written = made(body=f'<img src="{drawn(inside)}" alt="x">')
    except FetchRefusedError:
        written = b""
    assert len(listener.calls) == before
    assert (
        SECRET not in "".join(page.extract_text() for page in PdfReader(BytesIO(written)).pages if written)
        if written
        else True
    )


def test_pictures_that_the_page_carries_are_drawn() -> None:
    square = drawn('<rect width="9" height="9"/>')
    written = made(body=f'<img src="{PIXEL}" alt="x"><img src="{square}" alt="y">')
    assert len(PdfReader(BytesIO(written)).pages[0].images) == 1


def test_a_refusal_names_the_address_and_cuts_a_long_one() -> None:
    assert "asks for http://x.example/a." in str(FetchRefusedError("http://x.example/a"))
    assert len(str(FetchRefusedError("http://x.example/" + "a" * 5000))) < 200


def test_what_stands_in_facts_is_attached_and_nothing_else(listener: Listener) -> None:
    document = parse(f'<doc title="T"><p>{listener.file.as_uri()} &lt;img src="{listener.file.as_uri()}"&gt;</p></doc>')
    facts = Attached("facts.json", "The facts", b'{"a": "file:///etc/passwd"}\n')
    reader = PdfReader(BytesIO(write_pdf(document, Theme(), DAY, (facts,))))

    assert dict(reader.attachments) == {"facts.json": [facts.content]}
    assert SECRET not in reader.pages[0].extract_text()
    assert listener.calls == []
