"""The course of a template: who handed in which version, what legal said of it, and how that leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from docgen.actions.conditions import conditions_in, read_conditions
from docgen.actions.desk import Desk
from docgen.errors import DocgenError, Finding, FindingsError, NotFoundError, Place, UsageError, shell_word
from docgen.lifecycle.conditions import in_words
from docgen.models.conditions import NONE, Conditions

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.store.register import Review
    from docgen.templating.catalogue import Catalogue, Template


class NotApprovedError(DocgenError):
    """A template is not approved as it stands, so nothing can be issued on it."""

    def __init__(self, course: Course, *, needs_author: bool) -> None:
        template = course.template
        named = shell_word(template.name)
        named = named if template.language == "en" else f"{named} --language {template.language}"
        before = course.approved_before
        said = f"The template {template.name} ({template.language}), hash {course.hash[:12]}, is "
        if course.state is State.RETIRED and course.last:
            super().__init__(
                f"{said}retired since {course.last.at[:10]}, so nothing more can be issued on it: "
                f"{(course.last.words or '').rstrip(' .')}. "
                "What was issued on it stands. A version that follows is handed in and approved like any other."
            )
            return
        changed = f" It was changed since version {before.version} was approved." if before else ""
        submit = (
            f"Who wrote it hands it in: docgen template submit {named} --as EMAIL. Then s"
            if needs_author and not course.author
            else ""
        )
        super().__init__(
            f"{said}not approved, so nothing can be issued on it.{changed} {submit or 'S'}omebody with the role legal "
            f"reads it (`docgen template preview {shell_word(template.name)}`) and approves it: docgen template "
            "approve "
            f"{named} --as EMAIL. `docgen render` makes drafts without approval."
        )


class State(StrEnum):
    """How a template stands, exactly as it is."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    RETIRED = "retired"


class Done(StrEnum):
    """What was done to a version of a template."""

    KEPT = "kept"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETIRED = "retired"
    CONDITIONED = "conditioned"


_LEADS_TO = {
    Done.SUBMITTED: State.IN_REVIEW,
    Done.APPROVED: State.APPROVED,
    Done.REJECTED: State.DRAFT,
    Done.RETIRED: State.RETIRED,
}


@dataclass(frozen=True)
class Step:
    """One step: what was done to which version, by whom, when, and in which words."""

    done: Done
    version: str
    hash: str
    person: str
    at: str
    sequence: int
    blob: str | None = None
    words: str = ""


@dataclass(frozen=True)
class Course:
    """How a template stands as it is now, and every step of every version of it, in their order."""

    template: Template
    version: str
    hash: str
    steps: tuple[Step, ...] = ()
    changed: tuple[str, ...] = ()
    """The parts that changed since the version that was approved last, where that is known."""
    conditions: Conditions = NONE
    """The conditions of the approval of exactly this version."""

    @property
    def own(self) -> tuple[Step, ...]:
        """Return the steps of the template exactly as it is."""
        return tuple(step for step in self.steps if step.hash == self.hash and step.done in _LEADS_TO)

    @property
    def last(self) -> Step | None:
        """Return the step that left the template as it stands."""
        return self.own[-1] if self.own else None

    @property
    def state(self) -> State:
        """Return the state; what was approved and has changed since is in review again."""
        if self.last:
            return _LEADS_TO[self.last.done]
        return State.IN_REVIEW if self.approved_before else State.DRAFT

    @property
    def author(self) -> str:
        """Return who handed in the template as it is, or nothing: what was rejected is handed in anew."""
        last = next((step for step in reversed(self.own) if step.done in (Done.SUBMITTED, Done.REJECTED)), None)
        return last.person if last and last.done is Done.SUBMITTED else ""

    @property
    def approved_before(self) -> Step | None:
        """Return the last approval of the template as it was before, if any."""
        return next((step for step in reversed(self.steps) if step.done is Done.APPROVED), None)


def course_of(desk: Desk, template: Template) -> Course:
    """Return the course of a template; without a step where nothing was recorded yet."""
    course = Course(template, template.header.version, desk.catalogue.version_hash(template))
    try:
        record = desk.record
    except NotFoundError:
        return course
    reviews = record.register.reviews(template.name, template.language)
    conditions = read_conditions(record, reviews, course.hash)
    course = replace(course, steps=tuple(_steps(record, template, reviews)), conditions=conditions)
    if course.last or not course.approved_before:
        return course
    return replace(course, changed=_changed(desk, record, course))


