"""Templates on their way to approval: handed in by who wrote them, approved or handed back by another, retired."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.desk import Desk
from docgen.actions.linting import faults_of
from docgen.actions.making import wording_of
from docgen.actions.template_course import Course, Done, State, chosen, course_of, needs_author
from docgen.errors import DocgenError, FindingsError, UsageError, shell_word
from docgen.facts.recorded import facts_bytes
from docgen.lifecycle.conditions import expired
from docgen.models.conditions import NONE, Conditions

if TYPE_CHECKING:
    from docgen.store.events import Event, TemplateVersion
    from docgen.templating.catalogue import Template


class WrongStateError(DocgenError):
    """A step is asked for that the state of a template does not allow."""


class SameEyesError(DocgenError):
    """Who wrote a template would approve it."""

    def __init__(self, courses: Sequence[Course], person: str) -> None:
        named = _listed(courses)
        super().__init__(
            f"{person} handed in {named}. Two pairs of eyes read a template: somebody else with the role legal "
            "approves it."
        )


class AuthorUnknownError(DocgenError):
    """A template of the house's own was never handed in, so nobody can say whether another person approves it."""

    def __init__(self, courses: Sequence[Course]) -> None:
        named = " ".join(dict.fromkeys(shell_word(course.template.name) for course in courses))
        super().__init__(
            f"Nobody has handed in {_listed(courses)} as it stands, so nothing says that another person wrote it than "
            f"approves it. Who wrote it hands it in: docgen template submit {named} --as EMAIL."
        )


@dataclass(frozen=True)
class Moved:
    """A version of a template and its state; `new` when it is in that state only now."""

    version: TemplateVersion
    state: State
    new: bool
    person: str = ""
    at: str = ""
    conditions: Conditions = NONE


def submit_templates(
    desk: Desk, names: Sequence[str], language: str | None = None, note: str = ""
) -> tuple[Moved, ...]:
    """Hand in templates for review, exactly as they stand; who acts is their author from then on.

    Without names every template of the house's own that is not approved is meant; a partial names all that use it.
    Those approved or handed in already stay as they are. Raises FindingsError with the faults of those that are new,
    WrongStateError for a retired version, NotPermittedError, UnknownTemplateError, MissingLanguageError, and what
    recording raises.
    """
    from docgen.store.events import TemplateSubmitted

    hand = act(desk, Deed.SUBMIT_TEMPLATES)
    templates = _meant(desk, names, language)
    if not names:
        templates = tuple(each for each in templates if _is_to_be_handed_in(course_of(desk, each), desk))
    if not templates:
        raise UsageError("There is no template to hand in: docgen's own need no author, and there are no others.")

    def fresh(found: Sequence[Course]) -> list[Course]:
        _refuse_retired(found)
        return [each for each in found if not each.last or each.state is State.DRAFT]

    def step(course: Course, version: TemplateVersion) -> Iterator[Event]:
        stamp = _stamp(hand, "submit", version, len(course.own))
        yield TemplateSubmitted(**stamp, template=version, note=_kept_words(hand, note) if note.strip() else None)

    return _move(hand, templates, fresh, step, lint=True)


