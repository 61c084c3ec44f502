"""The pages say what the code does: examples run, tables equal the code, and nothing is left out."""

from __future__ import annotations

import ast
import datetime as dt
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import fields, replace
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import click
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import Desk, Limits, open_desk
from docgen.actions.linting import lint_templates
from docgen.actions.render import CITING, build, case_of, contract_clauses
from docgen.cli.main import COMMANDS
from docgen.cli.main import docgen as command_line
from docgen.doctree import parse
from docgen.doctree.nodes import FieldKind, Manner, Show, Tone
from docgen.doctree.parse import ATTRIBUTES, BLOCK, INLINE, INNER
from docgen.doctree.text import document_lines
from docgen.errors import ExitCode
from docgen.facts import source
from docgen.facts.kinds import FORMATS
from docgen.facts.load import FactSet, load_files, read_facts, with_settings
from docgen.facts.source import parse_source, plain, read_source
from docgen.facts.write import write_facts
from docgen.lifecycle.leave import Leave
from docgen.models import values
from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.feedback import Estimate, Feedback, Likelihood, Score
from docgen.models.money import CurrencyCode, Money
from docgen.models.playbook import Playbook
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue
from docgen.settings import _KEYS as SETTINGS
from docgen.settings import ROLES, read_settings
from docgen.templating.case import Scene
from docgen.templating.catalogue import Header
from docgen.templating.context import build_scene, people
from docgen.templating.environment import BUILTIN_FILTERS, BUILTIN_TESTS, OUTPUT_LIMIT
from docgen.templating.filters import FORMATS as FORMATS_NAME
from docgen.templating.filters import Formats, filters, format_day, format_money
from docgen.templating.labels import read_words
from docgen.templating.lint.rules import MAKING, RULES
from docgen.templating.views import View
from docgen.writers.theme import Palette
from tests.pages import PAGES, ROOT, Fence, Table, anchors, fences, links, page, spans, tables
from tests.warm import WarmDocgen

DATA, CLI, MARKUP, TEMPLATES = (page(f"{name}.md") for name in ("data", "cli", "markup", "templates"))
DAY = dt.date(2027, 3, 1)
READ_BY_OTHERS = frozenset({page("ocds.md")})
"""Pages whose examples other tests read."""


def pages_with(*languages: str) -> list[Path]:
    """Return the pages that have fenced blocks in some languages."""
    return [path for path in PAGES if any(fences(path, *languages))]


def table_of(path: Path, *head: str) -> Table:
    """Return the one table of a page that begins with these words in its head."""
    (found,) = [table for table in tables(path) if table.head[: len(head)] == head]
    return found


def named(path: Path) -> str:
    """Return a page's name as a test shows it."""
    return str(path.relative_to(ROOT))


# Links


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_link_leads_to_a_page_and_a_heading_that_are_there(path: Path) -> None:
    for link in links(path):
        if link.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_of_the_documentation_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        targets = {(path.parent / link.partition("#")[0]).resolve() for link in links(path) if "://" not in link}
        for target in targets - reached:
            inside = [target] if target.suffix == ".md" else sorted(target.glob("*.md")) if target.is_dir() else []
            waiting.extend(each for each in inside if each not in reached)
    assert set(PAGES) <= reached


# Examples


