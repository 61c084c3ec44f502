"""The rules of the lint: what each is called, how much it weighs, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from docgen.errors import Finding, Place, Severity
from docgen.templating.lint.outline import Outline

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True)
class Rule:
    """A rule by its name, with the weight of its findings, what it is in a sentence, and what to do about one."""

    name: str
    severity: Severity
    short: str
    help: str


RULES: tuple[Rule, ...] = (
    Rule("name", ERROR, "Every name is a fact that the template sees.", "Write the name that docs/templates.md has."),
    Rule("filter", ERROR, "Every filter and test is one there is.", "Use one of the filters in docs/markup.md."),
    Rule("wrong-filter", ERROR, "A filter is given what it can write.", "Use the filter for this sort of value."),
    Rule(
        "unfiltered",
        ERROR,
        "Amounts, dates and words of the file format are written in the locale.",
        "Print the value through a filter: |money, |date, |number, |label.",
    ),
    Rule(
        "may-be-absent",
        WARNING,
        "What may be left out is asked for before it is printed.",
        "Put {% if … %} around it, or say with |default what stands in its place.",
    ),
    Rule(
        "unknown-word",
        ERROR,
        "A fact is compared only with words that it can be.",
        "Write one of the words that the file format has for it.",
    ),
    Rule("unreachable", WARNING, "Every branch can be reached.", "Take the branch out, or mend its condition."),
    Rule("always-true", WARNING, "Every condition can be false.", "Take the condition away, or mend it."),
    Rule(
        "reference",
        ERROR,
        "Every reference has a target.",
        "Name the id of a clause, schedule, heading, table or definition of the same document.",
    ),
    Rule(
        "reference-path",
        ERROR,
        "Every reference has a target wherever it is printed.",
        "Put the reference under the condition of its target, or give the target wherever the reference is.",
    ),
    Rule(
        "cited-clause", ERROR, "A clause that is cited is in the contract.", "Name the id of a clause of the contract."
    ),
    Rule(
        "clause-removed",
        WARNING,
        "Clauses that contracts in force have keep their ids.",
        "Bring the id back: notices, orders and entries name clauses by it.",
    ),
    Rule("term-unused", WARNING, "Every defined term is used.", "Take the definition out, or use the term."),
    Rule("term-undefined", WARNING, "Every term with capitals is defined.", "Define it, or write it without capitals."),
    Rule(
        "term-early", NOTE, "A term that is defined in passing is used behind that.", "Define it where it stands first."
    ),
    Rule("term-capitals", WARNING, "A defined term is written as it is defined.", "Write it with the same capitals."),
    Rule("term-twice", WARNING, "A term is defined once.", "Keep one of the definitions."),
    Rule("heading", ERROR, "No heading skips a level.", "Use the next level."),
    Rule("alt", ERROR, "Every picture says in words what it shows.", 'Say it in alt="…".'),
    Rule(
        "table-head",
        WARNING,
        "Every table says in a head what its columns hold.",
        "Begin it with <thead><tr><th>…</th></tr></thead>.",
    ),
    Rule(
        "languages-differ",
        WARNING,
        "A template has the same clauses, conditions and references in every language.",
        "Make the two alike; what must differ is allowed with a reason.",
    ),
    Rule(
        "combination",
        ERROR,
        "Every combination of conditions makes a document.",
        "Mend the template for this combination.",
    ),
    Rule("playbook", ERROR, "A playbook can be read.", "The message says what would be right."),
    Rule(
        "playbook-clause",
        ERROR,
        "A playbook speaks of clauses that the file beside it has.",
        "Name the id of a clause in that file.",
    ),
    Rule(
        "playbook-field", ERROR, "A limit speaks of a fact that there is.", "Write its path as in the engagement file."
    ),
    Rule(
        "playbook-words",
        ERROR,
        "The words of a fallback are markup that the template could have.",
        "Write them as the template writes its clauses.",
    ),
    Rule(
        "allowance",
        ERROR,
        "What is allowed names a rule and gives a reason.",
        "Write {# lint: allow RULE because … #}.",
    ),
    Rule("allowance-unused", NOTE, "What is allowed is there.", "Take the comment out."),
)
"""The rules that read a template without facts, and those that look at what rendering it says of its conditions."""
BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES}
MAKING: Mapping[str, str] = {
    "header": "The header is there and right.",
    "jinja": "The Jinja text can be read.",
    "template": "No line of a template fails.",
    "render": "A template makes a document within the limits.",
    "include": "A partial that is included is there, in this language.",
    "sandbox": "A template does nothing that it must not.",
    "markup": "The markup is well formed.",
    "doctype": "There is no document type.",
    "element": "Every element is one there is, and stands where it may.",
    "misplaced": "Every element stands where it may.",
    "attribute": "Every attribute is one that its element has.",
    "text": "Words stand where they may.",
    "link": "A link leads to a web page or an address.",
    "field": "A question can be answered.",
    "id": "Every id is there and right.",
    "duplicate-id": "An id stands once.",
    "title": "Nothing stands without a title that needs one.",
    "empty": "Nothing is empty.",
    "definition": "A definition names its term.",
    "details": "Labels and values take turns.",
    "signatures": "Somebody signs.",
    "cols": "The columns of a table are right.",
    "table": "The cells of a table fit its columns.",
    "picture": "Every picture is there.",
    "depth": "Clauses are not nested too deeply.",
    "size": "A document is not too large.",
}
"""The rules of documents themselves, which are told when a template is tried; all of them are errors."""


def described(name: str) -> tuple[Severity, str, str]:
    """Return the weight of a rule, what it says in a sentence, and what to do about a finding."""
    if name in BY_NAME:
        rule = BY_NAME[name]
        return rule.severity, rule.short, rule.help
    short = MAKING.get(name, "A document can be made of the template.")
    return ERROR, short, "The message says what would be right."


def found(
    rule: str, message: str, place: Place, advice: str = "", clause: str = "", severity: Severity | None = None
) -> Finding:
    """Return a finding of a rule; it has the rule's advice and weight where it has none of its own."""
    known = BY_NAME[rule]
    return Finding(rule, message, place, advice or known.help, severity or known.severity, clause)


@dataclass(frozen=True)
class Reading:
    """The templates that are checked together, and what stands around them."""

    outlines: Sequence[Outline]
    shared: frozenset[str] = frozenset()
    """The files of partials that other templates include too, where their conditions may hold."""
    contract_ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The ids of the contract's clauses in each language that it has."""
    terms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The terms in each language that need no definition: those for the parties, and those of a contract cited."""
