"""The leave to start: what work rests on while no contract is signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Leave:
    """The days on which a letter of approval was issued and signed; None while that was not done.

    Without either it says that neither contract nor letter is there.
    """

    issued: dt.date | None = None
    signed: dt.date | None = None
