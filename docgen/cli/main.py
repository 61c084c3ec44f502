"""The `docgen` command: it imports a command's module only when that command runs."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from io import TextIOWrapper

import click

from docgen.cli.options import shared_options
from docgen.errors import DocgenError, ExitCode, FindingsError

COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("docgen.cli.workspace", "Make a workspace: settings, and folders for facts and templates."),
    "demo": ("docgen.cli.workspace", "Write the example engagement and its documents into a folder."),
    "new": ("docgen.cli.new", "Ask the questions and write an engagement file."),
    "import": ("docgen.cli.imports", "Read files of other systems into fact files."),
    "validate": ("docgen.cli.facts", "Report every problem in fact files, each at its line."),
    "schema": ("docgen.cli.facts", "Print the JSON Schema of a file format, for editors."),
    "render": ("docgen.cli.render", "Make a draft of a document from fact files."),
    "engagement": ("docgen.cli.engagements", "Record an engagement's facts, and look at what is recorded."),
    "change": ("docgen.cli.changes", "Raise, approve, issue and sign change orders."),
    "progress": ("docgen.cli.progress", "Write the reports, see which are due, make them in one round."),
    "contact": ("docgen.cli.contacts", "Log what was said to whom, and see everything said and sent."),
    "delivery": ("docgen.cli.disputes", "Record what was handed over, and what the client said of it."),
    "dispute": ("docgen.cli.disputes", "Record what went wrong and each step since, and see how far it has come."),
    "breach": ("docgen.cli.breaches", "Record a breach, and see which steps came before it."),
    "feedback": ("docgen.cli.feedback", "Record what the client says, beside what the firm thought it would say."),
    "review": ("docgen.cli.reviews", "Hold terms against the playbook; record how the parties work together."),
    "issue": ("docgen.cli.issue", "Make a numbered version of a document from recorded facts."),
    "document": ("docgen.cli.documents", "Look at, fetch, sign, withdraw, compare and verify issued documents."),
    "template": ("docgen.cli.templates", "List, show, check, preview, hand in, approve and retire templates."),
    "portfolio": ("docgen.cli.portfolio", "Make one document of all engagements of a client, or of a week."),
    "due": ("docgen.cli.due", "Say what is owed, by whom and until when."),
    "health": ("docgen.cli.health", "Say how well each engagement does, the worst first, and why."),
    "audit": ("docgen.cli.audit", "Read, verify and export the record."),
}
_NAMES = {"import": "import_"}


class LazyGroup(click.Group):
    """A group whose commands are known by name and line of help until one of them runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, importing its module."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), _NAMES.get(cmd_name, cmd_name))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command a line asks for; a misspelt one is refused with the nearest name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            advice = f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command “{args[0]}”. {advice}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _print_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"docgen {version('docgen')}")
        except PackageNotFoundError:
            click.echo("docgen, from a checkout that is not installed")
        ctx.exit()


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Example: docgen render contract engagement.yaml -f pdf -f docx -o out",
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Print the version."
)
@shared_options
def docgen() -> None:
    """Make the documents of a client engagement from its facts: letters, contracts, change orders, reports, notices."""


def main() -> None:
    """Run the command line; the exit code says how it ended (docs/cli.md)."""
    # Nearly all a command makes lasts until it ends: looking for garbage as often as usual costs a tenth of a start.
    gc.set_threshold(100_000)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without “ is still a terminal
    try:
        # In this mode click hands over the code of a command that stopped, instead of raising it.
        sys.exit(docgen.main(prog_name="docgen", standalone_mode=False))
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except FindingsError as error:
        for finding in error.findings:
            click.echo(str(finding), err=True)
        sys.exit(error.exit_code)
    except DocgenError as error:
        click.echo(f"docgen: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"docgen: {where}{error.strerror or error}. Name another place, or make room.", err=True)
        sys.exit(ExitCode.USAGE if error.filename else ExitCode.MISSING_HERE)
