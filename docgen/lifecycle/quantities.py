"""How many of a thing there are, in plain English."""

from __future__ import annotations


def quantity(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 day`, `3 days`, `2 entries`; `many` is for what takes more than an s."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
