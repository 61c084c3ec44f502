"""What the log amounts to: a pure fold of its events, from which every other table can be made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from docgen.store.events import (
    BlobErased,
    CheckpointSigned,
    Event,
    KeyChanged,
    PersonForgotten,
    PersonNamed,
    WorkspaceCreated,
)


@dataclass(frozen=True)
class State:
    """What is so after some events: whose log it is, who may act, what was signed and what was erased."""

    size: int = 0
    origin: str = ""
    time_zone: str = ""
    keys: tuple[str, ...] = ()
    """The texts of the keys that sign checkpoints; the last one is in force."""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What each person may do, by mark."""
    forgotten: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()
    checkpoint: CheckpointSigned | None = None


def advance(state: State, event: Event) -> State:
    """Return the state after one more event."""
    state = replace(state, size=state.size + 1)
    match event:
        case WorkspaceCreated():
            return replace(state, origin=event.origin, time_zone=event.time_zone, keys=(event.verifying_key,))
        case KeyChanged():
            return replace(state, keys=(*state.keys, event.verifying_key))
        case PersonNamed():
            return replace(state, roles={**state.roles, event.person: event.roles})
        case PersonForgotten():
            return replace(state, forgotten=state.forgotten | {event.person})
        case BlobErased():
            return replace(state, erased=state.erased | {event.blob})
        case CheckpointSigned():
            return replace(state, checkpoint=event)
        case _:
            return state


def fold(events: Iterable[Event], state: State | None = None) -> State:
    """Return the state after events, from the beginning or from a state already reached."""
    return reduce(advance, events, state or State())
