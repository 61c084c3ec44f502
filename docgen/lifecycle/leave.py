"""The leave to start: a letter of approval that stands while no contract is signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Leave:
    """The days on which a letter of approval was issued and signed; None while the client has not signed it."""

    issued: dt.date
    signed: dt.date | None = None
