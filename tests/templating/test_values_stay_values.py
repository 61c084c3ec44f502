"""Whatever somebody is called, the document keeps its shape and prints the name as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from docgen.actions.render import Order, make
from docgen.doctree.nodes import Bidi, Blank, Document, Reference, Text
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.text import document_lines
from docgen.models.values import Line, Prose
from docgen.templating.catalogue import template_of_file
from docgen.templating.environment import Sandbox, emit
from docgen.templating.views import view
from tests.scenes import HOSTILE, changed, desk, files_of, world, write_world
from tests.templating.stage import HEADER, Stage

EVERYWHERE = """<doc title="{{ it.name }}" subtitle="{{ it.name }}" number="{{ it.name }}">
<toc/>
<h1 id="head">{{ it.name }}</h1>
<p>To {{ it.name }}, <em>{{ it.name }}</em> {{ it.name|term }} <u>{{ it.name|upper }}</u>
{{ [it.name, it.name]|listed }} {{ it.name|sentence }} {{ it.name|person }} <badge>{{ it.name }}</badge>
<blank>{{ it.name }}</blank> <xref to="fees" show="title"/> <a href="https://a.example">{{ it.name }}</a></p>
<clause id="fees" title="{{ it.name }}"><clause id="inner">{{ it.name }}
<ul><li>{{ it.name }}</li></ul></clause></clause>
<definitions><definition term="{{ it.name }}">means {{ it.name }}</definition></definitions>
<dl><dt>{{ it.name }}</dt><dd>{{ it.name }}</dd></dl>
<table><caption>{{ it.name }}</caption><tr><th>{{ it.name }}</th><td>{{ it.name }}</td></tr></table>
{% for part in it.prose|paragraphs %}<p>{{ part }}</p>
{% endfor %}
<note>{{ it.name }}</note>
<parties><party>{{ it.name }}</party></parties>
<signatures><p>{{ it.name }}</p>
<signature party="{{ it.name }}" name="{{ it.name }}" title="{{ it.name }}"/></signatures>
<schedule id="s" title="{{ it.name }}">{{ it.name }}</schedule>
</doc>"""

KEPT = ("id", "number", "label", "target", "depth", "level", "manner", "header", "kind")
FRAGMENTS = (
    *("<", ">", "&", '"', "'", "</p>", "<p>", "<clause id='x'>", "</doc>", "<!--", "-->", "<![CDATA[", "]]>", "<?x?>"),
    *("&lt;", "&amp;", "&#60;", "&x;", "<!DOCTYPE doc>", "{{", "}}", "{%", "%}", "{#", "{{ 7*7 }}", "{% raw %}"),
    *('" at="0:1', ' at="9:9"', "<script>", "javascript:", "../", "%s", "%n", "$x", "{0}", "{number}", "\\", "\\1"),
    *("Ada", " ", "  ", "שם", "شركة", "株式会社", "é", "😀", "A\u0300", "ﬁ", "\u00ad", "\u00a0", ".", ","),
)
TEXTS = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=8).map("".join),
    st.text(min_size=1, max_size=30),
    st.just(HOSTILE),
)


def accepted(kind: Any, text: str) -> str:
    """Return a text as the model takes it, and skip the example where it refuses."""
    try:
        value: str = TypeAdapter(kind).validate_python(text)
    except ValidationError:
        value = ""
    assume(value)
    return value


@cache
def stage() -> tuple[Stage, Sandbox, Path, TemporaryDirectory[str]]:
    folder = TemporaryDirectory()
    made = Stage(Path(folder.name))
    path = made.add("everywhere", EVERYWHERE, HEADER.format(language="en"))
    return made, Sandbox(made.catalogue), path, folder


def document(name: str, prose: str = "one") -> Document:
    made, sandbox, path, _ = stage()
    facts = {"it": view({"name": name, "prose": prose}, "it")}
    emitted = emit(sandbox, template_of_file(path), facts, made.formats)
    assert emitted.missing == ()
    return number(parse(emitted.markup, files=emitted.files))


def shape(node: Any) -> Any:
    """Return a tree without its words: nodes with ids, numbers and targets; isolation is no structure."""
    if isinstance(node, tuple):
        return tuple(shape(child) for child in node if not isinstance(child, Text | Bidi))
    if isinstance(node, Blank):
        return "blank"
    if is_dataclass(node) and not isinstance(node, type):
        kept = () if isinstance(node, Document | Reference) else KEPT
        plain = {name: getattr(node, name) for name in kept if not isinstance(getattr(node, name, ()), tuple)}
        inner = [
            shape(getattr(node, field.name)) for field in fields(node) if isinstance(getattr(node, field.name), tuple)
        ]
        return type(node).__name__, plain, inner
    return ""


def folded(text: str) -> str:
    return " ".join(text.split())


@given(TEXTS)
@settings(max_examples=150)
def test_a_name_never_changes_the_shape_of_a_document(text: str) -> None:
    name = accepted(Line, text)
    assert shape(document(name)) == shape(document("Ada"))


@given(TEXTS)
@settings(max_examples=100)
def test_a_name_is_printed_letter_by_letter(text: str) -> None:
    name = accepted(Line, text)
    printed = [folded(line) for line in document_lines(document(name))]
    plain = [folded(line) for line in document_lines(document("Ada"))]
    assert len(printed) == len(plain)
    assert printed[0] == folded(name)
    assert f"1. {folded(name)}" in printed
    assert f"• {folded(name)}" in printed


@given(TEXTS, TEXTS)
@settings(max_examples=60)
def test_prose_makes_paragraphs_and_nothing_else(first: str, second: str) -> None:
    one, two = accepted(Prose, first), accepted(Prose, second)
    assume("\n\n" not in one + two)
    assert shape(document("Ada", f"{one}\n\n{two}")) == shape(document("Ada", "one\n\ntwo"))


def _paths() -> Iterator[str]:
    yield from ("title", "client.legal_name", "provider.legal_name", "client.signatory.name", "client.contacts.0.name")
    yield from ("terms.scope.summary", "terms.scope.deliverables.0.title", "terms.milestones.0.title")
    yield from ("terms.fees.lines.0.description", "approval.item", "terms.governing_law", "client.address.city")


@pytest.mark.parametrize("kind", ["letter-of-approval", "contract", "change-order", "progress-report"])
def test_no_fact_changes_the_shape_of_docgens_own_documents(kind: str, tmp_path: Path) -> None:
    def made(named: Callable[[str], str], folder: str) -> Document:
        facts = world("british")
        engagement = changed(facts["engagement"], {path: named(path) for path in _paths()})
        write_world({**facts, "engagement": engagement}, tmp_path / folder)
        return make(desk(), Order(kind, files_of(kind, tmp_path / folder))).document

    plain = made(lambda path: f"plain {path}", "plain")
    hostile = made(lambda path: f'{path} " at="0:1" <clause id="{path}">&lt;{{{{ 7*7 }}}}{{% raw %}}]]></p>', "hostile")
    assert shape(hostile) == shape(plain)
    printed = "\n".join(document_lines(hostile))
    assert "{{ 7*7 }}" in printed
    assert "&lt;" in printed
    assert "49" not in "".join(line for line in printed.splitlines() if "7*7" in line)
