"""Hostile templates end with a clear refusal: they neither hang, nor fetch, nor read, nor write what they must not."""

from __future__ import annotations

import datetime as dt
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.actions.bounded import LimitError
from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import Desk, Limits
from docgen.actions.linting import lint_templates
from docgen.actions.render import Made, Order, make, write
from docgen.actions.templates import preview_template, template_record
from docgen.doctree.text import document_lines
from docgen.errors import DocgenError, ExitCode, FindingsError
from docgen.settings import Settings, read_settings
from docgen.templating.environment import OutputLimitError

HEADER = "---\ntitle: Letter\nkind: {kind}\nversion: 1.0.0\nlanguage: en\n---\n"
FIRST_LINE = 7
ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
DAY = dt.date(2026, 11, 21)
LETTER = "letter-of-approval"


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(Settings(), DAY, limits=Limits(memory=512, seconds=60))


@pytest.fixture(scope="module")
def hasty() -> Desk:
    """Lend a desk for what never ends, so that a busy machine does not make other tests hit the clock."""
    return Desk(Settings(), DAY, limits=Limits(memory=512, seconds=2))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Lend an address of this machine that must never be called."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.05)
        yield server
        with pytest.raises(TimeoutError):
            server.accept()


def template(folder: Path, body: str, kind: str = LETTER, name: str = "mine") -> Path:
    path = folder / f"{name}.html.jinja"
    path.write_text(HEADER.format(kind=kind) + body, encoding="utf-8")
    return path


def page(words: str) -> str:
    return f'<doc title="Letter">{words}</doc>'


def render(desk: Desk, path: Path, *, draft: bool = True) -> Made:
    return make(desk, Order(LETTER, (EXAMPLE / "engagement.yaml",), template=path, draft=draft))


def refusal(desk: Desk, path: Path) -> str:
    with pytest.raises(DocgenError) as refused:
        render(desk, path)
    return str(refused.value)


# Loops, memory and recursion


@pytest.mark.parametrize(
    "body",
    [
        page(f"{ENDLESS}<p>x</p>"),
        page(
            "{% macro m0() %}x{% endmacro %}"
            + "".join(f"{{% macro m{n}() %}}{f'{{{{ m{n - 1}() }}}}' * 4}{{% endmacro %}}" for n in range(1, 30))
            + "{{ m29() }}"
        ),
        page("<p>{{ ('x' * 40000)|list|map('upper')|list|sort|join|length }}</p>" * 1500),
    ],
    ids=["loops in loops", "macros of macros", "much work"],
)
def test_a_template_without_an_end_is_stopped(hasty: Desk, tmp_path: Path, body: str) -> None:
    began = time.monotonic()
    with pytest.raises(LimitError, match="took more than 2 seconds") as stopped:
        render(hasty, template(tmp_path, body))

    assert stopped.value.exit_code is ExitCode.REFUSED
    assert time.monotonic() - began < 120


@pytest.mark.parametrize(
    "body",
    [
        "{{ ('a' * 10**10)|length }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 'a'.ljust(10**10) }}",
        "{{ 'a'.zfill(10**10) }}",
        "{{ ['a' * 10**6] * 10**4 }}{{ ('a' * 10**9)|upper }}",
        "{% set ns = namespace(t='x') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
    ],
)
def test_a_template_that_eats_memory_is_stopped(desk: Desk, tmp_path: Path, body: str) -> None:
    assert "MiB of memory" in refusal(desk, template(tmp_path, page(body)))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion"),
        ("{% block b %}{{ self.b() }}{% endblock %}", "recursion"),
        ("{{ " + "not " * 3000 + "1 }}", "nested too deeply"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "nested too deeply"),
        ("{{ " + "+".join(["1"] * 20_000) + " }}", "nested too deeply"),
        ("{% for i in range(10**9) %}{% endfor %}", "Range too big"),
        ("{% for i in range(90000) %}<p>{{ 'x' * 1000 }}</p>{% endfor %}", "writes more than 8,000,000 characters"),
    ],
)
def test_what_goes_too_deep_or_too_far_is_a_fault_of_the_template(
    desk: Desk, tmp_path: Path, body: str, said: str
) -> None:
    assert said in refusal(desk, template(tmp_path, page(body)))