def approve_templates(
    desk: Desk, names: Sequence[str], language: str | None = None, conditions: Conditions | None = None
) -> tuple[Moved, ...]:
    """Approve templates as they stand, all of the catalogue's when none is named, in one language or in all they have.

    A template with faults is not approved, and then none is. One of the house's own needs an author who is somebody
    else. Conditions take the place of those that were, also where a template is approved already; without any given
    it keeps them. Raises FindingsError with the faults, AuthorUnknownError, SameEyesError, WrongStateError for a
    retired version, UsageError for conditions that are past already, NotPermittedError, UnknownTemplateError,
    MissingLanguageError, and what recording raises.
    """
    from docgen.store.events import TemplateApproved, TemplateConditioned

    if conditions and (past := "".join(expired(conditions, desk.on))):
        raise UsageError(f"The last day of the approval is past. {past}")
    hand = act(desk, Deed.APPROVE_TEMPLATES)
    templates = _meant(desk, names, language)
    if not templates:
        raise UsageError("There is no template to approve.")
    _refuse_faulty(desk, templates)

    def fresh(found: Sequence[Course]) -> list[Course]:
        waiting = [each for each in found if each.state is not State.APPROVED]
        otherwise = [each for each in found if each.state is State.APPROVED and differs(each)]
        _refuse_retired(waiting)
        if unknown := [
            each for each in waiting if not each.author and (each.last or needs_author(desk, each.template))
        ]:
            raise AuthorUnknownError(unknown)
        if own := [each for each in (*waiting, *otherwise) if each.author.casefold() == desk.person.casefold()]:
            raise SameEyesError(own, desk.person)
        return [*waiting, *otherwise]

    def differs(course: Course) -> bool:
        return conditions is not None and conditions != course.conditions

    def step(course: Course, version: TemplateVersion) -> Iterator[Event]:
        if course.state is not State.APPROVED:
            yield TemplateApproved(**_stamp(hand, "approve", version), template=version)
        if conditions is not None and differs(course):
            kept = hand.record.blobs.put(facts_bytes(conditions))
            times = sum(each.done is Done.CONDITIONED for each in course.steps)
            stamp = _stamp(hand, "condition", version, times)
            yield TemplateConditioned(**stamp, template=version, conditions=kept)

    return _move(hand, templates, fresh, step, lint=True)


def reject_templates(desk: Desk, names: Sequence[str], reason: str, language: str | None = None) -> tuple[Moved, ...]:
    """Hand templates in review back to who wrote them, with the reason; they are drafts again. Return only those.

    Raises WrongStateError for one that nobody has handed in, UsageError without a reason, and what acting, finding the
    templates and recording raise.
    """
    from docgen.store.events import TemplateRejected

    _check_said(names, reason, "rejected")
    hand = act(desk, Deed.APPROVE_TEMPLATES)

    def fresh(found: Sequence[Course]) -> list[Course]:
        waiting = [each for each in found if each.author and each.state is State.IN_REVIEW]
        there = {each.template.name for each in waiting}
        if wrong := [each for each in found if each.template.name not in there]:
            raise WrongStateError(
                "Only what was handed in for review can be rejected. Nobody has handed in "
                f"{_listed(wrong)} as it stands."
            )
        return waiting

    def step(course: Course, version: TemplateVersion) -> Iterator[Event]:
        stamp = _stamp(hand, "reject", version, len(course.own))
        yield TemplateRejected(**stamp, template=version, reason=_kept_words(hand, reason))

    return tuple(each for each in _move(hand, _meant(desk, names, language), fresh, step) if each.new)


def retire_templates(desk: Desk, names: Sequence[str], reason: str, language: str | None = None) -> tuple[Moved, ...]:
    """Retire approved templates as they stand: nothing more is issued on them, and what was issued stands.

    Raises WrongStateError for one that is not approved, UsageError without a reason, and what acting, finding the
    templates and recording raise.
    """
    from docgen.store.events import TemplateRetired

    _check_said(names, reason, "retired")
    hand = act(desk, Deed.APPROVE_TEMPLATES)

    def fresh(found: Sequence[Course]) -> list[Course]:
        approved = [each for each in found if each.state is not State.RETIRED]
        if wrong := [each for each in approved if each.state is not State.APPROVED]:
            raise WrongStateError(
                f"Only an approved template can be retired. Nothing can be issued on {_listed(wrong)} as it stands."
            )
        return approved

    def step(_: Course, version: TemplateVersion) -> Iterator[Event]:
        yield TemplateRetired(**_stamp(hand, "retire", version), template=version, reason=_kept_words(hand, reason))

    return _move(hand, _meant(desk, names, language), fresh, step)


