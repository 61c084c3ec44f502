"""The desk: what every action needs, made once from the settings and handed on."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from docgen.errors import NotFoundError
from docgen.settings import Settings, find_workspace, read_settings

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.templating.catalogue import Catalogue
    from docgen.templating.environment import Sandbox
    from docgen.writers.theme import Theme

_OWN = ".docgen"


class NoWorkspaceError(NotFoundError):
    """What was asked for needs a workspace, and there is none here."""

    def __init__(self) -> None:
        super().__init__(
            "There is no workspace here or above. `docgen init` makes one; --workspace or DOCGEN_WORKSPACE names "
            "another."
        )


@dataclass(frozen=True)
class Limits:
    """How much more memory than now (MiB) and how many seconds a stranger's template may take, to run or to lay out."""

    memory: int = 768
    seconds: int = 20


@dataclass(frozen=True)
class Places:
    """Where the record is when it is not in the workspace: its database's address, and the file of its key."""

    database_url: str = field(default="", repr=False)
    key_file: Path | None = None


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Desk:
    """Settings, the day to act on and whether it was asked for, who acts, limits for strangers, places and the clock.

    The catalogue, the theme and the record are opened when they are first asked for; `close` closes them.
    """

    settings: Settings
    on: dt.date
    on_given: bool = False
    limits: Limits = Limits()
    person: str = ""
    places: Places = Places()
    clock: Callable[[], dt.datetime] = _now

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the templates of the workspace and, behind them, docgen's own."""
        from docgen.templating.catalogue import Catalogue, packaged_templates

        own = self.settings.templates
        return Catalogue(((own,) if own and own.is_dir() else ()) + (packaged_templates(),))

    @cached_property
    def sandbox(self) -> Sandbox:
        """Return the environment templates run in; compiled templates are kept in it."""
        from docgen.templating.environment import Sandbox

        return Sandbox(self.catalogue)

    @cached_property
    def theme(self) -> Theme:
        """Return how the house's documents look."""
        from docgen.actions.branding import house_theme

        return house_theme(self.settings.house)

    @cached_property
    def record(self) -> Record:
        """Return the record, to read in it.

        Raises NoWorkspaceError, RecordMissingError where nothing was recorded yet, and what opening it raises.
        """
        from docgen.store.record import open_record

        return open_record(self.own_folder, self.places.database_url)

    @property
    def own_folder(self) -> Path:
        """Return the folder of the workspace in which docgen keeps its own things; raises NoWorkspaceError."""
        if self.settings.root is None:
            raise NoWorkspaceError
        return self.settings.root / _OWN

    @property
    def key_file(self) -> Path:
        """Return where the key is that signs the log's checkpoints."""
        from docgen.store.record import KEY

        return self.places.key_file or self.own_folder / KEY

    def furnished(self, catalogue: Catalogue, theme: Theme, on: dt.date) -> Desk:
        """Return a desk with a catalogue and a look of its own, on another day: for what is made from the record."""
        desk = replace(self, on=on, on_given=False)
        desk.__dict__.update(catalogue=catalogue, theme=theme)
        if catalogue is self.catalogue:
            desk.__dict__["sandbox"] = self.sandbox  # its templates are compiled already
        return desk

    def now(self) -> dt.datetime:
        """Return the time in the workspace's zone."""
        return self.clock().astimezone(ZoneInfo(self.settings.time_zone))

    def close(self) -> None:
        """Close what was opened."""
        record = self.__dict__.pop("record", None)
        if record is not None:
            record.close()


def open_desk(workspace: Path | None, on: dt.date | None, here: Path, person: str = "") -> Desk:
    """Return the desk for a workspace: the one named, or the nearest one upward, or none."""
    settings = read_settings(workspace or find_workspace(here))
    key_file = os.environ.get("DOCGEN_SIGNING_KEY")
    places = Places(os.environ.get("DOCGEN_DATABASE_URL", ""), Path(key_file) if key_file else None)
    today = dt.datetime.now(ZoneInfo(settings.time_zone)).date()
    return Desk(settings, on or today, on is not None, person=person, places=places)