def test_a_template_that_includes_itself_is_refused(desk: Desk, tmp_path: Path) -> None:
    path = template(tmp_path, page('{% include "mine" %}'))
    assert "There is no template “mine”" in refusal(desk, path)


def test_a_partial_of_a_workspace_that_includes_itself_is_refused(tmp_path: Path) -> None:
    desk = workspace(
        tmp_path,
        {"_round": '{% include "_round" %}', "mine": HEADER.format(kind=LETTER) + page('{% include "_round" %}')},
    )
    with pytest.raises(FindingsError, match=r"_round\.html\.jinja:1:1: the template fails here: maximum recursion"):
        make(desk, Order("mine", (EXAMPLE / "engagement.yaml",), draft=True))


# Size


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("<note>" * 3000 + "x" + "</note>" * 3000, "Excessive depth"),
        ("<note>" * 100 + "x" + "</note>" * 100, "101 elements, nested 101 deep"),
        ("<table><tbody>{% for i in range(99999) %}<tr><td>1</td></tr>{% endfor %}</tbody></table>", "200001 elements"),
        ('<table><tbody><tr><td colspan="1000000">x</td></tr></tbody></table>', "is not a number from 1 to 40"),
        ('<table><tbody><tr><td rowspan="41">x</td></tr></tbody></table>', "is not a number from 1 to 40"),
        ('<table><tbody><tr><td colspan="000000040999">x</td></tr></tbody></table>', "is not a number from 1 to 40"),
        ("<table><tbody><tr>" + "<td>x</td>" * 50_000 + "</tr></tbody></table>", "has 50000 columns"),
        ('<table cols="' + "0 " * 100_000 + '"><tbody><tr><td>x</td></tr></tbody></table>', "has 100000 columns"),
    ],
)
def test_a_document_no_page_can_hold_is_refused(desk: Desk, tmp_path: Path, words: str, said: str) -> None:
    assert said in refusal(desk, template(tmp_path, page(words)))


def test_a_page_that_takes_for_ever_to_lay_out_is_stopped(hasty: Desk, tmp_path: Path) -> None:
    made = render(hasty, template(tmp_path, page("<signatures>" + '<signature party="a"/>' * 3000 + "</signatures>")))
    with pytest.raises(LimitError, match="took more than 2 seconds"):
        write(made, "pdf", hasty)


def test_a_harmless_template_of_a_stranger_is_rendered_like_any_other(desk: Desk, tmp_path: Path) -> None:
    made = render(desk, template(tmp_path, page("<p>{{ client.legal_name }}</p>")))

    assert list(document_lines(made.document)) == ["Letter", "Harrow & Pike Retail plc"]
    assert write(made, "pdf", desk).startswith(b"%PDF")
    assert write(made, "docx", desk).startswith(b"PK")