def _move(
    hand: Hand,
    templates: Sequence[Template],
    fresh: Callable[[Sequence[Course]], list[Course]],
    step: Callable[[Course, TemplateVersion], Iterator[Event]],
    *,
    lint: bool = False,
) -> tuple[Moved, ...]:
    """Record a step for the templates that are `fresh` for it, on the record as it is; return all as they are then.

    Each version is kept in one piece before its first step.
    """
    desk = hand.desk

    def courses() -> list[Course]:
        return [course_of(desk, template) for template in templates]

    if lint:
        _refuse_faults(desk, [each for each in courses() if each.state in (State.DRAFT, State.IN_REVIEW)])
    moved: list[Template] = []

    def decide() -> list[Event]:
        now = fresh(courses())
        moved[:] = [course.template for course in now]
        return [event for course in now for event in _events(hand, course, step)]

    hand.settle(decide)
    return tuple(_told(course, new=course.template in moved) for course in courses())


def _events(hand: Hand, course: Course, step: Callable[[Course, TemplateVersion], Iterator[Event]]) -> Iterator[Event]:
    """Yield the entry by which a version is kept in one piece, where it is not yet, and those of a step."""
    from docgen.store.events import TemplateKept

    wording = wording_of(hand.desk.catalogue, course.template)
    version = wording.version
    if not any(each.done is Done.KEPT and each.hash == course.hash for each in course.steps):
        closure = hand.record.blobs.put(wording.packed)
        yield TemplateKept(**_stamp(hand, "keep", version), template=version, closure=closure)
    yield from step(course, version)


def _stamp(hand: Hand, word: str, version: TemplateVersion, times: int | None = None) -> dict[str, Any]:
    """Return the stamp of a step; `times` tells those apart that a version may take again and again."""
    again = "" if times is None else f"/{times}"
    return hand.stamp(f"{word}/{version.name}/{version.language}/{version.hash}{again}")


def _told(course: Course, *, new: bool) -> Moved:
    from docgen.store.events import TemplateVersion

    known, last = course.template, course.last
    version = TemplateVersion(name=known.name, language=known.language, version=course.version, hash=course.hash)
    return Moved(version, course.state, new, last.person if last else "", last.at if last else "", course.conditions)


def _meant(desk: Desk, names: Sequence[str], language: str | None) -> tuple[Template, ...]:
    return tuple(dict.fromkeys(chosen(desk, names, language)))


def _is_to_be_handed_in(course: Course, desk: Desk) -> bool:
    return needs_author(desk, course.template) and course.state is not State.RETIRED


def _kept_words(hand: Hand, text: str) -> str:
    """Keep what somebody said to a step, and return the hash of it."""
    return hand.record.blobs.put(_bytes_of(text))


def _bytes_of(text: str) -> bytes:
    return text.strip().encode(errors="ignore")


def _check_said(names: Sequence[str], reason: str, done: str) -> None:
    if not _bytes_of(reason):
        raise UsageError(f"Say why the template is {done}: --reason, in a sentence.")
    if not names:
        raise UsageError("Name a template; `docgen template list` lists them.")


def _refuse_retired(found: Iterable[Course]) -> None:
    from docgen.doctree.redline import harmless

    retired = [each for each in found if each.state is State.RETIRED]
    if not retired:
        return
    why = f" ({harmless(' '.join(retired[0].last.words.split()))})" if retired[0].last and retired[0].last.words else ""
    raise WrongStateError(
        f"A version that is retired does not come back: {_listed(retired)}{why}. Change it, give it another "
        "`version:`, and hand that in."
    )


def _refuse_faults(desk: Desk, fresh: Iterable[Course]) -> None:
    names = sorted({course.template.name for course in fresh})
    if names and (findings := faults_of(desk, names)):
        raise FindingsError(findings)


def _refuse_faulty(desk: Desk, templates: Iterable[Template]) -> None:
    """Tell all faults at once of templates that cannot even be read."""
    broken = [template.name for template in templates if not _readable(desk, template)]
    if broken and (findings := faults_of(desk, sorted(set(broken)))):
        raise FindingsError(findings)


def _readable(desk: Desk, template: Template) -> bool:
    try:
        course_of(desk, template)
    except DocgenError:
        return False
    return True


def _listed(courses: Sequence[Course]) -> str:
    return ", ".join(f"{each.template.name} ({each.template.language}) {each.version}" for each in courses)
