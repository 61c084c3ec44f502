"""Every path of a template in one document: each branch of each condition, numbered, from where it begins to its end.

The reading view is for reading: it leaves out what a sentence says in the other case, and where a condition ends. Here
nothing is left out. A condition has a number, which stands before each of its branches and where it ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from jinja2 import nodes

from docgen.templating.catalogue import Template
from docgen.templating.environment import Sandbox
from docgen.templating.reading import Writer, arranged, macro_call, plain_words, spoken

_INSTRUCTION = re.compile(r"<\?.*?\?>", re.DOTALL)
WORDED = frozenset(
    {"title", "subtitle", "confidential", "date", "number", "term", "alt", "caption", "heading", "party", "name"}
    | {"low", "high", "label"}
)
"""The attributes whose values are words that are printed."""


def all_paths_markup(sandbox: Sandbox, template: Template) -> str:
    """Return markup that shows every branch of a template, for the parser of documents."""
    return arranged(PathsWriter(sandbox, template.shown, template.language), template)


@dataclass
class PathsWriter(Writer):
    """Writes each branch between marks with the number of its condition."""

    count: int = 0
    kept: dict[str, Sequence[nodes.Node]] = field(default_factory=dict)
    """What stands in blocks that are kept under a name, to be said where the name is printed."""
    within: int = 0
    """How many conditions are around what is being written."""

    def statement(self, node: nodes.Node) -> None:
        """Write one statement; words that are kept under a name are written where they are printed."""
        match node:
            case nodes.AssignBlock(target=nodes.Name() as target):
                self.kept[target.name] = node.body
            case nodes.Assign(target=nodes.Name() as target) if macro_call(node.node) in self.macros:
                self.kept[target.name] = self.macros[macro_call(node.node)].body
            case nodes.Assign(target=nodes.Name() as target):
                self.meanings[target.name] = self._meaning(target.name, spoken(node.node, self.meanings))
            case _:
                super().statement(node)

    def _meaning(self, name: str, said: str) -> str:
        """Return what a name stands for: in another branch it may have stood for something else."""
        before = self.meanings.get(name, said)
        return said if not self.within or said in before else f"{before} or {said}"

    def part(self, node: nodes.Node) -> None:
        """Write one part of an output, of a choice within it both."""
        if isinstance(node, nodes.CondExpr):
            branches = [(f"only if {spoken(node.test, self.meanings)}", partial(self.part, node.expr1))]
            branches += [("otherwise", partial(self.part, node.expr2))] if node.expr2 is not None else []
            self._branches(branches)
        elif isinstance(node, nodes.Name) and node.name in self.kept:
            self.body(self.kept[node.name])
        elif isinstance(node, nodes.Filter) and isinstance(node.node, nodes.CondExpr):
            self.part(node.node)
        else:
            self._hand_over(node)
            super().part(node)

    def _hand_over(self, node: nodes.Node) -> None:
        """Know what the names of a macro say, where words of another macro are handed to it."""
        macro = self.macros.get(macro_call(node))
        call = node.node if isinstance(node, nodes.Filter) else node
        if macro is None or not isinstance(call, nodes.Call):
            return
        for name, given in zip(macro.args, call.args, strict=False):
            self.kept.pop(name.name, None)
            if other := self.macros.get(macro_call(given)):
                self.kept[name.name] = other.body

    def condition(self, node: nodes.If) -> None:
        """Write every branch of a condition, and where it ends."""
        branches = [(f"only if {spoken(node.test, self.meanings)}", node.body)]
        branches += [(f"or, if {spoken(each.test, self.meanings)}", each.body) for each in node.elif_]
        branches += [("otherwise", node.else_)] if node.else_ else []
        self._branches([(said, partial(self.body, body)) for said, body in branches])

    def loop(self, node: nodes.For) -> None:
        """Write what is said of each entry, and what is said where there is none."""
        entries = spoken(node.iter, self.meanings)
        if not node.else_:
            self._entries(node, entries)
            return
        none = partial(self.body, node.else_)
        self._branches([(f"if there is any of {entries}", partial(self._entries, node, entries)), ("otherwise", none)])

    def _entries(self, node: nodes.For, entries: str) -> None:
        chosen = f", if {spoken(node.test, self.meanings)}" if node.test is not None else ""
        if not self.tag:
            self.remark(f"for each of {entries}{chosen}")
        self.named_entry(node)
        self.body(node.body)

    def _branches(self, branches: Sequence[tuple[str, Callable[[], None]]]) -> None:
        if self.tag and self.attribute() not in WORDED:
            self._first_of(branches)
            return
        self.count += 1
        number, before = self.count, len(self.pieces)
        self.within += 1
        for said, write in branches:
            self._say(f"{number}: {said}")
            write()
        self.within -= 1
        if not _INSTRUCTION.sub("", "".join(self.pieces[before:])).strip():
            self.pieces[before:] = []  # it chooses what a name stands for, and says nothing itself
            return
        self._say(f"{number} ends", closing=True)

    def _first_of(self, branches: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Write the first branch that says something: an attribute that is no words has one value."""
        for _, write in branches:
            before = len(self.pieces)
            write()
            if "".join(self.pieces[before:]).strip():
                return

    def _say(self, said: str, *, closing: bool = False) -> None:
        if self.tag:
            self.write(f"[{plain_words(said)}]{'' if closing else ' '}")
        elif closing:
            self.closing(said)
        else:
            self.remark(said)