# Entities, addresses, scripts and styles


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f'<!DOCTYPE doc [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "{"&a;" * 10}">]>{page("<p>&b;</p>")}', "document type"),
        (f'<!DOCTYPE doc [<!ENTITY x SYSTEM "file:///etc/passwd">]>{page("<p>&x;</p>")}', "document type"),
        (f'<!DOCTYPE doc SYSTEM "http://127.0.0.1:PORT/x.dtd">{page("<p>x</p>")}', "document type"),
        (f'<!DOCTYPE doc [<!ENTITY % p SYSTEM "http://127.0.0.1:PORT/p"> %p;]>{page("<p>x</p>")}', "document type"),
        (page("<p>&nbsp;</p>"), "not well formed"),
        (page('<img src="http://127.0.0.1:PORT/x.png" alt="x"/>'), "there is no picture"),
        (page('<img src="file:///etc/passwd" alt="x"/>'), "there is no picture"),
        (page('<img src="data:image/png;base64,iVBOR" alt="x"/>'), "there is no picture"),
        (page('<img src="../../logo.png" alt="x"/>'), "there is no picture"),
        (page('<p><a href="javascript:alert(1)">x</a></p>'), "is not a safe address"),
        (page('<p><a href="file:///etc/passwd">x</a></p>'), "is not a safe address"),
        (page('<p><a href="http://127.0.0.1:PORT/">x</a></p>'), "is not a safe address"),
        (page('<p><a href="//127.0.0.1:PORT/">x</a></p>'), "is not a safe address"),
        (page('<p><a href="https://x.example/ y">x</a></p>'), "is not a safe address"),
        (page('<p><a href="data:text/html,x">x</a></p>'), "is not a safe address"),
        (page('<p><a href="https://x.example" rel="attachment">x</a></p>'), "has no attribute “rel”"),
        (page('<link rel="attachment" href="file:///etc/passwd"/>'), "there is no element <link>"),
        (page('<style>@import "http://127.0.0.1:PORT/x.css";</style>'), "there is no element <style>"),
        (page('<p style="background: url(http://127.0.0.1:PORT/)">x</p>'), "has no attribute “style”"),
        (page('<p class="x; display:none">x</p>'), "is not known"),
        (page('<p onclick="x()">x</p>'), "has no attribute “onclick”"),
        (page("<script>x()</script>"), "there is no element <script>"),
        (page('<iframe src="http://127.0.0.1:PORT/"/>'), "there is no element <iframe>"),
        (page('<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>'), "there is no element <{http"),
        (page('<object data="file:///etc/passwd"/>'), "there is no element <object>"),
        (page('<?xml-stylesheet href="http://127.0.0.1:PORT/x.css"?><p>x</p>'), "there is no element <processing"),
        (page('<?x at="5:3"?>'), "there is no element <processing"),
        (
            page('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
            "there is no element",
        ),
        (page('<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'), "there is no element"),
        ("<html><body>x</body></html>", "the root is <html>"),
    ],
)
def test_nothing_outside_the_document_is_asked_for(
    desk: Desk, tmp_path: Path, listener: socket.socket, body: str, said: str
) -> None:
    port = listener.getsockname()[1]
    assert said in refusal(desk, template(tmp_path, body.replace("PORT", str(port))))


# Places


@pytest.mark.parametrize("place", ["99:1", "0:99999999999999999999", "x:y", "-1:-1", "0", "", "1:1:1"])
def test_a_place_that_a_template_writes_itself_is_not_believed(desk: Desk, tmp_path: Path, place: str) -> None:
    path = template(tmp_path, page(f"<{{{{ 'zz' }}}} at=\"{place}\">x</zz>"))
    assert f"{path}:{FIRST_LINE}:1: there is no element <zz>" in refusal(desk, path)


def test_half_a_character_is_refused_at_its_line(desk: Desk, tmp_path: Path) -> None:
    path = template(tmp_path, page('\n<p>{{ "\\ud800" }}</p>'))
    assert f"{path}:{FIRST_LINE + 1}:1: the markup is not well formed" in refusal(desk, path)


def test_a_fault_before_any_element_is_told_of_the_right_file(desk: Desk, tmp_path: Path) -> None:
    render(desk, template(tmp_path, page("<p>x</p>"), name="first"))
    path = template(tmp_path, "<doc", name="second")
    assert f"{path}:" in refusal(desk, path)


# Files


@pytest.mark.parametrize(
    "kind", ["../../../evil", "/evil", "a/b", "..", "con tract", "Contract", ".hidden", "-x", "a\\\\b", "x\u202ey"]
)
def test_a_header_cannot_name_a_kind_that_leads_out_of_the_folder(desk: Desk, tmp_path: Path, kind: str) -> None:
    path = template(tmp_path, page("<p>x</p>"), kind=kind)
    assert f"{path}:3:" in refusal(desk, path)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..\\\\..\\\\x",
        "_forum|de",
        "_forum.html.jinja.bak",
        "%2e%2e/x",
        "file:///etc/passwd",
        "",
    ],
)
@pytest.mark.parametrize("tag", ['{{% include "{}" %}}', '{{% import "{}" as x %}}', '{{% from "{}" import x %}}'])
def test_an_include_reaches_the_catalogue_and_nothing_else(desk: Desk, tmp_path: Path, tag: str, name: str) -> None:
    said = refusal(desk, template(tmp_path, page(tag.format(name))))
    assert "There is no template" in said
    assert "root:" not in said


