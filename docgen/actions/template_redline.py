"""What changed between two versions of a template, as those read it who decide on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.remaking import Compared, letterhead
from docgen.actions.template_course import Course, Done, Step, course_of
from docgen.actions.templates import find_template, reading_document
from docgen.doctree.nodes import Document
from docgen.errors import DocgenError, NotFoundError

if TYPE_CHECKING:
    from docgen.templating.catalogue import Template

APPROVED, NOW, SHIPPED = "approved", "now", "docgen"
"""The version approved last, the one that stands in the folder, and the one that comes with docgen."""
_SHORTEST = 4


class UnknownVersionError(NotFoundError):
    """Nothing is kept of a template under the name of a version."""

    def __init__(self, course: Course, version: str) -> None:
        name = f"{course.template.name} ({course.template.language})"
        kept = ", ".join(f"{step.version} {step.hash[:12]} of {step.at[:10]}" for step in _kept(course))
        missing = f"No version of {name} was approved yet" if version == APPROVED else f"{name} has no “{version}”"
        super().__init__(
            f"{missing}. There are `{NOW}` (the file as it stands), `{SHIPPED}` (as it comes with docgen)"
            f"{f', and by version or first digits of the hash: {kept}' if kept else ''}."
        )


class VersionErasedError(DocgenError):
    """A version was kept, and its words were erased since."""

    def __init__(self, step: Step) -> None:
        super().__init__(f"The words of version {step.version} {step.hash[:12]} were erased, so nothing shows them.")


def redline_template(desk: Desk, name: str, language: str, old: str = APPROVED, new: str = NOW) -> Compared:
    """Return what changed from one version of a template to another, in the reading view.

    A version is `approved`, `now`, `docgen`, the version its author gave it (the last one of that name), or the first
    digits of its hash. Raises UnknownVersionError, VersionErasedError, UnknownTemplateError, MissingLanguageError, and
    what reading a template raises.
    """
    from docgen.doctree.diff import compare

    course = course_of(desk, find_template(desk, name, language))
    before, after = (_document(desk, course, version) for version in (old, new))
    return Compared(f"{name} {old}", f"{name} {new}", compare(before, after), letterhead(desk.theme, after))


def _document(desk: Desk, course: Course, version: str) -> Document:
    with opened_version(desk, course, version) as (there, template):
        return reading_document(there, template)


@contextmanager
def opened_version(desk: Desk, course: Course, version: str) -> Iterator[tuple[Desk, Template]]:
    """Open a desk at which a version of a template lies, and the template there."""
    from docgen.templating.catalogue import Catalogue, packaged_templates
    from docgen.templating.closure import unpack

    template = course.template
    if version == NOW:
        yield desk, template
        return
    if version == SHIPPED:
        catalogue = Catalogue((packaged_templates(),))
        yield desk.furnished(catalogue, desk.theme, desk.on), catalogue.template(template.name, template.language)
        return
    packed = _packed(desk, course, version)
    with TemporaryDirectory(prefix="docgen-") as folder:
        catalogue, template = unpack(packed, Path(folder))
        yield desk.furnished(catalogue, desk.theme, desk.on), template


def _packed(desk: Desk, course: Course, version: str) -> bytes:
    """Return a version that was kept in one piece."""
    wanted = course.approved_before.hash if version == APPROVED and course.approved_before else version
    found = [step for step in _kept(course) if step.version == wanted or _begins(step.hash, wanted)]
    if not found:
        raise UnknownVersionError(course, version)
    step = found[-1]
    blobs = desk.record.blobs
    if step.blob is None or blobs.is_erased(step.blob):
        raise VersionErasedError(step)
    return blobs.read(step.blob)


def _kept(course: Course) -> tuple[Step, ...]:
    return tuple(step for step in course.steps if step.done is Done.KEPT)


def _begins(template_hash: str, digits: str) -> bool:
    return len(digits) >= _SHORTEST and template_hash.startswith(digits.lower())
