"""The desk: what every action needs, made once from the settings and handed on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from docgen.settings import Settings, find_workspace, read_settings

if TYPE_CHECKING:
    from docgen.templating.catalogue import Catalogue
    from docgen.templating.environment import Sandbox
    from docgen.writers.theme import Theme


@dataclass(frozen=True)
class Limits:
    """How much more memory than now (MiB) and how many seconds a stranger's template may take, to run or to lay out."""

    memory: int = 768
    seconds: int = 20


@dataclass(frozen=True)
class Desk:
    """Settings, the day to act on and whether it was asked for, limits for strangers, the catalogue and the theme."""

    settings: Settings
    on: dt.date
    on_given: bool = False
    limits: Limits = Limits()

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


def open_desk(workspace: Path | None, on: dt.date | None, here: Path) -> Desk:
    """Return the desk for a workspace: the one named, or the nearest one upward, or none."""
    settings = read_settings(workspace or find_workspace(here))
    return Desk(settings, on or dt.datetime.now(ZoneInfo(settings.time_zone)).date(), on is not None)