class Terminal:
    """A folder with the example's files, and a shell in which `docgen` is this tree's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for target in (folder, folder / "demo" / "facts"):
            target.mkdir(parents=True, exist_ok=True)
            for file in EXAMPLE.glob("*.yaml"):
                shutil.copy(file, target)
        (release,) = fences(page("ocds.md"), "json")
        (folder / "release.json").write_text(release.text, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOCGEN_")}
        path = f"{folder / '.bin'}:{os.environ['PATH']}"
        self.environment = {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "110", "LC_ALL": "C.UTF-8"}
        (folder / ".bin").mkdir()
        self.docgen = WarmDocgen(folder, self.environment)
        self.docgen.install(folder / ".bin" / "docgen")

    def run(self, line: str) -> tuple[int, str]:
        """Return how a line ended and what it printed, errors among the rest."""
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def close(self) -> None:
        """Leave nothing running."""
        self.docgen.close()


def commands_of(fence: Fence) -> list[tuple[str, str]]:
    """Return each command of a console block with the output the page shows."""
    found: list[tuple[str, str]] = []
    for line in fence.text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:].strip(), ""))
        else:
            command, output = found[-1]
            found[-1] = (command, output + line)
    return found


def shows(expected: str, printed: str) -> bool:
    """Say whether an output is the one a page shows; `…` stands for words left out."""
    parts = [re.escape(part) for part in re.split(" *… *", expected)]
    return re.fullmatch("(?:.|\n)*?".join(parts), printed) is not None


@pytest.mark.slow
@pytest.mark.parametrize("path", pages_with("console"), ids=named)
def test_every_example_at_the_terminal_prints_what_the_page_shows(path: Path, tmp_path: Path) -> None:
    last = 0
    with closing(Terminal(tmp_path)) as terminal:
        for fence in fences(path, "console"):
            commands = commands_of(fence)
            following = [command for command, _ in commands[1:]] + [""]
            for (command, expected), after in zip(commands, following, strict=True):
                if command == "echo $?":
                    assert expected == f"{last}\n", f"{fence}: {command}"
                    continue
                last, printed = terminal.run(command)
                assert shows(expected, printed), f"{fence}: {command}\n{printed}"
                assert last == 0 or after == "echo $?", f"{fence}: {command} ended with {last}"


@pytest.mark.parametrize("path", pages_with("sh"), ids=named)
def test_examples_without_an_output_set_the_project_up(path: Path) -> None:
    """All others are shown with what they print, and run."""
    for fence in fences(path, "sh"):
        assert re.fullmatch(r"(\.ci/setup make && )?make (demo|test)\n", fence.text), str(fence)


FRAGMENTS = {
    "Engagement": "engagement.yaml",
    "Change order": "change-order-001.yaml",
    "Change directive": "change-directive-001.yaml",
    "Progress entry": "progress-2026-11-20.yaml",
    "Contact": "contact-2026-11-24.yaml",
    "Serious issue": "serious-issue.yaml",
    "Delivery": "delivery-d1.yaml",
    "Dispute": "dispute.yaml",
    "Breach": "breach.yaml",
    "Estimate": "estimate.yaml",
    "Feedback": "feedback.yaml",
    "Review": "review.yaml",
}


def file_of(data: Mapping[str, Any]) -> str:
    """Return the example file that a fragment of facts belongs to."""
    fitting = [file for file, model in FILES.items() if set(data) <= set(aliases(model))]
    return FRAGMENTS[fitting[0]]


def merged(before: Any, after: Any) -> Any:
    """Return facts with a fragment laid over them, group by group."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return after
    return {**before, **{key: merged(before.get(key), value) for key, value in after.items()}}


@pytest.mark.parametrize(
    "fence",
    [fence for path in PAGES if path not in READ_BY_OTHERS for fence in fences(path, "yaml")],
    ids=str,
)
def test_every_example_of_facts_is_sound(fence: Fence, tmp_path: Path) -> None:
    """A whole file is read beside the example's engagement; a fragment is laid over the example's file of its kind."""
    data = parse_source(fence.text, str(fence)).data
    assert isinstance(data, dict)
    files = {"engagement.yaml": read_source(EXAMPLE / "engagement.yaml").data}
    if data.get("format") == "docgen.playbook/1":
        assert read_facts(parse_source(fence.text, str(fence)), Playbook)[1] == ()
        return
    if "format" in data:
        files["example.yaml"] = data
    else:
        name = file_of(data)
        files[name] = merged(read_source(EXAMPLE / name).data, data)
    for name, content in files.items():
        assert isinstance(content, dict)
        (tmp_path / name).write_text(write_facts(content), encoding="utf-8")
    assert not load_files([tmp_path / name for name in files]).errors


