"""What the log amounts to is a fold of its events and of nothing else."""

from __future__ import annotations

from docgen.store.events import BlobErased, CheckpointSigned, KeyChanged, PersonForgotten, PersonNamed
from docgen.store.state import State, advance, fold
from tests.store.records import KEY, ORIGIN, OTHER_KEY, workspace_created
from tests.store.test_events import EXAMPLES, HEAD, NOTE, A, B


def test_no_events_amount_to_nothing() -> None:
    assert fold([]) == State()


def test_every_kind_of_event_counts() -> None:
    assert fold(EXAMPLES.values()).size == len(EXAMPLES)


def test_a_fold_can_be_taken_up_where_it_was_left() -> None:
    events = list(EXAMPLES.values())
    for place in range(len(events)):
        assert fold(events[place:], fold(events[:place])) == fold(events)


def test_the_foundation_names_the_log_and_its_first_key() -> None:
    state = advance(State(), workspace_created())
    assert (state.origin, state.time_zone, state.keys) == (ORIGIN, "Europe/London", (str(KEY.verifying_key),))


def test_the_last_key_is_in_force_and_the_first_is_remembered() -> None:
    changed = KeyChanged(**HEAD, verifying_key=str(OTHER_KEY.verifying_key))
    assert fold([workspace_created(), changed]).keys == (str(KEY.verifying_key), str(OTHER_KEY.verifying_key))


def test_roles_are_those_named_last() -> None:
    named = [PersonNamed(**HEAD, person=A, roles=roles) for roles in (("legal",), ("director", "legal"))]
    state = fold([*named, PersonNamed(**HEAD, person=B, roles=())])
    assert state.roles == {A: ("director", "legal"), B: ()}


def test_what_was_forgotten_erased_and_signed_is_known() -> None:
    signed = CheckpointSigned(**HEAD, size=7, root=B, note=NOTE)
    state = fold([PersonForgotten(**HEAD, person=A), BlobErased(**HEAD, blob=B, ground="law"), signed])
    assert (state.forgotten, state.erased, state.checkpoint) == (frozenset({A}), frozenset({B}), signed)