def check_approved(desk: Desk, template: Template) -> None:
    """Refuse to issue on a template that is not approved as it stands: NotApprovedError; raises what opening raises."""
    version_hash = desk.catalogue.version_hash(template)
    if not desk.record.register.approval(template.name, template.language, version_hash):
        raise NotApprovedError(course_of(desk, template), needs_author=needs_author(desk, template))


def needs_author(desk: Desk, template: Template) -> bool:
    """Say whether the house wrote something in a template: in its words, in what it includes, or in the shared words.

    All else came with docgen, so that nobody in the house is its author.
    """
    from docgen.templating.catalogue import packaged_templates

    catalogue = desk.catalogue
    return not catalogue.own(template) or catalogue.labels.parent != packaged_templates()


def courses(desk: Desk) -> tuple[tuple[Course, ...], tuple[Finding, ...]]:
    """Return the course of every template that makes a document, by name, and what keeps others from having one."""
    found: list[Course] = []
    findings: list[Finding] = []
    catalogue = desk.catalogue
    for name in catalogue.names():
        for language in catalogue.languages(name):
            template = catalogue.template(name, language)
            try:
                found.append(course_of(desk, template))
            except FindingsError as error:
                findings.extend(error.findings)
            except NotFoundError as error:
                findings.append(Finding("include", str(error), Place(template.shown)))
    return tuple(found), tuple(findings)


def chosen(desk: Desk, names: Sequence[str], language: str | None) -> Iterator[Template]:
    """Yield the templates of some names, all of the catalogue's when none is named; a partial names all that use it.

    Raises UnknownTemplateError, MissingLanguageError, and UsageError for a file.
    """
    catalogue = desk.catalogue
    for name in names or catalogue.names():
        if "/" in name or "." in name:
            raise UsageError(f"{name} is a file. Only templates of the catalogue are meant: put it into templates/.")
        if name.startswith("_") and name in {known for known, _ in catalogue.templates}:
            yield from users_of(desk, name)
        elif language:
            yield catalogue.template(name, language)
        else:
            # Without one the look-up says which names there are.
            yield from (catalogue.template(name, each) for each in catalogue.languages(name) or ("en",))


def users_of(desk: Desk, partial: str) -> Iterator[Template]:
    """Yield the templates that include a partial, directly or not."""
    catalogue = desk.catalogue
    for name in catalogue.names():
        for language in catalogue.languages(name):
            template = catalogue.template(name, language)
            try:
                included = {part.name for part in catalogue.closure(template)[1:]}
            except DocgenError:  # its faults are told by lint
                continue
            if partial in included:
                yield template


def _steps(record: Record, template: Template, reviews: Iterable[Review]) -> Iterator[Step]:
    approvals = [
        Step(Done.APPROVED, each.version, each.hash, each.person, each.at, each.sequence)
        for each in record.register.approvals(template.name, template.language)
    ]
    others = [
        Step(Done(each.step), each.version, each.hash, each.person, each.at, each.sequence, each.blob)
        for each in reviews
    ]
    for step in sorted((*approvals, *others), key=lambda step: step.sequence):
        person = record.people.email(step.person) or ""
        yield Step(step.done, step.version, step.hash, person, step.at, step.sequence, step.blob, _words(record, step))


def _words(record: Record, step: Step) -> str:
    if step.done is Done.KEPT or not step.blob or record.blobs.is_erased(step.blob):
        return ""
    content = record.blobs.read(step.blob)
    if step.done is Done.CONDITIONED:
        return "; ".join(in_words(conditions_in(content))) or "no condition any more"
    return content.decode(errors="replace")


def _changed(desk: Desk, record: Record, course: Course) -> tuple[str, ...]:
    """Return the parts that differ from the version that was approved last, where it was kept."""
    from docgen.templating.closure import unpack

    before = course.approved_before
    kept = next(
        (step.blob for step in course.steps if before and step.done is Done.KEPT and step.hash == before.hash), None
    )
    if not kept or record.blobs.is_erased(kept):
        return ()
    now = _parts(desk.catalogue, course.template)
    labels = desk.catalogue.labels.read_bytes()
    with TemporaryDirectory(prefix="docgen-") as folder:
        catalogue, template = unpack(record.blobs.read(kept), Path(folder))
        then = _parts(catalogue, template)
        differing = [name for name in sorted({*now, *then}) if now.get(name) != then.get(name)]
        words = [] if catalogue.labels.read_bytes() == labels else [catalogue.labels.name]
    return (*differing, *words)


def _parts(catalogue: Catalogue, template: Template) -> dict[str, str]:
    """Return the texts of a template by the names that people know: of its parts, and of the playbooks beside them."""
    parts = {part.name: part.text for part in catalogue.closure(template)}
    return parts | {each.path.name: each.text for each in catalogue.playbooks(template)}
