"""The reading view of a template: its own words, [names] where values go, and "only if …" at conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, nodes

from docgen.doctree.parse import INLINE, MISSING, MISSING_END
from docgen.templating.catalogue import Template, unreadable
from docgen.templating.environment import OutputLimitError, Sandbox

if TYPE_CHECKING:
    from lxml.etree import _Element

_DEPTH = 12
_STEPS = 20_000
_REMARK = "remark"
"""What tells words that were put in from those of the template."""
PLACEHOLDER = "xx"
"""What stands in an id for a value: obligation-xx."""
_WORDS_MAY_STAND = frozenset(
    {"p", "h1", "h2", "h3", "clause", "schedule", "li", "dt", "dd", "td", "th", "caption", "note", "blockquote"}
    | {"party", "definition"}
) | (INLINE - {"br", "xref", "field", "badge", "blank"})
_COMPARED = {
    "eq": "is",
    "ne": "is not",
    "gt": "is above",
    "gteq": "is at least",
    "lt": "is below",
    "lteq": "is at most",
}
_TESTED = {"in": "is one of", "notin": "is none of"}
_LOOP = {"first": "the first one", "last": "the last one", "index": "the number of this one"}
"""What Jinja knows of an entry while a list is written."""


def reading_markup(sandbox: Sandbox, template: Template) -> str:
    """Return markup that shows every path of a template once, for the parser of documents."""
    return arranged(Writer(sandbox, template.shown, template.language), template)


def arranged(writer: Writer, template: Template) -> str:
    """Return what a writer says of a template, with its remarks moved to where words may stand."""
    writer.template(template)
    return _arranged("".join(writer.pieces))


@dataclass
class Writer:
    """Walks the Jinja tree and writes markup; what a value would print becomes its name."""

    sandbox: Sandbox
    name: str
    language: str
    pieces: list[str] = field(default_factory=list)
    macros: dict[str, nodes.Macro] = field(default_factory=dict)
    meanings: dict[str, str] = field(default_factory=dict)
    tag: str = ""
    depth: int = 0
    steps: int = 0

    def template(self, template: Template) -> None:
        """Write a template or a partial."""
        self.body(self.parsed(template).body)

    def parsed(self, template: Template) -> nodes.Template:
        """Return a template's tree; raises FindingsError for what is not Jinja."""
        try:
            return self.sandbox.parse(template.body, f"{template.name}|{self.language}", template.shown)
        except (TemplateSyntaxError, RecursionError) as error:
            raise unreadable(template, error) from None

    def body(self, statements: Iterable[nodes.Node]) -> None:
        """Write statements, up to a limit."""
        for statement in statements:
            self.steps += 1
            if self.steps > _STEPS:
                raise OutputLimitError(self.name)
            self.statement(statement)

    def statement(self, node: nodes.Node) -> None:
        """Write one statement."""
        match node:
            case nodes.Output():
                for part in node.nodes:
                    self.part(part)
            case nodes.If():
                self.condition(node)
            case nodes.For():
                self.loop(node)
            case nodes.Include() | nodes.Import() | nodes.FromImport():
                self.inclusion(node)
            case nodes.Macro():
                self.macros[node.name] = node
            case nodes.Assign(target=nodes.Name() as target):
                self.meanings[target.name] = spoken(node.node, self.meanings)
            case nodes.CallBlock() | nodes.FilterBlock() | nodes.Scope() | nodes.With():
                self.body(node.body)
            case _:
                return

    def part(self, node: nodes.Node) -> None:
        """Write one part of an output: words, a value or what a macro says."""
        if isinstance(node, nodes.TemplateData):
            self.own_words(node.data)
        elif isinstance(node, nodes.Const):
            self.write(str(node.value).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;"))
        elif isinstance(node, nodes.CondExpr):
            self.part(node.expr1)
        elif (call := macro_call(node)) and call in self.macros and self.depth < _DEPTH:
            self.depth += 1
            self.body(self.macros[call].body)
            self.depth -= 1
        else:
            self.value(node)

    def own_words(self, data: str) -> None:
        """Write what the template itself says."""
        self.write(data)

    def value(self, node: nodes.Node) -> None:
        """Write what stands for a value: its name, or in an attribute that is no words something that fits."""
        name = spoken(node, self.meanings).strip("“”")
        attribute = self.attribute()
        if attribute in ("id", "to"):
            self.write(PLACEHOLDER)
        elif attribute in ("tone", "class", "width", "colspan", "rowspan", "cols", "src", "show"):
            self.write({"tone": "neutral", "width": "100"}.get(attribute, "1"))
        else:
            self.name_of(node, plain_words(name))

    def name_of(self, node: nodes.Node, name: str) -> None:  # noqa: ARG002 # where it stands counts for some
        """Write a name where a value goes."""
        self.write(f"{MISSING}{name}{MISSING_END}")

    def condition(self, node: nodes.If) -> None:
        """Write every branch with its condition before it."""
        branches: list[tuple[str, Sequence[nodes.Node]]] = [
            (f"only if {spoken(node.test, self.meanings)}", node.body),
            *((f"or, if {spoken(branch.test, self.meanings)}", branch.body) for branch in node.elif_),
            *((("otherwise", node.else_),) if node.else_ else ()),
        ]
        inside_tag = bool(self.tag)
        for said, body in branches:
            if inside_tag:
                before = len(self.pieces)
                self.body(body)
                if "".join(self.pieces[before:]).strip():
                    return
            else:
                self.remark(said)
                self.body(body)
        if not inside_tag:
            self.remark("")

    def loop(self, node: nodes.For) -> None:
        """Write what is said of each entry of a list, once."""
        if not self.tag:
            self.remark(f"for each of {spoken(node.iter, self.meanings)}")
        self.named_entry(node)
        self.body(node.body)

    def named_entry(self, node: nodes.For) -> None:
        """Know what the name of an entry stands for."""
        if isinstance(node.target, nodes.Name):
            self.meanings[node.target.name] = _singular(spoken(node.iter, self.meanings))

    def inclusion(self, node: nodes.Include | nodes.Import | nodes.FromImport) -> None:
        """Write what a partial says, or know its macros."""
        if isinstance(node.template, nodes.Const) and self.depth < _DEPTH:
            self.depth += 1
            found = self.sandbox.catalogue.partial(node.template.value, self.language)
            if isinstance(node, nodes.Include):
                self.template(found)
            else:
                for macro in self.parsed(found).find_all(nodes.Macro):
                    self.macros[macro.name] = macro
                    if isinstance(node, nodes.Import):
                        self.macros[f"{node.target}.{macro.name}"] = macro
            self.depth -= 1

    def remark(self, said: str) -> None:
        """Write a condition in words, which goes to where words may stand."""
        if said:
            self.write(f"<?remark {plain_words(said)}?>")

    def closing(self, said: str) -> None:
        """Write where a condition ends, which goes to the end of what it is about."""
        self.write(f"<?closing {plain_words(said)}?>")

    def write(self, text: str) -> None:
        """Write markup, and know whether it ends within a tag."""
        self.pieces.append(text)
        opened, closed = text.rfind("<"), text.rfind(">")
        if opened > closed:
            self.tag = text[opened:]
        elif closed >= 0:
            self.tag = ""
        elif self.tag:
            self.tag += text

    def attribute(self) -> str:
        """Return the attribute whose value is being written, or nothing outside a tag."""
        match = re.search(r'([a-z]+)="[^"]*$', self.tag)
        return match[1] if match else ""


def macro_call(node: nodes.Node) -> str:
    """Return the name of the macro that is called, or nothing."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        return str(node.node.name)
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and isinstance(node.node.node, nodes.Name):
        return f"{node.node.node.name}.{node.node.attr}"
    return macro_call(node.node) if isinstance(node, nodes.Filter) and node.node is not None else ""


def spoken(node: nodes.Node | None, meanings: Mapping[str, str]) -> str:
    """Return an expression in words: `fees.late_interest` is "fees late interest"."""

    def say(inner: Any) -> str:
        return spoken(inner, meanings)

    match node:
        case nodes.Name():
            return meanings.get(node.name, node.name.replace("_", " "))
        case nodes.Getattr(node=nodes.Name(name="loop"), attr=attribute) if attribute in _LOOP:
            return _LOOP[attribute]
        case nodes.Getattr():
            return f"{say(node.node)} {node.attr.replace('_', ' ')}"
        case nodes.Getitem():
            return f"{say(node.node)} {say(node.arg)}"
        case nodes.Const():
            return f"“{node.value.replace('_', ' ')}”" if isinstance(node.value, str) else str(node.value)
        case nodes.Filter(name="length"):
            return f"the number of {say(node.node)}"
        case nodes.Filter():
            return say(node.node)
        case nodes.Not():
            return f"not {say(node.node)}" if _of_loop(node.node) else f"no {say(node.node)}"
        case nodes.And():
            return f"{say(node.left)} and {say(node.right)}"
        case nodes.Or():
            return f"{say(node.left)} or {say(node.right)}"
        case nodes.Compare():
            if _is_last_but_one(node):
                return "the last but one"
            return " ".join((say(node.expr), *(_operand(operand, meanings) for operand in node.ops)))
        case nodes.Test():
            return f"{say(node.node)} is {node.name}"
        case nodes.Tuple() | nodes.List():
            return ", ".join(say(_leader(item)) for item in node.items)
        case nodes.Concat():
            return " ".join(say(item) for item in node.nodes)
        case nodes.BinExpr():
            return f"{say(node.left)} {node.operator} {say(node.right)}"
        case nodes.Call():
            return say(node.node)
        case nodes.CondExpr():
            otherwise = f", otherwise {say(node.expr2)}" if node.expr2 is not None else ""
            return f"{say(node.expr1)} if {say(node.test)}{otherwise}"
        case _:
            return "value"


def _of_loop(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "loop"


def _is_last_but_one(node: nodes.Compare) -> bool:
    """Tell whether a comparison asks for the entry before the last: `loop.revindex == 2`."""
    match node:
        case nodes.Compare(
            expr=nodes.Getattr(attr="revindex") as place, ops=[nodes.Operand(op="eq", expr=nodes.Const(value=2))]
        ):
            return _of_loop(place)
        case _:
            return False


def _leader(item: nodes.Expr) -> nodes.Expr:
    """Return what names an entry of a list that a template writes out: of several words for one thing, the first."""
    return item.items[0] if isinstance(item, nodes.Tuple | nodes.List) and item.items else item


def _operand(operand: nodes.Operand, meanings: Mapping[str, str]) -> str:
    words = {**_COMPARED, **_TESTED}.get(operand.op, operand.op)
    return f"{words} {spoken(operand.expr, meanings)}"


def plain_words(text: str) -> str:
    """Return words that can stand in markup and in a processing instruction."""
    return text.translate({ord("&"): "and", ord("<"): "below", ord(">"): "above", ord("?"): None})


def _singular(words: str) -> str:
    *first, last = words.split() or ["entry"]
    if last.endswith("ies"):
        last = f"{last[:-3]}y"
    elif last.endswith("s") and not last.endswith("ss"):
        last = last[:-1]
    return " ".join((*first[-1:], last)) if first and first[-1] not in ("terms", "scope") else last


# The remarks move to where words may stand


def _arranged(markup: str) -> str:
    from lxml import etree

    try:
        root = etree.fromstring(markup.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        return markup  # its parser says what is wrong, and where
    for remark in [node for node in root.iter(etree.PI) if node.target in ("remark", "closing")]:
        _place(remark, str(remark.text))
    _join_details(root)
    _distinct_ids(root)
    return str(etree.tostring(root, encoding="unicode"))


def _place(remark: Any, said: str) -> None:
    from lxml import etree

    words = etree.Element("em", {"at": _REMARK})
    words.text = f" [{said}]" if remark.target == "closing" else f"[{said}] "
    parent, following = remark.getparent(), _next_element(remark)
    if parent is None:
        return
    if parent.tag in _WORDS_MAY_STAND:
        words.tail = remark.tail
        remark.tail = None
        parent.replace(remark, words)
        return
    if parent.tag == "doc":
        paragraph = etree.Element("p", {"class": "small"})
        paragraph.append(words)
        paragraph.tail, remark.tail = remark.tail, None
        parent.replace(remark, paragraph)
        return
    if remark.target == "closing":
        _append_words(_last_home(remark), f" [{said}]")
        _remove(remark)
        return
    home = _first_home(following) if following is not None else None
    if home is not None:
        _insert_words(home, words)
    _remove(remark)


def _insert_words(home: Any, words: Any) -> None:
    """Put words at the beginning of an element, behind those that were put there before."""
    last = None
    for child in home if not (home.text or "").strip() else ():
        if not isinstance(child.tag, str) or child.get("at") != _REMARK:
            break
        last = child
        if (child.tail or "").strip():
            break
    if last is not None:
        words.tail, last.tail = last.tail, None
        home.insert(home.index(last) + 1, words)
        return
    words.tail, home.text = home.text, None
    home.insert(0, words)


def _last_home(remark: Any) -> _Element | None:
    """Return the last element before a remark, in reading order, where words may stand."""
    before = remark.getprevious()
    while before is not None and not isinstance(before.tag, str):
        before = before.getprevious()
    if before is None:
        return None
    homes = [each for each in before.iter() if each.tag in _WORDS_MAY_STAND - INLINE]
    return homes[-1] if homes else None


def _append_words(home: Any, said: str) -> None:
    from lxml import etree

    if home is not None:
        words = etree.SubElement(home, "em", {"at": _REMARK})
        words.text = said


def _next_element(node: Any) -> _Element | None:
    following: _Element | None = node.getnext()
    while following is not None and not isinstance(following.tag, str):
        following = following.getnext()
    return following


def _first_home(element: _Element) -> _Element | None:
    """Return the first element, in reading order, where words may stand."""
    for inner in element.iter():
        if isinstance(inner.tag, str) and inner.tag in _WORDS_MAY_STAND:
            return inner
    return None


def _remove(node: Any) -> None:
    parent, before = node.getparent(), node.getprevious()
    if node.tail:
        if before is not None:
            before.tail = (before.tail or "") + node.tail
        else:
            parent.text = (parent.text or "") + node.tail
        node.tail = None
    parent.remove(node)


def _join_details(root: _Element) -> None:
    """Put alternative values of one label into one place."""
    for details in list(root.iter("dl")):
        last: Any = None
        for child in list(details):
            if last is not None and child.tag == last.tag == "dd":
                _append(last, child)
            else:
                last = child


def _append(home: Any, other: Any) -> None:
    children: Iterator[Any] = iter(list(other))
    text = f" {other.text or ''}"
    if len(home):
        home[-1].tail = (home[-1].tail or "") + text
    else:
        home.text = (home.text or "") + text
    for child in children:
        home.append(child)
    other.getparent().remove(other)


def _distinct_ids(root: _Element) -> None:
    """Give an id that stands in two alternatives a second name, so that both can be shown."""
    seen: dict[str, int] = {}
    for element in root.iter():
        name = element.get("id") if isinstance(element.tag, str) else None
        if name:
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                element.set("id", f"{name}-{seen[name]}")
