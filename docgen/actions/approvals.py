"""Templates on their way to approval: handed in by who wrote them, approved or handed back by another, retired."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.desk import Desk
from docgen.actions.making import wording_of
from docgen.actions.template_course import Course, Done, State, chosen, course_of
from docgen.actions.templates import lint_templates
from docgen.errors import DocgenError, FindingsError, UsageError

if TYPE_CHECKING:
    from docgen.actions.making import Wording
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
        names = " ".join(dict.fromkeys(course.template.name for course in courses))
        super().__init__(
            f"Nobody has handed in {_listed(courses)} as it stands, so nothing says that another person wrote it than "
            f"approves it. Who wrote it hands it in: docgen template submit {names} --as EMAIL."
        )


@dataclass(frozen=True)
class Moved:
    """A version of a template and its state; `new` when it is in that state only now."""

    version: TemplateVersion
    state: State
    new: bool
    person: str = ""
    at: str = ""


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
    found = [course_of(desk, template) for template in dict.fromkeys(chosen(desk, names, language))]
    if not names:
        found = [each for each in found if not desk.catalogue.own(each.template) and each.state is not State.RETIRED]
    _refuse_retired(found)
    fresh = [each for each in found if not each.last or each.state is State.DRAFT]
    if not found:
        raise UsageError("There is no template to hand in: docgen's own need no author, and there are no others.")
    _refuse_faults(desk, fresh)
    blob = hand.record.blobs.put(note.strip().encode(errors="ignore")) if note.strip() and fresh else None

    def step(wording: Wording, course: Course) -> Event:
        return TemplateSubmitted(**hand.stamp(_key("submit", course)), template=wording.version, note=blob)

    return _moved(hand, found, fresh, step)


def approve_templates(desk: Desk, names: Sequence[str], language: str | None = None) -> tuple[Moved, ...]:
    """Approve templates as they stand, all of the catalogue's when none is named, in one language or in all they have.

    A template with faults is not approved, and then none is. One of the house's own needs an author who is somebody
    else. Raises FindingsError with the faults, AuthorUnknownError, SameEyesError, WrongStateError for a retired
    version, NotPermittedError, UnknownTemplateError, MissingLanguageError, and what recording raises.
    """
    from docgen.store.events import TemplateApproved

    hand = act(desk, Deed.APPROVE_TEMPLATES)
    templates = tuple(dict.fromkeys(chosen(desk, names, language)))
    if not templates:
        raise UsageError("There is no template to approve.")
    _refuse_faulty(desk, templates)
    found = [course_of(desk, template) for template in templates]
    fresh = [each for each in found if each.state is not State.APPROVED]
    _refuse_retired(fresh)
    _refuse_faults(desk, fresh)
    if unknown := [each for each in fresh if not each.author and (each.last or not desk.catalogue.own(each.template))]:
        raise AuthorUnknownError(unknown)
    if own := [each for each in fresh if each.author and each.author.casefold() == desk.person.casefold()]:
        raise SameEyesError(own, desk.person)

    def step(wording: Wording, course: Course) -> Event:
        version = wording.version
        key = f"approve/{version.name}/{version.language}/{version.hash}"
        return TemplateApproved(**hand.stamp(key), template=version)

    return _moved(hand, found, fresh, step)


def reject_templates(desk: Desk, names: Sequence[str], reason: str, language: str | None = None) -> tuple[Moved, ...]:
    """Hand templates in review back to who wrote them, with the reason; they are drafts again.

    Raises WrongStateError for one that nobody has handed in, UsageError without a reason, and what acting, finding the
    templates and recording raise.
    """
    from docgen.store.events import TemplateRejected

    blob = _reason(reason, "rejected")
    hand = act(desk, Deed.APPROVE_TEMPLATES)
    found = [course_of(desk, template) for template in dict.fromkeys(chosen(desk, _named(names), language))]
    waiting = [each for each in found if each.author and each.state is State.IN_REVIEW]
    there = {each.template.name for each in waiting}
    if wrong := [each for each in found if each.template.name not in there]:
        raise WrongStateError(
            f"Only what was handed in for review can be rejected. Nobody has handed in {_listed(wrong)} as it stands."
        )

    def step(wording: Wording, course: Course) -> Event:
        reasoned = hand.record.blobs.put(blob)
        return TemplateRejected(**hand.stamp(_key("reject", course)), template=wording.version, reason=reasoned)

    return _moved(hand, waiting, waiting, step)


def retire_templates(desk: Desk, names: Sequence[str], reason: str, language: str | None = None) -> tuple[Moved, ...]:
    """Retire approved templates as they stand: nothing more is issued on them, and what was issued stands.

    Raises WrongStateError for one that is not approved, UsageError without a reason, and what acting, finding the
    templates and recording raise.
    """
    from docgen.store.events import TemplateRetired

    blob = _reason(reason, "retired")
    hand = act(desk, Deed.APPROVE_TEMPLATES)
    found = [course_of(desk, template) for template in dict.fromkeys(chosen(desk, _named(names), language))]
    fresh = [each for each in found if each.state is not State.RETIRED]
    if wrong := [each for each in fresh if each.state is not State.APPROVED]:
        raise WrongStateError(
            f"Only an approved template can be retired. Nothing can be issued on {_listed(wrong)} as it stands."
        )

    def step(wording: Wording, course: Course) -> Event:
        reasoned = hand.record.blobs.put(blob)
        return TemplateRetired(**hand.stamp(_key("retire", course)), template=wording.version, reason=reasoned)

    return _moved(hand, found, fresh, step)


def _moved(
    hand: Hand, found: Sequence[Course], fresh: Sequence[Course], step: Callable[[Wording, Course], Event]
) -> tuple[Moved, ...]:
    """Record a step for those that are new, each version kept in one piece before; return all as they are then."""
    desk = hand.desk
    events: list[Event] = []
    for course in fresh:
        wording = wording_of(desk.catalogue, course.template)
        events += _kept(hand, wording, course)
        events.append(step(wording, course))
    if events:
        hand.write(events)
    return tuple(_told(desk, course, new=course in fresh) for course in found)


def _kept(hand: Hand, wording: Wording, course: Course) -> Iterator[Event]:
    """Yield the entry by which a version is kept in one piece, where it is not yet."""
    from docgen.store.events import TemplateKept

    if any(step.done is Done.KEPT and step.hash == course.hash for step in course.steps):
        return
    version = wording.version
    key = f"keep/{version.name}/{version.language}/{version.hash}"
    yield TemplateKept(**hand.stamp(key), template=version, closure=hand.record.blobs.put(wording.packed))


def _told(desk: Desk, course: Course, *, new: bool) -> Moved:
    now = course_of(desk, course.template)
    version = wording_of(desk.catalogue, course.template).version
    return Moved(version, now.state, new, now.last.person if now.last else "", now.last.at if now.last else "")


def _key(word: str, course: Course) -> str:
    """Return the key of a step: a version may be handed in and handed back again and again."""
    template = course.template
    return f"{word}/{template.name}/{template.language}/{course.hash}/{len(course.own)}"


def _reason(text: str, done: str) -> bytes:
    words = text.strip().encode(errors="ignore")
    if not words:
        raise UsageError(f"Say why the template is {done}: --reason, in a sentence.")
    return words


def _named(names: Sequence[str]) -> Sequence[str]:
    if not names:
        raise UsageError("Name a template; `docgen template list` lists them.")
    return names


def _refuse_retired(found: Iterable[Course]) -> None:
    retired = [each for each in found if each.state is State.RETIRED]
    if not retired:
        return
    why = f" ({retired[0].last.words})" if retired[0].last and retired[0].last.words else ""
    raise WrongStateError(
        f"A version that is retired does not come back: {_listed(retired)}{why}. Change it, give it another "
        "`version:`, and hand that in."
    )


def _refuse_faults(desk: Desk, fresh: Iterable[Course]) -> None:
    names = sorted({course.template.name for course in fresh})
    if names and (findings := lint_templates(desk, names)):
        raise FindingsError(findings)


def _refuse_faulty(desk: Desk, templates: Iterable[Template]) -> None:
    """Tell all faults at once of templates that cannot even be read."""
    broken = [template.name for template in templates if not _readable(desk, template)]
    if broken and (findings := lint_templates(desk, sorted(set(broken)))):
        raise FindingsError(findings)


def _readable(desk: Desk, template: Template) -> bool:
    try:
        course_of(desk, template)
    except DocgenError:
        return False
    return True


def _listed(courses: Sequence[Course]) -> str:
    return ", ".join(f"{each.template.name} ({each.template.language}) {each.version}" for each in courses)
