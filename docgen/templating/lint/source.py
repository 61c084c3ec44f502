"""Expressions as a template writes them, for messages and to know the same question again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jinja2 import nodes

_OPERATORS = {
    "eq": "==",
    "ne": "!=",
    "gt": ">",
    "gteq": ">=",
    "lt": "<",
    "lteq": "<=",
    "in": "in",
    "notin": "not in",
}


def source(node: nodes.Node | None, name: Callable[[str], str] = str) -> str:
    """Return an expression as it is written, its names as `name` has them."""

    def said(inner: nodes.Node | None) -> str:
        return source(inner, name)

    def several(inner: Sequence[nodes.Node]) -> str:
        return ", ".join(said(each) for each in inner)

    match node:
        case nodes.Name():
            return name(node.name)
        case nodes.Getattr():
            return f"{said(node.node)}.{node.attr}"
        case nodes.Getitem():
            return f"{said(node.node)}[{said(node.arg)}]"
        case nodes.Const():
            return f'"{node.value}"' if isinstance(node.value, str) else str(node.value)
        case nodes.Filter():
            given = several([*node.args, *node.kwargs])
            return f"{said(node.node)}|{node.name}{f'({given})' if given else ''}"
        case nodes.Test():
            return f"{said(node.node)} is {node.name}{f'({several(node.args)})' if node.args else ''}"
        case nodes.Keyword():
            return f"{node.key}={said(node.value)}"
        case nodes.Not():
            return f"not {said(node.node)}"
        case nodes.And():
            return f"{said(node.left)} and {said(node.right)}"
        case nodes.Or():
            return f"({said(node.left)} or {said(node.right)})"
        case nodes.Compare():
            return " ".join((said(node.expr), *(f"{_OPERATORS.get(x.op, x.op)} {said(x.expr)}" for x in node.ops)))
        case nodes.Concat():
            return " ~ ".join(said(each) for each in node.nodes)
        case nodes.BinExpr():
            return f"({said(node.left)} {node.operator} {said(node.right)})"
        case nodes.UnaryExpr():
            return f"{node.operator}{said(node.node)}"
        case nodes.Call():
            return f"{said(node.node)}({several(node.args)})"
        case nodes.CondExpr():
            return f"({said(node.expr1)} if {said(node.test)} else {said(node.expr2)})"
        case nodes.Tuple() | nodes.List():
            return f"({several(node.items)})"
        case _:
            return "…"