@pytest.mark.parametrize("fence", [fence for path in PAGES for fence in fences(path, "toml")], ids=str)
def test_every_example_of_settings_is_sound(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_text(fence.text, encoding="utf-8")
    assert read_settings(tmp_path).house.name == tomllib.loads(fence.text)["house"]["name"]


@pytest.mark.parametrize("fence", [fence for path in PAGES for fence in fences(path, "jinja")], ids=str)
def test_every_example_of_a_template_is_sound(fence: Fence, tmp_path: Path) -> None:
    file = tmp_path / "example.html.jinja"
    file.write_text(fence.text, encoding="utf-8")
    assert lint_templates(desk(), [str(file)]) == ()


# The command line


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command by its whole name."""
    context = click.Context(command_line)
    for name in COMMANDS:
        command = command_line.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"docgen {name} {inner}", each) for inner, each in command.commands.items())
        else:
            yield f"docgen {name}", command


def options(command: click.Command) -> set[str]:
    """Return the options of a command."""
    return {name for each in command.params if isinstance(each, click.Option) for name in each.opts}


def documented_options(table: Table) -> set[str]:
    """Return the options in the first column of a table, without what follows them."""
    return {span.split()[0] for cell in table.column("option") for span in spans(cell)}


def shared() -> set[str]:
    """Return the options every command takes."""
    everywhere = [options(command) for _, command in commands()]
    return set.intersection(*everywhere) | {"-h", "--help"}


def test_the_page_lists_every_command_and_no_other() -> None:
    listed = [spans(cell)[0] for cell in table_of(CLI, "command").column("command")]
    assert listed == [name for name, _ in sorted(commands(), key=lambda entry: listed.index(entry[0]))]
    headings = {table.headings[-1].strip("`") for table in tables(CLI) if table.headings[-1].startswith("`docgen")}
    assert headings <= set(listed)


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=[name for name, _ in commands()])
def test_the_page_lists_every_option_of_a_command_and_no_other(name: str, command: click.Command) -> None:
    own = [table for table in tables(CLI) if table.headings[-1] == f"`{name}`" and table.head[0] == "option"]
    listed = documented_options(own[0]) if own else set()
    assert listed == options(command) - shared()


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=[name for name, _ in commands()])
def test_the_page_shows_an_example_of_every_command(name: str, command: click.Command) -> None:
    text = CLI.read_text(encoding="utf-8")
    section = text.partition(f"\n## `{name}`\n")[2].partition("\n## ")[0]
    assert f"$ {name}" in section


def test_the_page_lists_the_options_that_every_command_takes() -> None:
    (table,) = [table for table in tables(CLI) if table.headings[-1] == "Options every command takes"]
    assert documented_options(table) == shared()


def test_the_page_lists_every_exit_code() -> None:
    listed = [int(code) for code in table_of(CLI, "code").column("code")]
    assert listed == [*map(int, ExitCode), 130]


def test_the_page_lists_every_setting_and_its_default() -> None:
    table = table_of(CLI, "setting")
    listed = [span for cell in table.column("setting") for span in spans(cell)]
    leaves = {f"{group}.{key}".lstrip(".") for group, keys in SETTINGS.items() for key in keys}
    assert set(listed) == leaves - {
        "house",
        "house.colours",
        "house.fonts",
        "record",
        "seal",
        "timestamps",
        "deadlines",
        "mail",
        "rag",
    }
    colours = {
        name.removeprefix("house.colours."): value
        for names, defaults in zip(table.column("setting"), table.column("by default"), strict=True)
        for name, value in zip(spans(names), spans(defaults), strict=False)
        if name.startswith("house.colours.")
    }
    assert colours == {name: value for name, value in vars(Palette()).items() if name != "draft"}


def test_the_page_lists_every_role() -> None:
    text = CLI.read_text(encoding="utf-8")
    assert tuple(spans(text.partition("Roles: ")[2].partition(" |")[0])) == ROLES


def test_the_page_lists_every_kind_of_document() -> None:
    for table in (table for table in tables(CLI) if table.head[0] == "KIND"):
        listed = {name for cell in table.column("KIND") for name in spans(cell)}
        assert listed == {*desk().catalogue.names(), "conformed-contract"}


# Facts

FILES: Mapping[str, type[BaseModel]] = {
    "Engagement": Engagement,
    "Change order": ChangeOrder,
    "Change directive": ChangeDirective,
    "Progress entry": ProgressEntry,
    "Contact": Contact,
    "Serious issue": SeriousIssue,
    "Delivery": Delivery,
    "Dispute": Dispute,
    "Breach": Breach,
    "Estimate": Estimate,
    "Feedback": Feedback,
    "Review": Review,
}


def aliases(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's fields by the key they have in a file."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models a field may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) if not isinstance(inner, str) for model in models_in(inner)]


def tag_of(model: type[BaseModel]) -> str:
    """Return the word that chooses a model among others: the kind of a fee, what a change does."""
    for name in ("kind", "do"):
        annotation = model.model_fields[name].annotation if name in model.model_fields else None
        if get_origin(annotation) is Literal:
            return str(get_args(annotation)[0])
    return ""


def keys_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every key of a file by its path, with its field; changes and the second party are left to their tables."""
    for key, info in aliases(model).items():
        path = f"{prefix}{key}"
        yield path, info
        inner = models_in(info.annotation)
        if path in ("changes", "client") or path in {f"status.{name}" for name in OTHER_DIMENSIONS}:
            continue
        for each in inner:
            mark = f"[{tag_of(each)}]" if len(inner) > 1 else ""
            yield from keys_of(each, f"{path}{mark}.")


OTHER_DIMENSIONS = ("scope", "schedule", "budget", "quality", "people")
"""Dimensions of a status with the same keys as the first one."""


def rows_of(file: str) -> dict[str, dict[str, str]]:
    """Return the rows of the page's tables about a file by the path of their key."""
    found: dict[str, dict[str, str]] = {}
    for table in tables(DATA):
        if table.headings[1:2] != (file,) or table.head[0] != "key":
            continue
        prefix = (*spans(table.headings[-1]), "")[0]
        for row in table.rows:
            (key,) = spans(row[0])
            found[f"{prefix}.{key}".lstrip(".")] = dict(zip(table.head, row, strict=True))
    return found


def is_word_of_choice(path: str) -> bool:
    return path == "format" or (path.endswith(".kind") and "[" in path)


def openness(path: str, info: Any) -> str:
    """Return what the page should say of a key that is not known."""
    if info.is_required() or is_word_of_choice(path):
        return "blank" if NoneType in get_args(info.annotation) else "needed"
    default = info.default.value if isinstance(info.default, Enum) else info.default
    if default in (None, (), {}):
        return "left out"
    return f"left out: `{'false' if default is False else default}`"


def choices(annotation: Any) -> list[str]:
    """Return the words a key takes, when they are few."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return [member.value for member in annotation]
    if get_origin(annotation) is Literal:
        return [getattr(word, "value", word) for word in get_args(annotation)]
    return next((found for inner in get_args(annotation) if (found := choices(inner))), [])


@pytest.mark.parametrize("file", FILES)
def test_the_page_has_every_key_of_a_file_and_no_other(file: str) -> None:
    assert set(rows_of(file)) == {path for path, _ in keys_of(FILES[file])}


@pytest.mark.parametrize("file", FILES)
def test_the_page_says_of_every_key_whether_it_may_be_blank_or_left_out(file: str) -> None:
    known = {path: openness(path, info) for path, info in keys_of(FILES[file])}
    assert {path: row["if not known"] for path, row in rows_of(file).items()} == known


@pytest.mark.parametrize("file", FILES)
def test_the_page_lists_the_words_a_key_takes(file: str) -> None:
    rows = rows_of(file)
    for path, info in keys_of(FILES[file]):
        if not models_in(info.annotation) and get_origin(info.annotation) is not dict:
            assert list(spans(rows[path]["written as"])) == choices(info.annotation), path


def test_the_page_lists_every_change_with_its_keys() -> None:
    listed = {spans(row[0])[0]: (set(spans(row[1])), set(spans(row[2]))) for row in table_of(DATA, "`do`").rows}
    known = {}
    for model in models_in(ChangeOrder.model_fields["changes"].annotation):
        keys = {key: info for key, info in aliases(model).items() if key != "do"}
        needed = {key for key, info in keys.items() if info.is_required()}
        known[tag_of(model)] = (needed, set(keys) - needed)
    assert listed == known


def test_the_page_lists_every_format() -> None:
    formats = [spans(cell)[0] for cell in table_of(DATA, "file").column("begins with")]
    assert formats == [f"format: {name}" for name in FORMATS]


KINDS_OF_VALUE: Mapping[str, Any] = {
    "line": values.Line,
    "prose": values.Prose,
    "number": values.Number,
    "amount": Money,
    "days": values.Days,
    "count": values.Count,
    "shift": values.Shift,
    "date": values.Date,
    "time": values.TimeOfDay,
    "true or false": values.Truth,
    "id": values.Identifier,
    "engagement id": values.Reference,
    "clause id": values.ClauseId,
    "score": Score,
    "likelihood": Likelihood,
    "country": values.Country,
    "e-mail": values.Email,
    "locale": values.LocaleCode,
    "language": values.LanguageCode,
    "time zone": values.TimeZone,
    "currency": CurrencyCode,
}


def read_as(kind: str, written: str) -> str:
    """Return what docgen reads, or the rule by which it refuses."""
    data = parse_source(f"key: {written}\n", "example.yaml").data
    assert isinstance(data, dict)
    try:
        return str(TypeAdapter(KINDS_OF_VALUE[kind]).validate_python(data["key"], context={"currency": "GBP"}))
    except ValidationError as error:
        return f"refused: `{error.errors()[0]['type']}`"


def test_values_are_read_as_the_page_says() -> None:
    kind, seen = "", set[str]()
    for name, _, written, read in table_of(DATA, "kind of value").rows:
        kind = name or kind
        seen.add(kind)
        assert read_as(kind, *spans(written)) == read, (kind, written)
    assert seen == set(KINDS_OF_VALUE)


def test_every_form_in_the_tables_is_explained() -> None:
    forms = {
        re.sub(r"`[^`]*`", "", row["written as"]).strip().removeprefix("list of ").removeprefix("group of ").strip()
        for file in FILES
        for row in rows_of(file).values()
    }
    assert forms - {"group", "list", "", "list of"} <= set(KINDS_OF_VALUE)


def test_a_setting_names_a_place_as_the_page_says() -> None:
    engagement = read_source(EXAMPLE / "engagement.yaml")
    for cell in table_of(DATA, "`--set`").column("`--set`"):
        path, _, value = spans(cell)[0].partition("=")
        changed: Any = with_settings(engagement, [(path, value)]).data
        for part in path.split("."):
            if isinstance(changed, list):
                ids = [entry.get("id") if isinstance(entry, dict) else None for entry in changed]
                changed = changed[ids.index(part) if part in ids else int(part) - 1]
            else:
                changed = changed[part]
        assert changed == (value or None), path


# Rules


def rules_in(*modules: str) -> set[str]:
    """Return the rules that some modules can name in a finding, read from their source."""
    places = {"Problem": 1, "warning": 1, "Finding": 0, "wrong": 0, "_fault": 1, "_matching": 1}
    found = set[str]()
    for module in modules:
        tree = ast.parse((ROOT / "docgen" / f"{module}.py").read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            arguments = call.args[places.get(name, 99) :][:1]
            found |= {str(argument.value) for argument in arguments if isinstance(argument, ast.Constant)}
    return {rule for rule in found if re.fullmatch(r"[a-z]+(-[a-z]+)*", rule)}


def pydantic_rules() -> set[str]:
    """Return the rules of the models' own library that docgen has words for."""
    tree = ast.parse((ROOT / "docgen" / "facts" / "load.py").read_text(encoding="utf-8"))
    (said,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "_said"]
    cases = [node.value for node in ast.walk(said) if isinstance(node, ast.MatchValue)]
    return {str(case.value).replace("_", "-") for case in cases if isinstance(case, ast.Constant)}


def documented_rules(path: Path) -> set[str]:
    return {span for table in tables(path) if table.head[0] == "rule" for row in table.rows for span in spans(row[0])}


def test_the_page_lists_every_rule_about_facts() -> None:
    models = ("values", "money", "party", "terms", "engagement", "changes", "progress", "delivery", "dispute")
    further = ("breach", "feedback")
    lifecycle = ("lifecycle/consistency", "lifecycle/happenings", "lifecycle/rag", "lifecycle/taken_up")
    known = rules_in(*lifecycle, "facts/load", "facts/source", *(f"models/{name}" for name in (*models, *further)))
    known |= rules_in("actions/notices", "actions/render", "actions/validation") | pydantic_rules()
    assert documented_rules(DATA) == known


def test_the_page_lists_every_rule_about_templates() -> None:
    modules = ("doctree/parse", "doctree/number", "templating/environment", "templating/catalogue", "actions/linting")
    read = {rule.name for rule in RULES}
    assert documented_rules(TEMPLATES) == rules_in(*modules) | read
    assert set(MAKING) == rules_in(*modules) - read


# Markup


def elements_on_the_page(first: str) -> dict[str, set[str]]:
    table = table_of(MARKUP, first)
    return {name: set(spans(row[1])) for row in table.rows for name in spans(row[0])}


def test_the_page_lists_every_element_with_its_attributes() -> None:
    listed = {first: elements_on_the_page(first) for first in ("block", "within blocks", "inline")}
    assert set(listed["block"]) == BLOCK | {"doc"}
    assert set(listed["within blocks"]) == INNER
    assert set(listed["inline"]) == INLINE
    attributes = {name: given for each in listed.values() for name, given in each.items() if given}
    assert attributes == {name: set(known) for name, known in ATTRIBUTES.items()}


def test_the_page_lists_what_attributes_take() -> None:
    listed = [set(spans(cell)) for cell in table_of(MARKUP, "attribute").column("takes")]
    assert listed == [{choice.value for choice in kind} for kind in (Manner, Tone, Show, FieldKind)]


def test_the_page_lists_every_filter_and_what_it_prints() -> None:
    scene, formats = scene_of("change-order", example("change-order"))
    seen, name = set[str](), ""
    for first, shown, printed in table_of(MARKUP, "filter").rows:
        name = spans(first)[0] if first else name
        seen.add(name)
        (jinja,) = spans(shown)
        assert f"|{name}" in jinja
        text = desk().sandbox.from_string(jinja).render({**scene.facts, FORMATS_NAME: formats})
        assert re.sub(r"<[^>]*>", "", text).replace("\u00a0", " ") == printed, jinja
    assert seen == set(filters())


def test_the_page_lists_what_is_left_of_jinja() -> None:
    text = " ".join(MARKUP.read_text(encoding="utf-8").split())
    assert f"Of Jinja's own: `{' '.join(BUILTIN_FILTERS)}`" in text
    assert f"after `is`: `{' '.join(BUILTIN_TESTS)}`" in text


def test_the_pages_tell_the_limits() -> None:
    limits = Limits()
    told = [re.findall(r"[0-9][0-9,]*", row[1]) for row in table_of(MARKUP, "", "at most").rows]
    numbers = [[int(number.replace(",", "")) for number in row] for row in told]
    assert numbers == [
        [parse.NODE_LIMIT, parse.DEPTH_LIMIT],
        [OUTPUT_LIMIT],
        [parse.SPAN_LIMIT],
        [limits.seconds, limits.memory],
    ]
    text = " ".join(DATA.read_text(encoding="utf-8").split())
    longest = values._TEXT_LIMIT
    assert f"texts over {longest:,} characters, files over {source.SIZE_LIMIT // 1024**2} MiB" in text
    assert f"more than {source.DEPTH_LIMIT} levels" in text


# What templates see


@cache
def desk() -> Desk:
    """Return a desk without a workspace."""
    return open_desk(None, DAY, Path("/nowhere"))


EXAMPLE_FILES = {
    "contract": (),
    "conformed-contract": ("change-order-001.yaml",),
    "change-order": ("change-order-001.yaml",),
    "progress-report": ("progress-2026-11-13.yaml", "progress-2026-11-20.yaml", "change-order-001.yaml"),
    "covering-mail": ("progress-2026-11-13.yaml", "progress-2026-11-20.yaml", "change-order-001.yaml"),
    "breach-notice": ("change-order-001.yaml", "breach.yaml"),
    "notice-of-issue": ("change-order-001.yaml", "serious-issue.yaml"),
    "completion-certificate": ("change-order-001.yaml", "progress-2026-11-13.yaml", "delivery-d1.yaml"),
    "survey": (),
    "meeting-proposal": ("estimate.yaml", "feedback.yaml"),
    "relationship-review": ("change-order-001.yaml", "estimate.yaml", "feedback.yaml", "review.yaml"),
}
SECOND_ORDER = """
- {do: change_rate, line: F3, rate: 790.00}
- {do: change_estimate, line: F4, periods: 7}
- {do: move_milestone, milestone: M2, days: 14}
- {do: move_end_date, days: 14}
- {do: revise_deliverable, deliverable: D1, title: Architecture}
- {do: add_obligation, obligation: {id: O9, party: client, degree: shall, action: name an owner}}
- {do: change_liability_cap, amount: 160000.00}
- {do: change_term, path: termination.cure_days, value: 21}
"""
"""The changes of an order that follows the example's, so that a template sees one of each sort."""


def example(kind: str) -> FactSet:
    """Return the example's facts for a kind of document."""
    return load_files([EXAMPLE / name for name in ("engagement.yaml", *EXAMPLE_FILES[kind])])


def full_example(kind: str) -> FactSet:
    """Return the example with a second order, a decision asked for, and its notice so that a holiday falls into it."""
    facts = example(kind)
    if kind not in ("conformed-contract", "change-order", "progress-report", "breach-notice"):
        return facts
    orders = [replace(each, facts=_second(each.facts)) for each in facts.orders if kind == "change-order"]
    later = {"notice_date": dt.date(2027, 3, 18)}
    breaches = [replace(each, facts=each.facts.model_copy(update=later)) for each in facts.breaches]
    asking = {"decisions": ("Who owns the returns service",)}
    entries = [replace(each, facts=each.facts.model_copy(update=asking)) for each in facts.entries]
    issues = load_files([EXAMPLE / "serious-issue.yaml"]).of(SeriousIssue) if kind == "progress-report" else ()
    found = [
        replace(each, facts=each.facts.model_copy(update={"on": facts.entries[-1].facts.period.end, "issue": "I9"}))
        for each in issues
    ]
    return FactSet((*facts.engagements, *facts.orders, *orders, *entries, *breaches, *found))


def _second(order: ChangeOrder) -> ChangeOrder:
    data = plain(order.model_dump(mode="json", by_alias=True))
    assert isinstance(data, dict)
    data |= {"number": "2", "changes": parse_source(SECOND_ORDER, "changes.yaml").data}
    return ChangeOrder.model_validate(data, context={"currency": "GBP"})


def scene_of(kind: str, facts: FactSet) -> tuple[Scene, Formats]:
    """Return what a template of a kind sees of some facts, and how it writes it."""
    engagement = facts.engagements[0].facts
    case = replace(case_of(desk(), kind, engagement, facts), leave=Leave(DAY))
    clauses = contract_clauses(desk(), case) if kind in CITING else {}
    numbers = {name: clause.number for name, clause in clauses.items()}
    formats = Formats(engagement.locale, read_words(desk().catalogue.labels, "en"), people(engagement), numbers)
    return build_scene(case, formats, clauses), formats


def values_at(facts: Mapping[str, Any], path: str) -> list[Any]:
    """Return the values at a path of names; `[]` goes into each entry of a list."""
    found: list[Any] = [facts]
    for part in path.split("."):
        name = part.removesuffix("[]")
        found = [value[name] for value in found if isinstance(value, Mapping) or name in dir(value)]
        if part.endswith("[]"):
            found = [entry for value in found for entry in value]
    return found


def fact_keys(file: str, path: str) -> set[str]:
    """Return the keys of the files at a path; `the file` is all of it."""
    found = [FILES[file]]
    for part in [] if path == "the file" else path.split("."):
        found = [
            inner for model in found if part in aliases(model) for inner in models_in(aliases(model)[part].annotation)
        ]
    return {key for model in found for key in aliases(model)}


PARTS = {
    "In every document": ("Engagement", "conformed-contract"),
    "In a change order": ("Change order", "change-order"),
    "In a progress report": ("Progress entry", "progress-report"),
    "In the e-mail with a progress report": ("Progress entry", "covering-mail"),
    "In a notice of breach": ("Breach", "breach-notice"),
    "In a notice of a serious issue": ("Serious issue", "notice-of-issue"),
    "In a certificate of completion": ("Delivery", "completion-certificate"),
    "In a survey": ("Feedback", "survey"),
    "In a proposal to meet": ("Feedback", "meeting-proposal"),
    "In a relationship review": ("Review", "relationship-review"),
}


def name_tables() -> dict[str, Table]:
    return {table.headings[-1]: table for table in tables(TEMPLATES) if table.head[:2] == ("name", "facts of")}


@pytest.mark.parametrize("heading", PARTS)
def test_the_page_lists_every_name_a_template_sees(heading: str) -> None:
    _, kind = PARTS[heading]
    common, own = (set(scene_of(each, example(each))[0].facts) for each in ("contract", kind))
    expected = common if heading == "In every document" else own - common
    listed = {re.split(r"[.\[]", spans(row[0])[0])[0] for row in name_tables()[heading].rows}
    assert listed == expected


@pytest.mark.parametrize("heading", PARTS)
def test_each_name_holds_what_the_page_says(heading: str) -> None:
    file, kind = PARTS[heading]
    scene, _ = scene_of(kind, full_example(kind))
    for row in name_tables()[heading].rows:
        (path,), named_facts, further = spans(row[0]), row[1].strip("`"), set(spans(row[2]))
        seen = values_at(scene.facts, path)
        assert seen, f"{path} is not there"
        groups = [value for value in seen if isinstance(value, View)]
        if not groups:
            assert (further, named_facts) == (set(), ""), path
            continue
        names = {name for group in groups for name in dir(group)}
        of_file = "Engagement" if named_facts.split(".")[0] in aliases(Engagement) else file
        known = fact_keys(of_file, named_facts) if named_facts else set()
        assert names >= further, path
        assert names <= known | further, (path, names - known - further)
        assert not further & known or path.startswith("report"), (path, further & known)


def test_the_page_lists_what_a_header_may_say() -> None:
    listed = [spans(cell)[0] for cell in table_of(TEMPLATES, "key").column("key")]
    assert set(listed) == set(Header.model_fields)


def test_the_page_lists_the_words_that_writers_add() -> None:
    text = " ".join(TEMPLATES.read_text(encoding="utf-8").split())
    sentence = text.partition("take from `words` what they add themselves: ")[2].partition(".")[0]
    words = read_words(desk().catalogue.labels, "en").writer_labels()
    assert set(spans(sentence)) == {each.name for each in fields(words)}


# Where facts are printed

PRINTED_IN = {"L": "letter-of-approval", "C": "contract", "R": "progress-report", "N": "breach-notice"}
"""The letters of the page, without the change order: it prints what it touches."""
RECKONED_WITH = {
    ("account.team", "R"),
    ("calendar.subdivision", "R"),
    ("terms.effective_date", "R"),
    ("terms.fees.lines[retainer].amount", "R"),
    ("terms.fees.lines[time].rate", "R"),
    ("terms.fees.lines[unit].rate", "R"),
}
"""What a report does not print as it stands: names for addresses, days and sums that follow from these."""
WORLDS = (EXAMPLE, ROOT / "tests" / "worlds")
"""Two engagements: in the one the client is in breach, in the other the provider."""


def world(folder: Path, *, entries: int) -> FactSet:
    """Return the facts of a folder with so many of its progress entries."""
    files = sorted(folder.glob("*.yaml"))
    later = sorted(file for file in files if file.name.startswith("progress"))[entries:]
    return load_files([file for file in files if file not in later])


@cache
def printed_words() -> tuple[tuple[Engagement, Mapping[str, str]], ...]:
    """Return each engagement with the words of its documents, by the page's letters."""
    found = []
    for facts in (world(folder, entries=2) for folder in WORLDS):
        engagement = facts.engagements[0].facts
        documents = {}
        for letter, kind in PRINTED_IN.items():
            template = desk().catalogue.template(kind, "en")
            document, _ = build(desk(), template, case_of(desk(), kind, engagement, facts), facts)
            documents[letter] = folded(" ".join(document_lines(document)))
        found.append((engagement, documents))
    return tuple(found)


def folded(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").casefold().split()).rstrip(".")


def leaves(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every single value of a model by the path of its key on the page."""
    for name, info in type(model).model_fields.items():
        value, path = getattr(model, name), f"{prefix}{info.alias or name}"
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, BaseModel):
                mark = f"[{tag_of(type(each))}]" if path == "terms.fees.lines" else ""
                yield from leaves(each, f"{path}{mark}.")
            elif each is not None:
                yield path, each


def spellings(value: Any, engagement: Engagement) -> list[str]:
    """Return how a text, an amount or a day may be printed; nothing for values that are printed in words."""
    formats = Formats(engagement.locale, read_words(desk().catalogue.labels, "en"))
    match value:
        case Money():
            return [format_money(value, formats)]
        case dt.date():
            return [format_day(value, formats), format_day(value, formats, "short")]
        case str() if not isinstance(value, Enum):
            return [value.split("\n\n")[0]]
        case _:
            return []


def test_texts_amounts_and_days_are_printed_where_the_page_says() -> None:
    rows = rows_of("Engagement")
    sought, found = set[tuple[str, str]](), set[tuple[str, str]]()
    for engagement, documents in printed_words():
        for key, value in leaves(engagement):
            path = re.sub(r"^client\.", "provider.", key)
            if rows[path]["written as"].removeprefix("list of ") not in ("line", "prose", "e-mail", "amount", "date"):
                continue
            for letter in set(rows[path]["printed in"].split()) & set(PRINTED_IN):
                sought.add((path, letter))
                if any(folded(text) in documents[letter] for text in spellings(value, engagement)):
                    found.add((path, letter))
    assert sought - found == RECKONED_WITH
    assert len(sought) > 100


# The house


def test_every_room_is_described() -> None:
    rooms = {spans(cell)[0] for cell in table_of(page("architecture.md"), "room").column("room")}
    inside = {path.stem for path in (ROOT / "docgen").iterdir() if not path.name.startswith("__")}
    assert inside <= rooms
    assert rooms <= inside | set(re.findall(r"\w+", " ".join(layers())))


def layers() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    return [re.sub(r"[()]", "", layer) for layer in contract["layers"]]


def test_the_layers_are_those_that_the_import_contract_holds() -> None:
    text = page("architecture.md").read_text(encoding="utf-8")
    drawn = text.partition("## Who imports whom")[2].partition("```\n")[2].partition("```")[0]
    assert [line.strip() for line in drawn.strip().splitlines()] == layers()


def test_decisions_are_numbered_and_say_context_outcome_and_cost() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    for number, path in enumerate(files, 1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04d}-")
        assert text.startswith(f"# {number}. ")
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings in (
            ["Context", "Options", "Outcome", "What it costs"],
            ["Context", "Options and outcome", "What it costs"],
        )


def test_the_changelog_tells_the_version_of_every_template() -> None:
    told = set[tuple[str, str, str]]()
    for table in tables(ROOT / "CHANGELOG.md"):
        if table.headings[-1] == "Template texts":
            told |= {(spans(row[0])[0], code, row[2]) for row in table.rows for code in row[1].split(", ")}
    catalogue = desk().catalogue
    for name in catalogue.names():
        for language in catalogue.languages(name):
            assert (name, language, catalogue.template(name, language).header.version) in told
