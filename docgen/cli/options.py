"""The options every command takes, before or after its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from docgen.actions.desk import Desk

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Shared:
    """What was asked of the whole run."""

    workspace: Path | None = None
    person: str = ""
    on: dt.date | None = None
    quiet: bool = False
    verbose: bool = False

    def desk(self) -> Desk:
        """Return the desk an action works at; it is closed when the command ends."""
        from docgen.actions.desk import open_desk

        desk = open_desk(self.workspace, self.on, Path.cwd(), self.person)
        click.get_current_context().call_on_close(desk.close)
        return desk

    def tell(self, text: str) -> None:
        """Say more on the way, to a person who asked for it."""
        if self.verbose and not self.quiet:
            click.echo(text, err=True)

    def say(self, text: str) -> None:
        """Tell a person at the terminal something that is not the command's output."""
        if not self.quiet:
            click.echo(text, err=True)


class Day(click.ParamType[dt.date]):
    """A calendar day as year-month-day."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Return the day an option names; fail for anything but year-month-day."""
        if isinstance(value, dt.date):
            return value
        try:
            return dt.datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
        except ValueError:
            return self.fail(f"“{value}” is not a day. Write year-month-day, such as 2026-11-20.", param, ctx)


def shared() -> Shared:
    """Return the options of the run that is going on."""
    return click.get_current_context().ensure_object(Shared)


def shared_options(command: F) -> F:
    """Give a command the options that every command takes."""
    options = (
        click.option(
            "--workspace",
            type=click.Path(path_type=Path, file_okay=False),
            envvar="DOCGEN_WORKSPACE",
            expose_value=False,
            callback=_keep("workspace"),
            help="The folder with docgen.toml; by default the nearest one upward.",
        ),
        click.option(
            "--as",
            "person",
            envvar="DOCGEN_PERSON",
            metavar="PERSON",
            expose_value=False,
            callback=_keep("person"),
            help="Who acts: an e-mail address from docgen.toml.",
        ),
        click.option(
            "--on",
            type=Day(),
            metavar="DATE",
            expose_value=False,
            callback=_keep("on"),
            help="The day to act on; by default today.",
        ),
        click.option("--quiet", is_flag=True, expose_value=False, callback=_keep("quiet"), help="Print output only."),
        click.option(
            "--verbose", is_flag=True, expose_value=False, callback=_keep("verbose"), help="Say more on the way."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        kept = ctx.ensure_object(Shared)
        # What was written before the command is not undone by the environment, which every command reads again.
        environment = ctx.get_parameter_source(param.name or "") is ParameterSource.ENVIRONMENT
        if value not in (None, False, "") and not (environment and getattr(kept, name)):
            setattr(kept, name, value)

    return keep