def test_a_partial_is_named_in_quotes_so_that_the_version_covers_it(desk: Desk, tmp_path: Path) -> None:
    for tag in ('{% include "_" ~ detail %}', '{% include ["_forum"] %}', "{% import detail as x %}"):
        assert "named in quotes" in refusal(desk, template(tmp_path, page(tag)))


# A stranger's partial in the place of docgen's own


def workspace(folder: Path, templates: dict[str, str], seconds: int = 2) -> Desk:
    (folder / "docgen.toml").write_text("", encoding="utf-8")
    (folder / "templates" / "contracts").mkdir(parents=True)
    for name, text in templates.items():
        (folder / "templates" / "contracts" / f"{name}.html.jinja").write_text(text, encoding="utf-8")
    return Desk(read_settings(folder), DAY, limits=Limits(memory=512, seconds=seconds))


def test_a_partial_of_the_workspace_runs_within_limits_inside_a_template_of_docgen(tmp_path: Path) -> None:
    desk = workspace(tmp_path, {"_forum": ENDLESS})
    with pytest.raises(LimitError, match=r"contract\.html\.jinja was stopped"):
        make(desk, Order("contract", (EXAMPLE / "engagement.yaml",)))


def test_templates_of_the_workspace_may_cite_a_contract_of_the_workspace(tmp_path: Path) -> None:
    own = Desk(Settings(), DAY).catalogue
    texts = {name: own.template(name, "en").text for name in ("contract", "change-order")}
    desk = workspace(tmp_path, texts, seconds=20)
    made = make(desk, Order("change-order", (EXAMPLE / "engagement.yaml", EXAMPLE / "change-order-001.yaml")))
    assert made.document.kind == "change-order"


# Reading a template without running it


WIDE = "{% macro m0() %}{% endmacro %}" + "".join(
    f"{{% macro m{n}() %}}{f'{{{{ m{n - 1}() }}}}' * 9}{{% endmacro %}}" for n in range(1, 30)
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (page("\n{% if %}"), f"mine.html.jinja:{FIRST_LINE + 1}:1: the template cannot be read"),
        (page("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}"), "the template cannot be read: it is nested too deeply"),
        (page('{% include "_nope" %}'), "There is no template “_nope”"),
        ("<doc", "the markup is not well formed"),
    ],
)
def test_a_template_that_cannot_be_read_is_told_whatever_is_asked_of_it(
    desk: Desk, tmp_path: Path, body: str, said: str
) -> None:
    path = str(template(tmp_path, body))
    for ask in (
        lambda: preview_template(desk, path, "en", "txt"),
        lambda: preview_template(desk, path, "en", "txt", sample=True),
        lambda: template_record(desk, path, "en"),
    ):
        with pytest.raises(DocgenError) as refused:
            ask()
        assert said in str(refused.value)
    assert any(said in str(finding) for finding in lint_templates(desk, [path]))


def test_reading_macros_of_macros_ends(desk: Desk, tmp_path: Path) -> None:
    path = str(template(tmp_path, page(WIDE + "{{ m29() }}")))
    began = time.monotonic()
    with pytest.raises(OutputLimitError):
        preview_template(desk, path, "en", "txt")
    assert time.monotonic() - began < 120


def test_checking_a_template_without_an_end_tries_it_once(hasty: Desk, tmp_path: Path) -> None:
    began = time.monotonic()
    (finding,) = lint_templates(hasty, [str(template(tmp_path, page(ENDLESS)))])

    assert "took more than 2 seconds" in finding.message
    assert time.monotonic() - began < 60
