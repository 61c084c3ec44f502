"""A template reviewed in Word and back: the reading view as a file, and what somebody changed in it, by source line.

The file names the template and the version it was made from. That is not trusted: it only says which version the
changes are held against, and that version is taken from the house's templates or from the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from docgen.actions.bounded import OF_A_FILE, bounded
from docgen.actions.desk import Desk, NoWorkspaceError
from docgen.actions.template_course import course_of
from docgen.actions.template_redline import opened_version
from docgen.actions.templates import LANGUAGE, TEMPLATE, VERSION, find_template
from docgen.actions.word_reading import Reading, differing, file_name, read, with_edits
from docgen.doctree.manuscript import Comment, Manuscript
from docgen.errors import DocgenError, NotFoundError, UsageError
from docgen.exchange.word_package import FILE_LIMIT
from docgen.review.mending import Edit, HandOverError, edit_of
from docgen.review.patches import Mend, applied, applied_raw, carried, expected, meeting, occurrences, unified
from docgen.review.rewording import Compared, Rewording, reworded
from docgen.review.spelling import Spelled, spelled
from docgen.templating.catalogue import SUFFIX, Template
from docgen.templating.traced import Origin

if TYPE_CHECKING:
    pass

_PACKAGE = b"PK"
_OLD_WORD = b"\xd0\xcf\x11\xe0"
_ALONE = 60
"""Edits up to which each one is tried by itself when they cannot be made together."""


class NoBaseError(DocgenError):
    """A file was made from a version of a template that is nowhere any more."""

    def __init__(self, template: Template, version: str, now: str) -> None:
        super().__init__(
            f"The file was made from version {version[:12]} of {template.name} ({template.language}), which is neither "
            f"the one that stands in the folder ({now[:12]}) nor kept on the record, so nothing says which words are "
            "changes. `docgen template submit` keeps every version that is handed in; export that one, and make the "
            "changes there."
        )


@dataclass(frozen=True)
class Change:
    """A change with its place; the edit of the source as a patch, or why it needs a person; and what it moves too."""

    change: Rewording
    where: str
    clause: str
    origin: Origin | None
    edit: Edit | None = None
    reason: str = ""
    patch: str = ""
    also_read: tuple[str, ...] = ()
    """Other places of this template where the same words of the source are read."""
    also_moves: tuple[str, ...] = ()
    """Other templates that say these words, too."""


@dataclass(frozen=True)
class Noted:
    """A comment with the place it stands at."""

    comment: Comment
    where: str
    clause: str
    origin: Origin | None


@dataclass(frozen=True)
class Patched:
    """A file of a template as it is and as it would be; `own` where it came with docgen."""

    part: Template
    before: bytes
    after: bytes
    own: bool

    @property
    def patch(self) -> str:
        """Return the difference."""
        return unified(self.part.shown, self.before.decode("utf-8-sig"), self.after.decode("utf-8-sig"))


@dataclass(frozen=True)
class Review:
    """What a file that came back from review says: changes, comments, and what was not read of it."""

    template: Template
    version: str
    current: bool
    """Whether the file was made from the template as it stands."""
    languages: tuple[str, ...]
    """The other languages of the template, whose words are as they were."""
    changes: tuple[Change, ...]
    comments: tuple[Noted, ...]
    remarks: tuple[str, ...]
    files: tuple[Patched, ...]

    @property
    def is_same(self) -> bool:
        """Say whether nothing was changed and nothing noted."""
        return not self.changes and not self.comments

    @property
    def patch(self) -> str:
        """Return all that can be applied as one patch."""
        return "".join(each.patch for each in self.files)


# In


def review_file(desk: Desk, path: Path, name: str = "", language: str = "") -> Review:
    """Return what somebody changed and noted in a reading view in Word, each with its place in the template's source.

    `name` and `language` say which template it is where the file does not. The file is a stranger's: it is read within
    limits, and nothing in it is run, followed or fetched. Raises NotFoundError, UsageError, WordFileError, LimitError,
    NoBaseError for a version that is nowhere, UnknownTemplateError, and what reading a template raises.
    """
    from docgen.exchange.word_lines import read_word
    from docgen.exchange.word_properties import read_properties

    data = _content(path)
    said = bounded(f"Reading {path.name}", lambda: read_properties(data), desk.limits, OF_A_FILE)
    template, version = _meant(desk, path, said, name, language)
    returned = bounded(f"Reading {path.name}", lambda: read_word(data), desk.limits, OF_A_FILE)
    now = desk.catalogue.version_hash(template)
    with _version(desk, template, version, now) as (there, before):
        base = read(there, before)
        compared = bounded(f"Comparing {path.name}", lambda: _compared(base, returned), desk.limits, OF_A_FILE)
        return _Reviewing(desk, template, there, base, compared).review(returned, version)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise NotFoundError(f"There is no file “{path}”. Name the Word file that came back.")
    if path.stat().st_size > FILE_LIMIT:
        raise UsageError(f"{path} is larger than {FILE_LIMIT >> 20} MiB, so it was not opened.")
    data = path.read_bytes()
    if not data.startswith((_PACKAGE, _OLD_WORD)):
        raise UsageError(f"{path} is no Word file. Give the .docx that came back.")
    return data


def _meant(desk: Desk, path: Path, said: Mapping[str, str], name: str, language: str) -> tuple[Template, str]:
    """Return the template of a file and the version it says; what a file says names no other file."""
    known = said.get(TEMPLATE, "")
    if name:
        if known and known != Path(name).name.split(".")[0]:
            raise UsageError(f"{path} was made from the template “{known}”, not from {name}.")
        template = find_template(desk, name, language or said.get(LANGUAGE, "en"))
        return template, said.get(VERSION, "") or desk.catalogue.version_hash(template)
    if not known or not said.get(VERSION) or "/" in known or known.endswith(SUFFIX):
        raise UsageError(
            f"{path} does not say which template it was made from: some programs leave that out when they save. Say "
            "it: --template NAME. It is then held against the template as it stands."
        )
    return desk.catalogue.template(known, language or said.get(LANGUAGE, "en")), said[VERSION]


@contextmanager
def _version(desk: Desk, template: Template, version: str, now: str) -> Iterator[tuple[Desk, Template]]:
    if version == now:
        yield desk, template
        return
    course = course_of(desk, template)
    kept = {step.hash for step in course.steps if step.done == "kept"}
    if version not in kept:
        raise NoBaseError(template, version, now)
    with opened_version(desk, course, version) as opened:
        yield opened


def _compared(base: Reading, returned: Manuscript) -> Compared:
    return reworded([line.spelled for line in base.lines], returned, base.beside, base.pictures)


@dataclass
class _Reviewing:
    """Finds for each change the edit it means, and tries all edits before anybody is told of them."""

    desk: Desk
    template: Template
    there: Desk
    base: Reading
    compared: Compared
    reasons: dict[int, str] = field(default_factory=dict)
    edits: dict[int, Edit] = field(default_factory=dict)
    """By the number of a change, its edit of the base."""
    now: dict[int, Edit] = field(default_factory=dict)
    """And the same edit of the template as it stands."""

    def review(self, returned: Manuscript, version: str) -> Review:
        for number, change in enumerate(self.compared.changes):
            self._mend(number, change)
        self._part_those_that_meet()
        self._try()
        return Review(
            self.template,
            version,
            version == self.desk.catalogue.version_hash(self.template),
            tuple(each for each in self.desk.catalogue.languages(self.template.name) if each != self.template.language),
            tuple(self._told(number, change) for number, change in enumerate(self.compared.changes)),
            tuple(self._noted(comment) for comment in returned.comments),
            returned.remarks,
            tuple(self._files()),
        )

    def _mend(self, number: int, change: Rewording) -> None:
        try:
            edit = edit_of(change, self.base.lines, self.base.sources)
            part = self.parts.get(file_name(edit.file))
            if part is None:
                raise HandOverError("The template no longer includes the file that has these words.")
            self.now[number] = carried(replace(edit, file=part.shown), self.base.sources[edit.file], part.text)
            self.edits[number] = edit
        except HandOverError as error:
            self.reasons[number] = str(error)

    def _part_those_that_meet(self) -> None:
        clashing = meeting(list(self.edits.values()))
        for number, edit in list(self.edits.items()):
            if edit in clashing:
                self._hand_over(number, "Two changes differ in words that stand once in the template's source.")

    def _hand_over(self, number: int, why: str) -> None:
        self.reasons[number] = why
        del self.edits[number], self.now[number]

    # Trials

    def _try(self) -> None:
        """Keep the edits with which the reading view says what was written in Word, and says all else as before."""
        if not self.edits or self._holds(list(self.edits)):
            return
        why = "Written into the template, the words would not be read there as they were written in Word."
        tried = list(self.edits) if len(self.edits) <= _ALONE else []
        for number in list(self.edits):
            if number not in tried or not self._holds([number]):
                self._hand_over(number, why)
        if self.edits and not self._holds(list(self.edits)):
            for number in list(self.edits):
                self._hand_over(number, why)

    def _holds(self, numbers: Sequence[int]) -> bool:
        mends = [Mend(self.compared.changes[number], self.edits[number]) for number in numbers]
        after = self._patched(self.there, self.base.template, [self.edits[number] for number in numbers])
        if after is None or [line.spelled.keys for line in after.lines] != expected(mends, self.base.lines):
            return False
        if self.there is self.desk:
            return True
        current = read(self.desk, self.template)
        newer = self._patched(self.desk, self.template, [self.now[number] for number in numbers])
        return newer is not None and differing(current, newer) == differing(self.base, after)

    @staticmethod
    def _patched(desk: Desk, template: Template, edits: Sequence[Edit]) -> Reading | None:
        """Return the reading of a template with edits made, or nothing where there is none any more."""
        with TemporaryDirectory(prefix="docgen-") as folder:
            catalogue, patched = with_edits(desk.catalogue, template, edits, Path(folder))
            try:
                return read(desk.furnished(catalogue, desk.theme, desk.on), patched)
            except DocgenError:
                return None

    # What is told

    @cached_property
    def parts(self) -> Mapping[str, Template]:
        """Return the files of the template as it stands, by their names."""
        return {part.path.name: part for part in self.desk.catalogue.closure(self.template)}

    @cached_property
    def users(self) -> Mapping[Path, tuple[str, ...]]:
        """Return for each file of the template the other templates that have it."""
        found: dict[Path, list[str]] = {}
        for (name, language), other in sorted(self.desk.catalogue.templates.items()):
            if other.partial or other == self.template:
                continue
            try:
                parts = self.desk.catalogue.closure(other)
            except DocgenError:  # its faults are told by lint
                continue
            for part in parts:
                found.setdefault(part.path, []).append(f"{name} ({language})")
        return {path: tuple(names) for path, names in found.items()}

    def _told(self, number: int, change: Rewording) -> Change:
        line = self.base.lines[change.line] if change.line >= 0 else None
        where, clause = (line.where.where, line.where.clause_id) if line else ("", "")
        origin = line.origin_at(change.first) if line and line.spelled.words else None
        edit = self.now.get(number)
        if edit is None:
            return Change(change, where, clause, origin, None, self.reasons.get(number, ""))
        part = self.parts[file_name(edit.file)]
        others = dict.fromkeys(
            self.base.lines[at].where.where for at, _, _ in occurrences(change, self.base.lines) if at != change.line
        )
        patch = unified(part.shown, part.text, applied(part.text, [edit]))
        return Change(change, where, clause, origin, edit, "", patch, tuple(others), self.users.get(part.path, ()))

    def _noted(self, comment: Comment) -> Noted:
        target = comment.answers or comment.id
        for line, partner in zip(self.compared.lines, self.compared.partners, strict=True):
            if target in line.noted and partner >= 0:
                there = self.base.lines[partner]
                return Noted(
                    comment, there.where.where, there.where.clause_id, there.origin_at(self._word(line, comment))
                )
        return Noted(comment, "", "", None)

    def _word(self, line: Spelled, comment: Comment) -> int:
        """Return the number of the word of the base at which a comment begins, or of the first one."""
        keys = tuple(word.key for word in spelled([(at, sign, "") for at, sign in enumerate(comment.about)]))
        stayed = dict(self.compared.stayed)
        for at in range(len(line.keys) - len(keys) + 1):
            if keys and line.keys[at : at + len(keys)] == keys:
                near = (stayed[word.signs[0]] for word in line.words[at:] if word.signs[0] in stayed)
                return next(near, 0)
        return 0

    def _files(self) -> Iterator[Patched]:
        by_file: dict[str, list[Edit]] = {}
        for edit in self.now.values():
            by_file.setdefault(file_name(edit.file), []).append(edit)
        for name, edits in sorted(by_file.items()):
            part = self.parts[name]
            octets = part.path.read_bytes()
            yield Patched(part, octets, applied_raw(octets, set(edits)), part.own)


# Into the house's templates


class NotOursError(DocgenError):
    """A change would be written outside the house's templates."""

    def __init__(self, part: Template) -> None:
        super().__init__(
            f"{part.shown} is not among the house's templates, and only those are written. Make the changes there with "
            "--patch."
        )


class ChangedMeanwhileError(DocgenError):
    """A file is not what it was when the changes were read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was changed meanwhile, so nothing was written. Read the Word file again.")


def places_of(desk: Desk, review: Review) -> tuple[tuple[Patched, Path], ...]:
    """Return where each file would be written: in the house's templates, also one that came with docgen.

    Raises NoWorkspaceError without a workspace, and NotOursError for a template from elsewhere.
    """
    house = desk.settings.templates
    if house is None:
        raise NoWorkspaceError
    found: list[tuple[Patched, Path]] = []
    for each in review.files:
        path = house / each.part.path.parent.name / each.part.path.name if each.own else each.part.path
        if not path.resolve().is_relative_to(house.resolve()):
            raise NotOursError(each.part)
        if each.own and path.exists():
            raise NotOursError(each.part)
        found.append((each, path))
    return tuple(found)


def apply_review(places: Sequence[tuple[Patched, Path]]) -> tuple[Path, ...]:
    """Write the files and return their places; raises ChangedMeanwhileError, and then nothing was written."""
    for each, _ in places:
        if each.part.path.read_bytes() != each.before:
            raise ChangedMeanwhileError(each.part.path)
    for each, path in places:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.after)
    return tuple(path for _, path in places)
