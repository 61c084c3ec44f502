"""Names and values: facts there are not, values printed without their filter, and facts that may be left out."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.errors import Finding, Severity
from docgen.templating.lint.conditions import Fact, Other, both, example, opposite, possible
from docgen.templating.lint.outline import Printed
from docgen.templating.lint.rules import Reading, found
from docgen.templating.lint.shapes import Absence, Group, OneOf, Plain, Rows, Shape, Sort, Table

_WRITE = {
    Sort.MONEY: ("an amount is", "Write it through |money."),
    Sort.DATE: ("a date is", "Write it through |date."),
    Sort.TIME: ("a time is", "Write it through |time."),
    Sort.NUMBER: ("a number with decimals is", "Write it through |number or |percent."),
    Sort.WORD: ("a word of the file format is", "Write it through |label."),
    Sort.TRUTH: ("true or false is", "Ask for it: {% if … %}."),
}
_GROUPS = {
    Group: ("a group of facts is", "Print one of its facts."),
    OneOf: ("a group of facts is", "Print one of its facts."),
    Table: ("a group of facts is", "Print one of its facts."),
    Rows: ("a list is", "Write it through |listed, or its entries one by one."),
}


def check_names(reading: Reading) -> Iterator[Finding]:
    """Yield names, filters and printed values that cannot be right, or not for every engagement."""
    for outline in reading.outlines:
        for slip in outline.slips:
            yield found(slip.rule, slip.message, slip.place, slip.advice, slip.clause)
        for part in outline.parts:
            if isinstance(part, Printed):
                yield from _unfiltered(part)
                yield from _may_be_absent(part)


def _unfiltered(part: Printed) -> Iterator[Finding]:
    wanted = _wanted(part.shape)
    if wanted and possible(part.when, opposite(part.absent)):
        what, advice = wanted
        yield found("unfiltered", f"{what} printed as it is: `{part.said}`.", part.place, advice, part.clause)


def _wanted(shape: Shape) -> tuple[str, str] | None:
    if isinstance(shape, Plain):
        return _WRITE.get(shape.sort)
    return _GROUPS.get(type(shape))


def _may_be_absent(part: Printed) -> Iterator[Finding]:
    chosen = example(both(part.when, part.left_out))
    if chosen is None:
        return
    missing = [
        fact
        for fact, value in chosen.items()
        if isinstance(fact, Fact) and value is Other.ABSENT and fact.absence >= Absence.NOT_COMPUTED
    ]
    if not missing:
        return
    name, computed = missing[-1].name, missing[-1].absence is Absence.NOT_COMPUTED
    why = "may not be known" if computed else "may be left out"
    message = f"`{name}` {why}, and then `{part.said}` prints a blank."
    advice = f"Guard it with {{% if {name} %}}, or say with |default what stands in its place."
    yield found("may-be-absent", message, part.place, advice, part.clause, Severity.NOTE if computed else None)
